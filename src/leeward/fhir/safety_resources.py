"""What endangers the person: DetectedIssue (alerts, contradictions, interactions), Flag (standing warnings), AdverseEvent.

Nothing is ranked anew: a severity is that of the alert or the interaction. A flag says what somebody took, as told.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from leeward.fhir.structures import (
    AdverseEvent,
    AdverseEventSuspectEntity,
    CodeableConcept,
    Coding,
    DetectedIssue,
    DetectedIssueEvidence,
    DetectedIssueMitigation,
    Element,
    Flag,
    Medication,
    MedicationBatch,
    Period,
)
from leeward.fhir.writing import (
    ACT_CODE,
    TERMINOLOGY,
    Writing,
    cited,
    concept,
    date_time,
    named,
    narrative,
    ours,
    refer,
    software,
    words,
)
from leeward.guidance.assessment import Alert, ExposureAnswer, Interaction
from leeward.model.missing import Missing
from leeward.products.reporting.event import Event, Finding, SuspectProduct, Told, is_told, told

Severity = Literal["high", "moderate", "low"]

OF_ALERT: dict[str, Severity] = {"emergency": "high", "urgent": "high", "caution": "moderate", "note": "low"}
OF_INTERACTION: dict[str, Severity] = {
    "contraindicated": "high",
    "major": "high",
    "moderate": "moderate",
    "minor": "low",
}

STANDING = {
    "leaf": "Kratom exposure",
    "extract": "Kratom exposure: concentrated extract",
    "7-oh": "Kratom exposure: 7-hydroxymitragynine (7-OH) product",
    "analogue": "Exposure to a mitragynine analogue",
    "tianeptine": "Tianeptine exposure",
}
"""Classes of exposure that a chart goes on warning of, and in which words."""

OUTCOMES = {
    "recovered": "resolved",
    "recovering": "recovering",
    "not-recovered": "ongoing",
    "lasting-harm": "resolvedWithSequelae",
    "died": "fatal",
}
SERIOUS = {
    "death": "SeriousResultsInDeath",
    "life-threatening": "SeriousIsLifeThreatening",
    "hospitalization": "SeriousResultsInHospitalization",
    "disability": "SeriousResultsInDisability",
    "congenital-anomaly": "SeriousIsBirthDefect",
    "required-intervention": "SeriousRequiresPreventImpairment",
    "other-serious": "Serious",
}


def safety_resources(writing: Writing) -> tuple[Element, ...]:
    """Every alert, contradiction and interaction, and every standing warning."""
    assessment = writing.assessment
    alerts = (*assessment.alerts, *assessment.state.mismatches)
    made: list[Element] = [_issue(writing, alert, place) for place, alert in enumerate(alerts)]
    made += [_between(writing, found, place) for place, found in enumerate(assessment.interactions)]
    made += [_flag(writing, one) for one in assessment.exposures if one.class_ in STANDING]
    return tuple(made)


def _issue(writing: Writing, alert: Alert, place: int) -> DetectedIssue:
    return DetectedIssue(
        id=writing.id_of_answer("DetectedIssue", alert.id, place),
        meta=writing.meta,
        status="preliminary",
        code=concept(alert.title, ours("alert", alert.id, alert.title)),
        severity=OF_ALERT[alert.level],
        patient=writing.subject,
        identifiedDateTime=writing.now,
        author=software(),
        evidence=_evidence(*alert.because, *cited(writing.assessment, alert.sources)),
        detail=words(f"{alert.title} {'; '.join(alert.because)} (rule {alert.rule}, {alert.level})"),
        mitigation=tuple(DetectedIssueMitigation(action=concept(step)) for step in alert.do),
    )


def _between(writing: Writing, found: Interaction, place: int) -> DetectedIssue:
    level = found.level_change.lines() if found.level_change is not None else ()
    known = [
        found.mechanism,
        *found.measured,
        *level,
        f"Not known: {found.not_known}" if found.not_known else "",
        found.note,
    ]
    steps = (found.do, f"Lifted by: {found.lifted_by}" if found.lifted_by else "")
    return DetectedIssue(
        id=writing.id_of_answer("DetectedIssue", found.id, *found.between, place),
        meta=writing.meta,
        status="preliminary",
        code=concept("Drug interaction", Coding(system=ACT_CODE, code="DRG", display="Drug Interaction Alert")),
        severity=OF_INTERACTION.get(found.severity),
        patient=writing.subject,
        identifiedDateTime=writing.now,
        author=software(),
        implicated=tuple(named(name) for name in found.between),
        evidence=_evidence(*known, *cited(writing.assessment, found.sources)),
        detail=words(f"{' and '.join(found.between)} ({found.severity}): {found.says} (rule {found.rule})"),
        mitigation=tuple(DetectedIssueMitigation(action=concept(step)) for step in steps if step),
    )


def _evidence(*texts: str) -> tuple[DetectedIssueEvidence, ...]:
    return tuple(DetectedIssueEvidence(code=(concept(text),)) for text in texts if words(text))


def _flag(writing: Writing, exposure: ExposureAnswer) -> Flag:
    label = f" (as told: {exposure.as_told})" if exposure.as_told else ""
    drug = Coding(system=f"{TERMINOLOGY}flag-category", code="drug", display="Drug")
    return Flag(
        id=writing.id("Flag", exposure.class_, exposure.key),
        meta=writing.meta,
        status="active",
        category=(CodeableConcept(coding=(drug,)),),
        code=concept(f"{STANDING[exposure.class_]}{label}", ours("flag", exposure.class_, STANDING[exposure.class_])),
        subject=writing.subject,
        period=Period(start=writing.now),
        author=software(),
    )


def adverse_event_resources(writing: Writing, event: Event) -> tuple[Element, ...]:
    """An event as it was told, with each suspect product as a Medication (brand, maker, lot).

    What R4 has no place for, and what was not told, stands in the text. Nothing is inferred: without a told outcome
    neither seriousness nor outcome is said. The reporter is named in no resource.
    """
    products = () if isinstance(event.products, Missing) else event.products
    suspects = tuple(_product(writing, product, place) for place, product in enumerate(products))
    happened = event.event
    outcome = None if isinstance(happened.recovery, Missing) else OUTCOMES.get(happened.recovery)
    title = told(happened.what)
    return (
        AdverseEvent(
            id=writing.id("AdverseEvent", event.reported, happened.what, happened.began),
            meta=writing.meta,
            text=narrative(_told_lines(event)),
            actuality="actual",
            event=concept(title),
            subject=writing.subject,
            date=date_time(happened.began),
            recordedDate=date_time(event.reported),
            seriousness=_seriousness(happened.outcomes),
            outcome=_coded("adverse-event-outcome", outcome) if outcome else None,
            suspectEntity=tuple(AdverseEventSuspectEntity(instance=refer(suspect)) for suspect in suspects),
        ),
        *suspects,
    )


def _product(writing: Writing, product: SuspectProduct, place: int) -> Medication:
    said = [product.brand, product.name, product.strength, product.class_]
    lot = None if isinstance(product.lot, Missing) else words(product.lot)
    expiry = date_time(product.expiry)
    return Medication(
        id=writing.id("Medication", product.name, product.lot, place),
        meta=writing.meta,
        code=concept(", ".join(str(part) for part in said if is_told(part)) or "A product whose name is not known"),
        manufacturer=None if isinstance(product.maker, Missing) else named(product.maker),
        form=None if isinstance(product.form, Missing) else concept(product.form),
        batch=MedicationBatch(lotNumber=lot, expirationDate=expiry) if lot or expiry else None,
    )


def _seriousness(outcomes: tuple[str, ...] | Missing) -> CodeableConcept | None:
    """The gravest outcomes that were told; not serious only where somebody was asked and told of none."""
    if isinstance(outcomes, Missing):
        return None
    return _coded(
        "adverse-event-seriousness", *([SERIOUS[one] for one in outcomes if one in SERIOUS] or ["Non-serious"])
    )


def _coded(system: str, *codes: str) -> CodeableConcept:
    return CodeableConcept(coding=tuple(Coding(system=f"{TERMINOLOGY}{system}", code=code) for code in codes))


def _told_lines(event: Event) -> Iterator[str]:
    """Everything that was told of the event and its products, and what was not."""
    happened = event.event
    for name in happened.__struct_fields__:
        yield f"{name.replace('_', ' ').capitalize()}: {_told(getattr(happened, name))}"
    for product in () if isinstance(event.products, Missing) else event.products:
        for name in product.__struct_fields__:
            yield f"Product, {name.rstrip('_').replace('_', ' ')}: {told(getattr(product, name))}"
    for other in () if isinstance(event.other_products, Missing) else event.other_products:
        yield f"Taken at the same time: {told(other.name)}, {told(other.dose)}"
    for note in () if isinstance(event.notes, Missing) else event.notes:
        yield f"Note: {note}"


def _told(value: Told | tuple[str | Finding, ...]) -> str:
    if isinstance(value, tuple) and value:
        return "; ".join(one if isinstance(one, str) else _finding(one) for one in value)
    return told(value)


def _finding(one: Finding) -> str:
    result = f" {told(one.result)}" if is_told(one.result) else ""
    return f"{told(one.what)}{result} ({told(one.at)})"
