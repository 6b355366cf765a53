"""Withdrawal scores and questionnaires: QuestionnaireResponse, and Observation with its members or components.

A score is known by Leeward's own address (`https://leeward.example/fhir/Questionnaire/cows`, items by `linkId`), by the
exact name of its instrument (a hospital's own `.../Questionnaire/cows`), or by all of its items by name. No LOINC code is
taken for one: those found in use for COWS mean something else.

Hazard: the numbers in another's form may be the places of the answers in their list, and not their points, which is less.
Such a form is used with its total alone, which must agree with the points (casefile).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from leeward.errors import shown
from leeward.fhir.case_observations import NEVER_MADE, may_be_used
from leeward.fhir.case_sheet import (
    CONTRADICTION,
    IN_DOUBT,
    NO_PLACE,
    SOMEBODY_ELSE,
    STATUS,
    TIME,
    VALUE,
    Entry,
    Sheet,
    person_of,
    quoted,
)
from leeward.fhir.codes import OURS, instrument_in_words, instrument_named, is_coded, said, words_of
from leeward.fhir.structures import (
    Coding,
    Element,
    Observation,
    ObservationComponent,
    Quantity,
    QuestionnaireResponse,
    QuestionnaireResponseItem,
    QuestionnaireResponseItemAnswer,
    Reference,
)
from leeward.fhir.units import measured
from leeward.instruments import load_instruments
from leeward.instruments.definition import Instrument
from leeward.instruments.names import item_named
from leeward.model.missing import REFUSED, UNKNOWN

QUESTIONNAIRES = f"{OURS}Questionnaire/"
POINTS = ("points", "1", "")
WEIGHTS = (
    "http://hl7.org/fhir/StructureDefinition/ordinalValue",
    "http://hl7.org/fhir/StructureDefinition/itemWeight",
    "http://hl7.org/fhir/StructureDefinition/questionnaire-ordinalValue",
)
"""Extensions that say how many points an answer stands for."""

ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"

OTHERS = tuple(f"{OURS}CodeSystem/{name}" for name in ("observation", "drug-test", "calculation"))
"""Leeward's own codes of what is no score."""

TOTAL = "total"
TOTALS = ("total", "total score", "score", "sum", "total points")


def put_response(sheet: Sheet, one: QuestionnaireResponse, panel: Observation | None = None) -> None:
    """A filled-in questionnaire of an instrument that Leeward knows, item by item; any other is listed.

    `panel`: the score that was made of it, which says when where the form itself does not.
    """
    if one.status not in ("completed", "amended"):
        sheet.say(STATUS, one, f"Its status is {one.status or 'not said'}: it is not filled in.")
        return
    address = (one.questionnaire or "").partition("|")[0]
    instrument = _asked(one, address)
    if instrument is None:
        sheet.say(NO_PLACE, one, f"{quoted(address or 'No questionnaire')} is no questionnaire that Leeward knows.")
        return
    told = () if panel is None else (panel.effectiveDateTime, panel.effectiveInstant, panel.effectivePeriod)
    at, stands = sheet.span(one, one.authored, *told)
    if not stands:
        return
    given: dict[str, Any] = {}
    for item in _flat(one.item):
        _answer(sheet, one, instrument, item, given)
    told_by = {"Patient": "self", "Practitioner": "clinician", "PractitionerRole": "clinician"}
    if not address.startswith(OURS) and TOTAL not in given:
        says = f"It is no form of Leeward's and has no total: its numbers may be points of {instrument.short} or not."
        sheet.say(IN_DOUBT, one, says, "Score it anew.")
        sheet.doubted.append((one, {"instrument": instrument.id, **({"at": at} if at is not None else {})}))
        return
    source = one.source or one.author
    kind = ((source.reference if source else None) or "").rpartition("/")[0].rpartition("/")[2]
    by = told_by.get(kind or (source.type if source else None) or "")
    _put(sheet, one, instrument, given, at, by)


