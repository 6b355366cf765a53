"""Calls of a record system about one made-up person, to a demo ward that asks for no proof."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from starlette.testclient import TestClient

from leeward.web.app import app_of
from tests.web.conftest import Clock, demo_house

RXNORM, ICD, LOINC = (
    "http://www.nlm.nih.gov/research/umls/rxnorm",
    "http://hl7.org/fhir/sid/icd-10-cm",
    "http://loinc.org",
)
ME = {"subject": {"reference": "Patient/p1"}}
PERSON = {"resourceType": "Patient", "id": "p1", "birthDate": "1990-01-01", "gender": "male"}
NOW = "2026-11-22T08:50:00-05:00"
"""Ten minutes before the clock of the tests."""

Resource = dict[str, Any]
_ids = itertools.count()


def resource(kind: str, **members: Any) -> Resource:
    """A resource about the person."""
    return {"resourceType": kind, "id": f"r{next(_ids)}", **ME, **members}


def concept(text: str = "", code: str = "", system: str = RXNORM) -> Resource:
    """A concept in words, by a code, or by both."""
    coded = {"coding": [{"system": system, "code": code}]} if code else {}
    return coded | ({"text": text} if text else {})


def order(text: str = "", code: str = "", mg: float | None = None, **members: Any) -> Resource:
    """A draft order."""
    dose = {"value": mg, "unit": "mg", "code": "mg", "system": "http://unitsofmeasure.org"}
    dosage = {"dosageInstruction": [{"doseAndRate": [{"doseQuantity": dose}]}]} if mg is not None else {}
    medicine = {"medicationCodeableConcept": concept(text, code)}
    return resource("MedicationRequest", **{"status": "draft", "intent": "order", **medicine, **dosage, **members})


def taken(text: str, **members: Any) -> Resource:
    """What the person is said to take."""
    return resource(
        "MedicationStatement", **{"status": "active", "medicationCodeableConcept": {"text": text}, **members}
    )


def condition(text: str = "", code: str = "", **members: Any) -> Resource:
    """A condition, active unless told otherwise."""
    active = {"clinicalStatus": {"coding": [{"code": "active"}]}}
    return resource("Condition", **{**active, "code": concept(text, code, ICD), **members})


def reading(loinc: str, value: float, unit: str, **members: Any) -> Resource:
    """A vital sign of now."""
    quantity = {"value": value, "unit": unit, "code": unit, "system": "http://unitsofmeasure.org"}
    told = {"status": "final", "code": concept("", loinc, LOINC), "effectiveDateTime": NOW, "valueQuantity": quantity}
    return resource("Observation", **{**told, **members})


def bundle(*resources: Resource, **members: Any) -> Resource:
    """The answer to a search."""
    return {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": one} for one in resources], **members}


class RecordSystem:
    """Asks the services of one house."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.lines = {one["id"]: one for one in client.get("/cds-services").json()["services"]}

    def ask(
        self,
        service: str,
        *resources: Resource,
        drafts: tuple[Resource, ...] | None = None,
        context: Any = (),
        **keys: Any,
    ) -> Any:
        """The answer to a call whose prefetch holds these resources where they belong; `keys` replace whole keys."""
        line = self.lines[service]
        prefetch: dict[str, Any] = {}
        left = list(resources)
        for key, template in line["prefetch"].items():
            kind = template.partition("?")[0].partition("/")[0]
            held = [one for one in left if one["resourceType"] == kind]
            left = [one for one in left if one not in held]
            prefetch[key] = bundle(*held) if "?" in template else (held or [PERSON])[0]
        told = {"userId": "Practitioner/a", "patientId": "p1", "encounterId": "e1", **dict(context)}
        if drafts is not None:
            told["draftOrders"] = bundle(*drafts, type="collection")
        body = {"hook": line["hook"], "hookInstance": str(uuid.uuid4()), "context": told, "prefetch": prefetch | keys}
        return self.client.post(f"/cds-services/{service}", json=body)

    def cards(self, service: str, *resources: Resource, **given: Any) -> list[dict[str, Any]]:
        """The cards of an answer that was given."""
        answer = self.ask(service, *resources, **given)
        assert answer.status_code == 200, answer.text
        return answer.json()["cards"]


def text_of(cards: list[dict[str, Any]]) -> str:
    """Everything that is read on some cards."""
    return "\n".join(f"{card['summary']}\n{card['detail']}" for card in cards)


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecordSystem]:
    """A record system beside a demo ward."""
    for house in demo_house(tmp_path_factory.mktemp("silence") / "ward", Clock()):
        demo = msgspec.structs.replace(house, demo=True, allowed_hosts=("127.0.0.1",))
        yield RecordSystem(TestClient(app_of(demo), base_url="http://127.0.0.1", raise_server_exceptions=False))
