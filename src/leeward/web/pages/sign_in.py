"""The way in and out: sign-in by name and password, sign-out, and setting a password by a one-time link."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import msgspec

from leeward.errors import BadInput
from leeward.record.entries import Draft
from leeward.record.own_password import set_password_by_link
from leeward.record.passwords import check_password
from leeward.record.people import Person, enter_person, sign_in_name
from leeward.record.permissions import GRANTED
from leeward.record.sessions import (
    NotSignedIn,
    form_token,
    open_link,
    sign_in,
    sign_out,
)
from leeward.ward.demo import DEMO_PASSWORD
from leeward.web.charting import Slips
from leeward.web.guard import own_address
from leeward.web.page import OPEN, SIGNED_IN, Page
from leeward.web.signed_out import carried, handed_back
from leeward.web.visit import Answer, Elsewhere, Refused, Shown, Visit


def show_sign_in(visit: Visit, says: str = "", status: int = 200) -> Answer:
    """The form of the way in; in a demo ward, a button a person."""
    if visit.person is not None and not says:
        return Elsewhere(to=_goes_to(visit.query.get("next", ""), visit.person))
    people = [one for one in visit.house.ward.people.values() if one.active] if visit.house.demo else []
    house = visit.house
    nobody = not any(one.active and "administrator" in one.roles for one in house.ward.people.values())
    values = {
        "says": says,
        "done": visit.query.get("done") == "password",
        "nobody": nobody,
        "carried": carried(visit),
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
    to = _goes_to(visit.text("next"), came.person)
    if fields := handed_back(visit, came.person):
        values = {"name": came.person.name, "to": to, "fields": fields, "form_token": form_token(came.token)}
        return Shown(template="signed_in_again.html", values=values, cookie=came.token)
    return Elsewhere(to=to, cookie=came.token)


def _goes_to(asked: str, person: Person) -> str:
    """The page that was asked for before; the board is the first page only of those who may see it."""
    return own_address("" if asked == "/" else asked, first_page(person))


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
    _all_faults_of_first(visit, name, shown_name)
    set_password_by_link(
        house.record,
        visit.path["token"],
        "first-administrator",
        person=name,
        name=shown_name,
        password=visit.form.get("password", ""),
        source=visit.source,
        now=visit.now,
        id=visit.fresh_id(),
        besides=[_administrator(visit, name, shown_name)],
    )
    house.ward.catch_up()
    return Elsewhere(to="/sign-in?done=password&next=/administration")


def _all_faults_of_first(visit: Visit, name: str, shown_name: str) -> None:
    """Raise BadInput with every fault of the form, each at its field."""
    slips, password = Slips(), visit.form.get("password", "")
    checks: tuple[tuple[str, Callable[[], object]], ...] = (
        ("shown_name", lambda: _administrator(visit, "somebody", shown_name)),
        ("name", lambda: _administrator(visit, name, "Somebody")),
        ("password", lambda: check_password(password, name, shown_name)),
    )
    for field, check in checks:
        try:
            check()
        except BadInput as wrong:
            slips.problems += [msgspec.structs.replace(one, path=field) for one in wrong.problems]
    if password != visit.form.get("again", ""):
        slips.add("again", "The two passwords differ.", "Type the same twice.")
    slips.refuse()


def _administrator(visit: Visit, name: str, shown_name: str) -> Draft:
    """The entry of the first administrator."""
    return enter_person(
        person=name,
        name=shown_name,
        roles=["administrator"],
        people=visit.house.ward.people,
        by=None,
        now=visit.now,
        id=visit.fresh_id(),
    )


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
        house.record,
        visit.path["token"],
        "set-password",
        person=link.person,
        name=house.ward.name_of(link.person),
        password=visit.form.get("password", ""),
        source=visit.source,
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
