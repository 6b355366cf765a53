"""One request as a page sees it, and what a page may answer. Pages know no HTTP beyond this."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from leeward.errors import BadInput, Problem
from leeward.record.consent import Part, Purpose, Recipient
from leeward.record.drafts import checked
from leeward.record.egress import Released, Way, Withheld, may_leave, released
from leeward.record.entries import Draft, Entry, Kind
from leeward.record.people import Person
from leeward.record.permissions import (
    GRANTED,
    OF_ONE_CHART,
    WRITTEN_WITH,
    Allowed,
    Context,
    Denied,
    Permission,
    may,
    may_write,
)
from leeward.record.trouble import Conflict
from leeward.ward.state import Bedside
from leeward.web.house import House


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """A file that came with a form."""

    name: str
    content: bytes


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """What the browser in which a launch was begun keeps of it, under a name; an empty value takes it away."""

    name: str
    value: str


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A page from a template. `cookie` sets the session where there is one."""

    template: str
    values: Mapping[str, Any] = {}
    status: int = 200
    cookie: str | None = None


class Elsewhere(msgspec.Struct, frozen=True, kw_only=True):
    """Go to another page: after every form that was taken. `cookie` sets the session, or clears it where empty.

    `mark` is kept by the browser in which a launch was begun, or taken away.
    """

    to: str
    cookie: str | None = None
    mark: Mark | None = None


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes of a kind of their own: a picture, a PDF, a file to save."""

    content: bytes
    media_type: str
    save_as: str = ""
    """The name to save it under; empty to show it. It never holds anybody's name."""
    status: int = 200


Answer = Shown | Elsewhere | Sent


class Refused(Exception):
    """A page will not answer: the status and one sentence, the same whatever the record holds."""

    def __init__(self, status: int, says: str, mend: str = "") -> None:
        self.status, self.says, self.mend = status, says, mend
        super().__init__(says)


class Lately:
    """Remembers what this process wrote down lately, so that the record need not be asked; the oldest goes first."""

    def __init__(self, most: int = 10_000) -> None:
        self._most, self._kept, self._lock = most, dict[str, None](), threading.Lock()

    def __contains__(self, key: str) -> bool:
        return key in self._kept

    def add(self, key: str) -> None:
        """Remember it from now on."""
        with self._lock:
            self._kept.pop(key, None)
            self._kept[key] = None
            while len(self._kept) > self._most:
                del self._kept[next(iter(self._kept))]


