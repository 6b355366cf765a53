"""Expected counts that allow for age, sex and year: those of each stratum, added up.

With strata `E = sum over s of r_s * c_s / n_s` is no function of one number any more. Pairs that were seen keep their
exact expected count. Cells that nobody reported are too many for that: products with the same margins in every stratum are
taken together, events likewise, and their cells are put into bins of E that are `WIDTH` wide, relative to E. A bin stands at
the mean of its cells, so that the likelihood is wrong by its curvature alone, and by no more than `error_bound` says.
"""

from __future__ import annotations

from importlib import import_module
from itertools import pairwise
from typing import Any

import numpy as np

from leeward.signals.likelihoods import Prior
from leeward.signals.pairs import Pairs, Points
from leeward.signals.special import Floats, Integers

WIDTH = 1e-4
"""How wide a bin of expected counts is, relative to them."""

AT_ONCE = 1_000_000
"""Cells that are worked out at a time."""

_SHIFT = 0.381966
"""So that no simple fraction stands at the edge of a bin."""


class Strata:
    """The margins by stratum.

    `products` and `events`: three arrays each, of the place of the product or event, of the stratum, and of the distinct
    reports. `reports`: shape (strata,), the distinct reports of each.
    """

    def __init__(
        self,
        products: tuple[Integers, Integers, Integers],
        events: tuple[Integers, Integers, Integers],
        reports: Integers,
    ) -> None:
        count = len(reports)
        self.reports = reports
        self._products = _sparse(products, count)
        self._events = _sparse(events, count)
        self._unseen: Points | None = None

    def __len__(self) -> int:
        return len(self.reports)

    def expected(self, product: Integers, event: Integers) -> Floats:
        """The expected count of each pair, shape (pairs,)."""
        share = self._events.multiply(1 / self.reports[None, :]).tocsr()
        found: Floats = np.empty(len(product))
        for start in range(0, len(product), AT_ONCE // 2):
            part = slice(start, start + AT_ONCE // 2)
            found[part] = np.asarray(self._products[product[part]].multiply(share[event[part]]).sum(axis=1)).ravel()
        return found

    def unseen(self, pairs: Pairs) -> Points:
        """The bins of all cells that nobody reported and that some report could have held; they are worked out once."""
        if self._unseen is None:
            self._unseen = self._binned(pairs)
        return self._unseen

    def _binned(self, pairs: Pairs) -> Points:
        (rows, row_count), (columns, column_count) = _distinct(self._products), _distinct(self._events)
        share: Floats = (columns.toarray() / self.reports[None, :]).T
        low = _bin(np.array([0.5 / pairs.reports]))[0]  # no expected count is smaller than 1 / n of its stratum
        size = int(_bin(np.array([2.0 * pairs.reports]))[0] - low) + 1
        weight, total = np.zeros(size), np.zeros(size)

        def put(expected: Floats, cells: Floats | float) -> None:
            nonlocal weight, total
            place = _bin(expected) - low
            held = np.broadcast_to(np.asarray(cells, dtype=float), expected.shape)
            weight = weight + np.bincount(place, weights=held, minlength=size)
            total = total + np.bincount(place, weights=held * expected, minlength=size)

        step = max(1, AT_ONCE // max(1, share.shape[1]))
        for start in range(0, rows.shape[0], step):
            expected = np.asarray(rows[start : start + step] @ share)
            cells = np.multiply.outer(row_count[start : start + step], column_count).astype(float)
            some = expected > 0
            put(expected[some], cells[some])
        seen = self.expected(pairs.product, pairs.event)
        put(seen, -1.0)
        kept = np.flatnonzero(weight > 0.5)
        middle = np.exp((kept + low + 0.5 - _SHIFT) * WIDTH)
        mean = np.clip(total[kept] / weight[kept], middle * np.exp(-WIDTH / 2), middle * np.exp(WIDTH / 2))
        return Points(np.zeros(len(kept)), mean, weight[kept])


def error_bound(points: Points, prior: Prior) -> float:
    """Nats by which binned points can put the log-likelihood of the unseen cells wrong, at a prior.

    The log of the chance of nothing, as a function of E, has the second derivative Var(lambda | nothing seen), which is at
    most the mean of lambda squared, and that falls with E. A bin at the mean of its cells is so wrong by at most half that
    mean, at its lower edge, times the spread of its cells, which is at most a quarter of its width squared for each.
    """
    lower = points.expected * np.exp(-WIDTH)
    logs = [
        np.log(weight) - alpha * np.log1p(lower / beta)
        for weight, alpha, beta in ((prior.p, prior.alpha1, prior.beta1), (1 - prior.p, prior.alpha2, prior.beta2))
    ]
    first = 1 / (1 + np.exp(logs[1] - logs[0]))
    squares = [
        alpha * (alpha + 1) / (beta + lower) ** 2
        for alpha, beta in ((prior.alpha1, prior.beta1), (prior.alpha2, prior.beta2))
    ]
    width = points.expected * np.expm1(WIDTH) * np.exp(WIDTH)
    return float(np.sum(points.weight * (first * squares[0] + (1 - first) * squares[1]) * width**2) / 8)


def _bin(expected: Floats) -> Integers:
    return np.floor(np.log(expected) / WIDTH + _SHIFT).astype(np.int64)


def _sparse(margin: tuple[Integers, Integers, Integers], strata: int) -> Any:
    scipy: Any = import_module("scipy.sparse")
    place, stratum, n = margin
    found = scipy.csr_matrix((n.astype(float), (place, stratum)), shape=(int(place.max()) + 1, strata))
    found.sort_indices()
    return found


def _distinct(margins: Any) -> tuple[Any, Integers]:
    """The distinct rows of margins, and how often each stands there."""
    found: dict[bytes, list[int]] = {}
    ends = margins.indptr.tolist()
    for row, (start, end) in enumerate(pairwise(ends)):
        key = margins.indices[start:end].tobytes() + margins.data[start:end].tobytes()
        held = found.setdefault(key, [row, 0])
        held[1] += 1
    rows = np.array([row for row, _ in found.values()])
    return margins[rows], np.array([count for _, count in found.values()], dtype=np.int64)
