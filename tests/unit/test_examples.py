"""Every example is what it says it is, is assessed, and every id in its answer can be asked about."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from leeward.casefile import read_case
from leeward.guidance.assess import assess
from leeward.knowledge import load_knowledge
from leeward.report.explain import explain

KNOWLEDGE = load_knowledge()
EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.yaml"))
NAMED_BY = ("id", "input", "key", "rule")
LISTS_OF_NAMES = ("rules", "needs", "would_change")
STATUSES = ("recommended", "acceptable", "not-yet", "avoid", "cannot-tell")

each_example = pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)


def ids(value: Any) -> Iterator[str]:
    """Every id that an answer shows."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in NAMED_BY and isinstance(inner, str):
                yield inner
            elif key in LISTS_OF_NAMES or (key == "sources" and isinstance(inner, dict)):
                yield from inner
            else:
                yield from ids(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from ids(inner)


def test_there_are_at_least_ten():
    assert len(EXAMPLES) >= 10


@each_example
def test_it_is_read_whole_and_says_that_it_is_made_up_and_after_what(file: Path):
    case = read_case(file.read_bytes(), KNOWLEDGE)
    assert case.synthetic
    assert case.title
    assert case.cites
    assert file.read_text().startswith("#"), "the head says what is published and what was made up"


@each_example
def test_it_is_assessed(file: Path):
    answer = assess(read_case(file.read_bytes(), KNOWLEDGE), KNOWLEDGE)
    assert answer.synthetic
    assert {option.status for option in answer.options} <= set(STATUSES)
    assert {option.status for option in answer.options} & {"recommended", "acceptable", "not-yet", "cannot-tell"}
    assert answer.always


@each_example
def test_every_id_of_its_answer_can_be_asked_about(file: Path):
    case = read_case(file.read_bytes(), KNOWLEDGE)
    answer = json.loads(msgspec.json.encode(assess(case, KNOWLEDGE)))
    asked = sorted(set(ids(answer)) | {"level-of-care"})
    assert len(asked) > 100
    for id in asked:
        told = explain(id, case, KNOWLEDGE, None)
        assert id.partition(",")[0] in told, f"{id} is not in:\n{told}"
        assert len(told.splitlines()) > 1, f"nothing is said about {id}"
