"""No number without a source: the shipped knowledge passes, and a broken copy does not."""

from __future__ import annotations

import pytest

from leeward.knowledge import knowledge as room
from leeward.knowledge import load_knowledge
from leeward.knowledge.check import check
from leeward.knowledge.knowledge import Knowledge

KNOWLEDGE = load_knowledge()


@pytest.fixture
def edited(monkeypatch: pytest.MonkeyPatch):
    """Knowledge whose `limits` file is replaced by the given text."""

    def edit(text: str) -> Knowledge:
        original = room.raw_bytes
        monkeypatch.setattr(room, "raw_bytes", lambda name: text.encode() if name == "limits" else original(name))
        room.raw.cache_clear()
        return Knowledge()

    yield edit
    monkeypatch.undo()
    room.raw.cache_clear()


def codes(knowledge: Knowledge) -> set[str]:
    return {problem.code for problem in check(knowledge).problems}


def test_the_shipped_knowledge_has_no_problem():
    report = check(KNOWLEDGE)
    assert report.problems == ()
    assert report.numbers > 1000
    assert set(report.by_status) <= {"read", "read-second-hand", "recalled", "consensus"}
    assert sum(report.by_status.values()) == report.numbers
    assert report.sources == len(KNOWLEDGE.sources)


def test_a_number_without_a_source_is_found(edited):
    assert "LW-0311" in codes(edited('[slow]\nsays = "slow"\nvalue = 9\nunit = "/min"\n'))


def test_a_figure_in_a_sentence_without_a_source_is_found(edited):
    assert "LW-0316" in codes(edited('[slow]\nsays = "slower than 9"\nvalue = 9\nunit = "/min"\n'))


def test_a_source_that_does_not_exist_is_found(edited):
    assert "LW-0312" in codes(edited('[slow]\nsays = "slow"\nvalue = 9\nunit = "/min"\nsources = ["nobody-1999"]\n'))


def test_a_unit_that_does_not_exist_is_found(edited):
    assert "LW-0314" in codes(edited('[slow]\nsays = "slow"\nvalue = 9\nunit = "furlong"\nsources = ["chou14"]\n'))


def test_a_key_that_no_type_has_is_found(edited):
    assert "LW-0313" in codes(edited('[slow]\nvalu = 9\nunit = "/min"\nsources = ["chou14"]\n'))


def test_any_change_changes_what_is_signed(edited):
    before = KNOWLEDGE.digest
    assert edited('[slow]\nsays = "slow"\nvalue = 9\nunit = "/min"\nsources = ["chou14"]\n').digest != before


def test_rank_a_facts_that_drive_a_rule_are_settings_of_policy():
    driving = {id for id, limit in KNOWLEDGE.limits.items() if limit.rank == "A"}
    assert driving == set(), "a recalled fact of rank A may drive a rule only as a setting in policy.toml"
