"""An assessment as FHIR R4: one Bundle of type collection with everything that Leeward says about a person at an instant."""

from __future__ import annotations

from collections.abc import Sequence

from leeward.fhir.chart_resources import chart_resources
from leeward.fhir.codes import OURS
from leeward.fhir.outcomes import not_answered
from leeward.fhir.plan_resources import plan_resources
from leeward.fhir.provenance import audit_of, consent_of, provenance_of
from leeward.fhir.safety_resources import adverse_event_resources, safety_resources
from leeward.fhir.score_resources import score_resources
from leeward.fhir.structures import Bundle, Element, Observation, OperationOutcome, Patient, Questionnaire
from leeward.fhir.writing import Writing, amount, between, bundle, cited, concept, notes, ours, words, writing
from leeward.guidance.assessment import Assessment, Calculation
from leeward.knowledge import Knowledge
from leeward.model.case import Case
from leeward.products.reporting.event import Event
from leeward.record.consent import Consent

GENDERS = {"female": "female", "male": "male", "intersex": "other", "unknown": "unknown"}


def bundle_of(
    case: Case,
    assessment: Assessment,
    knowledge: Knowledge,
    *,
    subject: str | None = None,
    by: str = "",
    event: Event | None = None,
    consents: Sequence[Consent] = (),
    base: str = OURS,
) -> Bundle:
    """The answer to a case as a Bundle; the same for the same answer, to the byte.

    `subject`: the person's reference (`Patient/123`) where a server has them; else a Patient without a name stands in
    the Bundle. `by`: who asked. `event`: an adverse event to go with it. `base`: the address under which a server has
    the resources, ending in a slash.
    """
    held = writing(case, assessment, subject)
    made = resources_of(held, knowledge, event=event, consents=consents)
    about = [one for one in made if not isinstance(one, Questionnaire | Patient)]
    made += [provenance_of(held, about), audit_of(held, by, about)]
    return bundle(made, assessment.now, held.id_of_answer("Bundle", by), base)


def resources_of(
    held: Writing, knowledge: Knowledge, *, event: Event | None = None, consents: Sequence[Consent] = ()
) -> list[Element]:
    """Everything that is said about the person, without who said it."""
    made: list[Element] = []
    if held.subject.reference == f"Patient/{held.id('Patient')}":
        made.append(_patient(held))
    made += score_resources(held)
    made += chart_resources(held, knowledge)
    made += [_calculation(held, one, place) for place, one in enumerate(held.assessment.calculations)]
    made += plan_resources(held, knowledge)
    made += safety_resources(held)
    made += adverse_event_resources(held, event) if event else ()
    made += [consent_of(held, given, held.assessment.now) for given in consents]
    unanswered: OperationOutcome | None = not_answered(held)
    return [*made, *([unanswered] if unanswered else ())]


def _patient(held: Writing) -> Patient:
    """Somebody without a name. An age is no date of birth, so none is given."""
    sex = held.case.patient.sex
    gender = GENDERS.get(sex) if isinstance(sex, str) else None
    return Patient(id=held.id("Patient"), meta=held.meta, gender=gender)  # pyright: ignore[reportArgumentType]


def _calculation(held: Writing, one: Calculation, place: int) -> Observation:
    """A number that Leeward computed, with its unit; a range or a lower bound where it is not known exactly."""
    value = one.value if isinstance(one.value, float | int) else None
    low, high = one.range or (one.at_least, None)
    ranged = between(low, high, one.unit) if value is None else None
    return Observation(
        id=held.id_of_answer("Observation", one.id, place),
        meta=held.meta,
        status="preliminary",
        code=concept(one.title, ours("calculation", one.id, one.title)),
        subject=held.subject,
        effectiveDateTime=held.now,
        valueQuantity=amount(value, one.unit) if value is not None else None,
        valueRange=ranged,
        valueString=words(one.value) if isinstance(one.value, str) else None,
        dataAbsentReason=concept("cannot be told") if one.value is None and ranged is None else None,
        note=notes(
            one.label,
            *one.notes,
            f"Computed from: {', '.join(one.inputs)}." if one.inputs else "",
            f"Lacking: {', '.join(one.missing)}." if one.missing else "",
            *cited(held.assessment, one.sources),
        ),
    )
