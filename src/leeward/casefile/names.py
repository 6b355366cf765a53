"""From the names and codes in a chart to ids in knowledge. A name is known or it is not; likeness decides nothing.

Hazard: a chart's "hydroxyzine" is not hydralazine, so names match by their letters and digits alone. Hazard: "methadon"
is hardly anything but methadone, so a name that is nearly a known one is asked about, never taken for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache, lru_cache

import msgspec

from leeward.casefile.spelling import slug
from leeward.knowledge import Knowledge
from leeward.model.codes import Code, Icd10Cm, RxNorm, SnomedCt

UNKNOWN_SUBSTANCE = "unknown"
"""The entry of substances.toml for a substance that nobody could name."""

EXTENDED_RELEASE = frozenset({"er", "xr", "xl", "cr", "depot", "monthly", "extended"})

_TOGETHER = re.compile(r"\s*(?:/|\+|&|\band\b|\bwith\b)\s*", re.IGNORECASE)


class Lookup(msgspec.Struct, frozen=True, eq=False):
    """Names as slugs, and codes, to ids. One of each kind stands for its knowledge, so it is told by what it is itself."""

    names: Mapping[str, str]
    exact: Mapping[Code, tuple[str, ...]] = {}
    blocks: tuple[tuple[str, str], ...] = ()

    def named(self, text: str) -> str | None:
        """The id that a name means."""
        return self.names.get(text) or self.names.get(slug(text))

    def coded(self, code: Code) -> tuple[str, ...]:
        """The ids that a code means: several where the code says two things at once."""
        return _coded(self, code) if isinstance(code, Icd10Cm) else self.exact.get(code, ())


@lru_cache(maxsize=4096)
def _coded(lookup: Lookup, code: Icd10Cm) -> tuple[str, ...]:
    """The ids of a diagnosis, by its code and then by the blocks that hold it. The same few are asked for again and again."""
    found = list(lookup.exact.get(code, ()))
    found += [id for block, id in lookup.blocks if code.value.startswith(block) and id not in found]
    return tuple(found)


@cache
def substances(knowledge: Knowledge) -> Lookup:
    """Substances by id, name and alias."""
    entries = knowledge.substances.items()
    return Lookup(_names((id, (entry.name, *entry.aliases)) for id, entry in entries))


@cache
def medicines(knowledge: Knowledge) -> Lookup:
    """Medicines by id, name, brand and RxNorm code."""
    exact: dict[Code, tuple[str, ...]] = {}
    for id, entry in knowledge.medicines.items():
        for value in entry.rxnorm:
            code = RxNorm(value)
            exact[code] = (*exact.get(code, ()), id)
    entries = knowledge.medicines.items()
    return Lookup(_names((id, (entry.name, *entry.names)) for id, entry in entries), exact)


@cache
def conditions(knowledge: Knowledge) -> Lookup:
    """Conditions by id, name, ICD-10-CM code or block, and SNOMED CT code."""
    exact: dict[Code, tuple[str, ...]] = {}
    blocks: list[tuple[str, str]] = []
    for id, entry in knowledge.conditions.items():
        blocks += [(value[:-1], id) for value in entry.icd10 if value.endswith("*")]
        codes: list[Code] = [Icd10Cm(value) for value in entry.icd10 if not value.endswith("*")]
        for code in (*codes, *(SnomedCt(value) for value in entry.snomed)):
            exact[code] = (*exact.get(code, ()), id)
    entries = knowledge.conditions.items()
    return Lookup(_names((id, (entry.name, *entry.names)) for id, entry in entries), exact, tuple(blocks))


@cache
def observations(knowledge: Knowledge) -> Lookup:
    """Observations by id and name."""
    entries = knowledge.observations.items()
    return Lookup(_names((id, (entry.name, *entry.names)) for id, entry in entries))


def _names(entries: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, str]:
    """An id goes before another entry's further names."""
    listed = list(entries)
    named = {slug(id): id for id, _ in listed}
    for id, names in listed:
        for name in names:
            named.setdefault(slug(name), id)
    return named


def substance_named(text: str, knowledge: Knowledge) -> str | None:
    """The substance that a text names, by the whole of it or by the words before its first number ("Dilaudid 4 mg")."""
    lookup = substances(knowledge)
    whole = lookup.named(text)
    if whole is not None:
        return whole
    words = slug(text).split("-")[:12]
    for count in range(len(words) - 1, 0, -1):
        if words[count][0].isdigit() and (id := lookup.names.get("-".join(words[:count]))) is not None:
            return id
    return None


@lru_cache(maxsize=4096)
def nearly(text: str, lookup: Lookup) -> str:
    """The known name that a text nearly spells; empty where there is none. The same few medicines are asked for again and again."""
    words = slug(text)
    first = words.split("-")[0]
    for written in (words, first):
        if SHORTEST_SLIP <= len(written) <= LONGEST_SLIP:
            found = get_close_matches(written, lookup.names, n=1, cutoff=ALIKE)
            if found:
                return found[0]
    return ""


SHORTEST_SLIP, LONGEST_SLIP = 5, 40
"""Shorter words are too like too many; longer ones are sentences."""

ALIKE = 0.85
"""How alike two spellings are when one is likely a slip for the other (difflib's ratio): a letter or two in ten."""


@lru_cache(maxsize=4096)
def medicine_named(text: str, knowledge: Knowledge) -> str | None:
    """The medicine that a text names, by the whole of it or by its first words ("sertraline 100 mg daily").

    The longest run of first words that is a name decides. Words for an extended-release form choose that form where
    knowledge has one, since its course is another.
    """
    lookup = medicines(knowledge)
    whole = lookup.named(text)
    if whole is not None:
        return whole
    words = slug(text).split("-")[:12]
    count = _longest_name(words, lookup)
    return _of_its_release(words, count, lookup) if count else None


@lru_cache(maxsize=4096)
def medicines_named(text: str, knowledge: Knowledge) -> tuple[str, ...]:
    """Every medicine in a text that joins several ("acetaminophen/oxycodone", "lisinopril-hydrochlorothiazide")."""
    lookup = medicines(knowledge)
    whole = lookup.named(text)
    if whole is not None:
        return (whole,)
    words, found = slug(text).split("-")[:12], list[str]()
    while words:
        count = _longest_name(words, lookup)
        if count:
            found.append(_of_its_release(words, count, lookup))
            words = words[count:]
        elif found and words[0] in ("and", "with"):
            words = words[1:]
        else:
            break
    if not found:
        others = (medicine_named(part, knowledge) for part in _TOGETHER.split(text)[1:])
        found = [id for id in others if id is not None]
    return tuple(dict.fromkeys(found))


def _longest_name(words: list[str], lookup: Lookup) -> int:
    """How many first words are a name, at most; 0 where none are."""
    return next((count for count in range(min(len(words), 6), 0, -1) if "-".join(words[:count]) in lookup.names), 0)


def _of_its_release(words: list[str], count: int, lookup: Lookup) -> str:
    """The medicine named by the first `count` words, in the release form that the words after them say."""
    id = lookup.names["-".join(words[:count])]
    extended = f"{id.removesuffix('-sublingual')}-extended-release"
    if EXTENDED_RELEASE.intersection(words[count:]) and lookup.names.get(extended) == extended:
        return extended
    return id
