"""Who may do what: one table of named permissions, and the one function that reads it. What is not granted is refused.

Whether information may leave, and to whom, is asked of `egress.may_leave`; this file says who may act here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final, Literal, get_args

import msgspec

from leeward.errors import BadInput
from leeward.model.instants import aware_instant
from leeward.record.chart import author_of
from leeward.record.entries import Draft, Entry, Kind
from leeward.record.people import SELF, Person, Role

Permission = Literal[
    "board-read",
    "chart-read",
    "chart-write",
    "score-write",
    "dose-give",
    "plan-change",
    "plan-sign",
    "plan-refuse",
    "notes-read",
    "notes-write",
    "counselling-notes-read",
    "counselling-notes-write",
    "consent-write",
    "check-in-make",
    "check-in-answer",
    "print",
    "export",
    "emergency-disclosure",
    "break-glass",
    "reference-read",
    "product-report-write",
    "import",
    "services-write",
    "people-write",
    "policy-write",
    "audit-read",
]

N: Final = "nurse"
P: Final = "prescriber"
R: Final = "pharmacist"
S: Final = "safety-officer"
A: Final = "administrator"

GRANTED: Mapping[Permission, tuple[Role, ...]] = {
    # what is done here          nurse prescriber pharmacist safety administrator patient
    "board-read":               (N,    P,         R                                       ),
    "chart-read":               (N,    P,         R                                       ),
    "chart-write":              (N,    P,         R                                       ),
    "score-write":              (N,    P                                                  ),
    "dose-give":                (N,    P                                                  ),
    "plan-change":              (      P,                                                 ),
    "plan-sign":                (      P,                                                 ),
    "plan-refuse":              (      P,                                                 ),
    "notes-read":               (N,    P,         R                                       ),
    "notes-write":              (N,    P,         R                                       ),
    "counselling-notes-read":   (N,    P                                                  ),
    "counselling-notes-write":  (N,    P                                                  ),
    "consent-write":            (N,    P                                                  ),
    "check-in-make":            (N,    P                                                  ),
    "check-in-answer":          (                                            SELF,        ),
    "print":                    (N,    P,         R                                       ),
    "export":                   (      P,                                                 ),
    "emergency-disclosure":     (N,    P,         R                                       ),
    "break-glass":              (                           S,     A                      ),
    "reference-read":           (N,    P,         R,        S,     A                      ),
    "product-report-write":     (N,    P,         R,        S                             ),
    "import":                   (                                  A,                     ),
    "services-write":           (                                  A,                     ),
    "people-write":             (                                  A,                     ),
    "policy-write":             (                                  A,                     ),
    "audit-read":               (                           S,     A                      ),
}  # fmt: skip
"""The whole of it. A person with several roles may do what each of them may."""

OF_ONE_CHART: frozenset[Permission] = frozenset(
    {
        "chart-read", "chart-write", "score-write", "dose-give", "plan-change", "plan-sign", "plan-refuse", "notes-read",
        "notes-write", "counselling-notes-read", "counselling-notes-write", "consent-write", "check-in-make",
        "check-in-answer", "print", "export", "emergency-disclosure", "break-glass",
    }
)  # fmt: skip
"""Permissions that are always asked about one person's chart, which must be named."""

OPENED_BY_BREAK_GLASS: frozenset[Permission] = frozenset({"chart-read", "notes-read"})
"""Reading, of one chart. Counselling notes stay shut."""

WRITTEN_WITH: Mapping[Kind, Permission] = {
    "admission": "chart-write",
    "patient": "chart-write",
    "exposure": "chart-write",
    "score": "score-write",
    "observation": "score-write",
    "dose": "dose-give",
    "medicine": "chart-write",
    "condition": "chart-write",
    "allergy": "chart-write",
    "goal": "chart-write",
    "order": "plan-sign",
    "note": "notes-write",
    "counselling-note": "counselling-notes-write",
    "discharge": "chart-write",
    "plan-proposed": "plan-change",
    "plan-changed": "plan-change",
    "plan-signed": "plan-sign",
    "plan-refused": "plan-refuse",
    "consent": "consent-write",
    "consent-revoked": "consent-write",
    "break-glass": "break-glass",
    "person": "people-write",
    "setting": "policy-write",
}
"""What a person needs to write an entry of a kind. Kinds that are missing here are written by Leeward only (a read, an
export, a sign-in); a correction needs what the entry that it corrects needed."""

SHORTEST_REASON = 10


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """What a decision looks at besides the table: the time, and entries about the patient. Others are passed over."""

    now: datetime
    entries: tuple[Entry, ...] = ()
    author: str = ""
    """Who wrote the counselling note that is asked for; empty where that is not what is asked."""


class Allowed(msgspec.Struct, frozen=True):
    """It may be done; `because` names the role, or the entry that opened the chart."""

    because: str


class Denied(msgspec.Struct, frozen=True):
    """It may not be done. The sentence says nothing about the patient, not even whether there is one of that id."""

    reason: str


def may(person: Person | None, permission: Permission, patient: str, context: Context) -> Allowed | Denied:
    """Whether this person may do this now, about this patient (empty for what concerns no chart)."""
    if person is None or not person.active:
        return Denied("Sign in first.")
    if permission not in GRANTED:
        return Denied("Nobody may do this.")
    if (permission in OF_ONE_CHART) != bool(patient):
        return Denied("This is asked about one chart." if permission in OF_ONE_CHART else "This concerns no chart.")
    held = [role for role in GRANTED[permission] if role in person.roles]
    if not held:
        return _opened(person, permission, patient, context)
    if held == [SELF] and person.patient != patient:
        return Denied("This link is for somebody else.")
    if permission == "counselling-notes-read":
        return _counselling_notes(person, patient, context)
    return Allowed(f"role {held[0]}")


def _opened(person: Person, permission: Permission, patient: str, context: Context) -> Allowed | Denied:
    until = glass_broken_until(context.entries, person.id, patient, context.now)
    if permission in OPENED_BY_BREAK_GLASS and until and set(person.roles) & set(GRANTED["break-glass"]):
        return Allowed(f"break-glass until {until.isoformat()}")
    return Denied(_who(permission))


def _who(permission: Permission) -> str:
    roles = [role for role in GRANTED[permission] if role != SELF]
    return f"This needs the role {' or '.join(roles)}." if roles else "Only the patient does this, by their own link."


def _counselling_notes(person: Person, patient: str, context: Context) -> Allowed | Denied:
    from leeward.record.consent import covers_counselling_notes

    if context.author and context.author == person.id:
        return Allowed("own note")
    if covers_counselling_notes(context.entries, patient, person.id, context.now):
        return Allowed("consent for counselling notes")
    return Denied("Counselling notes need the patient's own consent for them.")


def may_write(person: Person | None, draft: Draft, corrected: Entry | None, context: Context) -> Allowed | Denied:
    """Whether this person may send this entry, as themself; `corrected` is the entry that a correction names."""
    if person is None or draft.by != person.id or draft.role not in person.roles:
        return Denied("An entry is made in one's own name and role.")
    kind = draft.kind
    if kind == "correction":
        if corrected is None or corrected.patient != draft.patient or corrected.kind == "correction":
            return Denied("A correction names one entry of the same chart.")
        kind = corrected.kind
    if (
        kind == "counselling-note"
        and draft.corrects is not None
        and (corrected is None or author_of(corrected) != person.id)
    ):
        return Denied("A counselling note is corrected by who wrote it.")
    permission = WRITTEN_WITH.get(kind)
    if kind == "break-glass" and draft.body.get("opens") == "disclosure":
        permission = "emergency-disclosure"
    if kind == "score" and draft.role == SELF:
        permission = "check-in-answer"
    if permission is None:
        return Denied("Leeward writes this by itself.")
    return may(person, permission, draft.patient, context)


def break_glass(*, person: Person, patient: str, reason: str, now: datetime, lasts: timedelta, id: str) -> Draft:
    """The entry that opens one chart for reading, for a time, to somebody who has no right to it by role.

    Raises BadInput where no reason is given. Ask `may(person, "break-glass", ...)` first.
    """
    reason = " ".join(reason.split())
    if len(reason) < SHORTEST_REASON:
        says = "Opening a chart needs a reason."
        raise BadInput.one("LW-0711", "reason", says, "Say in a few words why you need it; it is kept and reviewed.")
    role = next((role for role in GRANTED["break-glass"] if role in person.roles), "")
    body = {"opens": "reading", "reason": reason, "until": (now + lasts).isoformat()}
    return Draft(id=id, kind="break-glass", patient=patient, at=now.isoformat(), by=person.id, role=role, body=body)


def glass_broken_until(entries: Iterable[Entry], person: str, patient: str, now: datetime) -> datetime | None:
    """Until when this person may read this chart by break-glass; None where they may not. Shut at the instant itself."""
    ends = [
        until
        for entry in entries
        if entry.kind == "break-glass" and entry.patient == patient and entry.by == person
        and entry.body.get("opens") == "reading"
        and datetime.fromisoformat(entry.at) <= now
        and (until := ending(entry)) and now < until
    ]  # fmt: skip
    return max(ends, default=None)


def ending(entry: Entry) -> datetime | None:
    """The instant named by `until` in an entry; None where it cannot be read as one, so that it opens nothing."""
    return aware_instant(entry.body.get("until"))


def matrix() -> list[list[str]]:
    """The table as rows of text, for the administration page and the reference: a permission and who holds it."""
    roles = get_args(Role)
    return [["permission", *roles]] + [
        [name, *("yes" if role in GRANTED[name] else "" for role in roles)] for name in GRANTED
    ]
