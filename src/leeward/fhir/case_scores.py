"""Withdrawal scores and questionnaires: QuestionnaireResponse, and Observation with its members or components.

A score is known by Leeward's own address (`https://leeward.example/fhir/Questionnaire/cows`, items by `linkId`) or by the
exact name of its instrument. No LOINC code is taken for one: those found in use for COWS mean something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from leeward.errors import shown
from leeward.fhir.case_observations import may_be_used
from leeward.fhir.case_sheet import CONTRADICTION, NO_PLACE, STATUS, TIME, VALUE, Entry, Sheet, quoted
from leeward.fhir.codes import OURS, instrument_in_words, is_coded, words_of
from leeward.fhir.structures import (
    Coding,
    Element,
    Observation,
    ObservationComponent,
    Quantity,
    QuestionnaireResponse,
    QuestionnaireResponseItem,
    QuestionnaireResponseItemAnswer,
)
from leeward.fhir.units import measured
from leeward.instruments import load_instruments
from leeward.instruments.definition import Instrument
from leeward.instruments.names import resolve_items

QUESTIONNAIRES = f"{OURS}Questionnaire/"
POINTS = ("points", "1", "")
WEIGHTS = (
    "http://hl7.org/fhir/StructureDefinition/ordinalValue",
    "http://hl7.org/fhir/StructureDefinition/itemWeight",
    "http://hl7.org/fhir/StructureDefinition/questionnaire-ordinalValue",
)
"""Extensions that say how many points an answer stands for."""

TOTAL = "total"


def put_response(sheet: Sheet, one: QuestionnaireResponse) -> None:
    """A filled-in questionnaire of Leeward's, item by item; one of somebody else's is listed."""
    if one.status not in ("completed", "amended"):
        sheet.say(STATUS, one, f"Its status is {one.status or 'not said'}: it is not filled in.")
        return
    address = (one.questionnaire or "").partition("|")[0]
    id = address.removeprefix(QUESTIONNAIRES)
    instrument = load_instruments().get(id) if address.startswith(QUESTIONNAIRES) else None
    if instrument is None:
        sheet.say(NO_PLACE, one, f"{quoted(address or 'No questionnaire')} is no questionnaire that Leeward knows.")
        return
    at, stands = sheet.span(one, one.authored)
    if not stands:
        return
    given: dict[str, Any] = {}
    for item in _flat(one.item):
        _answer(sheet, one, instrument, item, given)
    told_by = {"Patient": "self", "Practitioner": "clinician", "PractitionerRole": "clinician"}
    source = one.source or one.author
    by = told_by.get(((source.reference if source else None) or "").rpartition("/")[0].rpartition("/")[2])
    _put(sheet, one, instrument, given, at, by)


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
    name = item.linkId or ""
    answer, *others = item.answer or (None,)
    if answer is None:
        return
    if name not in instrument.item_ids and name != TOTAL:
        sheet.say(NO_PLACE, one, f"{quoted(name)} is no item of {instrument.short}.")
    elif name in given or others:
        sheet.say(CONTRADICTION, one, f"{name} has several answers. It is unknown.")
        given[name] = "unknown"
    else:
        given[name] = _answered(sheet, one, name, answer)


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
        entry["total"] = total
    if "items" not in entry and "total" not in entry:
        sheet.say(VALUE, one, f"{instrument.short} without an answer.")
        return
    sheet.add("scores", entry, one)


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
    return tuple(coding for coding in (one.code.coding if one.code else ()) if (coding.system or "").startswith(OURS))


def is_item(one: Observation) -> bool:
    """Whether an observation is one item of an instrument, by Leeward's own code (`cows.pulse`)."""
    return any("." in (coding.code or "") for coding in _ours(one))


def put_score(sheet: Sheet, one: Observation, instrument: Instrument) -> set[int]:
    """A score with the items that it has as members or components; the members that belong to it (by `id()`)."""
    at, stands = sheet.span(one, one.effectiveDateTime, one.effectiveInstant, one.effectivePeriod)
    members = [member for member in map(sheet.held, one.hasMember) if isinstance(member, Observation)]
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


def _belongs(sheet: Sheet, one: Observation, member: Observation) -> bool:
    """Whether a member was made with its score: one of another time belongs to another score."""
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
        found, _ = resolve_items(instrument, [text])
        if found:
            return found[text]
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
