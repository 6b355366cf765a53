"""Scoring: what is charted, what is refused, what is never filled in by anybody but the scorer."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest

from leeward.instruments import load_instruments
from leeward.record.sessions import form_token
from leeward.web.guard import COOKIE
from tests.web.conftest import NOW, Page

COWS = "/patients/demo-1/score/cows"
WHOLE = {
    "pulse": 1, "sweating": 1, "restlessness": 1, "pupils": 1, "aches": 1, "nose_eyes": 1, "gi": 1, "tremor": 1,
    "yawning": 1, "anxiety": 1, "gooseflesh": 0,
}  # fmt: skip


def fields(answers):
    return {f"items.{item}": str(points) for item, points in answers.items()}


def scores(house, patient="demo-1", by="n.park"):
    return [entry for entry in house.record.entries(patient, kinds=["score"]) if entry.by == by and entry.id.endswith("-score")]  # fmt: skip


def chosen(page):
    return re.findall(r'<input type="radio"[^>]*\bchecked\b', page.html)


@pytest.fixture
def nurse(someone):
    return someone("n.park")


@pytest.mark.parametrize("instrument", sorted(load_instruments()))
def test_every_instrument_is_shown_whole_with_nothing_chosen(nurse, instrument):
    page = nurse.get(f"/patients/demo-1/score/{instrument}")
    given = load_instruments()[instrument]
    assert page.status == 200 and not chosen(page)
    for item in given.items:
        assert item.says in html.unescape(page.html)
        for choice in item.choices:
            assert f'name="items.{item.id}" value="{choice.shown}"' in page.html
        keys = re.findall(rf'name="items\.{item.id}"[^>]*data-key="(.)"', page.html)
        assert len(keys) == len(set(keys)) and "u" in keys


def test_a_whole_score_is_charted_with_its_time_and_who(nurse, house):
    done = nurse.send(COWS, at_ago="20", **fields(WHOLE))
    entry = scores(house)[-1]
    assert done.url == f"{COWS}/done" and "10 of 48" in done.text and "mild" in done.text
    assert entry.body == {"instrument": "cows", "items": WHOLE, "by": "clinician"}
    assert (entry.by, entry.role) == ("n.park", "nurse")
    assert entry.at == (NOW - timedelta(minutes=20)).isoformat()


def test_what_is_left_open_is_missing_and_makes_a_range(nurse, house):
    done = nurse.send(COWS, **fields({**WHOLE, "pupils": "", "gooseflesh": ""}))
    items = scores(house)[-1].body["items"]
    assert items["pupils"] is None and items["gooseflesh"] is None and items["pulse"] == 1
    assert "between 9 and 19 of 48" in done.text and "open: mild or moderate" in done.text
    assert "pupils, gooseflesh" in done.text


def test_a_pulse_as_a_rate_is_scored_and_charted_as_a_reading_too(nurse, house):
    nurse.send(COWS, **fields({**WHOLE, "pulse": ""}), **{"measured.pulse": "104"})
    assert scores(house)[-1].body["items"]["pulse"] == {"value": 104, "unit": "/min"}
    reading = list(house.record.entries("demo-1", kinds=["observation"]))[-1]
    assert reading.body == {"what": "heart-rate", "value": 104, "unit": "/min"} and reading.by == "n.park"


def test_a_level_of_sedation_is_the_reading_that_hold_rules_look_at(nurse, house):
    nurse.send("/patients/demo-1/score/sedation-rass", **{"items.level": "-3"})
    reading = list(house.record.entries("demo-1", kinds=["observation"]))[-1]
    assert reading.body == {"what": "sedation-rass", "value": -3}


@pytest.mark.parametrize(
    ("typed", "place", "says"),
    [
        ({"items.pulse": "3"}, "items.pulse", "3 is not a point value"),
        ({"items.pulse": "1; drop"}, "items.pulse", "is not a point value"),
        ({"items.want_to_yawn": "2"}, "items.want_to_yawn", "is no item of COWS"),
        ({"items.tremor": "7"}, "items.tremor", "7 is not a point value"),
        ({"measured.pulse": "fast"}, "measured.pulse", "fast is not a resting pulse"),
        ({"measured.pulse": "104", "items.pulse": "1"}, "measured.pulse", "104 /min is 2 points, and 1 was chosen"),
        ({"measured.pulse": "900"}, "measured.pulse", "900"),
        ({"measured.tremor": "4"}, "measured.tremor", "not measured"),
        ({"measured.nothing": "4"}, "measured.nothing", "no item of COWS"),
        ({"at": "2026-11-23T09:00"}, "at", "after now"),
        ({"at": "yesterday"}, "at", "not a time"),
        ({"items.sweating": ""}, "items.pulse", "No item of COWS is answered"),
    ],
)
def test_what_is_wrong_is_said_at_its_place_and_what_was_typed_is_kept(nurse, house, typed, place, says):
    before = house.record.last_number()
    kept = {} if "answered" in says else {"items.sweating": "2"}
    page = nurse.get(COWS)
    form = {name: page.hidden(name) for name in ("form", "id", "seen")}
    came = Page(nurse.client.post(COWS, data=form | kept | typed))
    assert came.status == 422 and says in came.text and f'href="#{place}"' in came.html
    assert not list(house.record.entries(after=before, kinds=["score", "observation"]))
    if kept:
        assert re.search(r'name="items.sweating" value="2"[^>]*checked', came.html)
    if "measured.pulse" in typed:
        assert f'name="measured.pulse" value="{typed["measured.pulse"]}"' in came.html


def test_a_form_sent_twice_is_charted_once(nurse, house):
    page = nurse.get(COWS)
    form = {"form": page.hidden("form"), "id": page.hidden("id"), **fields(WHOLE), "measured.pulse": "96"}
    first, again = (nurse.client.post(COWS, data=form) for _ in range(2))
    assert first.status_code == again.status_code == 200 and first.url == again.url
    assert len(scores(house)) == 1


def test_reckoning_says_what_saving_would_and_writes_nothing(nurse, house):
    before = house.record.last_number()
    partial = fields({"pulse": 2, "sweating": 2, "gooseflesh": 3})
    came = nurse.send(COWS, reckon="yes", **partial)
    assert "between 7 and 42 of 48" in came.text and len(chosen(came)) == 3
    token = form_token(nurse.client.cookies[COOKIE])
    part = nurse.client.post(f"{COWS}/so-far", data={"form": token, **partial})
    assert "between 7 and 42 of 48" in re.sub(r"<[^>]+>|\s+", " ", part.text).replace("  ", " ")
    assert "<html" not in part.text and "8 missing" in part.text
    wrong = nurse.client.post(f"{COWS}/so-far", data={"form": token, "items.pulse": "3"})
    assert wrong.status_code == 200 and "Cannot be reckoned" in wrong.text
    assert not list(house.record.entries(after=before, kinds=["score", "observation"]))


def test_the_answers_of_the_last_time_are_said_and_never_chosen(nurse, charted):
    charted(
        "score", {"instrument": "cows", "items": {**WHOLE, "pulse": 4, "tremor": None}}, at=NOW - timedelta(minutes=5)
    )
    page = nurse.get(COWS)
    assert "last: 4 at 08:55" in page.text and "last: not assessed at" in page.text and not chosen(page)


def test_precipitated_withdrawal_is_noticed_after_a_dose(nurse, house, charted, clock):
    admitted(house, charted, "new-1")
    charted(
        "score",
        {"instrument": "cows", "items": {**WHOLE, "pupils": 0}},
        patient="new-1",
        at=NOW - timedelta(minutes=90),
    )
    charted("dose", {"medicine": "buprenorphine-sublingual", "dose": "4 mg"}, patient="new-1", by="a.reyes", role="prescriber", at=NOW - timedelta(minutes=60))  # fmt: skip
    worse = {**WHOLE, "pulse": 4, "sweating": 3, "gooseflesh": 5, "yawning": 4, "gi": 3}
    done = nurse.send("/patients/new-1/score/cows", **fields(worse))
    assert "new: Precipitated withdrawal" in done.text and "up 16 in 1 h 30 min" in done.text
    clock.forward(minutes=5)
    again = nurse.send("/patients/new-1/score/cows", **fields(worse))
    assert "as before: Precipitated withdrawal" in again.text and "new: Precipitated" not in again.text


def admitted(house, charted, patient):
    charted("admission", {"setting": "emergency", "synthetic": True, "name": "Made, Up"}, patient=patient, at=NOW - timedelta(hours=3))  # fmt: skip
    charted("exposure", {"substance": "heroin", "last_use": (NOW - timedelta(hours=20)).isoformat()}, patient=patient)
    charted("patient", {"age": 40, "sex": "male", "weight_kg": 80}, patient=patient)
    for kind in ("exposure", "medicine", "condition", "allergy"):
        charted(kind, {"none": True}, patient=patient)
    for what, value, unit in (
        ("respiratory-rate", 16, "/min"),
        ("oxygen-saturation", 98, "%"),
        ("sedation-rass", 0, "points"),
    ):
        charted("observation", {"what": what, "value": value, "unit": unit}, patient=patient)
    house.ward.catch_up()


def test_a_threshold_that_is_passed_changes_an_option_and_is_said(nurse, house, charted):
    admitted(house, charted, "new-2")
    charted("dose", {"none": True}, patient="new-2")
    signs = {"pulse": 2, "sweating": 2, "pupils": 2, "nose_eyes": 2, "yawning": 2, "gooseflesh": 3}
    done = nurse.send("/patients/new-2/score/cows", **fields({**WHOLE, **signs}))
    assert re.search(r"Buprenorphine, standard-dose start : cannot tell, now recommended", done.text)


def test_thoughts_of_death_are_raised_whatever_the_total(nurse, house):
    answers = {item.id: 0 for item in load_instruments()["phq-9"].items} | {"better_off_dead": 1}
    done = nurse.send("/patients/demo-1/score/phq-9", **fields(answers))
    assert "use the C-SSRS screener now" in done.text and "new: Thoughts of death or self-harm" in done.text
    assert scores(house)[-1].body["by"] == "self"


def test_a_person_may_decline_to_answer(nurse, house):
    nurse.send("/patients/demo-1/score/sows-gossop-10", **{"items.yawning": "declined", "items.feeling_cold": "2"})
    items = scores(house)[-1].body["items"]
    assert (items["yawning"], items["feeling_cold"], items["sleep_problems"]) == ("declined", 2, None)


def test_a_name_of_two_scales_lists_both_and_an_alias_leads_on(nurse):
    both = nurse.get("/patients/demo-1/score/sows")
    assert both.status == 200 and "score/sows-gossop-10" in both.html and "score/sows-handelsman-16" in both.html
    assert nurse.get("/patients/demo-1/score/rass").url == "/patients/demo-1/score/sedation-rass"
    assert nurse.get("/patients/demo-1/score/abc").status == 404


def test_who_may_not_score_reads_the_form_and_is_told_so(someone, house):
    page = someone("j.lindqvist").get(COWS)
    assert "You may read this form and not score" in page.text and 'type="radio"' not in page.html
    assert someone("m.haddad").get(COWS).status == 403


def test_a_result_is_shown_in_its_own_chart_alone(nurse, house, charted):
    nurse.send(COWS, **fields(WHOLE))
    number = scores(house)[-1].number
    admitted(house, charted, "new-3")
    assert nurse.get(f"/patients/new-3/score/cows/done?entry={number}").status == 404
    for entry in ("", "0", "x", "999999", "-1"):
        assert nurse.get(f"{COWS}/done?entry={entry}").status == 404
    assert nurse.get(f"/patients/demo-1/score/oows/done?entry={number}").status == 404


def test_what_others_charted_meanwhile_is_said(nurse, house, charted):
    page = nurse.get(COWS)
    charted("observation", {"what": "heart-rate", "value": 90, "unit": "/min"})
    form = {name: page.hidden(name) for name in ("form", "id", "seen")}
    done = nurse.client.post(COWS, data=form | fields(WHOLE)).text
    assert "While you scored, others charted" in done and "Tobias Okoye" in done
