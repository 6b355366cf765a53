"""How much a word on a label says: nothing, a little, or which product of a brand it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Literal

import msgspec

from leeward.knowledge import Knowledge
from leeward.products.identity.identity import mentions_kratom
from leeward.products.recalls.amounts import FORM_OF

Kind = Literal["general", "substance", "variant", "form", "number", "name"]


class WordList(msgspec.Struct, frozen=True):
    """One list of `label-words.toml`."""

    says: str
    words: tuple[str, ...]


class Vocabulary:
    """The kinds of words."""

    def __init__(self, kinds: Mapping[str, Kind], spelt_kratom: Callable[[str], bool]) -> None:
        self._kinds = kinds
        self._spelt_kratom = spelt_kratom

    def kind(self, word: str) -> Kind:
        """What kind of word this is on a label; a name where no list holds it and it is no spelling of kratom."""
        kind = self.listed(word)
        return "substance" if kind == "name" and self._spelt_kratom(word) else kind

    def listed(self, word: str) -> Kind:
        """What kind of word the lists say it is."""
        kind = self._kinds.get(word)
        if kind is not None:
            return kind
        return "number" if word.replace(".", "").isdigit() else "name"


@cache
def vocabulary(knowledge: Knowledge) -> Vocabulary:
    """The kinds of words that knowledge lists; forms come from the reading of labels."""
    lists = knowledge.table_of("label-words", WordList)
    kinds: dict[str, Kind] = dict.fromkeys(FORM_OF, "form")
    for kind in ("general", "substance", "variant"):
        kinds.update(dict.fromkeys(lists[kind].words, kind))

    @lru_cache(maxsize=4_000)
    def spelt_kratom(word: str) -> bool:
        return len(word) > 3 and mentions_kratom(word, knowledge)

    return Vocabulary(kinds, spelt_kratom)
