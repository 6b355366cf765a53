"""Two scores of one time, as when two people chart at once: neither is lost, and what holds for both still holds."""

from __future__ import annotations

from datetime import datetime, timedelta
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


def test_a_second_score_that_says_otherwise_is_asked_about_and_starts_nothing():
    answer = assessed(10)
    assert "precipitated-withdrawal" in {alert.id for alert in answer.alerts}
    assert "scores.cows.which" in {question.input for question in answer.questions[:3]}
    alert = next(alert for alert in answer.alerts if alert.id == "scores-of-one-time-differ")
    assert alert.level == "urgent"
    rescue = next(option for option in answer.options if option.id == "precipitated-withdrawal-rescue")
    assert rescue.status == "cannot-tell"


@pytest.mark.parametrize(("seconds", "differ"), [(20, True), (100, True), (119, True), (120, False), (3600, False)])
def test_scores_of_less_than_two_minutes_are_of_one_time(seconds, differ):
    """Hazard: a low score saved seconds after a high one takes precipitated withdrawal off every page."""
    case = yaml.safe_load(EXAMPLE.read_text())
    last = case["scores"][-1]
    at = datetime.fromisoformat(str(last["at"])) - timedelta(seconds=seconds)
    case["scores"].append({"instrument": "cows", "at": at.isoformat(), "total": 3})
    ids = {alert.id for alert in assess(case_from(case, load_knowledge()), load_knowledge()).alerts}
    assert ("scores-of-one-time-differ" in ids) == differ
    assert "precipitated-withdrawal" in ids


def test_a_dose_between_two_scores_of_one_minute_tells_them_apart():
    case = yaml.safe_load(EXAMPLE.read_text())
    last = case["scores"][-1]
    at = datetime.fromisoformat(str(last["at"]))
    case["doses"].append({"medicine": "clonidine", "dose": "0.1 mg", "at": (at - timedelta(seconds=10)).isoformat()})
    case["scores"].append({"instrument": "cows", "at": (at - timedelta(seconds=20)).isoformat(), "total": 3})
    ids = {alert.id for alert in assess(case_from(case, load_knowledge()), load_knowledge()).alerts}
    assert "scores-of-one-time-differ" not in ids
