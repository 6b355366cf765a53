"""A person's whole episode from the record as one Bundle: the case and its assessment, consents, and who did what when.

Whether it may leave is for `record.egress.may_leave` to say, before this is called. Counselling notes are left out, and
the Bundle says so. Entries that have no resource of their own stand as AuditEvents, so that none is dropped in silence.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

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
    Extension,
    Identifier,
    MedicationAdministration,
    Meta,
    OperationOutcome,
    Patient,
    Questionnaire,
    QuestionnaireResponse,
    Reference,
)
from leeward.fhir.writing import (
    ACT_CODE,
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
from leeward.guidance.assessment import Assessment
from leeward.knowledge import Knowledge, Policy
from leeward.model.case import Case
from leeward.record.chart import Chart, chart_of
from leeward.record.consent import consents_of
from leeward.record.egress import redisclosure_notice
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


NOTICE = f"{OURS}StructureDefinition/redisclosure-notice"
"""Extension of `meta` with the words of 42 CFR 2.32 that go with everything that leaves."""

NO_REDISCLOSURE = Coding(system=ACT_CODE, code="NORDSCLCD", display="no redisclosure without consent directive")

_TELLS_THE_PERSON = 16
"""Letters of a person's id that every id about them begins with."""


class Standing(Writing, frozen=True, kw_only=True):
    """Writes what stands in the record and what is proposed now: ids stay when the same is proposed again later.

    Every id begins with letters of the person's, so that it can be told whom a resource is about before it is made.
    """

    person: str
    notice: str

    @property
    def meta(self) -> Meta:
        """The labels of a resource about this person, with the notice."""
        told = Extension(url=NOTICE, valueString=self.notice)
        return msgspec.structs.replace(super().meta, security=(*LABELS, NO_REDISCLOSURE), extension=(told,))

    def id(self, kind: str, *about: object) -> str:
        """The id of a resource of the person."""
        return f"{beginning(self.person)}.{super().id(kind, *about)}"

    def id_of_answer(self, kind: str, *about: object) -> str:
        """The id of what Leeward answers about the person, whenever it was asked."""
        return self.id(kind, "answer", *about)


def episode_of(
    entries: Iterable[Entry],
    chart: Chart,
    case: Case,
    assessment: Assessment,
    knowledge: Knowledge,
    *,
    notice: str | None = None,
) -> list[Element]:
    """Everything about one person: who they are, what was scored, proposed, consented to, and that each entry was made.

    `entries` are those that the chart, the case and the assessment were made of. `notice`: the words that go with it, of
    the decision that lets it leave; the short statement of 42 CFR 2.32 unless given.
    """
    told = list(entries)
    held = standing(chart.patient, case, assessment, notice or redisclosure_notice())
    known = max((entry.recorded for entry in told), key=datetime.fromisoformat, default=held.now)
    made: list[Element] = [Patient(id=held.person, meta=held.meta, identifier=(_named(chart.patient),))]
    made += resources_of(held, knowledge, consents=consents_of(told, chart.patient))
    about = [one for one in made if not isinstance(one, Questionnaire | OperationOutcome)]
    made.append(provenance_of(held, about))
    made += [_entry(held, entry) for entry in told if entry.kind != LEFT_OUT]
    made += _left_out(held, told, chart.left_out)
    return [_dated(one, held.now, known) for one in made]


def standing(patient: str, case: Case, assessment: Assessment, notice: str) -> Standing:
    """What to write about a person of the record with."""
    person = id_of_person(patient)
    held = writing(case, assessment, f"Patient/{person}")
    return Standing(**msgspec.structs.asdict(held), person=person, notice=notice)


def id_of_person(patient: str) -> str:
    """The id of the Patient for somebody's id in the record."""
    return id_of_all("Patient", patient)


def beginning(id: str) -> str:
    """The letters that tell whom an id is about: the same in the id of the Patient and of everything about them.

    >>> beginning("6f1f3c5e-9d0b-5a77-8f3e-5b1f0c0d2a11")
    '6f1f3c5e9d0b5a77'
    >>> beginning("6f1f3c5e9d0b5a77.0c0d2a11-9d0b-5a77-8f3e-5b1f0c0d2a11")
    '6f1f3c5e9d0b5a77'
    """
    return id.partition(".")[0].replace("-", "")[:_TELLS_THE_PERSON]


def _dated(resource: Element, now: str, known: str) -> Element:
    """With the instant from which on it stands so: of an entry its own, of what was charted the last entry's."""
    meta: Meta | None = getattr(resource, "meta", None)
    if meta is None or isinstance(resource, Questionnaire):
        return resource
    charted = (
        isinstance(resource, Patient | QuestionnaireResponse | MedicationAdministration)
        or getattr(resource, "status", "") == "final"
    )
    at = resource.recorded if isinstance(resource, AuditEvent) else known if charted else now
    return msgspec.structs.replace(resource, meta=msgspec.structs.replace(meta, lastUpdated=at))  # pyright: ignore


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
    made = episode_of(told, chart, case, assessment, knowledge)
    held = standing(chart.patient, case, assessment, redisclosure_notice())
    about = [one for one in made if not isinstance(one, Questionnaire | OperationOutcome | Patient | AuditEvent)]
    made.append(audit_of(held, by, about))
    whole = bundle(made, case.now, held.id("Bundle", "episode", len(told), held.answer), base)
    return msgspec.structs.replace(whole, meta=held.meta)


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
