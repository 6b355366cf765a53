"""What was taken long ago does not speak for now, and a time that nobody knows leaves it perhaps."""

from __future__ import annotations

from typing import Any

import pytest

from leeward.guidance.interactions import interactions
from leeward.guidance.order_checks import order_results
from tests.unit.guidance.pictures import picture

INJECTION = {"medicine": "naltrexone-extended-release", "dose": "380 mg"}
METHADONE = {"medicine": "methadone", "dose": "20 mg"}
OXYCODONE = {"medicine": "oxycodone", "dose": "10 mg"}
DAY = 24.0


def given(medicine: str, days: float, dose: str = "8 mg") -> dict[str, Any]:
    return {"doses": [{"medicine": medicine, "dose": dose, "hours": days * DAY}]}


def listed(medicine: str, days: Any) -> dict[str, Any]:
    return {"medicines": [{"name": medicine, "hours": days * DAY if isinstance(days, (int, float)) else [DAY * each for each in days]}]}  # fmt: skip


def used(substance: str, days: float) -> dict[str, Any]:
    return {"exposures": [{"substance": substance, "hours": days * DAY}]}


def told(order: dict[str, Any], **row: Any) -> list[str]:
    """The titles of the interactions of an order."""
    alerts = order_results(picture(**{"exposures": [], **row}, orders=[order]))[0].alerts
    return [alert.title for alert in alerts if alert.rule == "ORD-22"]


@pytest.mark.parametrize(
    ("order", "row", "is_told"),
    [
        (INJECTION, given("buprenorphine-sublingual", 1), True),
        (INJECTION, given("buprenorphine-sublingual", 13), True),
        (INJECTION, given("buprenorphine-sublingual", 15), False),
        (INJECTION, given("buprenorphine-sublingual", 800), False),
        (INJECTION, given("oxycodone", 6), True),
        (INJECTION, given("oxycodone", 8), False),
        (INJECTION, given("buprenorphine-extended-release", 40, "300 mg"), True),
        (INJECTION, given("buprenorphine-extended-release", 300, "300 mg"), True),
        (INJECTION, given("buprenorphine-extended-release", 800, "300 mg"), False),
        (INJECTION, listed("methadone", 13), True),
        (INJECTION, listed("methadone", 20), False),
        (INJECTION, used("heroin", 3), True),
        (INJECTION, used("heroin", 200), False),
        (INJECTION, used("kratom-leaf", 200), False),
        (OXYCODONE, given("naltrexone-extended-release", 10, "380 mg"), True),
        (OXYCODONE, given("naltrexone-extended-release", 60, "380 mg"), False),
        (OXYCODONE, listed("naltrexone-extended-release", 300), False),
        (METHADONE, listed("phenelzine", 3), True),
        (METHADONE, listed("phenelzine", 13), True),
        (METHADONE, listed("phenelzine", 15), False),
        (METHADONE, given("linezolid", 3, "600 mg"), True),
        (METHADONE, given("linezolid", 20, "600 mg"), False),
        (METHADONE, given("midazolam", 20, "2 mg"), True),
        (METHADONE, given("midazolam", 400, "2 mg"), False),
    ],
)
def test_an_interaction_is_told_for_as_long_as_both_may_act(order: dict[str, Any], row: dict[str, Any], is_told: bool):
    found = told(order, **row)
    assert bool(found) is is_told and not any(title.startswith("Unless") for title in found)


@pytest.mark.parametrize(
    ("order", "row"),
    [
        (METHADONE, listed("phenelzine", [20, 0])),
        (METHADONE, {"medicines": [{"name": "phenelzine", "last_taken": "unknown"}]}),
        (METHADONE, given("midazolam", 60, "2 mg")),
        (INJECTION, {"doses": [{"medicine": "buprenorphine-sublingual", "dose": "8 mg", "at": "unknown"}]}),
    ],
)
def test_what_may_be_over_and_may_not_is_told_as_what_holds_unless_it_is_known(order: dict[str, Any], row: Any):
    [title] = [title for title in told(order, **row) if "Interaction" in title]
    assert title.startswith("Unless it is known otherwise: Interaction")
    [pair] = [each for each in interactions(picture(**{"exposures": [], **row}, orders=[order])) if each.severity in ("contraindicated", "major")]  # fmt: skip
    assert "It may be over" in pair.says


@pytest.mark.parametrize("medicine", ["phenelzine", "methadone"])
def test_what_is_on_the_list_without_a_time_is_taken_now(medicine: str):
    order = METHADONE if medicine == "phenelzine" else INJECTION
    [title] = told(order, medicines=[medicine])
    assert title.startswith("Interaction, contraindicated")


def test_what_is_taken_and_was_given_long_ago_by_staff_may_go_on_at_home():
    at = {"hours": 20 * DAY}
    row = {"medicines": [{"name": "methadone", **at}], "doses": [{"medicine": "methadone", "dose": "80 mg", **at}]}
    assert told(INJECTION, **row) == ["Interaction, contraindicated: methadone with naltrexone-extended-release"]


def test_when_a_medicine_was_taken_last_is_said_where_it_is_days_ago():
    [pair] = interactions(picture(exposures=[], orders=[METHADONE], **listed("phenelzine", 3)))
    assert "Phenelzine was taken last 3 days ago" in pair.says
    [pair] = interactions(picture(exposures=[], orders=[METHADONE], **listed("phenelzine", 0.1)))
    assert "taken last" not in pair.says


@pytest.mark.parametrize(("days", "answer"), [(1, "YES"), (400, "NO")])
def test_a_second_alpha_2_agonist_of_last_year_is_none(days: float, answer: str):
    asked = picture(exposures=[], medicines=[], orders=[], **given("clonidine", days, "0.1 mg"))
    assert asked.taken.trait("alpha-2-agonist", "lofexidine").answer.name == answer


def test_a_dose_at_no_known_time_leaves_open_whether_it_acts():
    row = {"doses": [{"medicine": "clonidine", "dose": "0.1 mg", "at": "unknown"}]}
    found = picture(exposures=[], medicines=[], **row).taken.trait("alpha-2-agonist", "lofexidine")
    assert found.is_unknown and any(name.startswith("doses.clonidine") for name in found.lacked())
