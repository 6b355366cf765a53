"""Stabilised explicit steps: the second-order Runge-Kutta-Chebyshev method, for systems whose fast rates are real.

Here one rate is fast (oxygen of the brain, up to 5 per s; binding, up to 10 per s) and all others slow. A step of h seconds takes about
sqrt(1.5 h times the fastest rate) evaluations, no matrices and no memory of its own, so that it runs as well on a graphics card.

Source: Sommeijer, Shampine and Verwer 1998, "RKC: an explicit solver for parabolic PDEs", J Comput Appl Math 88:315 (formulas and error estimate; recalled).
"""

from __future__ import annotations

import numpy as np

from leeward.pharmacology.people import Floats

MOST_STAGES = 24
DAMPING = 2.0 / 13.0
REACH = 0.653
"""A step of s stages is stable while h times the fastest rate stays below this times s^2 - 1."""

MU, NU, RATE, FIRST, TIME = 0, 1, 2, 3, 4


def coefficients() -> Floats:
    """For each number of stages and each stage: what the last two stages, their slope and the first slope count, and when the stage is.

    Returns: shape (5, MOST_STAGES + 1, MOST_STAGES + 1), by `MU`, `NU`, `RATE`, `FIRST` and `TIME`, stages, stage.
    """
    table = np.zeros((5, MOST_STAGES + 1, MOST_STAGES + 1))
    for stages in range(2, MOST_STAGES + 1):
        at = 1.0 + DAMPING / stages**2
        value, slope, bend = [1.0, at], [0.0, 1.0], [0.0, 0.0]
        for _ in range(2, stages + 1):
            value.append(2 * at * value[-1] - value[-2])
            slope.append(2 * at * slope[-1] - slope[-2] + 2 * value[-2])
            bend.append(2 * at * bend[-1] - bend[-2] + 4 * slope[-2])
        reach = slope[stages] / bend[stages]
        b = [0.0, 0.0, *(bend[j] / slope[j] ** 2 for j in range(2, stages + 1))]
        b[0] = b[1] = b[2]
        table[RATE, stages, 1] = b[1] * reach
        for j in range(2, stages + 1):
            table[MU, stages, j] = 2 * b[j] * at / b[j - 1]
            table[NU, stages, j] = -b[j] / b[j - 2]
            table[RATE, stages, j] = 2 * b[j] * reach / b[j - 1]
            table[FIRST, stages, j] = -(1.0 - b[j - 1] * value[j - 1]) * table[RATE, stages, j]
            table[TIME, stages, j] = reach * bend[j] / slope[j]
        table[TIME, stages, 1] = table[TIME, stages, 2] / (4 * at)
    return table
