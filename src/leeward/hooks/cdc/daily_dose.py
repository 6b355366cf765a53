"""What a prescription gives a day, of each ingredient: told exactly, or not at all with the reason.

| the dose is | a day | needs |
|---|---|---|
| a mass (mg, ug, g) | dose x times a day | one ingredient; the strength of the article is not used, only compared |
| a volume (mL) | dose x times x strength per mL | a strength per mL |
| articles ({tablet}, TAB, {film}) | number x times x strength | the form that the unit names |
| patches ({patch}) | strength per hour x patches worn | a transdermal system; how often it is changed does not count |
| a mass per hour (ug/h) | the rate itself | a transdermal system |

Where a range is ordered the high end counts, and what is ordered as needed counts in full. A unit in words alone, several
doses, no time, a count that the form does not have: cannot be told.

Source: the published MME logic (opioid-mme-r4, 2023), which guesses where this refuses, and takes ug for mg.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import msgspec

from leeward.errors import Problem, shown
from leeward.fhir.rxnorm import Ingredient, Product, article_of, codes_of, doubts_of, product_of
from leeward.fhir.structures import (
    CodeableConcept,
    Dosage,
    DosageDoseAndRate,
    Medication,
    MedicationRequest,
    Quantity,
    TimingRepeat,
)
from leeward.fhir.ucum import UCUM, convert, counted, decimal_of, strip_per, times_a_day
from leeward.knowledge import Knowledge


class Amount(msgspec.Struct, frozen=True, kw_only=True):
    """An ingredient a day: mg, or mg an hour of all the patches worn."""

    ingredient: Ingredient
    value: Fraction
    unit: str
    """mg/d or mg/h."""


class Daily(msgspec.Struct, frozen=True, kw_only=True):
    """What a prescription gives a day."""

    product: Product
    amounts: tuple[Amount, ...]
    doses_per_day: Fraction | None = None
    """None where a patch's change is not told."""
    worn: Decimal | None = None
    """Patches worn at a time."""
    notes: tuple[str, ...] = ()
    """What was taken for what, in sentences."""
    doubts: tuple[Problem, ...] = ()
    """Where the record's words and codes disagree without touching the dose."""


class CannotTell(msgspec.Struct, frozen=True, kw_only=True):
    """Why a daily dose cannot be told."""

    problem: Problem

    @property
    def sentence(self) -> str:
        """The reason without code and mend, without a full stop."""
        return self.problem.says.rstrip(".")


class _Refused(Exception):
    def __init__(self, path: str, says: str, mend: str) -> None:
        super().__init__(says)
        self.problem = Problem(path=path, code="LW-0936", says=says, mend=mend)


def daily_of(
    order: MedicationRequest, knowledge: Knowledge, medicine: CodeableConcept | None = None
) -> Daily | CannotTell:
    """The daily dose of a prescription; `medicine` where it stands in a Medication of its own."""
    try:
        return _daily(order, knowledge, medicine or medicine_of(order))
    except _Refused as refused:
        return CannotTell(problem=refused.problem)


def medicine_of(order: MedicationRequest) -> CodeableConcept | None:
    """What is ordered: coded in the order, or in a Medication that the order holds."""
    reference = order.medicationReference.reference if order.medicationReference else None
    if order.medicationCodeableConcept is not None or not reference or not reference.startswith("#"):
        return order.medicationCodeableConcept
    for raw in order.contained:
        if raw.get("resourceType") == "Medication" and f"#{raw.get('id')}" == reference:
            try:
                return msgspec.convert(raw, Medication).code
            except msgspec.ValidationError:
                return None
    return None


def _daily(order: MedicationRequest, knowledge: Knowledge, concept: CodeableConcept | None) -> Daily:
    at = "medicationCodeableConcept"
    if concept is None:
        says = "What is ordered stands in another resource that was not sent."
        raise _Refused(at, says, "Send the Medication, or code it in the order.")
    product = product_of(concept, knowledge)
    if product is None:
        named = ", ".join(codes_of(concept)[:3]) or "no RxNorm code"
        raise _Refused(at, f"No product is known for {shown(named)}.", "Send the RxNorm code of the drug product.")
    doubts = doubts_of(concept, knowledge, at)
    for doubt in doubts:
        if doubt.code in ("LW-0931", "LW-0933"):
            raise _Refused(at, doubt.says, doubt.mend)
    dosage = _one_dosage(order)
    dose = _dose(dosage)
    patch = article_of(product.dose_form) == "patch"
    notes = ["It is ordered as needed and counted in full."] if _as_needed(dosage) else []
    if dosage.maxDosePerPeriod:
        notes.append("The most in a period is stated and not used.")
    times = None if patch and dosage.timing is None else _times(dosage)
    found = _amounts(product, dose, times)
    return Daily(
        product=product,
        amounts=found,
        doses_per_day=times,
        worn=Decimal(str(dose.value)) if patch and counted(dose) == "patch" else None,
        notes=(*notes, *_oddities(product, dose, times)),
        doubts=doubts,
    )


