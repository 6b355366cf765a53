"""What a server holds of launches, in memory alone: those on their way, tokens not used yet, and charts read and not yet looked at.

Hazard: tokens and charts of other systems stand here. Nothing of it is written anywhere, and each has an end.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Generic, TypeVar

import msgspec

from leeward.fhir.to_case import FromFhir
from leeward.smart.chart import Chart
from leeward.smart.discovery import Configuration
from leeward.smart.granted import Granted
from leeward.smart.launching import Begun
from leeward.smart.registered import Registered

OPENED_FOR = timedelta(hours=1)
"""How long a chart that was read may be looked at before it is admitted. A convention of Leeward."""

AT_ONCE = 3
"""Launches that wait for record systems at once, so that a slow one leaves threads to the ward. A convention of Leeward."""

MOST = 500


class OnItsWay(msgspec.Struct, frozen=True, kw_only=True):
    """A launch on its way, and the browser that it was begun in."""

    begun: Begun
    browser: str


class FromRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A chart as it was read, and what became of it. Nothing of it is charted."""

    chart: Chart
    read: FromFhir
    at: datetime


class Opened(msgspec.Struct, kw_only=True):
    """A chart that somebody was sent to: with the token until it is read, and what was read then."""

    person: str
    """Who signed in, and nobody else may look."""
    registered: Registered
    configuration: Configuration
    patient: str
    """Id of the patient at the record system."""
    granted: Granted | None
    found: FromRecord | None = None

    @property
    def address(self) -> str:
        """The absolute address of the patient there."""
        return f"{self.registered.base}/Patient/{self.patient}"


Held = TypeVar("Held")


class _Kept(Generic[Held]):
    """Values by a random key, each until its end; the oldest goes where there are too many."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[datetime, Held]] = {}
        self._lock = threading.Lock()

    def put(self, key: str, value: Held, ends: datetime, now: datetime) -> None:
        """Keep a value until its end."""
        with self._lock:
            self._kept = {one: held for one, held in self._kept.items() if held[0] > now}
            while len(self._kept) >= MOST:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = (ends, value)

    def get(self, key: str, now: datetime) -> Held | None:
        """The value of a key; None once it has ended."""
        held = self._kept.get(key)
        return held[1] if held is not None and now < held[0] else None

    def take(self, key: str, now: datetime) -> Held | None:
        """The value of a key, once."""
        with self._lock:
            held = self._kept.pop(key, None)
        return held[1] if held is not None and now < held[0] else None


class Launches:
    """What one server holds. Safe for several threads."""

    def __init__(self) -> None:
        self._on_their_way: _Kept[OnItsWay] = _Kept()
        self._opened: _Kept[Opened] = _Kept()
        self._places = threading.BoundedSemaphore(AT_ONCE)

    def begin(self, begun: Begun, browser: str, now: datetime) -> None:
        """Remember a launch until it is answered."""
        self._on_their_way.put(begun.state, OnItsWay(begun=begun, browser=browser), begun.ends, now)

    def answered(self, state: str, browser: str, now: datetime) -> Begun | None:
        """The launch that an answer belongs to, once; None where it was begun in another browser, or never."""
        held = self._on_their_way.take(state, now)
        same = held is not None and secrets.compare_digest(held.browser.encode(), browser.encode())
        return held.begun if held is not None and same else None

    def open(self, opened: Opened, now: datetime) -> str:
        """Keep a chart to be looked at; returns the key of its page."""
        key = secrets.token_urlsafe(16)
        self._opened.put(key, opened, now + OPENED_FOR, now)
        return key

    def opened(self, key: str, person: str, now: datetime) -> Opened | None:
        """The chart of a key, for who was sent to it."""
        held = self._opened.get(key, now)
        return held if held is not None and held.person == person else None

    @contextmanager
    def place(self) -> Generator[bool, None, None]:
        """A place among those that wait for a record system; False where all are taken."""
        free = self._places.acquire(blocking=False)
        try:
            yield free
        finally:
            if free:
                self._places.release()
