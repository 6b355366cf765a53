"""A second reading or score of one time never takes away an alert that either of the two would raise alone."""

from __future__ import annotations

from copy import deepcopy
from random import Random
from typing import Any

import pytest

from leeward.casefile import case_from
from leeward.guidance.assess import assess
from leeward.knowledge import load_knowledge
from tests.properties.generated import NUMBERS, document

KNOWLEDGE = load_knowledge()


def fired(case: dict[str, Any]) -> set[str]:
    answer = assess(case_from(case, KNOWLEDGE), KNOWLEDGE)
    found = {alert.id for alert in (*answer.alerts, *answer.state.mismatches)}
    return {id for id in found if not id.startswith("order-")}


def another(entry: dict[str, Any], random: Random) -> dict[str, Any] | None:
    what = entry["what"]
    if what in NUMBERS:
        return {**entry, "value": random.choice(NUMBERS[what])}
    return {**entry, "value": not entry["value"]} if isinstance(entry.get("value"), bool) else None


@pytest.mark.parametrize("piece", range(4))
def test_two_readings_of_one_time_raise_whatever_each_alone_would(piece: int):
    for seed in range(piece * 60, piece * 60 + 60):
        random = Random(seed)
        first = document(random)
        second, both = deepcopy(first), deepcopy(first)
        for place, entry in enumerate(first["observations"]):
            other = another(entry, random) if random.random() < 0.3 else None
            if other is not None:
                second["observations"][place] = other
                both["observations"].append(other)
        random.shuffle(both["observations"])
        lost = (fired(first) | fired(second)) - fired(both)
        assert not lost, f"seed {seed}: {lost}"
