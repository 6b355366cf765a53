"""Coming in, staying in, going out; and links that open one thing once.

A session is a random 256-bit token in a cookie; only its digest is kept. Every sign-in makes a new one. It ends when it
has not been used for a while, at its latest end whatever happens, when the person signs out, changes the password or is no
longer let in. The token of a form is an HMAC under what is kept of the session's token, so it is worth nothing with another
session, and whose form it was can be told after the session has ended.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from string import hexdigits
from typing import Literal

import msgspec
from sqlalchemy import ColumnElement, Connection, Engine, RowMapping, delete, insert, or_, select, update

from leeward.record.access import digest, failures, instant, length, links, microseconds, sessions, transaction
from leeward.record.entries import Draft
from leeward.record.passwords import (
    Delays,
    delayed_until,
    forgive,
    hash_of,
    hasher,
    keep_password,
    note_try,
    stored_hash,
    verified,
    withdraw_try,
)
from leeward.record.people import SELF, Person, coming, sign_in_name
from leeward.record.trouble import Full, Locked, ReadOnly

LinkPurpose = Literal["first-administrator", "set-password", "check-in"]

NOT_IN = "The name and the password do not belong together."
"""The whole answer to a failed sign-in, whichever of the two is wrong and whether or not there is such a person."""

FOUND_BY = 16
"""Letters of a session's key with which the tokens of its forms begin."""
FORM_TOKEN = 64
"""Letters of a form's token: 192 bits of it are secret."""

CLOCK_MAY_DIFFER = timedelta(minutes=5)
"""How far the clock may stand before a session's last use; further back, its end can no longer be told."""

ENDED_KEPT = timedelta(days=1)
"""How long what ended is kept: a form that was left open overnight is still given back to who opened it."""

NOTED_EVERY = timedelta(minutes=1)
"""Use of a session is written down at most this often, and more often where it may idle for a short time only."""


class Lasts(msgspec.Struct, frozen=True, kw_only=True):
    """How long a session lasts unused, and at most."""

    idle: timedelta = timedelta(minutes=15)
    absolute: timedelta = timedelta(hours=12)


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody came in. `token` goes into the cookie and is nowhere else; `entry` is to be written."""

    person: Person
    token: str
    entry: Draft


class NotSignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """Nobody came in. `entry` is to be written where there is one: a try that was refused unlooked at leaves none."""

    says: str
    entry: Draft | None
    wait: timedelta = timedelta()


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A session that stands: whose it is, and when it ends if it is not used again."""

    person: str
    begun: datetime
    ends: datetime


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """What a one-time link is for: a person who sets a password, or a patient who answers."""

    purpose: LinkPurpose
    person: str
    patient: str
    ends: datetime
    used_for: str = ""


def new_token() -> str:
    """256 random bits, in letters that a cookie and an address may hold."""
    return secrets.token_urlsafe(32)


def form_token(token: str) -> str:
    """What a form carries to show that it comes from a page of this session."""
    return _form_token(digest(token))


def _form_token(token_digest: str) -> str:
    """Begins as the key of its session does, so that it is found by it; what is left of the key is still not to be guessed."""
    made = hmac.new(token_digest.encode(), b"leeward form", hashlib.sha256).hexdigest()
    return (token_digest[:FOUND_BY] + made)[:FORM_TOKEN]


def form_holds(token: str, given: str | None) -> bool:
    """Whether what a form carried belongs to this session; in a time that does not tell how nearly."""
    return bool(token) and hmac.compare_digest(form_token(token).encode(), (given or "").encode("utf-8", "replace"))


def form_of(engine: Engine, given: str | None) -> str:
    """Whose page a form came from: the person of its session, ended or not; empty where it is of none. It lets nobody in."""
    carried = (given or "").encode("utf-8", "replace")
    begins = carried[:FOUND_BY].decode("ascii", "replace")
    if len(carried) != FORM_TOKEN or not set(begins) <= set(hexdigits):
        return ""
    mine = sessions.c
    these = select(mine.token_digest, mine.person).where(mine.token_digest.between(begins, f"{begins}g"))
    with transaction(engine, reads=True) as connection:
        kept = connection.execute(these).all()
    return next(
        (str(one.person) for one in kept if hmac.compare_digest(_form_token(one.token_digest).encode(), carried)), ""
    )


