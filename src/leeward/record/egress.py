"""The one function that every way out asks: a page, print, PDF, FHIR, a hook card, an export, a log line.

Every chart is held to 42 CFR Part 2, whether or not a programme under it is involved: nothing leaves unless a rule below
lets it. The rules are the ways the regulation has for a record of treatment; what they ask for is an entry each time.

    within the programme    staff who treat the patient, for treatment (2.12(c)(3))
    break-glass             other staff, for operations, while their entry with its reason stands
    the patient             at the patient's own request (2.23)
    medical emergency       to medical personnel, with an entry saying to whom and why (2.51)
    audit or evaluation     to a named auditor with a written agreement, which is an entry and has an end (2.53)
    consent                 all else: purpose, recipient and every part, by consents that stand now (2.31, 2.33)

Counselling notes go by a consent of their own, or to the one who wrote them. Leeward's log never gets anything.
Source: cfr-42-2-32, cfr-42-2-51, cfr-42-part-2-recalled; the privacy officer decides what the law asks of a site.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import Literal

import msgspec

from leeward.errors import BadInput
from leeward.record.chart import author_of
from leeward.record.consent import COUNSELLING_NOTES, Consent, Part, Purpose, Recipient, consents_of, plain_name
from leeward.record.entries import Draft, Entry
from leeward.record.people import Person
from leeward.record.permissions import SHORTEST_REASON, ending, glass_broken_until

Basis = Literal["within-programme", "break-glass", "own-request", "medical-emergency", "audit", "consent"]
Way = Literal["page", "print", "pdf", "fhir", "card", "export", "check-in"]


class Released(msgspec.Struct, frozen=True, kw_only=True):
    """It may leave. `notice` goes with it, word for word, on all that is printed, saved or sent."""

    basis: Basis
    notice: str
    scope: str
    """What it rests on, in a sentence: the scope of the consent goes with what it releases."""
    consents: tuple[str, ...] = ()


class Withheld(msgspec.Struct, frozen=True, kw_only=True):
    """It may not leave. `reason` is for staff of the programme; anybody else is told `OUTSIDE` and nothing more."""

    reason: str
    lacks: tuple[Part, ...] = ()


AGREEMENT = "audit-agreement"
"""The setting that an agreement with an auditor is."""

OUTSIDE = "Nothing can be given."
"""The whole answer to somebody outside, the same whether the patient exists, refused, or never was here."""


def may_leave(
    *,
    patient: str,
    entries: Iterable[Entry],
    purpose: Purpose,
    recipient: Recipient,
    what: Collection[Part],
    now: datetime,
) -> Released | Withheld:
    """Whether these parts of this patient's record may go to this recipient for this purpose, now.

    `entries` may be of anybody, those about the record itself (agreements with auditors) among them; those of other
    patients are not looked at. All parts go, or none.
    """
    if not patient or not what:
        return Withheld(reason="It must be said whose record this is and which parts of it.")
    if purpose == "leeward-log" or recipient.kind == "log":
        return Withheld(reason="Nothing about a patient is written to a log.")
    looked_at = [entry for entry in entries if entry.patient in (patient, "")]
    parts = frozenset(what)
    rule = _rule_without_consent(looked_at, patient, purpose, recipient, now)
    apart = _counselling_apart(looked_at, patient, recipient, purpose, parts)
    if rule is not None and not apart:
        return rule
    return _by_consent(looked_at, patient, purpose, recipient, apart if rule else parts, now, rule)


def _rule_without_consent(
    entries: list[Entry], patient: str, purpose: Purpose, recipient: Recipient, now: datetime
) -> Released | None:
    if (purpose, recipient.kind) == ("treatment", "programme-staff") and recipient.name:
        return Released(
            basis="within-programme", notice=redisclosure_notice(), scope="Staff of the programme, for treatment."
        )
    if (purpose, recipient.kind) == ("operations", "programme-staff"):
        return _break_glass(entries, patient, recipient, now)
    if (purpose, recipient.kind) == ("patient-request", "patient") and recipient.name == patient:
        return Released(basis="own-request", notice=redisclosure_notice(), scope="At the patient's own request.")
    if (purpose, recipient.kind) == ("medical-emergency", "emergency-personnel"):
        return _emergency(entries, patient, recipient, now)
    if (purpose, recipient.kind) == ("audit", "auditor"):
        return _audit(entries, recipient, now)
    return None


def _break_glass(entries: list[Entry], patient: str, recipient: Recipient, now: datetime) -> Released | None:
    until = glass_broken_until(entries, recipient.name, patient, now)
    if until is None:
        return None
    scope = f"Opened for reading by break-glass until {until.isoformat()}."
    return Released(basis="break-glass", notice=redisclosure_notice(), scope=scope)


def _emergency(entries: list[Entry], patient: str, recipient: Recipient, now: datetime) -> Released | None:
    said = [
        entry
        for entry in entries
        if entry.kind == "break-glass" and entry.patient == patient and entry.body.get("opens") == "disclosure"
        and _is_current(entry, "recipient", recipient.name, now)
    ]  # fmt: skip
    if not said:
        return None
    scope = f"Medical emergency, entered at {said[-1].at} by {said[-1].by}."
    return Released(basis="medical-emergency", notice=redisclosure_notice(), scope=scope)


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """A written agreement with an auditor, as it was entered last, and until when it stands."""

    auditor: str
    until: datetime
    entry: Entry

    def stands(self, now: datetime) -> bool:
        """Whether records may go to this auditor on it."""
        return datetime.fromisoformat(self.entry.at) <= now < self.until


def agreements_of(entries: Iterable[Entry]) -> tuple[Agreement, ...]:
    """Agreements with auditors, one for each: the last word on an auditor stands, so that one can be ended early."""
    found: dict[str, Agreement | None] = {}
    for entry in entries:
        auditor = entry.body.get("auditor")
        told = entry.kind == "setting" and entry.patient == "" and entry.body.get("setting") == AGREEMENT
        if told and isinstance(auditor, str) and auditor.strip():
            until = ending(entry)
            agreed = None if until is None else Agreement(auditor=auditor, until=until, entry=entry)
            found[plain_name(auditor)] = agreed
    return tuple(one for one in found.values() if one is not None)


def _audit(entries: list[Entry], recipient: Recipient, now: datetime) -> Released | None:
    agreed = next((one for one in agreements_of(entries) if _same(one.auditor, recipient.name)), None)
    if agreed is None or not agreed.stands(now):
        return None
    scope = f"Audit or evaluation, by the written agreement entered at {agreed.entry.at}."
    return Released(basis="audit", notice=redisclosure_notice(), scope=scope)


def _is_current(entry: Entry, key: str, name: str, now: datetime) -> bool:
    until = ending(entry)
    begun = datetime.fromisoformat(entry.at) <= now
    return begun and until is not None and now < until and _same(entry.body.get(key), name)


def _same(told: object, name: str) -> bool:
    return isinstance(told, str) and bool(name.strip()) and plain_name(told) == plain_name(name)


def _counselling_apart(
    entries: list[Entry], patient: str, recipient: Recipient, purpose: Purpose, parts: frozenset[Part]
) -> frozenset[Part]:
    """Counselling notes among what is asked, unless the one who asks wrote every one of them and treats the patient."""
    if "counselling-notes" not in parts:
        return frozenset()
    writers = {author_of(entry) for entry in entries if entry.kind == "counselling-note" and entry.patient == patient}
    own = (purpose, recipient.kind) == ("treatment", "programme-staff") and writers <= {recipient.name}
    return frozenset() if own else COUNSELLING_NOTES


def _by_consent(
    entries: list[Entry],
    patient: str,
    purpose: Purpose,
    recipient: Recipient,
    parts: frozenset[Part],
    now: datetime,
    rule: Released | None,
) -> Released | Withheld:
    """Every part by a consent that stands; `rule` is what already lets the others go."""
    speak = [one for one in consents_of(entries, patient) if one.covers(purpose, recipient)]
    used = [one for one in speak if one.stands(now) and one.parts & parts]
    lacks = parts - frozenset[Part]().union(*(one.parts for one in used))
    if lacks:
        return Withheld(reason=_why_not(purpose, speak, lacks, now), lacks=tuple(sorted(lacks)))
    return Released(
        basis="consent",
        notice=redisclosure_notice(),
        scope=" ".join([*([rule.scope] if rule else []), *(str(one) for one in used)]),
        consents=tuple(one.id for one in used),
    )


_ASKS_ELSE: dict[Purpose, str] = {
    "medical-emergency": "First enter the emergency: who receives this, and why.",
    "audit": (
        "There is no written agreement with this auditor that stands now. An administrator enters it under Administration."
    ),
    "patient-request": "This goes to the patient only.",
}


def _why_not(purpose: Purpose, speak: list[Consent], lacks: frozenset[Part], now: datetime) -> str:
    """Why it is withheld, in a sentence for staff: the consent that came nearest, the last one first."""
    if purpose in _ASKS_ELSE and lacks != COUNSELLING_NOTES:
        return _ASKS_ELSE[purpose]
    parts = ", ".join(sorted(lacks)).replace("-", " ")
    for one in reversed(speak):
        if one.parts & lacks and one.revoked is not None and one.revoked <= now:
            return f"The consent for this ({parts}) was revoked. Ask the patient for a new one."
        if one.parts & lacks and one.until is not None and one.until <= now:
            return f"The consent for this ({parts}) has ended. Ask the patient for a new one."
    if lacks == COUNSELLING_NOTES:
        return "Counselling notes need a consent of their own. Ask the patient for one, or leave them out."
    return f"No consent covers this ({parts}) for this purpose and recipient. Ask the patient for one."


@cache
def redisclosure_notice() -> str:
    """The words that go with everything that leaves: the short statement of 42 CFR 2.32(a), from the knowledge files."""
    from leeward.knowledge import load_knowledge
    from leeward.products.reporting.event_minimum import ReportingText

    return load_knowledge().table_of("reporting", ReportingText)["redisclosure"].says


def disclose_in_emergency(
    *, patient: str, recipient: str, reason: str, by: Person, role: str, now: datetime, lasts: timedelta, id: str
) -> Draft:
    """The entry that lets a record go to medical personnel in an emergency: to whom, by whom, when and why.

    Raises BadInput where the recipient or the reason is missing. It must be on disk before anything leaves.
    """
    recipient, reason = " ".join(recipient.split()), " ".join(reason.split())
    if not recipient:
        says = "An emergency disclosure names who receives it."
        raise BadInput.one("LW-0751", "recipient", says, "Give the name and where they work.")
    if len(reason) < SHORTEST_REASON:
        says = "An emergency disclosure says what the emergency is."
        raise BadInput.one("LW-0752", "reason", says, "Say it in a few words; it is kept and reviewed.")
    body = {"opens": "disclosure", "recipient": recipient, "reason": reason, "until": (now + lasts).isoformat()}
    return Draft(id=id, kind="break-glass", patient=patient, at=now.isoformat(), by=by.id, role=role, body=body)


def agree_audit(*, auditor: str, until: datetime, by: Person, now: datetime, id: str) -> Draft:
    """The entry of a written agreement with an auditor; entered again with `until` now, it ends."""
    auditor = " ".join(auditor.split())
    if not auditor or until.utcoffset() is None:
        says = "An audit agreement names the auditor and the instant at which it ends."
        raise BadInput.one("LW-0753", "auditor", says, "Give both, the instant with its offset.")
    body = {"setting": AGREEMENT, "auditor": auditor, "until": until.isoformat()}
    return Draft(id=id, kind="setting", patient="", at=now.isoformat(), by=by.id, role="administrator", body=body)


def released(
    decision: Released,
    *,
    patient: str,
    way: Way,
    purpose: Purpose,
    recipient: Recipient,
    what: Collection[Part],
    by: str,
    role: str,
    now: datetime,
    id: str,
    said: str = "",
) -> Draft:
    """The entry that something was shown or left: a `read` within the programme on a page, else an `export`.

    `said` is what whoever let it out said about it, such as that they checked it.
    """
    body = {
        "way": way,
        "purpose": purpose,
        "recipient": {"kind": recipient.kind, "name": recipient.name},
        "parts": sorted(what),
        "basis": decision.basis,
        "consents": list(decision.consents),
    } | ({"said": said} if said else {})
    kind = "read" if way == "page" and recipient.kind == "programme-staff" else "export"
    return Draft(id=id, kind=kind, patient=patient, at=now.isoformat(), by=by, role=role, body=body)
