"""Instants as a case file writes them: ISO 8601 with an offset, a whole day, or an interval."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache

from leeward.casefile.margin import FUTURE, INSTANT, SHAPE, Margin, quoted
from leeward.model.instants import Span, iso_instant

EARLIEST_YEAR, YEARS_END = 1900, 2200
"""Nobody alive took anything before; and later arithmetic on instants must stay within what a calendar holds."""

EXAMPLE = "2026-11-22T09:00:00-05:00"

_read = lru_cache(maxsize=1024)(iso_instant)


def instant(given: object, path: str, margin: Margin) -> datetime | date | None:
    """An aware instant, a date without a time, or None after writing down what is wrong."""
    if isinstance(given, datetime):
        found: datetime | date | None = given
    elif isinstance(given, date):
        found = given
    elif isinstance(given, str):
        found = _read(given)
    else:
        margin.problem(path, SHAPE, f"{quoted(given)} is not an instant.", f"Write it as {EXAMPLE}.")
        return None
    if found is None:
        margin.problem(path, INSTANT, f"{quoted(given)} is not an instant.", f"Write it as {EXAMPLE}.")
        return None
    if not EARLIEST_YEAR <= found.year < YEARS_END:
        margin.problem(path, INSTANT, f"The year {found.year} cannot be meant.", "Correct the year.")
        return None
    if isinstance(found, datetime) and found.utcoffset() is None:
        says = f"{quoted(str(given))} has no offset from UTC, so it could be any of 24 hours."
        margin.problem(path, INSTANT, says, "Add the offset, e.g. -05:00.")
        return None
    return found


def span(given: object, path: str, margin: Margin, now: datetime, may_lie_ahead: bool = False) -> Span | None:
    """An instant, or a date as the span of that day up to now; None after writing down what is wrong."""
    found = instant(given, path, margin)
    if found is None:
        return None
    if not isinstance(found, datetime):
        begins = datetime.combine(found, time(), tzinfo=now.tzinfo)
        ends = begins + timedelta(days=1)
        # Only `now` tells in which offset the writer's days begin and end.
        whole = Span(begins, ends if may_lie_ahead else min(ends, now))
    else:
        whole = Span(found, found)
    if not may_lie_ahead and whole.earliest > now:
        says = f"{quoted(str(given))} lies after now ({now.isoformat()})."
        margin.problem(path, FUTURE, says, "Correct it, or correct `now`.")
        return None
    return whole
