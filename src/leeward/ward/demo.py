"""A ward of made-up people, to try Leeward with. Every one is marked synthetic; nothing in it is about anybody."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from leeward.record.access import transaction
from leeward.record.passwords import hash_of, keep_password
from leeward.record.people import Role, enter_person, people_of
from leeward.record.storage import Record
from leeward.ward.filling import drafts_of

DEMO_PASSWORD = "lee-side of the harbour wall"
"""The password of everybody in a demo ward; it is shown on its sign-in page and exists nowhere else."""


class DemoPerson(NamedTuple):
    """Somebody who works on the demo ward."""

    id: str
    name: str
    roles: tuple[Role, ...]


STAFF = (
    DemoPerson("n.park", "Nora Park", ("nurse",)),
    DemoPerson("t.okoye", "Tobias Okoye", ("nurse",)),
    DemoPerson("a.reyes", "Ana Reyes", ("prescriber",)),
    DemoPerson("j.lindqvist", "Jonas Lindqvist", ("pharmacist",)),
    DemoPerson("m.haddad", "Mona Haddad", ("safety-officer",)),
    DemoPerson("admin", "Alex Admin", ("administrator",)),
)


def fill(record: Record, now: datetime) -> None:
    """Make the demo ward in an empty record, its histories ending at `now`."""
    start = now - timedelta(days=3)
    drafts = [
        enter_person(person=one.id, name=one.name, roles=one.roles, people={}, by=None, now=start, id=f"demo-{one.id}")
        for one in STAFF
    ]
    record.append_all(drafts, start)
    with transaction(record.engine) as connection:
        for one in people_of(record.entries(kinds=["person"])).values():
            keep_password(connection, one.id, hash_of(DEMO_PASSWORD), start)
    for number, document in enumerate(_documents(now), start=1):
        patient = f"demo-{number}"
        record.append_all(
            list(
                drafts_of(
                    document,
                    patient=patient,
                    name=document["title"],
                    by="n.park",
                    role="nurse",
                    at=now - timedelta(hours=2),
                    id=patient,
                )
            ),
            now - timedelta(minutes=1),
        )


def _documents(now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "title": "Demo, Dana",
            "synthetic": True,
            "setting": "emergency",
            "jurisdiction": "US-PA",
            "patient": {"age": 34, "sex": "female", "pregnant": "no", "weight_kg": 70},
            "goals": ["start-treatment"],
            "exposures": [
                {
                    "substance": "fentanyl-illicit",
                    "last_use": (now - timedelta(hours=20)).isoformat(),
                    "route": "smoked",
                }
            ],
            "scores": [
                {
                    "instrument": "cows",
                    "at": (now - timedelta(minutes=30)).isoformat(),
                    "items": {
                        "pulse": 2,
                        "sweating": 2,
                        "restlessness": 3,
                        "pupils": 1,
                        "aches": 2,
                        "nose_eyes": 1,
                        "gi": 2,
                        "tremor": 1,
                        "yawning": 1,
                        "anxiety": 2,
                        "gooseflesh": 3,
                    },
                }
            ],
        }
    ]
