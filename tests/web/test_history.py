"""History: one form, saved whole or not at all; what stays empty changes nothing."""

from __future__ import annotations

import pytest


@pytest.fixture
def patient(someone):
    return someone("n.park").send("/admit", name="Test, History").url


def bodies(house, patient, kind):
    return [entry.body for entry in house.record.entries(patient=patient.rpartition("/")[2], kinds=[kind])]


def test_who_they_are(someone, house, patient):
    nurse, page = someone("n.park"), f"{patient}/history"
    assert "Not asked yet." in nurse.get(page).text
    nurse.send(page, age="31", pregnant="no", opioid_naive="unknown")
    nurse.send(page, weight_kg="64.5")
    assert bodies(house, patient, "patient") == [
        {"age": 31, "pregnant": "no", "opioid_naive": "unknown"},
        {"weight_kg": 64.5},
    ]
    shown = nurse.get(page)
    assert "Charted: 31." in shown.text and " checked" not in shown.html and 'value="31"' not in shown.html


def test_what_contradicts_what_stands_is_refused_at_its_field(someone, house, patient):
    nurse, page = someone("n.park"), f"{patient}/history"
    nurse.send(page, sex="male")
    came = nurse.send(page, pregnant="yes")
    assert came.status == 422 and 'href="#pregnant"' in came.html and "contradict" in came.text
    assert len(bodies(house, patient, "patient")) == 1


def test_medicines_conditions_and_allergies(someone, house, patient):
    nurse, page = someone("n.park"), f"{patient}/history"
    nurse.send(
        page,
        **{"medicine-name": "methadone", "medicine-dose": "80 mg daily", "medicine-verified": "clinic"},
        last_taken="2026-11-21T08:00",
    )
    nurse.send(page, **{"condition-name": "f11.20"}, status="present")
    nurse.send(page, **{"condition-name": "liver disease"}, status="absent")
    nurse.send(page, **{"condition-name": "a thing Leeward never heard of"}, status="unclear")
    nurse.send(page, **{"allergy-name": "penicillin", "allergy-reaction": "rash"})
    assert bodies(house, patient, "medicine") == [
        {
            "name": "methadone",
            "dose": "80 mg daily",
            "verified": "clinic",
            "last_taken": "2026-11-21T08:00:00-05:00",
        }
    ]
    assert bodies(house, patient, "condition") == [
        {"status": "present", "code": {"system": "icd-10-cm", "value": "F11.20"}},
        {"status": "absent", "name": "liver disease"},
        {"status": "unclear", "name": "a thing Leeward never heard of"},
    ]
    assert bodies(house, patient, "allergy") == [{"name": "penicillin", "reaction": "rash"}]
    assert house.ward.bedside(patient.rpartition("/")[2], house.clock()).case is not None


def test_all_that_was_told_is_saved_at_once_each_an_entry_of_its_own(someone, house, patient):
    told = {"age": "31", "medicine-name": "sertraline", "asked-medicine": "none", "condition-name": "asthma"}
    came = someone("n.park").send(f"{patient}/history", **told, status="present", goals="taper")
    assert came.url == patient and "Charted: " in came.text
    for said in ("Asked about medicines: none", "Takes sertraline", "Condition: asthma", "Goal: taper"):
        assert said in came.text, said
    assert bodies(house, patient, "patient")[-1] == {"age": 31}
    assert bodies(house, patient, "medicine") == [{"none": True}, {"name": "sertraline"}]
    assert bodies(house, patient, "condition") == [{"status": "present", "name": "asthma"}]


def test_one_mistake_writes_nothing_and_loses_nothing(someone, house, patient):
    told = {"age": "31", "medicine-name": "sertraline", "allergy-reaction": "rash", "asked-condition": "none"}
    came = someone("n.park").send(f"{patient}/history", **told, goals="taper")
    assert came.status == 422 and 'href="#allergy-name"' in came.html
    for kept in ('value="31"', 'value="sertraline"', 'value="rash"', 'value="taper" checked'):
        assert kept in came.html, kept
    assert 'name="asked-condition" value="none" data-key="n" checked' in came.html
    assert not bodies(house, patient, "medicine") and not bodies(house, patient, "goal")


def test_who_has_more_to_chart_comes_back_to_an_empty_form_that_says_what_was_charted(someone, patient):
    page = f"{patient}/history"
    came = someone("n.park").send(page, **{"medicine-name": "sertraline"}, more="yes")
    assert (
        came.url == page
        and "Charted: Takes sertraline" in came.text
        and 'value="sertraline"' not in came.html.replace('<option value="sertraline">', "")
    )


def test_the_page_has_one_form(someone, patient):
    assert someone("n.park").get(f"{patient}/history").html.count(f'action="{patient}/history"') == 1


def test_who_is_not_certain_of_a_condition_reads_so_again(someone, patient):
    nurse, page = someone("n.park"), f"{patient}/history"
    nurse.send(page, **{"condition-name": "asthma"}, status="unclear")
    assert "Condition: asthma (not certain)" in nurse.get(page).text


def test_goals_and_what_is_not_wanted(someone, house, patient):
    someone("n.park").send(
        f"{patient}/history",
        goals=["taper", "pain-relief"],
        declines=["methadone"],
        **{"declines-other": "naltrexone"},
    )
    document = house.ward.bedside(patient.rpartition("/")[2], house.clock()).chart.document
    assert document["goals"] == ["taper", "pain-relief"] and document["declines"] == ["methadone", "naltrexone"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({}, "asked-exposure"),
        ({"asked-medicine": "not-asked"}, "asked-exposure"),
        ({"age": "unknowable"}, "age"),
        ({"age": "400"}, "age"),
        ({"weight_kg": "-70"}, "weight_kg"),
        ({"sex": "other"}, "sex"),
        ({"medicine-dose": "5 mg"}, "medicine-name"),
        ({"medicine-name": "x", "last_taken": "2027-01-01T00:00"}, "last_taken"),
        ({"condition-name": "asthma"}, "status"),
        ({"status": "absent"}, "condition-name"),
        ({"allergy-reaction": "rash"}, "allergy-name"),
        ({"allergy-name": "a\0b"}, "allergy-name"),
        ({"goals": "immortality"}, "goals"),
        ({"age": "31", "allergy-reaction": "rash"}, "allergy-name"),
    ],
)
def test_what_cannot_be_is_told_at_its_field_and_nothing_is_charted(someone, house, patient, wrong, field):
    nurse, id = someone("n.park"), patient.rpartition("/")[2]
    kinds = ["medicine", "condition", "allergy", "goal"]
    before = bodies(house, patient, "patient")
    came = nurse.send(f"{patient}/history", **wrong)
    assert came.status == 422 and f'href="#{field}"' in came.html and f'id="{field}"' in came.html, came.text
    assert not list(house.record.entries(patient=id, kinds=kinds)) and bodies(house, patient, "patient") == before


def test_when_a_medicine_was_taken_last_may_lie_between_hours(someone, house, patient):
    nurse, page = someone("n.park"), f"{patient}/history"
    nurse.send(page, **{"medicine-name": "methadone"}, last_taken_hours="18-24")
    told = {"earliest": "2026-11-21T09:00:00-05:00", "latest": "2026-11-21T15:00:00-05:00"}
    assert bodies(house, patient, "medicine") == [{"name": "methadone", "last_taken": told}]
    assert "last taken between Sat 21 Nov 09:00 and Sat 21 Nov 15:00" in nurse.get(page).text
