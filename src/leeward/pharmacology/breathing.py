"""Breathing, blood gases, blood flow and what drives them: the physiology of FDA's overdose model.

Source: fda-overdose-model (Mann 2022; its code, branch of intranasal naloxone). Times in s, pressures in mmHg, gas in L, flow in L/s.
The same for everybody: the model knows no variability of physiology, and none is made up here.
"""

from __future__ import annotations

import math

from leeward.pharmacology.compiled import compiled
from leeward.pharmacology.gases import contents, oxygen_slope, pressures
from leeward.pharmacology.people import Floats

ALVEOLAR_CO2, ALVEOLAR_O2, BRAIN_CO2, BRAIN_O2, TISSUE_CO2, TISSUE_O2 = 0, 1, 2, 3, 4, 5
VESSELS_CO2, VESSELS_O2, PERIPHERAL, CENTRAL, DEPRESSION, BRAIN_FALL, TISSUE_FALL = 6, 7, 8, 9, 10, 11, 12
STATES = 13
"""Places of the states; the last two multiply the blood flow of brain and tissue, and fall while the circulation collapses."""

AT_REST = (38.66069444, 100.674132, 0.612709831, 1.00200561e-3, 0.610561113, 1.22876662e-3,
           -9.34446316e-2, 6.69870367e-4, -0.199682609, 0.344050264, 0.877686097, 1.0, 1.0)  # fmt: skip
"""The states of somebody without drugs after an hour, from which each course begins."""

INSPIRED_O2 = 149.0
ALVEOLI, BRAIN, TISSUE = 3.28, 1.32, 38.68
TO_PRESSURE = 863.0
SHUNT = 0.024
SOLUBLE_CO2, SOLUBLE_O2, BOUND_CO2 = 6.67e-4, 3.17e-5, 0.5824
BRAIN_FLOW, TISSUE_FLOW = 0.75 / 60, 4.25 / 60
MADE_BRAIN, USED_BRAIN, MADE_TISSUE, USED_TISSUE = 0.04 / 60, 0.05 / 60, 0.16 / 60, 0.20 / 60
WAKEFUL = 6.62
"""The drive of wakefulness, L/min; it falls with the share of receptors that the opioid holds."""
METABOLISM_POWER, LEAST_CO2, LEAST_O2 = 0.06319, 0.87, 0.93
STARVED = 6.0
"""Below this pressure of oxygen, metabolism falls in proportion to it."""
TO_FLOW = 0.66 / 60
"""From drive to L/s of gas that reaches the alveoli."""
FULL_FLOW, NO_FLOW = 0.2 * 4.9 / 60, 0.1 * 4.9 / 60
"""Below the first, breathing falls with the blood flow; below the second there is none, and the blood carries no news to the receptors."""
COLLAPSE, COLLAPSE_CO2 = 0.024, 52.0
"""How fast the flow falls in a collapse, 1/s, and the arterial CO2 at which it falls so fast."""
PERIPHERAL_WAY, CENTRAL_WAY = 0.588, 0.9239
"""Litres of blood between the lungs and the receptors: divided by the flow, the delay."""


@compiled
def blood_flow(y: Floats) -> tuple[float, float]:
    """Flow to the brain and to the other tissue, L/s."""
    brain = BRAIN_FLOW * (1.0 + y[VESSELS_CO2] + y[VESSELS_O2]) * y[BRAIN_FALL]
    return brain, TISSUE_FLOW * (1.0 + 0.32 * y[VESSELS_O2]) * y[TISSUE_FALL]


@compiled
def ventilation(y: Floats, asleep: float, flow: float) -> float:
    """Gas that reaches the alveoli, L/s; `asleep` is the share of the drive of wakefulness that the opioid takes."""
    peripheral = y[PERIPHERAL]
    reflexes = y[CENTRAL] + (y[DEPRESSION] * peripheral if peripheral > 0.0 else peripheral)
    breathed = (WAKEFUL * (1.0 - asleep) + max(0.0, reflexes)) * TO_FLOW
    if flow >= FULL_FLOW:
        return breathed
    return breathed * flow / FULL_FLOW if flow >= NO_FLOW else 0.0


