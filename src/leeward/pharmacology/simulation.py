"""A scenario carried out: in the same made-up people, each arm by itself, with what can be told of it and what cannot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from leeward.knowledge import Knowledge
from leeward.pharmacology.overdose import Course, Device, Outcomes, course, injections, outcomes, sprays
from leeward.pharmacology.parameters import FILE, ParameterEntry, made_up, rules, typical
from leeward.pharmacology.people import PERSON, Floats
from leeward.pharmacology.scenario import Arm, Scenario

GRADE = "A"
"""How credible the reproduction of FDA's model is; not how well the model tells of people."""

CAVEATS = (
    "A reproduction of FDA's model, not an experiment: it tells how the arms compare in a model, not what becomes of a person.",
    "The people differ in kinetics and in a fit of binding in vitro. Breathing, heart and tolerance are the same in all: the bands are too narrow for people.",
    "Tolerance is a constant here. It neither grows nor fades, and nobody's own is known.",
    "Nobody breathes for the person in this model. Rescue breathing and oxygen come first, whatever naloxone is given.",
    "Nothing here is a dose to take or to give. Naloxone is given as its label and the local protocol say, and again when breathing does not return.",
)

RESAMPLES = 1000
LOWER, UPPER = 2.5, 97.5


class Metric(msgspec.Struct, frozen=True):
    """A number with its band: 95 in 100 resamples of these people lie in it."""

    value: float
    lower: float
    upper: float
    unit: str


class ArmResult(msgspec.Struct, frozen=True):
    """What became of the people in one arm."""

    arm: str
    metrics: dict[str, Metric]


class Simulation(msgspec.Struct, frozen=True, kw_only=True):
    """`leeward simulate --format json`: see docs/reference/simulation.md."""

    leeward: str = "simulation/1"
    scenario: str
    title: str
    says: str
    patients: int
    seed: int
    arms: tuple[ArmResult, ...]
    finished: bool
    grade: str = GRADE
    caveats: tuple[str, ...] = CAVEATS
    sources: tuple[str, ...]


def simulated(asked: Scenario, knowledge: Knowledge, device: Device = "cpu", spark: Any = None) -> Iterator[ArmResult]:
    """The arms, one after the other as they are finished; on the tasks of a Spark context where one is given."""
    for arm in asked.arms:
        if spark is None:
            found = followed(asked, arm, knowledge, range(asked.patients), device)
        else:
            from leeward.pharmacology.on_spark import followed_on_spark

            found = followed_on_spark(asked, arm, spark)
        yield ArmResult(arm=arm.name, metrics=_metrics(found, asked.seed))


def simulation(asked: Scenario, arms: tuple[ArmResult, ...], knowledge: Knowledge) -> Simulation:
    """The arms that were finished, with what belongs beside them."""
    known = knowledge.table_of(FILE, ParameterEntry)
    sources = {
        source
        for part in (f"opioid-{asked.opioid}", f"tolerance-{asked.person}", "rules")
        for source in known[part].sources
    }
    return Simulation(
        scenario=asked.name,
        title=asked.title,
        says=_says(asked, float(rules(knowledge)["until"][0])),
        patients=asked.patients,
        seed=asked.seed,
        arms=arms,
        finished=len(arms) == len(asked.arms),
        sources=tuple(sorted(sources)),
    )


def _says(asked: Scenario, until: float) -> str:
    """What is simulated, in a sentence."""
    who = "opioids are taken regularly" if asked.person == "chronic" else "no opioids are taken regularly"
    return (
        f"{asked.opioid_mg:g} mg of {asked.opioid} into a vein at once, where {who}; the first naloxone "
        f"{asked.naloxone_delay_s:g} s after breathing falls below 40 % of its rest; followed for {until / 60:.0f} minutes."
    )


def typical_courses(asked: Scenario, knowledge: Knowledge) -> dict[str, Course]:
    """The course of the typical person in each arm, drawn every ten seconds."""
    held = rules(knowledge, delay=asked.naloxone_delay_s)
    return {
        arm.name: course(
            typical(knowledge, asked.opioid, route=_route(arm), tolerance=asked.person),
            asked.opioid_mg,
            _doses(arm),
            held,
        )
        for arm in asked.arms
    }


def memory_bytes(asked: Scenario, *, spread: bool = False) -> int:
    """What the people and their outcomes take at once; only the outcomes, where the people are `spread` over other machines."""
    return asked.patients * (8 * 16 + (0 if spread else PERSON.itemsize * 3))


SOLVES_A_SECOND = 400
"""Solves a second of one thread that an estimate counts on: half of what was measured on a busy machine."""


def seconds(asked: Scenario, threads: int) -> float:
    """How long this takes at most, as far as can be told before it begins."""
    return 10.0 + asked.patients * len(asked.arms) / (SOLVES_A_SECOND * threads)


def followed(asked: Scenario, arm: Arm, knowledge: Knowledge, which: range, device: Device = "cpu") -> Outcomes:
    """What becomes of some of the people of a scenario in one of its arms: those of these numbers, without gaps."""
    people = made_up(
        knowledge,
        len(which),
        asked.seed,
        asked.opioid,
        route=_route(arm),
        tolerance=asked.person,
        first=which.start,
    )
    held = rules(knowledge, delay=asked.naloxone_delay_s)
    return outcomes(people, asked.opioid_mg, _doses(arm), held, device=device)


def _route(arm: Arm) -> str:
    return "naloxone-vein" if arm.injections else arm.route


def _doses(arm: Arm) -> NDArray[Any]:
    if arm.injections:
        return injections(*((dose.after_s, dose.mg) for dose in arm.injections))
    return sprays(*((dose.after_s, dose.mg) for dose in arm.sprays))


def _metrics(found: Outcomes, seed: int) -> dict[str, Metric]:
    chance = np.random.Generator(np.random.Philox(seed))
    dead = ~np.isnan(found.arrest)
    told = {"cardiac_arrest": _percent(dead, chance)}
    told["breathing_below_40_percent"] = _percent(~np.isnan(found.asked), chance)
    if dead.sum() >= LEAST_TIMES:
        minutes = found.arrest[dead] / 60.0
        again = np.median(chance.choice(minutes, (RESAMPLES, min(len(minutes), 1000))), axis=1)
        told["minutes_to_arrest_median"] = _metric(float(np.median(minutes)), again, "min")
    return told


def _percent(happened: NDArray[np.bool_], chance: np.random.Generator) -> Metric:
    """The percent to whom it happened. Resamples of people who are all alike are all alike: there the exact end of Clopper and Pearson stands."""
    many = len(happened)
    found = _metric(
        float(happened.mean() * 100.0), chance.binomial(many, happened.mean(), RESAMPLES) / many * 100.0, "%"
    )
    if happened.any() and not happened.all():
        return found
    doubt = round(100.0 * (1.0 - ((100.0 - UPPER) / 100.0) ** (1.0 / many)), 2)
    return Metric(
        found.value,
        found.lower - (doubt if happened.all() else 0.0),
        found.upper + (0.0 if happened.all() else doubt),
        "%",
    )


LEAST_TIMES = 20
"""Of fewer people no median is told."""


def _metric(value: float, again: Floats, unit: str) -> Metric:
    lower, upper = np.percentile(again, (LOWER, UPPER))
    return Metric(round(value, 2), round(float(lower), 2), round(float(upper), 2), unit)
