"""Which statements a sentence makes: patterns of concepts (`claim-patterns.toml`) met by what it names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Literal

import msgspec

from leeward.evidence.claims.figures import SPELT
from leeward.evidence.claims.listed import listed
from leeward.evidence.claims.stance import Stance, denied
from leeward.evidence.claims.words import Lexicon, Mention, Word
from leeward.knowledge import Knowledge
from leeward.knowledge.entries import Entry

FILE = "claim-patterns"

States = Literal["asserts", "denies", "says", "gainsays"]


NEAR = 16
"""Words that the concepts of a statement may lie apart, where a pattern says nothing else."""


class PatternEntry(Entry, frozen=True, kw_only=True):
    """A statement that texts make, by the concepts that it names (`claim-patterns.toml`).

    states    what the words affirm: `asserts` or `denies` the proposition that the evidence bears on, `says` or `gainsays` the
              statement of evidence itself
    near      how many words the concepts may lie apart, the subject not counted where it stands in another clause
    bare      whether naming the concepts is enough where none of `denied-by` is named
    figures   by unit: between which numbers a figure of the text must lie; with `any`, the words say nothing without a figure
    severity  of believing it, where the words affirm what `says` names, and where they deny it: 0 to 3
    """

    names: tuple[str, ...]
    says_of: str = msgspec.field(name="denied-by", default="")
    unless: tuple[str, ...] = ()
    never_beside: tuple[str, ...] = msgspec.field(name="never-beside", default=())
    order: tuple[str, ...] = ()
    near: int = NEAR
    bare: bool = False
    only: Literal["affirmed", "denied", "both"] = "both"
    states: States = "asserts"
    evidence: tuple[str, ...] = ()
    severity: tuple[int, int] = (0, 0)
    means: str = ""
    contrary: str = ""
    cannot: str = ""
    over: tuple[str, ...] = ()
    weak_is: Literal["denied", "affirmed", "nothing"] = "denied"
    figures: dict[str, tuple[float, float]] = msgspec.field(default_factory=dict[str, tuple[float, float]])


class Pattern(msgspec.Struct, frozen=True):
    """A pattern with its groups of concepts taken apart."""

    id: str
    entry: PatternEntry
    groups: tuple[frozenset[str], ...]
    turned_by: frozenset[str]
    turning: Literal["nearest", "first", "any"]
    unless: frozenset[str]


class Made(msgspec.Struct, frozen=True):
    """A statement that a sentence makes: its pattern, whether it is affirmed, how weakly, and the words that name it."""

    pattern: Pattern
    affirmed: bool
    weak: bool
    mentions: tuple[Mention, ...]
    carried: bool


@cache
def patterns(knowledge: Knowledge) -> tuple[Pattern, ...]:
    """Every pattern, taken apart once."""
    return tuple(_taken_apart(id, entry) for id, entry in knowledge.table_of(FILE, PatternEntry).items())


def _taken_apart(id: str, entry: PatternEntry) -> Pattern:
    groups = tuple(frozenset(group.split("|")) for group in entry.names)
    turning: Literal["nearest", "first", "any"] = (
        "first" if ">" in entry.says_of else "any" if "&" in entry.says_of else "nearest"
    )
    turned_by = frozenset(re.split(r"[|>&]", entry.says_of)) - {""}
    return Pattern(id, entry, groups, turned_by, turning, frozenset(entry.unless))


def made(
    found: Sequence[Mention],
    said: Sequence[Word],
    stance: Stance,
    lexicon: Lexicon,
    carried: Iterable[str],
    all_patterns: Sequence[Pattern],
) -> list[Made]:
    """The statements that a sentence makes. `carried`: substances named before, for a sentence that speaks of "it"."""
    by_concept: dict[str, list[Mention]] = {}
    for one in found:
        by_concept.setdefault(one.concept, []).append(one)
    named = frozenset(by_concept)
    texts = [word.text for word in said]
    before = frozenset(carried) if _goes_on(texts, named, lexicon) else frozenset[str]()
    met = [one for pattern in all_patterns if (one := _met(pattern, by_concept, named, before, stance, lexicon, texts))]
    beaten = {id for one in met for id in one.pattern.entry.over}
    return [one for one in met if one.pattern.id not in beaten]


def _goes_on(texts: Sequence[str], named: frozenset[str], lexicon: Lexicon) -> bool:
    """Whether a sentence goes on about what was named before: "it is safe", "the letters stand for"."""
    if "short-for" in named:
        return True
    if any(lexicon.kinds[concept] == "substance" for concept in named):
        return False
    return any(word in GOES_ON for word in texts) or any(
        pair
        in (("the", "plant"), ("the", "herb"), ("the", "leaf"), ("the", "drug"), ("the", "product"), ("the", "powder"))
        for pair in pairwise(texts)
    )


GOES_ON = listed("it its they them this these")


def _met(
    pattern: Pattern,
    by_concept: Mapping[str, list[Mention]],
    named: frozenset[str],
    before: frozenset[str],
    stance: Stance,
    lexicon: Lexicon,
    texts: Sequence[str],
) -> Made | None:
    used: list[Mention] = []
    carried = False
    for number, group in enumerate(pattern.groups):
        options = [one for concept in group & named for one in by_concept[concept]]
        if not options:
            if number or not group & before:
                return None
            carried = True
            continue
        used.append(min(options, key=lambda one: _apart(one, used)))
    if not _distinct(used) or not _ordered(pattern, by_concept) or not _together(used, stance):
        return None
    if "any" in pattern.entry.figures and not any(text[0].isdigit() or text in SPELT for text in texts):
        return None
    if _spoilt(pattern, by_concept, used, stance):
        return None
    if _scattered(used, pattern.entry.near, stance):
        return None
    affirmed, weak = True, False
    turning = [one for concept in pattern.turned_by & named for one in by_concept[concept]]
    if not turning and pattern.turned_by and not pattern.entry.bare:
        return None
    if turning:
        bearing = pattern.turned_by.union(*pattern.groups) & named
        own = [one for concept in bearing for one in by_concept[concept]]
        odd = False
        for says in _turning(pattern, turning, used, stance):
            so, little = denied(says, lexicon.kinds[says.concept], stance, texts, own)
            if little and pattern.entry.weak_is == "nothing":
                return None
            turned = so != says.denied or "not" in texts[says.first : says.last + 1]
            if turned and stance.clause[says.first] in stance.partial:
                return None
            odd, weak = odd or so != (little and pattern.entry.weak_is == "affirmed"), weak or little
        affirmed = odd == stance.refuted
    if pattern.entry.only == ("denied" if affirmed else "affirmed"):
        return None
    return Made(pattern, affirmed, weak, tuple(used), carried)


def _together(used: Sequence[Mention], stance: Stance) -> bool:
    """Whether no two of the mentions stand in different cells of a table, or in different reasons that brackets join."""
    return len({stance.piece[one.first] for one in used} - {0}) < 2


def _scattered(used: Sequence[Mention], near: int, stance: Stance) -> bool:
    """Whether the mentions lie too far apart to belong together: a list, or a sentence about several things."""
    apart = len(used) > 1 and stance.clause[used[0].first] != stance.clause[used[1].first]
    if _is_another_subject(used, stance):
        return True
    rest = used[1:] if apart else used
    return bool(rest) and max(one.last for one in rest) - min(one.first for one in rest) > near


def _is_another_subject(used: Sequence[Mention], stance: Stance) -> bool:
    """Whether the first of the mentions is set against the others: "FDA approved Xanax, while kratom ..."."""
    clause, rest = stance.clause[used[0].first], [stance.clause[one.first] for one in used[1:]]
    if clause in stance.contrast:
        return any(one < clause for one in rest)
    return clause in stance.added and len(rest) > 1 and max(rest) < clause


def _turning(pattern: Pattern, found: Sequence[Mention], used: Sequence[Mention], stance: Stance) -> Sequence[Mention]:
    """The mentions whose denial turns the statement round: the nearest, the first that the pattern lists, or any."""
    if pattern.turning == "any":
        return found
    if pattern.turning == "first":
        listed = pattern.entry.says_of.split(">")
        return [min(found, key=lambda one: (listed.index(one.concept), _apart(one, used[-1:])))]
    clauses = [stance.clause[one.first] for one in used]

    def far(one: Mention) -> tuple[bool, bool, int]:
        alone = clauses.count(stance.clause[one.first]) < 2 and len(used) > 1
        return (alone, one.concept not in pattern.groups[-1], _apart(one, used))

    return [min(found, key=far)]


def _spoilt(pattern: Pattern, by_concept: Mapping[str, list[Mention]], used: Sequence[Mention], stance: Stance) -> bool:
    """Whether a concept that makes it another statement stands in the clauses of this one."""
    if any(concept in by_concept for concept in pattern.entry.never_beside):
        return True
    clauses = {stance.clause[one.first] for one in used[1:] or used}
    return any(stance.clause[one.first] in clauses for concept in pattern.unless for one in by_concept.get(concept, ()))


def _apart(one: Mention, others: Sequence[Mention]) -> int:
    """How many words lie between a mention and the nearest of the others; one that shares words with another comes last."""
    if not others:
        return one.first
    return min(
        1_000 if one.first <= other.last and other.first <= one.last else abs(one.first - other.first)
        for other in others
    )


def _distinct(used: Sequence[Mention]) -> bool:
    """Whether the groups are met by more than one and the same phrase, unless it names them all by what it is."""
    spans = {(one.first, one.last) for one in used}
    return len(used) < 2 or len(spans) > 1 or len({one.concept for one in used}) > 1


def _ordered(pattern: Pattern, by_concept: Mapping[str, list[Mention]]) -> bool:
    places: list[int] = []
    for group in pattern.entry.order:
        places.append(
            min((one.first for concept in group.split("|") for one in by_concept.get(concept, ())), default=-1)
        )
    return places == sorted(places)
