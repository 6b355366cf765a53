"""The words that a label can be read by: concepts, brands and words of knowledge, and one index of their phrases."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Literal, NamedTuple

import msgspec

from leeward.errors import KnowledgeError
from leeward.knowledge import Knowledge
from leeward.knowledge.entries import Entry, Ids, Words
from leeward.products.wording import fold, words


class Concept(Entry, frozen=True, kw_only=True):
    """A thing that a label can name; `near` and `skeletons` are what a misspelling may stand for."""

    kind: str
    title: str
    names: Words
    substance: str = ""
    near: Words = ()
    skeletons: Words = ()
    foreign: Words = ()
    warning: str = ""


class Percent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A share with its unit and sources."""

    value: float
    unit: str
    sources: Ids


class WordList(Entry, frozen=True, kw_only=True):
    """Words of one kind; `says` names the form where the kind is form."""

    kind: str
    words: Words
    title: str = ""
    at_most: Percent | None = None
    at_most_mg: Percent | None = None


class Brand(Entry, frozen=True, kw_only=True):
    """A brand: whether its name alone settles the family, what it is known to sell and since when it is on record."""

    names: Words
    title: str
    class_: Literal["leaf", "extract", "7-oh", "analogue", "blend", "tianeptine", "unknown"] = msgspec.field(
        name="class"
    )
    firm: str = ""
    alone: Literal["yes", "in-context"] = "yes"
    context: Words = ()
    holds: Words = ()
    line: Literal["extract", "unknown", ""] = ""
    """Extract: all that the brand sells. Unknown: a shot or tonic of this brand may hold leaf as well as extract."""
    extract_lines: Words = ()
    lines: Words = ()
    """Words that name a line of the brand of which Leeward does not know what it holds."""
    in_foods: bool = False
    """Whether the brand sells kratom in foods, drinks or mixtures, so that such a word does not speak against kratom."""
    warning: str = ""
    since: str = ""
    """The year since when the brand is on record."""


class Meaning(NamedTuple):
    """What a phrase means: its kind, the id of its entry and how to call it."""

    kind: str
    id: str
    title: str


class Lexicon(msgspec.Struct, frozen=True, eq=False):
    """Everything that a label is read with, ready to be looked up; one is equal to itself alone.

    `phrases`: first word to phrases, the longest first, with their meanings. `single`: every word of a phrase.
    """

    concepts: Mapping[str, Concept]
    brands: Mapping[str, Brand]
    phrases: Mapping[str, tuple[tuple[tuple[str, ...], tuple[Meaning, ...]], ...]]
    single: frozenset[str]
    by_kind: Mapping[str, frozenset[str]]
    near: tuple[str, ...]
    skeletons: frozenset[str]
    foreign: tuple[tuple[str, str], ...]
    """Names in other scripts, the longest first, with the name that Leeward reads by."""
    epithets: tuple[str, ...]
    """Species of Mitragyna, for labels that write "M. hirsuta"."""
    joinable: frozenset[str]
    brand_marks: tuple[str, ...]
    """Names of brands of the kratom family: a text that holds none of them names no brand."""
    street: Mapping[tuple[str, ...], str]
    trace_percent: float
    trace_mg: float
    trace_sources: Ids


JOINABLE = ("vein", "vein-noun", "place", "strain", "form", "leaf", "extract", "capsule", "marketing")
"""Kinds of words that are run together on labels."""

ANCHORS = ("kratom", "opms", "mitragynine", "mitragyna", "maengda", "tianeptine", "phenibut", "mit45")
"""Words long or rare enough to be found inside others, or among letters set apart."""


