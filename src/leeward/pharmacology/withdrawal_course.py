"""The course of withdrawal in populations: bands of onset, peak and end, what was seen, and how many left. A hypothesis, never a forecast.

Onset, peak and end after stopping are those of `substances.toml`, which the assessment tells too; `withdrawal-course.toml` adds what trials
saw, the grade, and the courses that an antagonist or buprenorphine brings on. No score is worked out from what somebody took: no published
model does that in adults, individual forecasts are graded F, and time constants of adaptation cannot be told from any data that was read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from leeward.errors import BadInput, shown
from leeward.knowledge import Knowledge
from leeward.knowledge.entries import Entry, Ids, Number, Substance, Words
from leeward.model.quantity import factor

Kind = Literal["spontaneous", "precipitated"]
Part = Literal["onset", "peak", "end"]

STANDING = "hypothesis"
UNGRADED = "D"
"""The grade of a course of which no trial was read."""

CAVEATS = (
    "Groups of people, never this person: nobody's own course can be foretold.",
    "A band says when sources place onset, peak and end. It says nothing of how bad it gets, and it is no time to wait before a dose.",
)


class ObservedScore(Entry, frozen=True, kw_only=True):
    """A mean score of those who were still there on a day."""

    scale: str
    arm: str
    day: int
    value: Number


class Left(Entry, frozen=True, kw_only=True):
    """How many of an arm left before a day; as means are of those who stayed, they tell too little."""

    arm: str
    gone: int
    of: int
    by_day: int


class CourseEntry(Entry, frozen=True, kw_only=True):
    """What was seen of the course of withdrawal from some substances (`withdrawal-course.toml`)."""

    kind: Kind
    substances: Ids
    grade: str
    onset: Number | None = None
    end: Number | None = None
    wider_onset: Number | None = None
    observed: tuple[ObservedScore, ...] = ()
    left: tuple[Left, ...] = ()
    caveats: Words = ()


class Band(msgspec.Struct, frozen=True, kw_only=True):
    """When a part of the course lies, in hours after the last use or the dose; `earliest` and `latest` where any source places it."""

    part: Part
    low_h: float
    high_h: float
    earliest_h: float
    latest_h: float
    sources: tuple[str, ...]


class WithdrawalCourse(msgspec.Struct, frozen=True, kw_only=True):
    """The course in a population. Without bands nothing is known of it, which is not a sign that there is no withdrawal."""

    substance: str
    name: str
    kind: Kind
    says: str
    standing: str = STANDING
    grade: str
    bands: tuple[Band, ...]
    observed: tuple[ObservedScore, ...] = ()
    left: tuple[Left, ...] = ()
    caveats: tuple[str, ...]
    sources: tuple[str, ...]


def withdrawal_course(knowledge: Knowledge, substance: str) -> WithdrawalCourse:
    """The course of withdrawal from a substance, or that one of these medicines brings on; raises BadInput for what Leeward has no course of.

    `substance` is an id of `substances.toml`, or an antagonist or buprenorphine of `withdrawal-course.toml`.
    """
    entry = next(
        (one for one in knowledge.table_of("withdrawal-course", CourseEntry).values() if substance in one.substances),
        None,
    )
    known = knowledge.substances.get(substance)
    if entry is not None and entry.kind == "precipitated":
        bands = tuple(_bands(entry.onset, None, entry.end, entry.sources, ()))
    elif known is not None and known.opioid == "yes":
        bands = tuple(_bands(known.onset, known.peak, known.duration, known.sources, _others(known, entry)))
    else:
        mend = "Use an opioid of substances.toml, or naloxone or sublingual buprenorphine."
        raise BadInput.one(
            "LW-1140", "substance", f'Leeward has no course of withdrawal from "{shown(substance)}".', mend
        )
    name = known.name if known else knowledge.medicines[substance].name
    nothing = f"When withdrawal from {name} begins and ends was not read. That is not a sign that there is none."
    return WithdrawalCourse(
        substance=substance,
        name=name,
        kind=entry.kind if entry else "spontaneous",
        says=(entry.says if entry else f"Withdrawal after stopping {name}; no trial was read.") if bands else nothing,
        grade=entry.grade if entry else UNGRADED,
        bands=bands,
        observed=entry.observed if entry else (),
        left=entry.left if entry else (),
        caveats=(*CAVEATS, *(entry.caveats if entry else ())),
        sources=tuple(sorted(_sources(bands, entry))),
    )


def _others(known: Substance, entry: CourseEntry | None) -> tuple[Number, ...]:
    wider = (msgspec.structs.replace(entry.wider_onset, what="onset"),) if entry and entry.wider_onset else ()
    return (*known.other_course, *wider)


NAMES: dict[Part, str] = {"onset": "onset", "peak": "peak", "end": "duration"}
"""How substances.toml calls a part where sources disagree on it."""


def _bands(
    onset: Number | None, peak: Number | None, end: Number | None, sources: Ids, others: tuple[Number, ...]
) -> Iterator[Band]:
    parts: tuple[tuple[Part, Number | None], ...] = (("onset", onset), ("peak", peak), ("end", end))
    for part, told in parts:
        if told is None:
            continue
        disagreeing = [other for other in others if other.what == NAMES[part]]
        ends = [_hours(one) for one in (told, *disagreeing)]
        yield Band(
            part=part,
            low_h=ends[0][0],
            high_h=ends[0][1],
            earliest_h=min(low for low, _ in ends),
            latest_h=max(high for _, high in ends),
            sources=tuple(
                sorted({*(told.sources or sources), *(source for one in disagreeing for source in one.sources)})
            ),
        )


def _hours(part: Number) -> tuple[float, float]:
    in_hours = factor(part.unit, "h")
    told = [end for end in (part.low, part.value, part.high) if end is not None]
    return min(told) * in_hours, max(told) * in_hours


def _sources(bands: tuple[Band, ...], entry: CourseEntry | None) -> set[str]:
    found = {source for band in bands for source in band.sources}
    if entry is not None:
        found.update(entry.sources, *(one.sources for one in (*entry.observed, *entry.left)))
    return found
