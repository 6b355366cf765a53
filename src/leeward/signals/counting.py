"""Counts of distinct reports, expressed once in Ibis: DuckDB on one machine, Spark where the data outgrow it.

Of a report that was loaded from several files, the one loaded last stands. A report that names a product twice, or under
two spellings of one concept, counts once. The margins are of distinct reports too, and only reports with an event count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec
import numpy as np

from leeward.errors import BadInput
from leeward.signals.pairs import Pairs

Role = Literal["suspect", "all"]

SUPPLEMENTS = "54"
"""FDA's industry code of vitamins, minerals, proteins and dietary supplements."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is counted."""

    background: str = "all"
    """`all`, `supplements` or `industry:NN`: the rows that are counted at all."""
    role: Role = "suspect"
    until: str = ""
    """Only reports received by this day, as 2016-05-03; empty for all."""

    def industry(self) -> str:
        """The code of the industry that is counted; empty for all. Raises BadInput."""
        if self.background in ("all", "supplements"):
            return SUPPLEMENTS if self.background == "supplements" else ""
        kind, _, code = self.background.partition(":")
        if kind != "industry" or not code.isdigit():
            says = f"There is no background called {self.background!r}."
            raise BadInput.one("LW-1010", "background", says, "Give all, supplements, or industry: and FDA's code.")
        return code


class Counted(NamedTuple):
    """The pairs, and the first and last day on which a report of each was received; empty where no day is told."""

    pairs: Pairs
    first: Sequence[str]
    last: Sequence[str]


def names_of(places: Sequence[Path], engine: Any = None) -> tuple[str, ...]:
    """Every product name of what was loaded, as typed, each once."""
    engine, names = engine or _duckdb(), set[str]()
    for place in places:
        column = engine.read_parquet(str(place / "rows.parquet")).select("product").distinct().to_pyarrow()["product"]
        names.update(column.to_pylist())
    return tuple(sorted(names))


def counted(
    places: Sequence[Path], asked: Asked, concepts: Mapping[str, str] | None = None, engine: Any = None
) -> Counted:
    """The pairs of what was loaded. `concepts`: what a name as typed is counted under; names that it lacks stand as typed.

    `engine`: an Ibis connection; DuckDB in memory where none is given. Raises BadInput where nothing is left to count.
    """
    if not places:
        raise BadInput.one("LW-1011", "", "No reports are loaded.", "Load a file with `leeward signals load`.")
    rows, events = _asked_rows(places, asked, concepts or {}, engine or _duckdb())
    pair = rows.join(events, "report").group_by(["product", "event"]).agg(n=_count, first=_first_day, last=_last_day)
    products = rows.semi_join(events, "report").group_by("product").agg(n=_count)
    of_events = events.semi_join(rows, "report")
    found = {
        "pairs": pair.order_by(["product", "event"]),
        "products": products.order_by("product"),
        "events": of_events.group_by("event").agg(n=_count).order_by("event"),
        "reports": rows.semi_join(events, "report").select("report").distinct().count(),
    }
    reports = int(found.pop("reports").execute())
    if not reports:
        says = "No report is left to count."
        raise BadInput.one("LW-1012", "background", says, "Choose a wider background, role or time.")
    pairs, by_product, by_event = (found[name].to_pyarrow() for name in ("pairs", "products", "events"))
    days = [[day or "" for day in pairs[name].to_pylist()] for name in ("first", "last")]
    return Counted(_pairs(pairs, by_product, by_event, reports), *days)


def _count(table: Any) -> Any:
    return table.count()


def _duckdb() -> Any:
    return _ibis().duckdb.connect()


def _ibis() -> Any:
    """Ibis, which takes a while to import: what counts nothing does without."""
    return import_module("ibis")


def _first_day(table: Any) -> Any:
    return table.received.min()


def _last_day(table: Any) -> Any:
    return table.received.max()


def _asked_rows(places: Sequence[Path], asked: Asked, concepts: Mapping[str, str], engine: Any) -> tuple[Any, Any]:
    """Distinct report and product, and distinct report and event, of the rows that are asked about."""
    ibis = _ibis()
    found = [
        tuple(
            engine.read_parquet(str(place / f"{name}.parquet")).mutate(load=ibis.literal(number))
            for name in ("rows", "events")
        )
        for number, place in enumerate(places)
    ]
    rows, events = (ibis.union(*(one[side] for one in found)) if len(found) > 1 else found[0][side] for side in (0, 1))
    if len(found) > 1:
        last = rows.group_by("report").agg(load=rows.load.max())
        rows, events = rows.semi_join(last, ["report", "load"]), events.semi_join(last, ["report", "load"])
    if asked.role == "suspect":
        rows = rows.filter(rows.role == "suspect")
    if industry := asked.industry():
        rows = rows.filter(rows.industry == industry)
    if asked.until:
        rows = rows.filter((rows.received != "") & (rows.received <= asked.until))
    if concepts:
        named = ibis.memtable({"typed": list(concepts), "concept": list(concepts.values())})
        rows = rows.left_join(named, rows.product == named.typed)
        rows = rows.mutate(product=ibis.coalesce(rows.concept, rows.product))
    received = rows.mutate(received=rows.received.nullif("")).group_by(["report", "product"])
    return received.agg(received=_first_day), events.select("report", "event").distinct()


def _pairs(pairs: Any, products: Any, events: Any, reports: int) -> Pairs:
    product_names, event_names = products["product"].to_pylist(), events["event"].to_pylist()
    return Pairs(
        products=tuple(product_names),
        events=tuple(event_names),
        product=_places(pairs["product"], product_names),
        event=_places(pairs["event"], event_names),
        n=pairs["n"].to_numpy().astype(np.int64),
        by_product=products["n"].to_numpy().astype(np.int64),
        by_event=events["n"].to_numpy().astype(np.int64),
        reports=reports,
    )


def _places(column: Any, names: Sequence[str]) -> Any:
    """The place of each value of a column among the names."""
    arrow: Any = import_module("pyarrow")
    compute: Any = import_module("pyarrow.compute")
    found = compute.index_in(column, value_set=arrow.array(names))
    return found.to_numpy().astype(np.int64)
