"""What an instrument is: its items, the points that each allows, its bands. Every number comes from instruments.toml.

Source: src/leeward/knowledge/data/instruments.toml, where each instrument names its own sources.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Literal

import msgspec

from leeward.errors import BadInput, KnowledgeError
from leeward.knowledge.knowledge import raw

Words = tuple[str, ...]
Rank = Literal["A", "B", "C"]


class InstrumentError(BadInput):
    """An instrument or its answers cannot be read; carries every problem at once."""


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every part of a definition may carry; sources are those of the nearest part above where empty."""

    sources: Words = ()
    rank: Rank | None = None
    note: str = ""


class Choice(_Part, frozen=True, kw_only=True):
    """One allowed answer: its points and, in our own words, what it looks like.

    `above` (in `unit`): the measurement above which these points apply. `words`: other ways to give the answer.
    `only_words`: the points are Leeward's own and not on the form, so the number cannot be given.
    """

    points: int
    says: str
    above: float | None = None
    unit: str = ""
    words: Words = ()
    only_words: bool = False

    @property
    def shown(self) -> str:
        """The answer as it is written on the form: a word where the form has one, else the points."""
        return self.words[0] if self.words else str(self.points)


class Item(_Part, frozen=True, kw_only=True):
    """One item, criterion or question of an instrument.

    `objective_from`: points from which it is a sign that somebody else can see; None for items that never are.
    `group`: items of one group count once together. `counted_unless`: the item whose yes takes this one out of the
    count. `asked_if`: the item whose no means that this one was not asked, and is no. `counts`: False for a
    circumstance that is asked and never counted. `least`, `most`: what can be measured, in the item's unit.
    """

    id: str
    title: str
    says: str
    choices: tuple[Choice, ...]
    names: Words = ()
    objective_from: int | None = None
    group: str = ""
    counted_unless: str = ""
    asked_if: str = ""
    counts: bool = True
    least: float | None = None
    most: float | None = None

    @property
    def points(self) -> tuple[int, ...]:
        """The points that the item allows, lowest first."""
        return tuple(choice.points for choice in self.choices)

    @property
    def unit(self) -> str:
        """The unit in which the item may be given as a measurement; empty where it may not."""
        return next((choice.unit for choice in self.choices if choice.unit), "")

    def is_sign(self, points: int) -> bool:
        """Whether these points are a sign that somebody else can see."""
        return self.objective_from is not None and points >= self.objective_from

    def choice(self, points: int) -> Choice:
        """The allowed answer with these points."""
        return next(choice for choice in self.choices if choice.points == points)


class Band(_Part, frozen=True, kw_only=True):
    """A name for the totals from `low` to `high`, both included."""

    low: int
    high: int
    label: str
    unit: str


class BandSet(_Part, frozen=True, kw_only=True):
    """Bands that another source prints, kept so that the disagreement can be shown."""

    says: str
    bands: tuple[Band, ...] = ()


class Level(_Part, frozen=True, kw_only=True):
    """A level of a triage: reached by a yes to any of the items, the last reached level counts."""

    label: str
    any_yes: Words


class Flag(_Part, frozen=True, kw_only=True):
    """Something to raise from one item alone, whatever the total; `unanswered` is said when the item has no answer."""

    id: str
    item: str
    from_: int = msgspec.field(name="from")
    says: str
    unanswered: str


class Instrument(_Part, frozen=True, kw_only=True):
    """A scale, a list of criteria or a screen.

    >>> cows = load_instruments()["cows"]
    >>> cows.item("pulse").points, cows.highest
    ((0, 1, 2, 4), 48)
    >>> [band.label for band in cows.bands]
    ['none or minimal', 'mild', 'moderate', 'moderately severe', 'severe']
    """

    id: str
    title: str
    short: str
    says: str
    rater: Literal["clinician", "self", "observer"]
    window: str
    method: Literal["sum", "triage"]
    item_count: int
    items: tuple[Item, ...]
    names: Words
    licence: str
    band_set: str = ""
    bands: tuple[Band, ...] = ()
    other_bands: dict[str, BandSet] = {}
    triage: tuple[Level, ...] = ()
    flags: tuple[Flag, ...] = ()
    confounders: Words = ()

    @property
    def item_ids(self) -> tuple[str, ...]:
        """Ids of all items, in the order of the form."""
        return tuple(item.id for item in self.items)

    @property
    def groups(self) -> tuple[tuple[Item, ...], ...]:
        """Items that count, those that count once together in one group."""
        groups: dict[str, list[Item]] = {}
        for item in self.items:
            if item.counts:
                groups.setdefault(item.group or item.id, []).append(item)
        return tuple(tuple(group) for group in groups.values())

    @property
    def lowest(self) -> int:
        """The lowest total that the form can have."""
        return sum(max(min(item.points) for item in group) for group in self.groups)

    @property
    def highest(self) -> int:
        """The highest total that the form can have."""
        return sum(max(max(item.points) for item in group) for group in self.groups)

    @property
    def objective_items(self) -> tuple[Item, ...]:
        """Items that can be a sign that somebody else can see; empty where the instrument names none."""
        return tuple(item for item in self.items if item.objective_from is not None)

    def item(self, id: str) -> Item:
        """The item with this id; KeyError where there is none."""
        for item in self.items:
            if item.id == id:
                return item
        raise KeyError(id)

    def band(self, total: int) -> Band | None:
        """The band that holds a total; None where the instrument has no bands."""
        return next((band for band in self.bands if band.low <= total <= band.high), None)


@cache
def load_instruments() -> Mapping[str, Instrument]:
    """Every instrument that Leeward knows, by id.

    >>> sorted(load_instruments())[:3]
    ['c-ssrs', 'ciwa-ar', 'cows']
    """
    try:
        found = {id: msgspec.convert(_whole(id, table), Instrument) for id, table in raw("instruments").items()}
    except msgspec.ValidationError as error:
        raise KnowledgeError(f"instruments.toml: {error}.") from None
    return MappingProxyType(found)


def _whole(id: str, table: Mapping[str, Any]) -> dict[str, Any]:
    """A table with ids put in and, where an item has no choices of its own, the choices of the instrument."""
    shared: dict[str, Any] = {"choices": table["choices"]} if "choices" in table else {}
    items = [{**shared, **item, "id": key} for key, item in table["items"].items()]
    rest = {key: value for key, value in table.items() if key != "choices"}
    return {**rest, "id": id, "items": items}
