"""How much of a medicine is told, and by which route: a mass, or a number of articles whose strength the product says.

Hazard: tablets, films and mL are no mass, `mg/{tab}` is not mg, and a text of 8 mcg beside a number of 8 mg is one of two
doses that nobody can tell apart: such a dose is unknown, and said.
"""

from __future__ import annotations

from decimal import Decimal
from math import isclose

from leeward.casefile.words import ROUTES
from leeward.errors import shown
from leeward.fhir.case_dosage import NOT_TOLD, dose_in_words, frequency_of, how_often, without_verb
from leeward.fhir.case_sheet import CONTRADICTION, NO_PLACE, REMARK, VALUE, Entry, Sheet
from leeward.fhir.codes import meanings, words_of
from leeward.fhir.rxnorm import article_of, doubts_of, product_of
from leeward.fhir.structures import (
    CodeableConcept,
    Dosage,
    Medication,
    MedicationAdministration,
    MedicationDispense,
    MedicationRequest,
    MedicationStatement,
    Quantity,
)
from leeward.fhir.ucum import counted
from leeward.fhir.units import Measured, measured
from leeward.model.quantity import mass_in, number
from leeward.model.shapes import is_mapping

MASSES = ("mg", "mcg/h")

FORM_DOUBTED, WORDS_ALONE = "LW-0932", "LW-0935"
"""Doubts about a product that leave its strength to be relied on; and one that matters only where codes are computed with."""


Dosed = MedicationRequest | MedicationStatement | MedicationAdministration


def concept_of(sheet: Sheet, one: Dosed | MedicationDispense) -> CodeableConcept | None:
    """What medicine it is, also where it stands in a Medication beside it or within it."""
    if one.medicationCodeableConcept is not None or one.medicationReference is None:
        return one.medicationCodeableConcept
    reference = one.medicationReference
    found = sheet.held(reference, one)
    if isinstance(found, Medication):
        if found.code is not None:
            return found.code
        parts = [text for part in found.ingredient for text in words_of(part.itemCodeableConcept)[:1]]
        return CodeableConcept(text=" / ".join(parts)) if parts else None
    return CodeableConcept(text=reference.display) if reference.display else None


def dose_of_a_medicine(
    sheet: Sheet, one: MedicationRequest | MedicationStatement, dosages: tuple[Dosage, ...]
) -> Entry:
    """The dose of a medicine that is taken, in words: its own mass and timing, or else its texts; nothing where none is told."""
    if len(dosages) == 1 and len(dosages[0].doseAndRate) == 1:
        first = dosages[0]
        told = first.doseAndRate[0].doseQuantity
        dose = dose_told(sheet, one, told) if told is not None else None
        if _contradicted(sheet, one, first.text, dose):
            return {}
        if is_mapping(dose):
            frequency = frequency_of(first)
            often = "as often as not told" if frequency == NOT_TOLD else frequency
            return {"dose": f"{number(dose['value'])} {dose['unit']} {often}"}
    texts = [dose_in_words(dosage) or dosage.text for dosage in dosages if dosage.text]
    words = "; then ".join(text for text in texts if text)
    return {"dose": words} if words else {}


def dose_and_route(sheet: Sheet, one: MedicationRequest, dosages: tuple[Dosage, ...]) -> Entry:
    """The most at one time, how often, and its route; unknown where the order has several doses."""
    if not dosages:
        return {"dose": "unknown"}
    first, *others = dosages
    amount, *further = first.doseAndRate or (None,)
    if others or further:
        sheet.say(VALUE, one, "It has several doses. The dose is unknown.")
        return {"dose": "unknown", "frequency": NOT_TOLD, **route_told(sheet, one, first.route)}
    rest: Entry = {**how_often(first), **route_told(sheet, one, first.route)}
    if amount is None and (words := dose_in_words(first)) is not None:
        if first.timing is None:  # the words behind the mass say how often
            del rest["frequency"]
        return {"dose": words, **rest}
    if amount is None:
        sheet.say(VALUE, one, "Its dose stands in no number, and in no words that begin with a mass. It is unknown.")
        return {"dose": "unknown", **rest}
    told = amount.doseQuantity or amount.rateQuantity
    if told is None and amount.doseRange and amount.doseRange.high:
        sheet.say(REMARK, one, "Its dose is a range. The highest of it is used.")
        told = amount.doseRange.high
    elif told is None and (amount.doseRange or amount.rateRatio or amount.rateRange):
        sheet.say(VALUE, one, "Its dose is a range without a highest, or a rate. The dose is unknown.")
    dose = dose_told(sheet, one, told)
    return {"dose": "unknown" if _contradicted(sheet, one, first.text, dose) else dose, **rest}


