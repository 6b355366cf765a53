"""Dates of records as ISO days. A date that is none stays empty and is said so; it is never guessed."""

from __future__ import annotations

import re
from datetime import date

import msgspec

from leeward.errors import shown

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
_AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:[ ,].*)?")


def iso_day(given: str) -> str | None:
    """The day as ISO 8601; an empty word where none is given; None where the text is no day.

    >>> iso_day("20180406"), iso_day("4/6/2018"), iso_day("2018-04-06T00:00:00"), iso_day(""), iso_day("20181345")
    ('2018-04-06', '2018-04-06', '2018-04-06', '', None)
    """
    try:
        if len(given) == 8 and given.isascii() and given.isdigit():
            return date(int(given[:4]), int(given[4:6]), int(given[6:])).isoformat()
        text = given.strip()
        if not text:
            return ""
        if len(text) == 8 and text != given:
            return iso_day(text)
        if found := _ISO.fullmatch(text):
            return date(int(found[1]), int(found[2]), int(found[3])).isoformat()
        if found := _AMERICAN.fullmatch(text):
            return date(int(found[3]), int(found[1]), int(found[2])).isoformat()
    except ValueError:
        pass
    return None


class Told(msgspec.Struct, frozen=True):
    """The days that a record tells, and a note on every date that is none."""

    initiated: str
    reported: str
    terminated: str
    note: str


def days_told(*, initiated: str = "", reported: str = "", terminated: str = "") -> Told:
    """The days of a record from its own texts; a date that is none is left out, and the note says so."""
    began, seen, ended = iso_day(initiated), iso_day(reported), iso_day(terminated)
    if began is not None and seen is not None and ended is not None:
        return Told(began, seen, ended, "")
    given = (("initiated", initiated, began), ("reported", reported, seen), ("terminated", terminated, ended))
    notes = (
        f'The date "{shown(text.strip())}" ({name}) is no day and is left out.'
        for name, text, day in given
        if day is None
    )
    return Told(began or "", seen or "", ended or "", " ".join(notes))
