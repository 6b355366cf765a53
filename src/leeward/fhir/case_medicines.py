"""What the person takes, was given and is meant to get: MedicationRequest, Statement, Administration, Dispense.

Hazard: what was prescribed or handed over was not therefore taken, and what a record does not hold may be taken all the
same; so a list that comes from a record is always left open (see to_case).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

import msgspec

from leeward.casefile.names import UNKNOWN_SUBSTANCE, medicine_named, medicines, medicines_named, substance_named
from leeward.casefile.spelling import slug
from leeward.fhir.case_doses import WORDS_ALONE, concept_of, dose_and_route, dose_given, dose_of_a_medicine, route_told
from leeward.fhir.case_exposures import USED, put_doubted, put_use, substance_in
from leeward.fhir.case_sheet import CONTRADICTION, NO_PLACE, REMARK, STATUS, TIME, Entry, Sheet, quoted
from leeward.fhir.codes import BY_LEEWARD, codes_in, words_of
from leeward.fhir.depots import depot_named
from leeward.fhir.rxnorm import doubts_of, held_by_words, product_of
from leeward.fhir.structures import (
    CodeableConcept,
    Element,
    MedicationAdministration,
    MedicationDispense,
    MedicationRequest,
    MedicationStatement,
    Period,
)
from leeward.model.codes import RxNorm
from leeward.products.identity.identity import mentions_kratom

ORDERED = ("order", "original-order", "reflex-order", "filler-order", "instance-order")
MEANT = ("proposal", "plan")


class Naming(msgspec.Struct, frozen=True):
    """How a medicine is named in a record: in words, by its RxNorm code, or by both."""

    name: str
    rxnorm: str = ""
    also: tuple[tuple[str, str], ...] = ()
    """Further names with their codes, where codes and words mean several medicines."""


def naming_of(sheet: Sheet, of: msgspec.Struct, concept: CodeableConcept | None) -> Naming | None:
    """The name and code of a medicine; None where there is neither."""
    words = words_of(concept)
    codes = [code for code in codes_in([concept], "rxnorm") if code.isascii() and code.isdigit() and len(code) <= 8]
    if not words and not codes:
        return None
    by_code = [(_ingredient_words(medicines(sheet.knowledge).coded(RxNorm(code))), code) for code in codes]
    by_name = [(_ingredient_words(medicines_named(text, sheet.knowledge)), text) for text in words]
    if not words:
        product = product_of(concept, sheet.knowledge)
        first = next((code for meant, code in by_code if meant), codes[0])
        name = product.name if product else f"RxNorm {first}"
        if depot := depot_named(name, (name,), of, sheet.knowledge):
            return Naming(depot)
        return Naming(
            name,
            first,
            _others(frozenset[str]().union(*(meant for meant, code in by_code if code == first)), by_code, by_name),
        )
    known = next((text for text in words if medicine_named(text, sheet.knowledge)), None) or _held(sheet, words)
    depot = depot_named(known, words, of, sheet.knowledge)
    known = depot or known
    named = _ingredient_words(medicines_named(known, sheet.knowledge))
    first = next((code for meant, code in by_code if meant and not (named and meant.isdisjoint(named))), "")
    meant = named.union(*(meant for meant, code in by_code if code == first))
    return Naming(known, "" if depot else first, _others(meant, by_code, by_name))


def _others(
    meant: frozenset[str], by_code: list[tuple[frozenset[str], str]], by_name: list[tuple[frozenset[str], str]]
) -> tuple[tuple[str, str], ...]:
    """The names and codes that mean other medicines than those that were told before them."""
    found: list[tuple[str, str]] = []
    for other, name, code in (
        *((other, f"RxNorm {code}", code) for other, code in by_code),
        *((other, text, "") for other, text in by_name),
    ):
        if meant and other and other.isdisjoint(meant):
            found.append((name, code))
            meant |= other
    return tuple(found)


def _ingredient_words(ids: Iterable[str]) -> frozenset[str]:
    """The ingredients that ids of knowledge begin with: a code says more of a product's form than words do."""
    return frozenset(id.partition("-")[0] for id in ids)


