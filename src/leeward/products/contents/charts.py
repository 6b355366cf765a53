"""Pictures of contents, drawn on the machine itself: lots as dots, the label's claim as a line, the band as a shade.

Colours are told apart in the common kinds of colour blindness (Okabe and Ito), and no meaning rests on colour alone:
every mark is named beside it. Nothing is fetched.
"""

from __future__ import annotations

from typing import Any

import msgspec

from leeward.products.contents.content import analytes, figure
from leeward.products.contents.variability import USEFUL, Lot, Variability, variability_words

_INK = "#1a1a1a"
_DOT = "#0072B2"
_CLAIM = "#A64400"
_BAND = "#DCE3EA"
_FONT = "DejaVu Sans, Liberation Sans, Arial, sans-serif"
_SIZE = 14
_SMALL = 13
_WIDTH = 560


def variability_chart(found: Variability, product: str = "") -> str:
    """The lots of one product against its label, as SVG with its title inside. The data table is `variability_table`."""
    import vl_convert

    return vl_convert.vegalite_to_svg(vl_spec=variability_spec(found, product), allowed_base_urls=[])


def variability_spec(found: Variability, product: str = "") -> dict[str, Any]:
    """The same picture as a Vega-Lite specification."""
    height = max(70, 30 * found.n_lots)
    top = _top(found)
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": _WIDTH,
        "height": height,
        "background": "white",
        "padding": 14,
        "title": {
            "text": f"{product or 'One product'}, {_lots(found)}: what was measured against what the label claims",
            "subtitle": _subtitle(found),
            "anchor": "start",
            "frame": "group",
            "offset": 44 if found.tolerance is not None else 28,
            "limit": 900,
            "subtitlePadding": 6,
            "subtitleLineHeight": 19,
        },
        "layer": [*_band(found, top), *_claim(found, top, height), *_dots(found)],
        "config": _config(),
    }


def variability_table(found: Variability) -> tuple[dict[str, str], ...]:
    """The rows of the data table beneath the picture: every lot in words, then the claim, the mean and the band."""
    rows = [
        {
            "lot": lot.lot or "lot not stated",
            "results": str(lot.n),
            "measured": "; ".join(lot.words),
            "against the label": _against(lot, found),
        }
        for lot in found.lots
    ]
    if found.claim is not None:
        rows.append(_row("label claim", f"{figure(found.claim)} {found.unit}"))
    if found.mean is not None:
        rows.append(_row("mean of the lots", f"{figure(found.mean)} {found.unit}"))
    if found.tolerance is not None and found.tolerance.high is not None:
        band = f"{figure(found.tolerance.low)} to {figure(found.tolerance.high)} {found.unit}"
        rows.append(_row("where 95 % of lots are expected", band))
    return tuple(rows)


def _row(name: str, value: str) -> dict[str, str]:
    return {"lot": name, "results": "", "measured": value, "against the label": ""}


def _against(lot: Lot, found: Variability) -> str:
    if found.claim is None or lot.mean is None:
        return "cannot tell"
    percent = 100 * (lot.mean / found.claim - 1)
    return "as claimed" if abs(percent) < 0.5 else f"{abs(percent):.0f} % {'more' if percent > 0 else 'less'}"


def _lots(found: Variability) -> str:
    return f"{found.n_lots} lot{'' if found.n_lots == 1 else 's'}"


def _subtitle(found: Variability) -> list[str]:
    name = analytes()[found.analyte].name
    lines = [f"Each dot is one lot: how much {name} a laboratory found in it."]
    if found.label_error_percent is not None:
        size = abs(found.label_error_percent)
        way = "more" if found.label_error_percent > 0 else "less"
        lines.append(
            f"On average the lots hold {size:.0f} % {way} than the label claims."
            if size >= 0.5
            else "On average the lots hold what the label claims."
        )
    if found.cv is not None and found.cv_interval is not None:
        high = found.cv_interval.high
        low = f"{100 * found.cv_interval.low:.0f}"
        range_words = (
            f"from {low} %, with no useful upper bound"
            if high is None or high > USEFUL
            else f"from {low} to {100 * high:.0f} %"
        )
        lines.append(
            f"Lots vary by about {100 * found.cv:.0f} % of their mean; with {_lots(found)} it may be anything {range_words}."
        )
    if found.n_censored_lots:
        lines.append(
            "Open triangles: no number was given; the lot lies somewhere to the left of the mark, not at zero."
        )
    if found.cv is None and not found.n_censored_lots:
        lines.append("Too few lots to tell how much lots vary.")
    return lines


def _top(found: Variability) -> float:
    ends = [found.claim or 0.0, *(lot.high or lot.low for lot in found.lots)]
    if found.tolerance is not None and found.tolerance.high is not None:
        ends.append(found.tolerance.high)
    return 1.12 * max(ends) or 1.0


def _x(field: str, found: Variability, top: float) -> dict[str, Any]:
    title = f"{analytes()[found.analyte].name}, {found.unit}"
    return {
        "field": field,
        "type": "quantitative",
        "title": title[0].upper() + title[1:],
        "scale": {"domain": [0, top], "nice": False, "zero": True},
        "axis": {"tickCount": 8},
    }


