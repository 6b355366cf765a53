"""What leaves Leeward as JSON is what the published schemas say, and every instant in it has its offset."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

from leeward.casefile import case_from, read_case
from leeward.cli import leeward
from leeward.guidance.assess import assess
from leeward.instruments import load_instruments
from leeward.knowledge import load_knowledge
from leeward.model.case import Case
from tests.properties.generated import document, partly_forgotten

ROOT = Path(__file__).parents[2]
KNOWLEDGE = load_knowledge()
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
SEEDS = range(400_000, 400_200)


def published(name: str) -> dict[str, Any]:
    schema = json.loads((ROOT / "docs" / "reference" / f"{name}.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    return schema


ASSESSMENT, SCORE = published("assessment"), published("score")
VALIDATOR = Draft202012Validator(ASSESSMENT)
COWS = [item.id for item in load_instruments()["cows"].items]


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def undeclared(value: Any, schema: dict[str, Any], place: str = "$") -> Iterator[str]:
    """Fields that the schema does not name, by walking the answer and the schema side by side."""
    for choice in (schema, *schema.get("anyOf", ())):
        if "$ref" in choice:
            schema = ASSESSMENT["$defs"][choice["$ref"].rpartition("/")[2]]
    if isinstance(value, dict) and "properties" in schema:
        for key, inner in value.items():
            if key not in schema["properties"]:
                yield f"{place}.{key}"
            else:
                yield from undeclared(inner, schema["properties"][key], f"{place}.{key}")
    elif isinstance(value, list) and isinstance(schema.get("items"), dict):
        for inner in value:
            yield from undeclared(inner, schema["items"], f"{place}[]")


def check(case: Case) -> None:
    answer = json.loads(msgspec.json.encode(assess(case, KNOWLEDGE)))
    assert [f"{error.json_path}: {error.message[:200]}" for error in VALIDATOR.iter_errors(answer)] == []
    assert sorted(set(undeclared(answer, ASSESSMENT))) == []
    naive = [text for text in strings(answer) if INSTANT.match(text) and datetime.fromisoformat(text).tzinfo is None]
    assert naive == []


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_every_example_is_answered_by_the_schema(file: Path):
    check(read_case(file.read_bytes(), KNOWLEDGE))


@pytest.mark.parametrize("seeds", [SEEDS[start : start + 50] for start in range(0, len(SEEDS), 50)], ids=str)
def test_generated_cases_are_answered_by_the_schema(seeds: range):
    for seed in seeds:
        random = Random(seed)
        case = document(random)
        if seed % 2:
            case, _ = partly_forgotten(case, random)
        check(case_from(case, KNOWLEDGE))


@pytest.mark.parametrize("broken", ['{"leeward": "assessment/1"}', '{"now": 3}', "[]"])
def test_the_schema_refuses_what_is_no_assessment(broken: str):
    assert not VALIDATOR.is_valid(json.loads(broken))


@pytest.mark.parametrize(
    "arguments",
    [
        ["cows", "pulse=2", "pupils=1"],
        ["cows", "--total", "14"],
        ["cows", "pulse=96/min", *(f"{item}=0" for item in COWS if item != "pulse")],
        ["c-ssrs", "q1=yes", "q2=no", "q6_past_3_months=no"],
        ["dsm-5-tr-opioid-use-disorder", "craving=yes"],
        ["phq-9", "--total", "9"],
        ["sows-gossop-10", "--total", "14"],
    ],
    ids=" ".join,
)
def test_a_score_is_answered_by_the_schema(arguments: list[str], capsys: pytest.CaptureFixture[str]):
    leeward.main(["score", *arguments, "--format", "json"], standalone_mode=False)
    answer = json.loads(capsys.readouterr().out)
    assert list(Draft202012Validator(SCORE).iter_errors(answer)) == []
    (definition,) = SCORE["$defs"].values()
    assert set(answer) == set(definition["properties"])


@pytest.mark.parametrize(
    ("schema", "arguments"),
    [
        ("check", ["check", str(ROOT / "examples" / "consumer-article.md"), "--on", "2026-11-22"]),
        ("evidence", ["evidence", "does naloxone work after kratom"]),
        ("evidence", ["evidence"]),
        ("simulation", ["simulate", "fentanyl-chronic", "--patients", "20"]),
        ("simulation", ["simulate", "missed-dose-methadone", "--patients", "20"]),
        ("simulation", ["simulate", "kratom-with-midazolam"]),
    ],
    ids=" ".join,
)
def test_what_is_answered_is_as_its_schema_says(schema: str, arguments: list[str], capsys: pytest.CaptureFixture[str]):
    leeward.main([*arguments, "--format", "json"], standalone_mode=False)
    answer = json.loads(capsys.readouterr().out)
    told = published(schema)
    assert [error.message[:200] for error in Draft202012Validator(told).iter_errors(answer)] == []
    assert any(set(answer) == set(kind.get("properties", ())) for kind in told["$defs"].values())
    assert not Draft202012Validator(told).is_valid({**answer, "leeward": 3})
