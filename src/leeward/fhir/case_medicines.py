"""What the person takes, was given and is meant to get: MedicationRequest, Statement, Administration, Dispense; allergies.

Hazard: what was prescribed or handed over was not therefore taken, and what a record does not hold may be taken all the
same; so a list that comes from a record is always left open (see to_case).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

from leeward.casefile.names import medicine_named, medicines, medicines_named, substance_named
from leeward.casefile.spelling import slug
from leeward.casefile.words import NONE, ROUTES
from leeward.errors import shown
from leeward.fhir.case_sheet import CONTRADICTION, NO_PLACE, REMARK, STATUS, TIME, VALUE, Entry, Sheet, quoted
from leeward.fhir.codes import BY_LEEWARD, codes_in, meanings, said, words_of
from leeward.fhir.reading import read_resource
from leeward.fhir.rxnorm import article_of, doubts_of, product_of
from leeward.fhir.structures import (
    AllergyIntolerance,
    CodeableConcept,
    Dosage,
    Medication,
    MedicationAdministration,
    MedicationDispense,
    MedicationRequest,
    MedicationStatement,
    Quantity,
    Reference,
)
from leeward.fhir.ucum import counted
from leeward.fhir.units import Measured, measured
from leeward.model.codes import RxNorm

if TYPE_CHECKING:
    from collections.abc import Iterable

ORDERED = ("order", "original-order", "reflex-order", "filler-order", "instance-order")
MEANT = ("proposal", "plan")

MASSES = ("mg", "mcg/h")

FORM_DOUBTED, WORDS_ALONE = "LW-0932", "LW-0935"
"""Doubts about a product that leave its strength to be relied on; and one that matters only where codes are computed with."""


class Naming(msgspec.Struct, frozen=True):
    """How a medicine is named in a record: in words, by its RxNorm code, or by both."""

    name: str
    rxnorm: str = ""
    also: str = ""
    """A second name, where the code and the words mean two medicines."""


def _concept_of(sheet: Sheet, one: MedicationRequest | MedicationStatement | MedicationAdministration) -> CodeableConcept | None:  # fmt: skip
    """What medicine it is, also where it stands in a Medication beside it or within it."""
    if one.medicationCodeableConcept is not None or one.medicationReference is None:
        return one.medicationCodeableConcept
    reference = one.medicationReference
    found = _contained(one.contained, reference) or sheet.held(reference)
    if isinstance(found, Medication):
        if found.code is not None:
            return found.code
        parts = [text for part in found.ingredient for text in words_of(part.itemCodeableConcept)[:1]]
        return CodeableConcept(text=" / ".join(parts)) if parts else None
    return CodeableConcept(text=reference.display) if reference.display else None


def _contained(contained: Iterable[dict[str, object]], reference: Reference) -> object:
    told = reference.reference or ""
    if not told.startswith("#"):
        return None
    inner = next((inner for inner in contained if inner.get("id") == told[1:]), None)
    return read_resource(inner, told) if inner is not None else None


def _naming(sheet: Sheet, of: msgspec.Struct, concept: CodeableConcept | None) -> Naming | None:
    """The name and code of a medicine; None where there is neither."""
    words = words_of(concept)
    codes = [code for code in codes_in([concept], "rxnorm") if code.isascii() and code.isdigit() and len(code) <= 8]
    if not words and not codes:
        return None
    if not words:
        product = product_of(concept, sheet.knowledge)
        return Naming(product.name if product else f"RxNorm {codes[0]}", codes[0])
    by_code = {id for code in codes for id in medicines(sheet.knowledge).coded(RxNorm(code))}
    by_name = {id for text in words for id in medicines_named(text, sheet.knowledge)}
    known = next((text for text in words if medicine_named(text, sheet.knowledge)), words[0])
    if by_code and by_name and {_first_word(id) for id in by_code}.isdisjoint(map(_first_word, by_name)):
        return Naming(known, "", f"RxNorm {codes[0]}")
    return Naming(known, next((code for code in codes if medicines(sheet.knowledge).coded(RxNorm(code))), ""))


def _first_word(id: str) -> str:
    """The ingredient that an id of knowledge begins with: a code says more of a product's form than words do."""
    return id.partition("-")[0]


def _entries(naming: Naming, field: str, rest: Entry) -> list[Entry]:
    """The entry for a medicine: two where its code and its words mean two."""
    entry: Entry = {field: naming.name, **({"rxnorm": naming.rxnorm} if naming.rxnorm else {}), **rest}
    return [entry, {field: naming.also, "rxnorm": naming.also.rpartition(" ")[2], **rest}] if naming.also else [entry]


