"""Questions as people ask them find the statements that answer them, and a stranger's question finds nothing.

How far each way of searching comes stands in benchmarks/README.md; here are the floors under it.
"""

from __future__ import annotations

import pytest

from benchmarks.evidence import questions, recall
from leeward.evidence.meaning import meaning
from leeward.evidence.search import By, Index
from leeward.evidence.statements import propositions, statements
from leeward.knowledge import load_knowledge

KNOWLEDGE = load_knowledge()
FLOORS = {
    ("evidence-questions", "words"): 0.85,
    ("evidence-questions", "meaning"): 0.70,
    ("evidence-questions", "both"): 0.92,
    ("evidence-questions-later", "words"): 0.78,
    ("evidence-questions-later", "meaning"): 0.50,
    ("evidence-questions-later", "both"): 0.83,
}


@pytest.fixture(scope="module")
def index() -> Index:
    return Index(statements(KNOWLEDGE), propositions(KNOWLEDGE), KNOWLEDGE, meaning())


@pytest.mark.parametrize(("name", "by"), list(FLOORS))
def test_what_answers_a_question_is_among_the_first_five(name: str, by: By, index: Index):
    if by != "words" and index.meaning is None:
        pytest.skip("the model of meaning is not installed")
    found, _, strangers = recall(index, questions(name), by)
    assert found >= FLOORS[name, by]
    assert strangers == 1.0


def test_every_expected_statement_is_there():
    there = statements(KNOWLEDGE)
    for name in ("evidence-questions", "evidence-questions-later"):
        asked = questions(name)
        assert all(id in there for ids in asked.values() for id in ids)
    assert sum(bool(ids) for ids in questions("evidence-questions").values()) == 40
