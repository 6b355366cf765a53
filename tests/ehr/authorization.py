"""The authorization endpoint: checks what an app asks, lets the person decide, hands out a code that is good once."""

from __future__ import annotations

import re
import secrets
from html import escape
from urllib.parse import urlencode

from starlette.responses import HTMLResponse, RedirectResponse, Response

from tests.ehr.scopes import granted
from tests.ehr.state import App, Code, Ehr, Launch

CODE_LASTS = 60
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


def authorize(ehr: Ehr, asked: dict[str, str]) -> Response:
    """The answer to an authorization request. Without a client and an address to go back to, nobody is sent anywhere."""
    app = ehr.apps.get(asked.get("client_id", ""))
    if app is None:
        return _page("No such client_id is registered.")
    if asked.get("redirect_uri") not in app.redirect_uris:
        return _page("This redirect_uri is not registered for the client.")
    fault = _fault(ehr, asked)
    if fault:
        return _back(ehr, asked, error=fault[0], error_description=fault[1])
    if ehr.wrong.button:
        waits = secrets.token_urlsafe(16)
        ehr.waiting[waits] = asked
        return _question(asked, waits)
    return decided(ehr, asked, not ehr.wrong.denies)


def answered(ehr: Ehr, form: dict[str, str]) -> Response:
    """The answer to the button that the person pressed."""
    asked = ehr.waiting.pop(form.get("request", ""), None)
    if asked is None:
        return _page("This question was answered already.")
    return decided(ehr, asked, form.get("answer") == "allow")


def decided(ehr: Ehr, asked: dict[str, str], allowed: bool) -> Response:
    """Back to the app, with a code or with the refusal."""
    if not allowed:
        return _back(ehr, asked, error="access_denied", error_description="The person said no.")
    app = ehr.apps[asked["client_id"]]
    scopes = granted(asked["scope"], app.scopes, frozenset({"patient", "user"}), ehr.wrong.scopes_not_granted)
    code = secrets.token_urlsafe(32)
    ehr.codes[code] = Code(
        app=app,
        launch=_launch(ehr, asked),
        redirect_uri=asked["redirect_uri"],
        challenge=asked["code_challenge"],
        scopes=scopes,
        nonce=asked.get("nonce", ""),
        ends=ehr.clock() + CODE_LASTS,
    )
    return _back(ehr, asked, code=code)


def _launch(ehr: Ehr, asked: dict[str, str]) -> Launch:
    return ehr.launches[asked["launch"]] if "launch" in asked else ehr.chosen


def _fault(ehr: Ehr, asked: dict[str, str]) -> tuple[str, str] | None:
    """What is wrong with a request: a code of OAuth and a sentence."""
    scopes = asked.get("scope", "").split()
    if asked.get("response_type") != "code":
        return "unsupported_response_type", "response_type is not code."
    if len(asked.get("state", "")) < 20:
        return "invalid_request", "state is missing, or shorter than 122 bits can be written."
    if asked.get("aud") != ehr.base:
        return "invalid_request", "aud is not the address of this FHIR server."
    if asked.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(asked.get("code_challenge", "")):
        return "invalid_request", "code_challenge is missing, or is not of the method S256."
    if not scopes:
        return "invalid_scope", "scope is missing."
    if ("launch" in scopes) != ("launch" in asked):
        return "invalid_request", "launch and its scope go together."
    if "launch" in asked and asked["launch"] not in ehr.launches:
        return "invalid_request", "This launch was not begun here."
    return None


def _back(ehr: Ehr, asked: dict[str, str], **told: str) -> Response:
    state = ehr.wrong.state or asked.get("state", "")
    if state and not ehr.wrong.no_state:
        told["state"] = state
    joint = "&" if "?" in asked["redirect_uri"] else "?"
    return RedirectResponse(asked["redirect_uri"] + joint + urlencode(told), status_code=302)


def _question(asked: dict[str, str], waits: str) -> Response:
    return HTMLResponse(
        "<!doctype html><title>Test record system</title>"
        f"<p>May {escape(asked['client_id'])} have {escape(asked['scope'])}?</p>"
        '<form method="post" action="/oauth/answer">'
        f'<input type="hidden" name="request" value="{waits}">'
        '<button name="answer" value="allow">Allow</button> <button name="answer" value="deny">Deny</button></form>'
    )


def _page(says: str) -> Response:
    return HTMLResponse(f"<!doctype html><title>Test record system</title><p>{escape(says)}</p>", status_code=400)


def is_public(app: App) -> bool:
    """Whether a client has nothing to prove itself by."""
    return not (app.jwks or app.jwks_uri or app.secret)
