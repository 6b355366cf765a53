"""Counts of reports by product and event, and the points that a fit needs of them.

A count is of distinct reports: a report that names a product twice counts once, in the pair and in the margins. Without
strata the expected count of a pair is `E = r * c / n` of its margins, so that pairs and unseen cells with the same product
of margins are the same point of a likelihood; with strata see `leeward.signals.strata`. Nothing here grows with products times events.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec
import numpy as np

from leeward.signals.special import Floats, Integers

if TYPE_CHECKING:
    from leeward.signals.strata import Strata


class Pairs(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """Every pair of a product and an event that was reported, and the margins.

    `product`, `event` and `n`: shape (pairs,), the place of the product and of the event in their lists, and the distinct
    reports of both. `by_product`, `by_event`: the distinct reports of each. `reports`: all distinct reports.
    """

    products: tuple[str, ...]
    events: tuple[str, ...]
    product: Integers
    event: Integers
    n: Integers
    by_product: Integers
    by_event: Integers
    reports: int
    strata: Strata | None = None
    """The margins by stratum, where expected counts allow for strata."""

    @property
    def cells(self) -> int:
        """How many pairs could have been reported: products times events."""
        return len(self.products) * len(self.events)

    def margin_products(self) -> Integers:
        """The product of the margins of each pair, shape (pairs,)."""
        return self.by_product[self.product].astype(np.int64) * self.by_event[self.event]

    def expected(self) -> Floats:
        """The count expected of each pair were product and event independent (in each stratum), shape (pairs,)."""
        if self.strata is not None:
            return self.strata.expected(self.product, self.event)
        return self.margin_products() / self.reports


class Points(NamedTuple):
    """Distinct points of a likelihood: a count, what was expected, and how many cells share both. Each of shape (points,)."""

    n: Floats
    expected: Floats
    weight: Floats


def seen_points(pairs: Pairs) -> tuple[Points, Integers]:
    """The distinct points of the pairs, and for each pair the place of its point."""
    if pairs.strata is None:
        margins, of = np.unique(pairs.margin_products(), return_inverse=True)
        expected = margins / pairs.reports
    else:
        expected, of = np.unique(pairs.expected(), return_inverse=True)
    # One number a point: sorting pairs of numbers takes ten times as long. It stays below pairs times the largest count.
    counts = int(pairs.n.max()) + 1
    found, place, cells = np.unique(of.ravel() * counts + pairs.n, return_inverse=True, return_counts=True)
    at, n = np.divmod(found, counts)
    return Points(n.astype(float), expected[at], cells.astype(float)), place.ravel()


def unseen_points(pairs: Pairs) -> Points:
    """The distinct points of all cells that nobody reported.

    Every cell is the product of two margins, so the cells are counted by distinct margins and the pairs that were seen
    are taken from them: as many steps as there are distinct margins of products times those of events. With strata they
    are binned.
    """
    if pairs.strata is not None:
        return pairs.strata.unseen(pairs)
    rows, row_count = np.unique(pairs.by_product, return_counts=True)
    columns, column_count = np.unique(pairs.by_event, return_counts=True)
    products = np.multiply.outer(rows.astype(np.int64), columns.astype(np.int64)).ravel()
    cells = np.multiply.outer(row_count, column_count).ravel()
    seen, seen_count = np.unique(pairs.margin_products(), return_counts=True)
    found, place = np.unique(products, return_inverse=True)
    weight: Floats = np.bincount(place, weights=cells.astype(float), minlength=len(found)).astype(float)
    weight[np.searchsorted(found, seen)] -= seen_count
    kept = weight > 0
    return Points(np.zeros(int(kept.sum())), found[kept] / pairs.reports, weight[kept])
