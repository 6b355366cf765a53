"""Morphine equivalents, the R value and the Child-Pugh class."""

from __future__ import annotations

from typing import Any

import pytest

from leeward.guidance.assessment import Calculation
from leeward.guidance.calculations import calculations
from tests.unit.guidance.pictures import picture


def opioid(name: str, value: float, unit: str = "mg", per: str = "day", **more: Any) -> dict[str, Any]:
    return {
        "substance": name,
        "hours": 9,
        "amount": {"value": value, "unit": unit, "per": per},
        "prescribed": True,
        **more,
    }


def one(id: str, policy: str = "", **row: Any) -> Calculation:
    return next(each for each in calculations(picture(policy, **row)) if each.id == id)


@pytest.mark.parametrize(
    ("exposure", "total"),
    [
        (opioid("codeine", 60), 9),
        (opioid("hydrocodone", 40), 40),
        (opioid("hydromorphone", 8), 40),
        (opioid("methadone", 40), 188),
        (opioid("morphine", 30), 30),
        (opioid("oxycodone", 10, per="use", doses_per_day=3), 45),
        (opioid("oxycodone-extended-release", 40), 60),
        (opioid("oxymorphone", 10), 30),
        (opioid("tapentadol", 100), 40),
        (opioid("tramadol", 200), 40),
        (opioid("fentanyl-transdermal", 75, "mcg/h"), 180),
        (opioid("fentanyl-transdermal", 25, "mcg/h"), 60),
    ],
)
def test_the_2022_factors(exposure: dict[str, Any], total: float):
    answer = one("mme-cdc-2022", exposures=[exposure])
    assert answer.value == pytest.approx(total)
    assert not answer.missing


@pytest.mark.parametrize(
    ("exposure", "total"),
    [
        (opioid("methadone", 20), 80),
        (opioid("methadone", 21), 168),
        (opioid("methadone", 60), 600),
        (opioid("methadone", 61), 732),
        (opioid("methadone", 20.5), None),
        (opioid("hydromorphone", 8), 32),
        (opioid("tramadol", 200), 20),
        (opioid("oxycodone", 20), None),
    ],
)
def test_the_2016_factors_stand_apart_and_only_where_asked_for(exposure: dict[str, Any], total: float | None):
    assert [each.id for each in calculations(picture(exposures=[exposure])) if "mme" in each.id] == ["mme-cdc-2022"]
    answer = one("mme-cdc-2016", "mme-2016-also = true", exposures=[exposure])
    assert answer.value == total
    assert bool(answer.missing) == (total is None)


def test_what_has_no_factor_is_named_and_left_out():
    answer = one(
        "mme-cdc-2022", exposures=[opioid("oxycodone", 20), opioid("buprenorphine", 8), opioid("kratom-leaf", 20, "g")]
    )
    assert answer.value == 30
    assert sum("not convertible" in note for note in answer.notes) == 2


def test_illicit_opioids_alone_have_no_total():
    assert not [each for each in calculations(picture()) if "mme" in each.id]


def test_an_amount_that_is_not_known_leaves_a_floor():
    unread = {"substance": "morphine", "hours": 9, "prescribed": True}
    answer = one("mme-cdc-2022", exposures=[opioid("oxycodone", 20), unread])
    assert (answer.value, answer.range, answer.at_least) == (None, None, 30)
    assert answer.missing == ("exposures.morphine.amount",)


@pytest.mark.parametrize("prescribed", [True, False, "unknown"])
def test_what_was_told_counts_whether_or_not_it_was_prescribed(prescribed: object):
    exposure = opioid("oxycodone", 20) | {"prescribed": prescribed}
    answer = one("mme-cdc-2022", exposures=[exposure])
    assert (answer.value, answer.missing) == (30, ())
    assert any("not prescribed" in note for note in answer.notes) is (prescribed is False)


def test_a_count_of_patches_has_no_rate():
    answer = one("mme-cdc-2022", exposures=[opioid("fentanyl-transdermal", 1, "patch")])
    assert answer.value is None
    assert answer.missing == ("exposures.fentanyl-transdermal.amount",)


def test_it_never_chooses_a_dose():
    assert "never for choosing a dose" in one("mme-cdc-2022", exposures=[opioid("morphine", 30)]).notes[0]


def enzymes(alt: float, alp: float, **more: Any) -> list[dict[str, Any]]:
    return [
        {"what": "alt", "value": alt, "unit": "U/L", "uln": 40, "hours": 1},
        {"what": "alp", "value": alp, "unit": "U/L", "uln": 120, "hours": 1, **more},
    ]


@pytest.mark.parametrize(
    ("alt", "alp", "value", "pattern"),
    [
        (400, 240, 5, "hepatocellular"),
        (396, 240, 4.95, "mixed"),
        (161, 240, 2.01, "mixed"),
        (160, 240, 2, "cholestatic"),
    ],
)
def test_r_value(alt: float, alp: float, value: float, pattern: str):
    answer = one("liver-r-value", series=enzymes(alt, alp))
    assert (answer.value, answer.label) == (value, pattern)


def test_r_value_needs_limits_and_one_day():
    series = enzymes(400, 240)
    del series[1]["uln"]
    assert one("liver-r-value", series=series).missing == ("observations.alp.uln",)
    assert one("liver-r-value", series=enzymes(400, 240, hours=30)).missing == ("ALT and ALP of the same day",)


@pytest.mark.parametrize(("score", "label"), [(5, "A"), (6, "A"), (7, "B"), (9, "B"), (10, "C")])
def test_child_pugh_class_of_a_recorded_score(score: int, label: str):
    assert one("child-pugh", observed={"child-pugh": score}).label == label


def test_no_child_pugh_is_made_up():
    assert not [each for each in calculations(picture(unknown=["observations.child-pugh"])) if each.id == "child-pugh"]
