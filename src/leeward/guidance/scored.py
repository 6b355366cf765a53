"""What was scored, as it speaks for now: the latest score of an instrument, its total, its objective signs."""

from __future__ import annotations

from datetime import timedelta
from functools import cache, lru_cache
from math import inf

from leeward.guidance.basis import asked_once
from leeward.guidance.observed import Observed
from leeward.instruments import Score, load_instruments, score
from leeward.model.case import ScoreEntry
from leeward.model.instants import Span
from leeward.model.missing import Missing
from leeward.model.once import once
from leeward.model.reading import Reading

LASTING_INSTRUMENTS = ("dsm-5-tr-opioid-use-disorder", "dsm-5-tr-opioid-withdrawal", "phq-2", "phq-9", "c-ssrs")
"""Instruments that speak of weeks or months, so that a score of yesterday still stands."""


class Scored(Observed):
    """The scores of a case, to be asked by instrument."""

    @once
    def _scores(self) -> dict[str, list[ScoreEntry]]:
        found: dict[str, list[ScoreEntry]] = {}
        for entry in self.case.scores:
            found.setdefault(entry.instrument, []).append(entry)
        return found

    def entries(self, instrument: str) -> list[ScoreEntry]:
        """All entries of an instrument, as they were given."""
        return self._scores.get(instrument, [])

    @asked_once
    def current_scores(self, instrument: str) -> tuple[tuple[Score, ...], tuple[str, ...]]:
        """The latest scores that still speak for now, and what is lacking to know them.

        Several where two were taken at the same time, as when two people chart at once: each may be the one to go by.
        """
        lasting = instrument in LASTING_INSTRUMENTS
        candidates, open_times = self.latest(self.entries(instrument), lasting)
        if not candidates:
            return (), (f"scores.{instrument}",)
        if open_times and not lasting:
            return (), (f"scores.{instrument}.at",)
        together = candidates if lasting else self._together(instrument, candidates)
        return tuple(scored(entry) for entry in together), ()

    def _together(self, instrument: str, latest: list[ScoreEntry]) -> list[ScoreEntry]:
        """The latest scores with those of the same minute before them, as when two people chart at once.

        A dose between two scores tells them apart.
        """
        within = timedelta(minutes=self.limit("scores-of-one-time").value)
        newest = max(at.latest for entry in latest if isinstance(at := entry.at, Span))
        given = () if isinstance(self.case.doses, Missing) else self.case.doses
        doses = [dose.at.earliest for dose in given if isinstance(dose.at, Span)]
        return [
            entry
            for entry in self.entries(instrument)
            if entry in latest
            or (
                isinstance(entry.at, Span)
                and newest - entry.at.earliest < within
                and not any(entry.at.earliest <= dose <= newest for dose in doses)
            )
        ]

    def current_score(self, instrument: str) -> tuple[Score | None, tuple[str, ...]]:
        """The latest score that still speaks for now, or None with what is lacking to know which."""
        scores, lacks = self.current_scores(instrument)
        if not scores:
            return None, lacks
        same = all(score == scores[0] for score in scores)
        return (scores[0], ()) if same else (None, (which(instrument),))

    def total(self, instrument: str, says: str) -> Reading:
        """The total of an instrument now: a range where items are missing, or where two scores of one time differ."""
        scores, lacks = self.current_scores(instrument)
        name = f"scores.{instrument}"
        bounds = [(score.low, score.high) for score in scores if score.low is not None and score.high is not None]
        if not bounds or len(bounds) < len(scores):
            return Reading(-inf, inf, "points", says, (name,), lacks or (name,))
        low, high = min(low for low, _ in bounds), max(high for _, high in bounds)
        return Reading(low, high, "points", says, (name,), self._missing(instrument, scores) if low != high else ())

    def _missing(self, instrument: str, scores: tuple[Score, ...]) -> tuple[str, ...]:
        """What would narrow the range that these scores of one time span."""
        name = f"scores.{instrument}"
        items = dict.fromkeys(f"{name}.items.{item}" for score in scores for item in score.missing)
        return (*(() if len(scores) == 1 else (which(instrument),)), *items)

    def scored_twice(self) -> tuple[str, ...]:
        """The instruments of which two scores of one time cannot both be true: their ranges have no total in common."""
        return tuple(
            instrument
            for instrument in sorted(self._scores)
            if instrument not in LASTING_INSTRUMENTS and _apart(self.current_scores(instrument)[0])
        )

    @once
    def cows(self) -> Reading:
        """The COWS total now."""
        return self.total("cows", "COWS")

    @once
    def objective_signs(self) -> Reading:
        """How many objective signs of withdrawal the COWS shows now."""
        scores, lacks = self.current_scores("cows")
        bounds = [
            (score.objective_low, score.objective_high)
            for score in scores
            if score.objective_low is not None and score.objective_high is not None
        ]
        if not bounds or len(bounds) < len(scores):
            return Reading(-inf, inf, "1", "objective signs", ("scores.cows",), lacks or ("scores.cows.items",))
        missing = self._missing("cows", scores) or ("scores.cows.items",)
        low, high = min(low for low, _ in bounds), max(high for _, high in bounds)
        return Reading(low, high, "1", "objective signs", ("scores.cows",), missing if low != high else ())


def which(instrument: str) -> str:
    """The input that is lacking where two scores of one time differ: nobody knows which of them stands."""
    return f"scores.{instrument}.which"


def _apart(scores: tuple[Score, ...]) -> bool:
    """Whether no total is possible for all of these."""
    lows, highs = [score.low or 0 for score in scores], [score.high or 0 for score in scores]
    return len(scores) > 1 and max(lows) > min(highs)


def scored(entry: ScoreEntry) -> Score:
    """An entry's items or total as a score."""
    if entry.items is None and entry.total is not None:
        return _scored_total(entry.instrument, entry.total)
    return _scored_items(entry.instrument, tuple(sorted((entry.items or {}).items())), entry.total)


@cache
def _scored_total(instrument: str, total: int) -> Score:
    return score(load_instruments()[instrument], None, total)


@lru_cache(maxsize=16_384)
def _scored_items(instrument: str, items: tuple[tuple[str, int | bool | Missing], ...], total: int | None) -> Score:
    return score(load_instruments()[instrument], dict(items), total)
