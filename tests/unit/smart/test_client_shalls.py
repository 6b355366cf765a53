"""What SMART App Launch 2.2 says that a client shall do, seen in what reaches the record system of the tests.

Which statement each test holds is told in tests/spec/smart_contract.toml.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import ssl
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jws
from joserfc.jwk import KeySet

from leeward.errors import BadInput
from leeward.smart import scopes
from leeward.smart.backend import grant
from leeward.smart.chart import read_chart
from leeward.smart.discovery import Configuration, configuration_of, read_configuration
from leeward.smart.fetching import client_for_records, get
from leeward.smart.granted import Granted
from leeward.smart.launching import Begun, begin, finish, refresh
from leeward.smart.proving import ASSERTION, assertion, read_key
from leeward.smart.registered import Registered
from tests.ehr.certificate import certificate_for, speak_old_tls
from tests.ehr.fixtures import ehr
from tests.ehr.keys import key_pair, private_keys, public_keys
from tests.ehr.server import running
from tests.ehr.state import Asked, Ehr, Launch, Token
from tests.unit.smart.launches import BACK, CLIENT, NOW, begun, launched, registered, sent_back

__all__ = ["ehr"]

WAYS: dict[str, dict[str, str]] = {
    "public": {}, "secret": {"secret": "s"}, "ES384": {"algorithm": "ES384"}, "RS384": {"algorithm": "RS384"},
}  # fmt: skip
"""How Leeward may prove who it is."""

each_way = pytest.mark.parametrize("way", WAYS)
each_key = pytest.mark.parametrize("algorithm", ["ES384", "RS384"])

SCOPE = re.compile(r"(patient|user|system)/([A-Z][A-Za-z]+|\*)\.(?=[cruds])(c?r?u?d?s?)(\?\w+=[^&]+(&\w+=[^&]+)*)?")
"""The grammar of SMART's scopes about resources, written here anew."""


def asked_at_authorization(ehr: Ehr) -> dict[str, str]:
    """The parameters of the last authorization request."""
    return [one for one in ehr.asked if one.path == "/oauth/authorize"][-1].query


def token_request(ehr: Ehr) -> Asked:
    """The last request for a token."""
    return [one for one in ehr.asked if one.path == "/oauth/token"][-1]


def test_the_configuration_is_asked_below_the_base_as_json(ehr: Ehr):
    for base in (ehr.base, ehr.base + "/"):
        assert read_configuration(CLIENT, base).token_endpoint == ehr.token_endpoint
        asked = ehr.asked[-1]
        assert (asked.method, asked.path) == ("GET", "/fhir/.well-known/smart-configuration")
        assert "application/json" in asked.headers["accept"] and "authorization" not in asked.headers


def test_an_authorization_request_has_what_smart_asks_and_no_parameter_twice(ehr: Ehr):
    launch = ehr.launch()
    one = begun(ehr, registered(ehr), launch)
    sent_back(one)
    asked = asked_at_authorization(ehr)
    assert asked == {
        "response_type": "code",
        "client_id": "leeward",
        "redirect_uri": BACK,
        "launch": launch,
        "scope": " ".join(one.asked),
        "state": one.state,
        "aud": ehr.base,
        "code_challenge": asked["code_challenge"],
        "code_challenge_method": "S256",
        "nonce": one.nonce,
    }
    names = [pair.partition("=")[0] for pair in one.address.partition("?")[2].split("&")]
    assert len(names) == len(set(names)) == len(asked)


def test_a_launch_without_a_chart_sends_no_launch_and_asks_for_a_person(ehr: Ehr):
    sent_back(begun(ehr, registered(ehr)))
    asked = asked_at_authorization(ehr)
    assert "launch" not in asked
    assert "launch/patient" in asked["scope"].split() and "launch" not in asked["scope"].split()


