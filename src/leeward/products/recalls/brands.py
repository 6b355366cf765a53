"""Brands and firms as phrases: which of those that actions name stands on a label.

The longest phrase wins, so that "Cali Botanicals" is not the brand "Cali". A phrase needs a word that names something, or
three words: "Maeng Da" and "red" name no brand.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from leeward.products.recalls.action import Action
from leeward.products.recalls.amounts import stem
from leeward.products.recalls.candidates import Word
from leeward.products.recalls.vocabulary import Vocabulary
from leeward.products.wording import fold

Phrase = tuple[str, ...]

_WORD = re.compile(r"[a-z]+|\d+")
_SPLIT = re.compile(r";|\bdba\b|\(|\)|,|/")
_LEGAL = frozenset({"llc", "inc", "corp", "corporation", "ltd", "co", "company", "lp", "products", "the"})


class Brands(msgspec.Struct, frozen=True):
    """Phrases of brands and of firms, with the numbers of the records that they belong to."""

    brands: Mapping[str, Mapping[Phrase, frozenset[int]]] = {}
    """First word -> phrases that begin with it -> records."""
    firms: Mapping[str, Mapping[Phrase, frozenset[int]]] = {}


class Named(msgspec.Struct, frozen=True):
    """The phrase that a label holds, and the records that it belongs to."""

    phrase: Phrase
    numbers: frozenset[int]


def brands_of(actions: Sequence[Action], aliases: Mapping[str, tuple[str, ...]], vocabulary: Vocabulary) -> Brands:
    """The phrases of actions; `aliases` are other names of their firms."""
    brands: dict[Phrase, set[int]] = defaultdict(set)
    firms: dict[Phrase, set[int]] = defaultdict(set)
    for number, action in enumerate(actions):
        for phrase in _phrases([action.brand], vocabulary):
            brands[phrase].add(number)
        for phrase in _phrases([action.firm, *aliases.get(action.firm, ())], vocabulary):
            firms[phrase].add(number)
    return Brands(_by_first(brands), _by_first(firms))


def named_on(words: Sequence[Word], brands: Brands) -> tuple[Named, ...]:
    """The longest brand or firm on a label, the first of equally long ones; a brand goes before a firm of its name."""
    spoken = _spoken(words)
    found: list[tuple[int, int, int, Named]] = []
    for rank, phrases in enumerate((brands.brands, brands.firms)):
        for place, first in enumerate(spoken):
            for phrase, numbers in phrases.get(first, {}).items():
                if spoken[place : place + len(phrase)] == phrase:
                    # "Bali Kratom 40" may be a strain and a count beside the brand proper.
                    weak = phrase[-1].isdigit() and "kratom" in phrase
                    found.append((len(phrase) - 10 * weak, -place, -rank, Named(phrase, numbers)))
    return (max(found, key=lambda one: one[:3])[3],) if found else ()


def _phrases(names: Iterable[str], vocabulary: Vocabulary) -> Iterator[Phrase]:
    for name in names:
        for part in _SPLIT.split(fold(name)):
            words = tuple(map(stem, _WORD.findall(part)))
            while words and words[-1] in _LEGAL:
                words = words[:-1]
            for phrase in {words, tuple(word for word in words if word != "kratom")}:
                if _names(phrase, vocabulary):
                    yield phrase


def _names(phrase: Phrase, vocabulary: Vocabulary) -> bool:
    kinds = [vocabulary.listed(word) for word in phrase]
    long_enough = len(phrase) >= 3 and "kratom" not in phrase and "variant" not in kinds
    return "name" in kinds or ("number" in kinds and "variant" in kinds) or long_enough


def _spoken(words: Sequence[Word]) -> Phrase:
    """The words of the label as the shelf spells them, one after the other."""
    said: list[str] = []
    for word in words:
        for part in word.same[0] if word.same else (word.said,):
            said += _WORD.findall(part)
    return tuple(said)


def _by_first(found: Mapping[Phrase, set[int]]) -> Mapping[str, Mapping[Phrase, frozenset[int]]]:
    filed: dict[str, dict[Phrase, frozenset[int]]] = defaultdict(dict)
    for phrase, numbers in found.items():
        filed[phrase[0]][phrase] = frozenset(numbers)
    return dict(filed)
