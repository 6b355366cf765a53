"""A week in which the clock was put back: each time is shown as the clock on the wall showed it on its own day."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from leeward.paper.drawing import Frame, ticks_of
from leeward.paper.times import clock as clock_words
from leeward.paper.times import on_its_day, zone_of
from leeward.web.times_typed import instant_typed, read_instant
from tests.web.conftest import Clock, Page, Someone
from tests.web.test_times_typed import a_visit

# The clocks of New York were put back on Sunday 1 November 2026 at 02:00.
BEFORE, AFTER = datetime.fromisoformat("2026-10-31T20:00:00-04:00"), datetime.fromisoformat("2026-11-01T09:00:00-05:00")
AT = datetime.fromisoformat("2026-10-31T19:30:00-04:00")


@pytest.fixture(autouse=True)
def machine_in_new_york(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("instant", "shown"),
    [
        ("2026-10-31T19:30:00-04:00", "Sat 31 Oct 19:30"),
        ("2026-10-31T18:30:00-05:00", "Sat 31 Oct 19:30"),
        ("2026-11-01T05:30:00+00:00", "Sun 1 Nov 01:30"),
        ("2026-11-01T06:30:00+00:00", "Sun 1 Nov 01:30"),
        ("2026-11-01T07:30:00+00:00", "Sun 1 Nov 02:30"),
        ("2027-03-14T06:59:00+00:00", "Sun 14 Mar 01:59"),
        ("2027-03-14T07:00:00+00:00", "Sun 14 Mar 03:00"),
    ],
)
def test_an_instant_is_shown_by_the_offset_of_its_own_day(instant: str, shown: str) -> None:
    assert clock_words(datetime.fromisoformat(instant), zone_of(AFTER)) == shown


@pytest.mark.parametrize(("utc", "offset"), [("05:30", "-04:00"), ("06:30", "-05:00")])
def test_of_an_hour_that_came_twice_the_offset_tells_which(utc: str, offset: str) -> None:
    instant = datetime.fromisoformat(f"2026-11-01T{utc}:00+00:00")
    assert on_its_day(instant, AFTER).isoformat() == f"2026-11-01T01:30:00{offset}"
    assert on_its_day(instant, AFTER) == instant


def test_what_is_typed_is_kept_with_the_offset_of_its_own_day() -> None:
    assert read_instant("2026-10-31 19:30", AFTER, "at").isoformat() == "2026-10-31T19:30:00-04:00"
    assert instant_typed(a_visit(AFTER, at_ago="870")).isoformat() == "2026-10-31T19:30:00-04:00"
    ahead = read_instant("2027-04-01 09:00", AFTER, "at", timedelta(days=365))
    assert ahead.isoformat() == "2027-04-01T09:00:00-04:00"


@pytest.fixture(name="clock")
def that_evening() -> Clock:
    made = Clock()
    made.now = BEFORE
    return made


@pytest.fixture
def the_morning_after(house, clock, charted, someone) -> Someone:
    """A nurse at nine on the morning after the change, with a chart from the evening before it."""
    admission = {"name": "Demo, Night", "synthetic": True}
    charted("admission", admission, patient="night", at=AT)
    charted("score", {"instrument": "cows", "items": {"pulse": 0}}, patient="night", at=AT)
    charted("dose", {"medicine": "buprenorphine", "amount": "4 mg", "route": "sublingual"}, patient="night", at=AT)
    clock.now = AFTER
    return someone("n.park")


@pytest.mark.parametrize("path", ["", "/entries", "/history", "/hand-off"])
def test_every_page_of_a_chart_says_when_it_was_by_the_clock_of_that_evening(the_morning_after, path: str) -> None:
    page: Page = the_morning_after.get(f"/patients/night{path}")
    assert page.status == 200
    assert "19:30" in page.html and "18:30" not in page.html


def test_the_axis_of_the_picture_is_marked_on_the_hours_that_the_clock_showed(the_morning_after) -> None:
    frame = Frame(AFTER - timedelta(hours=15), AFTER + timedelta(hours=2), 700, zone_of(AFTER))
    assert [tick.isoformat() for tick in ticks_of(frame)][:3] == [
        "2026-10-31T21:00:00-04:00",
        "2026-11-01T00:00:00-04:00",
        "2026-11-01T03:00:00-05:00",
    ]
    picture = the_morning_after.get("/patients/night/timeline.svg").html
    assert ">00:00<" in picture and ">Sun 01 Nov<" in picture
