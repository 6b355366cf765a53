"""A launch ends with a token for one chart and with who signed in, or with a sentence and nobody signed in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from leeward.errors import BadInput
from leeward.smart.launching import finish, refresh
from leeward.smart.scopes import missing
from tests.ehr.keys import key_pair, public_keys
from tests.ehr.server import nobody_there
from tests.ehr.state import Ehr, Launch, Token
from tests.unit.smart.launches import CLIENT, NOW, begun, launched, registered, sent_back


@pytest.mark.parametrize("how", [{}, {"algorithm": "ES384"}, {"algorithm": "RS384"}, {"secret": "a b&c/1:%"}])
def test_a_launch_from_a_chart_ends_with_its_person_and_who_signed_in(ehr: Ehr, tmp_path: Path, how: dict[str, str]):
    granted = launched(ehr, registered(ehr, tmp_path, **how))
    assert granted.patient == "synthetic-1" and granted.encounter == "visit"
    assert granted.fhir_user == f"{ehr.base}/Practitioner/dr-1"
    assert granted.holds(NOW + timedelta(seconds=299)) and not granted.holds(NOW + timedelta(seconds=300))
    assert not missing(granted.scopes)
    assert granted.access_token not in repr(granted)


def test_a_launch_by_itself_asks_for_the_person_to_be_chosen(ehr: Ehr):
    one = begun(ehr, registered(ehr))
    asked = parse_qs(urlsplit(one.address).query)
    assert "launch" not in asked and "launch/patient" in asked["scope"][0].split()
    assert finish(CLIENT, one, sent_back(one), NOW).patient == "synthetic-1"


def test_what_is_asked_is_bound_to_this_launch_and_reads_alone(ehr: Ehr):
    who = registered(ehr)
    one, other = (begun(ehr, who, ehr.launch()) for _ in range(2))
    assert not {one.state, one.verifier, one.nonce} & {other.state, other.verifier, other.nonce}
    asked = {name: values[0] for name, values in parse_qs(urlsplit(one.address).query).items()}
    assert asked["code_challenge_method"] == "S256" and asked["aud"] == ehr.base
    assert one.verifier not in one.address
    assert all(scope.endswith(".rs") for scope in asked["scope"].split() if "/" in scope)
    assert "offline_access" not in asked["scope"]


def test_a_code_is_traded_once(ehr: Ehr):
    one = begun(ehr, registered(ehr), ehr.launch())
    answered = sent_back(one)
    finish(CLIENT, one, answered, NOW)
    with pytest.raises(BadInput, match="does not take the code"):
        finish(CLIENT, one, answered, NOW)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"state": "x" * 64}, "does not belong"),
        ({"state": "é"}, "does not belong"),
        ({"code": ""}, "sent no code"),
        ({"code": "wrong"}, "does not take the code"),
        ({"iss": "https://elsewhere.example/fhir"}, "another record system"),
        ({"error": "access_denied"}, "said no"),
        ({"error": "<script>"}, r"did not sign you in \(an error\)"),
    ],
)
def test_what_comes_back_changed_signs_nobody_in(ehr: Ehr, changed: dict[str, str], says: str):
    one = begun(ehr, registered(ehr), ehr.launch())
    with pytest.raises(BadInput, match=says):
        finish(CLIENT, one, sent_back(one) | changed, NOW)


def test_a_launch_is_answered_within_ten_minutes(ehr: Ehr):
    one = begun(ehr, registered(ehr), ehr.launch())
    answered = sent_back(one)
    with pytest.raises(BadInput, match="longer than ten minutes"):
        finish(CLIENT, one, answered, NOW + timedelta(minutes=10))


@pytest.mark.parametrize(
    ("claims", "says"),
    [
        ({"aud": "another-app"}, "for another app"),
        ({"aud": ["leeward", "another-app"]}, "for another app"),
        ({"iss": "https://elsewhere.example"}, "another issuer"),
        ({"exp": NOW.timestamp() - 61}, "has ended"),
        ({"iat": NOW.timestamp() + 3600}, "time to come"),
        ({"nonce": "another"}, "another sign-in"),
        ({"nonce": None}, "another sign-in"),
        ({"fhirUser": None}, "fhirUser"),
        ({"sub": None}, "lacks what OpenID"),
        ({"exp": "soon"}, "lacks what OpenID"),
    ],
)
def test_an_id_token_that_does_not_hold_signs_nobody_in(ehr: Ehr, claims: dict[str, object], says: str):
    ehr.wrong.id_token_claims = claims
    with pytest.raises(BadInput, match=says):
        launched(ehr, registered(ehr))


@pytest.mark.parametrize("wrong", ["strange_key", "unsigned", "no_id_token", "no_patient", "no_keys"])
def test_who_signed_in_and_whose_chart_it_is_are_never_guessed(ehr: Ehr, wrong: str):
    setattr(ehr.wrong, wrong, True)
    with pytest.raises(BadInput, match=r"nobody was signed in|whose chart|answered its keys with 404"):
        launched(ehr, registered(ehr))


@pytest.mark.parametrize("signs", ["RS256", "RS384", "ES256", "ES384"])
def test_id_tokens_may_be_signed_in_several_ways(ehr: Ehr, signs: str):
    ehr.signs = signs
    assert launched(ehr, registered(ehr)).fhir_user.endswith("dr-1")


def test_a_token_of_another_kind_is_refused(ehr: Ehr):
    ehr.wrong.token_type = "mac"
    with pytest.raises(BadInput, match="kind Bearer"):
        launched(ehr, registered(ehr))


def test_what_was_not_granted_is_told_in_words_of_a_ward(ehr: Ehr):
    ehr.wrong.scopes_not_granted = ("patient/AllergyIntolerance.rs",)
    granted = launched(ehr, registered(ehr))
    (lacking,) = missing(granted.scopes)
    assert "nothing of the allergies" in lacking.says and "patient/AllergyIntolerance.rs" in lacking.mend
    ehr.wrong.scopes_not_granted = ("patient/Patient.rs",)
    with pytest.raises(BadInput, match="who the person is"):
        launched(ehr, registered(ehr))


WRONGS: dict[str, tuple[Callable[[Ehr], None], str]] = {
    "no S256": (lambda ehr: setattr(ehr.wrong, "challenge_methods", ("plain",)), "S256"),
    "no sign-in": (lambda ehr: setattr(ehr.wrong, "without_capabilities", ("sso-openid-connect",)), "sso-openid"),
    "no launch": (lambda ehr: setattr(ehr.wrong, "without_capabilities", ("launch-ehr",)), "launch-ehr"),
    "no keys told": (lambda ehr: setattr(ehr.wrong, "lacks", ("jwks_uri",)), "issuer and jwks_uri"),
    "no token endpoint": (lambda ehr: setattr(ehr.wrong, "lacks", ("token_endpoint",)), "lacks the token_endpoint"),
    "not TLS": (lambda ehr: setattr(ehr.wrong, "plain_endpoints", True), "not reached over TLS"),
    "none": (lambda ehr: setattr(ehr.wrong, "no_configuration", True), "with 404"),
    "cut off": (lambda ehr: setattr(ehr.wrong, "malformed", "smart-configuration"), "cannot be read"),
    "moved": (lambda ehr: setattr(ehr.wrong, "moved", "smart-configuration"), "not followed"),
    "huge": (lambda ehr: setattr(ehr.wrong, "huge", "smart-configuration"), "larger than"),
    "ill": (lambda ehr: setattr(ehr.wrong, "status", 503), "with 503"),
}


@pytest.mark.parametrize("wrong", WRONGS)
def test_a_configuration_that_will_not_do_sends_nobody_anywhere(ehr: Ehr, wrong: str):
    change, says = WRONGS[wrong]
    change(ehr)
    with pytest.raises(BadInput, match=says):
        begun(ehr, registered(ehr), ehr.launch())


def test_addresses_that_are_told_relative_are_taken_from_the_base(ehr: Ehr):
    ehr.wrong.relative_endpoints = True
    assert begun(ehr, registered(ehr), ehr.launch()).configuration.token_endpoint == ehr.token_endpoint


def test_nobody_there_is_a_sentence(ehr: Ehr):
    who = registered(ehr)
    ehr.origin = nobody_there().removesuffix("/fhir")
    with pytest.raises(BadInput, match="cannot be reached"):
        begun(ehr, type(who)(iss=ehr.base, client_id="leeward"))


def test_a_token_is_renewed_for_the_same_person_and_no_more(ehr: Ehr):
    who = registered(ehr)
    one = begun(ehr, who, ehr.launch())
    granted = finish(CLIENT, one, sent_back(one), NOW)
    with pytest.raises(BadInput, match="no leave to go on"):
        refresh(CLIENT, one.configuration, who, granted, NOW)


def test_a_renewed_token_is_of_the_same_person_and_replaces_the_leave_to_renew(ehr: Ehr):
    who = registered(ehr)
    one = begun(ehr, who, ehr.launch())
    granted = finish(CLIENT, one, sent_back(one), NOW)
    ehr.refreshes["leave"] = Token(
        app=ehr.apps["leeward"], scopes=[*granted.scopes, "offline_access"], ends=0, launch=Launch()
    )
    renewed = refresh(CLIENT, one.configuration, who, msgspec.structs.replace(granted, refresh_token="leave"), NOW)
    assert renewed.access_token != granted.access_token and renewed.access_token in ehr.tokens
    assert (renewed.patient, renewed.fhir_user) == (granted.patient, granted.fhir_user)
    assert renewed.refresh_token in ehr.refreshes and "leave" not in ehr.refreshes
    ehr.refreshes["other"] = Token(
        app=ehr.apps["leeward"], scopes=["launch", "offline_access"], ends=0, launch=Launch(patient="synthetic-2")
    )
    with pytest.raises(BadInput, match="changed whose chart"):
        refresh(CLIENT, one.configuration, who, msgspec.structs.replace(granted, refresh_token="other"), NOW)


BAD_KEYS = [{"kty": "EC", "crv": "secp999", "x": "a", "y": "b", "kid": "z"}, {"kty": "RSA", "kid": "ehr-RS256"}, "x"]


@pytest.mark.parametrize("signs", ["RS256", "ES256"])
@pytest.mark.parametrize("named", [True, False])
def test_keys_that_cannot_be_read_shut_nobody_out(ehr: Ehr, signs: str, named: bool):
    ehr.signs = signs
    both = public_keys(key_pair("RS256", "ehr-RS256"), key_pair("ES256", "ehr-ES256"))["keys"]
    ehr.wrong.instead = {"/oauth/jwks": {"keys": [*BAD_KEYS, *both]}}
    ehr.wrong.no_kid = not named
    assert launched(ehr, registered(ehr)).fhir_user.endswith("dr-1")


def test_without_a_name_one_of_two_keys_that_fit_is_not_guessed(ehr: Ehr):
    two = public_keys(key_pair("RS256", "ehr-RS256"), key_pair("RS256", "another"))
    ehr.wrong.instead = {"/oauth/jwks": two}
    ehr.wrong.no_kid = True
    with pytest.raises(BadInput, match="does not name its key"):
        launched(ehr, registered(ehr))
