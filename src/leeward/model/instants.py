"""Instants, and instants known only to lie between two others. Every instant is aware of its offset."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import msgspec

from leeward.model.missing import Missing
from leeward.model.reading import Reading

HOUR = timedelta(hours=1)

_ISO = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[Tt ](?P<time>[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)"
    r" ?(?P<offset>[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
)


class Span(msgspec.Struct, frozen=True, order=True):
    """An instant known to lie between `earliest` and `latest`; the two are equal when it is known exactly."""

    earliest: datetime
    latest: datetime

    @classmethod
    def at(cls, instant: datetime) -> Span:
        """A span for an instant known exactly."""
        return cls(instant, instant)

    def __str__(self) -> str:
        if self.earliest == self.latest:
            return self.earliest.isoformat()
        return f"between {self.earliest.isoformat()} and {self.latest.isoformat()}"


def iso_instant(text: str) -> datetime | date | None:
    """The instant, with or without its offset, or the whole day that a person wrote as ISO 8601; None where it is neither.

    >>> iso_instant("2026-11-22 09:00z"), iso_instant("2026-11-22"), iso_instant("22/11/2026")
    (datetime.datetime(2026, 11, 22, 9, 0, tzinfo=datetime.timezone.utc), datetime.date(2026, 11, 22), None)
    """
    form = _ISO.fullmatch(text.strip())
    if form is None:
        return None
    try:
        if form["time"] is None:
            return date.fromisoformat(form["day"])
        return datetime.fromisoformat(f"{form['day']}T{form['time']}{(form['offset'] or '').upper()}")
    except ValueError:
        return None


def aware_instant(told: object) -> datetime | None:
    """The instant that an entry tells; None where it is none, or has no offset.

    >>> aware_instant("2026-11-22T09:00:00-05:00").hour, aware_instant("2026-11-22T09:00:00"), aware_instant("unknown")
    (9, None, None)
    """
    try:
        at = datetime.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        return None
    return at if at is not None and at.utcoffset() is not None else None


def hours_since(when: Span | Missing, now: datetime, name: str, says: str) -> Reading:
    """Hours from an instant to now, as a reading: an interval where the instant is one, unknown where it is missing.

    `name` is the input as a question would name it, `says` what the hours are called in a sentence.
    """
    if isinstance(when, Missing):
        return Reading.unknown(name, says, "h")
    low = (now - when.latest) / HOUR
    high = (now - when.earliest) / HOUR
    return Reading(low, high, "h", says, inputs=(name,), lacks=(name,) if low != high else ())
