"""People who work with the record, and who came in: both computed from the entries, the last word about a person standing.

An entry of kind `person` holds the whole of what is said about one person. Passwords never stand in it.

    {"person": "a.reyes", "name": "Ana Reyes", "roles": ["nurse"], "active": true}
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, Final, Literal, get_args

import msgspec

from leeward.errors import BadInput, shown
from leeward.model.shapes import is_list
from leeward.record.entries import Draft, Entry

Role = Literal["nurse", "prescriber", "pharmacist", "safety-officer", "administrator", "patient-self"]
STAFF_ROLES: tuple[Role, ...] = ("nurse", "prescriber", "pharmacist", "safety-officer", "administrator")
"""Roles that a person with an account may hold; `patient-self` is held only through a one-time link."""

SELF: Final = "patient-self"
"""Who is named as the writer of what a patient answers through a link; also their role."""
BY_ITSELF: Final = "system"
"""Who is named where Leeward writes by itself."""
NOBODYS = frozenset((SELF, BY_ITSELF, "patient"))
"""No account has one of these names: what Leeward writes under them would seem to be somebody's."""

SIGN_IN_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?")
LONGEST_NAME = 120


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who may be let in. `patient` is set only for a patient answering about themself."""

    id: str
    name: str
    roles: frozenset[Role]
    active: bool = True
    patient: str = ""


What = Literal["signed-in", "signed-out", "sign-in-failed"]


class Coming(msgspec.Struct, frozen=True, kw_only=True):
    """A sign-in, a sign-out or a sign-in that failed; `person` is empty where nobody of that name is known."""

    what: What
    person: str
    source: str
    because: str
    at: datetime


def sign_in_name(typed: str) -> str:
    """A name as it is compared: without spaces around it and in small letters.

    >>> sign_in_name(" A.Reyes ")
    'a.reyes'
    """
    return typed.strip().casefold()


def people_of(entries: Iterable[Entry]) -> dict[str, Person]:
    """Everybody who was ever entered, by id, as the last entry about them says. Unreadable entries let nobody in."""
    found: dict[str, Person] = {}
    for entry in entries:
        if entry.kind == "person":
            told = entry.body.get("person")
            if isinstance(told, str) and told and told not in NOBODYS:
                found[told] = _person(told, entry.body)
    return found


def _person(id: str, body: Mapping[str, Any]) -> Person:
    roles = body.get("roles")
    held: frozenset[Role] = frozenset(role for role in STAFF_ROLES if is_list(roles) and role in roles)
    name = body.get("name")
    return Person(
        id=id, name=name if isinstance(name, str) else id, roles=held, active=body.get("active") is True and bool(held)
    )


def comings_of(entries: Iterable[Entry]) -> tuple[Coming, ...]:
    """Who came, went and failed to come in, oldest first: what the audit page shows."""
    return tuple(_coming(entry) for entry in entries if entry.kind in get_args(What))


def _coming(entry: Entry) -> Coming:
    said = {key: str(entry.body.get(key, "")) for key in ("person", "source", "because")}
    return msgspec.convert({"what": entry.kind, **said, "at": entry.at}, Coming)


def enter_person(
    *,
    person: str,
    name: str,
    roles: Collection[str],
    active: bool = True,
    people: Mapping[str, Person],
    by: Person | None,
    now: datetime,
    id: str,
) -> Draft:
    """The entry that adds a person, or says anew what they are called, what they may do and whether they come in.

    `people` is everybody as they stand now; `by` is None only where Leeward acts by itself, at the first run. Raises
    BadInput for a name or a role that cannot be, and where nobody would be left who can let people in.
    """
    body = _body(person, name, roles, active)
    _keep_an_administrator(body, people)
    by_and_role = (BY_ITSELF, BY_ITSELF) if by is None else (by.id, "administrator")
    return Draft(
        id=id, kind="person", patient="", at=now.isoformat(), by=by_and_role[0], role=by_and_role[1], body=body
    )


def _body(person: str, name: str, roles: Collection[str], active: bool) -> dict[str, Any]:
    person = sign_in_name(person)
    if not SIGN_IN_NAME.fullmatch(person) or person in NOBODYS:
        says = f"'{shown(person)}' cannot be a sign-in name."
        raise BadInput.one("LW-0701", "person", says, "Use up to 64 letters, digits, dots, hyphens or underscores.")
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        says = "A person needs a name to sign with."
        raise BadInput.one("LW-0702", "name", says, f"Give the name, in at most {LONGEST_NAME} characters.")
    unknown = sorted(set(roles) - set(STAFF_ROLES))
    if unknown or not roles:
        says = f"'{shown(unknown[0])}' is not a role." if unknown else "A person needs a role."
        raise BadInput.one("LW-0703", "roles", says, f"Choose from {', '.join(STAFF_ROLES)}.")
    return {"person": person, "name": name, "roles": [role for role in STAFF_ROLES if role in roles], "active": active}


def _keep_an_administrator(body: Mapping[str, Any], people: Mapping[str, Person]) -> None:
    now_in = {one.id for one in people.values() if one.active and "administrator" in one.roles}
    stays = body["active"] and "administrator" in body["roles"]
    if now_in == {body["person"]} and not stays:
        says = "This is the only administrator."
        raise BadInput.one("LW-0704", "person", says, "Make another person administrator first.")


def coming(
    what: What,
    *,
    person: str,
    source: str,
    because: str = "",
    now: datetime,
    id: str,
) -> Draft:
    """The entry for a sign-in, a sign-out or a failure. `person` is an id that is known, or empty: never what was typed."""
    return Draft(
        id=id,
        kind=what,
        patient="",
        at=now.isoformat(),
        by=person or BY_ITSELF,
        role=BY_ITSELF,
        body={"person": person, "source": source, "because": because},
    )
