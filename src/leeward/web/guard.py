"""The one door that every request goes through: who asks, may they, does the chart exist, may it leave, then the page.

Order matters. A person without the permission is refused before anything is looked up, so that the refusal is the same
for a patient who is here and for one who never was; a large form is not even read from somebody who may not send it.
Nothing of a chart is shown before that it is read is on disk. Whatever goes wrong ends in one sentence (`refused.html`)
that shows nobody's chart.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

import anyio
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response

from leeward.errors import BadInput
from leeward.record.consent import Purpose
from leeward.record.egress import Withheld
from leeward.record.people import Person
from leeward.record.permissions import GRANTED, Context, Denied, may
from leeward.record.sessions import form_holds, form_of, signed_in_person
from leeward.record.trouble import Conflict, Full, ReadOnly, RecordTrouble, SentBefore
from leeward.smart.launching import LASTS
from leeward.web.house import House
from leeward.web.numbers_typed import whole_number
from leeward.web.page import OPEN, SIGNED_IN, Page
from leeward.web.sent_again import as_first_sent
from leeward.web.signed_out import SHOW_AGAIN, kept_for, typed_in
from leeward.web.templates import render
from leeward.web.visit import Answer, Elsewhere, Handler, Lately, Refused, Sent, Shown, Upload, Visit

COOKIE = "leeward_session"
LAUNCHED_IN = "leeward_launch_"
"""Begins the name of the cookie that a launch leaves in the browser in which it was begun, so that no other can end it."""

WAITING = anyio.CapacityLimiter(16)
"""Threads for pages that wait for other servers: the limits in launches.py keep some free."""

ASKED_FIRST = 64_000
"""Bytes of a form from which on it is asked who sends it before it is read. Nearly all forms are smaller: asked once."""

SOON, SLOWEST = 30, 100_000
"""A form has come whole within so many seconds, and one more for so many bytes that its page takes."""

_READ = Lately()
"""Charts that a session read, by the hour: what a page asks for by itself within it is part of that reading."""

log = logging.getLogger("leeward.web")
"""Says that something went wrong and where in the code; never about whom, and never what was typed."""

_UNTIL_IT_IS_WRITTEN = (
    "Until then no chart can be shown either: that it is read is written down first. Go on from the last printed "
    "hand-off, chart on paper, and call whoever looks after this server."
)


class Door:
    """Answers the requests to one page."""

    def __init__(self, house: House, page: Page) -> None:
        self.house, self.page = house, page

    async def __call__(self, request: Request) -> Response:
        """The response to one request."""
        forms: Mapping[str, list[str]] = {}
        files: Mapping[str, Upload] = {}
        try:
            if request.method == "POST":
                if self._length(request) > ASKED_FIRST:
                    refusal = await run_in_threadpool(self._asked_first, request)
                    if refusal is not None:
                        return refusal
                with anyio.fail_after(SOON + self.page.largest / SLOWEST):
                    forms, files = await self._form(request)
        except TimeoutError:
            late = Refused(408, "The form did not come whole in time.", "Go back to its page and send it again.")
            return await run_in_threadpool(self._refusal, late, None)
        except Refused as refused:
            return await run_in_threadpool(self._refusal, refused, None)
        except ClientDisconnect:
            return Response(status_code=400)
        if self.page.waits:
            return await anyio.to_thread.run_sync(self._answer, request, forms, files, limiter=WAITING)
        return await run_in_threadpool(self._answer, request, forms, files)

    def _length(self, request: Request) -> int:
        """How long the form says it is. Raises Refused for what is no form of this page."""
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in ("application/x-www-form-urlencoded", "multipart/form-data"):
            raise Refused(415, "This is not a form.", "Send it from its page.")
        length = whole_number(request.headers.get("content-length", ""))
        # Where both are told, a body ends by its encoding and not by its length.
        if length is None or "transfer-encoding" in request.headers:
            raise Refused(411, "The form does not say how long it is.", "Send it from its page.")
        if length > self.page.largest:
            raise Refused(413, "This is larger than the page takes.", f"Send at most {self.page.largest:,} bytes.")
        return length

    def _asked_first(self, request: Request) -> Response | None:
        """The refusal of somebody who may not send this form, whatever is in it; None for everybody else."""
        visit: Visit | None = None
        try:
            self.house.ward.catch_up()
            visit = self._visit(request, {}, {})
            if self.page.needs != OPEN:
                self._signed_in(visit)
            if self.page.needs not in (OPEN, SIGNED_IN):
                self._by_role(visit, sending=True)
        except Exception as error:
            return self._ended(error, visit)
        return None

    async def _form(self, request: Request) -> tuple[Mapping[str, list[str]], Mapping[str, Upload]]:
        forms: dict[str, list[str]] = {}
        files: dict[str, Upload] = {}
        try:
            async with request.form(max_files=4, max_fields=2000, max_part_size=self.page.largest) as given:
                for key, value in given.multi_items():
                    if isinstance(value, UploadFile):
                        files[key] = Upload(name=value.filename or "", content=await value.read())
                    else:
                        forms.setdefault(key, []).append(value)
        except (HTTPException, MultiPartException, UnicodeDecodeError, ValueError):
            raise Refused(400, "The form cannot be read.", "Go back to its page and send it again.") from None
        return forms, files

    def _answer(self, request: Request, forms: Mapping[str, list[str]], files: Mapping[str, Upload]) -> Response:
        visit: Visit | None = None
        try:
            self.house.ward.catch_up()
            visit = self._visit(request, forms, files)
            return self._response(self._page(visit), visit)
        except Exception as error:
            return self._ended(error, visit)

    def _ended(self, error: Exception, visit: Visit | None) -> Response:
        """Whatever went wrong, as a sentence."""
        match error:
            case Refused():
                refused = error
            case SentBefore():
                says = "This form was sent before, with other words. What was sent first stands; this was not written."
                refused = Refused(409, says, "Go back to its page, load it anew, and send what is still missing.")
            case RecordTrouble():
                says = str(error).removeprefix(error.code).strip()
                until = f"{_UNTIL_IT_IS_WRITTEN} " if isinstance(error, (Full, ReadOnly)) else ""
                refused = Refused(503, says, f"{until}({error.code})")
            case BadInput():
                refused = Refused(422, " ".join(f"{one.says} {one.mend}" for one in error.problems))
            case _:
                # The last door: whatever was forgotten ends in a sentence, and in the log by its place.
                code = uuid.uuid4().hex[:8]
                log.error("%s at %s, told as %s", type(error).__name__, _place(error), code)
                says = f"Something went wrong in Leeward (code {code}). Nothing was written by this page unless it says so."
                refused = Refused(500, says, "Go back and look before you send it again.")
        return self._refusal(refused, visit)

    def _visit(self, request: Request, forms: Mapping[str, list[str]], files: Mapping[str, Upload]) -> Visit:
        now, token = self.house.clock(), request.cookies.get(COOKIE, "")
        person: Person | None = None
        if token:
            in_use = not self.page.by_itself
            person = signed_in_person(self.house.record.engine, self.house.ward.people, token, now, in_use=in_use)
        return Visit(
            self.house,
            now,
            person=person,
            token=token if person or self.page.needs == OPEN else "",
            path=dict(request.path_params),
            query=dict(request.query_params),
            forms=forms,
            files=files,
            source=request.client.host if request.client else "",
            agent=request.headers.get("user-agent", ""),
            marks={
                name.removeprefix(self._launched_in): value
                for name, value in request.cookies.items()
                if name.startswith(self._launched_in)
            },
            method=request.method,
            url=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
            came_from=came_from(request),
            base_url=self.house.public_url.rstrip("/") or f"http://{request.headers.get('host', '')}",
        )

    def _page(self, visit: Visit) -> Answer:
        page, sending = self.page, visit.method == "POST"
        handler = page.take if sending else page.show
        if handler is None:
            raise Refused(405, "This page takes no form." if sending else "This address only takes a form.")
        if page.needs == OPEN:
            return self._with_form_again(visit, handler)
        if visit.person is None and not sending:
            return Elsewhere(to=f"/sign-in?next={quote(visit.url, safe='')}", cookie="")
        self._signed_in(visit)
        visit.show_again = SHOW_AGAIN in visit.form
        if sending and not form_holds(visit.token, visit.form.get("form")):
            self._of_a_session_before(visit)
        if page.needs != SIGNED_IN:
            self._may(visit, sending)
        if page.show is not None and visit.show_again:
            handler = page.show  # what was typed before the session ended is looked at first, and sent by hand
        answer = self._with_form_again(visit, handler)
        # A file that came of a form has left, and its page wrote that down.
        if page.parts and (isinstance(answer, Shown) or (isinstance(answer, Sent) and not sending)):
            self._read(visit)
        return answer

    @staticmethod
    def _signed_in(visit: Visit) -> None:
        if visit.person is None:
            raise Refused(401, "Your session has ended, and nothing was written.", "Sign in and send it again.")

    def _of_a_session_before(self, visit: Visit) -> None:
        """A form of another session: shown again to the person who opened it, refused to anybody else."""
        assert visit.person is not None
        if self.page.show is None or form_of(self.house.record.engine, visit.form.get("form")) != visit.person.id:
            mend = "Go back to its page, load it anew and send it."
            raise Refused(403, "This form is not from a page of your session. Nothing was written.", mend)
        visit.show_again = True

    def _by_role(self, visit: Visit, sending: bool) -> None:
        """Permission by role, of which no chart is needed beyond what was opened by break-glass."""
        page = self.page
        needed = page.take_needs if sending and page.take_needs else page.needs
        assert needed != "open" and needed != "signed-in"
        patient = visit.path.get("patient", "")
        context = Context(now=visit.now, entries=self.house.ward.entries(patient))
        allowed = may(visit.person, needed, patient if page.of_one_chart else "", context)
        if isinstance(allowed, Denied):
            raise Refused(403, allowed.reason)

    def _may(self, visit: Visit, sending: bool) -> None:
        """Permission by role first; then the chart, and whether the parts that the page shows may leave."""
        page = self.page
        self._by_role(visit, sending)
        if not page.of_one_chart:
            return
        bedside = self.house.ward.bedside(visit.path["patient"], visit.now)
        if bedside is None:
            raise Refused(404, "There is no chart at this address.", "Look for the person on the board.")
        visit.enter(bedside)
        if page.parts:
            decision = visit.may_leave(page.parts, purpose=_purpose(visit))
            if isinstance(decision, Withheld):
                raise Refused(403, decision.reason)

    def _read(self, visit: Visit) -> None:
        """Write down that the chart is read; what a page asks for by itself is part of a reading of the same hour."""
        this_hour = f"{visit.token} {visit.hour} {visit.patient}"
        if not (self.page.by_itself and this_hour in _READ):
            visit.let_out(self.page.parts, way="page", purpose=_purpose(visit))
            _READ.add(this_hour)

    def _with_form_again(self, visit: Visit, handler: Handler) -> Answer:
        """The page; where a form cannot be taken, the page again with what was typed and what to mend."""
        try:
            if visit.method != "POST" or handler is not self.page.take:
                return handler(visit)
            with as_first_sent(visit) as again:
                answer = handler(visit)
            return handler(visit) if again and isinstance(answer, Shown) else answer  # a page shows the chart of now
        except Conflict as conflict:
            if self.page.show is None or visit.method != "POST":
                raise
            visit.conflict = conflict
        except BadInput as wrong:
            if self.page.show is None or visit.method != "POST":
                raise
            visit.problems = wrong.problems
        answer = self.page.show(visit)
        status = 409 if visit.conflict else 422
        return (
            Shown(template=answer.template, values=answer.values, status=status)
            if isinstance(answer, Shown)
            else answer
        )

    def _response(self, answer: Answer, visit: Visit) -> Response:
        if isinstance(answer, Shown):
            html = render(answer.template, answer.values, visit, self.house)
            response = Response(html, answer.status, media_type="text/html; charset=utf-8")
            if answer.cookie is not None:
                self._set_cookie(response, answer.cookie)
            return response
        if isinstance(answer, Sent):
            headers = {"content-disposition": f'attachment; filename="{answer.save_as}"'} if answer.save_as else {}
            return Response(answer.content, answer.status, headers, answer.media_type)
        response = RedirectResponse(answer.to, 303)
        if answer.mark is not None:
            name, lasts = f"{self._launched_in}{answer.mark.name}", round(LASTS.total_seconds())
            response.set_cookie(
                name,
                answer.mark.value,
                max_age=lasts if answer.mark.value else 0,
                httponly=True,
                samesite="lax",
                secure=self.house.secure,
            )
        if answer.cookie is not None:
            self._set_cookie(response, answer.cookie)
        return response

    @property
    def _launched_in(self) -> str:
        # By this prefix a browser takes it from this very server alone, and from no neighbour under the same domain.
        return f"__Host-{LAUNCHED_IN}" if self.house.secure else LAUNCHED_IN

    def _set_cookie(self, response: Response, token: str) -> None:
        if token:
            most = round(self.house.lasts.absolute.total_seconds())
            response.set_cookie(COOKIE, token, max_age=most, httponly=True, samesite="lax", secure=self.house.secure)
        else:
            response.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=self.house.secure)

    def _refusal(self, refused: Refused, visit: Visit | None) -> Response:
        back = self._ways_back(visit) if visit is not None else ()
        if visit is not None:
            visit.enter(None)  # a refusal shows nothing of a chart, not even its banner: no reading of it was written
        kept = typed_in(visit.form) if visit is not None and refused.status in _TYPED_IS_KEPT else {}
        again = kept_for(visit) if visit is not None and self.page.show and self._unsent(visit, refused) else None
        values = {"status": refused.status, "says": refused.says, "mend": refused.mend, "typed": kept, "again": again}
        values |= {"back": back}
        html = render("refused.html", values, visit, self.house)
        return Response(html, refused.status, media_type="text/html; charset=utf-8")

    def _ways_back(self, visit: Visit) -> tuple[tuple[str, str], ...]:
        """Where somebody came from who is refused, as address and words: the page of the form, and the chart."""
        form = visit.method == "POST" and self.page.show is not None and visit.person is not None
        found = [(visit.url.partition("?")[0], "Back to the form")] if form else []
        found += [(f"/patients/{visit.patient}", "Back to the chart")] if visit.about is not None else []
        if visit.came_from and visit.came_from not in [to for to, _ in found]:
            found.append((visit.came_from, "Back to where you came from"))
        return tuple(found)

    @staticmethod
    def _unsent(visit: Visit, refused: Refused) -> bool:
        """Whether a form was refused only because its session had ended, or another came in its place."""
        foreign = visit.method == "POST" and not form_holds(visit.token, visit.form.get("form"))
        return refused.status == 401 or (refused.status == 403 and visit.person is not None and foreign)


_TYPED_IS_KEPT = (401, 404, 409, 422, 500, 503)
"""Statuses of a refusal that shows what was typed, so that nobody has to remember it."""


def _purpose(visit: Visit) -> Purpose:
    """Staff who treat read for treatment; who opened a chart by break-glass reads for operations."""
    treats = visit.person is not None and bool(visit.person.roles & set(GRANTED["chart-read"]))
    return "treatment" if treats else "operations"


def _place(error: BaseException) -> str:
    """Where in Leeward's code an error arose: the file and line, without any value."""
    trace, place = error.__traceback__, "?"
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if "leeward" in file:
            place = f"{file.rpartition('leeward')[2].lstrip('/')}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def came_from(request: Request) -> str:
    """The page of this server from which somebody came to this address; empty where none is told, or it is another's."""
    try:
        parts = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return ""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    there = own_address(parts.path + (f"?{parts.query}" if parts.query else ""), "")
    return there if parts.netloc and parts.netloc == request.headers.get("host") and there != here else ""


def own_address(to: str, otherwise: str = "/") -> str:
    """An address of this server to go on to; never one elsewhere, whatever a link says."""
    try:
        parts = urlsplit(to)
    except ValueError:
        return otherwise
    fits = to.startswith("/") and not to.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return to if fits and to.isprintable() and "\\" not in to else otherwise
