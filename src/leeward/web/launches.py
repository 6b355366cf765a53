"""What a server holds of launches, in memory alone: tokens not used yet, and charts read and not yet looked at.

A launch on its way is held by the browser in which it was begun, sealed, so that nobody can crowd out another's by beginning
many. Hazard: tokens and charts of other systems stand here. Nothing of it is written anywhere, and each has an end.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections import Counter
from collections.abc import Generator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from typing import Generic, TypeVar

import msgspec
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from leeward.fhir.to_case import FromFhir
from leeward.smart.chart import Chart
from leeward.smart.discovery import Configuration, Configurations
from leeward.smart.granted import Granted
from leeward.smart.launching import LASTS, Begun
from leeward.smart.registered import Registered
from leeward.smart.scopes import of_a_launch

SEALED = {"alg": "dir", "enc": "A256GCM"}
"""How a launch is sealed for the browser (RFC 7516)."""

OPENED_FOR = timedelta(hours=1)
"""How long a chart that was read may be looked at before it is admitted. A convention of Leeward."""

AT_ONCE = 8
"""Answers of record systems that people who are not signed in wait for at once. A convention of Leeward."""

OF_ONE = 3
"""Of those, from one source; and charts that one person waits for. A convention of Leeward."""

CHARTS_AT_ONCE = 4
"""Charts that are read at once. A convention of Leeward."""

MOST = 500
MOST_SPENT = 10_000
LONGEST_STATE = 200
BUSY = "Several people are waiting for record systems already."
IN_HALF_A_MINUTE = "Try again in half a minute, or sign in with name and password."


class OnItsWay(msgspec.Struct, frozen=True, kw_only=True):
    """What a browser carries of a launch."""

    base: str
    """The base of the FHIR server that it was begun with."""
    state: str
    verifier: str
    nonce: str
    redirect_uri: str
    from_chart: bool
    ends: datetime
    browser: str
    """In which browser it was begun, as far as that can be seen from here."""

    def begun(self, registered: Registered, configuration: Configuration) -> Begun:
        """The launch, as it was begun."""
        return Begun(
            address="",
            state=self.state,
            verifier=self.verifier,
            nonce=self.nonce,
            redirect_uri=self.redirect_uri,
            asked=of_a_launch(from_chart=self.from_chart),
            ends=self.ends,
            configuration=configuration,
            registered=registered,
        )


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

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: dict[str, tuple[datetime, Held]] = {}
        self._lock = threading.Lock()

    def put(self, key: str, value: Held, ends: datetime, now: datetime) -> None:
        """Keep a value until its end."""
        with self._lock:
            self._put(key, value, ends, now)

    def add(self, key: str, value: Held, ends: datetime, now: datetime) -> bool:
        """Keep a value under a key that holds none; False where it holds one."""
        with self._lock:
            if self.get(key, now) is not None:
                return False
            self._put(key, value, ends, now)
            return True

    def _put(self, key: str, value: Held, ends: datetime, now: datetime) -> None:
        # Each has the same span, so that the oldest end first.
        while self._kept and (len(self._kept) >= self._most or next(iter(self._kept.values()))[0] <= now):
            del self._kept[next(iter(self._kept))]
        self._kept.pop(key, None)
        self._kept[key] = (ends, value)

    def get(self, key: str, now: datetime) -> Held | None:
        """The value of a key; None once it has ended."""
        held = self._kept.get(key)
        return held[1] if held is not None and now < held[0] else None


class _Places:
    """Places for those who wait: a number of all, and a smaller one for each who asks. Safe for several threads."""

    def __init__(self, most: int, of_one: int) -> None:
        self._most, self._of_one = most, of_one
        self._taken: Counter[str] = Counter()
        self._lock = threading.Lock()

    @contextmanager
    def place(self, who: str) -> Generator[bool, None, None]:
        """A place while the block runs; False where none is free."""
        with self._lock:
            free = self._taken.total() < self._most and self._taken[who] < self._of_one
            self._taken[who] += free
        try:
            yield free
        finally:
            with self._lock:
                self._taken[who] -= free
                self._taken += Counter()  # those who hold none are forgotten


class Launches:
    """What one server holds. Safe for several threads."""

    def __init__(self) -> None:
        self.configurations = Configurations()
        self._opened: _Kept[Opened] = _Kept()
        self._spent: _Kept[bool] = _Kept(MOST_SPENT)
        self._strangers, self._staff = _Places(AT_ONCE, OF_ONE), _Places(CHARTS_AT_ONCE, OF_ONE)
        self._key = OctKey.generate_key(256)

    def sealed(self, begun: Begun, *, from_chart: bool, browser: str) -> tuple[str, str]:
        """What the browser keeps of a launch, which it can neither read nor change: a name, and a value.

        `browser`: what tells it from others. Without TLS a neighbour could lay a cookie of its own into another's browser.
        """
        told = OnItsWay(
            base=begun.registered.base,
            state=begun.state,
            verifier=begun.verifier,
            nonce=begun.nonce,
            redirect_uri=begun.redirect_uri,
            from_chart=from_chart,
            ends=begun.ends,
            browser=browser,
        )
        sealed = jwe.encrypt_compact(dict(SEALED), msgspec.json.encode(told), self._key)
        return mark_of(begun.state), sealed.encode().hex()  # so that nobody takes it for a token

    def on_its_way(self, state: str, marks: Mapping[str, str], now: datetime, browser: str) -> OnItsWay | None:
        """The launch that an answer belongs to; None where this browser did not begin it, or it was answered or has ended.

        An answer that another browser brings is spent by that.
        """
        told = self._unsealed(marks.get(mark_of(state), ""))
        mine = told is not None and secrets.compare_digest(told.browser.encode(), browser.encode())
        if (
            told is not None
            and mine
            and secrets.compare_digest(told.state.encode(), state.encode())
            and now < told.ends
        ):
            return None if self._spent.get(state, now) else told
        if len(state) <= LONGEST_STATE:
            self.spend(state, now)
        return None

    def _unsealed(self, value: str) -> OnItsWay | None:
        try:
            opened = jwe.decrypt_compact(bytes.fromhex(value), self._key, algorithms=list(SEALED.values())).plaintext
            return msgspec.json.decode(opened or b"", type=OnItsWay)
        except (JoseError, ValueError, msgspec.DecodeError):
            return None

    def spend(self, state: str, now: datetime) -> bool:
        """Take the answer to a launch, once; False where it was taken before."""
        return self._spent.add(state, True, now + LASTS, now)

    def open(self, opened: Opened, now: datetime) -> str:
        """Keep a chart to be looked at; returns the key of its page."""
        key = secrets.token_urlsafe(16)
        self._opened.put(key, opened, now + OPENED_FOR, now)
        return key

    def opened(self, key: str, person: str, now: datetime) -> Opened | None:
        """The chart of a key, for who was sent to it."""
        held = self._opened.get(key, now)
        return held if held is not None and held.person == person else None

    def place(self, source: str, person: str = "") -> AbstractContextManager[bool]:
        """A place among those that wait for a record system: for a person who is signed in, else for a source."""
        return self._staff.place(person) if person else self._strangers.place(source)


def mark_of(state: str) -> str:
    """Under which name a browser keeps a launch."""
    return hashlib.sha256(state.encode()).hexdigest()[:16]
