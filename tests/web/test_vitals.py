"""The flow sheet: what was typed is charted, all or none, and nothing else is."""

from __future__ import annotations

import re

import pytest

SHEET = "/patients/demo-1/vitals"


def observed(house, after):
    entries = house.record.entries(patient="demo-1", after=after, kinds=["observation"])
    return {entry.body["what"]: entry for entry in entries}


def test_a_round_is_charted_at_one_time_one_entry_a_reading(someone, house):
    before = house.record.last_number()
    came = someone("n.park").send(
        SHEET,
        at_ago="10",
        **{"respiratory-rate": "14", "oxygen-saturation": "97", "systolic-blood-pressure": "118", "seizure": "no"},
    )
    assert came.url == "/patients/demo-1" and came.status == 200
    found = observed(house, before)
    assert {what: entry.body["value"] for what, entry in found.items()} == {
        "respiratory-rate": 14,
        "oxygen-saturation": 97,
        "systolic-blood-pressure": 118,
        "seizure": "no",
    }
    assert {entry.at for entry in found.values()} == {"2026-11-22T08:50:00-05:00"}
    assert found["respiratory-rate"].body["unit"] == "/min" and found["respiratory-rate"].by == "n.park"


def test_what_is_left_empty_is_not_charted_and_an_empty_sheet_says_so(someone, house):
    before = house.record.last_number()
    came = someone("n.park").send(SHEET)
    assert came.status == 422 and "Type what you measured" in came.text
    assert not observed(house, before)


def test_one_wrong_reading_keeps_the_others_and_writes_none(someone, house):
    before = house.record.last_number()
    came = someone("n.park").send(SHEET, **{"respiratory-rate": "14", "heart-rate": "4000", "gcs": "abc", "qtc": "-5"})
    assert came.status == 422 and "3 things need mending" in came.text
    assert 'href="#heart-rate"' in came.html and 'href="#gcs"' in came.html and 'href="#qtc"' in came.html
    assert 'name="respiratory-rate" inputmode="decimal" autocomplete="off" value="14"' in came.html
    assert 'value="4000"' in came.html
    assert not observed(house, before)


def test_a_temperature_needs_its_unit_and_is_read_in_either(someone, house):
    nurse, before = someone("n.park"), house.record.last_number()
    came = nurse.send(SHEET, temperature="99")
    assert came.status == 422 and 'href="#temperature-unit"' in came.html
    assert nurse.send(SHEET, temperature="99", **{"temperature-unit": "Cel"}).status == 422
    assert not observed(house, before)
    nurse.send(SHEET, temperature="99", **{"temperature-unit": "[degF]"})
    assert observed(house, before)["temperature"].body == {"what": "temperature", "value": 99, "unit": "[degF]"}
    assert "last 37.2 °C" in nurse.get(SHEET).text


def test_a_drug_screen_holds_what_was_tested_only(someone, house):
    before = house.record.last_number()
    someone("n.park").send(
        SHEET,
        **{
            "urine-drug-screen-method": "12-panel cup",
            "urine-drug-screen-fentanyl": "positive",
            "urine-drug-screen-methadone": "negative",
            "urine-drug-screen-cocaine": "",
        },
    )
    body = observed(house, before)["urine-drug-screen"].body
    assert body["result"] == {"fentanyl": "positive", "methadone": "negative"} and body["method"] == "12-panel cup"


def test_the_last_reading_stands_beside_the_field_and_never_in_it(someone, charted, clock):
    charted("observation", {"what": "respiratory-rate", "value": 13, "unit": "/min"})
    clock.forward(minutes=45)
    page = someone("n.park").get(SHEET)
    assert "last 13 a minute, Sun 22 Nov 09:00 (45 min ago)" in page.text
    assert 'name="respiratory-rate" inputmode="decimal" autocomplete="off" value=""' in page.html
    assert " checked" not in page.html


def test_something_else_is_kept_as_told(someone, house):
    before = house.record.last_number()
    someone("n.park").send(SHEET, **{"other-what": "glucose", "other": "5.4", "other-unit": "mmol/L"})
    assert observed(house, before)["glucose"].body == {"what": "glucose", "value": 5.4, "unit": "mmol/L"}


