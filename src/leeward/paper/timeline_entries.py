"""What stands on the time axis: scores, doses, vital signs and the expected course, each with its time and its words.

The picture and the table beneath are both made from these, so that neither holds what the other lacks.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import TypeVar

import msgspec
from msgspec import structs

from leeward.guidance.assessment import Assessment, Course, CourseInterval, WithdrawalScore
from leeward.guidance.scored import LASTING_INSTRUMENTS, scored
from leeward.instruments import load_instruments
from leeward.knowledge import load_knowledge
from leeward.model.case import UNNAMED, Case, Dose, Observation, ScoreEntry
from leeward.model.instants import Span
from leeward.model.missing import Missing
from leeward.model.quantity import number
from leeward.paper.times import zone_of

VITALS: dict[str, str] = {
    "heart-rate": "Heart rate",
    "systolic-blood-pressure": "Systolic pressure",
    "oxygen-saturation": "Oxygen saturation",
    "respiratory-rate": "Breathing rate",
    "sedation-rass": "Sedation, RASS",
    "sedation-poss": "Sedation, POSS",
}
"""Observations that stand on the axis, in the order from top to bottom."""

_UNITS = {"/min": "per minute", "points": ""}


AGAIN = "score again"
"""What follows scores of one time that disagree."""


class Scored(msgspec.Struct, frozen=True, kw_only=True):
    """A withdrawal score: its lowest and highest possible total, equal where no item is missing."""

    key: str
    instrument: str
    short: str
    at: Span | None
    low: int | None
    high: int | None
    band: str
    missing: int
    by: str
    either: str = ""
    """`3 or 26` where scores of one time disagree and this is one of them."""

    @property
    def value(self) -> str:
        """The total or the range, with its band; of scores of one time that disagree, all of them."""
        if self.either:
            return f"{self.either}, {AGAIN}"
        if self.low is None or self.high is None:
            return "no total"
        points = f"{self.low}" if self.low == self.high else f"{self.low} to {self.high}"
        return f"{points}, {self.band}" if self.band else points


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """A dose that was given."""

    key: str
    medicine: str
    at: Span | None
    amount: str


class Vital(msgspec.Struct, frozen=True, kw_only=True):
    """A vital sign or a sedation score; `number` is None where it was not measured as one."""

    key: str
    what: str
    name: str
    at: Span | None
    number: float | None
    value: str
    unit: str = ""


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """The expected course after one exposure, in groups of people."""

    key: str
    name: str
    course: Course


class TimelineEntries(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the picture and the table show, in order of time."""

    now: datetime
    zone: tzinfo
    scores: tuple[Scored, ...]
    doses: tuple[Given, ...]
    vitals: tuple[Vital, ...]
    courses: tuple[Expected, ...]

    @property
    def instants(self) -> list[datetime]:
        """The earliest and latest instant of every entry whose time is known."""
        spans = [entry.at for entry in (*self.scores, *self.doses, *self.vitals) if entry.at is not None]
        return [end for span in spans for end in (span.earliest, span.latest)]


def timeline_entries(case: Case, assessment: Assessment) -> TimelineEntries:
    """The scores, doses, vital signs and expected courses of a case; entries without a time come last."""
    told = () if isinstance(case.doses, Missing) else case.doses
    # A dose without name and time stands for those that nobody has asked about: a question, no entry.
    doses = [dose for dose in told if dose.as_told not in UNNAMED or not isinstance(dose.at, Missing)]
    return TimelineEntries(
        now=case.now,
        zone=zone_of(case.now),
        scores=_in_order(
            [_score(entry, assessment) for entry in case.scores if entry.instrument not in LASTING_INSTRUMENTS]
        ),
        doses=_in_order([_dose(dose) for dose in doses]),
        vitals=_in_order([_vital(seen) for seen in case.observations if seen.what in VITALS]),
        courses=tuple(
            Expected(key=course.exposure, name=course.says.partition(":")[0], course=course)
            for course in assessment.state.course
        ),
    )


T = TypeVar("T", Scored, Given, Vital)


