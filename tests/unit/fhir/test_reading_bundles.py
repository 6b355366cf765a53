"""Bundles as others send them: addresses of entries, pages that lack, what a server says of its own answer, circles."""

from __future__ import annotations

from typing import Any

import pytest

from leeward.errors import BadInput
from leeward.fhir.reading import joined, read_all
from leeward.fhir.to_case import FromFhir, case_document
from tests.unit.fhir.test_to_case import AT, LOINC, NOW, PERSON, SNOMED, UCUM, listed, of

P, DRUG, ORDER = (f"urn:uuid:0c0d2a11-9d0b-5a77-8f3e-5b1f0c0d2a1{place}" for place in range(3))
NONE_KNOWN = of(
    "AllergyIntolerance", "nka", code={"coding": [{"system": SNOMED, "code": "716186003"}]}, clinicalStatus={"coding": [{"code": "active"}]}
)  # fmt: skip


def bundle(*entries: Any, **told: Any) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": "collection", "entry": list(entries), **told}


def read(*entries: Any, **told: Any) -> FromFhir:
    return case_document(read_all(bundle(*entries, **told), "Bundle"), NOW)


def entry(resource: dict[str, Any] | None, url: str = "") -> dict[str, Any]:
    return {"resource": resource, **({"fullUrl": url} if url else {})}


@pytest.mark.parametrize("with_ids", [True, False])
def test_references_by_the_address_of_an_entry_are_followed(with_ids: bool):
    person = {key: value for key, value in PERSON.items() if with_ids or key != "id"}
    medicine = {"resourceType": "Medication", "code": {"text": "methadone"}, **({"id": "m"} if with_ids else {})}
    order = {
        "resourceType": "MedicationRequest", "status": "active", "intent": "order", "subject": {"reference": P},
        "medicationReference": {"reference": DRUG},
    }  # fmt: skip
    made = read(entry(person, P), entry(medicine, DRUG), entry(order, ORDER))
    assert [one["name"] for one in made.document["medicines"]] == ["methadone", "unknown"]
    assert made.case.patient.age == 35
    assert made.not_understood == ()


def score(id: str, **told: Any) -> dict[str, Any]:
    return of("Observation", id, status="final", code={"text": "COWS"}, effectiveDateTime=AT, valueInteger=12, **told)


def test_references_in_a_circle_end():
    first = score("a", hasMember=[{"reference": "Observation/b"}], derivedFrom=[{"reference": "Observation/b"}])
    second = score("b", hasMember=[{"reference": "Observation/a"}], derivedFrom=[{"reference": "Observation/a"}])
    made = read(
        entry(PERSON), entry(first), entry(second), entry(score("c", hasMember=[{"reference": "Observation/c"}]))
    )
    assert {one["total"] for one in made.document["scores"]} == {12}
    assert listed(made)


