"""Who made what, from which knowledge, and who may have it: Provenance, AuditEvent and Consent.

Knowledge that nobody has signed is said to be unsigned. A consent under 42 CFR Part 2 is the record's entry, in the
codes of FHIR; what the codes have no word for stands in Leeward's own.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from leeward.fhir.codes import OURS
from leeward.fhir.structures import (
    AuditEvent,
    AuditEventAgent,
    AuditEventEntity,
    AuditEventSource,
    CodeableConcept,
    Coding,
    ConsentPolicy,
    ConsentProvision,
    ConsentProvisionActor,
    Element,
    Identifier,
    Period,
    Provenance,
    ProvenanceAgent,
    ProvenanceEntity,
    Reference,
)
from leeward.fhir.structures import Consent as ConsentResource
from leeward.fhir.writing import LABELS, TERMINOLOGY, Writing, concept, instant, named, ours, refer, software, words
from leeward.guidance.assessment import KnowledgeVersion
from leeward.record.consent import Consent

PART_2 = "https://www.ecfr.gov/current/title-42/chapter-I/subchapter-A/part-2"
PURPOSES = {
    "treatment": "TREAT",
    "payment": "HPAYMT",
    "operations": "HOPERAT",
    "research": "HRESCH",
    "legal-proceedings": "HLEGAL",
}
"""Purposes of a consent in HL7 v3 ActReason; the others stand in Leeward's own code system."""


def knowledge_words(version: KnowledgeVersion) -> str:
    """Which knowledge answered and who signed it, in a sentence."""
    signed = version.signed_by
    if not signed:
        return f"Leeward knowledge {version.version}: unsigned (nobody has signed it for this site)"
    who = ", ".join(part for part in (signed.get("name"), signed.get("role")) if part)
    return f"Leeward knowledge {version.version}, signed by {who} on {signed.get('at', '')[:10]}"


def provenance_of(writing: Writing, targets: Iterable[Element]) -> Provenance:
    """That this Leeward made the resources from this knowledge, and who signed the knowledge."""
    version = writing.assessment.knowledge
    named = Identifier(system=f"{OURS}knowledge", value=words(version.digest))
    return Provenance(
        id=writing.id_of_answer("Provenance"),
        meta=writing.meta,
        target=tuple(refer(target) for target in targets),
        recorded=writing.now,
        policy=(PART_2,),
        activity=CodeableConcept(coding=(Coding(system=f"{TERMINOLOGY}v3-DataOperation", code="CREATE"),)),
        agent=(ProvenanceAgent(type=_participant("assembler"), who=software()), *_signer(version)),
        entity=(ProvenanceEntity(role="source", what=Reference(identifier=named, display=knowledge_words(version))),),
    )


def _participant(code: str) -> CodeableConcept:
    return CodeableConcept(coding=(Coding(system=f"{TERMINOLOGY}provenance-participant-type", code=code),))


def _signer(version: KnowledgeVersion) -> tuple[ProvenanceAgent, ...]:
    """Who signed the knowledge: an attester of it, not of what was made for this person."""
    if not version.signed_by:
        return ()
    name = version.signed_by.get("name", "")
    what = concept("signed the knowledge, not this answer")
    return (ProvenanceAgent(type=what, who=Reference(type="Practitioner", display=words(name) or "not named")),)


def audit_of(writing: Writing, by: str, targets: Iterable[Element]) -> AuditEvent:
    """That these resources were written, for whom. `by`: who asked; empty where that is not known."""
    who = Reference(display=words(by) or "Not known: nobody was signed in")
    return AuditEvent(
        id=writing.id_of_answer("AuditEvent", by),
        meta=writing.meta,
        type=Coding(system=f"{TERMINOLOGY}iso-21089-lifecycle", code="originate"),
        action="C",
        recorded=writing.now,
        outcome="0",
        outcomeDesc="Written",
        agent=(
            AuditEventAgent(who=who, requestor=True),
            AuditEventAgent(who=software(), requestor=False),
        ),
        source=AuditEventSource(observer=software()),
        entity=(
            AuditEventEntity(what=writing.subject, securityLabel=LABELS),
            *(AuditEventEntity(what=refer(target)) for target in targets),
        ),
    )


def consent_of(writing: Writing, given: Consent, now: datetime) -> ConsentResource:
    """A consent of the record: whom it lets see which parts, for what, until when. Only one that stands is active."""
    end = min((at for at in (given.until, given.revoked) if at is not None), default=None)
    provision = ConsentProvision(
        type="permit",
        period=Period(start=instant(given.given), end=instant(end) if end else None),
        actor=(_recipient(given),),
        securityLabel=LABELS[1:2],
        purpose=tuple(_purpose(purpose) for purpose in sorted(given.purposes)),
        class_=tuple(ours("part", part) for part in sorted(given.parts)),
    )
    return ConsentResource(
        id=writing.id("Consent", given.id),
        meta=writing.meta,
        identifier=(Identifier(system=f"{OURS}consent", value=words(given.id)),),
        status="active" if given.stands(now) else "inactive",
        scope=_coded("consentscope", "patient-privacy"),
        category=(concept("Consent under 42 CFR Part 2", Coding(system="http://loinc.org", code="59284-0")),),
        patient=writing.subject,
        dateTime=instant(given.given),
        performer=(named(f"{given.signed_by} ({given.signed_as}, {given.signed_how})"),),
        policy=(ConsentPolicy(uri=PART_2),),
        provision=provision,
    )


def _recipient(given: Consent) -> ConsentProvisionActor:
    kind, name = given.recipient.kind, given.recipient.name
    role = concept("information recipient", Coding(system=f"{TERMINOLOGY}v3-ParticipationType", code="IRCP"))
    shown = name or f"any {kind.replace('-', ' ')}"
    return ConsentProvisionActor(role=role, reference=named(shown))


def _purpose(purpose: str) -> Coding:
    code = PURPOSES.get(purpose)
    return Coding(system=f"{TERMINOLOGY}v3-ActReason", code=code) if code else ours("purpose", purpose)


def _coded(system: str, code: str) -> CodeableConcept:
    return CodeableConcept(coding=(Coding(system=f"{TERMINOLOGY}{system}", code=code),))
