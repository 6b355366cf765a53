"""What Leeward asks to read, what of it was granted, and in plain English what is missing.

Only what Leeward reads is asked for, to read and to search alone; nothing is ever written there.
Source: SMART App Launch 2.2, "Scopes for requesting FHIR Resources".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from leeward.errors import Problem

CODE = "LW-0947"

READ: Mapping[str, str] = {
    "Patient": "who the person is",
    "Encounter": "where they are treated",
    "Condition": "conditions",
    "AllergyIntolerance": "allergies",
    "MedicationRequest": "medicines ordered",
    "MedicationStatement": "medicines that they say they take",
    "MedicationAdministration": "doses given",
    "MedicationDispense": "medicines dispensed",
    "Medication": "what a medicine is",
    "Observation": "observations, laboratory results and scores",
    "QuestionnaireResponse": "scores filled in as forms",
}
"""The resources that Leeward reads, in the words of a ward."""

WHO = ("openid", "fhirUser")

Reach = Literal["all", "part", "none"]

_SCOPE = re.compile(r"(patient|user|system)/([A-Z][A-Za-z]+|\*)\.(\*|read|write|c?r?u?d?s?)(\?.+)?")


def of_a_launch(*, from_chart: bool) -> tuple[str, ...]:
    """What is asked for when somebody opens Leeward: from a chart, or by itself, so that a person is chosen there."""
    return (*WHO, "launch" if from_chart else "launch/patient", *(f"patient/{one}.rs" for one in READ))


def of_a_service() -> tuple[str, ...]:
    """What is asked for where Leeward asks for itself."""
    return tuple(f"system/{one}.rs" for one in READ)


def reach(granted: Sequence[str], resource: str) -> Reach:
    """How much of a kind of resource may be read and searched. A scope with a query reaches a part; the first version's words count."""
    best: Reach = "none"
    for scope in granted:
        found = _SCOPE.fullmatch(scope)
        if found is None or found[2] not in ("*", resource):
            continue
        letters = "rs" if found[3] in ("*", "read") else found[3]
        # Who the person is, is read and never searched.
        if found[3] != "write" and "r" in letters and ("s" in letters or resource in ("Patient", "Medication")):
            if not found[4]:
                return "all"
            best = "part"
    return best


def missing(granted: Sequence[str]) -> tuple[Problem, ...]:
    """What Leeward reads and was not granted, each with what stays unknown for it."""
    found: list[Problem] = []
    for resource, words in READ.items():
        reached = reach(granted, resource)
        if reached != "all":
            much = "only a part of" if reached == "part" else "nothing of"
            says = f"The record system lets Leeward read {much} the {words}: what else there is stays unknown."
            found.append(
                Problem(resource, CODE, says, f"Have the scope patient/{resource}.rs granted, or ask the person.")
            )
    return tuple(found)
