"""Everything that Leeward knows, as entries that can be read, searched and pointed at, each with its own address."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import msgspec

from leeward.guidance import assess as _every_rule_is_registered  # noqa: F401  # pyright: ignore[reportUnusedImport]
from leeward.guidance.rule import REGISTRY
from leeward.instruments import load_instruments
from leeward.knowledge import Knowledge
from leeward.knowledge.knowledge import raw
from leeward.model.quantity import number
from leeward.model.shapes import is_list, is_mapping

STATUS = {
    "read": "read: the text itself was seen",
    "read-second-hand": "read second-hand: a copy, summary or report of it was seen; open the original before you rely on it",
    "recalled": "recalled: not read; from memory of the field, with the place where a reviewer should check it",
    "consensus": "consensus: Leeward's own choice where sources differ or are silent",
}
ROLES = {
    "avoid": "where it is so, the option is to be avoided",
    "gate": "must be so before the option may start; where it is not known, it is asked for",
    "prefer": "where it is so, the option is recommended",
    "first": "where it is so, something comes before the option",
    "caution": "where it is so, it is said beside the option",
    "scope": "where it is so, Leeward does not cover this person",
    "alert": "where it is so, an alert is raised",
}
"""What a rule's answer does."""


class Fact(msgspec.Struct, frozen=True):
    """One thing that an entry says; several lines where it is a list."""

    name: str
    lines: tuple[str, ...]


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the reference."""

    section: str
    id: str
    title: str
    says: str = ""
    facts: tuple[Fact, ...] = ()
    sources: tuple[str, ...] = ()
    searched: str = ""

    @property
    def address(self) -> str:
        """Where it stands."""
        return f"/reference/{self.section}/{self.id}"


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """Entries of one kind."""

    id: str
    title: str
    says: str
    items: Mapping[str, Item]


TITLES = {
    "rules": ("Rules", "Each asks one question of the picture; what it answers and why stands beside every option."),
    "sources": ("Sources", "Where every number and sentence comes from, and whether that text was read or recalled."),
    "policy": (
        "What a site may set",
        "Choices that reasonable guidelines make differently, with the range that sources support.",
    ),
    "limits": ("Limits", "Thresholds that rules compare readings with."),
    "conflicts": ("Where sources disagree", "Both sides are kept; the default is Leeward's, the choice is the site's."),
    "refusals": ("What Leeward declines to do", "And why, and where to turn."),
    "always": ("What every plan leads with", "Whatever else it holds."),
    "alerts": ("Alerts", "How urgent each is, and what to do."),
    "instruments": ("Instruments", "Scales and screens with their items, points and bands."),
    "substances": ("Substances", "Their course after the last use, and the wait before a standard start."),
    "medicines": ("Medicines", "Names and the traits that checks ask for."),
    "observations": ("Observations", "In which unit each is kept, and which values can be a measurement at all."),
}

WORDS = {
    "low": "From", "high": "To", "do": "Do", "default": "Leeward's own", "turn_to": "Turn to", "others": "Others say",
    "topics": "Concerns", "class": "Class", "names": "Also called", "aliases": "Also called", "convert": "Other units, by factor",
    "keeps": "Kept for", "half_life": "Half-life", "buprenorphine_wait": "Wait before standard buprenorphine",
    "other_wait": "Other published waits", "other_course": "Other published courses", "drug_test": "Drug test",
    "covered_by": "Not shown beside", "choices": "One of", "where": "Where to look", "locator": "Found at", "rxnorm": "RxNorm",
    "rank": "Rank",
}  # fmt: skip
"""Fields of the knowledge files as a person reads them; others by their own name."""

_APART = {"says", "title", "name", "sources", "id"}


@cache
def sections(knowledge: Knowledge) -> Mapping[str, Section]:
    """The whole reference, by section; made once for a knowledge."""
    return {
        id: Section(id=id, title=title, says=says, items={item.id: item for item in _items(id, knowledge)})
        for id, (title, says) in TITLES.items()
    }


def _items(section: str, knowledge: Knowledge) -> Iterator[Item]:
    match section:
        case "rules":
            yield from _rules()
        case "instruments":
            yield from _instruments()
        case "sources":
            for id, source in sorted(knowledge.sources.items()):
                told: dict[str, Any] = msgspec.to_builtins(source)
                status = told.pop("status")
                day = "read or recalled on"
                facts = {"status": STATUS[status], day: told.pop("date")} | told
                says = " ".join(filter(None, (f"{source.authors}." if source.authors else "", str(source.year or ""))))
                yield item(section, id, source.title, says, facts)
        case _:
            for id, entry in raw(section).items():
                title = str(entry.get("title") or entry.get("name") or entry.get("says") or id)
                says = str(entry.get("says", ""))
                yield item(section, id, title, says if says != title else "", _joined(entry))


def _joined(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """An entry whose own number stands with its unit, and a range as one thing."""
    told = dict(entry)
    unit = told.get("unit", "")
    for key in ("value", "default"):
        if unit and key in told:
            told[key] = _range({"value": told[key], "unit": unit})
    if "low" in told and "high" in told:
        told = {"allowed": _range({"low": told.pop("low"), "high": told.pop("high"), "unit": unit})} | told
    if {"value", "default", "allowed"} & told.keys():
        told.pop("unit", None)
    return told


def _rules() -> Iterator[Item]:
    for id, rule in sorted(REGISTRY.items()):
        facts = {
            "what its answer does": ROLES[rule.role.value],
            "topic": rule.topic.replace("_", " "),
            "said where it is not so": rule.no,
            "explained": " ".join(rule.explains.split()),
            "sources of its own": "" if rule.sources else "none: those of the entries that it asks for",
        }
        yield item("rules", id, rule.says, "", facts, rule.sources)


def _instruments() -> Iterator[Item]:
    for id, one in load_instruments().items():
        items = [
            f"{part.title}: {'; '.join(f'{choice.shown} {choice.says}' for choice in part.choices)}"
            for part in one.items
        ]
        facts = {
            "short": one.short,
            "answered by": {"self": "the person", "clinician": "a clinician", "observer": "an observer"}[one.rater],
            "time it asks about": one.window,
            "items": items,
            "bands": [f"{band.low} to {band.high}: {band.label}" for band in one.bands],
            "licence": one.licence,
            "note": one.note,
        }
        yield item("instruments", id, one.title, one.says, facts, one.sources)


def item(section: str, id: str, title: str, says: str, told: Mapping[str, Any], sources: Iterable[str] = ()) -> Item:
    """An entry as the pages show it; its sources are its own and those of every number in it."""
    facts = tuple(
        Fact(WORDS.get(key, key.replace("_", " ").replace("-", " ").capitalize()), lines)
        for key, value in told.items()
        if key not in _APART and not key.endswith("_sources") and (lines := tuple(filter(None, _lines(value))))
    )
    cited = tuple(dict.fromkeys([*sources, *_cited(told)]))
    searched = " ".join([id, title, says, *(line for fact in facts for line in fact.lines)]).casefold()
    return Item(section=section, id=id, title=title, says=says, facts=facts, sources=cited, searched=searched)


def _lines(value: Any) -> Iterator[str]:
    if is_list(value) and any(is_mapping(one) for one in value):
        for one in value:
            yield _inline(one)
    elif is_list(value) and any(len(str(one)) > 60 for one in value):
        yield from (_inline(one) for one in value)
    else:
        yield _inline(value)


def _inline(value: Any) -> str:
    if is_mapping(value):
        return _range(value) if value.keys() & {"low", "high", "value", "min", "usual", "max"} else _pairs(value)
    if is_list(value):
        return ", ".join(_inline(one) for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return number(value) if isinstance(value, float) else "" if value is None else str(value)


def _range(told: Mapping[Any, Any]) -> str:
    """A number, or a range of numbers, with its unit and what is said of it."""
    if told.get("low") is not None and told.get("high") is not None:
        amount = f"{_inline(told['low'])} to {_inline(told['high'])}"
    else:
        words = {"value": "", "low": "from ", "high": "to ", "min": "at least ", "usual": "usually ", "max": "at most "}
        amount = ", ".join(f"{word}{_inline(told[key])}" for key, word in words.items() if told.get(key) is not None)
    unit = "" if told.get("unit") == "1" else str(told.get("unit", ""))
    rest = {
        key: value for key, value in told.items() if key not in ("low", "high", "value", "min", "usual", "max", "unit")
    }
    besides = _pairs(rest)
    return f"{amount} {unit}".strip() + (f" ({besides})" if besides else "")


def _pairs(told: Mapping[Any, Any]) -> str:
    said = [
        _inline(value) if key in ("says", "what", "note") else f"{str(key).replace('_', ' ')} {_inline(value)}"
        for key, value in told.items()
        if key not in ("sources", "rank") and not str(key).endswith("_sources")
    ]
    return "; ".join(filter(None, said))


def _cited(value: Any) -> Iterator[str]:
    if is_mapping(value):
        for key, inner in value.items():
            if key == "sources" or str(key).endswith("_sources"):
                yield from _flat(inner)
            else:
                yield from _cited(inner)
    elif is_list(value):
        for one in value:
            yield from _cited(one)


def _flat(value: Any) -> Iterator[str]:
    if is_mapping(value):
        for inner in value.values():
            yield from _flat(inner)
    elif is_list(value):
        yield from (str(one) for one in value)


def found(knowledge: Knowledge, asked: str) -> list[Item]:
    """Entries that hold every word asked for: those named so first, then those titled so, then the rest."""
    words = asked.casefold().split()
    fits = [
        one
        for section in sections(knowledge).values()
        for one in section.items.values()
        if all(word in one.searched for word in words)
    ]
    return sorted(
        fits,
        key=lambda one: (
            one.id.casefold() != asked.casefold().strip(),
            not all(word in one.title.casefold() for word in words),
        ),
    )


@cache
def citing(knowledge: Knowledge) -> Mapping[str, tuple[Item, ...]]:
    """For the id of each source, the entries of the reference that rest on it."""
    using: dict[str, list[Item]] = {}
    for section in sections(knowledge).values():
        for one in section.items.values():
            for source in one.sources:
                using.setdefault(source, []).append(one)
    return {id: tuple(items) for id, items in using.items()}
