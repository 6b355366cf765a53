"""Scores, doses, vital signs and the expected course on one time axis, with the table that says the same in words.

The expected course is what groups of people went through, drawn beside what was seen and never as a forecast.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from html import escape
from typing import Any

import msgspec

from leeward.guidance.assessment import Assessment, Course, CourseInterval
from leeward.instruments import load_instruments
from leeward.model.case import Case
from leeward.model.instants import Span
from leeward.paper.drawing import BOLD, THEMES, Drawing, Frame, Theme, Unmarked, ticks_of
from leeward.paper.panels import course_lanes, dose_lanes, nothing_yet, score_panel, vital_panel
from leeward.paper.plain_words import plain
from leeward.paper.timeline_entries import VITALS, TimelineEntries, parts_of, timeline_entries
from leeward.paper.times import ago, clock, zone_name

LONGEST = timedelta(days=14)
SHORTEST = timedelta(hours=3)
LEFT, RIGHT = 38, 14


class TimelineRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the table beneath the picture. `time` is local, `ago` beside it; `drawn` says whether the picture has it."""

    entry: str
    at: Span | None
    time: str
    ago: str
    what: str
    value: str
    note: str = ""
    drawn: bool


def timeline_spec(case: Case, assessment: Assessment, width: int = 720, theme: Theme = "light") -> dict[str, Any]:
    """The picture as a Vega-Lite specification, `width` pixels wide with its margins."""
    entries = timeline_entries(case, assessment)
    frame = _frame_of(entries, width)
    drawing = Drawing(frame, THEMES[theme], entries.now)
    _draw(drawing, entries)
    return drawing.spec(LEFT, RIGHT, ticks_of(frame), timeline_words(case, assessment))


def timeline_heights(case: Case, assessment: Assessment, widths: Iterable[int]) -> dict[int, int]:
    """How high the picture is with its margins at each of these widths, in pixels, without its marks being made."""
    entries = timeline_entries(case, assessment)
    found: dict[int, int] = {}
    for width in widths:
        drawing = Unmarked(_frame_of(entries, width), THEMES["light"], entries.now)
        _draw(drawing, entries)
        found[width] = drawing.height
    return found


def _draw(drawing: Drawing, entries: TimelineEntries) -> None:
    """Every panel beneath the one before, then the line of now through them all."""
    top = drawing.y = 22.0
    instruments = list(dict.fromkeys(score.instrument for score in entries.scores if score.high is not None))
    instruments.sort(key=lambda id: (id != "cows", id))
    for instrument in instruments:
        score_panel(
            drawing, load_instruments()[instrument], [one for one in entries.scores if one.instrument == instrument]
        )
    if not instruments:
        nothing_yet(drawing, "Withdrawal score", "no score yet")
    dose_lanes(drawing, entries.doses)
    course_lanes(drawing, entries.courses)
    for what in VITALS:
        own = [one for one in entries.vitals if one.what == what and one.number is not None]
        if own:
            vital_panel(drawing, own)
    _now(drawing, entries, top)


def timeline_svg(case: Case, assessment: Assessment, width: int = 720, theme: Theme = "light") -> str:
    """The picture as SVG that names itself to a screen reader; drawn on this machine, nothing is fetched."""
    import vl_convert

    drawn = vl_convert.vegalite_to_svg(vl_spec=timeline_spec(case, assessment, width, theme), allowed_base_urls=[])
    label = escape(timeline_words(case, assessment), quote=True)
    return drawn.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)


ABOUT = {"onset": "onset ", "peak": "peak ", "end": "duration "}
"""How a statement begins that speaks of a part of the expected course."""


def _course_note(course: Course, part: str) -> str:
    """What other sources say of this part of the course; what they say of none of the parts stands with the first."""
    told = [f"other sources: {said}" for said in course.disagreements if said.startswith(ABOUT[part])]
    if part == parts_of(course)[0][0]:
        told += [said for said in course.disagreements if not said.startswith(tuple(ABOUT.values()))]
    return "; ".join(said.rstrip(".") for said in told)


def timeline_table(case: Case, assessment: Assessment) -> tuple[TimelineRow, ...]:
    """Every entry as a row, the newest first, those without a time last; then the expected courses."""
    entries = timeline_entries(case, assessment)
    frame = _frame(entries, 600)
    rows = [
        *[_row(entries, frame, one.key, one.at, one.short, one.value, one.high is not None, _note_of(one.missing, one.by)) for one in entries.scores],
        *[_row(entries, frame, one.key, one.at, f"Dose: {plain(one.medicine)}", one.amount, True) for one in entries.doses],
        *[_row(entries, frame, one.key, one.at, one.name, one.value, one.number is not None) for one in entries.vitals],
    ]  # fmt: skip
    rows.sort(key=lambda row: (-row.at.latest.timestamp() if row.at else float("inf"), row.entry))
    expected = [
        TimelineRow(
            entry=one.key,
            at=None,
            time=_stretch(part, entries),
            ago="",
            what=f"Expected {name}: {one.name}",
            value="in groups of people",
            note=_course_note(one.course, name),
            drawn=part.earliest is not None or part.latest is not None,
        )
        for one in entries.courses
        for name, part in parts_of(one.course)
    ]
    return (*rows, *expected)


