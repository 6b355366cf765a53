"""Counts of distinct reports, expressed once in Ibis: DuckDB on one machine, Spark where the data outgrow it.

Of a case the highest version stands, and of one version that came in several files the one loaded last; where only
reports received by a day are asked about, versions received later are not known yet. A case that FDA withdrew counts
nowhere. A report that names a product twice, or under two spellings of one concept, counts once. The margins are of
distinct reports too, and only reports with an event count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec
import numpy as np

from leeward.errors import BadInput
from leeward.signals.columns import texts, whole_numbers
from leeward.signals.engines import arrow_of, duckdb_engine, listed
from leeward.signals.pairs import Pairs
from leeward.signals.special import Integers
from leeward.signals.store import read_load
from leeward.signals.strata import Strata

Role = Literal["primary", "suspect", "all"]

ROLES: dict[Role, tuple[str, ...]] = {
    "primary": ("primary",),
    "suspect": ("primary", "suspect", "interacting"),
    "all": (),
}
"""The roles that are counted; all of them where none is named. An interacting medicine is a suspect one."""

STRATA = ("age", "sex", "year")

AGES: tuple[tuple[float, str], ...] = (
    (2, "under 2"),
    (12, "2-11"),
    (18, "12-17"),
    (45, "18-44"),
    (65, "45-64"),
    (75, "65-74"),
)
"""The bands of ages: each up to so many years; beyond the last 75 and over."""

SUPPLEMENTS = "54"
"""FDA's industry code of vitamins, minerals, proteins and dietary supplements."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is counted."""

    background: str = "all"
    """`all`, `supplements` or `industry:NN`: the rows that are counted at all."""
    role: Role = "suspect"
    until: str = ""
    """Only reports received by this day, as 2016-05-03; empty for all."""
    strata: tuple[str, ...] = ()
    """What expected counts allow for: of `STRATA`. A report that does not tell one of them is in a stratum of its own."""
    ingredients: bool = False
    """Whether a medicine goes by its active ingredients, where the file tells them, and not by its name as typed."""
    without: tuple[str, ...] = ()
    """Reports that are left out, as the store writes them: those told to be duplicates."""

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
    place: Integers | None = None
    """Which each is of the pairs of all months, shape (pairs,), where months are counted one after the other."""
    of_all: int = 0
    """How many pairs there are in all months."""


def names_of(places: Sequence[Path], engine: Any = None, ingredients: bool = False) -> tuple[str, ...]:
    """Every product name of what was loaded, as typed, each once; `ingredients` in place of names where they are told."""
    engine, names = engine or duckdb_engine(), set[str]()
    for place in places:
        rows = engine.read_parquet(str(place / "rows.parquet"))
        column = (by_ingredient(rows) if ingredients else rows).select("product").distinct()
        names.update(arrow_of(column)["product"].to_pylist())
    return tuple(sorted(names))


