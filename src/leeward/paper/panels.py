"""The panels of the timeline, one under the other: scores, doses, the expected course, vital signs."""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Callable, Sequence
from datetime import datetime

from leeward.instruments import Instrument
from leeward.knowledge import load_knowledge
from leeward.model.instants import Span
from leeward.model.quantity import number
from leeward.paper.drawing import BOLD, LETTER, Drawing
from leeward.paper.plain_words import plain
from leeward.paper.timeline_entries import Expected, Given, Scored, Vital, parts_of

HEADING = 26
GAP = 16
LANE = 46
SCORES = 150
VITALS = 64
BETWEEN = 15
"""Pixels from one line of words to the next, so that they do not run into each other."""
_ROOM = 10
"""Free pixels kept between two labels."""


LIMITS = {
    "heart-rate": (("heart-rate-very-low", "emergency below {}"), ("heart-rate-very-high", "emergency above {}")),
    "systolic-blood-pressure": (("systolic-very-low", "emergency below {}"),),
    "oxygen-saturation": (("oxygen-saturation-low", "emergency below {}"),),
    "respiratory-rate": (("agonist-respiratory-rate-hold", "hold agonists below {}"),),
    "sedation-rass": (("rass-sedated", "hold agonists at {} or lower"),),
    "sedation-poss": (("poss-sedated", "hold agonists at {} or higher"),),
}
"""The limits of knowledge that are drawn beside the readings, and what each says."""


def nothing_yet(drawing: Drawing, title: str, says: str) -> None:
    """A heading that says that there is nothing to draw."""
    drawing.text(-34, drawing.y + 10, f"{title}: {says}", drawing.colours.ink, weight="bold")
    drawing.y += HEADING + 6


def score_panel(drawing: Drawing, instrument: Instrument, scores: Sequence[Scored]) -> None:
    """One withdrawal scale: totals as joined dots, a range as a bar with two ends, its bands named at the side."""
    frame = drawing.frame
    shown = [one for one in scores if one.at is not None and one.high is not None and frame.holds(one.at.latest)]
    edge = max([frame.x(one.at.latest) for one in shown if one.at is not None], default=0.0)
    highest = _highest(instrument, scores)
    begins = [band.low / highest * SCORES for band in instrument.bands if band.low <= highest]
    apart = all(after - before >= BETWEEN for before, after in itertools.pairwise(begins))
    names_fit = apart and (
        frame.width - max(edge, drawing.now_x) > max((len(band.label) for band in instrument.bands), default=0) * LETTER
    )
    _heading(drawing, f"{instrument.short}, points", _reading(instrument, scores, names_fit))
    top, bottom = drawing.y, drawing.y + SCORES

    def y(points: float) -> float:
        return bottom - points / highest * SCORES

    _scale(drawing, instrument, highest, y, names_fit)
    placed: list[tuple[float, float]] = []
    for one in reversed(shown):
        assert one.at is not None and one.low is not None and one.high is not None
        _score(drawing, one, y)
        points = str(one.low) if one.low == one.high else f"{one.low} to {one.high}"
        _label(drawing, placed, frame.x(_middle(one.at)), max(y(one.high) - 15, top - 4), points, bold=one is shown[-1])
    drawing.panel(top - 8, bottom)
    drawing.y = bottom + GAP


def _reading(instrument: Instrument, scores: Sequence[Scored], names_fit: bool) -> str:
    """What stands beside the title: the latest score, the bands where their names do not fit, what a bar means."""
    timed = [one for one in scores if one.at is not None]
    parts = [f"latest {timed[-1].value}"] if timed else []
    if not names_fit and instrument.bands:
        parts.append(", ".join(f"{band.label} from {band.low}" for band in instrument.bands))
    if any(one.low != one.high for one in scores):
        parts.append("bar: answers missing, the total lies somewhere in it")
    return "; ".join(parts)


def _scale(
    drawing: Drawing, instrument: Instrument, highest: int, y: Callable[[float], float], names_fit: bool
) -> None:
    """The lines on which the bands begin, with their names at the side where these cover nothing."""
    frame, colours = drawing.frame, drawing.colours
    begins = [(band.low, band.label) for band in instrument.bands if band.low <= highest] or [(0, ""), (highest, "")]
    written: float | None = None
    for points, label in begins:
        drawing.across(frame.start, frame.end, y(points), colours.grid)
        if written is None or abs(y(points) - written) >= BETWEEN:
            drawing.text(-6, y(points), str(points), colours.quiet, "right")
            written = y(points)
        if names_fit and label:
            drawing.text(frame.width - 4, y(points) - 9, label, colours.quiet, "right")


