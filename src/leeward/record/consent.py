"""Written consent under 42 CFR Part 2, as entries: given, expired, revoked, given again.

An entry of kind `consent` names for what, to whom, which parts, until when, and how it was signed:

    {"purposes": ["treatment"], "recipient": {"kind": "treating-provider", "name": "City Clinic"}, "parts": ["chart", "plan"],
     "until": "2027-01-31T00:00:00-05:00", "signed_by": "Jane Roe", "signed_as": "patient", "signed_how": "paper"}

Leeward checks that these are there and what they cover. Whether the form itself meets the law is for the privacy officer.
A consent that was corrected does not stand: it is taken again. A revocation cannot be undone by a correction either.
Source: cfr-42-2-32, cfr-42-part-2-recalled (see docs/reference/sources.md).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Literal, get_args

import msgspec

from leeward.errors import BadInput, shown
from leeward.record.entries import Draft, Entry
from leeward.record.people import Person

Purpose = Literal[
    "treatment",
    "payment",
    "operations",
    "patient-request",
    "medical-emergency",
    "audit",
    "safety-report",
    "research",
    "legal-proceedings",
    "leeward-log",
]
"""What something leaves for. `leeward-log` is Leeward's own log and its error messages."""

Part = Literal["attendance", "chart", "plan", "notes", "counselling-notes", "product-report"]
"""Parts of a record. `attendance` is the bare fact that somebody is, or was, a patient here."""

RecipientKind = Literal[
    "programme-staff", "patient", "treating-provider", "emergency-personnel", "payer", "auditor", "agency", "person", "log"
]  # fmt: skip

CONSENT_PURPOSES: frozenset[Purpose] = frozenset(
    {"treatment", "payment", "operations", "safety-report", "research", "legal-proceedings"}
)
"""What a patient can consent to; the other purposes go by rules of their own."""

ONE_CONSENT_PURPOSES: frozenset[Purpose] = frozenset({"treatment", "payment", "operations"})
"""A single consent for these may cover all that is to come, without an end, to a class of recipients."""

COUNSELLING_NOTES: frozenset[Part] = frozenset({"counselling-notes"})
"""What is kept apart from the rest of a record, and asks for a consent of its own."""

CLASSES: frozenset[RecipientKind] = frozenset({"programme-staff", "treating-provider", "payer"})
"""Kinds of recipient that a consent for those purposes may name as a whole, by leaving the name empty."""


class Recipient(msgspec.Struct, frozen=True):
    """Who gets it: a kind, and the name of one; for staff of the programme, the id of the person."""

    kind: RecipientKind
    name: str = ""


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """One consent as it was given. `until` is None for one without an end; at the instant `until` it no longer stands."""

    id: str
    patient: str
    given: datetime
    purposes: frozenset[Purpose]
    recipient: Recipient
    parts: frozenset[Part]
    until: datetime | None
    signed_by: str
    signed_as: Literal["patient", "representative"]
    signed_how: Literal["paper", "electronic"]
    revoked: datetime | None = None

    def stands(self, now: datetime) -> bool:
        """Whether it has been given, is not revoked and has not ended."""
        revoked = self.revoked is not None and self.revoked <= now
        return self.given <= now and not revoked and (self.until is None or now < self.until)

    def covers(self, purpose: Purpose, recipient: Recipient) -> bool:
        """Whether it speaks of this purpose and this recipient, whatever the part and the time."""
        if purpose not in self.purposes or recipient.kind != self.recipient.kind:
            return False
        if not self.recipient.name:
            return self.recipient.kind in CLASSES and purpose in ONE_CONSENT_PURPOSES
        return plain_name(self.recipient.name) == plain_name(recipient.name)

    def __str__(self) -> str:
        to = self.recipient.name or f"any {self.recipient.kind.replace('-', ' ')}"
        until = f"until {self.until.isoformat()}" if self.until else "without an end"
        return (
            f"Consent of {self.given.date().isoformat()}, signed by the {self.signed_as} ({self.signed_how}): "
            f"{', '.join(sorted(self.parts))}; to {to}; for {', '.join(sorted(self.purposes))}; {until}."
        )


def plain_name(text: str) -> str:
    """A recipient's name as it is compared: spaces joined, in small letters."""
    return " ".join(text.split()).casefold()


class _Told(msgspec.Struct, frozen=True, kw_only=True):
    """The body of a consent entry. `until` is written even where it is null, so that it is never left out by accident."""

    purposes: frozenset[Purpose]
    recipient: Recipient
    parts: frozenset[Part]
    until: datetime | None
    signed_by: str
    signed_as: Literal["patient", "representative"]
    signed_how: Literal["paper", "electronic"]


def consents_of(entries: Iterable[Entry], patient: str) -> tuple[Consent, ...]:
    """Every consent of a patient, oldest first, with its revocation. One that cannot be read gives no consent."""
    of_patient = [entry for entry in entries if entry.patient == patient]
    corrected = {entry.corrects for entry in of_patient if entry.kind == "correction"}
    revoked = _revocations(of_patient)
    read = [_consent(entry) for entry in of_patient if entry.kind == "consent" and entry.number not in corrected]
    return tuple(msgspec.structs.replace(one, revoked=revoked.get(one.id)) for one in read if one is not None)


def _consent(entry: Entry) -> Consent | None:
    try:
        told = msgspec.convert(entry.body, _Told)
    except msgspec.ValidationError:
        return None
    if not _is_whole(told):
        return None
    given = datetime.fromisoformat(entry.at)
    return Consent(id=entry.id, patient=entry.patient, given=given, **msgspec.structs.asdict(told))


