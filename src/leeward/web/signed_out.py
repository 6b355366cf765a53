"""What was typed into a form whose session had ended: handed back to the same person once they signed in again.

The session may have run out, or somebody signed in anew in another tab of the same browser. What was typed stands in the page alone, is kept nowhere else and writes nothing by itself: after the sign-in the form is shown again,
filled, and is sent by hand. Whose it is the token of the form tells; who signs in as somebody else gets none of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from leeward.record.people import Person
from leeward.record.sessions import form_of
from leeward.record.trouble import RecordTrouble
from leeward.ward.demo import DEMO_PASSWORD
from leeward.web.visit import Visit

TYPED = "typed:"
"""Stands before the name of each field while it is carried through the sign-in."""

SHOW_AGAIN = "show-again"
"""The field of a form that is to be shown with what was typed, and not to be taken."""

_NOT_TYPED = re.compile(
    r"form|id|seen|do|digest|since|entry|plan|option|step|next|for|list|noted|asked_why|(?:due-)?key-\d+|(?:read|need)[-_].+"
)
"""Fields that a page fills in itself, or that are ticks: nobody typed them, and nobody has to type them again."""


def is_secret(field: str) -> bool:
    """Whether a field holds a password, which no page shows or carries again."""
    return "password" in field or field in ("old", "new", "again")


Fields = tuple[tuple[str, str], ...]


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """Whose form it was, the page that it belongs to, and its fields under the names that carry them."""

    person: Person
    to: str
    fields: Fields
    demo_password: str


def kept_for(visit: Visit) -> Kept | None:
    """What the form carried, for who opened its page; None where it does not come from a page of anybody's session."""
    house = visit.house
    try:
        person = house.ward.people.get(form_of(house.record.engine, visit.form.get("form")))
    except RecordTrouble:
        return None
    if person is None or not person.active:
        return None
    fields = tuple(
        (f"{TYPED}{name}", value)
        for name, values in visit.forms.items()
        if name != SHOW_AGAIN and not is_secret(name)
        for value in values
    )
    return Kept(person=person, to=visit.url, fields=fields, demo_password=DEMO_PASSWORD if house.demo else "")


def carried(visit: Visit) -> Fields:
    """The fields that a sign-in carries, under the names that carry them."""
    return tuple((name, value) for name, values in visit.forms.items() if name.startswith(TYPED) for value in values)


def handed_back(visit: Visit, to: Person) -> Fields:
    """The fields that a sign-in carried, under their own names; none to somebody else than who opened their form."""
    if form_of(visit.house.record.engine, visit.form.get(f"{TYPED}form")) != to.id:
        return ()
    return tuple((name.removeprefix(TYPED), value) for name, value in carried(visit) if name != f"{TYPED}form")


def typed_in(form: Mapping[str, str]) -> dict[str, str]:
    """What somebody typed into a form, so that it can be shown where the form itself cannot be; no secret is in it."""
    return {
        name: said for name, said in form.items() if said and not _NOT_TYPED.fullmatch(name) and not is_secret(name)
    }
