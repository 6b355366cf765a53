"""The check-in: one link, one answer, whom to call first, and nothing of the chart."""

from __future__ import annotations

import re
from datetime import timedelta

import msgspec
import pytest
from starlette.testclient import TestClient

from leeward.instruments import load_instruments
from leeward.knowledge import load_knowledge
from leeward.record.access import transaction
from leeward.record.sessions import Lasts, begin, make_link
from leeward.web.app import app_of
from leeward.web.guard import COOKIE
from tests.web.conftest import NOW, Page, Someone

SOWS = load_instruments()["sows-gossop-10"]
NUMBERS = ("911", "988", "1-800-222-1222")
SHUT = "This link cannot be used."


def link_for(house, patient="demo-1", now=None):
    token = make_link(
        house.record.engine, "check-in", patient=patient, now=now or house.clock(), lasts=house.check_in_lasts
    )
    return f"/check-in/{token}"


def answers(points=1):
    return {f"items.{item.id}": str(points) if isinstance(points, int) else points for item in SOWS.items}


def told(house):
    return [entry for entry in house.record.entries(patient="demo-1") if entry.by == "patient-self"]


@pytest.fixture
def phone(someone):
    return someone("")


def test_whom_to_call_stands_before_the_first_question(phone, house):
    page = phone.get(link_for(house))
    assert page.status == 200
    first = page.html.index('type="radio"')
    assert all(page.html.index(f">{number}<") < first for number in NUMBERS)
    assert "checked" not in page.html and page.html.count("<fieldset") == len(SOWS.items)


def test_the_page_tells_nothing_of_the_chart(phone, house):
    page, chart = phone.get(link_for(house)), house.ward.bedside("demo-1", NOW).chart
    for word in (
        chart.name,
        *chart.name.replace(",", "").split(),
        "demo-1",
        "fentanyl",
        "opioid",
        "opiate",
        "withdrawal",
        "Leeward",
    ):
        assert word.casefold() not in page.text.casefold(), word
    title = re.search(r"<title>(.*?)</title>", page.html)
    assert title and title[1] == "How have you felt?"
    assert page.response.headers["cache-control"] == "no-store"
    assert page.response.headers["referrer-policy"] == "same-origin"


def test_answers_are_charted_as_self_reported_and_the_link_is_used_up(phone, house, someone):
    path = link_for(house)
    came = phone.send(path, **answers(1), note="Slept badly.\nBetter now.")
    assert came.status == 200 and "Thank you" in came.text and all(number in came.text for number in NUMBERS)
    score, note = told(house)
    assert (score.kind, score.patient, score.role) == ("score", "demo-1", "patient-self")
    assert score.body == {"instrument": "sows-gossop-10", "items": {item.id: 1 for item in SOWS.items}, "by": "self"}
    assert (note.kind, note.body["text"]) == ("note", "Slept badly.\nBetter now.")
    again = phone.get(path)
    assert again.status == 404 and SHUT in again.text and "911" in again.text
    assert "self-reported" in someone("n.park").get("/patients/demo-1/score/sows-gossop-10").text


def test_a_form_sent_twice_is_one_entry_and_the_same_thanks(phone, house):
    path = link_for(house)
    form = {"id": phone.get(path).hidden("id"), **answers(2), "note": "x"}
    first, again = (phone.client.post(path, data=form) for _ in range(2))
    assert first.status_code == again.status_code == 200 and first.text == again.text
    assert len(told(house)) == 2


def test_a_used_link_takes_no_other_answers(phone, house):
    path = link_for(house)
    id = phone.get(path).hidden("id")
    phone.client.post(path, data={"id": id, **answers(1)})
    for form in ({"id": id, **answers(3)}, {"id": "f" * 32, **answers(3)}, {"id": "f" * 32}):
        came = Page(phone.client.post(path, data=form))
        assert came.status == 404 and SHUT in came.text and "911" in came.text
    assert [entry.body["items"]["yawning"] for entry in told(house)] == [1]


def test_a_link_that_is_forged_ended_or_for_something_else_says_one_sentence(phone, house, clock):
    path = link_for(house)
    other = make_link(house.record.engine, "set-password", person="n.park", now=NOW, lasts=timedelta(days=1))
    nobody = link_for(house, patient="demo-none")
    clock.forward(days=6, hours=23)
    assert phone.get(path).status == 200
    replaced = path
    fresh = link_for(house)
    shown = [
        phone.get(one) for one in ("/check-in/forged", f"/check-in/{'A' * 43}", f"/check-in/{other}", nobody, replaced)
    ]
    clock.forward(days=8)
    shown.append(phone.get(fresh))
    sent = Page(phone.client.post(fresh, data={"id": "e" * 32, **answers(1)}))
    assert {(page.status, page.text) for page in [*shown, sent]} == {(404, shown[0].text)}
    assert SHUT in shown[0].text and all(number in shown[0].text for number in NUMBERS) and not told(house)


def test_the_answers_go_to_the_person_of_the_link_whatever_the_form_says(phone, house):
    others = [patient for patient in house.ward.patients() if patient != "demo-1"]
    phone.send(link_for(house, "demo-1"), **answers(1), patient=others[0] if others else "demo-2", by="n.park")
    assert {entry.patient for entry in told(house)} == {"demo-1"}