def put_doubted_scores(sheet: Sheet) -> None:
    """Put each form whose points are in doubt among the scores of its instrument, as one that nobody knows.

    Left out, it would let an older score pass for the newest. Where there is no other, there is nothing to pass for it.
    """
    known = {entry["instrument"] for entry, _ in sheet.lists.get("scores", ())}
    for one, entry in sheet.doubted:
        if entry["instrument"] in known:
            items = dict.fromkeys(load_instruments()[entry["instrument"]].item_ids, "unknown")
            sheet.add("scores", {**entry, "items": items}, one)


def _asked(one: QuestionnaireResponse, address: str) -> Instrument | None:
    """The instrument of a questionnaire: by Leeward's address, by the name that its address ends in, or by all its items.

    A questionnaire of one item is read from Leeward's own address alone: a hospital's says too little of what it is.
    """
    known = load_instruments()
    if address.startswith(OURS):
        return known.get(address.removeprefix(QUESTIONNAIRES))
    id = instrument_named(address.rpartition("/")[2])
    named = known[id] if id else None
    if named is not None and len(named.items) > 1:
        return named
    told = [item.text for item in _flat(one.item) if item.text]
    whole = [each for each in known.values() if len(each.items) > 1 and _names_all(each, told)]
    return whole[0] if len(whole) == 1 else None


def _names_all(instrument: Instrument, told: list[str]) -> bool:
    return {item_named(instrument, text) for text in told}.issuperset(instrument.item_ids)


def _item_of(instrument: Instrument, item: QuestionnaireResponseItem) -> str | None:
    """The item that is answered, by its link or by the words of its question; `total` for the sum."""
    for told in (item.linkId, item.text):
        if told in instrument.item_ids:
            return told
        if told and (found := item_named(instrument, told)) is not None:
            return found
        if told and (told.strip().lower() in TOTALS or instrument_named(told) == instrument.id):
            return TOTAL
    return None


def _flat(items: Iterable[QuestionnaireResponseItem]) -> Iterator[QuestionnaireResponseItem]:
    for item in items:
        yield item
        yield from _flat(item.item)
        for answer in item.answer:
            yield from _flat(answer.item)


def _answer(
    sheet: Sheet,
    one: QuestionnaireResponse,
    instrument: Instrument,
    item: QuestionnaireResponseItem,
    given: dict[str, Any],
) -> None:
    name = _item_of(instrument, item)
    answer, *others = item.answer or (None,)
    if answer is None:
        if name in instrument.item_ids and (how := _missing(item)) is not None:
            given.setdefault(name, how)
        return
    if name is None:
        told = item.text or item.linkId or "An item without a name"
        sheet.say(NO_PLACE, one, f"{quoted(told)} is no item of {instrument.short}.")
    elif name in given or others:
        sheet.say(CONTRADICTION, one, f"{name} has several answers. It is unknown.")
        given[name] = "unknown"
    else:
        given[name] = _answered(sheet, one, name, answer)


def _missing(item: QuestionnaireResponseItem) -> str | None:
    """How an answer is missing, in the word of the case file; None where nothing is said about it."""
    told = next((one.valueCode for one in item.extension if one.url == ABSENT), None)
    return {"asked-unknown": UNKNOWN.value, "asked-declined": REFUSED.value}.get(told or "")


def _answered(sheet: Sheet, one: Element, name: str, answer: QuestionnaireResponseItemAnswer) -> Any:
    if answer.valueBoolean is not None:
        return answer.valueBoolean
    if answer.valueInteger is not None:
        return answer.valueInteger
    if answer.valueDecimal is not None and answer.valueDecimal.is_integer():
        return int(answer.valueDecimal)
    if answer.valueCoding is not None and (points := _weight(answer.valueCoding)) is not None:
        return points
    if answer.valueQuantity is not None:
        return _quantity(sheet, one, name, answer.valueQuantity)
    sheet.say(VALUE, one, f"The answer to {name} is not in points, yes or no. It is unknown.")
    return "unknown"