@pytest.mark.parametrize("odd", ["a b", "a+b", "a&state=x", "a%20b", "é", "a#b", "=", "a/b?c"])
def test_a_launch_value_comes_back_letter_by_letter(ehr: Ehr, odd: str):
    ehr.launches[odd] = Launch(patient="synthetic-2")
    one = begun(ehr, registered(ehr), odd)
    answered = sent_back(one)
    assert asked_at_authorization(ehr)["launch"] == odd
    assert finish(CLIENT, one, answered, NOW).patient == "synthetic-2"


def test_state_verifier_and_nonce_are_new_and_cannot_be_guessed(ehr: Ehr):
    configuration, who = read_configuration(CLIENT, ehr.base), registered(ehr)
    many = [begin(configuration, who, redirect_uri=BACK, now=NOW, launch="x") for _ in range(3000)]
    for name in ("state", "verifier", "nonce"):
        values = {getattr(one, name) for one in many}
        assert len(values) == 3000
        # Six bits a letter where each letter is as likely as any other: 22 letters are more than 122 bits.
        assert all(re.fullmatch(r"[A-Za-z0-9_-]{22,}", value) for value in values)
        for place in range(22):
            assert len({value[place] for value in values}) == 64
    assert not {one.state for one in many} & {one.verifier for one in many}


def test_the_challenge_is_made_of_the_verifier_that_trades_the_code(ehr: Ehr):
    launched(ehr, registered(ehr))
    verifier = token_request(ehr).form["code_verifier"]
    made = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    assert re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", verifier)
    assert asked_at_authorization(ehr)["code_challenge"] == made


def test_scopes_are_written_as_the_grammar_has_it_and_ask_to_read_and_search_alone():
    for asked, level in [
        (scopes.of_a_launch(from_chart=True), "patient"),
        (scopes.of_a_launch(from_chart=False), "patient"),
        (scopes.of_a_service(), "system"),
    ]:
        about_resources = [SCOPE.fullmatch(one) for one in asked if "." in one]
        assert [one[2] for one in about_resources if one] == list(scopes.READ)
        assert all(one and (one[1], one[3], one[4]) == (level, "rs", None) for one in about_resources)
        others = {one for one in asked if "." not in one}
        assert others <= {"openid", "fhirUser", "launch", "launch/patient"}
        assert ({"openid", "fhirUser"} <= others) == (level == "patient")


@each_way
def test_a_code_is_traded_by_a_form_with_what_smart_asks(ehr: Ehr, tmp_path: Path, way: str):
    one = begun(ehr, registered(ehr, tmp_path, **WAYS[way]), ehr.launch())
    answered = sent_back(one)
    finish(CLIENT, one, answered, NOW)
    asked = token_request(ehr)
    assert asked.method == "POST" and asked.headers["content-type"] == "application/x-www-form-urlencoded"
    fields = {name: value for name, value in asked.form.items() if not name.startswith("client_")}
    assert fields == {
        "grant_type": "authorization_code",
        "code": answered["code"],
        "redirect_uri": one.redirect_uri,
        "code_verifier": one.verifier,
    }
    assert asked.query == {}


@each_way
def test_a_client_proves_itself_in_the_way_in_which_it_is_registered(ehr: Ehr, tmp_path: Path, way: str):
    launched(ehr, registered(ehr, tmp_path, **WAYS[way]))
    asked = token_request(ehr)
    told = {name for name in asked.form if name.startswith("client_")}
    if way == "public":
        assert told == {"client_id"} and "authorization" not in asked.headers
    elif way == "secret":
        assert told == set() and asked.headers["authorization"].startswith("Basic ")
    else:
        assert told == {"client_assertion", "client_assertion_type"} and "authorization" not in asked.headers
        assert asked.form["client_assertion_type"] == ASSERTION
        held = jws.deserialize_compact(asked.form["client_assertion"], key_pair(way, "leeward-1"), [way])  # type: ignore[arg-type]
        assert json.loads(held.payload)["aud"] == ehr.token_endpoint


def test_a_secret_is_sent_by_basic_with_its_odd_letters_encoded(ehr: Ehr, tmp_path: Path):
    ehr.clock = NOW.timestamp
    (tmp_path / "secret").write_text("ö:b c%+/=\n", encoding="utf-8")
    ehr.register("leeward:ward +1%", BACK, secret="ö:b c%+/=")
    who = Registered(iss=ehr.base, client_id="leeward:ward +1%", secret_file=str(tmp_path / "secret"))
    launched(ehr, who)
    given = base64.b64decode(token_request(ehr).headers["authorization"].partition(" ")[2]).decode()
    assert given == "leeward%3Award+%2B1%25:%C3%B6%3Ab+c%25%2B%2F%3D"


@pytest.mark.parametrize("changed", [{"state": "x" * 64}, {"state": ""}, {"state": None}])
def test_a_state_that_is_not_that_of_the_launch_trades_nothing(ehr: Ehr, changed: dict[str, Any]):
    one = begun(ehr, registered(ehr), ehr.launch())
    answered = {name: value for name, value in {**sent_back(one), **changed}.items() if value is not None}
    with pytest.raises(BadInput, match="does not belong"):
        finish(CLIENT, one, answered, NOW)
    another = begun(ehr, registered(ehr), ehr.launch())
    with pytest.raises(BadInput, match="does not belong"):
        finish(CLIENT, another, sent_back(one), NOW)
    assert "POST /oauth/token" not in ehr.paths()


def test_an_id_token_is_believed_for_the_published_keys_alone(ehr: Ehr):
    launched(ehr, registered(ehr))
    paths = ehr.paths()
    assert paths.index("POST /oauth/token") < paths.index("GET /oauth/jwks")
    ehr.wrong.strange_key = True
    with pytest.raises(BadInput, match="does not hold"):
        launched(ehr, registered(ehr))


def test_who_signed_in_may_be_told_relative_to_the_server(ehr: Ehr):
    ehr.wrong.id_token_claims = {"fhirUser": "Practitioner/dr-1"}
    assert launched(ehr, registered(ehr)).fhir_user == f"{ehr.base}/Practitioner/dr-1"


def test_nothing_is_said_of_when_somebody_signed_in(ehr: Ehr):
    launched(ehr, registered(ehr))
    for asked in ehr.asked:
        assert not {"auth_time", "max_age", "prompt"} & (asked.query.keys() | asked.form.keys())


def test_every_look_at_the_chart_brings_the_token_as_bearer_and_writes_nothing(ehr: Ehr):
    granted = launched(ehr, registered(ehr))
    before = len(ehr.asked)
    ehr.page = 5
    read_chart(CLIENT, ehr.base, granted)
    looks = ehr.asked[before:]
    assert len(looks) > len(scopes.READ)  # more than one page of something
    assert {one.headers.get("authorization") for one in looks} == {f"Bearer {granted.access_token}"}
    assert {one.method for one in looks} == {"GET"}
    assert all(granted.access_token not in str((one.path, one.query)) for one in looks)


def test_the_token_does_not_follow_a_next_page_to_another_server(ehr: Ehr):
    with running() as another:
        ehr.page, ehr.wrong.next_elsewhere = 5, another.base
        read_chart(CLIENT, ehr.base, launched(ehr, registered(ehr)))
        assert another.asked == []


@each_way
def test_a_refresh_sends_the_last_refresh_token_and_asks_no_more(ehr: Ehr, tmp_path: Path, way: str):
    who = registered(ehr, tmp_path, **WAYS[way])
    app = ehr.apps["leeward"]
    asked = [*scopes.of_a_launch(from_chart=True), "offline_access"]
    ehr.refreshes["first"] = Token(app=app, scopes=asked, ends=0, launch=Launch())
    held = Granted(access_token="x", ends=NOW, scopes=tuple(asked), patient="synthetic-1", refresh_token="first")
    last = "first"
    for _ in range(2):
        held = refresh(CLIENT, read_configuration(CLIENT, ehr.base), who, held, NOW)
        form = token_request(ehr).form
        assert form["grant_type"] == "refresh_token" and form["refresh_token"] == last
        assert set(form.get("scope", "").split()) <= set(asked)
        assert held.refresh_token not in ("", last)
        last = held.refresh_token


@each_key
def test_a_backend_service_asks_by_a_form_with_a_signed_assertion(ehr: Ehr, tmp_path: Path, algorithm: str):
    who = registered(ehr, tmp_path, algorithm=algorithm)
    key = read_key(Path(who.key_file))
    granted = grant(CLIENT, read_configuration(CLIENT, ehr.base), who, key, NOW)
    asked = token_request(ehr)
    assert asked.method == "POST" and asked.headers["content-type"] == "application/x-www-form-urlencoded"
    assert asked.form == {
        "grant_type": "client_credentials",
        "scope": " ".join(scopes.of_a_service()),
        "client_assertion_type": ASSERTION,
        "client_assertion": asked.form["client_assertion"],
    }
    assert granted.scopes == scopes.of_a_service() and granted.patient == ""
    get(CLIENT, f"{ehr.base}/Patient?_count=1", what="a search", token=granted.access_token)
    assert ehr.asked[-1].headers["authorization"] == f"Bearer {granted.access_token}"


@each_key
def test_an_assertion_has_the_head_and_the_claims_that_smart_asks(tmp_path: Path, algorithm: str):
    pair = key_pair(algorithm, "leeward-1")  # type: ignore[arg-type]
    (tmp_path / "keys.json").write_text(private_keys(pair))
    token = assertion("leeward", "https://ehr.example/token", read_key(tmp_path / "keys.json"), NOW)
    assert re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+", token)
    held = jws.deserialize_compact(token, KeySet.import_key_set(public_keys(pair)), [algorithm])
    claims = json.loads(held.payload)
    assert held.headers() == {"alg": algorithm, "kid": "leeward-1", "typ": "JWT"}
    assert (claims["iss"], claims["sub"]) == ("leeward", "leeward")
    assert claims["aud"] == "https://ehr.example/token"
    assert type(claims["exp"]) is int and 0 < claims["exp"] - NOW.timestamp() <= 300
    assert isinstance(claims["jti"], str) and len(claims["jti"]) >= 22


def test_every_assertion_is_made_for_one_request(ehr: Ehr, tmp_path: Path):
    who = registered(ehr, tmp_path, algorithm="ES384")
    key = read_key(Path(who.key_file))
    configuration = read_configuration(CLIENT, ehr.base)
    for _ in range(5):
        grant(CLIENT, configuration, who, key, NOW)
    sent = [one.form["client_assertion"] for one in ehr.asked if one.path == "/oauth/token"]
    assert len(set(sent)) == len(ehr.assertions) == 5
    many = {json.loads(_payload(assertion("leeward", ehr.token_endpoint, key, NOW)))["jti"] for _ in range(1000)}
    assert len(many) == 1000


def _payload(token: str) -> bytes:
    part = token.split(".")[1]
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def test_a_service_has_a_private_key_of_its_own_or_asks_nothing(tmp_path: Path):
    file = tmp_path / "keys.json"
    for held in (
        public_keys(key_pair("ES384", "leeward-1")),
        {"keys": []},
        {"keys": [{"kty": "oct", "k": "c2VjcmV0" * 8, "kid": "x"}]},
        json.loads(private_keys(key_pair("ES256", "too-weak"))),
    ):
        file.write_text(json.dumps(held))
        with pytest.raises(BadInput, match="LW-0949"):
            read_key(file)


