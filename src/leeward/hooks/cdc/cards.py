"""The recommendations as cards: what applies, what cannot be told and what it lacks; silence where none applies."""

from __future__ import annotations

from collections.abc import Iterator

from leeward.fhir.rxnorm import doubts_of
from leeward.hooks.cards import MOST_LETTERS, OVERRIDE_REASONS, Action, Card, Source, Suggestion, cut
from leeward.hooks.cdc.recommendations import (
    JUDGES,
    Judged,
    Recommendation,
    rec_10_none,
    rec_10_positive,
    recommendations,
)
from leeward.hooks.cdc.record_view import RecordView, name_of
from leeward.hooks.request import HookRequest
from leeward.hooks.wording import bullets, inert

GUIDELINE = "2022 CDC Clinical Practice Guideline for Prescribing Opioids for Pain"
ADDRESS = "https://www.cdc.gov/mmwr/volumes/71/rr/rr7103a1.htm"

WORDS_ALONE = "LW-0935"
"""Words that name an opioid beside no known code: told by `unclear_card`."""

_ORDERING = {"rec-10-none": rec_10_none, "rec-10-positive": rec_10_positive}


def cdc_cards(view: RecordView, request: HookRequest, service: str = "") -> Iterator[tuple[str, Card]]:
    """The cards of a hook with their topics; of one published service where it is named."""
    for id, one in recommendations(view.knowledge).items():
        if request.hook not in one.hooks or (service and service not in one.services):
            continue
        ordering = request.hook in ("order-sign", "order-select")
        judged = _ORDERING[id](view, ordering=ordering) if id in _ORDERING else JUDGES[id](view)
        topic = f"cdc-{one.number.replace(' ', '-')}{'-positive' if id == 'rec-10-positive' else ''}"
        if judged.applies.is_yes:
            yield topic, _card(view, request, one, judged)
        elif judged.applies.is_unknown:
            yield f"{topic}-unknown", _unknown(one, judged)
    if not service:
        yield from doubtful_orders(view)


def doubtful_orders(view: RecordView) -> Iterator[tuple[str, Card]]:
    """Orders whose code and words disagree: nothing is computed from a guess."""
    for order in view.selected:
        concept = view.medicine_of(order)
        doubts = doubts_of(concept, view.knowledge, order.id or "order") if concept else ()
        doubts = [one for one in doubts if one.code != WORDS_ALONE]
        if doubts:
            yield (
                f"doubt-{order.id}",
                Card(
                    summary=cut(f"Check the order for {inert(name_of(concept))}: its code and its words do not agree"),
                    indicator="warning",
                    source=Source(label=f"Leeward, RxNorm names of knowledge {view.knowledge.version}"),
                    detail=bullets([f"{one.says} {one.mend}" for one in doubts]),
                    override_reasons=OVERRIDE_REASONS,
                ),
            )


def _source(one: Recommendation) -> Source:
    return Source(label=f"{GUIDELINE}, recommendation {one.number} ({one.edition})", url=ADDRESS)


def _card(view: RecordView, request: HookRequest, one: Recommendation, judged: Judged) -> Card:
    assert len(one.summary) < MOST_LETTERS
    parts = [one.opening, one.detail, *map(inert, judged.found)]
    if one.cautions:
        parts.append(view.knowledge.table_of("cdc-recommendations", Recommendation)["mme-cautions"].detail)
    if not one.plain:
        parts.append("Leeward cannot see what was not sent; nothing here is an order.")
    suggestions = (_suggestion(one, request),) if one.suggests else ()
    return Card(
        summary=one.summary,
        indicator="warning",
        source=_source(one),
        detail=one.detail if one.plain else "\n\n".join(part for part in parts if part),
        suggestions=suggestions,
        selection_behavior="any" if suggestions else None,
        override_reasons=OVERRIDE_REASONS,
    )


def _suggestion(one: Recommendation, request: HookRequest) -> Suggestion:
    resource = {
        "resourceType": "ServiceRequest",
        "status": "draft",
        "intent": "proposal",
        "code": {"text": one.suggests},
        "subject": {"reference": f"Patient/{request.patient}"},
    }
    action = Action(type="create", description=one.suggests, resource=resource)
    return Suggestion(label=one.suggests, actions=(action,))


def _unknown(one: Recommendation, judged: Judged) -> Card:
    lacked = "; ".join(judged.applies.reasons()) or ", ".join(judged.applies.lacked())
    return Card(
        summary=f"Cannot tell whether CDC recommendation {one.number} applies",
        indicator="info",
        source=_source(one),
        detail=f"{_sentence(inert(lacked))} If it applied: {one.summary.rstrip('.')}.",
        override_reasons=OVERRIDE_REASONS,
    )


def _sentence(told: str) -> str:
    return f"{told[:1].upper()}{told[1:]}."
