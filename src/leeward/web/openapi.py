"""The addresses that programs call, described in OpenAPI 3.1 from the structures that they are read and answered with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, cast

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from leeward import __version__
from leeward.fhir.capability import SERVED
from leeward.fhir.structures import OperationOutcome
from leeward.hooks.cards import Cards
from leeward.hooks.discovery import Services
from leeward.hooks.feedback import Feedback
from leeward.hooks.request import HOOKS, Call
from leeward.hooks.services import discovery
from leeward.knowledge import Knowledge
from leeward.web.guard import COOKIE

PATH = "/openapi.json"
JSON, FHIR = "application/json", "application/fhir+json"
ID = r"^[A-Za-z0-9\-.]{1,64}$"

CALL_WRONG = (400, 404, 405, 412, 413, 415, 500, 503)
READ_WRONG = (400, 401, 403, 404, 405, 406, 409, 410, 500, 503)
SENT_WRONG = (400, 401, 404, 405, 406, 408, 413, 415, 500, 503)

SAYS = """What a record system calls: CDS Hooks 2.0, and FHIR R4 of what Leeward originated.

A hook outside a demo ward is called with a token that the record system signed; FHIR is read with one too, or with the session
of somebody signed in."""

Json = dict[str, Any]

WRONG: Mapping[int, str] = {
    400: "It is not as CDS Hooks or FHIR R4 asks; the place is named.",
    401: "There is no proof, or it does not hold.",
    403: "Whoever asks may not have it.",
    404: "There is nothing of this name, or whoever asks may not read it.",
    405: "The address is not called by this method.",
    406: "It is given as JSON alone.",
    408: "It did not come whole in time.",
    409: "What was charted cannot be given as FHIR.",
    410: "What was found has changed since the page before.",
    412: "Data is missing and could not be fetched. It is never answered with an empty list.",
    413: "It is too large.",
    415: "It is not JSON.",
    500: "Something went wrong in Leeward. Decide without it.",
    503: "The record cannot be written just now.",
}


def description(knowledge: Knowledge) -> Json:
    """The document that is served at `/openapi.json`."""
    read = (Call, Cards, Feedback, Services)
    _, structures = msgspec.json.schema_components(read, ref_template="#/components/schemas/{name}")
    schemas = {name: _ecma(one) for name, one in structures.items()}
    call = schemas["Call"]["properties"]
    call["hook"] |= {"enum": list(HOOKS)}
    call["hookInstance"] |= {"format": "uuid"}
    schemas["Told"]["properties"]["outcomeTimestamp"] |= {"format": "date-time"}
    schemas["OperationOutcome"] = _outcome()
    schemas |= {name: _resource(name) for name in ("Bundle", "CapabilityStatement", *SERVED)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Leeward",
            "version": __version__,
            "description": SAYS,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "security": [{}, {"token": []}, {"session": []}],
        "paths": _hooks(knowledge) | _facade(),
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
                "session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
            },
        },
    }


def served(knowledge: Knowledge) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint that answers with it, to whoever asks."""
    content = msgspec.json.encode(description(knowledge))

    async def endpoint(_: Request) -> Response:
        return Response(content, media_type="application/json")

    return endpoint


def _hooks(knowledge: Knowledge) -> Json:
    names = [line.id for line in discovery(knowledge).services]
    service = {"name": "service", "in": "path", "required": True, "schema": {"enum": names}}
    return {
        "/cds-services": {
            "get": {"operationId": "discover", "summary": "Every service", "responses": _answers(_named("Services"), (405,))}
        },
        "/cds-services/{service}": {
            "parameters": [service],
            "post": _posted("call", "Ask one service for its cards", "Call", _answers(_named("Cards"), CALL_WRONG)),
        },
        "/cds-services/{service}/feedback": {
            "parameters": [service],
            "post": _posted(
                "feedback", "Tell what became of cards", "Feedback",
                _answers(None, tuple(status for status in CALL_WRONG if status != 412)),
            ),
        },
    }  # fmt: skip