@pytest.mark.parametrize(
    "wrong",
    [{"items.yawning": "9"}, {"items.pulse": "1"}, {"items.yawning": "<script>"}, {"note": "x" * 2001}, {"note": "a\x00b"}],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_and_the_rest_is_kept(phone, house, wrong):
    path = link_for(house)
    came = phone.send(path, **({**answers(""), "items.aches_pains": "2", "note": "kept words"} | wrong))
    assert (
        came.status == 422
        and "could not be read" in came.text
        and "<script>" not in came.html.replace("<script src", "")
    )
    assert re.search(r'name="items.aches_pains" value="2" checked', came.html)
    assert not told(house) and phone.get(path).status == 200


def test_an_empty_form_is_not_taken_and_one_question_is_enough(phone, house):
    path = link_for(house)
    assert "Nothing is filled in yet" in phone.send(path).text and not told(house)
    phone.send(path, **{"items.yawning": "declined"})
    items = told(house)[0].body["items"]
    assert items["yawning"] == "declined" and items["feeling_cold"] is None


def test_words_alone_are_a_note_and_no_score(phone, house):
    phone.send(link_for(house), note="Please call me.")
    assert [entry.kind for entry in told(house)] == ["note"]


def test_too_large_a_form_is_refused(phone, house):
    path = link_for(house)
    assert phone.client.post(path, data={"note": "x" * 20_000}).status_code == 413
    assert not told(house) and phone.get(path).status == 200


@pytest.mark.parametrize(("points", "now"), [(3, True), (1, False)])
def test_severe_answers_say_to_call_now(phone, house, points, now):
    came = phone.send(link_for(house), **answers(points))
    assert ("You told us that you feel very unwell. Call your care team now." in came.text) is now
    assert "Call 911 or come back at once" in came.text


def test_spanish_frames_the_questions_and_says_that_they_are_english(phone, house):
    path = link_for(house)
    page = phone.get(f"{path}?language=es")
    assert '<html lang="es">' in page.html and "¿Cómo se ha sentido?" in page.text
    assert "Las preguntas están en inglés" in page.text and '<legend lang="en">' in page.html
    assert page.hidden("language") == "es"
    came = phone.send(path, **answers(3), language="es")
    assert "Llame ahora a su equipo de cuidado" in came.text and "Gracias" in came.text


def site_asks(someone, scale):
    """The administrator chooses a scale on the policy page."""
    administrator = someone("admin")
    page = administrator.get("/administration/policy")
    hidden = {name: page.hidden(name) for name in ("form", "id", "since")}
    came = administrator.client.post("/administration/policy", data=hidden | {"check-in-scale": scale})
    assert came.status_code == 200, came.text


def test_the_site_may_ask_another_scale_that_people_answer_themselves(phone, someone, house):
    scales = load_knowledge().settings["check-in-scale"].choices
    assert len(scales) == 3
    for scale in reversed(scales):
        assert load_instruments()[scale].rater == "self"
        site_asks(someone, scale)
        page = phone.get(link_for(house))
        assert page.html.count("<fieldset") == len(load_instruments()[scale].items)


def test_thoughts_of_death_say_to_call_now(phone, someone, house):
    site_asks(someone, "phq-9")
    came = phone.send(link_for(house), **{"items.better_off_dead": "1"})
    assert "Call your care team now" in came.text and "988" in came.text


def test_a_link_is_made_shown_once_and_ends_the_one_before(someone, house):
    nurse = someone("n.park")
    made = [nurse.send("/patients/demo-1/check-in") for _ in range(2)]
    links = [re.search(r"http://testserver(/check-in/[\w-]+)", page.text) for page in made]
    assert all(links) and "data:image/svg+xml;base64," in made[0].html
    first, second = (someone("").get(found[1]) for found in links)
    assert first.status == 404 and second.status == 200
    page = nurse.get("/patients/demo-1/check-in")
    assert "/check-in/" not in page.html.replace("/patients/demo-1/check-in", "")
    left = [one for one in house.record.entries("demo-1", kinds=["export"]) if one.body["way"] == "check-in"]
    assert len(left) == 2 and left[0].body["recipient"] == {"kind": "patient", "name": "demo-1"}
    assert all(
        found[1].rpartition("/")[2] not in str([entry.body for entry in house.record.entries()]) for found in links
    )


def test_the_address_on_paper_is_the_one_by_which_the_server_is_reached(house, someone):
    public = msgspec.structs.replace(house, public_url="https://ward.example/", allowed_hosts=("ward.example",))
    assert public.secure
    nurse = someone("n.park")
    nurse.client.app = app_of(public)
    from starlette.testclient import TestClient

    client = TestClient(app_of(public), base_url="https://ward.example", cookies=dict(nurse.client.cookies))
    page = Someone(client).send("/patients/demo-1/check-in")
    assert "https://ward.example/check-in/" in page.text


def test_who_may_not_make_a_link_makes_none(someone):
    for person in ("j.lindqvist", "m.haddad", "admin"):
        assert someone(person).get("/patients/demo-1/check-in").status == 403


@pytest.mark.parametrize(("public_url", "warned"), [("", True), ("https://ward.example", False)])
@pytest.mark.parametrize("page", ["check-in", "sheet"])
def test_a_link_that_no_phone_can_open_is_said_to_be_one(house, public_url, warned, page):
    here = msgspec.structs.replace(house, public_url=public_url, allowed_hosts=("127.0.0.1", "ward.example"))
    client = TestClient(app_of(here), base_url=public_url or "http://127.0.0.1")
    with transaction(house.record.engine) as connection:
        client.cookies.set(COOKIE, begin(connection, "n.park", house.clock(), Lasts()))
    nurse = Someone(client)
    for came in (nurse.get(f"/patients/demo-1/{page}"), nurse.send(f"/patients/demo-1/{page}", check_in="yes")):
        assert came.status == 200 and ("No phone can open this link." in came.text) == warned
        assert ("--public-url" in came.text) == warned
