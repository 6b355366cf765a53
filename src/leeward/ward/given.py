"""What was given lately of a medicine, and what that says of one more dose: too soon, once more, or too much.

Hazard: two nurses give the same dose. What another charted is shown, and read, before one more is written. Every number
is the plan's own line, or the step of the schedule that the line was made from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import msgspec

from leeward.casefile.names import medicine_named
from leeward.guidance.assessment import Alert, Amount
from leeward.knowledge import Knowledge
from leeward.model.instants import Span, aware_instant
from leeward.model.missing import Missing
from leeward.model.quantity import Quantity, kind_of, mass_in
from leeward.model.shapes import is_mapping
from leeward.paper.plain_words import name_of
from leeward.paper.times import ago, clock, zone_of
from leeward.record.entries import Entry
from leeward.report.options import amount
from leeward.ward.due import SAME_MEDICINE
from leeward.ward.held import RESCUE
from leeward.ward.plans import Line, WrittenPlan
from leeward.ward.proposals import AT_ONCE, is_mass
from leeward.ward.state import Bedside, Ward

LATELY = timedelta(hours=24)
"""How far back doses are told and summed: what a source says of a day."""

TOO_SOON = "again-soon"
"""The alert of a dose that comes before the plan's own interval is over: why it is given is asked."""

_SPANS = re.compile(
    r"at least (hourly)|(an hour) or longer|"
    r"(?:every|after)(?: about)? (\d+)(?: ?(?:to|-) ?\d+)? ?(minutes?|min|hours?|h)\b|"
    r"(\d+)(?: ?(?:to|-) ?\d+)? ?(minutes?|min|hours?|h) (?:apart|or longer|after)"
)


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """A dose that was given. `at` is None where the time is not known."""

    medicine: str
    name: str
    dose: str
    at: datetime | None
    by: str
    number: int

    @property
    def mass(self) -> Quantity | None:
        """How much it was, where that is a mass."""
        return _mass(self.dose)


class GivenOf(msgspec.Struct, frozen=True, kw_only=True):
    """What was given of one medicine in the last 24 hours, the newest first."""

    name: str
    doses: tuple[Given, ...]
    total: str
    """The sum, `at least` it where a dose is not known; empty where there is no sum."""


def given_lately(bedside: Bedside, ward: Ward, medicine: str = "", at: datetime | None = None) -> tuple[Given, ...]:
    """The doses in the 24 hours before `at` (now where it is not said), and after it, the newest first.

    Those whose time is not known stand with them. `medicine`: only of this one, or of what stands for it.
    """
    by = {one.number: ward.name_of(one.by) for one in bedside.entries}
    same, since = {medicine, SAME_MEDICINE.get(medicine, medicine)}, (at or bedside.now) - LATELY
    found: list[Given] = []
    for number, item in bedside.chart.items("doses"):
        told, when = str(item.get("medicine", "")), aware_instant(item.get("at"))
        named = medicine_named(told, ward.knowledge) or told
        if (medicine and named not in same) or (when is not None and when <= since):
            continue
        found.append(
            Given(
                medicine=named, name=_name(named, ward.knowledge), at=when, by=by.get(number, ""), number=number,
                dose=dose_said(item.get("dose"), "of unknown amount"),
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.at or bedside.now, one.number), reverse=True))


def by_medicine(doses: Iterable[Given]) -> tuple[GivenOf, ...]:
    """Doses with what they come to, each medicine for itself; what is given one for the other is one."""
    groups: dict[frozenset[str], list[Given]] = {}
    for dose in doses:
        groups.setdefault(frozenset((dose.medicine, SAME_MEDICINE.get(dose.medicine, dose.medicine))), []).append(dose)
    return tuple(
        GivenOf(
            name=" or ".join(dict.fromkeys(one.name for one in group)), doses=tuple(group), total=_total(group)
        )
        for group in groups.values()
    )  # fmt: skip


def _total(doses: Iterable[Given]) -> str:
    masses = [dose.mass for dose in doses]
    known = [mass.to("mg").value for mass in masses if mass is not None]
    if not known:
        return ""
    return f"{'at least ' if len(known) < len(masses) else ''}{Quantity(sum(known), 'mg')}"


