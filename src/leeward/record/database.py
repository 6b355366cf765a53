"""Opening the database of a record: one engine for SQLite or PostgreSQL, set so that committed means on disk.

SQLite: write-ahead log with full synchronisation, foreign keys, writers one after the other (`begin immediate`), readers
never waiting. PostgreSQL: read committed, synchronous commit, writers one after the other by an advisory lock.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from leeward.errors import BadInput
from leeward.record.trouble import Gone, ReadOnly, WrongVersion, as_trouble

VERSION = "0003"
"""The newest step in `migrations/versions`: what this Leeward reads and writes."""

VERSIONS = "leeward_version"
"""The table that says which step the database stands at."""

WAIT = 10.0
"""Seconds that a writer waits for another one."""

LOCK = 0x1EE0A2D
"""The advisory lock that writers of a record take on PostgreSQL."""

FILE = "record.sqlite"


def default_url(home: Path) -> str:
    """Address of the embedded database in the data folder."""
    return f"sqlite:///{home.absolute() / FILE}"


def parsed(url: str) -> URL:
    """The address of a database, read. Raises BadInput for one that names no SQLite file and no PostgreSQL server."""
    mend = "Write sqlite:///PATH or postgresql://USER@HOST/DATABASE."
    try:
        found = make_url(url)
    except ArgumentError:
        raise BadInput.one("LW-0736", "--database", "This is not the address of a database.", mend) from None
    kind = found.get_backend_name()
    if kind == "sqlite" and (found.database or ":memory:") != ":memory:":
        return found
    if kind in ("postgresql", "postgres"):
        return found.set(drivername="postgresql+psycopg")
    says = "A record is kept on disk, in SQLite or PostgreSQL."
    raise BadInput.one("LW-0736", "--database", says, mend)


def file_of(url: URL) -> Path | None:
    """The file of an embedded database; None for a server's."""
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def opened(url: URL, *, write: bool, create: bool, wait: float = WAIT) -> Engine:
    """An engine for the database, brought to this version where `write` is set.

    A transaction of the engine writes, unless the option `reads` is set. Raises RecordTrouble.
    """
    file = file_of(url)
    if file is None:
        engine = _postgresql(url, wait)
    else:
        _made_ready(file, write and create)
        engine = _sqlite(url, file, write, wait)
    try:
        with spoken(file):
            _at_this_version(engine, write, file)
    except BaseException:
        engine.dispose()
        raise
    return engine


@contextmanager
def spoken(file: Path | None = None) -> Generator[None, None, None]:
    """Whatever the database says inside is said as a sentence, without the values of an entry."""
    try:
        yield
    except SQLAlchemyError as error:
        trouble = as_trouble(error)
        if isinstance(trouble, Gone) and file is not None and file.exists():
            if not os.access(file, os.R_OK):
                trouble = Gone("The database file may not be read. Give yourself the right to read it.")
            elif not (os.access(file, os.W_OK) and os.access(file.parent, os.W_OK)):
                trouble = _read_only(file)
        raise trouble from None


def _read_only(file: Path) -> ReadOnly:
    says = f"The folder {file.parent} or the database in it may be read and not written. Nothing was written;"
    return ReadOnly(f"{says} give yourself the right to write there.")


def _made_ready(file: Path, create: bool) -> None:
    """Make the file, for its owner's eyes alone, where there is none yet."""
    if file.exists():
        return
    if not create:
        raise Gone(f"There is no record at {file}. Check the address, or restore a backup there.")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    except PermissionError:
        raise _read_only(file) from None
    except OSError as error:
        why = error.strerror or "refused"
        raise Gone(f"The record cannot be made at {file}: {why}. Choose another folder, or mend this one.") from None


def _sqlite(url: URL, file: Path, write: bool, wait: float) -> Engine:
    address = file.absolute().as_uri()

    def connection() -> sqlite3.Connection:
        # "rw" and not "rwc": a file that was taken away must not be replaced by an empty one.
        if write:
            return _connected(f"{address}?mode=rw", wait)
        try:
            return _connected(f"{address}?mode=ro", wait)
        except sqlite3.OperationalError:
            log = file.with_name(f"{file.name}-wal")
            if log.exists() and log.stat().st_size:
                raise
            # A write-ahead log needs a folder that can be written to; nobody can be writing where nobody may.
            return _connected(f"{address}?immutable=1", wait)

    engine = create_engine(
        url, creator=connection, poolclass=QueuePool, pool_size=8, max_overflow=32, pool_timeout=wait
    )

    @event.listens_for(engine, "connect")
    def _settled(connection: sqlite3.Connection, pooled: Any) -> None:  # pyright: ignore[reportUnusedFunction]
        connection.isolation_level = None
        if write:
            connection.execute("pragma journal_mode=wal")
            connection.execute("pragma synchronous=full")
        connection.execute("pragma foreign_keys=on")
        pooled.info["standing"] = standing(file)

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:  # pyright: ignore[reportUnusedFunction]
        reads = connection.get_execution_options().get("reads", False) or not write
        connection.exec_driver_sql("begin" if reads else "begin immediate")

    return engine


def _connected(address: str, wait: float) -> sqlite3.Connection:
    connection = sqlite3.connect(address, uri=True, timeout=wait, check_same_thread=False)
    try:
        connection.execute("select count(*) from sqlite_master").fetchone()
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def standing(file: Path) -> tuple[int, int] | None:
    """Which file stands under a name: what tells a file that was replaced from the one that was opened."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _postgresql(url: URL, wait: float) -> Engine:
    milliseconds = int(wait * 1000)
    # A plan that was made while the record was empty would be kept for a full one, and read all of it for each entry.
    settings = (
        f"-c synchronous_commit=on -c lock_timeout={milliseconds} -c idle_in_transaction_session_timeout=60000"
        " -c plan_cache_mode=force_custom_plan"
    )
    told = url.query.get("options")
    options = f"{told} {settings}" if isinstance(told, str) else settings
    return create_engine(
        url.difference_update_query(["options"]),
        connect_args={"connect_timeout": max(2, int(wait)), "application_name": "leeward", "options": options},
        isolation_level="READ COMMITTED",
        pool_pre_ping=True,
        pool_size=8,
        max_overflow=32,
        pool_timeout=wait,
    )


def lock_writers(connection: Connection) -> None:
    """Let one writer in at a time, until the transaction ends. SQLite's transaction has done it already."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


def _at_this_version(engine: Engine, write: bool, file: Path | None) -> None:
    with engine.execution_options(reads=True).connect() as connection:
        found = _version(connection)
        empty = found is None and not inspect(connection).get_table_names()
    if found == VERSION:
        return
    if found is not None and found > VERSION:
        raise WrongVersion("The record was written by a newer Leeward. Install that one, or a newer one.")
    if found is None and not empty:
        it = f"The file {file}" if file else "The database"
        raise WrongVersion(f"{it} holds tables of something else. Choose an empty one for the record.")
    if not write:
        if found is None:
            raise WrongVersion("The database holds no record. Check the address, or restore a backup there.")
        raise WrongVersion("The record was written by an older Leeward. Open it once with `leeward serve`.")
    with engine.begin() as connection:
        lock_writers(connection)
        if _version(connection) != VERSION:
            _migrate(connection)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSIONS):
        return None
    return connection.execute(text(f"select version_num from {VERSIONS}")).scalar()


def _migrate(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, VERSION)
