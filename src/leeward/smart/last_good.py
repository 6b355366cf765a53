"""What other servers tell of themselves, kept for a while: a failure never takes the place of what was told before."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from leeward.errors import BadInput

Told = TypeVar("Told")

NEVER = float("-inf")


class _One(Generic[Told]):
    """What one server told last, and how the last question to it ended."""

    def __init__(self) -> None:
        self.asking = threading.Lock()
        self.told: Told | None = None
        self.told_at = self.failed_at = NEVER
        self.failure: BadInput | None = None


class LastGood(Generic[Told]):
    """What servers tell, each by a name. Safe for several threads.

    All spans are in seconds by `clock`. What was told is taken without a question for `fresh`, asked for anew after
    that, and given up after `longest` without an answer. Where somebody asks for what is newer still, one question is
    asked in `again`, so that nobody can cause many. After a failure none is asked for `again`, and where nothing was
    told yet for `failed`. Of one server one asks at a time; those who come meanwhile take what was told before, or wait
    where that did not do: `waiting` at most, of all servers together.
    """

    def __init__(
        self, clock: Callable[[], float], *, fresh: float, longest: float, again: float, failed: float, waiting: int
    ) -> None:
        self._clock, self._fresh, self._longest, self._again, self._failed = clock, fresh, longest, again, failed
        self._kept: dict[str, _One[Told]] = {}
        self._lock, self._places = threading.Lock(), threading.BoundedSemaphore(waiting)

    def of(self, name: str, ask: Callable[[], Told], busy: Exception, *, anew: bool = False) -> Told:
        """What a server told last, or tells now. `anew`: what was told before did not do.

        Raises BadInput as `ask` does where nothing was told yet, and `busy` where too many wait already.
        """
        with self._lock:
            one = self._kept.setdefault(name, _One())
        told = self._without_asking(one, anew)
        if told is not None:
            return told
        if not self._places.acquire(blocking=False):
            return self._before(one, busy)
        try:
            if one.asking.acquire(blocking=anew or self._holds(one) is None):
                try:
                    return self._asked(one, ask, anew)
                finally:
                    one.asking.release()
            return self._before(one, busy)
        finally:
            self._places.release()

    def _asked(self, one: _One[Told], ask: Callable[[], Told], anew: bool) -> Told:
        told = self._without_asking(one, anew)
        if told is not None:
            return told  # somebody else asked while this one waited
        try:
            one.told = found = ask()
            one.told_at = self._clock()
        except BadInput as failure:
            one.failure, one.failed_at = failure, self._clock()
            return self._before(one, failure)
        return found

    def _without_asking(self, one: _One[Told], anew: bool) -> Told | None:
        """What needs no question; None where one is to be asked."""
        now, told = self._clock(), self._holds(one)
        if told is not None and now - one.told_at < (self._again if anew else self._fresh):
            return told
        if one.failure is not None and now - one.failed_at < (self._failed if told is None else self._again):
            return self._before(one, one.failure)
        return None

    def _before(self, one: _One[Told], otherwise: Exception) -> Told:
        told = self._holds(one)
        if told is None:
            raise otherwise
        return told

    def _holds(self, one: _One[Told]) -> Told | None:
        return one.told if self._clock() - one.told_at < self._longest else None
