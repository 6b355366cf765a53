"""`leeward assess --format fhir`."""

from __future__ import annotations

import json

from leeward.fhir.validity import problems_of
from tests.unit.test_command import leeward

BUNDLE = "examples/fhir/emergency-department.json"


def test_a_case_is_answered_in_fhir():
    done = leeward("assess", "examples/kratom-92-g-per-day.yaml", "--format", "fhir")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["resourceType"], found["type"]) == ("Bundle", "collection")
    assert not problems_of(found)


def test_what_was_not_read_of_a_record_is_said_in_fhir():
    done = leeward("assess", BUNDLE, "--now", "2026-11-22T09:00:00-05:00", "--format", "fhir")
    assert done.returncode == 0, done.stderr
    outcomes = [entry["resource"] for entry in json.loads(done.stdout)["entry"]]
    said = [issue["details"]["text"] for one in outcomes for issue in one.get("issue", ())]
    assert any("Observation/wrong-cows" in text for text in said)


def test_many_cases_are_not_answered_in_fhir():
    done = leeward("assess", "--batch", "cases.jsonl", "--format", "fhir")
    assert done.returncode == 2
    assert "--format fhir" in done.stderr
