"""What came with a call and is not used: resources of somebody else, and drafts that cannot be checked. Each is told.

Hazard: an order that is passed over in silence reads as one that was checked and found well.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache

import msgspec

from leeward.errors import Problem, shown
from leeward.fhir.codes import codes_in, words_of
from leeward.fhir.structures import CodeableConcept, Element, MedicationRequest, Patient, ServiceRequest
from leeward.hooks.cards import Card
from leeward.hooks.request import WITH_DRAFTS, HookRequest
from leeward.hooks.situation import Situation
from leeward.hooks.whose import is_anybodys, whose
from leeward.hooks.wording import bullets, told
from leeward.knowledge import load_knowledge

NO_LONGER = ("completed", "stopped", "cancelled", "entered-in-error")
"""Statuses of an order that is none that somebody is about to make."""

PROTOCOL = re.compile(
    r"\b(?:detox\w*|(?:withdrawal|opio?id\w*|opiate|cows) (?:protocol|order ?set|taper|induction|management|treatment|therapy|"
    r"agonist|replacement|substitution|maintenance)|patient[- ]controlled analgesia|moud|medication[- ]assisted treatment)\b",
    re.IGNORECASE,
)
"""Services that give medicines without naming them."""


def without_strangers(request: HookRequest) -> tuple[HookRequest, Counter[str]]:
    """The call without the resources that are not about its person, and how many of each type those were.

    Every service answers from what this leaves, so that no card rests on another person's record or tells of it.
    """
    strangers: Counter[str] = Counter()
    kept: list[Element] = []
    for one in request.resources.held:
        if is_anybodys(one) or whose(one, request.call.fhir_server) == request.patient:
            kept.append(one)
        else:
            strangers[type(one).__name__] += 1
    if not strangers:
        return request, strangers
    resources = msgspec.structs.replace(request.resources, held=tuple(kept))
    return msgspec.structs.replace(request, resources=resources), strangers


def strangers_card(situation: Situation, strangers: Counter[str]) -> Iterator[tuple[str, Card]]:
    """That something came that is not about the person, without a word of what it was."""
    if strangers:
        found = ", ".join(f"{count} {kind}" for kind, count in sorted(strangers.items()))
        says = (
            f"Not about the person of this call, or not said to be: {found}. Nothing of it was used and nothing of it is "
            "shown. What the record holds of this person may be incomplete."
        )
        summary = "The record system sent data that are not about this person; they were not used"
        yield "strangers", told(situation, summary, "warning", says)


def why_unchecked(draft: Element) -> str:
    """Why a draft is no order that can be checked, in a sentence; empty where it is one."""
    if not isinstance(draft, MedicationRequest):
        return f"It is a {type(draft).__name__}. Only a MedicationRequest is checked."
    if draft.modifierExtension or draft.implicitRules:
        return "It holds an extension or rules that change its meaning, unknown to Leeward."
    if draft.doNotPerform:
        return "It says that the medicine is not to be given."
    if draft.status in NO_LONGER:
        return f"Its status is {draft.status}, which no order has that is being made."
    return ""


def checkable(drafts: Iterable[Element]) -> tuple[Element, ...]:
    """The drafts to check, each as the draft it is whatever status the record system gives it."""
    found: list[Element] = []
    for one in drafts:
        if isinstance(one, MedicationRequest) and not why_unchecked(one):
            found.append(one if one.status in ("draft", "active") else msgspec.structs.replace(one, status="draft"))
        elif is_anybodys(one) or isinstance(one, Patient):
            found.append(one)
    return tuple(found)


class Unchecked(msgspec.Struct, frozen=True):
    """A draft that was not checked: what it is called, its place and the reason."""

    name: str
    place: str
    why: str

    @property
    def line(self) -> str:
        """The whole in one line."""
        return f"{self.name} ({self.place}): {self.why}"


def unchecked_drafts(request: HookRequest) -> Iterator[Unchecked]:
    """The drafts that the hook is about and that cannot be checked as they stand."""
    if request.hook not in WITH_DRAFTS:
        return
    for one in request.selected:
        why = "" if is_anybodys(one) or isinstance(one, Patient) or not may_order_medicine(one) else why_unchecked(one)
        if why:
            yield Unchecked(name_of_draft(one), f"{type(one).__name__}/{one.id or 'without id'}", why)


def may_order_medicine(draft: Element) -> bool:
    """Whether a draft may be of a medicine: an X-ray or a diet is none, and a card about it would be noise."""
    if not isinstance(draft, ServiceRequest):
        return True
    concepts = (draft.code, *draft.orderDetail)
    told = (*(note.text for note in draft.note), draft.patientInstruction)
    words = (*(text for concept in concepts for text in words_of(concept)), *(text for text in told if text))
    coded = any(True for _ in codes_in(concepts, "rxnorm"))
    return coded or any(_medicine_names().search(text) or PROTOCOL.search(text) for text in words)


@cache
def _medicine_names() -> re.Pattern[str]:
    knowledge = load_knowledge()
    names = {name for id, one in knowledge.medicines.items() for name in (id, one.name, *one.names) if len(name) > 3}
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(names)))})\b", re.IGNORECASE)


def name_of_draft(one: Element) -> str:
    """What a draft is for, in the words that came with it."""
    coded: CodeableConcept | None = getattr(one, "medicationCodeableConcept", None) or getattr(one, "code", None)
    reference = getattr(one, "medicationReference", None)
    words = words_of(coded) or ((reference.display,) if reference is not None and reference.display else ())
    codes = [coding.code for coding in coded.coding if coding.code] if coded else []
    return shown(words[0] if words else f"code {codes[0]}" if codes else "an order without a name", 80)


def unchecked_card(situation: Situation, found: Iterable[Unchecked]) -> Iterator[tuple[str, Card]]:
    """One card that names every draft that was not checked."""
    listed = list(dict.fromkeys(found))
    if listed:
        more = f" and {len(listed) - 1} more" if len(listed) > 1 else ""
        summary = f"Not checked{more and f', {len(listed)} orders'}: {listed[0].name}"
        detail = f"{bullets([one.line for one in listed])}\n\nNothing here speaks for or against them."
        yield "unchecked", told(situation, summary, "warning", detail)


def reasons_of(problems: Iterable[Problem], place: str) -> str:
    """What was said of a resource while it was read, as one text."""
    return " ".join(dict.fromkeys(str(one.says) for one in problems if one.path == place))
