"""Who signed in at a record system: its id_token, checked against the keys that it publishes.

Source: OpenID Connect Core 1.0, section 3.1.3.7; SMART App Launch 2.2, "Scopes for requesting identity data".
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError

from leeward.errors import BadInput
from leeward.key_sets import SIGNED_WITH, keys_for
from leeward.smart.discovery import Configuration
from leeward.smart.fetching import Asker, get, resolved

CODE = "LW-0946"
WHAT = "who signed in"

CLOCKS_DIFFER = timedelta(seconds=60)
MOST_LETTERS = 50_000


class _Head(msgspec.Struct, frozen=True):
    alg: str
    kid: str | None = None


class _Claims(msgspec.Struct, frozen=True):
    iss: str
    aud: str | tuple[str, ...]
    exp: float
    iat: float
    sub: str
    nonce: str | None = None
    azp: str | None = None
    fhirUser: str | None = None
    profile: str | None = None


def who_signed_in(
    client: Asker, configuration: Configuration, id_token: str, *, client_id: str, nonce: str, now: datetime
) -> str:
    """The absolute address of the resource (Practitioner, mostly) of who signed in. Raises BadInput (LW-0942, LW-0946)."""
    if not configuration.jwks_uri or not configuration.issuer:
        raise _refused("The record system tells no keys or no issuer, so that who signed in cannot be checked")
    if not id_token or len(id_token) > MOST_LETTERS:
        raise _refused(
            "The record system did not tell who signed in (no id_token)", "Have openid and fhirUser granted."
        )
    claims = _verified(get(client, configuration.jwks_uri, what="its keys"), id_token)
    _check(claims, configuration.issuer, client_id, nonce, now)
    told = claims.fhirUser or claims.profile
    person = resolved(configuration.fhir_base, told) if told else ""
    if not person:
        raise _refused(
            "The record system did not say who in its records signed in (fhirUser)", "Have fhirUser granted."
        )
    return person


def _verified(published: Mapping[str, Any], id_token: str) -> _Claims:
    """What an id_token says, signed by a key that is published: the one that it names, or the one that fits where it names none."""
    try:
        head = msgspec.json.decode(_head(id_token), type=_Head)
    except (ValueError, msgspec.DecodeError):
        raise _refused("The id_token cannot be read") from None
    if head.alg not in SIGNED_WITH:
        raise _refused("The signature of the id_token does not hold: it is of no kind that is taken")
    keys = keys_for(published.get("keys"), head.alg, head.kid)
    if not keys:
        raise _refused("The signature of the id_token does not hold: the record system publishes no key that fits it")
    if head.kid is None and len(keys) > 1:
        raise _refused("The id_token does not name its key (kid), and several that are published fit")
    for key in keys:
        try:
            return msgspec.convert(jwt.decode(id_token, key, algorithms=[head.alg]).claims, _Claims)
        except msgspec.ValidationError:
            raise _refused("The id_token lacks what OpenID asks of it") from None
        except (JoseError, ValueError, KeyError, TypeError, AttributeError):
            continue
    raise _refused("The signature of the id_token does not hold")


def _head(id_token: str) -> bytes:
    part = id_token.partition(".")[0]
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _check(claims: _Claims, issuer: str, client_id: str, nonce: str, now: datetime) -> None:
    moment, slack = now.timestamp(), CLOCKS_DIFFER.total_seconds()
    audiences = (claims.aud,) if isinstance(claims.aud, str) else claims.aud
    faults = {
        "The id_token is of another issuer": claims.iss.rstrip("/") != issuer.rstrip("/"),
        "The id_token is for another app": client_id not in audiences
        or (claims.azp is not None and claims.azp != client_id)
        or (len(audiences) > 1 and claims.azp is None),
        "The id_token has ended": moment >= claims.exp + slack,
        "The id_token is of a time to come: the clocks of the two servers differ": claims.iat > moment + slack,
        "The id_token belongs to another sign-in": claims.nonce != nonce,
    }
    for says, fault in faults.items():
        if fault:
            raise _refused(says)


def _refused(
    says: str, mend: str = "Begin again from the chart; where it happens again, have the record system looked at."
) -> BadInput:
    return BadInput.one(CODE, WHAT, f"{says}, so nobody was signed in.", mend)
