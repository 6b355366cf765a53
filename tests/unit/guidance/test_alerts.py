"""Alerts and mismatches: their words, and a response to a dose told soundly from times and scores that are ranges."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from leeward.casefile import case_from
from leeward.guidance.alert import AlertEntry
from leeward.guidance.alerts import ALERTS
from leeward.guidance.alerts.response import (
    failure_to_respond,
    precipitated_withdrawal,
    precipitated_withdrawal_possible,
)
from leeward.guidance.assess import assess
from leeward.guidance.mismatches import MISMATCHES
from leeward.guidance.picture import Picture
from leeward.instruments import load_instruments
from leeward.knowledge import load_knowledge
from leeward.knowledge.policy import default_policy
from leeward.model.truth import Truth

KNOWLEDGE = load_knowledge()
POLICY = default_policy(KNOWLEDGE)
NOW = datetime.fromisoformat("2026-11-22T09:00:00-05:00")
WORDS = KNOWLEDGE.table_of("alerts", AlertEntry)
RESPONSES = (precipitated_withdrawal, precipitated_withdrawal_possible, failure_to_respond)
DRAWS = 400


def picture_of(document: dict[str, Any]) -> Picture:
    return Picture(case_from(document, KNOWLEDGE), KNOWLEDGE, POLICY)


def at(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


@pytest.mark.parametrize("entry", ALERTS + MISMATCHES, ids=lambda entry: entry.alert)
def test_every_alert_has_words_and_sources(entry: Any):
    words = WORDS[entry.alert]
    assert words.do
    assert words.sources
    assert set(words.sources) | set(entry.rule.sources) <= set(KNOWLEDGE.sources)


def test_alerts_have_ids_of_their_own():
    ids = [entry.alert for entry in ALERTS + MISMATCHES]
    assert len(set(ids)) == len(ids)
    assert all(entry.alert.startswith("mismatch-") for entry in MISMATCHES)


@pytest.mark.parametrize("id", [entry.alert for entry in MISMATCHES])
def test_a_mismatch_excludes_nothing(id: str):
    text = " ".join((WORDS[id].title, *WORDS[id].do)).lower()
    assert not any(word in text for word in ("excluded", "ruled out", "no withdrawal", "is safe"))


def test_a_child_out_of_scope_still_raises_alerts():
    document = {
        "leeward": "case/1",
        "now": NOW.isoformat(),
        "patient": {"age": 3},
        "observations": [{"what": "respiratory-rate", "value": 6, "unit": "/min", "at": at(0.1).isoformat()}],
    }
    answer = assess(case_from(document, KNOWLEDGE), KNOWLEDGE)
    assert "respiratory-depression" in {alert.id for alert in answer.alerts}
    assert not answer.options


def test_without_a_score_before_the_dose_precipitated_withdrawal_asks_for_it():
    truth = precipitated_withdrawal(picture_of(response_case(scores=[(0.5, 30)], doses=[("8 mg", 1.0)])))
    assert truth.is_unknown
    assert truth.lacked() == ("scores.cows.before-dose",)


def response_case(scores: list[tuple[float, int]], doses: list[tuple[str, float]]) -> dict[str, Any]:
    return {
        "leeward": "case/1",
        "now": NOW.isoformat(),
        "scores": [{"instrument": "cows", "total": total, "at": at(hours).isoformat()} for hours, total in scores],
        "doses": [
            {"medicine": "buprenorphine-sublingual", "dose": dose, "at": at(hours).isoformat()} for dose, hours in doses
        ],
    }


@pytest.mark.parametrize("piece", range(10))
def test_a_response_that_is_told_holds_whatever_the_open_times_and_items_turn_out_to_be(piece: int):
    random = Random(piece)
    for _ in range(DRAWS):
        whole = drawn(random)
        knowing, unknowing = picture_of(whole), picture_of(blurred(whole, random))
        for response in RESPONSES:
            assert holds(response(unknowing), response(knowing)), (response.__name__, whole)


def holds(before: Truth, after: Truth) -> bool:
    return before.is_unknown or before.answer is after.answer


def drawn(random: Random) -> dict[str, Any]:
    """A whole case of scores around doses."""
    items = load_instruments()["cows"].items
    scores = []
    for hours in random.sample([0.1, 0.4, 1, 1.5, 2, 2.5, 3, 4, 5, 8, 26], random.randint(1, 5)):
        heavy = random.random()
        points = {
            item.id: sorted(item.points)[min(int(random.random() * 2 * heavy * len(item.points)), len(item.points) - 1)]
            for item in items
        }
        scores.append({"instrument": "cows", "items": points, "at": at(hours).isoformat()})
    doses = [
        {
            "medicine": random.choice(["buprenorphine-sublingual", "buprenorphine-naloxone-sublingual", "methadone"]),
            "dose": random.choice(["2 mg", "8 mg", "16 mg", "30 mg"]),
            "at": at(hours).isoformat(),
        }
        for hours in random.sample([0.3, 0.9, 1.2, 1.8, 2.6, 3.5, 4.5, 23, 25], random.randint(0, 3))
    ]
    return {"leeward": "case/1", "now": NOW.isoformat(), "scores": scores, "doses": doses}


def blurred(whole: dict[str, Any], random: Random) -> dict[str, Any]:
    """The same case with items missing, times as intervals or missing, amounts unknown."""
    case = {
        **whole,
        "scores": [{**entry, "items": dict(entry["items"])} for entry in whole["scores"]],
        "doses": [dict(entry) for entry in whole["doses"]],
    }
    for entry in case["scores"]:
        for item in random.sample(sorted(entry["items"]), random.choice([0, 0, 1, 3])):
            del entry["items"][item]
    for entry in case["scores"] + case["doses"]:
        exact, chance = datetime.fromisoformat(entry["at"]), random.random()
        if chance < 0.15:
            early, late = random.choice([0, 0.2, 1, 5]), random.choice([0, 0.2, 1, 5])
            latest = min(exact + timedelta(hours=late), NOW)
            entry["at"] = {"earliest": (exact - timedelta(hours=early)).isoformat(), "latest": latest.isoformat()}
        elif chance < 0.22:
            del entry["at"]
    for entry in case["doses"]:
        if random.random() < 0.1:
            entry["dose"] = "unknown"
    if random.random() < 0.05:
        del case["doses"]
    return case


def test_of_two_emergencies_breathing_comes_first():
    low = [
        {"what": "respiratory-rate", "value": 6, "unit": "/min", "at": "2026-11-22T08:55:00-05:00"},
        {"what": "sedation-rass", "value": -4, "at": "2026-11-22T08:55:00-05:00"},
        {"what": "systolic-blood-pressure", "value": 60, "unit": "mmHg", "at": "2026-11-22T08:55:00-05:00"},
        {"what": "heart-rate", "value": 35, "unit": "/min", "at": "2026-11-22T08:55:00-05:00"},
    ]
    answer = assess(case_from({"leeward": "case/1", "now": NOW.isoformat(), "observations": low}, KNOWLEDGE), KNOWLEDGE)
    emergencies = [alert.id for alert in answer.alerts if alert.level == "emergency"]
    assert emergencies[0] == "respiratory-depression" and len(emergencies) > 2


@pytest.mark.parametrize("medicine", ["diazepam", "phenobarbital", "olanzapine", "ketamine", "pregabalin", "baclofen"])
def test_a_sedative_for_somebody_who_hardly_breathes_is_spoken_against(medicine: str):
    document = {
        "leeward": "case/1",
        "now": NOW.isoformat(),
        "observations": [{"what": "respiratory-rate", "value": 6, "unit": "/min", "at": at(0.1).isoformat()}],
        "orders": [{"medicine": medicine, "dose": "10 mg"}],
    }
    fired = {alert.id for alert in assess(case_from(document, KNOWLEDGE), KNOWLEDGE).alerts}
    assert "order-sedative-while-sedated" in fired
    document["observations"] = []
    fired = {alert.id for alert in assess(case_from(document, KNOWLEDGE), KNOWLEDGE).alerts}
    assert "order-sedative-while-sedated" not in fired
