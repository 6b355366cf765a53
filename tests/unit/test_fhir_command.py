"""`leeward assess` on a record in FHIR: the same answer as a case file, and a list of what was not read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.test_command import leeward

BUNDLE = Path(__file__).parents[2] / "examples" / "fhir" / "emergency-department.json"
NOW = ("--now", "2026-11-22T09:00:00-05:00")
VOUCHED = tuple(word for name in ("medicines", "doses", "conditions", "exposures") for word in ("--complete", name))


def test_a_bundle_is_assessed_and_what_was_not_read_is_listed():
    done = leeward("assess", str(BUNDLE), *NOW)
    assert done.returncode == 0, done.stderr
    assert "SYNTHETIC PATIENT" in done.stdout
    assert "COWS 16, moderate" in done.stdout
    text = " ".join(done.stdout.split())
    assert "NOT READ FROM THE RECORD, OR NOT AS IT STANDS (5)" in text
    assert "Observation/wrong-cows: Its code means pain-score, its words COWS. Nothing of it is used." in text
    assert "Made Up" not in done.stdout
    assert max(len(line) for line in done.stdout.splitlines()) <= 80


def test_nothing_is_recommended_from_a_record_that_nobody_vouches_for():
    assert "RECOMMENDED Buprenorphine" not in leeward("assess", str(BUNDLE), *NOW).stdout
    assert "RECOMMENDED Buprenorphine, standard-dose start" in leeward("assess", str(BUNDLE), *NOW, *VOUCHED).stdout


def test_json_holds_what_was_not_read():
    done = leeward("assess", "-", *NOW, "--format", "json", given=BUNDLE.read_bytes())
    told = json.loads(done.stdout)["not_known_to_leeward"]
    assert any(line.startswith("MedicationDispense/dispensed: ") for line in told)
    assert any(line.startswith("Observation/inr: ") and line.endswith("[LW-0916]") for line in told)


def test_an_id_can_be_explained():
    done = leeward("assess", str(BUNDLE), *NOW, "--explain", "methadone")
    assert done.returncode == 0
    assert "METHADONE" in done.stdout.upper()


PERSON = {"resourceType": "Patient", "id": "p"}


@pytest.mark.parametrize(
    ("given", "options", "says"),
    [
        (json.dumps(PERSON), (), "LW-0910 --now"),
        ('{"resourceType": "Bundle", "type": "collection", "entry": []}', NOW, "LW-0910"),
        ('{"resourceType": "Bundle", "resourceType": "Bundle"}', NOW, "LW-0901"),
        ('{"resourceType": "Bundle", ', NOW, "LW-0901"),
        ('{"resourceType": "Bundle", "type": "history", "entry": []}', NOW, "LW-0910 type"),
        (json.dumps([PERSON])[1:-1] + "x", NOW, "LW-0901"),
        (json.dumps({**PERSON, "deceasedBoolean": True}), NOW, "LW-0911"),
        (json.dumps(PERSON), (*NOW, "--patient", "q"), "LW-0910 patient"),
        ("leeward: case/1\nnow: 2026-11-22T09:00:00-05:00", ("--patient", "p"), "LW-0910 --patient"),
        ("leeward: case/1\nnow: 2026-11-22T09:00:00-05:00", ("--complete", "doses"), "LW-0910 --complete"),
    ],
)
def test_a_mistake_is_one_sentence_and_status_1(given: str, options: tuple[str, ...], says: str):
    done = leeward("assess", "-", *options, given=given)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(says)
    assert len(done.stderr.splitlines()) == 1


def test_of_several_people_the_one_asked_for_is_answered():
    two = {"resourceType": "Bundle", "entry": [{"resource": PERSON}, {"resource": {**PERSON, "id": "q"}}]}
    asked = leeward("assess", "-", *NOW, given=json.dumps(two))
    assert asked.returncode == 1
    assert "Say which: p, q." in asked.stderr
    assert "Patient/q: This is somebody else." in leeward("assess", "-", *NOW, "--patient", "p", given=json.dumps(two)).stdout  # fmt: skip


def test_a_batch_takes_no_options_of_a_record():
    assert leeward("assess", "--batch", "x.jsonl", "--complete", "doses").returncode == 2
