"""Times as people type them: the wall clock of this machine, read as instants. Empty means now, and nothing is guessed.

Twice a year the wall clock skips an hour or shows one twice. An hour that it never showed, and one that it showed twice,
are said to be so; an offset typed behind the time (01:30-05:00) settles which was meant.
"""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta, timezone, tzinfo

from leeward.errors import BadInput
from leeward.paper.times import on_its_day, zone_of
from leeward.web.numbers_typed import whole_number
from leeward.web.visit import Visit

CODE = "LW-0802"
MOST_MINUTES = 14 * 24 * 60
"""Most minutes ago that the short field takes; what is longer ago is typed with its date."""

MOST_HOURS = 31 * 24
"""The same of hours, for what a person tells of the days before they came."""

LONGEST_YEARS = 30
"""How far ahead a day may lie on which something ends."""

_FIRST_YEAR = 1900
_HOURS = re.compile(r"(\d{1,3}(?:[.,]\d{1,2})?)(?:\s*(?:-|–|to)\s*(\d{1,3}(?:[.,]\d{1,2})?))?", re.ASCII)
_CLOCK_ALONE = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?")
_HOW = "Write it as 2026-11-22 21:40, as 21:40 for today, or leave it empty for now."


def instant_typed(visit: Visit, field: str = "at") -> datetime:
    """The instant typed into a field, or the minutes ago in the field beside it; now where both are empty.

    Raises BadInput where it cannot be read, is ambiguous or lies after now.
    """
    return instant_told(visit, field) or visit.now


def instant_told(visit: Visit, field: str) -> datetime | None:
    """The same, None where nothing was typed: for a time that may be unknown."""
    typed, minutes = visit.text(field), visit.text(f"{field}_ago")
    if typed and minutes:
        raise BadInput.one(
            CODE, field, "Two times are given.", "Keep the time or the minutes ago, and empty the other."
        )
    if minutes:
        return on_its_day(visit.now - _minutes(minutes, f"{field}_ago"), visit.now)
    return read_instant(typed, visit.now, field) if typed else None


def span_told(visit: Visit, field: str) -> str | dict[str, str] | None:
    """What a person tells of a time, as the case file writes it: `{field}_hours` ago, or the time in `field` itself.

    Hours may be a range, as in 18-24: the earliest and the latest. None where nothing was typed.
    """
    typed, hours = visit.text(field), visit.text(f"{field}_hours")
    if typed and hours:
        raise BadInput.one(CODE, field, "Two times are given.", "Keep the time or the hours ago, and empty the other.")
    if not hours:
        return read_instant(typed, visit.now, field).isoformat() if typed else None
    near, far = _hours(hours, f"{field}_hours")
    latest, earliest = (on_its_day(visit.now - timedelta(hours=one), visit.now) for one in (near, far))
    if near == far:
        return latest.isoformat()
    return {"earliest": earliest.isoformat(), "latest": latest.isoformat()}


def _hours(typed: str, field: str) -> tuple[float, float]:
    """Hours ago as typed, the fewest and the most of them."""
    found = _HOURS.fullmatch(typed.strip())
    told = sorted(float(one.replace(",", ".")) for one in found.groups() if one) if found else []
    if not told or told[-1] > MOST_HOURS:
        says = "This is not a number of hours ago."
        mend = f"Write 20, or 18-24 for between 18 and 24 hours, at most {MOST_HOURS}; else the date and time."
        raise BadInput.one(CODE, field, says, mend)
    return told[0], told[-1]


def _minutes(typed: str, field: str) -> timedelta:
    minutes = whole_number(typed, MOST_MINUTES)
    if minutes is None:
        says = "This is not a number of minutes ago."
        raise BadInput.one(CODE, field, says, f"Write whole minutes, at most {MOST_MINUTES:,}; else the date and time.")
    return timedelta(minutes=minutes)


def end_of_day_typed(visit: Visit, field: str) -> datetime:
    """The first instant after the day typed into a field: something stands through it. Raises BadInput at the field."""
    try:
        day = datetime.strptime(visit.text(field), "%Y-%m-%d").date()
    except ValueError:
        raise BadInput.one(CODE, field, "This is not a day.", "Write it as 2027-01-31.") from None
    if not visit.now.date() <= day or day.year > visit.now.year + LONGEST_YEARS:
        says = "It would end before today, or too far away."
        raise BadInput.one(CODE, field, says, f"Give its last day, at most {LONGEST_YEARS} years ahead.")
    zone, wall = zone_of(visit.now), datetime.combine(day + timedelta(days=1), time())
    return wall.replace(tzinfo=timezone(zone.utcoffset(wall.replace(tzinfo=zone)) or timedelta(0)))


def read_instant(typed: str, now: datetime, field: str, ahead: timedelta = timedelta(0)) -> datetime:
    """One time as typed, with the offset of its own day; at most so far ahead of `now`. Raises BadInput at `field`."""
    wall = _wall(typed, now + ahead, field)
    instant = wall if wall.tzinfo is not None else _on_the_wall(wall, zone_of(now), field)
    if instant > now + ahead:
        says = (
            f"{_said(wall)} lies after {'now' if not ahead else 'the last day that is taken'} ({_said(now + ahead)})."
        )
        raise BadInput.one("LW-0112", field, says, "Give when it happened, with the date where it was not today.")
    return on_its_day(instant, now)


def _wall(typed: str, now: datetime, field: str) -> datetime:
    """What was typed, with its offset where that was typed too."""
    try:
        if found := _CLOCK_ALONE.match(typed):
            rest = typed[found.end() :]
            typed = f"{now:%Y-%m-%d}T{int(found[1]):02d}:{found[2]}{rest}"
        wall = datetime.fromisoformat(typed.upper()) if len(typed) > len("2026-11-22") and len(typed) <= 40 else None
    except ValueError:
        wall = None
    if wall is None or not _FIRST_YEAR <= wall.year <= now.year + 1:
        raise BadInput.one("LW-0111", field, "This is not a time.", _HOW)
    return wall


def _on_the_wall(wall: datetime, zone: tzinfo, field: str) -> datetime:
    """The instant at which the wall clock showed this, if it showed it once."""
    first, second = (_showing(wall, zone, fold) for fold in (0, 1))
    shown = [one for one in (first, second) if one.astimezone(zone).replace(tzinfo=None) == wall]
    offsets = sorted({_offset(one) for one in (first, second)})
    if not shown:
        says = f"The clock never showed {_said(wall)}: it was put forward over that hour."
        raise BadInput.one(CODE, field, says, "Give the time that the clock showed.")
    if len(offsets) > 1:
        says = f"The clock showed {_said(wall)} twice, an hour apart."
        either = " or ".join(f"{wall:%Y-%m-%d %H:%M}{offset}" for offset in offsets)
        raise BadInput.one(CODE, field, says, f"Add the offset: {either}.")
    return first


def wall_clock(instant: datetime, now: datetime) -> str:
    """An instant as this machine's clock showed it, in the words in which a time may be typed."""
    return _said(instant.astimezone(zone_of(now)))


def _showing(wall: datetime, zone: tzinfo, fold: int) -> datetime:
    """A wall time as an instant with a plain offset."""
    offset = zone.utcoffset(wall.replace(tzinfo=zone, fold=fold)) or timedelta(0)
    return wall.replace(tzinfo=timezone(offset))


def _offset(instant: datetime) -> str:
    return instant.isoformat()[-6:]


def _said(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M}"
