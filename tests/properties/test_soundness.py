"""What is answered while something is unknown still holds for every value that the unknown could take.

A whole case is drawn, parts of it are forgotten, and the two assessments are compared: the whole case is one of the
values that the forgotten inputs could have had.
"""

from __future__ import annotations

import os
import re
from random import Random
from typing import Any

import pytest

from leeward.casefile import case_from
from leeward.guidance.assess import assess
from leeward.guidance.assessment import Amount, Assessment, OptionAnswer
from leeward.knowledge import load_knowledge
from tests.properties.generated import document, partly_forgotten

KNOWLEDGE = load_knowledge()
SETTLED = ("recommended", "acceptable", "avoid")
PIECES = 10
CASES_A_PIECE = 150
LONG_CASES_A_PIECE = 50_000


def assessed(case: dict[str, Any]) -> Assessment:
    return assess(case_from(case, KNOWLEDGE), KNOWLEDGE)


def check_soundness(seed: int) -> None:
    random = Random(seed)
    whole = document(random)
    partial, forgotten = partly_forgotten(whole, random)
    knowing, unknowing = assessed(whole), assessed(partial)
    told = f"seed {seed}, forgotten {forgotten}"
    options_hold(unknowing, knowing, forgotten, told)
    lost = {alert.id for alert in unknowing.alerts} - {alert.id for alert in knowing.alerts}
    assert not lost, f"{told}: alerts {lost} did not stand"
    lost = {alert.id for alert in unknowing.state.mismatches} - {alert.id for alert in knowing.state.mismatches}
    assert not lost, f"{told}: mismatches {lost} did not stand"
    comfort_holds(unknowing, knowing, told)
    level_holds(unknowing, knowing, told)


def options_hold(unknowing: Assessment, knowing: Assessment, forgotten: list[str], told: str) -> None:
    later = {option.id: option for option in knowing.options}
    for option in unknowing.options:
        if option.status in SETTLED:
            assert option.id in later, f"{told}: {option.id} was {option.status} and vanished"
            found = later[option.id]
            assert found.status == option.status, f"{told}: {option.id} went from {option.status} to {found.status}"
            doses_hold(option, found, told)
        elif option.id not in later or later[option.id].status != option.status:
            named = any(names(need, name) for need in option.needs for name in forgotten)
            assert named, f"{told}: {option.id} was {option.status} and changed without having named it: {option.needs}"


def names(need: str, forgotten: str) -> bool:
    """Whether a need names the input that was forgotten, or the whole that it is part of."""
    need, forgotten = (name.replace(*SAME_INPUT) for name in (NUMBERED.sub("", need), forgotten))
    head, star, tail = forgotten.partition(".*")
    if star:
        return need == head or (need.startswith(f"{head}.") and need.endswith(tail))
    return need == forgotten or need.startswith(f"{forgotten}.")


NUMBERED = re.compile(r"#\d+")
"""How the second entry of a kind is told from the first."""

SAME_INPUT = ("sedation-poss", "sedation-rass")
"""Sedation is one input, measured by either scale."""


def doses_hold(before: OptionAnswer, after: OptionAnswer, told: str) -> None:
    if before.proposal is None or after.proposal is None:
        assert before.proposal is None, f"{told}: the proposal of {before.id} vanished"
        return
    assert len(before.proposal.steps) == len(after.proposal.steps), f"{told}: {before.id} has other steps"
    for early, late in zip(before.proposal.steps, after.proposal.steps, strict=True):
        for wide, narrow in ((early.dose, late.dose), (early.per_day_max, late.per_day_max)):
            assert (wide is None) == (narrow is None), f"{told}: a dose of {before.id} came or went"
            if wide is not None and narrow is not None:
                assert within(narrow, wide), f"{told}: {before.id} went from {wide} to {narrow}"


def within(narrow: Amount, wide: Amount) -> bool:
    if narrow.unit != wide.unit:
        return False
    lowest, highest = bounds(wide)
    low, high = bounds(narrow)
    return low >= lowest and high <= highest


def bounds(amount: Amount) -> tuple[float, float]:
    given = [value for value in (amount.min, amount.usual, amount.max) if value is not None]
    return (amount.min if amount.min is not None else min(given)), (
        amount.max if amount.max is not None else max(given)
    )


def comfort_holds(unknowing: Assessment, knowing: Assessment, told: str) -> None:
    later = {adjunct.id: adjunct.status for adjunct in knowing.adjuncts}
    for adjunct in unknowing.adjuncts:
        if adjunct.status in SETTLED and later:
            found = later.get(adjunct.id)
            assert found == adjunct.status, f"{told}: {adjunct.id} went from {adjunct.status} to {found}"


def level_holds(unknowing: Assessment, knowing: Assessment, told: str) -> None:
    before, after = unknowing.level_of_care, knowing.level_of_care
    if before is None or after is None:
        return
    if before.suggested is not None:
        assert after.suggested == before.suggested, f"{told}: level {before.suggested} became {after.suggested}"
    if before.at_least is not None:
        assert after.at_least is not None and after.at_least >= before.at_least, told


@pytest.mark.parametrize("piece", range(PIECES))
def test_answers_hold_whatever_the_unknown_turns_out_to_be(piece: int):
    for seed in range(piece * CASES_A_PIECE, (piece + 1) * CASES_A_PIECE):
        check_soundness(seed)


@pytest.mark.long
@pytest.mark.skipif("LEEWARD_LONG" not in os.environ, reason="a million cases; `make test-long` runs them")
@pytest.mark.parametrize("piece", range(PIECES))
def test_a_million_answers_hold(piece: int):
    start = PIECES * CASES_A_PIECE + piece * LONG_CASES_A_PIECE
    for seed in range(start, start + LONG_CASES_A_PIECE):
        check_soundness(seed)
