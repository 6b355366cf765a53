"""The page of evidence: a question finds statements with all that must stand beside them; one statement has its address."""

from __future__ import annotations

import pytest

from leeward.evidence.statements import propositions, statements
from leeward.knowledge import load_knowledge

KNOWLEDGE = load_knowledge()
STATEMENTS = statements(KNOWLEDGE)


@pytest.fixture
def nurse(someone):
    return someone("n.park")


def test_a_question_finds_statements_with_what_must_stand_beside_them(nurse):
    page = nurse.get("/evidence?q=can+I+take+naltrexone+if+I+use+kratom")
    assert 'href="/evidence/EV-I-008"' in page.html and 'href="/reference/sources/jarka-2023"' in page.html
    for words in ("case reports, US", "2026-11-22", "Found by", "Speaks against", "Naltrexone may be started right after kratom"):  # fmt: skip
        assert words in page.text


def test_both_sides_of_a_dispute_stand_side_by_side(nurse):
    page = nurse.get("/evidence/EV-K-005")
    assert "In dispute" in page.text and 'href="/evidence/EV-K-006"' in page.html
    assert "In dispute" not in nurse.get("/evidence/EV-I-001").text


def test_it_says_that_nothing_is_known(nurse):
    assert "Nothing is known here" in nurse.get("/evidence?q=best+pizza+in+town").text


def test_a_finding_in_animals_says_that_it_answers_nothing_clinical(nurse):
    assert "Explains only" in nurse.get("/evidence/EV-P-003").text
    assert "Explains only" not in nurse.get("/evidence/EV-K-010").text


def test_every_statement_is_listed_under_its_topic_and_has_a_page(nurse):
    for topic in {statement.topic for statement in STATEMENTS.values()}:
        listed = nurse.get(f"/evidence?topic={topic}")
        held = [id for id, statement in STATEMENTS.items() if statement.topic == topic]
        assert all(f'href="/evidence/{id}"' in listed.html for id in held)
    for id, statement in list(STATEMENTS.items())[::12]:
        page = nurse.get(f"/evidence/{id}")
        assert statement.population in page.text and statement.certainty in page.text
        assert propositions(KNOWLEDGE)[statement.proposition].sentence in page.text


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/evidence/EV-K-999", "No statement of evidence has this name. Search for it."),
        (
            "/evidence?topic=gardening",
            "There is no evidence under that name. Choose a topic or a substance of the list.",
        ),
        ("/evidence?substance=tea", "There is no evidence under that name. Choose a topic or a substance of the list."),
    ],
)
def test_what_is_not_there_is_refused_in_a_sentence(nurse, path: str, says: str):
    page = nurse.get(path)
    assert page.status == 404 and says in page.text


def test_what_was_typed_is_text_and_never_markup(nurse):
    page = nurse.get("/evidence?q=%3Cscript%3Ealert(1)%3C/script%3E+kratom")
    assert page.status == 200 and "<script>alert" not in page.html


def test_a_rule_and_a_source_point_at_the_statements_of_their_sources(nurse):
    assert 'href="/evidence/EV-T-014"' in nurse.get("/reference/rules/NTX-01").html
    assert 'href="/evidence/EV-I-008"' in nurse.get("/reference/sources/jarka-2023").html
    assert 'href="/reference/rules/NTX-01"' in nurse.get("/evidence/EV-T-014").html
