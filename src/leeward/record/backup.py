"""Backups that are read back before they count, and restoring that overwrites nothing.

SQLite is copied as it stands, while others write. PostgreSQL is written out entry by entry, as compressed JSON lines.
Either can be restored into either. A backup takes its name only when it was forced to the disk, read back and found to
be what was there; until then an older file of that name stays.

With the entries go the password hashes, so that people can sign in to what was restored, and the files that settings
name (`kept_files`). Sessions and links do not.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import secrets
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection, create_engine, insert, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError

from leeward.errors import BadInput
from leeward.record.access import credentials, kept_files
from leeward.record.chain import Head, head_of
from leeward.record.database import VERSION as VERSION_OF_TABLES
from leeward.record.database import VERSIONS
from leeward.record.entries import Entry
from leeward.record.kept_files import digest_of_file, put_file
from leeward.record.tables import entry as entry_table
from leeward.record.trouble import Broken, Full, Gone, WrongVersion
from leeward.record.verify import Finding, verify
from leeward.record.writing import entry_of

if TYPE_CHECKING:
    from leeward.record.storage import Record

VERSION = "record-backup/1"
SEAL = "backup_seal"
"""The table of a backup of SQLite that holds the digest of what goes with the entries."""

_SQLITE, _GZIP = b"SQLite format 3\0", b"\x1f\x8b"


class Backup(msgspec.Struct, frozen=True, kw_only=True):
    """A backup as it was read back: the last entry in it, and what is wrong with its entries."""

    head: Head
    findings: tuple[Finding, ...]


class Restored(msgspec.Struct, frozen=True, kw_only=True):
    """What a restore did: entries that it wrote, entries that stood already, and the head that is still missing."""

    written: int
    stood: int
    head: Head
    missing: Head | None


def back_up(record: Record, to: Path, now: datetime) -> Backup:
    """Write the record to a file and read it back. Raises RecordTrouble; the file of that name is then as it was."""
    _refuse_itself(record, to)
    if to.exists():
        _keep_what_is_newer(record, to)
    part = to.with_name(f".{to.name}.{secrets.token_hex(6)}.part")
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        before = record.last_number()
        _copy_file(record.file, part) if record.file else _write_lines(record, part, now)
        _force(part)
        found = read_back(part)
        if found.head.number < before:
            raise Broken("The backup does not hold what the record holds. It was not kept; try again.")
        part.replace(to)
        _force(to.absolute().parent)
    except OSError as error:
        why = error.strerror or "refused"
        raise Full(
            f"The backup cannot be written: {why}. Make room, or name another place; the record is as it was."
        ) from None
    except sqlite3.Error:
        raise Full("The backup cannot be written. Make room, or name another place; the record is as it was.") from None
    finally:
        part.unlink(missing_ok=True)
    return found


def _refuse_itself(record: Record, to: Path) -> None:
    """Refuse to write over the record or what stands beside it: whoever is signed in would be writing into nothing."""
    own = [record.remembered.path]
    if record.file is not None:
        own += [record.file, *(record.file.with_name(f"{record.file.name}{end}") for end in ("-wal", "-shm"))]
    if to.resolve() in [one.resolve() for one in own]:
        says = f"{to} is the record itself, or belongs to it."
        raise BadInput.one("LW-0749", "FILE", says, "Name another file, best on another disk.")


def _keep_what_is_newer(record: Record, to: Path) -> None:
    """Refuse to replace a backup by one that does not hold all of it: it may be all that is left."""
    held = read_back(to).head
    standing = next(record.entries(after=held.number - 1), None) if held.number else None
    if held.number and (standing is None or head_of(standing) != held):
        raise Broken(
            f"The backup {to.name} holds entries that the record does not hold. It was kept; name another file."
        )


def _copy_file(source: Path, to: Path) -> None:
    address = f"{source.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as original, closing(sqlite3.connect(to)) as copy:
        original.backup(copy)
        copy.execute("pragma journal_mode=delete")
        copy.execute("pragma secure_delete=on")
        for table in ("access_sessions", "access_links", "access_failures"):
            if copy.execute("select 1 from sqlite_master where name = ?", (table,)).fetchone():
                copy.execute(f"delete from {table}")
        copy.execute(f"create table {SEAL} (besides text not null)")
        copy.commit()
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(to))
    with engine.begin() as connection:
        connection.execute(text(f"insert into {SEAL} values (:besides)"), {"besides": _besides(connection)})
    engine.dispose()


def _write_lines(record: Record, to: Path, now: datetime) -> None:
    encode = msgspec.json.Encoder(order="sorted").encode
    last = Head()
    with gzip.open(to, "wb", compresslevel=6) as file:
        file.write(encode({"leeward": VERSION, "record": record.id, "made": now.isoformat()}) + b"\n")
        for entry in record.entries():
            file.write(encode({"entry": entry}) + b"\n")
            last = head_of(entry)
        with record.engine.connect() as connection:
            for row in _credentials(connection):
                file.write(encode({"credential": row}) + b"\n")
            for content in _kept_files(connection):
                file.write(encode({"kept_file": content}) + b"\n")
            besides = _besides(connection)
        file.write(encode({"end": last, "besides": besides}) + b"\n")


def _besides(connection: Connection) -> str:
    """A digest of what goes with the entries: the password hashes and the files."""
    digests = sorted(map(digest_of_file, _kept_files(connection)))
    return _seal_of(_credentials(connection), digests)


def _seal_of(hashes: Iterable[dict[str, Any]], digests: list[str]) -> str:
    encode = msgspec.json.Encoder(order="sorted").encode
    return hashlib.sha256(b"\n".join((*sorted(map(encode, hashes)), encode(sorted(digests))))).hexdigest()


def _credentials(connection: Connection) -> list[dict[str, Any]]:
    if not inspect(connection).has_table(credentials.name):
        return []
    return [dict(row) for row in connection.execute(select(credentials)).mappings()]


def _kept_files(connection: Connection) -> Iterator[bytes]:
    """The files that were kept, one at a time: each may be large."""
    if not inspect(connection).has_table(kept_files.name):
        return
    for digest in connection.execute(select(kept_files.c.digest)).scalars().all():
        content = bytes(
            connection.execute(select(kept_files.c.content).where(kept_files.c.digest == digest)).scalar_one()
        )
        if digest_of_file(content) != digest:
            raise Broken(
                "A file that was kept beside the entries is not as it was given. Load it anew, and back up again."
            )
        yield content


def _force(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk before going on."""
    if path.is_dir() and os.name == "nt":
        return
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def read_back(path: Path) -> Backup:
    """Read a backup whole. Raises Broken where it is no backup, ends too soon or what goes with the entries was changed."""
    entries: list[Entry] = []
    hashes: list[dict[str, Any]] = []
    digests: list[str] = []
    for one in _told(path):
        if isinstance(one, Entry):
            entries.append(one)
        elif isinstance(one, bytes):
            digests.append(digest_of_file(one))
        else:
            hashes.append(one)
    sealed = _seal(path)
    if sealed is not None and sealed != _seal_of(hashes, digests):
        raise Broken(
            f"The passwords or files in the backup {path.name} are not as they were written. Take another one."
        )
    head = head_of(entries[-1]) if entries else Head()
    return Backup(head=head, findings=verify(entries))


