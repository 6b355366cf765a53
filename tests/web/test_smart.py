"""Opened from a chart of a record system, Leeward lets in whom the site knows, and shows the chart that was open."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from leeward.record.entries import Entry
from leeward.web.guard import COOKIE
from leeward.web.house import House
from tests.ehr.charts import vital_signs
from tests.ehr.keys import key_pair, private_keys
from tests.ehr.server import running
from tests.ehr.state import Ehr
from tests.web.conftest import Clock, Someone, signing_in
from tests.web.smart_launches import BACK, back_from, opened, sent_to, with_record_system


@pytest.fixture
def ward(house: House, ehr: Ehr) -> House:
    return with_record_system(house, ehr)


@pytest.fixture
def browser(ward: House) -> Someone:
    """A browser in which nobody is signed in."""
    return signing_in(ward)("")


def entries(house: House, kind: str) -> list[dict[str, object]]:
    return [entry.body for entry in house.record.entries(kinds=[kind])]  # type: ignore[list-item]


def test_a_clinician_is_signed_in_and_finds_the_admission_filled(browser: Someone, ward: House, ehr: Ehr):
    page = opened(browser, ehr)
    assert page.status == 200 and page.url.startswith("/smart/chart/")
    assert "Admit from County General" in page.text
    assert 'name="age" type="text" value="35"' in page.html
    assert 'value="female" checked' in page.html
    assert "heroin" in page.text and "Observation/heart-rate" in page.text
    assert "was dispensed, which does not say that it was taken" in page.text
    assert entries(ward, "signed-in")[-1] == {
        "person": "a.reyes",
        "source": "testclient",
        "because": "by County General",
    }
    assert not [body for body in entries(ward, "patient") if "record_system" in body]


def test_nothing_is_charted_that_was_not_looked_through(browser: Someone, ward: House, ehr: Ehr):
    page = opened(browser, ehr)
    before = ward.record.last_number()
    came = browser.send(page.url, name="Record Person", age="35")
    assert came.status == 200 and came.url.startswith("/patients/p-")
    new = list(ward.record.entries(after=before))
    assert {entry.kind for entry in new} == {"admission", "patient", "read"}


def test_what_was_looked_through_is_charted_with_where_it_comes_from(browser: Someone, ward: House, ehr: Ehr):
    page = opened(browser, ehr)
    fields = {
        "take-exposures": "yes",
        "take-observations": "yes",
        "take-allergies": "yes",
        "take-scores": "yes",
        "take-doses": "yes",
    }
    came = browser.send(page.url, name="Record Person", leave="observations[0]", **fields)
    assert came.status == 200, came.text
    patient = came.url.rpartition("/")[2]
    ward.ward.catch_up()
    bedside = ward.ward.bedside(patient, ward.clock())
    assert bedside is not None and bedside.case is not None
    told = bedside.chart.document
    assert [one["substance"] for one in told["exposures"]] == ["heroin", "unknown"]
    assert told["allergies"] == [] and "medicines" not in told
    assert "heart-rate" not in {one["what"] for one in told["observations"]}
    assert told["scores"][0]["instrument"] == "cows"
    heroin = next(entry for entry in bedside.entries if entry.kind == "exposure")
    assert heroin.body["imported"] == {"record": ehr.base, "resource": "MedicationStatement/heroin"}
    dose = next(entry for entry in bedside.entries if entry.kind == "dose")
    assert dose.body["dose"] == "4 mg"
    score = next(entry for entry in bedside.entries if entry.kind == "score")
    assert score.at == "2026-11-22T08:50:00-05:00"


def test_the_second_launch_opens_the_chart_here(browser: Someone, ward: House, ehr: Ehr):
    first = browser.send(opened(browser, ehr).url, name="Record Person")
    asked = len(ehr.asked)
    again = opened(browser, ehr)
    assert again.url == first.url and again.status == 200
    assert not [one for one in ehr.asked[asked:] if one.path.startswith("/fhir/Patient")]


def test_a_person_who_got_another_id_there_is_found_by_their_number(browser: Someone, ward: House, ehr: Ehr):
    number = [{"system": "urn:oid:1.2.3", "value": "MRN 7".replace(" ", "-")}]
    for one in ehr.resources:
        if one["resourceType"] == "Patient":
            one["identifier"] = number if one["id"] == "synthetic-1" else []
    first = browser.send(opened(browser, ehr).url, name="Record Person")
    ehr.resources.append({"resourceType": "Patient", "id": "moved", "identifier": number, "gender": "female"})
    assert opened(browser, ehr, patient="moved").url == first.url


def test_a_form_sent_twice_admits_once(browser: Someone, ward: House, ehr: Ehr):
    page = opened(browser, ehr)
    fields = {"form": page.hidden("form"), "id": page.hidden("id"), "name": "Record Person", "take-scores": "yes"}
    first = browser.client.post(page.url, data=fields)
    number = len(entries(ward, "admission"))
    second = browser.client.post(page.url, data=fields)
    assert str(first.url.path) == str(second.url.path) and len(entries(ward, "admission")) == number


def test_somebody_else_cannot_look_at_the_chart_that_was_read(browser: Someone, ward: House, ehr: Ehr):
    page = opened(browser, ehr)
    other = signing_in(ward)("n.park")
    assert other.get(page.url).status == 410
    assert "heroin" not in other.get(page.url).text


def test_an_unknown_person_is_told_so_and_gets_no_account(ward: House, browser: Someone, ehr: Ehr):
    people = dict(ward.ward.people)
    page = opened(browser, ehr, person="Practitioner/nobody")
    assert page.status == 403 and "knows you as Practitioner/nobody" in page.text
    assert COOKIE not in browser.client.cookies
    ward.ward.catch_up()
    assert dict(ward.ward.people) == people
    assert entries(ward, "sign-in-failed")[-1]["because"] == "no account for who signed in at County General"


def test_an_account_that_is_shut_lets_nobody_in(house: House, ehr: Ehr):
    shut = with_record_system(house, ehr, people={"Practitioner/dr-1": "nobody.here"})
    page = opened(signing_in(shut)(""), ehr)
    assert page.status == 403


def test_roles_stay_what_they_were(house: House, ehr: Ehr):
    house.ward.catch_up()
    administrator = next(one.id for one in house.ward.people.values() if one.roles == {"administrator"})
    shut = with_record_system(house, ehr, people={"Practitioner/dr-1": administrator})
    page = opened(signing_in(shut)(""), ehr)
    assert page.url == "/administration"
    assert not [one for one in ehr.paths() if one.startswith("GET /fhir/Patient")]


def test_an_address_that_is_not_registered_is_never_asked(browser: Someone):
    with running() as stranger:
        for way in ("launch", "standalone"):
            page = browser.get(f"/smart/{way}?iss={stranger.base}&launch=x")
            assert page.status == 403 and "is not registered" in page.text
        assert not stranger.asked


@pytest.mark.parametrize(
    "query", ["", "?iss=", "?launch=x", "?iss=http://[&launch=x", "?iss=%00&launch=%00", "?state=x"]
)
def test_a_launch_that_says_too_little_is_refused(browser: Someone, query: str):
    assert browser.get(f"/smart/launch{query}").status in (400, 403)
    assert browser.get(f"/smart/standalone{query}").status == 403
    assert browser.get(f"/smart/callback{query}").status == 400


def test_without_record_systems_nothing_is_offered(house: House):
    one = signing_in(house)("")
    assert one.get("/smart").status == 404
    assert one.get("/smart/launch?iss=https://ehr.example/fhir&launch=x").status == 403


def test_one_may_begin_here(browser: Someone, ehr: Ehr):
    page = browser.get("/smart")
    assert "County General" in page.text
    assert "Admit from County General" in browser.get(back_from(sent_to(browser, ehr))).text


def test_an_answer_is_taken_once_and_in_the_browser_that_asked(browser: Someone, ward: House, ehr: Ehr):
    back = back_from(sent_to(browser, ehr, ehr.launch()))
    thief = signing_in(ward)("")
    assert thief.get(back).status == 400 and COOKIE not in thief.client.cookies
    assert browser.get(back).status == 400, "the answer is spent, whoever brought it first"
    back = back_from(sent_to(browser, ehr, ehr.launch()))
    assert browser.get(back).status == 200
    assert browser.get(back).status == 400


def test_an_answer_that_comes_late_signs_nobody_in(browser: Someone, clock: Clock, ehr: Ehr):
    back = back_from(sent_to(browser, ehr, ehr.launch()))
    clock.forward(minutes=11)
    assert browser.get(back).status == 400


def test_a_launch_replaces_the_session_of_the_browser(ward: House, ehr: Ehr):
    one = signing_in(ward)("n.park")
    before = one.client.cookies[COOKIE]
    opened(one, ehr)
    assert "Ana Reyes" in one.get("/me").text or "a.reyes" in one.get("/me").text
    other = signing_in(ward)("")
    other.client.cookies.set(COOKIE, before)
    assert other.get("/me").url == "/sign-in"


def test_a_launch_that_breaks_off_leaves_the_session_alone(ward: House, ehr: Ehr):
    one = signing_in(ward)("n.park")
    back = back_from(sent_to(one, ehr, ehr.launch()))
    ehr.wrong.status = 503
    assert one.get(back).status == 502
    assert one.get("/me").url == "/me"


WRONG = {
    "slow": ("slow", 30.0, 502),
    "ill": ("status", 500, 502),
    "no id_token": ("no_id_token", True, 403),
    "a strange key": ("strange_key", True, 403),
    "unsigned": ("unsigned", True, 403),
    "nobody": ("no_patient", True, 400),
    "cut off": ("malformed", "token", 502),
    "huge": ("huge", "token", 502),
    "moved": ("moved", "token", 502),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_whatever_goes_wrong_there_is_one_sentence_within_its_time(browser: Someone, ehr: Ehr, wrong: str):
    name, value, status = WRONG[wrong]
    back = back_from(sent_to(browser, ehr, ehr.launch()))
    setattr(ehr.wrong, name, value)
    begun = time.monotonic()
    page = browser.get(back)
    assert time.monotonic() - begun < 8
    assert page.status == status, page.text
    assert "LW-09" in page.text and "Traceback" not in page.html
    assert COOKIE not in browser.client.cookies


def test_saying_no_there_is_told_as_that(browser: Someone, ehr: Ehr):
    ehr.wrong.denies = True
    page = browser.get(back_from(sent_to(browser, ehr, ehr.launch())))
    assert page.status == 400 and "said no" in page.text


def test_a_chart_that_cannot_be_read_can_be_asked_for_again(browser: Someone, ehr: Ehr):
    back = back_from(sent_to(browser, ehr, ehr.launch()))
    answer = browser.client.get(back, follow_redirects=False)
    ehr.wrong.status = 503
    page = browser.get(answer.headers["location"])
    assert page.status == 502 and "who the person is" in page.text
    ehr.wrong.status = 0
    assert browser.get(answer.headers["location"]).status == 200


def test_a_token_that_has_ended_is_told(browser: Someone, clock: Clock, ehr: Ehr):
    answer = browser.client.get(back_from(sent_to(browser, ehr, ehr.launch())), follow_redirects=False)
    clock.forward(minutes=6)
    page = browser.get(answer.headers["location"])
    assert page.status == 403 and "has ended before the chart was read" in page.text


def test_what_could_not_be_read_stands_above_the_form(browser: Someone, ehr: Ehr):
    ehr.wrong.scopes_not_granted = ("patient/AllergyIntolerance.rs",)
    ehr.wrong.without_resources = ("Condition",)
    page = opened(browser, ehr)
    assert "nothing of the allergies" in page.text
    assert "The conditions could not all be read" in page.text


def test_somebody_elses_resources_are_not_taken_over(browser: Someone, ehr: Ehr):
    ehr.wrong.somebody_else = True
    page = opened(browser, ehr)
    assert "about somebody else" in page.text
    assert ">MedicationRequest/sertraline</span>" in page.html
    assert ">MedicationRequest/other-methadone</span>" not in page.html


def test_the_dead_are_not_admitted(browser: Someone, ehr: Ehr):
    next(one for one in ehr.resources if one.get("id") == "synthetic-1")["deceasedBoolean"] = True
    assert opened(browser, ehr).status == 422


def test_no_token_stands_in_a_page_an_address_or_the_record(
    browser: Someone, ward: House, ehr: Ehr, caplog: pytest.LogCaptureFixture
):
    caplog.set_level("DEBUG", logger="leeward")
    page = opened(browser, ehr)
    sent = browser.send(page.url, name="Record Person", **{"take-scores": "yes"})
    seen = page.html + page.url + sent.html + sent.url + caplog.text
    seen += "".join(str(entry) for entry in ward.record.entries())
    assert ehr.tokens and not any(token in seen for token in ehr.tokens)
    assert all(token not in str(one.query) for token in ehr.tokens for one in ehr.asked)


def test_what_was_read_is_forgotten_after_an_hour(browser: Someone, clock: Clock, ehr: Ehr):
    page = opened(browser, ehr)
    for _ in range(6):
        clock.forward(minutes=10)
        answer = browser.get(page.url)
    assert answer.status == 410 and "not held here any more" in answer.text


def test_long_charts_are_read_to_the_end(browser: Someone, ehr: Ehr):
    ehr.resources += vital_signs(45)
    assert "Observation/rate-44" in opened(browser, ehr).text


def test_a_mistake_in_the_form_keeps_what_was_ticked(browser: Someone, ward: House, ehr: Ehr):
    page = opened(browser, ehr)
    number = ward.record.last_number()
    again = browser.send(page.url, name="", leave="scores[0]", **{"take-scores": "yes"})
    assert again.status == 422 and "needs a name" in again.text
    assert 'name="take-scores" value="yes" checked' in again.html
    assert 'name="leave" value="scores[0]" checked' in again.html
    assert not [entry for entry in ward.record.entries(after=number) if entry.kind == "admission"]


def test_the_public_halves_of_the_keys_are_published_and_no_more(house: House, ehr: Ehr, tmp_path: Path):
    pair = key_pair("ES384", "leeward-1")
    (tmp_path / "key.json").write_text(private_keys(pair))
    ward = with_record_system(house, ehr, key_file=str(tmp_path / "key.json"))
    ehr.register("leeward", BACK, jwks=signing_in(ward)("").client.get("/smart/keys").json())
    (key,) = ehr.apps["leeward"].jwks["keys"]
    assert key["kid"] == "leeward-1" and key["alg"] == "ES384" and "d" not in key
    assert opened(signing_in(ward)(""), ehr).status == 200


def test_without_keys_an_empty_set_is_published(browser: Someone):
    assert browser.client.get("/smart/keys").json() == {"keys": []}


def test_no_known_allergy_closes_nothing_where_the_allergies_could_not_all_be_read(browser: Someone, ehr: Ehr):
    assert "Allergies" in opened(browser, ehr).text.partition("From the record")[2]
    ehr.page = 1
    ehr.resources.append(
        {"resourceType": "AllergyIntolerance", "id": "second", "patient": {"reference": "Patient/synthetic-1"}}
    )
    ehr.wrong.next_elsewhere = "https://elsewhere.example/fhir"
    page = opened(browser, ehr)
    assert "The allergies could not all be read" in page.text
    assert "take-allergies" not in page.html


def test_the_way_in_shows_the_record_systems(browser: Someone, house: House):
    assert 'href="/smart"' in browser.get("/sign-in").html
    assert 'href="/smart"' not in signing_in(house)("").get("/sign-in").html


def test_a_dose_of_which_the_time_is_not_known_is_not_charted_at_another(browser: Someone, ward: House, ehr: Ehr):
    given = next(one for one in ehr.resources if one["resourceType"] == "MedicationAdministration")
    given["effectiveDateTime"] = "2026-11-21"
    page = opened(browser, ehr)
    assert "when it was is not known" in page.text
    came = browser.send(page.url, name="Record Person", **{"take-doses": "yes"})
    patient = came.url.rpartition("/")[2]
    assert not [entry for entry in ward.ward.entries(patient) if entry.kind == "dose"]


def test_a_person_who_is_here_by_hand_is_known_once_somebody_says_so(browser: Someone, ward: House, ehr: Ehr):
    by_hand = signing_in(ward)("n.park").send("/admit", name="Example, Synthia")
    ehr.resources[0]["name"] = [{"given": ["Synthia"], "family": "Example"}]
    assert ehr.resources[0]["resourceType"] == "Patient"
    page = opened(browser, ehr)
    assert "It is the same person as Example, Synthia" in page.text
    refused = browser.send(page.url, name="Synthia Example")
    assert refused.status == 422 and "Somebody of this name is here already" in refused.text
    patient = by_hand.url.rpartition("/")[2]
    assert browser.send(page.url, name="Synthia Example", same="demo-1").status == 409
    number = ward.record.last_number()
    assert browser.send(page.url, name="Synthia Example", same=patient).url == by_hand.url
    assert [entry.kind for entry in ward.record.entries(after=number) if entry.kind != "read"] == ["patient"]
    assert opened(browser, ehr).url == by_hand.url


def test_two_charts_of_one_person_are_not_chosen_between(
    browser: Someone, ward: House, ehr: Ehr, charted: Callable[..., Entry]
):
    for patient in ("demo-1", "demo-2"):
        charted("patient", {"record_system": f"{ehr.base}/Patient/synthetic-1"}, patient=patient)
    page = opened(browser, ehr)
    assert page.status == 409 and "does not guess which" in page.text


def test_the_same_id_at_another_record_system_is_another_person(
    browser: Someone, ehr: Ehr, charted: Callable[..., Entry]
):
    charted("patient", {"record_system": "https://other.example/fhir/Patient/synthetic-1"})
    assert opened(browser, ehr).url.startswith("/smart/chart/")
