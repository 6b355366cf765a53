"""What a specialist in poison information asks first, on one page: what is known, then what to ask, best first.

The caller reads it aloud; nothing is sent. No dose is worked out from grams, no level is called lethal, and what is
not known says so.

Source: poison-control-what-they-ask, poison-help-line; the order of the questions is that of `reporting.toml`.
"""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import shorten, wrap

from leeward.knowledge import Knowledge
from leeward.model.missing import Missing
from leeward.products.reporting.event import (
    OUTCOMES,
    Event,
    Finding,
    OtherProduct,
    SuspectProduct,
    is_told,
    told,
    told_time,
)
from leeward.products.reporting.event_minimum import texts_for
from leeward.products.reporting.medwatch import SYNTHETIC, Identified, class_words, finding_text, titles
from leeward.products.reporting.open_questions import open_questions

WIDTH = 100
STORY = 700
"""Characters of the story that fit half a page."""


def poison_centre_summary(
    event: Event,
    knowledge: Knowledge,
    identities: Sequence[Identified | None] = (),
    *,
    actions: Sequence[str] = (),
) -> str:
    """The summary as text: what is known, then the questions that are still open, best first.

    `actions`: known recalls and alerts on the products, one sentence each, as somebody else found them.
    """
    lines = ["Poison-centre summary", *([SYNTHETIC] if event.synthetic else [])]
    lines.append(texts_for("send", knowledge)["send-poison-help"].says)
    lines.append(f"Person: {_person(event)}")
    lines += _products(event, identities)
    lines += [f"Known action: {action}" for action in actions]
    lines.append(f"Also taken: {_others(event)}")
    lines.append(f"What happened: {_happened(event)}")
    lines.append(f"Vital signs: {_findings(event.event.observations, 'value not known')}")
    lines.append(f"Tests: {_findings(event.event.tests, 'result not known')}")
    lines.append(f"Treatment so far: {_findings(event.event.treatment, 'dose not known')}")
    lines.append(f"History: {told(event.event.history)}. Allergies: {told(event.event.allergies)}.")
    lines += _asked(event, knowledge) or ["Nothing of the usual questions is open."]
    return "\n".join(part for line in lines for part in _wrapped(line)) + "\n"


def _asked(event: Event, knowledge: Knowledge) -> list[str]:
    """The open questions, those of one topic on one line."""
    topics: dict[str, list[str]] = {}
    for question in open_questions(event, knowledge):
        topics.setdefault(question.title, []).append(question.says)
    return [f"To ask ({title}): {' '.join(questions)}" for title, questions in topics.items()]


def _suspects(event: Event) -> tuple[SuspectProduct, ...]:
    return event.products if isinstance(event.products, tuple) else ()


def _person(event: Event) -> str:
    who = event.patient
    words = [f"age {told(who.age)}", f"sex {told(who.sex)}", f"weight {told(who.weight)}"]
    words += [f"pregnant: {told(who.pregnant)}"] if who.sex != "male" or is_told(who.pregnant) else []
    words += [f"{told(who.gestation)} pregnant"] if is_told(who.gestation) else []
    words += [f"breastfeeding: {told(who.breastfeeding)}"] if is_told(who.breastfeeding) else []
    return ", ".join(words)


def _products(event: Event, identities: Sequence[Identified | None]) -> list[str]:
    if not _suspects(event):
        return [f"Product: {told(event.products)}"]
    lines: list[str] = []
    for place, product in enumerate(_suspects(event)):
        identity = identities[place] if place < len(identities) else None
        kind = (
            f"class by the label {class_words(identity)}" if identity is not None else f"class {told(product.class_)}"
        )
        name = ", ".join(told(part) for part in (product.name, product.brand) if is_told(part)) or told(product.name)
        words = [
            f"Product {place + 1}: {name}; {kind}",
            f"label strength {told(product.strength)} (a claim)",
            f"amount {told(product.amount)}",
            f"last use {told(told_time(product.last_use))}",
            f"route {told(product.route)}",
            f"maker {told(product.maker)}",
            f"lot {told(product.lot)}",
            f"UPC {told(product.upc)}",
        ]
        words += [f"packs {told(product.packs)}"] if is_told(product.packs) else []
        words += [f"product kept: {told(product.available)}"] if is_told(product.available) else []
        lines.append("; ".join(words))
    return lines


def _others(event: Event) -> str:
    others = event.other_products
    return told(others if isinstance(others, Missing) else tuple(_other(other) for other in others))


def _other(other: OtherProduct) -> str:
    dose = f" {told(other.dose)}" if is_told(other.dose) else " (dose not known)"
    return told(other.name) + dose


def _happened(event: Event) -> str:
    happened = event.event
    what = shorten(told(happened.what), STORY, placeholder=" … (the whole text is in the report)")
    words = [what, f"Symptoms: {told(happened.symptoms)}.", f"Began: {told(told_time(happened.began))}."]
    more = (
        ("Ended", told_time(happened.ended)),
        ("Outcome", titles(happened.outcomes, OUTCOMES)),
        ("State since", happened.recovery),
        ("Died", told_time(happened.died)),
        ("Others exposed", happened.others_exposed),
    )
    return " ".join([*words, *(f"{label}: {told(value)}." for label, value in more if is_told(value))])


def _findings(findings: tuple[Finding, ...] | Missing, lacking: str) -> str:
    return told(findings if isinstance(findings, Missing) else tuple(finding_text(one, lacking) for one in findings))


def _wrapped(line: str) -> list[str]:
    return wrap(line, WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
