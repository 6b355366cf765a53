"""Search over statements: other names find the usual one, every hit says why, and nothing is made of nothing."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from leeward.evidence import answer as room
from leeward.evidence.answer import NOTHING, WITHOUT_MODEL, ask, one
from leeward.evidence.base import evidence_of
from leeward.evidence.meaning import meaning
from leeward.evidence.search import Index
from leeward.evidence.statements import propositions, statements
from leeward.knowledge import load_knowledge

KNOWLEDGE = load_knowledge()
EVIDENCE = evidence_of(KNOWLEDGE)


@pytest.fixture
def words_alone(monkeypatch: pytest.MonkeyPatch):
    """As where the model's package is not installed."""
    monkeypatch.setattr(room, "meaning", lambda: None)


def first(question: str, count: int = 5) -> list[str]:
    return [shown.id for shown in ask(question, EVIDENCE, KNOWLEDGE).statements[:count]]


@pytest.mark.parametrize(
    ("question", "id"),
    [
        ("Narcan for 7-OH", "EV-K-009"),
        ("imodium", "EV-T-016"),
        ("Lucemyra and blood pressure", "EV-T-015"),
        ("ketum tea", "EV-D-012"),
        ("O.P.M.S.", "EV-R-006"),
        ("zaza", "EV-T-030"),
        ("Xanax and suboxone together", "EV-T-026"),
        ("gas station heroin", "EV-T-030"),
    ],
)
def test_other_names_find_the_usual_one_by_words_alone(question: str, id: str, words_alone: None):
    assert id in first(question)


def test_each_hit_says_which_words_it_shares(words_alone: None):
    found = ask("does Narcan work on kratom", EVIDENCE, KNOWLEDGE)
    for shown in found.statements:
        assert shown.why is not None
        assert set(shown.why.words) <= {"Narcan", "kratom", "work", "work on"}
        assert shown.why.words
        assert shown.why.nearness is None


def test_without_the_model_it_says_so(words_alone: None):
    found = ask("withdrawal in newborns", EVIDENCE, KNOWLEDGE)
    assert found.searched_by == "words"
    assert WITHOUT_MODEL in found.says
    assert found.statements


@pytest.mark.skipif(meaning() is None, reason="the model of meaning is not installed")
def test_with_the_model_nearness_is_told():
    found = ask("what to do when buprenorphine makes the patient sicker", EVIDENCE, KNOWLEDGE)
    assert found.searched_by == "words and meaning"
    assert found.statements[0].id == "EV-T-010"
    assert all(shown.why and shown.why.nearness is not None for shown in found.statements)


@pytest.mark.parametrize("question", ["the price of tea in China", "zzzz qqqq", "?!", "🙂"])
def test_nothing_is_known_here_is_said(question: str):
    found = ask(question, EVIDENCE, KNOWLEDGE)
    assert found.statements == ()
    assert NOTHING in found.says


def test_where_only_a_part_is_known_it_names_that_part(words_alone: None):
    found = ask("ketum wallpaper glue", EVIDENCE, KNOWLEDGE)
    assert found.says[:2] == (NOTHING, "Alone, these words are found: “ketum”.")


def test_both_sides_of_a_conflict_stand_side_by_side():
    found = one("EV-K-005", EVIDENCE, KNOWLEDGE)
    (conflict,) = found.conflicts
    assert [shown.id for shown in conflict.supports] == ["EV-K-005"]
    assert [shown.id for shown in conflict.refutes] == ["EV-K-006"]


def test_a_hit_on_one_side_brings_the_other_side_with_it():
    found = ask("seizures in withdrawal from street heroin in India", EVIDENCE, KNOWLEDGE, most=1)
    assert [shown.id for shown in found.statements] == ["EV-W-022"]
    (conflict,) = found.conflicts
    assert {shown.id for shown in conflict.refutes} == {"EV-W-007", "EV-W-008", "EV-H-011"}
    assert [shown.id for shown in conflict.uncertain] == ["EV-W-009"]


def test_findings_in_animals_take_no_side_in_a_conflict():
    for id in statements(KNOWLEDGE):
        for conflict in one(id, EVIDENCE, KNOWLEDGE).conflicts:
            assert all(shown.answers for shown in (*conflict.supports, *conflict.refutes, *conflict.uncertain))


def test_topic_and_substance_narrow_a_question():
    found = ask("withdrawal", EVIDENCE, KNOWLEDGE, topic="interaction", substance="naltrexone")
    assert [shown.id for shown in found.statements] in (["EV-I-008"], [])
    assert {shown.topic for shown in ask("kratom", EVIDENCE, KNOWLEDGE, topic="recall").statements} <= {"recall"}


def test_a_question_of_any_length_is_answered():
    found = ask("kratom seizures " * 100_000, EVIDENCE, KNOWLEDGE)
    assert any("first 400 characters" in says for says in found.says)
    assert len(found.question) == 400


def test_a_search_takes_a_few_hundredths_of_a_second():
    index = Index(statements(KNOWLEDGE), propositions(KNOWLEDGE), KNOWLEDGE, None)
    index.search("is kratom addictive")
    start = time.process_time()
    for _ in range(10):
        index.search("is kratom addictive and does withdrawal from it need treatment")
    assert time.process_time() - start < 2


def test_the_models_own_code_is_not_loaded_and_nothing_that_could_download():
    program = (
        "import sys; from leeward.commands.evidence import command; command(['kratom and seizures'], standalone_mode=False);"
        "print([name for name in ('wordllama', 'requests', 'huggingface_hub', 'httpx') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.rstrip().endswith("[]")
