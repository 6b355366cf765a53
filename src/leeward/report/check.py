"""A checked text on paper of 80 columns: what was found, claim by claim, with marks in the text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leeward.evidence.claims.check import Checked
from leeward.evidence.claims.claim import Claim
from leeward.evidence.claims.judging import Decision
from leeward.evidence.statements import statements
from leeward.knowledge import Knowledge
from leeward.report.paper import Paper

KINDS: dict[Decision, str] = {
    "contradicted": "urgent",
    "misleading": "caution",
    "out of date": "caution",
    "conflicting": "caution",
    "unverifiable": "cannot-tell",
    "supported": "recommended",
}
SEVERITY = ("", "minor if believed", "harmful if believed", "dangerous if believed")
HOW = {
    "asserted": "",
    "reported": "reported, not stated: ",
    "asked": "asked, not stated: ",
    "ironic": "perhaps ironic: ",
    "own story": "a personal story: ",
    "of animals": "told of animals or cells: ",
    "one finding": "told of one study: ",
}


def render_check(checked: Checked, text: str, knowledge: Knowledge, *, colour: bool, everything: bool = False) -> str:
    """The checked text: the summary, each claim with its evidence, and the text with numbers at what was found."""
    paper = Paper(colour)
    paper.put(f"LEEWARD  check as of {checked.as_of}, knowledge {checked.knowledge}", 0)
    paper.put(checked.summary, 0)
    if checked.index is not None:
        paper.put(
            f"By severity, {checked.index:.0%} of the {checked.decided} claims that could be decided were contradicted.",
            0,
        )
    if checked.claims:
        paper.heading("CLAIMS")
        for number, claim in by_severity(checked.claims):
            _claim(paper, number, claim, knowledge, everything)
    if checked.unjudged:
        paper.heading("NOT JUDGED")
        for one in checked.unjudged if everything else checked.unjudged[:10]:
            near = f" Near to it: {', '.join(one.near)}." if one.near else ""
            paper.item(f'"{clipped(one.text)}" {one.missing}{near}')
    if checked.claims:
        paper.heading("THE TEXT")
        for paragraph in marked(text, checked.claims).split("\n"):
            if paragraph.strip():
                paper.put(paragraph)
    paper.lines.append("")
    paper.put("For people to read with; a person decides. It speaks of the text and not of whoever wrote it.", 0)
    return "\n".join(paper.lines) + "\n"


def _claim(paper: Paper, number: int, claim: Claim, knowledge: Knowledge, everything: bool) -> None:
    severity = f", {SEVERITY[claim.severity]}" if claim.severity and claim.decision != "supported" else ""
    paper.entry(f"[{number}] {claim.decision}{severity}: ", KINDS[claim.decision], f'"{clipped(claim.text)}"')
    paper.put(f"{HOW[claim.said]}it says that {claim.means}.", 6)
    if claim.decision != claim.of_what_is_told:
        paper.put(f"What is told so is {claim.of_what_is_told}. {claim.because}", 6)
    elif claim.because:
        paper.put(claim.because, 6)
    for line in evidence_lines(claim, knowledge, 20 if everything else 2):
        paper.put(line, 6, 2)


def evidence_lines(claim: Claim, knowledge: Knowledge, most: int) -> Iterator[str]:
    """The statements behind a decision, the deciding ones first: what is known, how certainly, of whom and as of when."""
    known = statements(knowledge)
    for id in [id for id in claim.evidence if id in known][:most]:
        one = known[id]
        when = f"read {one.last_verified}" if one.verified else "recalled, not verified"
        yield f"{id} ({one.certainty} certainty; {one.population}; {when}): {one.says}"


def by_severity(claims: Sequence[Claim]) -> tuple[tuple[int, Claim], ...]:
    """The claims with their numbers, the most dangerous and firmest decided first, then as they stand in the text."""
    numbered = tuple(enumerate(claims, 1))
    return tuple(sorted(numbered, key=lambda one: (RANK.index(one[1].decision), -one[1].severity, one[0])))


RANK: tuple[Decision, ...] = ("contradicted", "misleading", "out of date", "conflicting", "unverifiable", "supported")
"""The gravest decision first."""


def marked(text: str, claims: Sequence[Claim]) -> str:
    """The text with the number of each claim after its sentence."""
    numbers: dict[int, list[str]] = {}
    for number, claim in enumerate(claims, 1):
        numbers.setdefault(claim.end, []).append(f"[{number}]")
    parts: list[str] = []
    last = 0
    for end in sorted(numbers):
        parts += [text[last:end], " ", "".join(numbers[end])]
        last = end
    return "".join(parts) + text[last:]


def clipped(text: str, most: int = 160) -> str:
    """A sentence, cut where it is long."""
    plain = " ".join(text.split())
    return plain if len(plain) <= most else f"{plain[: most - 1]}…"
