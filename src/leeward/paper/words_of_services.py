"""What a word or a code of a services list stands for: a kind of service, a language, a remark."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Literal

import msgspec

from leeward.knowledge import Knowledge
from leeward.knowledge.entries import Entry, Words

Language = Literal["en", "es"]
LANGUAGES: tuple[Language, ...] = ("en", "es")


class ServiceWord(Entry, frozen=True, kw_only=True):
    """A kind of service, a language or a remark: its names, the directory's codes and the words of a site's list."""

    sort: Literal["kind", "language", "remark"]
    title: str
    spanish: str
    codes: Words = ()
    words: Words = ()


class Meaning(msgspec.Struct, frozen=True):
    """What a row's codes and words were understood as, and what was not understood."""

    kinds: tuple[str, ...]
    languages: tuple[str, ...]
    remarks: tuple[str, ...]
    unknown: tuple[str, ...] = ()


def service_words(knowledge: Knowledge) -> Mapping[str, ServiceWord]:
    """Every kind, language and remark by its id, in the order in which lists show them."""
    return knowledge.table_of("services", ServiceWord)


def title_of(id: str, knowledge: Knowledge, language: Language = "en") -> str:
    """The name of a kind, language or remark as a person reads it."""
    word = service_words(knowledge)[id]
    return word.spanish if language == "es" else word.title


def kinds(knowledge: Knowledge) -> tuple[str, ...]:
    """The kinds of service that can be asked for."""
    return tuple(id for id, word in service_words(knowledge).items() if word.sort == "kind")


def languages(knowledge: Knowledge) -> tuple[str, ...]:
    """The languages that can be asked for."""
    return tuple(id for id, word in service_words(knowledge).items() if word.sort == "language")


@cache
def codes_of(knowledge: Knowledge) -> Mapping[str, tuple[str, ...]]:
    """Code of the national directory, in capitals -> the ids that it stands for."""
    found: dict[str, tuple[str, ...]] = {}
    for id, word in service_words(knowledge).items():
        for code in word.codes:
            found[code] = (*found.get(code, ()), id)
    return found


def meaning_of(codes: Iterable[str], texts: Iterable[tuple[str, str]], knowledge: Knowledge) -> Meaning:
    """What the codes and the free words of a row stand for.

    `texts` pairs the sort of word that a column holds (kind or language) with its text; a code counts in any column.
    """
    by_code, found, unknown = codes_of(knowledge), set[str](), list[str]()
    for code in codes:
        found.update(by_code.get(code.upper(), ()))
    for sort, text in texts:
        for phrase in _phrases(text):
            ids = _of_phrase(phrase, sort, knowledge)
            found.update(ids)
            if not ids:
                unknown.append(phrase)
    if not found:
        return Meaning((), (), (), tuple(unknown))
    words = [word for word in _heard(knowledge) if word.id in found]
    return Meaning(
        kinds=tuple(word.id for word in words if word.sort == "kind"),
        languages=tuple(word.id for word in words if word.sort == "language"),
        remarks=tuple(word.id for word in words if word.sort == "remark"),
        unknown=tuple(unknown),
    )


def _phrases(text: str) -> list[str]:
    return [phrase.strip() for phrase in _BETWEEN.split(text) if phrase.strip()] if text else []


_BETWEEN = re.compile(r"[;,|/\n*]")


class _Heard(msgspec.Struct, frozen=True):
    """How one word is heard in a phrase: as one of its names alone, or by its words within."""

    id: str
    sort: str
    names: tuple[str, ...]
    within: re.Pattern[str] | None

    def __call__(self, plain: str) -> bool:
        return plain in self.names or (self.within is not None and self.within.search(plain) is not None)


@cache
def _heard(knowledge: Knowledge) -> tuple[_Heard, ...]:
    """The words of the knowledge, each with the one expression that finds it: made once, since a list asks it often."""
    return tuple(
        _Heard(
            id,
            word.sort,
            (word.title.casefold(), word.spanish.casefold()),
            re.compile(rf"\b(?:{'|'.join(re.escape(known) for known in word.words)})s?\b") if word.words else None,
        )
        for id, word in service_words(knowledge).items()
    )


@lru_cache(maxsize=8192)
def _of_phrase(phrase: str, sort: str, knowledge: Knowledge) -> frozenset[str]:
    """The ids of one phrase. A phrase that denies a service names none of its kind: 'no methadone' offers nothing."""
    by_code = codes_of(knowledge)
    tokens = phrase.split()
    if tokens and all(token in by_code for token in tokens):
        return frozenset(id for token in tokens for id in by_code[token])
    plain = phrase.casefold()
    words = _heard(knowledge)
    remarks = frozenset(word.id for word in words if word.sort == "remark" and word(plain))
    if remarks or _DENIAL.search(plain):
        return remarks
    return frozenset(word.id for word in words if word.sort == sort and (plain == word.id or word(plain)))


_DENIAL = re.compile(r"\b(no|not|without|does not|never|except)\b")
