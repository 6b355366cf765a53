"""The picture of a simulated overdose: how many arrest in each arm, and how the typical person breathes. Nothing is fetched."""

from __future__ import annotations

import math
from collections.abc import Mapping
from html import escape
from textwrap import wrap
from typing import Any

from leeward.pharmacology.caption import FONT, INK, QUIET, caption, missing
from leeward.pharmacology.overdose import Course
from leeward.pharmacology.simulation import ArmResult, Simulation

_LINE, _MARK = "#00598C", "#A64400"
_WIDTH, _NAMES, _FIGURES = 640, 240, 110
"""Points across; of those for the names of the arms, and for what is written behind 100 %."""
MINUTES = 30
"""As much of the typical person's course is drawn; later the lines run on as they are."""

Spec = dict[str, Any]


def overdose_svg(found: Simulation, typical: Mapping[str, Course]) -> str:
    """The picture as SVG that names itself to a screen reader. Its data are those of `--format csv`."""
    import vl_convert

    drawn = vl_convert.vegalite_to_svg(vl_spec=overdose_spec(found, typical), allowed_base_urls=[])
    told = "; ".join(f"{arm.arm}: {arm.metrics['cardiac_arrest'].value} % arrest" for arm in found.arms)
    label = escape(f"{found.title}. {found.says} {told}. {' '.join(found.caveats)}", quote=True)
    return drawn.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)


def overdose_spec(found: Simulation, typical: Mapping[str, Course]) -> Spec:
    """The same picture as a Vega-Lite specification: the arms, the typical person's breathing in each, and the caption."""
    axis = {
        "labelFontSize": 13,
        "titleFontSize": 13,
        "labelColor": INK,
        "titleColor": INK,
        "titleFontWeight": "normal",
    }
    grade = f"Grade {found.grade}: how well FDA's model (Mann 2022) is reproduced, not how well it tells of people."
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": "white",
        "padding": 16,
        "title": {
            "text": wrap(found.title, 70),
            "subtitle": [
                *wrap(found.says, 96),
                f"{found.patients:,} made-up people, the same in each arm; a model of populations, nobody's own course",
            ],
            "anchor": "start",
            "fontSize": 17,
            "subtitleFontSize": 13,
            "subtitleColor": INK,
            "offset": 14,
        },
        "vconcat": [
            _arrests(found),
            _courses(typical),
            caption((*missing(found.finished), grade, *found.caveats), _WIDTH),
        ],
        "spacing": 26,
        "config": {
            "font": FONT,
            "axis": {**axis, "gridColor": "#E8E8E8", "domainColor": QUIET, "tickColor": QUIET, "labelLimit": 320},
            "view": {"stroke": None},
        },
    }


def _title(words: str, beneath: str = "", size: int = 14) -> Spec:
    title: Spec = {"text": words, "anchor": "start", "frame": "group", "fontSize": size}
    return title | (
        {"subtitle": beneath, "subtitleFontSize": 12, "subtitleColor": QUIET, "subtitlePadding": 4} if beneath else {}
    )


def _arrests(found: Simulation) -> Spec:
    arms: Spec = {"field": "arm", "type": "nominal", "sort": [arm.arm for arm in found.arms], "axis": None}
    percent: Spec = {
        "type": "quantitative",
        "title": "% of the people",
        "scale": {"domain": [0, 100], "range": [_NAMES, _WIDTH - _FIGURES]},
        "axis": {"values": [0, 20, 40, 60, 80, 100]},
    }
    words = {"type": "text", "align": "left", "fontSize": 13, "color": INK}
    return {
        "title": _title("Cardiac arrest", "bars: 95 in 100 resamples of these people; no other doubt is in them"),
        "width": _WIDTH,
        "height": {"step": 28},
        "data": {"values": [_arrest(arm) for arm in found.arms]},
        "layer": [
            {
                "mark": words | {"limit": _NAMES - 10},
                "encoding": {"y": arms, "x": {"value": 0}, "text": {"field": "arm"}},
            },
            {
                "mark": {"type": "rule", "color": _LINE, "strokeWidth": 3},
                "encoding": {"y": arms, "x": {"field": "lower", **percent}, "x2": {"field": "upper"}},
            },
            {
                "mark": {"type": "point", "filled": True, "opacity": 1, "size": 90, "color": _LINE},
                "encoding": {"y": arms, "x": {"field": "value", **percent}},
            },
            {
                "mark": words | {"dx": 10},
                "encoding": {"y": arms, "x": {"field": "upper", **percent}, "text": {"field": "says"}},
            },
        ],
    }


def _arrest(arm: ArmResult) -> Spec:
    metric = arm.metrics["cardiac_arrest"]
    says = f"{metric.value:.0f} % ({metric.lower:.0f} to {metric.upper:.0f})"
    return {"arm": arm.arm, "value": metric.value, "lower": metric.lower, "upper": metric.upper, "says": says}


def _courses(typical: Mapping[str, Course]) -> Spec:
    highest = math.ceil(max(float(one.columns["ventilation"].max()) for one in typical.values()))
    return {
        "title": _title(
            "How the typical person breathes",
            "triangle: naloxone is given; cross: the heart has arrested",
        ),
        "concat": [_course(name, one, highest) for name, one in typical.items()],
        "columns": 2,
        "spacing": 14,
    }


def _course(name: str, one: Course, highest: float) -> Spec:
    drawn = [
        {"minutes": round(float(second) / 60.0, 3), "breathed": round(float(value), 3)}
        for second, value in zip(one.seconds, one.columns["ventilation"], strict=True)
        if second <= MINUTES * 60.0
    ]
    marks: list[Spec] = [
        {"minutes": float(second) / 60.0, "breathed": highest - 0.5, "what": "given"} for second in one.given
    ]
    if not math.isnan(one.arrest):
        marks.append({"minutes": one.arrest / 60.0, "breathed": 0.0, "what": "arrest"})
    across: Spec = {
        "field": "minutes",
        "type": "quantitative",
        "title": "minutes after the opioid",
        "scale": {"domain": [0, MINUTES]},
    }
    up: Spec = {
        "field": "breathed",
        "type": "quantitative",
        "title": "L/min",
        "scale": {"domain": [0, highest], "nice": False},
        "axis": {"tickCount": 4},
    }

    def shape(what: str, symbol: str, size: int) -> Spec:
        values = [mark for mark in marks if mark["what"] == what and mark["minutes"] <= MINUTES]
        look = {"type": "point", "shape": symbol, "size": size, "opacity": 1, "color": _MARK, "strokeWidth": 2.5}
        return {"data": {"values": values}, "mark": look | {"filled": what == "given"}}

    return {
        "title": {**_title(name, size=13), "fontWeight": "normal", "offset": 6},
        "width": (_WIDTH - 60) // 2,
        "height": 84,
        "encoding": {"x": across, "y": up},
        "layer": [
            {"data": {"values": drawn}, "mark": {"type": "line", "color": _LINE, "strokeWidth": 2}},
            shape("given", "triangle-down", 60),
            shape("arrest", _CROSS, 160),
        ],
    }


_CROSS = "M-0.7,-0.7L0.7,0.7M0.7,-0.7L-0.7,0.7"
