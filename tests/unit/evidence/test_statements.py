"""Statements of evidence: all of them there, and none that breaks its own rules."""

from __future__ import annotations

import datetime

import msgspec
import pytest

from leeward.evidence.checking import problems_of
from leeward.evidence.statements import Statement, answers, propositions, statements
from leeward.knowledge import load_knowledge

KNOWLEDGE = load_knowledge()
STATEMENTS = statements(KNOWLEDGE)
PROPOSITIONS = propositions(KNOWLEDGE)


def codes(statement: Statement) -> set[str]:
    """Codes of what is wrong with one statement, among the propositions and sources that ship."""
    found = problems_of({**STATEMENTS, statement.id: statement}, PROPOSITIONS, KNOWLEDGE.sources)
    return {problem.code for problem in found}


def changed(**changes: object) -> Statement:
    return msgspec.structs.replace(STATEMENTS["EV-K-001"], **changes)


def test_what_ships_has_no_problem():
    assert problems_of(STATEMENTS, PROPOSITIONS, KNOWLEDGE.sources) == []
    assert len(STATEMENTS) >= 163
    assert len(PROPOSITIONS) >= 97


def test_a_statement_says_all_that_must_be_shown_with_it():
    found = STATEMENTS["EV-I-001"]
    assert found.says.startswith("A single 2 g kratom tea raised midazolam exposure by 39 percent")
    assert (found.direction, found.certainty, found.population) == ("refutes", "moderate", "12 healthy adults")
    assert (found.standing, found.last_verified) == ("read", datetime.date(2026, 11, 22))
    assert found.substances == ("leaf",)
    assert PROPOSITIONS[found.proposition].sentence == "Kratom has no relevant drug interactions"


def test_both_sides_of_a_conflict_bear_on_one_proposition():
    bearing = {
        statement.id: statement.direction
        for statement in STATEMENTS.values()
        if statement.proposition == STATEMENTS["EV-K-005"].proposition
    }
    assert bearing == {"EV-K-005": "supports", "EV-K-006": "refutes"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"id": "EV-1"}, "LW-1302"),
        ({"proposition": "nobody-said-so"}, "LW-1303"),
        ({"sources": ("nobody-1999",)}, "LW-1304"),
        ({"says": " "}, "LW-1305"),
        ({"population": ""}, "LW-1305"),
        ({"sources": ()}, "LW-1305"),
        ({"kinds": ()}, "LW-1305"),
        ({"sources": ("darke-2017-recalled",)}, "LW-1306"),
        ({"standing": "recalled"}, "LW-1307"),
        ({"last_verified": None}, "LW-1308"),
        ({"population": "12 mice"}, "LW-1309"),
        ({"population": "human liver microsomes", "kinds": ("in-vitro", "human")}, "LW-1309"),
    ],
)
def test_a_statement_that_breaks_a_rule_is_found(changes: dict[str, object], code: str):
    assert code in codes(changed(**changes))


def test_a_proposition_that_nothing_bears_on_is_found():
    alone = {"EV-K-001": STATEMENTS["EV-K-001"]}
    found = problems_of(alone, PROPOSITIONS, KNOWLEDGE.sources)
    assert {problem.code for problem in found} == {"LW-1301"}


def test_a_recalled_statement_is_never_verified():
    recalled = changed(standing="recalled", last_verified=None, sources=("darke-2017-recalled",))
    assert codes(recalled) == set()
    assert not recalled.verified


def test_findings_in_animals_or_cells_answer_nothing_clinical():
    silent = {
        statement.id for statement in STATEMENTS.values() if not answers(statement, PROPOSITIONS[statement.proposition])
    }
    assert {"EV-P-003", "EV-P-005", "EV-P-011", "EV-I-003"} <= silent
    assert "EV-I-001" not in silent
    assert answers(STATEMENTS["EV-P-001"], PROPOSITIONS[STATEMENTS["EV-P-001"].proposition])


def test_no_statement_stands_firmer_than_its_sources():
    for statement in STATEMENTS.values():
        assert statement.standing in {KNOWLEDGE.sources[id].status for id in statement.sources}
