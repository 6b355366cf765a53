"""The words of a sentence: where each stands, its stem, and the concepts that they name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Literal

import msgspec
import snowballstemmer  # pyright: ignore[reportMissingTypeStubs]

from leeward.evidence.claims.listed import listed
from leeward.knowledge import Knowledge
from leeward.knowledge.entries import Entry

FILE = "claim-concepts"

GAP = "…"
WIDEST = 4
"""Words that may stand for the gap of a phrase."""

SHUT = listed("not never no nobody none neither nor without cannot hardly barely nothing instead")
"""Words that no gap is open for, because they deny."""

TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)?|[%]|[,;:()\"“”?!—–|`]")
Kind = Literal["substance", "agency", "person", "effect", "care", "test", "law", "thing", "act"]

_cut: Callable[[str], str] = snowballstemmer.stemmer("english").stemWord  # pyright: ignore


class ConceptEntry(Entry, frozen=True, kw_only=True):
    """Words by which a text names something (`claim-concepts.toml`).

    words  phrases; "…" in one stands for up to four words: "get … off" is met by "get your brother off"
    not    phrases that name it and deny it at once; cased: only as written; is_: wider concepts that it counts for too
    hides  concepts that words within its phrases do not name: the addiction of "heroin addiction" is none to kratom
    """

    kind: Kind
    words: tuple[str, ...] = ()
    not_: tuple[str, ...] = msgspec.field(name="not", default=())
    cased: tuple[str, ...] = ()
    is_: tuple[str, ...] = msgspec.field(name="is", default=())
    hides: tuple[str, ...] = ()


class Word(msgspec.Struct, frozen=True):
    """A word, number or mark of a sentence; `start` and `end` in characters of the sentence."""

    text: str
    stem: str
    start: int
    end: int


class Mention(msgspec.Struct, frozen=True):
    """A concept named by the words `first` to `last` (included); `denied` where the phrase itself says the contrary."""

    concept: str
    first: int
    last: int
    denied: bool


class Lexicon(msgspec.Struct, frozen=True):
    """Phrases by their first stem, the longest first; and the wider concepts of each concept."""

    phrases: Mapping[str, tuple[tuple[tuple[str, ...], str, bool, str], ...]]
    wider: Mapping[str, tuple[str, ...]]
    hides: Mapping[str, frozenset[str]]
    kinds: Mapping[str, Kind]


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """A word without its ending, in lower case."""
    return _cut(word)


def words(text: str) -> list[Word]:
    """The words, numbers and marks of a sentence, contractions opened: "don't" is "do" and "not"."""
    found: list[Word] = []
    for match in TOKEN.finditer(text):
        word = match.group().lower().replace("’", "'")
        start, end = match.span()
        if word.endswith("n't") or word == "cannot":
            body = {"can't": "can", "won't": "will", "cannot": "can"}.get(word, word[:-3])
            found += [Word(body, stem(body), start, end), Word("not", "not", start, end)]
        elif "'" in word:
            body, _, ending = word.partition("'")
            found.append(Word(body, stem(body), start, start + len(body)))
            if ending != "s":
                found.append(Word(ending, ending, start, end))
        else:
            found.append(Word(word, stem(word), start, end))
    return found


@cache
def lexicon(knowledge: Knowledge) -> Lexicon:
    """The lexicon of a knowledge, made once."""
    entries = knowledge.table_of(FILE, ConceptEntry)
    by_first: dict[str, list[tuple[tuple[str, ...], str, bool, str]]] = {}
    for id, entry in entries.items():
        for phrases, denied in ((entry.words, False), (entry.not_, True)):
            for phrase in phrases:
                stems = _stems(phrase)
                by_first.setdefault(stems[0], []).append((stems, id, denied, ""))
        for phrase in entry.cased:
            stems = tuple(word.stem for word in words(phrase))
            by_first.setdefault(stems[0], []).append((stems, id, False, phrase))
    wider = {id: _wider(id, entries) for id in entries}
    ordered = {first: tuple(sorted(found, key=lambda one: -len(one[0]))) for first, found in by_first.items()}
    hides = {id: frozenset(entry.hides) for id, entry in entries.items() if entry.hides}
    return Lexicon(ordered, wider, hides, {id: entry.kind for id, entry in entries.items()})


def _stems(phrase: str) -> tuple[str, ...]:
    """The stems of a phrase, with "…" where others may stand between."""
    parts = [[word.stem for word in words(part)] for part in phrase.split(GAP)]
    return tuple(stem for number, part in enumerate(parts) for stem in (([GAP] if number else []) + part))


def _wider(id: str, entries: Mapping[str, ConceptEntry]) -> tuple[str, ...]:
    found: list[str] = []
    for one in entries[id].is_:
        found += [one, *_wider(one, entries)]
    return tuple(dict.fromkeys(found))


def mentions(said: Sequence[Word], text: str, lexicon: Lexicon) -> list[Mention]:
    """The concepts that the words name; a phrase within a longer one of the same concept is not told twice."""
    found: list[Mention] = []
    for first, word in enumerate(said):
        taken: set[str] = set()
        for stems, concept, denied, cased in lexicon.phrases.get(word.stem, ()):
            if concept in taken:
                continue
            last = _last(said, first, stems)
            if last < 0:
                continue
            if cased and text[word.start : said[last].end] != cased:
                continue
            taken.add(concept)
            found.append(Mention(concept, first, last, denied))
            found += [Mention(one, first, last, denied) for one in lexicon.wider[concept] if one not in taken]
            taken.update(lexicon.wider[concept])
    return _outermost([one for one in found if not any(_hidden(one, other, lexicon) for other in found)])


def _last(said: Sequence[Word], first: int, stems: Sequence[str]) -> int:
    """The place of the last word of a phrase that begins at `first`; -1 where it does not stand there."""
    place, gap = first, False
    for part in stems[1:]:
        if part == GAP:
            gap = True
            continue
        place += 1
        if gap:
            place, gap = _over(said, place, part), False
        if place < 0 or place >= len(said) or said[place].stem != part:
            return -1
    return place


def _over(said: Sequence[Word], place: int, part: str) -> int:
    """Where a stem stands within the gap that begins at a place; -1 where it does not, or a mark or a denial stands before it."""
    for ahead in range(place, min(place + WIDEST + 1, len(said))):
        if said[ahead].stem == part:
            return ahead
        if not said[ahead].text[0].isalnum() or said[ahead].text in SHUT:
            return -1
    return -1


def _hidden(one: Mention, other: Mention, lexicon: Lexicon) -> bool:
    inside = other.first <= one.first and one.last <= other.last
    return inside and one.concept in lexicon.hides.get(other.concept, ())


def _outermost(found: Sequence[Mention]) -> list[Mention]:
    """Without those that lie within a longer one of their concept."""
    kept: list[Mention] = []
    for one in found:
        around = any(
            other.concept == one.concept
            and other.first <= one.first
            and one.last <= other.last
            and (other.last - other.first) > (one.last - one.first)
            for other in found
        )
        if not around:
            kept.append(one)
    return kept
