"""Every pair with every measure of it: what `leeward signals scan` gives.

No measure of a report says that a product caused a harm, or how often it does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np

from leeward.signals.counting import Counted
from leeward.signals.fit import Fit
from leeward.signals.pairs import Points, seen_points
from leeward.signals.scores import chi_square, four_fold, information, odds_ratio, reporting_ratio, shrunk
from leeward.signals.special import Floats

CAVEAT = (
    "Reports show neither cause nor rate: a report is no proof that a product did harm, nobody knows how many took it, and "
    "publicity, lawyers and duplicates move the counts."
)

COLUMNS = (
    "product", "event", "n", "expected", "background", "prr", "prr_lower", "prr_upper", "chi2", "ror", "ror_lower", "ror_upper",
    "ic", "ic025", "ic975", "ebgm", "eb05", "eb95", "likelihood", "first_report", "last_report",
)  # fmt: skip


class Signals(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """The measures of every pair, each of shape (pairs,), nan where one is not defined."""

    counted: Counted
    fit: Fit
    background: str
    measures: dict[str, Floats]

    def order(self, by: str = "eb05") -> Sequence[int]:
        """The places of the pairs, the strongest first by a measure; those without it last, then by count."""
        value = self.measures[by]
        return np.lexsort((-self.counted.pairs.n, -np.where(np.isnan(value), -np.inf, value))).tolist()

    def row(self, place: int) -> dict[str, Any]:
        """One pair by the names of `COLUMNS`; None where a measure is not defined."""
        pairs = self.counted.pairs
        found = {name: float(value[place]) for name, value in self.measures.items()}
        said: dict[str, Any] = {
            "product": pairs.products[pairs.product[place]],
            "event": pairs.events[pairs.event[place]],
            "n": int(pairs.n[place]),
            "background": self.background,
            "likelihood": self.fit.likelihood,
            "first_report": self.counted.first[place] or None,
            "last_report": self.counted.last[place] or None,
        }
        return said | {name: None if np.isnan(value) else value for name, value in found.items()}


def signals(counted: Counted, fit: Fit, background: str) -> Signals:
    """All measures of what was counted. Without a prior there is no EBGM: it stays undefined."""
    pairs = counted.pairs
    points, place = seen_points(pairs)
    ic = information(points.n, points.expected)
    table = four_fold(
        pairs.n.astype(float),
        pairs.by_product[pairs.product].astype(float),
        pairs.by_event[pairs.event].astype(float),
        pairs.reports,
    )
    prr, ror = reporting_ratio(table), odds_ratio(table)
    measures = {
        "expected": pairs.expected(),
        "prr": prr.ratio, "prr_lower": prr.lower, "prr_upper": prr.upper, "chi2": chi_square(table, yates=True),
        "ror": ror.ratio, "ror_lower": ror.lower, "ror_upper": ror.upper,
        "ic": ic.ic[place], "ic025": ic.ic025[place], "ic975": ic.ic975[place],
    }  # fmt: skip
    return Signals(counted=counted, fit=fit, background=background, measures=measures | _shrunk(points, place, fit))


def _shrunk(points: Points, place: np.ndarray, fit: Fit) -> dict[str, Floats]:
    names = ("ebgm", "eb05", "eb95")
    if fit.prior is None:
        return {name: np.full(len(place), np.nan) for name in names}
    return {name: value[place] for name, value in zip(names, shrunk(points.n, points.expected, fit.prior), strict=True)}
