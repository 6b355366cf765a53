"""The addresses that a record system calls: discovery, the services, feedback. No cookie is read here, no page is shown.

Whatever is wrong is answered with the status that CDS Hooks names and an OperationOutcome in a sentence; a proof that does
not hold with a bare 401. Cards rest on what was sent with the call and on nothing in Leeward's record, so that a card can
reveal nothing about anybody that the record system does not hold already.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from leeward.errors import BadInput
from leeward.fhir.outcomes import outcome_of, said
from leeward.fhir.structures import OperationOutcome
from leeward.fhir.writing import plain
from leeward.hooks import feedback
from leeward.hooks.cards import Cards
from leeward.hooks.issued import seal_of
from leeward.hooks.request import MOST_BYTES, HookRequest, read_call
from leeward.hooks.services import Service, discovery, services
from leeward.hooks.situation import Situation
from leeward.hooks.trust import Client, proved
from leeward.record.entries import Draft
from leeward.record.proofs import first_use
from leeward.record.trouble import RecordTrouble
from leeward.web.bodies import whole_body
from leeward.web.house import House
from leeward.web.keys import PublishedKeys
from leeward.web.prefetching import topped_up

log = logging.getLogger("leeward.hooks")

PATH = "/cds-services"
LAUNCH = "/smart/launch"
"""Where a record system opens Leeward from a chart (pages/smart.py)."""

CORS = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET, POST, OPTIONS",
    "access-control-allow-headers": "authorization, content-type",
    "access-control-max-age": "600",
}
"""Calls may come from a browser: they carry a token of their own, and no cookie is looked at."""

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
"""Every method comes here, so that a wrong one is answered in JSON too and not by a page."""

Answering = Callable[[Service, Client, bytes, str], Response]
"""Answers a call of a service by a record system: its body, and the address at which this server was reached."""

DEMO = Client(iss="demo", keys_file="", typed_ids=True)
"""Who calls a demo ward, where nobody proves anything and everything is made up."""


class Endpoints:
    """The addresses of a house."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.services = services(house.knowledge)
        self.discovery = msgspec.json.encode(discovery(house.knowledge))
        self.keys = PublishedKeys()

    def routes(self) -> list[Route]:
        """The routes, for the server to mount."""
        return [
            Route(PATH, self.discover, methods=METHODS),
            Route(f"{PATH}/{{service}}", self._posted(self._call), methods=METHODS),
            Route(f"{PATH}/{{service}}/feedback", self._posted(self._feedback), methods=METHODS),
            Route(f"{PATH}/{{service}}/{{rest:path}}", self.nowhere, methods=METHODS),
        ]

    async def discover(self, request: Request) -> Response:
        """Every service, to whoever asks."""
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=CORS)
        if request.method not in ("GET", "HEAD"):
            return _wrong_method("GET")
        return Response(self.discovery, 200, CORS, "application/json")

    async def nowhere(self, request: Request) -> Response:
        """What is told at an address below a service that is none."""
        return _json(404, said("not-found", "There is nothing at this address. See /cds-services."))

    def _posted(self, answer: Answering) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            if request.method == "OPTIONS":
                return Response(status_code=204, headers=CORS)
            if request.method != "POST":
                return _wrong_method("POST")
            client = await run_in_threadpool(self._who, request)
            if client is None:
                return Response(status_code=401, headers=CORS)
            service = self.services.get(request.path_params["service"])
            if service is None:
                return _json(404, said("not-found", "There is no service of this name. See /cds-services."))
            kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind not in ("application/json", "application/fhir+json"):
                return _json(415, said("invalid", "The call is not JSON. Send it as application/json."))
            try:
                content = await whole_body(request, MOST_BYTES)
            except ClientDisconnect:
                return Response(status_code=400)
            if content is None:
                return _json(413, said("too-long", f"This is larger than {MOST_BYTES:,} bytes. Send less."))
            return await run_in_threadpool(self._guarded, answer, service, client, content, self._base(request))

        return endpoint

    def _who(self, request: Request) -> Client | None:
        """The record system that calls, where it proves who it is."""
        house = self.house
        header = request.headers.get("authorization", "")
        if not house.trust:
            if not house.demo:
                log.warning("A call was refused: nobody may call, since no file of record systems was given (--trust).")
            return DEMO if house.demo else None
        base = self._base(request)
        now = house.clock()
        try:
            proof = proved(header, house.trust, f"{base}{request.url.path}", now, self.keys.of)
            fresh = proof is not None and first_use(
                house.record.engine, f"{proof.client.iss} {proof.jti}", proof.ends, now
            )
        except RecordTrouble as trouble:
            log.error("%s while a proof was kept", trouble.code)
            return None
        if proof is not None and not fresh:
            log.warning("A call was refused: its token was taken before (jti). It is of %s.", proof.client.entered_as)
        return proof.client if proof is not None and fresh else None

    def _base(self, request: Request) -> str:
        """How this server is reached, as the record system knows it."""
        return self.house.public_url.rstrip("/") or f"http://{request.headers.get('host', '')}"

    def _guarded(self, answer: Answering, service: Service, client: Client, content: bytes, base: str) -> Response:
        try:
            return answer(service, client, content, base)
        except BadInput as wrong:
            return _json(400, outcome_of(wrong.problems))
        except RecordTrouble as trouble:
            return _json(
                503, said("transient", f"Leeward's record cannot be written now ({trouble.code}). Send it again.")
            )
        except Exception as error:
            # The last door: an error that nobody foresaw is told by a code, and never as an empty answer.
            code = uuid.uuid4().hex[:8]
            log.error("%s in a hook, told as %s", type(error).__name__, code)
            return _json(500, said("exception", f"Leeward could not answer (code {code}). Decide without it."))

    def _call(self, service: Service, client: Client, content: bytes, base: str) -> Response:
        request = read_call(content, hook=_hook(service), typed_ids=client.typed_ids)
        request, missing = self._complete(service, client, request)
        if missing:
            keys = ", ".join(missing)
            says = f"What Leeward needs was not sent and could not be fetched: {keys}. No answer does not mean that all is well."
            return _json(412, said("required", says))
        house, there = self.house, request.call.fhir_server or client.fhir_server or ""
        situation = Situation(
            request=request,
            now=house.clock(),
            knowledge=house.knowledge,
            policy=house.ward.policy,
            signed_by=house.ward.signed_by,
            seal=seal_of(house.record.id, client.iss, service.line.id),
            launch=f"{base}{LAUNCH}" if house.record_systems.named(there) else "",
        )
        return _json(200, msgspec.to_builtins(Cards(cards=service.cards(situation))))

    def _complete(self, service: Service, client: Client, request: HookRequest) -> tuple[HookRequest, list[str]]:
        """The call with whatever its prefetch lacks fetched from the FHIR server; and what is missing still."""
        lacking = request.lacking(service.line.prefetch)
        if not lacking or (client.typed_ids and service.is_complete_in_the_older_dialect(request)):
            return request, []
        return topped_up(request, service.line.prefetch, lacking, client)

    def _feedback(self, service: Service, client: Client, content: bytes, _: str) -> Response:
        house, now = self.house, self.house.clock()
        told = feedback.read_feedback(content, seal_of(house.record.id, client.iss, service.line.id), now)
        drafts: dict[str, Draft] = {}
        for index, one in enumerate(told):
            keep = feedback.kept(one, service.line.id)
            before = drafts.get(keep.first) or house.record.standing(keep.first)
            if before is not None and before.body["outcome"] != one.outcome:
                raise BadInput([feedback.contradiction(index)])
            id = keep.first if before is None else keep.own
            if before is None or (
                not feedback.is_told_already(one, before.body) and house.record.standing(keep.own) is None
            ):
                drafts[id] = Draft(id=id, kind="card-feedback", patient="", at=now.isoformat(), by=client.entered_as, role="record-system", body=keep.body)  # fmt: skip
        house.record.append_all(drafts.values(), now)
        return Response(status_code=200, headers=CORS)


def _hook(service: Service) -> Any:
    return service.line.hook


def _wrong_method(right: str) -> Response:
    answer = _json(405, said("not-supported", f"This address is not called by that method. Send {right}."))
    answer.headers["allow"] = f"{right}, OPTIONS"
    return answer


def _json(status: int, content: Mapping[str, Any] | OperationOutcome) -> Response:
    told = plain(content) if isinstance(content, OperationOutcome) else content
    return Response(msgspec.json.encode(told), status, CORS, "application/json")
