"""History: each part is a form of its own; what stays empty changes nothing."""

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
    nurse.send(page, part="who", age="31", pregnant="no", opioid_naive="unknown")
    nurse.send(page, part="who", weight_kg="64.5")
    assert bodies(house, patient, "patient") == [
        {"age": 31, "pregnant": "no", "opioid_naive": "unknown"},
        {"weight_kg": 64.5},
    ]
    shown = nurse.get(page)
    assert "Charted: 31." in shown.text and " checked" not in shown.html and 'value="31"' not in shown.html


def test_what_contradicts_what_stands_is_refused_at_its_field(someone, house, patient):
    nurse, page = someone("n.park"), f"{patient}/history"
    nurse.send(page, part="who", sex="male")
    came = nurse.send(page, part="who", pregnant="yes")
    assert came.status == 422 and 'href="#pregnant"' in came.html and "contradict" in came.text
    assert len(bodies(house, patient, "patient")) == 1


def test_medicines_conditions_and_allergies(someone, house, patient):
    nurse, page = someone("n.park"), f"{patient}/history"
    nurse.send(
        page,
        part="medicine",
        **{"medicine-name": "methadone", "medicine-dose": "80 mg daily", "medicine-verified": "clinic"},
        last_taken="2026-11-21T08:00",
    )
    nurse.send(page, part="condition", **{"condition-name": "f11.20"}, status="present")
    nurse.send(page, part="condition", **{"condition-name": "liver disease"}, status="absent")
    nurse.send(page, part="condition", **{"condition-name": "a thing Leeward never heard of"}, status="unclear")
    nurse.send(page, part="allergy", **{"allergy-name": "penicillin", "allergy-reaction": "rash"})
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


@pytest.mark.parametrize(
    ("kind", "name"), [("medicine", "medicines"), ("condition", "conditions"), ("allergy", "allergies")]
)
def test_asked_none_and_would_not_say(someone, house, patient, kind, name):
    nurse, page, id = someone("n.park"), f"{patient}/history", patient.rpartition("/")[2]
    nurse.send(page, part=kind, **{f"{kind}-whole": "declined"})
    assert house.ward.bedside(id, house.clock()).chart.document[name] == "declined"
    nurse.send(page, part=kind, **{f"{kind}-whole": "none"})
    assert house.ward.bedside(id, house.clock()).chart.document[name] == []
    assert "Asked: none." in nurse.get(page).text


def test_goals_and_what_is_not_wanted(someone, house, patient):
    someone("n.park").send(
        f"{patient}/history",
        part="goals",
        goals=["taper", "pain-relief"],
        declines=["methadone"],
        **{"declines-other": "naltrexone"},
    )
    document = house.ward.bedside(patient.rpartition("/")[2], house.clock()).chart.document
    assert document["goals"] == ["taper", "pain-relief"] and document["declines"] == ["methadone", "naltrexone"]


@pytest.mark.parametrize(
    ("part", "wrong", "field"),
    [
        ("who", {}, "age"),
        ("who", {"age": "unknowable"}, "age"),
        ("who", {"age": "400"}, "age"),
        ("who", {"weight_kg": "-70"}, "weight_kg"),
        ("who", {"sex": "other"}, "sex"),
        ("medicine", {}, "medicine-name"),
        ("medicine", {"medicine-dose": "5 mg"}, "medicine-name"),
        ("medicine", {"medicine-name": "x", "last_taken": "2027-01-01T00:00"}, "last_taken"),
        ("medicine", {"medicine-name": "x", "medicine-whole": "none"}, "medicine-whole"),
        ("condition", {"condition-name": "asthma"}, "status"),
        ("condition", {"status": "absent"}, "condition-name"),
        ("allergy", {"allergy-reaction": "rash"}, "allergy-name"),
        ("allergy", {"allergy-name": "a\0b"}, "allergy-name"),
        ("goals", {}, "goals"),
        ("goals", {"goals": "immortality"}, "goals"),
        ("nonsense", {}, "part"),
    ],
)
def test_what_cannot_be_is_told_at_its_field_and_nothing_is_charted(someone, house, patient, part, wrong, field):
    nurse, id = someone("n.park"), patient.rpartition("/")[2]
    kinds = ["patient", "medicine", "condition", "allergy", "goal"]
    came = nurse.send(f"{patient}/history", part=part, **wrong)
    assert came.status == 422 and (f'href="#{field}"' in came.html or field == "part"), came.text
    assert not list(house.record.entries(patient=id, kinds=kinds))


def test_when_a_medicine_was_taken_last_may_lie_between_hours(someone, house, patient):
    nurse, page = someone("n.park"), f"{patient}/history"
    nurse.send(page, part="medicine", **{"medicine-name": "methadone"}, last_taken_hours="18-24")
    told = {"earliest": "2026-11-21T09:00:00-05:00", "latest": "2026-11-21T15:00:00-05:00"}
    assert bodies(house, patient, "medicine") == [{"name": "methadone", "last_taken": told}]
    assert "last taken between 2026-11-21 09:00 and 2026-11-21 15:00" in nurse.get(page).text
