"""The addresses under /fhir: what Leeward originated, read and searched as FHIR R4, and `$validate`. Nothing is taken in.

Order matters. The question is read first, then who asks, then whether the record lets it out to them; that it was read is
on disk before anything is answered. Somebody whom the caller may not read about is told as somebody who is not there.
Whatever is wrong is answered by an OperationOutcome in a sentence.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import uuid
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cached_property
from typing import Any, NamedTuple

import anyio
import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from leeward.errors import BadInput
from leeward.fhir.capability import SERVED, WHOLE, capability_statement
from leeward.fhir.definitions import library, plan_definitions
from leeward.fhir.episode import beginning, episode_of, id_of_person, standing
from leeward.fhir.json_text import decoded, is_object
from leeward.fhir.outcomes import IssueCode, outcome_of, said
from leeward.fhir.questionnaires import questionnaires
from leeward.fhir.structures import Element, Meta
from leeward.fhir.validity import validity_of
from leeward.fhir.writing import instant, kind_of, plain
from leeward.guidance.assessment import Assessment
from leeward.model.case import Case
from leeward.model.shapes import is_list
from leeward.record.consent import Part, Recipient
from leeward.record.trouble import RecordTrouble
from leeward.ward.state import Bedside
from leeward.web.bodies import whole_body
from leeward.web.fhir_facade_query import Declined, Resource, acceptable, page_of, read_pairs, read_query
from leeward.web.fhir_facade_reader import Reader, reader_of
from leeward.web.house import House
from leeward.web.keys import PublishedKeys

log = logging.getLogger("leeward.fhir")

PATH = "/fhir"
KIND = "application/fhir+json"
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
"""Every method comes here, so that a wrong one is answered by an OperationOutcome too."""

MOST_BYTES = 10_000_000
"""Of a resource to be looked at. A convention of Leeward."""

SOON, SLOWEST = 30, 100_000
"""A body has come whole within so many seconds, and one more for so many bytes that it may have."""

MOST_OF_A_SEARCH = 65_536
"""Bytes of a search that is posted. A convention of Leeward."""

KEPT = 16
"""People whose resources are kept made; a caller reads many kinds and pages about one person after another."""

NOT_THERE = "There is nothing of this id here, or it may not be given to you."

_NOBODY = Reader(by="", role="", purpose="treatment", recipient=Recipient("log"))
"""Who asks for what is open to all: nothing of a record is let out to them."""


class Body(NamedTuple):
    """What a request may bring: its media types, that which is recommended first, empty where none need be told; in words; how many bytes."""

    kinds: tuple[str, ...]
    says: str
    most: int


RESOURCE = Body((KIND, "application/json", "text/json"), "JSON", MOST_BYTES)
FORM = Body(("application/x-www-form-urlencoded", ""), "form", MOST_OF_A_SEARCH)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """One request: who asks, when, at which address; `pairs` is what stands behind the question mark."""

    request: Request
    reader: Reader
    now: datetime
    base: str
    """The address of the facade, with a slash at its end."""
    pairs: list[tuple[str, str]]
    content: bytes = b""

    @property
    def kind(self) -> str:
        """The type of resource that the address names. Raises Declined where none of it is served."""
        kind = str(self.request.path_params["type"])
        if kind not in SERVED:
            raise Declined(404, "not-found", "Resources of this type are not served. See /fhir/metadata.")
        return kind


Take = Callable[[Asked], Response]


class Facade:
    """The FHIR facade of a house."""

    def __init__(self, house: House) -> None:
        self.house, self.keys = house, PublishedKeys()
        self._people: dict[str, str] = {}
        self._made: dict[str, tuple[Bedside, str, list[Element]]] = {}
        self._lock = threading.Lock()

    def routes(self) -> list[Route]:
        """The routes, for the server to mount."""
        shown = ("GET", "HEAD")
        return [
            Route(f"{PATH}/metadata", self._endpoint(self._metadata, *shown, open_to_all=True), methods=METHODS),
            Route(f"{PATH}/$validate", self._endpoint(self._validate, "POST"), methods=METHODS),
            Route(f"{PATH}/Patient/{{id}}/$everything", self._endpoint(self._everything, *shown), methods=METHODS),
            Route(f"{PATH}/{{type}}/_search", self._endpoint(self._posted, "POST", takes=FORM), methods=METHODS),
            Route(f"{PATH}/{{type}}/$validate", self._endpoint(self._validate, "POST"), methods=METHODS),
            Route(f"{PATH}/{{type}}", self._endpoint(self._search, *shown), methods=METHODS),
            Route(f"{PATH}/{{type}}/{{id}}", self._endpoint(self._read, *shown), methods=METHODS),
            Route(PATH, self._endpoint(self._nowhere, *METHODS, open_to_all=True), methods=METHODS),
            Route(f"{PATH}/{{rest:path}}", self._endpoint(self._nowhere, *METHODS, open_to_all=True), methods=METHODS),
        ]

    def _endpoint(
        self, take: Take, *methods: str, open_to_all: bool = False, takes: Body = RESOURCE
    ) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            if request.method not in methods:
                answer = _told(405, "not-supported", "This is not done here: resources are read and searched only.")
                answer.headers["allow"] = ", ".join(methods)
                return answer
            asked = await run_in_threadpool(self._asked, request, open_to_all)
            if isinstance(asked, Response):
                return asked
            if methods == ("POST",):
                content = await _content(request, takes)
                if isinstance(content, Response):
                    return content
                asked = msgspec.structs.replace(asked, content=content)
            return await run_in_threadpool(self._guarded, take, asked)

        return endpoint

    def _asked(self, request: Request, open_to_all: bool) -> Asked | Response:
        """The question and who asks it, or why it is not answered."""
        now = self.house.clock()
        base = (self.house.public_url.rstrip("/") or f"http://{request.headers.get('host', '')}") + PATH
        try:
            pairs = read_pairs(request.scope["query_string"])
            if not acceptable(pairs, request.headers.get("accept", "")):
                raise Declined(406, "not-supported", f"Leeward gives JSON alone. Ask for {KIND}.")
            self.house.ward.catch_up()
            reader = _NOBODY if open_to_all else reader_of(self.house, self.keys, request, base, now)
            if reader is None:
                answer = _told(401, "login", "Sign in to Leeward, or send a token that holds.")
                answer.headers["www-authenticate"] = "Bearer"
                return answer
            return Asked(request=request, reader=reader, now=now, base=f"{base}/", pairs=pairs)
        except Exception as error:
            return _ended(error)

    def _guarded(self, take: Take, asked: Asked) -> Response:
        try:
            return take(asked)
        except Exception as error:
            return _ended(error)

    def _metadata(self, asked: Asked) -> Response:
        return _json(200, plain(capability_statement(asked.now, asked.base)))

    def _nowhere(self, asked: Asked) -> Response:
        raise Declined(404, "not-found", "There is nothing at this address. See /fhir/metadata.")

    def _read(self, asked: Asked) -> Response:
        kind, id = asked.kind, str(asked.request.path_params["id"])
        _only_format(asked)
        parts = SERVED[kind].parts
        there = self._about(asked, beginning(id), parts, kind)[0] if parts else self._published[kind]
        found = next((one for one in there if one.get("id") == id), None)
        if found is None:
            raise Declined(404, "not-found", NOT_THERE)
        answer = _json(200, found)
        updated = found.get("meta", {}).get("lastUpdated")
        if updated:
            answer.headers["last-modified"] = _http_date(updated)
        answer.headers["etag"] = etag = f'W/"{hashlib.sha256(answer.body).hexdigest()[:32]}"'
        known = {one.strip() for one in asked.request.headers.get("if-none-match", "").split(",")}
        return Response(status_code=304, headers={"etag": etag}) if known & {etag, etag[2:], "*"} else answer

    def _search(self, asked: Asked) -> Response:
        kind, zone = asked.kind, asked.now.tzinfo
        served = SERVED[kind]
        assert zone is not None
        query = read_query(asked.pairs, served.searches, asked.request.headers.get("prefer", ""))
        tests = query.fits(served.searches, asked.base, zone)
        meta: Meta | None = None
        if served.parts:
            there, meta = self._about(asked, query.whom(kind, asked.base), served.parts, kind)
        else:
            there = self._published[kind]
        found = [one for one in there if all(test(one) for test in tests)]
        page = page_of(found, query, f"{asked.base}{kind}", asked.base, instant(asked.now), meta)
        return _json(200, plain(page))

    def _posted(self, asked: Asked) -> Response:
        """A search whose parameters come as a form, so that none of them stands in an address."""
        pairs = [*asked.pairs, *read_pairs(asked.content)]
        if not acceptable(pairs, asked.request.headers.get("accept", "")):
            raise Declined(406, "not-supported", f"Leeward gives JSON alone. Ask for {KIND}.")
        return self._search(msgspec.structs.replace(asked, pairs=pairs))

    def _everything(self, asked: Asked) -> Response:
        """The whole episode of one person. Whoever may not export is told so before anybody is looked for."""
        id = str(asked.request.path_params["id"])
        query = read_query(asked.pairs, {}, asked.request.headers.get("prefer", ""))
        if not asked.reader.may_export(asked.now):
            raise Declined(403, "forbidden", "To export a whole episode needs the role prescriber.")
        there, meta = self._about(asked, beginning(id), WHOLE)
        if not any(one["id"] == id for one in there if one["resourceType"] == "Patient"):
            raise Declined(404, "not-found", NOT_THERE)
        address = f"{asked.base}Patient/{id}/$everything"
        return _json(200, plain(page_of(there, query, address, asked.base, instant(asked.now), meta)))

    def _validate(self, asked: Asked) -> Response:
        """Whether a resource is as R4 has it. The answer says what was not looked at."""
        _only_format(asked)
        kind = asked.kind if "type" in asked.request.path_params else ""
        raw = _resource(decoded(asked.content, most=MOST_BYTES))
        if kind and raw.get("resourceType") != kind:
            raise Declined(400, "invalid", f"This is no {kind}. Send it to its own address, or to /fhir/$validate.")
        return _json(200, plain(validity_of(raw)))

    def _about(self, asked: Asked, begins: str, parts: tuple[Part, ...], kind: str = "") -> tuple[list[Resource], Meta]:
        """What there is about a person, of one kind or everything, and the labels of a Bundle of it; its reading is entered.

        Raises Declined alike where nobody has the id and where nothing may be given.
        """
        house, now = self.house, asked.now
        patient = self._patient(begins)
        decision = asked.reader.lets_out(house, patient, parts, now) if patient else None
        bedside = house.ward.bedside(patient, now) if decision else None
        if decision is None or bedside is None:
            raise Declined(404, "not-found", NOT_THERE)
        asked.reader.enter(house, decision, patient, parts, now)
        case, assessment = bedside.case, bedside.assessment
        if case is None or assessment is None:
            says = (
                "What was charted cannot be read as a case, so it cannot be given as FHIR. Its page names the entries."
            )
            raise Declined(409, "business-rule", says)
        made = self._made_of(bedside, case, assessment, decision.notice)
        told: list[Resource] = [plain(one) for one in made if kind in ("", kind_of(one))]
        return told, standing(patient, case, assessment, decision.notice).meta

    def _made_of(self, bedside: Bedside, case: Case, assessment: Assessment, notice: str) -> list[Element]:
        """Everything about a person as they stand; kept as long as the ward keeps that, for the pages and kinds that follow."""
        with self._lock:
            kept = self._made.get(bedside.patient)
        if kept is not None and kept[0] is bedside and kept[1] == notice:
            return kept[2]
        knowledge = self.house.knowledge
        made = episode_of(bedside.entries, bedside.chart, case, assessment, knowledge, notice=notice)
        with self._lock:
            self._made.pop(bedside.patient, None)
            self._made[bedside.patient] = (bedside, notice, made)
            while len(self._made) > KEPT:
                del self._made[next(iter(self._made))]
        return made

    def _patient(self, begins: str) -> str:
        """Id in the record of the person whom ids begin with; empty where there is none."""
        with self._lock:
            if begins not in self._people:
                known = set(self._people.values())
                for patient in self.house.ward.patients():
                    if patient not in known:
                        self._people[beginning(id_of_person(patient))] = patient
            return self._people.get(begins, "")

    @cached_property
    def _published(self) -> Mapping[str, list[Resource]]:
        """What is about nobody, by its kind: the forms, and the rules with their sources."""
        knowledge, signed = self.house.knowledge, bool(self.house.ward.signed_by)
        made: tuple[Element, ...] = (
            *questionnaires(),
            *plan_definitions(knowledge, signed=signed),
            library(knowledge, signed=signed),
        )
        return {kind: [plain(one) for one in made if kind_of(one) == kind] for kind in SERVED}


def _only_format(asked: Asked) -> None:
    """Refuse parameters where there is nothing to search, and no Bundle to name what was passed over."""
    read_query(asked.pairs, {}, "")


async def _content(request: Request, takes: Body) -> bytes | Response:
    """The body of a request, or why it is not taken."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in takes.kinds:
        return _told(415, "not-supported", f"This is no {takes.says}. Send it as {takes.kinds[0]}.")
    try:
        with anyio.fail_after(SOON + takes.most / SLOWEST):
            content = await whole_body(request, takes.most)
    except TimeoutError:
        return _told(408, "transient", "The body did not come whole in time. Send it again.")
    except ClientDisconnect:
        return Response(status_code=400)
    if content is None:
        return _told(413, "too-long", f"This is larger than {takes.most:,} bytes. Send less.")
    return content


