"""What CDS Hooks 2.0 asks of a service besides its cards: discovery, prefetch, statuses, JSON, who may call.

Which test stands for which statement is in tests/spec/cds_hooks_contract.toml.
"""

from __future__ import annotations

import base64
import hmac
import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.testclient import TestClient

from leeward.errors import BadInput
from leeward.hooks.trust import read_trust
from leeward.knowledge import load_knowledge
from leeward.record.storage import Record, default_url
from leeward.ward.state import Ward
from leeward.web.app import app_of
from leeward.web.house import House
from tests.web import test_cds_hooks as calls
from tests.web.cds_hooks_answers import hollow, is_text

hospital, record_system, ask = calls.hospital, calls.record_system, calls.ask

RIGHT = {"access_token": "secret", "token_type": "Bearer", "expires_in": 60, "scope": "patient/*.rs", "subject": "x"}
ORDERS = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": calls.OPIOID | {"status": "draft"}}]}
USERS = ("userPractitionerId", "userPractitionerRoleId", "userPatientId", "userRelatedPersonId")
PRIMITIVES = ("context.userId", "context.patientId", "context.encounterId")
"""Fields at the root of the context that hold no object or list, in all four hooks (CDS Hooks Library 1.0.1)."""


def lines(client: TestClient) -> list[dict[str, Any]]:
    return client.get("/cds-services").json()["services"]


def templates(client: TestClient) -> list[str]:
    return [template for one in lines(client) for template in one["prefetch"].values()]


def called(line: dict[str, Any], **other: Any) -> dict[str, Any]:
    """A call that has everything but its prefetch."""
    asked = calls.call(line["hook"], **other)
    asked["context"] |= {"encounterId": "e1"} | ({"draftOrders": ORDERS} if "order" in line["hook"] else {})
    return asked


# Discovery


def test_discovery_is_an_object_with_the_list_of_services(hospital):
    answer = hospital.get("/cds-services")
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/json"
    assert list(answer.json()) == ["services"] and isinstance(answer.json()["services"], list)


def test_discovery_answers_a_ward_that_is_new_and_trusts_nobody(tmp_path: Path, clock):
    with Record(default_url(tmp_path)) as record:
        knowledge = load_knowledge()
        house = House(record=record, ward=Ward(record, knowledge), knowledge=knowledge, clock=clock, allowed_hosts=("127.0.0.1",))  # fmt: skip
        client = TestClient(app_of(house), base_url="http://127.0.0.1")
        assert client.get("/cds-services").status_code == 200 and len(lines(client)) > 20
        assert client.get("/cds-services?x=1", headers={"authorization": "Bearer x", "cookie": "a=b"}).json()


def test_a_service_names_its_hook_its_id_and_what_it_is(hospital):
    hooks = ("patient-view", "order-select", "order-sign", "encounter-discharge")
    for line in lines(hospital):
        assert line["hook"] in hooks and is_text(line["description"]) and is_text(line["title"])
        assert re.fullmatch(r"[A-Za-z0-9._-]+", line["id"])
        assert all(isinstance(value, dict) for value in line.get("extension", {}).values())


def test_every_service_is_called_at_its_id(hospital, ask):
    for line in lines(hospital):
        assert ask(f"/cds-services/{line['id']}", called(line)).status_code == 412
        prefetch = dict.fromkeys(line["prefetch"]) | {"patient": calls.PATIENT}
        assert ask(f"/cds-services/{line['id']}", called(line, prefetch=prefetch)).status_code == 200
    assert ask("/cds-services/leeward", calls.call()).status_code == 404


def test_an_id_stands_once_as_no_card_replaces_one_of_another_hook(hospital):
    ids = [line["id"] for line in lines(hospital)]
    assert len(set(ids)) == len(ids)


# Prefetch


def test_a_prefetch_has_keys_that_are_names_and_templates_that_are_queries(hospital):
    for line in lines(hospital):
        assert line["prefetch"] and all(re.fullmatch(r"[a-z]+", key) for key in line["prefetch"])
        assert len(set(line["prefetch"].values())) == len(line["prefetch"])
    assert all(re.match(r"[A-Z][A-Za-z]+(/\{\{|\?)", template) for template in templates(hospital))


def test_tokens_stand_in_double_braces(hospital):
    for template in templates(hospital):
        without = re.sub(r"\{\{[^{}]*\}\}", "", template)
        assert without != template and not re.search(r"[{}]", without)


def test_a_token_is_a_field_of_the_context_by_its_path_or_names_the_user(hospital):
    tokens = [token for template in templates(hospital) for token in re.findall(r"\{\{(.*?)\}\}", template)]
    assert tokens and all(token in USERS or token.startswith("context.") for token in tokens)


