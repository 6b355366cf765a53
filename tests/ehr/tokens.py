"""The token endpoint: who asks is proved, a code is traded once, a refresh token is replaced, a backend service gets its own."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
from typing import Any
from urllib.parse import unquote_plus

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from starlette.responses import JSONResponse, Response

from tests.ehr.authorization import is_public
from tests.ehr.keys import key_pair, key_set
from tests.ehr.scopes import granted
from tests.ehr.state import App, Ehr, Launch, Token

BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LONGEST_ASSERTION = 300
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


class _RefusedError(Exception):
    def __init__(self, error: str, says: str) -> None:
        self.error, self.says = error, says


def token(ehr: Ehr, headers: dict[str, str], form: dict[str, str]) -> Response:
    """The answer to a token request."""
    try:
        if not headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            raise _RefusedError("invalid_request", "The request is not a form.")
        trade = {"authorization_code": _code, "refresh_token": _refresh, "client_credentials": _backend}
        grant = trade.get(form.get("grant_type", ""))
        if grant is None:
            raise _RefusedError("unsupported_grant_type", "This grant_type is not known.")
        told = grant(ehr, _client(ehr, headers, form), form)
    except _RefusedError as refused:
        status = 401 if refused.error == "invalid_client" else 400
        return _answer({"error": refused.error, "error_description": refused.says}, status)
    return _answer(told, 200)


def _answer(told: dict[str, Any], status: int) -> Response:
    return JSONResponse(told, status, {"cache-control": "no-store", "pragma": "no-cache"})


def _client(ehr: Ehr, headers: dict[str, str], form: dict[str, str]) -> App:
    """Who asks, proved in the way in which it was registered."""
    scheme, _, given = headers.get("authorization", "").partition(" ")
    if form.get("client_assertion"):
        return _by_assertion(ehr, form)
    if scheme.lower() == "basic":
        try:
            name, _, secret = base64.b64decode(given, validate=True).decode().partition(":")
        except ValueError:
            raise _RefusedError("invalid_client", "The header Authorization cannot be read.") from None
        app = ehr.apps.get(unquote_plus(name))
        if app is None or not app.secret or app.secret != unquote_plus(secret):
            raise _RefusedError("invalid_client", "client_id or client_secret is wrong.")
        if "client_id" in form:
            raise _RefusedError("invalid_request", "A confidential client sends no client_id in the form.")
        return app
    app = ehr.apps.get(form.get("client_id", ""))
    if app is None or not is_public(app) or scheme:
        raise _RefusedError("invalid_client", "The client must prove who it is.")
    return app


def _by_assertion(ehr: Ehr, form: dict[str, str]) -> App:
    if form.get("client_assertion_type") != BEARER:
        raise _RefusedError("invalid_client", "client_assertion_type is not that of a signed token.")
    parts = form["client_assertion"].split(".")
    try:
        claims = _decoded(parts[1])
        app = ehr.apps.get(claims["iss"])
    except (ValueError, KeyError, IndexError, TypeError):
        raise _RefusedError("invalid_client", "client_assertion cannot be read.") from None
    if app is None or not (app.jwks or app.jwks_uri):
        raise _RefusedError("invalid_client", "No client with keys is registered by this iss.")
    if "client_id" in form and form["client_id"] != app.client_id:
        raise _RefusedError("invalid_client", "client_id is not that of the assertion.")
    _check_assertion(ehr, app, form["client_assertion"])
    return app


def _check_assertion(ehr: Ehr, app: App, assertion: str) -> None:
    try:
        held = app.jwks or httpx.get(app.jwks_uri, timeout=2, headers={"accept": "application/json"}).json()
        proved = jwt.decode(assertion, key_set(held), algorithms=["RS384", "ES384"])
    except (JoseError, ValueError, KeyError, httpx.HTTPError) as error:
        raise _RefusedError("invalid_client", f"The signature does not hold ({type(error).__name__}).") from None
    head, claims, now = proved.header, proved.claims, ehr.clock()
    faults = {
        "typ is not JWT": head.get("typ") != "JWT",
        "kid is missing": not head.get("kid"),
        "jku is not the registered one": "jku" in head and head["jku"] != app.jwks_uri,
        "sub is not iss": claims.get("sub") != app.client_id,
        "aud is not the token endpoint": claims.get("aud") not in (ehr.token_endpoint, [ehr.token_endpoint]),
        "exp is no whole number": type(claims.get("exp")) is not int,
        "jti is missing": not isinstance(claims.get("jti"), str) or not claims["jti"],
    }
    faults = {says: fault for says, fault in faults.items() if fault} or {
        "exp is past": claims["exp"] <= now,
        "exp is more than five minutes away": claims["exp"] > now + LONGEST_ASSERTION,
        "jti was used before": (app.client_id, claims["jti"]) in ehr.assertions,
    }
    for says, fault in faults.items():
        if fault:
            raise _RefusedError("invalid_client", f"The assertion does not hold: {says}.")
    ehr.assertions.add((app.client_id, claims["jti"]))


def _decoded(part: str) -> dict[str, Any]:
    found = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found if isinstance(found, dict) else {}


def _code(ehr: Ehr, app: App, form: dict[str, str]) -> dict[str, Any]:
    held = ehr.codes.get(form.get("code", ""))
    if held is None or held.app is not app:
        raise _RefusedError("invalid_grant", "The code is not known.")
    if held.token:
        ehr.tokens.pop(held.token, None)
        raise _RefusedError("invalid_grant", "The code was used before.")
    if held.ends <= ehr.clock():
        raise _RefusedError("invalid_grant", "The code is too old.")
    if form.get("redirect_uri") != held.redirect_uri:
        raise _RefusedError("invalid_grant", "redirect_uri is not that of the authorization request.")
    verifier = form.get("code_verifier", "")
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    if not _VERIFIER.fullmatch(verifier) or challenge != held.challenge:
        raise _RefusedError("invalid_grant", "code_verifier does not fit the challenge.")
    told = _told(ehr, app, held.scopes, held.launch)
    held.token = told["access_token"]
    if "openid" in held.scopes and not ehr.wrong.no_id_token:
        told["id_token"] = _id_token(ehr, app, held.launch, held.scopes, held.nonce)
    return told


def _refresh(ehr: Ehr, app: App, form: dict[str, str]) -> dict[str, Any]:
    given = form.get("refresh_token", "")
    held = ehr.refreshes.get(given)
    if held is None or held.app is not app or held.launch is None:
        raise _RefusedError("invalid_grant", "The refresh token is not known.")
    asked = form["scope"].split() if "scope" in form else held.scopes
    if not set(asked) <= set(held.scopes):
        raise _RefusedError("invalid_scope", "More is asked than was granted.")
    told = _told(ehr, app, asked, held.launch, replaces=given)
    return told


def _backend(ehr: Ehr, app: App, form: dict[str, str]) -> dict[str, Any]:
    if not (app.jwks or app.jwks_uri):
        raise _RefusedError("unauthorized_client", "Only a client with keys may ask for itself.")
    scopes = granted(form.get("scope", ""), app.scopes, frozenset({"system"}), ehr.wrong.scopes_not_granted)
    if not scopes:
        raise _RefusedError("invalid_scope", "None of the scopes is one that this client may have.")
    return _told(ehr, app, scopes, None)


def _told(ehr: Ehr, app: App, scopes: list[str], launch: Launch | None, replaces: str = "") -> dict[str, Any]:
    """The answer with a new access token, and whatever goes with it."""
    access = secrets.token_urlsafe(32)
    ehr.tokens[access] = Token(app=app, scopes=scopes, ends=ehr.clock() + ehr.wrong.lasts, launch=launch)
    told: dict[str, Any] = {
        "access_token": access,
        "token_type": ehr.wrong.token_type,
        "expires_in": ehr.wrong.lasts,
        "scope": " ".join(scopes),
    }
    if launch is None:
        return told
    if not ehr.wrong.no_patient and {"launch", "launch/patient"} & set(scopes):
        told["patient"] = launch.patient
    if launch.encounter and {"launch", "launch/encounter"} & set(scopes):
        told["encounter"] = launch.encounter
    if "offline_access" in scopes:
        told["refresh_token"] = replaces if replaces and ehr.wrong.keeps_refresh_token else secrets.token_urlsafe(32)
        kept = ehr.refreshes.pop(replaces, None) if replaces else None
        ehr.refreshes[told["refresh_token"]] = kept or Token(app=app, scopes=scopes, ends=0, launch=launch)
    return told | launch.besides


def _id_token(ehr: Ehr, app: App, launch: Launch, scopes: list[str], nonce: str) -> str:
    now = int(ehr.clock())
    person = f"{ehr.base}/{launch.person}"
    claims: dict[str, Any] = {"iss": ehr.base, "sub": launch.person, "aud": app.client_id, "iat": now, "exp": now + 300}
    claims |= {"nonce": nonce} if nonce else {}
    claims |= {"fhirUser": person} if "fhirUser" in scopes else {}
    claims |= ehr.wrong.id_token_claims or {}
    claims = {name: value for name, value in claims.items() if value is not None}
    if ehr.wrong.unsigned:
        parts = [_encoded({"alg": "none"}), _encoded(claims), ""]
        return ".".join(parts)
    pair = key_pair(ehr.signs, "strange") if ehr.wrong.strange_key else ehr.pair
    named = {} if ehr.wrong.no_kid else {"kid": ehr.pair.kid}
    return jwt.encode({"alg": ehr.signs} | named, claims, pair, algorithms=[ehr.signs])


def _encoded(told: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(told).encode()).rstrip(b"=").decode()
