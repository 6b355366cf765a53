"""Every row of every spec table holds, and every rule has rows that fire and rows that do not."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from leeward.guidance.assess import assess
from leeward.guidance.picture import Picture
from leeward.guidance.rule import REGISTRY
from leeward.knowledge import load_knowledge, read_policy
from leeward.knowledge.policy import default_policy
from tests.spec.tables import case_of, rows

KNOWLEDGE = load_knowledge()
ROWS = list(rows())


def policy_of(row: dict[str, Any]):
    if "policy" not in row:
        return default_policy(KNOWLEDGE)
    lines = [
        f"{key} = {str(value).lower() if isinstance(value, bool) else repr(value)}"
        for key, value in row["policy"].items()
    ]
    return read_policy("\n".join(lines).replace("'", '"'), KNOWLEDGE)


@pytest.mark.parametrize(("topic", "rule", "row"), ROWS, ids=[f"{rule}: {row['when']}" for _, rule, row in ROWS])
def test_row(topic: str, rule: str, row: dict[str, Any]):
    case, policy = case_of(row, KNOWLEDGE), policy_of(row)
    if "status" in row:
        options = {option.id: option for option in assess(case, KNOWLEDGE, policy).options}
        option = options[row["option"]]
        assert option.status == row["status"], (option.because, option.needs)
    if "answer" in row:
        truth = REGISTRY[rule](Picture(case, KNOWLEDGE, policy))
        assert truth.answer.name.lower() == row["answer"], truth
    assert "status" in row or "answer" in row, "a row must say what it expects"


NEVER_NO = {"SET-01", "BUP-09", "CON-05", "CON-06", "CON-07", "CON-08", "LOF-06", "LOF-07", "MET-23"}
"""Gates that something is known well enough: they hold or stay open, and have rows for both."""


def test_every_rule_has_rows_that_fire_and_rows_that_do_not():
    answers: dict[str, set[str]] = defaultdict(set)
    for _, rule, row in ROWS:
        if "answer" in row:
            answers[rule].add(row["answer"])
    asked = {rule: {"yes", "unknown"} if rule in NEVER_NO else {"yes", "no"} for rule in REGISTRY}
    assert {rule: sorted(rows - answers[rule]) for rule, rows in asked.items() if not rows <= answers[rule]} == {}
    assert {rule for rule in NEVER_NO if "no" in answers[rule]} == set()


def test_no_table_is_about_a_rule_that_does_not_exist():
    assert {rule for _, rule, _ in ROWS} - set(REGISTRY) == set()
