"""How Leeward proves who it is at a token endpoint: a signed assertion, a shared secret, or by name alone.

Source: SMART App Launch 2.2, "Client Authentication: Asymmetric (public key)"; RFC 7523.
"""

from __future__ import annotations

import base64
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from leeward.errors import BadInput
from leeward.fhir.json_text import decoded, is_object
from leeward.model.shapes import is_list
from leeward.smart.registered import RecordSystems, Registered

CODE = "LW-0949"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
HOLDS = timedelta(minutes=4)
"""How long an assertion holds: SMART allows five minutes."""

SHORTEST_RSA = 2048
MOST_BYTES = 100_000

Key = RSAKey | ECKey
"""A private key that signs with RS384 or ES384."""


def read_key(file: Path) -> Key:
    """The first private key of a JWK Set (or the one JWK) that Leeward can sign with. Raises BadInput (LW-0949)."""
    try:
        held = decoded(file.read_bytes(), most=MOST_BYTES, what="key file")
    except OSError as error:
        raise _refused(f"The key file cannot be read: {error.strerror}.", "Name a file that is there.") from None
    except BadInput:
        raise _refused("The key file holds no JSON Web Keys.", "Write a JWK Set with a private key.") from None
    given: object = held.get("keys", [held])
    told = [one for one in given if is_object(one)] if is_list(given) else []
    names = [str(one["kid"]) for one in told if one.get("kid")]
    if len(set(names)) != len(names):
        raise _refused("Two keys have one name (kid).", "Give each its own.")
    for one in told:
        key = _imported(one)
        if key is not None and key.is_private and _signs(key):
            if not isinstance(one.get("kid"), str) or not one["kid"]:
                raise _refused("The key has no name (kid).", "Give it a kid, the same as in the public set.")
            return key
    says = "The key file holds no private key for RS384 (RSA, 2048 bits or more) or ES384 (EC, P-384)."
    raise _refused(says, "Make one of these, and have its public half registered.")


def _imported(told: dict[str, Any]) -> Key | None:
    """A key of RSA or EC; None for any other, and for what is none."""
    if told.get("kty") not in ("RSA", "EC"):
        return None
    try:
        return RSAKey.import_key(told) if told["kty"] == "RSA" else ECKey.import_key(told)
    except (JoseError, ValueError, KeyError, TypeError, AttributeError):
        return None


def public_keys(systems: RecordSystems) -> dict[str, Any]:
    """The public halves of the keys that Leeward signs with, as a JWK Set for record systems to fetch. Raises BadInput."""
    files = dict.fromkeys(one.key_file for one in systems.servers.values() if one.key_file)
    keys = [read_key(Path(file)) for file in files]
    told = [{**key.as_dict(private=False), "use": "sig", "alg": _algorithm(key), "key_ops": ["verify"]} for key in keys]
    unlike = list({one.thumbprint(): one for one in keys}.values())
    if len({one.kid for one in unlike}) != len(unlike):
        raise _refused("Two key files hold different keys of one name (kid).", "Give each key its own name.")
    return {"keys": list({one["kid"]: one for one in told}.values())}


def _algorithm(key: Key) -> str:
    return "ES384" if isinstance(key, ECKey) else "RS384"


def _signs(key: Key) -> bool:
    if isinstance(key, ECKey):
        return key.curve_name == "P-384"
    return key.raw_value.key_size >= SHORTEST_RSA


def assertion(client_id: str, token_endpoint: str, key: Key, now: datetime) -> str:
    """A token signed by Leeward for one token endpoint: it holds for four minutes, and is to be used once."""
    moment = int(now.timestamp())
    algorithm = _algorithm(key)
    head = {"typ": "JWT", "alg": algorithm, "kid": key.kid or ""}
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": token_endpoint,
        "iat": moment,
        "exp": moment + int(HOLDS.total_seconds()),
        "jti": uuid.uuid4().hex,
    }
    return jwt.encode(head, claims, key, algorithms=[algorithm])


def assertion_form(client_id: str, token_endpoint: str, key: Key, now: datetime) -> dict[str, str]:
    """The fields by which an assertion is sent."""
    return {
        "client_assertion_type": ASSERTION,
        "client_assertion": assertion(client_id, token_endpoint, key, now),
    }


def proof(registered: Registered, token_endpoint: str, now: datetime) -> tuple[dict[str, str], dict[str, str]]:
    """Fields and headers by which Leeward proves who it is, in the way in which it is registered. Raises BadInput."""
    if registered.key_file:
        key = read_key(Path(registered.key_file))
        return assertion_form(registered.client_id, token_endpoint, key, now), {}
    if registered.secret_file:
        pair = f"{quote_plus(registered.client_id)}:{quote_plus(_secret(registered.secret_file))}"
        return {}, {"authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
    return {"client_id": registered.client_id}, {}


def _secret(file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise _refused("The file with the secret cannot be read.", "Name a file that is there.") from None


def _refused(says: str, mend: str) -> BadInput:
    return BadInput.one(CODE, "the key", says, mend)
