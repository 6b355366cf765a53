"""How much a day an order is: how often it is given, ranges, the most that it names, and methadone after missed days."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from leeward.guidance.order_amounts import day_total
from leeward.guidance.order_checks import order_checks, order_results
from tests.unit.guidance.pictures import picture
from tests.unit.guidance.test_order_checks import PRECIPITATED, answer, ids, note, order

DAY_CHECKED = [
    ("buprenorphine-sublingual", "16 mg three times daily", "order-buprenorphine-confirm"),
    ("buprenorphine-sublingual", "8 to 12 mg TID", "order-buprenorphine-confirm"),
    ("buprenorphine-sublingual", "8 mg every 4 hours as needed", "order-buprenorphine-confirm"),
    ("buprenorphine-sublingual", "8 mg as needed, at most 40 mg a day", "order-buprenorphine-confirm"),
    ("Zubsolv", "5.7 mg every 6 hours", "order-buprenorphine-look-again"),
    ("clonidine", "0.3 mg every 4 hours", "order-clonidine-cap"),
    ("clonidine", "0.1 to 0.3 mg q4-6h prn", "order-clonidine-cap"),
    ("clonidine", "0.1 mg hourly", "order-clonidine-cap"),
    ("lofexidine", "0.72 mg every 4 hours", "order-lofexidine-dose"),
    ("lofexidine", "0.54 mg six times a day", "order-lofexidine-dose"),
    ("methadone", "20 mg every 8 hours", "order-methadone-day-1"),
    ("methadone", "10 to 25 mg BID", "order-methadone-day-1"),
    ("methadone", "45 mg/day", "order-methadone-day-1"),
    ("methadone", "up to 45 mg a day", "order-methadone-day-1"),
]


@pytest.mark.parametrize(("medicine", "dose", "alert"), DAY_CHECKED)
def test_how_often_is_counted_into_the_day(medicine: str, dose: str, alert: str):
    assert alert in ids(order(medicine, dose))


@pytest.mark.parametrize(
    ("medicine", "dose"),
    [
        ("buprenorphine-sublingual", "8 mg TID"),
        ("buprenorphine-sublingual", "8 mg every 4 hours as needed, max 24 mg/day"),
        ("buprenorphine-sublingual", "24 mg a day in 3 divided doses"),
        ("clonidine", "0.1 mg every 6 hours"),
        ("clonidine", "0.2 mg QID, hold if systolic < 90"),
        ("lofexidine", "0.54 mg four times a day"),
        ("methadone", "10 mg every 6 hours as needed"),
        ("methadone", "30 mg once daily for 3 days"),
    ],
)
def test_a_day_within_the_limits_fires_nothing(medicine: str, dose: str):
    assert ids(order(medicine, dose)) == set()


UNREAD = ["as needed", "titrate to effect", "as directed", "then 16 mg", "repeat in 1 hour", "with meals"]


@pytest.mark.parametrize("words", UNREAD)
@pytest.mark.parametrize(
    "medicine", ["buprenorphine-sublingual", "clonidine", "lofexidine", "methadone", "zzz", "sertraline"]
)
def test_a_day_that_cannot_be_told_is_said(medicine: str, words: str):
    for given in (order(medicine, f"0.1 mg {words}"), order(medicine, "0.1 mg", frequency=words)):
        result = order_results(picture(orders=[given]))[0]
        own = result.alerts[-1]
        assert (result.kind, own.level) == ("cannot-tell", "caution")
        assert own.because[0].startswith("Cannot tell how much a day")
        assert "None of the checks" not in " ".join(own.because)


@pytest.mark.parametrize(
    ("medicine", "dose", "speaks"),
    [
        ("lorazepam", "1 mg every 4 hours", False),
        ("lorazepam", "200 mg", True),
        ("hydroxyzine", "50 mg QID", False),
        ("hydroxyzine", "100 mg hourly", True),
        ("ibuprofen", "400 mg TID", False),
        ("ibuprofen", "800 mg every 2 hours", True),
    ],
)
def test_a_comfort_medicine_above_every_most_in_a_day_speaks(medicine: str, dose: str, speaks: bool):
    assert ("order-comfort-above-most" in ids(order(medicine, dose))) == speaks


@pytest.mark.parametrize("medicine", ["naltrexone", "buprenorphine-extended-release", "diazepam", "fentanyl"])
def test_a_medicine_without_a_limit_says_that_its_dose_is_not_checked(medicine: str):
    result = order_results(picture(orders=[order(medicine, "500 mg")]))[0]
    assert result.kind == "cannot-tell"
    assert "Cannot tell whether the dose is right" in " ".join(result.alerts[-1].because)


def test_every_medicine_of_a_combination_is_checked():
    results = order_results(picture(orders=[order("acetaminophen-codeine", "300 mg")], observed={"sedation-rass": -3}))
    assert [result.order.medicine for result in results] == ["acetaminophen", "codeine"]
    assert "order-agonist-while-sedated" in {alert.id for alert in results[1].alerts}
    assert results[1].kind == "cannot-tell"


def test_naloxone_in_a_combination_is_no_order_of_an_antagonist():
    row = PRECIPITATED | {"orders": [order("buprenorphine and naloxone", "8 mg")]}
    assert [result.order.medicine for result in order_results(picture(**row))] == ["buprenorphine-sublingual"]


def test_an_unknown_frequency_is_not_once():
    assert "Cannot tell how much a day" in note(order("clonidine", "0.1 mg", frequency="unknown"))


def test_the_most_a_day_bounds_what_cannot_be_told():
    assert ids(order("clonidine", "0.1 mg prn", max_per_day="0.6 mg")) == set()
    assert "None of the checks" in note(order("ondansetron", "4 mg prn", max_per_day="16 mg"), exposures=[])
    assert ids(order("clonidine", "0.1 mg prn", max_per_day={"value": 1.6, "unit": "mg"})) == {"order-clonidine-cap"}


def test_a_dose_above_the_cap_at_once_speaks_however_often():
    assert "order-clonidine-cap" in ids(order("clonidine", "1.3 mg titrate to effect"))


def test_two_orders_at_different_frequencies_are_added_up():
    two = (order("clonidine", "0.2 mg BID", day=1), order("clonidine", "0.1 mg every 4 hours", day=1))
    assert "order-clonidine-cap" in ids(*two)


def test_what_was_given_counts_with_what_is_ordered():
    given = [{"medicine": "clonidine", "dose": "0.3 mg", "hours": 2}]
    assert "order-clonidine-cap" in ids(order("clonidine", "0.2 mg TID"), doses=given)


def test_a_patch_by_the_hour_counts_for_the_day():
    asked = picture(orders=[order("clonidine", "20 mcg/h")])
    assert day_total(asked, asked.case.orders[0], ("clonidine",)).low == pytest.approx(0.48)


def test_the_order_is_named_as_it_was_written():
    assert answer(order("clonidine", "0.1 mg every 6 hours")).title.endswith("clonidine 0.1 mg every 6 hours")
    assert answer(order("clonidine", "0.1 mg", frequency="BID")).title.endswith("clonidine 0.1 mg, BID")


def on_methadone(dose: str, missed: int, *medicines: dict[str, Any]) -> dict[str, Any]:
    last = datetime.fromisoformat("2026-11-22T07:00:00-05:00") - timedelta(days=missed + 1)
    listed = {"name": "methadone", "dose": dose, "last_taken": last.isoformat(), "verified": "clinic"}
    return {"setting": "inpatient", "exposures": [], "medicines": [listed, *medicines]}


ABOVE = "order-methadone-above-told"
OXYCODONE = {"name": "oxycodone", "dose": "30 mg", "last_taken": "2026-11-22T04:00:00-05:00"}
BEFORE = OXYCODONE | {"last_taken": "2026-11-01T04:00:00-05:00"}


@pytest.mark.parametrize("day", [{}, {"day": 1}, {"day": 2}, {"day": 3}])
@pytest.mark.parametrize(
    ("dose", "row", "speaks"),
    [
        ("80 mg", on_methadone("160 mg daily", 4), True),
        ("41 mg", on_methadone("160 mg daily", 4), True),
        ("40 mg", on_methadone("160 mg daily", 4), False),
        ("31 mg", on_methadone("60 mg daily", 4), True),
        ("60 mg", on_methadone("120 mg daily", 3, OXYCODONE), True),
        ("60 mg", on_methadone("120 mg daily", 3, BEFORE), False),
        ("100 mg", on_methadone("100 mg daily", 7), True),
        ("100 mg", on_methadone("100 mg daily", 4, OXYCODONE), True),
        ("200 mg", on_methadone("60 mg daily", 0), True),
        ("60 mg twice daily", on_methadone("60 mg daily", 0), True),
        ("30 mg twice daily", on_methadone("60 mg daily", 0), False),
        ("60 mg", on_methadone("30 mg twice daily", 0), False),
        ("120 mg", on_methadone("30 mg twice daily", 0), True),
        ("200 mg", on_methadone("60 mg as directed by the clinic", 4), True),
    ],
)
def test_methadone_above_what_missed_days_leave_is_urgent(
    dose: str, row: dict[str, Any], speaks: bool, day: dict[str, int]
):
    found = [
        alert for alert in order_checks(picture(orders=[order("methadone", dose, **day)], **row)) if alert.id == ABOVE
    ]
    assert [alert.level for alert in found] == (["urgent"] if speaks else [])


def test_where_the_last_dose_is_not_known_far_above_what_was_told_still_speaks():
    row = on_methadone("60 mg daily", 0)
    del row["medicines"][0]["last_taken"]
    assert ABOVE in ids(order("methadone", "120 mg", day=3), **row)
    assert ABOVE in ids(
        order("methadone", "60 mg", day=3), doses=[{"medicine": "methadone", "dose": "60 mg", "hours": 1}], **row
    )
    assert ABOVE not in ids(order("methadone", "60 mg", day=3), **row)
    assert "Cannot tell" in note(order("methadone", "60 mg", day=3), **row)


def test_the_dose_of_the_day_before_is_a_caution_and_no_more():
    given = [{"medicine": "methadone", "dose": "60 mg", "hours": 23.5}]
    assert ids(order("methadone", "60 mg", day=3), doses=given, **on_methadone("60 mg daily", 0)) == {
        "order-methadone-rise"
    }


def test_which_day_of_methadone_it_is_is_not_asked_of_somebody_who_goes_on_with_it():
    assert "orders.methadone.day" not in note(order("methadone", "60 mg"), **on_methadone("60 mg daily", 0))


def test_above_what_was_told_cites_what_says_so():
    found = order_checks(picture(orders=[order("methadone", "80 mg")], **on_methadone("160 mg daily", 4)))
    sources = next(alert.sources for alert in found if alert.id == ABOVE)
    assert "jgim-t3" not in sources
    assert {"au-missed", "metaphi", "consensus-methadone-missed"} <= set(sources)
