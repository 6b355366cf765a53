"""`leeward simulate SCENARIO`"""

from __future__ import annotations

import csv
import os
import sys
from typing import TYPE_CHECKING, TypeVar

import click
import msgspec

from leeward.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leeward.knowledge import Knowledge
    from leeward.pharmacology.evidence_scenario import Evidence, InteractionScenario, WithdrawalScenario
    from leeward.pharmacology.kinetic_scenario import KineticScenario
    from leeward.pharmacology.kinetic_simulation import KineticArmResult, KineticSimulation, Told
    from leeward.pharmacology.overdose import Device
    from leeward.pharmacology.scenario import AnyScenario, Scenario
    from leeward.pharmacology.simulation import ArmResult, Simulation

One = TypeVar("One", "ArmResult", "KineticArmResult")

MOST_MEMORY = 0.5
"""The share of the machine's memory that a simulation may take."""


@click.command(
    short_help="What a model tells of an overdose and its rescue, or of doses and levels, in made-up people."
)
@click.argument("asked", metavar="[SCENARIO]", required=False)
@click.option(
    "--patients", type=click.IntRange(10, 1_000_000), help="How many made-up people; the scenario says, unless told."
)
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), help="Another seed draws other people.")
@click.option(
    "--naloxone-delay",
    "delay",
    type=click.FloatRange(0, 7200),
    metavar="SECONDS",
    help="Seconds until the first naloxone, in an overdose; the scenario says, unless told.",
)
@click.option(
    "--device",
    type=click.Choice(["cpu", "cuda"]),
    default="cpu",
    show_default=True,
    help="Where overdoses are worked out: on the processor's threads, or on a graphics card, with numba-cuda.",
)
@click.option(
    "--engine",
    type=click.Choice(["threads", "spark"]),
    default="threads",
    show_default=True,
    help="What follows the people of an overdose: this machine's threads, or the tasks of Spark. The numbers are the same.",
)
@click.option("--format", "form", type=click.Choice(["text", "json", "csv", "svg"]), default="text", show_default=True)
def command(
    asked: str | None,
    patients: int | None,
    seed: int | None,
    delay: float | None,
    device: Device,
    engine: str,
    form: str,
) -> None:
    """Carry out SCENARIO: the name of one that ships, or a TOML file. Without it, those that ship are listed.

    A model of populations: it forecasts nobody's course, and no number here is a dose. Ctrl-C keeps the arms that are finished.
    """
    from leeward.pharmacology.evidence_scenario import InteractionScenario, WithdrawalScenario
    from leeward.pharmacology.kinetic_scenario import KineticScenario
    from leeward.pharmacology.scenario import scenario, shipped
    from leeward.pharmacology.told import changed

    if asked is None:
        for name in shipped():
            click.echo(f"{name:<32}{scenario(name).title}")
        return
    found = changed(scenario(asked), patients=patients, seed=seed, delay=delay)
    _only_overdoses(found, device, engine)
    if isinstance(found, InteractionScenario | WithdrawalScenario):
        _evidence(found, form)
        return
    from leeward.knowledge import load_knowledge

    knowledge = load_knowledge()
    if isinstance(found, KineticScenario):
        _kinetics(found, knowledge, form)
    else:
        _overdose(found, knowledge, form, device, engine)


def _only_overdoses(found: AnyScenario, device: Device, engine: str) -> None:
    """Raises BadInput, before any work, for a card or Spark where they are of no use."""
    for option, asked, where in (
        ("--device", device == "cuda", "a graphics card"),
        ("--engine", engine == "spark", "Spark"),
    ):
        if asked and found.model != "overdose":
            says = f"Only overdoses are worked out on {where}."
            raise BadInput.one("LW-1131", option, says, "Leave the option out.")
    if device == "cuda":
        from leeward.pharmacology.on_cuda import required

        if engine == "spark":
            says = "Spark's tasks run on processors, not on a graphics card."
            raise BadInput.one("LW-1131", "--device", says, "Leave one of the two options out.")
        required()


