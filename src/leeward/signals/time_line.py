"""One pair over time: its reports by month, what was expected of them, and MaxSPRT, as a back-test works it out.

What is expected of a month is the product's reports of that month times the share of the event among all other reports
received by its end, with one report more for and against; see `backtest`. The counts are of the reports that stand today.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from math import log

import msgspec

from leeward.signals.prepared import BoundTold
from leeward.signals.shown import MonthCount


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """The pair at the end of a month: its reports so far, those expected, and the statistic in nats."""

    month: str
    n: int
    awaited: float
    llr: float
    alarm: bool
    """Whether MaxSPRT has raised an alarm by then."""


class Year(msgspec.Struct, frozen=True, kw_only=True):
    """Reports received in a year, and the pair at its end."""

    year: str
    product: int
    both: int
    n: int
    awaited: float
    llr: float
    alarm: bool


def points(months: Iterable[MonthCount], bound: BoundTold) -> tuple[Point, ...]:
    """The pair at the end of each month in which a report of the product, or of anything, was received."""
    found: list[Point] = []
    reports = event = product = n = 0
    awaited, watched, alarm = 0.0, False, False
    for month in months:
        before = product
        reports, event = reports + month.all, event + month.event
        product, n = product + month.product, n + month.both
        if not product:
            continue
        if n:
            share = (event - n + 1) / (reports - product + 2)
            # The first report of the event: it was expected of the product's earlier reports too, at today's share.
            awaited += ((0 if watched else before) + product - before) * share
            watched = True
        llr = statistic(n, awaited)
        alarm = alarm or (n >= bound.least and 0 < awaited <= bound.limit and llr >= bound.value)
        found.append(Point(month=month.month, n=n, awaited=awaited, llr=llr, alarm=alarm))
    return tuple(found)


def statistic(n: int, awaited: float) -> float:
    """The logarithm of the likelihood ratio, as `sequential.statistic` has it; 0 where no more came than was expected."""
    return awaited - n + n * log(n / awaited) if n > awaited > 0 else 0.0


def years(months: Iterable[MonthCount], found: Iterable[Point]) -> tuple[Year, ...]:
    """The same by year, every year from the first report of the product to the last of all."""
    product: dict[str, int] = {}
    both: dict[str, int] = {}
    for month in months:
        year = month.month[:4]
        product[year], both[year] = product.get(year, 0) + month.product, both.get(year, 0) + month.both
    last = {point.month[:4]: point for point in found}
    if not last:
        return ()
    told: list[Year] = []
    at = next(iter(last.values()))
    for number in range(int(min(last)), int(max(last)) + 1):
        year = str(number)
        at = last.get(year, at)
        told.append(
            Year(year=year, product=product.get(year, 0), both=both.get(year, 0), n=at.n, awaited=at.awaited, llr=at.llr, alarm=at.alarm)
        )  # fmt: skip
    return tuple(told)


class Bunch(msgspec.Struct, frozen=True, kw_only=True):
    """Most of the reports that came within so many days: how many, and the first and last day of them."""

    reports: int
    first: str
    last: str


def largest_bunch(received: Iterable[str], days: int = 7) -> Bunch | None:
    """The most reports that were received within some days, the earliest such; None where no two came so near.

    `received`: the day of each report, ISO 8601, empty where it is not told; days that are less exact are passed over.

    >>> largest_bunch(["2016-08-05", "2016-08-01", "2016-08-05", "2017-01-01", ""])
    Bunch(reports=3, first='2016-08-01', last='2016-08-05')
    """
    told = sorted(date.fromisoformat(day) for day in received if len(day) == len("2016-08-05"))
    best: Bunch | None = None
    start = 0
    for end, last in enumerate(told):
        while (last - told[start]).days >= days:
            start += 1
        count = end - start + 1
        if count > (best.reports if best else 1):
            best = Bunch(reports=count, first=told[start].isoformat(), last=last.isoformat())
    return best


def first_alarm(found: Iterable[Point]) -> Point | None:
    """The month at whose end MaxSPRT first raised an alarm; None where it raised none."""
    return next((point for point in found if point.alarm), None)
