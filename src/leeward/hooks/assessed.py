"""Cards from Leeward's own assessment of the person: the picture of withdrawal, orders held against it, kratom, discharge."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import msgspec

from leeward.errors import shown
from leeward.fhir.reading import Resources
from leeward.fhir.to_case import FromFhir, case_document
from leeward.guidance.assess import Workup
from leeward.guidance.assessment import Alert, Statement
from leeward.guidance.option import CANNOT_TELL, RECOMMENDED, Standing, against_it, because_of
from leeward.guidance.order_answers import BY_INTERACTION, BY_ITSELF, OrderResult
from leeward.guidance.order_checks import order_results
from leeward.guidance.use import KRATOM_CLASSES
from leeward.hooks import bearing
from leeward.hooks.cards import Card, Indicator
from leeward.hooks.leaving import allergy_lines, pain_card, proposals
from leeward.hooks.proposed import with_suggestion, without_the_draft
from leeward.hooks.set_aside import (
    Unchecked,
    checkable,
    name_of_draft,
    reasons_of,
    unchecked_card,
    unchecked_drafts,
)
from leeward.hooks.situation import Situation
from leeward.hooks.two_meanings import apart, disagreement_card, meanings_card, meanings_of
from leeward.hooks.untold import Untold, untold_card
from leeward.hooks.wording import MOST_LINES, bullets, inert, titled, told
from leeward.model.case import Case
from leeward.model.missing import Missing
from leeward.paper.plain_words import plain

LEVELS: dict[str, Indicator] = {"emergency": "critical", "urgent": "warning", "caution": "info", "note": "info"}

KRATOM_ORDERED = "ORD-13"

WARNED = (BY_INTERACTION, "ORD-12")
"""Checks of an order whose caution is a warning here: a major interaction, and buprenorphine above every usual dose."""

MOST_ALERTS = 4
MOST_QUESTIONS = 5

T = TypeVar("T")


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """A person as assessed from what the record system sent.

    `unread` is what was sent, bears on the service and was not understood.
    """

    told: FromFhir
    work: Workup
    unread: tuple[bearing.Unread, ...]

    @property
    def case(self) -> Case:
        """The case that was assessed."""
        return self.told.case


def answered(situation: Situation, about: bearing.Bearing | None = None, drafts: Resources | None = None) -> Answered:
    """The assessment of what a call brought. Raises BadInput where no case can be made of it.

    `drafts`: those of the call, where some of them are to be read in one of several ways.
    """
    request, knowledge = situation.request, situation.knowledge
    drafts = drafts or _drafts(situation)
    told = case_document(request.resources, situation.now, request.patient, drafts=drafts, knowledge=knowledge)
    work = Workup(told.case, knowledge, situation.policy)
    unread = bearing.unread(told, request.resources.held, about, knowledge) if about else ()
    return Answered(told=told, work=work, unread=unread)


def _drafts(situation: Situation) -> Resources:
    """The drafts that can be checked: orders still to be signed, whatever their status, those besides the selected too."""
    drafts = situation.request.drafts
    return msgspec.structs.replace(drafts, held=checkable(drafts.held))


def _names_selected(situation: Situation) -> frozenset[str]:
    """The drafts that the hook is about, by type and id."""
    return frozenset(f"{type(one).__name__}/{one.id}" for one in situation.request.selected)


def _told_beside(situation: Situation, found: Answered) -> frozenset[str]:
    """What is ordered by drafts alone that the hook is not about: it counts for the others, and is not answered for."""
    selected, beside, others = _names_selected(situation), set[str](), set[str]()
    drafted = {f"{type(one).__name__}/{one.id}" for one in situation.request.drafts.held}
    for place, entry in enumerate(found.told.document.get("orders", ())):
        source = found.told.sources.get(f"orders[{place}]", "")
        (beside if source in drafted - selected else others).add(entry["medicine"])
    return frozenset(beside - others)


def withdrawal_picture(situation: Situation) -> Iterator[tuple[str, Card]]:
    """Where the person stands in withdrawal and what may be done; nothing where the record says nothing of an opioid."""
    found = answered(situation, bearing.withdrawal(situation.knowledge))
    if not _concerns(situation, found):
        yield from _unread_card(situation, found, "withdrawal or an opioid")
        return
    yield from _refused(situation, found)
    grave = [alert for alert in found.work.alerts if alert.level in ("emergency", "urgent")]
    for alert in grave[:MOST_ALERTS]:
        yield f"alert-{alert.id}", _alert_card(situation, alert)
    if len(grave) > MOST_ALERTS:
        rest = [alert.title for alert in grave[MOST_ALERTS:]]
        indicator = LEVELS[grave[MOST_ALERTS].level]
        yield "alerts-besides", told(situation, f"Urgent besides: {'; '.join(rest)}", indicator, bullets(rest))
    yield "withdrawal", _picture_card(situation, found)


def order_checks(situation: Situation) -> Iterator[tuple[str, Card]]:
    """What speaks against the orders being made, what could not be told about them, and which could not be checked."""
    found = answered(situation, bearing.withdrawal(situation.knowledge))
    yield from _unread_card(situation, found, "what bears on this order")
    unchecked = (*unchecked_drafts(situation.request), *_left_out(situation, found), *_strange(situation, found))
    yield from unchecked_card(situation, unchecked)
    drafts = _drafts(situation)
    meanings = meanings_of(drafts, found.told)
    yield from meanings_card(situation, drafts, meanings, found.told)
    beside = {f"{type(one).__name__}/{one.id}" for one in drafts.held} - _names_selected(situation)
    yield from disagreement_card(situation, drafts, {*meanings, *beside}, found.told)
    untold: list[Untold] = []
    for each in [answered(situation, drafts=one) for one in apart(drafts, meanings)] or [found]:
        yield from _checked(situation, each, untold)
    yield from untold_card(situation, untold)


def _checked(situation: Situation, found: Answered, untold: list[Untold]) -> Iterator[tuple[str, Card]]:
    """What speaks against each order; how far each could be answered is added to `untold`.

    To remove a draft is proposed for nobody whom Leeward does not cover: that it was not checked speaks against no order.
    """
    strangers, beside = tuple(bearing.unknown_medicines(found.case)), _told_beside(situation, found)
    allergies = bearing.unknown_allergies(found.told)
    for result in order_results(found.work.picture):
        if result.order.as_told == bearing.UNNAMED or result.order.as_told in beside:
            continue
        for alert in result.alerts:
            if alert.rule == BY_ITSELF and alert.level in ("caution", "note"):
                if _is_strange(result):
                    continue
                untold.append(Untold(alert, result.not_told, strangers, allergies))
                continue
            card = _alert_card(situation, alert)
            if alert.rule in WARNED and alert.level == "caution":
                card = msgspec.structs.replace(card, indicator="warning")
            if alert.level in ("emergency", "urgent") and result.kind != "refused":
                draft = _draft_of(found, result.order.as_told)
                card = with_suggestion(card, *([without_the_draft(draft, result.order.as_told)] if draft else []))
            yield f"order-{alert.id}-{alert.title}", card


def _left_out(situation: Situation, found: Answered) -> Iterator[Unchecked]:
    """Drafts that could be checked by themselves and of which the case holds no order with a name all the same."""
    request, drafts, selected = situation.request, _drafts(situation).held, _names_selected(situation)
    orders = enumerate(found.told.document.get("orders", ()))
    sources = [
        found.told.sources.get(f"orders[{place}]", "")
        for place, entry in orders
        if entry["medicine"] != bearing.UNNAMED
    ]
    placed = {name for names in sources for name in names.split(", ")}
    for place, one in enumerate(drafts, start=len(request.resources.held) + 1):
        name = f"{type(one).__name__}/{one.id}" if one.id else f"{type(one).__name__} {place} of the bundle"
        is_asked = f"{type(one).__name__}/{one.id}" in selected
        if is_asked and type(one).__name__ == "MedicationRequest" and name not in placed:
            why = reasons_of(found.told.not_understood, name) or "Leeward made no order of it."
            yield Unchecked(name_of_draft(one), name, why)


def _is_strange(result: OrderResult) -> bool:
    """Whether an order was not understood and may be of an opioid, or of what acts against one."""
    is_kratom = any(alert.rule == KRATOM_ORDERED for alert in result.alerts)
    return result.order.medicine is None and not is_kratom and bearing.is_perhaps_opioid(result.order.as_told)


def _strange(situation: Situation, found: Answered) -> Iterator[Unchecked]:
    """Drafts that were not understood and may be of an opioid: each is told as loudly as one that could not be read."""
    sources, selected = found.told.sources, _names_selected(situation)
    strange = {one.order.as_told for one in order_results(found.work.picture) if _is_strange(one)}
    for place, entry in enumerate(found.told.document.get("orders", ())):
        source = sources.get(f"orders[{place}]", "")
        if source in selected and entry["medicine"] in strange:
            why = "Leeward does not know this medicine, and it may be an opioid or act against one. Write its full name, or its RxNorm code."
            yield Unchecked(f"not understood, {shown(entry['medicine'], 80)}", source, why)


def _draft_of(found: Answered, as_told: str) -> str:
    """The draft that an order comes from, by its type and id; empty where several are told alike or it has no id."""
    orders = enumerate(found.told.document.get("orders", ()))
    places = [place for place, entry in orders if entry.get("medicine") == as_told]
    source = found.told.sources.get(f"orders[{places[0]}]", "") if len(places) == 1 else ""
    return source if source.startswith("MedicationRequest/") and "," not in source else ""


def kratom(situation: Situation) -> Iterator[tuple[str, Card]]:
    """Kratom, 7-OH or an analogue on record: interactions with what is taken or ordered, and actions on the product."""
    found = answered(situation, bearing.kratom(situation.knowledge))
    yield from _unread_card(situation, found, "kratom")
    products = [
        one
        for one in found.work.exposures
        if one.class_ in KRATOM_CLASSES or bearing.is_kratom_label(one.as_told, situation.knowledge)
    ]
    if not products:
        return
    lines = [f"{one.between[0]} and {one.between[1]}: {one.says} {one.do}" for one in found.work.interactions]
    actions = [line for one in products if one.product for line in (one.product.says, *one.product.because)]
    named = ", ".join(dict.fromkeys(one.as_told for one in products))
    detail = "\n".join(part for part in (bullets(lines, MOST_LINES), bullets(actions, MOST_LINES)) if part)
    yield (
        "kratom",
        told(
            situation,
            f"Kratom or a kratom substance on record: {named}",
            "warning" if lines or actions else "info",
            detail or "No interaction is known with what was sent. That is no sign that there is none.",
        ),
    )


def discharge(situation: Situation) -> Iterator[tuple[str, Card]]:
    """Before somebody leaves: treatment that goes on, naloxone in hand, whom to call."""
    found = answered(situation, bearing.withdrawal(situation.knowledge))
    yield from _unread_card(situation, found, "withdrawal or an opioid")
    if not found.unread and not _concerns(situation, found):
        yield from pain_card(situation, found.told)
        return
    lines = [f"* **{inert(one.title)}** {inert(one.says)}" for one in found.work.always]
    detail = "\n".join((*lines, *(f"* {line}" for line in allergy_lines(found.case))))
    card = told(situation, "Before discharge: ongoing treatment, naloxone in hand, follow-up", "warning", detail)
    yield "discharge", with_suggestion(card, *proposals(situation, found.told))


def _concerns(situation: Situation, found: Answered) -> bool:
    """Whether the record says anything of withdrawal or its treatment: what was taken, given, scored, tested or coded.

    An opioid for pain alone does not: a card on every such chart would soon be read by nobody.
    """
    case, known = found.case, situation.knowledge
    if not isinstance(case.exposures, Missing) and case.exposures:
        return True
    named = {one.medicine for one in (*_told(case.medicines), *_told(case.doses), *case.orders) if one.medicine}
    matters = bearing.concerning(known)
    coded = any(one.condition in matters and one.present is True for one in _told(case.conditions))
    if bearing.treats(named, known) or coded or bearing.tested(case) or found.work.withdrawal:
        return True
    return any(alert.level in ("emergency", "urgent") for alert in found.work.alerts)


def _told(listed: tuple[T, ...] | Missing) -> tuple[T, ...]:
    return () if isinstance(listed, Missing) else listed


def _unread_card(situation: Situation, found: Answered, about: str) -> Iterator[tuple[str, Card]]:
    """That the record names something of the kind that Leeward did not understand: somebody has to look."""
    if found.unread:
        summary = f"Not understood, look for {about}: {found.unread[0].name}"
        detail = titled("Named in the record, not understood: look", [one.line for one in found.unread], None)
        yield "unread", told(situation, summary, "warning", detail)


def _refused(situation: Situation, found: Answered) -> Iterator[tuple[str, Card]]:
    for one in found.work.refusals:
        says = f"{inert(one.why)} {inert(one.turn_to)}"
        yield f"refusal-{one.id}", told(situation, f"Leeward does not answer this: {one.what}", "info", says)


def _picture_card(situation: Situation, found: Answered) -> Card:
    work = found.work
    scores = [
        f"{one.instrument.upper()} {one.total if one.total is not None else f'{one.range[0]} to {one.range[1]}' if one.range else 'not told'}"
        for one in work.withdrawal
        if one.current
    ]
    first = [one.option.title for one in work.standings if one.status == RECOMMENDED]
    summary = f"Withdrawal: {', '.join(scores) or 'no current score'}" + (f"; {first[0]}" if first else "")
    parts = (
        titled("Named in the record, not understood: look", [one.line for one in found.unread]),
        titled("Every plan leads with", [_said(one) for one in work.always]),
        _options(work),
        titled("Ask first", [plain(one.ask) for one in work.questions(MOST_QUESTIONS)]),
        titled("Sent, and not used here", [f"{one.path}: {one.says}" for one in found.told.not_understood]),
    )
    return told(situation, summary, "info", "\n\n".join(part for part in parts if part))


def _said(one: Statement) -> str:
    return one.title or one.says


def _options(work: Workup) -> str:
    """The options that can be told, each with its reasons; those that cannot in one line with what they need."""
    told_ = [one for one in work.standings if one.status != CANNOT_TELL]
    open_ = [one.option.title for one in work.standings if one.status == CANNOT_TELL]
    lines = [f"* **{inert(one.option.title)}**: {inert(plain(_reasons(one, work)))}" for one in told_[:MOST_LINES]]
    if len(told_) > MOST_LINES:
        lines.append(f"* and {len(told_) - MOST_LINES} more")
    if open_:
        lines.append(f"* **Cannot tell yet, too little is known**: {inert('; '.join(open_))}.")
    return "\n".join(("**What may be done**", *lines)) if lines else ""


def _reasons(one: Standing, work: Workup) -> str:
    said = (*against_it(one, work.picture), *because_of(one, work.picture))
    reasons = "; ".join(reason.rstrip(".") for reason in said[:2])
    needs = f" Needs: {', '.join(one.needs[:3])}." if one.needs else ""
    return f"{one.status.replace('-', ' ')}. {reasons}{'.' if reasons else ''}{needs}"


def _alert_card(situation: Situation, alert: Alert) -> Card:
    because = plain("; ".join(reason.rstrip(".") for reason in alert.because))
    detail = f"{inert(because)}{'.' if because else ''}\n\n{bullets(alert.do)}".strip()
    return told(situation, plain(alert.title), LEVELS[alert.level], detail, rule=alert.rule)
