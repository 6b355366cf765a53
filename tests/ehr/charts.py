"""The charts of made-up people, read and searched as R4 has it: by a few parameters, a page at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Resource = dict[str, Any]
EXAMPLE = Path(__file__).parents[2] / "examples" / "fhir" / "emergency-department.json"

PATIENT, ENCOUNTER, SOMEBODY_ELSE = "synthetic-1", "visit", "synthetic-2"

ELEMENTS: dict[str, tuple[str, ...]] = {
    "_id": ("id",),
    "patient": ("subject", "patient"),
    "subject": ("subject",),
    "encounter": ("encounter", "context"),
    "category": ("category",),
    "code": ("code", "medicationCodeableConcept"),
    "status": ("status",),
    "intent": ("intent",),
    "clinical-status": ("clinicalStatus",),
    "date": ("effectiveDateTime", "authored", "recordedDate", "period"),
    "identifier": ("identifier",),
}
OF_RESULT = frozenset({"_count", "_sort", "_format"})


def charts() -> list[Resource]:
    """Everything that the record system holds when it starts."""
    held = [entry["resource"] for entry in json.loads(EXAMPLE.read_text(encoding="utf-8"))["entry"]]
    other = {"reference": f"Patient/{SOMEBODY_ELSE}"}
    return [
        *held,
        {"resourceType": "Patient", "id": SOMEBODY_ELSE, "gender": "male", "birthDate": "1970-05-06"},
        {"resourceType": "Practitioner", "id": "dr-1", "name": [{"text": "Doctor One"}]},
        {"resourceType": "Practitioner", "id": "nurse-1", "name": [{"text": "Nurse One"}]},
        {
            "resourceType": "Observation",
            "id": "other-heart-rate",
            "status": "final",
            "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}]}],
            "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
            "subject": other,
            "effectiveDateTime": "2026-11-22T08:00:00-05:00",
            "valueQuantity": {"value": 61, "unit": "/min", "system": "http://unitsofmeasure.org", "code": "/min"},
        },
        {
            "resourceType": "MedicationRequest",
            "id": "other-methadone",
            "status": "active",
            "intent": "order",
            "medicationCodeableConcept": {
                "coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "864706"}]
            },
            "subject": other,
            "authoredOn": "2026-11-20",
        },
    ]  # fmt: skip


def vital_signs(count: int, patient: str = PATIENT) -> list[Resource]:
    """So many heart rates, a minute apart: more than one page holds."""
    return [
        {
            "resourceType": "Observation",
            "id": f"rate-{index}",
            "status": "final",
            "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
            "subject": {"reference": f"Patient/{patient}"},
            "effectiveDateTime": f"2026-11-22T{6 + index // 60:02}:{index % 60:02}:00-05:00",
            "valueQuantity": {"value": 80 + index % 20, "unit": "/min", "system": "http://unitsofmeasure.org", "code": "/min"},
        }
        for index in range(count)
    ]  # fmt: skip


def unknown(query: list[tuple[str, str]]) -> list[str]:
    """Parameters that this server does not search by."""
    return [name for name, _ in query if name.partition(":")[0] not in ELEMENTS.keys() | OF_RESULT]


def found(held: list[Resource], type_: str, query: list[tuple[str, str]]) -> list[Resource]:
    """The resources of a type that fit every parameter."""
    fits = [one for one in held if one["resourceType"] == type_]
    for name, value in query:
        if name not in OF_RESULT:
            fits = [one for one in fits if _fits(one, name, value)]
    order = dict(query).get("_sort")
    if order:
        fits.sort(key=lambda one: next(_dates(one), ""), reverse=order.startswith("-"))
    return fits


def _fits(resource: Resource, name: str, value: str) -> bool:
    if name == "date":
        return any(_in_time(moment, value) for moment in _dates(resource))
    values = [text for element in ELEMENTS[name] for text in _texts(resource.get(element))]
    if name in ("patient", "subject") and resource["resourceType"] == "Patient":
        values.append(f"Patient/{resource['id']}")
    return any(one in values or f"Patient/{one}" in values for one in value.split(","))


def _texts(element: object) -> Iterator[str]:
    """Whatever a token or a reference may be asked for by."""
    if isinstance(element, str):
        yield element
    elif isinstance(element, list):
        for one in element:
            yield from _texts(one)
    elif isinstance(element, dict):
        if "reference" in element:
            yield element["reference"]
        yield from _texts(element.get("coding"))
        word = element.get("code") if isinstance(element.get("code"), str) else element.get("value")
        if word:
            yield word
            yield f"{element.get('system', '')}|{word}"


def _dates(resource: Resource) -> Iterator[str]:
    for element in ELEMENTS["date"]:
        told = resource.get(element)
        if told:
            yield told if isinstance(told, str) else told.get("start", "")


def _in_time(moment: str, asked: str) -> bool:
    """Compares as text: the charts are all of one offset."""
    prefix, bound = (asked[:2], asked[2:]) if asked[:2].isalpha() else ("eq", asked)
    part = moment[: len(bound)]
    return {"ge": part >= bound, "gt": part > bound, "le": part <= bound, "lt": part < bound, "eq": part == bound}[
        prefix
    ]
