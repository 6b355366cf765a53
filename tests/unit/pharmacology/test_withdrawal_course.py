"""The course of withdrawal: bands of populations with who left, marked as a hypothesis, and nothing of one person."""

from __future__ import annotations

import msgspec
import pytest

from leeward.errors import BadInput
from leeward.knowledge import load_knowledge
from leeward.pharmacology.withdrawal_course import CourseEntry, WithdrawalCourse, withdrawal_course

KNOWLEDGE = load_knowledge()


def bands(course: WithdrawalCourse) -> dict[str, tuple[float, float]]:
    return {band.part: (band.low_h, band.high_h) for band in course.bands}


@pytest.mark.parametrize("substance", ["heroin", "oxycodone", "hydrocodone"])
def test_short_acting_opioids_lie_where_overviews_place_them(substance: str):
    found = bands(withdrawal_course(KNOWLEDGE, substance))
    for part, (low, high) in {"onset": (6, 12), "peak": (24, 72), "end": (120, 240)}.items():
        assert low <= sum(found[part]) / 2 <= high, part


def test_methadone_begins_late_and_its_sources_disagree():
    [onset] = [band for band in withdrawal_course(KNOWLEDGE, "methadone").bands if band.part == "onset"]
    assert 30 <= (onset.low_h + onset.high_h) / 2 <= 96
    assert onset.earliest_h < onset.low_h
    assert onset.latest_h == 96


def test_naloxone_brings_it_on_within_minutes_and_for_an_hour_at_most():
    found = withdrawal_course(KNOWLEDGE, "naloxone")
    assert found.kind == "precipitated"
    assert bands(found)["onset"][1] * 60 <= 5.001
    low, high = bands(found)["end"]
    assert 30 <= (low + high) / 2 * 60 <= 60


def test_buprenorphine_brings_it_on_within_two_hours():
    assert bands(withdrawal_course(KNOWLEDGE, "buprenorphine-sublingual")) == {"onset": (1, 2), "end": (6, 24)}


def test_scores_of_the_trial_with_who_left():
    found = withdrawal_course(KNOWLEDGE, "heroin")
    day_3 = {one.arm: one.value.value for one in found.observed if one.day == 3}
    assert sorted(value for value in day_3.values() if value) == [6.32, 8.67]
    rates = {one.arm: one.gone / one.of for one in found.left}
    assert 0.58 <= rates["lofexidine 2.88 mg a day"] / rates["placebo"] <= 0.88
    assert any("those who stayed" in caveat for caveat in found.caveats)


@pytest.mark.parametrize("id", [id for id, one in KNOWLEDGE.substances.items() if one.opioid == "yes"])
def test_every_course_is_a_hypothesis_of_a_population(id: str):
    found = withdrawal_course(KNOWLEDGE, id)
    assert found.standing == "hypothesis"
    assert found.grade in ("C", "C-", "D")
    assert any("never this person" in caveat for caveat in found.caveats)
    assert any("no time to wait" in caveat for caveat in found.caveats)
    for band in found.bands:
        assert band.earliest_h <= band.low_h <= band.high_h <= band.latest_h
        assert band.sources


@pytest.mark.parametrize("substance", ["7-hydroxymitragynine", "kratom-extract"])
def test_nothing_measured_on_leaf_is_told_of_concentrates(substance: str):
    found = withdrawal_course(KNOWLEDGE, substance)
    assert found.grade == "D"
    assert "no trial was read" in found.says
    assert found.observed == found.left == ()


def test_a_substance_without_a_course_is_not_said_to_have_none():
    silent = [
        id
        for id, one in KNOWLEDGE.substances.items()
        if one.opioid == "yes" and not (one.onset or one.peak or one.duration)
    ]
    for id in silent:
        found = withdrawal_course(KNOWLEDGE, id)
        if not found.bands:
            assert "not a sign that there is none" in found.says


@pytest.mark.parametrize("substance", ["alcohol", "midazolam", "nothing-of-the-kind", ""])
def test_what_has_no_course_is_refused(substance: str):
    with pytest.raises(BadInput, match="has no course of withdrawal"):
        withdrawal_course(KNOWLEDGE, substance)


def test_every_entry_names_known_things_once():
    table = KNOWLEDGE.table_of("withdrawal-course", CourseEntry)
    named = [id for one in table.values() for id in one.substances]
    assert len(named) == len(set(named))
    assert set(named) <= {*KNOWLEDGE.substances, *KNOWLEDGE.medicines}


def test_no_score_is_foretold():
    told = msgspec.json.encode(withdrawal_course(KNOWLEDGE, "methadone")).decode()
    assert '"observed":[]' in told
    assert "COWS" not in told