def counted(
    places: Sequence[Path], asked: Asked, concepts: Mapping[str, str] | None = None, engine: Any = None
) -> Counted:
    """The pairs of what was loaded. `concepts`: what a name as typed is counted under; names that it lacks stand as typed.

    `engine`: an Ibis connection; DuckDB in memory where none is given. Raises BadInput where nothing is left to count.
    """
    if not places:
        raise BadInput.one("LW-1011", "", "No reports are loaded.", "Load a file with `leeward signals load`.")
    if unknown := sorted(set(asked.strata) - set(STRATA)):
        raise BadInput.one(
            "LW-1013", "strata", f"There is no stratum by {unknown[0]!r}.", f"Give some of {', '.join(STRATA)}."
        )
    rows, events, stratum = _asked_rows(places, asked, concepts or {}, engine or duckdb_engine())
    pair = rows.join(events, "report").group_by(["product", "event"]).agg(n=_count, first=_first_day, last=_last_day)
    rows_with, events_of = rows.semi_join(events, "report"), events.semi_join(rows, "report")
    found = {
        "pairs": pair,
        "products": rows_with.group_by("product").agg(n=_count).order_by("product"),
        "events": events_of.group_by("event").agg(n=_count).order_by("event"),
    }
    reports = int(arrow_of(rows_with.agg(n=rows_with.report.nunique()))["n"][0].as_py())
    if not reports:
        says = "No report is left to count."
        raise BadInput.one("LW-1012", "background", says, "Choose a wider background, role or time.")
    pairs, by_product, by_event = (arrow_of(found[name]) for name in ("pairs", "products", "events"))
    product, event = _places(pairs["product"], by_product["product"]), _places(pairs["event"], by_event["event"])
    # Sorted here: Spark would gather all pairs in one task for it.
    order = np.argsort(product.astype(np.int64) * len(by_event) + event)
    days = [[day or "" for day in pairs[name].take(order).to_pylist()] for name in ("first", "last")]
    counts = Pairs(
        products=tuple(by_product["product"].to_pylist()),
        events=tuple(by_event["event"].to_pylist()),
        product=product[order],
        event=event[order],
        n=whole_numbers(pairs["n"])[order],
        by_product=whole_numbers(by_product["n"]),
        by_event=whole_numbers(by_event["n"]),
        reports=reports,
    )
    if asked.strata:
        counts = msgspec.structs.replace(counts, strata=_strata(rows_with, events_of, stratum, counts))
    return Counted(counts, days[0], days[1])


def _strata(rows: Any, events: Any, stratum: Any, counts: Pairs) -> Strata:
    """The margins by stratum. `stratum`: report and stratum."""
    parts = [
        arrow_of(table.join(stratum, "report").group_by([name, "stratum"]).agg(n=_count))
        for name, table in (("product", rows.select("report", "product")), ("event", events))
    ]
    of_all = arrow_of(stratum.semi_join(rows, "report").group_by("stratum").agg(n=_count).order_by("stratum"))
    margins = [
        (
            _places(part[name], texts(names)),
            _places(part["stratum"], of_all["stratum"]),
            whole_numbers(part["n"]),
        )
        for part, name, names in zip(parts, ("product", "event"), (counts.products, counts.events), strict=True)
    ]
    return Strata(margins[0], margins[1], whole_numbers(of_all["n"]))


def _count(table: Any) -> Any:
    return table.count()


def _ibis() -> Any:
    """Ibis, which takes a while to import: what counts nothing does without."""
    return import_module("ibis")


def _first_day(table: Any) -> Any:
    return table.received.min()


def _last_day(table: Any) -> Any:
    return table.received.max()


def told(places: Sequence[Path], engine: Any) -> tuple[Any, Any]:
    """The rows and the events of all that was loaded, each with the number of its load."""
    ibis = _ibis()
    found = [
        tuple(
            engine.read_parquet(str(place / f"{name}.parquet")).mutate(load=ibis.literal(number))
            for name in ("rows", "events")
        )
        for number, place in enumerate(places)
    ]
    if not all("ingredient" in rows.columns for rows, _ in found):  # a load of before it was kept
        found = [(_with_ingredient(rows), events) for rows, events in found]
    rows, events = (ibis.union(*(one[side] for one in found)) if len(found) > 1 else found[0][side] for side in (0, 1))
    return rows, events


def _with_ingredient(rows: Any) -> Any:
    columns = [name for name in rows.columns if name not in ("ingredient", "load")]
    ingredient = rows.ingredient if "ingredient" in rows.columns else _ibis().literal("")
    return rows.select(*columns, "load", ingredient=ingredient)


def one_version_each(places: Sequence[Path]) -> bool:
    """Whether each report is the one version of a case of its own, so that none stands over another."""
    known = [read_load(place) for place in places if (place / "load.json").exists()]
    return len(places) == 1 and all(one.cases == one.reports for one in known)


