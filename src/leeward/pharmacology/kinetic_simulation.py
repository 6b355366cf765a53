"""A scenario of kinetics carried out: the levels of the typical person and the bands of made-up people, arm by arm."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec
import numpy as np

from leeward.knowledge import Knowledge
from leeward.pharmacology.cohort import made_up, typical
from leeward.pharmacology.kinetic_scenario import KineticScenario, Planned
from leeward.pharmacology.people import Floats
from leeward.pharmacology.receptors import occupancy, pet_occupancy, zones
from leeward.pharmacology.regimen import CELLS, levels

PERCENTILES = (5, 25, 50, 75, 95)

CAVEATS = (
    "Levels of made-up people after published models: bands of a population, nobody's own course. Nothing here is a dose to take or to give.",
    "No level here is one that kills or one that is safe: tolerance, other medicines and illness decide, and they are not in it.",
)

BEGUN = (
    "No level here says when buprenorphine may be begun: signs of withdrawal do. Precipitated withdrawal is not in the model.",
)
"""Said where buprenorphine stands beside another opioid."""

OTHER_OPIOIDS = frozenset({"methadone", "morphine", "heroin", "oxycodone", "fentanyl", "mitragynine"})

STEPS = (0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 6.0, 12.0)
POINTS = 1100
MOMENT = 1.0 / 3600.0
"""A second: the first that is told after a dose that goes into the blood at once."""

MOST_TROUGHS = 8
"""The level before a dose is told of this many doses at most, the last ones."""

Numbers = tuple[float, ...]


class Curve(msgspec.Struct, frozen=True, kw_only=True):
    """What is told over time: of the typical person, and by percentile of made-up people. `median` is missing where no one set of values is known."""

    what: str
    unit: str
    scale: str = ""
    typical: Numbers | None
    bands: dict[str, Numbers] | None


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One number of an arm: of the typical person, and by percentile of made-up people."""

    unit: str
    typical: float | None
    bands: dict[str, float] | None


class KineticArmResult(msgspec.Struct, frozen=True, kw_only=True):
    """What was told of one arm, with the grade, people and sources of its model."""

    arm: str
    kinetics: str
    says: str
    drug: str
    grade: str
    population: str
    hours: Numbers
    curves: tuple[Curve, ...]
    metrics: dict[str, Told]
    caveats: tuple[str, ...]
    sources: tuple[str, ...]
    log: bool = False
    zones: dict[str, float] = {}


class KineticSimulation(msgspec.Struct, frozen=True, kw_only=True):
    """`leeward simulate --format json` of a scenario of kinetics: see docs/reference/simulation.md."""

    leeward: str = "simulation/1"
    model: str = "kinetics"
    scenario: str
    title: str
    zero: str
    patients: int
    seed: int
    arms: tuple[KineticArmResult, ...]
    finished: bool
    caveats: tuple[str, ...]
    sources: tuple[str, ...]


def kinetic_simulation(asked: KineticScenario, arms: tuple[KineticArmResult, ...]) -> KineticSimulation:
    """The arms that were finished, with what belongs beside them."""
    drugs = {arm.drug for arm in arms}
    return KineticSimulation(
        scenario=asked.name,
        title=asked.title,
        zero=asked.zero,
        patients=asked.patients,
        seed=asked.seed,
        arms=arms,
        finished=len(arms) == len(asked.arms),
        caveats=CAVEATS + (BEGUN if "buprenorphine" in drugs and drugs & OTHER_OPIOIDS else ()),
        sources=tuple(sorted({source for arm in arms for source in arm.sources})),
    )


def kinetics_simulated(
    asked: KineticScenario, plan: Sequence[Planned], knowledge: Knowledge
) -> Iterator[KineticArmResult]:
    """The arms, one after the other as they are finished."""
    for arm in plan:
        yield _arm(asked, arm, knowledge)