def test_a_form_sent_twice_charts_once(someone, house, clock):
    nurse, before = someone("n.park"), house.record.last_number()
    page = nurse.get(SHEET)
    fields = {name: page.hidden(name) for name in ("form", "id", "seen")} | {"heart-rate": "80"}
    for _ in range(2):
        assert nurse.client.post(SHEET, data=fields, follow_redirects=False).status_code == 303
        clock.forward(seconds=3)
    entries = list(house.record.entries(patient="demo-1", after=before, kinds=["observation"]))
    assert [entry.body["value"] for entry in entries] == [80]


def test_a_pharmacist_reads_the_sheet_and_writes_nothing(someone, house):
    pharmacist, before = someone("j.lindqvist"), house.record.last_number()
    page = pharmacist.get(SHEET)
    assert page.status == 200 and "Chart this round" not in page.text
    assert pharmacist.send(SHEET, **{"heart-rate": "80"}).status == 403
    assert not observed(house, before)


def test_a_finding_is_asked_with_when_it_was_last_looked_for(someone, charted, clock):
    charted("observation", {"what": "head-injury", "value": "no"})
    clock.forward(minutes=5)
    page = someone("n.park").get(SHEET)
    assert "Head injury, last no, Sun 22 Nov 09:00 (5 min ago)" in page.text and "&lt;time" not in page.html


def test_blood_pressure_is_one_row_and_two_readings(someone, house):
    nurse, before = someone("n.park"), house.record.last_number()
    page = nurse.get(SHEET)
    row = page.html[page.html.index('id="pressure"') : page.html.index('id="sedation-rass"')]
    assert 'name="systolic-blood-pressure"' in row and 'name="diastolic-blood-pressure"' in row
    assert page.html.count('name="systolic-blood-pressure"') == 1
    nurse.send(SHEET, **{"systolic-blood-pressure": "118", "diastolic-blood-pressure": "76"})
    assert {what: entry.body["value"] for what, entry in observed(house, before).items()} == {
        "systolic-blood-pressure": 118,
        "diastolic-blood-pressure": 76,
    }
    came = nurse.send(SHEET, **{"systolic-blood-pressure": "1180", "diastolic-blood-pressure": "76"})
    assert came.status == 422 and 'href="#systolic-blood-pressure"' in came.html and "Systolic: 1180" in came.text


def test_a_systolic_pressure_below_the_diastolic_one_is_refused(someone, house):
    pressures = {"systolic-blood-pressure": "80", "diastolic-blood-pressure": "140"}
    page = someone("n.park").send("/patients/demo-1/vitals", **pressures)
    assert page.status == 422 and "is not above the diastolic one" in page.text
    assert not [
        one
        for one in house.record.entries(patient="demo-1", kinds=["observation"])
        if one.by == "n.park" and one.body.get("value") == 140
    ]


def test_every_mistake_of_a_round_is_told_at_once(someone):
    page = someone("n.park").send(
        "/patients/demo-1/vitals",
        **{"respiratory-rate": "abc", "oxygen-saturation": "970", "pain-score": "11", "at_ago": "soon"},
    )
    assert page.status == 422
    for id in ("respiratory-rate", "oxygen-saturation", "pain-score", "at_ago"):
        assert f'id="{id}-problem"' in page.html, id


@pytest.mark.parametrize("typed", ["11", "-1", "15"])
def test_pain_says_its_range_and_refuses_what_lies_outside(someone, typed):
    nurse = someone("n.park")
    page = nurse.get("/patients/demo-1/vitals")
    assert re.search(r'id="pain-score-in">0 to 10<', page.html)
    came = nurse.send("/patients/demo-1/vitals", **{"pain-score": typed})
    assert came.status == 422 and f"{typed} is outside what can be measured as pain score (0 to 10)." in came.text


def test_a_level_of_sedation_is_chosen_in_words(someone, house):
    nurse = someone("n.park")
    page = nurse.get("/patients/demo-1/vitals").html
    levels = re.findall(
        r'<option value="(-?\d*)"[^>]*>([^<]+)',
        page[page.index('id="sedation-rass"') : page.index('id="sedation-poss"')],
    )
    assert levels[0] == ("", "Not looked") and ("-4", "-4 deep sedation") in levels and ("4", "+4 combative") in levels
    wrong = nurse.send("/patients/demo-1/vitals", **{"sedation-rass": "-9"})
    assert wrong.status == 422 and "<option selected>-9</option>" in wrong.html  # as it was sent, to be mended
