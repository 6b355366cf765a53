"""Drafts whose code means one medicine and whose words mean another: each is checked as the one and as the other.

Hazard: taken for two orders, such a draft would be warned of for what it is said to do to itself, and nobody would read
that it is one order of which nobody knows what it orders.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

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