def timeline_words(case: Case, assessment: Assessment) -> str:
    """What the picture shows, in a sentence or two."""
    entries = timeline_entries(case, assessment)
    counts = f"{_many(len(entries.scores), 'withdrawal score')}, {_many(len(entries.doses), 'dose')} given and {_many(len(entries.vitals), 'vital sign')}"
    last = [score for score in entries.scores if score.at is not None]
    says = (
        f" Latest {last[-1].short} {last[-1].value}, {ago(last[-1].at.latest, entries.now)}."
        if last and last[-1].at
        else ""
    )
    return f"Timeline up to {clock(entries.now, entries.zone)} {zone_name(entries.now)}: {counts}.{says} The table beneath holds the same."


def _frame_of(entries: TimelineEntries, width: int) -> Frame:
    """The frame of a picture that is `width` pixels wide with its margins."""
    return _frame(entries, max(width, 280) - LEFT - RIGHT)


def _frame(entries: TimelineEntries, width: int) -> Frame:
    """From the first entry (two weeks back at most) to a little after now; the expected course alone where there is none."""
    now, seen = entries.now, entries.instants
    if not seen:
        ends = [
            end
            for one in entries.courses
            for _, part in parts_of(one.course)
            for end in (part.earliest, part.latest)
            if end
        ]
        start, end = min([*ends, now - timedelta(hours=6)]), max([*ends, now + timedelta(hours=6)])
        return Frame(max(start, now - LONGEST / 2), min(end, now + LONGEST / 2), width, entries.zone)
    start = max(min([*seen, now - SHORTEST]), now - LONGEST)
    latest = max([*seen, now])
    span = latest - start
    ahead = min(max(span / 4, timedelta(hours=1)), timedelta(hours=24))
    return Frame(start - span * 0.03, min(latest, now + LONGEST) + ahead, width, entries.zone)


def _now(drawing: Drawing, entries: TimelineEntries, top: float) -> None:
    """A dashed line through every panel, named at the top with the zone that all times are in."""
    says = f"now {entries.now.astimezone(entries.zone):%H:%M} {zone_name(entries.now)}"
    half = len(says) * BOLD / 2 + 6
    x = min(max(drawing.frame.x(entries.now), half - LEFT), drawing.frame.width + RIGHT - half)
    drawing.text(x, top - 18, says, drawing.colours.ink, "center", "bold")
    for start, end in ((top - 9, top - 2), *drawing.panels):
        drawing.dashed(entries.now, start, end, drawing.colours.ink)


def _row(
    entries: TimelineEntries,
    frame: Frame,
    entry: str,
    at: Span | None,
    what: str,
    value: str,
    drawable: bool,
    note: str = "",
) -> TimelineRow:
    inside = at is not None and frame.holds(at.earliest) and frame.holds(at.latest)
    early = "earlier than the picture reaches" if at is not None and drawable and not inside else ""
    return TimelineRow(
        entry=entry,
        at=at,
        time="time not known" if at is None else _when(at, entries),
        ago="" if at is None else ago(at.latest, entries.now),
        what=what,
        value=value,
        note="; ".join(filter(None, (note, early))),
        drawn=drawable and inside,
    )


def _note_of(missing: int, by: str) -> str:
    told = "told by the person" if by in ("patient", "self") else ""
    return "; ".join(filter(None, (f"{_many(missing, 'answer')} missing" if missing else "", told)))


def _when(at: Span, entries: TimelineEntries) -> str:
    if at.earliest == at.latest:
        return clock(at.latest, entries.zone)
    return f"between {clock(at.earliest, entries.zone)} and {clock(at.latest, entries.zone)}"


def _stretch(part: CourseInterval, entries: TimelineEntries) -> str:
    if part.earliest is None and part.latest is None:
        return "cannot tell: the last use is not known"
    ends = [clock(end, entries.zone) if end else "an unknown time" for end in (part.earliest, part.latest)]
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


def _many(count: int, name: str) -> str:
    return f"{count} {name}{'' if count == 1 else 's'}" if count else f"no {name}"
