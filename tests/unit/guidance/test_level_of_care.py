"""The level of care: sure as a floor, suggested only when nothing open could raise it."""

from __future__ import annotations

from typing import Any

import pytest

from leeward.guidance.level_of_care import level_of_care
from tests.unit.guidance.pictures import picture

SETTLED = {
    "vomiting": False,
    "seizure": False,
    "hallucination": False,
    "delirium-cam": "negative",
    "encephalopathy": False,
    "tremor": False,
    "cyanosis": False,
    "chest-pain": False,
    "heart-block": False,
    "syncope": False,
    "ciwa-b": 0,
    "head-injury": False,
    "focal-neurological-deficit": False,
    "gcs": 15,
    "jaundice": False,
    "alt": 20,
    "bilirubin-total": 0.8,
    "inr": 1,
    "creatinine": 0.8,
    "diarrhoea": False,
    "hours-without-intake": 0,
    "no-oral-intake": False,
    "orthostatic-heart-rate-rise": 0,
    "orthostatic-systolic-fall": 0,
    "sodium": 140,
    "stools-per-day": 1,
    "vomits-per-day": 0,
    "gastrointestinal-bleeding": False,
    "rigid-abdomen": False,
    "clonus": "none",
    "hypertonia": False,
    "hyperreflexia": False,
}
SCREENS = [
    {
        "instrument": "ciwa-ar",
        "items": {
            "nausea": 0,
            "tremor": 0,
            "sweats": 0,
            "anxiety": 0,
            "agitation": 0,
            "tactile": 0,
            "auditory": 0,
            "visual": 0,
            "headache": 0,
            "orientation": 0,
        },
    },
    {
        "instrument": "c-ssrs",
        "items": dict.fromkeys(("q1", "q2", "q3", "q4", "q5", "q6_lifetime", "q6_past_3_months"), False),
    },
]


def settled(**row: Any) -> Any:
    return level_of_care(picture(**{"observed": SETTLED | row.pop("observed", {}), "scores": SCREENS, **row}))


@pytest.mark.parametrize(
    ("row", "level"),
    [
        ({"cows": {"sweating": 0, "pupils": 0}}, "1.7"),
        ({}, "2.7"),
        ({"observed": {"vomiting": True}}, "3.7"),
        ({"conditions": ["unstable housing"]}, "3.7"),
        ({"observed": {"seizure": True}}, "4"),
        ({"observed": {"systolic-blood-pressure": 79}}, "4"),
    ],
)
def test_suggested_when_everything_is_settled(row: dict[str, Any], level: str):
    answer = settled(**row)
    assert (answer.suggested, answer.at_least) == (level, level), answer.needs


def test_not_suggested_while_something_could_raise_it():
    answer = settled(unknown=["observations.oxygen-saturation"])
    assert (answer.suggested, answer.at_least) == (None, "2.7")
    assert answer.needs == ("observations.oxygen-saturation",)


def test_without_a_current_score_no_level_is_sure():
    answer = level_of_care(picture(unknown=["exposures", "conditions", "medicines", "doses"], cows="missing"))
    assert (answer.suggested, answer.at_least) == (None, None)
    assert "score it" in answer.because[0]


@pytest.mark.parametrize(
    "row",
    [
        {"observed": {"chest-pain": True}},
        {"observed": {"qtc": 520}},
        {"medicines": ["sertraline"], "observed": {"clonus": "spontaneous"}},
    ],
)
def test_an_emergency_alert_asks_for_hospital(row: dict[str, Any]):
    answer = settled(**row)
    assert answer.at_least == "4"
    assert "LOC-15" in answer.rule
