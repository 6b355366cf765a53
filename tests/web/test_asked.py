"""What is asked of everybody who comes: answered for whole lists at the door or later, never answered by itself."""

from __future__ import annotations

import re

import pytest

COWS = dict(
    zip(
        ("pulse", "sweating", "restlessness", "pupils", "aches", "nose_eyes", "gi", "tremor", "yawning", "anxiety", "gooseflesh"),
        (2, 2, 3, 2, 1, 1, 1, 1, 1, 1, 3),
        strict=True,
    )
)  # fmt: skip
NONE = {f"asked-{kind}": "none" for kind in ("exposure", "medicine", "condition", "allergy", "dose")}
LISTS = ("exposures", "medicines", "conditions", "allergies", "doses")


@pytest.fixture
def patient(someone):
    return someone("n.park").send("/admit", name="Test, Asked").url


def document(house, patient):
    house.ward.catch_up()
    return house.ward.bedside(patient.rpartition("/")[2], house.clock()).chart.document


def start(house, patient):
    assessment = house.ward.bedside(patient.rpartition("/")[2], house.clock()).assessment
    return next(option for option in assessment.options if option.id == "buprenorphine-standard")


def came_withdrawn(nurse, **asked):
    """Somebody who took fentanyl 30 hours ago, looked at and scored through the pages."""
    patient = nurse.send(
        "/admit",
        name="Test, Start",
        age="35",
        sex="male",
        setting="emergency",
        jurisdiction="US-PA",
        goals=["start-treatment"],
        substance="fentanyl-illicit",
        last_use_hours="30",
        **asked,
    ).url
    seen = {
        "respiratory-rate": "18",
        "oxygen-saturation": "97",
        "heart-rate": "112",
        "systolic-blood-pressure": "132",
        "diastolic-blood-pressure": "84",
        "sedation-rass": "0",
    }
    assert nurse.send(f"{patient}/vitals", **seen).url == patient
    nurse.send(f"{patient}/score/cows", **{f"items.{item}": str(points) for item, points in COWS.items()})
    return patient


def test_a_start_is_recommended_once_the_five_questions_are_answered_at_the_door(someone, house):
    patient = came_withdrawn(someone("n.park"), **NONE)
    assert document(house, patient)["scores"][-1]["items"]["gooseflesh"] == 3
    assert start(house, patient).status == "recommended", start(house, patient).because


def test_a_start_cannot_be_told_until_they_are_answered_on_history(someone, house):
    nurse = someone("n.park")
    patient = came_withdrawn(nurse)
    assert start(house, patient).status == "cannot-tell"
    for kind in ("exposure", "medicine", "condition", "allergy"):
        nurse.send(f"{patient}/history", part="asked", **{f"asked-{kind}": "none"})
    assert start(house, patient).status == "cannot-tell"
    came = nurse.send(f"{patient}/history", part="asked", **{"asked-dose": "none"})
    assert came.url == patient and start(house, patient).status == "recommended"


@pytest.mark.parametrize("page", ["/admit", "history"])
def test_nothing_is_preselected(someone, patient, page):
    shown = someone("n.park").get(page if page == "/admit" else f"{patient}/{page}")
    for field in (*NONE, "asked-disorder"):
        found = re.findall(rf'<input type="radio" name="{field}"[^>]*>', shown.html)
        assert found and not any("checked" in one for one in found), field


def test_would_not_say_and_not_asked_yet_are_told_apart(someone, house, patient):
    answers = {"asked-medicine": "declined", "asked-condition": "not-asked", "asked-dose": "none"}
    someone("n.park").send(f"{patient}/history", part="asked", **answers)
    charted = {name: document(house, patient).get(name, "not asked") for name in LISTS}
    assert charted.pop("exposures") == "not asked"
    assert charted == {"medicines": "declined", "conditions": "not asked", "allergies": "not asked", "doses": []}
    shown = someone("n.park").get(f"{patient}/history")
    assert "Charted: Would not say." in shown.text and "Charted: None." in shown.text


def test_not_asked_alone_charts_nothing(someone, house, patient):
    before = house.record.last_number()
    came = someone("n.park").send(f"{patient}/history", part="asked", **{"asked-dose": "not-asked"})
    assert came.status == 422 and "nothing to chart" in came.text
    assert not [one for one in house.record.entries(after=before) if one.kind == "dose"]


