"""Watching counts as they come in, with a false-alarm rate that is known: MaxSPRT for Poisson counts.

At any time `c` events were seen where `mu` were expected. The statistic is `mu - c + c log(c / mu)` where `c > mu`, else 0;
an alarm is raised when it first reaches the critical value, and watching ends when `mu` reaches a limit chosen ahead. The
critical value is that with which the chance of any alarm, over the whole time, is `alpha` where nothing is the matter. The
chance is exact: the distribution of the count is carried from one time at which an alarm becomes possible to the next.

A bound worked out for watching without a pause holds for looks now and then too: fewer looks raise fewer alarms.

Source: Kulldorff, Davis, Kolczak, Lewis, Lieu and Platt 2011 (Sequential Analysis 30:58); the values are those of
`CV.Poisson` of the R package Sequential.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

import msgspec
import numpy as np
import scipy.special  # pyright: ignore[reportMissingTypeStubs]

from leeward.errors import BadInput
from leeward.signals.special import Floats, gammaln

_lambertw: Callable[[Floats], Any] = cast(Any, scipy.special).lambertw

CODE = "LW-1031"
HIGHEST = 40.0
"""No critical value is sought above this: its alpha would be below 1e-15."""


class Bound(msgspec.Struct, frozen=True, kw_only=True):
    """A critical value, and what it is worth."""

    value: float
    rate: float
    """The chance of any alarm over the whole time where nothing is the matter: at most the alpha that was asked for."""
    limit: float
    """Watching ends when so many events are expected."""
    least: int
    """No alarm is raised with fewer events."""
    first_look: float = 0.0

    def power(self, ratio: float) -> float:
        """The chance of an alarm before the limit where events come `ratio` times as often as expected."""
        return alarm_chance(self.value, self.limit, self.least, self.first_look, ratio)


class Looks(msgspec.Struct, frozen=True, kw_only=True):
    """Counts that raise an alarm at looks set ahead, and what they are worth."""

    at_least: tuple[int, ...]
    """How many events raise an alarm at each look."""
    value: float
    """The smallest statistic that raises one."""
    rate: float


def statistic(count: float, expected: float) -> float:
    """The logarithm of the likelihood ratio of a count, in nats; 0 where no more was seen than expected."""
    if count <= expected:
        return 0.0
    return expected - count + count * float(np.log(count / expected)) if expected > 0 else float("inf")


def critical_value(limit: float, alpha: float = 0.05, least: int = 1, first_look: float = 0.0) -> Bound:
    """The bound for watching without a pause until `limit` events are expected.

    `first_look`: nothing is looked at before so many events are expected. Where no value has a rate of exactly alpha the
    smallest with less is given. Raises BadInput where alpha cannot be reached at all.
    """
    _checked(limit, alpha, least, first_look)
    value = _smallest(lambda value: alarm_chance(value, limit, least, first_look), alpha)
    if value == 0:
        says = f"With an alarm at {least} events or more, {limit:g} expected are too few for a rate of {alpha:g}."
        raise BadInput.one(CODE, "limit", says, "Watch until more are expected, or ask for fewer events.")
    rate = alarm_chance(value, limit, least, first_look)
    return Bound(value=value, rate=rate, limit=limit, least=least, first_look=first_look)


def critical_counts(increments: Sequence[float], alpha: float = 0.05, least: int = 1) -> Looks:
    """The counts for looks set ahead, one after each of these numbers of events more are expected."""
    expected = np.cumsum(np.asarray(increments, dtype=float))
    if not len(expected) or min(increments) <= 0:
        raise BadInput.one(CODE, "looks", "Each look needs a number of expected events above 0.", "Give such numbers.")
    _checked(float(expected[-1]), alpha, least, 0.0)

    def counts(value: float) -> list[int]:
        return [max(least, _first_count(value, float(one))) for one in expected]

    def chance(value: float) -> float:
        return 1 - _below(list(zip(expected.tolist(), counts(value), strict=True)), 1.0)

    value = _smallest(chance, alpha)
    needed = counts(value)
    reached = min(statistic(count, float(one)) for count, one in zip(needed, expected, strict=True))
    return Looks(at_least=tuple(needed), value=reached, rate=chance(value))


def alarm_chance(value: float, limit: float, least: int = 1, first_look: float = 0.0, ratio: float = 1.0) -> float:
    """The chance of an alarm at this critical value before the limit, where events come `ratio` times as often as expected."""
    latest = _latest(value, limit)
    barriers: list[tuple[float, int]] = []
    first = least
    if first_look > 0:
        first = max(least, 1 + int(np.searchsorted(latest, first_look)))
        barriers.append((first_look, first))
    barriers += [(float(latest[count - 1]), count) for count in range(first, len(latest) + 1)]
    barriers.append((limit, max(least, len(latest) + 1)))
    return 1 - _below(barriers, ratio)


def _checked(limit: float, alpha: float, least: int, first_look: float) -> None:
    if not (0 < limit <= 2000 and 0 < alpha < 0.5 and 1 <= least <= 1000 and 0 <= first_look < limit):
        says = "There is no such watch."
        mend = "Give a limit up to 2,000 expected events, an alpha below 0.5, and a first look before the limit."
        raise BadInput.one(CODE, "watch", says, mend)


def _latest(value: float, limit: float) -> Floats:
    """How many may be expected at most when the first, second, ... event raises an alarm; those below the limit."""
    size = int(limit) + 16
    while True:
        count = np.arange(1, size + 1, dtype=float)
        latest: Floats = -count * np.real(_lambertw(-np.exp(-1 - value / count)))
        if latest[-1] >= limit:
            return latest[: int(np.searchsorted(latest, limit))]
        size *= 2


def _first_count(value: float, expected: float) -> int:
    """The smallest count above what was expected whose statistic reaches the value."""
    count = int(expected) + 1
    while statistic(count, expected) < value:
        count += 1
    return count


def _below(barriers: Sequence[tuple[float, int]], ratio: float) -> float:
    """The chance that a Poisson process stays below every barrier: so many expected, and the count that is too many."""
    state, before = np.ones(1), 0.0
    for expected, too_many in barriers:
        mean = ratio * (expected - before)
        before = expected
        if mean > 0:
            state = np.convolve(state, _poisson(mean, too_many))
        state = state[:too_many]
    return float(state.sum())


def _poisson(mean: float, size: int) -> Floats:
    """The chances of 0, 1, ... events, as far as they matter."""
    counts = np.arange(min(size, int(mean + 12 * np.sqrt(mean) + 40)), dtype=float)
    return np.exp(counts * np.log(mean) - mean - gammaln(counts + 1))


def _smallest(chance: Callable[[float], float], alpha: float) -> float:
    """The smallest value whose chance is alpha or less; 0 where every value's is."""
    low, high = 0.0, HIGHEST
    if chance(1e-9) <= alpha:
        return 0.0
    while high - low > 1e-10:
        middle = (low + high) / 2
        low, high = (low, middle) if chance(middle) <= alpha else (middle, high)
    return high
