"""Every number of a proposal, against the published tables written out by hand here."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from leeward.guidance.assess import assess
from leeward.guidance.assessment import Amount, OptionAnswer, Proposal
from leeward.guidance.options import OPTIONS
from leeward.knowledge import read_policy
from tests.spec.tables import case_of
from tests.unit.guidance.pictures import KNOWLEDGE, picture

BY_ID = {option.id: option for option in OPTIONS}


def answered(option: str, policy: str = "", **row: Any) -> OptionAnswer:
    found = assess(case_of(row, KNOWLEDGE), KNOWLEDGE, read_policy(policy, KNOWLEDGE)).options
    return next(entry for entry in found if entry.id == option)


def proposed(option: str, policy: str = "", **row: Any) -> Proposal:
    """The proposal for a row of the spec tables, whatever the option's status."""
    made = BY_ID[option].propose(picture(policy, **row))
    assert made is not None
    return made


def range_of(dose: Amount | None) -> tuple[float | None, float | None, float | None] | None:
    return None if dose is None else (dose.min, dose.usual, dose.max)


def ranges(proposal: Proposal) -> list[Any]:
    return [range_of(step.dose) for step in proposal.steps]


def most_a_day(proposal: Proposal) -> list[float | None]:
    return [step.per_day_max and step.per_day_max.max for step in proposal.steps]


# Lofexidine: the label's two tables; the lower row holds. Usual dose, largest single dose, most in a day (mg).

LIVER = {
    5: (0.54, 0.54, 2.16),
    6: (0.54, 0.54, 2.16),
    7: (0.36, 0.36, 1.44),
    9: (0.36, 0.36, 1.44),
    10: (0.18, 0.18, 0.72),
}
KIDNEY = {29.9: (0.18, 0.18, 0.72), 30: (0.36, 0.36, 1.44), 89.9: (0.36, 0.36, 1.44), 90: (0.54, 0.72, 2.88)}
UNKNOWN_ORGAN = [*((points, None) for points in LIVER), *((None, rate) for rate in KIDNEY), (None, None)]
HEALTHY = (0.54, 0.72, 2.88)


def lofexidine_row(points: float | None, clearance: float | None, **row: Any) -> dict[str, Any]:
    known = {"child-pugh": points, "egfr": clearance}
    row["observed"] = {what: value for what, value in known.items() if value is not None}
    row["unknown"] = [f"observations.{what}" for what, value in known.items() if value is None]
    return row


@pytest.mark.parametrize(("points", "clearance"), list(product(LIVER, KIDNEY)))
def test_lofexidine_is_the_lower_of_both_rows(points: float, clearance: float):
    found = answered("lofexidine", **lofexidine_row(points, clearance))
    assert found.status == "acceptable"
    assert found.proposal is not None
    usual, single, day = (min(pair) for pair in zip(LIVER[points], KIDNEY[clearance], strict=True))
    first = found.proposal.steps[0]
    assert range_of(first.dose) == (0.18, usual, single)
    assert first.per_day_max is not None
    assert first.per_day_max.max == day
    assert single <= 0.72
    assert day <= 2.88


@pytest.mark.parametrize(("points", "clearance"), UNKNOWN_ORGAN)
def test_lofexidine_waits_for_an_organ_that_is_not_known(points: float | None, clearance: float | None):
    found = answered("lofexidine", **lofexidine_row(points, clearance))
    assert found.status == "cannot-tell"
    assert found.proposal is None
    asked = {"observations.child-pugh": points, "observations.egfr": clearance}
    assert {name for name, value in asked.items() if value is None} <= set(found.needs)


@pytest.mark.parametrize(
    ("missing", "disease", "kept"), [("child-pugh", "liver disease", 90), ("egfr", "kidney disease", 7)]
)
def test_lofexidine_takes_an_organ_that_was_looked_for_as_normal(missing: str, disease: str, kept: float):
    absent = [{"name": disease, "status": "absent"}]
    row = lofexidine_row(None, kept) if missing == "child-pugh" else lofexidine_row(kept, None)
    first = proposed("lofexidine", conditions=absent, **row).steps[0]
    usual, single, day = HEALTHY if missing == "child-pugh" else LIVER[7]
    assert range_of(first.dose) == (0.18, usual, single)
    assert first.per_day_max is not None
    assert first.per_day_max.max == day