def sign_in(
    engine: Engine,
    people: Mapping[str, Person],
    *,
    name: str,
    password: str,
    source: str,
    now: datetime,
    id: str,
    delays: Delays,
    lasts: Lasts,
    before: str = "",
) -> SignedIn | NotSignedIn:
    """Let somebody in by name and password.

    `source` is where the try comes from (an address), `id` the id of the entry, `before` the token that the browser held:
    it is revoked, so that a token planted before the sign-in is worth nothing after it.
    """
    claimed = sign_in_name(name)
    attempt = secrets.token_hex(16)
    with transaction(engine) as connection:
        note_try(connection, claimed, source, now, attempt)
        until = delayed_until(connection, claimed, source, now, delays, besides=attempt)
        if until is not None:
            withdraw_try(connection, attempt)
            return NotSignedIn(says=wait_words(until - now), entry=None, wait=until - now)
        stored = stored_hash(connection, claimed)
    person = people.get(claimed)
    let_in = person is not None and person.active
    if not verified(stored if let_in else None, password) or person is None or stored is None:
        known = claimed if let_in else ""
        because = "wrong password" if let_in else "no such person"
        entry = coming("sign-in-failed", person=known, source=source, because=because, now=now, id=id)
        return NotSignedIn(says=NOT_IN, entry=entry)
    with transaction(engine) as connection:
        if stored_hash(connection, claimed) != stored:  # changed while it was verified, and every session ended with it
            return NotSignedIn(says=NOT_IN, entry=None)
        forgive(connection, claimed, attempt)
        if hasher().check_needs_rehash(stored):
            keep_password(connection, claimed, hash_of(password), now)
        revoke(connection, before, now)
        token = begin(connection, claimed, now, lasts)
    entry = coming("signed-in", person=claimed, source=source, now=now, id=id)
    return SignedIn(person=person, token=token, entry=entry)


def let_in(
    engine: Engine, person: Person, *, source: str, because: str, now: datetime, id: str, lasts: Lasts, before: str = ""
) -> SignedIn:
    """Let somebody in whom another system has signed in. Check before that they are who the site says, and may come in.

    `because` names that system; the rest is as in `sign_in`.
    """
    with transaction(engine) as connection:
        revoke(connection, before, now)
        token = begin(connection, person.id, now, lasts)
    entry = coming("signed-in", person=person.id, source=source, because=because, now=now, id=id)
    return SignedIn(person=person, token=token, entry=entry)


