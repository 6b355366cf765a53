"""Pictures for unit tests: the base case of the spec tables with a row's changes."""

from __future__ import annotations

from typing import Any

from leeward.guidance.picture import Picture
from leeward.knowledge import load_knowledge, read_policy
from tests.spec.tables import case_of

KNOWLEDGE = load_knowledge()


def picture(policy: str = "", **row: Any) -> Picture:
    return Picture(case_of(row, KNOWLEDGE), KNOWLEDGE, read_policy(policy, KNOWLEDGE))
