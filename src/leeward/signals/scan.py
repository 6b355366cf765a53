"""Every pair with every measure of it: what `leeward signals scan` gives.

No measure of a report says that a product caused a harm, or how often it does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from importlib import import_module
from typing import IO, Any, Literal

import msgspec
import numpy as np

from leeward.signals.by_chance import alarms_of
from leeward.signals.columns import numbers, of_names, texts
from leeward.signals.counting import Counted
from leeward.signals.fit import Fit
from leeward.signals.pairs import Points, seen_points
from leeward.signals.rules import Alarms
from leeward.signals.scores import chi_square, four_fold, information, odds_ratio, reporting_ratio, shrunk
from leeward.signals.special import Floats, Integers

CAVEAT = (
    "Reports show neither cause nor rate: a report is no proof that a product did harm, nobody knows how many took it, and "
    "publicity, lawyers and duplicates move the counts."
)

COLUMNS = (
    "product", "event", "n", "expected", "background", "prr", "prr_lower", "prr_upper", "chi2", "ror", "ror_lower", "ror_upper",
    "ic", "ic025", "ic975", "ebgm", "eb05", "eb95", "likelihood", "first_report", "last_report",
)  # fmt: skip


Form = Literal["csv", "parquet"]

AT_ONCE = 10_000
"""Rows that are made at once."""


class Signals(msgspec.Struct, frozen=True, eq=False, kw_only=True, dict=True):
    """The measures of every pair, each of shape (pairs,), nan where one is not defined."""

    counted: Counted
    fit: Fit
    background: str
    measures: dict[str, Floats]

    @cached_property
    def alarms(self) -> tuple[Alarms, ...]:
        """What the alarms of each rule on these pairs are worth: how many it flags, and how many it would by chance alone."""
        return alarms_of(self.counted.pairs, self.fit.prior)

    def order(self, by: str = "eb05") -> Sequence[int]:
        """The places of the pairs, the strongest first by a measure; those without it last, then by count."""
        value = self.measures[by]
        return np.lexsort((-self.counted.pairs.n, -np.where(np.isnan(value), -np.inf, value))).tolist()

    def table(self, places: Integers) -> Any:
        """Pairs as an Arrow table with the columns `COLUMNS`; what is not defined is missing."""
        arrow: Any = import_module("pyarrow")
        pairs = self.counted.pairs
        same = {"background": self.background, "likelihood": self.fit.likelihood}
        columns: dict[str, Any] = {
            name: of_names([told], np.zeros(len(places), np.int64)) for name, told in same.items()
        }
        columns["product"] = of_names(pairs.products, pairs.product[places])
        columns["event"] = of_names(pairs.events, pairs.event[places])
        columns["n"] = numbers(pairs.n[places])
        columns |= {name: numbers(value[places]) for name, value in self.measures.items()}
        for name, days in (("first_report", self.counted.first), ("last_report", self.counted.last)):
            columns[name] = _days(days, places)
        return arrow.table({name: columns[name] for name in COLUMNS})

    def named(self, text: str, least: int = 1) -> Integers:
        """The places of the pairs of products whose names hold a text, with so many reports, the strongest first."""
        pairs, wanted = self.counted.pairs, text.casefold()
        of_it = np.fromiter((wanted in name.casefold() for name in pairs.products), bool, len(pairs.products))
        order = np.asarray(self.order(), dtype=np.int64)
        return order[of_it[pairs.product[order]] & (pairs.n[order] >= least)]

    def rows(self, places: Sequence[int]) -> Iterator[dict[str, Any]]:
        """Pairs by the names of `COLUMNS`; None where a measure is not defined."""
        for first in range(0, len(places), AT_ONCE):
            yield from self._rows(np.asarray(places[first : first + AT_ONCE], dtype=np.int64))

    def _rows(self, places: Integers) -> Iterator[dict[str, Any]]:
        pairs, counted = self.counted.pairs, self.counted
        same = {"background": self.background, "likelihood": self.fit.likelihood}
        for place, product, event, n, *measures in zip(
            *(one.tolist() for one in (places, pairs.product[places], pairs.event[places], pairs.n[places])),
            *(_told(value[places]) for value in self.measures.values()), strict=True,
        ):  # fmt: skip
            said: dict[str, Any] = {"product": pairs.products[product], "event": pairs.events[event], "n": n, **same}
            said["first_report"], said["last_report"] = counted.first[place] or None, counted.last[place] or None
            said.update(zip(self.measures, measures, strict=True))
            yield said


def _days(days: Sequence[str], places: Integers) -> Any:
    """The days of pairs as a column; there are few distinct ones."""
    distinct: dict[str, int] = {}
    of = np.fromiter((distinct.setdefault(day, len(distinct)) for day in days), np.int64, len(days))
    return texts([day or None for day in distinct]).take(numbers(of[places]))


def _told(value: Floats) -> list[float | None]:
    return [None if one != one else one for one in value.tolist()]  # nan is not itself


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


def write(table: Any, file: IO[bytes], form: Form, says: Mapping[str, str]) -> None:
    """Write a table of pairs, as text with commas or as Parquet; `says` is kept in the Parquet file's metadata."""
    if form == "parquet":
        parquet: Any = import_module("pyarrow.parquet")
        parquet.write_table(table.replace_schema_metadata(dict(says)), file, compression="zstd")
    else:
        commas: Any = import_module("pyarrow.csv")
        commas.write_csv(table, file)
