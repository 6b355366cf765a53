"""Scenarios of the kind `model = "kinetics"`: which doses, in which model, and what of it is told."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from leeward.errors import BadInput, Problem, shown
from leeward.knowledge import Knowledge
from leeward.pharmacology.cohort import made_up, outside
from leeward.pharmacology.kinetics import Model, model_of
from leeward.pharmacology.receptors import occupancy
from leeward.pharmacology.regimen import MOST_DOSES, MOST_HOURS, Given, check, repeated, unstudied

Words = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Hours = Annotated[float, msgspec.Meta(ge=0, le=MOST_HOURS)]
Count = Annotated[int, msgspec.Meta(ge=1, le=MOST_DOSES)]


class GivenDoses(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A dose, or the same dose `times` times, `every_h` hours apart; `missed` counts from 1. Hours are those after the start."""

    route: Words
    mg: Annotated[float, msgspec.Meta(gt=0)] | None = None
    form: Annotated[str, msgspec.Meta(max_length=40)] = ""
    at_h: Hours = 0.0
    every_h: Annotated[float, msgspec.Meta(gt=0, le=MOST_HOURS)] | None = None
    times: Count = 1
    missed: Annotated[tuple[Count, ...], msgspec.Meta(max_length=MOST_DOSES)] = ()
    over_h: Hours = 0.0


class KineticArm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One regimen in one model, by its id in `kinetics.toml`; `tells`: which of the concentrations that the model has."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=90)]
    kinetics: Words
    doses: Annotated[tuple[GivenDoses, ...], msgspec.Meta(min_length=1, max_length=50)]
    tells: Annotated[str, msgspec.Meta(max_length=40)] = ""
    occupancy: bool = False
    scale: Literal["linear", "log"] = "linear"
    person: dict[str, float] = {}


class KineticScenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Regimens over the same hours. `zero_h`: hours after the start at which telling begins; `zero`: what that moment is."""

    leeward: Literal["scenario/1"]
    title: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    model: Literal["kinetics"]
    hours: Annotated[float, msgspec.Meta(gt=0, le=MOST_HOURS)]
    zero: Words = "the first dose"
    zero_h: Hours = 0.0
    patients: Annotated[int, msgspec.Meta(ge=10, le=1_000_000)] = 2000
    seed: Annotated[int, msgspec.Meta(ge=0, le=2**32 - 1)] = 1
    arms: Annotated[tuple[KineticArm, ...], msgspec.Meta(min_length=1, max_length=12)]
    name: str = ""


class Planned(msgspec.Struct, frozen=True):
    """An arm that can be carried out: its model, its doses one by one, what it tells, and what lies outside of the studies."""

    arm: KineticArm
    model: Model
    given: tuple[Given, ...]
    tells: str
    said: tuple[str, ...]


def planned(asked: KineticScenario, knowledge: Knowledge) -> tuple[Planned, ...]:
    """The arms, each checked. Raises BadInput, with every mistake at its place, before any work."""
    problems: list[Problem] = []
    found: list[Planned] = []
    if asked.zero_h >= asked.hours:
        problems.append(_problem("zero_h", "Telling would begin after the last hour.", "Give more hours."))
    for number, arm in enumerate(asked.arms):
        try:
            found.append(_planned(arm, knowledge))
        except BadInput as refused:
            place = f"arms[{number}]"
            problems += [msgspec.structs.replace(one, path=f"{place}.{one.path}") for one in refused.problems]
    if problems:
        raise BadInput(problems)
    return tuple(found)


def _planned(arm: KineticArm, knowledge: Knowledge) -> Planned:
    model = model_of(knowledge, arm.kinetics)
    tells = arm.tells or next(iter(model.entry.shows))
    if tells not in model.entry.shows:
        says = f'{model.id} does not tell "{shown(tells)}".'
        raise BadInput([_problem("tells", says, f"Use one of {', '.join(model.entry.shows)}.")])
    if arm.occupancy:
        occupancy(knowledge, tells)
    one = made_up(model, 1, 0, known=arm.person)
    given: list[Given] = []
    for number, doses in enumerate(arm.doses):
        some = _given(model, doses, f"doses[{number}]")
        try:
            check(one, some)
        except BadInput as refused:
            raise BadInput([msgspec.structs.replace(refused.problems[0], path=f"doses[{number}]")]) from None
        given += some
    check(one, given)
    given.sort(key=lambda dose: dose.at)
    return Planned(arm, model, tuple(given), tells, (*outside(one), *unstudied(one, given)))


def _given(model: Model, doses: GivenDoses, place: str) -> tuple[Given, ...]:
    if doses.times > 1 and doses.every_h is None:
        raise BadInput([_problem(place, "These doses have no time between them.", "Say `every_h`, in hours.")])
    if any(number > doses.times for number in doses.missed):
        raise BadInput([_problem(f"{place}.missed", "A dose is missed that is not among them.", "Count from 1.")])
    route = model.entry.routes.get(doses.route)
    in_mg = route is None or route.unit == "mg"
    if in_mg and doses.mg is None:
        raise BadInput([_problem(f"{place}.mg", "It is not said how much is given.", "Give mg.")])
    if not in_mg and doses.mg is not None:
        raise BadInput([_problem(f"{place}.mg", f"{doses.route} has no mg.", "Leave it out: the level is assumed.")])
    some = repeated(
        doses.route,
        doses.mg or 1.0,
        every=doses.every_h or 0.0,
        times=doses.times,
        first=doses.at_h,
        missed=doses.missed,
        form=doses.form or (next(iter(model.entry.forms)) if len(model.entry.forms) == 1 else ""),
    )
    return tuple(msgspec.structs.replace(dose, over=doses.over_h) for dose in some)


def _problem(path: str, says: str, mend: str) -> Problem:
    return Problem(path=path, code="LW-1130", says=says, mend=mend)
