"""The picture of an interaction or of a course of withdrawal: one line an arm, with its interval or band. Nothing is fetched."""

from __future__ import annotations

from html import escape
from textwrap import wrap
from typing import Any

from leeward.pharmacology.caption import FONT, INK, QUIET, caption
from leeward.pharmacology.evidence_scenario import DAY, STANDINGS, Evidence, Shown, size

_WIDTH = 640
_LETTERS, _LINE, _BAR = 92, 17, 34
"""Letters of a line above a bar; points of such a line, and of the room that a bar takes beneath."""
COLOURS = {"measured": "#00598C", "model": "#A64400", "hypothesis": "#00598C"}

Spec = dict[str, Any]


def evidence_svg(found: Evidence) -> str:
    """The picture as SVG that names itself to a screen reader."""
    import vl_convert

    drawn = vl_convert.vegalite_to_svg(vl_spec=evidence_spec(found), allowed_base_urls=[])
    told = "; ".join(_line(arm) for arm in found.arms)
    label = escape(f"{found.title}. {found.says} {told}. {' '.join(found.caveats)}", quote=True)
    return drawn.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)


def evidence_spec(found: Evidence) -> Spec:
    """The same picture as a Vega-Lite specification. Without arms it holds the sentence that says why."""
    graded = sorted({f"{STANDINGS[arm.standing].capitalize()}: grade {arm.grade}" for arm in found.arms if arm.grade})
    if found.answer == "measured":
        graded = [f"Measured in people; beside it {one[0].lower()}{one[1:]}" for one in graded] or [
            "Measured in people"
        ]
    axis = {
        "labelFontSize": 13,
        "titleFontSize": 13,
        "labelColor": INK,
        "titleColor": INK,
        "titleFontWeight": "normal",
    }
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": "white",
        "padding": 16,
        "title": {
            "text": wrap(found.title, 70),
            "anchor": "start",
            "fontSize": 17,
            "subtitle": graded,
            "subtitleFontSize": 13,
            "subtitleColor": INK,
            "offset": 14,
        },
        "vconcat": [*([_lines(found)] if found.arms else []), caption((found.says, *found.caveats), _WIDTH)],
        "spacing": 26,
        "config": {
            "font": FONT,
            "axis": {**axis, "gridColor": "#E8E8E8", "domainColor": QUIET, "tickColor": QUIET},
            "legend": {"orient": "top", "labelFontSize": 13, "labelLimit": 320},
            "view": {"stroke": None},
        },
    }


def _lines(found: Evidence) -> Spec:
    per = _hours_per_unit(found.arms)
    rows: list[Spec] = []
    height = 0
    for arm in found.arms:
        rows.append(_row(arm, per, height))
        height += _LINE * len(rows[-1]["name"]) + _BAR
    across = _ratios(rows) if found.model == "interaction" else _times(_after(found.arms, per))
    used = [key for key, name in STANDINGS.items() if any(row["standing"] == name for row in rows)]
    scale = {"domain": [STANDINGS[key] for key in used], "range": [COLOURS[key] for key in used]}
    colour: Spec = {"field": "standing", "type": "nominal", "title": None, "scale": scale}

    def up(field: str) -> Spec:
        return {"field": field, "type": "quantitative", "axis": None, "scale": {"domain": [height, 0]}}

    layer: list[Spec] = [
        _bar("wide_low", "wide_high", across, up("bar"), colour, 3),
        _bar("low", "high", across, up("bar"), colour, 9),
        {
            "transform": [{"filter": "datum.value !== null"}],
            "mark": {"type": "point", "filled": True, "size": 120, "opacity": 1, "stroke": "white"},
            "encoding": {"y": up("bar"), "x": {"field": "value", **across}, "color": colour},
        },
        # What lies behind words must not cross them.
        _names(up("top"), {"stroke": "white", "strokeWidth": 5}),
        _names(up("top"), {"color": INK}),
    ]
    if found.model == "interaction":
        one = {
            "mark": {"type": "rule", "color": QUIET, "strokeDash": [4, 3]},
            "encoding": {"x": {"datum": 1, **across}},
        }
        layer.insert(0, one)
    return {"width": _WIDTH, "height": height, "data": {"values": rows}, "layer": layer}


def _bar(low: str, high: str, across: Spec, up: Spec, colour: Spec, width: int) -> Spec:
    return {
        "transform": [{"filter": f"datum.{low} !== null"}],
        "mark": {"type": "rule", "strokeWidth": width, "opacity": 1},
        "encoding": {"y": up, "x": {"field": low, **across}, "x2": {"field": high}, "color": colour},
    }


def _names(up: Spec, ink: Spec) -> Spec:
    return {
        "mark": {"type": "text", "align": "left", "baseline": "top", "fontSize": 13, **ink},
        "encoding": {"y": up, "x": {"value": 0}, "text": {"field": "name"}},
    }


def _ratios(rows: list[Spec]) -> Spec:
    """The axis of ratios: as far as something is drawn, to the next of 1, 2 and 5, with one in it."""
    ends = [1.0, *(row[name] for row in rows for name in ENDS if row[name] is not None)]
    marks = [lead * 10.0**power for power in range(-6, 7) for lead in (1, 2, 5)]
    low = max(mark for mark in marks if mark <= min(ends) / 1.05)
    high = min(mark for mark in marks if mark >= max(ends) * 1.05)
    return {
        "type": "quantitative",
        "title": "times as much as without it, on a logarithmic axis",
        "scale": {"type": "log", "domain": [low, high]},
        "axis": {"values": [mark for mark in marks if low <= mark <= high], "format": "~g", "labelOverlap": False},
    }


def _times(title: str) -> Spec:
    return {"type": "quantitative", "title": title, "scale": {"zero": True}, "axis": {"format": "~g"}}


ENDS = ("low", "high", "value", "wide_low", "wide_high")


def _row(arm: Shown, per: float, top: int) -> Spec:
    """What is drawn of an arm: its words from so many points down, its bar beneath them."""
    told = (arm.lower, arm.upper, arm.value, *(arm.wider or (None, None)))
    drawn = {name: None if end is None else end / per for name, end in zip(ENDS, told, strict=True)}
    what = f"{arm.what}, " if arm.standing != "hypothesis" else ""
    says = f"{what}{arm.arm[0].lower() if what else arm.arm[0].upper()}{arm.arm[1:]}: {size(arm)}"
    name = wrap(f"{says[0].upper()}{says[1:]}", _LETTERS)
    return {
        **drawn,
        "name": name,
        "top": top,
        "bar": top + _LINE * len(name) + _BAR // 2 - 4,
        "standing": STANDINGS[arm.standing],
    }


def _hours_per_unit(arms: tuple[Shown, ...]) -> float:
    """A course that ends within two days is drawn in hours, a longer one in days; ratios stay as they are."""
    last = max((arm.upper or 0.0 for arm in arms if arm.unit == "h"), default=0.0)
    return DAY if last > 2 * DAY else 1.0


def _after(arms: tuple[Shown, ...], per: float) -> str:
    return f"{'days' if per == DAY else 'hours'}{arms[0].what.removeprefix('hours')}"


def _line(arm: Shown) -> str:
    return f"{arm.what}, {arm.arm}: {size(arm)}, {STANDINGS[arm.standing]}"
