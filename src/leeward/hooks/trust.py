"""Which record systems may call, and the proof that a call is from one of them: a JSON Web Token signed with its key.

The specification (CDS Hooks 2.0, Trusting CDS Clients) asks for an allow-list of issuers with the address of their keys, for
asymmetric signatures alone, for the exact address of the service as audience, and that a token is taken once.
"""

from __future__ import annotations

import base64
import logging
import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError

from leeward.addresses import is_private
from leeward.errors import BadInput, LeewardError, shown
from leeward.hooks.misread import parts_of
from leeward.hooks.request import Address
from leeward.key_sets import SIGNED_WITH, PublicKey, keys_for

log = logging.getLogger("leeward.trust")
"""Says why a call was refused; never whom it is about, and never a token."""

ALGORITHMS = tuple(SIGNED_WITH)
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
    """The allow-list of a TOML file with one `[[client]]` a record system. Files are named from its folder. Raises BadInput."""
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
            if address is not None and not is_private(address):
                says = f"The address {shown(address)} is not reached over TLS."
                raise _refused(says, "Write https://; http:// is for this machine alone.")
    if len({one.iss for one in told.client}) != len(told.client):
        raise _refused("Two clients have one issuer.", "Name each once.")
    return Trust(clients={one.iss: _with_file(one, file.parent) for one in told.client})


def _with_file(one: Client, folder: Path) -> Client:
    return msgspec.structs.replace(one, keys_file=str(folder / one.keys_file)) if one.keys_file else one


def proved(
    authorization: str, trust: Trust, audience: str, now: datetime, keys: Keys, longest: timedelta = LONGEST
) -> Proof | None:
    """What a header `Authorization: Bearer ...` proves; None for anything that does not hold, whatever the reason.

    Why it does not is said in the log, for whoever connects a record system, and nothing of it to the caller. `longest`: a
    token that says it holds for longer does not hold.
    """
    try:
        return _proof(authorization, trust, audience, now, keys, longest)
    except _NoProofError as reason:
        log.warning("A call was refused: %s", reason)
        return None


class _NoProofError(LeewardError):
    """A token does not hold, for this reason: told without anything that the token says but what is listed here."""


def _proof(
    authorization: str, trust: Trust, audience: str, now: datetime, keys: Keys, longest: timedelta
) -> Proof | None:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise _NoProofError("it brought no token (Authorization: Bearer ...).")
    if len(token) > MOST_LETTERS:
        raise _NoProofError(f"its token has more than {MOST_LETTERS:,} letters.")
    head, client = _claimed(token, trust)
    return _held(_verified(token, head, client, keys), client, audience, now, longest)


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
    nbf: float = 0.0


def _claimed(token: str, trust: Trust) -> tuple[_Head, Client]:
    """Whom a token says it is from, by its own unproved words: which keys to try."""
    try:
        head = msgspec.json.decode(_part(token, 0), type=_Head)
        iss = msgspec.json.decode(_part(token, 1), type=_Claims).iss
    except msgspec.ValidationError as error:
        wrong = parts_of(error)[1] or str(error).partition(" - ")[0]
        raise _NoProofError(f"its token lacks what CDS Hooks asks of it ({shown(wrong, 80)}).") from None
    except (ValueError, IndexError, msgspec.DecodeError):
        raise _NoProofError("its token is no JSON Web Token.") from None
    client = trust.clients.get(iss)
    if client is None:
        near = any(one.rstrip("/") == iss.rstrip("/") for one in trust.clients)
        but = "; one that is listed differs by the slash at its end alone" if near else ""
        raise _NoProofError(f"the issuer (iss) of its token is none of those in the file of --trust{but}.")
    if head.alg not in ALGORITHMS:
        raise _NoProofError(f"its token is signed in a way that is not taken (alg). {_of(client)}")
    # Where its keys are in a file here, what the token says of their address is never asked.
    if client.keys_file is None and head.jku not in (None, client.jku):
        raise _NoProofError(f"the jku of its token is not the one in the file of --trust. {_of(client)}")
    return head, client


def _of(client: Client) -> str:
    return f"The token says that it is of {shown(client.iss, 100)}."


def _part(token: str, place: int) -> bytes:
    part = token.split(".")[place]
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _verified(token: str, head: _Head, client: Client, keys: Keys) -> Mapping[str, Any]:
    """The claims of a token that one of its client's keys signed."""
    fitting: list[PublicKey] = []
    for again in (False, True):
        held = keys(client, again)
        if held is None:
            raise _NoProofError(f"the keys of {shown(client.iss, 100)} cannot be had.")
        fitting = keys_for(held.get("keys"), head.alg, head.kid)
        for key in fitting:
            try:
                return jwt.decode(token, key, algorithms=[head.alg]).claims
            except (JoseError, ValueError, KeyError, TypeError, AttributeError):
                continue
    if not fitting:
        raise _NoProofError(f"none of the keys has its name (kid) and fits its alg. {_of(client)}")
    raise _NoProofError(f"its signature does not hold. {_of(client)}")


def _held(told: Mapping[str, Any], client: Client, audience: str, now: datetime, longest: timedelta) -> Proof:
    """The claims checked: this service as audience, not ended, not of the future, not for long, with an id of its own."""
    try:
        claims = msgspec.convert(told, _Claims)
    except msgspec.ValidationError:
        raise _NoProofError(f"its token lacks what CDS Hooks asks of it. {_of(client)}") from None
    moment, slack = now.timestamp(), CLOCKS_DIFFER.total_seconds()
    audiences = (claims.aud,) if isinstance(claims.aud, str) else claims.aud
    faults = {
        f"its audience (aud) is not {shown(audience, 200)}{_unlike(audiences, audience)}": audience not in audiences,
        "it was made at a time to come (iat) by Leeward's clock": claims.iat > moment + slack,
        "it does not hold yet (nbf) by Leeward's clock": claims.nbf > moment + slack,
        "it has ended (exp) by Leeward's clock": moment >= claims.exp + slack,
        f"it holds for longer than {longest.total_seconds():.0f} seconds (iat to exp)": claims.exp >= FAR
        or claims.exp - claims.iat > longest.total_seconds(),
        "it has ended (exp) before time began": claims.exp <= 0,
    }
    for says, fault in faults.items():
        if fault:
            raise _NoProofError(f"{says}. {_of(client)}")
    return Proof(client=client, jti=claims.jti, ends=datetime.fromtimestamp(claims.exp + slack, tz=now.tzinfo))


def _unlike(audiences: Sequence[str], audience: str) -> str:
    """In what an audience differs, without a word of it: an address may hold the id of somebody."""
    if len(audiences) != 1:
        return ""
    try:
        given, wanted = urlsplit(audiences[0]), urlsplit(audience)
    except ValueError:
        return ""
    parts = {"scheme": "scheme", "netloc": "server or port", "path": "path", "query": "query"}
    unlike = [word for name, word in parts.items() if getattr(given, name) != getattr(wanted, name)]
    return f" (another {', '.join(unlike)})" if unlike else ""


def _refused(says: str, mend: str) -> BadInput:
    return BadInput.one("LW-0907", "--trust", says, mend)
