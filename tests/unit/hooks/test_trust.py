"""Who may call: tokens signed by listed record systems, for this service, in time, once. Everything else is nobody."""

import base64
import json
from datetime import datetime, timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

from leeward.errors import BadInput
from leeward.hooks.trust import Client, Trust, proved, read_trust
from leeward.record.proofs import first_use
from leeward.record.storage import Record, default_url

NOW = datetime.fromisoformat("2026-11-22T09:00:00-05:00")
ISSUER, KEYS_AT = "https://ehr.example", "https://ehr.example/jwks"
SERVICE = "https://leeward.example/cds-services/leeward-withdrawal"

ELLIPTIC = ECKey.generate_key("P-384", {"kid": "ec"}, private=True)
RSA = RSAKey.generate_key(2048, {"kid": "rsa"}, private=True)
OTHER = ECKey.generate_key("P-384", {"kid": "ec"}, private=True)
PUBLIC = KeySet([ELLIPTIC, RSA]).as_dict(private=False)

TRUST = Trust(clients={ISSUER: Client(iss=ISSUER, jku=KEYS_AT)})


def keys(client, again):
    return PUBLIC


def token(key=ELLIPTIC, head=None, **claims):
    header = {"alg": "ES384", "typ": "JWT", "kid": "ec", "jku": KEYS_AT} | (head or {})
    said = {"iss": ISSUER, "aud": SERVICE, "iat": NOW.timestamp(), "exp": NOW.timestamp() + 300, "jti": "one"} | claims
    said = {name: value for name, value in said.items() if value is not None}
    header = {name: value for name, value in header.items() if value is not None}
    return "Bearer " + jwt.encode(header, said, key, algorithms=[header["alg"]])


def proof(header, now=NOW, given=keys):
    return proved(header, TRUST, SERVICE, now, given)


@pytest.mark.parametrize(
    "header",
    [
        token(),
        token(RSA, {"alg": "RS384", "kid": "rsa"}),
        token(head={"jku": None}),
        token(aud=[SERVICE, "https://elsewhere.example"]),
        token(iat=NOW.timestamp() + 30),
        token(nbf=NOW.timestamp() - 1),
    ],
)
def test_a_token_of_a_listed_system_is_taken(header):
    found = proof(header)
    assert found is not None and found.client.iss == ISSUER and found.jti == "one"


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer ",
        "Basic abc",
        "Bearer a.b.c",
        "Bearer " + "a" * 30_000,
        token(OTHER),
        token(iss="https://other.example"),
        token(aud="https://leeward.example/cds-services/other"),
        token(aud=f"{SERVICE}/"),
        token(aud=None),
        token(exp=NOW.timestamp() - 61),
        token(exp=None),
        token(exp=NOW.timestamp() + 7200),
        token(iat=NOW.timestamp() + 120, exp=NOW.timestamp() + 300),
        token(nbf=NOW.timestamp() + 120),
        token(nbf=2**33),
        token(nbf="tomorrow"),
        token(iat=None),
        token(jti=None),
        token(jti=""),
        token(jti=7),
        token(head={"typ": "JOSE"}),
        token(head={"kid": None}),
        token(head={"kid": "unknown"}),
        token(head={"jku": "https://evil.example/jwks"}),
        token(exp=float(10**12), iat=float(10**12) - 5),
    ],
)
def test_whatever_does_not_hold_proves_nothing(header):
    assert proof(header) is None


def test_keys_in_a_file_hold_wherever_the_token_says_that_they_are_published():
    trust = Trust(clients={ISSUER: Client(iss=ISSUER, keys_file="keys.json")})
    assert proved(token(), trust, SERVICE, NOW, keys) is not None
    assert proved(token(OTHER), trust, SERVICE, NOW, keys) is None


def test_no_signature_and_a_shared_secret_prove_nothing():
    good = token().removeprefix("Bearer ")
    head, body, _ = good.split(".")
    none = base64.urlsafe_b64encode(b'{"alg": "none", "typ": "JWT", "kid": "ec"}').rstrip(b"=").decode()
    assert proof(f"Bearer {none}.{body}.") is None
    secret = OctKey.import_key(json.dumps(PUBLIC["keys"][0]).encode(), {"kid": "ec"})
    assert proof(token(secret, {"alg": "HS256"})) is None
    assert proof(f"Bearer {head}.{body}x.{good.split('.')[2]}") is None


def test_a_key_that_is_new_is_asked_for_once_more():
    asked = []

    def given(client, again):
        asked.append(again)
        return PUBLIC if again else KeySet([OTHER]).as_dict(private=False)

    assert proof(token(), given=given) is not None
    assert asked == [False, True]
    assert proof(token(), given=lambda client, again: None) is None
    assert proof(token(), given=lambda client, again: {"keys": ["x", {"kty": "EC"}]}) is None


def test_a_proof_is_taken_once_and_forgotten_when_it_has_ended(tmp_path):
    url = default_url(tmp_path)
    ends = NOW + timedelta(minutes=5)
    with Record(url) as record, Record(url) as other:
        assert first_use(record.engine, "a", ends, NOW)
        assert not first_use(other.engine, "a", ends, NOW)
        assert first_use(other.engine, "b", ends, NOW)
        assert first_use(record.engine, "a", ends, ends + timedelta(minutes=1))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[client]]\niss = 'a'\n", "or neither"),
        ("[[client]]\niss = 'a'\njku = 'https://a.example'\nkeys_file = 'k'\n", "has both"),
        ("[[client]]\niss = 'a'\njku = 'file:///etc/passwd'\n", "regex"),
        ("[[client]]\niss = 'a'\nkeys_file = 'k'\nextra = 1\n", "unknown field"),
        ("[[client]]\niss = 'a'\nkeys_file = 'k'\n[[client]]\niss = 'a'\nkeys_file = 'k'\n", "one issuer"),
        ("client = 1", "client"),
        ("=", "Invalid"),
    ],
)
def test_an_allow_list_that_cannot_be_read_is_refused_with_what_to_mend(tmp_path, text, says):
    file = tmp_path / "trust.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as wrong:
        read_trust(file)
    assert says in str(wrong.value)
    with pytest.raises(BadInput, match="cannot be read"):
        read_trust(tmp_path / "none.toml")


def test_an_allow_list_is_read(tmp_path):
    file = tmp_path / "trust.toml"
    file.write_text(
        f"[[client]]\niss = '{ISSUER}'\njku = '{KEYS_AT}'\nfhir_server = 'https://ehr.example/fhir'\n", "utf-8"
    )
    trust = read_trust(file)
    assert trust and trust.clients[ISSUER].fhir_server == "https://ehr.example/fhir"
    assert not Trust()


def test_a_file_of_keys_is_named_from_the_folder_of_the_allow_list(tmp_path):
    file = tmp_path / "trust.toml"
    file.write_text(f"[[client]]\niss = '{ISSUER}'\nkeys_file = 'keys.json'\n", "utf-8")
    assert read_trust(file).clients[ISSUER].keys_file == str(tmp_path / "keys.json")