def _weight(coding: Coding) -> Any:
    """The points of a chosen answer: as its extension says, or as Leeward's own code does; yes or no by its code."""
    for extension in coding.extension:
        if extension.url in WEIGHTS and extension.valueDecimal is not None and extension.valueDecimal.is_integer():
            return int(extension.valueDecimal)
    code = coding.code or ""
    if (coding.system or "").startswith(OURS) and code.isascii() and code.isdigit() and len(code) < 4:
        return int(code)
    return code if code in ("yes", "no", "unknown", "asked-unknown") and code != "asked-unknown" else None


def _quantity(sheet: Sheet, one: Element, name: str, given: Quantity) -> Any:
    found = measured(given)
    if not isinstance(found, str) and found.unit in POINTS and found.value.is_integer():
        return int(found.value)
    if not isinstance(found, str) and found.unit not in POINTS:
        return {"value": found.value, "unit": found.unit}
    sheet.say(VALUE, one, f"{name} is not in points. It is unknown.")
    return "unknown"


def _put(sheet: Sheet, one: Element, instrument: Instrument, given: dict[str, Any], at: object, by: str | None) -> None:
    total = given.pop(TOTAL, None)
    entry: Entry = {"instrument": instrument.id, **({"at": at} if at is not None else {}), **({"by": by} if by else {})}
    if given:
        entry["items"] = given
    if isinstance(total, int) and not isinstance(total, bool):
        if (
            isinstance(one, Observation)
            and not given
            and instrument.method == "sum"
            and not 0 <= total <= instrument.highest
        ):
            sheet.say(VALUE, one, f"{total} is no total of {instrument.short}. It is unknown.")
        else:
            entry["total"] = total
    if "items" not in entry and "total" not in entry:
        sheet.say(VALUE, one, f"{instrument.short} without an answer.")
        if not isinstance(one, Observation) or not _was_made(one):
            return
        # Left out, it would let an older score pass for the newest.
        entry["items"] = dict.fromkeys(instrument.item_ids, "unknown")
    sheet.add("scores", entry, one)


def _was_made(one: Observation) -> bool:
    """Whether a score was made and its total cannot be used, as against one that was never made."""
    values = (getattr(one, name) for name in one.__struct_fields__ if name.startswith("value"))
    told = any(value is not None for value in values)
    return told or (one.dataAbsentReason is not None and not said(one.dataAbsentReason, *NEVER_MADE))


def is_told_twice(sheet: Sheet, one: Observation, instrument: Instrument) -> bool:
    """Whether a score is the one of a filled-in questionnaire that is in the case already, with the same total.

    Where the two totals differ both stand in the case, since nobody knows which is right.
    """
    forms = {
        sheet.name(form) for form in _referred(sheet, one, one.derivedFrom) if isinstance(form, QuestionnaireResponse)
    }
    for entry, source in sheet.lists.get("scores", ()):
        if source in forms and entry["instrument"] == instrument.id:
            total = _points(sheet, one, one, TOTAL)
            if total is None or "total" not in entry or total == entry["total"]:
                return True
            sheet.say(CONTRADICTION, one, "Its total is not that of the form that it is derived from. Both are used.")
    return False


def instrument_of(one: Observation) -> Instrument | None:
    """The instrument whose score an observation is, or is an item of; None where it is none."""
    ours = next((coding for coding in _ours(one) if coding.code), None)
    if ours is not None:
        return load_instruments().get((ours.code or "").partition(".")[0])
    if is_coded(one.code):
        return None
    id = instrument_in_words(one.code)
    instrument = load_instruments().get(id) if id else None
    # A scale of one item, such as RASS, is an observation of the case file, and read as one.
    return instrument if instrument is not None and len(instrument.items) > 1 else None


def _ours(one: Observation | ObservationComponent) -> tuple[Coding, ...]:
    """Leeward's own codes of instruments and their items."""
    named = one.code.coding if one.code else ()
    return tuple(one for one in named if (one.system or "").startswith(OURS) and one.system not in OTHERS)


