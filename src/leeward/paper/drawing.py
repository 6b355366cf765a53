"""Marks on one shared time axis, gathered as data and drawn as one Vega-Lite view: a view costs time, a mark does not.

Across, marks stand at instants; down, at pixels from the top. Colours go with a shape or a word, never alone.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta, tzinfo
from typing import Any, Literal

import msgspec

Theme = Literal["light", "dark"]
Align = Literal["left", "center", "right"]

FONT = "DejaVu Sans, Liberation Sans, Arial, sans-serif"
SIZE = 13
LETTER = 7.5
BOLD = 7.9
"""Widths of a letter of the size above, plain and bold, in pixels, on the generous side."""


ABOVE, BELOW = 8, 46
"""Pixels above the first panel, and below the last for the axis."""


class Colours(msgspec.Struct, frozen=True):
    """The colours of a theme (Okabe-Ito hues, made lighter or darker until they can be read on the ground)."""

    ground: str
    ink: str
    quiet: str
    grid: str
    score: str
    dose: str
    vital: str
    expected: str
    peak: str
    edge: str
    limit: str


THEMES: dict[Theme, Colours] = {
    "light": Colours(
        "#FFFFFF",
        "#1A1A1A",
        "#4D555E",
        "#D9DEE3",
        "#00598C",
        "#A64400",
        "#2B5D45",
        "#EAEFF4",
        "#C3D0DD",
        "#6A7783",
        "#9E1B32",
    ),
    "dark": Colours(
        "#12171D",
        "#EDF1F5",
        "#B4BFCA",
        "#313B46",
        "#74BDEB",
        "#F2AA6B",
        "#8FD6B5",
        "#1E2832",
        "#3C4F63",
        "#93A1AF",
        "#FF8A94",
    ),
}


class Frame(msgspec.Struct, frozen=True):
    """The stretch of time that is drawn, and on how many pixels."""

    start: datetime
    end: datetime
    width: int
    zone: tzinfo

    def x(self, instant: datetime) -> float:
        """Pixels from the left edge."""
        return (instant - self.start) / (self.end - self.start) * self.width

    def holds(self, instant: datetime) -> bool:
        """Whether the instant is inside the frame."""
        return self.start <= instant <= self.end

    def wall(self, instant: datetime) -> int:
        """The instant in milliseconds, by the offset that the clock has at the frame's end: what the axis counts in."""
        offset = self.end.astimezone(self.zone).utcoffset() or timedelta(0)
        return round((instant.timestamp() + offset.total_seconds()) * 1000)

    def at(self, x: float) -> datetime:
        """The instant at a place across."""
        return self.start + (self.end - self.start) * (x / self.width)


