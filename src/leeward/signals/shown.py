"""What the pages show of reports, as `shelf` answers it."""

from __future__ import annotations

from typing import Literal, NamedTuple

import msgspec

from leeward.signals.prepared import Likelihood

PAGE = 50
"""Pairs, or reports, on a page."""

Sort = Literal["eb05", "ebgm", "ic025", "prr_lower", "ratio", "n", "last_report"]


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """Which pairs are asked for, and in which order: the largest first."""

    background: str = "all"
    """`all`, `supplements`, or `industry` for each product against the reports of its own industry code."""
    likelihood: Likelihood = "C"
    product: str = ""
    """Text that the product's name holds."""
    concept: str = ""
    """A name that must be the product's whole name."""
    event: str = ""
    """Text that the term holds."""
    events: tuple[str, ...] | None = None
    """Terms, one of which it must be; None for any."""
    least: int = 3
    sort: Sort = "eb05"
    page: int = 1


class PairTold(msgspec.Struct, frozen=True, kw_only=True):
    """A pair against a background, with its measures; None where one is not defined."""

    background: str
    product: str
    event: str
    n: int
    by_product: int
    by_event: int
    expected: float
    prr: float | None
    prr_lower: float | None
    prr_upper: float | None
    chi2: float | None
    ror: float | None
    ror_lower: float | None
    ror_upper: float | None
    ic: float | None
    ic025: float | None
    ic975: float | None
    ebgm: float | None
    eb05: float | None
    eb95: float | None
    first_report: str
    last_report: str

    @property
    def ratio(self) -> float:
        """Observed by expected: RRR."""
        return self.n / self.expected


class Bin(NamedTuple):
    """Pairs that lie together in the plot: tenths of a power of ten, and how many they are."""

    ratio: float
    ebgm: float
    pairs: int


class Shrinkage(NamedTuple):
    """Pairs with so many reports: how many they are, and the geometric means of observed by expected and of EBGM.

    `most` is 0 where there is no upper end.
    """

    least: int
    most: int
    pairs: int
    ratio: float
    ebgm: float


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the pairs that were asked for, and all of them in short."""

    pairs: tuple[PairTold, ...]
    count: int
    page: int
    pages: int
    bins: tuple[Bin, ...]
    shrinkage: tuple[Shrinkage, ...]
    unscored: int
    """Pairs without EBGM: their background's fit has no optimum inside."""


class Beside(NamedTuple):
    """A product of a report, as it was written."""

    written: str
    role: str
    own: bool
    """Whether it is what the page is about."""


class ReportTold(msgspec.Struct, frozen=True, kw_only=True):
    """One report: what a person needs to find it with FDA, and what it says besides."""

    report: str
    received: str
    age: float | None
    sex: str
    outcomes: tuple[str, ...]
    products: tuple[Beside, ...]
    events: tuple[str, ...]


class MonthCount(NamedTuple):
    """Reports received in a month: all, those of the event, of the product, of both."""

    month: str
    all: int
    event: int
    product: int
    both: int


AGES = ((2, "under 2"), (12, "2 to 11"), (18, "12 to 17"), (45, "18 to 44"), (65, "45 to 64"), (75, "65 to 74"))
"""The bands of `counting.AGES`, in words; that counting needs far more than a page does."""
LAST_AGE = "75 and over"


def age_band(age: float | None) -> str:
    """The band of an age in years."""
    if age is None:
        return "not told"
    return next((name for below, name in AGES if age < below), LAST_AGE)