def _is_whole(told: _Told) -> bool:
    return told.purposes <= CONSENT_PURPOSES and not _mistakes(
        told.purposes, told.recipient, told.parts, told.until, told.signed_by
    )


def _revocations(entries: Iterable[Entry]) -> dict[str, datetime]:
    """When each consent was revoked, by its id: when it was said or written down, whichever is earlier."""
    found: dict[str, datetime] = {}
    for entry in entries:
        if entry.kind == "consent-revoked":
            when = min(datetime.fromisoformat(entry.at), datetime.fromisoformat(entry.recorded))
            id = str(entry.body.get("consent", ""))
            found[id] = min(when, found.get(id, when))
    return found


def covers_counselling_notes(entries: Iterable[Entry], patient: str, person: str, now: datetime) -> bool:
    """Whether this person, of the staff of the programme, may read counselling notes that another wrote."""
    asked = Recipient("programme-staff", person)
    return any(
        one.stands(now) and one.parts == COUNSELLING_NOTES and one.covers("treatment", asked)
        for one in consents_of(entries, patient)
    )


def give_consent(
    *,
    patient: str,
    purposes: Collection[str],
    recipient: Recipient,
    parts: Collection[str],
    until: datetime | None,
    signed_by: str,
    signed_as: str,
    signed_how: str,
    by: Person,
    role: str,
    now: datetime,
    id: str,
) -> Draft:
    """The entry of a consent. Raises BadInput with every mistake at once.

    `until` None means without an end, which only treatment, payment and operations may have. `recipient` without a name
    means all of its kind, for the same purposes. Counselling notes and legal proceedings each need a consent of their own.
    """
    problems = [
        *_unknown_words(purposes, CONSENT_PURPOSES, "purposes"),
        *_unknown_words(parts, get_args(Part), "parts"),
        *_unknown_words([recipient.kind], get_args(RecipientKind), "recipient.kind"),
        *_unknown_words([signed_as], ("patient", "representative"), "signed_as"),
        *_unknown_words([signed_how], ("paper", "electronic"), "signed_how"),
        *_mistakes(purposes, recipient, parts, until, signed_by),
    ]
    if until is not None and until.utcoffset() is not None and until <= now:
        problems.append(("LW-0747", "until", "This consent has ended before it is given.", "Give a later end."))
    if problems:
        raise BadInput([problem for mistake in problems for problem in BadInput.one(*mistake).problems])
    body = {
        "purposes": sorted(set(purposes)),
        "recipient": {"kind": recipient.kind, "name": " ".join(recipient.name.split())},
        "parts": sorted(set(parts)),
        "until": None if until is None else until.isoformat(),
        "signed_by": " ".join(signed_by.split()),
        "signed_as": signed_as,
        "signed_how": signed_how,
    }
    return Draft(id=id, kind="consent", patient=patient, at=now.isoformat(), by=by.id, role=role, body=body)


_Mistake = tuple[str, str, str, str]


def _unknown_words(given: Collection[str], known: Collection[str], path: str) -> list[_Mistake]:
    mend = f"Choose from {', '.join(sorted(known))}."
    return [
        ("LW-0741", path, f"'{shown(word)}' is not among the choices.", mend) for word in given if word not in known
    ]


def _mistakes(
    purposes: Collection[str], recipient: Recipient, parts: Collection[str], until: datetime | None, signed_by: str
) -> list[_Mistake]:
    """What makes a consent no consent, the same when it is taken and when it is read back."""
    found: list[_Mistake] = []
    one_consent = bool(purposes) and set(purposes) <= ONE_CONSENT_PURPOSES
    if not purposes:
        found.append(("LW-0742", "purposes", "A consent says what it is for.", "Name at least one purpose."))
    if not parts:
        found.append(("LW-0742", "parts", "A consent says what may be given.", "Name at least one part."))
    if not signed_by.strip():
        found.append(("LW-0742", "signed_by", "A consent is signed.", "Give the name of who signed."))
    if not recipient.name.strip() and not (one_consent and recipient.kind in CLASSES):
        found.append(("LW-0743", "recipient.name", "A consent says to whom.", "Give the name of the recipient."))
    if "counselling-notes" in parts and len(set(parts)) > 1:
        says = "Counselling notes need a consent of their own."
        found.append(("LW-0744", "parts", says, "Take one consent for them and another for the rest."))
    if "legal-proceedings" in purposes and len(set(purposes)) > 1:
        says = "Use in legal proceedings needs a consent of its own."
        found.append(("LW-0744", "purposes", says, "Take one consent for it and another for the rest."))
    if until is None and not one_consent:
        says = "Only a consent for treatment, payment or operations may be without an end."
        found.append(("LW-0745", "until", says, "Give the instant at which it ends."))
    if until is not None and until.utcoffset() is None:
        says = "The end has no offset from UTC, so it could be any of 24 hours."
        found.append(("LW-0746", "until", says, "Add the offset, e.g. -05:00."))
    return found


def revoke_consent(consent: Consent, *, by: Person, role: str, now: datetime, id: str) -> Draft:
    """The entry that ends a consent from now on. What left before stays as it was released."""
    return Draft(
        id=id,
        kind="consent-revoked",
        patient=consent.patient,
        at=now.isoformat(),
        by=by.id,
        role=role,
        body={"consent": consent.id},
    )
