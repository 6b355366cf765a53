"""`$validate`: what is wrong with a resource is told with its place; nothing is guessed to be right."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from leeward.fhir.capability import SERVED, capability_statement
from leeward.fhir.structures import RESOURCES
from leeward.fhir.validity import is_valid, problems_of, validity_of
from tests.unit.fhir.out_cases import answered, example, resources

REQUEST: dict[str, Any] = {
    "resourceType": "MedicationRequest",
    "status": "draft",
    "intent": "proposal",
    "subject": {"reference": "Patient/1"},
    "medicationCodeableConcept": {"text": "methadone"},
}


def test_a_whole_resource_is_valid_and_what_was_not_checked_is_said():
    assert is_valid(REQUEST)
    issue = validity_of(REQUEST).issue[0]
    assert (issue.severity, issue.code) == ("information", "informational")
    assert issue.details is not None
    assert "not checked" in (issue.details.text or "")


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"status": None}, "MedicationRequest.status"),
        ({"status": "Xactive"}, "MedicationRequest.status"),
        ({"medicationCodeableConcept": ...}, "MedicationRequest.medication[x]"),
        ({"medicationReference": {"reference": "Medication/1"}}, "MedicationRequest.medication[x]"),
        ({"subject": ...}, "MedicationRequest.subject"),
        ({"foo": 1}, "MedicationRequest.foo"),
        ({"note": []}, "MedicationRequest.note"),
        ({"note": [{"text": ""}]}, "MedicationRequest.note[0].text"),
        ({"note": [{"time": "2026-11-22"}]}, "MedicationRequest.note[0].text"),
        ({"authoredOn": "2000-13-41"}, "MedicationRequest.authoredOn"),
        ({"authoredOn": "2026-02-30"}, "MedicationRequest.authoredOn"),
        ({"dosageInstruction": [{"timing": {"event": ["2026-04-31T08:00:00Z"]}}]}, "MedicationRequest.dosageInstruction[0].timing.event"),
        ({"dosageInstruction": [{"doseAndRate": [{"doseQuantity": {"valu": 1}}]}]},
         "MedicationRequest.dosageInstruction[0].doseAndRate[0].doseQuantity.valu"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(given: dict[str, Any], place: str):
    broken = {key: value for key, value in (REQUEST | given).items() if value is not ...}
    assert place in [problem.path for problem in problems_of(broken)]
    assert all(issue.severity == "error" for issue in validity_of(broken).issue)


@pytest.mark.parametrize("given", [None, [], "x", 3, {}, {"resourceType": "Banana"}, {"resourceType": 3}])
def test_what_is_no_resource_is_told(given: object):
    assert validity_of(given).issue[0].severity == "error"


def test_no_element_that_may_stand_beside_another_is_taken_for_a_choice():
    plan = resources(answered(example("kratom-92-g-per-day"))[1], "CarePlan")[0]
    assert is_valid(plan)
    reasons = {"reasonCode": {"text": "a"}, "reasonReference": {"reference": "Condition/1"}}
    assert is_valid({"resourceType": "Task", "status": "draft", "intent": "proposal", **reasons})


def test_the_capability_statement_names_what_can_be_read_and_searched():
    stated = capability_statement(datetime.fromisoformat("2026-11-22T09:00:00-05:00"))
    served = {one.type for one in stated.rest[0].resource}
    assert served == set(SERVED)
    assert served <= set(RESOURCES)
    assert all({step.code for step in one.interaction} == {"read", "search-type"} for one in stated.rest[0].resource)