def test_a_key_has_a_name_that_no_other_has(tmp_path: Path):
    file, one, other = tmp_path / "keys.json", key_pair("ES384", "leeward-1"), key_pair("RS384", "leeward-1")
    for keys in ((one, other), (other, one)):
        file.write_text(private_keys(*keys))
        with pytest.raises(BadInput, match="one name"):
            read_key(file)
    nameless = {name: value for name, value in one.as_dict(private=True).items() if name != "kid"}
    file.write_text(json.dumps({"keys": [nameless]}))
    with pytest.raises(BadInput, match="kid"):
        read_key(file)
    file.write_text(private_keys(other, key_pair("ES384", "leeward-2")))
    assert read_key(file).kid == "leeward-1"


@each_key
def test_the_private_key_goes_nowhere(ehr: Ehr, tmp_path: Path, algorithm: str):
    who = registered(ehr, tmp_path, algorithm=algorithm)
    launched(ehr, who)
    private = key_pair(algorithm, "leeward-1").as_dict(private=True)  # type: ignore[arg-type]
    secret = [private[name] for name in ("d", "p", "q") if name in private]
    assert secret and not any(one in str(ehr.asked) for one in secret)
    assert not any(one in repr(read_key(Path(who.key_file))) for one in secret)


def test_addresses_that_are_not_reached_over_tls_are_not_used():
    told = {"token_endpoint": "https://ehr.example/t", "authorization_endpoint": "https://ehr.example/a"}
    assert configuration_of(told, "https://ehr.example/fhir").token_endpoint == "https://ehr.example/t"
    for name in told:
        # Not even this machine, where the server is elsewhere: its word must not lead Leeward home.
        for address in ("http://ehr.example/x", "http://127.0.0.1:1/x", "ftp://ehr.example/x", "//ehr.example:x/"):
            with pytest.raises(BadInput, match="LW-0943"):
                configuration_of(told | {name: address}, "https://ehr.example/fhir")
    with pytest.raises(BadInput, match="not reached over TLS"):
        read_configuration(CLIENT, "http://ehr.example/fhir")


def test_endpoints_told_relative_are_taken_from_the_base():
    told = {"token_endpoint": "auth/token", "authorization_endpoint": "/auth/start"}
    found = configuration_of(told, "https://ehr.example/fhir/r4")
    assert found.token_endpoint == "https://ehr.example/fhir/r4/auth/token"
    assert found.authorization_endpoint == "https://ehr.example/auth/start"


def test_a_server_whose_certificate_does_not_hold_is_told_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    certificate, key = certificate_for(tmp_path)
    with running(certificate, key) as secured:
        who = registered(secured, tmp_path, secret="s")
        configuration = Configuration(
            fhir_base=secured.base, token_endpoint=secured.token_endpoint, issuer=secured.base
        )
        way = Begun(
            address="", state="s", verifier="v", nonce="n", redirect_uri=BACK, asked=(), ends=NOW.replace(year=2030),
            configuration=configuration, registered=who,
        )  # fmt: skip
        with pytest.raises(BadInput, match="cannot be reached"):
            finish(client_for_records(), way, {"state": "s", "code": "c"}, NOW)
        assert secured.asked == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with pytest.raises(BadInput, match="does not take the code"):
            finish(client_for_records(), way, {"state": "s", "code": "c"}, NOW)
        assert secured.paths() == ["POST /oauth/token"]


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_2])
def test_tls_older_than_1_2_is_not_spoken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, newest: ssl.TLSVersion):
    certificate, key = certificate_for(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with running(certificate, key, newest=newest) as old:
        lax = httpx.create_ssl_context()
        speak_old_tls(lax)
        assert httpx.get(f"{old.base}/metadata", verify=lax).status_code == 200
        client = client_for_records()
        if newest == ssl.TLSVersion.TLSv1_2:
            assert get(client, f"{old.base}/metadata", what="it")["resourceType"] == "CapabilityStatement"
        else:
            with pytest.raises(BadInput, match="cannot be reached"):
                get(client, f"{old.base}/metadata", what="it")
