"""Orders held against a case whose lists are open, as a record system leaves them: what is known speaks all the same."""

from __future__ import annotations

from typing import Any

import pytest

from leeward.guidance.assessment import Alert
from leeward.guidance.order_answers import BY_INTERACTION
from leeward.guidance.order_checks import order_results
from tests.unit.guidance.pictures import picture

OPEN = {
    "exposures": {"substance": "unknown"},
    "medicines": {"name": "unknown"},
    "doses": {"medicine": "unknown", "at": "unknown"},
    "conditions": {"name": "unknown"},
    "allergies": {"name": "unknown"},
}
"""The entry that keeps each list open."""

UNLESS = "Unless it is known otherwise"


def order(medicine: str, dose: str, frequency: str = "once a day") -> dict[str, Any]:
    return {"medicine": medicine, "dose": dose, "frequency": frequency}


def spoken(given: dict[str, Any], *, open_: bool = True, **row: Any) -> dict[str, Alert]:
    """The alerts of an order, but its answer and its interactions, by id; lists that are not told hold nothing."""
    lists = {name: [*row.pop(name, []), *([left_open] if open_ else [])] for name, left_open in OPEN.items()}
    (found,) = order_results(picture(orders=[given], **lists, **row))
    return {one.id: one for one in found.alerts if one.rule not in ("ORD-00", BY_INTERACTION)}


def grave(found: dict[str, Alert]) -> set[str]:
    return {id for id, one in found.items() if one.level in ("urgent", "emergency")}


@pytest.mark.parametrize("dose", ["41 mg", "150 mg", "300 mg"])
def test_methadone_above_the_first_days_cap_speaks_where_nobody_knows_the_day(dose: str):
    found = spoken(order("methadone", dose))
    assert found["order-methadone-day-1"].level == "urgent"
    assert found["order-methadone-day-1"].title.startswith(UNLESS)
    assert "not known: whether it is a first day" in found["order-methadone-day-1"].because
    assert found["order-methadone-day-1"].reasoning[0].missing


def test_a_first_day_that_is_known_needs_no_unless():
    found = spoken(order("methadone", "150 mg"), open_=False)
    assert not found["order-methadone-day-1"].title.startswith(UNLESS)


def test_a_usual_start_is_not_spoken_against_for_being_open():
    assert spoken(order("methadone", "20 mg")) == {}
    assert spoken(order("buprenorphine-sublingual", "4 mg")) == {}


LUNGS, APNOEA = [{"name": "COPD"}], [{"name": "sleep apnoea"}]


@pytest.mark.parametrize(
    "row",
    [{"conditions": LUNGS}, {"conditions": APNOEA}, {"patient": {"age": 70}}, {"patient": {"opioid_naive": True}}],
)
def test_a_start_too_large_for_the_person_speaks_where_nobody_knows_the_day(row: dict[str, Any]):
    assert "order-methadone-this-person" in grave(spoken(order("methadone", "40 mg"), **row))


def test_what_was_given_today_counts_where_the_rest_is_open():
    given = [{"medicine": "methadone", "dose": "30 mg", "hours": hours} for hours in (2, 3)]
    assert "order-methadone-day-1" in grave(spoken(order("methadone", "60 mg"), doses=given))


ESTABLISHED = [
    {"doses": [{"medicine": "methadone", "dose": "120 mg", "hours": 24}]},
    {"doses": [{"medicine": "methadone", "dose": "120 mg", "hours": hours} for hours in (25, 49, 73)]},
    {"medicines": [{"name": "methadone", "dose": "120 mg daily"}]},
    {"medicines": [{"name": "methadone", "dose": "120 mg daily", "last_taken": "2026-11-21T09:00:00-05:00"}]},
    {"medicines": [{"name": "methadone", "dose": "60 mg twice daily"}]},
]


@pytest.mark.parametrize("row", ESTABLISHED)
@pytest.mark.parametrize("person", [{}, {"patient": {"age": 70}}, {"conditions": LUNGS}])
def test_somebody_on_methadone_is_not_warned_of_a_first_day(row: dict[str, Any], person: dict[str, Any]):
    assert not any("irst d" in one.title for one in spoken(order("methadone", "120 mg"), **row, **person).values())
    assert not any("irst d" in one.title for one in spoken(order("methadone", "130 mg"), **row, **person).values())


