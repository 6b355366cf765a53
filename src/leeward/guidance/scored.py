"""What was scored, as it speaks for now: the latest score of an instrument, its total, its objective signs."""

from __future__ import annotations

from functools import cache, cached_property, lru_cache
from math import inf

from leeward.guidance.basis import asked_once
from leeward.guidance.observed import Observed
from leeward.instruments import Score, load_instruments, score
from leeward.model.case import ScoreEntry
from leeward.model.missing import Missing
from leeward.model.reading import Reading

LASTING_INSTRUMENTS = ("dsm-5-tr-opioid-use-disorder", "dsm-5-tr-opioid-withdrawal", "phq-2", "phq-9", "c-ssrs")
"""Instruments that speak of weeks or months, so that a score of yesterday still stands."""


class Scored(Observed):
    """The scores of a case, to be asked by instrument."""

    @cached_property
    def _scores(self) -> dict[str, list[ScoreEntry]]:
        found: dict[str, list[ScoreEntry]] = {}
        for entry in self.case.scores:
            found.setdefault(entry.instrument, []).append(entry)
        return found

    def entries(self, instrument: str) -> list[ScoreEntry]:
        """All entries of an instrument, as they were given."""
        return self._scores.get(instrument, [])

    @asked_once
    def current_score(self, instrument: str) -> tuple[Score | None, tuple[str, ...]]:
        """The latest score that still speaks for now, or None with what is lacking."""
        lasting = instrument in LASTING_INSTRUMENTS
        candidates, open_times = self.latest(self.entries(instrument), lasting)
        if not candidates:
            return None, (f"scores.{instrument}",)
        if len(candidates) > 1 or (open_times and not lasting):
            return None, (f"scores.{instrument}.at",)
        return scored(candidates[0]), ()

    def total(self, instrument: str, says: str) -> Reading:
        """The total of an instrument now: a range where items are missing."""
        score, lacks = self.current_score(instrument)
        name = f"scores.{instrument}"
        if score is None or score.low is None or score.high is None:
            return Reading(-inf, inf, "points", says, (name,), lacks or (name,))
        missing = tuple(f"{name}.items.{item}" for item in score.missing)
        return Reading(score.low, score.high, "points", says, (name,), missing if score.low != score.high else ())

    @cached_property
    def cows(self) -> Reading:
        """The COWS total now."""
        return self.total("cows", "COWS")

    @cached_property
    def objective_signs(self) -> Reading:
        """How many objective signs of withdrawal the COWS shows now."""
        score, lacks = self.current_score("cows")
        if score is None or score.objective_low is None or score.objective_high is None:
            return Reading(-inf, inf, "1", "objective signs", ("scores.cows",), lacks or ("scores.cows.items",))
        missing = tuple(f"scores.cows.items.{item}" for item in score.missing) or ("scores.cows.items",)
        low, high = score.objective_low, score.objective_high
        return Reading(low, high, "1", "objective signs", ("scores.cows",), missing if low != high else ())


def scored(entry: ScoreEntry) -> Score:
    """An entry's items or total as a score."""
    if entry.items is None and entry.total is not None:
        return _scored_total(entry.instrument, entry.total)
    return _scored_items(entry.instrument, tuple(sorted((entry.items or {}).items())), entry.total)


@cache
def _scored_total(instrument: str, total: int) -> Score:
    return score(load_instruments()[instrument], None, total)


@lru_cache(maxsize=256)
def _scored_items(instrument: str, items: tuple[tuple[str, int | bool | Missing], ...], total: int | None) -> Score:
    return score(load_instruments()[instrument], dict(items), total)
