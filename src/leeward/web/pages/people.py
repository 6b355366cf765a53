"""People who work with the record: let in, named, given roles, given a link to set a password, let in no more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import msgspec

from leeward.errors import BadInput
from leeward.record.access import transaction
from leeward.record.people import STAFF_ROLES, Person, enter_person, sign_in_name
from leeward.record.sessions import make_link, revoke_all
from leeward.record.trouble import Conflict
from leeward.web.page import Page
from leeward.web.visit import Answer, Elsewhere, Refused, Shown, Visit

LINK_LASTS = timedelta(hours=24)

DOES = {
    "nurse": "Charts, scores, gives what is ordered.",
    "prescriber": "As a nurse; changes, signs and refuses plans, exports.",
    "pharmacist": "Reads charts, charts medicines, writes notes.",
    "safety-officer": "Reads who did what; sees no chart without breaking the glass.",
    "administrator": "Lets people in, sets the policy; sees no chart without breaking the glass.",
}
"""What a role is for, in a line; the table of permissions says it all."""


def show_people(visit: Visit) -> Answer:
    """Everybody, and the form for one more."""
    everybody = sorted(visit.house.ward.people.values(), key=lambda one: (not one.active, one.name.casefold()))
    return Shown(template="people.html", values={"people": everybody, **_role_choices(visit, frozenset())})


def take_people(visit: Visit) -> Answer:
    """One more person. A sign-in name is never taken over: what it signed would be somebody else's."""
    person, seen = sign_in_name(visit.text("person")), _seen(visit)
    if person in visit.house.ward.people and not _sent_before(visit, person):
        says = "Somebody has this sign-in name."
        raise visit.wrong("person", says, "Take another one; a name is never used for a second person.")
    _enter(visit, person, seen, active=True)
    return Elsewhere(to=f"/administration/people/{person}?done=added")


def _sent_before(visit: Visit, person: str) -> bool:
    """Whether this same form let this person in already: a form sent twice is done once."""
    entries = visit.house.ward.about_record
    return any(entry.id == visit.fresh_id() and entry.body.get("person") == person for entry in entries)


def show_person(visit: Visit) -> Answer:
    """One person: what they are called, what they may do, whether they come in."""
    person = _person(visit)
    values = {"one": person, "done": visit.query.get("done", ""), **_role_choices(visit, person.roles)}
    values["active"] = visit.text("active") or ("yes" if person.active else "no")
    return Shown(template="people_one.html", values=values)


def take_person(visit: Visit) -> Answer:
    """Say anew what somebody is called, what they may do and whether they come in."""
    seen, person = _seen(visit), _person(visit)
    if visit.text("active") not in ("yes", "no"):
        raise visit.wrong("active", "It is not said whether this person comes in.", "Choose one.")
    active = visit.text("active") == "yes"
    _enter(visit, person.id, seen, active=active)
    if not active:
        with transaction(visit.house.record.engine) as connection:
            revoke_all(connection, person.id, visit.now)
    return Elsewhere(to=f"/administration/people/{person.id}?done={'changed' if active else 'shut-out'}")


def take_link(visit: Visit) -> Answer:
    """Make a link by which somebody sets a password. It is shown once; that it was made is written down."""
    person = _person(visit)
    if not person.active:
        raise Refused(409, "This person does not come in, so a password would open nothing.", "Let them in first.")
    ends = visit.now + LINK_LASTS
    body = {"setting": "set-password-link", "person": person.id, "until": ends.isoformat()}
    visit.write(visit.draft("setting", body))
    token = make_link(visit.house.record.engine, "set-password", person=person.id, now=visit.now, lasts=LINK_LASTS)
    values = {"one": person, "link": f"{visit.house.public_url}/password/{token}", "ends": ends}
    return Shown(template="people_link.html", values=values)


def _person(visit: Visit) -> Person:
    person = visit.house.ward.people.get(visit.path["person"])
    if person is None:
        raise Refused(404, "There is nobody of this sign-in name.", "Look at the list of people.")
    return person


def _seen(visit: Visit) -> int:
    """The last entry about anybody who comes in: what is decided by it is written only where no other came since."""
    return max((entry.number for entry in visit.house.ward.about_record if entry.kind == "person"), default=0)


def _enter(visit: Visit, person: str, seen: int, *, active: bool) -> None:
    try:
        draft = enter_person(
            person=person,
            name=visit.text("name"),
            roles=visit.forms.get("roles", ()),
            active=active,
            people=visit.house.ward.people,
            by=visit.person,
            now=visit.now,
            id=visit.fresh_id(),
        )
    except BadInput as wrong:
        raise BadInput(
            [msgspec.structs.replace(one, path=_field(one.code, one.path, active)) for one in wrong.problems]
        ) from None
    try:
        visit.write(msgspec.structs.replace(draft, unless_changed_since=seen))
    except Conflict:
        says = "Somebody else changed who comes in at the same moment. Nothing of this was written."
        raise Refused(409, says, "Look at the list, and do it again where it is still right.") from None


def _field(code: str, path: str, active: bool) -> str:
    """The field at which a problem is said: the last administrator is kept where it was taken away."""
    if code == "LW-0704":
        return "roles" if active else "active"
    return path


def _role_choices(visit: Visit, held: frozenset[str]) -> Mapping[str, object]:
    chosen = set(visit.forms.get("roles", ())) if visit.method == "POST" else set(held)
    return {"role_choices": [(role, DOES[role]) for role in STAFF_ROLES], "chosen": chosen}


PAGES = (
    Page(path="/administration/people", needs="people-write", show=show_people, take=take_people),
    Page(path="/administration/people/{person}", needs="people-write", show=show_person, take=take_person),
    Page(path="/administration/people/{person}/link", needs="people-write", take=take_link),
)