class Drawing:
    """A picture in the making. `y` is how far down it has come."""

    def __init__(self, frame: Frame, colours: Colours, now: datetime) -> None:
        self.frame = frame
        self.now_x = frame.x(now)
        self.colours = colours
        self.y = 0.0
        self.panels: list[tuple[float, float]] = []
        self._rects: list[dict[str, Any]] = []
        self._rules: list[dict[str, Any]] = []
        self._dashes: list[dict[str, Any]] = []
        self._lines: list[dict[str, Any]] = []
        self._points: list[dict[str, Any]] = []
        self._texts: list[dict[str, Any]] = []

    def rect(self, start: datetime, end: datetime, top: float, bottom: float, colour: str) -> None:
        """A filled stretch of time, cut off at the edges of the frame."""
        first, last = max(start, self.frame.start), min(end, self.frame.end)
        if first < last:
            self._rects.append(self._mark(first, top, colour) | {"x2": self.frame.wall(last), "y2": bottom})

    def across(self, start: datetime, end: datetime, y: float, colour: str, thick: float = 1) -> None:
        """A line from one instant to another."""
        first, last = max(start, self.frame.start), min(end, self.frame.end)
        if first <= last:
            self._rules.append(self._mark(first, y, colour) | {"x2": self.frame.wall(last), "y2": y, "thick": thick})

    def down(self, at: datetime, top: float, bottom: float, colour: str, thick: float = 1) -> None:
        """A line from the top down."""
        if self.frame.holds(at):
            self._rules.append(self._mark(at, top, colour) | {"x2": self.frame.wall(at), "y2": bottom, "thick": thick})

    def dashed(self, at: datetime, top: float, bottom: float, colour: str) -> None:
        """A dashed line from the top down."""
        if self.frame.holds(at):
            self._dashes.append(self._mark(at, top, colour) | {"x2": self.frame.wall(at), "y2": bottom, "thick": 2})

    def bar(self, entry: str, at: datetime, top: float, bottom: float, colour: str) -> None:
        """A range of one entry: a line from its lowest to its highest value, closed at both ends."""
        x = self.frame.x(at)
        for y in (top, bottom):
            self.across(self.frame.at(x - 6), self.frame.at(x + 6), y, colour, 3)
            self.point(entry, at, y, "circle", colour, 1)
        self.down(at, top, bottom, colour, 3)

    def panel(self, top: float, bottom: float) -> None:
        """Remember where marks stand, so that the line of now runs through them and not through the words."""
        self.panels.append((top, bottom))

    def joined(self, series: str, at: datetime, y: float, colour: str) -> None:
        """One point of a line that joins the points of its series."""
        self._lines.append(self._mark(at, y, colour) | {"series": series})

    def point(self, entry: str, at: datetime, y: float, shape: str, colour: str, size: float = 90) -> None:
        """A mark for one entry."""
        self._points.append(self._mark(at, y, colour) | {"shape": shape, "size": size, "entry": entry})

    def text(
        self,
        x: float,
        y: float,
        says: str,
        colour: str,
        align: Align = "left",
        weight: str = "normal",
        halo: bool = False,
    ) -> None:
        """Words at a place given in pixels; with a halo they hide the lines behind them, at a cost."""
        marked = self._mark(self.frame.at(x), y, colour)
        self._texts.append(marked | {"says": says, "weight": weight, "align": align, "halo": 4 if halo else 0})

    def _mark(self, at: datetime, y: float, colour: str) -> dict[str, Any]:
        return {"x": self.frame.wall(at), "y": round(y, 1), "colour": colour}

    @property
    def height(self) -> int:
        """How high the picture is with its margins, in pixels."""
        return round(self.y) + ABOVE + BELOW

    def spec(self, left: int, right: int, ticks: list[datetime], description: str) -> dict[str, Any]:
        """The picture as a Vega-Lite specification, with room for `left` and `right` pixels beside the frame."""
        height = round(self.y)
        return {
            "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
            "description": description,
            "width": self.frame.width,
            "height": height,
            "background": self.colours.ground,
            "padding": {"left": left, "right": right, "top": ABOVE, "bottom": BELOW},
            "autosize": {"type": "none"},
            "layer": self._layers(height, ticks),
            "config": {
                "aria": False,
                "font": FONT,
                "view": {"stroke": None},
                "axis": {
                    "labelFontSize": SIZE,
                    "labelColor": self.colours.ink,
                    "domainColor": self.colours.edge,
                    "tickColor": self.colours.edge,
                    "grid": False,
                },
            },
        }

    def _layers(self, height: int, ticks: list[datetime]) -> list[dict[str, Any]]:
        own = {"scale": None, "legend": None}
        colour, thick = {"color": {"field": "colour", **own}}, {"strokeWidth": {"field": "thick", **own}}
        ends = {"x2": {"field": "x2"}, "y2": {"field": "y2"}}
        shaped = {"shape": {"field": "shape", **own}, "size": {"field": "size", **own}}
        words = {"text": {"field": "says"}}
        place = self._place(height, ticks)
        layers = [
            _layer(self._rects, {"type": "rect"}, place | ends | colour),
            _layer(self._rules, {"type": "rule"}, place | ends | colour | thick),
            _layer(self._dashes, {"type": "rule", "strokeDash": [5, 4]}, place | ends | colour | thick),
            _layer(self._lines, {"type": "line", "strokeWidth": 1.8}, place | colour | {"detail": {"field": "series"}}),
            _layer(self._points, {"type": "point", "filled": True, "opacity": 1}, place | colour | shaped),
        ]
        mark = {
            "type": "text",
            "align": {"expr": "datum.align"},
            "baseline": "middle",
            "fontSize": SIZE,
            "fontWeight": {"expr": "datum.weight"},
        }
        halo = {"stroke": self.colours.ground, "strokeWidth": {"expr": "datum.halo"}, "strokeJoin": "round"}
        behind = [text for text in self._texts if text["halo"]]
        layers += [
            _layer(behind, mark | halo, place | words | colour),
            _layer(self._texts, mark, place | words | colour),
        ]
        return [layer for layer in layers if layer["data"]["values"]]

    def _place(self, height: int, ticks: list[datetime]) -> dict[str, Any]:
        frame = self.frame
        return {
            "x": {
                "field": "x",
                "type": "temporal",
                "title": None,
                "scale": {"type": "utc", "domain": [frame.wall(frame.start), frame.wall(frame.end)]},
                "axis": {
                    "values": [frame.wall(tick) for tick in ticks],
                    "labelExpr": _labels(frame, ticks),
                    "labelOverlap": True,
                },
            },
            "y": {
                "field": "y",
                "type": "quantitative",
                "scale": {"domain": [0, height], "range": [0, height], "nice": False, "zero": False},
                "axis": None,
            },
        }


