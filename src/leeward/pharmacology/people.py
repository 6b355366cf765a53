"""What differs between the people of a model: one record each, so that a kernel reads it by name."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

OPIOID_UNITS = {
    "opioid_volume": "L",
    "opioid_out": "/s",
    "opioid_k12": "/s",
    "opioid_k13": "/s",
    "opioid_k21": "/s",
    "opioid_k31": "/s",
    "opioid_site": "/s",
    "opioid_mass": "g/mol",
    "opioid_on": "/pM^n/s",
    "opioid_off": "/s",
    "opioid_power": "",
}
"""Central volume, rates of three compartments and of the effect site, molar mass; binding on and off, and its power."""

ANTAGONIST_UNITS = {
    "fraction": "",
    "transit": "/s",
    "entry": "/s",
    "volume": "mL",
    "clearance": "mL/s",
    "flow2": "mL/s",
    "volume2": "mL",
    "flow3": "mL/s",
    "volume3": "mL",
    "by_amount": "",
    "site": "/s",
    "mass": "g/mol",
    "on": "/pM^n/s",
    "off": "/s",
    "power": "",
}
"""Absorbed fraction, transit and entry into the blood, volumes and clearances of three compartments, 1 where amounts are followed
and 0 where concentrations are, effect site, molar mass, binding."""

TOLERANCE_UNITS = {"chemoreflex_power": "", "wakefulness_power": ""}
"""The powers by which binding depresses the chemoreflexes and the drive of wakefulness."""

RULE_UNITS = {
    "until": "s",
    "grid": "s",
    "tolerance": "",
    "trigger": "",
    "delay": "s",
    "danger_o2": "mmHg",
    "danger_lasts": "s",
    "again": "",
    "arrest_flow": "L/min",
    "stops": "",
}
"""What holds for every person of a run.

until          how long a person is followed
grid           time between the points of a drawn course; 0 for none
tolerance      error of a step, as a share of what a state usually is
trigger        share of the ventilation at rest below which the antagonist is asked for; it is given `delay` later
danger_o2      arterial oxygen at which a clock starts; below it still after `danger_lasts`, the circulation collapses
again          1 where a later fall below it counts too; 0 where only the first does
arrest_flow    blood flow below which the heart has arrested
stops          1 to end a course at the arrest
"""

UNITS = OPIOID_UNITS | ANTAGONIST_UNITS | TOLERANCE_UNITS | RULE_UNITS
PERSON = np.dtype([(name, np.float64) for name in OPIOID_UNITS | ANTAGONIST_UNITS | TOLERANCE_UNITS])
RULES = np.dtype([(name, np.float64) for name in RULE_UNITS])
DOSE = np.dtype([(name, np.float64) for name in ("after", "depot", "rate", "lasts")])
"""One dose of the antagonist: seconds after the first is due; ng into the depot; or ng a second into the blood, for so many seconds."""