def _overdose(found: Scenario, knowledge: Knowledge, form: str, device: Device, engine: str) -> None:
    from leeward.pharmacology.simulation import memory_bytes, seconds, simulated, simulation, typical_courses

    spark, threads = None, _threads()
    if engine == "spark":
        from leeward.signals.engines import spark_session

        spark = spark_session().sparkContext
        threads = int(spark.defaultParallelism)
    _affordable(found, memory_bytes(found, spread=spark is not None), seconds(found, threads), threads)
    done = simulation(found, _finished(simulated(found, knowledge, device, spark), len(found.arms)), knowledge)
    if form == "json":
        _json(done)
    elif form == "csv":
        _csv(done)
    elif form == "svg":
        from leeward.pharmacology.drawing import overdose_svg

        carried_out = msgspec.structs.replace(found, arms=found.arms[: len(done.arms)])
        click.echo(overdose_svg(done, typical_courses(carried_out, knowledge)))
    else:
        _text(done)
    _complete(done)


def _kinetics(found: KineticScenario, knowledge: Knowledge, form: str) -> None:
    from leeward.pharmacology.kinetic_scenario import planned
    from leeward.pharmacology.kinetic_simulation import kinetic_simulation, kinetics_simulated, memory_bytes, seconds

    plan = planned(found, knowledge)
    _affordable(found, memory_bytes(found, plan), seconds(found, plan, _threads()), _threads())
    done = kinetic_simulation(found, _finished(kinetics_simulated(found, plan, knowledge), len(plan)))
    if form == "json":
        _json(done)
    elif form == "csv":
        _kinetics_csv(done)
    elif form == "svg":
        from leeward.pharmacology.kinetic_drawing import kinetics_svg

        click.echo(kinetics_svg(done, knowledge.sources))
    else:
        _kinetics_text(done)
    _complete(done)


def _evidence(asked: InteractionScenario | WithdrawalScenario, form: str) -> None:
    from leeward.knowledge import load_knowledge
    from leeward.pharmacology import evidence_scenario

    found = evidence_scenario.simulated(asked, load_knowledge())
    if form == "json":
        _json(found)
    elif form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(evidence_scenario.COLUMNS)
        writer.writerows(evidence_scenario.rows(found))
    elif form == "svg":
        from leeward.pharmacology.evidence_drawing import evidence_svg

        click.echo(evidence_svg(found))
    else:
        click.echo("\n".join(evidence_scenario.lines(found)))


def _threads() -> int:
    import numba

    return numba.get_num_threads()


def _affordable(found: Scenario | KineticScenario, needs: float, takes: float, threads: int) -> None:
    """Raises BadInput for what this machine does not hold; says beforehand how long a long simulation takes."""
    if needs > MOST_MEMORY * memory():
        says = f"{found.patients:,} people take some {_room(needs)}, more than half of this machine's memory ({_room(memory())})."
        raise BadInput.one("LW-1117", "patients", says, "Ask for fewer.")
    if takes > 30:
        click.echo(
            f"{found.patients:,} people in {len(found.arms)} arms on {threads} threads: "
            f"up to {_time(takes)} and {_room(needs)}.",
            err=True,
        )


def _finished(arms: Iterator[One], many: int) -> tuple[One, ...]:
    """The arms as they are finished; those until it is stopped, where it is. Raises BadInput where none was finished by then."""
    done: list[One] = []
    try:
        for number, arm in enumerate(arms, start=1):
            done.append(arm)
            click.echo(f"{number} of {many}: {arm.arm}", err=True)
    except KeyboardInterrupt:
        if not done:
            says = "It was stopped before an arm was finished."
            raise BadInput.one("LW-1118", "", says, "Let it run longer, or ask for fewer people.") from None
        click.echo("Stopped: the arms that were finished follow.", err=True)
    return tuple(done)


