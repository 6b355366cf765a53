"""The key that a token was signed with is found among those that are published, and a bad one takes no other with it."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from typing import Any

import pytest
from joserfc.jwk import ECKey, RSAKey

from leeward.key_sets import keys_for

RSA = RSAKey.generate_key(2048, {"kid": "r"}, private=True).as_dict(private=False)
CURVE = ECKey.generate_key("P-256", {"kid": "e"}, private=True).as_dict(private=False)
WEAK = RSA | {"n": urlsafe_b64encode((2**2047 - 1).to_bytes(256)).rstrip(b"=").decode()}
"""Of 2047 bits."""
UNREADABLE: list[Any] = [
    "x",
    None,
    {},
    {"kty": "RSA", "kid": "r"},
    {"kty": "RSA", "kid": "r", "n": "!", "e": "AQAB"},
    {"kty": "EC", "crv": "secp999", "x": "a", "y": "b", "kid": "e"},
    {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "kid": "e"},
    {"kty": "EC", "crv": "P-256", "x": 7, "y": [], "kid": "e"},
    {"kty": "OKP", "crv": "Ed25519", "x": "AA", "kid": "e"},
]


def test_keys_that_cannot_be_read_are_passed_over():
    published = [*UNREADABLE, RSA, CURVE]
    assert [key.kid or key.thumbprint() for key in keys_for(published, "RS256", "r")] == [
        RSAKey.import_key({name: RSA[name] for name in ("kty", "n", "e")}).thumbprint()
    ]
    assert len(keys_for(published, "ES256", "e")) == 1


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "PS512"])
def test_a_short_rsa_key_is_none(algorithm: str):
    assert keys_for([WEAK], algorithm, "r") == [] and len(keys_for([WEAK, RSA], algorithm, "r")) == 1


def test_without_a_name_the_kind_of_signature_tells():
    assert len(keys_for([RSA, CURVE], "RS256", None)) == len(keys_for([RSA, CURVE], "ES256", None)) == 1
    assert keys_for([RSA, CURVE], "ES384", None) == [] and len(keys_for([RSA, RSA], "RS256", None)) == 2


@pytest.mark.parametrize(
    "besides", [{"use": "enc"}, {"alg": "PS256"}, {"key_ops": ["encrypt"]}, {"key_ops": "verify"}, {"kid": "other"}]
)
def test_a_key_for_something_else_is_not_taken(besides: dict[str, Any]):
    assert keys_for([RSA | besides], "RS256", "r") == []


@pytest.mark.parametrize("algorithm", ["none", "HS256", "", "ES256K"])
def test_a_signature_of_another_kind_has_no_key(algorithm: str):
    assert keys_for([RSA, CURVE], algorithm, None) == []


@pytest.mark.parametrize("published", [None, "x", {}, 7])
def test_what_is_no_list_holds_none(published: object):
    assert keys_for(published, "RS256", None) == []
