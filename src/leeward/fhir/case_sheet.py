"""The sheet on which a case is gathered from a record, each entry with the resource it comes from and what was left out.

Stable codes of what is said about a record:

    LW-0910  it is not clear about whom or for which instant the case is to be
    LW-0911  the person has died
    LW-0912  a resource is about somebody else, or does not say about whom
    LW-0913  its status says that it is not to be used
    LW-0914  what it says has no place in a case, or no code or name that Leeward knows
    LW-0915  its time is missing, unreadable or in the future
    LW-0916  its value is missing, not exact, in no unit, or of the wrong kind
    LW-0917  two statements contradict each other
    LW-0918  it holds something that changes its meaning and that Leeward does not know
    LW-0919  it was used, but not as it stands
    LW-0938  it is a form that Leeward knows, and its numbers may not be its points
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from leeward.errors import Problem, shown
from leeward.fhir.reading import read_resource
from leeward.fhir.structures import Element, Period, Reference
from leeward.knowledge import Knowledge
from leeward.model.instants import Span

UNCLEAR = "LW-0910"
DECEASED = "LW-0911"
SOMEBODY_ELSE = "LW-0912"
STATUS = "LW-0913"
NO_PLACE = "LW-0914"
TIME = "LW-0915"
VALUE = "LW-0916"
CONTRADICTION = "LW-0917"
MODIFIED = "LW-0918"
REMARK = "LW-0919"
IN_DOUBT = "LW-0938"

MENDS: Mapping[str, str] = {
    SOMEBODY_ELSE: "Nothing of it is used.",
    STATUS: "Nothing of it is used.",
    NO_PLACE: "Read it in the record, and tell it in a case file where it matters.",
    TIME: "Correct it in the record.",
    VALUE: "Read it in the record.",
    CONTRADICTION: "Correct it in the record, or ask the person.",
    MODIFIED: "Nothing of it is used.",
    REMARK: "Check it with the person.",
    IN_DOUBT: "Score it anew.",
}

EARLIEST_YEAR = 1900
"""Nobody alive was treated before; the case file refuses earlier years too."""

Entry = dict[str, Any]

_DATE_TIME = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d:\d\d):(\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d))?)?)?")
_REFERENCE = re.compile(r"(?:^|[/:])([A-Za-z0-9\-.]{1,64})(?:/_history/[A-Za-z0-9\-.]{1,64})?$")
_TYPE = re.compile(r"(?:^|/)([A-Z][A-Za-z]{1,40})/[^/]+(?:/_history/[^/]+)?$")


class Sheet:
    """A case as far as it is gathered. `now` is the instant of the case, whose offset also says when a day begins."""

    def __init__(self, now: datetime, knowledge: Knowledge, resources: Iterable[Element]) -> None:
        self.now, self.knowledge = now, knowledge
        self.lists: dict[str, list[tuple[Entry, str]]] = {}
        self.fields: dict[str, tuple[Any, str]] = {}
        self.problems: list[Problem] = []
        self.doubted: list[tuple[Element, Entry]] = []
        """Scores that were made, and whose points nobody can tell."""
        self._names: dict[int, str] = {}
        self._by_name: dict[str, Element] = {}
        self._by_id: dict[str, Element] = {}
        self._contained: dict[int, tuple[Element, ...]] = {}
        for place, one in enumerate(resources):
            kind = type(one).__name__
            self._names[id(one)] = name = f"{kind}/{one.id}" if one.id else f"{kind} {place + 1} of the bundle"
            self._by_name.setdefault(name, one)
            if one.id:
                self._by_id.setdefault(one.id, one)

    def name(self, one: Element) -> str:
        """How a resource is called in what is said about it."""
        return self._names.get(id(one), type(one).__name__)

    def of(self, source: str) -> Element | None:
        """The resource that an entry comes from, by its source: the first of them, or the one that contains it."""
        return self._by_name.get(source.partition(", ")[0].partition("#")[0])

    def add(self, kind: str, entry: Entry, *of: Element) -> None:
        """Put an entry on one of the lists of the case."""
        self.lists.setdefault(kind, []).append((entry, ", ".join(map(self.name, of))))

    def set(self, path: str, value: Any, *of: Element) -> None:
        """Put a single field into the case, such as `patient.sex`."""
        self.fields[path] = (value, ", ".join(map(self.name, of)))

    def say(self, code: str, of: Element | str, says: str, mend: str = "") -> None:
        """Write down what was not understood or not used."""
        path = of if isinstance(of, str) else self.name(of)
        self.problems.append(Problem(path=path, code=code, says=says, mend=mend or MENDS[code]))

    def held(self, reference: Reference | None, of: Element | None = None) -> Element | None:
        """The resource that a reference means, where it came along; `of` is the one that refers, and may contain it."""
        told = (reference.reference if reference else None) or ""
        if told.startswith("#"):
            return next((one for one in self.contained(of) if getattr(one, "id", None) == told[1:]), None)
        kind, id_ = _TYPE.search(told), id_of(reference)
        if kind is not None:
            return self._by_name.get(f"{kind[1]}/{id_}")
        return self._by_id.get(id_ or "") if told.startswith("urn:uuid:") else None

    def contained(self, of: Element | None) -> tuple[Element, ...]:
        """The resources that another one contains, read once; what cannot be read is said."""
        raw = getattr(of, "contained", ())
        if not raw or of is None:
            return ()
        if id(of) not in self._contained:
            found = [read_resource(one, f"{self.name(of)}.contained[{place}]") for place, one in enumerate(raw)]
            self.problems += [one for one in found if isinstance(one, Problem)]
            held = tuple(one for one in found if not isinstance(one, Problem))
            self._contained[id(of)] = held
            self._names |= {id(one): f"{self.name(of)}#{getattr(one, 'id', None) or 'contained'}" for one in held}
        return self._contained[id(of)]

    def span(self, of: Element, *told: str | Period | None) -> tuple[Any, bool]:
        """The time for `at` of an entry, and whether the entry may stand at all: nothing of the future does.

        An instant is an instant, a day, month or year the interval that it covers, a period from its start to its end
        (to now where it has none). The time is None where there is none.
        """
        given = next((one for one in told if one is not None), None)
        if given is None:
            self.say(TIME, of, "It has no time. It is used as of an unknown time.")
            return None, True
        start, end = (given.start, given.end) if isinstance(given, Period) else (given, given)
        first = self.moment(start)
        last = first if end == start else self.moment(end)
        if (start and first is None) or (end and last is None) or not (first or last):
            self.say(TIME, of, "Its time cannot be read. It is used as of an unknown time.")
            return None, True
        if first is None:
            self.say(TIME, of, "Its time has an end and no beginning. It is used as of an unknown time.")
            return None, last is None or last.earliest <= self.now
        if first.earliest > self.now:
            self.say(TIME, of, "It lies in the future.", "Nothing of it is used. Correct it, or `now`.")
            return None, False
        latest = min(last.latest if last else self.now, self.now)
        if latest < first.earliest:
            self.say(TIME, of, "Its period ends before it begins. It is used as of an unknown time.")
            return None, True
        return written(first.earliest, latest), True

    def moment(self, told: str | None) -> Span | None:
        """The interval that a date or instant of FHIR covers; None where it is none that a calendar holds."""
        form = _DATE_TIME.fullmatch(told or "")
        if form is None or not EARLIEST_YEAR <= int(form[1]) < EARLIEST_YEAR + 300:
            return None
        year, month, day, clock, second, offset = form.groups()
        try:
            if clock:
                # A leap second is the last second of its minute here, as no calendar of Python holds it.
                text = f"{year}-{month}-{day}T{clock}:{min(int(second), 59):02}{offset.replace('Z', '+00:00')}"
                instant = datetime.fromisoformat(text)
                return Span(instant, instant)
            first = date(int(year), int(month or 1), int(day or 1))
        except ValueError:
            return None
        following = first + timedelta(days=1)
        if not day:
            following = date(first.year + (first.month == 12), first.month % 12 + 1, 1) if month else None
            following = following or date(first.year + 1, 1, 1)
        begins, ends = (datetime.combine(one, time(), tzinfo=self.now.tzinfo) for one in (first, following))
        return Span(begins, ends)


def written(earliest: datetime, latest: datetime) -> Any:
    """A time as the case file writes it."""
    if earliest == latest:
        return earliest.isoformat()
    return {"earliest": earliest.isoformat(), "latest": latest.isoformat()}


def id_of(reference: Reference | None) -> str | None:
    """The id that a reference ends in, whether relative, absolute, of one version or a UUID; a search has none."""
    told = (reference.reference if reference else None) or ""
    found = None if "?" in told else _REFERENCE.search(told)
    return found[1] if found else None


def person_of(one: Element) -> str | None:
    """The id of the person whom a resource is about; None where it does not say, or is about a group or a thing."""
    kind = _TYPE.search(subject_of(one))
    return None if kind is not None and kind[1] != "Patient" else id_of(_subject(one))


def subject_of(one: Element) -> str:
    """The reference to whom or what a resource is about, as it was told; empty where none was."""
    reference = _subject(one)
    return (reference.reference if reference else None) or ""


def _subject(one: Element) -> Reference | None:
    return getattr(one, "subject", None) or getattr(one, "patient", None) or getattr(one, "for_", None)


def quoted(text: str) -> str:
    """Words of a record as they may stand in a sentence about it."""
    return f'"{shown(" ".join(text.split()), 60)}"'
