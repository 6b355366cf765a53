"""Instants as people on a ward read them: local wall-clock time, and how long ago."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any

from leeward.model.instants import aware_instant
from leeward.model.shapes import is_mapping

_MONTHS_ES = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")
_DAYS_ES = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class WallClock(tzinfo):
    """The zone of this machine with its rules of summer time: an instant is shown by the offset of its own day.

    It is for showing and reading times. Arithmetic is done on instants with a plain offset: between two instants of one
    zone Python counts what the clock showed, and not the hours that went by.
    """

    def utcoffset(self, dt: datetime | None) -> timedelta:
        """The offset that this machine's clock had, or has, at a wall time."""
        assert dt is not None
        return dt.replace(tzinfo=None).astimezone().utcoffset() or timedelta(0)

    def dst(self, dt: datetime | None) -> None:
        """Not told: only the offset is asked."""

    def tzname(self, dt: datetime | None) -> str:
        """What it is called."""
        return "local"

    def fromutc(self, dt: datetime) -> datetime:
        """What the clock showed at an instant; of an hour that it showed twice, which of the two."""
        there = dt.replace(tzinfo=UTC).astimezone()
        first = there.replace(tzinfo=self, fold=0)
        return first if first.utcoffset() == there.utcoffset() else first.replace(fold=1)


def zone_of(now: datetime) -> tzinfo:
    """The zone by whose wall clock times are shown and typed: that of `now`.

    A bare offset is this machine's zone, where it is its offset.
    """
    zone = now.tzinfo or UTC
    ours = now.replace(tzinfo=None).astimezone().utcoffset()
    return WallClock() if isinstance(zone, timezone) and ours == now.utcoffset() else zone


def on_its_day(instant: datetime, now: datetime) -> datetime:
    """The instant with the plain offset that the wall clock of `now` shows, or showed, on its own day."""
    return instant.astimezone(timezone(instant.astimezone(zone_of(now)).utcoffset() or timedelta(0)))


def by_clock(told: Any, zone: tzinfo) -> Any:
    """What an entry tells, with each instant in it as the wall clock of a zone shows it; all else as it is.

    >>> by_clock({"last_use": "2026-11-22T19:00:00Z", "dose": "8 mg"}, datetime.fromisoformat("2026-11-22T09:00-05:00").tzinfo)
    {'last_use': '2026-11-22T14:00:00-05:00', 'dose': '8 mg'}
    """
    if is_mapping(told):
        return {key: by_clock(value, zone) for key, value in told.items()}
    if not isinstance(told, str) or told[10:11] != "T":
        return told
    instant = aware_instant(told)
    return told if instant is None else instant.astimezone(zone).isoformat()


def clock(instant: datetime, zone: tzinfo, *, year: bool = False) -> str:
    """Day and time on the wall clock of a zone; of `zone_of(now)` on a page, so that each day has its own offset.

    >>> from datetime import timezone
    >>> clock(datetime(2026, 11, 22, 14, 5, tzinfo=timezone.utc), timezone.utc)
    'Sun 22 Nov 14:05'
    >>> clock(datetime(2026, 11, 22, 14, 5, tzinfo=timezone.utc), timezone.utc, year=True)
    'Sun 22 Nov 2026 14:05'
    """
    local = instant.astimezone(zone)
    return f"{_DAYS[local.weekday()][:3]} {local.day} {_MONTHS[local.month - 1]}{f' {local.year}' if year else ''} {local:%H:%M}"


def zone_name(instant: datetime) -> str:
    """The offset that the instant is written in.

    >>> zone_name(datetime.fromisoformat("2026-11-22T09:00:00-05:00"))
    'UTC-05:00'
    """
    offset = instant.utcoffset() or timedelta(0)
    minutes = round(offset.total_seconds() / 60)
    return f"UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def ago(instant: datetime, now: datetime) -> str:
    """How long before (or after) now, in one unit or two.

    >>> now = datetime.fromisoformat("2026-11-22T09:00:00-05:00")
    >>> ago(now - timedelta(minutes=75), now), ago(now + timedelta(days=2, hours=3), now), ago(now, now)
    ('1 h 15 min ago', 'in 2 days 3 h', 'now')
    """
    minutes = round((now - instant).total_seconds() / 60)
    if minutes == 0:
        return "now"
    days, hours, rest = abs(minutes) // 1440, abs(minutes) % 1440 // 60, abs(minutes) % 60
    if days:
        says = f"{days} day{'' if days == 1 else 's'}" + (f" {hours} h" if hours else "")
    else:
        says = " ".join(filter(None, (f"{hours} h" if hours else "", f"{rest} min" if rest else "")))
    return f"{says} ago" if minutes > 0 else f"in {says}"


def plain_day(instant: datetime, zone: tzinfo, language: str, hour: bool = True) -> str:
    """Day and time in plain words, in English or Spanish.

    >>> from datetime import timezone
    >>> moment = datetime(2026, 11, 22, 14, 5, tzinfo=timezone.utc)
    >>> plain_day(moment, timezone.utc, "en"), plain_day(moment, timezone.utc, "es", hour=False)
    ('Sunday 22 Nov, 2:05 pm', 'domingo 22 de nov')
    """
    local = instant.astimezone(zone)
    twelve = f"{(local.hour + 11) % 12 + 1}:{local:%M}"
    if language == "es":
        half = "a. m." if local.hour < 12 else "p. m."
        return f"{_DAYS_ES[local.weekday()]} {local.day} de {_MONTHS_ES[local.month - 1]}" + (
            f", {twelve} {half}" if hour else ""
        )
    half = "am" if local.hour < 12 else "pm"
    return f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]}" + (f", {twelve} {half}" if hour else "")
