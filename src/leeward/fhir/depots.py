"""Injections and implants that act for weeks, where a record names only the ingredient: "naltrexone 380 MG Injection [Vivitrol]".

Hazard: naltrexone in the muscle blocks for a month and a tablet for a few days, so an injection that is read as the tablet
would seem to have worn off.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from leeward.casefile.names import medicines_named
from leeward.fhir.codes import codes_in, words_of
from leeward.fhir.structures import (
    Dosage,
    MedicationAdministration,
    MedicationAdministrationDosage,
    MedicationDispense,
    MedicationRequest,
    MedicationStatement,
)
from leeward.knowledge import Knowledge

FORMS = {
    "naltrexone": (
        "XR-naltrexone",
        re.compile(
            r"\b(?:inject\w*|intramuscular\w*|i\.?m\.?|implant\w*|pellets?|syringe|vial|microspher\w*|depot|monthly|vivitrol)(?!\w)",
            re.IGNORECASE,
        ),
    ),
    "buprenorphine-sublingual": (
        "extended-release buprenorphine",
        re.compile(
            r"\b(?:implant\w*|depot|monthly|extended[- ]release|prefilled syringe|sublocade|brixadi|buvidal|probuphine)\b",
            re.IGNORECASE,
        ),
    ),
}
"""The medicine that a name alone means -> what it is as an injection or implant that acts on, and the words for that."""

IN_THE_MUSCLE = "78421000"
"""Intramuscular route. Source: SNOMED CT."""


def depot_named(named: str, words: Iterable[str], of: object, knowledge: Knowledge) -> str | None:
    """The name of the form that acts for weeks, where the words of a medicine or its route say so; else None.

    `named`: the words by which the medicine is known. `of`: the resource that says it.
    """
    ids = medicines_named(named, knowledge)
    form = FORMS.get(ids[0]) if len(ids) == 1 else None
    if form is None:
        return None
    told = (*words, *(_routes(of) if ids[0] == "naltrexone" else ()))
    return form[0] if any(map(form[1].search, told)) else None


def _routes(of: object) -> Iterator[str]:
    """How it is given, in words: the routes of its dosages and their texts."""
    for dosage in _dosages(of):
        if dosage.text:
            yield dosage.text
        yield from words_of(dosage.route)
        if IN_THE_MUSCLE in codes_in([dosage.route], "snomed-ct"):
            yield "intramuscular"


def _dosages(of: object) -> tuple[Dosage | MedicationAdministrationDosage, ...]:
    if isinstance(of, MedicationAdministration):
        return (of.dosage,) if of.dosage else ()
    if isinstance(of, (MedicationRequest, MedicationDispense)):
        return of.dosageInstruction
    return of.dosage if isinstance(of, MedicationStatement) else ()
