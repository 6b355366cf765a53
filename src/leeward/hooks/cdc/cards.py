"""The recommendations as cards: what applies, what cannot be told and what it lacks; silence where none applies."""

from __future__ import annotations

from collections.abc import Iterator

from leeward.fhir.rxnorm import doubts_of
from leeward.hooks.cards import MOST_LETTERS, OVERRIDE_REASONS, Action, Card, Source, Suggestion, cut
from leeward.hooks.cdc.recommendations import (
    JUDGES,
    Judged,
    Recommendation,
    adult,
    rec_10_none,
    rec_10_positive,
    recommendations,
)
from leeward.hooks.cdc.record_view import RecordView, name_of, number
from leeward.hooks.request import HookRequest
from leeward.hooks.wording import bullets, inert

GUIDELINE = "2022 CDC Clinical Practice Guideline for Prescribing Opioids for Pain"
ADDRESS = "https://www.cdc.gov/mmwr/volumes/71/rr/rr7103a1.htm"

WORDS_ALONE = "LW-0935"
"""Words that name an opioid beside no known code: told by `unclear_card`."""

_ORDERING = {"rec-10-none": rec_10_none, "rec-10-positive": rec_10_positive}


def cdc_cards(view: RecordView, request: HookRequest, service: str = "") -> Iterator[tuple[str, Card]]:
    """The cards of a hook with their topics; of one published service where it is named."""
    unknown: list[tuple[str, Recommendation, Judged]] = []
    for id, one in recommendations(view.knowledge).items():
        if request.hook not in one.hooks or (service and service not in one.services):
            continue
        ordering = request.hook in ("order-sign", "order-select")
        judged = _ORDERING[id](view, ordering=ordering) if id in _ORDERING else JUDGES[id](view)
        topic = f"cdc-{one.number.replace(' ', '-')}{'-positive' if id == 'rec-10-positive' else ''}"
        if judged.applies.is_yes:
            yield topic, _card(view, request, one, judged)
        elif judged.applies.is_unknown:
            unknown.append((f"{topic}-unknown", one, judged))
    if len(unknown) > 1:
        yield "cdc-unknown", _several_unknown([(one, judged) for _, one, judged in unknown])
    else:
        yield from ((topic, _unknown(one, judged)) for topic, one, judged in unknown)
    if not service:
        yield from doubtful_orders(view)
        yield from no_adult(view)


def no_adult(view: RecordView) -> Iterator[tuple[str, Card]]:
    """That nothing was held against the guideline, where an opioid or a benzodiazepine is ordered for somebody whom it does not cover."""
    drafts = [*view.ordered("opioid"), *view.ordered("benzodiazepine")]
    if drafts and adult(view).is_no:
        card = Card(
            summary=cut(
                f"Not held against the CDC guideline: {inert(drafts[0].name)} for somebody of {view.years} years"
            ),
            indicator="warning",
            source=Source(label=GUIDELINE, url=ADDRESS),
            detail=f"The guideline is for adults of {number(view.knowledge, 'adult-age'):g} years and more. Nothing was checked: ask a paediatric service.",
            override_reasons=OVERRIDE_REASONS,
        )
        yield "cdc-no-adult", card


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
    several = " and " in one.number
    return Card(
        summary=f"Cannot tell whether CDC recommendation{'s' if several else ''} {one.number} {'apply' if several else 'applies'}",
        indicator="info",
        source=_source(one),
        detail=" ".join(
            (*dict.fromkeys(_lacks(judged)), *map(inert, judged.found), f"If it applied: {one.summary.rstrip('.')}.")
        ),
        override_reasons=OVERRIDE_REASONS,
    )


def _several_unknown(open_: list[tuple[Recommendation, Judged]]) -> Card:
    """One card for all that cannot be told: a card for each, mostly for one reason, would bury what applies."""
    numbers = ", ".join(one.number for one, _ in open_)
    reasons = dict.fromkeys(line for _, judged in open_ for line in _lacks(judged))
    found = dict.fromkeys(inert(line) for _, judged in open_ for line in judged.found)
    applied = bullets([f"{one.number}: {one.summary.rstrip('.')}" for one, _ in open_], len(open_))
    return Card(
        summary=cut(f"Cannot tell whether CDC recommendations {numbers} apply"),
        indicator="info",
        source=Source(label=GUIDELINE, url=ADDRESS),
        detail="\n\n".join((" ".join((*reasons, *found)), f"If they applied:\n{applied}")),
        override_reasons=OVERRIDE_REASONS,
    )


def _lacks(judged: Judged) -> Iterator[str]:
    """Why it cannot be told, as sentences."""
    return (_sentence(inert(line)) for line in judged.applies.reasons() or judged.applies.lacked())


def _sentence(told: str) -> str:
    return f"{told[:1].upper()}{told[1:]}."
