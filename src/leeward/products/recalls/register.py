"""The register of actions: what Leeward ships, and beside it what the user loaded."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec

from leeward.errors import BadInput
from leeward.knowledge import Knowledge
from leeward.products.identity.identity import identify, mentions_kratom
from leeward.products.recalls.action import Action, ActionType
from leeward.products.recalls.brands import brands_of
from leeward.products.recalls.judging import Found
from leeward.products.recalls.label import Label, read_label
from leeward.products.recalls.matching import Family, Matches, match
from leeward.products.recalls.shelf import MemoryShelf, Shelf
from leeward.products.recalls.shipped import firm_aliases, shipped_actions
from leeward.products.recalls.store import FILE, Load, Store
from leeward.products.recalls.vocabulary import vocabulary


class Register:
    """Actions to match labels with. Answers depend on what is in it alone; it is never changed by asking."""

    def __init__(self, knowledge: Knowledge, store: Store | None = None, trouble: str = "") -> None:
        self._trouble = trouble
        self._knowledge = knowledge
        self._vocabulary = vocabulary(knowledge)
        self._shipped = _shipped(knowledge)
        self.store = store
        self.loads: tuple[Load, ...] = store.loads() if store else ()

    def match(self, label: Label, family: Family, types: frozenset[ActionType] | None = None) -> Matches:
        """The records that a label of a family (see `identity`) meets; only those of `types`, where given."""
        told = match(label, self.shelves, self._vocabulary, types, family)
        if self.store is None:
            return told
        found, near = (tuple(map(self._as_loaded, some)) for some in (told.found, told.near))
        return msgspec.structs.replace(told, found=found, near=near)

    def match_text(
        self, text: str, lot: str = "", upc: str = "", types: frozenset[ActionType] | None = None
    ) -> Matches:
        """The records that a label's text meets."""
        return self.match(read_label(text, lot, upc), identify(text, self._knowledge).family, types)

    def _as_loaded(self, found: Found) -> Found:
        """A shipped record with the standing that the newest loaded file gives it; its scope stays as shipped."""
        told = self.store.shelf.numbered(found.action.record) if self.store and found.action.numbered else None
        if told is None or not found.action.sources:
            return found
        action = msgspec.structs.replace(
            found.action,
            status=told.status or found.action.status,
            classification=told.classification or found.action.classification,
            terminated=told.terminated or found.action.terminated,
            reported=max(told.reported, found.action.reported),
            origin=f"{found.action.origin}; {told.origin}",
        )
        return msgspec.structs.replace(found, action=action)

    @property
    def shipped(self) -> tuple[Action, ...]:
        """The actions that ship with Leeward."""
        return tuple(self._shipped.actions())

    @property
    def shelves(self) -> tuple[Shelf, ...]:
        """Where actions stand: the shipped ones, then those loaded."""
        return (self._shipped, self.store.shelf) if self.store else (self._shipped,)

    def actions(self) -> Iterator[Action]:
        """Every action: those shipped, then those loaded that are not among them."""
        known: set[str] = set()
        for shelf in self.shelves:
            for action in shelf.actions():
                if action.record not in known:
                    yield action
            known.update(action.record for action in self._shipped.actions())

    def about_kratom(self) -> Iterator[Action]:
        """Actions about kratom, 7-OH and analogues, found by what the product is, whether or not the record says so."""
        shipped = {action.record for action in self.shipped}
        for action in self.actions():
            if action.record in shipped or mentions_kratom(f"{action.product} {action.reason}", self._knowledge):
                yield action

    @property
    def enforcement_loaded(self) -> bool:
        """Whether FDA's enforcement reports, which list lots, are among what was loaded."""
        return any("enforcement" in load.kind for load in self.loads)

    @property
    def freshness(self) -> str:
        """One sentence: what was searched, and how fresh it is."""
        shipped = "the kratom and 7-OH actions that Leeward ships"
        if self._trouble:
            return f"Searched: {shipped}. What was loaded could not be read: {self._trouble}"
        if not self.loads:
            return f"Searched: {shipped}. FDA's own files are not loaded."
        newest: dict[str, str] = {}
        for load in self.loads:
            newest[load.kind] = max(load.newest, newest.get(load.kind, ""))
        told = ", ".join(f"{kind} (newest record {day or 'undated'})" for kind, day in sorted(newest.items()))
        return f"Searched: {shipped}, and loaded files: {told}."


@cache
def _shipped(knowledge: Knowledge) -> MemoryShelf:
    aliases, words = firm_aliases(knowledge), vocabulary(knowledge)
    return MemoryShelf(
        shipped_actions(knowledge), kratom=True, brands=lambda actions: brands_of(actions, aliases, words)
    )


@cache
def shipped_register(knowledge: Knowledge) -> Register:
    """The register without anything loaded."""
    return Register(knowledge)


def open_register(folder: Path, knowledge: Knowledge, *, whatever: bool = False) -> Register:
    """The register with what was loaded into the user's data folder, if anything was.

    With `whatever`, files that cannot be read leave the shipped register, which then says so: a person's assessment
    does not wait for them. Raises BadInput otherwise.
    """
    file = folder / FILE
    if not file.exists():
        return shipped_register(knowledge)
    try:
        return Register(knowledge, Store(file, knowledge))
    except BadInput as error:
        if not whatever:
            raise
        return Register(knowledge, trouble=str(error))
