"""Whole numbers that are typed or stand in addresses: plain digits only, whatever a browser sends."""

from __future__ import annotations

import pytest

from leeward.web.numbers_typed import MOST_DIGITS, whole_number
from tests.web.plan_forms import Form, admitted

NO_NUMBERS = ("", "²", "٣", "१२", "-1", "+1", "1e3", "1.5", "1_000", " 1", "0x1", "9" * (MOST_DIGITS + 1), "9" * 5000)


@pytest.mark.parametrize("typed", NO_NUMBERS)
def test_what_is_no_plain_row_of_digits_is_no_number(typed):
    assert whole_number(typed) is None


def test_a_number_is_read_up_to_the_most_that_can_be_meant():
    assert [whole_number(typed, 60) for typed in ("0", "007", "60", "61")] == [0, 7, 60, None]
    assert whole_number("9" * MOST_DIGITS) == 10**MOST_DIGITS - 1


@pytest.mark.parametrize("typed", ["%C2%B2", "%D9%A3", "9" * 5000, "-1", "x"])
@pytest.mark.parametrize(
    "address",
    [
        "/patients/demo-1?done={0}&seen={0}",
        "/patients/demo-1/plan?done={0}",
        "/patients/demo-1/since?number={0}",
        "/patients/demo-1/timeline.svg?width={0}",
        "/patients/demo-1/entries?before={0}",
    ],
)
def test_an_address_with_no_number_where_one_belongs_is_answered_as_without_it(someone, address, typed):
    assert someone("n.park").get(address.format(typed)).status == 200


@pytest.mark.parametrize("typed", ["²", "٣", "9" * 5000])
def test_a_form_that_says_no_number_of_what_was_seen_is_taken_and_hands_none_on(someone, typed):
    nurse = someone("n.park")
    nurse.client.follow_redirects = False
    came = nurse.send("/patients/demo-1/score/sedation-rass", **{"items.level": "-1"}, seen=typed)
    assert came.status == 303 and came.response.headers["location"].endswith("&seen=")
    came = nurse.send("/patients/demo-1/notes", text="slept well", seen=typed)
    assert came.status == 303 and came.response.headers["location"].endswith("&seen=0")


@pytest.mark.parametrize("typed", ["²", "٣", "-5", "9" * 5000])
def test_minutes_and_days_of_a_plan_that_are_no_numbers_are_told_at_their_fields(someone, house, clock, typed):
    admitted(house, clock)
    form = Form(someone("a.reyes")).order(0, medicine="buprenorphine-sublingual", day=typed)
    refused = form.set(**{"due-after-1": typed}).send("save")
    assert refused.status == 422
    assert 'id="day-0-problem"' in refused.html and 'id="due-after-1-problem"' in refused.html


@pytest.mark.parametrize("typed", ["²", "٣", "99999999"])
def test_minutes_ago_that_are_no_number_are_told_at_their_field(someone, typed):
    came = someone("n.park").send("/patients/demo-1/vitals", **{"at_ago": typed, "heart-rate": "80"})
    assert came.status == 422 and "This is not a number of minutes ago." in came.text