def _as_needed(dosage: Dosage) -> bool:
    return bool(dosage.asNeededBoolean) or dosage.asNeededCodeableConcept is not None


def _one_dosage(order: MedicationRequest) -> Dosage:
    if len(order.dosageInstruction) != 1:
        says = (
            "There is no dosage instruction."
            if not order.dosageInstruction
            else "There are several dosage instructions."
        )
        raise _Refused("dosageInstruction", says, "Send one, with dose and timing.")
    return order.dosageInstruction[0]


def _dose(dosage: Dosage) -> Quantity:
    """The dose ordered; the high end of a range."""
    path = "dosageInstruction[0].doseAndRate"
    given = dosage.doseAndRate
    ordered = (
        [one for one in given if _type(one) in ("", "ordered")]
        if len(given) == 1
        else [one for one in given if _type(one) == "ordered"]
    )
    if len(ordered) != 1:
        says = "No dose is stated." if not given else "It does not say which dose is the one ordered."
        raise _Refused(path, says, "Send one dose, of type ordered.")
    one = ordered[0]
    if one.rateQuantity or one.rateRatio or one.rateRange:
        raise _Refused(path, "It is given at a rate over time.", "Send a dose a time.")
    dose = one.doseQuantity or (one.doseRange.high if one.doseRange else None)
    if dose is None or dose.value is None or dose.comparator is not None or dose.value <= 0:
        raise _Refused(path, "No dose is stated.", "Send a doseQuantity above zero, or a doseRange with its high end.")
    if dose.code is None or dose.system is None:
        says = f"The unit of the dose is words alone ({shown(dose.unit or 'none')})."
        raise _Refused(path, says, "Send the UCUM code of the unit.")
    return dose


def _type(dose: DosageDoseAndRate) -> str:
    if dose.type is None:
        return ""
    return next((one.code for one in dose.type.coding if one.code), dose.type.text or "").lower()


TIMES_OF_CODE = {"QD": 1, "BID": 2, "TID": 3, "QID": 4, "Q4H": 6, "Q6H": 4, "Q8H": 3, "BED": 1, "AM": 1, "PM": 1}
"""Times a day of HL7's timing abbreviations; others are not read."""

MEALS = frozenset({"C", "AC", "PC"})
"""Events of a day that come an unstated number of times."""


def _times(dosage: Dosage) -> Fraction:
    """Times a day, by the most that the timing allows."""
    path = "dosageInstruction[0].timing"
    mend = "Send frequency, period and its unit, or the times of day."
    timing = dosage.timing
    repeat = timing.repeat if timing else None
    if repeat is None:
        codes = [one.code for one in timing.code.coding] if timing and timing.code else []
        times = next((TIMES_OF_CODE[code] for code in codes if code in TIMES_OF_CODE), None)
        if times is None:
            raise _Refused(path, "How often it is taken is not told.", mend)
        return Fraction(times)
    if repeat.dayOfWeek:
        raise _Refused(path, "It is taken on some days of the week, so no day is like another.", mend)
    found = _times_of(repeat)
    if found is None:
        raise _Refused(path, "How often it is taken is not told.", mend)
    return found


def _times_of(repeat: TimingRepeat) -> Fraction | None:
    if repeat.period is not None or repeat.periodUnit is not None:
        if repeat.period is None or repeat.periodUnit is None:
            return None
        often = repeat.frequencyMax or repeat.frequency or 1
        often *= len(repeat.timeOfDay) or 1 if repeat.frequency is None else 1
        return times_a_day(Decimal(often), Decimal(str(repeat.period)), repeat.periodUnit)
    if repeat.frequency is not None or repeat.frequencyMax is not None:
        return None
    if repeat.timeOfDay:
        return Fraction(len(repeat.timeOfDay))
    if repeat.when and not MEALS.intersection(repeat.when):
        return Fraction(len(repeat.when))
    return None


