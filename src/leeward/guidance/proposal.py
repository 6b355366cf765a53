"""From a schedule in knowledge to a proposal for this person.

A circumstance that asks for less (age, liver, low tolerance) lowers the doses where it holds. Where it is not known,
the lower end of each range is lowered and the condition is printed, so that the proposal holds whatever turns out.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import msgspec

from leeward.guidance.assessment import Amount, Proposal, ProposalStep
from leeward.guidance.picture import Picture
from leeward.knowledge import Knowledge
from leeward.knowledge.entries import DoseText, Schedule, Step
from leeward.model.truth import Truth


class Circumstance(msgspec.Struct, frozen=True):
    """Something that asks for less: whether it holds, what to print, and the share of the dose that remains."""

    holds: Truth
    says: str
    share: float
    sources: tuple[str, ...]
    lowers_day: bool = False


def scheduled(picture: Picture, id: str, circumstances: Sequence[Circumstance] = ()) -> Proposal:
    """The schedule called `id`, lowered for the circumstances that hold or may hold."""
    bearing = [circumstance for circumstance in circumstances if not circumstance.holds.is_no]
    return _lowered(picture.knowledge.schedules[id], bearing) if bearing else _as_it_stands(id, picture.knowledge)


@cache
def _as_it_stands(id: str, knowledge: Knowledge) -> Proposal:
    return _lowered(knowledge.schedules[id], ())


def _lowered(schedule: Schedule, bearing: Sequence[Circumstance]) -> Proposal:
    return Proposal(
        medicine=schedule.medicine,
        route=schedule.route,
        steps=tuple([_step(step, schedule, bearing) for step in schedule.steps]),
        prescriber_law=schedule.law,
        notes=tuple(_note(circumstance) for circumstance in bearing) + ((schedule.note,) if schedule.note else ()),
        sources=tuple(dict.fromkeys((*schedule.sources, *(s for item in bearing for s in item.sources)))),
    )


def _step(step: Step, schedule: Schedule, bearing: Sequence[Circumstance]) -> ProposalStep:
    lowering_day = [item for item in bearing if item.lowers_day]
    return ProposalStep(
        when=step.when,
        dose=_amount(step.dose, bearing) if step.dose else None,
        every=step.every,
        per_day_max=_amount(step.per_day_max, lowering_day) if step.per_day_max else None,
        if_=step.if_,
        hold_if=step.hold_if,
        sources=step.sources or schedule.sources,
    )


def _amount(dose: DoseText, bearing: Sequence[Circumstance]) -> Amount:
    """The dose lowered once, by the circumstance that asks for most; where none is sure only the lower end moves."""
    lowest = dose.min
    sure = min((item.share for item in bearing if item.holds.is_yes), default=1)
    possible = min((item.share for item in bearing), default=1)
    if lowest is None and possible < sure:
        lowest = min((value for value in (dose.usual, dose.max) if value is not None), default=None)
    return Amount(
        min=_times(lowest, min(sure, possible)),
        usual=_times(dose.usual, sure),
        max=_times(dose.max, sure),
        unit=dose.unit,
    )


def _times(value: float | None, share: float) -> float | None:
    return None if value is None else value * share


def _note(circumstance: Circumstance) -> str:
    says = circumstance.says
    return says if circumstance.holds.is_yes else f"If {says[0].lower()}{says[1:]}"
