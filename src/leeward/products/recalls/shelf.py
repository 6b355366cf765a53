"""A shelf: records filed under their words and codes. This one is in memory; `store` keeps the same in SQLite."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

from leeward.products.recalls.action import Action
from leeward.products.recalls.brands import Brands
from leeward.products.recalls.profile import Profile, folded_codes, keys_of, profile_of


class Shelf(Protocol):
    """Records that can be asked for by a key. Numbers of records are the shelf's own."""

    brands: Brands
    """Brands and firms as phrases, where they are known apart from the text; empty where not."""
    authoritative: frozenset[str]
    """Records whose reading here goes before that of a later shelf."""

    def __len__(self) -> int:
        """How many records there are."""
        ...

    def under(self, key: str) -> Sequence[int]:
        """Records filed under a key."""
        ...

    def profile(self, number: int) -> Profile:
        """A record, read for matching."""
        ...

    def action(self, number: int) -> Action:
        """A record as it was told."""
        ...

    def actions(self) -> Iterator[Action]:
        """Every record."""
        ...

    def words_like(self, first: str, length: int) -> Sequence[str]:
        """Words on the shelf that begin with a letter and have a length: where a misspelt word is looked for."""
        ...


class MemoryShelf:
    """A shelf for a few hundred records."""

    def __init__(
        self,
        actions: Iterable[Action],
        *,
        kratom: bool = False,
        brands: Callable[[Sequence[Action]], Brands] | None = None,
    ) -> None:
        self._actions = tuple(actions)
        self._profiles = tuple(profile_of(action, folded_codes(action), kratom=kratom) for action in self._actions)
        self.brands = brands(self._actions) if brands else Brands()
        self.authoritative = frozenset(action.record for action in self._actions if action.numbered)
        self._under: dict[str, list[int]] = defaultdict(list)
        self._words: dict[tuple[str, int], list[str]] = defaultdict(list)
        for number, (profile, action) in enumerate(zip(self._profiles, self._actions, strict=True)):
            for key in keys_of(profile, folded_codes(action)):
                self._under[key].append(number)
        for word in self._under:
            if word.isalpha():
                self._words[word[0], len(word)].append(word)

    def __len__(self) -> int:
        return len(self._actions)

    def under(self, key: str) -> Sequence[int]:
        return self._under.get(key, ())

    def profile(self, number: int) -> Profile:
        return self._profiles[number]

    def action(self, number: int) -> Action:
        return self._actions[number]

    def actions(self) -> Iterator[Action]:
        return iter(self._actions)

    def words_like(self, first: str, length: int) -> Sequence[str]:
        return self._words.get((first, length), ())