def _held(sheet: Sheet, words: tuple[str, ...]) -> str:
    """The words of a medicine with what it holds before them, where its brand or its ingredient is known; else the first."""
    for text in words:
        held = held_by_words(text, sheet.knowledge)
        if held is not None and medicines_named(held, sheet.knowledge) and not mentions_kratom(text, sheet.knowledge):
            return f"{held} ({text})"
    return words[0]


def entries_of(naming: Naming, field: str, rest: Entry) -> list[Entry]:
    """The entry for a medicine: several where its codes and its words mean several."""
    told = ((naming.name, naming.rxnorm), *naming.also)
    return [{field: name, **({"rxnorm": code} if code else {}), **rest} for name, code in told]


def _put(sheet: Sheet, kind: str, of: MedicationRequest | MedicationStatement | MedicationAdministration, rest: Entry) -> None:  # fmt: skip
    field = "name" if kind == "medicines" else "medicine"
    naming = naming_of(sheet, of, concept_of(sheet, of))
    if naming is None:
        sheet.say(NO_PLACE, of, "It does not say which medicine. An unknown one is in the case.")
        sheet.add(kind, {field: "unknown", **rest}, of)
        return
    doubts = doubts_of(concept_of(sheet, of), sheet.knowledge, sheet.name(of))
    sheet.problems += [doubt for doubt in doubts if doubt.code != WORDS_ALONE]
    if naming.also:
        named = ", ".join(quoted(name) for name, _ in ((naming.name, ""), *naming.also))
        says = f"Its codes and its words mean several medicines ({named}). All of them are in the case."
        sheet.say(CONTRADICTION, of, says)
    say_unknown(sheet, of, naming)
    for entry in entries_of(naming, field, rest):
        sheet.add(kind, entry, of)


def say_unknown(sheet: Sheet, of: Element, naming: Naming) -> None:
    """Say of a medicine that knowledge does not have it: it is in the case by its name."""
    coded = naming.rxnorm and medicines(sheet.knowledge).coded(RxNorm(naming.rxnorm))
    if not coded and not naming.also and not medicines_named(naming.name, sheet.knowledge):
        says = f"{quoted(naming.name)} is no medicine that Leeward knows. It is in the case by its name."
        sheet.say(NO_PLACE, of, says)


def put_request(sheet: Sheet, one: MedicationRequest, draft: bool = False) -> None:
    """An order that is in force is a medicine; one that somebody means to make is an order."""
    by = one.requester.identifier.system if one.requester and one.requester.identifier else None
    if by == BY_LEEWARD and not draft:
        sheet.say(STATUS, one, "It is a proposal of Leeward's own, which nobody has made an order of.")
    elif one.doNotPerform:
        sheet.say(STATUS, one, "It says that the medicine is not to be given.")
    elif (draft and one.status in ("draft", "active")) or one.status == "draft" or (one.status == "active" and one.intent in MEANT):  # fmt: skip
        _put(sheet, "orders", one, dose_and_route(sheet, one, one.dosageInstruction))
    elif one.status == "active" and one.intent in ORDERED and _is_doubted(sheet, one):
        pass
    elif one.status == "active" and one.intent in ORDERED and (substance := _substance(sheet, one)):
        put_use(sheet, one, substance)
    elif one.status == "active" and one.intent in ORDERED and not _begins_later(sheet, one, *bounds_of(one)):
        _say_over(sheet, one)
        _put(sheet, "medicines", one, dose_of_a_medicine(sheet, one, one.dosageInstruction))
    elif one.status == "active" and one.intent not in ORDERED:
        sheet.say(STATUS, one, f"Its intent is {one.intent or 'not said'}, which is no order.")
    elif one.status != "active":
        sheet.say(STATUS, one, f"Its status is {one.status or 'not said'}, so it is not what the person takes now.")


