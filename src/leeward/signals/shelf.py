"""Questions to what was prepared, answered by DuckDB from Parquet: nothing is held in memory, nothing is worked out anew.

DuckDB is imported when a shelf is opened.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from importlib import import_module
from math import exp
from pathlib import Path
from typing import Any, NamedTuple

from leeward.signals.prepared import Likelihood, current, read_prepared, unreadable
from leeward.signals.shown import (
    AGES,
    LAST_AGE,
    PAGE,
    Beside,
    Bin,
    Filter,
    Listing,
    MonthCount,
    PairTold,
    ReportTold,
    Shrinkage,
    age_band,
)

SUSPECTS = ("primary", "suspect", "interacting")
"""The roles that are counted."""


MEMORY = "512MB"


class _Part(NamedTuple):
    x: float
    y: float | None
    band: int
    pairs: int
    log_ratio: float
    log_ebgm: float | None


COLUMNS = tuple(name for name in PairTold.__struct_fields__ if name not in ("ebgm", "eb05", "eb95"))
BANDS = ((1, 1), (2, 2), (3, 4), (5, 9), (10, 29), (30, 10**9))
"""Numbers of reports by which the shrinkage is told."""


class Shelf:
    """What was prepared, open for questions. One connection for all threads, each with a cursor of its own.

    Raises BadInput where a file of it is missing or damaged.
    """

    def __init__(self, place: Path) -> None:
        self.place, self.about = place, read_prepared(place)
        self._opening = threading.Lock()
        duckdb: Any = import_module("duckdb")
        self._connection: Any = duckdb.connect(config={"memory_limit": MEMORY, "threads": 2})
        try:
            for name in ("pairs", "reports", "events", "outcomes", "twins"):
                self._connection.execute(self._view(name))
        except duckdb.Error:
            raise unreadable() from None

    def _ask(self, query: str, values: Iterable[object] = ()) -> list[tuple[Any, ...]]:
        with self._opening:
            cursor = self._connection.cursor()
        try:
            return cursor.execute(query, list(values)).fetchall()
        finally:
            cursor.close()

    def _view(self, name: str) -> str:
        file = self.place / f"{name}.parquet"
        if name == "outcomes" and not file.exists():
            return "create view outcomes as select '' as report, '' as outcome where false"
        path = str(file).replace("'", "''")
        return f"create view {name} as select * from read_parquet('{path}')"

    @cached_property
    def events(self) -> tuple[str, ...]:
        """Every term that is counted."""
        return tuple(
            event for (event,) in self._ask("select distinct event from pairs where background = 'all' order by event")
        )

    @property
    def outcomes_kept(self) -> bool:
        """Whether outcomes were kept when the reports were loaded."""
        return (self.place / "outcomes.parquet").exists()

    def listing(self, asked: Filter) -> Listing:
        """The pairs that are asked for."""
        where, values = _where(asked)
        in_short = self._in_short(where, values, f"ebgm_{asked.likelihood.lower()}")
        count = sum(one.pairs for one in in_short)
        scored = [one for one in in_short if one.y is not None]
        pages = max(1, -(-count // PAGE))
        page = min(max(asked.page, 1), pages)
        order = {"ratio": "n / expected"}.get(asked.sort, asked.sort)
        order = f"{order}_{asked.likelihood.lower()}" if order in ("eb05", "ebgm") else order
        found = self._ask(
            f"select {_columns(asked.likelihood)} from pairs where {where} "
            f"order by {order} desc nulls last, n desc, product, event, background limit {PAGE} offset {PAGE * (page - 1)}",
            values,
        )
        return Listing(
            pairs=tuple(map(_pair, found)), count=count, page=page, pages=pages, bins=_bins(scored),
            shrinkage=_shrinkage(scored), unscored=count - sum(one.pairs for one in scored),
        )  # fmt: skip

    def _in_short(self, where: str, values: Sequence[object], ebgm: str) -> list[_Part]:
        """All pairs that are asked for, put together by where they lie in the plot and by how many reports they have."""
        band = " ".join(f"when n <= {most} then {least}" for least, most in BANDS)
        found = self._ask(
            f"select round(log10(n / expected), 1) as x, round(log10({ebgm}), 1) as y, case {band} end as band, "
            f"count(*), sum(ln(n / expected)), sum(ln({ebgm})) from pairs where {where} group by x, y, band",
            values,
        )
        return [_Part(*one) for one in found]

    def pair(self, product: str, event: str, likelihood: Likelihood) -> tuple[PairTold, ...]:
        """A pair against each background that it is in: all reports first."""
        found = self._ask(
            f"select {_columns(likelihood)} from pairs where product = ? and event = ? "
            "order by background <> 'all', background <> 'supplements', background",
            (product, event),
        )
        return tuple(map(_pair, found))

    def of_product(self, product: str, likelihood: Likelihood, least: int = 1) -> tuple[PairTold, ...]:
        """The pairs of a product against each background, the most reported first."""
        found = self._ask(
            f"select {_columns(likelihood)} from pairs where product = ? and n >= ? "
            "order by n desc, event, background <> 'all', background <> 'supplements', background",
            (product, least),
        )
        return tuple(map(_pair, found))

    def named(self, text: str, most: int = 30) -> tuple[tuple[str, int], ...]:
        """Products whose names hold a text, with their reports, the most reported first."""
        found = self._ask(
            "select product, max(by_product) as n from pairs where background = 'all' and contains(lower(product), ?) "
            f"group by product order by n desc, product limit {most}",
            (text.lower(),),
        )
        return tuple((name, n) for name, n in found)

    def months(self, product: str, event: str | None = None, background: str = "all") -> tuple[MonthCount, ...]:
        """Reports by the month that they were received in, of those that a background counts; empty months left out."""
        rows, values = _counted(background)
        found = self._ask(
            f"with counted as (select distinct report, product, received from reports where {rows}), "
            "told as (select report, min(nullif(received, '')) as received, bool_or(product = ?) as own from counted group by report), "
            "events_of as (select report, bool_or(event = ?) as has from events group by report) "
            "select substr(received, 1, 7) as month, count(*), count(*) filter (has), count(*) filter (own), "
            "count(*) filter (has and own) from told join events_of using (report) where received is not null group by month order by month",
            (*values, product, event),
        )
        return tuple(MonthCount(*one) for one in found)

    def numbers(
        self, product: str, event: str | None = None, background: str = "all", *, beside: bool = False
    ) -> tuple[str, ...]:
        """The reports behind a number, by the day that they were received, the last first.

        `beside`: those instead that name the product only as taken along, which are not counted.
        """
        rows, values = _counted(background)
        counted = f"select report from reports where product = ? and {rows}"
        given: list[object] = [product, *values]
        if beside:
            counted = f"select report from reports where product = ? and report not in ({counted})"
            given = [product, *given]
        term = "and event = ?" if event is not None else ""
        found = self._ask(
            f"select report, min(nullif(received, '')) as day from reports where report in ({counted}) "
            f"and report in (select report from events where true {term}) group by report order by day desc nulls last, report desc",
            (*given, *((event,) if event is not None else ())),
        )
        return tuple(report for report, _ in found)

    def alike(self, numbers: Sequence[str]) -> tuple[tuple[str, str, bool], ...]:
        """Pairs of these reports that look alike, and whether each is likely one event."""
        if not numbers:
            return ()
        found = self._ask(
            "select first, second, likely from twins where list_contains(?, first) and list_contains(?, second) order by first, second",
            (list(numbers), list(numbers)),
        )
        return tuple((first, second, likely) for first, second, likely in found)

    def reports(self, numbers: Sequence[str], product: str) -> tuple[ReportTold, ...]:
        """These reports with what they say, in this order."""
        if not numbers:
            return ()
        of = ", ".join("?" * len(numbers))
        rows = self._ask(
            f"select report, received, age, sex, written, role, product = ? from reports where report in ({of}) order by report, written",
            (product, *numbers),
        )
        outcomes, events = (
            self._ask(f"select report, {what} from {table} where report in ({of}) order by report, {what}", numbers)
            for table, what in (("outcomes", "outcome"), ("events", "event"))
        )
        told = [_by_report(one) for one in (rows, outcomes, events)]
        return tuple(_report(number, *(one.get(number, ()) for one in told)) for number in numbers)

    def summary(self, numbers: Sequence[str]) -> dict[str, tuple[tuple[str, int], ...]]:
        """Of these reports how many are of each sex, age band and outcome, the most first; what is not told counts as such."""
        if not numbers:
            return {"age": (), "sex": (), "outcome": ()}
        of = ", ".join("?" * len(numbers))
        people = self._ask(
            f"select report, max(age), max(sex) from reports where report in ({of}) group by report", numbers
        )
        bands: dict[str, int] = {}
        sexes: dict[str, int] = {}
        for _, age, sex in people:
            bands[age_band(age)] = bands.get(age_band(age), 0) + 1
            sexes[sex or "not told"] = sexes.get(sex or "not told", 0) + 1
        outcomes = self._ask(
            f"select outcome, count(distinct report) as n from outcomes where report in ({of}) group by outcome order by n desc, outcome",
            numbers,
        )
        order = [name for _, name in AGES] + [LAST_AGE, "not told"]
        return {
            "age": tuple((name, bands[name]) for name in order if name in bands),
            "sex": tuple(sorted(sexes.items(), key=lambda one: (-one[1], one[0]))),
            "outcome": tuple((outcome, n) for outcome, n in outcomes),
        }


def _by_report(rows: Iterable[tuple[Any, ...]]) -> dict[str, list[tuple[Any, ...]]]:
    found: dict[str, list[tuple[Any, ...]]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    return found


def _report(
    number: str, rows: Sequence[tuple[Any, ...]], outcomes: Sequence[tuple[Any, ...]], events: Sequence[tuple[Any, ...]]
) -> ReportTold:
    """One report of its own rows."""
    return ReportTold(
        report=number,
        received=min((row[1] for row in rows if row[1]), default=""),
        age=max((row[2] for row in rows if row[2] is not None), default=None),
        sex=max((row[3] for row in rows), default=""),
        outcomes=tuple(outcome for _, outcome in outcomes),
        products=tuple(dict.fromkeys(Beside(row[4], row[5], row[6]) for row in rows)),
        events=tuple(event for _, event in events),
    )


def _counted(background: str) -> tuple[str, tuple[str, ...]]:
    """Which rows a background counts."""
    roles = ", ".join("?" * len(SUSPECTS))
    if background == "all":
        return f"role in ({roles})", SUSPECTS
    code = "54" if background == "supplements" else background.partition(":")[2]
    return f"role in ({roles}) and industry = ?", (*SUSPECTS, code)


def _bins(parts: Iterable[_Part]) -> tuple[Bin, ...]:
    found: dict[tuple[float, float], int] = {}
    for one in parts:
        at = (one.x, one.y or 0.0)
        found[at] = found.get(at, 0) + one.pairs
    return tuple(Bin(x, y, pairs) for (x, y), pairs in sorted(found.items()))


def _shrinkage(parts: Sequence[_Part]) -> tuple[Shrinkage, ...]:
    found: list[Shrinkage] = []
    for least, most in BANDS:
        own = [one for one in parts if one.band == least]
        pairs = sum(one.pairs for one in own)
        if pairs:
            ratio, ebgm = (exp(sum(values) / pairs) for values in ([one.log_ratio for one in own], [one.log_ebgm or 0.0 for one in own]))  # fmt: skip
            found.append(Shrinkage(least, 0 if most == BANDS[-1][1] else most, pairs, ratio, ebgm))
    return tuple(found)


def _where(asked: Filter) -> tuple[str, list[object]]:
    own = asked.background == "industry"
    parts = ["background <> 'all'" if own else "background = ?"]
    values: list[object] = [] if own else [asked.background]
    parts.append("n >= ?")
    values.append(asked.least)
    for column, text in (("product", asked.product), ("event", asked.event)):
        if text:
            parts.append(f"contains(lower({column}), ?)")
            values.append(text.lower())
    if asked.concept:
        parts.append("product = ?")
        values.append(asked.concept)
    if asked.events is not None:
        parts.append("list_contains(?, event)")
        values.append(list(asked.events))
    return " and ".join(parts), values


def _columns(likelihood: Likelihood) -> str:
    mark = likelihood.lower()
    return ", ".join((*COLUMNS, f"ebgm_{mark}", f"eb05_{mark}", f"eb95_{mark}"))


def _pair(row: tuple[Any, ...]) -> PairTold:
    told = dict(zip((*COLUMNS, "ebgm", "eb05", "eb95"), row, strict=True))
    told |= {name: told[name] or "" for name in ("first_report", "last_report")}
    return PairTold(**told)


def open_shelf(home: Path) -> Shelf | None:
    """What is shown of a data folder; None where nothing was prepared. Raises BadInput where it cannot be read."""
    place = current(home)
    return _opened(place) if place is not None else None


@lru_cache(maxsize=4)
def _opened(place: Path) -> Shelf:
    return Shelf(place)