STOPPED = 130
"""The status of a command that Ctrl-C stopped: what was written lacks arms."""


def _complete(done: Simulation | KineticSimulation) -> None:
    """Ends with a status of its own where an arm is missing."""
    if not done.finished:
        raise click.exceptions.Exit(STOPPED)


def _room(size: float) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{max(size / 1e6, 1):.0f} MB"


def _time(seconds: float) -> str:
    return f"{seconds / 3600:.1f} h" if seconds >= 5400 else f"{max(seconds / 60, 1):.0f} min"


def memory() -> int:
    """The bytes of memory of this machine."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _json(done: Simulation | KineticSimulation | Evidence) -> None:
    click.echo(msgspec.json.format(msgspec.json.encode(done), indent=2).decode())


def _csv(done: Simulation) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(("arm", "metric", "value", "lower", "upper", "unit"))
    for arm in done.arms:
        for name, metric in arm.metrics.items():
            writer.writerow((arm.arm, name, metric.value, metric.lower, metric.upper, metric.unit))


def _text(done: Simulation) -> None:
    from leeward.pharmacology.told import METRICS

    click.echo(f"{done.title}\n{done.says}")
    click.echo(f"{done.patients:,} made-up people, the same in each arm; seed {done.seed}.\n")
    for arm in done.arms:
        click.echo(arm.arm)
        for name, metric in arm.metrics.items():
            click.echo(
                f"  {METRICS[name]:<24}{metric.value:>7.1f} {metric.unit:<4}({metric.lower:.1f} to {metric.upper:.1f})"
            )
    if not done.finished:
        click.echo("\nNot every arm was finished.")
    click.echo("\nWhat this does not tell")
    for caveat in done.caveats:
        click.echo(f"- {caveat}")
    click.echo(f"\nCredibility of the reproduction: {done.grade}. Sources: {', '.join(done.sources)}.")


BANDS = ("5", "25", "50", "75", "95")


def _kinetics_csv(done: KineticSimulation) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(("arm", "what", "unit", "hours", "typical", *(f"p{band}" for band in BANDS)))
    for arm in done.arms:
        for curve in arm.curves:
            bands = curve.bands or {}
            for place, hour in enumerate(arm.hours):
                typical = curve.typical[place] if curve.typical else ""
                told = (bands[band][place] if band in bands else "" for band in BANDS)
                writer.writerow((arm.arm, curve.what, curve.unit, hour, typical, *told))


def _kinetics_text(done: KineticSimulation) -> None:
    click.echo(
        f"{done.title}\n{done.patients:,} made-up people in each arm; seed {done.seed}; hours after {done.zero}."
    )
    for arm in done.arms:
        click.echo(f"\n{arm.arm}\n  {arm.says}; model {arm.kinetics}, grade {arm.grade}; {arm.population}")
        click.echo(f"  {'':<30}{'typical':>9}{'median':>9}   5th to 95th percentile")
        for name, told in arm.metrics.items():
            click.echo(_line(name, told))
    if not done.finished:
        click.echo("\nNot every arm was finished.")
    click.echo("\nWhat this does not tell")
    for caveat in done.caveats:
        click.echo(f"- {caveat}")
    for arm in {arm.kinetics: arm for arm in done.arms}.values():
        for caveat in arm.caveats:
            click.echo(f"- {arm.kinetics}: {caveat}")
    click.echo(f"\nSources: {', '.join(done.sources)}.")


def _line(name: str, told: Told) -> str:
    def number(value: float | None) -> str:
        return "-" if value is None else f"{value:.3g}"

    bands = told.bands or {}
    reach = f"{number(bands['5'])} to {number(bands['95'])}" if bands else "no spread between people is known"
    words = f"{name.replace('_', ' ')}, {told.unit}"
    return f"  {words:<30}{number(told.typical):>9}{number(bands.get('50')):>9}   {reach}"