def _score(drawing: Drawing, one: Scored, y: Callable[[float], float]) -> None:
    assert one.at is not None and one.low is not None and one.high is not None
    at, colour = _middle(one.at), drawing.colours.score
    _uncertain(drawing, one.at, y((one.low + one.high) / 2), colour)
    if one.low == one.high:
        drawing.joined(one.instrument, at, y(one.high), colour)
        drawing.point(one.key, at, y(one.high), "circle", colour)
        return
    drawing.bar(one.key, at, y(one.high), y(one.low), colour)


def _highest(instrument: Instrument, scores: Sequence[Scored]) -> int:
    """The top of the scale: the whole form where an answer is missing high up, the next band but one otherwise."""
    most = max((one.high or 0 for one in scores), default=0)
    ends = [band.high for band in instrument.bands]
    if not ends:
        return max(most, 10)
    above = [end for end in ends if end >= most] or [ends[-1]]
    return max(above[0], ends[min(2, len(ends) - 1)])


def dose_lanes(drawing: Drawing, doses: Sequence[Given]) -> None:
    """A lane for each medicine: a diamond for each dose, with its amount where there is room."""
    if not doses:
        nothing_yet(drawing, "Doses given", "none charted")
        return
    colours, frame = drawing.colours, drawing.frame
    _heading(drawing, "Doses given")
    for medicine in dict.fromkeys(one.medicine for one in doses):
        own = [one for one in doses if one.medicine == medicine]
        shown = [one for one in own if one.at is not None and frame.holds(one.at.latest)]
        left = len(own) - len(shown)
        aside = f" ({left} not drawn: see the table)" if left else ""
        drawing.text(0, drawing.y + 6, plain(medicine) + aside, colours.ink)
        line = drawing.y + 28
        drawing.across(frame.start, frame.end, line, colours.grid)
        placed: list[tuple[float, float]] = []
        for one in reversed(shown):
            assert one.at is not None
            _uncertain(drawing, one.at, line, colours.dose)
            drawing.point(one.key, _middle(one.at), line, "diamond", colours.dose, 150)
            x = frame.x(_middle(one.at))
            wide = len(one.amount) * BOLD
            crosses = x + 11 + wide > frame.width or x <= drawing.now_x < x + 14 + wide
            beside = x - 12 - wide if crosses else x + 11
            if _free(placed, min(beside, x - 9), max(beside + wide, x + 9)) and beside > 0:
                drawing.text(beside, line, one.amount, colours.dose, weight="bold", halo=True)
                placed.append((min(beside, x - 9), max(beside + wide, x + 9)))
            else:
                placed.append((x - 9, x + 9))
        drawing.panel(line - 12, line + 12)
        drawing.y += LANE
    drawing.y += GAP / 2


def course_lanes(drawing: Drawing, courses: Sequence[Expected]) -> None:
    """A lane for each exposure: a soft band from onset to end, a stronger one for the peak, their names inside."""
    if not courses:
        return
    _heading(drawing, "Expected course", "in groups of people after the last use; not a forecast")
    for one in courses:
        drawing.text(0, drawing.y + 6, one.name, drawing.colours.ink)
        _course_lane(drawing, one, drawing.y + 18, drawing.y + 40)
        drawing.panel(drawing.y + 16, drawing.y + 42)
        drawing.y += LANE + 4
    drawing.y += GAP / 2


def _course_lane(drawing: Drawing, one: Expected, top: float, bottom: float) -> None:
    colours, frame = drawing.colours, drawing.frame
    parts = dict(parts_of(one.course))
    ends = [end for part in parts.values() for end in (part.earliest, part.latest) if end is not None]
    middle = (top + bottom) / 2
    if not ends:
        drawing.text(0, middle, "no times: the last use is not known", colours.quiet)
        return
    first, last = min(ends), max(ends)
    drawing.rect(first, last, top, bottom, colours.expected)
    drawing.across(first, last, top, colours.edge)
    drawing.across(first, last, bottom, colours.edge)
    for end in (first, last):
        drawing.down(end, top, bottom, colours.edge)
    placed: list[tuple[float, float]] = []
    beside: list[str] = []
    for name in ("peak", "onset", "end"):
        part = parts.get(name)
        if part is None:
            continue
        start, stop = part.earliest or first, part.latest or last
        if name == "peak":
            drawing.rect(start, stop, top, bottom, colours.peak)
            for end in (start, stop):
                drawing.down(end, top, bottom, colours.edge, 1.5)
        too_narrow = bool(beside) or not _name_part(drawing, placed, name, start, stop, middle)
        if too_narrow and frame.holds(max(start, first)) and name != "end":
            beside.append(name)
    if beside and frame.holds(first):
        drawing.text(frame.x(first) - 6, middle, f"{', '.join(reversed(beside))} →", colours.quiet, "right")
    elif not placed:
        inside = first <= frame.start and last >= frame.end
        says = "between onset and end" if inside else ("still to come" if first > frame.end else "over by now")
        drawing.text(4, middle, says, colours.quiet)


