"""Passwords: at least twelve characters and none of the commonest, kept as argon2id hashes; and delays after failures.

There are no rules about capitals, digits or signs. A name that nobody has is verified against a hash of nothing, so that
neither the answer nor its time tells who has an account.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, text, update

from leeward.errors import BadInput
from leeward.record.access import credentials, digest, failures, length, microseconds

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 12, 256

_WORDS = """
012345678910 0123456789ab 098765432100 112233445566 123412341234 123456789012 1234567890123 1234567890ab 1234567890qwe
1234567891011 123456789abc 1q2w3e4r5t6y 1q2w3e4r5t6y7u 1qaz2wsx3edc 1qazxsw23edc abc123abc123 abcd1234abcd
abcdefgh1234 abcdefghijkl adminadmin12 administrator administrator1 asdfasdfasdf asdfghjkl123 changeme1234
changemechangeme correcthorsebatterystaple football1234 hospital1234 hospitalhospital iloveyou1234 iloveyouiloveyou
leeward12345 leewardleeward letmein12345 letmeinletmein liverpool123 mypassword12 mypassword123 p@ssw0rd1234
p@ssword1234 passw0rd1234 password0000 password1234 password12345 password123456 password2024 password2025
password2026 passwordpassword princess1234 q1w2e3r4t5y6 qazwsxedcrfv qwerty123456 qwertyqwerty qwertyuiop12
qwertyuiop123 qwertyuiop[] qwertyuiopas secret123456 secretsecret summer202400 sunshine1234 superman1234
trustno1trustno1 welcome12345 welcomewelcome zaq12wsxcde3 zxcvbnm12345 zxcvbnmasdfg
"""

COMMONEST = frozenset(_WORDS.split())
"""Long enough, and still among the first that somebody would try. Compared in small letters and without spaces."""


TRIES_LOCK = 0x4C57_7472_6965
"""Key of the advisory lock under which PostgreSQL counts tries; SQLite lets one writer in anyhow."""


class Delays(msgspec.Struct, frozen=True, kw_only=True):
    """When tries are delayed: after so many failures each further one doubles the wait, up to the longest.

    A whole ward may sit behind one address, so a source may fail more often than a person; set both alike where each
    workplace has its own address. Failures older than `forgets_after` count no more.
    """

    person_failures: int = 5
    source_failures: int = 20
    first: timedelta = timedelta(seconds=30)
    longest: timedelta = timedelta(minutes=30)
    forgets_after: timedelta = timedelta(hours=12)


def check_password(password: str, person: str, name: str = "") -> None:
    """Raise BadInput where a new password is too short, too long, among the commonest or the person's own name."""
    plain = _plain(password)
    if len(plain) < SHORTEST:
        says = f"The password has fewer than {SHORTEST} characters."
        raise BadInput.one("LW-0771", "password", says, "Take several words; spaces count, and nothing else is asked.")
    if len(plain) > LONGEST:
        says = f"The password has more than {LONGEST} characters."
        raise BadInput.one("LW-0772", "password", says, "Take a shorter one.")
    bare = "".join(plain.casefold().split())
    own = ["".join(word.casefold().split()) for word in (person, name)]
    if bare in COMMONEST or len(set(bare)) < 4 or any(word and not bare.replace(word, "") for word in own):
        says = "The password is one of the first that somebody would try."
        raise BadInput.one("LW-0773", "password", says, "Take several words that do not belong together.")


def _plain(password: str) -> str:
    """One password typed on two keyboards is the same characters."""
    return unicodedata.normalize("NFKC", password)


@cache
def hasher() -> PasswordHasher:
    """argon2id with the library's parameters (RFC 9106, low memory: 64 MiB, 3 passes, 4 lanes)."""
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def dummy_hash() -> str:
    """A hash, by the same parameters, of what nobody can type: what a name that nobody has is verified against."""
    return hasher().hash(secrets.token_bytes(32))


def hash_of(password: str) -> str:
    """The argon2id hash to keep; a salt of its own each time."""
    return hasher().hash(_bytes(password))


def verified(stored: str | None, password: str) -> bool:
    """Whether the password is the one that was hashed. With nothing stored the same work is done, and the answer is no."""
    from argon2.exceptions import InvalidHashError, VerificationError

    dummy = dummy_hash()
    try:
        fits = hasher().verify(stored or dummy, _bytes(password))
    except (VerificationError, InvalidHashError):
        return False
    return fits and stored is not None


def _bytes(password: str) -> bytes:
    """Longer than a password may be is cut, so that a page of text costs no more than a password."""
    return _plain(password[: 2 * LONGEST]).encode("utf-8", "surrogatepass")


def keep_password(connection: Connection, person: str, password_hash: str, now: datetime) -> None:
    """Put the hash in place of the one before."""
    values = {"password_hash": password_hash, "set_at": microseconds(now)}
    changed = connection.execute(update(credentials).where(credentials.c.person == person).values(**values))
    if not changed.rowcount:
        connection.execute(insert(credentials).values(person=person, **values))


def stored_hash(connection: Connection, person: str) -> str | None:
    """The hash of a person's password; None where there is none."""
    return connection.execute(
        select(credentials.c.password_hash).where(credentials.c.person == person)
    ).scalar_one_or_none()


def note_try(connection: Connection, claimed: str, source: str, now: datetime, id: str) -> None:
    """Count a try before the password is looked at, so that many at once are not all free; success takes it back.

    Tries are counted one after the other until the transaction ends: two that count at once would not see each other.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": TRIES_LOCK})
    row: Mapping[str, object] = {
        "id": id,
        "claimed_digest": digest(claimed),
        "source_digest": digest(source),
        "at": microseconds(now),
    }
    connection.execute(insert(failures).values(**row))


def forgive(connection: Connection, claimed: str, id: str) -> None:
    """After a success: the person's failures are forgotten, the source keeps those it made under other names."""
    connection.execute(delete(failures).where((failures.c.claimed_digest == digest(claimed)) | (failures.c.id == id)))


def withdraw_try(connection: Connection, id: str) -> None:
    """Take one try back: it was refused unlooked at, and must not make the delay longer."""
    connection.execute(delete(failures).where(failures.c.id == id))


def delayed_until(
    connection: Connection, claimed: str, source: str, now: datetime, delays: Delays, besides: str = ""
) -> datetime | None:
    """Until when tries under this name, or from this source, are refused; None where they are not."""
    ends = (
        _delay(connection, failures.c.claimed_digest == digest(claimed), now, delays.person_failures, delays, besides),
        _delay(connection, failures.c.source_digest == digest(source), now, delays.source_failures, delays, besides),
    )
    return max((end for end in ends if end is not None and now < end), default=None)


def _delay(
    connection: Connection, of_whom: ColumnElement[bool], now: datetime, free: int, delays: Delays, besides: str
) -> datetime | None:
    since = microseconds(now) - length(delays.forgets_after)
    asked = select(func.count(), func.max(failures.c.at)).where(
        of_whom, failures.c.at > since, failures.c.id != besides
    )  # fmt: skip
    count, last = connection.execute(asked).one()
    if count < free:
        return None
    wait = min(delays.first * 2 ** min(count - free, 30), delays.longest)
    return now - timedelta(microseconds=microseconds(now) - last) + wait
