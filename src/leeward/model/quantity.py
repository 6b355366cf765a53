"""Quantities whose units cannot be mixed by accident.

A unit belongs to one kind of quantity; only units of one kind convert into one another. A mass is not a mass per hour,
mg/g is not % dry weight, and an MME/day is none of them.

Source: conversion factors are definitions (SI brochure, 9th edition) or molar masses (see `MOLAR`).
"""

from __future__ import annotations

import re

import msgspec

from leeward.errors import MisuseError

KINDS: dict[str, dict[str, float]] = {
    "mass": {"kg": 1e6, "g": 1e3, "mg": 1.0, "mcg": 1e-3},
    "mass per hour": {"mg/h": 1e3, "mcg/h": 1.0},
    "mass per day": {"g/d": 1e3, "mg/d": 1.0, "mcg/d": 1e-3},
    "mass per article": {"mg/tablet": 1.0, "mg/capsule": 1.0},
    "alkaloid per product": {"mg/g": 1.0},
    "share of dry weight": {"% dry weight": 1.0},
    "share of alkaloids": {"% of alkaloids": 1.0},
    "morphine equivalents": {"MME/day": 1.0},
    "time": {"s": 1 / 3600, "min": 1 / 60, "h": 1.0, "d": 24.0, "wk": 168.0, "mo": 730.5, "y": 8766.0},
    "rate": {"/min": 1.0},
    "rate per day": {"/d": 1.0},
    "pressure": {"mmHg": 1.0},
    "fraction": {"%": 1.0},
    "interval of the ECG": {"ms": 1.0},
    "temperature": {"Cel": 1.0},
    "score": {"points": 1.0},
    "count": {"1": 1.0, "tablet": 1.0, "capsule": 1.0, "bag": 1.0, "patch": 1.0, "teaspoon": 1.0, "stool": 1.0},
    "amount per volume": {"mmol/L": 1.0},
    "mass per volume": {"g/L": 100.0, "g/dL": 1e3, "mg/dL": 1.0},
    "clearance": {"mL/min/1.73m2": 1.0},
    "enzyme activity": {"U/L": 1.0},
    "ratio": {"ratio": 1.0},
}
"""Kind of quantity -> its units -> factor to the kind's base unit. Articles of a kind count but do not convert."""

_KIND_OF = {unit: kind for kind, units in KINDS.items() for unit in units}

_SPELLINGS = {
    "ug": "mcg",
    "µg": "mcg",
    "μg": "mcg",
    "milligram": "mg",
    "milligrams": "mg",
    "gram": "g",
    "grams": "g",
    "microgram": "mcg",
    "micrograms": "mcg",
    "ug/h": "mcg/h",
    "mcg/hr": "mcg/h",
    "µg/h": "mcg/h",
    "hour": "h",
    "hours": "h",
    "hr": "h",
    "hrs": "h",
    "day": "d",
    "days": "d",
    "week": "wk",
    "weeks": "wk",
    "month": "mo",
    "months": "mo",
    "year": "y",
    "years": "y",
    "minute": "min",
    "minutes": "min",
    "second": "s",
    "bpm": "/min",
    "beats/min": "/min",
    "breaths/min": "/min",
    "per minute": "/min",
    "{beats}/min": "/min",
    "mm[hg]": "mmHg",
    "mmhg": "mmHg",
    "mm hg": "mmHg",
    "percent": "%",
    "msec": "ms",
    "c": "Cel",
    "°c": "Cel",
    "celsius": "Cel",
    "cel": "Cel",
    "degc": "Cel",
    "points": "points",
    "{score}": "points",
    "point": "points",
    "mmol/l": "mmol/L",
    "g/l": "g/L",
    "g/dl": "g/dL",
    "mg/dl": "mg/dL",
    "u/l": "U/L",
    "iu/l": "U/L",
    "ml/min/1.73m2": "mL/min/1.73m2",
    "ml/min/1.73 m2": "mL/min/1.73m2",
    "ml/min/{1.73_m2}": "mL/min/1.73m2",
    "ml/min/1.73m²": "mL/min/1.73m2",
    "tablets": "tablet",
    "tab": "tablet",
    "tabs": "tablet",
    "capsules": "capsule",
    "cap": "capsule",
    "caps": "capsule",
    "bags": "bag",
    "patches": "patch",
    "teaspoons": "teaspoon",
    "tsp": "teaspoon",
    "mg/day": "mg/d",
    "g/day": "g/d",
    "mcg/day": "mcg/d",
    "mme/d": "MME/day",
    "mme/day": "MME/day",
}


class Quantity(msgspec.Struct, frozen=True):
    """A number with its unit.

    >>> Quantity(8, "mg").to("mcg").value
    8000.0
    >>> Quantity(25, "mcg/h").to("mg")
    Traceback (most recent call last):
      ...
    leeward.errors.MisuseError: mcg/h is a mass per hour and mg is a mass: they do not convert into one another.
    """

    value: float
    unit: str

    def to(self, unit: str) -> Quantity:
        """The same quantity in another unit of its kind; raises MisuseError for a unit of another kind."""
        if unit == self.unit:
            return self
        return Quantity(self.value * factor(self.unit, unit), unit)

    def __str__(self) -> str:
        return f"{number(self.value)} {self.unit}"


def factor(given: str, wanted: str) -> float:
    """What to multiply a number in unit `given` by to have it in unit `wanted`."""
    if given == wanted:
        return 1.0
    kind, other = kind_of(given), kind_of(wanted)
    if kind != other or kind in ("count", "mass per article"):
        raise MisuseError(f"{given} is a {kind} and {wanted} is a {other}: they do not convert into one another.")
    return KINDS[kind][given] / KINDS[kind][wanted]


def kind_of(unit: str) -> str:
    """The kind of quantity that a unit measures; raises MisuseError for a unit that Leeward does not know."""
    kind = _KIND_OF.get(unit)
    if kind is None:
        raise MisuseError(f"{unit!r} is not a unit that Leeward knows.")
    return kind


def unit_named(text: str) -> str | None:
    """The unit as Leeward spells it, or None where the spelling names none."""
    text = text.strip()
    if text in _KIND_OF:
        return text
    return _SPELLINGS.get(text.lower())


def number(value: float) -> str:
    """A number as a person writes it: no trailing zeros, at most four significant decimals.

    >>> number(8.0), number(0.54), number(2.8800000000000003)
    ('8', '0.54', '2.88')
    """
    return f"{value:.4f}".rstrip("0").rstrip(".") if value != int(value) else str(int(value))


_MASS = re.compile(r"^\s*(?P<value>\d+(?:\.\d+)?)\s*(?P<unit>kg|g|mg|mcg|ug|µg|μg)\b\s*(?P<rest>.*)$", re.IGNORECASE)

_PER_VOLUME = re.compile(r"\s*/\s*(?!d\b|day\b)")


def mass_in(text: str) -> tuple[Quantity, str] | None:
    """The mass at the start of a dose text and what follows it; None where the text does not start with a mass.

    A comma may part thousands or decimals, and a mass per volume is no mass: neither is guessed at.

    >>> mass_in("8 mg twice daily")
    (Quantity(value=8.0, unit='mg'), 'twice daily')
    >>> mass_in("2 tab") is None, mass_in("1,000 mg") is None, mass_in("10 mg/mL") is None
    (True, True, True)
    """
    found = _MASS.match(text)
    if found is None or _PER_VOLUME.match(found["rest"]):
        return None
    unit = unit_named(found["unit"].lower())
    if unit is None:
        return None
    return Quantity(float(found["value"]), unit), found["rest"].strip()
