"""The record system of the tests does as SMART App Launch 2.2 and FHIR R4 say, refuses whoever does not, and goes wrong on demand."""

from __future__ import annotations

import base64
import hashlib
import time
import uuid
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.ehr.charts import vital_signs
from tests.ehr.keys import key_pair, public_keys
from tests.ehr.server import nobody_there
from tests.ehr.state import Ehr
from tests.ehr.tokens import BEARER

BACK = "https://leeward.example/smart/back"
STATE = "s" * 22
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
KEY = key_pair("ES384", "app-1")
SCOPE = "launch openid fhirUser offline_access patient/Patient.rs patient/Observation.rs"


def asked(ehr: Ehr, **changed: str | None) -> dict[str, str]:
    """A right authorization request, changed."""
    told: dict[str, str | None] = {
        "response_type": "code",
        "client_id": "public",
        "redirect_uri": BACK,
        "scope": SCOPE,
        "state": STATE,
        "aud": ehr.base,
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        "nonce": "n-1",
        "launch": ehr.launch(),
    } | changed
    return {name: value for name, value in told.items() if value is not None}


def authorized(ehr: Ehr, **changed: str | None) -> dict[str, str]:
    """What comes back to the app, from the address that it is sent to."""
    answer = httpx.get(ehr.authorization_endpoint, params=asked(ehr, **changed))
    assert answer.status_code == 302 and answer.headers["location"].startswith(BACK)
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def traded(ehr: Ehr, code: str, /, **changed: str) -> httpx.Response:
    """The answer to a token request of the public client."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER}
    return httpx.post(ehr.token_endpoint, data={**form, "client_id": "public", **changed})


def asserted(ehr: Ehr, client: str = "service", **changed: Any) -> str:
    """A right assertion, changed; `head_x` changes the head."""
    now = int(time.time())
    claims = {"iss": client, "sub": client, "aud": ehr.token_endpoint, "exp": now + 240, "jti": uuid.uuid4().hex}
    head = {"alg": "ES384", "kid": "app-1", "typ": "JWT"}
    for name, value in changed.items():
        if name.startswith("head_"):
            head[name.removeprefix("head_")] = value
        else:
            claims[name] = value
    return jwt.encode(head, claims, KEY, algorithms=["ES384"])


def serviced(ehr: Ehr, assertion: str, scope: str = "system/Patient.rs") -> httpx.Response:
    """The answer to a backend service."""
    form = {"grant_type": "client_credentials", "scope": scope, "client_assertion_type": BEARER}
    return httpx.post(ehr.token_endpoint, data={**form, "client_assertion": assertion})


def read(ehr: Ehr, path: str, token: str) -> httpx.Response:
    return httpx.get(f"{ehr.base}/{path}", headers={"authorization": f"Bearer {token}"})


@pytest.fixture(autouse=True)
def registered(ehr: Ehr) -> None:
    ehr.register("public", BACK)
    ehr.register("secret", BACK, secret="a:b c%")
    ehr.register("service", BACK, jwks=public_keys(KEY))


def test_a_launch_ends_in_a_token_that_reads_this_chart_alone(ehr: Ehr):
    back = authorized(ehr)
    assert back["state"] == STATE
    answer = traded(ehr, back["code"])
    told = answer.json()
    assert answer.headers["cache-control"] == "no-store" and told["token_type"] == "Bearer"
    assert (told["patient"], told["encounter"], told["scope"]) == ("synthetic-1", "visit", SCOPE)
    keys = KeySet.import_key_set(httpx.get(f"{ehr.origin}/oauth/jwks").json())
    claims = jwt.decode(told["id_token"], keys, algorithms=["RS256"]).claims
    assert (claims["iss"], claims["aud"], claims["nonce"]) == (ehr.base, "public", "n-1")
    assert claims["fhirUser"] == f"{ehr.base}/Practitioner/dr-1"
    access = told["access_token"]
    assert read(ehr, "Patient/synthetic-1", access).json()["id"] == "synthetic-1"
    assert read(ehr, "Patient/synthetic-2", access).status_code == 404
    assert read(ehr, "Practitioner/dr-1", access).status_code == 200
    assert read(ehr, "Condition?patient=synthetic-1", access).status_code == 403
    assert read(ehr, "Observation?patient=synthetic-2", access).json()["total"] == 0


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"aud": "https://other.example/fhir"}, "invalid_request"),
        ({"aud": None}, "invalid_request"),
        ({"state": "short"}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": None}, "invalid_scope"),
        ({"launch": None}, "invalid_request"),
        ({"launch": "made-up"}, "invalid_request"),
        ({"scope": "openid"}, "invalid_request"),
    ],
)
def test_a_wrong_request_comes_back_with_an_error(ehr: Ehr, changed: dict[str, str | None], error: str):
    back = authorized(ehr, **changed)
    assert back["error"] == error and "code" not in back


@pytest.mark.parametrize("changed", [{"client_id": "nobody"}, {"redirect_uri": BACK + "/other"}])
def test_nobody_is_sent_to_an_address_that_is_not_registered(ehr: Ehr, changed: dict[str, str]):
    assert httpx.get(ehr.authorization_endpoint, params=asked(ehr, **changed)).status_code == 400


def test_a_form_asks_as_well_as_a_query_and_a_person_may_be_asked(ehr: Ehr):
    ehr.wrong.button = True
    page = httpx.post(ehr.authorization_endpoint, data=asked(ehr))
    waits = page.text.partition('name="request" value="')[2].partition('"')[0]
    said_no = httpx.post(f"{ehr.origin}/oauth/answer", data={"request": waits, "answer": "deny"})
    assert "error=access_denied" in said_no.headers["location"]
    assert httpx.post(f"{ehr.origin}/oauth/answer", data={"request": waits, "answer": "allow"}).status_code == 400


@pytest.mark.parametrize(
    "changed", [{"code_verifier": "w" * 43}, {"redirect_uri": BACK + "/"}, {"client_id": "secret"}, {"code": "x"}]
)
def test_a_code_is_for_the_client_the_address_and_the_verifier_that_it_was_given_for(
    ehr: Ehr,
    changed: dict[str, str],
):
    code = authorized(ehr)["code"]
    assert traded(ehr, code, **changed).status_code in (400, 401)
    assert traded(ehr, code).status_code == 200


def test_a_code_that_comes_twice_takes_back_the_token(ehr: Ehr):
    code = authorized(ehr)["code"]
    access = traded(ehr, code).json()["access_token"]
    assert traded(ehr, code).json()["error"] == "invalid_grant"
    assert read(ehr, "Patient/synthetic-1", access).status_code == 401


def test_a_client_with_a_secret_proves_it_by_basic_alone(ehr: Ehr):
    code = authorized(ehr, client_id="secret")["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER}
    right = ("secret", "a%3Ab+c%25")
    assert httpx.post(ehr.token_endpoint, data=form, auth=("secret", "wrong")).status_code == 401
    assert httpx.post(ehr.token_endpoint, data={**form, "client_id": "secret"}, auth=right).status_code == 400
    assert httpx.post(ehr.token_endpoint, data=form, auth=right).status_code == 200


def test_a_refresh_token_is_replaced_and_gives_no_more_than_was_granted(ehr: Ehr):
    told = traded(ehr, authorized(ehr)["code"]).json()
    form = {"grant_type": "refresh_token", "refresh_token": told["refresh_token"], "client_id": "public"}
    more = httpx.post(ehr.token_endpoint, data={**form, "scope": "patient/*.rs"})
    assert more.json()["error"] == "invalid_scope"
    less = httpx.post(ehr.token_endpoint, data={**form, "scope": "patient/Patient.rs offline_access"}).json()
    assert read(ehr, "Observation?patient=synthetic-1", less["access_token"]).status_code == 403
    assert httpx.post(ehr.token_endpoint, data=form).json()["error"] == "invalid_grant"
    again = httpx.post(ehr.token_endpoint, data={**form, "refresh_token": less["refresh_token"]}).json()
    assert again["scope"] == SCOPE


def test_a_backend_service_is_believed_once_for_each_assertion(ehr: Ehr):
    assertion = asserted(ehr)
    told = serviced(ehr, assertion, "system/Patient.rs patient/Patient.rs nonsense").json()
    assert told["scope"] == "system/Patient.rs" and "patient" not in told and "refresh_token" not in told
    assert read(ehr, "Patient", told["access_token"]).json()["total"] == 2
    assert serviced(ehr, assertion).json()["error_description"].endswith("jti was used before.")
    assert serviced(ehr, asserted(ehr), "patient/Patient.rs").json()["error"] == "invalid_scope"


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "nobody"},
        {"sub": "other"},
        {"aud": "https://other.example/token"},
        {"exp": 1},
        {"exp": 2**33},
        {"exp": time.time() + 100.5},
        {"jti": ""},
        {"head_typ": "at+jwt"},
        {"head_jku": "https://other.example/jwks"},
        {"head_kid": "other"},
    ],
)
def test_an_assertion_that_is_wrong_in_one_thing_is_refused(ehr: Ehr, changed: dict[str, Any]):
    answer = serviced(ehr, asserted(ehr, **changed))
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_a_search_goes_on_page_by_page_and_by_its_parameters(ehr: Ehr):
    ehr.resources += vital_signs(25)
    token = serviced(ehr, asserted(ehr), "system/Observation.rs").json()["access_token"]
    first = read(ehr, "Observation?patient=Patient/synthetic-1&code=http://loinc.org|8867-4&_count=7", token).json()
    ids, bundle = [], first
    while True:
        ids += [entry["resource"]["id"] for entry in bundle["entry"]]
        following = [link["url"] for link in bundle["link"] if link["relation"] == "next"]
        if not following:
            break
        bundle = httpx.get(following[0], headers={"authorization": f"Bearer {token}"}).json()
    assert len(ids) == len(set(ids)) == first["total"] == 27
    late = read(ehr, "Observation?patient=synthetic-1&date=ge2026-11-22T08:45", token).json()
    assert 0 < late["total"] < 27
    assert read(ehr, "Observation?chained.name=x", token).status_code == 400
    assert read(ehr, "Observation", "other").headers["www-authenticate"].startswith("Bearer")


def test_a_scope_about_a_part_reaches_that_part(ehr: Ehr):
    part = "system/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory"
    token = serviced(ehr, asserted(ehr), part).json()["access_token"]
    found = read(ehr, "Observation?_count=50", token).json()["entry"]
    assert found and all(one["resource"]["category"][0]["coding"][0]["code"] == "laboratory" for one in found)
    assert read(ehr, "Observation/heart-rate", token).status_code == 404


def test_it_goes_wrong_on_demand(ehr: Ehr):
    configuration = f"{ehr.base}/.well-known/smart-configuration"
    ehr.wrong.lacks = ("token_endpoint",)
    assert "token_endpoint" not in httpx.get(configuration).json()
    ehr.wrong.malformed = "smart-configuration"
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        httpx.get(configuration).json()
    ehr.wrong.slow = 0.2
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(configuration, timeout=0.05)
    ehr.wrong.slow, ehr.wrong.state = 0.0, "another"
    assert authorized(ehr)["state"] == "another"
    with pytest.raises(httpx.ConnectError):
        httpx.get(nobody_there())
