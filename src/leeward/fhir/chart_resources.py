"""What was measured and given: vital signs, laboratory values and drug tests as Observation, doses as MedicationAdministration.

A reading that nobody could use stands as one without a value, at its time, so that an older one is not taken for the
newest. A dose whose time nobody knows lies in the period that ends now.
"""

from __future__ import annotations

from leeward.casefile.names import medicines
from leeward.fhir.codes import code_of
from leeward.fhir.structures import (
    CodeableConcept,
    Coding,
    Element,
    MedicationAdministration,
    MedicationAdministrationDosage,
    Observation,
    ObservationReferenceRange,
    Period,
    Quantity,
)
from leeward.fhir.ucum import UCUM
from leeward.fhir.writing import TERMINOLOGY, Writing, amount, at_or_between, concept, ours, words
from leeward.knowledge import Knowledge
from leeward.model.case import Dose
from leeward.model.case import Observation as Observed
from leeward.model.missing import NOT_ASKED, REFUSED, UNKNOWN, Missing

LABORATORY = CodeableConcept(coding=(Coding(system=f"{TERMINOLOGY}observation-category", code="laboratory"),))
ABSENT = {NOT_ASKED: "not-asked", UNKNOWN: "asked-unknown", REFUSED: "asked-declined"}
RESULTS = {"positive": "POS", "negative": "NEG"}
INTERPRETATION = f"{TERMINOLOGY}v3-ObservationInterpretation"
UNITS = {
    "mmHg": "mm[Hg]", "mEq/L": "meq/L", "mL/min/1.73m2": "mL/min/{1.73_m2}", "points": "{score}", "": "1",
}  # fmt: skip
"""Units of observations that UCUM writes otherwise."""


def chart_resources(writing: Writing, knowledge: Knowledge) -> tuple[Element, ...]:
    """The readings and the doses given of a case, in its order."""
    given = () if isinstance(writing.case.doses, Missing) else writing.case.doses
    return (
        *(made for one in writing.case.observations if one.recognised for made in _reading(writing, knowledge, one)),
        *(_given(writing, knowledge, one) for one in given),
    )


def _reading(writing: Writing, knowledge: Knowledge, one: Observed) -> tuple[Observation, ...]:
    if one.results:
        return tuple(_test(writing, one, analyte, result) for analyte, result in one.results)
    kind = knowledge.observations[one.what]
    name = concept(kind.name, *code_of(one.what, knowledge), ours("observation", one.what, kind.name))
    upper = one.upper_limit_of_normal
    number = isinstance(one.value, float | int) and not isinstance(one.value, bool)
    return (
        _observation(
            writing,
            one,
            name,
            one.key,
            valueQuantity=_quantity(float(one.value), one.unit) if number else None,  # pyright: ignore[reportArgumentType]
            valueBoolean=one.value if isinstance(one.value, bool) else None,
            valueString=words(one.value) if isinstance(one.value, str) else None,
            dataAbsentReason=_absent(one.value) if isinstance(one.value, Missing) else None,
            referenceRange=()
            if isinstance(upper, Missing)
            else (ObservationReferenceRange(high=_quantity(upper, one.unit)),),
        ),
    )


def _test(writing: Writing, one: Observed, analyte: str, result: str) -> Observation:
    """One analyte of a drug test."""
    found = RESULTS.get(result)
    value = concept(result, Coding(system=INTERPRETATION, code=found)) if found else None
    name = concept(f"{analyte}, urine, screen", ours("drug-test", analyte))
    told = {"valueCodeableConcept": value, "dataAbsentReason": None if value else _absent(UNKNOWN)}
    return _observation(writing, one, name, f"{one.key}.{analyte}", category=(LABORATORY,), **told)


def _observation(writing: Writing, one: Observed, name: CodeableConcept, key: str, **told: object) -> Observation:
    at, period = at_or_between(one.at)
    return Observation(
        id=writing.id("Observation", "chart", key, one.at),
        meta=writing.meta,
        status="final",
        code=name,
        subject=writing.subject,
        effectiveDateTime=at,
        effectivePeriod=period,
        method=concept(one.method) if one.method else None,
        **told,  # pyright: ignore[reportArgumentType]
    )


def _given(writing: Writing, knowledge: Knowledge, one: Dose) -> MedicationAdministration:
    at, period = at_or_between(one.at)
    dose = one.amount if not isinstance(one.amount, Missing) else None
    route = one.route if isinstance(one.route, str) else None
    named = knowledge.medicines[one.medicine].name if one.medicine else ""
    known = medicines(knowledge).named(one.as_told) == one.medicine
    return MedicationAdministration(
        id=writing.id("MedicationAdministration", "chart", one.key, one.at),
        meta=writing.meta,
        status="completed",
        medicationCodeableConcept=concept(one.as_told if known or not named else f"{named} ({one.as_told})"),
        subject=writing.subject,
        effectiveDateTime=at,
        effectivePeriod=period if at or period else Period(end=writing.now),
        dosage=MedicationAdministrationDosage(
            text=None if isinstance(one.dose, Missing) else words(one.dose),
            route=concept(route) if route else None,
            dose=amount(dose.value, dose.unit) if dose else None,
        )
        if dose or route or isinstance(one.dose, str)
        else None,
    )


def _quantity(value: float, unit: str) -> Quantity:
    return Quantity(value=value, unit=words(unit), system=UCUM, code=UNITS.get(unit, unit))


def _absent(how: Missing) -> CodeableConcept:
    return CodeableConcept(coding=(Coding(system=f"{TERMINOLOGY}data-absent-reason", code=ABSENT[how]),))
