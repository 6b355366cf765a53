"""Scenarios that show evidence instead of made-up people: one interaction, or the course of withdrawal from one substance.

    model = "interaction"         taken, medicine and, where known, route
    model = "withdrawal-course"   substance

Both answer with arms as the other models do. An arm of an interaction is a measurement in people, or the static model beside it; an arm
of a course is a part of it. Where nobody measured the pair there is no arm, and the answer says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec

from leeward.errors import BadInput, shown
from leeward.knowledge import Knowledge
from leeward.pharmacology.clearance_entries import Trial
from leeward.pharmacology.clearance_interactions import change
from leeward.pharmacology.static_bound import Bound
from leeward.pharmacology.withdrawal_course import WithdrawalCourse, withdrawal_course

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Title = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]

STATIC_CAVEATS = (
    "A measurement speaks for its own pair, dose, route and people. No figure is carried over to a relative, a larger dose or another product.",
    "The static model is an upper bound, grade C: in the one test of kratom it was four times too high. It is shown beside the trial and never averaged into it.",
    "Nothing here is a dose to take or to give, and no ratio here means that a pair is safe.",
)


class InteractionScenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What `taken` does to the level of `medicine`: ids of substances.toml and medicines.toml."""

    leeward: Literal["scenario/1"]
    title: Title
    model: Literal["interaction"]
    taken: Id
    medicine: Id
    route: Literal["", "oral", "intravenous", "sublingual"] = ""
    name: str = ""


class WithdrawalScenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """When withdrawal from `substance` begins, is worst and ends in populations."""

    leeward: Literal["scenario/1"]
    title: Title
    model: Literal["withdrawal-course"]
    substance: Id
    name: str = ""


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the answer: a value with its interval, or a band without a value; `wider`: where any source places it."""

    arm: str
    what: str
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    wider: tuple[float, float] | None = None
    unit: str
    interval: str = ""
    standing: Literal["measured", "model", "hypothesis"]
    grade: str = ""
    says: str = ""
    sources: tuple[str, ...] = ()


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """`leeward simulate --format json` of these scenarios. `answer`: "cannot-tell" where there is nothing to show."""

    leeward: str = "simulation/1"
    model: Literal["interaction", "withdrawal-course"]
    scenario: str
    title: str
    answer: Literal["measured", "hypothesis", "cannot-tell"]
    says: str
    arms: tuple[Shown, ...]
    finished: bool = True
    caveats: tuple[str, ...]
    sources: tuple[str, ...]


def simulated(asked: InteractionScenario | WithdrawalScenario, knowledge: Knowledge) -> Evidence:
    """The answer of such a scenario; raises BadInput for an id that Leeward does not know."""
    if isinstance(asked, WithdrawalScenario):
        return _course(asked, withdrawal_course(knowledge, asked.substance))
    for field in ("taken", "medicine"):
        id = getattr(asked, field)
        if id not in knowledge.substances and id not in knowledge.medicines:
            says = f'Leeward knows no "{shown(id)}".'
            raise BadInput.one("LW-1141", field, says, "Use an id of substances.toml or medicines.toml.")
    found = change(knowledge, asked.taken, asked.medicine, asked.route)
    arms = tuple(_trial_arms((found.trial, *found.others), found.predicted)) if found.trial else ()
    beside = found.predicted.caveats if found.predicted else ()
    not_shown = (f"Not shown: {found.trial.not_shown}",) if found.trial else ()
    return Evidence(
        model="interaction",
        scenario=asked.name,
        title=asked.title,
        answer=found.standing,
        says=found.says,
        arms=arms,
        caveats=(*not_shown, *STATIC_CAVEATS, *beside),
        sources=tuple(sorted({source for arm in arms for source in arm.sources})),
    )


def _trial_arms(trials: tuple[Trial, ...], bound: Bound | None) -> Iterator[Shown]:
    for trial in trials:
        who = f"Measured: {trial.dose}; {trial.population}"
        told = [(trial.measure, trial.ratio, trial.interval)]
        told += [(other.measure, other.ratio, other.interval or trial.interval) for other in trial.others]
        for measure, ratio, interval in told:
            yield Shown(
                arm=who,
                what=measure,
                value=ratio.value,
                lower=ratio.low,
                upper=ratio.high,
                unit="times",
                interval=interval if ratio.low is not None else "",
                standing="measured",
                says=trial.worked_out,
                sources=trial.sources,
            )
    foretold = trials[0].predicted
    if foretold is not None:
        yield Shown(
            arm="Foretold by the trial's authors with a static model",
            what="AUC",
            value=foretold.value,
            unit="times",
            standing="model",
            grade="C",
            sources=foretold.sources,
        )
    if bound is not None:
        yield Shown(
            arm="Upper bound of Leeward's static model",
            what="AUC",
            value=round(bound.value, 2),
            lower=round(bound.low, 2),
            upper=round(bound.high, 2),
            unit="times",
            interval="95 in 100 draws of the constants",
            standing="model",
            grade=bound.grade,
            says=f"gut wall {bound.gut:.2f}, liver {bound.liver:.2f}",
            sources=bound.sources,
        )


def _course(asked: WithdrawalScenario, found: WithdrawalCourse) -> Evidence:
    bands = tuple(
        Shown(
            arm=band.part,
            what="hours after the last use" if found.kind == "spontaneous" else "hours after the dose",
            lower=band.low_h,
            upper=band.high_h,
            wider=(band.earliest_h, band.latest_h),
            unit="h",
            interval="as sources place it; wider: where any source does",
            standing="hypothesis",
            grade=found.grade,
            sources=band.sources,
        )
        for band in found.bands
    )
    left = tuple(f"{one.gone} of {one.of} left the arm {one.arm} before day {one.by_day}." for one in found.left)
    seen = tuple(
        f"Seen on day {one.day}, {one.scale}, {one.arm}: {one.value.value:g} points, of those who stayed."
        for one in found.observed
    )
    return Evidence(
        model="withdrawal-course",
        scenario=asked.name,
        title=asked.title,
        answer="hypothesis" if bands else "cannot-tell",
        says=found.says,
        arms=bands,
        caveats=(*seen, *left, *found.caveats),
        sources=found.sources,
    )


COLUMNS = ("arm", "what", "value", "lower", "upper", "unit", "interval", "standing", "grade")


def rows(found: Evidence) -> Iterator[tuple[str, ...]]:
    """The arms as rows of `COLUMNS`; an empty cell where there is no number."""
    for arm in found.arms:
        yield tuple("" if (cell := getattr(arm, column)) is None else str(cell) for column in COLUMNS)


STANDINGS = {
    "measured": "measured in people",
    "model": "a model, not people",
    "hypothesis": "a hypothesis of a population",
}
"""What an arm stands for, in words."""


def lines(found: Evidence) -> Iterator[str]:
    """The answer as lines of text."""
    yield found.title
    yield found.says
    for arm in found.arms:
        grade = f", grade {arm.grade}" if arm.grade else ""
        interval = f", {arm.interval}" if arm.interval else ""
        yield f"  {arm.what}: {size(arm)}{interval}; {arm.arm}; {STANDINGS[arm.standing]}{grade}"
    yield ""
    yield "What this does not tell"
    yield from (f"- {caveat}" for caveat in found.caveats)
    if found.sources:
        yield ""
        yield f"Sources: {', '.join(found.sources)}."


DAY = 24.0


def size(arm: Shown) -> str:
    """A ratio with its interval; a band in minutes where it ends within the hour, in hours where within two days, else in days."""
    low, high = arm.lower, arm.upper
    if arm.unit != "h":
        ends = "" if low is None or high is None else f"{low:.3g} to {high:.3g}"
        if arm.value is None:
            return ends
        return f"{arm.value:.3g} ({ends})" if ends else f"{arm.value:.3g} (no interval)"
    ends_at = high or 0.0
    per, unit = (1.0 / 60.0, "min") if ends_at <= 1.0 else (1.0, "h") if ends_at <= 2 * DAY else (DAY, "d")
    told = f"{(low or 0.0) / per:.3g} to {(high or 0.0) / per:.3g} {unit}"
    if arm.wider is None or arm.wider == (low, high):
        return told
    return f"{told} (any source: {arm.wider[0] / per:.3g} to {arm.wider[1] / per:.3g})"
