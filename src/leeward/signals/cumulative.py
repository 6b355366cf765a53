"""The counts at the end of each month, with only the reports received by then, from one look at all of them.

What is counted is what `counting` would count if it were asked once a month. A version of a case counts from the day it is
received until a version that stands over it is, so that a month is the sum of what came and went up to its end.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from leeward.errors import BadInput
from leeward.signals.columns import texts, whole_numbers
from leeward.signals.counting import Asked, Counted, kept, narrowed, one_version_each, told, without_withdrawn
from leeward.signals.engines import arrow_of, duckdb_engine
from leeward.signals.pairs import Pairs
from leeward.signals.special import Integers


class Cumulative:
    """The counts of what was loaded, month by month, of reports that tell when they were received.

    `products` and `events`: the names of all months. `pairs`: how many pairs there were in any of them.
    `asked.until`: the last day; the end of the last month with reports where left out. Raises BadInput where there is nothing
    to count, or strata are asked for.
    """

    def __init__(
        self, places: Sequence[Path], asked: Asked, concepts: Mapping[str, str] | None = None, engine: Any = None
    ) -> None:
        if not places:
            raise BadInput.one("LW-1011", "", "No reports are loaded.", "Load a file with `leeward signals load`.")
        if asked.strata:
            says = "Counts month by month allow for no strata."
            raise BadInput.one("LW-1013", "strata", says, "Leave them out.")
        self._until = asked.until
        pair, product, event, reports = _changes(places, asked, concepts or {}, engine or duckdb_engine())
        self.products, self.events = (
            tuple(sorted(set(table[name].to_pylist()))) for table, name in ((product, "product"), (event, "event"))
        )
        months = sorted({month for table in (pair, reports) for month in table["month"].unique().to_pylist()})
        self._months, of_months = tuple(months), texts(months)
        names = {"product": texts(self.products), "event": texts(self.events)}
        self._product = _Changes(_places(product["product"], names["product"]), product, of_months)
        self._event = _Changes(_places(event["event"], names["event"]), event, of_months)
        self._reports = _Changes(np.zeros(len(reports), np.int64), reports, of_months)
        keys = _places(pair["product"], names["product"]) * len(self.events) + _places(pair["event"], names["event"])
        of_pairs, place = np.unique(keys, return_inverse=True)
        self._of_pairs = np.divmod(of_pairs, max(1, len(self.events)))
        self._pair = _Changes(place.ravel(), pair, of_months)
        self.pairs = len(of_pairs)
        self._names = (np.array(self.products, dtype=object), np.array(self.events, dtype=object))

    def months(self, product: str) -> tuple[str, ...]:
        """The months from the first with a report of a product to the last with any, as 2016-05; empty where there is none."""
        if product not in self.products:
            return ()
        first = int(self._product.month[self._product.place == self.products.index(product)].min())
        return self._months[first:]

    def __call__(self, until: str) -> Counted:
        """The counts at the last day of a month, or at the last day that was asked about; without a pair where none was there."""
        if until != self._until and int(until[8:]) != monthrange(int(until[:4]), int(until[5:7]))[1]:
            raise ValueError(f"{until} is not the last day of a month")
        by = int(np.searchsorted(np.array(self._months), until[:7], side="right"))
        n = self._pair.up_to(by, self.pairs)
        products, events = (
            changes.up_to(by, len(names)) for changes, names in ((self._product, self.products), (self._event, self.events))
        )  # fmt: skip
        place, of_products, of_events = (np.flatnonzero(one) for one in (n, products, events))
        product, event = (
            (np.cumsum(counts > 0) - 1)[of[place]]
            for counts, of in zip((products, events), self._of_pairs, strict=True)
        )
        pairs = Pairs(
            products=tuple(self._names[0][of_products].tolist()),
            events=tuple(self._names[1][of_events].tolist()),
            product=product,
            event=event,
            n=n[place],
            by_product=products[of_products],
            by_event=events[of_events],
            reports=int(self._reports.up_to(by, 1)[0]),
        )
        return Counted(pairs, (), (), place, self.pairs)


class _Changes:
    """What came and went of some things: the place of each thing, the month of each change, and by how much its count changed."""

    def __init__(self, place: Integers, table: Any, months: Any) -> None:
        month = _places(table["month"], months)
        order = np.argsort(month, kind="stable")
        self.place, self.month, self._n = place[order], month[order], whole_numbers(table["n"])[order]

    def up_to(self, month: int, things: int) -> Integers:
        """The count of each thing before the month of this place."""
        some = int(np.searchsorted(self.month, month))
        found = np.bincount(self.place[:some], weights=self._n[:some], minlength=things)
        return np.rint(found).astype(np.int64)


def _changes(places: Sequence[Path], asked: Asked, concepts: Mapping[str, str], engine: Any) -> tuple[Any, ...]:
    """By month, by how much the count of each pair, product and event, and of all reports, changed."""
    ibis: Any = import_module("ibis")
    rows, events = told(places, engine)
    rows = rows.filter(rows.received != "")
    if asked.until:
        rows = rows.filter(rows.received <= asked.until)
    goes = None if one_version_each(places) else _superseded(rows)
    rows = narrowed(kept(without_withdrawn(rows, places, engine), asked), asked, concepts)
    rows = rows.group_by(["load", "report", "product"]).agg(comes=rows.received.min())
    if goes is None:
        rows = rows.mutate(goes=ibis.null("string"))
    else:
        rows = rows.join(goes, ["load", "report"])
        rows = rows.filter(rows.goes.isnull() | (rows.comes < rows.goes))
    events = events.select("load", "report", "event").distinct()
    rows = rows.semi_join(events, ["load", "report"])
    reports = rows.group_by(["load", "report"]).agg(comes=rows.comes.min(), goes=rows.goes.min())
    return tuple(
        arrow_of(_by_month(table, names))
        for table, names in (
            (rows.join(events, ["load", "report"]), ("product", "event")),
            (rows, ("product",)),
            (reports.join(events, ["load", "report"]), ("event",)),
            (reports, ()),
        )
    )


def _superseded(rows: Any) -> Any:
    """Of each report the day from which a version that stands over it was received; missing where none was."""
    ibis: Any = import_module("ibis")
    order = [ibis.desc("version"), ibis.desc("load"), ibis.desc("report")]
    above = ibis.window(group_by="case", order_by=order, preceding=(None, 1))
    versions = rows.group_by(["case", "version", "load", "report"]).agg(comes=rows.received.min())
    versions = versions.mutate(goes=versions.comes.min().over(above))
    return versions.group_by(["load", "report"]).agg(goes=versions.goes.min())


def _by_month(table: Any, names: Sequence[str]) -> Any:
    ibis: Any = import_module("ibis")
    gone = table.filter(table.goes.notnull())
    came = table.select(*names, month=table.comes.substr(0, 7), n=1)
    went = gone.select(*names, month=gone.goes.substr(0, 7), n=-1)
    both = ibis.union(came, went)
    return both.group_by([*names, "month"]).agg(n=both.n.cast("int64").sum())


def _places(column: Any, names: Any) -> Integers:
    compute: Any = import_module("pyarrow.compute")
    return whole_numbers(compute.index_in(column, value_set=names))
