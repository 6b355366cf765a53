"""What every reader gives: a product of a report with all that was reported with it, or a line that was set aside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Literal, NamedTuple

Source = Literal["caers", "faers", "table"]
"""Whose report numbers they are: a number of one source says nothing of the same number of another."""

PRIMARY, SUSPECT, CONCOMITANT, INTERACTING = "primary", "suspect", "concomitant", "interacting"


class Row(NamedTuple):
    """A product of a report with all events of that report. Empty means that the file does not say."""

    report: str
    received: str
    """The day it was received, as 2016-05-03; of a follow-up, the day of the follow-up."""
    product: str
    role: str
    industry: str
    age: float | None
    """Years; None where it is not told or its unit is not."""
    age_told: str
    sex: str
    outcomes: tuple[str, ...]
    events: tuple[str, ...]
    case: str = ""
    """The case that the report is a version of; empty where a report is a case of its own."""
    version: int = 0
    """Of the versions of a case the highest stands."""
    source: Source = "table"
    ingredient: str = ""
    """The active ingredients, as the file has them together; empty where it tells none."""


class Deleted(NamedTuple):
    """A case that FDA has withdrawn."""

    case: str
    source: Source = "faers"


class SetAside(NamedTuple):
    """A row that was not read: its line, and why."""

    line: int
    reason: str


Read = Iterator[Row | Deleted | SetAside]

YEARS: Mapping[str, float] = {
    "decade": 10.0, "year": 1.0, "month": 1 / 12, "week": 7 / 365.25, "day": 1 / 365.25, "hour": 1 / 8766,
}  # fmt: skip


@lru_cache(maxsize=20_000)
def day(told: str) -> str | None:
    """A day as 2016-05-03; empty where none is told, None where it cannot be read. Months come first, as FDA writes them."""
    if not told:
        return ""
    try:
        if "/" in told:
            month, day, year = (int(part) for part in told.split("/"))
            return date(year, month, day).isoformat()
        if len(told) == 8 and told.isdigit():
            return date(int(told[:4]), int(told[4:6]), int(told[6:])).isoformat()
        return date.fromisoformat(told[:10]).isoformat()
    except ValueError:
        return None


@lru_cache(maxsize=20_000)
def years(age: str, unit: str) -> float | None:
    """An age in years. Hazard: 31 weeks, read as 31 years or 31 years as weeks, makes an infant of an adult: both are kept."""
    by = YEARS.get(unit.lower().removesuffix("(s)"))
    try:
        return float(age) * by if by is not None and age else None
    except ValueError:
        return None


def sex(told: str) -> str:
    """`female`, `male`, or empty for everything else that is told."""
    return {"female": "female", "f": "female", "male": "male", "m": "male"}.get(told.lower(), "")
