"""Every service that Leeward offers to a record system: its hook, what is to be sent with a call, and who answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache

import msgspec

from leeward import __version__
from leeward.fhir.structures import Patient
from leeward.hooks import assessed
from leeward.hooks.cards import Card, named, ranked
from leeward.hooks.cdc.cards import cdc_cards
from leeward.hooks.cdc.recommendations import recommendations
from leeward.hooks.cdc.record_view import RecordView
from leeward.hooks.cdc.unclear import unclear_card
from leeward.hooks.discovery import ServiceLine, Services
from leeward.hooks.request import Hook, HookRequest
from leeward.hooks.set_aside import checkable, strangers_card, unchecked_card, unchecked_drafts, without_strangers
from leeward.hooks.situation import Situation
from leeward.knowledge import Knowledge

Answers = Callable[[Situation], Iterator[tuple[str, Card]]]

HOOK_VERSION = "1.0"

PATIENT = {"patient": "Patient/{{context.patientId}}"}
MEDICINES = {
    "requests": "MedicationRequest?patient={{context.patientId}}",
    "statements": "MedicationStatement?patient={{context.patientId}}",
}
RECORD = PATIENT | MEDICINES | {
    "conditions": "Condition?patient={{context.patientId}}",
    "observations": "Observation?patient={{context.patientId}}&category=vital-signs,laboratory,survey,exam,social-history,procedure",
    "allergies": "AllergyIntolerance?patient={{context.patientId}}",
    "administrations": "MedicationAdministration?patient={{context.patientId}}",
    "dispenses": "MedicationDispense?patient={{context.patientId}}",
    "answers": "QuestionnaireResponse?patient={{context.patientId}}",
    "encounters": "Encounter?patient={{context.patientId}}",
}  # fmt: skip
PRESCRIBING = PATIENT | {
    "requests": "MedicationRequest?patient={{context.patientId}}",
    "dispenses": "MedicationDispense?patient={{context.patientId}}",
    "conditions": "Condition?patient={{context.patientId}}",
    "observations": "Observation?patient={{context.patientId}}&category=laboratory",
    "encounters": "Encounter?patient={{context.patientId}}",
    "procedures": "Procedure?patient={{context.patientId}}",
    "services": "ServiceRequest?patient={{context.patientId}}",
    "plans": "CarePlan?patient={{context.patientId}}",
}  # fmt: skip

PUBLISHED_ITEMS = {
    "opioidcds-01": 9, "opioidcds-02": 10, "opioidcds-03": 13, "opioidcds-04-05": 13, "opioidcds-06": 1,
    "opioidcds-07": 14, "opioidcds-08-order-sign": 3, "opioidcds-09": 2, "opioidcds-10-order-sign": 10,
    "opioidcds-10-patient-view": 4, "opioidcds-11": 9, "opioidcds-11-patient-view": 3, "opioidcds-12-patient-view": 5,
}  # fmt: skip
"""The fewest items that a published call brings to each service (opioid-cds-r4, 2023)."""


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """A service. A call is answered only where every key of its prefetch was answered."""

    line: ServiceLine
    answers: Answers
    opens: bool = False
    """Whether its cards open Leeward's own pages in the chart."""

    def is_complete_in_the_older_dialect(self, request: HookRequest) -> bool:
        """Whether a call names what it prefetched item1, item2 ..., as the published record systems do, and brings enough.

        Its names say nothing of what an item that is null was to hold, so only the services that were published with
        such calls take them, each with as many items as it was published with.
        """
        items = [key for key in request.call.prefetch if re.fullmatch(r"item[1-9]\d?", key)]
        whole = len(items) == len(request.call.prefetch) and request.satisfied.issuperset(items)
        knows_whom = any(isinstance(one, Patient) for one in request.resources.held)
        fewest = PUBLISHED_ITEMS.get(self.line.id)
        return whole and knows_whom and fewest is not None and len(items) >= fewest

    def cards(self, situation: Situation) -> tuple[Card, ...]:
        """The cards for a call: one a topic, the most urgent first, each with its id."""
        request, strangers = without_strangers(situation.request)
        instance = request.call.hook_instance
        situation = msgspec.structs.replace(situation, request=request)
        told = (*strangers_card(situation, strangers), *self.answers(situation))
        sealed = {"seal": situation.seal, "launch": situation.launch if self.opens else ""}
        return ranked((topic, named(card, self.line.id, instance, topic, **sealed)) for topic, card in told)


