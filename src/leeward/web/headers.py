"""Headers of every response, and the checks on every request that no page makes: its host, and where a form comes from."""

from __future__ import annotations

import msgspec
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from leeward.fhir.outcomes import IssueCode, said
from leeward.fhir.writing import plain

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""A picture of ours, should somebody open it by itself: it may be styled and does nothing."""

HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


OPEN_TO_OTHERS = "/cds-services"
"""Where record systems call: from their own pages too, since a call proves itself and no cookie is looked at there."""

FOR_PROGRAMS = {
    "/cds-services": "application/json",
    "/openapi.json": "application/json",
    "/fhir": "application/fhir+json",
}
"""Where programs call and not browsers, and the kind of what they are answered: whatever is wrong, never a page."""


def refused_for_a_program(path: str, status: int, code: IssueCode, sentence: str) -> Response | None:
    """A refusal as a program reads it, an OperationOutcome; None where the address is not one that programs call."""
    kind = next((kind for below, kind in FOR_PROGRAMS.items() if f"{path}/".startswith(f"{below}/")), None)
    return Response(msgspec.json.encode(plain(said(code, sentence))), status, media_type=kind) if kind else None


class Headed:
    """Sets the headers; refuses hosts that this server is not called by, and forms sent from another site."""

    def __init__(self, app: ASGIApp, *, hosts: tuple[str, ...], secure: bool) -> None:
        self.app, self.hosts, self.secure = app, frozenset(hosts), secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)

        async def send_headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._head(MutableHeaders(scope=message), str(scope["path"]))
            await send(message)

        refused = self._refused(headers, scope["method"], str(scope["path"]))
        if refused:
            answer = refused_for_a_program(str(scope["path"]), 400, "invalid", refused) or PlainTextResponse(
                refused, 400
            )
            await answer(scope, receive, send_headed)
            return
        await self.app(scope, receive, send_headed)

    def _refused(self, headers: Headers, method: str, path: str) -> str:
        host = headers.get("host", "")
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
        if "*" not in self.hosts and name.lower() not in self.hosts:
            return "This server does not go by that name."
        if method not in ("GET", "HEAD") and not path.startswith(OPEN_TO_OTHERS):
            origin = headers.get("origin")
            elsewhere = headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")
            if elsewhere or (origin is not None and origin.partition("://")[2] != host):
                return "This form comes from another site. Nothing was written."
        return ""

    def _head(self, headers: MutableHeaders, path: str) -> None:
        picture = headers.get("content-type", "").startswith("image/svg")
        headers["content-security-policy"] = PICTURE_POLICY if picture else POLICY
        for name, value in HEADERS.items():
            headers[name] = value
        if not path.startswith("/static/"):
            headers["cache-control"] = "no-store"
        if self.secure:
            headers["strict-transport-security"] = "max-age=63072000"