@pytest.mark.parametrize(
    "lacks",
    [
        entry(None),
        {"response": {"status": "404"}},
        "nothing",
        entry({"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "timeout"}]}),
        entry({"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "code": "incomplete"}]}),
        entry({"resourceType": "AllergyIntolerance", "id": "bad", "clinicalStatus": "active"}),
    ],
)
def test_what_lacks_is_listed_and_leaves_no_known_allergy_open(lacks: Any):
    whole = read(entry(PERSON), entry(NONE_KNOWN))
    assert whole.document["allergies"] == []
    made = read(entry(PERSON), entry(NONE_KNOWN), lacks)
    assert [one["name"] for one in made.document["allergies"]] == ["unknown"]
    assert listed(made)["AllergyIntolerance/nka"] == ["LW-0917"]
    assert any(path.startswith("Bundle.entry[2]") for path in listed(made))


def test_a_page_with_a_next_one_is_a_part_unless_the_next_is_asked_for():
    page = bundle(entry(NONE_KNOWN), link=[{"relation": "next", "url": "https://ehr.example/fhir?page=2"}])
    assert [one.code for one in read_all(page, "Bundle").partial] == ["LW-0923"]
    assert read_all(page, "Bundle", is_page=True).partial == ()
    whole = joined([read_all(page, "Bundle"), read_all(entry(PERSON)["resource"], "Patient")])
    assert [one["name"] for one in case_document(whole, NOW).document["allergies"]] == ["unknown"]


def test_a_reading_is_not_taken_for_two_when_it_stands_in_its_form_and_its_score():
    form = of(
        "QuestionnaireResponse", "f", status="completed", authored=AT, questionnaire="https://leeward.example/fhir/Questionnaire/cows",
        item=[{"linkId": "total", "answer": [{"valueDecimal": 12}]}],
    )  # fmt: skip
    derived = [{"reference": "QuestionnaireResponse/f"}]
    (one,) = read(entry(PERSON), entry(form), entry(score("a", derivedFrom=derived))).document["scores"]
    assert one["total"] == 12
    other = score("a", derivedFrom=derived) | {"valueInteger": 30}
    made = read(entry(PERSON), entry(form), entry(other))
    assert {one["total"] for one in made.document["scores"]} == {12, 30}
    assert listed(made)["Observation/a"] == ["LW-0917"]


def test_a_vital_sign_by_an_address_stays_with_its_person():
    pulse = {
        "resourceType": "Observation", "status": "final", "subject": {"reference": P}, "effectiveDateTime": AT,
        "code": {"coding": [{"system": LOINC, "code": "8867-4"}]},
        "valueQuantity": {"value": 88, "system": UCUM, "code": "/min"},
    }  # fmt: skip
    made = read(entry(PERSON, P), entry(pulse, ORDER))
    assert [one["value"] for one in made.document["observations"]] == [88]


def pulse(value: float, subject: str, id: str = "pulse") -> dict[str, Any]:
    quantity = {"value": value, "system": UCUM, "code": "/min"}
    told = {"status": "final", "effectiveDateTime": AT, "code": {"coding": [{"system": LOINC, "code": "8867-4"}]}}
    return {
        "resourceType": "Observation",
        "id": id,
        "subject": {"reference": subject},
        "valueQuantity": quantity,
        **told,
    }


HERE, THERE = "https://ehr.example/fhir", "https://other.example/fhir"


@pytest.mark.parametrize(
    "subject", ["Patient/p", f"{HERE}/Patient/p", f"{HERE}/Patient/p/_history/2", "http://ehr.example/fhir/Patient/p"]
)
def test_absolute_and_relative_references_mean_the_same_person(subject: str):
    made = read(entry(PERSON, f"{HERE}/Patient/p"), entry(pulse(88, subject), f"{HERE}/Observation/pulse"))
    assert [one["value"] for one in made.document["observations"]] == [88]


@pytest.mark.parametrize(
    "subject", [f"{THERE}/Patient/p", "Patient/p?identifier=p", "Patient?identifier=urn:x:p", "Group/p"]
)
def test_the_same_id_on_another_server_or_in_a_search_is_somebody_else_and_said(subject: str):
    made = read(entry(PERSON, f"{HERE}/Patient/p"), entry(pulse(88, subject), f"{HERE}/Observation/pulse"))
    assert "observations" not in made.document
    assert listed(made) == {"Observation/pulse": ["LW-0912"]}


def test_two_people_of_one_id_on_two_servers_are_kept_apart():
    entries = [
        entry(PERSON, f"{HERE}/Patient/p"),
        entry(PERSON | {"gender": "male"}, f"{THERE}/Patient/p"),
        entry(pulse(88, "Patient/p"), f"{HERE}/Observation/pulse"),
        entry(pulse(150, "Patient/p"), f"{THERE}/Observation/pulse"),
    ]
    resources = read_all(bundle(*entries), "Bundle")
    with pytest.raises(BadInput, match="2 people"):
        case_document(resources, NOW)
    made = case_document(resources, NOW, "p")
    assert made.case.patient.sex == "female"
    assert [one["value"] for one in made.document["observations"]] == [88]
    assert sorted(code for codes in listed(made).values() for code in codes) == ["LW-0912", "LW-0912"]


def test_two_people_of_one_id_at_two_addresses_are_kept_apart():
    entries = [entry(PERSON, P), entry(PERSON, DRUG), entry(pulse(88, P), ORDER), entry(pulse(150, DRUG, "other"))]
    made = case_document(read_all(bundle(*entries), "Bundle"), NOW, "p")
    assert [one["value"] for one in made.document["observations"]] == [88]
    assert listed(made)["Observation/other"] == ["LW-0912"]


def test_what_a_resource_contains_is_found_by_its_reference():
    medicine = {"resourceType": "Medication", "id": "m", "code": {"text": "methadone"}}
    order = of("MedicationRequest", "o", status="active", intent="order", medicationReference={"reference": "#m"})
    inner = pulse(88, "Patient/p", "inner")
    del inner["subject"]
    panel = of(
        "Observation", "panel", status="final", effectiveDateTime=AT, code={"coding": [{"system": LOINC, "code": "85353-1"}]},
        hasMember=[{"reference": "#inner"}], contained=[inner],
    )  # fmt: skip
    made = read(entry(PERSON), entry(order | {"contained": [medicine]}), entry(panel))
    assert made.document["medicines"][0]["name"] == "methadone"
    assert [one["value"] for one in made.document["observations"]] == [88]
    made = read(
        entry(PERSON), entry(order), entry(panel | {"contained": [inner | {"subject": {"reference": "Patient/q"}}]})
    )
    assert "observations" not in made.document
    assert [one["name"] for one in made.document["medicines"]] == ["unknown", "unknown"]
    assert listed(made)["MedicationRequest/o"] == ["LW-0914"]


def test_an_item_of_somebody_else_is_no_part_of_a_score():
    ours = "https://leeward.example/fhir/CodeSystem/instrument"
    item = of("Observation", "theirs", status="final", effectiveDateTime=AT, code={"coding": [{"system": ours, "code": "cows.pulse"}]}, valueInteger=4)  # fmt: skip
    made = read(
        entry(PERSON),
        entry(item | {"subject": {"reference": "Patient/q"}}),
        entry(score("a", hasMember=[{"reference": "Observation/theirs"}])),
    )
    (one,) = made.document["scores"]
    assert "items" not in one
    assert listed(made) == {"Observation/a": ["LW-0912"], "Observation/theirs": ["LW-0912"]}


def test_a_time_without_an_offset_is_unknown_and_an_older_reading_is_not_the_newest_for_it():
    old = pulse(70, "Patient/p", "old") | {"effectiveDateTime": "2026-11-21T08:00:00-05:00"}
    new = pulse(140, "Patient/p", "new") | {"effectiveDateTime": "2026-11-22T08:55:00"}
    made = read(entry(PERSON), entry(old), entry(new))
    assert {one["value"]: one.get("at") for one in made.document["observations"]} == {
        70: "2026-11-21T08:00:00-05:00",
        140: None,
    }
    assert listed(made)["Bundle.entry[2].resource.effectiveDateTime"] == ["LW-0902"]


def test_an_empty_page_with_a_next_one_is_a_part():
    page = {"resourceType": "Bundle", "type": "searchset", "link": [{"relation": "next", "url": f"{HERE}?page=2"}]}
    assert [one.code for one in read_all(page, "Bundle").partial] == ["LW-0923"]


def test_an_entry_to_be_deleted_is_not_used_and_one_to_be_written_is():
    gone = entry(NONE_KNOWN) | {"request": {"method": "DELETE", "url": "AllergyIntolerance/nka"}}
    made = read(entry(PERSON) | {"request": {"method": "PUT", "url": "Patient/p"}}, gone, type="transaction")
    assert "allergies" not in made.document and made.case.patient.age == 35
    assert listed(made) == {"Bundle.entry[1]": ["LW-0923"]}


@pytest.mark.parametrize("told", [{"total": "57"}, {"total": 57.5}, {"link": {"relation": "next"}}, {"link": [{"relation": "NEXT", "url": "x"}]}])  # fmt: skip
def test_a_bundle_of_which_nobody_can_tell_whether_there_is_more_leaves_no_known_allergy_open(told: dict[str, Any]):
    made = read(entry(PERSON), entry(NONE_KNOWN), **told)
    assert [one["name"] for one in made.document["allergies"]] == ["unknown"]
