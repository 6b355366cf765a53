"""The overdose and rescue model: what is asked of it, and what it tells."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from leeward.pharmacology.breathing import AT_REST
from leeward.pharmacology.chebyshev import coefficients
from leeward.pharmacology.course import ARREST, COLLAPSE, OUTCOMES, TRIGGER, WORK, follow, follow_many
from leeward.pharmacology.people import DOSE, Floats
from leeward.pharmacology.rescue import DRAWN, PAST

NG_PER_MG = 1e6
Device = Literal["cpu", "cuda"]
AT_ONCE = 2048
"""People whose courses the threads follow before Ctrl-C is heeded: some seconds."""


class Course(NamedTuple):
    """One person's course: seconds, shape (n,); a column for each name of `rescue.DRAWN`, shape (n,); seconds of events, nan for never;
    seconds at which a dose of the antagonist is given, shape (doses,), empty where it is never asked for."""

    seconds: Floats
    columns: dict[str, Floats]
    asked: float
    collapse: float
    arrest: float
    given: Floats


class Outcomes(NamedTuple):
    """Seconds until the antagonist was asked for, until collapse and until arrest, shape (people,) each; nan for never."""

    asked: Floats
    collapse: Floats
    arrest: Floats


def sprays(*doses: tuple[float, float]) -> NDArray[Any]:
    """Doses that are absorbed, as pairs of seconds after the first and mg."""
    found = np.zeros(len(doses), DOSE)
    for dose, (after, mg) in zip(found, doses, strict=True):
        dose["after"], dose["depot"] = after, mg * NG_PER_MG
    return found


def injections(*doses: tuple[float, float], lasts: float = 10.0) -> NDArray[Any]:
    """Doses into a vein over so many seconds, as pairs of seconds after the first and mg."""
    found = np.zeros(len(doses), DOSE)
    for dose, (after, mg) in zip(found, doses, strict=True):
        dose["after"], dose["rate"], dose["lasts"] = after, mg * NG_PER_MG / lasts, lasts
    return found


def course(
    person: NDArray[Any], opioid_mg: float, doses: NDArray[Any], rules: NDArray[Any], *, every: float = 10.0
) -> Course:
    """The course of one person (shape (1,)) after an opioid into a vein, mg, drawn every so many seconds."""
    drawn_rules = rules.copy()
    drawn_rules["grid"], drawn_rules["stops"] = every, 0.0
    points = int(np.floor(rules["until"][0] / every + 1e-9)) + 1
    drawn, outcome = np.zeros((points, len(DRAWN))), np.zeros(OUTCOMES)
    past, work = np.zeros((PAST, 4)), np.zeros(WORK)
    follow(person[0], opioid_mg, doses, drawn_rules[0], at_rest(), _coefficients(), past, work, drawn, outcome)
    columns = {name: drawn[:, place] for place, name in enumerate(DRAWN)}
    asked, collapse, arrest = (_seconds(outcome[place]) for place in (TRIGGER, COLLAPSE, ARREST))
    seconds = np.arange(points, dtype=np.float64) * every
    given = asked + drawn_rules["delay"][0] + doses["after"] if asked >= 0.0 else np.zeros(0)
    return Course(seconds, columns, float(asked), float(collapse), float(arrest), given)


def outcomes(
    people: NDArray[Any], opioid_mg: float, doses: NDArray[Any], rules: NDArray[Any], *, device: Device = "cpu"
) -> Outcomes:
    """What becomes of each of these people, until their arrest at most."""
    ending = rules.copy()
    ending["grid"], ending["stops"] = 0.0, 1.0
    found = np.zeros((len(people), OUTCOMES))
    if device == "cuda":
        from leeward.pharmacology.on_cuda import follow_many_on_cuda

        follow_many_on_cuda(people, opioid_mg, doses, ending, at_rest(), _coefficients(), found)
    else:
        for start in range(0, len(people), AT_ONCE):
            part = slice(start, start + AT_ONCE)
            follow_many(people[part], opioid_mg, doses, ending, at_rest(), _coefficients(), found[part])
    return Outcomes(*(_seconds(found[:, place]) for place in (TRIGGER, COLLAPSE, ARREST)))


def _seconds(told: Any) -> Any:
    return np.where(np.asarray(told) < 0.0, np.nan, told)


@cache
def at_rest() -> Floats:
    """The states of somebody without drugs, shape (13,)."""
    return np.array(AT_REST)


@cache
def _coefficients() -> Floats:
    return coefficients()


def arrested(found: Outcomes) -> float:
    """Percent of the people whose heart arrested."""
    return float(np.mean(~np.isnan(found.arrest)) * 100.0)


def arrests(people: NDArray[Any], opioid_mg: float, arms: Sequence[NDArray[Any]], rules: NDArray[Any]) -> list[float]:
    """`arrested`, of the same people in each arm."""
    return [arrested(outcomes(people, opioid_mg, doses, rules)) for doses in arms]
