"""`leeward evidence` as a person runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.evidence.test_additions import GOOD
from tests.unit.test_command import leeward


def told(*arguments: str) -> dict:
    done = leeward("evidence", *arguments, "--format", "json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_question_is_answered_with_all_that_must_stand_beside_a_statement():
    done = leeward("evidence", "is kratom safe in pregnancy")
    assert done.returncode == 0, done.stderr
    for words in (
        "EV-S-001",
        "certainty: very low",
        "population: 6 mother-infant pairs",
        "as of 2026-11-22",
        "found by",
    ):
        assert words in done.stdout


def test_the_json_names_its_form():
    answer = told("is kratom safe in pregnancy", "--most", "2")
    assert answer["leeward"] == "evidence/1"
    assert len(answer["statements"]) == 2 < answer["found"]
    assert answer["statements"][0]["sources"][0]["status"] in ("read", "read-second-hand")


def test_a_list_holds_every_statement():
    assert told()["found"] >= 163
    listed = leeward("evidence", "--topic", "recall").stdout
    assert "EV-R-001" in listed and "EV-K-001" not in listed


def test_one_statement_is_shown_by_its_id_in_any_case():
    assert [shown["id"] for shown in told("ev-k-005")["statements"]] == ["EV-K-005"]


def test_nothing_known_is_an_answer():
    done = leeward("evidence", "best pizza in town")
    assert done.returncode == 0
    assert "Nothing is known here" in done.stdout


def test_statements_of_a_file_are_searched_too(tmp_path: Path):
    (tmp_path / "own.toml").write_text(GOOD)
    assert told("EV-SITE-001", "--with", str(tmp_path / "own.toml"))["statements"][0]["added"] is True


@pytest.mark.parametrize(
    ("arguments", "code", "status"),
    [
        (("EV-K-999",), "LW-1320", 1),
        (("  ",), "LW-1321", 1),
        (("kratom", "--with", "nowhere.toml"), "LW-0502", 1),
        (("--topic", "gardening"), "Invalid value", 2),
    ],
)
def test_a_mistake_is_told_in_a_sentence(arguments: tuple[str, ...], code: str, status: int):
    done = leeward("evidence", *arguments)
    assert (done.returncode, code in done.stderr) == (status, True)


def test_a_rule_names_the_statements_that_rest_on_its_sources():
    told_of_rule = leeward("knowledge", "explain", "NTX-01").stdout
    assert "Evidence from these sources" in told_of_rule and "[EV-T-014]" in told_of_rule
    reasoning = leeward("assess", "examples/kratom-92-g-per-day.yaml", "--explain", "buprenorphine-standard").stdout
    assert "[EV-T-009]" in reasoning and "adults starting" in reasoning


def test_what_was_found_in_the_test_tube_says_so_beside_a_rule():
    assert "explains only" in leeward("knowledge", "explain", "LOF-10").stdout


def test_a_source_that_no_statement_rests_on_names_none():
    assert "Evidence from" not in leeward("knowledge", "explain", "chou14").stdout
