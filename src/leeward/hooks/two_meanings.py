"""Drafts whose code and words do not agree. Where they mean two medicines each is checked as the one and as the other.

Hazard: a public table gives the code of the 2 mg film to the 8 mg film, a fourfold dose error that the mass of a dose hides.
Hazard: taken for two orders, such a draft would be warned of for what it is said to do to itself, and nobody would read
that it is one order of which nobody knows what it orders.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import msgspec

from leeward.fhir.case_sheet import Entry
from leeward.fhir.plan_resources import RXNORM
from leeward.fhir.reading import Resources
from leeward.fhir.structures import CodeableConcept, Coding, Element, MedicationRequest
from leeward.fhir.to_case import FromFhir
from leeward.hooks.cards import Card
from leeward.hooks.set_aside import name_of_draft, reasons_of
from leeward.hooks.situation import Situation
from leeward.hooks.wording import inert, told

Meanings = Mapping[str, list[Entry]]

DISAGREE = {
    "LW-0931": "The code and the words of this order say different strengths",
    "LW-0932": "The code and the words of this order say different forms",
    "LW-0933": "The code and the words of this order name different ingredients",
    "LW-0934": "The codes of this order are of different products",
}
"""How the code of a product and the words beside it may disagree, the gravest first."""


def meanings_of(drafts: Resources, found: FromFhir) -> Meanings:
    """The orders that came of one draft, by its type and id, where several did."""
    names = {_name(one) for one in drafts.held}
    listed: dict[str, list[Entry]] = {}
    for place, entry in enumerate(found.document.get("orders", ())):
        source = found.sources.get(f"orders[{place}]", "")
        if source in names:
            listed.setdefault(source, []).append(entry)
    return {name: entries for name, entries in listed.items() if len(entries) > 1}


def apart(drafts: Resources, meanings: Meanings) -> Iterator[Resources]:
    """The drafts as often as one of them has meanings, each time with another one of them."""
    for nth in range(max(map(len, meanings.values()), default=0)):
        held = [_meant(one, meanings[_name(one)], nth) if _name(one) in meanings else one for one in drafts.held]
        yield msgspec.structs.replace(drafts, held=tuple(held))


def meanings_card(
    situation: Situation, drafts: Resources, meanings: Meanings, found: FromFhir
) -> Iterator[tuple[str, Card]]:
    """That nobody can tell what an order orders."""
    for one in drafts.held:
        if _name(one) in meanings:
            says = f"{reasons_of(found.not_understood, _name(one))} It was checked as each of them. Correct the order before it is signed."
            summary = f"The code and the words of this order mean different medicines: {name_of_draft(one)}"
            yield f"two-meanings-{_name(one)}", told(situation, summary, "warning", inert(says))


def disagreement_card(
    situation: Situation, drafts: Resources, passed_over: Collection[str], found: FromFhir
) -> Iterator[tuple[str, Card]]:
    """That the code of an order and its words are of different products; `passed_over`: drafts that another card is about."""
    for one in drafts.held:
        name = _name(one)
        told_of = {problem.code: problem.says for problem in found.not_understood if problem.path == name}
        codes = [code for code in DISAGREE if code in told_of]
        if codes and name not in passed_over:
            says = " ".join(str(told_of[code]) for code in codes)
            does = "Nobody can tell which of them is dispensed. Correct the order before it is signed."
            summary = f"{DISAGREE[codes[0]]}: {name_of_draft(one)}"
            yield f"disagreement-{name}", told(situation, summary, "warning", inert(f"{says} {does}"))


def _name(one: Element) -> str:
    return f"{type(one).__name__}/{one.id}"


def _meant(one: Element, entries: list[Entry], nth: int) -> Element:
    if not isinstance(one, MedicationRequest):
        return one
    entry = entries[min(nth, len(entries) - 1)]
    coding = (Coding(system=RXNORM, code=entry["rxnorm"]),) if "rxnorm" in entry else ()
    words = None if coding and entry["medicine"] == f"RxNorm {entry['rxnorm']}" else entry["medicine"]
    concept = CodeableConcept(text=words, coding=coding)
    return msgspec.structs.replace(one, medicationCodeableConcept=concept, medicationReference=None)