@compiled
def gas_exchange(y: Floats, slopes: Floats, asleep: float) -> tuple[float, float, float, float, float]:
    """Slopes of the alveolar, brain and tissue gases; returns arterial O2 and CO2, flow, ventilation, and the fastest rate (1/s)."""
    to_brain, to_tissue = blood_flow(y)
    flow = to_brain + to_tissue
    brain_co2, brain_o2 = (y[BRAIN_CO2] - BOUND_CO2) / SOLUBLE_CO2, y[BRAIN_O2] / SOLUBLE_O2
    tissue_co2, tissue_o2 = (y[TISSUE_CO2] - BOUND_CO2) / SOLUBLE_CO2, y[TISSUE_O2] / SOLUBLE_O2
    ended_o2, ended_co2 = contents(y[ALVEOLAR_O2], y[ALVEOLAR_CO2])
    from_brain_o2, from_brain_co2 = contents(brain_o2, brain_co2)
    from_tissue_o2, from_tissue_co2 = contents(tissue_o2, tissue_co2)
    venous_o2 = (to_brain * from_brain_o2 + to_tissue * from_tissue_o2) / flow
    venous_co2 = (to_brain * from_brain_co2 + to_tissue * from_tissue_co2) / flow
    arterial_o2 = (1.0 - SHUNT) * ended_o2 + SHUNT * venous_o2
    arterial_co2 = (1.0 - SHUNT) * ended_co2 + SHUNT * venous_co2
    breathed = ventilation(y, asleep, flow)
    exchanged = TO_PRESSURE * flow * (1.0 - SHUNT)
    slopes[ALVEOLAR_CO2] = (exchanged * (venous_co2 - ended_co2) - breathed * y[ALVEOLAR_CO2]) / ALVEOLI
    slopes[ALVEOLAR_O2] = (exchanged * (venous_o2 - ended_o2) + breathed * (INSPIRED_O2 - y[ALVEOLAR_O2])) / ALVEOLI
    awake = max(1.0 - asleep, 1e-9) ** METABOLISM_POWER
    makes, uses = max(awake, LEAST_CO2), max(awake, LEAST_O2)
    fed_brain, fed_tissue = min(1.0, brain_o2 / STARVED), min(1.0, tissue_o2 / STARVED)
    slopes[BRAIN_CO2] = (to_brain * (arterial_co2 - from_brain_co2) + MADE_BRAIN * makes * fed_brain) / BRAIN
    slopes[BRAIN_O2] = (to_brain * (arterial_o2 - from_brain_o2) - USED_BRAIN * uses * fed_brain) / BRAIN
    slopes[TISSUE_CO2] = (to_tissue * (arterial_co2 - from_tissue_co2) + MADE_TISSUE * makes * fed_tissue) / TISSUE
    slopes[TISSUE_O2] = (to_tissue * (arterial_o2 - from_tissue_o2) - USED_TISSUE * uses * fed_tissue) / TISSUE
    o2, co2 = pressures(arterial_o2, arterial_co2)
    starving = USED_BRAIN / STARVED if brain_o2 < STARVED + 0.5 else 0.0
    fastest = (to_brain * oxygen_slope(brain_o2, from_brain_o2) + starving) / (SOLUBLE_O2 * BRAIN)
    return o2, co2, flow, breathed, fastest


@compiled
def control(y: Floats, slopes: Floats, gain: float, now: tuple[float, float], then: tuple[float, float, float]) -> None:
    """Slopes of the vessels and of the drives; `now` is arterial O2 and CO2, `then` what reaches the receptors: those and brain CO2."""
    o2, co2 = now
    dilated = (-30.0 + 60.0 / (1.0 + math.exp(-(co2 - 40.0) / 4.5))) * 1500.0 / (100.0 * 1000.0 * 60.0) / BRAIN_FLOW
    slopes[VESSELS_CO2] = (dilated - y[VESSELS_CO2]) / 20.0
    wanting = min(2.0, 17.0 * (math.exp(-o2 / 11.0) - math.exp(-95.0 / 11.0)))
    slopes[VESSELS_O2] = (wanting - y[VESSELS_O2]) / 10.0
    felt_o2, felt_co2, felt_brain = then
    hypoxia = math.exp((felt_o2 - 45.0) / 29.27)
    fired = 1.738 * math.log(max(felt_co2, 1e-6) / 18.0) * (12.3 + 0.8352 * hypoxia) / (1.0 + hypoxia)
    slopes[PERIPHERAL] = (gain * 2.5 * (fired - 3.67) - y[PERIPHERAL]) / 7.0
    slopes[CENTRAL] = (gain * 2.0 * (felt_brain - 45.27) - y[CENTRAL]) / 60.0
    brain_o2 = min(max(y[BRAIN_O2] / SOLUBLE_O2, 29.8), 37.0)
    slopes[DEPRESSION] = (1.0 + 10.0 * (brain_o2 - 32.0) / 32.0 - y[DEPRESSION]) / 300.0


@compiled
def collapse(y: Floats, slopes: Floats, collapsing: bool, co2: float) -> None:
    """Slopes of the two multipliers of blood flow."""
    rate = COLLAPSE * (0.15 + 0.85 * co2 / COLLAPSE_CO2) if collapsing else 0.0
    slopes[BRAIN_FALL] = -rate * y[BRAIN_FALL]
    slopes[TISSUE_FALL] = -rate * y[TISSUE_FALL]
