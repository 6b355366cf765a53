"""Each score of a case as a QuestionnaireResponse and as an Observation with its items as members.

Hazard: a missing item is not 0. It is there without an answer, with how it is missing; a score that lacks one is a
range (`valueRange`) and never a total, and has a severity only where every possible total has the same.
"""

from __future__ import annotations

from leeward.fhir.questionnaires import TOTAL, address_of, answer_coding, questionnaire_of
from leeward.fhir.structures import (
    CodeableConcept,
    Coding,
    Element,
    Extension,
    Observation,
    QuestionnaireResponse,
    QuestionnaireResponseItem,
    QuestionnaireResponseItemAnswer,
    Reference,
)
from leeward.fhir.writing import TERMINOLOGY, Writing, at_or_between, between, concept, notes, ours, refer, words
from leeward.guidance.picture import scored
from leeward.instruments import load_instruments
from leeward.instruments.definition import Instrument
from leeward.instruments.scoring import Score
from leeward.model.case import ScoreEntry
from leeward.model.missing import NOT_ASKED, REFUSED, UNKNOWN, Missing

ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
REASONS = {NOT_ASKED: "not-asked", UNKNOWN: "asked-unknown", REFUSED: "asked-declined"}
SURVEY = CodeableConcept(coding=(Coding(system=f"{TERMINOLOGY}observation-category", code="survey"),))
CLINICIAN = Reference(type="Practitioner", display="A clinician who is not named here")


def score_resources(writing: Writing) -> tuple[Element, ...]:
    """The forms that the case's scores use, and for each score its response, its panel and its items."""
    used = dict.fromkeys(entry.instrument for entry in writing.case.scores)
    made: list[Element] = [questionnaire_of(id) for id in used]
    for place, entry in enumerate(writing.case.scores):
        instrument = load_instruments()[entry.instrument]
        found = scored(entry)
        about = entry.instrument, entry.key, entry.at, place
        response = response_of(writing, instrument, entry, found, writing.id("QuestionnaireResponse", *about))
        items = _items(writing, instrument, entry, found, about)
        made += [response, _panel(writing, instrument, entry, found, response, items, about), *items]
    return tuple(made)


def response_of(
    writing: Writing, instrument: Instrument, entry: ScoreEntry, found: Score, id: str
) -> QuestionnaireResponse:
    """A filled-in form: every item, those without an answer with the way in which it is missing; the total if certain."""
    answered = () if entry.items is None else tuple(_answer(instrument, found, item) for item in instrument.item_ids)
    total: tuple[QuestionnaireResponseItem, ...] = ()
    if found.total is not None:
        value = QuestionnaireResponseItemAnswer(valueDecimal=float(found.total))
        total = (QuestionnaireResponseItem(linkId=TOTAL, answer=(value,)),)
    at, _ = at_or_between(entry.at)
    return QuestionnaireResponse(
        id=id,
        meta=writing.meta,
        questionnaire=address_of(instrument),
        status="completed",
        subject=writing.subject,
        authored=at,
        author=CLINICIAN if entry.by == "clinician" else None,
        source=writing.subject if entry.by == "self" else None,
        item=(*answered, *total),
    )


def _answer(instrument: Instrument, found: Score, id: str) -> QuestionnaireResponseItem:
    item, points = instrument.item(id), found.items[id]
    if isinstance(points, Missing):
        return QuestionnaireResponseItem(
            linkId=id, text=words(item.title), extension=(Extension(url=ABSENT, valueCode=REASONS[points]),)
        )
    coding = answer_coding(instrument, item, item.choice(points))
    value = QuestionnaireResponseItemAnswer(valueCoding=coding)
    return QuestionnaireResponseItem(linkId=id, text=words(item.title), answer=(value,))


def _items(
    writing: Writing, instrument: Instrument, entry: ScoreEntry, found: Score, about: tuple[object, ...]
) -> tuple[Observation, ...]:
    if entry.items is None:
        return ()
    at, period = at_or_between(entry.at)
    made: list[Observation] = []
    for item in instrument.items:
        points = found.items[item.id]
        missing = isinstance(points, Missing)
        value = None if missing else answer_coding(instrument, item, item.choice(points))
        made.append(
            Observation(
                id=writing.id("Observation", *about, item.id),
                meta=writing.meta,
                status="final",
                category=(SURVEY,),
                code=concept(item.title, ours("instrument", f"{instrument.id}.{item.id}", item.title)),
                subject=writing.subject,
                effectiveDateTime=at,
                effectivePeriod=period,
                valueCodeableConcept=concept(value.display, value) if value else None,
                dataAbsentReason=_absent(points) if missing else None,
            )
        )
    return tuple(made)


def _panel(
    writing: Writing,
    instrument: Instrument,
    entry: ScoreEntry,
    found: Score,
    response: QuestionnaireResponse,
    items: tuple[Observation, ...],
    about: tuple[object, ...],
) -> Observation:
    at, period = at_or_between(entry.at)
    level = found.band if instrument.method == "triage" else None
    open_level = instrument.method == "triage" and level is None
    return Observation(
        id=writing.id("Observation", *about),
        meta=writing.meta,
        status="final",
        category=(SURVEY,),
        code=concept(instrument.title, ours("instrument", instrument.id, instrument.short)),
        subject=writing.subject,
        effectiveDateTime=at,
        effectivePeriod=period,
        valueInteger=found.total,
        valueRange=between(found.low, found.high, "points") if found.total is None else None,
        valueCodeableConcept=concept(level) if level else None,
        dataAbsentReason=_absent(UNKNOWN) if open_level else None,
        interpretation=(concept(found.band),) if found.band and not level else (),
        note=notes(_lacking(found), _signs(found), *found.notes),
        hasMember=tuple(refer(item) for item in items),
        derivedFrom=(refer(response),),
    )


def _lacking(found: Score) -> str:
    if not found.missing or found.total is not None:
        return ""
    return f"Not answered: {', '.join(found.missing)}. What they would add is not known."


def _signs(found: Score) -> str:
    low, high = found.objective_low, found.objective_high
    if low is None or high is None:
        return ""
    return f"Signs that somebody else can see: {low}{'' if low == high else f' to {high}'}."


def _absent(how: Missing) -> CodeableConcept:
    return CodeableConcept(coding=(Coding(system=f"{TERMINOLOGY}data-absent-reason", code=REASONS[how]),))
