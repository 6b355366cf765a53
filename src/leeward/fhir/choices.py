"""Elements that may be of one of several types, such as `medication[x]`: at most one of their names may be there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import msgspec

from leeward.fhir.json_text import is_object
from leeward.fhir.structures import DosageDoseAndRate, Element, ObservationComponent
from leeward.model.shapes import is_list

TYPES = (
    "Age", "Attachment", "Boolean", "Canonical", "CodeableConcept", "Coding", "Date", "DateTime", "Decimal", "Duration",
    "Identifier", "Instant", "Integer", "Period", "Quantity", "Range", "Ratio", "Reference", "String", "Time", "Timing",
    "Uri",
)  # fmt: skip


@cache
def choices_of(structure: type[Element]) -> Mapping[str, frozenset[str]]:
    """Elements of which at most one may be there, by what their names share before the name of a type.

    >>> from leeward.fhir.structures import RESOURCES
    >>> sorted(choices_of(RESOURCES["MedicationRequest"])["medication"])
    ['medicationCodeableConcept', 'medicationReference']
    """
    single = [field.encode_name for field in msgspec.structs.fields(structure) if field.default is None]
    found: dict[str, set[str]] = {}
    for name in single:
        for type_ in TYPES:
            stem = name.removesuffix(type_)
            if stem and stem != name and stem not in single:
                found.setdefault(stem, set()).add(name)
    return {stem: frozenset(names) for stem, names in found.items() if len(names) > 1}


def told_twice(raw: Mapping[str, Any], structure: type[Element]) -> str:
    """The names of one choice that stand side by side in a resource, in a part of its findings or in a dose; or empty."""
    for one, of in ((raw, structure), *_parts(raw)):
        for names in choices_of(of).values():
            there = [name for name in names & one.keys() if one[name] is not None]
            if len(there) > 1:
                return " and ".join(sorted(there))
    return ""


def _parts(raw: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], type[Element]]]:
    for part in _objects(raw.get("component")):
        yield part, ObservationComponent
    for dosage in (*_objects(raw.get("dosageInstruction")), *_objects(raw.get("dosage"))):
        for dose in _objects(dosage.get("doseAndRate")):
            yield dose, DosageDoseAndRate


def _objects(told: object) -> tuple[Mapping[str, Any], ...]:
    return tuple(one for one in told if is_object(one)) if is_list(told) else ()
