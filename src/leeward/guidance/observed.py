"""What was observed, as it speaks for now: readings, yes or no, words, drug screens.

A reading speaks for now while it is recent; some kinds keep. What nobody observed is unknown, never normal. Where
readings of one time disagree each of them is kept, so that the worst can count.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import cache
from math import inf
from typing import Protocol, TypeVar

from leeward.guidance.basis import Basis, asked_once
from leeward.knowledge import Knowledge
from leeward.model.case import Observation
from leeward.model.instants import HOUR, Span, hours_since
from leeward.model.missing import Missing
from leeward.model.once import once
from leeward.model.reading import Reading, spanning
from leeward.model.truth import Truth, disagreeing, known, unknown


class Timed(Protocol):
    """Anything with a key and an instant."""

    @property
    def key(self) -> str: ...
    @property
    def at(self) -> Span | Missing: ...


TimedEntry = TypeVar("TimedEntry", bound=Timed)

PER_CENT = 100

OBSERVATIONS = "observations."
"""How the names of inputs begin that somebody observed."""

AGES = {"pre-dose": "breathing-current", "hours": "readings-current", "long": "readings-current"}
"""Which setting of policy says how old a reading may be, by how long its kind keeps; one that keeps long is never old."""


class Observed(Basis):
    """The observations of a case, to be asked by kind."""

    @once
    def _observations(self) -> dict[str, list[Observation]]:
        found: dict[str, list[Observation]] = {}
        for observation in self.case.observations:
            found.setdefault(observation.what, []).append(observation)
        return found

    def observed(self, what: str) -> Sequence[Observation]:
        """Every observation of a kind, whenever it was made."""
        return self._observations.get(what, ())

    @asked_once
    def reading(self, what: str) -> Reading:
        """The latest reading that still speaks for now, in the unit that knowledge keeps for it."""
        if what not in self._observations:
            return _not_read(what, self.knowledge)
        kind, name = self.knowledge.observations[what], f"observations.{what}"
        candidates, open_times = self.latest(self.observed(what), kind.keeps == "long", AGES[kind.keeps])
        values = [entry.value for entry in candidates if isinstance(entry.value, (int, float))]
        if not values or (open_times and kind.keeps != "long"):
            return Reading.unknown(f"{name}.at" if open_times and values else name, kind.name, kind.unit)
        together = self.of_one_time(self.observed(what), candidates)
        if together:
            return spanning([_read(entry, kind.name, kind.unit) for entry in together], (name,))
        if len(values) < len(candidates):
            return Reading.unknown(name, kind.name, kind.unit)
        low, high = min(values), max(values)
        return Reading(low, high, kind.unit, kind.name, (name,), (name,) if low != high else ())

    def said(self, what: str) -> Truth:
        """Whether a yes-or-no observation holds now."""
        if what not in self._observations:
            return _not_said(what, self.knowledge)
        return self._word(what, _is_yes, self.knowledge.observations[what].name)

    def word(self, what: str, *words: str) -> Truth:
        """Whether an observation in words is one of `words` now."""
        says = f"{self.knowledge.observations[what].name} {' or '.join(words)}"
        return self._word(what, lambda value: value in words, says)

    def _word(self, what: str, holds: Callable[[object], bool], says: str) -> Truth:
        lasting = self.knowledge.observations[what].keeps == "long"
        candidates, open_times = self.latest(self.observed(what), lasting)
        name = f"observations.{what}"
        if open_times and not lasting and not any(isinstance(entry.value, Missing) for entry in candidates):
            return unknown(f"{name}.at", sentence=f"{says}: when is not known")
        together = self.of_one_time(self.observed(what), candidates)
        told = [
            unknown(name, sentence=f"{says}: not known")
            if isinstance(entry.value, Missing)
            else known(holds(entry.value), says if holds(entry.value) else f"no {says}", name)
            for entry in together or candidates
        ]
        if not told:
            return unknown(name, sentence=f"{says}: not known")
        return _agreed(told, bool(together), name, says)

    @asked_once
    def screened(self, analyte: str, result: str) -> Truth:
        """Whether the latest urine drug screen gave `result` for an analyte."""
        name = f"observations.urine-drug-screen.{analyte}"
        tested = self._tested("urine-drug-screen", analyte)
        candidates, _ = self.latest(tested, lasting=True)
        together = self.of_one_time(tested, candidates)
        results = sorted({dict(entry.results)[analyte] for entry in together or candidates})
        told = [
            known(found == result, f"urine screen {found} for {analyte}", name)
            if found in ("positive", "negative")
            else unknown(name)
            for found in results
        ]
        return _agreed(told, bool(together), name, f"urine screen for {analyte}") if told else unknown(name)

    def hours_since_observed(self, what: str, analyte: str = "") -> Reading:
        """Hours since the latest observation of a kind; for a drug screen, since the latest with `analyte`."""
        name = f"observations.{what}.{analyte}" if analyte else f"observations.{what}"
        says = f"hours since the latest {self.knowledge.observations[what].name}"
        candidates, _ = self.latest(self._tested(what, analyte), lasting=True)
        spans = [entry.at for entry in candidates if isinstance(entry.at, Span)]
        if not spans or len(spans) < len(candidates):
            return Reading.unknown(f"{name}.at" if candidates else name, says, "h")
        span = Span(max(span.earliest for span in spans), max(span.latest for span in spans))
        return hours_since(span, self.case.now, f"{name}.at", says)

    def read_together(self, what: str, analyte: str = "") -> list[Observation]:
        """The readings of one time that may each be the one to go by; for a drug screen, those with `analyte`."""
        kind, entries = self.knowledge.observations[what], self._tested(what, analyte)
        lasting = kind.keeps == "long" or bool(analyte)
        return self.of_one_time(entries, self.latest(entries, lasting, AGES[kind.keeps])[0])

    def _tested(self, what: str, analyte: str) -> list[Observation]:
        return [entry for entry in self.observed(what) if not analyte or analyte in dict(entry.results)]

    def fall(self, what: str) -> Reading:
        """How far the latest reading lies under the first of the case, in per cent of the first; a rise is negative."""
        name, says = f"observations.{what}", f"fall of {self.knowledge.observations[what].name} since the first reading"
        entries, latest = self.observed(what), self.reading(what)
        values = [entry.value for entry in _first(entries)]
        first = [value for value in values if isinstance(value, (int, float)) and value > 0]
        if latest.is_unknown or not first or len(first) < len(values):
            return Reading.unknown(name, says, "%")
        if len(entries) == 1:
            return Reading(0, 0, "%", says, (name,))

        def fallen(now: Reading) -> Reading:
            low, high = (1 - now.high / min(first)) * PER_CENT, (1 - now.low / max(first)) * PER_CENT
            return Reading(low, high, "%", says, (name,), (name,) if low != high else ())

        return spanning([fallen(now) for now in latest.either or (latest,)], (name,))

    def latest(
        self, entries: Sequence[TimedEntry], lasting: bool = False, limit: str = "readings-current"
    ) -> tuple[list[TimedEntry], bool]:
        """The entries that may be the latest one that still speaks for now, and whether that hangs on an open time.

        `limit` names the setting of policy that says how old an entry may be.
        """
        age = self.limit(limit).value * HOUR
        possible = [entry for entry in entries if lasting or not self._is_old(entry.at, age)]
        if not possible:
            return [], False
        if len(possible) > 1:
            newest = max(_earliest(entry.at) for entry in possible)
            possible = [entry for entry in possible if _latest(entry.at) >= newest]
        return possible, any(self._may_be_old(entry.at, age) for entry in possible)

    def of_one_time(
        self, entries: Sequence[TimedEntry], latest: Sequence[TimedEntry], limit: str = "readings-of-one-time"
    ) -> list[TimedEntry]:
        """The `latest` of these entries with those just before them; none where no time tells which are the latest.

        `limit` names how far apart two entries of one time may be.

        Hazard: of two readings charted for one time the milder one, read last, would take an emergency off every page.
        """
        known_times = [entry.at for entry in latest if isinstance(entry.at, Span)]
        if len(known_times) < len(latest) or not latest:
            return []
        since = max(at.latest for at in known_times) - timedelta(minutes=self.limit(limit).value)
        return [
            entry for entry in entries if entry in latest or (isinstance(entry.at, Span) and entry.at.earliest > since)
        ]

    @once
    def readings_may_disagree(self) -> bool:
        """Whether, of any kind, the readings of one time that may be the ones to go by say different things."""
        return any(
            len(entries) > 1 and self._may_disagree(what, entries) for what, entries in self._observations.items()
        )

    def _may_disagree(self, what: str, entries: Sequence[Observation]) -> bool:
        if all(_says(entry) == _says(entries[0]) for entry in entries):
            return False
        if any(entry.results for entry in entries):
            return True  # one analyte may be in some of the screens only, so that others are the latest of it
        limits = (AGES[self.knowledge.observations[what].keeps], "readings-current")
        going_by = [self.latest(entries, lasting=True)[0], *(self.latest(entries, limit=limit)[0] for limit in limits)]
        together = [self.of_one_time(entries, latest) for latest in going_by]
        return any(_says(entry) != _says(each[0]) for each in together for entry in each)

    def _is_old(self, at: Span | Missing, age: timedelta) -> bool:
        return isinstance(at, Span) and (self.case.now - at.latest) > age

    def _may_be_old(self, at: Span | Missing, age: timedelta) -> bool:
        return isinstance(at, Missing) or (self.case.now - at.earliest) > age


def _says(entry: Observation) -> tuple[object, ...]:
    return entry.value, entry.unit, entry.upper_limit_of_normal, entry.results


def _is_yes(value: object) -> bool:
    return value is True or value == "yes"


@cache
def _not_read(what: str, knowledge: Knowledge) -> Reading:
    kind = knowledge.observations[what]
    return Reading.unknown(f"observations.{what}", kind.name, kind.unit)


@cache
def _not_said(what: str, knowledge: Knowledge) -> Truth:
    return unknown(f"observations.{what}", sentence=f"{knowledge.observations[what].name}: not known")


def _agreed(told: list[Truth], together: bool, name: str, says: str) -> Truth:
    """What entries say that may each be the one to go by; where they are of one time, what each of them says."""
    if len({each.answer for each in told}) == 1:
        return told[0]
    if together:
        return disagreeing(told, f"{says}: entries of the same time disagree", name)
    open_ = [each for each in told if each.is_unknown]
    return open_[0] if open_ else unknown(name, sentence=f"{says}: which entry is the latest is not known")


def _read(entry: Observation, says: str, unit: str) -> Reading:
    """The number of one entry; unknown where it says none."""
    name = f"observations.{entry.what}"
    if isinstance(entry.value, (int, float)):
        return Reading(entry.value, entry.value, unit, says, (name,))
    return Reading.unknown(name, says, unit)


def _first(entries: Sequence[Observation]) -> list[Observation]:
    """The entries that may be the first."""
    oldest = min((_latest(entry.at) for entry in entries), default=inf)
    return [entry for entry in entries if _earliest(entry.at) <= oldest]


def _earliest(at: Span | Missing) -> float:
    return -inf if isinstance(at, Missing) else at.earliest.timestamp()


def _latest(at: Span | Missing) -> float:
    return inf if isinstance(at, Missing) else at.latest.timestamp()