def _arm(asked: KineticScenario, plan: Planned, knowledge: Knowledge) -> KineticArmResult:
    entry, hours = plan.model.entry, grid(asked, plan)
    one = None if entry.band_only else _levels_of_typical(plan, hours)
    sets = list(_levels_of_many(asked, plan, hours))
    unit = entry.shows[plan.tells].unit
    curves = [Curve(what=plan.tells, unit=unit, typical=_told(one), bands=_bands_told(sets))]
    caveats, sources, marked = [*plan.model.caveats, *plan.said], [*entry.sources], dict[str, float]()
    if plan.arm.occupancy:
        of = occupancy(knowledge, plan.tells)
        curves.append(_occupancy(knowledge, plan.tells, one, sets))
        caveats += of.caveats
        sources += of.sources
    if plan.tells == "buprenorphine":
        for name, zone in zones(knowledge).items():
            marked[name] = zone.from_.value
            caveats.append(f"{zone.says}, from {zone.from_.value:g} {zone.from_.unit} before the next dose on.")
            sources += zone.sources
    return KineticArmResult(
        arm=plan.arm.name,
        kinetics=plan.model.id,
        says=entry.says,
        drug=entry.drug,
        grade=entry.grade,
        population=entry.population,
        hours=_numbers(hours - asked.zero_h),
        curves=tuple(curves),
        metrics=dict(_metrics(asked, plan, hours, one, sets, unit)),
        caveats=tuple(dict.fromkeys(caveats)),
        sources=tuple(dict.fromkeys(sources)),
        log=plan.arm.scale == "log",
        zones=marked,
    )


def grid(asked: KineticScenario, plan: Planned) -> Floats:
    """The hours that are worked out: an even grid, the doses themselves, and a moment after those that go into the blood at once."""
    length = asked.hours - asked.zero_h
    step = next((step for step in STEPS if length / step <= POINTS), STEPS[-1])
    even = asked.zero_h + np.arange(0.0, length + step / 2, step)
    doses = [dose.at for dose in plan.given if asked.zero_h <= dose.at <= asked.hours]
    place = plan.model.entry.shows[plan.tells].compartment
    at_once = {
        name
        for name, route in plan.model.entry.routes.items()
        if any(way.into == place and not way.lag and not way.over for way in route.ways)
    }
    after = [
        dose.at + MOMENT
        for dose in plan.given
        if dose.route in at_once and dose.over == 0.0 and asked.zero_h <= dose.at < asked.hours
    ]
    hours = np.unique(np.concatenate([even, doses, after]))
    # A dose that differs from a point of the grid in its last digits only is that point.
    return hours[np.concatenate([[True], np.diff(hours) > 1e-9])]


def _levels_of_typical(plan: Planned, hours: Floats) -> Floats:
    return levels(typical(plan.model, plan.arm.person), plan.given, hours).of[plan.tells]


def _levels_of_many(asked: KineticScenario, plan: Planned, hours: Floats) -> Iterator[Floats]:
    """The levels of made-up people, shape (people, hours); once for each set of values that fits what was seen as well as the others."""
    for instead in plan.model.entry.alternatives or (None,):
        people = made_up(plan.model, asked.patients, asked.seed, instead=instead, known=plan.arm.person)
        found = levels(people, plan.given, hours).of[plan.tells]
        if (found == found[0]).all():
            # No spread between people stands in the model: a band of no width would say that they are alike.
            return
        yield found


def bands(sets: Sequence[Floats]) -> dict[str, Floats] | None:
    """The percentiles of people at each hour; of several sets the widest, and then no median, because none of them is the true one."""
    if not sets:
        return None
    found = [np.percentile(levels, PERCENTILES, axis=0) for levels in sets]
    if len(found) == 1:
        return {str(name): row for name, row in zip(PERCENTILES, found[0], strict=True)}
    return {
        str(name): (np.min if name < 50 else np.max)([one[row] for one in found], axis=0)
        for row, name in enumerate(PERCENTILES)
        if name != 50
    }


def _bands_told(sets: Sequence[Floats]) -> dict[str, Numbers] | None:
    found = bands(sets)
    return None if found is None else {name: _numbers(row) for name, row in found.items()}


