"""The key pairs of the record system, made anew each time it starts, and of its clients."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any, Literal

from joserfc.jwk import ECKey, KeySet, RSAKey

Algorithm = Literal["RS256", "RS384", "ES256", "ES384"]
_CURVES = {"ES256": "P-256", "ES384": "P-384"}


@lru_cache
def key_pair(algorithm: Algorithm, kid: str) -> RSAKey | ECKey:
    """A key pair for signatures; the same for the same name throughout a run of the tests."""
    more = {"kid": kid, "alg": algorithm, "use": "sig"}
    if algorithm in _CURVES:
        return ECKey.generate_key(_CURVES[algorithm], more, private=True)
    return RSAKey.generate_key(2048, more, private=True)


def public_keys(*pairs: RSAKey | ECKey) -> dict[str, Any]:
    """A JWK Set with the public halves."""
    return {"keys": [pair.as_dict(private=False) for pair in pairs]}


def private_keys(*pairs: RSAKey | ECKey) -> str:
    """A JWK Set with the private halves, as a client keeps it in a file."""
    return json.dumps({"keys": [pair.as_dict(private=True) for pair in pairs]})


def key_set(found: dict[str, Any]) -> KeySet:
    """A JWK Set read; raises joserfc's errors."""
    return KeySet.import_key_set(found)