class Visit:
    """Who asks, about whom, what was typed, and the ways to read and write.

    `patient` is set on pages of one chart. `form` holds the last value of each field, `forms` all values of a field that
    came several times; both are empty for a page that is only read. `problems` holds what is wrong with a form that is
    shown again.
    """

    def __init__(
        self,
        house: House,
        now: datetime,
        *,
        person: Person | None = None,
        token: str = "",
        bedside: Bedside | None = None,
        path: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        forms: Mapping[str, Sequence[str]] | None = None,
        files: Mapping[str, Upload] | None = None,
        source: str = "",
        agent: str = "",
        marks: Mapping[str, str] | None = None,
        method: str = "GET",
        url: str = "",
        base_url: str = "",
        came_from: str = "",
    ) -> None:
        self.house, self.now, self.person, self.token = house, now, person, token
        self.asked_at = now
        """When the request came; `now` is earlier while a form that is sent again is read as it was at first."""
        self._bedside = bedside
        self.path, self.query = path or {}, query or {}
        self.forms: Mapping[str, Sequence[str]] = forms or {}
        self.form: dict[str, str] = {key: values[-1] for key, values in self.forms.items() if values}
        self.files = files or {}
        self.source, self.method, self.url = source, method, url
        self.agent = agent
        """What the browser says that it is (User-Agent)."""
        self.marks = marks or {}
        """What this browser keeps of launches that were begun in it, by name."""
        self.came_from = came_from
        """The page of this server on which the link or the form stood; empty where it is not told."""
        self.base_url = base_url
        """How this server is reached, for an address on paper: without a slash at its end."""
        self.problems: tuple[Problem, ...] = ()
        self.conflict: Conflict | None = None
        """What was charted meanwhile, where a plan was signed against a chart that has changed."""
        self.show_again = False
        """Whether the form is only shown, with what was typed before its session ended."""

    def enter(self, bedside: Bedside | None) -> None:
        """The person that the page is about, found."""
        self._bedside = bedside

    def look_again(self) -> None:
        """The chart as it stands after what others wrote meanwhile, so that one can read it and decide again."""
        self.house.ward.catch_up()
        self.enter(self.house.ward.bedside(self.patient, self.now))

    @property
    def hour(self) -> str:
        """The hour of the clock that it is: what shows many people, or goes on by itself, is written down once in each."""
        return f"{self.now:%Y-%m-%dT%H%z}"

    @property
    def bedside(self) -> Bedside:
        """The person that this page is about."""
        assert self._bedside is not None
        return self._bedside

    @property
    def about(self) -> Bedside | None:
        """The person that this page is about, None where it is about nobody."""
        return self._bedside

    @property
    def patient(self) -> str:
        """Id of the person that this page is about, or empty."""
        return self._bedside.patient if self._bedside else ""

    def text(self, name: str) -> str:
        """What was typed into a field, without spaces around it."""
        return self.form.get(name, "").strip()

    def fresh_id(self) -> str:
        """The id that the form carries, so that a form sent twice is done once; a new one for a form to be shown."""
        return self.text("id") if self._well_formed(self.text("id")) else uuid.uuid4().hex

    @staticmethod
    def _well_formed(id: str) -> bool:
        return len(id) == 32 and all(letter in "0123456789abcdef" for letter in id)

    def context(self) -> Context:
        """What a permission is decided by."""
        entries = self._bedside.entries if self._bedside else ()
        return Context(now=self.now, entries=entries)

    def may(self, permission: Permission) -> bool:
        """Whether who asks may do this, about the person of this page where it is done to a chart: what a page offers."""
        about = self.patient if permission in OF_ONE_CHART else ""
        return isinstance(may(self.person, permission, about, self.context()), Allowed)

    def role_for(self, kind: Kind) -> str:
        """The role in which this person writes an entry of a kind: the first of theirs that may."""
        assert self.person is not None
        permission = WRITTEN_WITH.get(kind)
        held = GRANTED[permission] if permission else ()
        return next((role for role in held if role in self.person.roles), next(iter(sorted(self.person.roles)), ""))

    def draft(
        self,
        kind: Kind,
        body: dict[str, Any],
        *,
        at: datetime | None = None,
        part: str = "",
        patient: str | None = None,
        corrects: int | None = None,
        role: str = "",
        unless_changed_since: int | None = None,
    ) -> Draft:
        """An entry in the name of who asks. `part` tells several entries of one form apart."""
        assert self.person is not None
        id = self.fresh_id()
        return Draft(
            id=f"{id}-{part}" if part else id,
            kind=kind,
            patient=self.patient if patient is None else patient,
            at=(at or self.now).isoformat(),
            by=self.person.id,
            role=role or self.role_for(kind),
            body=body,
            corrects=corrects,
            unless_changed_since=unless_changed_since,
        )

    def write(self, *drafts: Draft) -> tuple[Entry, ...]:
        """Write entries, all or none, each only where who asks may; they are on disk when this returns.

        Raises Refused where one may not be written, BadInput and Conflict as the record does.
        """
        for draft in drafts:
            corrected = self._corrected(draft)
            allowed = may_write(self.person, draft, corrected, self.context())
            if isinstance(allowed, Denied):
                raise Refused(403, allowed.reason)
        written = self.house.record.append_all(drafts, self.asked_at)
        self.house.ward.catch_up()
        return written

    def _corrected(self, draft: Draft) -> Entry | None:
        if draft.corrects is None:
            return None
        known = [*(self._bedside.entries if self._bedside else ()), *self.house.ward.counselling_notes(draft.patient)]
        return next((entry for entry in known if entry.number == draft.corrects), None)

    def check(self, *drafts: Draft) -> None:
        """Whether entries could be written as they are. Raises BadInput with the problems of all of them."""
        problems: list[Problem] = []
        for draft in drafts:
            try:
                checked(draft, self.now)
            except BadInput as wrong:
                problems += wrong.problems
        if problems:
            raise BadInput(problems)

    def may_leave(
        self, what: Sequence[Part], *, purpose: Purpose = "treatment", recipient: Recipient | None = None
    ) -> Released | Withheld:
        """The one question before anything leaves, about the person of this page; to who asks unless a recipient is named."""
        assert self.person is not None
        return may_leave(
            patient=self.patient,
            entries=[
                *self.bedside.entries,
                *self.house.ward.counselling_notes(self.patient),
                *self.house.ward.about_record,
            ],
            purpose=purpose,
            recipient=recipient or Recipient("programme-staff", self.person.id),
            what=what,
            now=self.now,
        )

    def shown(
        self, what: Sequence[Part], *, purpose: Purpose = "treatment", recipient: Recipient | None = None
    ) -> Released:
        """Ask whether these parts may be shown as they would leave; that the page is read is written down by its reading.

        Raises Refused where they may not.
        """
        decision = self.may_leave(what, purpose=purpose, recipient=recipient)
        if isinstance(decision, Withheld):
            raise Refused(403, decision.reason)
        return decision

    def let_out(
        self,
        what: Sequence[Part],
        *,
        way: Way,
        purpose: Purpose = "treatment",
        recipient: Recipient | None = None,
        said: str = "",
    ) -> Released:
        """Ask whether these parts may leave, and write down that they do; the entry is on disk when this returns.

        `said` is kept with it. Returns what they rest on, with the notice that goes with them. Raises Refused where they may not.
        """
        assert self.person is not None
        decision = self.shown(what, purpose=purpose, recipient=recipient)
        entry = released(
            decision,
            patient=self.patient,
            way=way,
            purpose=purpose,
            recipient=recipient or Recipient("programme-staff", self.person.id),
            what=what,
            by=self.person.id,
            role=next(iter(sorted(self.person.roles)), ""),
            now=self.now,
            id=uuid.uuid4().hex,
            said=said,
        )
        self.house.record.append(entry, self.now)
        return decision

    def wrong(self, field: str, says: str, mend: str, code: str = "LW-0801") -> BadInput:
        """A mistake in one field of a form."""
        return BadInput.one(code, field, says, mend)


Handler = Callable[[Visit], Answer]
