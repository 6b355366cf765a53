"""Instants, and instants known only to lie between two others. Every instant is aware of its offset."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from leeward.model.missing import Missing
from leeward.model.reading import Reading

HOUR = timedelta(hours=1)


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


def hours_since(when: Span | Missing, now: datetime, name: str, says: str) -> Reading:
    """Hours from an instant to now, as a reading: an interval where the instant is one, unknown where it is missing.

    `name` is the input as a question would name it, `says` what the hours are called in a sentence.
    """
    if isinstance(when, Missing):
        return Reading.unknown(name, says, "h")
    low = (now - when.latest) / HOUR
    high = (now - when.earliest) / HOUR
    return Reading(low, high, "h", says, inputs=(name,), lacks=(name,) if low != high else ())
