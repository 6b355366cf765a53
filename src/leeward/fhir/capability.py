"""What the server that gives back Leeward's resources can do: read, search, say whether a resource is valid.

`SEARCHES` is what the server answers by, so that the statement can claim no more and no less than is served. Searches go
by one parameter or several at once, about one person at a time; none is chained or reversed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import msgspec

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
)
from leeward.fhir.writing import instant
from leeward.record.consent import Part

Type = Literal["token", "reference", "date", "uri"]


class Parameter(msgspec.Struct, frozen=True):
    """A search parameter of R4: its type, and the elements of a resource that it looks at."""

    type: Type
    elements: tuple[str, ...]


class Served(msgspec.Struct, frozen=True):
    """What is served of a kind of resource: how it is searched, and the parts of a record that it tells.

    `parts` is empty for what is about nobody.
    """

    searches: Mapping[str, Parameter]
    parts: tuple[Part, ...] = ()


_ID = Parameter("token", ("id",))
_URL = Parameter("uri", ("url",))
_STATUS = Parameter("token", ("status",))
_INTENT = Parameter("token", ("intent",))
_CODE = Parameter("token", ("code",))
_LAST = Parameter("date", ("meta.lastUpdated",))
_PATIENT = Parameter("reference", ("patient",))
_SUBJECT = Parameter("reference", ("subject",))
_FOR = Parameter("reference", ("for",))
_AGENTS = Parameter("reference", ("agent.who", "entity.what"))
_TARGET = Parameter("reference", ("target",))

_PUBLISHED: Mapping[str, Parameter] = {"_id": _ID, "url": _URL, "status": _STATUS}
_OF_PATIENT: Mapping[str, Parameter] = {"_id": _ID, "_lastUpdated": _LAST, "patient": _PATIENT}
_OF_SUBJECT: Mapping[str, Parameter] = {"_id": _ID, "_lastUpdated": _LAST, "patient": _SUBJECT, "subject": _SUBJECT}


def _date(*elements: str) -> Parameter:
    return Parameter("date", elements)


CHART: tuple[Part, ...] = ("chart",)
PLAN: tuple[Part, ...] = ("chart", "plan")
WHOLE: tuple[Part, ...] = ("chart", "notes", "plan")
"""What an episode as a whole tells: that notes were written too, and every consent."""

SERVED: Mapping[str, Served] = {
    "Patient": Served(
        {"_id": _ID, "_lastUpdated": _LAST, "identifier": Parameter("token", ("identifier",))}, parts=CHART
    ),
    "QuestionnaireResponse": Served(
        {
            **_OF_SUBJECT,
            "questionnaire": Parameter("reference", ("questionnaire",)),
            "authored": _date("authored"),
            "status": _STATUS,
        },
        parts=CHART,
    ),
    "Observation": Served(
        {**_OF_SUBJECT, "code": _CODE, "date": _date("effectiveDateTime", "effectivePeriod"), "status": _STATUS},
        parts=CHART,
    ),
    "MedicationAdministration": Served(
        {
            **_OF_SUBJECT,
            "code": Parameter("token", ("medicationCodeableConcept",)),
            "effective-time": _date("effectiveDateTime", "effectivePeriod"),
            "status": _STATUS,
        },
        parts=CHART,
    ),
    "CarePlan": Served({**_OF_SUBJECT, "status": _STATUS, "intent": _INTENT}, parts=PLAN),
    "RequestGroup": Served(
        {**_OF_SUBJECT, "status": _STATUS, "intent": _INTENT, "authored": _date("authoredOn")}, parts=PLAN
    ),
    "MedicationRequest": Served(
        {
            **_OF_SUBJECT,
            "code": Parameter("token", ("medicationCodeableConcept",)),
            "status": _STATUS,
            "intent": _INTENT,
            "authoredon": _date("authoredOn"),
        },
        parts=PLAN,
    ),
    "Task": Served(
        {
            **_OF_SUBJECT,
            "patient": _FOR,
            "subject": _FOR,
            "code": _CODE,
            "status": _STATUS,
            "intent": _INTENT,
            "authored-on": _date("authoredOn"),
        },
        parts=PLAN,
    ),
    "DetectedIssue": Served(
        {**_OF_PATIENT, "code": _CODE, "identified": _date("identifiedDateTime", "identifiedPeriod")}, parts=PLAN
    ),
    "Flag": Served({**_OF_SUBJECT, "date": _date("period")}, parts=CHART),
    "Provenance": Served(
        {"_id": _ID, "_lastUpdated": _LAST, "patient": _TARGET, "target": _TARGET, "recorded": _date("recorded")},
        parts=PLAN,
    ),
    "AuditEvent": Served(
        {"_id": _ID, "_lastUpdated": _LAST, "patient": _AGENTS, "date": _date("recorded")}, parts=WHOLE
    ),
    "Consent": Served({**_OF_PATIENT, "status": _STATUS, "date": _date("dateTime")}, parts=WHOLE),
    "Questionnaire": Served({**_PUBLISHED, "code": Parameter("token", ("item.code",))}),
    "PlanDefinition": Served(_PUBLISHED),
    "Library": Served(_PUBLISHED),
}
"""Everything that is read and searched, in the order in which the statement has it."""

OF_ONE_PERSON = frozenset({"patient", "subject"})
"""Parameters that say whom a search is about."""

VALIDATE = "http://hl7.org/fhir/OperationDefinition/Resource-validate"
EVERYTHING = "http://hl7.org/fhir/OperationDefinition/Patient-everything"

SAYS = (
    "What Leeward originated, read and searched; nothing is created, changed or deleted here. A search of anything about "
    "a person names that person (patient, subject, or ids of one person's resources). Searches are not chained or "
    "reversed and have no modifiers; a parameter that is not listed here is refused, or with Prefer: handling=lenient "
    "passed over and named. _count (at most 500) and _format (JSON) go with every search. Counselling notes, the words of "
    "notes, and orders are not given."
)
WHO = (
    "A session of Leeward's own, or a bearer token that a trusted record system signed (a JWT whose audience is this "
    "address, for at most five minutes). Consent and purpose decide what is answered: whoever may not see a person is told "
    "the same as of somebody who is not there. Each reading is entered in the record."
)


def capability_statement(at: datetime, base: str = OURS) -> CapabilityStatement:
    """What the server under `base` can do, as of the instant `at`."""
    rest = CapabilityStatementRest(
        mode="server",
        documentation=SAYS,
        security=CapabilityStatementRestSecurity(
            cors=False,
            service=(
                CodeableConcept(text="A session of Leeward, or a JSON Web Token signed by a trusted record system"),
            ),
            description=WHO,
        ),
        resource=tuple(_resource(kind, served) for kind, served in SERVED.items()),
        operation=(CapabilityStatementRestResourceOperation(name="validate", definition=VALIDATE),),
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


def _resource(kind: str, served: Served) -> CapabilityStatementRestResource:
    whole = (CapabilityStatementRestResourceOperation(name="everything", definition=EVERYTHING),)
    return CapabilityStatementRestResource(
        type=kind,
        interaction=(
            CapabilityStatementRestResourceInteraction(code="read"),
            CapabilityStatementRestResourceInteraction(code="search-type"),
        ),
        versioning="no-version",
        conditionalRead="not-match",
        searchParam=tuple(
            CapabilityStatementRestResourceSearchParam(name=name, type=one.type)
            for name, one in served.searches.items()
        ),
        operation=(
            CapabilityStatementRestResourceOperation(name="validate", definition=VALIDATE),
            *(whole if kind == "Patient" else ()),
        ),
    )
