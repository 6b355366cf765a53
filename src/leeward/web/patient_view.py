"""What the pages of a person need beside the state itself: where a question is answered, what was just charted, the picture."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from datetime import datetime
from threading import Lock

import msgspec

from leeward.guidance.assessment import Assessment, Question, SourceLine
from leeward.paper.drawing import Theme
from leeward.paper.plain_words import path_words, plain
from leeward.paper.timeline import timeline_heights, timeline_svg
from leeward.paper.times import zone_of
from leeward.record.chart import TIMED
from leeward.record.entries import Entry
from leeward.record.permissions import Permission
from leeward.report.words import OF_CLASS
from leeward.ward.changes import Changed, changed_by
from leeward.ward.due import DueItem
from leeward.ward.now import Now, now_of
from leeward.ward.state import Bedside, Ward
from leeward.ward.words import entry_words, self_reported
from leeward.web.answered_at import answered_at
from leeward.web.numbers_typed import whole_number
from leeward.web.visit import Visit

DONE_AT: Mapping[str, tuple[str, Permission]] = {
    "observation": ("/vitals", "score-write"),
    "dose": ("/dose", "dose-give"),
}
"""Where what is due is done, by its kind."""

WIDTHS = (340, 720, 1180)
"""Widths of the picture in pixels: a phone, a tablet, a desk."""

MOST_PICTURES = 200
FORM_ID = 32
"""Letters of the id of a form; the entries that one form made begin with it."""


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """A question, or what is due, with the page where it is answered; empty where who asks may not."""

    says: str
    to: str


class JustCharted(msgspec.Struct, frozen=True, kw_only=True):
    """What a form charted, and what others charted between its opening and its end."""

    words: tuple[str, ...]
    at: datetime
    by: str
    timed: bool
    """Whether it happened at that time; what was told of an earlier time was only written down then."""
    meanwhile: tuple[Line, ...]
    since: tuple[Line, ...] = ()
    """What others charted after it: whoever wrote first is told, too."""
    changed: Changed | None = None
    """What is said otherwise since a correction; None for what is no correction, or where one of both cannot be read."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """An entry in a line: by whom, what, when."""

    number: int
    by: str
    what: str
    at: datetime
    self_reported: bool


def now_kept(bedside: Bedside, ward: Ward) -> Now:
    """The state of a person, computed once and kept with the bedside that it is of."""
    kept = vars(bedside)
    if "now_for_pages" not in kept:
        kept["now_for_pages"] = now_of(bedside, ward)
    return kept["now_for_pages"]


def question_links(visit: Visit, questions: Iterable[Question]) -> list[Link]:
    """Each question with the page where it is answered."""
    return [Link(says=plain(question.ask), to=answered_at(visit, question.input)) for question in questions]


def ask_for(assessment: Assessment | None, name: str) -> str:
    """How an input is asked for: its question, or what it is called where no question waits for it."""
    asks = {question.input: question.ask for question in assessment.questions} if assessment else {}
    said = path_words(name)
    return plain(asks.get(name, f"{said[:1].upper()}{said[1:]}."))


def answers_of(visit: Visit, names: Iterable[str]) -> list[Link]:
    """Where inputs that are not known are charted, each in the words of its question, each place once."""
    links = [Link(says=ask_for(visit.bedside.assessment, name), to=answered_at(visit, name)) for name in names]
    return [one for one in dict.fromkeys(links) if one.to]


def done_at(visit: Visit, item: DueItem) -> str:
    """The page where something that is due is done; the plan for what has no page of its own."""
    if item.kind == "score":
        return _if_may(visit, f"/score/{item.of}", "score-write")
    to, permission = DONE_AT.get(item.kind, ("/plan", "chart-read"))
    return _if_may(visit, to, permission)


def _if_may(visit: Visit, to: str, permission: Permission) -> str:
    return f"/patients/{visit.patient}{to}" if visit.may(permission) else ""


def just_charted(visit: Visit) -> JustCharted | None:
    """What the address says was charted; None where it names no entry of this person."""
    told = whole_number(visit.query.get("done", ""))
    entry = next((one for one in visit.bedside.entries if one.number == told), None)
    if entry is None:
        return None
    same = [one for one in visit.bedside.entries if _of_one_form(one, entry)]
    seen = whole_number(visit.query.get("seen", "")) or 0
    others = [
        one
        for one in visit.bedside.since(seen)
        if seen and one not in same and (visit.person is None or one.by != visit.person.id)
    ]
    return JustCharted(
        words=tuple(_words(visit, one) for one in same),
        at=datetime.fromisoformat(entry.at),
        by=_by(visit, entry),
        timed=entry.kind in TIMED,
        meanwhile=lines(visit, [one for one in others if one.number < entry.number]),
        since=lines(visit, [one for one in others if one.number > entry.number]),
        changed=_changed(visit, same) if entry.kind == "correction" else None,
    )


def _changed(visit: Visit, corrections: list[Entry]) -> Changed | None:
    """The person as they stand now, beside how they would stand without these entries."""
    bedside = visit.bedside
    left = tuple(one for one in bedside.entries if one not in corrections)
    before, after = visit.house.ward.bedside_of(left, bedside.now).assessment, bedside.assessment
    return changed_by(before, after) if before is not None and after is not None else None


def _of_one_form(one: Entry, entry: Entry) -> bool:
    return one.number == entry.number or (
        len(entry.id) > FORM_ID and one.by == entry.by and one.id.startswith(f"{entry.id[:FORM_ID]}-")
    )


def _by(visit: Visit, entry: Entry) -> str:
    return "you" if visit.person is not None and entry.by == visit.person.id else visit.house.ward.name_of(entry.by)


def _words(visit: Visit, entry: Entry) -> str:
    named = next((one for one in visit.bedside.entries if one.number == entry.corrects), None)
    return entry_words(entry, visit.house.knowledge, corrected=named, notes=False, zone=zone_of(visit.now))


def lines(visit: Visit, entries: Iterable[Entry]) -> tuple[Line, ...]:
    """Entries as lines of the person's page, which shows no note."""
    return tuple(
        Line(
            number=entry.number,
            by=visit.house.ward.name_of(entry.by),
            what=_words(visit, entry),
            at=datetime.fromisoformat(entry.at),
            self_reported=self_reported(entry),
        )
        for entry in entries
    )