def test_a_token_holds_no_object_and_no_list_of_the_context(hospital):
    tokens = {token for template in templates(hospital) for token in re.findall(r"\{\{(.*?)\}\}", template)}
    assert tokens - set(USERS) <= set(PRIMITIVES)


def test_what_discovery_names_is_enough_and_nothing_of_it_may_lack(hospital, ask):
    """Whatever a service needs is among its templates: with all of them it answers, with one less it does not."""
    for line in lines(hospital):
        whole = dict.fromkeys(line["prefetch"]) | {"patient": calls.PATIENT}
        assert "cards" in ask(f"/cds-services/{line['id']}", called(line, prefetch=whole)).json()
        for key in whole:
            lacking = {name: value for name, value in whole.items() if name != key}
            answer = ask(f"/cds-services/{line['id']}", called(line, prefetch=lacking))
            assert answer.status_code == 412 and key in calls.issues(answer) and "cards" not in answer.json()


def test_every_look_at_the_fhir_server_brings_the_token_of_the_call(ask, record_system):
    assert ask(calls.VIEW, calls.call(fhirServer=record_system.address, fhirAuthorization=RIGHT)).status_code == 200
    assert len(record_system.asked) >= 9 and {token for _, token in record_system.asked} == {"Bearer secret"}


def test_the_token_goes_nowhere_else_when_the_fhir_server_sends_on(ask, record_system, monkeypatch):
    with calls.RecordSystem([calls.PATIENT]) as other:

        def sends_on(request: Request) -> Response:
            return RedirectResponse(other.address + request.url.path.removeprefix("/fhir"))

        monkeypatch.setattr(record_system, "_note", sends_on)
        answer = ask(calls.VIEW, calls.call(fhirServer=record_system.address, fhirAuthorization=RIGHT))
        assert answer.status_code == 412 and other.asked == []


# JSON


@pytest.mark.parametrize(
    ("method", "path", "content", "head", "status"),
    [
        ("GET", "/cds-services", b"", {}, 200),
        ("PUT", "/cds-services", b"{}", {}, 405),
        ("GET", calls.VIEW, b"", {}, 405),
        ("DELETE", f"{calls.VIEW}/feedback", b"", {}, 405),
        ("POST", f"{calls.VIEW}/more/of/it", b"{}", {}, 404),
        ("POST", f"{calls.VIEW}/", b"{}", {}, 404),
        ("POST", "/cds-services/none", b"{}", {}, 404),
        ("POST", calls.VIEW, b"{", {}, 400),
        ("POST", calls.VIEW, json.dumps(calls.call()).encode(), {}, 412),
        ("POST", calls.VIEW, b"{}", {"content-type": "application/xml"}, 415),
        ("POST", calls.VIEW, b"{}", {"content-length": "99999999999"}, 413),
    ],
)  # fmt: skip
def test_whatever_is_answered_is_json_without_hollow_members(house, method, path, content, head, status):
    demo = msgspec.structs.replace(house, allowed_hosts=("127.0.0.1",))
    client = TestClient(app_of(demo), base_url="http://127.0.0.1", raise_server_exceptions=False)
    headers = {"content-type": "application/json"} | head
    answer = client.request(method, path, content=content, headers=headers, follow_redirects=False)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/json")
    assert answer.json() and list(hollow(answer.json())) == []
    assert status != 405 or answer.headers["allow"] in ("GET, OPTIONS", "POST, OPTIONS")


def test_members_and_extensions_that_nobody_knows_are_passed_over(ask, hospital):
    prefetch = calls.complete("opioidcds-11-patient-view", hospital, calls.OPIOID, calls.BENZODIAZEPINE)
    plain = ask(calls.VIEW, calls.call(prefetch=prefetch)).json()
    more = calls.call(prefetch=prefetch, extension={"org.example.more": {"a": [1]}}, later={"b": None})
    more["context"] |= {"later": [], "extension": {"org.example.more": {}}}
    assert ask(calls.VIEW, more).json() == plain and plain["cards"]
    assert ask(calls.VIEW, calls.call(extension="text")).status_code == 400


# Who may call


def proof(clock, *, key: ECKey = calls.KEY, head: dict[str, Any] | None = None, **claims: Any) -> str:
    now = clock().timestamp()
    said = {"iss": calls.ISSUER, "aud": f"http://127.0.0.1{calls.VIEW}", "iat": now, "exp": now + 60, "jti": "j"}
    said = {name: value for name, value in (said | claims).items() if value is not None}
    header = {"alg": "ES384", "typ": "JWT", "kid": "k1"} | (head or {})
    return jwt.encode(header, said, key, algorithms=[header["alg"]])


