"""A scenario of any kind carried out, as a page shows it: what it is, its grade and caveats, the picture, and a table of its numbers."""

from __future__ import annotations

import msgspec

from leeward.errors import BadInput
from leeward.knowledge import Knowledge
from leeward.pharmacology import evidence_scenario
from leeward.pharmacology.evidence_scenario import Evidence, InteractionScenario, WithdrawalScenario
from leeward.pharmacology.kinetic_scenario import KineticScenario, planned
from leeward.pharmacology.kinetic_simulation import KineticSimulation, kinetic_simulation, kinetics_simulated
from leeward.pharmacology.kinetic_simulation import Told as Number
from leeward.pharmacology.scenario import AnyScenario, Scenario
from leeward.pharmacology.simulation import Simulation, simulated, simulation, typical_courses

Row = tuple[str, ...]

METRICS = {
    "cardiac_arrest": "Cardiac arrest",
    "breathing_below_40_percent": "Breathing below 40 %",
    "minutes_to_arrest_median": "Arrest after (median)",
}


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What a page shows of one scenario. `grades`: how credible each part is, in words; `rows` have a cell for each of `columns`."""

    scenario: str
    title: str
    says: str
    grades: tuple[str, ...]
    caveats: tuple[str, ...]
    svg: str
    columns: Row
    rows: tuple[Row, ...]
    sources: tuple[str, ...]


def changed(asked: AnyScenario, *, patients: int | None, seed: int | None, delay: float | None) -> AnyScenario:
    """The scenario with what was asked for instead; None leaves it as it is. Raises BadInput for what a scenario of its kind does not have."""
    if isinstance(asked, InteractionScenario | WithdrawalScenario):
        if patients is not None or seed is not None:
            says = "This scenario shows what was measured, not made-up people."
            raise BadInput.one("LW-1120", "--patients or --seed", says, "Leave the option out.")
    else:
        asked = msgspec.structs.replace(asked, patients=patients or asked.patients)
        asked = asked if seed is None else msgspec.structs.replace(asked, seed=seed)
    if delay is None:
        return asked
    if not isinstance(asked, Scenario):
        says = "No naloxone waits for an overdose in this scenario."
        raise BadInput.one("LW-1128", "--naloxone-delay", says, "Leave the option out.")
    return msgspec.structs.replace(asked, naloxone_delay_s=delay)


def told(asked: AnyScenario, knowledge: Knowledge) -> Told:
    """Carry out the scenario and draw it. Raises BadInput for one that cannot be carried out."""
    if isinstance(asked, InteractionScenario | WithdrawalScenario):
        return _evidence(evidence_scenario.simulated(asked, knowledge))
    if isinstance(asked, KineticScenario):
        arms = tuple(kinetics_simulated(asked, planned(asked, knowledge), knowledge))
        return _kinetics(kinetic_simulation(asked, arms), knowledge)
    done = simulation(asked, tuple(simulated(asked, knowledge)), knowledge)
    return _overdose(done, asked, knowledge)


def _overdose(done: Simulation, asked: Scenario, knowledge: Knowledge) -> Told:
    from leeward.pharmacology.drawing import overdose_svg

    rows = tuple(
        (
            arm.arm,
            METRICS[name],
            f"{metric.value:.1f} {metric.unit}",
            f"{metric.lower:.1f} to {metric.upper:.1f} {metric.unit}",
        )
        for arm in done.arms
        for name, metric in arm.metrics.items()
    )
    return Told(
        scenario=done.scenario,
        title=done.title,
        says=done.says,
        grades=(
            f"Grade {done.grade}: how well FDA's model (Mann 2022) is reproduced, not how well it tells of people.",
        ),
        caveats=done.caveats,
        svg=overdose_svg(done, typical_courses(asked, knowledge)),
        columns=("Arm", "What", "Of these people", "95 in 100 resamples of them"),
        rows=rows,
        sources=done.sources,
    )


def _kinetics(done: KineticSimulation, knowledge: Knowledge) -> Told:
    from leeward.pharmacology.kinetic_drawing import kinetics_svg

    rows = tuple(
        (arm.arm, f"{name.replace('_', ' ').capitalize()}, {number.unit}", *_cells(number))
        for arm in done.arms
        for name, number in arm.metrics.items()
    )
    models = {arm.kinetics: arm for arm in done.arms}
    return Told(
        scenario=done.scenario,
        title=done.title,
        says=f"Hours count from {done.zero}. Each arm is followed in a published model of its drug.",
        grades=tuple(
            f"Grade {arm.grade} for {name}: {arm.says.rstrip('.')}; {arm.population}." for name, arm in models.items()
        ),
        caveats=(*done.caveats, *dict.fromkeys(caveat for arm in models.values() for caveat in arm.caveats)),
        svg=kinetics_svg(done, knowledge.sources),
        columns=("Arm", "What", "Typical person", "Median", "Half of the people", "9 in 10 people"),
        rows=rows,
        sources=done.sources,
    )


def _cells(told: Number) -> Row:
    def number(value: float | None) -> str:
        return "–" if value is None else f"{value:.3g}"

    bands = told.bands
    if bands is None:
        return number(told.typical), "–", "not known", "not known"
    return (
        number(told.typical),
        number(bands.get("50")),
        f"{number(bands['25'])} to {number(bands['75'])}",
        f"{number(bands['5'])} to {number(bands['95'])}",
    )


def _evidence(found: Evidence) -> Told:
    from leeward.pharmacology.evidence_drawing import evidence_svg

    standings = evidence_scenario.STANDINGS
    graded = {(arm.standing, arm.grade): None for arm in found.arms if arm.grade}
    return Told(
        scenario=found.scenario,
        title=found.title,
        says=found.says,
        grades=tuple(f"Grade {grade}: {standings[standing]}." for standing, grade in graded),
        caveats=found.caveats,
        svg=evidence_svg(found),
        columns=("Of what", "What", "Size", "Interval", "What it stands for"),
        rows=tuple(
            (arm.arm, arm.what, evidence_scenario.size(arm), arm.interval or "–", standings[arm.standing])
            for arm in found.arms
        ),
        sources=found.sources,
    )