def _in_order(entries: list[T]) -> tuple[T, ...]:
    return tuple(sorted(entries, key=lambda entry: (_moment(entry.at), entry.key)))


def _moment(at: Span | None) -> float:
    return float("inf") if at is None else at.latest.timestamp()


def _span(at: Span | Missing) -> Span | None:
    return None if isinstance(at, Missing) else at


def last_vitals(entries: TimelineEntries) -> tuple[Vital, ...]:
    """The last reading of each vital sign that has a time; where several are of one time, with the values of all."""
    within = timedelta(minutes=load_knowledge().limit("readings-of-one-time").value)
    timed: dict[str, list[tuple[datetime, Vital]]] = {}
    for one in entries.vitals:
        if one.at is not None and one.number is not None:
            timed.setdefault(one.name, []).append((one.at.latest, one))
    found: list[Vital] = []
    for readings in timed.values():
        newest, last = readings[-1]
        together = sorted((one for at, one in readings if newest - at < within), key=lambda one: one.number or 0)
        values = tuple(dict.fromkeys(one.value for one in together))
        found.append(last if len(values) == 1 else structs.replace(last, value=" or ".join(values)))
    return tuple(found)


def either_score(told: Sequence[WithdrawalScore], instrument: str) -> str:
    """`3 or 26` where the scores of an instrument that speak for now disagree; empty where they do not."""
    ranges = sorted({one.range for one in told if one.instrument == instrument and one.current and one.range})
    totals = [f"{low}" if low == high else f"{low} to {high}" for low, high in ranges]
    return " or ".join(totals) if len(totals) > 1 else ""


def _score(entry: ScoreEntry, assessment: Assessment) -> Scored:
    found = scored(entry)
    return Scored(
        key=entry.key,
        instrument=entry.instrument,
        short=load_instruments()[entry.instrument].short,
        at=_span(entry.at),
        low=found.low,
        high=found.high,
        band=found.band or "",
        missing=0 if found.total is not None else len(found.missing),
        by=entry.by,
        either=_either(entry, assessment.state.withdrawal),
    )


def _either(entry: ScoreEntry, told: Sequence[WithdrawalScore]) -> str:
    at = None if isinstance(entry.at, Missing) else str(entry.at)
    mine = any(one.current and one.at == at for one in told if one.instrument == entry.instrument)
    return either_score(told, entry.instrument) if mine else ""


def _dose(dose: Dose) -> Given:
    if not isinstance(dose.amount, Missing):
        amount = str(dose.amount)
    else:
        amount = dose.dose if isinstance(dose.dose, str) and dose.dose else "amount not known"
    return Given(key=dose.key, medicine=medicine_name(dose), at=_span(dose.at), amount=amount)


def medicine_name(dose: Dose) -> str:
    """The medicine as knowledge names it, or as it was told where Leeward does not know it."""
    known = load_knowledge().medicines.get(dose.medicine or "")
    return known.name if known else dose.as_told


def _vital(seen: Observation) -> Vital:
    counted = isinstance(seen.value, (int, float)) and not isinstance(seen.value, bool)
    measured = float(seen.value) if counted else None  # pyright: ignore[reportArgumentType]
    unit = _UNITS.get(seen.unit, seen.unit)
    if isinstance(seen.value, Missing):
        value = str(seen.value.value)
    else:
        value = f"{number(measured) if measured is not None else seen.value} {unit}".strip()
    if measured is not None and (words := _words(seen.what, measured)):
        value = f"{value} ({words})"
    return Vital(
        key=seen.key, what=seen.what, name=VITALS[seen.what], at=_span(seen.at), number=measured, value=value, unit=unit
    )


def parts_of(course: Course) -> tuple[tuple[str, CourseInterval], ...]:
    """Onset, peak and end, those that are published."""
    named = (("onset", course.onset), ("peak", course.peak), ("end", course.end))
    return tuple((name, part) for name, part in named if part is not None)


def _words(what: str, points: float) -> str:
    """What points of a scale of one item mean; empty for what is no such scale. A lost minus stands out in words."""
    instrument = load_instruments().get(what)
    band = instrument.band(int(points)) if instrument is not None and points == int(points) else None
    return band.label if band is not None else ""