def _band(found: Variability, top: float) -> list[dict[str, Any]]:
    if found.tolerance is None or found.tolerance.high is None:
        return []
    low, high = found.tolerance.low, found.tolerance.high
    align, at = ("left", low) if low + high < top else ("right", high)
    values = [{"low": low, "high": high, "at": at, "says": _SHADED}]
    return [
        {
            "data": {"values": values},
            "mark": {"type": "rect", "color": _BAND},
            "encoding": {"x": _x("low", found, top), "x2": {"field": "high"}},
        },
        {
            "data": {"values": values},
            "mark": {"type": "text", "fontSize": _SMALL, "color": _INK, "align": align, "baseline": "bottom"},
            "encoding": {"x": _x("at", found, top), "y": {"value": -24}, "text": {"field": "says"}},
        },
    ]


_SHADED = "shaded: where 95 % of lots are expected, judging by these"


def _claim(found: Variability, top: float, height: int) -> list[dict[str, Any]]:
    if found.claim is None:
        return []
    says = f"label claims {figure(found.claim)} {found.unit}"
    values = [{"claim": found.claim, "says": says}]
    right = found.claim > 0.75 * top
    text = {"type": "text", "fontSize": _SMALL, "fontWeight": "bold", "color": _CLAIM, "baseline": "bottom"}
    return [
        {
            "data": {"values": values},
            "mark": {"type": "rule", "color": _CLAIM, "strokeWidth": 2.5, "strokeDash": [7, 4]},
            "encoding": {"x": _x("claim", found, top), "y": {"value": 0}, "y2": {"value": height}},
        },
        {
            "data": {"values": values},
            "mark": {**text, "align": "right" if right else "left", "dx": 12 if right else -12},
            "encoding": {"x": _x("claim", found, top), "y": {"value": -4}, "text": {"field": "says"}},
        },
    ]


def _dots(found: Variability) -> list[dict[str, Any]]:
    top = _top(found)
    y = {"field": "lot", "type": "ordinal", "sort": None, "title": None, "axis": {"labelLimit": 220, "labelPadding": 8}}
    values = [_point(lot, found) for lot in found.lots]
    numbers = [value for value in values if value["kind"] == "number"]
    bounded = [value for value in values if value["kind"] == "bounded"]
    unbounded = [value for value in values if value["kind"] == "unbounded"]
    text = {"type": "text", "fontSize": _SMALL, "color": _INK, "align": "left", "dx": 10, "baseline": "middle"}
    layers: list[dict[str, Any]] = [
        {
            "data": {"values": values},
            "mark": {"type": "point", "opacity": 0},
            "encoding": {"x": _x("at", found, top), "y": y},
        }
    ]
    for shown, mark in (
        (numbers, {"type": "point", "shape": "circle", "filled": True, "size": 130, "color": _DOT, "opacity": 1}),
        (
            bounded,
            {"type": "point", "shape": "triangle-left", "filled": False, "size": 150, "color": _DOT, "strokeWidth": 2},
        ),
    ):
        if shown:
            encoding = {"x": _x("at", found, top), "y": y}
            layers.append({"data": {"values": shown}, "mark": mark, "encoding": encoding})
    labelled = {"values": [*numbers, *bounded, *unbounded]}
    encoding = {"x": _x("at", found, top), "y": y, "text": {"field": "says"}}
    for mark in ({**text, "stroke": "white", "strokeWidth": 4, "strokeJoin": "round"}, text):
        layers.append({"data": labelled, "mark": mark, "encoding": encoding})
    return layers


def _point(lot: Lot, found: Variability) -> dict[str, Any]:
    name = lot.lot or "lot not stated"
    if lot.mean is not None:
        return {"lot": name, "at": lot.mean, "says": figure(float(f"{lot.mean:.3g}")), "kind": "number"}
    if lot.high is not None and lot.low == 0:
        return {"lot": name, "at": lot.high, "says": f"less than {figure(lot.high)}", "kind": "bounded"}
    if lot.high is not None:
        return {"lot": name, "at": lot.high, "says": f"{figure(lot.low)} to {figure(lot.high)}", "kind": "bounded"}
    says = "not seen; the limit is not stated" if lot.low == 0 else f"more than {figure(lot.low)}"
    return {"lot": name, "at": lot.low, "says": says, "kind": "unbounded"}


def _config() -> dict[str, Any]:
    words = {"labelFontSize": _SIZE, "titleFontSize": _SIZE, "labelColor": _INK, "titleColor": _INK}
    return {
        "font": _FONT,
        "title": {"fontSize": 17, "subtitleFontSize": _SIZE, "color": _INK, "subtitleColor": _INK},
        "axis": {
            **words,
            "titleFontWeight": "normal",
            "titlePadding": 10,
            "gridColor": "#E8E8E8",
            "domainColor": "#666666",
            "tickColor": "#666666",
        },
        "axisY": {"grid": True, "ticks": False, "domain": False},
        "view": {"stroke": None},
    }


def picture_and_table(found: Variability, product: str = "") -> Picture:
    """The picture with its table and a text for those who cannot see it."""
    return Picture(variability_chart(found, product), variability_table(found), " ".join(variability_words(found)))


class Picture(msgspec.Struct, frozen=True):
    """A picture as SVG, its data, and what it shows in words."""

    svg: str
    table: tuple[dict[str, str], ...]
    text: str