def entries_of(path: Path) -> Iterator[Entry]:
    """The entries of a backup, in order. Raises Broken where it is no backup or ends too soon."""
    return (told for told in _told(path) if isinstance(told, Entry))


def _told(path: Path) -> Iterator[Entry | dict[str, Any] | bytes]:
    """Entries, then password hashes, then files."""
    try:
        with path.open("rb") as file:
            first = file.read(len(_SQLITE))
    except OSError as error:
        why = error.strerror or "refused"
        raise Gone(f"The backup {path} cannot be read: {why}. Check its name, and that you may read it.") from None
    if first == _SQLITE:
        return _of_file(path)
    if first[:2] == _GZIP:
        return _of_lines(path)
    raise Broken(f"{path.name} is no backup of a record. Nothing was changed; name a file that `leeward backup` wrote.")


def _seal(path: Path) -> str | None:
    """The digest that a backup carries of what goes with its entries; None for a bare copy of a record's file."""
    if _is_file_of_sqlite(path):
        return _about(path).get("besides")
    with gzip.open(path, "rb") as file:
        last = b""
        for line in file:
            last = line
    return msgspec.json.decode(last, type=dict[str, Any]).get("besides")


def _is_file_of_sqlite(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_SQLITE)) == _SQLITE


def _about(path: Path) -> dict[str, str]:
    """The name of the record that a file of SQLite was copied from, its version, and the seal where it has one."""
    found: dict[str, str] = {}
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as file:
        for name, column, table in (
            ("record", "id", "this_record"),
            ("version", "version_num", VERSIONS),
            ("besides", "besides", SEAL),
        ):
            try:
                row = file.execute(f"select {column} from {table}").fetchone()
            except sqlite3.OperationalError:
                continue
            except sqlite3.Error:
                raise _not_whole(path) from None
            if row:
                found[name] = row[0]
    return found


