"""Products and quotients of parameters, such as `CL / V` or `F_SL * (1 - fast)`, with their units.

Volumes are turned into L, times into h, masses into mg, so that a value can be used without asking what it was written in.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from functools import cache

import msgspec
import numpy as np

from leeward.errors import KnowledgeError
from leeward.pharmacology.people import Floats

Dimensions = tuple[int, int, int]
"""Powers of volume, time and mass."""

NONE: Dimensions = (0, 0, 0)
PER_TIME: Dimensions = (0, -1, 0)
TIME: Dimensions = (0, 1, 0)
VOLUME: Dimensions = (1, 0, 0)

SIMPLE: dict[str, tuple[float, Dimensions]] = {
    "": (1.0, NONE),
    "1": (1.0, NONE),
    "L": (1.0, VOLUME),
    "mL": (1e-3, VOLUME),
    "h": (1.0, TIME),
    "min": (1 / 60, TIME),
    "s": (1 / 3600, TIME),
    "d": (24.0, TIME),
    "mg": (1.0, (0, 0, 1)),
    "mcg": (1e-3, (0, 0, 1)),
    "ng": (1e-6, (0, 0, 1)),
}

FACTOR = re.compile(r"(?P<by>[*/]?)(?:(?P<number>\d+(?:\.\d+)?)|\(1-(?P<rest>[A-Za-z]\w*)\)|(?P<name>[A-Za-z]\w*))")

LN2 = "ln2"
"""The one name that is no parameter: the natural logarithm of 2, which turns a half-life into a rate."""


def unit(written: str) -> tuple[float, Dimensions]:
    """A unit such as `L/h` or `/min`: its size in L, h and mg, and its dimensions. Raises KnowledgeError for one that is not known."""
    first, *under = written.split("/")
    if any(part not in SIMPLE for part in (first, *under)) or "" in under:
        raise KnowledgeError(
            f'"{written}" is not a unit of kinetics. Use L, mL, h, min, s, d, mg, mcg or ng, and quotients of them.'
        )
    size, dimensions = SIMPLE[first]
    for part in under:
        other, less = SIMPLE[part]
        size, dimensions = size / other, tuple(a - b for a, b in zip(dimensions, less, strict=True))
    return size, (dimensions[0], dimensions[1], dimensions[2])


class Factor(msgspec.Struct, frozen=True):
    """One factor: multiplied (1) or divided by (-1); a number, a parameter, or what a parameter leaves of one."""

    power: int
    number: float = 1.0
    name: str = ""
    rest: bool = False


@cache
def formula(written: str) -> tuple[Factor, ...]:
    """The factors of a product or quotient. Raises KnowledgeError for anything else."""
    text, found, place = written.replace(" ", ""), list[Factor](), 0
    while place < len(text):
        match = FACTOR.match(text, place)
        if match is None or (not match["by"]) is bool(found) or (match["by"] and not found):
            raise KnowledgeError(f'"{written}" is not a product or quotient of parameters, such as CL/V or F*(1-fast).')
        power = -1 if match["by"] == "/" else 1
        if match["number"]:
            found.append(Factor(power, number=float(match["number"])))
        elif match["name"] == LN2:
            found.append(Factor(power, number=math.log(2.0)))
        else:
            found.append(Factor(power, name=match["rest"] or match["name"], rest=match["rest"] is not None))
        place = match.end()
    if not found:
        raise KnowledgeError("A formula is empty. Write a product or quotient of parameters, such as CL/V.")
    return tuple(found)


def names(written: str) -> set[str]:
    """The parameters that a formula uses."""
    return {factor.name for factor in formula(written) if factor.name}


def dimensions(written: str, of: Mapping[str, Dimensions]) -> Dimensions:
    """The dimensions of a formula; raises KnowledgeError for a parameter that is not there, or for what is left of one with a unit."""
    total = list(NONE)
    for factor in formula(written):
        if not factor.name:
            continue
        if factor.name not in of:
            raise KnowledgeError(f'"{written}" uses {factor.name}, which is no parameter.')
        if factor.rest and of[factor.name] != NONE:
            raise KnowledgeError(f'"{written}" takes {factor.name} from 1, but it has a unit.')
        total = [a + factor.power * b for a, b in zip(total, of[factor.name], strict=True)]
    return (total[0], total[1], total[2])


def value(written: str, of: Callable[[str], Floats], many: int) -> Floats:
    """A formula's value for so many people, shape (many,); `of` gives a parameter's values."""
    total = np.ones(many)
    for factor in formula(written):
        found: Floats | float = factor.number
        if factor.name:
            found = 1.0 - of(factor.name) if factor.rest else of(factor.name)
        total = total * found if factor.power > 0 else total / found
    return total