def wait_words(wait: timedelta) -> str:
    """How long tries are refused, in a sentence."""
    minutes = max(1, -(-wait // timedelta(minutes=1)))
    return f"Too many tries. Try again in {minutes} {'minute' if minutes == 1 else 'minutes'}."


def begin(connection: Connection, person: str, now: datetime, lasts: Lasts) -> str:
    """Begin a session and return its token, which cannot be had again. What ended long ago is forgotten on the way."""
    _forget_ended(connection, now)
    token, at = new_token(), microseconds(now)
    connection.execute(
        insert(sessions).values(
            token_digest=digest(token),
            person=person,
            begun_at=at,
            last_seen=at,
            idle_for=length(lasts.idle),
            ends_at=at + length(lasts.absolute),
        )
    )
    return token


def _forget_ended(connection: Connection, now: datetime) -> None:
    """Delete sessions, links and failures that ended long ago, so that they do not grow for ever. The record keeps who came in."""
    before = microseconds(now) - length(ENDED_KEPT)
    connection.execute(delete(sessions).where(or_(sessions.c.ends_at < before, sessions.c.revoked_at < before)))
    connection.execute(delete(links).where(links.c.ends_at < before))
    connection.execute(delete(failures).where(failures.c.at < before))


def session_of(engine: Engine, token: str, now: datetime, *, in_use: bool = True) -> Session | None:
    """The session of a token; None where it is unknown, ended, revoked or ahead of the clock.

    `in_use` is False where a page refreshes by itself: that keeps no session open.
    """
    if not token:
        return None
    at = microseconds(now)
    this = sessions.c.token_digest == digest(token)
    with transaction(engine, reads=True) as connection:
        row = connection.execute(select(sessions).where(this)).mappings().first()
    if row is None or row["revoked_at"] is not None or at >= min(row["ends_at"], row["last_seen"] + row["idle_for"]):
        return None
    if at < row["last_seen"] - length(CLOCK_MAY_DIFFER):
        return None
    if in_use and at - row["last_seen"] >= min(length(NOTED_EVERY), row["idle_for"] // 10):
        _note_use(engine, this, at)
    ends = min(row["ends_at"], (at if in_use else row["last_seen"]) + row["idle_for"])
    return Session(person=row["person"], begun=instant(row["begun_at"]), ends=instant(ends))


def _note_use(engine: Engine, this: ColumnElement[bool], at: int) -> None:
    """Note the last use; where nothing can be written now the next page notes it, and this one is not kept back."""
    with suppress(Locked, Full, ReadOnly), transaction(engine) as connection:
        connection.execute(update(sessions).where(this, sessions.c.last_seen < at).values(last_seen=at))


def signed_in_person(
    engine: Engine, people: Mapping[str, Person], token: str, now: datetime, *, in_use: bool = True
) -> Person | None:
    """Who holds this token and is still let in; `in_use` as in `session_of`."""
    session = session_of(engine, token, now, in_use=in_use)
    person = people.get(session.person) if session else None
    return person if person is not None and person.active else None


def sign_out(engine: Engine, token: str, *, source: str, now: datetime, id: str) -> Draft | None:
    """End a session. The entry of it, or None where there was no session to end."""
    with transaction(engine) as connection:
        person = revoke(connection, token, now)
    return coming("signed-out", person=person, source=source, now=now, id=id) if person else None


def revoke(connection: Connection, token: str, now: datetime) -> str:
    """End the session of a token; whose it was, or empty where none stood."""
    this = (sessions.c.token_digest == digest(token)) & sessions.c.revoked_at.is_(None)
    changed = connection.execute(update(sessions).where(this).values(revoked_at=microseconds(now)))
    if not changed.rowcount:
        return ""
    asked = select(sessions.c.person).where(sessions.c.token_digest == digest(token))
    return str(connection.execute(asked).scalar_one())


def revoke_all(connection: Connection, person: str, now: datetime) -> None:
    """End every session of a person: the password changed, or they are let in no more."""
    this = (sessions.c.person == person) & sessions.c.revoked_at.is_(None)
    connection.execute(update(sessions).where(this).values(revoked_at=microseconds(now)))


def make_link(
    engine: Engine, purpose: LinkPurpose, *, person: str = "", patient: str = "", now: datetime, lasts: timedelta
) -> str:
    """Make a one-time link and return its token, shown once. A new link of a kind ends the one before for the same."""
    token, at = new_token(), microseconds(now)
    same = (links.c.purpose == purpose) & (links.c.person == person) & (links.c.patient == patient)
    row = {"purpose": purpose, "person": person, "patient": patient, "made_at": at, "ends_at": at + length(lasts)}
    with transaction(engine) as connection:
        connection.execute(
            update(links).where(same, links.c.used_at.is_(None), links.c.ends_at > at).values(ends_at=at)
        )
        connection.execute(insert(links).values(token_digest=digest(token), **row))
    return token


def open_link(engine: Engine, token: str, purpose: LinkPurpose, now: datetime) -> Link | None:
    """What a link is for, to show its page; as often as wanted until it is used or ends. None where it opens nothing."""
    with transaction(engine, reads=True) as connection:
        return _link(connection, _free(token, purpose, now))


def standing_link(connection: Connection, token: str, purpose: LinkPurpose, now: datetime) -> Link | None:
    """What a link is for that has not ended, used or not; None where there is none."""
    return _link(connection, _standing(token, purpose, now))


def use_link(connection: Connection, token: str, purpose: LinkPurpose, *, now: datetime, used_for: str) -> Link | None:
    """Use a link up, for the entry of this id. Only one use wins; the same entry sent again is the same use."""
    used = {"used_at": microseconds(now), "used_for": used_for}
    connection.execute(update(links).where(_free(token, purpose, now)).values(**used))
    return _link(connection, _standing(token, purpose, now) & (links.c.used_for == used_for))


def _standing(token: str, purpose: LinkPurpose, now: datetime) -> ColumnElement[bool]:
    """Links of this token and purpose that have not ended, nor were made by a clock that stood far ahead of this one."""
    at = microseconds(now)
    made = links.c.made_at <= at + length(CLOCK_MAY_DIFFER)
    return (links.c.token_digest == digest(token)) & (links.c.purpose == purpose) & (links.c.ends_at > at) & made


def _free(token: str, purpose: LinkPurpose, now: datetime) -> ColumnElement[bool]:
    return _standing(token, purpose, now) & links.c.used_at.is_(None)


def _link(connection: Connection, which: ColumnElement[bool]) -> Link | None:
    row = connection.execute(select(links).where(which)).mappings().first()
    return None if row is None else _as_link(row)


def _as_link(row: RowMapping) -> Link:
    told = {key: row[key] for key in ("purpose", "person", "patient")}
    ends = instant(int(str(row["ends_at"])))
    return msgspec.convert({**told, "ends": ends, "used_for": row["used_for"] or ""}, Link)


def patient_self(link: Link) -> Person:
    """The patient who answers by a check-in link: somebody who may do that, about themself, and nothing else."""
    roles = frozenset({SELF}) if link.purpose == "check-in" and link.patient else frozenset[str]()
    told = {"id": f"patient:{link.patient}", "name": "Patient", "roles": roles, "patient": link.patient}
    return msgspec.convert(told, Person)


def first_administrator_link(
    engine: Engine, people: Mapping[str, Person], *, now: datetime, lasts: timedelta = timedelta(hours=1)
) -> str | None:
    """The token of the link that is printed at the first run; None once there is an administrator who can come in."""
    if _has_administrator(engine, people):
        return None
    return make_link(engine, "first-administrator", now=now, lasts=lasts)


def _has_administrator(engine: Engine, people: Mapping[str, Person]) -> bool:
    named = [person.id for person in people.values() if person.active and "administrator" in person.roles]
    with transaction(engine, reads=True) as connection:
        return any(stored_hash(connection, person) is not None for person in named)
