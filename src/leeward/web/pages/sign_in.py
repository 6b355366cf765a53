"""The way in and out: sign-in by name and password, sign-out, and setting a password by a one-time link."""

from __future__ import annotations

import uuid

from leeward.record.people import Person, enter_person, sign_in_name
from leeward.record.permissions import GRANTED
from leeward.record.sessions import NotSignedIn, open_link, set_password_by_link, sign_in, sign_out
from leeward.ward.demo import DEMO_PASSWORD
from leeward.web.guard import own_address
from leeward.web.page import OPEN, SIGNED_IN, Page
from leeward.web.visit import Answer, Elsewhere, Refused, Shown, Visit


def show_sign_in(visit: Visit, says: str = "", status: int = 200) -> Answer:
    """The form of the way in; in a demo ward, a button a person."""
    if visit.person is not None and not says:
        return Elsewhere(to=own_address(visit.query.get("next", ""), first_page(visit.person)))
    people = [one for one in visit.house.ward.people.values() if one.active] if visit.house.demo else []
    house = visit.house
    nobody = not any(one.active and "administrator" in one.roles for one in house.ward.people.values())
    values = {
        "says": says,
        "done": visit.query.get("done") == "password",
        "nobody": nobody,
        "next": visit.text("next") or visit.query.get("next", ""),
        "demo_people": sorted(people, key=lambda one: ("administrator" in one.roles, sorted(one.roles))),
        "demo_password": DEMO_PASSWORD,
    }
    return Shown(template="sign_in.html", values=values, status=status)


def take_sign_in(visit: Visit) -> Answer:
    """Somebody tries to come in."""
    house = visit.house
    came = sign_in(
        house.record.engine,
        house.ward.people,
        name=visit.form.get("name", "")[:200],
        password=visit.form.get("password", "")[:1024],
        source=visit.source,
        now=visit.now,
        id=uuid.uuid4().hex,
        delays=house.delays,
        lasts=house.lasts,
        before=visit.token,
    )
    if came.entry is not None:
        house.record.append(came.entry, visit.now)
    if isinstance(came, NotSignedIn):
        return show_sign_in(visit, came.says, 401 if not came.wait else 429)
    return Elsewhere(to=own_address(visit.text("next"), first_page(came.person)), cookie=came.token)


def first_page(person: Person) -> str:
    """Where somebody begins: the board, or administration for those who see no chart by their role."""
    return "/" if person.roles & set(GRANTED["board-read"]) else "/administration"


def take_sign_out(visit: Visit) -> Answer:
    """Somebody goes."""
    house = visit.house
    entry = sign_out(house.record.engine, visit.token, source=visit.source, now=visit.now, id=uuid.uuid4().hex)
    if entry is not None:
        house.record.append(entry, visit.now)
    return Elsewhere(to="/sign-in", cookie="")


def show_first(visit: Visit) -> Answer:
    """The form behind the link that the first run prints."""
    if open_link(visit.house.record.engine, visit.path["token"], "first-administrator", visit.now) is None:
        begun = any(one.active and "administrator" in one.roles for one in visit.house.ward.people.values())
        mend = "There is an administrator: sign in." if begun else "Start Leeward again for a new one."
        raise Refused(404, "This link was used, has ended or was never made.", mend)
    return Shown(template="first.html")


def take_first(visit: Visit) -> Answer:
    """The first administrator: named, with a password of their own choice."""
    house, name, shown_name = visit.house, sign_in_name(visit.text("name")), visit.text("shown_name")
    if visit.form.get("password") != visit.form.get("again"):
        raise visit.wrong("again", "The two passwords differ.", "Type the same twice.")
    id = visit.fresh_id()
    entry = enter_person(
        person=name, name=shown_name, roles=["administrator"], people=house.ward.people, by=None, now=visit.now, id=id
    )
    set_password_by_link(
        house.record.engine,
        visit.path["token"],
        "first-administrator",
        person=name,
        name=shown_name,
        password=visit.form.get("password", ""),
        now=visit.now,
        id=id,
    )
    house.record.append(entry, visit.now)
    house.ward.catch_up()
    return Elsewhere(to="/sign-in?done=password&next=/administration")


def show_set_password(visit: Visit) -> Answer:
    """The form behind a link that an administrator made for somebody."""
    link = open_link(visit.house.record.engine, visit.path["token"], "set-password", visit.now)
    if link is None:
        raise Refused(404, "This link was used, has ended or was never made.", "Ask an administrator for a new one.")
    return Shown(
        template="set_password.html", values={"name": visit.house.ward.name_of(link.person), "id": link.person}
    )


def take_set_password(visit: Visit) -> Answer:
    """A password set by a link; then one signs in with it."""
    house = visit.house
    link = open_link(house.record.engine, visit.path["token"], "set-password", visit.now)
    if link is None:
        raise Refused(404, "This link was used, has ended or was never made.", "Ask an administrator for a new one.")
    if visit.form.get("password") != visit.form.get("again"):
        raise visit.wrong("again", "The two passwords differ.", "Type the same twice.")
    set_password_by_link(
        house.record.engine,
        visit.path["token"],
        "set-password",
        person=link.person,
        name=house.ward.name_of(link.person),
        password=visit.form.get("password", ""),
        now=visit.now,
        id=visit.fresh_id(),
    )
    return Elsewhere(to="/sign-in?done=password", cookie="")


PAGES = (
    Page(path="/sign-in", needs=OPEN, show=show_sign_in, take=take_sign_in),
    Page(path="/sign-out", needs=SIGNED_IN, take=take_sign_out),
    Page(path="/first/{token}", needs=OPEN, show=show_first, take=take_first),
    Page(path="/password/{token}", needs=OPEN, show=show_set_password, take=take_set_password),
)