def _name_part(
    drawing: Drawing, placed: list[tuple[float, float]], name: str, start: datetime, stop: datetime, middle: float
) -> bool:
    """Write the name of a part in its middle, or at the edge with an arrow where it lies outside the picture.

    False where the part can be seen but is too narrow for its name.
    """
    frame = drawing.frame
    if start > frame.end:
        if name == "peak" or placed:
            _label(drawing, placed, float(frame.width), middle, f"{name} later →", halo=False)
    elif stop < frame.start:
        _label(drawing, placed, 0.0, middle, f"← {name} before", halo=False)
    else:
        left, right = frame.x(max(start, frame.start)), frame.x(min(stop, frame.end))
        if right - left < len(name) * LETTER + 2:
            return False
        _label(drawing, placed, (left + right) / 2, middle, name, halo=False)
    return True


def vital_panel(drawing: Drawing, vitals: Sequence[Vital]) -> None:
    """One vital sign: joined dots on an axis that holds its limits too, so that a small step never looks like a great one."""
    colours, frame = drawing.colours, drawing.frame
    seen = [one for one in vitals if one.at is not None and one.number is not None and frame.holds(one.at.latest)]
    limits = [(load_knowledge().limits[id].value, says) for id, says in LIMITS[vitals[-1].what]]
    said = ", ".join(says.format(number(value)) for value, says in limits)
    unit = vitals[-1].unit
    _heading(drawing, vitals[-1].name, f"{unit}; {said}" if unit else said)
    if not seen:
        drawing.text(0, drawing.y, "not in this stretch of time: see the table", colours.quiet)
        drawing.y += GAP + 4
        return
    numbers = [*(one.number for one in seen if one.number is not None), *(value for value, _ in limits)]
    low, high = min(numbers), max(numbers)
    bottom = drawing.y + VITALS - 6

    def y(value: float) -> float:
        return bottom - (value - low) / ((high - low) or 1.0) * (VITALS - 18)

    for value in dict.fromkeys((low, high)):
        drawing.across(frame.start, frame.end, y(value), colours.grid)
        drawing.text(-6, y(value), number(value), colours.quiet, "right")
    for value, _ in limits:
        drawing.across(frame.start, frame.end, y(value), colours.limit, 1.5)
    placed: list[tuple[float, float]] = []
    for one in reversed(seen):
        assert one.at is not None and one.number is not None
        at = _middle(one.at)
        _uncertain(drawing, one.at, y(one.number), colours.vital)
        drawing.joined(one.what, at, y(one.number), colours.vital)
        drawing.point(one.key, at, y(one.number), "square", colours.vital, 56)
        _label(drawing, placed, frame.x(at), y(one.number) - 13, number(one.number), bold=one is seen[-1])
    drawing.panel(drawing.y - 8, bottom + 6)
    drawing.y += VITALS + GAP - 4


def _heading(drawing: Drawing, title: str, rest: str = "") -> None:
    """A title in bold, the rest beside it where there is room, beneath it where there is not."""
    colours, left = drawing.colours, -34
    room = drawing.frame.width - left
    wide = len(title) * BOLD + 10
    drawing.text(left, drawing.y + 8, title, colours.ink, weight="bold")
    if rest and wide + len(rest) * LETTER <= room:
        drawing.text(left + wide, drawing.y + 8, rest, colours.quiet)
    elif rest:
        for line in textwrap.wrap(rest, int(room / LETTER)):
            drawing.y += 18
            drawing.text(left, drawing.y + 8, line, colours.quiet)
    drawing.y += HEADING


def _label(
    drawing: Drawing,
    placed: list[tuple[float, float]],
    x: float,
    y: float,
    says: str,
    bold: bool = False,
    halo: bool = True,
) -> None:
    """Words over a place, moved in from the edges; left out where they would cover others (the table has them)."""
    half = len(says) * (BOLD if bold else LETTER) / 2
    if abs(x - drawing.now_x) < half + 5:
        x = drawing.now_x + (half + 5 if x > drawing.now_x else -half - 5)
    x = min(max(x, half - 4), drawing.frame.width - half - 2)
    if bold or _free(placed, x - half, x + half):
        drawing.text(x, y, says, drawing.colours.ink, "center", "bold" if bold else "normal", halo)
        placed.append((x - half, x + half))


def _free(placed: list[tuple[float, float]], left: float, right: float) -> bool:
    return all(right + _ROOM <= start or end + _ROOM <= left for start, end in placed)


def _middle(at: Span) -> datetime:
    return at.earliest + (at.latest - at.earliest) / 2


def _uncertain(drawing: Drawing, at: Span, y: float, colour: str) -> None:
    """A line over the time in which an entry may lie, where its time is not exact."""
    if at.earliest != at.latest:
        drawing.across(at.earliest, at.latest, y, colour, 2)