def part(content: bytes) -> str:
    """A part of a token."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def status(hospital: TestClient, token: str) -> int:
    answer = hospital.post(calls.VIEW, json=calls.call(), headers={"authorization": f"Bearer {token}"})
    assert answer.status_code != 401 or answer.content == b"", "a refusal says nothing"
    return answer.status_code


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://other.example"},
        {"aud": f"http://127.0.0.1{calls.VIEW}/feedback"},
        {"aud": "http://127.0.0.1/cds-services"},
        {"exp": 1},
        {"iat": 4_000_000_000},
        {"jti": None},
        {"exp": None},
        {"head": {"kid": "k2"}},
        {"head": {"typ": "JOSE"}},
        {"key": ECKey.generate_key("P-384", {"kid": "k1"}, private=True)},
    ],
)
def test_a_call_is_believed_for_its_signed_token_alone(hospital, clock, claims):
    assert status(hospital, proof(clock, **claims)) == 401
    assert status(hospital, proof(clock)) == 412


@pytest.mark.parametrize(("handed_over", "wanted"), [(True, 412), (False, 401)])
def test_keys_may_be_handed_over_in_a_file_and_the_token_names_no_address(hospital, clock, tmp_path, handed_over, wanted):  # fmt: skip
    if not handed_over:
        (tmp_path / "keys.json").unlink()
    assert status(hospital, proof(clock)) == wanted


@pytest.mark.parametrize("spelt", ["none", "None", "NONE", "nOnE", ""])
def test_a_token_that_is_not_signed_is_refused(hospital, clock, spelt):
    _, said, signature = proof(clock).split(".")
    head = part(json.dumps({"alg": spelt, "typ": "JWT", "kid": "k1"}).encode())
    for end in ("", signature):
        assert status(hospital, f"{head}.{said}.{end}") == 401


@pytest.mark.parametrize(("algorithm", "digest"), [("HS256", "sha256"), ("HS384", "sha384"), ("HS512", "sha512")])
def test_a_token_signed_with_a_shared_secret_is_refused(hospital, clock, algorithm, digest):
    """The text of the public key is no secret: everybody could sign with it."""
    said = proof(clock).split(".")[1]
    head = part(json.dumps({"alg": algorithm, "typ": "JWT", "kid": "k1"}).encode())
    public = json.dumps(calls.KEY.as_dict(private=False)).encode()
    for secret in (public, calls.KEY.as_pem(private=False), b"", b"a secret that two could share"):
        signature = part(hmac.digest(secret, f"{head}.{said}".encode(), digest))
        assert status(hospital, f"{head}.{said}.{signature}") == 401


@pytest.mark.parametrize("field", ["jku", "fhir_server"])
@pytest.mark.parametrize(
    ("address", "taken"),
    [
        ("https://ehr.example/x", True),
        ("http://127.0.0.1:8080/x", True),
        ("http://localhost/x", True),
        ("http://ehr.example/x", False),
        ("http://127.0.0.1.example/x", False),
        ("http://localhost@ehr.example/x", False),
        ("http://[x/x", False),
    ],
)
def test_keys_and_records_are_fetched_over_tls_alone_from_another_machine(tmp_path, field, address, taken):
    file = tmp_path / "trust.toml"
    keys = "" if field == "jku" else "jku = 'https://ehr.example/jwks'\n"
    file.write_text(f"[[client]]\niss = 'https://ehr.example'\n{keys}{field} = '{address}'\n", encoding="utf-8")
    if taken:
        assert read_trust(file)
        return
    with pytest.raises(BadInput, match="TLS"):
        read_trust(file)


def test_a_page_of_another_site_may_call_and_read_but_carries_no_cookie(hospital, ask):
    origin = {"origin": "https://ehr.example", "sec-fetch-site": "cross-site"}
    asks = {"access-control-request-method": "POST", "access-control-request-headers": "authorization,content-type"}
    for path in ("/cds-services", calls.VIEW, f"{calls.VIEW}/feedback"):
        before = hospital.options(path, headers=origin | asks)
        assert before.status_code == 204 and before.headers["access-control-allow-origin"] == "*"
        allowed = before.headers["access-control-allow-headers"]
        assert {"authorization", "content-type"} <= set(re.split(r",\s*", allowed))
        assert "POST" in before.headers["access-control-allow-methods"]
    answers = [
        hospital.get("/cds-services", headers=origin),
        hospital.post(calls.VIEW, json={}, headers=origin),
        ask(calls.VIEW, calls.call(), **origin),
        ask(calls.VIEW, calls.call(prefetch=calls.complete("opioidcds-11-patient-view", hospital)), **origin),
        ask("/cds-services/none", {}, **origin),
        ask(f"{calls.VIEW}/feedback", {"feedback": []}, **origin),
    ]
    assert [answer.status_code for answer in answers] == [200, 401, 412, 200, 404, 200]
    for answer in answers:
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers
