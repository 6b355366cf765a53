"""The record system on a port of this machine: `with running() as ehr: httpx.get(ehr.base + "/metadata")`."""

from __future__ import annotations

import asyncio
import json
import secrets
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.ehr.authorization import answered, authorize
from tests.ehr.certificate import speak_old_tls
from tests.ehr.charts import found, unknown
from tests.ehr.keys import public_keys
from tests.ehr.scopes import Scope, about, letting
from tests.ehr.state import Asked, Ehr, Token
from tests.ehr.tokens import token

FHIR = "application/fhir+json"
CAPABILITIES = (
    "launch-ehr", "launch-standalone", "authorize-post", "client-public", "client-confidential-symmetric",
    "client-confidential-asymmetric", "sso-openid-connect", "context-ehr-patient", "context-ehr-encounter",
    "context-standalone-patient", "context-standalone-encounter", "permission-offline", "permission-patient",
    "permission-user", "permission-v2",
)  # fmt: skip
TYPES = (
    "Patient", "Encounter", "Condition", "AllergyIntolerance", "Medication", "MedicationRequest", "MedicationStatement",
    "MedicationAdministration", "MedicationDispense", "Observation", "QuestionnaireResponse", "Practitioner",
)  # fmt: skip


@contextmanager
def running(
    certificate: Path | None = None, key: Path | None = None, newest: ssl.TLSVersion | None = None
) -> Iterator[Ehr]:
    """A record system while the block runs; over TLS (no newer than `newest`) with a certificate and its key."""
    ehr = Ehr(origin="")
    app = Starlette(routes=[Route("/{path:path}", _endpoint(ehr), methods=["GET", "POST"])])
    secured = {"ssl_certfile": certificate, "ssl_keyfile": key} if certificate else {}
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", lifespan="off", **secured)
    config.load()
    if newest and config.ssl:
        speak_old_tls(config.ssl, newest)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "The record system did not start."
        time.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    ehr.origin = f"{'https' if certificate else 'http'}://127.0.0.1:{port}"
    try:
        yield ehr
    finally:
        server.should_exit = server.force_exit = True
        thread.join(timeout=10)


