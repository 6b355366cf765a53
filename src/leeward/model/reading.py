"""A reading: what is known of a number, as an interval, and what it lacks to be narrower.

Comparing a reading with a limit gives a Truth. An exact reading is an interval of no width; an unknown one is the whole
line. Learning more only ever narrows the interval, so a comparison that was settled stays settled.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

import msgspec

from leeward.errors import MisuseError
from leeward.model.missing import Missing
from leeward.model.quantity import factor, number
from leeward.model.truth import NO, UNKNOWN, YES, Answer, Truth, disagreeing


class Limit(msgspec.Struct, frozen=True):
    """A number from knowledge or policy that readings are compared with: its entry's id, value and unit."""

    id: str
    value: float
    unit: str

    def __str__(self) -> str:
        return number(self.value) if self.unit in BARE else f"{number(self.value)} {self.unit}"


BARE = ("points", "1")
"""Units that a person does not say."""


class Reading(msgspec.Struct, frozen=True, eq=False, gc=False):
    """What is known of a number: `low` and `high` in `unit`, the inputs it comes from and those it lacks.

    `either` are the readings of one time that it spans, where several were taken and disagree.

    >>> partial = Reading(6, 11, "points", "COWS", inputs=("scores.cows",), lacks=("scores.cows.items.pupils",))
    >>> gate = Limit("cows-gate", 8, "points")
    >>> (partial >= gate).answer.name, (partial >= gate).lacked()
    ('UNKNOWN', ('scores.cows.items.pupils',))
    >>> (partial < Limit("home-gate", 13, "points")).answer.name
    'YES'
    """

    low: float
    high: float
    unit: str
    says: str
    inputs: tuple[str, ...]
    lacks: tuple[str, ...] = ()
    either: tuple[Reading, ...] = ()

    def __post_init__(self) -> None:
        if self.low != self.high and not self.lacks:
            raise MisuseError(f"{self.says} is not exact, so it must name what it lacks.")

    @classmethod
    def unknown(cls, name: str, says: str, unit: str) -> Reading:
        """A reading of which nothing is known; `name` is the input that is missing."""
        return cls(-inf, inf, unit, says, (name,), (name,))

    @property
    def is_unknown(self) -> bool:
        return self._is_whole_line and not self.either

    @property
    def _is_whole_line(self) -> bool:
        return self.low == -inf and self.high == inf

    @property
    def is_exact(self) -> bool:
        return self.low == self.high

    def __lt__(self, limit: Limit) -> Truth:
        value = self._in_mine(limit)
        return self._settled(limit, "below", YES if self.high < value else NO if self.low >= value else UNKNOWN)

    def __le__(self, limit: Limit) -> Truth:
        value = self._in_mine(limit)
        return self._settled(limit, "at or below", YES if self.high <= value else NO if self.low > value else UNKNOWN)

    def __gt__(self, limit: Limit) -> Truth:
        value = self._in_mine(limit)
        return self._settled(limit, "above", YES if self.low > value else NO if self.high <= value else UNKNOWN)

    def __ge__(self, limit: Limit) -> Truth:
        value = self._in_mine(limit)
        return self._settled(limit, "at least", YES if self.low >= value else NO if self.high < value else UNKNOWN)

    def _in_mine(self, limit: Limit) -> float:
        return limit.value if limit.unit == self.unit else limit.value * factor(limit.unit, self.unit)

    def _settled(self, limit: Limit, how: str, answer: Answer) -> Truth:
        names = self.lacks if answer is UNKNOWN else self.inputs
        says = Comparison(self, how, limit, answer)
        if answer is UNKNOWN and self.either:
            return disagreeing([_COMPARED[how](each, limit) for each in self.either], says, *names)
        return Truth(answer, says, names, (limit.id,))

    def shown(self) -> str:
        """The number alone, as a person reads it."""
        if self._is_whole_line:
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


_COMPARED = {
    "below": Reading.__lt__,
    "at or below": Reading.__le__,
    "above": Reading.__gt__,
    "at least": Reading.__ge__,
}
"""How a reading is compared with a limit, by how the sentence calls it."""


class Comparison(msgspec.Struct, frozen=True, eq=False, gc=False):
    """The sentence of a reading compared with a limit, put into words only when somebody asks."""

    reading: Reading
    how: str
    limit: Limit
    answer: Answer

    def __call__(self) -> str:
        if self.answer is UNKNOWN:
            return f"{self.reading}: whether it is {self.how} {self.limit} cannot be told"
        return f"{self.reading} is {'' if self.answer is YES else 'not '}{self.how} {self.limit}"


def exact(value: float | Missing, name: str, says: str, unit: str) -> Reading:
    """A reading of a single number as told, unknown where it is missing; `name` is the input that tells it."""
    if isinstance(value, Missing):
        return Reading.unknown(name, says, unit)
    return Reading(value, value, unit, says, (name,))


def spanning(readings: Iterable[Reading], lacks: tuple[str, ...]) -> Reading:
    """What readings of one time say together: the one that all say, or the span of them, which keeps what each says.

    `lacks`: the inputs that would tell which of them stands.
    """
    said = tuple({(each.low, each.high): each for each in readings}.values())
    if len(said) == 1:
        return said[0]
    low, high = min(each.low for each in said), max(each.high for each in said)
    lacking = tuple(dict.fromkeys((*lacks, *(name for each in said for name in each.lacks))))
    return Reading(low, high, said[0].unit, said[0].says, said[0].inputs, lacking, said)
