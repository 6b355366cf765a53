"""What a label mentions, in order, as it was read."""

from __future__ import annotations

from typing import NamedTuple

DENIABLE = frozenset({"kratom", "7-oh", "analogue", "other-opioid", "sedative", "kava", "companion", "strain-name"})
"""Kinds that a label can deny."""


class Mention(NamedTuple):
    """A phrase of the lexicon on a label: its kind and entry, how it is called, and which words it covers.

    `denied`: the label says that there is none. `limited`: it states a trace or a limit. `tested`: it only says that
    somebody looked for it.
    """

    kind: str
    id: str
    title: str
    start: int
    end: int
    denied: bool = False
    limited: bool = False
    tested: bool = False


class Reading(NamedTuple):
    """A label read: its words, with marks where sentences and lists break, its mentions, and what was read as what."""

    words: tuple[str, ...]
    mentions: tuple[Mention, ...]
    notes: tuple[tuple[str, str], ...]
    foreign: tuple[tuple[str, str], ...] = ()
    """Names in other scripts, and what they were read as."""

    def of(self, *kinds: str) -> tuple[Mention, ...]:
        """The mentions of these kinds that are neither denied nor only tested for."""
        return tuple(
            mention for mention in self.mentions if mention.kind in kinds and not mention.denied and not mention.tested
        )

    def told(self, mention: Mention) -> str:
        """The words of a mention."""
        return " ".join(self.words[mention.start : mention.end])
