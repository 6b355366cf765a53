"""How much of the mu receptors a drug holds, on two scales that are never mixed.

`FdaBound` is the scale of FDA's overdose model: binding in vitro at the total level of the plasma, tied to how that model depresses
breathing. `PetOccupancy` is what PET shows in the brains of people who take buprenorphine. At 1 ng/mL of buprenorphine the first tells
94 %, the second some 55 %; neither can be turned into the other.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal, Self, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from leeward.errors import BadInput, MisuseError, shown
from leeward.knowledge import Knowledge
from leeward.knowledge.entries import Entry
from leeward.pharmacology.people import Floats


class _Share(msgspec.Struct, frozen=True, eq=False):
    """A share of the receptors, 0 to 1; compared and subtracted on its own scale only (MisuseError otherwise)."""

    value: Floats

    def __sub__(self, other: Self) -> Floats:
        return self.value - self._same(other)

    def __ge__(self, other: Self) -> NDArray[np.bool_]:
        return self.value >= self._same(other)

    def __gt__(self, other: Self) -> NDArray[np.bool_]:
        return self.value > self._same(other)

    def __le__(self, other: Self) -> NDArray[np.bool_]:
        return self.value <= self._same(other)

    def __lt__(self, other: Self) -> NDArray[np.bool_]:
        return self.value < self._same(other)

    def __eq__(self, other: object) -> bool:
        return np.array_equal(self.value, self._same(other))

    def __hash__(self) -> int:
        return hash((type(self), self.value.tobytes()))

    def _same(self, other: object) -> Floats:
        if isinstance(other, _Share) and type(other) is type(self):
            return other.value
        says = f"{_named(self)} and {_named(other)} are different scales and cannot be compared."
        raise MisuseError(f"{says} Compare occupancies of one scale, or levels in the plasma.")


class FdaBound(_Share, frozen=True, eq=False):
    """The share of receptors bound on the scale of FDA's overdose model (fit in vitro, total level)."""


class PetOccupancy(_Share, frozen=True, eq=False):
    """The share of receptors held on the scale of PET in people."""


def _named(share: object) -> str:
    if isinstance(share, FdaBound):
        return "FDA's binding scale"
    return "the PET scale" if isinstance(share, PetOccupancy) else "a plain number"


class Measured(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A number with its unit."""

    value: float
    unit: str


class Binding(Entry, frozen=True, kw_only=True):
    """A ligand on FDA's scale (`receptor-binding.toml`): on and off rates at a power of the level in pM, and g/mol."""

    on: Measured
    off: Measured
    power: float
    molar: float


class Occupancy(Entry, frozen=True, kw_only=True):
    """A drug on the PET scale (`receptor-occupancy.toml`).

    most      the share that no level exceeds
    half      the level at which half of that is held
    doubt     how far `half` may be off, as a share of itself
    """

    grade: Literal["B"]
    population: str
    most: float
    half: Measured
    doubt: float
    caveats: tuple[str, ...] = ()


class Zone(Entry, frozen=True, kw_only=True):
    """What buprenorphine does in most people from a level before the next dose on (`receptor-zones.toml`), and the occupancy of it."""

    from_: Measured = msgspec.field(name="from")
    occupied: float
    population: str


def binding(knowledge: Knowledge, ligand: str) -> Binding:
    """A ligand of FDA's scale; raises BadInput for one that is not on it."""
    return _found(knowledge.table_of("receptor-binding", Binding), ligand, "FDA's binding scale")


def occupancy(knowledge: Knowledge, drug: str) -> Occupancy:
    """A drug of the PET scale; raises BadInput for one that is not on it."""
    return _found(knowledge.table_of("receptor-occupancy", Occupancy), drug, "the PET scale")


def zones(knowledge: Knowledge) -> Mapping[str, Zone]:
    """The zones of buprenorphine, by id."""
    return knowledge.table_of("receptor-zones", Zone)


def fda_bound(knowledge: Knowledge, ligand: str, ng_per_ml: Floats) -> FdaBound:
    """The share bound at rest on FDA's scale, at a total level of the plasma (ng/mL)."""
    of = binding(knowledge, ligand)
    reached = of.on.value * (np.maximum(ng_per_ml, 0.0) * 1e6 / of.molar) ** of.power
    return FdaBound(reached / (reached + of.off.value))


def half_life(knowledge: Knowledge, ligand: str) -> float:
    """Minutes until half of what is bound has let go, on FDA's scale."""
    return math.log(2.0) / binding(knowledge, ligand).off.value / 60.0


def pet_occupancy(knowledge: Knowledge, drug: str, ng_per_ml: Floats, half_times: float = 1.0) -> PetOccupancy:
    """The share held on the PET scale at a level of the plasma (ng/mL); `half_times`: the half-level, taken so many times as high."""
    of = occupancy(knowledge, drug)
    level = np.maximum(ng_per_ml, 0.0)
    return PetOccupancy(of.most * level / (of.half.value * half_times + level))


T = TypeVar("T")


def _found(table: Mapping[str, T], asked: str, scale: str) -> T:
    if asked not in table:
        says = f'"{shown(asked)}" is not on {scale}.'
        raise BadInput.one("LW-1120", "drug", says, f"Use one of {', '.join(table)}.")
    return table[asked]
