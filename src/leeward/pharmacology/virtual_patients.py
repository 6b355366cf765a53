"""FDA's 2,000 virtual patients, from the tables of its repository.

They differ in kinetics, and in a fit of binding in vitro that was drawn anew: the second is doubt about an assay, not a difference
between people. Nothing of the physiology differs. The columns were drawn independently of each other.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leeward.errors import BadInput
from leeward.knowledge import Knowledge
from leeward.pharmacology.parameters import typical

OPIOID = {"opioid_volume": "VP", "opioid_out": "kout", "opioid_k12": "k12", "opioid_k13": "k13", "opioid_k21": "k21", "opioid_k31": "k31"}  # fmt: skip
OPIOID_BINDING = {"opioid_on": "A1", "opioid_off": "B1", "opioid_power": "n"}
BINDING = {"on": "A2", "off": "B2", "power": "n2"}
NASAL = {"transit": "Ktr", "entry": "Kin", "volume": "V1", "clearance": "Kout", "flow2": "k12N", "volume2": "V2", "fraction": "F"}  # fmt: skip
MUSCLE = {"transit": "Ktr", "entry": "Kin", "volume": "V1", "clearance": "Kout", "flow2": "k12", "volume2": "V2", "fraction": "F"}  # fmt: skip
ROUTES = {
    "naloxone-nasal-4mg": ("pop_naloxoneIN4mgRepeatedDosingPKPopulationBLQ.csv", NASAL),
    "naloxone-muscle-2mg-auto-injector": ("pop_naloxoneIM_EVZIO_2mg.csv", MUSCLE),
    "naloxone-muscle-2mg": ("pop_naloxoneIM_generic_2mg.csv", MUSCLE),
}
VEIN = "pop_naloxoneIVPKPopulation.csv"
"""Its columns are rates, of which the volumes and clearances are made: those that a kernel reads."""

CARFENTANIL = {"opioid_out": 0.1, "opioid_k13": 0.1, "opioid_k21": 10.0, "opioid_k31": 10.0}
"""FDA's carfentanil is its fentanyl with these rates multiplied."""


def virtual_patients(
    folder: Path, knowledge: Knowledge, opioid: str, *, route: str = "naloxone-nasal-4mg", tolerance: str = "chronic"
) -> NDArray[Any]:
    """Records of `PERSON`, shape (2000,), in the order of FDA's tables. Raises BadInput where a table is missing or short of a column."""
    tables = {
        "fentanyl": _columns(folder / "pop_fentanylPKPopulation.csv", OPIOID),
        "binding": _columns(folder / f"pop_{opioid}ReceptorBindingPopulation.csv", OPIOID_BINDING),
        "antagonist": _columns(folder / "pop_naloxoneReceptorBindingPopulation.csv", BINDING),
        "route": _vein(folder / VEIN)
        if route == "naloxone-vein"
        else _columns(folder / ROUTES[route][0], ROUTES[route][1]),
    }
    many = min(len(column) for table in tables.values() for column in table.values())
    people = np.repeat(typical(knowledge, opioid, route=route, tolerance=tolerance), many)
    for table in tables.values():
        for name, column in table.items():
            people[name] = column[:many]
    if opioid == "carfentanil":
        for name, times in CARFENTANIL.items():
            people[name] *= times
    return people


def _columns(file: Path, wanted: Mapping[str, str]) -> dict[str, NDArray[np.float64]]:
    try:
        with file.open(encoding="utf-8", newline="") as opened:
            rows = list(csv.DictReader(opened))
        return {name: np.array([float(row[column]) for row in rows]) for name, column in wanted.items()}
    except OSError:
        raise BadInput.one(
            "LW-1101", file.name, "This table of virtual patients is not there.", "Name the folder of FDA's tables."
        ) from None
    except (KeyError, TypeError, ValueError):
        mend = f"It needs the columns {', '.join(wanted.values())}, with numbers."
        raise BadInput.one("LW-1102", file.name, "This table of virtual patients cannot be read.", mend) from None


def _vein(file: Path) -> dict[str, NDArray[np.float64]]:
    rates = _columns(file, {name: name for name in ("ikoutC", "ik12C", "ik21C", "ik13C", "ik31C", "iV2C")})
    volume = rates["iV2C"] * 1000.0
    return {
        "volume": volume,
        "clearance": rates["ikoutC"] * volume,
        "flow2": rates["ik12C"] * volume,
        "volume2": rates["ik12C"] * volume / rates["ik21C"],
        "flow3": rates["ik13C"] * volume,
        "volume3": rates["ik13C"] * volume / rates["ik31C"],
    }