def _of_file(path: Path) -> Iterator[Entry | dict[str, Any] | bytes]:
    if _about(path).get("version", VERSION_OF_TABLES) > VERSION_OF_TABLES:
        raise _newer(path)
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(address, uri=True))
    try:
        with engine.connect() as connection:
            for row in connection.execute(select(entry_table).order_by(entry_table.c.number)):
                yield entry_of(row)
            yield from _credentials(connection)
            yield from _kept_files(connection)
    except SQLAlchemyError:
        raise _not_whole(path) from None
    finally:
        engine.dispose()


def _of_lines(path: Path) -> Iterator[Entry | dict[str, Any] | bytes]:
    decode, last, ended = msgspec.json.Decoder(dict[str, Any]).decode, Head(), False
    try:
        with gzip.open(path, "rb") as file:
            written_as = decode(file.readline()).get("leeward")
            if written_as != VERSION:
                later = isinstance(written_as, str) and written_as.startswith(VERSION.partition("/")[0] + "/")
                raise _newer(path) if later else _not_whole(path)
            for line in file:
                told = decode(line)
                if ended:
                    raise _not_whole(path)
                if "entry" in told:
                    entry = msgspec.convert(told["entry"], Entry)
                    last = head_of(entry)
                    yield entry
                elif "credential" in told:
                    yield told["credential"]
                elif "kept_file" in told:
                    yield msgspec.convert(told["kept_file"], bytes)
                else:
                    ended = msgspec.convert(told.get("end"), Head) == last
        if not ended:
            raise _not_whole(path)
    except (OSError, EOFError, zlib.error, msgspec.MsgspecError, ValueError):
        raise _not_whole(path) from None


def _newer(path: Path) -> WrongVersion:
    return WrongVersion(
        f"The backup {path.name} was written by a newer Leeward. Nothing was changed; install that one."
    )


def _not_whole(path: Path) -> Broken:
    return Broken(f"The backup {path.name} is not whole. Nothing was changed; take another one.")


def restore(record: Record, path: Path, now: datetime) -> Restored:
    """Bring a backup into a record that is empty, or that holds nothing but what the backup holds; all or nothing.

    Raises Broken where the backup is not whole, or the record holds entries that are not in it.
    """
    found = read_back(path)
    if found.findings:
        raise Broken(f"The backup {path.name} is not as it was written: {found.findings[0].says} Nothing was changed.")
    if not record.last_number() and (name := _name_in(path)):
        record.take_name(name)
    with record.writing(now) as writing:
        stood = writing.head.number
        backup = entries_of(path)
        _all_in(record, stood, backup)
        writing.put_back(backup)
        _let_in(writing.connection, path)
        missing = writing.remembers if writing.remembers.number > writing.head.number else None
        return Restored(written=writing.head.number - stood, stood=stood, head=writing.head, missing=missing)


def _name_in(path: Path) -> str:
    """The name of the record that was backed up: what is restored is that record, and exports of both are of one."""
    if _is_file_of_sqlite(path):
        return _about(path).get("record", "")
    with gzip.open(path, "rb") as file:
        return msgspec.json.decode(file.readline(), type=dict[str, Any]).get("record", "")


def _all_in(record: Record, stood: int, backup: Iterator[Entry]) -> None:
    """Go through the entries that stand and find each in the backup; leaves the backup after the last of them."""
    if not stood:
        return
    for entry in record.entries():
        other = next(backup, None)
        if other is None or other.digest != entry.digest:
            says = f"The record holds entries that the backup does not hold, from entry {entry.number} on."
            raise Broken(f"{says} Nothing was changed; restore into an empty database, or take a newer backup.")
        if entry.number == stood:
            return


def _let_in(connection: Connection, path: Path) -> None:
    """Password hashes of people who have none here, and files that are not kept here."""
    told = [one for one in _told(path) if isinstance(one, dict)]
    files = (one for one in _told(path) if isinstance(one, bytes))
    standing: Iterable[str] = set(connection.execute(select(credentials.c.person)).scalars())
    if new := [one for one in told if one.get("person") not in standing]:
        connection.execute(insert(credentials), new)
    for content in files:
        put_file(connection, content)
