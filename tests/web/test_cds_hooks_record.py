"""What a record system sends is taken for what it is: of this person, whole, each order once, and what is over not as gone."""

# ruff: noqa: F401, F811

from __future__ import annotations

from typing import Any

import pytest

from tests.web.cds_hooks_calls import (
    PERSON,
    RXNORM,
    RecordSystem,
    bundle,
    order,
    records,
    resource,
    taken,
    text_of,
)

SIGN, SELECT, WITHDRAWAL = "leeward-orders-sign", "leeward-orders-select", "leeward-withdrawal"
ELSEWHERE = [
    "https://other.example/fhir/Patient/p1",
    "https://ehr.example/other/Patient/p1",
    "https://ehr.example/fhir/Patient/p1/_history/2/extra",
    "urn:uuid:p1",
    "ftp://ehr.example/fhir/Patient/p1",
]
HERE = ["https://ehr.example/fhir/Patient/p1", "https://EHR.example/fhir/Patient/p1/_history/3", "Patient/p1"]
SERVER = "https://ehr.example/fhir/"


def asked(records: RecordSystem, service: str, server: str | None, *resources: Any, **given: Any) -> Any:
    """A call that tells the address of its server."""
    client = records.client
    sent: dict[str, Any] = {}

    class Sending:
        def post(self, address: str, json: dict[str, Any]) -> Any:
            sent.update(json)
            return client.post(address, json=json | ({"fhirServer": server} if server else {}))

    asking = RecordSystem.__new__(RecordSystem)
    asking.client, asking.lines = Sending(), records.lines  # type: ignore[assignment]
    return asking.ask(service, *resources, **given)


@pytest.mark.parametrize("server", [SERVER, None])
@pytest.mark.parametrize("subject", ELSEWHERE)
def test_the_same_id_on_another_server_is_somebody_else(records: RecordSystem, server: str | None, subject: str):
    heroin = taken("heroin") | {"subject": {"reference": subject}}
    cards = asked(records, WITHDRAWAL, server, heroin).json()["cards"]
    assert [one["summary"] for one in cards] == ["The record system sent data that are not about this person; they were not used"]  # fmt: skip
    draft = order("methadone", mg=20) | {"subject": {"reference": subject}}
    assert asked(records, SIGN, server, drafts=(draft,)).status_code == 400


@pytest.mark.parametrize("subject", HERE)
def test_an_address_on_the_server_that_calls_is_the_person(records: RecordSystem, subject: str):
    heroin = taken("heroin") | {"subject": {"reference": subject}}
    assert "not about this person" not in text_of(asked(records, WITHDRAWAL, SERVER, heroin).json()["cards"])
    draft = order("methadone", mg=20) | {"subject": {"reference": subject}}
    assert asked(records, SIGN, SERVER, drafts=(draft,)).status_code == 200


HEROIN = taken("heroin")
NOT_WHOLE = {
    "a total in words": {"total": "57"},
    "a total with a fraction": {"total": 57.0},
    "a total below nothing": {"total": -1},
    "a link that is no list": {"link": {"relation": "next", "url": "x"}},
    "a relation in capitals": {"link": [{"relation": "Next", "url": "x"}]},
    "a link without a relation": {"link": [{"url": "x"}]},
    "a transaction": {"type": "transaction"},
    "a history": {"type": "history"},
    "a word that is no type": {"type": "Searchset"},
    "an entry to be deleted": {"entry": [{"resource": HEROIN, "request": {"method": "DELETE", "url": "x"}}]},
    "another type": {"entry": [{"resource": resource("List", contained=[HEROIN])}]},
    "an unknown type": {"entry": [{"resource": {"resourceType": "Foo", "id": "x"}}]},
    "a bundle within": {"entry": [{"resource": bundle(HEROIN)}]},
}


@pytest.mark.parametrize("why", NOT_WHOLE)
@pytest.mark.parametrize("service", [WITHDRAWAL, SIGN, "leeward-kratom", "leeward-discharge"])
def test_an_answer_that_is_none_is_not_read_as_empty(records: RecordSystem, service: str, why: str):
    statements = {"resourceType": "Bundle", "type": "searchset", **NOT_WHOLE[why]}
    drafts = (order("methadone", mg=20),) if service == SIGN else None
    answer = records.ask(service, statements=statements, drafts=drafts)
    assert answer.status_code == 412
    assert "statements" in answer.json()["issue"][0]["details"]["text"]


def test_what_a_match_refers_to_may_come_with_it(records: RecordSystem):
    medicine = {"resource": {"resourceType": "Medication", "id": "m", "code": {"text": "heroin"}}}
    include = {"resource": resource("Encounter"), "search": {"mode": "include"}}
    told = {"resourceType": "Bundle", "type": "searchset", "total": 1, "entry": [{"resource": HEROIN}, include]}
    assert records.ask(WITHDRAWAL, statements=told).status_code == 200
    assert records.ask(WITHDRAWAL, statements={**told, "total": 2, "entry": [{"resource": HEROIN}, medicine]}).status_code == 200  # fmt: skip


@pytest.mark.parametrize("patient", [bundle(PERSON), resource("Observation", status="final")])
def test_a_person_is_told_by_the_patient_alone(records: RecordSystem, patient: Any):
    assert records.ask(WITHDRAWAL, patient=patient).status_code in (400, 412)


