"""The board: one row a person, the most urgent first.

Reading and assessing everybody takes a while on a large ward. Each person's summary is kept by the number of their last
entry, renewed when something was charted and, slowly and behind the pages, before it is old. What is due, what is
overdue and how long ago things were is always computed for now; a row whose assessment is older says from when it is.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

import msgspec

from leeward.knowledge import Policy
from leeward.paper.handoff import standing
from leeward.record.entries import Entry
from leeward.ward.state import Bedside, Ward
from leeward.ward.summary import Summary, summary_of, unread

log = logging.getLogger("leeward.ward")

OLD = timedelta(minutes=5)
"""From what age on a row says from when its assessment is. A convention of Leeward, no clinical fact."""

AGEING = timedelta(minutes=3)
"""From what age on a summary is renewed behind the pages."""

AT_ONCE = 8
"""Summaries that were changed or are old, renewed before a board is shown after a quiet while; the rest follow behind."""

A_SECOND = 8
"""How many of these are renewed before boards are shown in a second, however many boards are asked for."""

NEW_AT_ONCE = 60
"""People whom nobody has read yet, read before a board is shown; the rest follow behind it."""

NEW_WHILE_READING = 5
"""The same while others are being read behind the pages: whoever was charted last first, so that an admission is there."""

PAUSE = 0.1
"""Seconds between two that are renewed behind the pages, so that pages go first."""


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """The board at an instant: who is here, and how many charts of how many have been read."""

    summaries: tuple[Summary, ...]
    newer: dict[str, int]
    """For people whose summary lags behind what was charted: how many entries it lacks."""
    read: int
    of: int
    said: dict[str, tuple[Summary, int, float, Any]] = {}
    """Rows said a moment ago, by person, each with what it was said of: the board keeps them from look to look."""

    @property
    def whole(self) -> bool:
        """Whether every chart has been read."""
        return self.read >= self.of


class Board:
    """The summaries of a ward. Safe for several threads."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Summary, Policy]] = {}
        self._lock, self._turn = threading.Lock(), threading.Lock()
        self._reading = False
        self._left, self._counted = float(AT_ONCE), time.monotonic()
        self._said: dict[str, tuple[Summary, int, float, Any]] = {}

    def look(self, ward: Ward, now: datetime) -> Look:
        """Everybody who is here, with a bounded number of summaries renewed for now; the rest are renewed behind."""
        latest = {patient: entries[-1].number for patient, entries in _everybody(ward)}
        new, lagging = self._lagging(ward, latest, now)
        done = self._renew_first(ward, new, lagging, now)
        kept = self._standing(ward)
        waiting = [patient for patient in dict.fromkeys([*new, *lagging, *_ageing(kept, now)]) if patient not in done]
        if waiting:
            self._read_behind(ward, waiting, now, in_haste=any(patient not in kept for patient in waiting))
        return Look(
            summaries=tuple(one for patient in latest if (one := kept.get(patient)) is not None and one.here),
            newer={
                patient: len([entry for entry in ward.entries(patient) if entry.number > kept[patient].number])
                for patient, number in latest.items()
                if patient in kept and kept[patient].number < number
            },
            read=sum(1 for patient in latest if patient in kept),
            of=len(latest),
            said=self._said,
        )

    def _lagging(self, ward: Ward, latest: Mapping[str, int], now: datetime) -> tuple[list[str], list[str]]:
        """Whom nobody has read yet, and whose summary lacks an entry or is old: who was charted last first."""
        kept = self._standing(ward)
        newest = sorted(latest, key=lambda patient: -latest[patient])
        new = [patient for patient in newest if patient not in kept]
        changed = [patient for patient in newest if patient in kept and kept[patient].number != latest[patient]]
        old = [patient for patient in _ageing(kept, now) if abs(now - kept[patient].as_of) >= OLD]
        return new, list(dict.fromkeys([*changed, *old]))

    def _renew_first(self, ward: Ward, new: Sequence[str], lagging: Sequence[str], now: datetime) -> frozenset[str]:
        """Renew what a board should not be shown without, as far as that may take, and say whom."""
        # One at a time: boards that are asked for at once would all renew the same people.
        if not self._turn.acquire(blocking=False):
            return frozenset()
        try:
            first = lagging[: self._allowed()]
            self._left -= len(first)
            first = [*first, *new[: NEW_WHILE_READING if self._reading else NEW_AT_ONCE]]
            for patient in first:
                self._renew(ward, patient, now)
        finally:
            self._turn.release()
        return frozenset(first)

    def _allowed(self) -> int:
        """How many may be renewed before this board is shown; on a quiet ward all that have something new."""
        moment = time.monotonic()
        self._left = min(AT_ONCE, self._left + (moment - self._counted) * A_SECOND)
        self._counted = moment
        return int(self._left)

    def emergencies_of(self, bedside: Bedside, now: datetime) -> tuple[str, ...]:
        """What is an emergency for a person, by the summary that is kept where it is of now."""
        with self._lock:
            kept = self._kept.get(bedside.patient)
        if kept is not None and kept[0].number == bedside.seen and abs(now - kept[0].as_of) < OLD:
            return kept[0].emergencies
        assessment = bedside.assessment
        return tuple(one.title for one in standing(assessment) if one.level == "emergency") if assessment else ()

    def _standing(self, ward: Ward) -> dict[str, Summary]:
        """What is kept and was assessed by the policy that holds."""
        with self._lock:
            return {patient: one for patient, (one, policy) in self._kept.items() if policy is ward.policy}

    def _renew(self, ward: Ward, patient: str, now: datetime) -> None:
        policy, entries = ward.policy, ward.entries(patient)
        with self._lock:
            kept = self._kept.get(patient)
        if not entries or (
            kept and kept[1] is policy and kept[0].number == entries[-1].number and kept[0].as_of >= now
        ):
            return
        made = _read(ward, patient, entries[-1].number, now)
        if made is None:
            return
        with self._lock:
            before = self._kept.get(patient)
            if before is None or before[1] is not policy or before[0].number <= made.number:
                self._kept[patient] = (made, policy)

    def _read_behind(self, ward: Ward, patients: Sequence[str], now: datetime, *, in_haste: bool) -> None:
        """Renew these in a thread of its own, one after the other; one such thread at a time."""
        with self._lock:
            if self._reading:
                return
            self._reading = True

        def read() -> None:
            try:
                for patient in patients:
                    self._renew(ward, patient, now)
                    time.sleep(PAUSE / 30 if in_haste else PAUSE)
            finally:
                with self._lock:
                    self._reading = False

        threading.Thread(target=read, name="leeward-board", daemon=True).start()


