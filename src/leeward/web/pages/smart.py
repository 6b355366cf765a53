"""Opened from a record system (SMART App Launch): sent there to sign in, and let in when the browser comes back.

Who signed in there is let in only as the person of Leeward whom the file of record systems names for them; nobody gets an
account or a role by a launch. Nothing is fetched from an address that does not stand in that file.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import quote

import msgspec

from leeward.errors import BadInput, shown
from leeward.record.people import Person, coming
from leeward.record.permissions import GRANTED
from leeward.record.sessions import let_in
from leeward.smart.discovery import Configuration
from leeward.smart.fetching import client_for_records
from leeward.smart.granted import Granted
from leeward.smart.launching import Begun, begin, finish
from leeward.smart.proving import public_keys
from leeward.smart.registered import BACK, Registered
from leeward.web.launches import BUSY, IN_HALF_A_MINUTE, OnItsWay, Opened, mark_of
from leeward.web.page import OPEN, Page
from leeward.web.pages.sign_in import first_page
from leeward.web.visit import Answer, Elsewhere, Mark, Refused, Sent, Shown, Visit

STATUS = {
    "LW-0942": 502,
    "LW-0943": 502,
    "LW-0944": 400,
    "LW-0945": 502,
    "LW-0946": 403,
    "LW-0947": 403,
    "LW-0948": 502,
    "LW-0949": 503,
}
"""How a launch that broke off is answered: what the record system did wrong is no fault of who asks."""

Found = TypeVar("Found")


def asked_there(visit: Visit, ask: Callable[[], Found]) -> Found:
    """What asking a record system gives. Raises Refused with one sentence where it fails, and where too many wait."""
    with visit.house.launches.place(visit.source, visit.person.id if visit.person else "") as free:
        if not free:
            raise Refused(503, BUSY, IN_HALF_A_MINUTE)
        return in_a_sentence(ask)


def in_a_sentence(ask: Callable[[], Found]) -> Found:
    """What asking a record system gives. Raises Refused with one sentence where it fails."""
    try:
        return ask()
    except BadInput as wrong:
        problem = wrong.problems[0]
        mend = f"{problem.mend} ({problem.code})".strip()
        raise Refused(STATUS.get(problem.code, 422), problem.says, mend) from None


def show_begin(visit: Visit) -> Answer:
    """The record systems that one can begin from, each with its link."""
    systems = visit.house.record_systems.servers.values()
    if not systems:
        raise Refused(404, "Leeward is registered at no record system.", "Sign in with name and password.")
    rows = [(one.called, f"/smart/standalone?iss={quote(one.base, safe='')}") for one in systems]
    return Shown(template="smart_begin.html", values={"systems": rows})


def show_launch(visit: Visit) -> Answer:
    """A record system opens Leeward from a chart: the browser goes on to sign in there."""
    launch = visit.query.get("launch", "")
    if not launch:
        says = "The record system did not say which chart was open (launch is missing)."
        raise Refused(400, says, "Have the launch address set up there as this server's /smart/launch.")
    return _sent_there(visit, launch)


def show_standalone(visit: Visit) -> Answer:
    """Somebody begins here: the browser goes on to sign in at the record system and to choose a patient there."""
    return _sent_there(visit, "")


def _sent_there(visit: Visit, launch: str) -> Elsewhere:
    house, iss = visit.house, visit.query.get("iss", "")
    registered = house.record_systems.named(iss)
    if registered is None:
        says = "Leeward is not registered at this record system, and asked it nothing."
        raise Refused(
            403, says, "Have it added to the file of record systems (--ehr), or sign in with name and password."
        )
    if not house.record_systems.alone(registered):
        says = "Two record systems send people back to one address, and each could pass for the other."
        raise Refused(403, says, "Have each given a callback of its own in the file of record systems (--ehr).")
    configuration = in_a_sentence(lambda: _configuration(visit, registered))
    begun = in_a_sentence(
        lambda: begin(
            configuration,
            registered,
            redirect_uri=f"{visit.base_url}{registered.back}",
            now=visit.now,
            launch=launch,
            iss=iss if launch else "",
        )
    )
    name, value = house.launches.sealed(begun, from_chart=bool(launch), browser=_browser(visit))
    return Elsewhere(to=begun.address, mark=Mark(name=name, value=value))


def _browser(visit: Visit) -> str:
    """What tells this browser from others: what it says that it is and, where no TLS keeps its cookies, where it asks from."""
    told = visit.agent if visit.house.secure else f"{visit.source} {visit.agent}"
    return hashlib.sha256(told.encode()).hexdigest()


def _configuration(visit: Visit, registered: Registered) -> Configuration:
    return visit.house.launches.configurations.of(registered.base, Refused(503, BUSY, IN_HALF_A_MINUTE))


def show_callback(visit: Visit) -> Answer:
    """The browser comes back: who signed in is let in, and goes on to the chart that was open there."""
    launches, state = visit.house.launches, visit.query.get("state", "")
    on_its_way = launches.on_its_way(state, visit.marks, visit.now, _browser(visit))
    registered = visit.house.record_systems.named(on_its_way.base) if on_its_way else None
    # Where an answer comes to the address of another record system, that one's answer is being passed off as this one's.
    if on_its_way is None or registered is None or registered.back != visit.url.partition("?")[0]:
        raise _not_begun_here()
    begun, granted = asked_there(visit, lambda: _finished(visit, on_its_way, registered))
    person = _person(visit, begun.registered, granted)
    came = let_in(
        visit.house.record.engine,
        person,
        source=visit.source,
        because=f"by {begun.registered.called}",
        now=visit.now,
        id=uuid.uuid4().hex,
        lasts=visit.house.lasts,
        before=visit.token,
    )
    visit.house.record.append(came.entry, visit.now)
    gone = Mark(name=mark_of(state), value="")
    if not person.roles & set(GRANTED["board-read"]):
        return Elsewhere(to=first_page(person), cookie=came.token, mark=gone)
    opened = Opened(
        person=person.id,
        registered=begun.registered,
        configuration=begun.configuration,
        patient=granted.patient,
        granted=granted,
    )
    return Elsewhere(to=f"/smart/chart/{launches.open(opened, visit.now)}", cookie=came.token, mark=gone)


def _finished(visit: Visit, on_its_way: OnItsWay, registered: Registered) -> tuple[Begun, Granted]:
    """The launch and what it ended with; its answer is spent once there is a place to trade it, and not before."""
    begun = on_its_way.begun(registered, _configuration(visit, registered))
    if not visit.house.launches.spend(begun.state, visit.now):
        raise _not_begun_here()
    with client_for_records() as client:
        return begun, finish(client, begun, visit.query, visit.now)


def _not_begun_here() -> Refused:
    says = "This sign-in was not begun in this browser, was answered before, or took too long. Nobody was signed in."
    return Refused(400, says, "Begin again from the chart.")


def show_keys(visit: Visit) -> Answer:
    """The public halves of the keys by which Leeward proves itself, for record systems to fetch."""
    try:
        told = public_keys(visit.house.record_systems)
    except BadInput as wrong:
        raise Refused(503, wrong.problems[0].says, wrong.problems[0].mend) from None
    return Sent(content=msgspec.json.encode(told), media_type="application/json")


def _person(visit: Visit, registered: Registered, granted: Granted) -> Person:
    """The person of Leeward who signed in there. Raises Refused where nobody said who they are here."""
    house = visit.house
    person = house.ward.people.get(registered.account_of(granted.fhir_user))
    if person is not None and person.active:
        return person
    entry = coming(
        "sign-in-failed",
        person=person.id if person else "",
        source=visit.source,
        because=f"no account for who signed in at {registered.called}",
        now=visit.now,
        id=uuid.uuid4().hex,
    )
    house.record.append(entry, visit.now)
    there = shown(granted.fhir_user.removeprefix(f"{registered.base}/"), 80)
    says = f"{registered.called} knows you as {there}, and Leeward has no account for that. Nobody was signed in."
    mend = "Whoever looks after Leeward can add you to the file of record systems (--ehr); or sign in with name and password."
    raise Refused(403, says, mend)


PAGES = (
    Page(path="/smart", needs=OPEN, show=show_begin),
    Page(path="/smart/keys", needs=OPEN, show=show_keys),
    Page(path="/smart/launch", needs=OPEN, show=show_launch, waits=True),
    Page(path="/smart/standalone", needs=OPEN, show=show_standalone, waits=True),
    Page(path=BACK, needs=OPEN, show=show_callback, waits=True),
    Page(path=f"{BACK}/{{callback}}", needs=OPEN, show=show_callback, waits=True),
)
