"""The likelihood-ratio test: is any event reported with this product more than its share, and which.

Of a product with `C` incidences (pairs of a report and an event), an event that has the share `s` of all incidences is
expected `E = C s` times. The statistic of a pair with `n` incidences is

    n log(n / E) + (C - n) log((C - n) / (C - E))      where n > E, else 0.

The test of a product is the largest of them. Were product and event independent, the incidences of the product would be
drawn from those of all; so its critical value comes of as many draws. It depends on nothing but `C`, and products with
the same `C` share their draws.

What its alarm is worth: with independence, a product without any excess has a pair above its critical value with the
chance `alpha`. Of the products flagged by `false_discovery` at q, the share q at most is flagged in error, on average.

Margins are sums of incidences here, not of reports as elsewhere: a report with three events counts three times. Terms of
one report depend on each other, which the draws do not copy; p-values are too small where reports hold many terms.

Source: Huang, Zalkikar and Tiwari 2011 (J Am Stat Assoc 106:1230), Poisson form; Benjamini and Hochberg 1995.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import msgspec
import numpy as np
from numpy.typing import NDArray

from leeward.signals.pairs import Pairs
from leeward.signals.special import Floats, Integers

REPLICATES = 10_000
SEED = 2011

BATCH = 2_000_000
"""Draws that are held at once."""


class LikelihoodRatio(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """The test of some products. Arrays of products have the shape of `products`, those of pairs the shape of the pairs."""

    products: Integers
    """The places of the products that were tested."""
    incidences: Integers
    """The incidences of each."""
    expected: Floats
    """What is expected of each pair, in incidences."""
    ratio: Floats
    """The logarithm of the likelihood ratio of each pair, tested or not."""
    largest: Floats
    """The statistic of each product: the largest of its pairs."""
    critical: Floats
    """What a pair of the product must exceed."""
    p: Floats
    """The chance of so large a statistic without any excess; never below 1 / (replicates + 1)."""
    q: Floats
    """The false discovery rate at which the product is flagged, over the products that were tested."""
    alpha: float
    replicates: int
    seed: int

    @property
    def says(self) -> str:
        """What an alarm of this test is worth."""
        return (
            f"Chance of a false alarm: {self.alpha:g} for each product without excess, over all its events; q is the false "
            f"discovery rate over the {len(self.products):,} products tested. By {self.replicates:,} draws, seed {self.seed}; terms "
            "of one report are taken as independent of each other, which makes p too small where reports hold many terms."
        )


def likelihood_ratio(
    pairs: Pairs,
    products: Sequence[int] | None = None,
    alpha: float = 0.05,
    replicates: int = REPLICATES,
    seed: int = SEED,
) -> LikelihoodRatio:
    """The test of these products, or of all. The same seed gives the same values, whichever products are asked for."""
    by_product, by_event = _sums(pairs.product, pairs.n), _sums(pairs.event, pairs.n)
    logs = _Logs(by_event, int(by_product.max()))
    ratio = logs.ratio(pairs.n, by_product[pairs.product], pairs.event)
    tested = np.arange(len(pairs.products)) if products is None else np.array(sorted(set(products)), dtype=np.int64)
    best: Floats = np.zeros(len(by_product))
    np.maximum.at(best, pairs.product, ratio)
    largest, incidences = best[tested], by_product[tested]
    critical, p = np.empty(len(tested)), np.empty(len(tested))
    urn = _Urn(by_event)
    for count in np.unique(incidences):
        of_it = np.flatnonzero(incidences == count)
        drawn = np.sort(_drawn(int(count), urn, logs, replicates, np.random.default_rng([seed, int(count)])))
        above = replicates - np.searchsorted(drawn, largest[of_it] * (1 - 1e-12))
        p[of_it] = (1 + above) / (replicates + 1)
        critical[of_it] = drawn[::-1][max(int(alpha * (replicates + 1)) - 1, 0)]
    return LikelihoodRatio(
        products=tested, incidences=incidences, expected=by_product[pairs.product] * (by_event / by_event.sum())[pairs.event],
        ratio=ratio, largest=largest, critical=critical, p=p, q=false_discovery(p), alpha=alpha, replicates=replicates, seed=seed,
    )  # fmt: skip


def false_discovery(p: Floats) -> Floats:
    """The false discovery rate at which each hypothesis is rejected, after Benjamini and Hochberg."""
    order = np.argsort(p)
    ranked = p[order] * len(p) / np.arange(1, len(p) + 1)
    found = np.empty(len(p))
    found[order] = np.minimum(np.minimum.accumulate(ranked[::-1])[::-1], 1)
    return found


def _sums(place: Integers, n: Integers) -> Integers:
    return np.bincount(place, weights=n).astype(np.int64)


class _Logs:
    """The statistic by look-up: every number in it is a whole one, or the share of an event."""

    def __init__(self, by_event: Integers, largest: int) -> None:
        with np.errstate(divide="ignore"):
            self._log = np.log(np.arange(largest + 1, dtype=float))
        self._log[0] = 0.0  # 0 log 0 is 0
        total = by_event.sum()
        self._share = by_event / total
        self._log_share = np.log(self._share)
        with np.errstate(divide="ignore"):
            self._log_rest = np.log1p(-self._share)

    def ratio(self, n: Integers, of: Integers | int, event: Integers) -> Floats:
        """The statistic of counts `n` of an event among the incidences of a product."""
        found: Floats = np.zeros(len(n))
        over = np.flatnonzero(n > of * self._share[event])
        n, event = n[over], event[over]
        of = of if isinstance(of, int) else of[over]
        rest = of - n
        value = n * (self._log[n] - self._log[of] - self._log_share[event])
        some = rest > 0
        with np.errstate(invalid="ignore"):
            more = rest * (self._log[rest] - self._log[of] - self._log_rest[event])
        found[over] = value + np.where(some, more, 0.0)
        return found


class _Urn:
    """All incidences, of which those of a product are drawn, with replacement."""

    def __init__(self, by_event: Integers) -> None:
        self.events = len(by_event)
        self._by_event = by_event

    @cached_property
    def _event(self) -> NDArray[np.int32]:
        return np.repeat(np.arange(self.events, dtype=np.int32), self._by_event)

    def drawn(self, count: int, times: int, random: np.random.Generator) -> tuple[Integers, Integers]:
        """The cells (replicate times events plus event) that `count` draws fall into, so many times, and how often."""
        if count > 8 * self.events:
            dense = random.multinomial(count, self._by_event / self._by_event.sum(), size=times).ravel()
            cells = np.flatnonzero(dense)
            return cells, dense[cells]
        cells = self._event[random.integers(0, len(self._event), (times, count))]
        cells += np.arange(times, dtype=np.int32)[:, None] * np.int32(self.events)
        return _tallied(cells.ravel(), times * self.events)


def _drawn(count: int, urn: _Urn, logs: _Logs, replicates: int, random: np.random.Generator) -> Floats:
    """The largest statistic of each replicate of a product with so many incidences."""
    found: Floats = np.zeros(replicates)
    at_once = max(1, BATCH // min(count, 8 * urn.events))
    for first, last in _batches(replicates, at_once, urn.events):
        cells, n = urn.drawn(count, last - first, random)
        replicate, event = np.divmod(cells, urn.events)
        np.maximum.at(found, first + replicate, logs.ratio(n, count, event))
    return found


def _batches(replicates: int, at_once: int, events: int) -> Iterator[tuple[int, int]]:
    step = max(1, min(at_once, (2**31 - 1) // events))
    for first in range(0, replicates, step):
        yield first, min(first + step, replicates)


def _tallied(cells: NDArray[np.int32], size: int) -> tuple[Integers, Integers]:
    """The distinct cells and how often each was drawn."""
    if size < 4 * len(cells):
        counts = np.bincount(cells, minlength=size)
        distinct = np.flatnonzero(counts)
        return distinct, counts[distinct]
    cells.sort()
    starts = np.flatnonzero(np.r_[True, cells[1:] != cells[:-1]])
    return cells[starts].astype(np.int64), np.diff(np.r_[starts, len(cells)])