@pytest.mark.parametrize("told", [{"type": "transaction"}, {"type": "batch"}, {"request": {"method": "DELETE", "url": "x"}}, {"request": {"method": "PUT", "url": "x"}}])  # fmt: skip
def test_drafts_that_ask_for_something_to_be_done_are_refused(records: RecordSystem, told: Any):
    entry = {"resource": order("methadone", mg=20), **({"request": told["request"]} if "request" in told else {})}
    drafts = {"resourceType": "Bundle", "type": told.get("type", "collection"), "entry": [entry]}
    answer = records.ask(SIGN, context={"draftOrders": drafts})
    assert answer.status_code == 400
    assert "asks for something to be done" in answer.json()["issue"][0]["details"]["text"]


TWICE = [
    order("methadone", mg=20, medicationReference={"display": "naltrexone"}),
    order(
        "methadone",
        dosageInstruction=[{"doseAndRate": [{"doseQuantity": {"value": 1, "unit": "mg"}, "doseRange": {}}]}],
    ),
]


@pytest.mark.parametrize("place", range(len(TWICE)))
def test_a_draft_with_both_of_a_choice_is_refused(records: RecordSystem, place: int):
    answer = records.ask(SIGN, drafts=(TWICE[place],))
    assert answer.status_code == 400
    assert "side by side" in answer.json()["issue"][0]["details"]["text"]


SERVICES = [
    {"code": {"text": "Opioid detox protocol"}, "orderDetail": [{"text": "methadone 40 mg day 1"}]},
    {"code": {"text": "Order set 12"}, "orderDetail": [{"text": "methadone 40 mg day 1"}]},
    {"code": {"text": "Order set 12"}, "patientInstruction": "Take buprenorphine when it is bad"},
    {"code": {"text": "Opioid detox protocol"}},
    {"code": {"text": "COWS protocol"}},
    {"code": {"text": "Order set 12"}, "orderDetail": [{"coding": [{"system": RXNORM, "code": "6813"}]}]},
]


@pytest.mark.parametrize("place", range(len(SERVICES)))
def test_a_service_that_may_give_a_medicine_is_not_passed_over(records: RecordSystem, place: int):
    draft = resource("ServiceRequest", status="draft", intent="order", **SERVICES[place])
    assert "Not checked" in text_of(records.cards(SIGN, drafts=(draft,)))


@pytest.mark.parametrize("text", ["Chest X-ray", "Opiates, urine, screen", "Diet", "Physiotherapy"])
def test_a_service_that_gives_none_makes_no_noise(records: RecordSystem, text: str):
    draft = resource("ServiceRequest", status="draft", intent="order", code={"text": text})
    assert records.cards(SIGN, drafts=(draft,)) == []


def test_a_draft_beside_the_selected_one_counts_for_it_and_is_not_answered_for(records: RecordSystem):
    chosen, beside = order("naltrexone", mg=50, id="chosen"), order("methadone", mg=20, id="beside")
    cards = records.cards(SELECT, drafts=(chosen, beside), context={"selections": ["MedicationRequest/chosen"]})
    assert "contraindicated: methadone with naltrexone" in text_of(cards)
    assert not any("methadone 20 mg" in one["summary"] for one in cards)
    alone = records.cards(SELECT, drafts=(chosen,), context={"selections": ["MedicationRequest/chosen"]})
    assert "contraindicated" not in text_of(alone)


def test_an_order_whose_code_and_words_differ_is_one_order_and_told(records: RecordSystem):
    cards = records.cards(SIGN, drafts=(order("methadone 10 mg", "1010600", mg=10),))
    assert "The code and the words of this order mean different medicines: methadone 10 mg" in text_of(cards)
    assert not any("Interaction" in one["summary"] for one in cards)
    both = text_of(cards)
    assert "methadone 10 mg" in both and "RxNorm 1010600" in both
    over = records.cards(SIGN, taken("naltrexone"), drafts=(order("methadone 10 mg", "1010600", mg=10),))
    assert "methadone with naltrexone" in text_of(over) and "buprenorphine" in text_of(over)


@pytest.mark.parametrize("status", ["completed", "stopped", "on-hold", "unknown"])
@pytest.mark.parametrize("text", ["methadone 80 mg", "Sublocade 300 mg", "Brixadi 128 mg", "naltrexone 380 MG Injection [Vivitrol]"])  # fmt: skip
@pytest.mark.parametrize("kind", ["MedicationRequest", "MedicationStatement", "MedicationDispense"])
def test_no_status_says_that_what_acts_for_long_has_ceased_to_act(records: RecordSystem, kind, text, status):
    if (kind, status) == ("MedicationDispense", "on-hold"):
        return
    when = {
        "MedicationRequest": {"intent": "order", "authoredOn": "2026-11-12"},
        "MedicationStatement": {"effectiveDateTime": "2026-11-12"},
        "MedicationDispense": {"whenHandedOver": "2026-11-12"},
    }[kind]
    past = resource(kind, status=status, medicationCodeableConcept={"text": text}, **when)
    assert records.cards(WITHDRAWAL, past)
    ordered = "methadone" if "Vivitrol" in text else "naltrexone"
    cards = records.cards(SIGN, past, drafts=(order(ordered, mg=20),))
    told = "naltrexone or nalmefene is on board" if "Vivitrol" in text else "too soon after an opioid"
    assert any(told in one["summary"] and one["indicator"] != "info" for one in cards)


@pytest.mark.parametrize("service", [WITHDRAWAL, SIGN, "leeward-discharge", "leeward-kratom"])
def test_every_service_says_that_a_chart_was_longer_than_what_was_read(records: RecordSystem, service: str):
    drafts = (order("methadone", mg=20),) if service == SIGN else None
    chart = [taken("kratom"), *(taken(f"thing {place}") for place in range(600))]
    assert "longer than what is read of one" in text_of(records.cards(service, *chart, drafts=drafts))
