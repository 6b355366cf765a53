"""The text of an assessment: what is dangerous stands first, in words, and nobody can take it for an order."""

from __future__ import annotations

import re
from typing import Any

import pytest

from leeward.guidance.assess import assess
from leeward.knowledge import load_knowledge
from leeward.report.text import render
from tests.spec.tables import case_of

KNOWLEDGE = load_knowledge()
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def text(everything: bool = False, colour: bool = False, **row: Any) -> str:
    return render(assess(case_of(row, KNOWLEDGE), KNOWLEDGE), colour=colour, everything=everything)


def test_an_emergency_stands_before_the_score_and_the_options():
    told = text(observed={"respiratory-rate": 7, "oxygen-saturation": 86, "sedation-rass": -3})
    assert told.index("EMERGENCY") < told.index("\nNOW") < told.index("\nOPTIONS")


def test_the_worst_alert_stands_first():
    answer = assess(case_of({"observed": {"respiratory-rate": 7, "qtc": 470, "potassium": 3.2}}, KNOWLEDGE), KNOWLEDGE)
    order = ["emergency", "urgent", "caution", "note"]
    levels = [order.index(alert.level) for alert in answer.alerts]
    assert levels
    assert levels == sorted(levels)


def test_colour_says_nothing_that_words_do_not():
    row: dict[str, Any] = {"observed": {"respiratory-rate": 7}}
    assert COLOUR.sub("", text(colour=True, **row)) == text(**row)


@pytest.mark.parametrize("everything", [False, True])
def test_it_fits_eighty_columns_and_says_that_nobody_signed_and_nothing_is_ordered(everything: bool):
    told = text(everything=everything)
    assert max(map(len, told.splitlines())) <= 80
    assert "NOBODY HAS SIGNED IT" in told
    assert "Nothing is ordered." in told


def test_what_belongs_to_every_plan_is_there_whatever_else_is():
    for row in ({}, {"patient": {"age": 12}}, {"unknown": ["exposures", "observations", "scores", "medicines"]}):
        assert "naloxone" in text(**row)
