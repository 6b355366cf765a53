"""Times as people type them: read by the wall clock of the machine, never guessed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from leeward.errors import BadInput
from leeward.web.times_typed import instant_told, instant_typed, read_instant
from leeward.web.visit import Visit

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 22, 21, 50, tzinfo=NEW_YORK)
AFTER_AUTUMN = datetime(2026, 11, 1, 9, 0, tzinfo=NEW_YORK)


def a_visit(now: datetime = NOW, **typed: str) -> Visit:
    return Visit(None, now, forms={name: [value] for name, value in typed.items()})  # type: ignore[arg-type]


def refused(typed: str, now: datetime = NOW) -> tuple[str, str, str]:
    with pytest.raises(BadInput) as wrong:
        read_instant(typed, now, "at")
    (problem,) = wrong.value.problems
    return problem.path, problem.says, problem.mend


def test_nothing_typed_is_now_or_unknown() -> None:
    assert instant_typed(a_visit()) == NOW
    assert instant_told(a_visit(), "last_use") is None


@pytest.mark.parametrize(
    ("typed", "is_instant"),
    [
        ("2026-11-22T21:40", "2026-11-22T21:40-05:00"),
        ("2026-11-22 21:40", "2026-11-22T21:40-05:00"),
        ("21:40", "2026-11-22T21:40-05:00"),
        ("9:05", "2026-11-22T09:05-05:00"),
        ("2026-07-04T12:00", "2026-07-04T12:00-04:00"),
        ("2026-11-22T21:40Z", "2026-11-22T16:40-05:00"),
        ("2026-11-22T21:40:30", "2026-11-22T21:40:30-05:00"),
    ],
)
def test_the_wall_clock_is_read_in_its_zone(typed: str, is_instant: str) -> None:
    assert read_instant(typed, NOW, "at") == datetime.fromisoformat(is_instant)


def test_minutes_ago() -> None:
    assert instant_typed(a_visit(at_ago="30")).isoformat() == "2026-11-22T21:20:00-05:00"


@pytest.mark.parametrize("typed", ["-5", "1.5", "a while", "999999", "9" * 40, "٣"])
def test_minutes_that_are_none_are_refused_at_their_field(typed: str) -> None:
    with pytest.raises(BadInput) as wrong:
        instant_typed(a_visit(at_ago=typed))
    assert wrong.value.problems[0].path == "at_ago"


def test_two_times_at_once_are_refused() -> None:
    with pytest.raises(BadInput, match="Two times"):
        instant_typed(a_visit(at="21:40", at_ago="10"))


@pytest.mark.parametrize("typed", ["2026-11-22T21:51", "21:51", "2027-01-01T00:00", "2026-11-23T02:51Z"])
def test_what_lies_after_now_is_refused(typed: str) -> None:
    path, says, mend = refused(typed)
    assert (path, "after now" in says, "date" in mend) == ("at", True, True)


@pytest.mark.parametrize(
    "typed", ["yesterday", "2026-13-40T99:99", "25:00", "0001-01-01T00:00", "2026-11-22", "\0", "1" * 5000, "٢١:٤٠x"]
)
def test_what_is_no_time_is_refused(typed: str) -> None:
    path, says, mend = refused(typed)
    assert (path, says) == ("at", "This is not a time.") and "21:40" in mend


def test_an_hour_that_came_twice_needs_its_offset() -> None:
    _, says, mend = refused("2026-11-01T01:30", AFTER_AUTUMN)
    assert "twice" in says and "2026-11-01 01:30-05:00" in mend and "2026-11-01 01:30-04:00" in mend
    for offset, hours in (("-04:00", 8.5), ("-05:00", 7.5)):
        instant = read_instant(f"2026-11-01 01:30{offset}", AFTER_AUTUMN, "at")
        assert (AFTER_AUTUMN.timestamp() - instant.timestamp()) / 3600 == hours
    assert read_instant("1:30-05:00", AFTER_AUTUMN, "at").timestamp() == AFTER_AUTUMN.timestamp() - 7.5 * 3600


def test_an_hour_that_never_came_is_told() -> None:
    _, says, _ = refused("2026-03-08T02:30")
    assert "never showed" in says


@pytest.fixture
def machine_in_new_york(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("machine_in_new_york")
def test_a_bare_offset_is_the_zone_of_the_machine() -> None:
    now = datetime.fromisoformat("2026-11-01T09:00:00-05:00")
    assert read_instant("2026-07-04T12:00", now, "at").isoformat() == "2026-07-04T12:00:00-04:00"
    assert "twice" in refused("2026-11-01T01:30", now)[1]
    assert "never showed" in refused("2026-03-08T02:30", now)[1]


@pytest.mark.usefixtures("machine_in_new_york")
def test_a_clock_of_another_place_is_taken_at_its_word() -> None:
    now = datetime.fromisoformat("2026-11-01T09:00:00+01:00")
    assert read_instant("2026-11-01T01:30", now, "at").isoformat() == "2026-11-01T01:30:00+01:00"
