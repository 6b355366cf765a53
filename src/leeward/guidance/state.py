"""Where the person stands: the scores as they are, and the expected course of each exposure.

The course is what groups of people were seen to go through, never a forecast for this person. It runs from the last use,
so an interval of last use gives an interval of onset.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from leeward.guidance.assessment import Course, CourseInterval, WithdrawalScore
from leeward.guidance.picture import LASTING_INSTRUMENTS, Picture, scored
from leeward.knowledge.entries import Number, Substance
from leeward.model.case import Exposure, ScoreEntry
from leeward.model.instants import HOUR, Span
from leeward.model.missing import Missing
from leeward.model.quantity import factor, number


def scores(picture: Picture) -> tuple[WithdrawalScore, ...]:
    """Every score of the case, by instrument and then newest first; a range and no band where items are missing."""
    entries = sorted(picture.case.scores, key=lambda entry: (entry.instrument, -_when(entry), entry.key))
    return tuple(_score(picture, entry) for entry in entries)


def _when(entry: ScoreEntry) -> float:
    return entry.at.latest.timestamp() if isinstance(entry.at, Span) else 0


def _score(picture: Picture, entry: ScoreEntry) -> WithdrawalScore:
    score = scored(entry)
    low, high = score.objective_low, score.objective_high
    return WithdrawalScore(
        instrument=entry.instrument,
        at=str(entry.at) if isinstance(entry.at, Span) else None,
        total=score.total,
        range=None if score.low is None or score.high is None else (score.low, score.high),
        band=score.band,
        missing=score.missing,
        objective_signs=low if low == high else None,
        objective_signs_range=None if low is None or high is None or low == high else (low, high),
        current=entry in _current(picture, entry.instrument),
        flags=(*score.flags, *score.notes),
    )


def _current(picture: Picture, instrument: str) -> Sequence[ScoreEntry]:
    """The entries of an instrument that speak for now; none where an open time leaves that open."""
    entries = picture.entries(instrument)
    candidates, open_times = picture.latest(entries, instrument in LASTING_INSTRUMENTS)
    return () if open_times else picture.scored_together(instrument, candidates) or candidates


def courses(picture: Picture) -> tuple[Course, ...]:
    """The expected course for each exposure whose substance has a published one."""
    found: list[Course] = []
    for exposure in picture.exposures:
        substance = picture.substance(exposure)
        if substance is not None and (substance.onset or substance.peak or substance.duration):
            found.append(_course(picture, exposure, substance))
    return tuple(found)


def _course(picture: Picture, exposure: Exposure, substance: Substance) -> Course:
    parts = [part for part in (substance.onset, substance.peak, substance.duration) if part is not None]
    sources = dict.fromkeys(source for part in parts for source in (part.sources or substance.sources))
    sources.update(dict.fromkeys(source for part in substance.other_course for source in part.sources))
    return Course(
        exposure=exposure.key,
        onset=_between(exposure, substance.onset),
        peak=_between(exposure, substance.peak),
        end=_between(exposure, substance.duration),
        says=_in_words(substance),
        disagreements=tuple(_other(part) for part in substance.other_course),
        sources=tuple(sources),
    )


def _between(exposure: Exposure, part: Number | None) -> CourseInterval | None:
    if part is None:
        return None
    if isinstance(exposure.last_use, Missing):
        return CourseInterval(earliest=None, latest=None)
    low, high = _hours(part)
    return CourseInterval(
        earliest=None if low is None else exposure.last_use.earliest + low,
        latest=None if high is None else exposure.last_use.latest + high,
    )


def _hours(part: Number) -> tuple[timedelta | None, timedelta | None]:
    in_hours = factor(part.unit, "h") * HOUR
    low = part.low if part.low is not None else part.value
    high = part.high if part.high is not None else part.value
    return (None if low is None else low * in_hours, None if high is None else high * in_hours)


def _in_words(substance: Substance) -> str:
    parts = [
        f"{name} {_range(part)}"
        for name, part in (("onset", substance.onset), ("peak", substance.peak), ("lasting", substance.duration))
        if part is not None
    ]
    return f"{substance.name}: {', '.join(parts)} after the last use, in groups of people"


def _range(part: Number) -> str:
    if part.value is not None:
        return f"{number(part.value)} {part.unit}"
    ends = [number(end) for end in (part.low, part.high) if end is not None]
    return f"{' to '.join(ends)} {part.unit}"


def _other(part: Number) -> str:
    return f"{part.what} {_range(part)}: {part.says}"