def is_item(one: Observation) -> bool:
    """Whether an observation is one item of an instrument, by Leeward's own code (`cows.pulse`)."""
    return any("." in (coding.code or "") for coding in _ours(one))


def put_score(sheet: Sheet, one: Observation, instrument: Instrument) -> set[int]:
    """A score with the items that it has as members or components; the members that belong to it (by `id()`)."""
    at, stands = sheet.span(one, one.effectiveDateTime, one.effectiveInstant, one.effectivePeriod)
    members = [member for member in _referred(sheet, one, one.hasMember) if isinstance(member, Observation)]
    came = len(members)
    members = [member for member in members if member is not one]
    if came < len(one.hasMember):
        sheet.say(NO_PLACE, one, "Some of what it consists of did not come along.")
    if not stands:
        return {id(member) for member in members}
    given: dict[str, Any] = {}
    total = _points(sheet, one, one, TOTAL)
    if total is not None:
        given[TOTAL] = total
    for part in (*one.component, *members):
        if isinstance(part, Observation) and not _belongs(sheet, one, part):
            continue
        name = _item_name(part, instrument)
        if name is None:
            told = (words_of(part.code) or ("no name",))[0]
            sheet.say(NO_PLACE, one, f"{quoted(told)} is no item of {instrument.short}.")
        elif name in given:
            sheet.say(CONTRADICTION, one, f"{name} is in it twice. It is unknown.")
            given[name] = "unknown"
        elif (points := _points(sheet, one, part, name)) is not None:
            given[name] = points
    _put(sheet, one, instrument, given, at, None)
    return {id(member) for member in members}


def _referred(sheet: Sheet, one: Observation, references: Iterable[Reference]) -> Iterator[Element | None]:
    """What an observation refers to, each None where it did not come along."""
    return (sheet.held(reference, one) for reference in references)


def _belongs(sheet: Sheet, one: Observation, member: Observation) -> bool:
    """Whether a member was made with its score: one of another time belongs to another score, one of another to nobody."""
    if member.subject is not None and person_of(member) != person_of(one):
        sheet.say(SOMEBODY_ELSE, one, f"{sheet.name(member)} belongs to it and is about somebody else.")
        return False
    if not may_be_used(sheet, member):
        return False
    if member.effectiveDateTime and one.effectiveDateTime and member.effectiveDateTime != one.effectiveDateTime:
        first, other = sheet.moment(one.effectiveDateTime), sheet.moment(member.effectiveDateTime)
        if first is None or other is None or not (other.earliest <= first.latest and first.earliest <= other.latest):
            sheet.say(TIME, member, "It is of another time than the score that it belongs to.")
            return False
    return True


def _item_name(part: Observation | ObservationComponent, instrument: Instrument) -> str | None:
    for coding in _ours(part):
        name = (coding.code or "").rpartition(".")[2]
        if name in instrument.item_ids:
            return name
    if is_coded(part.code):
        return None
    for text in words_of(part.code):
        found = item_named(instrument, text)
        if found is not None:
            return found
    return None


def _points(sheet: Sheet, one: Observation, part: Observation | ObservationComponent, name: str) -> Any:
    if part.valueInteger is not None:
        return part.valueInteger
    if part.valueBoolean is not None:
        return part.valueBoolean
    if part.valueQuantity is not None:
        return _quantity(sheet, one, name, part.valueQuantity)
    if part.valueCodeableConcept is not None:
        weights = {_weight(coding) for coding in part.valueCodeableConcept.coding} - {None}
        if len(weights) == 1:
            return weights.pop()
        sheet.say(VALUE, one, f"{name} is told in no code that Leeward knows. It is unknown.")
        return "unknown"
    if name != TOTAL:
        sheet.say(VALUE, one, f"{shown(name)} has no points. It is unknown.")
        return "unknown"
    return None
