"""Corrections: the entry and the correction stay, and the chart reads as corrected."""

from __future__ import annotations

import re

import pytest


def address(entry):
    return f"/patients/demo-1/correct/{entry.number}"


def fields_of(page):
    """The fields of the entry's words as a browser would send them."""
    from html import unescape

    return {
        unescape(name): unescape(value)
        for name, value in re.findall(r'name="(b\.[^"]+)"[^>]* value="([^"]*)"', page.html)
    }


@pytest.fixture
def pressure(charted):
    return charted(
        "observation", {"what": "systolic-blood-pressure", "value": 12, "unit": "kPa"} | {"value": 118, "unit": "mmHg"}
    )


def document(house):
    house.ward.catch_up()
    return house.ward.bedside("demo-1", house.clock()).chart.document


def test_a_value_is_replaced_and_both_entries_stay(someone, house, pressure):
    nurse = someone("n.park")
    page = nurse.get(address(pressure))
    fields = fields_of(page)
    assert fields["b.value"] == "118" and " checked" not in page.html
    came = nurse.send(address(pressure), **(fields | {"b.value": "108"}), what="replace", quick="typed wrong")
    assert came.url == "/patients/demo-1", came.text
    correction = list(house.record.entries(patient="demo-1", kinds=["correction"]))[-1]
    assert correction.corrects == pressure.number
    assert correction.body == {
        "reason": "typed wrong",
        "replaces": {"what": "systolic-blood-pressure", "value": 108, "unit": "mmHg"},
    }
    assert document(house)["observations"][-1]["value"] == 108
    assert "corrected before" in nurse.get(address(pressure)).text


def test_an_entry_is_struck_and_stands_again_by_another_correction(someone, house, pressure):
    nurse = someone("n.park")
    nurse.send(address(pressure), what="strike", reason="was another person")
    assert not [
        one
        for one in document(house).get("observations", [])
        if one["what"] == "systolic-blood-pressure" and one["value"] == 118
    ]
    page = nurse.get(address(pressure))
    assert "struck" in page.text
    assert nurse.send(address(pressure), what="strike", reason="again").status == 422
    nurse.send(address(pressure), **fields_of(page), what="replace", reason="it was right after all")
    assert document(house)["observations"][-1]["value"] == 118


def test_an_item_of_a_score_is_corrected_and_one_left_out_is_added(someone, house, charted):
    score = charted("score", {"instrument": "cows", "items": {"pulse": 2, "sweating": 1}})
    nurse = someone("n.park")
    fields = fields_of(nurse.get(address(score)))
    assert fields["b.items.tremor"] == ""
    came = nurse.send(
        address(score), **(fields | {"b.items.pulse": "4", "b.items.tremor": "1"}), what="replace", quick="typed wrong"
    )
    assert came.url == "/patients/demo-1", came.text
    assert document(house)["scores"][-1]["items"] == {"pulse": 4, "sweating": 1, "tremor": 1}
    came = nurse.send(address(score), **(fields | {"b.items.pulse": "3"}), what="replace", quick="typed wrong")
    assert came.status == 422 and 'href="#b.items.pulse"' in came.html


def test_the_time_of_a_dose_is_corrected(someone, house, charted):
    dose = charted("dose", {"medicine": "naloxone", "dose": "4 mg", "route": "intranasal"})
    nurse = someone("n.park")
    fields = fields_of(nurse.get(address(dose)))
    nurse.send(address(dose), **(fields | {"b.at": "2026-11-22 08:10"}), what="replace", quick="wrong time")
    assert document(house)["doses"][-1]["at"] == "2026-11-22T08:10:00-05:00"


def test_without_a_reason_or_a_change_nothing_is_corrected(someone, house, pressure):
    nurse = someone("n.park")
    fields = fields_of(nurse.get(address(pressure)))
    for sent, field in (
        ({"what": "strike"}, "reason"),
        ({"quick": "typed wrong"}, "what"),
        ({"what": "replace", "quick": "typed wrong", **fields}, "what"),
        ({"what": "replace", "quick": "typed wrong", **fields, "b.value": "4000"}, "b.value"),
        ({"what": "replace", "quick": "typed wrong", **fields, "b.unit": "kPa"}, "b.unit"),
        ({"what": "replace", "quick": "typed wrong", **fields, "b.at": "2026-11-22 23:00"}, "b.at"),
    ):
        came = nurse.send(address(pressure), **sent)
        assert came.status == 422 and f'href="#{field}"' in came.html, (sent, came.text)
    assert not list(house.record.entries(patient="demo-1", kinds=["correction"]))


def test_a_correction_points_to_what_it_corrects(someone, house, pressure):
    nurse = someone("n.park")
    nurse.send(address(pressure), what="strike", reason="was another person")
    (correction,) = house.record.entries(patient="demo-1", kinds=["correction"])
    page = nurse.get(address(correction))
    assert f'href="/patients/demo-1/correct/{pressure.number}"' in page.html and "Write the correction" not in page.html
    assert nurse.send(address(correction), what="strike", reason="no").status == 422


@pytest.mark.parametrize("number", ["0", "-1", "999999", "1", "x", "٣", "9" * 30])
def test_what_is_no_entry_of_this_chart_is_refused_the_same(someone, number):
    came = someone("n.park").get(f"/patients/demo-1/correct/{number}")
    assert came.status == 404 and "There is no such entry in this chart." in came.text


def test_an_entry_of_another_person_cannot_be_reached(someone, house):
    nurse = someone("n.park")
    nurse.send("/admit", name="Another")
    other = list(house.record.entries(kinds=["admission"]))[-1]
    assert nurse.get(address(other)).status == 404
    page = nurse.get("/patients/demo-1/vitals")
    sent = nurse.client.post(
        address(other),
        data={"form": page.hidden("form"), "what": "strike", "reason": "mine now", "id": page.hidden("id")},
    )
    assert sent.status_code == 404
    assert not list(house.record.entries(kinds=["correction"]))


def test_who_may_not_write_such_an_entry_may_not_correct_it(someone, house, pressure):
    pharmacist = someone("j.lindqvist")
    assert "Write the correction" not in pharmacist.get(address(pressure)).text
    page = pharmacist.get("/patients/demo-1/notes")
    data = {name: page.hidden(name) for name in ("form", "id")} | {"what": "strike", "reason": "no"}
    assert pharmacist.client.post(address(pressure), data=data).status_code == 403
    assert not list(house.record.entries(kinds=["correction"]))
