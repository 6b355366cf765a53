"""A reading: what is known of a number, as an interval, and what it lacks to be narrower.

Comparing a reading with a limit gives a Truth. An exact reading is an interval of no width; an unknown one is the whole
line. Learning more only ever narrows the interval, so a comparison that was settled stays settled.
"""

from __future__ import annotations

from math import inf

import msgspec

from leeward.errors import MisuseError
from leeward.model.quantity import factor, number
from leeward.model.truth import NO, UNKNOWN, YES, Answer, Truth


class Limit(msgspec.Struct, frozen=True):
    """A number from knowledge or policy that readings are compared with: its entry's id, value and unit."""

    id: str
    value: float
    unit: str

    def __str__(self) -> str:
        return number(self.value) if self.unit in BARE else f"{number(self.value)} {self.unit}"


BARE = ("points", "1")
"""Units that a person does not say."""


class Reading:
    """What is known of a number: `low` and `high` in `unit`, the inputs it comes from and those it lacks.

    >>> partial = Reading(6, 11, "points", "COWS", inputs=("scores.cows",), lacks=("scores.cows.items.pupils",))
    >>> gate = Limit("cows-gate", 8, "points")
    >>> (partial >= gate).answer.name, (partial >= gate).lacked()
    ('UNKNOWN', ('scores.cows.items.pupils',))
    >>> (partial < Limit("home-gate", 13, "points")).answer.name
    'YES'
    """

    __slots__ = ("high", "inputs", "lacks", "low", "says", "unit")

    def __init__(
        self,
        low: float,
        high: float,
        unit: str,
        says: str,
        inputs: tuple[str, ...],
        lacks: tuple[str, ...] = (),
    ) -> None:
        self.low, self.high, self.unit, self.says = low, high, unit, says
        self.inputs, self.lacks = inputs, lacks
        if low != high and not lacks:
            raise MisuseError(f"{says} is not exact, so it must name what it lacks.")

    @classmethod
    def unknown(cls, name: str, says: str, unit: str) -> Reading:
        """A reading of which nothing is known; `name` is the input that is missing."""
        return cls(-inf, inf, unit, says, inputs=(name,), lacks=(name,))

    @property
    def is_unknown(self) -> bool:
        return self.low == -inf and self.high == inf

    @property
    def is_exact(self) -> bool:
        return self.low == self.high

    def __lt__(self, limit: Limit) -> Truth:
        return self._settle(limit, "below", self.high < self._in_mine(limit), self.low >= self._in_mine(limit))

    def __le__(self, limit: Limit) -> Truth:
        return self._settle(limit, "at or below", self.high <= self._in_mine(limit), self.low > self._in_mine(limit))

    def __gt__(self, limit: Limit) -> Truth:
        return self._settle(limit, "above", self.low > self._in_mine(limit), self.high <= self._in_mine(limit))

    def __ge__(self, limit: Limit) -> Truth:
        return self._settle(limit, "at least", self.low >= self._in_mine(limit), self.high < self._in_mine(limit))

    def _in_mine(self, limit: Limit) -> float:
        return limit.value if limit.unit == self.unit else limit.value * factor(limit.unit, self.unit)

    def _settle(self, limit: Limit, how: str, yes: bool, no: bool) -> Truth:
        answer = YES if yes else (NO if no else UNKNOWN)
        return Truth(answer, lambda: self._sentence(how, limit, answer), self._names(answer), (limit.id,))

    def _names(self, answer: Answer) -> tuple[str, ...]:
        return self.lacks if answer is UNKNOWN else self.inputs

    def _sentence(self, how: str, limit: Limit, answer: Answer) -> str:
        if answer is UNKNOWN:
            return f"{self}: whether it is {how} {limit} cannot be told"
        return f"{self} is {'' if answer is YES else 'not '}{how} {limit}"

    def shown(self) -> str:
        """The number alone, as a person reads it."""
        if self.is_unknown:
            return "not known"
        unit = "" if self.unit in BARE else self.unit if self.unit in ("%", "/min") else f" {self.unit}"
        if self.is_exact:
            return f"{number(round(self.low, 2))}{unit}"
        if self.low == -inf:
            return f"at most {number(round(self.high, 2))}{unit}"
        if self.high == inf:
            return f"at least {number(round(self.low, 2))}{unit}"
        return f"{number(round(self.low, 2))} to {number(round(self.high, 2))}{unit}"

    def __str__(self) -> str:
        return f"{self.says} {self.shown()}"

    def __repr__(self) -> str:
        return f"Reading({self.low}, {self.high}, {self.unit!r}, {self.says!r})"
