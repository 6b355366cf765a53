"""What the record says about signed plans and recent corrections, as the hand-off and the patient sheet print it.

Hazard: a dose that was given, and is handed over as still to be given. A dose that was charted after the signing stands
with its line; of several lines with one medicine each dose is that of the next line, so that none is called given twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from leeward.casefile.names import medicine_named
from leeward.knowledge import Knowledge
from leeward.model.instants import aware_instant
from leeward.model.shapes import is_mapping
from leeward.paper.plan import Due, GivenDose, PlanLine, SignedPlan
from leeward.paper.times import zone_of
from leeward.record.chart import Chart
from leeward.record.entries import CHARTED, Entry
from leeward.ward.due import EARLY, SAME_MEDICINE, DueItem
from leeward.ward.given import dose_said
from leeward.ward.holds import Hold
from leeward.ward.plans import Line, WrittenPlan, outdated, signed, written_plan
from leeward.ward.reasons import reason
from leeward.ward.state import Bedside, Ward
from leeward.ward.words import entry_words

LATELY = timedelta(hours=24)
"""How far back a hand-off tells what was struck or corrected."""

CORRECTED = ("score", "observation", "dose")
KINDS = {
    "observation": ("reading", "readings"),
    "patient": ("entry about who the person is", "entries about who the person is"),
    "exposure": ("entry about what was taken", "entries about what was taken"),
    "allergy": ("allergy", "allergies"),
}
"""Kinds of entries that read otherwise than they are called: one, and several."""


def plans_on_paper(bedside: Bedside, ward: Ward, holds: Sequence[Hold]) -> tuple[SignedPlan, ...]:
    """The signed plans of a person, oldest first: with what was given since, what is held, and whether the chart moved on."""
    return tuple(
        SignedPlan(
            title=plan.title or plan.option,
            lines=_lines(bedside, ward, entry, plan, [hold for hold in holds if hold.plan_id == plan.plan]),
            signed_by=ward.name_of(entry.by),
            role=entry.role,
            signed_at=datetime.fromisoformat(entry.at),
            changed="; ".join(_since(bedside, ward, entry, plan)),
        )
        for entry, plan in signed(bedside.chart)
    )


def _lines(
    bedside: Bedside, ward: Ward, entry: Entry, plan: WrittenPlan, holds: Sequence[Hold]
) -> tuple[PlanLine, ...]:
    given = _given(bedside, ward, entry, plan)
    return tuple(
        PlanLine(
            what=line.what,
            dose=line.dose,
            when=line.when,
            hold_if=line.hold_if,
            medicine_id=line.medicine,
            at_home=line.at_home,
            given=tuple(given.get(place, ())),
            held="; ".join(dict.fromkeys(reason(hold.says) for hold in holds if hold.medicine == line.medicine)),
            unsure=all(hold.kind == "cannot-tell" for hold in holds if hold.medicine == line.medicine),
        )
        for place, line in enumerate(plan.lines)
    )


def _given(bedside: Bedside, ward: Ward, entry: Entry, plan: WrittenPlan) -> dict[int, list[GivenDose]]:
    """The doses charted since a plan was signed, by the line that each is taken for."""
    named = [_medicine(line, ward.knowledge) for line in plan.lines]
    found: dict[int, list[GivenDose]] = {}
    for medicine, dose in _doses_since(bedside, ward, entry):
        mine = [place for place, name in enumerate(named) if name and medicine in (name, SAME_MEDICINE.get(name))]
        here = [place for place in mine if not plan.lines[place].at_home] or mine
        place = next((one for one in here if one not in found), here[-1] if here else None)
        if place is not None:
            found.setdefault(place, []).append(dose)
    return found


def _medicine(line: Line, knowledge: Knowledge) -> str:
    return line.medicine or medicine_named(line.what, knowledge) or line.what


def _doses_since(bedside: Bedside, ward: Ward, entry: Entry) -> list[tuple[str, GivenDose]]:
    """Doses as they stand, with their medicine, in the order of their times."""
    by = {one.number: ward.name_of(one.by) for one in bedside.entries}
    from_ = datetime.fromisoformat(entry.at) - EARLY
    found: list[tuple[str, GivenDose]] = []
    for number, item in bedside.chart.items("doses"):
        at = aware_instant(item.get("at"))
        if number <= entry.number or (at is not None and at < from_):
            continue
        told = str(item.get("medicine", ""))
        dose = GivenDose(at=at, amount=dose_said(item.get("dose"), "amount not known"), by=by.get(number, ""))
        found.append((medicine_named(told, ward.knowledge) or told, dose))
    return sorted(found, key=lambda one: (one[1].at is None, one[1].at or from_))


def _since(bedside: Bedside, ward: Ward, entry: Entry, plan: WrittenPlan) -> Iterator[str]:
    """What came since a plan was signed: what was charted, counted by kind, and newer plans of its option that were refused."""
    if outdated(bedside.chart, plan.plan):
        came = [one for one in bedside.since(entry.number) if one.kind in CHARTED]
        counts = Counter("answer" if {"none", "declined"} & set(one.body) else one.kind for one in came)
        yield ", ".join(_many(count, kind) for kind, count in counts.items()) or "the chart"
    for one in bedside.since(entry.number):
        refused = written_plan(one) if one.kind == "plan-refused" else None
        if refused is not None and plan.option and refused.option == plan.option:
            why = f" ({refused.reason})" if refused.reason else ""
            yield f"a newer plan of the same kind, refused by {ward.name_of(one.by)}{why}"


def _many(count: int, kind: str) -> str:
    one, several = KINDS.get(kind, (kind, f"{kind}s"))
    return f"{count} {one if count == 1 else several}"


def due_on_paper(due: Iterable[DueItem], holds: Sequence[Hold], now: datetime) -> list[Due]:
    """What is due, each dose of a held plan with why it is held."""
    return [
        Due(
            what=one.what,
            at=one.at,
            assessment=one.kind in ("score", "observation"),
            late=one.overdue(now),
            held="; ".join(dict.fromkeys(reason(hold.says) for hold in holds if hold.stops(one))),
        )
        for one in due
    ]


def corrected_lately(bedside: Bedside, ward: Ward) -> tuple[str, ...]:
    """What was struck in the last 24 hours, and which scores, readings and doses were corrected, the newest first."""
    numbered = {entry.number: entry for entry in bedside.entries}
    return tuple(
        f"{entry_words(entry, ward.knowledge, corrected=corrected, notes=False, zone=zone_of(bedside.now))} ({ward.name_of(entry.by)})"
        for entry in reversed(bedside.entries)
        if (corrected := numbered.get(entry.corrects or 0)) is not None
        and entry.kind == "correction"
        and (corrected.kind in CORRECTED or not is_mapping(entry.body.get("replaces")))
        and bedside.now - datetime.fromisoformat(entry.recorded) <= LATELY
    )


def reactions_of(chart: Chart) -> dict[str, str]:
    """What happened with what the person is allergic to, by its name as charted."""
    items: Any = chart.document.get("allergies")
    listed = cast("list[Any]", items) if isinstance(items, list) else []
    told = [item for item in listed if is_mapping(item)]
    return {str(item["name"]): str(item["reaction"]) for item in told if item.get("name") and item.get("reaction")}
