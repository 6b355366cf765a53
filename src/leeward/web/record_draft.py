"""What was read of a record system, laid out for somebody to look through: what would be charted, and what was not understood.

Nothing is charted that nobody looked through: a list comes into the chart only where its tick was set, and without what was
ticked to be left out. Orders stay where they are: an order of Leeward is signed by a prescriber here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from leeward.fhir.structures import HumanName, Patient
from leeward.fhir.to_case import LEFT_OPEN
from leeward.model.instants import aware_instant
from leeward.model.shapes import is_list, is_mapping
from leeward.paper.times import zone_of
from leeward.record.chart import LISTS, PROVENANCE, TIMED
from leeward.record.entries import Entry, Kind
from leeward.record.permissions import WRITTEN_WITH, Allowed, may
from leeward.ward.words import entry_words
from leeward.web.charting import Item
from leeward.web.launches import FromRecord
from leeward.web.pages.admit import SETTINGS, SEXES, new_patient
from leeward.web.visit import Visit

TITLES: Mapping[str, str] = {
    "exposures": "What they took",
    "medicines": "Medicines",
    "allergies": "Allergies",
    "conditions": "Conditions",
    "doses": "Doses given there",
    "scores": "Scores",
    "observations": "Observations and results",
}
"""The lists that may be charted here, in the order in which they are looked through."""

KINDS: Mapping[str, Kind] = {name: kind for kind, name in LISTS.items()}


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One item as it would be charted, in words."""

    place: str
    says: str
    at: str
    source: str
    """The resource that it comes from."""
    body: dict[str, Any]
    timed: bool = True
    """False where it has a time that is not one instant: charted, it would stand at another."""


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """A list of items; `may_chart` is whether who looks may chart it."""

    name: str
    title: str
    lines: tuple[Line, ...]
    may_chart: bool


def groups_of(visit: Visit, found: FromRecord) -> tuple[Group, ...]:
    """What the record holds, list by list; a list of which it says nothing is left out."""
    groups: list[Group] = []
    for name, title in TITLES.items():
        lines = _lines(visit, found, name)
        if lines:
            allowed = may(visit.person, WRITTEN_WITH[KINDS[name]], new_patient(visit), visit.context())
            groups.append(Group(name=name, title=title, lines=lines, may_chart=isinstance(allowed, Allowed)))
    return tuple(groups)


def orders_of(visit: Visit, found: FromRecord) -> tuple[Line, ...]:
    """Orders of the record, to be seen and not taken over."""
    return _lines(visit, found, "orders")


def _lines(visit: Visit, found: FromRecord, name: str) -> tuple[Line, ...]:
    listed: Any = found.read.document.get(name)
    if not is_list(listed):
        return ()
    if not listed:
        # That there is none is known only where everything could be read.
        if any(one.path == "AllergyIntolerance" for one in found.chart.problems):
            return ()
        return (_line(visit, found, name, name, {"none": True}),)
    told = [(f"{name}[{place}]", item) for place, item in enumerate(listed) if is_mapping(item)]
    # That a list may not hold everything the chart says by itself, until somebody has asked.
    return tuple(_line(visit, found, name, place, dict(item)) for place, item in told if item != LEFT_OPEN.get(name))


def _line(visit: Visit, found: FromRecord, name: str, place: str, body: dict[str, Any]) -> Line:
    body = {key: _quantity(value) for key, value in body.items()}
    told, kind = body.get("at"), KINDS[name]
    at = told if isinstance(told, str) and aware_instant(told) is not None else ""
    return Line(
        place=place,
        says="None, the record says" if body == {"none": True} else _words(visit, kind, body),
        at=at,
        source=found.read.sources.get(place, ""),
        body=body,
        timed=kind not in TIMED or bool(at),
    )


def _quantity(value: Any) -> Any:
    """An amount in the words in which the ward charts it: `4 mg`."""
    if not is_mapping(value) or set(value) != {"value", "unit"}:
        return value
    number = value["value"]
    whole = isinstance(number, float) and number.is_integer() and abs(number) < 1e15
    return f"{int(number) if whole else number} {value['unit']}"


def _words(visit: Visit, kind: Kind, body: dict[str, Any]) -> str:
    at = visit.now.isoformat()
    entry = Entry(
        number=0, id="", kind=kind, patient="", at=at, recorded=at, by="", role="", corrects=None, body=body, previous="",
        digest="",
    )  # fmt: skip
    return entry_words(entry, visit.house.knowledge, zone=zone_of(visit.now))