def test_a_dose_charted_later_goes_before_what_was_said_of_none(someone, house):
    nurse = someone("n.park")
    patient = nurse.send("/admit", name="Test, Later", **NONE).url
    nurse.send(f"{patient}/dose", medicine="naloxone", dose="4", unit="mg", route="intranasal", given="yes")
    assert [dose["medicine"] for dose in document(house, patient)["doses"]] == ["naloxone"]


def test_doses_elsewhere_can_still_be_asked_about_once_one_was_given_here(someone, house, patient):
    nurse = someone("n.park")
    nurse.send(f"{patient}/dose", medicine="naloxone", dose="4", unit="mg", route="intranasal", given="yes")
    assert "Not asked yet. Doses charted so far: 1." in nurse.get(f"{patient}/history").text
    came = nurse.send(f"{patient}/history", part="asked", **{"asked-dose": "none"})
    assert came.url == patient, came.text
    assert [dose["medicine"] for dose in document(house, patient)["doses"]] == ["naloxone"]
    assert "Charted: None. Doses charted so far: 1." in nurse.get(f"{patient}/history").text


def test_of_a_list_with_something_in_it_it_can_be_said_that_there_is_nothing_besides(someone, house, patient):
    nurse = someone("n.park")
    nurse.send(f"{patient}/history", part="medicine", **{"medicine-name": "sertraline"})
    assert "Whether there are others: not known." in nurse.get(f"{patient}/history").text
    assert document(house, patient)["medicines"] == [{"name": "sertraline"}, {"name": "unknown"}]
    came = nurse.send(f"{patient}/history", part="asked", **{"asked-medicine": "none"})
    assert came.url == patient and "none besides those charted" in nurse.get(f"{patient}/entries").text
    assert document(house, patient)["medicines"] == [{"name": "sertraline"}]
    assert "Asked: none besides." in nurse.get(f"{patient}/history").text


def test_who_would_not_say_more_leaves_the_rest_of_the_list_open(someone, house, patient):
    nurse = someone("n.park")
    nurse.send(f"{patient}/history", part="allergy", **{"allergy-name": "penicillin"})
    nurse.send(f"{patient}/history", part="allergy", **{"allergy-whole": "declined"})
    assert document(house, patient)["allergies"] == [{"name": "penicillin"}, {"name": "unknown"}]
    shown = nurse.get(patient).text
    assert "penicillin; whether others: not known" in shown and "penicillin, unknown" not in shown


@pytest.mark.parametrize("status", ["present", "absent"])
def test_the_disorder_is_charted_beside_none_of_the_others(someone, house, status):
    patient = someone("n.park").send("/admit", name="Test, Disorder", **NONE, **{"asked-disorder": status}).url
    assert document(house, patient)["conditions"] == [{"name": "opioid use disorder", "status": status}]
    case = house.ward.bedside(patient.rpartition("/")[2], house.clock()).case
    assert [(one.condition, one.present) for one in case.conditions] == [("opioid-use-disorder", status == "present")]


@pytest.mark.parametrize("others", ["", "declined", "not-asked"])
def test_the_disorder_alone_never_reads_as_if_the_others_had_been_asked(someone, house, patient, others):
    answers = {"asked-disorder": "present", "asked-condition": others}
    assert someone("n.park").send(f"{patient}/history", part="asked", **answers).url == patient
    disorder = {"name": "opioid use disorder", "status": "present"}
    assert document(house, patient)["conditions"] == [disorder, {"name": "unknown"}]


def test_a_pharmacist_admits_and_charts_no_dose(someone, house):
    pharmacist = someone("j.lindqvist")
    assert 'name="asked-dose"' not in pharmacist.get("/admit").html
    came = pharmacist.send("/admit", name="Test, Pharmacist", **NONE)
    assert came.status == 422 and 'href="#asked-dose"' in came.html
    answers = {field: said for field, said in NONE.items() if field != "asked-dose"}
    patient = pharmacist.send("/admit", name="Test, Pharmacist", **answers).url
    assert [name in document(house, patient) for name in LISTS] == [True, True, True, True, False]


def test_what_is_no_answer_is_told_at_its_field(someone, house, patient):
    came = someone("n.park").send(f"{patient}/history", part="asked", **{"asked-allergy": "perhaps"})
    assert came.status == 422 and 'href="#asked-allergy"' in came.html and "allergies" not in document(house, patient)


def test_the_disorder_is_not_asked_again_once_it_is_charted(someone):
    nurse = someone("n.park")
    patient = nurse.send("/admit", name="Test, Again", **NONE, **{"asked-disorder": "present"}).url
    shown = nurse.get(f"{patient}/history")
    assert "asked-disorder" not in shown.html and "Condition: opioid use disorder" in shown.text