def _everybody(ward: Ward) -> Iterator[tuple[str, tuple[Entry, ...]]]:
    """Everybody who was ever admitted, with their entries: somebody may have asked for a chart that there never was."""
    for patient in ward.patients():
        entries = ward.entries(patient)
        if any(entry.kind == "admission" for entry in entries):
            yield patient, entries


def _read(ward: Ward, patient: str, number: int, now: datetime) -> Summary | None:
    """A chart in short; None where nobody of that id was ever admitted."""
    bedside: Bedside | None = None
    try:
        bedside = ward.bedside(patient, now)
        return summary_of(bedside, ward) if bedside else None
    except Exception as error:
        # One chart that nobody foresaw takes no other from the board. The words of an error may hold what was charted.
        log.error("%s while a chart was read for the board", type(error).__name__)
        return unread(patient, number, now, bedside)


def _ageing(kept: Mapping[str, Summary], now: datetime) -> list[str]:
    """Who is here by a summary that is no longer young, the oldest first."""
    ageing = [one for one in kept.values() if one.here and abs(now - one.as_of) >= AGEING]
    return [one.patient for one in sorted(ageing, key=lambda one: one.as_of)]


_BOARDS: WeakKeyDictionary[Ward, Board] = WeakKeyDictionary()
_ONE_AT_A_TIME = threading.Lock()


def board_of(ward: Ward) -> Board:
    """The board of a ward: one each."""
    with _ONE_AT_A_TIME:
        return _BOARDS.setdefault(ward, Board())
