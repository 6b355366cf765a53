"""The way of a launch: somebody is sent to the record system, comes back with a code, and the code is traded for a token.

Source: SMART App Launch 2.2, "App Launch: Launch and Authorization"; RFC 7636 (PKCE); RFC 9207.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlencode

import msgspec

from leeward.errors import BadInput
from leeward.smart.discovery import Configuration
from leeward.smart.fetching import Asker
from leeward.smart.granted import Granted, asked_for, granted_by
from leeward.smart.identity import who_signed_in
from leeward.smart.proving import proof
from leeward.smart.registered import Registered
from leeward.smart.scopes import of_a_launch, reach

CODE = "LW-0944"
WHAT = "the launch"
LASTS = timedelta(minutes=10)
"""How long somebody may take to sign in at the record system. A convention of Leeward."""

LONGEST = 4000
"""Letters of a value that comes in an address."""

_ERROR = re.compile(r"[a-z_]{1,40}")
AGAIN = "Begin again from the chart."


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """A launch on its way, until it is answered, once, and no longer than `LASTS`."""

    address: str
    """Where the browser goes next."""
    state: str
    verifier: str
    nonce: str
    redirect_uri: str
    asked: tuple[str, ...]
    ends: datetime
    configuration: Configuration
    registered: Registered

    def __repr__(self) -> str:
        return f"Begun(iss={self.registered.iss!r}, ends={self.ends!r})"


def begin(
    configuration: Configuration,
    registered: Registered,
    *,
    redirect_uri: str,
    now: datetime,
    launch: str = "",
    iss: str = "",
) -> Begun:
    """The first step: where to send the browser. `launch` is what the record system handed over; empty to start by itself.
    `iss` is how it named itself with that, letter for letter: it wants to be called the same; else as it is registered.

    Raises BadInput (LW-0944) where the record system cannot do what is needed.
    """
    _check_offered(configuration, from_chart=bool(launch))
    if len(launch) > LONGEST:
        raise _refused("The launch value is too long.")
    state, verifier, nonce = (secrets.token_urlsafe(48) for _ in range(3))
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = of_a_launch(from_chart=bool(launch))
    told = {
        "response_type": "code",
        "client_id": registered.client_id,
        "redirect_uri": redirect_uri,
        "scope": " ".join(asked),
        "state": state,
        "aud": iss or registered.iss,
        "nonce": nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    } | ({"launch": launch} if launch else {})
    joint = "&" if "?" in configuration.authorization_endpoint else "?"
    return Begun(
        address=f"{configuration.authorization_endpoint}{joint}{urlencode(told)}",
        state=state,
        verifier=verifier,
        nonce=nonce,
        redirect_uri=redirect_uri,
        asked=asked,
        ends=now + LASTS,
        configuration=configuration,
        registered=registered,
    )


def _check_offered(configuration: Configuration, *, from_chart: bool) -> None:
    needed = (
        ("launch-ehr", "context-ehr-patient") if from_chart else ("launch-standalone", "context-standalone-patient")
    )
    lacking = list(configuration.lacks(*needed, "sso-openid-connect", "permission-patient", "permission-v2"))
    lacking += [] if configuration.authorization_endpoint else ["an authorization_endpoint"]
    lacking += [] if configuration.jwks_uri and configuration.issuer else ["issuer and jwks_uri"]
    lacking += [] if "S256" in configuration.code_challenge_methods else ["the code challenge S256"]
    if lacking:
        mend = "Have them switched on there; `leeward doctor --ehr` walks through all of it."
        raise _refused(f"The record system does not offer {', '.join(lacking)}.", mend)


def finish(client: Asker, begun: Begun, answered_query: Mapping[str, str], now: datetime) -> Granted:
    """The last step: what came back is checked and traded for a token, and who signed in is proved.

    Raises BadInput (LW-0942, LW-0944 to LW-0947, LW-0949): then nothing was granted, and nobody is signed in.
    """
    code = _code(begun, answered_query, now)
    endpoint = begun.configuration.token_endpoint
    fields, headers = proof(begun.registered, endpoint, now)
    trade = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": begun.redirect_uri,
        "code_verifier": begun.verifier,
    }
    tokens = asked_for(client, endpoint, trade | fields, headers)
    person = who_signed_in(
        client,
        begun.configuration,
        tokens.id_token or "",
        client_id=begun.registered.client_id,
        nonce=begun.nonce,
        now=now,
    )
    granted = granted_by(tokens, now, asked=begun.asked, fhir_user=person)
    if not granted.patient:
        raise _refused(
            "The record system did not say whose chart was open.", "Open a chart there, then Leeward from it."
        )
    if reach(granted.scopes, "Patient") == "none":
        mend = "Have the scope patient/Patient.rs granted to Leeward there."
        raise BadInput.one("LW-0947", WHAT, "The record system does not let Leeward read who the person is.", mend)
    return granted


def _code(begun: Begun, answered: Mapping[str, str], now: datetime) -> str:
    """The code that came back, where everything that goes with it holds."""
    if not secrets.compare_digest(answered.get("state", "").encode(), begun.state.encode()):
        raise _refused("What came back does not belong to a sign-in that Leeward began.")
    if now >= begun.ends:
        raise _refused("Signing in at the record system took longer than ten minutes.")
    named = answered.get("iss")
    if named is None and begun.configuration.names_itself:
        raise _refused("The record system did not name itself in its answer, though it says that it does.")
    if named is not None and named.rstrip("/") != begun.configuration.issuer.rstrip("/"):
        raise _refused("The answer comes from another record system.")
    error = answered.get("error")
    if error == "access_denied":
        raise _refused(
            "At the record system somebody said no, or may not open Leeward.", "Allow it there, or sign in here."
        )
    if error is not None:
        word = error if _ERROR.fullmatch(error) else "an error"
        raise _refused(f"The record system did not sign you in ({word}).", f"{AGAIN} Where it happens again, have Leeward's registration there looked at.")  # fmt: skip
    code = answered.get("code", "")
    if not code or len(code) > LONGEST:
        raise _refused("The record system sent no code.")
    return code


def refresh(
    client: Asker, configuration: Configuration, registered: Registered, granted: Granted, now: datetime
) -> Granted:
    """A new token for one that ends, of the same person and chart, with no more than was granted. Raises BadInput."""
    if not granted.refresh_token:
        raise _refused("The record system gave Leeward no leave to go on without you.")
    fields, headers = proof(registered, configuration.token_endpoint, now)
    trade = {"grant_type": "refresh_token", "refresh_token": granted.refresh_token}
    tokens = asked_for(client, configuration.token_endpoint, trade | fields, headers)
    found = granted_by(tokens, now, asked=granted.scopes, fhir_user=granted.fhir_user)
    if tokens.patient is not None and tokens.patient != granted.patient:
        raise _refused("The record system changed whose chart it is about.")
    return msgspec.structs.replace(
        found,
        patient=granted.patient,
        encounter=found.encounter or granted.encounter,
        refresh_token=found.refresh_token or granted.refresh_token,
    )


def _refused(says: str, mend: str = AGAIN) -> BadInput:
    return BadInput.one(CODE, WHAT, says, mend)