@pytest.mark.parametrize(("points", "usual"), [(5, 0.18), (7, 0.18), (10, 0.18)])
def test_lofexidine_near_the_hold_limit_is_half_in_whole_tablets(points: float, usual: float):
    first = proposed("lofexidine", observed={"child-pugh": points, "systolic-blood-pressure": 100}).steps[0]
    assert range_of(first.dose) == (0.18, usual, 0.18)


# Clonidine: 0.8 mg a day outside a watched setting or under 90 kg, 1.2 mg where watched from 90 kg.


@pytest.mark.parametrize("setting", ["emergency", "inpatient", "opioid-treatment-program", "residential", "custody"])
@pytest.mark.parametrize(("weight", "cap"), [(48, 0.8), (89.9, 0.8), (90, 1.2), (120, 1.2)])
def test_clonidine_cap_where_watched(setting: str, weight: float, cap: float):
    found = proposed("clonidine", setting=setting, patient={"weight_kg": weight})
    assert ranges(found) == [(0.1, 0.1, 0.1), (0.1, 0.1, 0.2), None]
    assert most_a_day(found) == [None, cap, None]


@pytest.mark.parametrize("setting", ["office", "telehealth", "home"])
@pytest.mark.parametrize("weight", [89.9, 90, 120])
def test_clonidine_cap_elsewhere(setting: str, weight: float):
    assert most_a_day(proposed("clonidine", setting=setting, patient={"weight_kg": weight})) == [None, 0.8, None]


def test_clonidine_cap_while_the_weight_is_not_known():
    where_watched = proposed("clonidine", unknown=["patient.weight_kg"])
    assert range_of(where_watched.steps[1].per_day_max) == (0.8, 0.8, 1.2)
    assert where_watched.notes[0].startswith("Weight not known: at most 0.8 mg")
    at_home = proposed("clonidine", setting="home", unknown=["patient.weight_kg"])
    assert most_a_day(at_home) == [None, 0.8, None]


def test_clonidine_is_halved_in_the_caution_band_and_from_65():
    assert ranges(proposed("clonidine", observed={"heart-rate": 55}))[1] == (0.05, 0.05, 0.1)
    assert ranges(proposed("clonidine", patient={"age": 65}))[1] == (0.05, 0.05, 0.1)
    assert ranges(proposed("clonidine", patient={"age": 64}, observed={"heart-rate": 56}))[1] == (0.1, 0.1, 0.2)


# Methadone: 10 to 30 mg first, 2.5 to 10 mg at low tolerance; the site's cap on day 1.


def habit(substance: str, milligrams: float) -> list[dict[str, Any]]:
    return [{"substance": substance, "hours": 14, "amount": {"value": milligrams, "unit": "mg", "per": "day"}}]


USE_DISORDER = {"conditions": ["opioid use disorder"], "exposures": habit("heroin", 1000)}
PROGRAM = {"setting": "opioid-treatment-program", **USE_DISORDER}


@pytest.mark.parametrize(
    ("cap", "first", "later"), [(20, (10, 20, 20), 10), (40, (10, 20, 30), 10), (50, (10, 20, 30), 10)]
)
def test_methadone_day_one_stays_under_the_cap_of_the_site(cap: float, first: tuple[float, ...], later: float):
    found = proposed("methadone", f"methadone-day-1-cap = {cap}", **PROGRAM)
    assert ranges(found) == [first, (None, later, later), None, None]
    assert most_a_day(found) == [cap, cap, None, None]


def test_methadone_in_an_emergency_department():
    found = proposed("methadone", **USE_DISORDER)
    assert ranges(found) == [(10, 20, 20), (None, 10, 10), None]
    assert most_a_day(found) == [40, 40, None]


@pytest.mark.parametrize("setting", ["emergency", "opioid-treatment-program"])
def test_methadone_at_low_tolerance(setting: str):
    found = proposed("methadone", setting=setting, patient={"opioid_naive": True}, **USE_DISORDER)
    assert ranges(found)[:2] == [(2.5, 5, 10), (2.5, None, 10)]
    assert most_a_day(found)[:2] == [20, 20]
    assert len(found.steps) == len(proposed("methadone", setting=setting, **USE_DISORDER).steps)


