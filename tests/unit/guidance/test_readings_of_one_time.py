"""Readings of one time that disagree, as when two people chart at once: the worse counts until somebody looks again."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from leeward.casefile import case_from
from leeward.guidance.assess import assess
from leeward.guidance.assessment import Assessment
from leeward.knowledge import load_knowledge

KNOWLEDGE = load_knowledge()
NOW = datetime.fromisoformat("2026-11-22T09:00:00-05:00")
AT = NOW - timedelta(minutes=20)
DIFFER = "readings-of-one-time-differ"

CALM: dict[str, Any] = {
    "respiratory-rate": 16, "oxygen-saturation": 98, "sedation-rass": 0, "heart-rate": 84, "temperature": 37,
    "systolic-blood-pressure": 126, "diastolic-blood-pressure": 78, "gcs": 15, "qtc": 420,
}  # fmt: skip


def observation(what: str, value: object, at: datetime | str = AT) -> dict[str, Any]:
    unit = KNOWLEDGE.observations[what].unit
    given = {"what": what, "value": value, "at": at if isinstance(at, str) else at.isoformat()}
    return {**given, "unit": unit} if unit not in ("", "points") else given


def assessed(*observations: dict[str, Any], **more: Any) -> Assessment:
    case = {
        "now": NOW.isoformat(),
        "leeward": "case/1",
        "synthetic": True,
        "setting": "inpatient",
        "patient": {"age": 34, "sex": "male"},
        "exposures": [{"substance": "heroin", "last_use": (NOW - timedelta(hours=20)).isoformat()}],
        "medicines": [],
        "conditions": [],
        "allergies": [],
        "doses": [],
        "observations": list(observations),
        **more,
    }
    return assess(case_from(case, KNOWLEDGE), KNOWLEDGE)


def alerts(answer: Assessment) -> set[str]:
    return {alert.id for alert in answer.alerts}


def calm(others: dict[str, object] | None = None) -> list[dict[str, Any]]:
    return [observation(what, (others or {}).get(what, value)) for what, value in CALM.items()]


@pytest.mark.parametrize(
    ("what", "worse", "alert"),
    [
        ("respiratory-rate", 6, "respiratory-depression"),
        ("oxygen-saturation", 80, "respiratory-depression"),
        ("oxygen-saturation", 93, "borderline-saturation"),
        ("sedation-rass", -4, "sedated"),
        ("gcs", 9, "sedated"),
        ("heart-rate", 30, "heart-rate-extreme"),
        ("heart-rate", 170, "heart-rate-extreme"),
        ("systolic-blood-pressure", 70, "hypotension"),
        ("systolic-blood-pressure", 85, "alpha-2-hold"),
        ("temperature", 40, "hyperthermia"),
        ("qtc", 530, "qtc-very-long"),
    ],
)
@pytest.mark.parametrize("seconds", [-59, -20, 0, 20, 59])
def test_the_milder_of_two_readings_never_erases_what_the_worse_one_asks_for(
    what: str, worse: float, alert: str, seconds: int
):
    """Hazard: breathing of 6 that a second person charts as 16 for the same minute leaves the board calm."""
    answer = assessed(*calm(), observation(what, worse, AT + timedelta(seconds=seconds)))
    assert alert in alerts(answer)
    differ = next(one for one in answer.alerts if one.id == DIFFER)
    told = " ".join(differ.because)
    assert f"{worse:g}" in told
    assert f"{CALM[what]:g}" in told


def test_a_later_reading_replaces_an_earlier_one():
    answer = assessed(*calm(), observation("respiratory-rate", 6, AT - timedelta(minutes=1)))
    assert not alerts(answer) & {DIFFER, "respiratory-depression"}


def test_readings_that_lead_nowhere_else_say_nothing():
    answer = assessed(*calm(), observation("oxygen-saturation", 97), observation("heart-rate", 80))
    assert DIFFER not in alerts(answer)


def test_the_same_reading_charted_twice_says_nothing():
    answer = assessed(*calm(), observation("respiratory-rate", 6), *calm({"respiratory-rate": 6}))
    assert DIFFER in alerts(answer)
    answer = assessed(*calm({"respiratory-rate": 6}), observation("respiratory-rate", 6))
    assert alerts(answer) >= {"respiratory-depression"}
    assert DIFFER not in alerts(answer)


@pytest.mark.parametrize("order", list(permutations((6, 16, 12))))
def test_of_three_readings_the_worst_counts_in_whatever_order_they_stand(order: tuple[int, ...]):
    answer = assessed(*(observation("respiratory-rate", value) for value in order))
    assert {"respiratory-depression", DIFFER} <= alerts(answer)
    assert any(
        "6/min and 12/min and 16/min" in line for one in answer.alerts if one.id == DIFFER for line in one.because
    )


def test_the_worst_of_each_kind_counts_together():
    """Breathing of 11 with deep sedation is an emergency, whoever charted which of the two."""
    rest = [one for one in calm() if one["what"] not in ("respiratory-rate", "sedation-rass", "gcs")]
    first = [observation("respiratory-rate", 11), observation("sedation-rass", 0)]
    second = [observation("respiratory-rate", 16), observation("sedation-rass", -4)]
    assert "respiratory-depression" in alerts(assessed(*rest, *first, *second))


def test_a_reading_that_could_not_be_taken_does_not_erase_one_of_the_same_time():
    answer = assessed(*calm({"respiratory-rate": 6}), observation("respiratory-rate", "unknown"))
    assert "respiratory-depression" in alerts(answer)


def test_two_readings_of_one_day_that_no_time_tells_apart_count_by_the_worse():
    day = AT.date().isoformat()
    answer = assessed(observation("qtc", 530, day), observation("qtc", 420, day))
    assert {"qtc-very-long", DIFFER} <= alerts(answer)


@pytest.mark.parametrize("what", ["chest-pain", "cyanosis", "hallucination", "gastrointestinal-bleeding", "syncope"])
@pytest.mark.parametrize("first", [True, False])
def test_a_yes_and_a_no_of_one_time_count_as_yes(what: str, first: bool):
    answer = assessed(observation(what, first), observation(what, not first))
    lone = alerts(assessed(observation(what, True))) - alerts(assessed(observation(what, False)))
    assert lone
    assert lone <= alerts(answer)
    assert any("yes" in line and "no" in line for one in answer.alerts if one.id == DIFFER for line in one.because)


def test_a_positive_and_a_negative_pregnancy_test_of_one_time_count_as_positive():
    woman = {"age": 34, "sex": "female"}
    told = [observation("pregnancy-test", "positive"), observation("pregnancy-test", "negative")]
    scores = [{"instrument": "cows", "at": AT.isoformat(), "total": 14}]
    answer = assessed(*told, patient=woman, scores=scores)
    assert {"pregnancy-in-withdrawal", DIFFER} <= alerts(answer)


def test_two_drug_screens_of_one_time_count_as_positive():
    screens = [
        {"what": "urine-drug-screen", "result": {"methadone": result}, "at": AT.isoformat()}
        for result in ("positive", "negative")
    ]
    for told in (screens, screens[::-1]):
        answer = assessed(*told)
        assert "mismatch-methadone-not-told" in {one.id for one in answer.state.mismatches}
        assert DIFFER in alerts(answer)


def test_options_and_comfort_medicines_are_held_by_the_worse_reading():
    low = assessed(*calm(), observation("systolic-blood-pressure", 70))
    clonidine = next(one for one in low.options if one.id == "clonidine")
    assert clonidine.status == "not-yet"
    sedated = assessed(*calm(), observation("respiratory-rate", 6))
    assert all(one.status == "avoid" for one in sedated.options if one.id in ("buprenorphine-standard", "methadone"))
    calmer = {one.id for one in assessed(*calm()).adjuncts if one.status == "avoid"}
    held = {one.id for one in sedated.adjuncts if one.status == "avoid"}
    alone = {one.id for one in assessed(*calm({"respiratory-rate": 6})).adjuncts if one.status == "avoid"}
    assert held == alone > calmer


def test_an_order_is_held_by_the_worse_reading():
    orders = [{"medicine": "clonidine", "dose": "0.1 mg"}]
    answer = assessed(*calm(), observation("systolic-blood-pressure", 70), orders=orders)
    assert "order-alpha-2-hold" in alerts(answer)


def test_the_level_of_care_follows_the_worse_reading():
    level = assessed(*calm(), observation("oxygen-saturation", 80)).level_of_care
    assert level is not None
    assert level.at_least == "4"


def test_a_rise_of_the_qtc_and_of_liver_enzymes_counts_by_the_worse():
    earlier = observation("qtc", 400, AT - timedelta(days=2))
    answer = assessed(earlier, observation("qtc", 405), observation("qtc", 465))
    assert "qtc-rise" in alerts(answer)
    enzymes = [{**observation("alt", value), "uln": 40} for value in (30, 900)]
    assert "liver-injury" in alerts(assessed(*enzymes))


YES = {"q1": True, "q2": True, "q3": True, "q4": True, "q5": True, "q6_lifetime": False, "q6_past_3_months": False}
NO = dict.fromkeys(YES, False)


@pytest.mark.parametrize("seconds", [0, 40, 100])
@pytest.mark.parametrize("answers", [(YES, NO), (NO, YES), (NO, YES, NO)])
def test_of_two_suicide_screens_of_one_time_the_worse_answer_counts(answers: tuple[dict[str, bool], ...], seconds: int):
    """Hazard: thoughts of suicide with a plan that a second form of the same minute denies raise nothing."""
    times = [AT + timedelta(seconds=seconds * place / len(answers)) for place in range(len(answers))]
    scores = [
        {"instrument": "c-ssrs", "at": at.isoformat(), "items": items} for at, items in zip(times, answers, strict=True)
    ]
    answer = assessed(scores=scores)
    assert {"suicide-risk-high", "scores-of-one-time-differ"} <= alerts(answer)


def test_suicide_screens_of_one_day_count_by_the_worse_answer():
    day = AT.date().isoformat()
    scores = [{"instrument": "c-ssrs", "at": day, "items": items} for items in (YES, NO)]
    assert "suicide-risk-high" in alerts(assessed(scores=scores))


def test_the_same_suicide_screen_twice_is_one():
    scores = [{"instrument": "c-ssrs", "at": AT.isoformat(), "items": NO}] * 2
    assert not alerts(assessed(scores=scores)) & {"scores-of-one-time-differ", "suicide-risk-high"}


def test_a_later_suicide_screen_replaces_an_earlier_one():
    scores = [
        {"instrument": "c-ssrs", "at": (AT - timedelta(minutes=place * 5)).isoformat(), "items": items}
        for place, items in enumerate((NO, YES))
    ]
    assert "suicide-risk-high" not in alerts(assessed(scores=scores))


@pytest.mark.parametrize("totals", [(24, 2), (2, 24)])
def test_of_two_scores_of_alcohol_withdrawal_the_worse_counts(totals: tuple[int, int]):
    scores = [{"instrument": "ciwa-ar", "at": AT.isoformat(), "total": total} for total in totals]
    answer = assessed(scores=scores)
    assert {"alcohol-withdrawal-severe", "scores-of-one-time-differ"} <= alerts(answer)


def test_before_a_dose_the_lower_of_two_scores_counts_for_a_rise():
    def cows(total: int, minutes: float) -> dict[str, Any]:
        return {"instrument": "cows", "at": (NOW - timedelta(minutes=minutes)).isoformat(), "total": total}

    dose = {"medicine": "buprenorphine-naloxone-sublingual", "dose": "8 mg"}
    given = {**dose, "at": (NOW - timedelta(minutes=60)).isoformat()}
    answer = assessed(doses=[given], scores=[cows(9, 70), cows(22, 70), cows(24, 10)])
    assert "precipitated-withdrawal-possible" in alerts(answer)
