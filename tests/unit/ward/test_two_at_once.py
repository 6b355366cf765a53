"""Two people chart for one time: what the page, the board and the hand-off say until one of the entries is struck."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from leeward.knowledge import load_knowledge
from leeward.paper.handoff import handoff
from leeward.record.entries import Draft, Entry
from leeward.record.storage import Record, default_url
from leeward.ward.now import now_of
from leeward.ward.state import Bedside, Ward
from leeward.ward.summary import summary_of

NOW = datetime.fromisoformat("2026-11-22T09:00:00-05:00")
Write = Callable[..., Entry]


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Ward]:
    with Record(default_url(tmp_path)) as record:
        yield Ward(record, load_knowledge())


@pytest.fixture
def write(ward: Ward) -> Write:
    numbers = count()

    def written(kind: Any, body: dict[str, Any], seconds: float = 600, by: str = "n.park", **besides: Any) -> Entry:
        at = (NOW - timedelta(seconds=seconds)).isoformat()
        id = f"{next(numbers):032x}-{kind}"
        draft = Draft(id=id, kind=kind, patient="p1", at=at, by=by, role="nurse", body=body, **besides)
        entry = ward.record.append(draft, NOW)
        ward.catch_up()
        return entry

    written("admission", {"name": "Made, Up", "synthetic": True}, seconds=180_000)
    return written


def vitals(write: Write, rate: int, saturation: int, rass: int, **besides: Any) -> list[Entry]:
    return [
        write("observation", {"what": what, "value": value, "unit": unit}, **besides)
        for what, value, unit in (
            ("respiratory-rate", rate, "/min"),
            ("oxygen-saturation", saturation, "%"),
            ("sedation-rass", rass, "points"),
        )
    ]


def bedside_of(ward: Ward) -> Bedside:
    found = ward.bedside("p1", NOW)
    assert found is not None
    return found


def emergencies(ward: Ward) -> set[str]:
    return {alert.id for alert in now_of(bedside_of(ward), ward).alerts if alert.level == "emergency"}


@pytest.mark.parametrize("apart", [0, 25, 59])
@pytest.mark.parametrize("calm_last", [True, False])
def test_a_second_round_of_vital_signs_takes_no_emergency_off_page_and_board(
    ward: Ward, write: Write, apart: int, calm_last: bool
):
    rounds = [(6, 80, -4), (16, 98, 0)][:: 1 if calm_last else -1]
    vitals(write, *rounds[0], seconds=600)
    struck = vitals(write, *rounds[1], seconds=600 - apart, by="n.other")
    state = now_of(bedside_of(ward), ward)
    assert "respiratory-depression" in emergencies(ward)
    assert "readings-of-one-time-differ" in {alert.id for alert in state.alerts}
    assert any("6 per minute or 16 per minute" in value for told in state.readings for value in told.values)
    for entry in struck:
        write("correction", {"strikes": True, "reason": "wrong person"}, corrects=entry.number)
    assert ("respiratory-depression" in emergencies(ward)) == calm_last
    after = now_of(bedside_of(ward), ward)
    assert "readings-of-one-time-differ" not in {alert.id for alert in after.alerts}


@pytest.mark.parametrize("totals", [(26, 3), (3, 26)])
@pytest.mark.parametrize("apart", [0, 30, 100])
def test_two_scores_of_one_time_stand_side_by_side_without_an_arrow(
    ward: Ward, write: Write, totals: tuple[int, int], apart: int
):
    write("score", {"instrument": "cows", "total": 9}, seconds=7200)
    write("score", {"instrument": "cows", "total": totals[0]}, seconds=600)
    write("score", {"instrument": "cows", "total": totals[1]}, seconds=600 - apart, by="n.other")
    bedside = bedside_of(ward)
    (score,) = now_of(bedside, ward).scores
    assert (score.points, score.band, score.arrow, score.current) == ("3 or 26", "score again", "", True)
    assert "score again" in score.trend
    summary = summary_of(bedside, ward)
    assert summary.cows is not None
    assert (summary.cows.points, summary.cows.arrow) == ("3 or 26", "")
    assert bedside.case is not None
    assert bedside.assessment is not None
    sheet = handoff(bedside.case, bedside.assessment, ward.knowledge, person="", written_by="", digest="ab" * 32)
    assert any("COWS 3 or 26" in line.says for part in sheet.parts for line in part.lines)


def test_a_score_and_a_later_one_keep_their_trend(ward: Ward, write: Write):
    write("score", {"instrument": "cows", "total": 26}, seconds=720)
    write("score", {"instrument": "cows", "total": 3}, seconds=600)
    (score,) = now_of(bedside_of(ward), ward).scores
    assert (score.points, score.arrow) == ("3", "↘")


def test_two_suicide_screens_of_one_time_are_an_emergency_and_both_shown(ward: Ward, write: Write):
    items = dict.fromkeys(("q1", "q2", "q3", "q4", "q5", "q6_lifetime", "q6_past_3_months"), True)
    write("score", {"instrument": "c-ssrs", "items": items})
    write("score", {"instrument": "c-ssrs", "items": dict.fromkeys(items, False)}, by="n.other")
    state = now_of(bedside_of(ward), ward)
    assert "suicide-risk-high" in emergencies(ward)
    (screen,) = state.lasting
    assert " or " in screen.points
    assert screen.band == "score again"
