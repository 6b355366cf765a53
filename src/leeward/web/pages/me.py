"""One's own account: name and roles, the password, where one came in from, the end of all other sessions."""

from __future__ import annotations

import uuid
from itertools import islice
from typing import get_args

from leeward.record.own_password import change_password, end_sessions
from leeward.record.people import What, comings_of
from leeward.record.permissions import GRANTED
from leeward.web.page import SIGNED_IN, Page
from leeward.web.pages.administration import IN_WORDS
from leeward.web.visit import Answer, Elsewhere, Shown, Visit

COMINGS_SHOWN = 20

SAID = {"signed-in": "Signed in", "signed-out": "Signed out", "sign-in-failed": "A try that failed"}


def show_me(visit: Visit) -> Answer:
    """Who one is here, what one may do, and where one came in from."""
    person = visit.person
    assert person is not None
    may = {role: [said for name, said in IN_WORDS.items() if role in GRANTED[name]] for role in sorted(person.roles)}
    entries = visit.house.record.latest(by=person.id, kinds=get_args(What))
    comings = comings_of(islice(entries, COMINGS_SHOWN))
    values = {"one": person, "may_do": may, "comings": comings, "said": SAID, "done": visit.query.get("done", "")}
    return Shown(template="me.html", values=values)


def take_me(visit: Visit) -> Answer:
    """Change one's own password. Every session ends; this one begins anew."""
    person = visit.person
    assert person is not None
    if visit.form.get("password", "") != visit.form.get("again", ""):
        raise visit.wrong("again", "The two passwords differ.", "Type the same twice.")
    token = change_password(
        visit.house.record,
        person,
        old=visit.form.get("old", "")[:1024],
        new=visit.form.get("password", ""),
        source=visit.source,
        now=visit.now,
        id=uuid.uuid4().hex,
        lasts=visit.house.lasts,
        delays=visit.house.delays,
    )
    return Elsewhere(to="/me?done=password", cookie=token)


def take_sessions(visit: Visit) -> Answer:
    """End every session of one's own but this one, which gets a new token."""
    person = visit.person
    assert person is not None
    house, id = visit.house, uuid.uuid4().hex
    token = end_sessions(house.record, person, source=visit.source, now=visit.now, id=id, lasts=house.lasts)
    return Elsewhere(to="/me?done=sessions", cookie=token)


PAGES = (
    Page(path="/me", needs=SIGNED_IN, show=show_me, take=take_me),
    Page(path="/me/sessions", needs=SIGNED_IN, take=take_sessions),
)
