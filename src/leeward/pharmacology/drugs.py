"""One opioid and one antagonist in a body, and what they hold of the mu-opioid receptors.

Source: fda-overdose-model. The scale of the receptors is FDA's own, tied to how it depresses breathing: not the occupancy of PET.
"""

from __future__ import annotations

import math
from typing import Any

from leeward.pharmacology.breathing import STATES as BREATHING
from leeward.pharmacology.compiled import compiled
from leeward.pharmacology.people import Floats

OPIOID, OPIOID2, OPIOID3, AT_SITE = BREATHING, BREATHING + 1, BREATHING + 2, BREATHING + 3
"""Amounts in three compartments, mg, and the concentration where it acts, pM."""
DEPOT, TRANSIT1, TRANSIT2 = BREATHING + 4, BREATHING + 5, BREATHING + 6
"""The antagonist on its way into the blood, ng."""
ANTAGONIST, ANTAGONIST2, ANTAGONIST3, BLOCKING_SITE = BREATHING + 7, BREATHING + 8, BREATHING + 9, BREATHING + 10
"""Concentrations in three compartments, ng/mL, and where it acts, pM."""
HELD, BLOCKED = BREATHING + 11, BREATHING + 12
"""Shares of the receptors that the opioid and the antagonist hold."""
STATES = BREATHING + 13

SWELLS, STEEP, RESTING = 1.6, 0.05, 4.87 / 60
"""Central volumes halve as the blood flow passes 1.6 times its value at rest (L/s)."""


@compiled
def shrinkage(flow: float) -> float:
    """What the concentration in a central compartment is multiplied by, at this blood flow, L/s."""
    return 1.0 + 1.0 / (1.0 + math.exp((SWELLS - flow / RESTING) / STEEP))


@compiled
def kinetics(y: Floats, slopes: Floats, person: Any, shrunk: float, rate: float) -> None:
    """Slopes of everything but binding; `rate` is what flows into the blood, ng/s."""
    out, back2, back3 = person.opioid_out + person.opioid_k12 + person.opioid_k13, person.opioid_k21, person.opioid_k31
    slopes[OPIOID] = back2 * y[OPIOID2] + back3 * y[OPIOID3] - out * y[OPIOID]
    slopes[OPIOID2] = person.opioid_k12 * y[OPIOID] - back2 * y[OPIOID2]
    slopes[OPIOID3] = person.opioid_k13 * y[OPIOID] - back3 * y[OPIOID3]
    plasma = 1e9 * y[OPIOID] * shrunk / (person.opioid_volume * person.opioid_mass)
    slopes[AT_SITE] = person.opioid_site * (plasma - y[AT_SITE])
    slopes[DEPOT] = -person.transit * y[DEPOT]
    slopes[TRANSIT1] = person.transit * (person.fraction * y[DEPOT] - y[TRANSIT1])
    slopes[TRANSIT2] = person.transit * y[TRANSIT1] - person.entry * y[TRANSIT2]
    central = y[ANTAGONIST]
    lost = (
        person.clearance * central
        + person.flow2 * (central - y[ANTAGONIST2])
        + person.flow3 * (central - y[ANTAGONIST3])
    )
    # FDA's code follows sprays as concentrations, whose rates change with the volume, and injections as amounts, whose rates do not.
    turns, shown = (1.0, shrunk) if person.by_amount > 0.0 else (shrunk, 1.0)
    slopes[ANTAGONIST] = (person.entry * y[TRANSIT2] + rate - lost) * turns / person.volume
    slopes[ANTAGONIST2] = person.flow2 * (central - y[ANTAGONIST2]) / person.volume2
    slopes[ANTAGONIST3] = person.flow3 * (central - y[ANTAGONIST3]) / person.volume3
    slopes[BLOCKING_SITE] = person.site * (central * shown * 1e6 / person.mass - y[BLOCKING_SITE])


@compiled
def binding(y: Floats, slopes: Floats, person: Any) -> float:
    """Slopes of the two shares of the receptors; returns how fast they settle, 1/s."""
    opioid, antagonist = max(y[AT_SITE], 0.0), max(y[BLOCKING_SITE], 0.0)
    on = person.opioid_on * opioid**person.opioid_power
    blocks = person.on * antagonist**person.power
    free = 1.0 - y[HELD] - y[BLOCKED]
    slopes[HELD] = on * free - person.opioid_off * y[HELD]
    slopes[BLOCKED] = blocks * free - person.off * y[BLOCKED]
    return on + blocks + person.opioid_off + person.off
