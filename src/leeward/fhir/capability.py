"""What a server that gives back Leeward's resources can do: read and search, and say whether a resource is valid.

Searches by one parameter at a time or several at once; none is chained or reversed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from leeward import __version__
from leeward.fhir.codes import OURS
from leeward.fhir.structures import (
    CapabilityStatement,
    CapabilityStatementImplementation,
    CapabilityStatementRest,
    CapabilityStatementRestResource,
    CapabilityStatementRestResourceInteraction,
    CapabilityStatementRestResourceOperation,
    CapabilityStatementRestResourceSearchParam,
    CapabilityStatementRestSecurity,
    CapabilityStatementSoftware,
    CodeableConcept,
    Coding,
)
from leeward.fhir.writing import TERMINOLOGY, instant

Type = Literal["token", "reference", "date", "uri", "string"]

OF_PERSON: Mapping[str, Type] = {"_id": "token", "patient": "reference"}

SEARCHES: Mapping[str, Mapping[str, Type]] = {
    "Questionnaire": {"_id": "token", "url": "uri"},
    "QuestionnaireResponse": {**OF_PERSON, "questionnaire": "reference", "authored": "date"},
    "Observation": {**OF_PERSON, "code": "token", "date": "date"},
    "CarePlan": {**OF_PERSON, "status": "token"},
    "RequestGroup": {**OF_PERSON, "status": "token"},
    "MedicationRequest": {**OF_PERSON, "status": "token", "intent": "token"},
    "DetectedIssue": {**OF_PERSON, "identified": "date"},
    "Flag": OF_PERSON,
    "Task": {**OF_PERSON, "status": "token"},
    "Provenance": {**OF_PERSON, "target": "reference", "recorded": "date"},
    "AuditEvent": {**OF_PERSON, "date": "date"},
    "Consent": {**OF_PERSON, "status": "token"},
}
"""What each resource can be searched by, as search parameters of R4 name it. RiskAssessment and the like are not served."""

VALIDATE = "http://hl7.org/fhir/OperationDefinition/Resource-validate"


def capability_statement(at: datetime, base: str = OURS) -> CapabilityStatement:
    """What the server under `base` can do, as of the instant `at`."""
    rest = CapabilityStatementRest(
        mode="server",
        documentation="What Leeward originated, read and searched. Nothing is created, changed or deleted here.",
        security=CapabilityStatementRestSecurity(
            service=(
                CodeableConcept(
                    coding=(Coding(system=f"{TERMINOLOGY}restful-security-service", code="SMART-on-FHIR"),)
                ),
            ),
            description="Consent and purpose decide what is answered.",
        ),
        resource=tuple(_resource(kind, searches) for kind, searches in SEARCHES.items()),
    )
    return CapabilityStatement(
        id="leeward",
        url=f"{OURS}CapabilityStatement/leeward",
        version=__version__,
        name="Leeward",
        title="Leeward, what it gives back",
        status="active",
        date=instant(at),
        publisher="Leeward",
        kind="instance",
        software=CapabilityStatementSoftware(name="Leeward", version=__version__),
        implementation=CapabilityStatementImplementation(description="Leeward", url=base.rstrip("/")),
        fhirVersion="4.0.1",
        format=("json",),
        rest=(rest,),
    )


def _resource(kind: str, searches: Mapping[str, Type]) -> CapabilityStatementRestResource:
    return CapabilityStatementRestResource(
        type=kind,
        interaction=(
            CapabilityStatementRestResourceInteraction(code="read"),
            CapabilityStatementRestResourceInteraction(code="search-type"),
        ),
        versioning="no-version",
        searchParam=tuple(
            CapabilityStatementRestResourceSearchParam(name=name, type=type_) for name, type_ in searches.items()
        ),
        operation=(CapabilityStatementRestResourceOperation(name="validate", definition=VALIDATE),),
    )
