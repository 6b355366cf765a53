"""What a record system granted, and what its token endpoint says.

Hazard: an access token opens a chart. It is kept in memory alone, stands in no address, no page and no log, and `repr` hides it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from leeward.errors import BadInput, shown
from leeward.smart.fetching import Asker, post

CODE = "LW-0945"
WHAT = "the request for a token"
LASTS = timedelta(minutes=5)
"""How long a token is taken to hold where nothing is said."""

LONGEST = timedelta(days=1)
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_ERROR = re.compile(r"[a-z_]{1,40}")

IN_WORDS: Mapping[str, str] = {
    "invalid_client": "does not take Leeward for who it is registered as",
    "invalid_grant": "does not take the code: it is too old, was used before, or is another's",
    "invalid_scope": "does not allow what Leeward asked for",
    "unauthorized_client": "does not let Leeward sign in this way",
    "unsupported_grant_type": "does not know this way to sign in",
}


class Granted(msgspec.Struct, frozen=True, kw_only=True):
    """An access token and what goes with it."""

    access_token: str
    ends: datetime
    scopes: tuple[str, ...]
    patient: str = ""
    """Id of the person whose chart was open; empty where none was told."""
    encounter: str = ""
    refresh_token: str = ""
    fhir_user: str = ""
    """Who signed in, as the absolute address of a resource; from the id_token, and only where it held."""

    def __repr__(self) -> str:
        return f"Granted(patient={self.patient!r}, scopes={self.scopes!r}, ends={self.ends!r})"

    def holds(self, now: datetime) -> bool:
        """Whether the token may still be used."""
        return now < self.ends


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of a token endpoint as far as Leeward reads it."""

    access_token: str
    token_type: str
    expires_in: float | None = None
    scope: str | None = None
    patient: str | None = None
    encounter: str | None = None
    refresh_token: str | None = None
    id_token: str | None = None

    def __repr__(self) -> str:
        return "Tokens(...)"


def asked_for(
    client: Asker, endpoint: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None
) -> Tokens:
    """What a token endpoint gives for a form. Raises BadInput (LW-0942, LW-0945)."""
    answer = post(client, endpoint, form, what=WHAT, headers=headers)
    if answer.status != 200:
        raise _refused(f"The record system {_reason(answer.told, answer.status)}.")
    try:
        tokens = msgspec.convert(answer.told, Tokens)
    except msgspec.ValidationError as error:
        # The decoder's sentence names places and kinds, never what stood there.
        raise _refused(f"The answer with the token is not as OAuth has it: {shown(str(error), 100)}.") from None
    told = tokens.access_token
    if tokens.token_type.lower() != "bearer" or not told.isascii() or not told.isprintable() or not told or " " in told:
        raise _refused("The answer holds no token of the kind Bearer.")
    for name in ("patient", "encounter"):
        given = getattr(tokens, name)
        if given is not None and not _ID.fullmatch(given):
            raise _refused(f"What the answer says of the {name} is no id.")
    return tokens


def granted_by(tokens: Tokens, now: datetime, *, asked: tuple[str, ...], fhir_user: str = "") -> Granted:
    """The grant that an answer makes at an instant. Where no scope is told, OAuth takes what was asked as granted."""
    lasts = LASTS if tokens.expires_in is None else timedelta(seconds=min(max(tokens.expires_in, 0), 10**6))
    return Granted(
        access_token=tokens.access_token,
        ends=now + min(lasts, LONGEST),
        scopes=asked if tokens.scope is None else tuple(tokens.scope.split()),
        patient=tokens.patient or "",
        encounter=tokens.encounter or "",
        refresh_token=tokens.refresh_token or "",
        fhir_user=fhir_user,
    )


def _reason(told: Mapping[str, Any], status: int) -> str:
    error = told.get("error")
    if not isinstance(error, str) or not _ERROR.fullmatch(error):
        return f"gave no token ({status})"
    return f"{IN_WORDS.get(error, 'gave no token')} ({error})"


def _refused(
    says: str, mend: str = "Begin again from the chart; where it happens again, have the registration looked at."
) -> BadInput:
    return BadInput.one(CODE, WHAT, says, mend)