def _occupancy(knowledge: Knowledge, drug: str, one: Floats | None, sets: Sequence[Floats]) -> Curve:
    """Occupancy on the PET scale. Its bands reach from the half-level at its highest to the half-level at its lowest."""
    doubt = occupancy(knowledge, drug).doubt
    # Occupancy rises with the level, so the percentiles of one are those of the other.
    found = bands(sets)
    reached: dict[str, Numbers] | None = None
    if found is not None:
        times = {name: 1.0 + doubt * float(np.sign(50 - int(name))) for name in found}
        reached = {
            name: _numbers(pet_occupancy(knowledge, drug, row, times[name]).value * 100.0)
            for name, row in found.items()
        }
    held = None if one is None else _numbers(pet_occupancy(knowledge, drug, one[0]).value * 100.0)
    return Curve(what="occupied mu receptors", unit="%", scale="PET", typical=held, bands=reached)


def _metrics(
    asked: KineticScenario, plan: Planned, hours: Floats, one: Floats | None, sets: Sequence[Floats], unit: str
) -> Iterator[tuple[str, Told]]:
    since = hours - asked.zero_h

    def of(read: Callable[[Floats], Floats], unit: str) -> Told:
        found = bands([read(levels)[:, None] for levels in sets])
        return Told(
            unit=unit,
            typical=None if one is None else _round(float(read(one)[0])),
            bands=None if found is None else {name: _round(float(row[0])) for name, row in found.items()},
        )

    def at(hour: float) -> Told:
        place = int(np.argmin(np.abs(hours - hour)))
        return of(lambda levels: levels[:, place], unit)

    yield "highest", of(lambda levels: levels.max(axis=1), unit)
    later = [dose.at for dose in plan.given[1:] if asked.zero_h < dose.at <= asked.hours]
    if not later:  # the highest of equal peaks is a matter of the last digit
        yield "hours_to_highest", of(lambda levels: since[levels.argmax(axis=1)], "h")
    for hour in sorted(set(later))[-MOST_TROUGHS:]:
        yield f"before_the_dose_at_{hour - asked.zero_h:g}_h", at(hour)
    for day in DAYS:
        if not later and asked.zero_h + 24.0 * day < asked.hours:
            yield f"at_{24 * day}_h", at(asked.zero_h + 24.0 * day)
    yield "at_the_end", at(asked.hours)


DAYS = (1, 2, 3, 5, 7)
"""Days after the start of telling at which the level is told where no dose is given after that."""


def memory_bytes(asked: KineticScenario, plan: Sequence[Planned]) -> int:
    """What the levels of one arm take at once, and the room in which they are worked out; arms are carried out one after the other."""

    def of(arm: Planned) -> int:
        entry = arm.model.entry
        return 8 * asked.patients * len(grid(asked, arm)) * (max(len(entry.alternatives), 1) + len(entry.shows))

    return WORKED_OUT * CELLS * 8 + max(of(arm) for arm in plan)


WORKED_OUT = 4
"""Arrays of `CELLS` numbers that stand beside the levels while some people are followed."""

POINTS_A_SECOND = 3e6
"""Levels of a person a second and thread that an estimate counts on: less than half of what was measured."""

DOSE_SECONDS = 6e-8
"""Seconds of one thread that a dose takes for one person, for each cell of its matrix cubed: its lag and its end break the grid."""


def seconds(asked: KineticScenario, plan: Sequence[Planned], threads: int) -> float:
    """How long this takes at most, as far as can be told before it begins."""
    total = 0.0
    for arm in plan:
        sets = max(len(arm.model.entry.alternatives), 1)
        points = len(grid(asked, arm)) / POINTS_A_SECOND
        doses = len(arm.given) * DOSE_SECONDS * (len(arm.model.entry.compartments) + 1) ** 3
        total += asked.patients * sets * (points * (1.0 / threads + 1.0) + doses / threads)
    return 20.0 + total


def _told(one: Floats | None) -> Numbers | None:
    return None if one is None else _numbers(one[0])


def _numbers(values: Floats) -> Numbers:
    return tuple(_round(float(value)) for value in values)


def _round(value: float) -> float:
    return float(f"{value:.5g}")
