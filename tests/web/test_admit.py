"""Admission: one new chart with an id that says nothing, or none."""

from __future__ import annotations

import re


def admitted(came):
    return re.fullmatch(r"/patients/(p-[a-z2-7]{10})", came.url)[1]


def test_somebody_is_admitted_with_what_was_told_and_nothing_more(someone, house):
    came = someone("n.park").send(
        "/admit",
        name="Rivera, Sol",
        place="Bed 4",
        age="29",
        sex="female",
        pregnant="unknown",
        setting="emergency",
        jurisdiction="US-PA",
        goals=["start-treatment", "kratom-as-treatment"],
        substance="fentanyl-illicit",
        last_use_from="2026-11-21T20:00",
        last_use_to="2026-11-21T22:00",
        at_ago="20",
    )
    patient = admitted(came)
    bedside = house.ward.bedside(patient, house.clock())
    document = bedside.chart.document
    assert bedside.chart.name == "Rivera, Sol" and bedside.chart.identity == {"place": "Bed 4"}
    assert document["patient"] == {"age": 29, "sex": "female", "pregnant": "unknown"}
    assert document["setting"] == "emergency" and document["jurisdiction"] == "US-PA"
    assert document["goals"] == ["start-treatment", "kratom-as-treatment"]
    assert document["exposures"][0]["last_use"] == {
        "earliest": "2026-11-21T20:00:00-05:00",
        "latest": "2026-11-21T22:00:00-05:00",
    }
    assert bedside.chart.admitted == "2026-11-22T08:40:00-05:00" and bedside.here
    assert not bedside.chart.synthetic and "medicines" not in document
    assert "rivera" not in patient


def test_a_name_is_enough_and_needed(someone, house):
    nurse, before = someone("n.park"), house.record.last_number()
    came = nurse.send("/admit", name="  ", age="40")
    assert came.status == 422 and 'href="#name"' in came.html and 'value="40"' in came.html
    assert house.record.last_number() == before
    patient = admitted(nurse.send("/admit", name="Somebody"))
    assert "exposures" not in house.ward.bedside(patient, house.clock()).chart.document


def test_nothing_is_preselected_but_the_mark_of_a_made_up_person(someone):
    page = someone("n.park").get("/admit")
    assert re.findall(r'name="(\w+)"[^>]* checked', page.html) == ["synthetic"] and " selected" not in page.html


def test_every_mistake_is_told_at_its_field_and_nobody_is_admitted(someone, house):
    patients = house.ward.patients()
    came = someone("n.park").send(
        "/admit",
        name="Test",
        age="-4",
        weight_kg="9999999999",
        sex="male",
        pregnant="yes",
        substance="heroin",
        amount="5",
        last_use="2027-01-01T00:00",
        at_ago="soon",
    )
    assert came.status == 422
    for field in ("at_ago", "amount_unit", "last_use"):
        assert f'href="#{field}"' in came.html, field
    again = someone("n.park").send("/admit", name="Test", age="-4", weight_kg="99999", sex="male", pregnant="yes")
    for field in ("age", "weight_kg", "pregnant"):
        assert f'href="#{field}"' in again.html, field
    house.ward.catch_up()
    assert house.ward.patients() == patients


def test_a_namesake_is_asked_about_and_does_not_stand_in_the_way(someone, house):
    nurse = someone("n.park")
    admitted(nurse.send("/admit", name="Rivera, Sol", place="Bed 4"))
    came = nurse.send("/admit", name="sol  RIVERA")
    assert came.status == 422 and "is it the same person" in came.text and "Bed 4" in came.text
    assert 'value="sol  RIVERA"' in came.html
    admitted(nurse.send("/admit", name="sol RIVERA", another="yes"))


def test_a_child_is_admitted_and_the_page_says_where_to_turn(someone, house):
    came = someone("n.park").send("/admit", name="Young", age="12")
    bedside = house.ward.bedside(admitted(came), house.clock())
    assert bedside.assessment is not None and bedside.assessment.refusals


def test_a_form_sent_twice_admits_one_person(someone, house):
    nurse = someone("n.park")
    page = nurse.get("/admit")
    fields = {name: page.hidden(name) for name in ("form", "id")} | {"name": "Once"}
    to = {nurse.client.post("/admit", data=fields, follow_redirects=False).headers["location"] for _ in range(2)}
    assert len(to) == 1
    assert sum(one.chart.name == "Once" for one in house.ward.everybody(house.clock())) == 1


def test_control_characters_are_refused(someone, house):
    before = house.record.last_number()
    came = someone("n.park").send("/admit", name="A\0B")
    assert came.status == 422 and "cannot be read" in came.text
    assert house.record.last_number() == before