class Unmarked(Drawing):
    """Makes room as a drawing does and keeps no mark: for what only asks how high the picture is."""

    def rect(self, start: datetime, end: datetime, top: float, bottom: float, colour: str) -> None:
        """Nothing is kept."""

    def across(self, start: datetime, end: datetime, y: float, colour: str, thick: float = 1) -> None:
        """Nothing is kept."""

    def down(self, at: datetime, top: float, bottom: float, colour: str, thick: float = 1) -> None:
        """Nothing is kept."""

    def dashed(self, at: datetime, top: float, bottom: float, colour: str) -> None:
        """Nothing is kept."""

    def joined(self, series: str, at: datetime, y: float, colour: str) -> None:
        """Nothing is kept."""

    def point(self, entry: str, at: datetime, y: float, shape: str, colour: str, size: float = 90) -> None:
        """Nothing is kept."""

    def text(
        self,
        x: float,
        y: float,
        says: str,
        colour: str,
        align: Align = "left",
        weight: str = "normal",
        halo: bool = False,
    ) -> None:
        """Nothing is kept."""


def _labels(frame: Frame, ticks: list[datetime]) -> str:
    """The expression that labels the axis: the wall clock of each tick's own day, with the day at the first and at midnight."""
    shown: dict[str, list[str]] = {}
    for tick in ticks:
        local = tick.astimezone(frame.zone)
        dated = tick == ticks[0] or not (local.hour or local.minute)
        shown[str(frame.wall(tick))] = [f"{local:%H:%M}", *([f"{local:%a %d %b}"] if dated else [])]
    return f"{json.dumps(shown)}[toString(toNumber(datum.value))]"


def _layer(values: list[dict[str, Any]], mark: dict[str, Any], encoding: dict[str, Any]) -> dict[str, Any]:
    return {"data": {"values": values}, "mark": mark, "encoding": encoding}


_STEPS = (5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 5760)
"""Minutes between two labels of the axis."""


def ticks_of(frame: Frame) -> list[datetime]:
    """Instants on the round hours of the wall clock, as close as their labels allow."""
    minutes = (frame.end - frame.start) / timedelta(minutes=1)
    room = max(2, frame.width // 78)
    step = next((step for step in _STEPS if minutes / step <= room), _STEPS[-1])
    midnight = frame.start.astimezone(frame.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    first = -(-((frame.start - midnight) // timedelta(minutes=1)) // step)
    found = [midnight + timedelta(minutes=step * count) for count in range(first, first + room + 3)]
    return [tick for tick in found if frame.holds(tick)]
