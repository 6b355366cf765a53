"""Observations stand in the unit that knowledge keeps, or are refused; nothing is guessed."""

from collections.abc import Callable
from typing import Any

import pytest

from leeward.model.case import Case
from leeward.model.missing import REFUSED, UNKNOWN

Read = Callable[..., Case]


@pytest.mark.parametrize(
    ("observation", "what", "value", "unit"),
    [
        ({"what": "HR", "value": 104, "unit": "bpm"}, "heart-rate", 104, "/min"),
        ({"what": "pulse", "value": "104 /min"}, "heart-rate", 104, "/min"),
        ({"what": "temperature", "value": 98.6, "unit": "[degF]"}, "temperature", 37, "Cel"),
        ({"what": "temp", "value": "98.6 F"}, "temperature", 37, "Cel"),
        ({"what": "creatinine", "value": 88.4, "unit": "µmol/L"}, "creatinine", 1, "mg/dL"),
        ({"what": "bilirubin", "value": 17.1, "unit": "umol/L"}, "bilirubin-total", 1, "mg/dL"),
        ({"what": "potassium", "value": 4.1, "unit": "mEq/L"}, "potassium", 4.1, "mmol/L"),
        ({"what": "magnesium", "value": 2.0, "unit": "mg/dL"}, "magnesium", 0.823, "mmol/L"),
        ({"what": "albumin", "value": 35, "unit": "g/L"}, "albumin", 3.5, "g/dL"),
        ({"what": "inr", "value": 1.2}, "inr", 1.2, "1"),
        ({"what": "rass", "value": -2, "unit": "points"}, "sedation-rass", -2, "points"),
    ],
)
def test_a_number_stands_in_the_unit_of_its_kind(case: Read, observation: Any, what: str, value: float, unit: str):
    (read,) = case(observations=[observation]).observations
    assert (read.what, read.unit) == (what, unit)
    assert read.value == pytest.approx(value, rel=1e-3)


def test_an_upper_limit_of_normal_is_converted_with_its_value(case: Read):
    (read,) = case(observations=[{"what": "bilirubin", "value": 34.2, "unit": "umol/L", "uln": 17.1}]).observations
    assert read.value == pytest.approx(2, rel=1e-3)
    assert read.upper_limit_of_normal == pytest.approx(1, rel=1e-3)


def test_blood_pressure_in_one_is_two_observations(case: Read):
    read = case(observations=[{"what": "BP", "value": "120/80", "at": "2026-11-22T08:00:00-05:00"}]).observations
    assert [(entry.what, entry.value) for entry in read] == [
        ("diastolic-blood-pressure", 80),
        ("systolic-blood-pressure", 120),
    ]


@pytest.mark.parametrize(
    ("observation", "value"),
    [
        ({"what": "heart-rate", "value": "unknown"}, UNKNOWN),
        ({"what": "heart-rate", "value": 96, "unit": "unknown"}, UNKNOWN),
        ({"what": "pregnancy test", "value": "declined"}, REFUSED),
        ({"what": "pregnancy-test", "result": "neg"}, "negative"),
        ({"what": "clonus", "value": "no"}, "none"),
        ({"what": "vomiting", "value": "no"}, False),
        ({"what": "seizure", "value": "present"}, True),
    ],
)
def test_words_and_what_is_missing(case: Read, observation: Any, value: object):
    assert case(observations=[observation]).observations[0].value == value


def test_a_number_of_an_unknown_unit_is_unknown_and_shown(case: Read):
    (kept,) = case(observations=[{"what": "creatinine", "value": 88, "unit": "unknown"}]).kept
    assert (kept.path, kept.as_told) == ("observations.creatinine.value", "88 of an unknown unit")


def test_a_panel_keeps_its_results_and_which_are_still_open(case: Read):
    result = {"opiate": False, "fentanyl": "POS", "methadone": "pending", "zolpidem": "negative", "benzos": None}
    read = case(observations=[{"what": "urine-drug-screen", "panel": "immunoassay", "result": result}])
    assert read.observations[0].results == (
        ("benzodiazepines", "unknown"),
        ("fentanyl", "positive"),
        ("methadone", "unknown"),
        ("opiates", "negative"),
        ("zolpidem", "negative"),
    )
    assert read.observations[0].method == "immunoassay"
    assert [kept.path for kept in read.kept] == ["observations.urine-drug-screen.result.zolpidem"]
