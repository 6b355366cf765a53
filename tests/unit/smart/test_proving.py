"""Leeward proves who it is with a key of the kind that SMART asks for, and once with each assertion."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from leeward.errors import BadInput
from leeward.smart.backend import grant
from leeward.smart.discovery import read_configuration
from leeward.smart.proving import assertion, read_key
from leeward.smart.proving import public_keys as published_keys
from leeward.smart.registered import RecordSystems, Registered
from leeward.smart.scopes import missing
from tests.ehr.keys import key_pair, private_keys, public_keys
from tests.ehr.state import Ehr
from tests.unit.smart.launches import CLIENT, NOW


def kept(folder: Path, *pairs: Any) -> Path:
    file = folder / "key.json"
    file.write_text(private_keys(*pairs))
    return file


@pytest.mark.parametrize("algorithm", ["RS384", "ES384"])
def test_an_assertion_says_what_smart_asks(algorithm: Any):
    pair = key_pair(algorithm, "leeward-1")
    first, second = (assertion("leeward", "https://ehr.example/token", pair, NOW) for _ in range(2))
    told = jwt.decode(first, pair, algorithms=[algorithm])
    assert told.header == {"typ": "JWT", "alg": algorithm, "kid": "leeward-1"}
    claims = told.claims
    assert claims["iss"] == claims["sub"] == "leeward" and claims["aud"] == "https://ehr.example/token"
    assert isinstance(claims["exp"], int) and 0 < claims["exp"] - NOW.timestamp() <= 300
    assert claims["jti"] != jwt.decode(second, pair, algorithms=[algorithm]).claims["jti"]


@pytest.mark.parametrize("algorithm", ["RS384", "ES384"])
def test_a_service_gets_a_token_for_its_key(ehr: Ehr, tmp_path: Path, algorithm: Any):
    ehr.clock = NOW.timestamp
    pair = key_pair(algorithm, "leeward-1")
    ehr.register("service", jwks=public_keys(pair))
    who = Registered(iss=ehr.base, client_id="service")
    configuration = read_configuration(CLIENT, ehr.base)
    for _ in range(2):
        granted = grant(CLIENT, configuration, who, read_key(kept(tmp_path, pair)), NOW)
    assert granted.access_token in ehr.tokens and not granted.patient and not missing(granted.scopes)
    stranger = key_pair(algorithm, "stranger")
    with pytest.raises(BadInput, match="does not take Leeward for who it is registered as"):
        grant(CLIENT, configuration, who, stranger, NOW)


def test_the_key_file_is_read_to_the_first_key_that_fits(tmp_path: Path):
    keys = [key_pair("ES256", "short"), key_pair("ES384", "fits"), key_pair("RS384", "late")]
    assert read_key(kept(tmp_path, *keys)).kid == "fits"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no JSON Web Keys"),
        ("[]", "no JSON Web Keys"),
        ('{"keys": [1]}', "no private key"),
        ('{"keys": []}', "no private key"),
        ('{"keys": 1}', "no private key"),
        ('{"keys": [{"kty": "EC", "crv": "P-384", "x": 1, "y": 2, "d": 3, "kid": "x"}]}', "no private key"),
        ('{"kty": "oct", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0", "kid": "x"}', "no private key"),
    ],
)
def test_a_file_without_a_key_is_a_sentence(tmp_path: Path, text: str, says: str):
    (tmp_path / "key.json").write_text(text)
    with pytest.raises(BadInput, match=says):
        read_key(tmp_path / "key.json")


@pytest.mark.filterwarnings("ignore:Key size should be")
def test_public_halves_short_keys_and_nameless_keys_do_not_sign(tmp_path: Path):
    file = tmp_path / "key.json"
    file.write_text(json.dumps(public_keys(key_pair("ES384", "x"))))
    with pytest.raises(BadInput, match="no private key"):
        read_key(file)
    file.write_text(private_keys(RSAKey.generate_key(1024, {"kid": "x"}, private=True)))
    with pytest.raises(BadInput, match="2048"):
        read_key(file)
    nameless = ECKey.generate_key("P-384", private=True).as_dict(private=True)
    nameless.pop("kid", None)
    file.write_text(json.dumps(nameless))
    with pytest.raises(BadInput, match="no name"):
        read_key(file)
    file.write_text(private_keys(key_pair("ES384", "twice"), key_pair("RS384", "twice")))
    with pytest.raises(BadInput, match="Two keys"):
        read_key(file)


def test_a_key_file_that_is_not_there_is_a_sentence(tmp_path: Path):
    with pytest.raises(BadInput, match="cannot be read"):
        read_key(tmp_path / "absent.json")


def test_keys_of_two_files_are_published_together_and_never_one_for_the_other(tmp_path: Path):
    def systems(*pairs: Any) -> RecordSystems:
        servers: dict[str, Registered] = {}
        for place, pair in enumerate(pairs):
            file = tmp_path / f"{place}.json"
            file.write_text(private_keys(pair))
            servers[str(place)] = Registered(iss=f"https://{place}.example", client_id="x", key_file=str(file))
        return RecordSystems(servers=servers)

    first, second = key_pair("ES384", "one"), key_pair("RS384", "two")
    published = published_keys(systems(first, second, first))["keys"]
    assert [one["kid"] for one in published] == ["one", "two"] and not any("d" in one for one in published)
    with pytest.raises(BadInput, match="different keys of one name"):
        published_keys(systems(first, key_pair("RS384", "one")))
