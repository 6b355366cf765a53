"""The addresses that a record system calls, over HTTP: trust, statuses, missing data fetched from its FHIR server, feedback."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import uvicorn
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from leeward.hooks.cards import OVERRIDES
from leeward.hooks.discovery import read_services
from leeward.hooks.trust import Client, Trust
from leeward.smart.registered import RecordSystems, Registered
from leeward.web.app import app_of

ISSUER = "https://ehr.example"
KEY = ECKey.generate_key("P-384", {"kid": "k1"}, private=True)
HOOK_INSTANCE = "4d2b4402-022e-4f69-813e-ab16934286a6"

PATIENT = {"resourceType": "Patient", "id": "p1", "birthDate": "1990-01-01", "gender": "female"}
OPIOID = {
    "resourceType": "MedicationRequest",
    "id": "m1",
    "status": "active",
    "intent": "order",
    "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/medicationrequest-category", "code": "community"}]}],
    "medicationCodeableConcept": {"coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "1049502"}]},
    "subject": {"reference": "Patient/p1"},
    "authoredOn": "2026-11-01",
    "dispenseRequest": {"expectedSupplyDuration": {"value": 30, "code": "d", "system": "http://unitsofmeasure.org"}},
}  # fmt: skip
BENZODIAZEPINE = OPIOID | {
    "id": "m2",
    "medicationCodeableConcept": {"coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "1298088"}]},
}  # fmt: skip


class RecordSystem:
    """A small FHIR server on a loopback port, with paging; what it was asked is kept."""

    def __init__(self, resources: list[dict[str, Any]]) -> None:
        self.resources, self.asked, self.slow, self.refuses = resources, list[tuple[str, str]](), 0.0, False
        app = Starlette(routes=[Route("/fhir/{type}", self._search), Route("/fhir/{type}/{id}", self._read)])
        config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def __enter__(self) -> RecordSystem:
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.address = f"http://127.0.0.1:{port}/fhir"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(5)

    def _note(self, request: Request) -> Response | None:
        self.asked.append((request.url.path, request.headers.get("authorization", "")))
        time.sleep(self.slow)
        return Response(status_code=403) if self.refuses else None

    async def _search(self, request: Request) -> Response:
        refused = self._note(request)
        if refused:
            return refused
        found = [one for one in self.resources if one["resourceType"] == request.path_params["type"]]
        page = int(request.query_params.get("page", "0"))
        bundle: dict[str, Any] = {
            "resourceType": "Bundle",
            "type": "searchset",
            "entry": [{"resource": one} for one in found[page : page + 1]],
        }
        if page + 1 < len(found):
            bundle["link"] = [
                {"relation": "next", "url": f"{self.address}/{request.path_params['type']}?page={page + 1}"}
            ]
        return JSONResponse(bundle)

    async def _read(self, request: Request) -> Response:
        refused = self._note(request)
        if refused:
            return refused
        kind, id = request.path_params["type"], request.path_params["id"]
        found = [one for one in self.resources if one["resourceType"] == kind and one["id"] == id]
        return JSONResponse(found[0]) if found else Response(status_code=404)


@pytest.fixture
def record_system() -> Iterator[RecordSystem]:
    with RecordSystem([PATIENT, OPIOID, BENZODIAZEPINE]) as found:
        yield found


@pytest.fixture
def hospital(house, record_system, tmp_path: Path) -> TestClient:
    """A ward that lets one record system in."""
    file = tmp_path / "keys.json"
    file.write_text(json.dumps(KeySet([KEY]).as_dict(private=False)), encoding="utf-8")
    client = Client(iss=ISSUER, keys_file=str(file), fhir_server=record_system.address)
    trusting = msgspec.structs.replace(
        house, demo=False, allowed_hosts=("127.0.0.1",), trust=Trust(clients={ISSUER: client})
    )
    return TestClient(app_of(trusting), base_url="http://127.0.0.1", raise_server_exceptions=False)


def call(hook: str = "patient-view", **other: Any) -> dict[str, Any]:
    context = {"userId": "Practitioner/a", "patientId": "p1"}
    return {"hook": hook, "hookInstance": HOOK_INSTANCE, "context": context, **other}


@pytest.fixture
def ask(hospital: TestClient, clock):
    """Ask as the record system would: with a proof of its own for each call."""
    count = iter(range(1_000_000))

    def ask(path: str, body: Any, content: bytes | None = None, **head: str):
        now = clock().timestamp()
        said = {"iss": ISSUER, "aud": f"http://127.0.0.1{path}", "iat": now, "exp": now + 60, "jti": f"j{next(count)}"}
        token = jwt.encode({"alg": "ES384", "typ": "JWT", "kid": "k1"}, said, KEY, algorithms=["ES384"])
        headers = {"authorization": f"Bearer {token}", "content-type": "application/json"} | head
        return hospital.post(path, content=json.dumps(body).encode() if content is None else content, headers=headers)

    return ask


def issues(response) -> str:
    body = response.json()
    assert body["resourceType"] == "OperationOutcome" and body["issue"]
    return " ".join(f"{one['details']['text']} {' '.join(one.get('expression', []))}" for one in body["issue"])


VIEW = "/cds-services/opioidcds-11-patient-view"


def complete(service: str, hospital: TestClient, *resources: dict[str, Any]) -> dict[str, Any]:
    """A prefetch with every key of a service answered."""
    lines = hospital.get("/cds-services").json()["services"]
    keys = next(one["prefetch"] for one in lines if one["id"] == service)
    found: dict[str, Any] = dict.fromkeys(keys)
    found["patient"] = PATIENT
    found["requests"] = {
        "resourceType": "Bundle",
        "type": "searchset",
        "entry": [{"resource": one} for one in resources],
    }
    return found


def test_discovery_is_open_to_all_and_as_the_specification_asks(hospital):
    response = hospital.get("/cds-services", headers={"origin": "https://ehr.example"})
    assert response.status_code == 200 and response.headers["access-control-allow-origin"] == "*"
    found = read_services(response.json())
    assert {"leeward-withdrawal", "opioidcds-01", "cdc-opioids-order-sign"} <= {one.id for one in found.services}
    assert hospital.options(VIEW).status_code == 204


def test_cards_are_given_for_a_call_that_brings_everything(ask, hospital):
    prefetch = complete("opioidcds-11-patient-view", hospital, OPIOID, BENZODIAZEPINE)
    response = ask(VIEW, call(prefetch=prefetch))
    assert response.status_code == 200
    (card,) = response.json()["cards"]
    assert "benzodiazepines" in card["summary"] and card["indicator"] == "warning" and len(card["overrideReasons"]) == 4
    again = ask(VIEW, call(prefetch=prefetch)).json()["cards"]
    assert again == [card]
    assert ask(VIEW, call(prefetch=complete("opioidcds-11-patient-view", hospital, OPIOID))).json() == {"cards": []}


def test_what_is_missing_is_fetched_from_the_server_of_the_allow_list_with_the_token_of_the_call(ask, record_system):
    right = {
        "access_token": "secret",
        "token_type": "Bearer",
        "expires_in": 60,
        "scope": "patient/*.rs",
        "subject": "x",
    }
    response = ask(VIEW, call(fhirServer=record_system.address, fhirAuthorization=right))
    assert response.status_code == 200 and len(response.json()["cards"]) == 1
    assert all(token == "Bearer secret" for _, token in record_system.asked)
    assert ("/fhir/Patient/p1", "Bearer secret") in record_system.asked
    # Two pages of prescriptions were read: the benzodiazepine stands on the second.
    assert [path for path, _ in record_system.asked].count("/fhir/MedicationRequest") == 2


def test_what_came_in_part_is_fetched_whole_and_counted_once(ask, hospital, record_system):
    right = {"access_token": "secret", "token_type": "Bearer", "expires_in": 60, "scope": "", "subject": "x"}
    prefetch = complete("opioidcds-11-patient-view", hospital, OPIOID)
    prefetch["requests"]["link"] = [{"relation": "next", "url": f"{record_system.address}/MedicationRequest?page=1"}]
    asked = call(prefetch=prefetch, fhirServer=record_system.address, fhirAuthorization=right)
    assert len(ask(VIEW, asked).json()["cards"]) == 1, "the benzodiazepine stands on the second page"
    assert {path for path, _ in record_system.asked} == {"/fhir/MedicationRequest"}
    del asked["fhirAuthorization"]
    answer = ask(VIEW, asked)
    assert answer.status_code == 412 and "requests" in issues(answer)


@pytest.mark.parametrize("why", ["no token", "another server", "refused", "slow", "gone"])
def test_data_that_cannot_be_had_is_412_and_never_an_empty_answer(ask, record_system, why):
    right = {"access_token": "secret", "token_type": "Bearer", "expires_in": 60, "scope": "", "subject": "x"}
    asked = call(fhirServer=record_system.address, fhirAuthorization=right)
    if why == "no token":
        del asked["fhirAuthorization"]
    elif why == "another server":
        asked["fhirServer"] = record_system.address.replace("127.0.0.1", "localhost")
    elif why == "refused":
        record_system.refuses = True
    elif why == "slow":
        record_system.slow = 4.0
    else:
        record_system.resources.clear()
    begun = time.monotonic()
    response = ask(VIEW, asked)
    assert response.status_code == 412 and "patient" in issues(response) and "all is well" in issues(response)
    assert time.monotonic() - begun < 10
    assert "secret" not in response.text
    if why in ("no token", "another server"):
        assert record_system.asked == []


@pytest.mark.parametrize(
    ("path", "content", "head", "status"),
    [
        (VIEW, b"{", {}, 400),
        (VIEW, b"[]", {}, 400),
        (VIEW, b'{"hook": "a", "hook": "b"}', {}, 400),
        (VIEW, b"\xff\xfe", {}, 400),
        (VIEW, json.dumps(call("order-sign")).encode(), {}, 400),
        (VIEW, json.dumps(call("appointment-book")).encode(), {}, 400),
        (VIEW, json.dumps(call(prefetch={"patient": {"resourceType": "Patient", "birthDate": "yesterday"}})).encode(), {}, 400),
        (VIEW, json.dumps(call()).encode(), {}, 412),
        (VIEW, json.dumps(call()).encode(), {"content-type": "text/plain"}, 415),
        ("/cds-services/nothing", json.dumps(call()).encode(), {}, 404),
        (VIEW, b" " * 10_000_001, {}, 413),
        (f"{VIEW}/feedback", b"{}", {}, 400),
        (f"{VIEW}/feedback", b'{"feedback": [{"card": "c", "outcome": "accepted", "outcomeTimestamp": "2026-11-22T14:00:00Z"}]}', {}, 400),
    ],
)  # fmt: skip
def test_bad_calls_get_the_right_status_and_a_sentence(ask, path, content, head, status):
    response = ask(path, None, content=content, **head)
    assert response.status_code == status
    assert issues(response).strip()


def test_without_a_proof_nobody_is_answered_and_nothing_is_said(hospital, house, ask, clock):
    assert hospital.post(VIEW, json=call()).status_code == 401
    assert hospital.post(VIEW, json=call()).content == b""
    assert hospital.post("/cds-services/nothing", json=call()).status_code == 401
    now = clock().timestamp()
    said = {"iss": ISSUER, "aud": f"http://127.0.0.1{VIEW}", "iat": now, "exp": now + 60, "jti": "once"}
    token = jwt.encode({"alg": "ES384", "typ": "JWT", "kid": "k1"}, said, KEY, algorithms=["ES384"])
    headers = {"authorization": f"Bearer {token}"}
    assert hospital.post(VIEW, json=call(), headers=headers).status_code == 412
    assert hospital.post(VIEW, json=call(), headers=headers).status_code == 401, "the proof was taken twice"
    elsewhere = hospital.post(
        "/cds-services/opioidcds-01", json=call(), headers={"authorization": headers["authorization"]}
    )
    assert elsewhere.status_code == 401
    nobody = msgspec.structs.replace(house, demo=False, trust=Trust(), allowed_hosts=("127.0.0.1",))
    with TestClient(app_of(nobody), base_url="http://127.0.0.1") as client:
        assert client.post(VIEW, json=call()).status_code == 401


def passed_over(card: str, /, **members: Any) -> dict[str, Any]:
    """Feedback on a card that a clinician passed over."""
    reason = {"reason": {"code": "known", "system": OVERRIDES}}
    told = {"card": card, "outcome": "overridden", "overrideReason": reason, "outcomeTimestamp": "2026-11-22T14:00:00Z"}
    return told | members


@pytest.fixture
def given_card(ask, hospital) -> dict[str, Any]:
    """A card with a suggestion, as a service gave it."""
    disorder = OVERDOSE | {"subject": {"reference": "Patient/p1"}}
    prefetch = complete(LEAVING, hospital) | {
        "conditions": {"resourceType": "Bundle", "entry": [{"resource": disorder}]}
    }
    asked = call("encounter-discharge", prefetch=prefetch)
    asked["context"] |= {"encounterId": "e1"}
    return next(card for card in ask(f"/cds-services/{LEAVING}", asked).json()["cards"] if "suggestions" in card)


LEAVING = "leeward-discharge"
OVERDOSE = {"resourceType": "Condition", "id": "c1", "code": {"text": "opioid overdose, not coded"}}
FEEDBACK = f"/cds-services/{LEAVING}/feedback"


def test_feedback_is_kept_once_however_often_it_is_sent(ask, house, given_card):
    told = passed_over(given_card["uuid"])
    for _ in range(3):
        assert ask(FEEDBACK, {"feedback": [told, told]}).status_code == 200
    kept = list(house.record.entries(kinds=["card-feedback"]))
    assert [entry.body["card"] for entry in kept] == [given_card["uuid"]]
    assert kept[0].body["service"] == LEAVING and kept[0].by == ISSUER


def test_the_same_outcome_at_another_time_is_told_already(ask, house, given_card):
    taken = [{"id": given_card["suggestions"][0]["uuid"]}]
    first = passed_over(given_card["uuid"], outcome="accepted", acceptedSuggestions=taken)
    del first["overrideReason"]
    later = [first | {"outcomeTimestamp": f"2026-11-22T13:{minute:02}:00Z"} for minute in range(60)]
    upper = first | {"card": given_card["uuid"].upper()}
    for told in ([first], later, [upper]):
        assert ask(FEEDBACK, {"feedback": told}).status_code == 200
    kept = [entry.body["outcomeTimestamp"] for entry in house.record.entries(kinds=["card-feedback"])]
    assert kept == [first["outcomeTimestamp"]]


def test_another_reason_for_passing_a_card_over_is_kept_beside_the_first(ask, house, given_card):
    first = passed_over(given_card["uuid"])
    other = passed_over(given_card["uuid"], overrideReason={"reason": {"code": "preference", "system": OVERRIDES}})
    words = [passed_over(given_card["uuid"], overrideReason={"userComment": f"{number}"}) for number in range(9)]
    for told in ([first, other], [other, first], words, words):
        assert ask(FEEDBACK, {"feedback": told}).status_code == 200
    assert len(list(house.record.entries(kinds=["card-feedback"]))) == 3


@pytest.mark.parametrize(
    "members",
    [
        {"card": "c1"},
        {"card": "<b>x</b>"},
        {"card": "4d2b4402-022e-8f69-813e-ab16934286a6"},
        {"card": HOOK_INSTANCE},
        {"outcomeTimestamp": "2099-01-01T00:00:00Z"},
        {"outcomeTimestamp": "2026-11-22T14:02:00Z"},
        {"outcomeTimestamp": "1999-01-01T00:00:00Z"},
        {"outcomeTimestamp": "2026-11-22T14:00:00"},
        {"outcomeTimestamp": "9999-12-31T23:59:59-23:59"},
        {"outcomeTimestamp": "0001-01-01T00:00:00+23:59"},
        {"acceptedSuggestions": [{"id": "s"}]},
        {"outcome": "accepted"},
        {"outcome": "accepted", "acceptedSuggestions": [{"id": "s"}], "overrideReason": None},
        {"outcome": "accepted", "acceptedSuggestions": []},
        {"overrideReason": {"reason": {"code": "made-up", "system": OVERRIDES}}},
        {"overrideReason": {"reason": {"code": "known", "system": "urn:x"}}},
    ],
)
def test_feedback_that_cannot_be_is_refused_and_not_kept(ask, house, given_card, members):
    told = passed_over(given_card["uuid"], **members)
    answer = ask(FEEDBACK, {"feedback": [{name: value for name, value in told.items() if value is not None}]})
    assert answer.status_code == 400 and "feedback[0]" in issues(answer)
    assert list(house.record.entries(kinds=["card-feedback"])) == []


def test_feedback_at_another_service_or_for_two_outcomes_is_refused(ask, house, given_card):
    told = passed_over(given_card["uuid"])
    assert ask(f"{VIEW}/feedback", {"feedback": [told]}).status_code == 400
    taken = [{"id": given_card["suggestions"][0]["uuid"]}]
    other = {name: value for name, value in told.items() if name != "overrideReason"}
    other |= {"outcome": "accepted", "acceptedSuggestions": taken}
    assert ask(FEEDBACK, {"feedback": [told, other]}).status_code == 400
    assert ask(FEEDBACK, {"feedback": [other]}).status_code == 200
    answer = ask(FEEDBACK, {"feedback": [told]})
    assert answer.status_code == 400 and "accepted and overridden" in issues(answer)
    assert [entry.body["outcome"] for entry in house.record.entries(kinds=["card-feedback"])] == ["accepted"]


@pytest.mark.parametrize("known", [True, False])
def test_own_cards_open_leeward_in_the_chart_where_it_is_registered_there(house, record_system, known):
    iss = record_system.address if known else "https://other.example/fhir"
    systems = RecordSystems(servers={iss: Registered(iss=iss, client_id="leeward")})
    opened = msgspec.structs.replace(house, demo=True, allowed_hosts=("127.0.0.1",), public_url="https://leeward.hospital.example", record_systems=systems)  # fmt: skip
    client = TestClient(app_of(opened), base_url="http://127.0.0.1")
    disorder = {"resourceType": "Condition", "id": "c1", "subject": {"reference": "Patient/p1"}, "code": {"text": "opioid overdose"}}  # fmt: skip
    prefetch = complete("leeward-withdrawal", client) | {"conditions": {"resourceType": "Bundle", "entry": [{"resource": disorder}]}}  # fmt: skip
    asked = call(prefetch=prefetch, fhirServer=record_system.address)
    (card,) = client.post("/cds-services/leeward-withdrawal", json=asked).json()["cards"]
    if not known:
        assert "links" not in card
        return
    (link,) = card["links"]
    assert link["type"] == "smart" and link["url"] == "https://leeward.hospital.example/smart/launch"
    assert json.loads(link["appContext"]) == {"service": "leeward-withdrawal", "card": card["uuid"]}


def test_a_demo_ward_answers_without_proof_and_a_browser_elsewhere_may_ask(house):
    demo = msgspec.structs.replace(house, demo=True, allowed_hosts=("127.0.0.1",))
    client = TestClient(app_of(demo), base_url="http://127.0.0.1")
    for proof in ({}, {"authorization": "Bearer of.some.system"}):
        elsewhere = {"origin": "https://sandbox.example", "sec-fetch-site": "cross-site"} | proof
        response = client.post(VIEW, json=call(), headers=elsewhere)
        assert response.status_code == 412 and response.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("supply", [1e308, -30, 0, 10**12])
def test_a_supply_that_cannot_be_one_is_read_as_not_told(ask, hospital, supply):
    draft = OPIOID | {
        "id": "d1",
        "status": "draft",
        "dispenseRequest": {"expectedSupplyDuration": {"value": supply, "code": "d"}},
    }
    orders = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": draft}]}
    asked = call("order-sign", prefetch=complete("opioidcds-07", hospital, OPIOID | {"authoredOn": "9999-12-31"}))
    asked["context"] |= {"draftOrders": orders}
    cards = ask("/cds-services/opioidcds-07", asked).json()["cards"]
    assert [card["summary"] for card in cards] == ["Cannot tell whether CDC recommendation 7 applies"] or cards == []
    assert ask("/cds-services/opioidcds-09", asked).json()["cards"][0]["summary"].startswith("Cannot tell")
