"""The terms of a question and of a statement: stems of its words, and the concepts that its words name.

A word stands for its concept as well, so that "Narcan" finds naloxone and "quitting" finds withdrawal: the concepts of
claims, the names and brands of medicines and substances, and those of products.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

import msgspec

from leeward.evidence.claims.words import Mention, Word, lexicon, mentions, stem, words
from leeward.knowledge import Knowledge
from leeward.products.identity.lexicon import lexicon as product_lexicon
from leeward.products.wording import plain

LONGEST_QUESTION = 400
"""Characters of a question that are read."""

_SILENT_WORDS = """
a about after against all also am an and any anyone are as at be because been before being but by can could did do
does doing done each enough ever every for from get gets give go had has have having he her him his how i if in into
is it its itself just know known like make makes many may me might more most much must my no not of off on one only
or other our out over own people please person say says she should so some someone something still such take takes
taking tell than that the their them then there these they thing this those to too under up use used user users uses
using very was we well were what when where whether which while who whom why will with without would yet you your or
s t re ve ll d m okay ok work works patient patients
"""

SILENT = frozenset(stem(word) for word in _SILENT_WORDS.split())
"""Stems that say nothing of what a text is about."""

KINDS = frozenset({"substance", "agency", "person", "effect", "care", "test"})
"""Kinds of concept that say what a text is about; the others say what it claims."""
MIXED = frozenset({"other-illness", "danger-word", "safe", "opioid-word", "easy-stop", "feel-it"})
"""Concepts that put unlike things together: enough to weigh a claim, not to find what it is about."""

CONCEPT = 0.8
"""What a shared concept counts for beside a shared word."""
NAMED = 0.9
"""What the usual name counts for where a question has another name of the same thing."""
WIDER = 0.4
"""What a wider concept counts for: opioids, where a question is about heroin."""

CLASS = 0.7
"""What the class counts for: benzodiazepines, where a question is about Xanax."""

CLASSES = frozenset({"benzodiazepine", "opioid", "alpha-2-agonist"})
"""Classes of medicines that statements speak of by the name of the class."""


class Sought(msgspec.Struct, frozen=True):
    """A word or phrase of a question as written, from word `first` to word `last`.

    `terms` may stand for it in a statement, with their worth; they share one rarity, that of the commonest. `wider` terms
    hold more than it, each with its own rarity.
    """

    written: str
    first: int
    last: int
    terms: Mapping[str, float]
    wider: Mapping[str, float]


@cache
def terms_of(text: str, knowledge: Knowledge) -> Mapping[str, int]:
    """The terms of a text, counted: its stems, and `=` before the concepts that its words name."""
    said = words(text)
    found = Counter(word.stem for word in said if _speaks(word))
    found.update({f"={mention.concept}" for mention in _concepts(said, text, knowledge)})
    return found


def sought(question: str, knowledge: Knowledge) -> tuple[Sought, ...]:
    """What a question asks for: each word that says something, and each phrase that names a thing."""
    text = plain(question, LONGEST_QUESTION)
    said = words(text)
    terms: dict[tuple[int, int], dict[str, float]] = {
        (place, place): {word.stem: 1.0} for place, word in enumerate(said) if _speaks(word)
    }
    wider: dict[tuple[int, int], dict[str, float]] = {}
    named = lexicon(knowledge)
    mentioned = _concepts(said, text, knowledge)
    for mention in mentioned:
        place = (mention.first, mention.last)
        beside = {one.concept for one in mentioned if (one.first, one.last) == place}
        if any(mention.concept in named.wider[one] for one in beside):
            wider.setdefault(place, {})[f"={mention.concept}"] = WIDER
        else:
            terms.setdefault(place, {})[f"={mention.concept}"] = CONCEPT
    for first, last, name in _other_names(said, knowledge):
        for term in name.usual:
            terms.setdefault((first, last), {}).setdefault(term, NAMED)
        for term in name.classes:
            wider.setdefault((first, last), {}).setdefault(term, CLASS)
    return tuple(
        Sought(text[said[first].start : said[last].end], first, last, found, wider.get((first, last), {}))
        for (first, last), found in sorted(terms.items())
    )


def by_usual_names(question: str, knowledge: Knowledge) -> str:
    """The question with the usual names of medicines, substances and products in place of other names.

    >>> from leeward.knowledge import load_knowledge
    >>> by_usual_names("Is Narcan of use?", load_knowledge())
    'Is naloxone of use?'
    """
    text = plain(question, LONGEST_QUESTION)
    said = words(text)
    told, end = "", 0
    for first, last, name in _other_names(said, knowledge):
        if name.called and said[first].start >= end:
            told += text[end : said[first].start] + name.called
            end = said[last].end
    return told + text[end:]


def _concepts(said: Sequence[Word], text: str, knowledge: Knowledge) -> list[Mention]:
    """The concepts that say what a text is about, those of each word alone and those of phrases."""
    named = lexicon(knowledge)
    found = mentions(said, text, named)
    for place, word in enumerate(said):
        for stems, concept, denied, cased in named.phrases.get(word.stem, ()):
            if len(stems) == 1 and not cased:
                found += [Mention(one, place, place, denied) for one in (concept, *named.wider[concept])]
    return [one for one in dict.fromkeys(found) if named.kinds[one.concept] in KINDS and one.concept not in MIXED]


def _speaks(word: Word) -> bool:
    return word.stem not in SILENT and any(letter.isalnum() for letter in word.text)


class _Name(msgspec.Struct, frozen=True):
    """A name as stems, the usual name of the same thing, that as stems, and the stems of its class."""

    stems: tuple[str, ...]
    called: str
    usual: tuple[str, ...]
    classes: tuple[str, ...]


def _other_names(said: Sequence[Word], knowledge: Knowledge) -> Iterator[tuple[int, int, _Name]]:
    names = _names(knowledge)
    for first, word in enumerate(said):
        for name in names.get(word.stem, ()):
            last = first + len(name.stems) - 1
            if tuple(one.stem for one in said[first : last + 1]) == name.stems:
                yield first, last, name
                break


@cache
def _names(knowledge: Knowledge) -> Mapping[str, tuple[_Name, ...]]:
    """Other names of medicines, substances and products by their first stem, the longest first."""
    found: dict[tuple[str, ...], _Name] = {}
    for text, usual, classes in _named(knowledge):
        stems = _stems(text)
        if not any(len(stem) > 2 for stem in stems):
            continue
        before = found.get(stems, _Name(stems, "", (), ()))
        own = bool(set(stems) & set(_stems(usual)))
        found[stems] = _Name(
            stems,
            before.called or ("" if own else usual),
            tuple(dict.fromkeys(before.usual + (() if own else _stems(usual)))),
            tuple(dict.fromkeys(before.classes + _stems(classes))),
        )
    by_first: dict[str, list[_Name]] = {}
    for name in sorted(found.values(), key=lambda one: -len(one.stems)):
        by_first.setdefault(name.stems[0], []).append(name)
    return {first: tuple(names) for first, names in by_first.items()}


def _named(knowledge: Knowledge) -> Iterator[tuple[str, str, str]]:
    """Every other name with the usual name and the class."""
    for medicine in knowledge.medicines.values():
        classes = " ".join(sorted(CLASSES & set(medicine.traits)))
        for name in (medicine.name, *medicine.names):
            yield name, medicine.name, classes
    for substance in knowledge.substances.values():
        for name in substance.aliases:
            yield name, substance.name, ""
    products = product_lexicon(knowledge)
    for concept in products.concepts.values():
        for name in concept.names:
            yield name, concept.title, ""
    for brand in products.brands.values():
        if brand.alone == "yes":
            for name in brand.names:
                yield name, brand.title, "tianeptine" if brand.class_ == "tianeptine" else "kratom"


def _stems(text: str) -> tuple[str, ...]:
    return tuple(word.stem for word in words(text) if _speaks(word))
