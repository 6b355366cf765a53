"""Reports that look like one another: two numbers for what may be one event. They are told; nothing is merged.

Two reports of different cases are a pair when all of this holds, told in both: the same set of terms, the same age, the
same sex, a suspect product of one concept, and receipt within some days of each other. What is not told agrees with
nothing: empty never matches empty.

Reports of a product resemble each other by chance too. `chance` is how many such twins the first report of a pair would
have, were the product's reports of those days drawn independently:

    chance = k * s * a * x

    k   other reports of the product within those days of the first
    s   share of these terms among the product's other reports (the share among all reports counted as one more)
    a   share of this age among all reports that tell age and sex
    x   share of this sex among them

Where a pair shares several products the largest stands. Below `LIKELY` a pair is called likely. So a burst of reports
after publicity, and a product whose reports all say the same, are not taken for duplicates by that alone. Still, two
people of one age and sex who fell ill of one meal make such a pair: look at the reports before leaving one out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec

from leeward.errors import BadInput
from leeward.signals.counting import ROLES, named, standing
from leeward.signals.engines import duckdb_engine

LIKELY = 0.05
"""A pair with a chance below it is called likely."""

DAYS = 7

HIDDEN = ("REDACTED",)
"""What stands for a product whose name FDA does not give: two of them are no one product."""

COLUMNS = ("first", "second", "received", "received_second", "product", "events", "age", "sex", "chance", "likely")


class Duplicate(msgspec.Struct, frozen=True, kw_only=True):
    """Two reports that look like one another, the one received first in front."""

    first: str
    """The number of a report, after whose number it is, as `caers:65325`."""
    second: str
    received: str
    received_second: str
    product: str
    events: str
    age: float
    """Years."""
    sex: str
    chance: float

    @property
    def likely(self) -> bool:
        """Whether so few twins by chance are awaited that it is likely one event."""
        return self.chance < LIKELY


def duplicates(
    places: Sequence[Path], concepts: Mapping[str, str] | None = None, days: int = DAYS, engine: Any = None
) -> tuple[Duplicate, ...]:
    """All pairs of what was loaded, the least likely to be chance first. Raises BadInput where nothing is loaded."""
    if not places:
        raise BadInput.one("LW-1011", "", "No reports are loaded.", "Load a file with `leeward signals load`.")
    ibis: Any = import_module("ibis")
    told, same_product = _reports(places, concepts or {}, engine or duckdb_engine())
    left, right = same_product, same_product.view()
    twins = left.join(right, [
        left.product == right.product, left.events == right.events, left.age == right.age, left.sex == right.sex,
        left.case != right.case, (left.received < right.received) | ((left.received == right.received) & (left.report < right.report)),
    ], rname="{name}_second")  # fmt: skip
    twins = twins.filter(_apart(twins.received, twins.received_second) <= days)
    twins = twins.select(
        "report", "report_second", "received", "received_second", "product", "events", "age", "sex", "case"
    )
    # How many other reports of the product came in those days.
    near = twins.select("report", "product", "received").distinct()
    others = same_product.select(product_of="product", report_of="report", received_of="received")
    near = near.join(others, [near.product == others.product_of, near.report != others.report_of])
    near = near.filter(_apart(near.received, near.received_of).abs() <= days)
    near = near.group_by(["report", "product"]).agg(near=_count)
    by_product = same_product.group_by("product").agg(of_product=_count)
    by_both = same_product.group_by(["product", "events"]).agg(of_both=_count)
    by_events = told.group_by("events").agg(of_events=_count)
    known = told.filter(told.age.notnull() & (told.sex != ""))
    by_age, by_sex = (known.group_by(name).agg(**{f"of_{name}": _count}) for name in ("age", "sex"))
    all_known, all_told = int(known.count().execute()), int(told.count().execute())
    found = twins.join(near, ["report", "product"]).join(by_product, "product").join(by_both, ["product", "events"])
    found = found.join(by_events, "events").join(by_age, "age").join(by_sex, "sex")
    share = (found.of_both - 2 + found.of_events / all_told) / (found.of_product - 1)
    chance = found.near * share * (found.of_age / all_known) * (found.of_sex / all_known)
    found = found.mutate(chance=chance)
    most = ibis.row_number().over(
        group_by=["report", "report_second"], order_by=[ibis.desc("chance"), ibis.asc("product")]
    )
    found = found.mutate(place=most)
    found = found.filter(found.place == 0).order_by(["chance", "report", "report_second"])
    return tuple(
        Duplicate(
            first=one["report"], second=one["report_second"], received=one["received"],
            received_second=one["received_second"], product=one["product"], events=one["events"], age=one["age"],
            sex=one["sex"], chance=one["chance"],
        )
        for one in found.to_pyarrow().to_pylist()
    )  # fmt: skip


def dropped(found: Iterable[Duplicate]) -> tuple[str, ...]:
    """The reports to leave out so that of likely duplicates one is left: of each group the first received stays."""
    group: dict[str, str] = {}
    received: dict[str, str] = {}

    def head(report: str) -> str:
        while group.setdefault(report, report) != report:
            report = group[report]
        return report

    for pair in found:
        if pair.likely:
            received |= {pair.first: pair.received, pair.second: pair.received_second}
            one, other = sorted((head(pair.first), head(pair.second)), key=lambda report: (received[report], report))
            group[other] = one
    return tuple(sorted(report for report in group if head(report) != report))


def _reports(places: Sequence[Path], concepts: Mapping[str, str], engine: Any) -> tuple[Any, Any]:
    """Each report with its terms, age, sex and day; and those that tell all of them with each of their suspect products."""
    rows, events = standing(places, "", engine)
    rows = named(rows.filter(rows.role.isin(ROLES["suspect"])), concepts)
    events = events.select("report", "event").distinct()
    terms = events.group_by("report").agg(events=events.event.collect().sort().join("; "))
    told = rows.group_by(["report", "case"]).agg(age=rows.age.max(), sex=rows.sex.max(), received=rows.received.min())
    told = told.join(terms, "report")
    complete = told.filter(told.age.notnull() & (told.sex != "") & (told.received != ""))
    products = rows.filter(rows["product"].strip().upper().notin(HIDDEN)).select("report", "product").distinct()
    return told, complete.join(products, "report")


def _apart(first: Any, second: Any) -> Any:
    """Days from one day to another."""
    return second.cast("date").delta(first.cast("date"), unit="day")


def _count(table: Any) -> Any:
    return table.count()
