"""The picture of a scenario of kinetics: a panel for each arm and for what is told of it. Nothing is fetched."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from html import escape
from textwrap import wrap
from typing import Any

from leeward.knowledge.entries import Source
from leeward.pharmacology.caption import FONT, INK, QUIET, caption, missing
from leeward.pharmacology.kinetic_simulation import Curve, KineticArmResult, KineticSimulation

_WIDTH, _HEIGHT = 640, 170

WIDE, HALF, MEDIAN, TYPICAL, FIRST = (
    "9 in 10 people (5th to 95th percentile)",
    "half of the people (25th to 75th)",
    "median",
    "typical person",
    "as in the first panel",
)
COLOURS = {WIDE: "#CFE3F1", HALF: "#7FB3D5", MEDIAN: "#00598C", TYPICAL: "#A64400", FIRST: "#6E6E6E"}

ZONES = {"suppression": "suppresses in most", "blockade": "blocks in most"}
"""What a level before the next dose does, from the line on."""
DECADES = 4
"""As much of a logarithmic axis is drawn at most."""

Spec = dict[str, Any]


def kinetics_svg(found: KineticSimulation, sources: Mapping[str, Source]) -> str:
    """The picture as SVG that names itself to a screen reader. Its data are those of `--format csv`."""
    import vl_convert

    drawn = vl_convert.vegalite_to_svg(vl_spec=kinetics_spec(found, sources), allowed_base_urls=[])
    arms = "; ".join(arm.arm for arm in found.arms)
    label = escape(f"{found.title}. {arms}. {' '.join(_caveats(found))}", quote=True)
    return drawn.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)


def kinetics_spec(found: KineticSimulation, sources: Mapping[str, Source]) -> Spec:
    """The same picture as a Vega-Lite specification: the panels one beneath the other, then the caption."""
    panels = [_panel(found, arm, curve) for arm in found.arms for curve in arm.curves]
    _only_used(panels)
    axis = {"labelFontSize": 13, "titleFontSize": 13, "labelColor": INK, "titleColor": INK}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": "white",
        "padding": 16,
        "title": {
            "text": wrap(found.title, 70),
            "subtitle": f"{found.patients:,} made-up people in each panel; a model of populations, nobody's own course",
            "anchor": "start",
            "fontSize": 17,
            "subtitleFontSize": 13,
            "subtitleColor": INK,
            "offset": 14,
        },
        "vconcat": [*panels, caption(_sentences(found, sources), _WIDTH)],
        "spacing": 26,
        "config": {
            "font": FONT,
            "axis": {**axis, "titleFontWeight": "normal", "gridColor": "#E8E8E8", "domainColor": QUIET},
            "legend": {"orient": "top", "columns": 3, "labelFontSize": 13, "labelLimit": 320, "symbolType": "square"},
            "title": {"fontSize": 14, "subtitleFontSize": 12, "subtitleColor": QUIET},
            "view": {"stroke": None},
        },
    }


def _only_used(panels: list[Spec]) -> None:
    """Leave in the legend the names that some panel draws."""
    colours = [
        layer["encoding"]["color"] for panel in panels for layer in panel["layer"] if "color" in layer["encoding"]
    ]
    used = {colour["datum"] for colour in colours}
    names = [name for name in COLOURS if name in used]
    for colour in colours:
        colour["scale"] = {"domain": names, "range": [COLOURS[name] for name in names]}


def _panel(found: KineticSimulation, arm: KineticArmResult, curve: Curve) -> Spec:
    days = arm.hours[-1] > 72.0
    times = [hour / (24.0 if days else 1.0) for hour in arm.hours]
    log = arm.log and not curve.scale
    low, high = _range(found, curve, log)
    across: Spec = {
        "field": "time",
        "type": "quantitative",
        "title": f"{'days' if days else 'hours'} after {found.zero}",
        "scale": {"domain": [0.0, times[-1]], "nice": False},
        "axis": {"values": _ticks(times[-1], days)},
    }
    up: Spec = {
        "type": "quantitative",
        "title": f"{curve.what}, {curve.unit}" if not curve.scale else f"occupied, {curve.unit} ({curve.scale})",
        "scale": {"domain": [low, high], "nice": False, **({"type": "log"} if log else {})},
    }
    if log:
        up["axis"] = {
            "values": [
                10.0**power
                for power in range(math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9) + 1)
            ],
            "format": "~g",
        }
    layers = [
        *_bands(curve, times, across, up, low),
        *_lines_of(found, arm, curve, times, across, up, low),
        *(_zones(arm, up, high) if not curve.scale else ()),
    ]
    what = f"model {arm.kinetics}, grade {_grade(arm)}"
    if curve.scale:
        what = f"occupied mu receptors on the PET scale, grade B, from the levels of {what}"
    if curve.bands is None:
        what += "; no spread between people is known"
    elif "50" not in curve.bands:
        what += "; the widest of all sets of values that fit as well, so no median"
    return {
        "title": {"text": wrap(arm.arm, 84), "subtitle": what, "anchor": "start", "frame": "group"},
        "width": _WIDTH,
        "height": _HEIGHT,
        "layer": layers,
    }


def _bands(curve: Curve, times: list[float], across: Spec, up: Spec, low: float) -> Iterator[Spec]:
    if curve.bands is None:
        return
    for name, lower, upper in ((WIDE, "5", "95"), (HALF, "25", "75")):
        values = [
            {"time": round(time, 4), "from": max(one, low), "to": max(other, low)}
            for time, one, other in zip(times, curve.bands[lower], curve.bands[upper], strict=True)
            if other > 0.0 or low == 0.0
        ]
        yield {
            "data": {"values": values},
            "mark": {"type": "area", "clip": True, "opacity": 1},
            "encoding": {"x": across, "y": {**up, "field": "from"}, "y2": {"field": "to"}, "color": _colour(name)},
        }


def _lines_of(
    found: KineticSimulation,
    arm: KineticArmResult,
    curve: Curve,
    times: list[float],
    across: Spec,
    up: Spec,
    low: float,
) -> Iterator[Spec]:
    def line(name: str, at: list[float], numbers: tuple[float, ...], **look: Any) -> Spec:
        values = [
            {"time": round(time, 4), "level": level}
            for time, level in zip(at, numbers, strict=True)
            if level > 0.0 or low == 0.0
        ]
        return {
            "data": {"values": values},
            "mark": {"type": "line", "clip": True, "strokeWidth": 2, **look},
            "encoding": {"x": across, "y": {**up, "field": "level"}, "color": _colour(name)},
        }

    first = next(one for one in found.arms if one.drug == arm.drug)
    if first is not arm and first.kinetics == arm.kinetics:
        at = [hour * times[-1] / arm.hours[-1] for hour in first.hours]
        for other in first.curves:
            middle = _middle(other)[1] if other.what == curve.what else None
            if middle is not None:
                yield line(FIRST, at, middle, strokeDash=[3, 3])
    name, middle = _middle(curve)
    if middle is not None:
        yield line(name, times, middle, strokeWidth=2.5)


def _middle(curve: Curve) -> tuple[str, tuple[float, ...] | None]:
    """The one line that is drawn: the median, or the typical person where no spread is known."""
    if curve.bands is not None:
        return MEDIAN, curve.bands.get("50")
    return TYPICAL, curve.typical


def _zones(arm: KineticArmResult, up: Spec, high: float) -> Iterator[Spec]:
    """A dashed line where a zone begins, named in the margin."""
    values: list[Spec] = [
        {"level": level, "says": f"{level:g} before a dose: {ZONES[name]}"}
        for name, level in arm.zones.items()
        if level < high
    ]
    if not values:
        return
    y = {**up, "field": "level"}
    yield {
        "data": {"values": values},
        "mark": {"type": "rule", "strokeDash": [6, 4], "color": INK},
        "encoding": {"y": y},
    }
    yield {
        "data": {"values": values},
        "mark": {"type": "text", "align": "left", "baseline": "middle", "fontSize": 12, "color": INK},
        "encoding": {"x": {"value": _WIDTH + 8}, "y": y, "text": {"field": "says"}},
    }


def _grade(arm: KineticArmResult) -> str:
    return arm.grade.replace("-", "\N{MINUS SIGN}")


def _colour(name: str) -> Spec:
    return {"datum": name, "type": "nominal", "title": None}


def _range(found: KineticSimulation, curve: Curve, log: bool) -> tuple[float, float]:
    """The axis of everything that is told of one thing, on a logarithm of everything in one unit, so that its panels can be compared."""
    if curve.scale:
        return 0.0, 100.0
    same = [
        other
        for arm in found.arms
        for other in arm.curves
        if other.unit == curve.unit and (other.what == curve.what or (log and arm.log and not other.scale))
    ]
    rows = [
        row
        for other in same
        for row in ((other.bands["5"], other.bands["95"]) if other.bands else (other.typical,))
        if row
    ]
    high = max(max(row) for row in rows)
    if not log:
        return 0.0, high * 1.08
    top = _step_of_axis(high, up=True)
    lowest = min(value for row in rows for value in row if value > 0.0)
    return max(_step_of_axis(lowest, up=False), top / 10.0**DECADES), top


def _step_of_axis(value: float, *, up: bool) -> float:
    """The next 1, 2 or 5 times a power of ten, from a value on upwards or downwards."""
    power = 10.0 ** math.floor(math.log10(value))
    steps = [power * times for times in (1.0, 2.0, 5.0, 10.0)]
    return next(step for step in steps if step >= value) if up else max(step for step in steps if step <= value)


def _ticks(last: float, days: bool) -> list[float]:
    steps = (1, 2, 7, 14, 28, 56, 84, 182) if days else (1, 2, 4, 6, 12)
    step = next((step for step in steps if last / step <= 14), steps[-1])
    return [float(tick) for tick in range(0, math.floor(last) + 1, step)]


def _caveats(found: KineticSimulation) -> list[str]:
    return list(dict.fromkeys((*found.caveats, *(caveat for arm in found.arms for caveat in arm.caveats))))


def _sentences(found: KineticSimulation, sources: Mapping[str, Source]) -> list[str]:
    told: set[str] = set()
    said: list[str] = []
    for arm in found.arms:
        caveats = [caveat for caveat in arm.caveats if caveat not in told]
        told.update(caveats)
        if caveats or not any(line.startswith(f"{arm.kinetics}, ") for line in said):
            words = f"{arm.kinetics}, grade {_grade(arm)}: {arm.population}. Sources: {_cited(arm, sources)}."
            said.append(" ".join([words, *caveats]))
    return [*missing(found.finished), *said, *found.caveats]


def _cited(arm: KineticArmResult, sources: Mapping[str, Source]) -> str:
    named = [sources[id] for id in arm.sources if sources[id].status != "consensus"]
    return "; ".join(
        f"{one.authors.partition(',')[0].partition(' and colleagues')[0]} {one.year}" if one.year else one.title
        for one in named
    )
