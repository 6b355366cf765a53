"""Substances in a product whose law is not held: said plainly, so that no line on kratom is taken for theirs.

Source: law-facts.toml, topic not-held.

Hazard: law lines on the kratom of a mixture read as the law on all of it.
"""

from __future__ import annotations

from collections.abc import Iterable

from leeward.knowledge import load_knowledge
from leeward.knowledge.knowledge import Knowledge
from leeward.products.law.entries import LawFact

HELD = frozenset(
    {
        "leaf",
        "extract",
        "7-oh",
        "analogue",
        "kratom",
        "kratom-leaf",
        "kratom-extract",
        "mitragynine",
        "7-hydroxymitragynine",
        "7-hydroxymitragynine-derivative",
        "mitragynine-pseudoindoxyl",
        "mgm-15",
        "mgm-16",
    }
)
"""Substances and classes of product that a line of `law_of` is about."""


def not_held(substances: Iterable[str], knowledge: Knowledge | None = None) -> tuple[str, ...]:
    """A sentence for each substance whose law is not held, with what a source says of it where there is one.

    >>> not_held(("kratom-leaf", "kava"))
    ('Leeward holds no law on kava.',)
    """
    facts = (knowledge or load_knowledge()).table_of("law-facts", LawFact).values()
    told = {fact.about: fact.says for fact in facts if fact.topic == "not-held"}
    return tuple(_sentence(one, told.get(one)) for one in dict.fromkeys(substances) if one not in HELD)


def _sentence(substance: str, more: str | None) -> str:
    says = f"Leeward holds no law on {substance.replace('-', ' ')}"
    return f"{says}; {more}" if more else f"{says}."
