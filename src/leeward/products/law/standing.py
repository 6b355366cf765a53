"""Which rules of a place stand on a day, and the answer that follows. Days that are not known stay open, never guessed."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import msgspec

from leeward.knowledge.knowledge import Knowledge
from leeward.products.law.entries import Answer, Jurisdiction, Rule, Span, Substance, legal_word

STRICTEST: tuple[Answer, ...] = ("unlawful", "undetermined", "restricted", "lawful")
"""Where several rules speak, the first of these that any of them gives. A silent or disputed one hides a lighter one."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """The rules of a place by how they stand on a day: surely in force, perhaps, ended before it."""

    certain: tuple[Rule, ...]
    possible: tuple[Rule, ...]
    ended: tuple[Rule, ...]


def standing(row: Jurisdiction, on: datetime.date) -> Standing:
    """How each rule of a place stands on a day. A rule that starts after it is left out."""
    certain: list[Rule] = []
    possible: list[Rule] = []
    ended: list[Rule] = []
    for rule in row.rules:
        start, end = _start(rule, row), Span.of(rule.to) if rule.to else None
        if end is not None and on > end.last:
            ended.append(rule)
        elif on >= start.last and (end is None or on <= end.first):
            certain.append(rule)
        elif on >= start.first:
            possible.append(rule)
    return Standing(certain=tuple(certain), possible=tuple(possible), ended=tuple(ended))


def _start(rule: Rule, row: Jurisdiction) -> Span:
    """The days on which a rule may have begun: by the row's own day at the latest, for the row tells of it as in force."""
    told = Span.of(row.as_of).first
    if not rule.from_:
        return Span(datetime.date.min, told)
    start = Span.of(rule.from_)
    return Span(start.first, min(start.last, told)) if start.first <= told else start


def answer_of(rules: Sequence[Rule], substance: Substance, knowledge: Knowledge) -> Answer:
    """The strictest answer that rules give on a substance; undetermined where none speaks of it."""
    statuses = {status for rule in rules if (status := rule.status_of(substance))}
    answers = {legal_word(status, knowledge).answer for status in statuses}
    for answer in STRICTEST:
        if answer in answers:
            return answer
    return "undetermined"


def deciding_rule(rules: Sequence[Rule], substance: Substance, answer: Answer, knowledge: Knowledge) -> Rule | None:
    """Of the rules that give the answer, the one that began last; None where no rule does."""
    giving = [
        rule
        for rule in rules
        if (status := rule.status_of(substance)) and legal_word(status, knowledge).answer == answer
    ]
    return max(giving, key=lambda rule: Span.of(rule.from_).first if rule.from_ else datetime.date.min, default=None)
