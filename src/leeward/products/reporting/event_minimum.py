"""Whether an event holds the four things without which it is no report: patient, reporter, product, event.

Source: ich-e2d-2003-recalled and gvp-vi-validation, through `reporting.toml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from leeward.knowledge import Knowledge, load_knowledge
from leeward.knowledge.entries import Entry
from leeward.products.reporting.event import Event, is_told


class ReportingText(Entry, frozen=True, kw_only=True):
    """A sentence of a draft or a summary: where it is read, and in which order."""

    use: Literal["notice", "consent", "send", "minimum", "question"]
    order: int
    title: str


class MissingItem(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the report lacks, and what to ask for it."""

    id: str
    title: str
    ask: str
    sources: tuple[str, ...]


def ich_minimum(event: Event, knowledge: Knowledge | None = None) -> tuple[MissingItem, ...]:
    """What is missing of the ICH minimum; empty where all four are there.

    A weight alone does not identify a patient. A product problem without anything that happened to a person is no
    adverse event.

    >>> from leeward.products.reporting.event_file import read_event
    >>> [item.id for item in ich_minimum(read_event({"leeward": "event/1", "patient": {"age": 34}}))]
    ['reporter', 'product', 'event']
    """
    there = {
        "patient": _patient_is_identifiable(event),
        "reporter": _reporter_is_identifiable(event),
        "product": _product_is_named(event),
        "event": _something_happened(event),
    }
    texts = texts_for("minimum", knowledge or load_knowledge())
    return tuple(
        MissingItem(id=id, title=text.title, ask=text.says, sources=text.sources)
        for id, text in texts.items()
        if not there[id]
    )


def texts_for(use: str, knowledge: Knowledge) -> Mapping[str, ReportingText]:
    """The sentences for one use, in their order, by id."""
    entries = knowledge.table_of("reporting", ReportingText)
    found = [(id, entry) for id, entry in entries.items() if entry.use == use]
    return dict(sorted(found, key=lambda item: item[1].order))


def _patient_is_identifiable(event: Event) -> bool:
    patient = event.patient
    return any(is_told(told) for told in (patient.identifier, patient.date_of_birth, patient.age, patient.sex))


def _reporter_is_identifiable(event: Event) -> bool:
    who = event.reporter
    return any(
        is_told(told) for told in (who.name, who.occupation, who.organization, who.address, who.phone, who.email)
    )


def _product_is_named(event: Event) -> bool:
    products = event.products if isinstance(event.products, tuple) else ()
    return any(is_told(told) for product in products for told in (product.name, product.brand, product.class_))


def _something_happened(event: Event) -> bool:
    happened = event.event
    if isinstance(happened.symptoms, tuple) and happened.symptoms:
        return True
    if isinstance(happened.outcomes, tuple) and happened.outcomes:
        return True
    if is_told(happened.died) or happened.recovery == "died":
        return True
    only_a_problem = isinstance(event.kind, tuple) and bool(event.kind) and "adverse-event" not in event.kind
    return is_told(happened.what) and not only_a_problem
