"""One entry of knowledge as text: what it says, its numbers, its sources and whether they were read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from leeward.knowledge import Knowledge
from leeward.knowledge.knowledge import file_names, raw
from leeward.report.paper import Paper


def entry_text(id: str, knowledge: Knowledge) -> str | None:
    """The entry called `id`, from whichever file has it; None where none does. A name in two files shows both."""
    paper = Paper(colour=False)
    for file in file_names():
        entry = raw(file).get(id)
        if entry is not None:
            paper.lines.append(f"{id}  ({file}.toml)")
            _put(paper, entry, 2)
            _sources(paper, entry, knowledge)
            paper.lines.append("")
    return "\n".join(paper.lines).rstrip() or None


def _put(paper: Paper, value: dict[str, Any], indent: int) -> None:
    for key, inner in value.items():
        if isinstance(inner, dict) and all(not isinstance(deep, (dict, list)) for deep in inner.values()):
            paper.put(f"{key}: {_inline(inner)}", indent, hang=2)
        elif isinstance(inner, dict):
            paper.put(f"{key}:", indent)
            _put(paper, inner, indent + 2)
        elif isinstance(inner, list) and any(isinstance(item, dict) for item in inner):
            paper.put(f"{key}:", indent)
            for item in inner:
                paper.item(_inline(item), indent + 2)
        else:
            paper.put(f"{key}: {_inline(inner)}", indent, hang=2)


def _inline(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_inline(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return ", ".join(_inline(item) for item in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _sources(paper: Paper, entry: dict[str, Any], knowledge: Knowledge) -> None:
    for id in sorted(set(_cited(entry))):
        source = knowledge.sources.get(id)
        if source is not None:
            paper.item(f"[{id}] {source.title}, {source.year or 'no year'} ({source.status}, {source.date})")


def _cited(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "sources" or key.endswith("_sources"):
                yield from _flat(inner)
            else:
                yield from _cited(inner)
    elif isinstance(value, list):
        for item in value:
            yield from _cited(item)


def _flat(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _flat(inner)
    elif isinstance(value, list):
        yield from (str(item) for item in value)