def _resource(raw: dict[str, Any]) -> dict[str, Any]:
    """The resource that is to be looked at: as it was sent, or the one in Parameters. Raises Declined."""
    if raw.get("resourceType") != "Parameters":
        return raw
    told = raw.get("parameter")
    named = [one for one in told if is_object(one)] if is_list(told) else []
    if [one.get("name") for one in named] != ["resource"] or not is_object(named[0].get("resource")):
        says = "Parameters of $validate hold one resource, and nothing else that is served. Send the resource itself."
        raise Declined(400, "not-supported", says)
    return named[0]["resource"]


def _ended(error: Exception) -> Response:
    """Whatever went wrong, as an OperationOutcome."""
    match error:
        case Declined():
            return _told(error.status, error.code, error.says)
        case BadInput():
            return _json(400, plain(outcome_of(error.problems)))
        case RecordTrouble():
            log.error("%s while something was read", error.code)
            says = f"Leeward's record cannot be written now, so nothing is given ({error.code}). Ask again."
            return _told(503, "transient", says)
        case _:
            # The last door: an error that nobody foresaw is told by a code.
            code = uuid.uuid4().hex[:8]
            log.error("%s in the FHIR facade, told as %s", type(error).__name__, code)
            return _told(500, "exception", f"Leeward could not answer (code {code}).")


def _told(status: int, code: IssueCode, sentence: str) -> Response:
    return _json(status, plain(said(code, sentence)))


def _json(status: int, content: Mapping[str, object]) -> Response:
    return Response(msgspec.json.encode(content), status, media_type=KIND)


def _http_date(at: str) -> str:
    return format_datetime(datetime.fromisoformat(at).astimezone(UTC), usegmt=True)
