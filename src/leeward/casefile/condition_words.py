"""Diagnoses about opioids and kratom by their words in any order: "Overdose, heroin, accidental, initial encounter".

A text is read where every word of it is known (condition-words.toml). One word more, such as "no", "risk of", "family
history of" or "in remission", and nothing is read from it: what a diagnosis means is never guessed from a part of it.

Hazard: "R/O opioid use disorder" stands beside the code of the disorder, and an active list holds "methadone (stopped)".
What the words deny, doubt or tell of the past is not taken for there, whatever the code beside them says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Literal

from leeward.casefile.names import conditions
from leeward.knowledge import Knowledge
from leeward.knowledge.entries import Entry, Words

LONGEST = 20
"""Words of a diagnosis; a longer text is a note, and is not read. A convention of Leeward."""

_WORD = re.compile(r"[a-z0-9]+")


class ConditionWords(Entry, frozen=True, kw_only=True):
    """Words of one part of a diagnosis; a state means another condition with each drug."""

    part: Literal["drug", "state", "manner", "doubt"]
    words: Words
    opioid: str = ""
    kratom: str = ""
    at: Literal["first", "last", "anywhere"] = "anywhere"
    """Of words of doubt: where in a text they deny or doubt the whole of it."""


@cache
def _doubts(knowledge: Knowledge) -> re.Pattern[str]:
    around = {"first": "^(?:{})(?= |$)", "last": "(?:^| )(?:{})$", "anywhere": "(?:^| )(?:{})(?= |$)"}
    entries = [one for one in knowledge.table_of("condition-words", ConditionWords).values() if one.part == "doubt"]
    return re.compile("|".join(around[one.at].format("|".join(map(re.escape, one.words))) for one in entries))


@lru_cache(maxsize=4096)
def doubted(text: str, knowledge: Knowledge) -> bool:
    """Whether a text denies what it names, doubts it, or tells it of the past or of somebody else.

    >>> from leeward.knowledge import load_knowledge
    >>> [doubted(text, load_knowledge()) for text in ("R/O opioid use disorder", "methadone (stopped)", "withdrawal?")]
    [True, True, True]
    >>> doubted("Epilepsy, not intractable, without status epilepticus", load_knowledge())
    False
    """
    if "?" in text:
        return True
    if conditions(knowledge).named(text) is not None:
        return False  # a name of knowledge, such as *history of seizures*
    return bool(_doubts(knowledge).search(" ".join(_WORD.findall(text.casefold()))))


@cache
def _table(knowledge: Knowledge) -> Mapping[tuple[str, ...], tuple[str, str, Mapping[str, str]]]:
    """A run of words to its part, its name and, for a state, the condition that it is with each drug."""
    return {
        tuple(words.split()): (entry.part, id, {"opioid": entry.opioid, "kratom": entry.kratom})
        for id, entry in knowledge.table_of("condition-words", ConditionWords).items()
        if entry.part != "doubt"
        for words in entry.words
    }


@lru_cache(maxsize=4096)
def conditions_named(text: str, knowledge: Knowledge) -> tuple[str, ...]:
    """The conditions that a text names: by the whole of it, or by its words where each of them is known.

    >>> from leeward.knowledge import load_knowledge
    >>> conditions_named("Heroin dependence with withdrawal, severe", load_knowledge())
    ('opioid-use-disorder', 'opioid-withdrawal')
    >>> conditions_named("Family history of opioid overdose", load_knowledge())
    ()
    """
    if "?" in text:
        return ()
    named = conditions(knowledge).named(text)
    return (named,) if named is not None else _in_words(text, knowledge)


def _in_words(text: str, knowledge: Knowledge) -> tuple[str, ...]:
    table, words = _table(knowledge), _WORD.findall(text.casefold())
    drugs: set[str] = set()
    states: dict[str, Mapping[str, str]] = {}
    if len(words) > LONGEST:
        return ()
    while words:
        run = tuple(words[:2]) if tuple(words[:2]) in table else tuple(words[:1])
        if run not in table:
            return ()
        part, id, means = table[run]
        if part == "drug":
            drugs.add(id)
        elif part == "state":
            states[id] = means
        words = words[len(run) :]
    found = [means[drug] for means in states.values() for drug in drugs]
    return tuple(sorted(set(found))) if all(found) else ()
