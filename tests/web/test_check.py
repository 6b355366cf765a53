"""The page that checks a text: marks in place, nothing kept, nothing of the text carried out."""

from __future__ import annotations

import pytest


@pytest.fixture
def nurse(someone):
    return someone("n.park")


def test_a_text_comes_back_marked_with_its_claims_and_their_evidence(nurse):
    page = nurse.send("/check", text="Kratom is not addictive. Never mix kratom with alcohol. The tea tastes bitter.")
    assert page.status == 200
    assert '<mark class="wrong">Kratom is not addictive.</mark>' in page.html
    assert '<mark class="sound">Never mix kratom with alcohol.</mark>' in page.html
    assert 'href="/evidence/EV-D-002"' in page.html
    assert "dangerous if believed" in page.text
    assert "does not make it true" in page.text


def test_what_was_pasted_is_text_and_never_markup(nurse):
    page = nurse.send("/check", text="<script>alert(1)</script> Kratom is <b>not</b> addictive.")
    assert "<script>alert" not in page.html
    assert "&lt;script&gt;" in page.html


def test_a_law_is_told_with_its_day_and_what_was_true_then(nurse):
    page = nurse.send("/check", text="Kratom is legal in Tennessee.", dated="2024-03-01")
    assert "Out of date" in page.text and "As of 2026-" in page.text


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"text": ""}, "no words"),
        ({"text": "Kratom.", "dated": "March"}, "not a day"),
        ({"text": "Kratom.", "dated": "2999-01-01"}, "has not come"),
    ],
)
def test_what_cannot_be_checked_is_said_at_its_field(nurse, fields, says):
    page = nurse.send("/check", **fields)
    assert page.status == 422
    assert says in page.text


def test_nothing_of_a_text_is_kept(nurse, house):
    before = house.record.last_number()
    nurse.send("/check", text="Kratom cured somebody called Zebulon Quill of heroin addiction.")
    assert house.record.last_number() == before