def bounds_of(one: MedicationRequest) -> tuple[Period, ...]:
    """The periods in which the doses of an order are to be taken."""
    repeats = [dosage.timing.repeat for dosage in one.dosageInstruction if dosage.timing and dosage.timing.repeat]
    return tuple(repeat.boundsPeriod for repeat in repeats if repeat.boundsPeriod)


def _begins_later(sheet: Sheet, one: MedicationRequest | MedicationStatement, *told: str | Period | None) -> bool:
    """Whether a medicine is to be taken only later, which is said: nobody takes it now."""
    starts = [each.start if isinstance(each, Period) else each for each in told if each]
    moments = [sheet.moment(start) for start in starts]
    if not moments or any(moment is None or moment.earliest <= sheet.now for moment in moments):
        return False
    sheet.say(TIME, one, "It begins in the future.", "It is not what the person takes now. Correct it, or `now`.")
    return True


def _say_over(sheet: Sheet, one: MedicationRequest) -> None:
    """Say where an order that is still active is of a time that is over, or not yet there."""
    valid = one.dispenseRequest.validityPeriod if one.dispenseRequest else None
    ends = [sheet.moment(period.end) for period in (*bounds_of(one), *((valid,) if valid else ())) if period.end]
    if ends and all(end is not None and end.latest < sheet.now for end in ends):
        says = "It is active, and its period is over. It is in the case; when it was taken last is unknown."
        sheet.say(CONTRADICTION, one, says, "Ask the person.")
    written = sheet.moment(one.authoredOn)
    if written is not None and written.earliest > sheet.now:
        sheet.say(TIME, one, "It was written in the future. It is in the case all the same.")


def _is_doubted(sheet: Sheet, one: MedicationRequest | MedicationStatement) -> bool:
    """Whether the words deny or doubt what they name, such as "methadone (stopped)" or "denies kratom"."""
    words = words_of(concept_of(sheet, one))
    named = [word for text in words for word in slug(text).split("-")]
    is_substance = any(substance_named(word, sheet.knowledge) not in (None, UNKNOWN_SUBSTANCE) for word in named)
    is_medicine = any(medicine_named(word, sheet.knowledge) for word in named)
    is_kratom = any(mentions_kratom(text, sheet.knowledge) for text in words)
    return put_doubted(
        sheet, one, "exposures" if is_kratom or (is_substance and not is_medicine) else "medicines", words
    )


def _substance(sheet: Sheet, one: MedicationRequest | MedicationStatement | MedicationAdministration) -> str | None:
    """The substance or product that is named, where it is no medicine that Leeward knows."""
    concept = concept_of(sheet, one)
    naming = naming_of(sheet, one, concept)
    if naming is None or naming.rxnorm or naming.also or medicines_named(naming.name, sheet.knowledge):
        return None
    return substance_in(words_of(concept), sheet.knowledge)


def put_statement(sheet: Sheet, one: MedicationStatement) -> None:
    """What the person is said to take: a medicine, or a substance that is no medicine."""
    substance = _substance(sheet, one)
    if (one.status == "active" or (substance and one.status in USED)) and _is_doubted(sheet, one):
        return
    if substance and one.status in USED:
        put_use(sheet, one, substance)
    elif one.status == "active" and _begins_later(sheet, one, one.effectiveDateTime, one.effectivePeriod):
        return
    elif one.status == "active":
        end = sheet.moment(one.effectivePeriod.end) if one.effectivePeriod else None
        rest = dose_of_a_medicine(sheet, one, one.dosage)
        if end is not None and end.latest < sheet.now:
            sheet.say(CONTRADICTION, one, "It is active, and its period is over. The end is taken for the last dose.")
            rest["last_taken"] = sheet.span(one, one.effectivePeriod.end)[0]  # pyright: ignore[reportOptionalMemberAccess]
        _put(sheet, "medicines", one, rest)
    else:
        sheet.say(STATUS, one, f"Its status is {one.status or 'not said'}, so it is not what the person takes now.")