def once_more(
    bedside: Bedside,
    ward: Ward,
    medicine: str,
    dose: str,
    at: datetime,
    of: tuple[Entry, WrittenPlan, Line] | None = None,
) -> tuple[Alert, ...]:
    """What the doses of the last 24 hours, and the line that one more is given by, say of it; to be read before it is charted.

    `of`: the line of a signed plan, with its plan and the entry that signed it.
    """
    if medicine in RESCUE:
        return ()
    doses = given_lately(bedside, ward, medicine, at)
    line = of[2] if of else None
    step = _step(bedside, ward, *of) if of else None
    since = [one for one in doses if of is not None and one.number > of[0].number]
    found = [_too_soon(doses, since, line, at)]
    if line is not None and since and _is_first(line):
        says = f"This line is for “{line.step or line.when}”; since it was signed {_told(since[0], at)}"
        found.append(_alert("first", f"Given already since it was signed: {line.what}", says))
    found += [*_taken(bedside, medicine, at), *_above(dose, line, step), _day(doses, dose, step)]
    return tuple(one for one in found if one is not None)


def _taken(bedside: Bedside, medicine: str, at: datetime) -> Iterator[Alert]:
    """The same medicine as it was told to have been taken within 24 hours, elsewhere and not charted as a dose here."""
    case = bedside.case
    if case is None or not medicine:
        return
    same = {medicine, SAME_MEDICINE.get(medicine, medicine)}
    told: list[tuple[str, str, Span]] = []
    for one in () if isinstance(case.medicines, Missing) else case.medicines:
        if one.medicine in same and isinstance(one.last_taken, Span):
            told.append((one.as_told, "" if isinstance(one.dose, Missing) else f" {one.dose}", one.last_taken))
    for use in () if isinstance(case.exposures, Missing) else case.exposures:
        if use.substance in {*same, medicine.partition("-")[0]} and isinstance(use.last_use, Span):
            told.append((use.as_told, "", use.last_use))
    for name, dose, when in told:
        if at - LATELY < when.latest <= at:
            before = f"at most {ago(when.earliest, at)}" if when.earliest != when.latest else ago(when.latest, at)
            says = f"{name}{dose}, as told: taken {before}. It is not among the doses charted here"
            yield _alert("taken", f"Taken already, as told: {name}", says)


def _too_soon(doses: tuple[Given, ...], since: list[Given], line: Line | None, at: datetime) -> Alert | None:
    """The dose that is nearest in time, unless the line names an interval and that is over."""
    if not doses:
        return None
    nearest = min(doses, key=lambda one: timedelta(0) if one.at is None else abs(at - one.at))
    minutes = _interval(line, len(since)) if line else None
    told = _told(nearest, at)
    if minutes is None or line is None:
        return _alert("given", f"Given already: {nearest.name}", told)
    if nearest.at is not None and abs(at - nearest.at) >= timedelta(minutes=minutes):
        return None
    return _alert("soon", f"Too soon by the plan: {nearest.name}", f"{told}; the plan says: {line.when or line.step}")


def _interval(line: Line, given: int) -> int | None:
    """The least minutes between doses that the words of a line name; of several the first holds after the first dose."""
    spans: list[int] = []
    for found in _SPANS.finditer(f"{line.when}; {line.step}" if line.step not in line.when else line.when):
        value, unit = (found[3] or found[5], found[4] or found[6]) if not (found[1] or found[2]) else ("1", "h")
        spans.append(int(value) * (60 if unit.startswith("h") else 1))
    if not spans:
        return None
    return spans[0] if given <= 1 else spans[-1]


def _is_first(line: Line) -> bool:
    return any(words.startswith(first) for words in (line.when, line.step) for first in AT_ONCE)


def _above(dose: str, line: Line | None, step: _Step | None) -> list[Alert]:
    """A dose beyond what is signed, and beyond the step of the source."""
    given, signed = _mass(dose), _mass(line.dose) if line else None
    found: list[Alert] = []
    if given is None or line is None:
        return found
    if signed is not None and given.to("mg").value > signed.to("mg").value * (1 + 1e-9):
        says = f"{given} is above the {line.dose} that was signed"
        found.append(_alert("above-plan", f"More than the plan orders: {line.what}", says))
    if step is not None and step.dose is not None and _beyond(given, step.dose):
        most = amount(step.dose.min, step.dose.usual, step.dose.max, step.dose.unit)
        says = f"{given} is above what the source gives at this step ({most})"
        found.append(_alert("above-step", f"More than the source gives: {line.what}", says, step.sources))
    return found


