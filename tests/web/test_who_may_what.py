"""Role by page by action: what the table of permissions does not grant is refused, by the page and by its form alike."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from leeward.record.entries import Draft
from leeward.record.permissions import GRANTED, OF_ONE_CHART
from leeward.record.sessions import form_token
from leeward.web.guard import COOKIE
from leeward.web.table import PAGES
from tests.web.conftest import NOW, Clock, demo_house, signing_in


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """One ward for the whole table: what is refused changes nothing, and what is taken is taken once."""
    yield from demo_house(tmp_path_factory.mktemp("ward"), Clock())


@pytest.fixture(scope="module")
def someone(house):
    return signing_in(house)


STAFF = {
    "nurse": "n.park",
    "prescriber": "a.reyes",
    "pharmacist": "j.lindqvist",
    "safety-officer": "m.haddad",
    "administrator": "admin",
}
FILLED = {
    "patient": "demo-1",
    "instrument": "cows",
    "option": "buprenorphine-standard",
    "number": "1",
    "language": "en",
    "statement": "EV-K-005",
}
SENT: Mapping[str, Mapping[str, str]] = {"/patients/{patient}/plan": {"option": "buprenorphine-standard"}}
"""What a form must name to be looked at; the others are sent empty."""

ASKED: Mapping[str, str] = {"/signals/product": "?name=KRATOM", "/signals/pair": "?product=KRATOM&event=CONVULSION"}
"""What an address must ask for, to be of anything."""

GUARDED = [page for page in PAGES if page.needs not in ("open", "signed-in")]


def address(path: str, **given: str) -> str:
    return re.sub(r"{(\w+)(?::\w+)?}", lambda found: (FILLED | given).get(found[1], "x"), path)


@pytest.fixture(scope="module")
def here(house):
    """The address at which somebody finds what a page is about: an entry of theirs, somebody of the ward, a rule."""
    entries = tuple(house.record.entries(patient="demo-1"))

    def numbered(kind, by=""):
        return str(next(entry.number for entry in entries if entry.kind == kind and by in ("", entry.by)))

    notes = {
        person: house.record.append(
            Draft(
                id=f"note-of-{person}", kind="counselling-note", patient="demo-1", at=NOW.isoformat(), by=person,
                role=role, body={"text": "What was said."},
            ),
            NOW,
        ).number
        for role, person in STAFF.items()
        if granted("counselling-notes-write", role)
    }  # fmt: skip

    def found(page, role):
        given = {"number": numbered("exposure"), "person": "n.park", "section": "rules", "id": "NTX-02"}
        if page.path.startswith("/patients/{patient}/counselling-notes"):
            given["number"] = str(notes.get(STAFF[role], 1))
        query = f"?entry={numbered('score')}" if page.path.endswith("/done") and page.show else ASKED.get(page.path, "")
        return address(page.path, **given) + query

    return found


def granted(permission: str, role: str) -> bool:
    return role in GRANTED[permission]  # type: ignore[index]


def test_every_guarded_page_asks_a_permission_that_fits_it():
    for page in GUARDED:
        for permission in filter(None, (page.needs, page.take_needs)):
            assert permission in GRANTED, page.path
            assert page.of_one_chart == (permission in OF_ONE_CHART), f"{page.path} asks {permission}"


def test_what_shows_a_chart_asks_for_its_parts():
    """Everything under a person's address says which parts of the chart leave; those that take a form only do not."""
    silent = {page.path for page in PAGES if page.of_one_chart and page.show and not page.parts}
    assert not silent


@pytest.mark.parametrize("role", STAFF)
@pytest.mark.parametrize("page", [page for page in GUARDED if page.show], ids=lambda page: page.path)
def test_a_page_is_shown_to_those_it_is_granted_to_and_to_nobody_else(someone, house, here, page, role):
    before = house.record.last_number()
    came = someone(STAFF[role]).client.get(here(page, role), follow_redirects=False)
    if granted(page.needs, role):
        assert came.status_code not in (401, 403, 404, 500), came.text[:2000]
    else:
        assert came.status_code == 403 and "Demo, " not in came.text
        assert house.record.last_number() == before


@pytest.mark.parametrize("role", STAFF)
@pytest.mark.parametrize("page", [page for page in GUARDED if page.take], ids=lambda page: page.path)
def test_a_form_is_taken_from_those_it_is_granted_to_and_from_nobody_else(someone, house, here, page, role):
    before, one = house.record.last_number(), someone(STAFF[role])
    form = {"form": form_token(one.client.cookies[COOKIE]), "id": "0" * 32}
    came = one.client.post(here(page, role), data=form | SENT.get(page.path, {}), follow_redirects=False)
    if granted(page.take_needs or page.needs, role):
        assert came.status_code not in (401, 403, 404, 500), came.text[:2000]
    else:
        assert came.status_code == 403 and "Demo, " not in came.text
        assert house.record.last_number() == before


@pytest.mark.parametrize("page", [page for page in PAGES if page.needs != "open"], ids=lambda page: page.path)
def test_nobody_gets_anything_without_a_session_or_with_a_forged_one(someone, house, page):
    before = house.record.last_number()
    for cookie in ("", "forged", "A" * 43, "%00%ff", "x" * 4000):
        one = someone("")
        if cookie:
            one.client.cookies.set(COOKIE, cookie)
        if page.show:
            shown = one.client.get(address(page.path), follow_redirects=False)
            assert shown.status_code == 303 and shown.headers["location"].startswith("/sign-in") and not shown.text
        if page.take:
            sent = one.client.post(address(page.path), data={"form": "0" * 64}, follow_redirects=False)
            assert sent.status_code == 401 and "Demo, " not in sent.text
    assert house.record.last_number() == before


@pytest.mark.parametrize("page", [page for page in GUARDED if page.of_one_chart], ids=lambda page: page.path)
def test_an_unknown_person_is_told_apart_only_to_those_who_may_see_everybody(someone, page):
    """Without the permission the refusal is the same, to the letter, for a patient and for nobody."""
    for method in filter(None, ("get" if page.show else "", "post" if page.take else "")):
        needed = page.needs if method == "get" else page.take_needs or page.needs
        role = next((role for role in STAFF if not granted(needed, role)), None)
        if role is None:
            continue
        one = someone(STAFF[role])
        given = {"data": {"form": form_token(one.client.cookies[COOKIE])}} if method == "post" else {}
        here, nowhere = (
            getattr(one.client, method)(address(page.path, patient=who), follow_redirects=False, **given)
            for who in ("demo-1", "demo-none")
        )
        assert here.status_code == nowhere.status_code == 403
        assert here.text.replace("demo-1", "*") == nowhere.text.replace("demo-none", "*")


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.take and page.needs != "open"], ids=lambda page: page.path
)
def test_a_form_from_another_session_is_refused(someone, house, page):
    one, before = someone("a.reyes"), house.record.last_number()
    for token in ("", "0" * 64, form_token("another session")):
        came = one.client.post(address(page.path), data={"form": token}, follow_redirects=False)
        assert came.status_code == 403
    assert house.record.last_number() == before
