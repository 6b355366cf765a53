"""Scenarios of an interaction and of a course of withdrawal: what was measured leads, and nothing is shown where nothing was."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pytest

from leeward.errors import BadInput
from leeward.knowledge import load_knowledge
from leeward.pharmacology.clearance_entries import trials
from leeward.pharmacology.evidence_drawing import ENDS, evidence_spec, evidence_svg
from leeward.pharmacology.evidence_scenario import (
    COLUMNS,
    Evidence,
    InteractionScenario,
    WithdrawalScenario,
    lines,
    rows,
    simulated,
    size,
)

KNOWLEDGE = load_knowledge()


def interaction(taken: str, medicine: str) -> Evidence:
    asked = InteractionScenario(
        leeward="scenario/1", title="A pair", model="interaction", taken=taken, medicine=medicine
    )
    return simulated(asked, KNOWLEDGE)


def course(substance: str) -> Evidence:
    asked = WithdrawalScenario(leeward="scenario/1", title="A course", model="withdrawal-course", substance=substance)
    return simulated(asked, KNOWLEDGE)


def test_the_trial_leads_and_models_follow_it_with_their_grade():
    found = interaction("kratom-leaf", "midazolam")
    assert found.answer == "measured"
    assert [(arm.standing, arm.what, arm.value) for arm in found.arms[:3]] == [
        ("measured", "AUC", 1.39),
        ("measured", "Cmax", 1.5),
        ("measured", "half-life", 1.07),
    ]
    models = [arm for arm in found.arms if arm.standing == "model"]
    assert len(models) == 2
    assert {arm.grade for arm in models} == {"C"}
    assert all(arm.value and arm.value > 2 for arm in models)


@pytest.mark.parametrize(
    ("taken", "medicine"), [("kratom-extract", "midazolam"), ("kratom-leaf", "desipramine"), ("rifampin", "methadone")]
)
def test_a_pair_that_nobody_measured_has_no_arm_and_a_picture_that_says_so(taken: str, medicine: str):
    found = interaction(taken, medicine)
    assert (found.answer, found.arms) == ("cannot-tell", ())
    assert "Cannot tell" in evidence_svg(found)


def test_a_name_that_leeward_does_not_know_is_refused():
    with pytest.raises(BadInput, match="knows no"):
        interaction("kratom-leaf", "midazolan")


def test_a_course_shows_bands_without_a_value_as_a_hypothesis():
    found = course("heroin")
    assert found.answer == "hypothesis"
    assert [(arm.arm, arm.value) for arm in found.arms] == [("onset", None), ("peak", None), ("end", None)]
    assert {(arm.standing, arm.grade) for arm in found.arms} == {("hypothesis", "C")}
    assert any("80 of 130 left" in caveat for caveat in found.caveats)
    assert any("of those who stayed" in caveat for caveat in found.caveats)


@pytest.mark.parametrize(
    "found",
    [
        interaction("kratom-leaf", "midazolam"),
        interaction("ketoconazole", "oxycodone"),
        course("naloxone"),
        course("methadone"),
    ],
    ids=["midazolam", "oxycodone", "naloxone", "methadone"],
)
def test_every_picture_names_itself_and_prints_its_numbers(found: Evidence):
    drawn = evidence_svg(found)
    root = ElementTree.fromstring(drawn)
    assert root.get("role") == "img"
    label = root.get("aria-label") or ""
    assert found.title in label
    assert "not" in label
    assert "NaN" not in drawn
    assert "null" not in drawn


def test_minutes_are_not_lost_on_an_axis_of_days():
    assert "hours after the dose" in evidence_svg(course("naloxone"))
    assert "days after the last use" in evidence_svg(course("methadone"))


PAIRS = sorted({(by, of) for trial in trials(KNOWLEDGE).values() for by in trial.by for of in trial.of})


def test_words_and_bars_of_a_picture_keep_apart_and_fill_its_axis():
    drawn = 0
    for found in (*(interaction(*pair) for pair in PAIRS), *(course(name) for name in ("heroin", "naloxone"))):
        if not found.arms:
            continue
        drawn += 1
        panel = evidence_spec(found)["vconcat"][0]
        told = panel["data"]["values"]
        for row, below in zip(told, [*told[1:], {"top": panel["height"]}], strict=True):
            assert row["top"] + 17 * len(row["name"]) <= row["bar"] - 5 and row["bar"] + 5 <= below["top"]
        assert all(" ".join(row["name"]).endswith(size(arm)) for row, arm in zip(told, found.arms, strict=True))
        if found.model == "interaction":
            low, high = panel["layer"][0]["encoding"]["x"]["scale"]["domain"]
            ends = [1.0, *(row[end] for row in told for end in ENDS if row[end] is not None)]
            assert low < min(ends) and max(ends) < high
            assert low >= 0.4 * min(ends) / 1.05 and high <= 2.5 * max(ends) * 1.05, (
                "the axis reaches far beyond what is drawn"
            )
    assert drawn > 5


def test_a_band_within_the_hour_is_told_in_minutes():
    text = "\n".join(lines(course("naloxone")))
    assert "0 to 5 min" in text and "30 to 60 min" in text


def test_text_and_rows_keep_interval_standing_and_what_is_not_told():
    found = interaction("kratom-leaf", "midazolam")
    text = "\n".join(lines(found))
    assert "AUC: 1.39 (1.23 to 1.57), 90 % confidence interval" in text
    assert "a model, not people, grade C" in text
    assert "no ratio here means that a pair is safe" in text
    assert all(len(row) == len(COLUMNS) for row in rows(found))
    assert next(rows(found))[2:5] == ("1.39", "1.23", "1.57")
    assert "6 to 12 h (any source: 6 to 24)" in "\n".join(lines(course("heroin")))
