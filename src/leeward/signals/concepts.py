"""Names as typed, and the concept that they are counted under. Nothing is merged that is not listed, and all of it is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from leeward.knowledge import Knowledge
from leeward.knowledge.entries import Entry, Words
from leeward.products.identity.identity import mentioning_kratom


class ConceptEntry(Entry, frozen=True, kw_only=True):
    """A concept: a name is of it where it holds one of these words."""

    holds: Words


class Merged(msgspec.Struct, frozen=True, kw_only=True):
    """The names of one concept, and those that may be of it and were left as they are."""

    concept: str
    names: tuple[str, ...]
    likely: tuple[str, ...]
    sources: tuple[str, ...]


def merged(names: Iterable[str], knowledge: Knowledge) -> tuple[Merged, ...]:
    """What is merged of these names, by concept; a name of two concepts belongs to the first that is listed."""
    left = sorted(set(names))
    found: list[Merged] = []
    for id, entry in knowledge.table_of("signal-concepts", ConceptEntry).items():
        of_it = [name for name in left if any(word in name.casefold() for word in entry.holds)]
        left = [name for name in left if name not in set(of_it)]
        likely = mentioning_kratom(left, knowledge) if id == "kratom" else []
        found.append(Merged(concept=id, names=tuple(of_it), likely=tuple(likely), sources=entry.sources))
    return tuple(found)


def concept_names(found: Iterable[Merged]) -> Mapping[str, str]:
    """Each merged name, and what it is counted under."""
    return {name: one.concept.upper() for one in found for name in one.names}