def test_methadone_while_tolerance_is_not_known_reaches_down_to_the_low_start():
    found = proposed("methadone", unknown=["patient.opioid_naive"], **PROGRAM)
    assert ranges(found)[:2] == [(2.5, 20, 30), (2.5, 10, 10)]
    assert range_of(found.steps[0].per_day_max) == (20, None, 40)


@pytest.mark.parametrize(
    ("exposures", "first"),
    [
        (habit("hydrocodone", 50), (2.5, 5, 10)),
        (habit("hydrocodone", 51), (10, 20, 30)),
        (habit("codeine", 50), (2.5, 5, 10)),
        (habit("codeine", 51), (2.5, 20, 30)),
        (habit("oxycodone", 50), (2.5, 20, 30)),
        (habit("oxycodone", 51), (10, 20, 30)),
        ([{"substance": "heroin", "hours": 14}], (2.5, 20, 30)),
    ],
)
def test_methadone_reads_the_amount_a_day(exposures: list[dict[str, Any]], first: tuple[float, ...]):
    found = proposed("methadone", **{**PROGRAM, "exposures": exposures})
    assert ranges(found)[0] == first


def test_methadone_says_that_tolerance_is_in_doubt():
    found = proposed("methadone", **{**PROGRAM, "exposures": [{"substance": "heroin", "hours": 14}]})
    assert found.notes[0].startswith("If tolerance is low or in doubt"), found.notes


def test_methadone_that_was_begun_goes_on():
    hours_ago = {"medicine": "methadone", "hours": 3}
    second = proposed("methadone", doses=[{**hours_ago, "dose": "20 mg"}], **PROGRAM)
    assert ranges(second) == [(None, 10, 10), None, None]
    assert second.notes[0].startswith("The first dose was given already: 20")
    assert ranges(proposed("methadone", doses=[{**hours_ago, "dose": "35 mg"}], **PROGRAM))[0] == (None, 5, 5)
    next_day = proposed("methadone", doses=[{"medicine": "methadone", "hours": 25, "dose": "20 mg"}], **PROGRAM)
    assert [step.when for step in next_day.steps] == ["day 2", "later"]


def test_methadone_is_halved_from_65_and_with_lung_disease():
    assert ranges(proposed("methadone", patient={"age": 65}, **PROGRAM))[0] == (5, 10, 15)
    lungs = {**PROGRAM, "conditions": ["opioid use disorder", "COPD"]}
    assert ranges(proposed("methadone", **lungs))[0] == (5, 10, 15)


def treated(missed: int, **row: Any) -> dict[str, Any]:
    """Methadone 100 mg a day from a program, for years, with so many days missed."""
    return {
        "exposures": [
            {
                "substance": "methadone",
                "hours": 24 * (missed + 1),
                "prescribed": True,
                "amount": {"value": 100, "unit": "mg", "per": "day"},
                "duration": {"value": 2, "unit": "year"},
            }
        ],
        "medicines": [
            {"name": "methadone", "dose": "100 mg daily", "hours": 24 * (missed + 1), "verified": "the program"}
        ],
        **row,
    }


@pytest.mark.parametrize(("missed", "dose"), [(0, 100), (1, 100), (2, 100), (3, 50), (4, 40)])
def test_missed_days_of_methadone(missed: int, dose: float):
    found = answered("continue-current-treatment", **treated(missed))
    assert found.status == "recommended", found.because
    assert found.proposal is not None
    assert range_of(found.proposal.steps[0].dose) == (dose, dose, dose)


@pytest.mark.parametrize(("missed", "dose"), [(1, 100), (2, 50), (3, 40)])
def test_missed_days_of_methadone_with_a_benzodiazepine_are_one_row_down(missed: int, dose: float):
    row = treated(missed)
    row["medicines"].append("lorazepam")
    found = answered("continue-current-treatment", **row)
    assert found.proposal is not None, found.because
    assert range_of(found.proposal.steps[0].dose) == (dose, dose, dose)


