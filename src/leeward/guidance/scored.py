"""What was scored, as it speaks for now: the latest score of an instrument, its total, its objective signs."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from math import inf

from msgspec import structs

from leeward.guidance.basis import asked_once
from leeward.guidance.observed import Observed
from leeward.instruments import Score, load_instruments, score
from leeward.model.case import ScoreEntry
from leeward.model.instants import Span
from leeward.model.missing import Missing
from leeward.model.once import once
from leeward.model.reading import Reading, spanning

LASTING_INSTRUMENTS = ("dsm-5-tr-opioid-use-disorder", "dsm-5-tr-opioid-withdrawal", "phq-2", "phq-9", "c-ssrs")
"""Instruments that speak of weeks or months, so that a score of yesterday still stands."""


Bounds = Callable[[Score], tuple[float | None, float | None]]
"""The least and the most of something that a score counts; None where it does not tell."""


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
    def current_entries(self, instrument: str) -> tuple[tuple[ScoreEntry, ...], tuple[str, ...], bool]:
        """The latest entries that still speak for now, what is lacking to know them, and whether they are of one time.

        Several where two were taken at the same time, as when two people chart at once: each may be the one to go by.
        """
        lasting = instrument in LASTING_INSTRUMENTS
        candidates, open_times = self.latest(self.entries(instrument), lasting)
        if not candidates:
            return (), (f"scores.{instrument}",), False
        if open_times and not lasting:
            return (), (f"scores.{instrument}.at",), False
        together = self.scored_together(instrument, candidates)
        return tuple(together or candidates), (), bool(together)

    def scored_together(self, instrument: str, latest: list[ScoreEntry]) -> list[ScoreEntry]:
        """The latest of some scores with those of the same time before them, as when two people chart at once.

        A dose between two scores tells them apart. None where no time tells which are the latest.
        """
        together = self.of_one_time(self.entries(instrument), latest, "scores-of-one-time")
        newest = max((at.latest for entry in latest if isinstance(at := entry.at, Span)), default=self.case.now)
        given = () if isinstance(self.case.doses, Missing) else self.case.doses
        doses = [dose.at.earliest for dose in given if isinstance(dose.at, Span)]
        return [
            entry
            for entry in together
            if entry in latest
            or (isinstance(entry.at, Span) and not any(entry.at.earliest <= dose < newest for dose in doses))
        ]

    def current_scores(self, instrument: str) -> tuple[tuple[Score, ...], tuple[str, ...]]:
        """The latest scores that still speak for now, and what is lacking to know them."""
        entries, lacks, _ = self.current_entries(instrument)
        return tuple([scored(entry) for entry in entries]), lacks

    def total(self, instrument: str, says: str) -> Reading:
        """The total of an instrument now: a range where items are missing, or where two scores of one time differ."""
        name = f"scores.{instrument}"
        return self._counted(instrument, says, "points", name, lambda score: (score.low, score.high))

    def _counted(self, instrument: str, says: str, unit: str, lacking: str, bounds: Bounds) -> Reading:
        """What the scores that speak for now say of a number; `lacking` is asked for where one does not tell it."""
        entries, lacks, together = self.current_entries(instrument)
        name = f"scores.{instrument}"
        readings: list[Reading] = []
        for found in map(scored, entries):
            low, high = bounds(found)
            if low is None or high is None:
                readings.append(Reading(-inf, inf, unit, says, (name,), (lacking,)))
                continue
            items = tuple(f"{name}.items.{item}" for item in found.missing) or (lacking,)
            readings.append(Reading(low, high, unit, says, (name,), items if low != high else ()))
        if not readings:
            return Reading(-inf, inf, unit, says, (name,), lacks)
        spanned = spanning(readings, (which(instrument),))
        return spanned if together or not spanned.either else structs.replace(spanned, either=())

    def scored_twice(self) -> tuple[str, ...]:
        """The instruments of which two scores of one time cannot both be true: a total or an answer that differs."""
        return tuple(
            instrument
            for instrument in sorted(self._scores)
            if len(self._scores[instrument]) > 1
            and self.current_entries(instrument)[2]
            and _apart(self.current_scores(instrument)[0])
        )

    @once
    def cows(self) -> Reading:
        """The COWS total now."""
        return self.total("cows", "COWS")

    @once
    def objective_signs(self) -> Reading:
        """How many objective signs of withdrawal the COWS shows now."""
        return self._counted(
            "cows",
            "objective signs",
            "1",
            "scores.cows.items",
            lambda score: (score.objective_low, score.objective_high),
        )


def which(instrument: str) -> str:
    """The input that is lacking where two scores of one time differ: nobody knows which of them stands."""
    return f"scores.{instrument}.which"


def _apart(scores: tuple[Score, ...]) -> bool:
    """Whether no total is possible for all of these, or an item has two answers."""
    lows, highs = [score.low or 0 for score in scores], [score.high or 0 for score in scores]
    answers = {
        (item, points) for score in scores for item, points in score.items.items() if not isinstance(points, Missing)
    }
    return max(lows) > min(highs) or len(answers) > len({item for item, _ in answers})


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
