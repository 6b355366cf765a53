"""The sentences of a legal answer: what it says, why, what weakens it, and what to check."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

from leeward.knowledge.knowledge import Knowledge
from leeward.products.law.entries import Jurisdiction, Rule, Substance, legal_word
from leeward.products.law.lines import LegalLimit
from leeward.products.law.places import Place
from leeward.products.law.standing import Standing

WHAT: dict[Substance, str] = {
    "leaf": "kratom leaf",
    "extract": "kratom extract",
    "7-oh": "7-hydroxymitragynine (7-OH)",
    "analogue": "a kratom analogue (mitragynine pseudoindoxyl, MGM-15, MGM-16)",
}
FOR_KRATOM = "this is the rule for kratom, which does not tell an extract from leaf"
LOCAL = "Rules of cities and counties are not part of this answer: a local ban may exist."
FEDERAL_UNKNOWN = "the federal position is not known for this day, and what is scheduled federally no state can allow"


def once(words: Iterable[str]) -> tuple[str, ...]:
    """The words in order, each once, empty ones left out."""
    return tuple(dict.fromkeys(word for word in words if word))


def in_place(place: Place) -> str:
    """The place as it stands in a sentence."""
    if place.kind == "federal":
        return "the United States"
    return f"the {place.name}" if place.code == "US-DC" else place.name


def answer_sentence(
    place: Place,
    on: datetime.date,
    substance: Substance,
    rule: Rule | None,
    in_force: Sequence[Rule],
    limits: Sequence[LegalLimit],
    knowledge: Knowledge,
) -> str:
    """What the deciding rule says, with its age and its limits where it allows something; no full stop."""
    if rule is None:
        return f"What the law of {in_place(place)} said of {WHAT[substance]} on {on} is not known here"
    word = legal_word(rule.status_of(substance), knowledge)
    for_kratom = substance == "extract" and not rule.extract
    what = "kratom" if for_kratom else WHAT[substance]
    perhaps = rule.perhaps_on(on)
    says = (perhaps.says if perhaps else rule.says or word.says).format(what=what, place=in_place(place))
    says += f"; {FOR_KRATOM}" if for_kratom else ""
    if word.answer == "unlawful" and rule.possession:
        says += f"; {rule.possession}"
    if word.answer == "restricted":
        ages = [other.age for other in in_force if other.age is not None]
        says += f"; not for sale to anybody under {max(ages)}" if ages else ""
        numbers = _limits_in_words([limit for limit in limits if limit.status == "in_force"])
        says += f": {numbers}" if numbers else ""
    return says[:1].upper() + says[1:]


def short_answer(
    rule: Rule, on: datetime.date, substance: Substance, in_force: Sequence[Rule], limited: bool, knowledge: Knowledge
) -> str:
    """What the deciding rule says in a few words."""
    perhaps = rule.perhaps_on(on)
    if perhaps is not None:
        return perhaps.in_short
    age = max((other.age for other in in_force if other.age is not None), default=None)
    kinds = (
        (age is not None, f"buyers from {age}"),
        (limited, "content limits"),
        (any(other.labels for other in in_force), "label rules"),
        (any(other.shops for other in in_force), "shop rules"),
        (any(other.registration for other in in_force), "registration"),
    )
    terms = [words for is_so, words in kinds if is_so] or ["rules on sale"]
    listed = f"{', '.join(terms[:-1])} and {terms[-1]}" if len(terms) > 1 else terms[0]
    word = legal_word(rule.status_of(substance), knowledge)
    return word.in_short.format(terms=listed, age="an age not read" if age is None else age)


def _limits_in_words(limits: Sequence[LegalLimit]) -> str:
    by_scope: dict[str, list[str]] = {}
    for limit in limits:
        by_scope.setdefault(limit.applies_to, []).append(limit.in_words)
    return "; ".join(f"{' and '.join(parts)} ({scope})" for scope, parts in by_scope.items())


def not_settled(says: str, row: Jurisdiction) -> str:
    """The sentence where the answer is left open although something was found."""
    if row.confidence == "low":
        return f"Not settled, for the evidence is weak; what was found: {says}."
    return f"Not settled, for the days from and to which its rules hold are not all known; what was found: {says}."


def reasons(
    place: Place, row: Jurisdiction, on: datetime.date, substance: Substance, stands: Standing, near: bool
) -> tuple[str, ...]:
    """Notes of the rules and the place, what may be or is no longer in force, and how new and firm the evidence is."""
    speaking = [rule for rule in stands.certain if rule.status_of(substance)]
    lines = [place.read_as, *(rule.note for rule in speaking), row.note]
    for rule in stands.possible:
        if rule.status_of(substance) and rule.instrument:
            held = ", ".join(once((_day("from", rule.from_), _day("to", rule.to))))
            lines.append(f"Perhaps in force: {rule.instrument} ({held}).")
    for rule in stands.ended:
        if rule.status_of(substance) and rule.instrument:
            lines.append(f"Ended, as far as is known: {rule.instrument} ({_day('to', rule.to)}).")
    if not near:
        lines.append(f"The text known is that of {row.as_of}; what it said on {on} may differ.")
    lines.append(f"Newest evidence: {row.as_of}; confidence: {row.confidence}.")
    if place.kind != "federal":
        lines.append(LOCAL)
    return once(lines)


def _day(word: str, when: str) -> str:
    earliest, slash, latest = when.partition("/")
    if not when:
        return ""
    if slash:
        return f"{word} a day between {earliest} and {latest}"
    return f"{word} {when}" if len(when) == len("2026-01-01") else f"{word} a day of {when}"


def what_to_check(place: Place, row: Jurisdiction, speaking: Sequence[Rule]) -> tuple[str, ...]:
    """What to check, and where, before anything is said of the law of a place."""
    if place.kind == "federal":
        return row.check
    instruments = "; ".join(once(rule.instrument for rule in speaking))
    official = f"the current text, in the official code or register of {in_place(place)}: {instruments}"
    anywhere = (
        f"the official code, the schedule of controlled substances and the health department of {in_place(place)}"
    )
    return once((*row.check, official if instruments else anywhere, "city and county rules"))
