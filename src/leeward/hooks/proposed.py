"""What a card lets a clinician take with one press: a draft removed, naloxone proposed. Nothing is done by itself."""

from __future__ import annotations

import msgspec

from leeward.hooks.cards import Action, Card, Suggestion
from leeward.hooks.situation import Situation
from leeward.hooks.wording import inert

NALOXONE = "Naloxone to take home, nasal spray 4 mg"


def with_suggestion(card: Card, *suggestions: Suggestion) -> Card:
    """The card with something that may be taken; as it is where there is nothing."""
    if not suggestions:
        return card
    return msgspec.structs.replace(card, suggestions=suggestions, selection_behavior="any")


def without_the_draft(draft: str, medicine: str) -> Suggestion:
    """The removal of a draft order, named by its type and id. The clinician still decides what is ordered instead."""
    label = f"Remove the draft for {inert(medicine)}"
    return Suggestion(label=label, actions=(Action(type="delete", description=label, resource_id=draft),))


def proposed_naloxone(situation: Situation) -> tuple[Suggestion, ...]:
    """A proposal of naloxone to take home."""
    resource = {
        "resourceType": "MedicationRequest",
        "status": "draft",
        "intent": "proposal",
        "medicationCodeableConcept": {"text": NALOXONE},
        "subject": {"reference": f"Patient/{situation.request.patient}"},
    }
    action = Action(type="create", description=NALOXONE, resource=resource)
    return (Suggestion(label="Propose naloxone to take home", actions=(action,)),)
