"""The knowledge files checked against their own rules: every number sourced, every source there, every id met.

A number is any integer or real number under an entry, except the words that only name or order things (`rank`, years).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec

from leeward.errors import KnowledgeError, Problem
from leeward.knowledge.knowledge import Knowledge, file_names, raw
from leeward.model.quantity import unit_named
from leeward.model.shapes import is_list, is_mapping

STRUCTURAL = frozenset({"item_count", "order", "whole"})
"""Keys whose numbers count or order entries of ours and state nothing about the world."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What the check found: problems, and how many numbers stand on which kind of source."""

    entries: int
    numbers: int
    by_status: dict[str, int]
    sources: int
    sources_by_status: dict[str, int]
    unused_sources: tuple[str, ...]
    problems: tuple[Problem, ...]


class Found(msgspec.Struct, frozen=True):
    """A number in the files: where it stands and which sources carry it."""

    path: str
    value: float
    sources: tuple[str, ...]


def check(knowledge: Knowledge) -> Report:
    """Check every file. A number counts as read if any source that carries it was read, and so on down to consensus."""
    problems: list[Problem] = []
    cited: Counter[str] = Counter()
    status: Counter[str] = Counter()
    entries = numbers = 0
    for file in file_names():
        if file == "sources" or file.startswith("sources-"):
            continue
        for id, entry in raw(file).items():
            entries += 1
            path = f"{file}.{id}"
            problems += _unmet(path, entry, knowledge, cited)
            problems += _unsourced_words(path, entry, ())
            for found in _numbers(path, entry, ()):
                numbers += 1
                if not found.sources:
                    says = f"{found.value:g} has no source."
                    problems.append(_problem(found.path, "LW-0311", says, "Name one in `sources`, or leave it out."))
                status[best_status(knowledge, found.sources)] += 1
    problems += _types(knowledge)
    sources = knowledge.sources
    return Report(
        entries=entries,
        numbers=numbers,
        by_status=dict(status),
        sources=len(sources),
        sources_by_status=dict(Counter(source.status for source in sources.values())),
        unused_sources=tuple(id for id in sources if id not in cited),
        problems=tuple(sorted(problems)),
    )


ORDER = ("read", "read-second-hand", "recalled", "consensus")


def best_status(knowledge: Knowledge, sources: tuple[str, ...]) -> str:
    """The firmest standing among the sources of a number: read, read at second hand, recalled, consensus, or none."""
    found = {knowledge.sources[id].status for id in sources if id in knowledge.sources}
    return next((status for status in ORDER if status in found), "none")


def _numbers(path: str, value: Any, sources: tuple[str, ...]) -> Iterator[Found]:
    if is_mapping(value):
        own = tuple(_own_sources(value)) or sources
        for key, inner in value.items():
            if key not in STRUCTURAL and key != "sources":
                yield from _numbers(f"{path}.{key}", inner, own)
    elif is_list(value):
        for place, inner in enumerate(value):
            yield from _numbers(f"{path}[{place}]", inner, sources)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield Found(path, value, sources)


FIGURE = re.compile(r"(?<![\w-])\d(?![\d.]*-(?:OH|hydroxy))")
"""A figure that stands for itself, not the 7 of 7-OH or the 15 of MGM-15."""

SPEAKING = frozenset({"says", "do", "label", "when", "hold_if", "if", "note", "law", "default", "at", "every"})
"""Keys whose text a clinician reads: a figure in it needs a source as a number does."""


def _unsourced_words(path: str, value: Any, sources: tuple[str, ...], speaks: bool = False) -> Iterator[Problem]:
    """Figures in sentences that no source carries."""
    if is_mapping(value):
        own = tuple(_own_sources(value)) or sources
        for key, inner in value.items():
            yield from _unsourced_words(f"{path}.{key}", inner, own, key in SPEAKING)
    elif is_list(value):
        for place, inner in enumerate(value):
            yield from _unsourced_words(f"{path}[{place}]", inner, sources, speaks)
    elif speaks and not sources and isinstance(value, str) and FIGURE.search(value):
        yield _problem(path, "LW-0316", "A figure in this sentence has no source.", "Name one in `sources`.")


def _own_sources(entry: dict[Any, Any]) -> list[str]:
    given = entry.get("sources", [])
    return list(given) if is_list(given) else []


def _unmet(path: str, value: Any, knowledge: Knowledge, cited: Counter[str]) -> Iterator[Problem]:
    """Source ids that no file defines."""
    if is_mapping(value):
        for key, inner in value.items():
            if key == "sources" or key.endswith("_sources"):
                for id in _ids(inner):
                    cited[id] += 1
                    if id not in knowledge.sources:
                        says = f'"{id}" is not a source.'
                        yield _problem(f"{path}.{key}", "LW-0312", says, "Add it to a sources file, or mend the id.")
            else:
                yield from _unmet(f"{path}.{key}", inner, knowledge, cited)
    elif is_list(value):
        for place, inner in enumerate(value):
            yield from _unmet(f"{path}[{place}]", inner, knowledge, cited)


def _ids(value: Any) -> Iterator[str]:
    if is_mapping(value):
        for inner in value.values():
            yield from _ids(inner)
    elif is_list(value):
        yield from (str(item) for item in value)


TYPED_FILES = (
    "sources",
    "limits",
    "settings",
    "substances",
    "medicines",
    "conditions",
    "observations",
    "schedules",
    "tables",
    "monitoring",
    "conflicts",
    "always",
    "refusals",
)


def _types(knowledge: Knowledge) -> Iterator[Problem]:
    """Files that do not fit their types, units that are not known, defaults outside their range."""
    for name in TYPED_FILES:
        try:
            getattr(knowledge, name)
        except KnowledgeError as error:
            yield _problem(name, "LW-0313", str(error), "Mend the file.")
            return
    for id, limit in knowledge.limits.items():
        if unit_named(limit.unit) != limit.unit:
            mend = "Use a unit of model/quantity.py."
            yield _problem(f"limits.{id}", "LW-0314", f"{limit.unit} is not a unit.", mend)
    for id, setting in knowledge.settings.items():
        default = setting.default
        if isinstance(default, (bool, str)):
            continue
        if setting.low is None or setting.high is None or not setting.low <= default <= setting.high:
            says = "The default is not inside an allowed range."
            yield _problem(f"policy.{id}", "LW-0315", says, "Give low and high with the default between them.")


def _problem(path: str, code: str, says: str, mend: str) -> Problem:
    return Problem(path=path, code=code, says=says, mend=mend)
