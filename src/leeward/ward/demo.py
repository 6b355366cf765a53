"""A ward of made-up people, to try Leeward with. Every one is marked synthetic; nothing in it is about anybody."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from leeward.record.access import transaction
from leeward.record.passwords import hash_of, keep_password
from leeward.record.people import Role, enter_person
from leeward.record.storage import Record
from leeward.ward.demo_people import drafts

DEMO_PASSWORD = "lee-side of the harbour wall"
"""The password of everybody in a demo ward; it is shown on its sign-in page and exists nowhere else."""


WRITTEN_BY = 300
"""Seconds within which what happened on the demo ward was written down together."""


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
    """Make the demo ward in an empty record, its histories ending at `now`; a record that holds anything stays as it is."""
    if record.last_number():
        return
    start = now - timedelta(days=4)
    people = [
        enter_person(person=one.id, name=one.name, roles=one.roles, people={}, by=None, now=start, id=f"demo-{one.id}")
        for one in STAFF
    ]
    record.append_all(people, start)
    hashed = hash_of(DEMO_PASSWORD)  # once for all: the password is on the sign-in page, and hashing is slow on purpose
    with transaction(record.engine) as connection:
        for one in STAFF:
            keep_password(connection, one.id, hashed, start)
    # Written down as it happened, so that what was known at an earlier hour can be asked for.
    told = sorted(drafts(now), key=lambda draft: datetime.fromisoformat(draft.at))
    for hour, together in groupby(
        told, key=lambda draft: int(datetime.fromisoformat(draft.at).timestamp()) // WRITTEN_BY
    ):
        record.append_all(list(together), min(now, datetime.fromtimestamp((hour + 1) * WRITTEN_BY, now.tzinfo)))