def without_withdrawn(rows: Any, places: Sequence[Path], engine: Any) -> Any:
    """The rows but those of cases that FDA withdrew."""
    if any(read_load(place).deleted for place in places if (place / "load.json").exists()):
        gone = [engine.read_parquet(str(at / "deleted.parquet")) for at in places if (at / "deleted.parquet").exists()]
        rows = rows.anti_join(_ibis().union(*gone) if len(gone) > 1 else gone[0], "case")
    return rows


def standing(places: Sequence[Path], until: str, engine: Any) -> tuple[Any, Any]:
    """The rows and the events of the reports that stand, of all that were received by a day; empty for all."""
    ibis = _ibis()
    rows, events = told(places, engine)
    if until:
        rows = rows.filter((rows.received != "") & (rows.received <= until))
    if not one_version_each(places):
        last = ibis.row_number().over(
            group_by="case", order_by=[ibis.desc("version"), ibis.desc("load"), ibis.desc("report")]
        )
        of_cases = rows.select("case", "version", "load", "report").distinct().mutate(place=last)
        of_cases = of_cases.filter(of_cases.place == 0).select("load", "report")
        rows, events = (table.semi_join(of_cases, ["load", "report"]) for table in (rows, events))
    return without_withdrawn(rows, places, engine), events


def by_ingredient(rows: Any) -> Any:
    """The rows with each product under its active ingredients, where they are told; older loads tell none."""
    if "ingredient" not in rows.columns:
        return rows
    return rows.mutate(product=_ibis().coalesce(rows.ingredient.nullif(""), rows["product"]))


def named(rows: Any, concepts: Mapping[str, str]) -> Any:
    """The rows with each product under its concept, where it has one."""
    if not concepts:
        return rows
    known = listed(rows, typed=list(concepts), concept=list(concepts.values()))
    rows = rows.left_join(known, rows.product == known.typed)
    return rows.mutate(product=_ibis().coalesce(rows.concept, rows.product)).drop("typed", "concept")


def narrowed(rows: Any, asked: Asked, concepts: Mapping[str, str]) -> Any:
    """The rows of the roles and of the background that are asked about, each product under its concept."""
    if roles := ROLES[asked.role]:
        rows = rows.filter(rows.role.isin(roles))
    if industry := asked.industry():
        rows = rows.filter(rows.industry == industry)
    return named(by_ingredient(rows) if asked.ingredients else rows, concepts)


def kept(rows: Any, asked: Asked) -> Any:
    """The rows but those of reports that are left out."""
    return rows.anti_join(listed(rows, report=asked.without), "report") if asked.without else rows


def _asked_rows(places: Sequence[Path], asked: Asked, concepts: Mapping[str, str], engine: Any) -> tuple[Any, Any, Any]:
    """Distinct report and product, and distinct report and event, of the rows that are asked about, and each report's stratum."""
    rows, events = standing(places, asked.until, engine)
    rows = kept(rows, asked)
    stratum = _stratum(rows, asked.strata) if asked.strata else None
    rows = narrowed(rows, asked, concepts)
    received = rows.mutate(received=rows.received.nullif("")).group_by(["report", "product"])
    return received.agg(received=_first_day), events.select("report", "event").distinct(), stratum


def _stratum(rows: Any, strata: Sequence[str]) -> Any:
    """Each report and its stratum. Rows of one report that differ count as the oldest age and the first day told."""
    ibis = _ibis()
    told = rows.group_by("report").agg(age=rows.age.max(), sex=rows.sex.max(), received=rows.received.min())
    band = ibis.cases((told.age.isnull(), ""), *((told.age < below, name) for below, name in AGES), else_="75 and over")
    part = {"age": band, "sex": told.sex, "year": told.received.substr(0, 4)}
    text = part[strata[0]]
    for name in strata[1:]:
        text = text.concat("|", part[name])
    return told.select("report", stratum=text)


def _places(column: Any, names: Any) -> Integers:
    """The place of each value of a column among those of another."""
    compute: Any = import_module("pyarrow.compute")
    return whole_numbers(compute.index_in(column, value_set=names))