def test_far_more_than_the_dose_that_is_told_is_no_treatment_that_goes_on():
    listed = [{"name": "methadone", "dose": "40 mg daily"}]
    assert "order-methadone-day-1" in grave(spoken(order("methadone", "120 mg"), medicines=listed))


ALLERGIC = [
    ("methadone", "methadone"),
    ("naltrexone", "naltrexone"),
    ("naltrexone", "naltrexone-extended-release"),
    ("naltrexone-bupropion", "naltrexone"),
    ("buprenorphine-sublingual", "buprenorphine"),
    ("buprenorphine-naloxone-sublingual", "naloxone"),
    ("buprenorphine-transdermal", "buprenorphine"),
    ("fentanyl-transdermal", "fentanyl"),
    ("lofexidine", "lofexidine"),
    ("clonidine", "clonidine"),
    ("naloxone", "naloxone"),
    ("diazepam", "diazepam"),
    ("methadone", "opioids"),
    ("metformin 500 mg tablet", "metformin"),
]


@pytest.mark.parametrize(("medicine", "allergy"), ALLERGIC)
@pytest.mark.parametrize("open_", [True, False])
def test_an_allergy_to_what_is_ordered_is_urgent(medicine: str, allergy: str, open_: bool):
    found = spoken(order(medicine, "1 mg"), open_=open_, allergies=[{"name": allergy}])
    saying = [one for one in found.values() if "llergy" in " ".join((one.title, *one.because))]
    assert saying and all(one.level == "urgent" for one in saying)
    assert all("allergies" in one.reasoning[0].used for one in saying)


@pytest.mark.parametrize("medicine", ["methadone", "naltrexone", "morphine", "diazepam", "naloxone", "metformin"])
def test_an_allergy_to_something_else_is_not_spoken_of(medicine: str):
    found = spoken(order(medicine, "1 mg"), allergies=[{"name": "penicillin"}, {"name": "ibuprofen"}])
    assert "order-allergy" not in found and "order-reversal-allergy" not in found


def test_naloxone_is_never_held_for_an_allergy():
    found = spoken(order("naloxone", "4 mg"), allergies=[{"name": "naloxone"}])
    assert "at once all the same" in found["order-reversal-allergy"].do[0]


AGAINST = [
    ("lofexidine", {"conditions": [{"name": "pregnancy"}]}),
    ("naltrexone", {"conditions": [{"name": "pregnancy"}]}),
    ("naltrexone-extended-release", {"conditions": [{"name": "pregnancy"}]}),
    ("naltrexone", {"conditions": [{"name": "liver failure"}]}),
    ("naltrexone", {"conditions": [{"name": "acute hepatitis"}]}),
    ("naltrexone", {"conditions": [{"name": "cirrhosis"}], "unknown": ["observations.child-pugh"]}),
    ("naltrexone", {"observed": {"child-pugh": 11}}),
    ("naltrexone-extended-release", {"observed": {"child-pugh": 11}}),
    ("naltrexone", {"observed": {"alt": 1200}}),
    ("naltrexone", {"observed": {"jaundice": "yes"}}),
    ("methadone", {"conditions": [{"name": "long QT syndrome"}]}),
    ("methadone", {"observed": {"potassium": 2.4}}),
    ("methadone", {"observed": {"qtc": 485}}),
    ("methadone", {"observed": {"qtc": 520}}),
]


@pytest.mark.parametrize(("medicine", "row"), AGAINST)
@pytest.mark.parametrize("open_", [True, False])
def test_what_in_the_person_speaks_against_a_medicine_is_urgent(medicine: str, row: dict[str, Any], open_: bool):
    assert grave(spoken(order(medicine, "0.2 mg"), open_=open_, **row))


QUIET = [
    ("naltrexone", {"observed": {"alt": 90}}),
    ("naltrexone", {"conditions": [{"name": "hepatitis C"}]}),
    ("naltrexone", {"conditions": [{"name": "cirrhosis"}], "observed": {"child-pugh": 5}}),
    ("methadone", {"observed": {"potassium": 3.6}}),
    ("methadone", {"observed": {"qtc": 440}}),
]  # fmt: skip


@pytest.mark.parametrize(("medicine", "row"), QUIET)
def test_what_does_not_speak_against_a_medicine_is_silent(medicine: str, row: dict[str, Any]):
    assert {"order-naltrexone-person", "order-methadone-heart"}.isdisjoint(spoken(order(medicine, "5 mg"), **row))
