"""The published assertions about the routines that the CDC recommendations share: who the guideline is for, who is naive."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from leeward.fhir.reading import read_all
from leeward.fhir.structures import MedicationRequest
from leeward.hooks.cdc.recommendations import active_cancer_treatment, opioid_naive, palliative_care, review_useful
from leeward.hooks.cdc.record_view import RecordView, day_of
from leeward.knowledge import load_knowledge

ROUTINES = Path(__file__).parents[3] / "shared" / "data" / "opioid-cds" / "routines"
NOW = datetime.fromisoformat("2023-05-01T12:00:00-05:00")
PERSON = {"resourceType": "Patient", "id": "example-opioidcds", "gender": "male", "birthDate": "1983-01-10"}

pytestmark = pytest.mark.skipif(not ROUTINES.is_dir(), reason="the published CDC routines are not beside the project")


def view(*names: str) -> RecordView:
    raw: list[Any] = [PERSON, *(json.loads((ROUTINES / f"{name}.json").read_text(encoding="utf-8")) for name in names)]
    read = read_all(raw, "routines")
    assert not read.problems and not read.passed_over
    return RecordView(load_knowledge(), NOW, [], read.held)


ALL = [
    "condition-end-of-life",
    "condition-terminal",
    "condition-cancer-diagnosis",
    "encounter-cancer-diagnosis",
    "encounter-oncologist-participant",
    "medicationrequest-ambulatory-opioid",
    "medicationdispense-ambulatory-opioid",
]


def recent(found: RecordView) -> list[date]:
    days = [day_of(one.request.authoredOn) for one in found.active("opioid")]
    return [day for day in days if day and day >= found.today - timedelta(days=90)]


def test_a_condition_indicating_the_end_of_life_is_found():
    assert view("condition-end-of-life").has("limited-life")


def test_a_condition_of_end_stage_disease_is_found():
    assert view("condition-terminal").has("terminal")


def test_palliative_care_ordered_within_90_days_is_found():
    assert palliative_care(view("servicerequest-palliative-care")).is_yes
    assert palliative_care(view()).is_no


def test_an_opioid_prescribed_or_dispensed_within_90_days_is_found():
    assert recent(view("medicationrequest-ambulatory-opioid"))
    assert view("medicationdispense-ambulatory-opioid").dispensed("opioid")


def test_two_encounters_for_cancer_are_active_treatment_and_one_is_not():
    cancer = ["condition-cancer-diagnosis", "encounter-cancer-diagnosis"]
    assert active_cancer_treatment(view(*cancer, "encounter-oncologist-participant")).is_yes
    assert active_cancer_treatment(view(*cancer)).is_no


def test_who_was_given_an_opioid_is_not_naive_and_the_guideline_is_not_for_the_dying():
    assert opioid_naive(view(*ALL)).is_no
    assert review_useful(view(*ALL)).is_no
    assert opioid_naive(view()).is_yes and review_useful(view()).is_yes


def test_every_published_file_in_json_is_read():
    for file in ROUTINES.glob("*.json"):
        if file.name != "routine_tests.json":
            read = read_all(json.loads(file.read_text(encoding="utf-8")), file.stem)
            assert not read.problems, file.name
    assert any(
        isinstance(one.request, MedicationRequest) for one in view("medicationrequest-ambulatory-opioid").prescriptions
    )
