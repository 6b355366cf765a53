"""A person's whole episode from the record as one Bundle: the case and its assessment, consents, and who did what when.

Whether it may leave is for `record.egress.may_leave` to say, before this is called. Counselling notes are left out, and
the Bundle says so. Entries that have no resource of their own stand as AuditEvents, so that none is dropped in silence.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from leeward.casefile import case_from
from leeward.fhir.codes import OURS
from leeward.fhir.from_assessment import resources_of
from leeward.fhir.outcomes import issue
from leeward.fhir.provenance import audit_of, provenance_of
from leeward.fhir.structures import (
    AuditEvent,
    AuditEventAgent,
    AuditEventEntity,
    AuditEventSource,
    Bundle,
    Coding,
    Element,
    Identifier,
    OperationOutcome,
    Patient,
    Questionnaire,
    Reference,
)
from leeward.fhir.writing import (
    LABELS,
    TERMINOLOGY,
    Writing,
    bundle,
    id_of_all,
    instant,
    ours,
    software,
    words,
    writing,
)
from leeward.guidance.assess import assess
from leeward.knowledge import Knowledge, Policy
from leeward.record.chart import chart_of
from leeward.record.consent import consents_of
from leeward.record.entries import Entry

LEFT_OUT = "counselling-note"
WITHOUT_WORDS = {
    LEFT_OUT: "left out; they go by a consent of their own.",
    "note": "their words are not in this Bundle, only that they were written.",
    **dict.fromkeys(
        ("plan-proposed", "plan-changed", "plan-signed", "plan-refused"),
        "what was decided is not in this Bundle, only that it was; the plan here is what Leeward proposes now.",
    ),
}
"""Kinds of entry whose words are not given back, and what is said about it."""

READ = frozenset({"read", "export", "break-glass"})


def episode_bundle(
    entries: Iterable[Entry],
    knowledge: Knowledge,
    now: datetime,
    *,
    policy: Policy | None = None,
    signed_by: dict[str, str] | None = None,
    by: str = "",
    base: str = OURS,
) -> Bundle:
    """One person's entries as a Bundle. `by`: who asked. Raises MisuseError for entries of several people."""
    told = list(entries)
    chart = chart_of(told, now)
    case = case_from(chart.document, knowledge)
    assessment = assess(case, knowledge, policy, signed_by)
    held = writing(case, assessment, f"Patient/{_id(chart.patient)}")
    made: list[Element] = [Patient(id=_id(chart.patient), meta=held.meta, identifier=(_named(chart.patient),))]
    made += resources_of(held, knowledge, consents=consents_of(told, chart.patient))
    about = [one for one in made if not isinstance(one, Questionnaire | Patient)]
    made += [provenance_of(held, about), audit_of(held, by, about)]
    made += [_entry(held, entry) for entry in told if entry.kind != LEFT_OUT]
    made += _left_out(held, told, chart.left_out)
    return bundle(made, case.now, held.id_of_answer("Bundle", "episode", len(told)), base)


def _id(patient: str) -> str:
    return id_of_all("Patient", patient)


def _named(patient: str) -> Identifier:
    return Identifier(system=f"{OURS}patient", value=words(patient))


def _entry(held: Writing, entry: Entry) -> AuditEvent:
    """That something was charted, decided or seen: by whom, when, and the digest that ties it to the record."""
    read = entry.kind in READ
    return AuditEvent(
        id=held.id("AuditEvent", entry.id),
        meta=held.meta,
        type=Coding(system=f"{TERMINOLOGY}iso-21089-lifecycle", code="access" if read else "originate"),
        subtype=(ours("entry", entry.kind),),
        action="R" if read else "U" if entry.kind == "correction" else "C",
        recorded=entry.recorded,
        outcome="0",
        agent=(
            AuditEventAgent(
                who=Reference(identifier=Identifier(system=f"{OURS}person", value=words(entry.by) or "not-known")),
                requestor=True,
            ),
        ),
        source=AuditEventSource(observer=software()),
        entity=(
            AuditEventEntity(
                what=Reference(identifier=Identifier(system=f"{OURS}entry", value=words(entry.digest or entry.id))),
                name=words(f"entry {entry.number}: {entry.kind}, happened {entry.at}"),
                securityLabel=LABELS,
            ),
            AuditEventEntity(what=held.subject, securityLabel=LABELS),
        ),
    )


def _left_out(held: Writing, told: list[Entry], too_many: dict[str, int]) -> list[Element]:
    issues = [
        issue("information", "incomplete", f"The oldest {count} {name} are too many for a case and are left out.")
        for name, count in too_many.items()
        if count
    ]
    for kind, why in WITHOUT_WORDS.items():
        if count := sum(entry.kind == kind for entry in told):
            issues.append(issue("information", "incomplete", f"{count} of kind {kind}: {why}"))
    if not issues:
        return []
    id = held.id_of_answer("OperationOutcome", "left out", instant(held.assessment.now))
    return [OperationOutcome(id=id, meta=held.meta, issue=tuple(issues))]