def items_of(visit: Visit, found: FromRecord, groups: Sequence[Group]) -> list[Item]:
    """The entries of what was looked through and taken over."""
    patient, left_out = new_patient(visit), set(visit.forms.get("leave", ()))
    items: list[Item] = []
    for group in groups:
        if not group.may_chart or not visit.text(f"take-{group.name}"):
            continue
        kind = KINDS[group.name]
        for line in group.lines:
            if line.place in left_out or not line.timed:
                continue
            came = {"record": found.chart.address.rpartition("/Patient/")[0], "resource": line.source}
            draft = visit.draft(
                kind,
                line.body | {PROVENANCE: came},
                at=_at(line, kind, visit.now),
                part=f"record-{line.place}",
                patient=patient,
            )
            items.append(Item(draft=draft, fields={"": f"take-{group.name}"}))
    return items


def _at(line: Line, kind: Kind, now: datetime) -> datetime:
    """When it happened, where the item says so in one instant; else when it was taken over."""
    told = aware_instant(line.at) if kind in TIMED else None
    return told if told is not None and told <= now else now


def filled(found: FromRecord) -> dict[str, str]:
    """Fields of the form of an admission, as the record fills them."""
    told: Any = found.read.document.get("patient", {})
    setting, sex = found.read.document.get("setting"), told.get("sex")
    fields = {
        "name": name_of(found.chart.patient),
        "identifiers": number_of(found.chart.patient),
        "setting": setting if setting in dict(SETTINGS) else "",
        "sex": sex if sex in dict(SEXES) else "",
        "pregnant": told.get("pregnant") if told.get("pregnant") in ("yes", "no") else "",
        "synthetic": "yes" if found.read.document.get("synthetic") is True else "",
    }
    for field in ("age", "weight_kg"):
        value = told.get(field)
        fields[field] = f"{value:g}" if isinstance(value, int | float) and not isinstance(value, bool) else ""
    return {name: str(value) for name, value in fields.items() if value}


def name_of(patient: Patient) -> str:
    """What somebody is called, in one line; empty where the record says nothing."""
    used = [one for one in patient.name if one.use not in ("old", "maiden", "temp")]
    ranked = sorted(
        used, key=lambda one: ("usual", "official", None).index(one.use) if one.use in ("usual", "official") else 2
    )
    return _joined(ranked[0]) if ranked else ""


def _joined(name: HumanName) -> str:
    told = name.text or " ".join((*name.given, name.family or ""))
    return " ".join("".join(letter if letter.isprintable() else " " for letter in told).split())[:120]


def number_of(patient: Patient) -> str:
    """The record number that people read, where the record marks one; else its first identifier."""
    told = [one for one in patient.identifier if one.value and one.use != "old"]
    marked = [one for one in told if one.type and any(coding.code == "MR" for coding in one.type.coding)]
    return (marked or told)[0].value or "" if told else ""


def known_as(found: FromRecord) -> dict[str, str]:
    """How the record system knows the person: kept with who they are, so that the next launch finds this chart."""
    names = " ".join(sorted(identifiers_of(found.chart.patient)))
    return {"record_system": found.chart.address} | ({"record_identifiers": names} if names else {})


def identifiers_of(patient: Patient) -> frozenset[str]:
    """What tells a person from every other there: system and value, where both are told and current."""
    return frozenset(
        f"{one.system}|{one.value}"
        for one in patient.identifier
        if one.system and one.value and one.use not in ("old", "temp") and " " not in f"{one.system}{one.value}"
    )


def here_already(visit: Visit, address: str, patient: Patient | None = None) -> tuple[str, ...]:
    """Ids of the charts here of a patient there: by the address, else by an identifier of the same record system."""
    ward, base = visit.house.ward, address.rpartition("/Patient/")[0]
    same: list[str] = []
    alike: list[str] = []
    for id_ in ward.patients():
        one = ward.bedside(id_, visit.now)
        there = str(one.chart.identity.get("record_system", "")) if one is not None else ""
        if one is None or there.rpartition("/Patient/")[0] != base:
            continue
        if there == address:
            same.append(id_)
        elif patient is not None:
            kept = set(str(one.chart.identity.get("record_identifiers", "")).split())
            alike += [id_] if kept & identifiers_of(patient) else []
    return tuple(same or alike)