def _day(doses: tuple[Given, ...], dose: str, step: _Step | None) -> Alert | None:
    """The day's total with this dose, beyond the most of a day."""
    given = _mass(dose)
    if given is None or step is None or step.per_day_max is None:
        return None
    masses = [one.mass for one in doses]
    total = Quantity(given.to("mg").value + sum(mass.to("mg").value for mass in masses if mass is not None), "mg")
    day = step.per_day_max
    usual = Amount(min=None, usual=None, max=day.usual, unit=day.unit)
    if not _beyond(total, day) and not _beyond(total, usual):
        return None
    least = "at least " if None in masses else ""
    parts = [
        f"{said} {Quantity(value, day.unit)}" for said, value in (("usually", day.usual), ("at most", day.max)) if value
    ]
    says = f"With this one {least}{total} in 24 hours; the source gives {', '.join(parts)}"
    if _beyond(total, day):
        return _alert("day", "More than the source gives in a day", says, step.sources)
    return _alert("day-usual", "More than is usual in a day", says, step.sources)


class _Step(msgspec.Struct, frozen=True):
    """What the source gives at a step, for this person, and the most of a day."""

    dose: Amount | None
    per_day_max: Amount | None
    sources: tuple[str, ...]


def _step(bedside: Bedside, ward: Ward, entry: Entry, plan: WrittenPlan, line: Line) -> _Step | None:
    """The step that a line was made from: as the option gives it now, else as it gave it when the plan was signed."""
    before = tuple(one for one in bedside.entries if one.number < entry.number)
    for stood in (bedside, ward.bedside_of(before, datetime.fromisoformat(entry.recorded))):
        options = stood.assessment.options if stood.assessment else ()
        proposal = next((one.proposal for one in options if one.id == plan.option), None)
        step = next((one for one in proposal.steps if one.when == line.step), None) if proposal else None
        if proposal is not None and step is not None:
            days = [one.per_day_max for one in proposal.steps if one.per_day_max and one.per_day_max.max is not None]
            most = step.per_day_max or max(days, key=lambda one: one.max or 0.0, default=None)
            return _Step(dose=step.dose, per_day_max=most, sources=step.sources or proposal.sources)
    return None


def _beyond(given: Quantity, bounds: Amount) -> bool:
    if bounds.max is None or not is_mass(bounds.unit) or kind_of(given.unit) != kind_of(bounds.unit):
        return False
    return given.to(bounds.unit).value > bounds.max * (1 + 1e-9)


def _told(dose: Given, at: datetime) -> str:
    """A dose in words, from the time of the next one."""
    if dose.at is None:
        return f"{dose.name} {dose.dose} was given by {dose.by}, at a time that is not known"
    gap = round(abs(at - dose.at) / timedelta(minutes=1))
    span = f"{gap} min" if gap < 120 else f"{gap // 60} h {gap % 60} min"
    where = "before" if dose.at <= at else "after"
    shown = clock(dose.at, zone_of(at))
    return f"{dose.name} {dose.dose} was given {span} {where} this one, {shown}, charted by {dose.by}"


def _alert(id: str, title: str, says: str, sources: tuple[str, ...] = ()) -> Alert:
    return Alert(
        id=f"again-{id}", level="urgent", title=title, because=(says,), do=("Give it only where it is meant beside what is said here.",),
        rule="plan-given", sources=sources,
    )  # fmt: skip


def _name(medicine: str, knowledge: Knowledge) -> str:
    return name_of(medicine) if medicine in knowledge.medicines else medicine


def _mass(dose: str) -> Quantity | None:
    read = mass_in(dose)
    return read[0] if read is not None and is_mass(read[0].unit) else None


def dose_said(told: object, unknown: str) -> str:
    """The amount of a dose as it was told; `unknown` are the words where it was not."""
    if is_mapping(told):
        return f"{told.get('value', '')} {told.get('unit', '')}".strip() or unknown
    return told if isinstance(told, str) and told not in ("", "unknown") else unknown
