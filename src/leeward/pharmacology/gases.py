"""Oxygen and carbon dioxide in blood: Spencer's two-gas dissociation, both ways in closed form.

Source: fda-overdose-model (Mann 2022), after Spencer 1979. Pressures in mmHg, contents in L of gas per L of blood.
"""

from __future__ import annotations

import math

from leeward.pharmacology.compiled import compiled

K_O2, K_CO2 = 14.99, 194.4
POWER_O2, POWER_CO2 = 0.3836, 1.819
A_O2, B_O2 = 0.03198, 0.008275
A_CO2, B_CO2 = 0.05591, 0.03255
MOST_O2, MOST_CO2 = 0.02272 * 9.0, 0.02272 * 86.11
"""What blood can hold at most."""


@compiled
def contents(o2: float, co2: float) -> tuple[float, float]:
    """The contents of oxygen and of carbon dioxide at these pressures."""
    oxygen = max(o2 * (1.0 + B_O2 * co2) / (K_O2 * (1.0 + A_O2 * co2)), 0.0) ** (1.0 / POWER_O2)
    carbon = max(co2 * (1.0 + B_CO2 * o2) / (K_CO2 * (1.0 + A_CO2 * o2)), 0.0) ** (1.0 / POWER_CO2)
    return MOST_O2 * oxygen / (1.0 + oxygen), MOST_CO2 * carbon / (1.0 + carbon)


@compiled
def pressures(o2: float, co2: float) -> tuple[float, float]:
    """The pressures of oxygen and of carbon dioxide in blood of these contents: `contents`, undone."""
    oxygen = K_O2 * (max(o2, 0.0) / (MOST_O2 - o2)) ** POWER_O2
    carbon = K_CO2 * (max(co2, 0.0) / (MOST_CO2 - co2)) ** POWER_CO2
    square = B_O2 + B_CO2 * oxygen * A_O2
    linear = 1.0 + B_CO2 * oxygen - carbon * B_O2 - carbon * A_CO2 * oxygen * A_O2
    found = (-linear + math.sqrt(linear * linear + 4.0 * square * carbon * (1.0 + A_CO2 * oxygen))) / (2.0 * square)
    return oxygen * (1.0 + A_O2 * found) / (1.0 + B_O2 * found), found


@compiled
def oxygen_slope(o2: float, content: float) -> float:
    """How much the content of oxygen rises with its pressure, per mmHg, at a pressure and the content that it gives."""
    full = content / MOST_O2
    return MOST_O2 * full * (1.0 - full) / (POWER_O2 * max(o2, 0.5))
