"""A password set or changed: the hash, the end of every session and the entry that tells of it, on disk together or not at all.

A password that became another one unseen would let somebody sign as another person; so nothing changes it without an entry.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from leeward.errors import BadInput
from leeward.record.access import transaction
from leeward.record.drafts import checked
from leeward.record.entries import Draft
from leeward.record.passwords import (
    Delays,
    check_password,
    delayed_until,
    forgive,
    hash_of,
    keep_password,
    note_try,
    stored_hash,
    verified,
    withdraw_try,
)
from leeward.record.people import BY_ITSELF, Person, coming
from leeward.record.sessions import (
    Lasts,
    Link,
    LinkPurpose,
    begin,
    revoke_all,
    standing_link,
    use_link,
    wait_words,
)
from leeward.record.storage import Record


def set_password_by_link(
    record: Record,
    token: str,
    purpose: LinkPurpose,
    *,
    person: str,
    name: str,
    password: str,
    source: str,
    now: datetime,
    id: str,
    besides: Sequence[Draft] = (),
) -> Link:
    """Set a password by a one-time link, end every session of the person and open the lock that failures had shut.

    Raises BadInput; then the link still works. At the first run `person` is the name that the administrator chose, else
    the one that the link was made for; `besides` are entries written with it, such as that of who comes in first. `id` is
    that of the form: sent again, it is the same use of the link.
    """
    check_password(password, person, name)
    with transaction(record.engine, reads=True) as connection:
        _for_person(standing_link(connection, token, purpose, now), person)
    kept = hash_of(password)
    entries = [checked(one, now) for one in (*besides, _entry(person, "by-link", source, now, f"{id}-password"))]
    with record.writing(now) as writing:
        link = _for_person(use_link(writing.connection, token, purpose, now=now, used_for=id), person)
        keep_password(writing.connection, person, kept, now)
        revoke_all(writing.connection, person, now)
        forgive(writing.connection, person, "")
        writing.add_all(entries)
    return link


def _for_person(link: Link | None, person: str) -> Link:
    """The link, where this person may set a password by it."""
    makes_first = link is not None and link.purpose == "first-administrator"
    if link is None or not (makes_first or (link.purpose == "set-password" and link.person == person)):
        says = "This link was used, has ended or was never made."
        raise BadInput.one("LW-0774", "link", says, "Ask an administrator for a new one.")
    return link


def change_password(
    record: Record,
    person: Person,
    *,
    old: str,
    new: str,
    source: str,
    now: datetime,
    id: str,
    lasts: Lasts,
    delays: Delays,
) -> str:
    """Change one's own password; every session ends, and the token of a new one is returned.

    Raises BadInput: LW-0775 where the old one is another, LW-0776 after too many such tries. They are counted, and written
    down, with those at the door, since an open screen is no proof of who sits before it.
    """
    attempt = secrets.token_hex(16)
    with transaction(record.engine) as connection:
        note_try(connection, person.id, source, now, attempt)
        until = delayed_until(connection, person.id, source, now, delays, besides=attempt)
        if until is not None:
            withdraw_try(connection, attempt)
        stored = stored_hash(connection, person.id)
    if until is not None:
        raise BadInput.one("LW-0776", "old", wait_words(until - now), "Nothing was changed.")
    if not verified(stored, old):
        because = "wrong password when it was to be changed"
        record.append(coming("sign-in-failed", person=person.id, source=source, because=because, now=now, id=id), now)
        raise BadInput.one(
            "LW-0775", "old", "The password until now is another.", "Type it again; nothing was changed."
        )
    try:
        check_password(new, person.id, person.name)
    except BadInput:
        with transaction(record.engine) as connection:
            withdraw_try(connection, attempt)
        raise
    kept = hash_of(new)
    with record.writing(now) as writing:
        forgive(writing.connection, person.id, attempt)
        keep_password(writing.connection, person.id, kept, now)
        revoke_all(writing.connection, person.id, now)
        writing.add(checked(_entry(person.id, "changed", source, now, id), now))
        return begin(writing.connection, person.id, now, lasts)


def end_sessions(record: Record, person: Person, *, source: str, now: datetime, id: str, lasts: Lasts) -> str:
    """End every session of one's own, and return the token of a new one."""
    because = "every other session of one's own was ended"
    entry = coming("signed-out", person=person.id, source=source, because=because, now=now, id=id)
    with record.writing(now) as writing:
        revoke_all(writing.connection, person.id, now)
        writing.add(checked(entry, now))
        return begin(writing.connection, person.id, now, lasts)


def _entry(person: str, how: Literal["changed", "by-link"], source: str, now: datetime, id: str) -> Draft:
    """That somebody's password is another one now. Never the password."""
    body = {"setting": "password", "person": person, "how": how, "source": source}
    return Draft(id=id, kind="setting", patient="", at=now.isoformat(), by=person, role=BY_ITSELF, body=body)
