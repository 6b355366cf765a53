"""What is asked of everybody who comes: whether there are other substances, medicines, conditions, allergies, doses.

Each is answered for its list as a whole: none besides those charted, or would not say. Where nothing is said, or that it
was not asked yet, nothing is charted, and what depends on it stays open. Named items are charted on pages of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from leeward.model.missing import Missing
from leeward.model.shapes import is_mapping
from leeward.record.chart import came_back
from leeward.record.entries import Entry, Kind
from leeward.record.permissions import Allowed, may
from leeward.ward.state import Bedside
from leeward.web.charting import Item, Slips, one_of
from leeward.web.exposure_typed import Choices
from leeward.web.visit import Visit

ANSWERS: tuple[tuple[str, str, str], ...] = (
    ("none", "None", "n"),
    ("declined", "Would not say", "w"),
    ("not-asked", "Not asked yet", "u"),
)
"""Value, words and key of each answer."""

DISORDER = "opioid-use-disorder"
DISORDER_FIELD = "asked-disorder"
DISORDER_IS: Choices = (("present", "Has it"), ("absent", "Looked for, not there"))


class AskedOf(msgspec.Struct, frozen=True, kw_only=True):
    """One question, with what is charted about it."""

    kind: Kind
    list_name: str
    title: str
    where: str
    """Where an item is charted, in words."""
    charted: int = 0
    """Items of the list."""
    said: str = ""
    """What was said of the list as a whole, in words."""

    @property
    def field(self) -> str:
        """Its field."""
        return f"asked-{self.kind}"


_QUESTIONS: tuple[AskedOf, ...] = (
    AskedOf(
        kind="exposure", list_name="exposures", title="Substances they took: opioids, alcohol, sedatives, other",
        where="What they took",
    ),
    AskedOf(kind="medicine", list_name="medicines", title="Medicines they take", where="History"),
    AskedOf(kind="condition", list_name="conditions", title="Conditions", where="History"),
    AskedOf(kind="allergy", list_name="allergies", title="Allergies", where="History"),
    AskedOf(kind="dose", list_name="doses", title="Doses given elsewhere before they came", where="Dose"),
)  # fmt: skip


def questions(visit: Visit, patient: str) -> tuple[AskedOf, ...]:
    """The questions, with what is charted; doses only for who may chart one."""
    came_from = visit.about.chart.came_from if visit.about else {}
    doses = isinstance(may(visit.person, "dose-give", patient, visit.context()), Allowed)
    return tuple(
        msgspec.structs.replace(
            one, charted=len(came_from.get(one.list_name, ())), said=_said(visit.about, one.kind) if visit.about else ""
        )
        for one in _QUESTIONS
        if doses or one.kind != "dose"
    )


def _said(bedside: Bedside, kind: Kind) -> str:
    """What was said last of a list as a whole, and was not corrected since, in words; of an earlier stay as such."""
    told = [one for one in bedside.entries if one.kind == kind and one.number not in bedside.chart.corrected]
    said = [(one.number, label) for one in told for value, label, _ in ANSWERS if one.body.get(value) is True]
    if not said:
        return ""
    number, label = said[-1]
    return label if number > came_back(_standing(bedside)) else f"{label}, at an earlier stay: ask again"


def _standing(bedside: Bedside) -> Iterator[Entry]:
    """The entries without those that were struck: by them the chart counts the stays."""
    corrections = (one for one in bedside.entries if one.kind == "correction")
    struck = {one.corrects: not is_mapping(one.body.get("replaces")) for one in corrections}
    return (one for one in bedside.entries if not struck.get(one.number))


def disorder_name(visit: Visit) -> str:
    """What knowledge calls opioid use disorder; empty where it does not know it."""
    known = visit.house.knowledge.conditions.get(DISORDER)
    return known.name if known else ""


def _disorder_charted(visit: Visit) -> bool:
    case = visit.about.case if visit.about else None
    told = () if case is None or isinstance(case.conditions, Missing) else case.conditions
    return any(one.condition == DISORDER for one in told)


def asked_values(visit: Visit, patient: str) -> dict[str, Any]:
    """What the template of the questions shows."""
    return {
        "asked": questions(visit, patient),
        "answers": ANSWERS,
        "disorder": "" if _disorder_charted(visit) else disorder_name(visit),
        "disorder_field": DISORDER_FIELD,
        "disorder_is": DISORDER_IS,
    }


def asked_items(visit: Visit, slips: Slips, patient: str, at: datetime | None = None) -> list[Item]:
    """The entries of what was answered."""
    items: list[Item] = []
    offered = [value for value, _, _ in ANSWERS]
    found = {one.kind: one for one in questions(visit, patient)}
    for one in _QUESTIONS:
        said = one_of(visit, slips, one.field, offered)
        if said in ("", "not-asked"):
            continue
        if one.kind not in found:
            slips.add(one.field, "Doses are charted by a nurse or a prescriber.", "Leave this to them.")
        draft = visit.draft(one.kind, {said: True}, at=at, part=one.field, patient=patient)
        items.append(Item(draft=draft, fields={"": one.field}))
    return items + _disorder(visit, slips, patient, at)


def _disorder(visit: Visit, slips: Slips, patient: str, at: datetime | None) -> list[Item]:
    """The disorder as a condition."""
    status = one_of(visit, slips, DISORDER_FIELD, [value for value, _ in DISORDER_IS])
    name = disorder_name(visit)
    if not status or not name:
        return []
    body = {"name": name, "status": status}
    draft = visit.draft("condition", body, at=at, part=DISORDER_FIELD, patient=patient)
    return [Item(draft=draft, fields={"": DISORDER_FIELD})]
