"""The way from one score to the next: exact between totals, and across missing answers only where it is certain."""

from datetime import datetime, timedelta

import msgspec
import pytest

from leeward.model.instants import Span
from leeward.paper.timeline_entries import Scored, timeline_entries
from leeward.paper.trend import trend_of
from tests.unit.paper.cases import made

NOW = datetime.fromisoformat("2026-11-22T08:00:00-05:00")
ONE = timeline_entries(*made(scores=[{"instrument": "cows", "at": NOW.isoformat(), "total": 9}])).scores[0]


def scored(low: int, high: int, minutes: int) -> Scored:
    at = Span.at(NOW + timedelta(minutes=minutes))
    return msgspec.structs.replace(ONE, at=at, low=low, high=high)


@pytest.mark.parametrize(
    ("before", "after", "way", "says"),
    [
        ((9, 9), (15, 15), "up", "up 6 in 50 min"),
        ((9, 9), (9, 9), "unchanged", "unchanged in 50 min"),
        ((16, 21), (29, 46), "up", "up by at least 8 in 50 min"),
        ((29, 46), (16, 21), "down", "down by at least 8 in 50 min"),
        ((16, 21), (21, 30), "across-missing", "no trend across missing answers"),
        ((9, 9), (5, 12), "across-missing", "no trend across missing answers"),
    ],
)
def test_a_trend_is_told_as_far_as_it_is_certain(before, after, way, says):
    trend = trend_of([scored(*before, 0), scored(*after, 50)])
    assert (trend.way, trend.says) == (way, says)