def _put(sheet: Sheet, kind: str, of: MedicationRequest | MedicationStatement | MedicationAdministration, rest: Entry) -> None:  # fmt: skip
    field = "name" if kind == "medicines" else "medicine"
    naming = _naming(sheet, of, _concept_of(sheet, of))
    if naming is None:
        sheet.say(NO_PLACE, of, "It does not say which medicine. An unknown one is in the case.")
        sheet.add(kind, {field: "unknown", **rest}, of)
        return
    doubts = doubts_of(_concept_of(sheet, of), sheet.knowledge, sheet.name(of))
    sheet.problems += [doubt for doubt in doubts if doubt.code != WORDS_ALONE]
    if naming.also:
        says = f"Its code and its words ({quoted(naming.name)}) mean two medicines. Both are in the case."
        sheet.say(CONTRADICTION, of, says)
    for entry in _entries(naming, field, rest):
        sheet.add(kind, entry, of)


def put_request(sheet: Sheet, one: MedicationRequest, draft: bool = False) -> None:
    """An order that is in force is a medicine; one that somebody means to make is an order."""
    by = one.requester.identifier.system if one.requester and one.requester.identifier else None
    if by == BY_LEEWARD and not draft:
        sheet.say(STATUS, one, "It is a proposal of Leeward's own, which nobody has made an order of.")
    elif one.doNotPerform:
        sheet.say(STATUS, one, "It says that the medicine is not to be given.")
    elif (draft and one.status in ("draft", "active")) or one.status == "draft" or (one.status == "active" and one.intent in MEANT):  # fmt: skip
        _put(sheet, "orders", one, _dose_and_route(sheet, one, one.dosageInstruction))
    elif one.status == "active" and one.intent in ORDERED:
        text = next((dosage.text for dosage in one.dosageInstruction if dosage.text), None)
        _put(sheet, "medicines", one, {"dose": text} if text else {})
    elif one.status == "active":
        sheet.say(STATUS, one, f"Its intent is {one.intent or 'not said'}, which is no order.")
    else:
        sheet.say(STATUS, one, f"Its status is {one.status or 'not said'}, so it is not what the person takes now.")


def put_statement(sheet: Sheet, one: MedicationStatement) -> None:
    """What the person is said to take: a medicine, or a substance that is no medicine."""
    naming = _naming(sheet, one, _concept_of(sheet, one))
    substance = _substance(sheet, naming)
    if substance and one.status in ("active", "completed"):
        _put_exposure(sheet, one, substance)
    elif one.status == "active":
        end = sheet.moment(one.effectivePeriod.end) if one.effectivePeriod else None
        if end is not None and end.latest < sheet.now:
            sheet.say(CONTRADICTION, one, "It is active, and its period is over. The end is taken for the last dose.")
            _put(sheet, "medicines", one, {"last_taken": sheet.span(one, one.effectivePeriod.end)[0]})  # pyright: ignore[reportOptionalMemberAccess]
        else:
            _put(sheet, "medicines", one, {})
    else:
        sheet.say(STATUS, one, f"Its status is {one.status or 'not said'}, so it is not what the person takes now.")


def _substance(sheet: Sheet, naming: Naming | None) -> str | None:
    """The substance that is named, where it is no medicine that Leeward knows."""
    if naming is None or naming.rxnorm or medicine_named(naming.name, sheet.knowledge):
        return None
    found = substance_named(naming.name, sheet.knowledge)
    return None if found == "unknown" else found


def _put_exposure(sheet: Sheet, one: MedicationStatement, substance: str) -> None:
    """A use of a substance: it ended where the record says so, else somewhere between what was told and now."""
    entry: Entry = {"substance": substance}
    period, told = one.effectivePeriod, one.effectiveDateTime or one.dateAsserted
    if one.status == "completed" and (told or (period and period.end)):
        at, stands = sheet.span(one, (period.end if period else None) or told)
    elif told and one.effectiveDateTime:
        at, stands = _since(sheet, one, told)
    elif period is not None and period.start:
        at, stands = sheet.span(one, period)
    else:
        at, stands = None, True
        sheet.say(TIME, one, "It does not say when it was used last.", "Ask the person.")
    if stands:
        sheet.add("exposures", {**entry, "last_use": at or "unknown"}, one)


def _since(sheet: Sheet, one: MedicationStatement, told: str) -> tuple[object, bool]:
    moment = sheet.moment(told)
    if moment is None or moment.earliest >= sheet.now:
        return sheet.span(one, told)
    return {"earliest": moment.earliest.isoformat(), "latest": sheet.now.isoformat()}, True


