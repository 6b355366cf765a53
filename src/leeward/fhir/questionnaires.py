"""Each instrument as a Questionnaire of R4, with the score as an expression that other renderers can evaluate.

The points of an answer stand in two extensions: `ordinalValue` (R4) and `itemWeight` (Structured Data Capture 4). The
expression adds the first up with `aggregate($this + $total, 0)`, which every FHIRPath engine has (`ordinal()` and
`weight()` are not everywhere). It gives nothing while an item is missing, since a missing item is not 0.

An instrument that is not a plain sum of its items (a triage, items that count once together, items that circumstances
take out of the count, points that are not on the form) has no expression: its total is Leeward's own to compute.

Source: hl7.org/fhir/R4/questionnaire.html and Structured Data Capture (recalled); the instruments in instruments.toml.
"""

from __future__ import annotations

from functools import cache

from leeward import __version__
from leeward.fhir.codes import OURS
from leeward.fhir.structures import (
    Coding,
    Expression,
    Extension,
    Questionnaire,
    QuestionnaireItem,
    QuestionnaireItemAnswerOption,
)
from leeward.fhir.writing import ours, words
from leeward.instruments import load_instruments
from leeward.instruments.definition import Choice, Instrument, Item

ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
WEIGHT = "http://hl7.org/fhir/StructureDefinition/itemWeight"
CALCULATED = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression"
TOTAL = "total"


def address_of(instrument: Instrument) -> str:
    """The canonical address of an instrument's Questionnaire."""
    return f"{OURS}Questionnaire/{instrument.id}"


def questionnaires() -> tuple[Questionnaire, ...]:
    """Every instrument that Leeward knows."""
    return tuple(questionnaire_of(id) for id in load_instruments())


@cache
def questionnaire_of(id: str) -> Questionnaire:
    """An instrument's form: every item with its allowed answers, none of them required, and the total if it is a sum."""
    instrument = load_instruments()[id]
    items = tuple(_item(instrument, item) for item in instrument.items)
    total = (_total(instrument),) if instrument.method == "sum" else ()
    return Questionnaire(
        id=instrument.id,
        url=address_of(instrument),
        version=__version__,
        name="".join(part.capitalize() for part in instrument.id.split("-")),
        title=words(instrument.title),
        status="active",
        subjectType=("Patient",),
        publisher="Leeward",
        description=words(instrument.says),
        copyright=words(instrument.licence),
        code=(ours("instrument", instrument.id, instrument.short),),
        item=(*items, *total),
    )


def answer_coding(instrument: Instrument, item: Item, choice: Choice) -> Coding:
    """An allowed answer as a code, with its points in the extensions where they are on the form and are added up."""
    scored = instrument.method == "sum" and not choice.only_words
    extension = (
        (
            Extension(url=ORDINAL, valueDecimal=float(choice.points)),
            Extension(url=WEIGHT, valueDecimal=float(choice.points)),
        )
        if scored
        else ()
    )
    code = choice.shown if choice.only_words or choice.shown in ("yes", "no") else str(choice.points)
    display = words(choice.says or choice.shown)
    system = f"{OURS}CodeSystem/{instrument.id}.{item.id}"
    return Coding(system=system, code=code, display=display, extension=extension)


def is_plain_sum(instrument: Instrument) -> bool:
    """Whether the total is the points of all items added up, and nothing else."""
    return instrument.method == "sum" and all(
        item.counts and not item.group and not item.counted_unless and not item.asked_if
        and not any(choice.only_words for choice in item.choices)
        for item in instrument.items
    )  # fmt: skip


def score_expression(instrument: Instrument) -> str | None:
    """The total in FHIRPath over a QuestionnaireResponse as `%resource`; None where it is no plain sum.

    Empty while an item has no answer.
    """
    if not is_plain_sum(instrument):
        return None
    values = (
        f"%resource.item.where(linkId != '{TOTAL}').answer.value.extension.where(url = '{ORDINAL}').value"  # points
    )
    return f"iif({values}.count() = {len(instrument.items)}, {values}.aggregate($this + $total, 0), {{}})"


def _item(instrument: Instrument, item: Item) -> QuestionnaireItem:
    return QuestionnaireItem(
        linkId=item.id,
        code=(ours("instrument", f"{instrument.id}.{item.id}", item.title),),
        text=words(f"{item.title}: {item.says}" if item.says else item.title),
        type="choice",
        required=False,
        answerOption=tuple(
            QuestionnaireItemAnswerOption(valueCoding=answer_coding(instrument, item, choice))
            for choice in item.choices
        ),
    )


def _total(instrument: Instrument) -> QuestionnaireItem:
    expression = score_expression(instrument)
    calculated = Expression(
        description="The points of all items; empty while one is missing.",
        language="text/fhirpath",
        expression=expression,
    )
    return QuestionnaireItem(
        linkId=TOTAL,
        extension=(Extension(url=CALCULATED, valueExpression=calculated),) if expression else (),
        text="Total",
        type="decimal",
        required=False,
        readOnly=True if expression else None,
    )
