"""Cards from Leeward's own assessment of the person: the picture of withdrawal, orders held against it, kratom, discharge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

import msgspec

from leeward.errors import Problem
from leeward.fhir.reading import Resources
from leeward.fhir.to_case import case_document
from leeward.guidance.assess import assess
from leeward.guidance.assessment import Alert, Assessment, OptionAnswer, Statement
from leeward.guidance.use import KRATOM_CLASSES
from leeward.hooks.cards import OVERRIDE_REASONS, Card, Indicator, Source, cut
from leeward.hooks.situation import Situation
from leeward.model.case import Case
from leeward.model.missing import Missing

LEVELS: dict[str, Indicator] = {"emergency": "critical", "urgent": "warning", "caution": "info", "note": "info"}
CONDITIONS = frozenset({"opioid-use-disorder", "kratom-use-disorder", "precipitated-withdrawal-history"})
"""Conditions that make withdrawal a matter of the chart."""

TREATS = frozenset({"opioid-partial-agonist", "opioid-antagonist"})
"""Traits of medicines that opioid use disorder and overdose are treated with; methadone besides."""

MOST_ALERTS = 4
MOST_LINES = 12

T = TypeVar("T")


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """A person as assessed from what the record system sent; `not_understood` is told with every card."""

    case: Case
    assessment: Assessment
    not_understood: tuple[Problem, ...]


def answered(situation: Situation) -> Answered:
    """The assessment of what a call brought. Raises BadInput where no case can be made of it."""
    request = situation.request
    told = case_document(
        request.resources, situation.now, request.patient, drafts=_selected(situation), knowledge=situation.knowledge
    )
    assessment = assess(told.case, situation.knowledge, situation.policy, situation.signed_by)
    return Answered(case=told.case, assessment=assessment, not_understood=told.not_understood)


def _selected(situation: Situation) -> Resources:
    """The drafts that the hook is about: orders still to be signed, whatever status the record system gives them."""
    request = situation.request
    return msgspec.structs.replace(request.drafts, held=request.selected)


def withdrawal_picture(situation: Situation) -> Iterator[tuple[str, Card]]:
    """Where the person stands in withdrawal and what may be done; nothing where the record says nothing of an opioid."""
    found = answered(situation)
    if not _concerns(situation, found):
        return
    yield from _refused(situation, found)
    for alert in found.assessment.alerts[:MOST_ALERTS]:
        if alert.level in ("emergency", "urgent"):
            yield f"alert-{alert.id}", _alert_card(situation, alert)
    yield "withdrawal", _picture_card(situation, found)


def order_checks(situation: Situation) -> Iterator[tuple[str, Card]]:
    """What speaks against the orders being made, and what could not be told about them."""
    found = answered(situation)
    orders = {order.as_told for order in found.case.orders}
    if not orders:
        return
    for alert in found.assessment.alerts:
        if alert.rule.startswith("ORD-") and alert.level != "note":
            yield f"order-{alert.id}-{alert.title}", _alert_card(situation, alert)
    notes = [alert for alert in found.assessment.alerts if alert.rule == "ORD-00"]
    for alert in notes:
        yield f"order-note-{alert.title}", _alert_card(situation, alert)


def kratom(situation: Situation) -> Iterator[tuple[str, Card]]:
    """Kratom, 7-OH or an analogue on record: interactions with what is taken or ordered, and actions on the product."""
    found = answered(situation)
    products = [one for one in found.assessment.exposures if one.class_ in KRATOM_CLASSES]
    if not products:
        return
    lines = [f"* {one.between[0]} and {one.between[1]}: {one.says} {one.do}" for one in found.assessment.interactions]
    actions = [line for one in products if one.product for line in (one.product.says, *one.product.because)]
    named = ", ".join(dict.fromkeys(one.as_told for one in products))
    detail = "\n".join([*lines[:MOST_LINES], *(f"* {line}" for line in actions[:MOST_LINES])])
    yield (
        "kratom",
        _card(
            situation,
            f"Kratom or a kratom substance on record: {named}",
            "warning" if lines or actions else "info",
            detail or "No interaction is known with what was sent. That is no sign that there is none.",
        ),
    )


def discharge(situation: Situation) -> Iterator[tuple[str, Card]]:
    """Before somebody leaves: treatment that goes on, naloxone in hand, whom to call."""
    found = answered(situation)
    if not _concerns(situation, found):
        return
    detail = "\n".join(f"* **{one.title}** {one.says}" for one in found.assessment.always)
    yield (
        "discharge",
        _card(situation, "Before discharge: ongoing treatment, naloxone in hand, follow-up", "warning", detail),
    )


def _concerns(situation: Situation, found: Answered) -> bool:
    """Whether the record says anything of withdrawal or its treatment: what was taken, given, scored or coded.

    An opioid for pain alone does not: a card on every such chart would soon be read by nobody.
    """
    case, known = found.case, situation.knowledge.medicines
    if not isinstance(case.exposures, Missing) and case.exposures:
        return True
    named = {one.medicine for one in (*_told(case.medicines), *_told(case.doses), *case.orders) if one.medicine}
    treated = any(id == "methadone" or TREATS & set(known[id].traits) for id in named if id in known)
    coded = any(one.condition in CONDITIONS and one.present is True for one in _told(case.conditions))
    alarming = any(alert.level in ("emergency", "urgent") for alert in found.assessment.alerts)
    return treated or coded or alarming or bool(found.assessment.state.withdrawal)


def _told(listed: tuple[T, ...] | Missing) -> tuple[T, ...]:
    return () if isinstance(listed, Missing) else listed


def _refused(situation: Situation, found: Answered) -> Iterator[tuple[str, Card]]:
    for one in found.assessment.refusals:
        yield (
            f"refusal-{one.id}",
            _card(situation, f"Leeward does not answer this: {one.what}", "info", f"{one.why} {one.turn_to}"),
        )


def _picture_card(situation: Situation, found: Answered) -> Card:
    assessment = found.assessment
    scores = [
        f"{one.instrument.upper()} {one.total if one.total is not None else f'{one.range[0]} to {one.range[1]}' if one.range else 'not told'}"
        for one in assessment.state.withdrawal
        if one.current
    ]
    first = [option.title for option in assessment.options if option.status == "recommended"]
    summary = f"Withdrawal: {', '.join(scores) or 'no current score'}" + (f"; {first[0]}" if first else "")
    leads = _lines("Every plan leads with", [_said(one) for one in assessment.always])
    options = _lines("What may be done", [_option(one) for one in assessment.options])
    questions = _lines("Ask first", [one.ask for one in assessment.questions[:5]])
    unread = _lines("Sent, and not used here", [str(one.says) for one in found.not_understood])
    return _card(situation, summary, "info", "\n\n".join(part for part in (leads, options, questions, unread) if part))


def _said(one: Statement) -> str:
    return one.title or one.says


def _option(one: OptionAnswer) -> str:
    reasons = "; ".join(reason.rstrip(".") for reason in (*one.against, *one.because)[:2])
    needs = f" Needs: {', '.join(one.needs[:3])}." if one.needs else ""
    return f"**{one.title}**: {one.status.replace('-', ' ')}. {reasons}{'.' if reasons else ''}{needs}"


def _lines(title: str, lines: Sequence[str]) -> str:
    if not lines:
        return ""
    more = f"\n* and {len(lines) - MOST_LINES} more" if len(lines) > MOST_LINES else ""
    return f"**{title}**\n" + "\n".join(f"* {line}" for line in lines[:MOST_LINES]) + more


def _alert_card(situation: Situation, alert: Alert) -> Card:
    because, do = "; ".join(reason.rstrip(".") for reason in alert.because), "\n".join(f"* {line}" for line in alert.do)
    detail = f"{because}{'.' if because else ''}\n\n{do}".strip()
    return _card(situation, alert.title, LEVELS[alert.level], detail, rule=alert.rule)


def _card(situation: Situation, summary: str, indicator: Indicator, detail: str, rule: str = "") -> Card:
    signed = "" if situation.signed_by else " Nobody has signed this knowledge for this site."
    label = f"Leeward{f', rule {rule}' if rule else ''}, knowledge {situation.knowledge.version}"
    return Card(
        summary=cut(summary),
        indicator=indicator,
        source=Source(label=label),
        detail=f"{detail}\n\nNothing here is an order; a clinician decides.{signed}",
        override_reasons=OVERRIDE_REASONS,
    )