def nobody_there() -> str:
    """The base of a FHIR server where none listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/fhir"


def _endpoint(ehr: Ehr) -> Any:
    async def endpoint(request: Request) -> Response:
        headers, body = dict(request.headers), await request.body()
        form = {}
        if headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        path = request.url.path
        query = parse_qsl(request.url.query, keep_blank_values=True)
        ehr.asked.append(Asked(method=request.method, path=path, query=dict(query), headers=headers, form=form))
        if ehr.wrong.slow:
            await asyncio.sleep(ehr.wrong.slow)
        if ehr.wrong.status:
            return _outcome(ehr.wrong.status, "transient", "The record system is ill.")
        if ehr.wrong.moved and path.endswith(ehr.wrong.moved):
            return RedirectResponse(f"https://elsewhere.example{path}", status_code=302)
        if ehr.wrong.huge and path.endswith(ehr.wrong.huge):
            return Response(b'{"x": "' + b"x" * 30_000_000 + b'"}', media_type="application/json")
        for end, told in ehr.wrong.instead.items():
            if path.endswith(end):
                return JSONResponse(told)
        # In a thread: a client's keys may have to be fetched.
        answer = await asyncio.to_thread(_answer, ehr, request.method, path, query, headers, form)
        if ehr.wrong.malformed and path.endswith(ehr.wrong.malformed):
            return Response(bytes(answer.body)[:-10], answer.status_code, media_type="application/json")
        return answer

    return endpoint


Query = list[tuple[str, str]]


def _answer(ehr: Ehr, method: str, path: str, query: Query, headers: dict[str, str], form: dict[str, str]) -> Response:
    asked = (method, path)
    if path == "/oauth/authorize":
        return authorize(ehr, dict(query) if method == "GET" else form)
    if asked == ("POST", "/oauth/answer"):
        return answered(ehr, form)
    if asked == ("POST", "/oauth/token"):
        return token(ehr, headers, form)
    if asked == ("GET", "/oauth/jwks") and not ehr.wrong.no_keys:
        return JSONResponse(public_keys(ehr.pair))
    if asked == ("GET", "/fhir/.well-known/smart-configuration") and not ehr.wrong.no_configuration:
        return JSONResponse(_configuration(ehr))
    if asked == ("GET", "/fhir/.well-known/openid-configuration"):
        return JSONResponse(_openid(ehr))
    if asked == ("GET", "/fhir/metadata"):
        return _resource(_statement(ehr))
    parts = path.split("/")[2:] if path.startswith("/fhir/") else []
    if parts and parts[0] in TYPES and parts[0] not in ehr.wrong.without_resources:
        return _fhir(ehr, method, parts, query, headers, form)
    return _outcome(404, "not-found", "There is nothing at this address.")


def _fhir(
    ehr: Ehr, method: str, parts: list[str], query: Query, headers: dict[str, str], form: dict[str, str]
) -> Response:
    """A read or a search, with the token that lets it."""
    held = _token(ehr, headers)
    if held is None:
        answer = _outcome(401, "login", "The access token is missing, not known, or no longer holds.")
        answer.headers["www-authenticate"] = 'Bearer error="invalid_token"'
        return answer
    if method == "GET" and len(parts) == 2:
        return _read(ehr, held, parts[0], parts[1])
    if (method, parts[1:]) == ("GET", []):
        return _search(ehr, held, parts[0], query)
    if (method, parts[1:]) == ("POST", ["_search"]):
        return _search(ehr, held, parts[0], [*query, *form.items()])
    return _outcome(405, "not-supported", "This server is read and searched alone.")


def _token(ehr: Ehr, headers: dict[str, str]) -> Token | None:
    scheme, _, given = headers.get("authorization", "").partition(" ")
    held = ehr.tokens.get(given) if scheme.lower() == "bearer" and not ehr.wrong.forgets_tokens else None
    return held if held and held.ends > ehr.clock() else None


def _read(ehr: Ehr, held: Token, type_: str, id_: str) -> Response:
    scopes = letting(held.scopes, "r", type_)
    myself = held.launch is not None and "fhirUser" in held.scopes and held.launch.person == f"{type_}/{id_}"
    if not scopes and not myself:
        return _outcome(403, "forbidden", f"No scope lets {type_} be read.")
    for one in ehr.resources:
        if (one["resourceType"], one["id"]) == (type_, id_) and (myself or _lets(scopes, held, one)):
            return _resource(one)
    return _outcome(404, "not-found", "There is no such resource.")


def _search(ehr: Ehr, held: Token, type_: str, query: Query) -> Response:
    scopes = letting(held.scopes, "s", type_)
    if not scopes:
        return _outcome(403, "forbidden", f"No scope lets {type_} be searched.")
    page = dict(query).get("_page")
    if page is not None:
        if page not in ehr.pages:
            return _outcome(410, "not-found", "This page is no longer kept.")
        return _page(ehr, type_, query, *ehr.pages[page])
    if unknown(query):
        return _outcome(400, "not-supported", f"This server does not search by {unknown(query)[0]}.")
    fits = [one for one in found(ehr.resources, type_, query) if _lets(scopes, held, one)]
    if ehr.wrong.somebody_else:
        fits += [one for one in ehr.resources if one["resourceType"] == type_ and one not in fits]
    count = dict(query).get("_count", "")
    return _page(ehr, type_, query, fits, 0, min(ehr.page, int(count)) if count.isdecimal() else ehr.page)


def _lets(scopes: list[Scope], held: Token, resource: dict[str, Any]) -> bool:
    """Whether one of the scopes reaches this very resource."""
    whom = f"Patient/{held.launch.patient}" if held.launch else ""
    return any(
        (one.level != "patient" or about(resource) == whom)
        and resource in found([resource], resource["resourceType"], list(one.only))
        for one in scopes
    )


def _page(ehr: Ehr, type_: str, query: Query, fits: list[dict[str, Any]], start: int, count: int) -> Response:
    here = f"{ehr.base}/{type_}"
    links = [{"relation": "self", "url": f"{here}?{urlencode(query)}"}]
    if start + count < len(fits):
        page = secrets.token_urlsafe(12)
        ehr.pages[page] = (fits, start if ehr.wrong.next_to_itself else start + count, count)
        at = "" if ehr.wrong.next_relative else f"{ehr.wrong.next_elsewhere or ehr.base}/"
        links.append({"relation": "next", "url": f"{at}{type_}?_page={page}"})
    entries = [
        {"fullUrl": f"{here}/{one['id']}", "resource": one, "search": {"mode": "match"}}
        for one in fits[start : start + count]
    ]
    bundle = {"resourceType": "Bundle", "type": "searchset", "total": len(fits), "link": links}
    return _resource(bundle | ({"entry": entries} if entries else {}))


def _configuration(ehr: Ehr) -> dict[str, Any]:
    at = "../" if ehr.wrong.relative_endpoints else f"{ehr.origin}/"
    if ehr.wrong.plain_endpoints:
        at = "http://ehr.example/"
    told = {
        "issuer": ehr.base,
        "jwks_uri": f"{at}oauth/jwks",
        "authorization_endpoint": f"{at}oauth/authorize",
        "token_endpoint": f"{at}oauth/token",
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS384", "ES384"],
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "response_types_supported": ["code"],
        "scopes_supported": ["openid", "fhirUser", "launch", "launch/patient", "offline_access", "patient/*.rs"],
        "code_challenge_methods_supported": list(ehr.wrong.challenge_methods),
        "capabilities": [one for one in CAPABILITIES if one not in ehr.wrong.without_capabilities],
    }
    return {name: value for name, value in told.items() if name not in ehr.wrong.lacks}


def _openid(ehr: Ehr) -> dict[str, Any]:
    return {
        "issuer": ehr.base,
        "jwks_uri": f"{ehr.origin}/oauth/jwks",
        "authorization_endpoint": ehr.authorization_endpoint,
        "token_endpoint": ehr.token_endpoint,
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ehr.signs],
    }


def _statement(ehr: Ehr) -> dict[str, Any]:
    uris = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"
    endpoints = [("authorize", ehr.authorization_endpoint), ("token", ehr.token_endpoint)]
    service = {"system": "http://terminology.hl7.org/CodeSystem/restful-security-service", "code": "SMART-on-FHIR"}
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-11-01",
        "kind": "instance",
        "implementation": {"description": "A record system for tests", "url": ehr.base},
        "fhirVersion": ehr.wrong.fhir_version,
        "format": ["json"],
        "rest": [
            {
                "mode": "server",
                "security": {
                    "service": [{"coding": [service]}],
                    "extension": [
                        {"url": uris, "extension": [{"url": name, "valueUri": at} for name, at in endpoints]}
                    ],
                },
                "resource": [
                    {"type": one, "interaction": [{"code": "read"}, {"code": "search-type"}]}
                    for one in TYPES
                    if one not in ehr.wrong.without_resources
                ],
            }
        ],
    }


def _resource(told: dict[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(told).encode(), status, media_type=FHIR)


def _outcome(status: int, code: str, says: str) -> Response:
    issue = {"severity": "error", "code": code, "diagnostics": says}
    return _resource({"resourceType": "OperationOutcome", "issue": [issue]}, status)