def _facade() -> Json:
    kind = {"name": "type", "in": "path", "required": True, "schema": {"enum": list(SERVED)}}
    id = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "pattern": ID}}
    names = {"_count", "_format", "_page", *(name for served in SERVED.values() for name in served.searches)}
    search = [{"name": name, "in": "query", "schema": {"type": "string"}} for name in sorted(names)]
    read = {"anyOf": [_named(one) for one in SERVED]}
    unchanged = {"304": {"description": "It is as it was."}}
    return {
        "/fhir/metadata": {"get": _got("capabilities", "What is served", _named("CapabilityStatement"))},
        "/fhir/$validate": {"post": _validated("validate")},
        "/fhir/{type}/$validate": {"parameters": [kind], "post": _validated("validateType")},
        "/fhir/Patient/{id}/$everything": {
            "parameters": [id],
            "get": _got("everything", "The whole episode of one person", _named("Bundle")),
        },
        "/fhir/{type}": {
            "parameters": [kind, *search],
            "get": _got("search", "Search; the parameters of each type are in /fhir/metadata", _named("Bundle")),
        },
        "/fhir/{type}/_search": {"parameters": [kind], "post": _searched()},
        "/fhir/{type}/{id}": {"parameters": [kind, id], "get": _got("read", "Read one resource", read, unchanged)},
    }


def _got(id: str, summary: str, schema: Json, besides: Json | None = None) -> Json:
    answers = _answers(schema, READ_WRONG, FHIR) | (besides or {})
    return {"operationId": id, "summary": summary, "responses": answers}


def _validated(id: str) -> Json:
    body = {"required": True, "content": {FHIR: {"schema": {"type": "object"}}}}
    answers = _answers(_named("OperationOutcome"), SENT_WRONG, FHIR)
    return {
        "operationId": id,
        "summary": "Whether a resource is as R4 has it",
        "requestBody": body,
        "responses": answers,
    }


def _searched() -> Json:
    """A search whose parameters come as a form."""
    form = {"schema": {"type": "object", "additionalProperties": {"type": "string"}}}
    return {
        "operationId": "searchByForm",
        "summary": "Search, with the parameters as a form",
        "requestBody": {"required": False, "content": {"application/x-www-form-urlencoded": form}},
        "responses": _answers(_named("Bundle"), SENT_WRONG, FHIR),
    }


def _posted(id: str, summary: str, schema: str, answers: Json) -> Json:
    kinds = {kind: {"schema": _named(schema)} for kind in (JSON, FHIR)}
    return {
        "operationId": id,
        "summary": summary,
        "requestBody": {"required": True, "content": kinds},
        "responses": answers | {"401": {"description": WRONG[401]}},
    }


def _answers(right: Json | None, wrong: Sequence[int], kind: str = JSON) -> Json:
    content = {"content": {kind: {"schema": right}}} if right else {}
    told = {kind: {"schema": _named("OperationOutcome")}}
    answers: Json = {"200": {"description": "It was taken."} | content}
    return answers | {str(status): {"description": WRONG[status], "content": told} for status in wrong}


def _resource(name: str) -> Json:
    return {"type": "object", "properties": {"resourceType": {"const": name}}, "required": ["resourceType"]}


def _named(schema: str) -> Json:
    return {"$ref": f"#/components/schemas/{schema}"}


def _outcome() -> Json:
    """The part of an OperationOutcome that Leeward fills, and always fills."""
    text = {"type": "object", "properties": {"text": {"type": "string", "minLength": 1}}, "required": ["text"]}
    issue = {
        "type": "object",
        "properties": {
            "severity": {"enum": ["fatal", "error", "warning", "information"]},
            "code": {"type": "string"},
            "details": text,
        },
        "required": ["severity", "code", "details"],
    }
    return {
        "type": "object",
        "properties": {
            "resourceType": {"const": OperationOutcome.__name__},
            "issue": {"type": "array", "minItems": 1, "items": issue},
        },
        "required": ["resourceType", "issue"],
    }


def _ecma(schema: Any) -> Any:
    r"""A schema whose patterns end as those of JSON Schema do: Python's `\Z` is nothing there."""
    if isinstance(schema, dict):
        given = cast("Json", schema)
        return {
            name: value.replace("\\Z", "$") if name == "pattern" and isinstance(value, str) else _ecma(value)
            for name, value in given.items()
        }
    return [_ecma(one) for one in cast("list[Any]", schema)] if isinstance(schema, list) else schema