@cache
def lexicon(knowledge: Knowledge) -> Lexicon:
    """The lexicon of the knowledge files, built once; raises KnowledgeError where an entry cannot be met."""
    concepts = knowledge.table_of("product-concepts", Concept)
    brands = knowledge.table_of("product-brands", Brand)
    lists = knowledge.table_of("product-words", WordList)
    phrases: dict[tuple[str, ...], list[Meaning]] = {}

    def add(name: str, meaning: Meaning) -> None:
        key = tuple(words(fold(name)))
        if not key:
            raise KnowledgeError(f"{meaning.id}: the name {name!r} holds no word.")
        if meaning not in phrases.setdefault(key, []):
            phrases[key].append(meaning)

    for id, concept in concepts.items():
        if concept.substance and concept.substance not in knowledge.substances:
            raise KnowledgeError(
                f"product-concepts.toml: {id} names the substance {concept.substance}, which is no entry."
            )
        for name in concept.names:
            add(name, Meaning(concept.kind, id, concept.title))
    for id, brand in brands.items():
        for name in brand.names:
            add(name, Meaning("brand", id, brand.title))
    for id, entry in lists.items():
        for word in entry.words:
            add(word, Meaning(entry.kind, id, entry.title or (entry.says if entry.kind == "form" else word)))
    by_kind: dict[str, set[str]] = {}
    for key, meanings in phrases.items():
        for meaning in meanings:
            by_kind.setdefault(meaning.kind, set()).add(" ".join(key))
    return Lexicon(
        concepts=concepts,
        brands=brands,
        phrases=_by_first_word(phrases),
        single=frozenset(word for key in phrases for word in key),
        by_kind={kind: frozenset(found) for kind, found in by_kind.items()},
        near=tuple(stem for concept in concepts.values() for stem in concept.near),
        skeletons=frozenset(form for concept in concepts.values() for form in concept.skeletons),
        foreign=_foreign(concepts),
        epithets=tuple(
            sorted({key[1] for key in phrases if len(key) == 2 and key[0] == "mitragyna" and len(key[1]) > 4})
        ),
        joinable=frozenset(
            word for kind in JOINABLE for word in by_kind.get(kind, ()) if " " not in word and len(word) >= 3
        ).union(ANCHORS),
        brand_marks=tuple(
            fold(name) for brand in brands.values() if brand.class_ != "tianeptine" for name in brand.names
        ),
        street=_street_names(knowledge),
        trace_percent=next((entry.at_most.value for entry in lists.values() if entry.at_most), 0.0),
        trace_mg=next((entry.at_most_mg.value for entry in lists.values() if entry.at_most_mg), 0.0),
        trace_sources=tuple(id for entry in lists.values() if entry.at_most for id in entry.at_most.sources),
    )


def _foreign(concepts: Mapping[str, Concept]) -> tuple[tuple[str, str], ...]:
    named = ((fold(name), concept.names[0]) for concept in concepts.values() for name in concept.foreign)
    return tuple(sorted(named, key=lambda pair: -len(pair[0])))


def _by_first_word(
    phrases: Mapping[tuple[str, ...], list[Meaning]],
) -> dict[str, tuple[tuple[tuple[str, ...], tuple[Meaning, ...]], ...]]:
    found: dict[str, list[tuple[tuple[str, ...], tuple[Meaning, ...]]]] = {}
    for key, meanings in phrases.items():
        found.setdefault(key[0], []).append((key, tuple(meanings)))
    return {first: tuple(sorted(keys, key=lambda key: -len(key[0]))) for first, keys in found.items()}


FAMILY = frozenset(
    {
        "kratom-leaf",
        "kratom-extract",
        "7-hydroxymitragynine",
        "mitragynine-pseudoindoxyl",
        "mgm-15",
        "mgm-16",
        "unknown",
    }
)
"""Substances that concepts name, or that nobody named: their aliases are not looked up as somebody's words for a drug."""


def _street_names(knowledge: Knowledge) -> dict[tuple[str, ...], str]:
    """Names of substances outside the kratom family; an entry's own name goes before another's further names."""
    named: dict[tuple[str, ...], str] = {}
    entries = [(id, entry) for id, entry in knowledge.substances.items() if id not in FAMILY]
    for id, entry in entries:
        for name in (id, entry.name):
            named.setdefault(tuple(words(fold(name))), id)
    for id, entry in entries:
        for name in entry.aliases:
            named.setdefault(tuple(words(fold(name))), id)
    return named
