"""Tables of who may come in: password hashes, sessions, one-time links, failed tries. They are not the record.

What was charted and who looked at it stands in the append-only record. What opens the door does not: a password can be
changed, a session ends, and nothing that has been forgotten should be readable from a chain that is kept for ever. These
tables hold only what cannot be turned back: argon2id hashes of passwords, and SHA-256 of random 256-bit tokens. A claimed
name that failed is kept as a digest too, since people type their password into the wrong field.

Instants are whole microseconds since 1970 in UTC, so that both databases compare them alike and an expiry is exact.
The migrations make the tables; `access.create_all(engine)` does in a database without the record.
"""

from __future__ import annotations

import hashlib
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, Column, Connection, Engine, Index, LargeBinary, MetaData, String, Table, Text
from sqlalchemy.exc import SQLAlchemyError

from leeward.errors import MisuseError
from leeward.record.trouble import as_trouble

access = MetaData()

credentials = Table(
    "access_credentials",
    access,
    Column("person", String(64), primary_key=True),
    Column("password_hash", Text, nullable=False),
    Column("set_at", BigInteger, nullable=False),
)

sessions = Table(
    "access_sessions",
    access,
    Column("token_digest", String(64), primary_key=True),
    Column("person", String(64), nullable=False, index=True),
    Column("begun_at", BigInteger, nullable=False),
    Column("last_seen", BigInteger, nullable=False),
    Column("idle_for", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
)

links = Table(
    "access_links",
    access,
    Column("token_digest", String(64), primary_key=True),
    Column("purpose", String(32), nullable=False),
    Column("person", String(64), nullable=False),
    Column("patient", String(200), nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
    Column("used_for", String(200)),
)

failures = Table(
    "access_failures",
    access,
    Column("id", String(32), primary_key=True),
    Column("claimed_digest", String(64), nullable=False),
    Column("source_digest", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("access_failures_claimed", "claimed_digest", "at"),
    Index("access_failures_source", "source_digest", "at"),
)

proofs = Table(
    "access_proofs",
    access,
    Column("digest", String(64), primary_key=True),
    Column("ends_at", BigInteger, nullable=False, index=True),
)
"""Tokens of record systems that were taken, by the SHA-256 of their issuer and id."""

kept_files = Table(
    "kept_files",
    access,
    Column("digest", String(64), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
"""Files that a setting of the record names by their SHA-256, such as a site's list of services."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(instant: datetime) -> int:
    """An aware instant as the tables hold it.

    >>> microseconds(datetime.fromisoformat("1970-01-01T01:00:00+01:00"))
    0
    """
    if instant.utcoffset() is None:
        raise MisuseError("An instant without its offset cannot be compared. Pass an aware datetime.")
    return (instant - _EPOCH) // timedelta(microseconds=1)


def length(span: timedelta) -> int:
    """A span of time as the tables hold it."""
    return span // timedelta(microseconds=1)


def instant(stored: int) -> datetime:
    """A stored instant, in UTC."""
    return _EPOCH + timedelta(microseconds=stored)


def digest(text: str) -> str:
    """SHA-256 of a token or a name, in hex: what is kept instead of it."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@contextmanager
def transaction(engine: Engine, *, reads: bool = False) -> Generator[Connection, None, None]:
    """One transaction, that only reads where `reads` is set, and then waits for no writer.

    A database that is locked, full or gone is said in a sentence, without the statement's values.
    """
    try:
        with engine.execution_options(reads=reads).begin() as connection:
            yield connection
    except SQLAlchemyError as error:
        raise as_trouble(error) from None
