"""Dates as packets and recall records print them: a day, a month or a year, never guessed past what is printed."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

import msgspec

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "january"), ("feb", "february"), ("mar", "march"), ("apr", "april"), ("may",), ("jun", "june"),
            ("jul", "july"), ("aug", "august"), ("sep", "sept", "september"), ("oct", "october"),
            ("nov", "november"), ("dec", "december"),
        ),
        1,
    )
    for name in names
}  # fmt: skip


class Days(msgspec.Struct, frozen=True, order=True):
    """The days that a printed date may mean, first and last included; an end that is open is None."""

    first: date | None
    last: date | None

    def meets(self, other: Days) -> bool:
        """Whether a day may lie in both."""
        return _not_after(self.first, other.last) and _not_after(other.first, self.last)


def _not_after(first: date | None, last: date | None) -> bool:
    return first is None or last is None or first <= last


_NAME = "|".join(sorted(MONTHS, key=len, reverse=True))
DATE = re.compile(
    rf"""(?<![a-z0-9./-])(?:
      (?P<iso>(?P<y1>20\d\d|19\d\d)[-/.](?P<m1>\d\d?)(?:[-/.](?P<d1>\d\d?))?)
    | (?P<us>(?P<m2>\d\d?)[-/.](?P<d2>\d\d?)[-/.](?P<y2>\d{{4}}|\d\d))
    | (?P<my>(?P<m3>\d\d?)[/-](?P<y3>20\d\d|19\d\d|\d\d))
    | (?P<dmy>(?P<d4>\d\d?)[ ./-]?(?P<n4>{_NAME})\.?,?[ ./-]*(?P<y4>20\d\d|\d\d))
    | (?P<mdy>(?P<n5>{_NAME})\.?[ ./-]*(?P<d5>\d\d?)(?:st|nd|rd|th)?(?:,[ ]*|[ ./-]+)(?P<y5>20\d\d|\d\d))
    | (?P<ny>(?P<n6>{_NAME})\.?,?[ ./-]*(?P<y6>20\d\d))
    | (?P<joined>(?P<ni>{_NAME})(?P<di>\d\d)(?P<yi>\d\d))
    | (?P<yn>(?P<y7>20\d\d)[ ./-]?(?P<n7>{_NAME}))
    | (?P<packed>(?P<y8>20[0-3]\d)(?P<m8>0[1-9]|1[0-2])(?P<d8>0[1-9]|[12]\d|3[01]))
    | (?P<full>(?P<m0>0[1-9]|1[0-2])(?P<d0>0[1-9]|[12]\d|3[01])(?P<z0>20[0-3]\d))
    | (?P<plain>(?P<m9>0[1-9]|1[0-2])(?P<d9>0[1-9]|[12]\d|3[01])(?P<y9>\d\d))
    | (?P<year>(?P<y0>20[0-3]\d))
    )(?![a-z0-9]|[./-]\d)""",
    re.VERBOSE,
)
"""A date in folded text. A two-digit year is of this century; of two numbers the first is the month, as in the US."""


def days_in(text: str) -> Days | None:
    """The days that the first date in this folded text means; None where there is none.

    >>> days_in("best by 11 jul 24"), days_in("03/2019")
    (Days(first=datetime.date(2024, 7, 11), last=datetime.date(2024, 7, 11)), Days(first=datetime.date(2019, 3, 1), last=datetime.date(2019, 3, 31)))
    """
    for found in DATE.finditer(text):
        if (days := days_of(found)) is not None:
            return days
    return None


def days_of(found: re.Match[str]) -> Days | None:
    """The days of one match of `DATE`; None where the numbers are no date."""
    parts = {
        name[0]: value
        for name, value in found.groupdict().items()
        if value is not None and len(name) == 2 and (name[1].isdigit() or name[1] == "i")
    }
    parts["y"] = parts.get("y") or parts["z"]
    year = int(parts["y"]) + (2000 if len(parts["y"]) == 2 else 0)
    month = MONTHS[parts["n"]] if "n" in parts else int(parts.get("m", 0))
    day = int(parts.get("d", 0))
    if month > 12 and 1 <= day <= 12 and "n" not in parts:
        month, day = day, month
    try:
        if day:
            return Days(date(year, month, day), date(year, month, day))
        if month:
            return Days(date(year, month, 1), date(year, month, monthrange(year, month)[1]))
        return Days(date(year, 1, 1), date(year, 12, 31))
    except (ValueError, KeyError):
        return None
