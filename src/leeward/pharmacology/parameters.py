"""The typical person of the overdose model, from knowledge, and made-up people around them."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from leeward.errors import KnowledgeError
from leeward.knowledge import Knowledge
from leeward.knowledge.entries import Entry
from leeward.pharmacology.people import PERSON, RULES, UNITS, Floats

FILE = "overdose"

TOLERANCE = 3e-5
"""Error of a step: keeps ventilation within 0.02 L/min, and arterial oxygen within 0.1 mmHg, of FDA's own trajectories."""

MOST_ABSORBED = 0.9
"""The most of a dose that is absorbed by anybody in FDA's tables."""


class ParameterEntry(Entry, frozen=True, kw_only=True):
    """Parameters of one drug, route, tolerance or rule: the value and its unit, by name; and how widely people differ (`overdose.toml`)."""

    values: dict[str, tuple[float, str]]
    spread: dict[str, float] = msgspec.field(default_factory=dict[str, float])
    moves: dict[str, dict[str, float]] = msgspec.field(default_factory=dict[str, dict[str, float]])
    adds: list[str] = msgspec.field(default_factory=list[str])
    together: list[tuple[str, str, float]] = msgspec.field(default_factory=list[tuple[str, str, float]])


def typical(
    knowledge: Knowledge,
    opioid: str,
    *,
    antagonist: str = "naloxone",
    route: str = "naloxone-nasal-4mg",
    tolerance: str = "chronic",
) -> NDArray[Any]:
    """The typical person, as one record of `PERSON` in an array of shape (1,)."""
    return _filled(np.zeros(1, PERSON), _entries(knowledge, opioid, antagonist, route, tolerance))


def made_up(
    knowledge: Knowledge,
    many: int,
    seed: int,
    opioid: str,
    *,
    antagonist: str = "naloxone",
    route: str = "naloxone-nasal-4mg",
    tolerance: str = "chronic",
    first: int = 0,
) -> NDArray[Any]:
    """So many people around the typical one, as records of `PERSON`, shape (many,); of a larger number, those from `first` on.

    They differ as FDA's virtual patients do: in kinetics, and in a fit of binding that tells of doubt about an assay, not of people. Each
    quantity has random numbers of its own, so that the first hundred of a thousand people are those that a hundred alone would be, and a block
    of them is, to the last bit, what stands in the whole.
    """
    parts = _entries(knowledge, opioid, antagonist, route, tolerance)
    people = np.repeat(_filled(np.zeros(1, PERSON), parts), many)
    for part, entry in parts.items():
        away = _away(part, entry, many, seed, first)
        for name in entry.adds:
            people[name] += away.pop(name)
        moves = {name: {name: 1.0} for name in away if name in UNITS} | entry.moves
        for name, quantities in moves.items():
            for quantity, times in quantities.items():
                people[name] *= np.exp(times * away[quantity])
    people["fraction"] = np.minimum(people["fraction"], MOST_ABSORBED)
    return people


def rules(knowledge: Knowledge, **changed: float) -> NDArray[Any]:
    """The rules of FDA's model, or some of them changed, as one record of `RULES` in an array of shape (1,)."""
    found = _filled(np.zeros(1, RULES), {"rules": _known(knowledge, "rules")})
    for name, value in {"tolerance": TOLERANCE, "again": 1.0, **changed}.items():
        found[name] = value
    return found


def _entries(
    knowledge: Knowledge, opioid: str, antagonist: str, route: str, tolerance: str
) -> dict[str, ParameterEntry]:
    parts = (f"opioid-{opioid}", f"antagonist-{antagonist}", f"route-{route}", f"tolerance-{tolerance}")
    return {part: _known(knowledge, part) for part in parts}


def _known(knowledge: Knowledge, part: str) -> ParameterEntry:
    found = knowledge.table_of(FILE, ParameterEntry).get(part)
    if found is None:
        raise KnowledgeError(f"There is no {part} in {FILE}.toml.")
    return found


def _filled(record: NDArray[Any], parts: dict[str, ParameterEntry]) -> NDArray[Any]:
    for part, entry in parts.items():
        for name, (value, unit) in entry.values.items():
            if UNITS.get(name) != unit:
                raise KnowledgeError(f"{FILE}.toml, {part}: {name} is in {unit or 'no unit'}, not {UNITS.get(name)}.")
            record[name] = value
    return record


def _away(part: str, entry: ParameterEntry, many: int, seed: int, first: int) -> dict[str, Floats]:
    """How far each quantity of each person is from the typical one, shape (many,): of the natural logarithm, or of itself where it adds."""
    names = list(entry.spread)
    standard = [_standard(part, name, many, seed, first) for name in names]
    correlation = np.eye(len(names))
    for one, other, of in entry.together:
        i, j = names.index(one), names.index(other)
        correlation[i, j] = correlation[j, i] = of
    factors = np.linalg.cholesky(correlation)
    moved: dict[str, Floats] = {}
    for i, (name, spread) in enumerate(entry.spread.items()):
        # A product of matrices may round otherwise for another number of people.
        row = factors[i, i] * standard[i]
        for j in np.flatnonzero(factors[i, :i]):
            row = row + factors[i, j] * standard[j]
        moved[name] = spread * row
    return moved


PASSED_AT_ONCE = 65_536


def _standard(part: str, name: str, many: int, seed: int, first: int) -> Floats:
    """Standard normal numbers of one quantity, one a person. How many random bits each takes is not known, so those before are drawn too."""
    stream = np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, *f"{part}.{name}".encode()])))
    for passed in range(0, first, PASSED_AT_ONCE):
        stream.standard_normal(min(PASSED_AT_ONCE, first - passed))
    return stream.standard_normal(many)
