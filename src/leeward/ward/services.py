"""The list of services that this site loaded: what a setting of the record names, read from the file that is kept with it.

A demo ward without a list has a made-up one. Which services were put on somebody's sheet stands in a note of their chart,
as they were listed then: a list that is replaced later changes no sheet.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from datetime import datetime
from importlib import resources
from typing import Any

import msgspec

from leeward.knowledge import Knowledge
from leeward.model.shapes import is_list
from leeward.paper.services import Nearby, Point, Service, place_of_zip
from leeward.paper.services_list import ServicesList, read_services
from leeward.record.chart import Chart
from leeward.record.entries import Entry
from leeward.record.kept_files import digest_of_file, kept_file
from leeward.ward.state import Ward

SETTING = "services-list"
DEMO_LIST = "demo_services.csv"
MOST_READ = 3
"""Lists that a process keeps in memory as they were read."""


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """The list that holds now. `entry` says who loaded it and when; None for the list of the demo ward."""

    digest: str
    name: str
    list: ServicesList
    entry: Entry | None


class Lost(msgspec.Struct, frozen=True, kw_only=True):
    """A list was loaded, and its file is not kept here."""

    entry: Entry


_read: dict[str, ServicesList] = {}
_reading = threading.Lock()


def list_of_file(digest: str, content: bytes, knowledge: Knowledge) -> ServicesList:
    """A list read from its file, once a process. Raises BadInput where it is no list."""
    with _reading:
        if digest not in _read:
            found = read_services(content, knowledge)
            while len(_read) >= MOST_READ:
                _read.pop(next(iter(_read)))
            _read[digest] = found
        return _read[digest]


def read_already(digest: str) -> ServicesList | None:
    """A list that this process has read."""
    return _read.get(digest)


def services_of(ward: Ward, *, demo: bool = False) -> Loaded | Lost | None:
    """The list that holds now; None where none was ever loaded. Raises RecordTrouble where its file was changed."""
    entry = ward.setting(SETTING)
    if entry is None:
        return _demo_list(ward.knowledge) if demo else None
    digest = str(entry.body.get("digest", ""))
    found = read_already(digest)
    if found is None:
        content = kept_file(ward.record.engine, digest)
        if content is None:
            return Lost(entry=entry)
        found = list_of_file(digest, content, ward.knowledge)
    return Loaded(digest=digest, name=str(entry.body.get("name", "")), list=found, entry=entry)


def _demo_list(knowledge: Knowledge) -> Loaded:
    content = (resources.files("leeward.ward") / DEMO_LIST).read_bytes()
    digest = digest_of_file(content)
    found = list_of_file(digest, content, knowledge)
    return Loaded(digest=digest, name="the made-up list of the demo ward", list=found, entry=None)


class Near(msgspec.Struct, frozen=True, kw_only=True):
    """Where distances are measured from, with a sentence that says so, or says why they cannot be told."""

    place: Point | None = None
    says: str = ""
    unknown: bool = False


_POINT = re.compile(r"\s*(-?\d{1,2}(?:\.\d+)?)\s*[,; ]\s*(-?\d{1,3}(?:\.\d+)?)\s*")
_ZIP = re.compile(r"\d{5}(-\d{4})?")


def near_of(typed: str, services: Sequence[Service]) -> Near:
    """A ZIP code, a town of the list (with its state where it is in several) or two degrees, as typed."""
    typed = " ".join(typed.split())
    if not typed:
        return Near()
    if found := _POINT.fullmatch(typed):
        return _of_degrees(float(found[1]), float(found[2]))
    if _ZIP.fullmatch(typed):
        place = place_of_zip(typed, services)
        if place is None:
            return Near(says=f"No listed place has the ZIP code {typed[:5]}, so no distance can be told.", unknown=True)
        says = f"Straight-line distances from the middle of the listed places with ZIP code {typed[:5]}."
        return Near(place=place, says=says)
    return _of_town(typed, services)


def _of_degrees(latitude: float, longitude: float) -> Near:
    if abs(latitude) > 90 or abs(longitude) > 180:
        return Near(says="This is no latitude and longitude, so no distance can be told.", unknown=True)
    return Near(
        place=Point(latitude, longitude), says=f"Straight-line distances from {latitude:g}, {longitude:g} (degrees)."
    )


def _of_town(typed: str, services: Sequence[Service]) -> Near:
    wanted = typed.casefold().replace(",", " ").split()
    inside: dict[str, list[Point]] = {}
    for service in services:
        city, full = service.city.casefold().split(), f"{service.city} {service.state}".casefold().split()
        if service.place and city and wanted in (city, full):
            inside.setdefault(f"{service.city}, {service.state}".strip(", "), []).append(service.place)
    if not inside:
        says = "No listed place with a position is in a town of this name, so no distance can be told."
        return Near(says=says, unknown=True)
    if len(inside) > 1:
        says = f"The list has several towns of this name: {'; '.join(sorted(inside)[:8])}. Add the state."
        return Near(says=says, unknown=True)
    town, places = next(iter(inside.items()))
    middle = Point(
        sum(one.latitude for one in places) / len(places), sum(one.longitude for one in places) / len(places)
    )
    return Near(place=middle, says=f"Straight-line distances from the middle of the listed places in {town}.")


def towns_of(services: Sequence[Service]) -> tuple[str, ...]:
    """Towns that have a listed place with a position."""
    return tuple(sorted({f"{one.city}, {one.state}".strip(", ") for one in services if one.place and one.city}))


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """The services that are on somebody's sheet, with the note that put them there."""

    found: tuple[Nearby, ...] = ()
    by: str = ""
    at: datetime | None = None
    number: int = 0


def chosen_services(chart: Chart, ward: Ward) -> Chosen:
    """What the newest note about services says; nothing where there is none."""
    for note in reversed(chart.notes):
        told: Any = note.body.get("services")
        if is_list(told):
            try:
                found = msgspec.convert(told, tuple[Nearby, ...])
            except msgspec.ValidationError:  # corrected by hand into something else: what cannot be read is on no sheet
                found = ()
            at = datetime.fromisoformat(note.entry.at)
            return Chosen(found=found, by=ward.name_of(note.entry.by), at=at, number=note.entry.number)
    return Chosen()


def chosen_body(found: Sequence[Nearby]) -> dict[str, Any]:
    """The note that puts services on a sheet, readable by itself among the notes."""
    names = [", ".join(filter(None, (one.service.name, one.service.intake or one.service.phone))) for one in found]
    text = (
        f"Services on this person's sheet: {'; '.join(names)}." if names else "No services are on this person's sheet."
    )
    return {"text": text, "services": msgspec.to_builtins(list(found))}
