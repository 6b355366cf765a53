"""A list of medicines, taken or given, to be asked for a medicine or a trait."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from leeward.knowledge.entries import MedicineEntry
from leeward.model.case import Dose, Medicine, unnamed
from leeward.model.missing import Missing
from leeward.model.truth import Truth, known, unknown

AGONIST_TRAITS = frozenset(("opioid-full-agonist", "opioid-partial-agonist"))
"""Traits of a medicine that acts as an opioid."""


def is_opioid(medicine: MedicineEntry) -> bool:
    """Whether a medicine acts as an opioid."""
    return not AGONIST_TRAITS.isdisjoint(medicine.traits)


class Listed:
    """The medicines of one list of a case, as they were told, by id and by trait."""

    def __init__(
        self, name: str, entries: Sequence[Medicine | Dose] | Missing, medicines: Mapping[str, MedicineEntry]
    ) -> None:
        self._name = name
        self._otherwise = _not_named(name, entries)
        self._by_medicine: dict[str, set[str]] = {}
        self._by_trait: dict[str, set[str]] = {}
        for entry in () if isinstance(entries, Missing) else entries:
            if entry.medicine is not None:
                self._by_medicine.setdefault(entry.medicine, set()).add(entry.as_told)
                for trait in medicines[entry.medicine].traits:
                    self._by_trait.setdefault(trait, set()).add(entry.as_told)

    def names(self, medicines: Iterable[str], traits: Iterable[str]) -> Truth:
        """Whether the list names one of these medicines or a medicine with one of these traits."""
        if not self._by_medicine:
            return self._otherwise
        found: set[str] = set()
        for medicine in medicines:
            found.update(self._by_medicine.get(medicine, ()))
        for trait in traits:
            found.update(self._by_trait.get(trait, ()))
        return known(True, f"{self._name}: {', '.join(sorted(found))}", self._name) if found else self._otherwise


def _not_named(name: str, entries: Sequence[Medicine | Dose] | Missing) -> Truth:
    """What a list says of something that it does not name."""
    if isinstance(entries, Missing):
        return _not_known(name)
    nameless = unnamed(entries, name)
    return unknown(*nameless, sentence=f"{name}: one has no name") if nameless else _none_among(name)


@cache
def _not_known(name: str) -> Truth:
    return unknown(name, sentence=f"{name}: not known")


@cache
def _none_among(name: str) -> Truth:
    return known(False, f"none among the {name}", name)
