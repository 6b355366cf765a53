"""One transaction that adds entries: what is decided while no other writer can come in between."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, insert, select, update

from leeward.errors import BadInput
from leeward.record.chain import GENESIS, Head, body_from, head_of, sealed, written
from leeward.record.drafts import check_correction, check_person
from leeward.record.entries import CHANGED_BY, CHARTED, Draft, Entry
from leeward.record.tables import FIELDS
from leeward.record.tables import entry as entry_table
from leeward.record.tables import head as head_table
from leeward.record.trouble import ClockSetBack, Conflict, Damaged, EntriesLost, SentBefore

SLACK = timedelta(seconds=60)
"""How far a clock may stand before the last entry: computers that share a database differ by less."""

AT_ONCE = 500
"""Entries or ids handed to the database in one piece."""

_PERSON_KINDS = ("patient", "correction")


def entry_of(row: Sequence[Any]) -> Entry:
    """An entry as it stands on disk, read."""
    number, id, kind, patient, at, recorded, by, role, corrects, body, previous, digest = row
    try:
        told = body_from(body)
    except (msgspec.DecodeError, TypeError):
        raise Damaged(f"Entry {number} cannot be read: it was changed. Run `leeward verify`.") from None
    return Entry(
        number=number,
        id=id,
        kind=kind,
        patient=patient,
        at=at,
        recorded=recorded,
        by=by,
        role=role,
        corrects=corrects,
        body=told,
        previous=previous,
        digest=digest,
    )


class Writing:
    """Adds entries after the last one. `head` is the last one as it will stand, `wrote` whether anything was added."""

    def __init__(self, connection: Connection, now: datetime, remembered: Head | None) -> None:
        self.connection, self._now = connection, now
        latest = entry_table.c.number.desc()
        last = connection.execute(select(entry_table).order_by(latest).limit(1)).one_or_none()
        kept = connection.execute(select(head_table.c.number, head_table.c.digest)).one_or_none()
        self.head = Head(number=last.number, digest=last.digest) if last else Head()
        self._last_recorded = datetime.fromisoformat(last.recorded) if last else None
        self._heads = [Head(number=kept.number, digest=kept.digest)] if kept else []
        self._heads += [remembered] if remembered else []
        self._start = self.head.number
        self._added: dict[str, Entry] = {}
        self._waiting: list[Entry] = []
        self.wrote = False
        self._restores = False

    @property
    def remembers(self) -> Head:
        """The head to remember. A restored record that ends before what is remembered stays marked until it is accepted."""
        return max(self.head, *self._heads) if self._restores else self.head

    def add(self, draft: Draft) -> Entry:
        """Add one entry, or find the one that this id was given to."""
        return self.add_all((draft,))[0]

    def add_all(self, drafts: Sequence[Draft]) -> tuple[Entry, ...]:
        """Add entries in their order; for an id that stands already, the entry that stands."""
        standing = self._standing([draft.id for draft in drafts])
        found: list[Entry] = []
        for draft in drafts:
            entry = self._added.get(draft.id) or standing.get(draft.id)
            if entry is None:
                entry = self._new(draft)
            elif not _same(entry, draft):
                raise SentBefore(
                    "This id was used for another entry. That one stands, and this one is not written; send it with an id "
                    "of its own."
                )
            found.append(entry)
        return tuple(found)

    def _standing(self, ids: list[str]) -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        for start in range(0, len(ids), AT_ONCE):
            some = select(entry_table).where(entry_table.c.id.in_(ids[start : start + AT_ONCE]))
            found.update((row.id, entry_of(row)) for row in self.connection.execute(some))
        return found

    def _new(self, draft: Draft) -> Entry:
        if not self.wrote:
            self._nothing_lost()
        self._unchanged_since(draft)
        self._corrects(draft)
        entry = sealed(draft, self.head, self._stamp())
        if draft.kind in _PERSON_KINDS:
            check_person([*self._told_of(draft.patient), entry], self._now)
        return self._put(entry)

    def _put(self, entry: Entry) -> Entry:
        self._added[entry.id] = entry
        self._waiting.append(entry)
        self.head, self.wrote = head_of(entry), True
        return entry

    def put_back(self, entries: Iterable[Entry]) -> None:
        """Write entries of a backup as they stood, after the last one. The database refuses one that does not follow."""
        self._restores = True
        for entry in entries:
            self._put(entry)
            if len(self._waiting) >= AT_ONCE:
                self._flush()

    def accept(self, *, by: str, role: str, reason: str) -> Entry:
        """See `Record.accept`."""
        lost = max((head for head in self._heads if head.number >= self.head.number), default=self.head)
        body: dict[str, Any] = {"reason": reason, "last": self.head.number, "remembered": lost.number}
        if lost != self.head:
            body["remembered_digest"] = lost.digest
        recorded = self._now.isoformat()
        if self._last_recorded is not None and self._now < self._last_recorded:
            body["clock"] = "set back"
        draft = Draft(
            id=f"accepted-{secrets.token_hex(12)}", kind="setting", patient="", at=recorded, by=by, role=role,
            body={"accepted": body},
        )  # fmt: skip
        return self._put(sealed(draft, self.head, recorded))

    def _nothing_lost(self) -> None:
        """Refuse to write over the place of entries that were there, or after some that were written anew."""
        for kept in self._heads:
            if kept.number > self.head.number or self._digest_at(kept.number) != kept.digest:
                raise EntriesLost(
                    f"The record ends with entry {self.head.number}, and entry {kept.number} is remembered otherwise: "
                    "entries were taken away or exchanged. Nothing was written; run `leeward verify`, then restore the "
                    "last backup, or accept the loss with `leeward verify --accept REASON`."
                )

    def _digest_at(self, number: int) -> str | None:
        """The digest of an entry that stands; of none before the first."""
        if number == self.head.number:
            return self.head.digest
        if number == 0:
            return GENESIS
        mine = entry_table.c
        return self.connection.execute(select(mine.digest).where(mine.number == number)).scalar_one_or_none()

    def _stamp(self) -> str:
        """When the entry is written down: never before the entry that it follows."""
        last = self._last_recorded
        if last is None or self._now >= last:
            self._last_recorded = self._now
            return self._now.isoformat()
        if last - self._now > SLACK:
            raise ClockSetBack(
                f"The clock stands at {self._now.isoformat(timespec='seconds')}, and the last entry was written at "
                f"{last.isoformat(timespec='seconds')}. Nothing was written; set the clock right. If it was ahead when "
                "that entry was written, run `leeward verify --accept REASON`."
            )
        return last.isoformat()

    def _unchanged_since(self, draft: Draft) -> None:
        since = draft.unless_changed_since
        if since is None:
            return
        mine = entry_table.c
        watched = CHANGED_BY.get(draft.kind, CHARTED)
        wanted = (
            select(entry_table)
            .where(mine.patient == draft.patient, mine.number > since, mine.number <= self._start)
            .where(mine.kind.in_(sorted(watched)))
            .order_by(mine.number)
        )
        if draft.kind == "correction":
            wanted = wanted.where(mine.corrects == draft.corrects)
        came = tuple(entry_of(row) for row in self.connection.execute(wanted))
        if came:
            raise Conflict(came)

    def _corrects(self, draft: Draft) -> None:
        """A correction names an entry of the same person that can be corrected, and fits its kind."""
        if draft.corrects is None:
            return
        target = self._numbered(draft.corrects)
        if target is None or target.patient != draft.patient:
            says = "There is no such entry in this person's record."
            raise BadInput.one("LW-0733", "corrects", says, "Give the number of an entry of this person.")
        check_correction(draft, target, self._now)

    def _numbered(self, number: int) -> Entry | None:
        waiting = next((entry for entry in self._waiting if entry.number == number), None)
        if waiting is not None:
            return waiting
        row = self.connection.execute(select(entry_table).where(entry_table.c.number == number)).one_or_none()
        return None if row is None else entry_of(row)

    def _told_of(self, patient: str) -> list[Entry]:
        """What is charted of who a person is, on disk and waiting."""
        mine = entry_table.c
        wanted = select(entry_table).where(mine.patient == patient, mine.kind.in_(_PERSON_KINDS)).order_by(mine.number)
        found = [entry_of(row) for row in self.connection.execute(wanted)]
        return found + [one for one in self._waiting if one.patient == patient and one.kind in _PERSON_KINDS]

    def _flush(self) -> None:
        if self._waiting:
            self.connection.execute(insert(entry_table), [_row(entry) for entry in self._waiting])
            self._waiting.clear()

    def finish(self) -> None:
        """Hand everything to the database, and the head that remembers it; it is on disk when that commits."""
        self._flush()
        if self.wrote:
            values = {"number": self.remembers.number, "digest": self.remembers.digest}
            if not self.connection.execute(update(head_table).values(values)).rowcount:
                self.connection.execute(insert(head_table).values(one=1, **values))


def _row(entry: Entry) -> dict[str, Any]:
    values = {field: getattr(entry, field) for field in FIELDS}
    values["body"] = written(entry.body)
    return values


def _same(entry: Entry, draft: Draft) -> bool:
    """Whether a draft is the entry sent again. Its `at` may differ: who sends it may have taken it from the clock."""
    return (
        entry.kind == draft.kind
        and entry.patient == draft.patient
        and entry.by == draft.by
        and entry.corrects == draft.corrects
        and entry.body == draft.body
    )