def test_five_missed_days_of_methadone_are_a_new_start():
    assert answered("continue-current-treatment", **treated(5)).status == "avoid"
    low = treated(4)
    low["medicines"].append("lorazepam")
    assert answered("continue-current-treatment", **low).status == "avoid"


def test_half_of_a_small_dose_is_lower_than_the_cap():
    row = treated(4)
    row["medicines"][0]["dose"] = "60 mg daily"
    found = proposed("continue-current-treatment", **row)
    assert range_of(found.steps[0].dose) == (30, 30, 30)


# Buprenorphine, in milligrams of Suboxone. Lowest, usual and highest dose of each step, and the most in a day.

LEAF = {"substance": "kratom-leaf", "hours": 14, "amount": {"value": 4, "unit": "g", "per": "day"}, "doses_per_day": 2}
KRATOM = {"exposures": [LEAF]}

SCHEDULES = {
    "emergency department": ({}, [(2, 8, 8), (2, 8, 8), (8, 16, 24)], [None, 32, None]),
    "program": ({"setting": "opioid-treatment-program"}, [(2, 4, 8), (2, 4, 8), (8, 16, 24)], [None, 32, None]),
    "home": ({"setting": "home"}, [(4, 8, 8), (4, 8, 8), (4, 16, 32)], [None, 32, None]),
    "telehealth": ({"setting": "telehealth"}, [(4, 8, 8), (4, 8, 8), (4, 16, 32)], [None, 32, None]),
    "going home to start": ({"goals": ["home-start"]}, [(4, 8, 8), (4, 8, 8), (4, 16, 32)], [None, 32, None]),
    "kratom": (KRATOM, [(4, 4, 8), (2, 4, 8), (4, 8, 16)], [None, 24, None]),
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_buprenorphine_schedules(name: str):
    row, doses, most = SCHEDULES[name]
    found = proposed("buprenorphine-standard", **row)
    assert ranges(found) == doses
    assert most_a_day(found) == most


def test_buprenorphine_high_dose():
    found = proposed("buprenorphine-high-dose")
    assert ranges(found) == [(8, 16, 24), (8, 8, 24), (16, 16, 32)]
    assert most_a_day(found) == [None, 32, None]


def test_buprenorphine_after_naloxone_where_the_site_adopted_the_protocol():
    given = [{"medicine": "naloxone", "dose": "4 mg", "hours": 2}]
    found = proposed("buprenorphine-standard", "post-naloxone-start-protocol = true", doses=given)
    assert ranges(found) == [(8, 16, 16), (8, 8, 16)]


@pytest.mark.parametrize("patient", [{"age": 65}, {"opioid_naive": True}, {"age": 65, "opioid_naive": True}])
def test_buprenorphine_is_halved_once_for_age_or_low_tolerance(patient: dict[str, Any]):
    found = proposed("buprenorphine-standard", setting="opioid-treatment-program", patient=patient)
    assert ranges(found) == [(1, 2, 4), (1, 2, 4), (4, 8, 12)]


@pytest.mark.parametrize("field", ["age", "opioid_naive"])
def test_buprenorphine_where_the_reason_to_halve_is_not_known(field: str):
    found = proposed("buprenorphine-standard", setting="opioid-treatment-program", unknown=[f"patient.{field}"])
    assert ranges(found) == [(1, 4, 8), (1, 4, 8), (4, 16, 24)]
    assert found.notes[0].startswith("If ")


def test_buprenorphine_for_kratom_is_not_lowered_again_for_low_tolerance():
    found = proposed("buprenorphine-standard", patient={"opioid_naive": True}, **KRATOM)
    assert ranges(found)[0] == (4, 4, 8)


BEGUN = {
    "doses": [{"medicine": "buprenorphine-sublingual", "dose": "8 mg", "hours": 1}],
    "cows_series": [[2, {"pulse": 2, "restlessness": 3, "gi": 3, "anxiety": 4}], [0.2, {}]],
}


@pytest.mark.parametrize("option", ["buprenorphine-standard", "buprenorphine-high-dose"])
def test_a_start_that_has_begun_does_not_begin_again(option: str):
    found = answered(option, **BEGUN)
    assert found.status == "avoid"
    assert any("8 mg, 1 h ago" in caution for caution in found.cautions), found.cautions


def test_a_start_that_has_begun_goes_on_as_current_treatment():
    found = answered("continue-current-treatment", **BEGUN)
    assert found.status == "recommended"
    assert found.proposal is not None
    assert ranges(found.proposal) == [(2, 4, 8), (2, 16, 32)]
    assert most_a_day(found.proposal) == [32, None]
    assert found.proposal.notes[0].startswith("8 mg was given since yesterday")


def test_buprenorphine_in_severe_liver_impairment_is_the_mono_product_at_half():
    found = proposed("buprenorphine-standard", setting="inpatient", observed={"child-pugh": 10})
    assert found.medicine == "buprenorphine without naloxone (the mono-product)"
    assert ranges(found) == [(1, 2, 4), (1, 2, 4), (4, 8, 12)]
    assert most_a_day(found) == [None, 16, None]
    whole = proposed("buprenorphine-standard", "severe-liver-buprenorphine-share = 1", observed={"child-pugh": 10})
    assert ranges(whole)[0] == (2, 8, 8)


# Low-dose starts: milligrams at a time, how often, milligrams in the day.

DAYS = {
    "outpatient-7-day": [
        (0.5, "once", 0.5), (0.5, "twice", 1), (1, "twice", 2), (2, "twice", 4),
        (2, "three times", 6), (4, "three times", 12), None,
    ],
    "hospital-3-day": [
        (0.5, "every 3 hours, eight doses", 4), (1, "every 3 hours, eight doses", 8), (8, "three times", 24),
    ],
    "hospital-5-day": [
        (0.5, "every 6 hours", 2), (0.5, "every 6 hours", 2),
        (1, "every 6 hours", 4), (1, "every 6 hours", 4), (8, "three times", 24),
    ],
    "hospital-8-day": [
        (0.5, "once", 0.5), (0.5, "twice", 1), (1, "twice", 2), (2, "twice", 4),
        (3, "twice", 6), (4, "twice", 8), (6, "twice", 12), (8, "three times", 24),
    ],
}  # fmt: skip

TIMES = {"once": 1, "twice": 2, "three times": 3, "every 6 hours": 4, "every 3 hours, eight doses": 8}


@pytest.mark.parametrize("name", DAYS)
def test_low_dose_starts_day_by_day(name: str):
    found = proposed("buprenorphine-low-dose", f'low-dose-schedule = "{name}"', setting="inpatient")
    last = len(DAYS[name])
    assert [step.when for step in found.steps] == [*(f"day {day}" for day in range(1, last)), f"day {last} and on"]
    for step, day in zip(found.steps, DAYS[name], strict=True):
        if day is None:
            assert step.dose is None
            continue
        dose, every, total = day
        assert range_of(step.dose) == (dose, dose, dose)
        assert step.every == every
        assert step.per_day_max is not None
        assert step.per_day_max.max == total == dose * TIMES[every]


def test_hospital_ramps_are_for_hospitals():
    found = proposed(
        "buprenorphine-low-dose", 'low-dose-schedule = "hospital-3-day"', setting="opioid-treatment-program"
    )
    assert len(found.steps) == len(DAYS["outpatient-7-day"])


def test_low_dose_by_setting():
    assert len(proposed("buprenorphine-low-dose", setting="inpatient").steps) == len(DAYS["hospital-8-day"])
    assert len(proposed("buprenorphine-low-dose", setting="office").steps) == len(DAYS["outpatient-7-day"])


def test_nothing_above_the_published_most_is_ever_proposed():
    most_of = {"buprenorphine-standard": 32, "buprenorphine-high-dose": 32, "methadone": 40, "clonidine": 1.2}
    for setting, age in product(("emergency", "inpatient", "opioid-treatment-program", "home"), (34, 65)):
        for option, most in most_of.items():
            found = proposed(option, setting=setting, patient={"age": age, "weight_kg": 120})
            amounts = [amount for step in found.steps for amount in (step.dose, step.per_day_max) if amount is not None]
            assert max(value for amount in amounts for value in (amount.min, amount.usual, amount.max) if value) <= most