def put_administration(sheet: Sheet, one: MedicationAdministration) -> None:
    """A dose that was given. One that was begun or broken off was given in part: its amount is unknown."""
    if one.status not in ("completed", "in-progress", "stopped"):
        sheet.say(STATUS, one, f"Its status is {one.status or 'not said'}: the dose was not given, as far as it says.")
        return
    at, stands = sheet.span(one, one.effectiveDateTime, one.effectivePeriod)
    if not stands:
        return
    dose, route = one.dosage.dose if one.dosage else None, one.dosage.route if one.dosage else None
    rest: Entry = {"dose": _dose(sheet, one, dose), "at": at or "unknown", **_route(sheet, one, route)}
    if one.status != "completed":
        sheet.say(REMARK, one, f"Its status is {one.status}: some of the dose was given. The amount is unknown.")
        rest["dose"] = "unknown"
    _put(sheet, "doses", one, rest)


def put_dispense(sheet: Sheet, one: MedicationDispense) -> None:
    """What was handed over is not therefore taken: it is listed, and is in no list of the case."""
    words = words_of(one.medicationCodeableConcept)
    name = quoted(words[0]) if words else "A medicine"
    if one.status == "completed":
        sheet.say(REMARK, one, f"{name} was dispensed, which does not say that it was taken.", "Ask the person.")
    else:
        sheet.say(STATUS, one, f"Its status is {one.status or 'not said'}: nothing was handed over.")


def _dose_and_route(sheet: Sheet, one: MedicationRequest, dosages: tuple[Dosage, ...]) -> Entry:
    """The dose at one time and its route; unknown where the order has several, or a range."""
    if not dosages:
        return {"dose": "unknown"}
    first, *others = dosages
    amount, *further = first.doseAndRate or (None,)
    if others or further:
        sheet.say(VALUE, one, "It has several doses. The dose is unknown.")
        return {"dose": "unknown", **_route(sheet, one, first.route)}
    if amount is not None and amount.doseQuantity is None and (amount.doseRange or amount.rateRatio or amount.rateRange):  # fmt: skip
        sheet.say(VALUE, one, "Its dose is a range or a rate. The dose is unknown.")
    return {"dose": _dose(sheet, one, amount.doseQuantity if amount else None), **_route(sheet, one, first.route)}


def _dose(sheet: Sheet, one: MedicationRequest | MedicationAdministration, told: Quantity | None) -> object:
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


def _of_articles(sheet: Sheet, one: MedicationRequest | MedicationAdministration, told: Quantity) -> float | None:
    """The mg in a number of tablets or films, by the product's RxNorm code; None where code and words leave a doubt.

    A product of several ingredients is counted by its one opioid.
    """
    concept = _concept_of(sheet, one)
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


def _route(sheet: Sheet, one: MedicationRequest | MedicationAdministration, told: CodeableConcept | None) -> Entry:
    if told is None:
        return {}
    found = {meaning.means for meaning in meanings(told, "route", knowledge=sheet.knowledge)}
    found = found or {route for text in words_of(told) if (route := ROUTES.named(text)) is not None}
    if len(found) == 1:
        return {"route": found.pop()}
    sheet.say(NO_PLACE, one, "Its route is none that Leeward knows.")
    return {"route": "unknown"}


def put_allergy(sheet: Sheet, one: AllergyIntolerance) -> bool:
    """An allergy; True where the record says in so many words that there is none to medicines."""
    if said(one.verificationStatus, "entered-in-error", "refuted"):
        sheet.say(STATUS, one, "It was entered in error or refuted.")
    elif said(one.clinicalStatus, "inactive", "resolved"):
        sheet.say(STATUS, one, "It is no longer active.", "Ask whether the medicine was borne since.")
    elif meanings(one.code, "no-known-allergy", knowledge=sheet.knowledge) or any(
        slug(text) in NONE for text in words_of(one.code)
    ):
        return True
    else:
        _put_allergy(sheet, one)
    return False


def _put_allergy(sheet: Sheet, one: AllergyIntolerance) -> None:
    concepts = [one.code] if one.code else [reaction.substance for reaction in one.reaction if reaction.substance]
    namings = [naming for concept in concepts if (naming := _naming(sheet, one, concept)) is not None]
    if not namings:
        sheet.say(NO_PLACE, one, "It does not say to what. An unknown one is in the case.")
        sheet.add("allergies", {"name": "unknown"}, one)
    for naming in namings:
        for entry in _entries(naming, "name", {}):
            sheet.add("allergies", entry, one)


PUTS: Mapping[type, Callable[..., object]] = {
    MedicationStatement: put_statement,
    MedicationAdministration: put_administration,
    MedicationDispense: put_dispense,
}
"""What is put on the sheet one by one, by its type."""
