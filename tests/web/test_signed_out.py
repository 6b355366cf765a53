"""A session that ends while somebody types: what was typed comes back to them, to nobody else, and is never sent by itself."""

import re

import pytest

from leeward.record.sessions import form_token
from leeward.ward.demo import DEMO_PASSWORD
from leeward.web.guard import COOKIE

NOTES = "/patients/demo-1/notes"


def hidden(page):
    """Every hidden field of a page's sign-in form, or of the form that goes on."""
    form = re.search(r'<form class="card" method="post".*?</form>', page.html, re.DOTALL)
    return dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form[0])) if form else {}


@pytest.fixture
def ended(someone, clock):
    """A nurse whose session ended while a note was typed, and the answer to the note."""
    nurse = someone("n.park")
    page = nurse.get(NOTES)
    clock.forward(minutes=16)
    fields = {"form": page.hidden("form"), "id": page.hidden("id"), "seen": page.hidden("seen")}
    came = nurse.client.post(NOTES, data=fields | {"text": "Slept two hours.", "at_ago": "5"})
    return nurse, type(page)(came)


def notes(house):
    return [one.body["text"] for one in house.record.entries(patient="demo-1", kinds=["note"])]


def signed_in(nurse, refused, **other):
    return type(refused)(nurse.client.post("/sign-in", data=hidden(refused) | {"password": DEMO_PASSWORD} | other))


def test_what_was_typed_comes_back_to_the_same_person_and_is_sent_by_hand(ended, house):
    nurse, refused = ended
    before = notes(house)
    assert refused.status == 401 and "Sign in again, Nora Park" in refused.text
    again = signed_in(nurse, refused)
    assert again.status == 200 and "Nothing was written yet." in again.text and notes(house) == before
    form = type(again)(nurse.client.post(NOTES, data=hidden(again)))
    assert form.status == 200 and "Slept two hours." in form.html and 'value="5"' in form.html
    assert "its times above all" in form.text and notes(house) == before
    fields = {name: form.hidden(name) for name in ("form", "id", "seen")}
    assert nurse.client.post(NOTES, data=fields | {"text": "Slept two hours."}).status_code == 200
    assert notes(house) == [*before, "Slept two hours."]


def test_somebody_else_who_signs_in_there_gets_none_of_it(ended, house):
    nurse, refused = ended
    came = signed_in(nurse, refused, name="t.okoye")
    assert came.url == NOTES and "Slept two hours." not in came.html


def test_a_wrong_password_keeps_what_was_typed(ended, house):
    nurse, refused = ended
    wrong = signed_in(nurse, refused, password="no such words at all")
    assert wrong.status == 401 and 'name="typed:text" value="Slept two hours."' in wrong.html
    assert "no such words" not in wrong.html
    fields = {name: value for name, value in re.findall(r'name="([^"]*)" value="([^"]*)">', wrong.html) if ":" in name}
    came = nurse.client.post("/sign-in", data=fields | {"name": "n.park", "password": DEMO_PASSWORD, "next": NOTES})
    assert "Go on with what I typed" in came.text


@pytest.mark.parametrize("token", ["", "0" * 64, form_token("another session")])
def test_what_comes_of_no_page_of_theirs_is_not_handed_to_them(ended, token):
    nurse, refused = ended
    came = signed_in(nurse, refused, **{"typed:form": token})
    assert came.url == NOTES and "Slept two hours." not in came.html


def signed_in_elsewhere(nurse, house, person):
    """Another tab of the same browser, in which somebody signs in."""
    answer = nurse.client.post("/sign-in", data={"name": person, "password": DEMO_PASSWORD}, follow_redirects=False)
    assert answer.status_code == 303


def test_who_signed_in_anew_in_another_tab_gets_the_form_again_as_it_was_typed(someone, house):
    nurse = someone("n.park")
    page, before = nurse.get(NOTES), notes(house)
    fields = {name: page.hidden(name) for name in ("form", "id", "seen")}
    signed_in_elsewhere(nurse, house, "n.park")
    again = type(page)(nurse.client.post(NOTES, data=fields | {"text": "Slept two hours."}))
    assert "Nothing was written yet." in again.text and "Slept two hours." in again.html and notes(house) == before
    assert again.hidden("form") != fields["form"]
    fields = {name: again.hidden(name) for name in ("form", "id", "seen")}
    assert nurse.client.post(NOTES, data=fields | {"text": "Slept two hours."}).status_code == 200
    assert notes(house) == [*before, "Slept two hours."]


def test_after_somebody_else_signed_in_there_it_waits_for_who_typed_it(someone, house):
    nurse = someone("n.park")
    page, before = nurse.get(NOTES), notes(house)
    signed_in_elsewhere(nurse, house, "t.okoye")
    came = type(page)(nurse.client.post(NOTES, data={"form": page.hidden("form"), "text": "Slept two hours."}))
    assert came.status == 403 and "Nothing was written" in came.text and "Slept two hours." not in came.text
    assert "Sign in again, Nora Park" in came.text
    assert "Slept two hours." in signed_in(nurse, came).html and notes(house) == before
    signed_in_elsewhere(nurse, house, "t.okoye")
    other = signed_in(nurse, came, name="t.okoye")
    assert "Slept two hours." not in other.html


def test_after_signing_out_in_another_tab_it_comes_back_too(someone, house):
    nurse = someone("n.park")
    page = nurse.get(NOTES)
    nurse.client.post("/sign-out", data={"form": page.hidden("form")})
    came = type(page)(nurse.client.post(NOTES, data={"form": page.hidden("form"), "text": "Slept two hours."}))
    assert came.status == 401 and "Sign in again, Nora Park" in came.text
    assert "Slept two hours." in signed_in(nurse, came).html


def test_what_was_typed_is_shown_again_only_to_who_may_still_send_it(someone, house, charted):
    nurse = someone("n.park")
    page = nurse.get(NOTES)
    signed_in_elsewhere(nurse, house, "n.park")
    body = {"person": "n.park", "name": "Nora Park", "roles": ["safety-officer"], "active": True}
    charted("person", body, patient="", by="admin", role="administrator")
    came = nurse.client.post(NOTES, data={"form": page.hidden("form"), "text": "Slept two hours."})
    assert came.status_code == 403 and "Demo, " not in came.text


@pytest.mark.parametrize("token", ["", "0" * 64])
def test_a_form_of_no_page_of_the_session_is_offered_no_way_back(someone, clock, token):
    nurse = someone("n.park")
    clock.forward(minutes=16)
    came = nurse.client.post(NOTES, data={"form": token, "text": "Planted."})
    assert came.status_code == 401 and "Sign in again" not in came.text
    nurse.client.cookies.set(COOKIE, "never-a-session")
    assert "Sign in again" not in nurse.client.post(NOTES, data={"form": token, "text": "Planted."}).text


def test_no_password_is_carried(someone, clock):
    nurse = someone("n.park")
    page = nurse.get("/me")
    clock.forward(minutes=16)
    typed = {
        "form": page.hidden("form"),
        "old": DEMO_PASSWORD,
        "password": "new words of mine",
        "again": "new words of mine",
    }
    came = nurse.client.post("/me", data=typed)
    assert (
        came.status_code == 401 and "new words" not in came.text and re.findall(r'"typed:(\w+)"', came.text) == ["form"]
    )


def test_a_form_that_is_shown_again_still_asks_who_may_send_it(someone):
    safety = someone("m.haddad")
    form = safety.get("/me").hidden("form")
    came = safety.client.post(NOTES, data={"form": form, "show-again": "yes", "text": "x"})
    assert came.status_code == 403
