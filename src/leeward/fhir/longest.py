"""A record that is longer than a case may be: what bears on Leeward's answers stays, and what is left out is said.

Hazard: among six hundred flushes of saline the one dose of methadone is the oldest entry and the only one that matters.
So the newest entry of each thing that Leeward knows stays, whatever its age and however often others are told.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime

import msgspec

from leeward.casefile.condition_words import conditions_named
from leeward.casefile.names import UNKNOWN_SUBSTANCE, conditions, medicines, medicines_named, substance_named
from leeward.fhir.case_sheet import Entry, Sheet
from leeward.fhir.structures import Element, Meta, Period
from leeward.knowledge import Knowledge
from leeward.model.codes import SYSTEMS, RxNorm

TOO_LONG = "LW-0937"
"""The record holds more than a case may; what is left out is named."""

LONGEST: Mapping[str, int] = {
    "observations": 1500, "scores": 300, "doses": 500, "orders": 200, "medicines": 500, "conditions": 500,
    "allergies": 200, "exposures": 200,
}  # fmt: skip
"""Entries of each list that are taken over: fewer than a case file may hold. A convention of Leeward."""

GRAVE = frozenset((
    "opioid-full-agonist", "opioid-partial-agonist", "opioid-antagonist", "sedative", "benzodiazepine", "gabapentinoid",
    "qt-prolonging", "class-ia-iii-antiarrhythmic", "alpha-2-agonist", "maoi",
))  # fmt: skip
"""Traits of medicines of which more than the newest entry stays before those of others. A convention of Leeward."""

ONCE = ("medicines", "conditions", "allergies")
"""Lists of which two entries alike say no more than one; two doses alike are two doses."""

DATES = (
    "effectiveDateTime", "effectiveInstant", "effectivePeriod", "authoredOn", "authored", "whenHandedOver", "whenPrepared",
    "onsetDateTime", "onsetPeriod", "recordedDate", "dateAsserted", "meta",
)  # fmt: skip
"""Members that say of when a resource is, the one that is nearest to what it tells first."""

Known = tuple[tuple[str, ...], int]
"""What an entry is by its ids in knowledge, and how much it bears on the rules."""

BEARS, KNOWN, NOT_KNOWN = range(3)


class _Rank(msgspec.Struct, frozen=True, order=True):
    """Where an entry stands in its list: the lowest stays longest. `nth`: how many of its like are newer."""

    follows: bool
    bearing: int
    nth: int
    age: int
    place: int


def shorten(sheet: Sheet, left_open: Mapping[str, Entry], drafts: Collection[str] = ()) -> None:
    """Leave out of each list what it holds too much of: what was told twice, then what no rule knows, then the oldest.

    The entry that leaves a list open stays. `drafts`: names of orders that are being made, which stay before others.
    """
    for kind, most in LONGEST.items():
        if len(sheet.lists.get(kind, ())) <= most:
            continue
        if kind in ONCE:
            sheet.lists[kind] = _once(sheet.lists[kind])
        entries = sheet.lists[kind]
        always = {place for place, (entry, _) in enumerate(entries) if entry is left_open.get(kind)}
        ranked = [place for place in _ranked(sheet, kind) if place not in always]
        ranked.sort(key=lambda place: entries[place][1] not in drafts)
        kept = always.union(ranked[: most - len(always)])
        says = f"The record holds more than {most} {kind}. What Leeward knows and the newest of the others are used, and this is not."
        for place, (_, source) in enumerate(entries):
            if place not in kept:
                sheet.say(TOO_LONG, source, says, "Look into the record.")
        sheet.lists[kind] = [pair for place, pair in enumerate(entries) if place in kept]


def _once(entries: Iterable[tuple[Entry, str]]) -> list[tuple[Entry, str]]:
    """Entries that say the same as one, with every resource that they come from."""
    found: dict[bytes, tuple[Entry, str]] = {}
    for entry, source in entries:
        key = msgspec.json.encode(entry)
        found[key] = (entry, f"{found[key][1]}, {source}") if key in found else (entry, source)
    return list(found.values())


def _ranked(sheet: Sheet, kind: str) -> list[int]:
    """The places of a list, in the order in which they are to stay.

    What has no date may be newer than anything that has one, so it is counted by itself.
    """
    entries = sheet.lists[kind]
    dates = {place: _when(sheet, *pair) for place, pair in enumerate(entries)}
    newest = sorted((date, place) for place, date in dates.items() if date is not None)[::-1]
    undated = [place for place, date in dates.items() if date is None]
    found: list[_Rank] = []
    for row in (undated, [place for _, place in newest]):
        seen: dict[tuple[str, ...], int] = {}
        for age, place in enumerate(row):
            name, bearing = _KNOWN_AS.get(kind, _medicine)(entries[place][0], sheet.knowledge)
            nth = seen[name] = seen.get(name, -1) + 1
            known = bearing < NOT_KNOWN
            found.append(_Rank(not known or nth > 0, bearing, nth if known else 0, age, place))
    return [one.place for one in sorted(found)]


def _medicine(entry: Entry, knowledge: Knowledge) -> Known:
    name = entry.get("name") or entry.get("medicine") or ""
    ids = medicines(knowledge).coded(RxNorm(entry["rxnorm"])) if entry.get("rxnorm") else ()
    ids = tuple(ids or medicines_named(name, knowledge))
    if not ids:
        substance = substance_named(name, knowledge)
        return ((), NOT_KNOWN) if substance in (None, UNKNOWN_SUBSTANCE) else ((substance or "",), BEARS)
    grave = any(not GRAVE.isdisjoint(knowledge.medicines[id].traits) for id in ids)
    return ids, BEARS if grave else KNOWN


def _condition(entry: Entry, knowledge: Knowledge) -> Known:
    ids = set(conditions_named(entry["name"], knowledge)) if "name" in entry else set[str]()
    if code := entry.get("code"):
        value = code["value"].upper() if code["system"] == "icd-10-cm" else code["value"]
        ids.update(conditions(knowledge).coded(SYSTEMS[code["system"]](value)))
    return ((*sorted(ids), entry["status"]), BEARS) if ids else ((), NOT_KNOWN)


def _exposure(entry: Entry, knowledge: Knowledge) -> Known:
    told = str(entry.get("substance") or entry.get("product") or "")
    substance = substance_named(told, knowledge)
    return (substance or told,), NOT_KNOWN if substance == UNKNOWN_SUBSTANCE else BEARS


def _observation(entry: Entry, _: Knowledge) -> Known:
    return (str(entry.get("what")), "unknown" if entry.get("value") == "unknown" else ""), BEARS


def _score(entry: Entry, _: Knowledge) -> Known:
    return (str(entry.get("instrument")),), BEARS


_KNOWN_AS: Mapping[str, Callable[[Entry, Knowledge], Known]] = {
    "conditions": _condition,
    "exposures": _exposure,
    "observations": _observation,
    "scores": _score,
}
"""How to tell what an entry of a list is; any other list is of medicines."""


def _when(sheet: Sheet, entry: Entry, source: str) -> datetime | None:
    """When an entry was last so, as it tells itself or as its resource is dated; None where neither does."""
    told = next((entry[name] for name in ("at", "last_use", "last_taken") if name in entry), None)
    if told is None:
        return _dated(sheet, sheet.of(source))
    latest: str = told if isinstance(told, str) else told["latest"]
    return None if latest == "unknown" else datetime.fromisoformat(latest)


def _dated(sheet: Sheet, one: Element | None) -> datetime | None:
    for name in DATES:
        told = getattr(one, name, None)
        told = told.lastUpdated if isinstance(told, Meta) else told
        told = (told.end or told.start) if isinstance(told, Period) else told
        moment = sheet.moment(told if isinstance(told, str) else None)
        if moment is not None:
            return moment.latest
    return None