def _amounts(product: Product, dose: Quantity, times: Fraction | None) -> tuple[Amount, ...]:
    value, article = Fraction(str(dose.value)), article_of(product.dose_form)
    count = counted(dose)
    if article == "patch":
        return _patch(product, dose, count)
    if times is None:
        raise _Refused("dosageInstruction[0].timing", "How often it is taken is not told.", "Send the timing.")
    if count is not None:
        return _counted(product, value * times, count, article)
    unit = dose.code or ""
    mass = convert(Decimal(str(dose.value)), unit, "mg") if dose.system == UCUM else None
    if mass is not None:
        active = _only(product)
        return (Amount(ingredient=active, value=Fraction(mass) * times, unit="mg/d"),)
    volume = convert(Decimal(str(dose.value)), unit, "mL") if dose.system == UCUM else None
    if volume is not None:
        return _by_strength(product, Fraction(volume) * times, "mg/mL")
    says = f"A dose in {shown(unit)} says no mass, volume or count."
    raise _Refused(_DOSE, says, "Send the dose in mg, mL or the articles of the product.")


_DOSE = "dosageInstruction[0].doseAndRate[0]"


def _only(product: Product) -> Ingredient:
    """The ingredient that a dose in mg means."""
    if len(product.ingredients) != 1:
        says = f"A dose in mg of {product.name} does not say of which ingredient."
        raise _Refused(_DOSE, says, "Send the dose in articles of the product.")
    return product.ingredients[0]


def _patch(product: Product, dose: Quantity, count: str | None) -> tuple[Amount, ...]:
    if count == "patch":
        return tuple(
            Amount(
                ingredient=one, value=Fraction(str(dose.value)) * Fraction(_strength(product, one, "mg/h")), unit="mg/h"
            )
            for one in product.ingredients
        )
    rate = convert(Decimal(str(dose.value)), dose.code or "", "mg/h") if dose.system == UCUM else None
    if rate is None:
        says = f"{product.name} is a patch, and its dose is counted in {shown(dose.code or '')}."
        raise _Refused(_DOSE, says, "Send the number of patches as {patch}, or the rate in ug/h.")
    return (Amount(ingredient=_only(product), value=Fraction(rate), unit="mg/h"),)


def _counted(product: Product, number: Fraction, count: str, article: str | None) -> tuple[Amount, ...]:
    """Articles times their strength, where the unit is what the form is counted in."""
    if article == "spray" and count in ("actuat", "spray", "actuation"):
        return _by_strength(product, number, "mg/{actuat}")
    if article is None and product.dose_form is None and count in ("tablet", "capsule"):
        return _by_strength(product, number, "mg")
    if count != article and {count, article} != {"film", "strip"}:
        says = f"The dose is counted in {shown(count)}, which {product.name} is not."
        raise _Refused(_DOSE, says, "Send the unit that the product is counted in, or another product.")
    if article == "injection" and product.volume is not None:
        return _by_strength(product, number * Fraction(product.volume), "mg/mL")
    return _by_strength(product, number, "mg")


def _by_strength(product: Product, number: Fraction, unit: str) -> tuple[Amount, ...]:
    return tuple(
        Amount(ingredient=one, value=number * Fraction(_strength(product, one, unit)), unit="mg/d")
        for one in product.ingredients
    )


def _strength(product: Product, ingredient: Ingredient, unit: str) -> Decimal:
    if ingredient.strength is None or ingredient.unit != unit:
        what = {"mg": "an article", "mg/mL": "a mL", "mg/{actuat}": "an actuation", "mg/h": "an hour"}[unit]
        says = f"{product.name} states no strength of {ingredient.name} in {what}."
        raise _Refused(_DOSE, says, "Send the dose in mg, or the code of the drug product.")
    return ingredient.strength


def _oddities(product: Product, dose: Quantity, times: Fraction | None) -> list[str]:
    """What reads strangely without stopping the arithmetic."""
    notes: list[str] = []
    if product.dose_form is None and counted(dose):
        notes.append(f"{product.name} names no dose form; one {counted(dose)} is taken to hold its strength.")
    if article_of(product.dose_form) == "patch":
        if times is not None and product.hours is not None and times != Fraction(24) / Fraction(product.hours):
            notes.append(f"The patch is made for {product.hours} hours and ordered otherwise; it is counted as worn.")
        if dose.value is not None and dose.value != int(dose.value):
            notes.append("A part of a patch is ordered; patches are not cut.")
        return notes
    mass = convert(Decimal(str(dose.value)), dose.code or "", "mg") if dose.system == UCUM else None
    one = product.ingredients[0] if len(product.ingredients) == 1 else None
    if mass is None or one is None or one.strength is None or strip_per(one.unit) != one.unit:
        return notes
    parts = Fraction(mass) / Fraction(one.strength) * (1 if product.extended_release else 4)
    if parts.denominator != 1:
        notes.append(
            f"{decimal_of(Fraction(mass)):f} mg cannot be taken as {one.strength} mg articles; the mg are counted."
        )
    return notes
