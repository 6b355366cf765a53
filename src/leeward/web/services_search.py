"""A search of the list of services, as it was typed: the same for the directory and for one person's sheet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from leeward.knowledge import Knowledge
from leeward.model.numbers import number_in
from leeward.paper.services import Nearby, Search, find_services
from leeward.paper.services_list import ServicesList
from leeward.paper.words_of_services import kinds, languages, title_of
from leeward.record.entries import Entry
from leeward.ward.services import Loaded, Lost, Near, near_of, towns_of
from leeward.ward.state import Ward

NEED = "need-"
FIRST, MOST = 20, 200
"""How many places are shown at first, and at most."""

MOST_TOWNS = 400
"""Towns that the field offers; in a longer list one types the name."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for."""

    needs: tuple[str, ...]
    near: str
    within: str
    language: str
    all: bool


def asked_of(given: Mapping[str, str], knowledge: Knowledge) -> Asked:
    """What a form or an address asks for; a word that is no kind and no language asks for nothing."""
    language = given.get("language", "")
    return Asked(
        needs=tuple(id for id in kinds(knowledge) if given.get(f"{NEED}{id}")),
        near=" ".join(given.get("near", "").split())[:100],
        within=given.get("within", "").strip()[:20],
        language=language if language in languages(knowledge) else "",
        all=bool(given.get("all")),
    )


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What was found, with what is wrong with the question."""

    search: Search
    near: Near
    within_problem: str
    more: int


def searched(loaded: Loaded, asked: Asked, knowledge: Knowledge) -> Result:
    """The places that fit, the nearest first."""
    services, near = loaded.list.services, near_of(asked.near, loaded.list.services)
    within, problem = _miles(asked.within, near)
    every = find_services(
        services,
        knowledge,
        near=near.place,
        needs=asked.needs,
        language=asked.language,
        within_miles=within,
        limit=len(services),
    )
    shown = msgspec.structs.replace(every, found=every.found[: MOST if asked.all else FIRST])
    return Result(search=shown, near=near, within_problem=problem, more=len(every.found) - len(shown.found))


def _miles(typed: str, near: Near) -> tuple[float | None, str]:
    if not typed:
        return None, ""
    miles = number_in(typed)
    if miles is None or not 0 < miles <= 5000:
        return None, "This is not a number of miles. Write one, such as 10."
    if near.place is None:
        return None, "Say near what, so that distances can be told."
    return miles, ""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A service as the pages show it. What the list does not say is said to be missing there."""

    line: int
    name: str
    address: str
    intake: str
    phone: str
    hours: str
    website: str
    offers: str
    speaks: str
    remarks: tuple[str, ...]
    note: str
    distance: str
    synthetic: bool


def place_shown(one: Nearby, knowledge: Knowledge, measured: bool) -> Place:
    """A service in words; `measured` says whether distances were asked for."""
    service = one.service
    miles = one.miles
    distance = "" if not measured else "distance not known" if miles is None else f"{miles:.1f} miles" if miles < 10 else f"{miles:.0f} miles"  # fmt: skip

    def titles(ids: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(title_of(id, knowledge) for id in ids)

    return Place(
        line=service.line,
        name=f"{service.name}, {service.part}" if service.part else service.name,
        address=service.address,
        intake=service.intake,
        phone=service.phone,
        hours=service.hours,
        website=service.website if service.website.lower().startswith(("http://", "https://")) else "",
        offers=", ".join(titles(service.kinds)),
        speaks=", ".join(titles(service.languages)),
        remarks=titles(service.remarks),
        note=service.note,
        distance=distance,
        synthetic=service.synthetic,
    )


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """About the list: how much, of when, by whom."""

    services: int
    left_out: int
    name: str
    at: str
    by: str
    synthetic: bool


def told_of(found: Loaded | Lost | None, ward: Ward) -> Told | None:
    """What the pages say of the list that holds; None where there is none to search."""
    if not isinstance(found, Loaded):
        return None
    entry: Entry | None = found.entry
    return Told(
        services=len(found.list.services),
        left_out=left_out(found.list),
        name=found.name,
        at=entry.at if entry else "",
        by=ward.name_of(entry.by) if entry else "",
        synthetic=found.list.synthetic,
    )


def left_out(read: ServicesList) -> int:
    """Lines of a list that could not be used."""
    return sum(1 for problem in read.problems if problem.left_out)


def search_values(found: Loaded | Lost | None, asked: Asked, ward: Ward) -> dict[str, Any]:
    """What the fields and the results of a search need."""
    knowledge = ward.knowledge
    values: dict[str, Any] = {
        "asked": asked,
        "need_field": NEED,
        "kinds": [(id, title_of(id, knowledge)) for id in kinds(knowledge)],
        "languages": [(id, title_of(id, knowledge)) for id in languages(knowledge)],
        "told": told_of(found, ward),
        "lost": found.entry if isinstance(found, Lost) else None,
        "towns": (),
        "result": None,
        "places": (),
    }
    if isinstance(found, Loaded):
        result = searched(found, asked, knowledge)
        towns = towns_of(found.list.services)
        values |= {
            "result": result,
            "towns": towns if len(towns) <= MOST_TOWNS else (),
            "places": [place_shown(one, knowledge, result.near.place is not None) for one in result.search.found],
        }
    return values
