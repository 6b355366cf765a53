"""The command as a person runs it: one clear sentence for each mistake, an exit status, and nothing silent."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "kratom-92-g-per-day.yaml"

CASE = """\
leeward: case/1
now: 2026-11-22T09:00:00-05:00
setting: emergency
patient: {age: 34, sex: female, pregnant: no}
exposures: [{substance: heroin, last_use: 2026-11-21T19:00:00-05:00}]
medicines: []
conditions: []
allergies: []
doses: []
observations:
  - {what: sedation-rass, value: 0, at: 2026-11-22T08:50:00-05:00}
  - {what: respiratory-rate, value: 16, unit: /min, at: 2026-11-22T08:50:00-05:00}
  - {what: oxygen-saturation, value: 98, unit: "%", at: 2026-11-22T08:50:00-05:00}
scores: [{instrument: cows, at: 2026-11-22T08:50:00-05:00, items: {pulse: 2, sweating: 2, restlessness: 1, pupils: 2,
  aches: 1, nose_eyes: 2, gi: 2, tremor: 2, yawning: 1, anxiety: 1, gooseflesh: 0}}]
"""


def leeward(*arguments: str, given: str | bytes = "", home: Path | None = None) -> subprocess.CompletedProcess[str]:
    sent = given.encode() if isinstance(given, str) else given
    environment = os.environ | ({"LEEWARD_HOME": str(home)} if home else {})
    done = subprocess.run(
        [sys.executable, "-m", "leeward", *arguments], input=sent, capture_output=True, env=environment, cwd=ROOT
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def test_a_case_on_standard_input_is_assessed():
    done = leeward("assess", "-", given=CASE)
    assert done.returncode == 0, done.stderr
    assert "RECOMMENDED Buprenorphine, standard-dose start" in done.stdout
    assert "NOBODY HAS SIGNED IT" in done.stdout
    assert "\x1b" not in done.stdout
    assert max(len(line) for line in done.stdout.splitlines()) <= 80


BAD = {
    "a wrong unit": CASE.replace("unit: /min", "unit: mg"),
    "points that the scale does not have": CASE.replace("pulse: 2", "pulse: 3"),
    "a time without an offset": CASE.replace("2026-11-21T19:00:00-05:00", "2026-11-21T19:00:00"),
    "a last use in the future": CASE.replace("2026-11-21T19:00:00-05:00", "2026-11-23T19:00:00-05:00"),
    "an empty file": "",
    "a FHIR bundle": '{"resourceType": "Bundle", "type": "collection", "entry": []}',
    "text that is no case": "Dear colleague, the patient is unwell.",
    "binary": b"\x00\xff\x13\x80" * 400,
    "broken YAML": CASE + "\n  - [",
    "a misspelt key": CASE.replace("exposures:", "exposurse:"),
}


@pytest.mark.parametrize("given", BAD.values(), ids=BAD)
def test_bad_input_is_one_sentence_and_status_1(given: str | bytes):
    done = leeward("assess", "-", given=given)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("LW-")


def test_every_mistake_is_told_at_once():
    given = CASE.replace("pulse: 2", "pulse: 3").replace("unit: /min", "unit: mg").replace("age: 34", "age: -3")
    done = leeward("assess", "-", given=given)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 3


def test_a_hundred_megabytes_of_garbage_is_refused_at_once(tmp_path: Path):
    file = tmp_path / "garbage.yaml"
    with file.open("wb") as out:
        out.truncate(100_000_000)
    done = leeward("assess", str(file))
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("arguments", [["assess"], ["nonsense"], ["assess", "a", "--format", "pdf"], ["score"]])
def test_wrong_usage_is_status_2(arguments: list[str]):
    assert leeward(*arguments).returncode == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["assess", "no-such-file.yaml"],
        ["assess", "."],
        ["assess", "-", "--explain", "no-such-id"],
        ["assess", "-", "--now", "today"],
        ["assess", "-", "--policy", "no-such-policy.toml"],
        ["assess", "--batch", "no-such-file.jsonl"],
        ["score", "cows", "pulse=3"],
        ["score", "cows", "pulse"],
        ["score", "cows", "pulse=1", "pulse=2"],
        ["score", "sows", "anxious=1"],
        ["score", "cows", "--total", "99"],
        ["knowledge", "show", "no-such-entry"],
        ["knowledge", "list", "no-such-file"],
        ["knowledge", "explain", "no-such-entry"],
    ],
)
def test_a_mistake_in_the_arguments_is_one_sentence(arguments: list[str]):
    done = leeward(*arguments, given=CASE)
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_what_leeward_does_not_know_is_kept_shown_and_never_in_the_way():
    given = CASE.replace("medicines: []", "medicines: [foobarine]").replace(
        "conditions: []", "conditions: [quux disease]"
    )
    given = given.replace("exposures: [", "exposures: [{substance: blue-moon-tea, last_use: unknown}, ")
    given = given.replace(
        "observations:\n", "observations:\n  - {what: aura, value: violet, at: 2026-11-22T08:50:00-05:00}\n"
    )
    done = leeward("assess", "-", given=given)
    assert done.returncode == 0, done.stderr
    assert "RECOMMENDED" in done.stdout
    for word in ("foobarine", "quux disease", "blue-moon-tea", "aura"):
        assert word in done.stdout


def test_json_is_one_document():
    answer = json.loads(leeward("assess", "-", "--format", "json", given=CASE).stdout)
    assert answer["leeward"] == "assessment/1"
    assert answer["knowledge"]["signed_by"] is None


def test_signing_is_said_on_every_output_and_falls_with_another_digest(tmp_path: Path):
    assert (
        leeward("knowledge", "sign", "--name", "A. Director", "--role", "medical director", home=tmp_path).returncode
        == 0
    )
    for arguments in (["assess", "-"], ["score", "cows", "pulse=2"], ["knowledge", "list"], ["doctor"]):
        assert "A. Director" in leeward(*arguments, given=CASE, home=tmp_path).stdout
    file = tmp_path / "signatures.json"
    signatures = json.loads(file.read_text())
    signatures[0]["digest"] = "0" * 64
    file.write_text(json.dumps(signatures))
    assert "NOBODY HAS SIGNED IT" in leeward("assess", "-", given=CASE, home=tmp_path).stdout
    file.write_text("not json")
    done = leeward("assess", "-", given=CASE, home=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("LW-0401")


def test_a_batch_answers_every_line_in_order_and_names_the_broken_ones(tmp_path: Path):
    from random import Random

    from tests.properties.generated import document

    lines = [json.dumps(document(Random(seed))) for seed in range(230)]
    lines[3] = "{broken"
    lines[120] = json.dumps({"leeward": "case/1"})
    file = tmp_path / "cases.jsonl"
    file.write_text("\n".join(lines) + "\n")
    done = leeward("assess", "--batch", str(file))
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == 230
    assert done.returncode == 1
    assert [place for place, answer in enumerate(answers) if answer["leeward"] == "refused/1"] == [3, 120]
    assert answers[3]["line"] == 4
    assert "228 cases answered, 2 lines refused." in done.stderr


def test_the_doctor_and_the_check_pass():
    assert leeward("doctor").returncode == 0
    done = leeward("knowledge", "check")
    assert done.returncode == 0, done.stderr
    assert "No problem found." in done.stdout


@pytest.mark.parametrize("id", ["cows-gate-monitored", "kratom-leaf", "BUP-03", "chou14"])
def test_knowledge_explains_who_uses_an_entry(id: str):
    done = leeward("knowledge", "explain", id)
    assert done.returncode == 0, done.stderr
    assert id in done.stdout
