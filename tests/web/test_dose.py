"""Doses: given or not, by a plan or without; what speaks against one is read before it is charted."""

from __future__ import annotations

import re

import pytest

DOSE = "/patients/demo-1/dose"
PLAN = {
    "plan": "p1",
    "option": "buprenorphine-standard",
    "title": "Buprenorphine",
    "lines": [
        {
            "what": "buprenorphine-naloxone, sublingual",
            "medicine": "buprenorphine-naloxone-sublingual",
            "dose": "8 mg",
            "hold_if": ["sedated (RASS -1 or lower)"],
        }
    ],
}


def written(house, before, kind="dose"):
    return [entry for entry in house.record.entries(patient="demo-1", after=before, kinds=[kind])]


@pytest.fixture
def patient(someone):
    """Somebody of whom nothing is charted but a name."""
    came = someone("n.park").send("/admit", name="Test, Dose")
    return came.url


def test_naloxone_without_a_plan_is_charted(someone, house, patient):
    came = someone("n.park").send(
        f"{patient}/dose", medicine="Narcan", dose="4", unit="mg", route="intranasal", given="yes", at_ago="5"
    )
    assert came.url == patient
    (entry,) = house.record.entries(patient=patient.rpartition("/")[2], kinds=["dose"])
    assert entry.body == {"medicine": "naloxone", "dose": "4 mg", "route": "intranasal"}
    assert entry.at == "2026-11-22T08:55:00-05:00"


def test_a_line_of_a_signed_plan_is_offered_with_what_it_is_held_for(someone, house, charted):
    entry = charted("plan-signed", PLAN, by="a.reyes", role="prescriber")
    nurse, before = someone("n.park"), house.record.last_number()
    page = nurse.get(DOSE)
    assert "Held if: sedated (RASS -1 or lower)" in page.text and "signed by Ana Reyes" in page.text
    assert not re.search(r"<input[^>]* checked", page.html)
    came = nurse.send(
        DOSE,
        line=f"{entry.number}-0",
        dose="8",
        unit="mg",
        route="sublingual",
        given="yes",
        **ticks(page, nurse, entry),
    )
    assert came.url == "/patients/demo-1", came.text
    assert written(house, before)[0].body["medicine"] == "buprenorphine-naloxone-sublingual"


def ticks(page, nurse, entry):
    """What the form asks to have read for the same dose."""
    asked = nurse.send(DOSE, line=f"{entry.number}-0", dose="8", unit="mg", route="sublingual", given="yes")
    return dict(re.findall(r'name="(read-[^"]+)" value="([^"]+)"', asked.html))


def test_a_grave_alert_is_shown_and_read_before_the_dose_is_charted(someone, house, charted):
    charted("observation", {"what": "respiratory-rate", "value": 6, "unit": "/min"})
    nurse, before = someone("n.park"), house.record.last_number()
    fields = {"medicine": "methadone", "dose": "20", "unit": "mg", "route": "oral", "given": "yes"}
    came = nurse.send(DOSE, **fields)
    assert came.status == 422 and "sedated or breathing poorly" in came.text and "I have read this" in came.text
    assert not written(house, before)
    read = dict(re.findall(r'name="(read-[^"]+)" value="([^"]+)"', came.html))
    assert read
    other = nurse.send(DOSE, **(fields | read | {"dose": "30"}))
    assert other.status == 422 and not written(house, before), "a tick holds for the dose that was read about"
    came = nurse.send(DOSE, **(fields | read))
    assert came.url == "/patients/demo-1" and written(house, before)[0].body["dose"] == "20 mg"


def test_a_dose_that_was_not_given_is_a_note_with_its_reason(someone, house):
    nurse, before = someone("n.park"), house.record.last_number()
    fields = {"medicine": "clonidine", "dose": "0.1", "unit": "mg", "given": "no"}
    assert nurse.send(DOSE, **fields).status == 422
    nurse.send(DOSE, **fields, reason="asleep")
    assert not written(house, before)
    (note,) = written(house, before, "note")
    assert note.body["text"] == "Not given: clonidine 0.1 mg. asleep" and note.body["about"] == "dose"


def test_a_name_nearly_known_is_asked_about_and_may_stay_as_told(someone, house):
    nurse, before = someone("n.park"), house.record.last_number()
    fields = {"medicine": "methadon", "dose": "10", "unit": "mg", "given": "yes"}
    came = nurse.send(DOSE, **fields)
    assert came.status == 422 and "Did you mean methadone?" in came.text and 'value="methadon"' in came.html
    nurse.send(DOSE, **fields, as_told="yes")
    assert written(house, before)[0].body["medicine"] == "methadon"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"dose": ""}, "dose"),
        ({"dose": "8,000"}, "dose"),
        ({"dose": "-8"}, "dose"),
        ({"dose": "0"}, "dose"),
        ({"dose": "9" * 30}, "dose"),
        ({"unit": ""}, "unit"),
        ({"unit": "tablet"}, "unit"),
        ({"route": "by post"}, "route"),
        ({"given": ""}, "given"),
        ({"medicine": ""}, "medicine"),
        ({"medicine": "na\0loxone"}, "medicine"),
        ({"at_ago": "-1"}, "at_ago"),
        ({"line": "999-0", "medicine": ""}, "line"),
    ],
)
def test_what_cannot_be_is_told_at_its_field_and_nothing_is_charted(someone, house, wrong, field, patient):
    good = {"medicine": "naloxone", "dose": "4", "unit": "mg", "route": "intranasal", "given": "yes"}
    came = someone("n.park").send(f"{patient}/dose", **(good | wrong))
    assert came.status == 422 and f'href="#{field}"' in came.html, came.text
    assert not list(house.record.entries(patient=patient.rpartition("/")[2], kinds=["dose"]))


def test_a_pharmacist_charts_no_dose(someone, house):
    before = house.record.last_number()
    assert someone("j.lindqvist").send(DOSE, medicine="naloxone", dose="4", unit="mg", given="yes").status == 403
    assert not written(house, before)
