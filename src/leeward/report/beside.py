"""The statements of evidence beside a rule, an entry or a source: those that rest on the same sources."""

from __future__ import annotations

from collections.abc import Iterable

from leeward.evidence.base import evidence_of
from leeward.knowledge import Knowledge
from leeward.report.paper import Paper

STANDINGS = {
    "read": "read",
    "read-second-hand": "read at second hand",
    "recalled": "RECALLED, NOT VERIFIED",
}


def beside(paper: Paper, sources: Iterable[str], knowledge: Knowledge) -> None:
    """The statements of evidence that rest on the same sources, where there are any."""
    found = evidence_of(knowledge).citing(sources)
    if not found:
        return
    paper.heading("Evidence from these sources")
    for statement in found:
        day = f"; as of {statement.last_verified}" if statement.last_verified else ""
        only = "; explains only" if statement.only_explains else ""
        about = f"{statement.certainty}; {statement.population}{only}; {STANDINGS[statement.standing]}{day}"
        paper.item(f"[{statement.id}] {statement.says} ({about})")
