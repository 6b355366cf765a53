"""One person after one dose of an opioid: breathing, the antagonist when it is given, collapse and arrest, in a single pass.

FDA's code follows each person twice, once to learn whether the circulation collapses and once with the collapse; here the rule is part
of the one pass. The states advance by `chebyshev`, with an error estimate, and steps end exactly where something is given or begins.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from leeward.pharmacology.breathing import (
    BOUND_CO2,
    BRAIN_CO2,
    CENTRAL_WAY,
    FULL_FLOW,
    PERIPHERAL_WAY,
    SOLUBLE_CO2,
    collapse,
    control,
    gas_exchange,
)
from leeward.pharmacology.chebyshev import FIRST, MOST_STAGES, MU, NU, RATE, REACH, TIME
from leeward.pharmacology.compiled import compiled
from leeward.pharmacology.drugs import (
    HELD,
    STATES,
    binding,
    kinetics,
    shrinkage,
)
from leeward.pharmacology.people import Floats

USUAL = np.array([
    40.0, 60.0, 0.6, 1e-3, 0.6, 1e-3, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0,
    0.01, 0.01, 0.01, 1e2, 1e6, 1e6, 1e6, 1.0, 1.0, 1.0, 1e3, 0.3, 0.3,
])  # fmt: skip
"""What each state usually is: its error is told as a share of this and its own value."""

O2, CO2, BRAIN, FLOW, BREATHED, FASTEST, SEEN = 0, 1, 2, 3, 4, 5, 6
"""What is seen of a moment: arterial O2 and CO2, CO2 of the brain (mmHg), flow and ventilation (L/s), the fastest rate (1/s)."""

NOW, COLLAPSING, RATE_IN, KEPT, HAPPENING = 0, 1, 2, 3, 4
"""What is happening: seconds, whether the flow falls, ng/s into the blood, how many moments of the past are kept."""

PAST = 1024
"""Moments of the past that are kept: more than the smallest steps take in the longest delay."""

DRAWN = ("ventilation", "arterial_o2", "arterial_co2", "brain_o2", "cardiac_output", "held", "blocked", "opioid", "antagonist",
         "at_site", "blocking_site")  # fmt: skip
"""The columns of a drawn course: L/min, mmHg three times, L/min, shares twice, ng/mL twice, pM twice."""


@compiled
def felt(past: Floats, kept: int, when: float, column: int) -> float:
    """What stood in a column of the past at a moment, between its neighbours in a straight line."""
    later = kept - 1
    while later > 1 and past[(later - 1) % PAST, 0] > when:
        later -= 1
    before, after = past[(later - 1) % PAST], past[later % PAST]
    return before[column] + (when - before[0]) / (after[0] - before[0]) * (after[column] - before[column])


@compiled
def slopes_at(
    time: float, y: Floats, slopes: Floats, person: Any, happening: Floats, past: Floats, seen: Floats
) -> None:
    """The slopes of all states at a moment, and what is seen of it."""
    held = min(max(y[HELD], 0.0), 1.0)
    asleep, gain = held**person.wakefulness_power, 1.0 - held**person.chemoreflex_power
    o2, co2, flow, breathed, fastest = gas_exchange(y, slopes, asleep)
    brain = (y[BRAIN_CO2] - BOUND_CO2) / SOLUBLE_CO2
    felt_o2, felt_co2, felt_brain = o2, co2, brain
    kept = int(happening[KEPT])
    if flow >= FULL_FLOW and kept > 1:
        # As in FDA's code, what has not yet had time to arrive since the beginning is felt at once.
        left = time - PERIPHERAL_WAY / flow
        if left > 0.0:
            felt_o2, felt_co2 = felt(past, kept, left, 1 + O2), felt(past, kept, left, 1 + CO2)
        left = time - CENTRAL_WAY / flow
        if left > 0.0:
            felt_brain = felt(past, kept, left, 1 + BRAIN)
    control(y, slopes, gain, (o2, co2), (felt_o2, felt_co2, felt_brain))
    collapse(y, slopes, happening[COLLAPSING] > 0.0, co2)
    kinetics(y, slopes, person, shrinkage(flow), happening[RATE_IN])
    settles = binding(y, slopes, person)
    seen[O2], seen[CO2], seen[BRAIN], seen[FLOW], seen[BREATHED] = o2, co2, brain, flow, breathed
    seen[FASTEST] = max(fastest + 0.3, settles, 0.7)


@compiled
def step(
    length: float,
    y: Floats,
    slopes: Floats,
    person: Any,
    happening: Floats,
    past: Floats,
    seen: Floats,
    table: Floats,
    room: Floats,
) -> tuple[float, int]:
    """One step of `chebyshev`: the states and slopes at its end are `room[0]` and `room[1]`. Returns its error and its stages."""
    stages = max(2, 1 + int(math.sqrt(1.0 + length * seen[FASTEST] * 1.05 / REACH)))
    last, before, found = room[0], room[2], room[1]
    time = happening[NOW]
    first = table[RATE, stages, 1] * length
    for i in range(STATES):
        before[i] = y[i]
        last[i] = y[i] + first * slopes[i]
    for stage in range(2, stages + 1):
        slopes_at(time + table[TIME, stages, stage - 1] * length, last, found, person, happening, past, seen)
        mu, nu = table[MU, stages, stage], table[NU, stages, stage]
        rate, of_first = table[RATE, stages, stage] * length, table[FIRST, stages, stage] * length
        for i in range(STATES):
            value = (1.0 - mu - nu) * y[i] + mu * last[i] + nu * before[i] + rate * found[i] + of_first * slopes[i]
            before[i] = last[i]
            last[i] = value
    slopes_at(time + length, last, found, person, happening, past, seen)
    error = 0.0
    for i in range(STATES):
        off = abs(0.8 * (y[i] - last[i]) + 0.4 * length * (slopes[i] + found[i]))
        error = max(error, off / (USUAL[i] + abs(last[i])))
    return error, stages


@compiled
def longest(wanted: float, seen: Floats) -> float:
    """A step of at most this many seconds: not past what the receptors feel, nor of more stages than there are."""
    stable = REACH * (MOST_STAGES * MOST_STAGES - 1.0) / 1.1 / seen[FASTEST]
    return min(wanted, stable, PERIPHERAL_WAY / max(seen[FLOW], FULL_FLOW))


@compiled
def remember(past: Floats, happening: Floats, seen: Floats) -> None:
    """Keep what is seen now."""
    kept = int(happening[KEPT])
    row = past[kept % PAST]
    row[0], row[1 + O2], row[1 + CO2], row[1 + BRAIN] = happening[NOW], seen[O2], seen[CO2], seen[BRAIN]
    happening[KEPT] = kept + 1.0


@compiled
def crossed(before: float, after: float, level: float, began: float, ended: float) -> float:
    """When a falling value passed a level between two moments."""
    return began + (ended - began) * (before - level) / (before - after) if before > level else ended
