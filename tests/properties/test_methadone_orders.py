"""An order of methadone for somebody who was on it: above Leeward's own proposal it speaks, below it does not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as some

from leeward.guidance.assessment import Alert
from leeward.guidance.options import continue_current_treatment, methadone
from leeward.guidance.options.current_treatment import on_methadone
from leeward.guidance.order_checks import order_checks
from leeward.guidance.picture import Picture
from leeward.knowledge import load_knowledge, read_policy
from tests.spec.tables import NOW, case_of

KNOWLEDGE = load_knowledge()
POLICY = read_policy("", KNOWLEDGE)
ABOVE, RISE = "order-methadone-above-told", "order-methadone-rise"

told = some.integers(10, 200)
missed = some.integers(0, 9)
day = some.none() | some.integers(1, 14)
opioid = some.sampled_from(("", "exposure", "medicine"))
split = some.sampled_from((1, 2, 3))
often = some.sampled_from(
    ((1, ""), (1, " daily"), (2, " twice daily"), (3, " every 8 hours"), (4, " every 6 to 8 hours as needed"))
)


def somebody(told: int, split: int, missed: int, opioid: str, order: dict[str, Any]) -> Picture:
    """Somebody on methadone who missed so many days, with an opioid since then in one of the lists or in none."""
    last = datetime(NOW.year, NOW.month, NOW.day, 7, tzinfo=NOW.tzinfo) - timedelta(days=missed + 1)
    parts = {1: "daily", 2: "twice daily", 3: "every 8 hours"}[split]
    medicines = [
        {"name": "methadone", "dose": f"{told} mg {parts}", "last_taken": last.isoformat(), "verified": "clinic"}
    ]
    if opioid == "medicine":
        medicines.append({"name": "oxycodone", "dose": "30 mg", "last_taken": (NOW - timedelta(hours=5)).isoformat()})
    exposures = [{"substance": "oxycodone", "hours": 5, "prescribed": False}] if opioid == "exposure" else []
    row = {"setting": "inpatient", "medicines": medicines, "exposures": exposures, "orders": [order]}
    return Picture(case_of(row, KNOWLEDGE), KNOWLEDGE, POLICY)


def proposed(picture: Picture) -> float:
    """The most in the day that Leeward itself proposes: what is left of the dose, or the first day of a new start."""
    if on_methadone(picture).is_yes:
        dose = continue_current_treatment.propose(picture).steps[0].dose
    else:
        dose = methadone.propose(picture).steps[0].per_day_max
    assert dose is not None and dose.max is not None
    return dose.max


def ordered(amount: int, words: str, day: int | None) -> dict[str, Any]:
    return {"medicine": "methadone", "dose": f"{amount} mg{words}"} | ({} if day is None else {"day": day})


def of(picture: Picture, *ids: str) -> list[Alert]:
    return [alert for alert in order_checks(picture) if alert.id in ids]


@settings(deadline=None, max_examples=300)
@given(told, split, missed, day, opioid, some.integers(1, 400), often)
def test_above_the_own_proposal_an_order_always_speaks(told, split, missed, day, opioid, amount, often):
    asked = somebody(told, split, missed, opioid, ordered(amount, often[1], day))
    total, most = amount * often[0], proposed(asked)
    assume(total > most)
    found = of(asked, ABOVE, RISE)
    assert found
    same = on_methadone(asked).is_yes and most == told * split
    assert (found[0].id == ABOVE) == (not same or total > most + 10)
    assert (found[0].level == "urgent") == (found[0].id == ABOVE)


@settings(deadline=None, max_examples=300)
@given(told, split, missed, day, opioid, some.integers(1, 400), often)
def test_up_to_the_own_proposal_none_speaks(told, split, missed, day, opioid, amount, often):
    asked = somebody(told, split, missed, opioid, ordered(amount, often[1], day))
    first = methadone.propose(asked).steps[0].dose
    assert first is not None and first.max is not None
    assume(amount * often[0] <= proposed(asked) and (on_methadone(asked).is_yes or amount <= first.max))
    assert not of(asked, ABOVE, RISE)


@settings(deadline=None, max_examples=100)
@given(told, some.integers(0, 3), day)
def test_an_opioid_on_either_list_moves_the_row_down_alike(told, missed, day):
    by_list = {
        where: proposed(somebody(told, 1, missed, where, ordered(20, "", day)))
        for where in ("", "exposure", "medicine")
    }
    assert by_list["exposure"] == by_list["medicine"]
    assert by_list["medicine"] <= by_list[""]


@settings(deadline=None, max_examples=100)
@given(told, missed, day, some.integers(1, 300))
def test_a_part_of_the_day_is_never_proposed_as_the_day(told, missed, day, amount):
    once, twice = (somebody(told * 2 // parts, parts, missed, "", ordered(amount, "", day)) for parts in (1, 2))
    assert proposed(once) == proposed(twice)


@settings(deadline=None, max_examples=60)
@given(told, missed, day, some.sampled_from((" as needed", " titrate to effect", " as directed")))
def test_where_the_day_cannot_be_told_it_is_said(told, missed, day, words):
    asked = somebody(told, 1, missed, "", ordered(5, words, day))
    own = next(alert for alert in order_checks(asked) if alert.rule == "ORD-00")
    assert own.level == "caution"
    assert own.because[0].startswith("Cannot tell how much a day")