def laws_of(exposure_law: Mapping[str, object], class_: str, every: bool = False) -> list[object]:
    """The lines of law that are about a class of product; all of them for a class that is not told apart."""
    found = exposure_law.get("lines", ())
    wanted = OF_CLASS.get(class_)
    assert isinstance(found, tuple | list)
    return [line for line in found if every or wanted is None or line.substance in wanted]  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]


def cited(assessment: Assessment, ids: Iterable[str]) -> list[SourceLine]:
    """Sources by their ids, as the assessment cites them."""
    return [assessment.sources[id] for id in dict.fromkeys(ids) if id in assessment.sources]


class Pictures:
    """The last pictures that were drawn, so that a page read twice in a minute is drawn once. Safe for several threads."""

    def __init__(self, most: int = MOST_PICTURES) -> None:
        self._most, self._lock = most, Lock()
        self._kept: OrderedDict[tuple[str, int, str, int, Theme], bytes] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def of(self, bedside: Bedside, width: int, theme: Theme) -> bytes | None:
        """The picture of a person as SVG; None where what was charted cannot be read."""
        if bedside.case is None or bedside.assessment is None:
            return None
        minute = f"{bedside.now:%Y-%m-%dT%H:%M%z}"
        key = (bedside.digest, bedside.seen, minute, width, theme)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        drawn = timeline_svg(bedside.case, bedside.assessment, width, theme).encode()
        with self._lock:
            self._kept[key] = drawn
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return drawn


def heights_of(bedside: Bedside) -> dict[int, int]:
    """How high the picture is at each of the offered widths, so that its room is kept while it is drawn."""
    case, assessment = bedside.case, bedside.assessment
    if case is None or assessment is None:
        return {}
    kept = vars(bedside)
    if "heights_of_pictures" not in kept:
        kept["heights_of_pictures"] = timeline_heights(case, assessment, WIDTHS)
    return kept["heights_of_pictures"]


def width_of(told: str) -> int:
    """The widest of the offered widths that is no wider than what is asked; the narrowest for anything else."""
    asked = whole_number(told) or 0
    return max((width for width in WIDTHS if width <= asked), default=WIDTHS[0])
