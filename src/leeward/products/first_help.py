"""What a poison specialist or a nurse needs before anything else beside a product: breathing, naloxone, whom to call.

The lines are `first-help.toml`: which of them stand depends on what the product may be. What is not known is read as
opioid-acting. No amount is called lethal or harmless, and no dose is given.

Hazard: waiting for a test that cannot see kratom delays ventilation and naloxone. Hazard: a label is a claim; products
have held opioids that it never named.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from leeward.knowledge import Knowledge
from leeward.knowledge.check import ORDER
from leeward.knowledge.entries import Entry

Group = Literal["7-oh", "analogue", "extract", "leaf", "kratom", "unknown", "tianeptine", "opioid", "other"]

GROUPS: dict[str, Group] = {
    "7-oh": "7-oh",
    "analogue": "analogue",
    "extract": "extract",
    "leaf": "leaf",
    "blend": "kratom",
    "kratom": "kratom",
}
"""Classes of the kratom family, as the group whose lines they get. A blend may hold any of them, and more."""

STRONGER: tuple[tuple[str, Group], ...] = (
    ("7-hydroxymitragynine", "7-oh"),
    ("mitragynine-pseudoindoxyl", "analogue"),
    ("mgm-15", "analogue"),
    ("mgm-16", "analogue"),
)
"""Substances that a product called leaf or extract is not read past."""


class FirstHelp(Entry, frozen=True, kw_only=True):
    """A line of the file: for which groups it stands, and where among the lines."""

    groups: tuple[Group, ...]
    order: int


class HelpLine(msgspec.Struct, frozen=True):
    """A line for the page. `status`: how firmly the weakest of its sources was read, so that it never looks firmer."""

    says: str
    sources: tuple[str, ...]
    status: str


def first_help(class_: str, substances: Sequence[str], knowledge: Knowledge) -> tuple[HelpLine, ...]:
    """At most five short lines, those that save a life first; none for a product that is not kratom by its words.

    `class_` is a product's class, or `kratom` where only the family is known; `substances` are ids of substances.toml.

    >>> from leeward.knowledge import load_knowledge
    >>> [line.says[:15] for line in first_help("7-oh", ["7-hydroxymitragynine"], load_knowledge())]
    ['Opioid-acting: ', 'Breathing first', 'Slow breathing:', 'Agitation, a fa', 'Poison Help 1-8']
    """
    group = _group(class_, substances, knowledge)
    entries = knowledge.table_of("first-help", FirstHelp).values()
    mine = sorted((entry for entry in entries if group in entry.groups), key=lambda entry: entry.order)
    return tuple(HelpLine(entry.says, entry.sources, _weakest(entry.sources, knowledge)) for entry in mine)


def _group(class_: str, substances: Sequence[str], knowledge: Knowledge) -> Group | None:
    if class_ == "not-kratom":
        return None
    family = GROUPS.get(class_)
    if family is not None:
        for id, stronger in STRONGER:
            if id in substances and class_ in ("leaf", "extract"):
                return stronger
        return family
    if "tianeptine" in substances:
        return "tianeptine"
    named = [knowledge.substances[id] for id in substances if id in knowledge.substances]
    if any(one.class_ in GROUPS for one in named):
        return "kratom"
    if any(one.opioid == "yes" for one in named):
        return "opioid"
    return "other" if class_ == "other-substance" else "unknown"


def _weakest(sources: Sequence[str], knowledge: Knowledge) -> str:
    return max((knowledge.sources[id].status for id in sources), key=ORDER.index)