def _contradicted(sheet: Sheet, one: Dosed, text: str | None, dose: object) -> bool:
    """Whether the text beside a dose begins with another mass than its number says; the strength of an article is none."""
    told = mass_in(without_verb(text or ""))
    if told is None or not is_mapping(dose) or article_of(told[1][:20]) is not None:
        return False
    mass = measured(Quantity(value=told[0].value, unit=told[0].unit))
    if not isinstance(mass, Measured) or mass.unit != dose["unit"] or isclose(mass.value, dose["value"]):
        return False
    says = f"Its number says {number(dose['value'])} {dose['unit']}, its text another mass. The dose is unknown."
    sheet.say(CONTRADICTION, one, says, "Give the dose in mg, once.")
    return True


def dose_given(sheet: Sheet, one: MedicationAdministration) -> object:
    """The dose of an administration; unknown, and said, where it is no mass or where number and text differ."""
    dosage = one.dosage
    if dosage is None or dosage.dose is None:
        sheet.say(VALUE, one, "It does not say how much was given, as a mass. The dose is unknown.")
        return "unknown"
    dose = dose_told(sheet, one, dosage.dose)
    return "unknown" if _contradicted(sheet, one, dosage.text, dose) else dose


def dose_told(sheet: Sheet, one: Dosed, told: Quantity | None) -> object:
    """A dose as a mass. Tablets, films and mL are none: their strength is the product's, not the dose's."""
    if told is None:
        return "unknown"
    found = measured(told)
    if isinstance(found, Measured) and found.unit in MASSES and found.value > 0:
        return {"value": found.value, "unit": found.unit}
    articles = _of_articles(sheet, one, told)
    if articles is not None:
        return {"value": articles, "unit": "mg"}
    why = found if isinstance(found, str) else f"{shown(found.unit or 'A number without a unit', 30)} is not a mass."
    sheet.say(VALUE, one, f"{why} The dose is unknown.", "Give the strength in mg.")
    return "unknown"


def _of_articles(sheet: Sheet, one: Dosed, told: Quantity) -> float | None:
    """The mg in a number of tablets or films, by the product's RxNorm code; None where code and words leave a doubt.

    A product of several ingredients is counted by its one opioid.
    """
    concept = concept_of(sheet, one)
    product, article = product_of(concept, sheet.knowledge), counted(told)
    if product is None or article is None or article != article_of(product.dose_form):
        return None
    if told.value is None or told.value <= 0 or told.comparator:
        return None
    if any(doubt.code not in (FORM_DOUBTED, WORDS_ALONE) for doubt in doubts_of(concept, sheet.knowledge)):
        return None
    ingredients = product.ingredients if len(product.ingredients) == 1 else product.opioids
    if len(ingredients) != 1 or ingredients[0].strength is None or ingredients[0].unit != "mg":
        return None
    return float(ingredients[0].strength * Decimal(str(told.value)))


def route_told(sheet: Sheet, one: Dosed, told: CodeableConcept | None) -> Entry:
    if told is None:
        return {}
    found = {meaning.means for meaning in meanings(told, "route", knowledge=sheet.knowledge)}
    found = found or {route for text in words_of(told) if (route := ROUTES.named(text)) is not None}
    if len(found) == 1:
        return {"route": found.pop()}
    sheet.say(NO_PLACE, one, "Its route is none that Leeward knows.")
    return {"route": "unknown"}
