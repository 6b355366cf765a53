"""Two scores of one time, as when two people chart at once: neither is lost, and what holds for both still holds."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from leeward.casefile import case_from
from leeward.guidance.assess import assess
from leeward.knowledge import load_knowledge

EXAMPLE = Path(__file__).parents[3] / "examples" / "precipitated-withdrawal-on-the-ward.yaml"


def assessed(other_total: int | None):
    case = yaml.safe_load(EXAMPLE.read_text())
    last = case["scores"][-1]
    again = dict(last) if other_total is None else {"instrument": "cows", "at": last["at"], "total": other_total}
    case["scores"].append(again)
    return assess(case_from(case, load_knowledge()), load_knowledge())


@pytest.mark.parametrize("other", [None, 36, 40])
def test_a_second_score_that_says_the_same_does_not_silence_precipitated_withdrawal(other):
    answer = assessed(other)
    assert "precipitated-withdrawal-possible" in {alert.id for alert in answer.alerts}


def test_the_same_score_sent_twice_changes_no_option():
    rescue = next(option for option in assessed(None).options if option.id == "precipitated-withdrawal-rescue")
    assert rescue.status == "recommended"


def test_a_second_score_that_says_otherwise_is_asked_about_and_decides_nothing():
    answer = assessed(10)
    assert "scores.cows.which" in {question.input for question in answer.questions[:3]}
    alert = next(alert for alert in answer.alerts if alert.id == "scores-of-one-time-differ")
    assert alert.level == "urgent"
    rescue = next(option for option in answer.options if option.id == "precipitated-withdrawal-rescue")
    assert rescue.status == "cannot-tell"
