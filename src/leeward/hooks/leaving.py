"""Naloxone before somebody leaves: whether it is in hand, whether it may be proposed, and who needs it for pain medicines.

| what | counts | source |
|---|---|---|
| naloxone in hand | a form to take home that was ordered in the last two years | consensus of sources; a convention of Leeward |
| an ampoule or vial, an order of the ward | does not count: nobody takes it home | - |
| opioids for pain | from 50 MME a day, or with a benzodiazepine | CDC 2022, recommendation 8 |

What a list says of a daily dose is a floor: what cannot be read of it adds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from leeward.fhir.structures import MedicationRequest
from leeward.fhir.to_case import FromFhir
from leeward.guidance.mme import MmeTable
from leeward.guidance.options.current_treatment import listed_a_day
from leeward.hooks.cards import Card, Suggestion
from leeward.hooks.cdc.mme import mme_of
from leeward.hooks.cdc.record_view import RecordView, number
from leeward.hooks.proposed import proposed_naloxone, with_suggestion
from leeward.hooks.situation import Situation
from leeward.hooks.wording import bullets, inert, told
from leeward.model.case import Case, Medicine
from leeward.model.missing import Missing

NALOXONE = "naloxone"
KEEPS = timedelta(days=731)
"""An order of naloxone older than this says nothing of what is in hand now. A convention of Leeward."""

_PER_HOUR = re.compile(r"\b(?P<rate>\d{1,4}(?:\.\d{1,3})?)\s*(?:mcg|ug|µg|micrograms?)\s*(?:/|per)\s*h", re.IGNORECASE)
_AT_HOME = re.compile(
    r"\b(?:nasal|nose|spray|narcan|kloxxado|rextovy|zimhi|evzio|auto-?injector|kit|take|home)\b", re.IGNORECASE
)
_BY_STAFF = re.compile(r"\b(?:inj|injections?|injectable|ampoules?|ampules?|vials?|infusion|iv|mg/ml)\b", re.IGNORECASE)


def proposals(situation: Situation, found: FromFhir) -> tuple[Suggestion, ...]:
    """A proposal of naloxone to take home; none where it is in hand, or where an allergy to it is recorded."""
    return () if has_allergy(found.case) or _in_hand(situation, found) else proposed_naloxone(situation)


def has_allergy(case: Case) -> bool:
    """Whether an allergy to naloxone is recorded."""
    return not isinstance(case.allergies, Missing) and any(one.medicine == NALOXONE for one in case.allergies)


def allergy_lines(case: Case) -> tuple[str, ...]:
    """What is said where naloxone is not proposed for an allergy to it."""
    if not has_allergy(case):
        return ()
    return (
        "An allergy to naloxone is recorded, so none is proposed: ask what happened, and have an allergy specialist look.",
    )


def pain_card(situation: Situation, found: FromFhir) -> Iterator[tuple[str, Card]]:
    """Naloxone for somebody who leaves with opioids for pain that may stop the breathing; nothing where few or none are listed."""
    why = _risks(situation, found)
    if not why or _in_hand(situation, found):
        return
    lines = (
        *why,
        *allergy_lines(found.case),
        "Offer naloxone, with practice in using it, to the person and the household.",
    )
    card = told(situation, "Before discharge: opioids for pain, and no naloxone in hand", "warning", bullets(lines))
    yield "discharge-pain", with_suggestion(card, *proposals(situation, found))


def _risks(situation: Situation, found: FromFhir) -> tuple[str, ...]:
    least, day = number(situation.knowledge, "high-dose"), _mme_a_day(situation, found)
    medicines = () if isinstance(found.case.medicines, Missing) else found.case.medicines
    known = situation.knowledge.medicines
    traits = [(one.as_told, known[one.medicine].traits) for one in medicines if one.medicine]
    opioid = next((name for name, each in traits if "opioid-full-agonist" in each), "")
    sedative = next((name for name, each in traits if "benzodiazepine" in each), "")
    high = (f"The opioids listed come to at least {day:g} MME a day (CDC 2022 factors).",) if day >= least else ()
    both = (f"{inert(opioid)} and {inert(sedative)} are listed together.",) if opioid and sedative else ()
    return (*high, *both)


def _mme_a_day(situation: Situation, found: FromFhir) -> float:
    """What the opioids of the record come to at least, by their codes or by the words of their doses."""
    request, knowledge = situation.request, situation.knowledge
    held = request.resources.held
    view = RecordView(knowledge, situation.now, (), held)
    active = [one for one in held if isinstance(one, MedicationRequest) and one.status == "active"]
    coded = mme_of(active, knowledge, "cdc-2022", medicine=view.medicine_of).floor
    factors = knowledge.table_of("mme", MmeTable)["cdc-2022"].factors
    medicines = () if isinstance(found.case.medicines, Missing) else found.case.medicines
    listed = 0.0
    for entry in medicines:
        factor = factors.get(entry.medicine or "")
        if factor is not None and factor.value is not None:
            is_patch = factor.unit != "MME/mg"
            listed += factor.value * (_rate(entry) if is_patch else listed_a_day(entry, "opioid a day").low)
    return max(float(coded), listed)


def _rate(patch: Medicine) -> float:
    """Micrograms an hour, as the words of a patch say; 0 where they do not."""
    told = _PER_HOUR.search(f"{patch.as_told} {patch.dose if isinstance(patch.dose, str) else ''}")
    return float(told["rate"]) if told else 0.0


def _in_hand(situation: Situation, found: FromFhir) -> bool:
    """Whether the record holds naloxone that somebody can take home, told as such or not told otherwise, and not long ago."""
    case, sources = found.case, found.sources
    by_name = {f"MedicationRequest/{one.id}": one for one in situation.request.resources.held if isinstance(one, MedicationRequest)}  # fmt: skip
    listed = () if isinstance(case.medicines, Missing) else case.medicines
    places = [(f"medicines[{place}]", one) for place, one in enumerate(listed)]
    places += [(f"orders[{place}]", one) for place, one in enumerate(case.orders)]
    return any(
        one.medicine == NALOXONE
        and _goes_home(one.as_told)
        and _is_recent(situation, by_name.get(sources.get(place, "")))
        for place, one in places
    )


def _goes_home(words: str) -> bool:
    return bool(_AT_HOME.search(words)) or not _BY_STAFF.search(words)


def _is_recent(situation: Situation, order: MedicationRequest | None) -> bool:
    """Whether an order is for use outside, and of the last years as far as it says."""
    if order is None:
        return True
    inpatient = any(coding.code == "inpatient" for each in order.category for coding in each.coding)
    written = (order.authoredOn or "")[:10]
    oldest = (situation.now - KEEPS).date().isoformat()
    return not inpatient and not (written and written < oldest[: len(written)])
