"""A list of a case file that is mended while it is read."""

from __future__ import annotations

from typing import Any

import pytest

from leeward.casefile.case import case_from
from leeward.errors import BadInput, Problem
from leeward.knowledge import load_knowledge

KNOWLEDGE = load_knowledge()

GOOD = [
    {"what": "heart-rate", "value": 80, "unit": "/min", "at": "2026-11-22T08:00:00Z"},
    {"what": "grip", "value": "strong"},
]
BAD = {"what": "heart-rate", "value": "eighty", "unit": "/min", "at": "2026-11-22T08:30:00Z"}


def document(*observations: dict[str, Any], **rest: Any) -> dict[str, Any]:
    told = {"observations": list(observations)} if observations else {}
    kept = {"conditions": [{"name": "something rare"}], "medicines": [{"name": "nobody knows this"}]}
    return {"leeward": "case/1", "now": "2026-11-22T09:00:00Z", **kept, **told, **rest}


def test_a_mended_list_is_read_as_if_it_had_come_so():
    handed: list[tuple[str, list[Problem]]] = []

    def mend(name: str, wrong: list[Problem]) -> list[Any]:
        handed.append((name, wrong))
        return GOOD

    found = case_from(document(GOOD[1], BAD, GOOD[0]), KNOWLEDGE, mend=mend)
    assert found == case_from(document(*GOOD), KNOWLEDGE)
    assert [(name, [one.path for one in wrong]) for name, wrong in handed] == [
        ("observations", ["observations[1].value"])
    ]


def test_a_list_that_is_mended_away_is_as_one_that_was_never_given():
    def mend(name: str, wrong: list[Problem]) -> list[Any]:
        return []

    bad = {"name": "x", "status": "perhaps, who knows"}
    assert (
        case_from(document(conditions=[bad]), KNOWLEDGE, mend=mend).conditions
        == case_from({key: value for key, value in document().items() if key != "conditions"}, KNOWLEDGE).conditions
    )


def test_a_list_that_is_given_back_as_it_was_is_not_read_for_ever():
    with pytest.raises(BadInput):
        case_from(document(BAD), KNOWLEDGE, mend=lambda name, wrong: [BAD])


def test_what_is_not_mended_stands_with_what_is_wrong_elsewhere():
    with pytest.raises(BadInput) as raised:
        case_from(document(BAD, patient={"age": "old"}), KNOWLEDGE, mend=lambda name, wrong: None)
    assert {one.path for one in raised.value.problems} == {"observations[0].value", "patient.age"}
