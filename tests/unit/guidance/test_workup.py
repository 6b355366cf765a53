"""The parts of an assessment, asked for one by one."""

from __future__ import annotations

from typing import Any

import pytest

from leeward.guidance.assess import Workup, assess
from leeward.knowledge.policy import default_policy
from tests.unit.guidance.pictures import KNOWLEDGE, picture

ROWS: list[dict[str, Any]] = [{}, {"unknown": ["observations.qtc", "allergies"]}, {"age": 12}]


@pytest.mark.parametrize("row", ROWS)
def test_each_part_alone_is_as_in_the_whole(row: dict[str, Any]):
    case = picture(**row).case
    whole = assess(case, KNOWLEDGE, default_policy(KNOWLEDGE))

    def alone() -> Workup:
        return Workup(case, KNOWLEDGE)

    assert alone().questions() == whole.questions
    assert alone().questions(5) == whole.questions[:5]
    assert alone().options == whole.options
    assert alone().alerts == whole.alerts
    assert alone().always == whole.always
    assert alone().interactions == whole.interactions
    assert alone().exposures == whole.exposures
    assert alone().refusals == whole.refusals
    assert alone().withdrawal == whole.state.withdrawal
