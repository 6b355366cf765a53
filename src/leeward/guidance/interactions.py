"""Interactions among what the person takes, took, was given or is about to be given.

Kratom of which nobody says whether it is leaf is held against what is told of leaf and of extracts, and is called neither.

An entry of interactions.toml speaks of two sides. It is told for every two different things that match them, unless an
entry that says more of the same pair is told too. Only measured numbers are printed, each with its dose, its population
and where it was measured.

| rule | what it tells | source |
|---|---|---|
| interaction-ID | the entry called ID | the entry's own |
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Literal

import msgspec

from leeward.guidance.acting import Standing
from leeward.guidance.assessment import Interaction, LevelChange
from leeward.guidance.basis import asked_once
from leeward.guidance.level_changes import level_change, together
from leeward.guidance.picture import Picture
from leeward.guidance.taken import Item
from leeward.knowledge import Knowledge
from leeward.knowledge.entries import Entry, Ids, Number, Words
from leeward.model.quantity import number

SEVERITIES = ("contraindicated", "major", "moderate", "minor")

Severity = Literal["contraindicated", "major", "moderate", "minor"]


class Side(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One side of an interaction: whatever matches any of these words."""

    substance: Words = ()
    medicine: Words = ()
    trait: str = ""


class StricterIf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A stricter severity for somebody with a condition."""

    condition: str
    severity: Severity


class InteractionEntry(Entry, frozen=True, kw_only=True):
    """Two sides, how severe their meeting is, why, what to do, what was measured and what nobody knows."""

    a: Side
    b: Side
    severity: Severity
    severity_if: StricterIf | None = None
    mechanism: str
    do: str
    lifted_by: str = ""
    not_known: str = ""
    covered_by: Ids = ()
    measured: tuple[Number, ...] = ()
    level_of: Literal["", "a", "b"] = ""
    """The side whose level the other changes; empty where the pair is not about levels."""


class Found(msgspec.Struct, frozen=True):
    """An entry that two things match."""

    id: str
    first: Item
    second: Item

    @property
    def pair(self) -> tuple[str, ...]:
        """The two things, in an order of their own."""
        return tuple(sorted((self.first.identity, self.second.identity)))

    @property
    def is_open(self) -> bool:
        """Whether it is not known of one of them whether it acts still."""
        return Standing.PERHAPS in (self.first.acting.standing, self.second.acting.standing)

    @property
    def when(self) -> str:
        """When each of them was taken last, where that is long ago or not known."""
        return " ".join(dict.fromkeys(item.acting.says for item in (self.first, self.second) if item.acting.says))


class Index(msgspec.Struct, frozen=True):
    """Which entries a word may bring in, on which side (0 or 1)."""

    by_substance: dict[str, list[tuple[str, int]]]
    by_medicine: dict[str, list[tuple[str, int]]]
    by_trait: dict[str, list[tuple[str, int]]]


@cache
def _index(knowledge: Knowledge) -> Index:
    index = Index({}, {}, {})
    for id, entry in entries(knowledge).items():
        for side, words in enumerate((entry.a, entry.b)):
            for substance in words.substance:
                index.by_substance.setdefault(substance, []).append((id, side))
            for medicine in words.medicine:
                index.by_medicine.setdefault(medicine, []).append((id, side))
            if words.trait:
                index.by_trait.setdefault(words.trait, []).append((id, side))
    return index


def entries(knowledge: Knowledge) -> Mapping[str, InteractionEntry]:
    """The interactions of this knowledge by id."""
    return knowledge.table_of("interactions", InteractionEntry)


@asked_once
def open_pairs(picture: Picture) -> frozenset[tuple[str, tuple[str, str]]]:
    """The interactions of which it is not known whether both things act now: by id and the names of the two."""
    return frozenset((each.id, (each.first.name, each.second.name)) for each in _told(picture) if each.is_open)


@asked_once
def interactions(picture: Picture) -> tuple[Interaction, ...]:
    """Every interaction among what is taken, the most severe first. A list that nobody asked for adds nothing."""
    known, told = entries(picture.knowledge), _told(picture)
    made = together([_interaction(each, known[each.id], picture) for each in told])
    return tuple(sorted(made, key=lambda made: (SEVERITIES.index(made.severity), made.id, made.between)))


@asked_once
def _told(picture: Picture) -> list[Found]:
    return _uncovered(_found(picture.taken.different(), picture.knowledge), entries(picture.knowledge))


def _found(items: Iterable[Item], knowledge: Knowledge) -> list[Found]:
    index = _index(knowledge)
    sides: dict[str, tuple[list[Item], list[Item]]] = {}
    for item in items:
        for id, side in _matches(item, index):
            sides.setdefault(id, ([], []))[side].append(item)
    found: dict[tuple[str, tuple[str, ...]], Found] = {}
    for id, (firsts, seconds) in sides.items():
        for first in firsts:
            for second in seconds:
                if not _same(first, second):
                    each = Found(id, first, second)
                    found.setdefault((id, each.pair), each)
    return list(found.values())


def _matches(item: Item, index: Index) -> set[tuple[str, int]]:
    found = {*index.by_substance.get(item.substance or "", ()), *index.by_substance.get(item.perhaps or "", ())}
    found.update(index.by_medicine.get(item.medicine or "", ()))
    for trait in item.traits:
        found.update(index.by_trait.get(trait, ()))
    return found


def _same(first: Item, second: Item) -> bool:
    """One thing under two entries: the same medicine, or two forms of buprenorphine."""
    if first.identity == second.identity:
        return True
    return "opioid-partial-agonist" in first.traits and "opioid-partial-agonist" in second.traits


def _uncovered(found: list[Found], known: Mapping[str, InteractionEntry]) -> list[Found]:
    by_pair: dict[tuple[str, ...], set[str]] = {}
    for each in found:
        by_pair.setdefault(each.pair, set()).add(each.id)
    return [each for each in found if by_pair[each.pair].isdisjoint(known[each.id].covered_by)]


def _interaction(found: Found, entry: InteractionEntry, picture: Picture) -> Interaction:
    severity, why = _severity(entry, picture)
    changed = _level_change(found, entry, picture)
    return Interaction(
        id=found.id,
        between=(found.first.name, found.second.name),
        severity=severity,
        says=" ".join(part for part in (entry.says, why, found.when) if part),
        mechanism=entry.mechanism,
        do=entry.do,
        lifted_by=entry.lifted_by,
        measured=_measured_lines(found.id, picture.knowledge),
        level_change=changed,
        not_known=entry.not_known,
        note=entry.note,
        rank=entry.rank or "",
        rule=f"interaction-{found.id}",
        sources=tuple(sorted({*_sources(found.id, picture.knowledge), *(changed.sources if changed else ())})),
    )


def _level_change(found: Found, entry: InteractionEntry, picture: Picture) -> LevelChange | None:
    if entry.level_of == "a":
        return level_change(picture, by=found.second, of=found.first)
    return level_change(picture, by=found.first, of=found.second) if entry.level_of == "b" else None


def _severity(entry: InteractionEntry, picture: Picture) -> tuple[str, str]:
    """The severity, the stricter one until the condition that makes it so is ruled out; and what to say of it."""
    stricter = entry.severity_if
    if stricter is None:
        return entry.severity, ""
    holds = picture.has(stricter.condition)
    if holds.is_no:
        return entry.severity, ""
    name = picture.knowledge.conditions[stricter.condition].name
    if holds.is_yes:
        return stricter.severity, f"More severe because of {name}."
    return stricter.severity, f"Taken as {stricter.severity} until {name} is ruled out; else {entry.severity}."


@cache
def _sources(id: str, knowledge: Knowledge) -> tuple[str, ...]:
    entry = entries(knowledge)[id]
    return tuple(sorted({*entry.sources, *(source for each in entry.measured for source in each.sources)}))


@cache
def _measured_lines(id: str, knowledge: Knowledge) -> tuple[str, ...]:
    return tuple(measured_line(each) for each in entries(knowledge)[id].measured)


WHERE = {
    "in-vitro": "in the test tube, not in people",
    "animal": "in animals, not in people",
    "prediction": "a model's prediction, not a measurement",
    "case-report": "case reports",
    "population": "counted in a population, not a study of this pair",
    "limit": "a limit, not a measurement",
}


def measured_line(each: Number) -> str:
    """What was measured in words: the value with its interval, the dose, the people, and where it was measured.

    >>> measured_line(Number(what="AUC ratio", value=1.39, low=1.23, high=1.57, unit="ratio", dose="2 g leaf tea"))
    'AUC ratio 1.39 (1.23 to 1.57); 2 g leaf tea'
    """
    unit = "" if each.unit == "ratio" else f" {each.unit}"
    interval = f"{number(each.low)} to {number(each.high)}" if each.low is not None and each.high is not None else ""
    size = interval if each.value is None else f"{number(each.value)} ({interval})" if interval else number(each.value)
    parts = [f"{each.what} {size}{unit}", each.dose, each.population, WHERE.get(each.kind, ""), each.note.rstrip(".")]
    return "; ".join(part for part in parts if part)
