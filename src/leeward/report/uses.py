"""Who uses an entry of knowledge: the rules whose code asks for it, and the entries that cite it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from leeward.guidance import assess as _every_rule_is_registered  # noqa: F401
from leeward.guidance.rule import REGISTRY, Rule
from leeward.knowledge import Knowledge
from leeward.knowledge.knowledge import file_names, raw
from leeward.report.beside import beside
from leeward.report.entry import entry_text
from leeward.report.paper import Paper


def uses_text(id: str, knowledge: Knowledge) -> str | None:
    """The entry, the rules that ask for it by name and the entries that cite it; None where there is no such id."""
    text = entry_text(id, knowledge)
    rules = [rule for rule in REGISTRY.values() if id in rule.sources or id in _names(rule)]
    citing = list(_citing(id))
    if text is None and id not in REGISTRY:
        return None
    paper = Paper(colour=False)
    if text is not None:
        paper.lines.append(text)
    if id in REGISTRY:
        rule = REGISTRY[id]
        paper.put(f"{rule.id} ({rule.role.value}) {rule.says}. {rule.explains}", 0)
        paper.put(f"asks for: {', '.join(sorted(_names(rule))) or 'no entry by name'}")
        paper.put(f"sources: {', '.join(rule.sources) or 'those of the entries it asks for'}")
    paper.heading(f"Rules that rest on it: {len(rules)}")
    for rule in rules:
        paper.item(f"{rule.id} ({rule.role.value}) {rule.says}")
    paper.heading(f"Entries that cite it: {len(citing)}")
    for place in citing:
        paper.item(place)
    beside(paper, REGISTRY[id].sources if id in REGISTRY else [id], knowledge)
    return "\n".join(paper.lines)


def _names(rule: Rule) -> set[str]:
    """Words in a rule's code that are ids of limits or settings."""
    return {constant for constant in rule.test.__code__.co_consts if isinstance(constant, str) and "-" in constant}


def _citing(id: str) -> Iterator[str]:
    for file in file_names():
        for name, entry in raw(file).items():
            if _cites(id, entry):
                yield f"{file}.{name}"


def _cites(id: str, value: Any) -> bool:
    if isinstance(value, dict):
        return any(_cites(id, inner) for inner in value.values())
    if isinstance(value, list):
        return id in value or any(_cites(id, inner) for inner in value)
    return False