def _line(id: str, hook: Hook, title: str, description: str, prefetch: dict[str, str]) -> ServiceLine:
    return ServiceLine(
        id=id,
        hook=hook,
        title=title,
        description=description,
        prefetch=prefetch,
        usage_requirements="Decision support for clinicians: a person reads, decides and signs.",
        version=__version__,
        hook_version=HOOK_VERSION,
    )


def _cdc(service: str = "") -> Answers:
    def answers(situation: Situation) -> Iterator[tuple[str, Card]]:
        request, knowledge = situation.request, situation.knowledge
        view = RecordView(knowledge, situation.now, checkable(request.selected), request.resources.held)
        asked = frozenset(
            id for id, one in recommendations(knowledge).items() if request.hook in one.hooks and service in (*one.services, "")
        )  # fmt: skip
        yield from cdc_cards(view, request, service)
        yield from unclear_card(situation, view, asked)
        medicines = [one for one in unchecked_drafts(request) if one.place.startswith("MedicationRequest/")]
        yield from unchecked_card(situation, medicines)

    return answers


def _own() -> Iterable[Service]:
    picture = "Where a person stands in opioid or kratom withdrawal, what may be done and what to ask first"
    yield Service(
        line=_line("leeward-withdrawal", "patient-view", "Leeward: withdrawal", picture, RECORD),
        answers=assessed.withdrawal_picture,
        opens=True,
    )
    hooks: tuple[Hook, ...] = ("order-select", "order-sign")
    for hook in hooks:
        line = _line(
            f"leeward-orders-{hook.removeprefix('order-')}",
            hook,
            "Leeward: order checks",
            "Orders for methadone, buprenorphine, lofexidine, clonidine and naltrexone held against what is known",
            RECORD,
        )
        yield Service(line=line, answers=assessed.order_checks, opens=True)
    about = "Kratom, 7-OH and analogues on record: interactions, and actions on the product"
    yield Service(
        line=_line("leeward-kratom", "patient-view", "Leeward: kratom", about, RECORD),
        answers=assessed.kratom,
        opens=True,
    )
    leaving = "Ongoing treatment, naloxone and follow-up before somebody leaves"
    yield Service(
        line=_line("leeward-discharge", "encounter-discharge", "Leeward: discharge", leaving, RECORD),
        answers=assessed.discharge,
        opens=True,
    )


def _guideline(knowledge: Knowledge) -> Iterable[Service]:
    told = recommendations(knowledge).values()
    hooks: tuple[Hook, ...] = ("patient-view", "order-select", "order-sign")
    for hook in hooks:
        words = "The recommendations of the CDC guideline for prescribing opioids for pain (2022) that apply here"
        line = _line(f"cdc-opioids-{hook}", hook, "CDC opioid prescribing guideline", words, PRESCRIBING)
        yield Service(line=line, answers=_cdc())
        for one in told:
            for service in one.services if hook in one.hooks else ():
                if _is_on(service, hook, one.hooks):
                    words = (
                        f"CDC guideline for prescribing opioids for pain, recommendation {one.number}: {one.summary}"
                    )
                    line = _line(service, hook, f"CDC recommendation {one.number}", words, PRESCRIBING)
                    yield Service(line=line, answers=_cdc(service))


def _is_on(service: str, hook: str, hooks: tuple[str, ...]) -> bool:
    """A service named after a hook is on that hook alone."""
    return len(hooks) == 1 or service.endswith(hook)


@cache
def services(knowledge: Knowledge) -> dict[str, Service]:
    """Every service by its id."""
    found: dict[str, Service] = {}
    for one in (*_own(), *_guideline(knowledge)):
        found.setdefault(one.line.id, one)
    return found


def discovery(knowledge: Knowledge) -> Services:
    """What a record system is told at /cds-services."""
    return Services(services=tuple(one.line for one in services(knowledge).values()))
