"""The record on disk: entries are added in one order, each sealed to the one before, and read back as they were written.

>>> from datetime import datetime
>>> from pathlib import Path
>>> from tempfile import TemporaryDirectory
>>> from leeward.record.database import default_url
>>> from leeward.record.entries import Draft
>>> folder = TemporaryDirectory()
>>> with Record(default_url(Path(folder.name))) as record:
...     draft = Draft(id="a1", kind="admission", patient="p1", at="2026-11-22T09:00:00-05:00", by="n.park", role="nurse",
...                   body={"setting": "emergency", "synthetic": True})
...     entry = record.append(draft, datetime.fromisoformat("2026-11-22T09:00:05-05:00"))
...     again = record.append(draft, datetime.fromisoformat("2026-11-22T09:00:09-05:00"))
>>> entry.number, again == entry
(1, True)
>>> folder.cleanup()
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, func, select, update

from leeward.errors import MisuseError
from leeward.record import database
from leeward.record.chain import Head
from leeward.record.database import default_url
from leeward.record.drafts import checked
from leeward.record.entries import Draft, Entry, Kind
from leeward.record.remembered import HeadFile
from leeward.record.tables import entry as entry_table
from leeward.record.tables import head as head_table
from leeward.record.tables import this_record
from leeward.record.trouble import Gone, Locked
from leeward.record.writing import Writing, entry_of

__all__ = ["Record", "default_url"]

AT_ONCE = 1000
"""Entries fetched in one piece: readers of the whole record hold no transaction open."""


class Record:
    """The record at the address of a database. Safe for several threads; several processes may hold one each.

    `write=False` opens it for reading alone; `create=False` refuses where there is none yet. `remembered` is the file
    that remembers the last entry: beside the database for SQLite, in the data folder for PostgreSQL, unless given.
    """

    def __init__(
        self,
        url: str,
        *,
        write: bool = True,
        create: bool = True,
        wait: float = database.WAIT,
        remembered: Path | None = None,
    ) -> None:
        address = database.parsed(url)
        self.file = database.file_of(address)
        self._wait = wait
        self._one_writer = threading.Lock()
        self.engine: Engine = database.opened(address, write=write, create=create, wait=wait)
        """For tables that stand beside the record; a transaction of it writes."""
        on_server = {} if self.file else {"isolation_level": "AUTOCOMMIT"}
        self._reads = self.engine.execution_options(reads=True, **on_server)
        with self._reading() as connection:
            self.id: str = connection.execute(select(this_record.c.id)).scalar_one()
        """Names this record in what is exported from it."""
        self.remembered = HeadFile(remembered or self._beside())

    def _beside(self) -> Path:
        """Where the last entry is remembered: beside the file, or in the data folder by the record's own name."""
        if self.file is not None:
            return self.file.with_name(f"{self.file.name}.head")
        from leeward.home import home

        return home() / f"record-{self.id[:16]}.head"

    def take_name(self, id: str) -> None:
        """Become the record of this name: an empty one that a backup of it is brought into."""
        with self.engine.begin() as connection:
            connection.execute(update(this_record).values(id=id))
        own = self.remembered.path == self._beside()
        self.id = id
        if own:
            self.remembered = HeadFile(self._beside())

    def __enter__(self) -> Record:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of every connection. The record may be used again; it connects anew."""
        self.engine.dispose()

    def append(self, draft: Draft, now: datetime) -> Entry:
        """Write one entry. When this returns, it is on disk. See `append_all`."""
        return self.append_all((draft,), now)[0]

    def append_all(self, drafts: Iterable[Draft], now: datetime) -> tuple[Entry, ...]:
        """Write entries, all or none. When this returns, they are on disk.

        A draft whose id stands in the record already is not written again; the entry that stands is returned for it.
        Raises BadInput for drafts that cannot be read as what they claim to be, Conflict where `unless_changed_since`
        asks for it and the chart has changed, and RecordTrouble where the database does not take them.
        """
        if now.utcoffset() is None:
            raise MisuseError("An entry needs an instant with its offset. Pass an aware datetime.")
        ready = [checked(draft, now) for draft in drafts]
        if not ready:
            return ()
        with self.writing(now) as writing:
            return writing.add_all(ready)

    @contextmanager
    def writing(self, now: datetime) -> Generator[Writing, None, None]:
        """One transaction that adds entries; they are on disk when the block is left without an error.

        The drafts given to it must have gone through `drafts.checked`.
        """
        if not self._one_writer.acquire(timeout=self._wait):
            raise Locked("Somebody else is writing to the record and does not finish. Nothing was written; try again.")
        try:
            with database.spoken(self.file), self.engine.begin() as connection:
                written_to = self._still_there(connection)
                database.lock_writers(connection)
                writing = Writing(connection, now, self.remembered.read())
                yield writing
                writing.finish()
            self._still_there(written_to)
            if writing.wrote:
                self.remembered.write(writing.remembers)
        finally:
            self._one_writer.release()

    def _still_there(self, opened: Connection | tuple[int, int] | None) -> tuple[int, int] | None:
        """Refuse to go on with a file that nobody will find again: what goes into it is lost."""
        if self.file is None:
            return None
        before = isinstance(opened, Connection)
        standing = opened.info.get("standing") if before else opened
        # The write-ahead log stands as long as a connection is open; what was committed into one that is gone, is gone.
        log_lost = not before and not self.file.with_name(f"{self.file.name}-wal").exists()
        if standing is None or standing != database.standing(self.file) or log_lost:
            self.engine.dispose()
            raise Gone(
                f"The database file {self.file} was taken away or exchanged while it was in use. Nothing can be written; "
                "put it back, or restore the last backup."
            )
        return standing

    @contextmanager
    def _reading(self) -> Generator[Connection, None, None]:
        with database.spoken(self.file), self._reads.connect() as connection:
            self._still_there(connection)
            yield connection

    def entries(
        self, patient: str | None = None, after: int = 0, kinds: Collection[Kind] | None = None
    ) -> Iterator[Entry]:
        """Entries by number: of one patient, or of the whole record; after a number; of some kinds."""
        for row in self.rows(patient, after, kinds):
            yield entry_of(row)

    def rows(
        self, patient: str | None = None, after: int = 0, kinds: Collection[Kind] | None = None
    ) -> Iterator[Sequence[Any]]:
        """Entries as they stand on disk, not yet read: what `verify` looks at."""
        wanted = select(entry_table).order_by(entry_table.c.number).limit(AT_ONCE)
        if patient is not None:
            wanted = wanted.where(entry_table.c.patient == patient)
        if kinds is not None:
            wanted = wanted.where(entry_table.c.kind.in_(sorted(kinds)))
        while True:
            with self._reading() as connection:
                found = connection.execute(wanted.where(entry_table.c.number > after)).all()
            yield from found
            if len(found) < AT_ONCE:
                return
            after = found[-1].number

    def latest(
        self,
        before: int | None = None,
        *,
        patient: str | None = None,
        by: str | None = None,
        kinds: Collection[Kind] | None = None,
        recorded: tuple[str, str] | None = None,
    ) -> Iterator[Entry]:
        """Entries from the newest back: before a number; of a patient, a person, some kinds; `recorded` within two texts.

        Instants stand with the offset they were written in, so two texts narrow the search and the caller looks exactly.
        """
        wanted = select(entry_table).order_by(entry_table.c.number.desc()).limit(AT_ONCE)
        for column, given in ((entry_table.c.patient, patient), (entry_table.c.by, by)):
            wanted = wanted if given is None else wanted.where(column == given)
        if kinds is not None:
            wanted = wanted.where(entry_table.c.kind.in_(sorted(kinds)))
        if recorded is not None:
            wanted = wanted.where(entry_table.c.recorded.between(*recorded))
        while True:
            here = wanted if before is None else wanted.where(entry_table.c.number < before)
            with self._reading() as connection:
                found = connection.execute(here).all()
            for row in found:
                yield entry_of(row)
            if len(found) < AT_ONCE:
                return
            before = found[-1].number

    def standing(self, id: str) -> Entry | None:
        """The entry that an id was given to; None where it was given to none."""
        with self._reading() as connection:
            row = connection.execute(select(entry_table).where(entry_table.c.id == id)).one_or_none()
        return entry_of(row) if row is not None else None

    def last_number(self, patient: str | None = None) -> int:
        """Number of the last entry, of a patient or of the whole record; 0 where there is none."""
        wanted = select(func.max(entry_table.c.number))
        if patient is not None:
            wanted = wanted.where(entry_table.c.patient == patient)
        with self._reading() as connection:
            return connection.execute(wanted).scalar() or 0

    def patients(self) -> tuple[str, ...]:
        """Ids of everybody the record has an entry about, sorted."""
        wanted = select(entry_table.c.patient).where(entry_table.c.patient != "").distinct()
        with self._reading() as connection:
            return tuple(sorted(connection.execute(wanted).scalars()))

    def head(self) -> Head:
        """The head that the database remembers: the last entry that was written to it."""
        with self._reading() as connection:
            found = connection.execute(select(head_table.c.number, head_table.c.digest)).one_or_none()
        return Head(number=found.number, digest=found.digest) if found else Head()

    def accept(self, *, by: str, role: str, reason: str, now: datetime) -> Entry:
        """Go on with a record whose end was lost, or whose clock ran ahead: written down as an entry, with the reason.

        What was lost stays lost, and `verify` finds it for ever by this entry.
        """
        with self.writing(now) as writing:
            return writing.accept(by=by, role=role, reason=reason)
