"""A case file as the entries of somebody's chart: to begin a ward with demo patients, or to take a case file in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from leeward.record.chart import ADMISSION, LISTS, OTHERS_UNKNOWN
from leeward.record.entries import Draft, Kind

LIST_KINDS: Mapping[str, Kind] = {name: kind for kind, name in LISTS.items()}


def drafts_of(
    document: Mapping[str, Any], *, patient: str, name: str, by: str, role: str, at: datetime, id: str
) -> Iterator[Draft]:
    """Drafts that make the chart of a case document, each at the instant of its item where that has one, else at `at`.

    `id` begins the ids of the entries: the same document sent again under it is the same entries.
    """

    def draft(kind: Kind, body: dict[str, Any], when: object = None) -> Draft:
        happened = when if isinstance(when, str) and len(when) > 16 else at.isoformat()
        made = hashlib.sha256(f"{id} {patient} {kind} {body!r} {happened}".encode()).hexdigest()[:32]
        return Draft(id=made, kind=kind, patient=patient, at=happened, by=by, role=role, body=body)

    yield draft("admission", {"name": name, **{key: document[key] for key in ADMISSION if key in document}})
    if isinstance(document.get("patient"), Mapping):
        yield draft("patient", dict(document["patient"]))
    for goal in document.get("goals") or ():
        yield draft("goal", {"goal": goal})
    for declined in document.get("declines") or ():
        yield draft("goal", {"declines": declined})
    for list_name, kind in LIST_KINDS.items():
        items = document.get(list_name)
        if list_name == "goals" or items is None or items == "unknown":
            continue
        if items == "declined":
            yield draft(kind, {"declined": True})
        elif not items:
            yield draft(kind, {"none": True})
        else:
            if (
                list_name in OTHERS_UNKNOWN
            ):  # the list of a case file is whole; that of a chart is when somebody says so
                yield draft(kind, {"none": True})
            for item in items:
                yield draft(kind, dict(item), item.get("at"))
