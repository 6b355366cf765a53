"""The keys that another server publishes (a JWK Set), and which of them a token may have been signed with.

A key that cannot be read, or is too weak, is passed over: it takes no other with it.
Source: RFC 7517, section 5; RFC 7518, sections 3.1, 3.3 and 3.4; OpenID Connect Core 1.0, section 10.1.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from leeward.model.shapes import is_list, is_mapping

PublicKey = RSAKey | ECKey

SHORTEST_RSA = 2048
"""Bits. Source: RFC 7518, section 3.3."""

SIGNED_WITH: Mapping[str, str] = {
    "ES256": "P-256",
    "ES384": "P-384",
    "ES512": "P-521",
    **dict.fromkeys(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), "RSA"),
}
"""What each signature that Leeward takes is made with: RSA, or a curve. Every one needs a private key."""


def keys_for(published: object, algorithm: str, kid: str | None) -> list[PublicKey]:
    """The keys of a set that fit a signature: of its kind, for signatures, and of its name where it has one.

    `published` is what stands under `keys`. More than one is returned only where several fit.
    """
    kind = SIGNED_WITH.get(algorithm)
    found: list[PublicKey] = []
    for told in published if is_list(published) else ():
        if is_mapping(told) and _is_meant(told, algorithm, kid):
            key = _imported(told, kind)
            found += [key] if key is not None else []
    return found


def _is_meant(told: Mapping[str, Any], algorithm: str, kid: str | None) -> bool:
    for_signatures = told.get("use", "sig") == "sig" and told.get("alg", algorithm) == algorithm
    operations = told.get("key_ops", ["verify"])
    may_verify = is_list(operations) and "verify" in operations
    return for_signatures and may_verify and (kid is None or told.get("kid") == kid)


def _imported(told: Mapping[str, Any], kind: str | None) -> PublicKey | None:
    """The public half of a key where it is of a kind and strong enough; None for what cannot be read."""
    try:
        if kind == "RSA" and told.get("kty") == "RSA":
            strong = int.from_bytes(_bytes(told["n"])).bit_length() >= SHORTEST_RSA
            return RSAKey.import_key({name: told[name] for name in ("kty", "n", "e")}) if strong else None
        if told.get("kty") == "EC" and told.get("crv") == kind:
            return ECKey.import_key({name: told[name] for name in ("kty", "crv", "x", "y")})
    except (JoseError, ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return None
    return None


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
