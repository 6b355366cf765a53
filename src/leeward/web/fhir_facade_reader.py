"""Who reads through the FHIR facade, whom they may read about, and that they did: staff by their session, record systems
by a token that they signed.

Staff see what the pages show them, by the same permissions. A record system reads as the treating provider that the site
entered for it, and only where a consent of the person covers it.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

import msgspec
from starlette.requests import Request

from leeward.hooks.trust import proved
from leeward.record.consent import Part, Purpose, Recipient
from leeward.record.egress import Released, may_leave, released
from leeward.record.people import Person
from leeward.record.permissions import GRANTED, Allowed, Context, may
from leeward.record.sessions import signed_in_person
from leeward.web.guard import COOKIE
from leeward.web.house import House
from leeward.web.keys import PublishedKeys

LONGEST = timedelta(minutes=5)
"""A token that says it holds for longer is not taken: until it ends, whoever has it reads by it."""


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks, as whom, and what for."""

    by: str
    role: str
    purpose: Purpose
    recipient: Recipient
    person: Person | None = None
    """The person of a session; None for a record system."""

    def may_export(self, now: datetime) -> bool:
        """Whether a whole episode may go to who asks, going by their role; of a record system consent decides alone."""
        asked = may(self.person, "export", "anybody", Context(now=now)) if self.person else Allowed("by consent")
        return isinstance(asked, Allowed)

    def lets_out(self, house: House, patient: str, parts: Collection[Part], now: datetime) -> Released | None:
        """What lets these parts of somebody's record go to who asks; None where nothing does."""
        entries = house.ward.entries(patient)
        if self.person is None and not self.recipient.name:
            return None  # a consent for every treating provider is none for a system that was not entered as one
        context = Context(now=now, entries=entries)
        if self.person is not None and not isinstance(may(self.person, "chart-read", patient, context), Allowed):
            return None
        decision = may_leave(
            patient=patient,
            entries=[*entries, *house.ward.about_record],
            purpose=self.purpose,
            recipient=self.recipient,
            what=parts,
            now=now,
        )
        return decision if isinstance(decision, Released) else None

    def enter(self, house: House, decision: Released, patient: str, parts: Collection[Part], now: datetime) -> None:
        """Write down that it was read; the entry is on disk when this returns."""
        entry = released(
            decision,
            patient=patient,
            way="fhir",
            purpose=self.purpose,
            recipient=self.recipient,
            what=parts,
            by=self.by,
            role=self.role,
            now=now,
            id=uuid.uuid4().hex,
        )
        house.record.append(entry, now)


def reader_of(house: House, keys: PublishedKeys, request: Request, audience: str, now: datetime) -> Reader | None:
    """Who asks: by the token in `Authorization` where there is one, else by the session; None where neither holds.

    `audience` is the address of the facade, which a token names.
    """
    header = request.headers.get("authorization", "")
    if header:
        proof = proved(header, house.trust, audience, now, keys.of, LONGEST)
        if proof is None:
            return None
        to = Recipient("treating-provider", proof.client.recipient)
        return Reader(by=proof.client.entered_as, role="record-system", purpose="treatment", recipient=to)
    token = request.cookies.get(COOKIE, "")
    person = signed_in_person(house.record.engine, house.ward.people, token, now)
    if person is None:
        return None
    treats = bool(person.roles & set(GRANTED["chart-read"]))
    return Reader(
        by=person.id,
        role=next(iter(sorted(person.roles)), ""),
        purpose="treatment" if treats else "operations",  # who opened a chart by break-glass reads for operations
        recipient=Recipient("programme-staff", person.id),
        person=person,
    )
