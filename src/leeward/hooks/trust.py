"""Which record systems may call, and the proof that a call is from one of them: a JSON Web Token signed with its key.

The specification (CDS Hooks 2.0, Trusting CDS Clients) asks for an allow-list of issuers with the address of their keys, for
asymmetric signatures alone, for the exact address of the service as audience, and that a token is taken once.
"""

from __future__ import annotations

import base64
import tomllib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from leeward.errors import BadInput, shown
from leeward.hooks.request import Address

ALGORITHMS = ("ES384", "RS384", "ES256", "RS256", "ES512", "RS512", "PS256", "PS384", "PS512")
"""Signatures that are taken: every one needs the private key of the record system."""

CLOCKS_DIFFER = timedelta(seconds=60)
"""How far the clocks of two servers may differ. A convention of Leeward."""

LONGEST = timedelta(hours=1)
"""A token that says it holds for longer than this is not taken. A convention of Leeward."""

MOST_LETTERS = 20_000

FAR = 2**33
"""Seconds since 1970 that no clock reaches."""


class Client(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A record system that is let in."""

    iss: str
    jku: Address | None = None
    """Where it publishes its keys; asked for when a call comes, and again where a key is not known."""
    keys_file: str | None = None
    """A file with its keys (JWKS) instead, where the two are not to speak over the network."""
    typed_ids: bool = False
    """Takes `Patient/x` where an id belongs, as older record systems send it."""
    fhir_server: Address | None = None
    """Its FHIR server. Missing data is asked for there, and nowhere else."""
    recipient: str = ""
    """What consents call whoever reads through it, as a treating provider; empty where it may read nothing of the record."""

    @property
    def entered_as(self) -> str:
        """The issuer as an entry may name it."""
        return "".join(letter for letter in self.iss if letter.isprintable())[:60] or "record-system"


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    client: tuple[Client, ...] = ()


class Trust(msgspec.Struct, frozen=True, kw_only=True):
    """Everybody who is let in, by issuer."""

    clients: Mapping[str, Client] = {}

    def __bool__(self) -> bool:
        return bool(self.clients)


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """A token that holds: from whom, and what tells it from every other until it ends."""

    client: Client
    jti: str
    ends: datetime


Keys = Callable[[Client, bool], Mapping[str, Any] | None]
"""The keys of a client as a JWKS; asked again with True where a key was not among them. None where they cannot be had."""


def read_trust(file: Path) -> Trust:
    """The allow-list of a TOML file with one `[[client]]` a record system. Raises BadInput."""
    try:
        told = msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), _File)
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text"
        raise _refused(f"The file cannot be read: {why}.", "Name a TOML file in UTF-8.") from None
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise _refused(f"{shown(str(error), 120)}.", "Write [[client]] with iss and jku or keys_file.") from None
    for one in told.client:
        if (one.jku is None) == (one.keys_file is None):
            says = f"The client {shown(one.iss)} has both jku and keys_file, or neither."
            raise _refused(says, "Give one of the two.")
        for address in (one.jku, one.fhir_server):
            if address is not None and not _is_private(address):
                says = f"The address {shown(address)} is not reached over TLS."
                raise _refused(says, "Write https://; http:// is for this machine alone.")
    if len({one.iss for one in told.client}) != len(told.client):
        raise _refused("Two clients have one issuer.", "Name each once.")
    return Trust(clients={one.iss: one for one in told.client})


def _is_private(address: str) -> bool:
    """Whether nobody between can read or change what is exchanged: over TLS, or within this machine."""
    try:
        parts = urlsplit(address)
        return parts.scheme == "https" or parts.hostname in ("127.0.0.1", "::1", "localhost")
    except ValueError:
        return False


def proved(
    authorization: str, trust: Trust, audience: str, now: datetime, keys: Keys, longest: timedelta = LONGEST
) -> Proof | None:
    """What a header `Authorization: Bearer ...` proves; None for anything that does not hold, whatever the reason.

    `longest`: a token that says it holds for longer does not hold.
    """
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token or len(token) > MOST_LETTERS:
        return None
    client = _claimed(token, trust)
    if client is None:
        return None
    claims = _verified(token, client, keys)
    return _held(claims, client, audience, now, longest) if claims is not None else None


class _Head(msgspec.Struct, frozen=True):
    alg: str
    kid: str
    typ: Literal["JWT"]
    jku: str | None = None


class _Claims(msgspec.Struct, frozen=True):
    iss: str
    aud: str | tuple[str, ...]
    exp: float
    iat: float
    jti: Annotated[str, msgspec.Meta(min_length=1, max_length=256)]


def _claimed(token: str, trust: Trust) -> Client | None:
    """Whom a token says it is from, by its own unproved words: which keys to try."""
    try:
        head = msgspec.json.decode(_part(token, 0), type=_Head)
        client = trust.clients.get(msgspec.json.decode(_part(token, 1), type=_Claims).iss)
    except (ValueError, IndexError, msgspec.DecodeError):
        return None
    # Where its keys are in a file here, what the token says of their address is never asked.
    named = client is not None and (client.keys_file is not None or head.jku in (None, client.jku))
    return client if named and head.alg in ALGORITHMS else None


def _part(token: str, place: int) -> bytes:
    part = token.split(".")[place]
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _verified(token: str, client: Client, keys: Keys) -> Mapping[str, Any] | None:
    for again in (False, True):
        held = keys(client, again)
        if held is None:
            return None
        try:
            key_set = KeySet.import_key_set({"keys": [one for one in held["keys"] if one.get("kty") in ("RSA", "EC")]})
            return jwt.decode(token, key_set, algorithms=list(ALGORITHMS)).claims
        except (JoseError, ValueError, KeyError, TypeError, AttributeError):
            continue
    return None


def _held(told: Mapping[str, Any], client: Client, audience: str, now: datetime, longest: timedelta) -> Proof | None:
    """The claims checked: this service as audience, not ended, not of the future, not for long, with an id of its own."""
    try:
        claims = msgspec.convert(told, _Claims)
    except msgspec.ValidationError:
        return None
    moment, slack = now.timestamp(), CLOCKS_DIFFER.total_seconds()
    in_time = claims.iat <= moment + slack and moment < claims.exp + slack and 0 < claims.exp < FAR
    audiences = (claims.aud,) if isinstance(claims.aud, str) else claims.aud
    if audience not in audiences or not in_time or claims.exp - claims.iat > longest.total_seconds():
        return None
    return Proof(client=client, jti=claims.jti, ends=datetime.fromtimestamp(claims.exp + slack, tz=now.tzinfo))


def _refused(says: str, mend: str) -> BadInput:
    return BadInput.one("LW-0907", "--trust", says, mend)