def put_administration(sheet: Sheet, one: MedicationAdministration) -> None:
    """A dose that was given. One that was begun or broken off was given in part: its amount is unknown."""
    if one.status not in ("completed", "in-progress", "stopped"):
        sheet.say(STATUS, one, f"Its status is {one.status or 'not said'}: the dose was not given, as far as it says.")
        return
    substance = _substance(sheet, one)
    if substance:
        put_use(sheet, one, substance)
        return
    at, stands = sheet.span(one, one.effectiveDateTime, one.effectivePeriod)
    if not stands:
        return
    route = one.dosage.route if one.dosage else None
    rest: Entry = {"dose": dose_given(sheet, one), "at": at or "unknown", **route_told(sheet, one, route)}
    if one.status != "completed":
        sheet.say(REMARK, one, f"Its status is {one.status}: some of the dose was given. The amount is unknown.")
        rest["dose"] = "unknown"
    _put(sheet, "doses", one, rest)


INJECTIONS = ("buprenorphine-extended-release", "naltrexone-extended-release")
"""Medicines that are injected and act for weeks."""


def put_last_taken(sheet: Sheet) -> None:
    """Say of each medicine when it was given last, where the record holds doses of it and the time of each of them.

    Hazard: a medicine that is still ordered, and of which this record holds no dose of the last day, is likely taken elsewhere,
    as methadone of a clinic: it was taken last at some time since. Injections that act for weeks are given here or not at all.
    """
    lately = sheet.now - timedelta(hours=sheet.knowledge.limits["dose-look-back"].value)
    given = [(_ingredients(sheet, entry, "medicine"), entry) for entry, _ in sheet.lists.get("doses", ())]
    listed = sheet.lists.get("medicines", [])
    for place, (entry, source) in enumerate(listed):
        of = _ingredients(sheet, entry, "name")
        times = [dose["at"] for ingredients, dose in given if not of.isdisjoint(ingredients)]
        if "last_taken" not in entry and times and "unknown" not in times:
            last: str | dict[str, str] = max(times, key=_ends)
            if _ends(last) < lately and not _acts_for_weeks(sheet, entry):
                earliest = last if isinstance(last, str) else last["earliest"]
                last = {"earliest": earliest, "latest": sheet.now.isoformat()}
            listed[place] = ({**entry, "last_taken": last}, source)


def _acts_for_weeks(sheet: Sheet, entry: Entry) -> bool:
    coded = medicines(sheet.knowledge).coded(RxNorm(entry["rxnorm"])) if entry.get("rxnorm") else ()
    return not set(INJECTIONS).isdisjoint(coded or medicines_named(entry["name"], sheet.knowledge))


def _ingredients(sheet: Sheet, entry: Entry, field: str) -> set[str]:
    coded = medicines(sheet.knowledge).coded(RxNorm(entry["rxnorm"])) if entry.get("rxnorm") else ()
    return set(_ingredient_words(coded or medicines_named(entry[field], sheet.knowledge)))


def _ends(at: str | dict[str, str]) -> datetime:
    return datetime.fromisoformat(at if isinstance(at, str) else at["latest"])


def put_dispense(sheet: Sheet, one: MedicationDispense) -> None:
    """What was handed over is not therefore taken: it is listed, and is in no list of the case."""
    words = words_of(concept_of(sheet, one))
    name = quoted(words[0]) if words else "A medicine"
    if one.status == "completed":
        sheet.say(REMARK, one, f"{name} was dispensed, which does not say that it was taken.", "Ask the person.")
    else:
        sheet.say(STATUS, one, f"Its status is {one.status or 'not said'}: nothing was handed over.")


PUTS: Mapping[type, Callable[..., object]] = {
    MedicationStatement: put_statement,
    MedicationAdministration: put_administration,
    MedicationDispense: put_dispense,
}
"""What is put on the sheet one by one, by its type."""
