"""The picture of a scan: how far EBGM pulls few reports in, all pairs as shades and the strongest by name.

Nothing is fetched, and shape tells what colour does.
"""

from __future__ import annotations

from html import escape
from math import log10
from typing import Any

import numpy as np

from leeward.errors import BadInput
from leeward.signals.rules import LEAST
from leeward.signals.scan import CAVEAT, Signals
from leeward.signals.special import Integers

INK, QUIET, LINE, SHADE = "#1a1a1a", "#666666", "#00598C", "#8A8A8A"
FONT = "DejaVu Sans, Liberation Sans, Arial, sans-serif"
WIDTH, HEIGHT = 640, 420
NAMED = 15
"""Pairs that are drawn as dots with their intervals, and named in the list beneath."""
BINS = 10
"""Shades to a power of ten."""


def scan_svg(found: Signals, places: Integers) -> str:
    """Pairs as SVG that names itself to a screen reader. Raises BadInput where there is no EBGM, or no pair, to draw."""
    import vl_convert

    if found.fit.prior is None:
        says = f"There is no EBGM to draw. {found.fit.certificate.says}"
        mend = "Ask for the table: PRR, ROR and IC stand by themselves."
        raise BadInput.one("LW-1044", "--format", says, mend)
    if not len(places):
        raise BadInput.one(
            "LW-1044", "--format", "No pair is left to draw.", "Ask for fewer --least, or another --product."
        )
    drawn = vl_convert.vegalite_to_svg(vl_spec=scan_spec(found, places), allowed_base_urls=[])
    told = (
        _title(found, places),
        *_beneath(found),
        *(f"{one['says']}: {one['told']}" for one in _strongest(found, places)),
    )
    label = escape(" ".join(told), quote=True)
    return drawn.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)


def scan_spec(found: Signals, places: Integers) -> dict[str, Any]:
    """The same picture as a Vega-Lite specification."""
    ratio = found.counted.pairs.n[places] / found.measures["expected"][places]
    ebgm = found.measures["ebgm"][places]
    strongest = _strongest(found, places)
    ends_x = _ends([ratio.min(), ratio.max()])
    ends_y = _ends([ebgm.min(), ebgm.max(), *(one["low"] for one in strongest), *(one["high"] for one in strongest)])
    x = _axis("ratio", "Seen / expected (log scale)", ends_x)
    y = _axis("ebgm", "EBGM; of the strongest EB05 to EB95 (log scale)", ends_y)
    shades = {"field": "pairs", "type": "quantitative", "title": "Pairs", "scale": {"type": "log", "range": ["#DDDDDD", "#444444"]}}  # fmt: skip
    low, high = max(ends_x[0], ends_y[0]), min(ends_x[1], ends_y[1])
    rect = {"type": "rect"}
    layers = [
        _layer(_bins(ratio, ebgm), rect, {"x": x, "x2": {"field": "to"}, "y": y, "y2": {"field": "up"}, "color": shades}),
        _layer([{"ratio": end, "ebgm": end} for end in (low, high)] if low < high else [],
               {"type": "line", "strokeDash": [5, 4], "color": QUIET}, {"x": x, "y": y}),
        _layer(strongest, {"type": "rule", "color": LINE, "opacity": 0.5},
               {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}}),
        _layer(strongest, {"type": "point", "filled": True, "color": LINE, "opacity": 1, "size": 60}, {"x": x, "y": y}),
        _layer(strongest, {"type": "text", "align": "left", "dx": 6, "dy": -6, "fontSize": 12, "color": INK},
               {"x": x, "y": y, "text": {"field": "at"}}),
    ]  # fmt: skip
    plot = {"width": WIDTH, "height": HEIGHT, "layer": layers}
    axis = {"labelFontSize": 13, "titleFontSize": 14, "labelColor": INK, "titleColor": INK, "titleFontWeight": "normal"}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json", "background": "white", "padding": 14,
        "title": {"text": _title(found, places), "subtitle": _beneath(found), "anchor": "start", "fontSize": 17,
                  "subtitleFontSize": 12, "offset": 14},
        "vconcat": [plot, _list(strongest)], "spacing": 24,
        "config": {"font": FONT, "axis": {**axis, "gridColor": "#E8E8E8", "domainColor": QUIET, "tickColor": QUIET}, "view": {"stroke": None}},
    }  # fmt: skip


def _title(found: Signals, places: Integers) -> str:
    of = "all products" if found.background == "all" else found.background
    return f"{len(places):,} pairs of product and event (background: {of}; likelihood {found.fit.likelihood})"


def _beneath(found: Signals) -> list[str]:
    says, more = CAVEAT.split(": ", 1)
    return [
        f"{says}. {more[0].upper()}{more[1:]}",
        "On the dashed line nothing is pulled in; the darker, the more pairs. The strongest by EB05 are numbered.",
        *(one.says for one in found.alarms),
        "By chance alone: with every term dealt out anew among the reports. Flags and chance are of all pairs, not only of those drawn.",
    ]


def _ends(values: list[float]) -> tuple[float, float]:
    """Ends of an axis that all values stand between, on whole shades."""
    return (
        10 ** (np.floor(log10(min(values)) * BINS) / BINS - 0.1).item(),
        10 ** (np.ceil(log10(max(values)) * BINS) / BINS + 0.1).item(),
    )


def _axis(field: str, title: str, ends: tuple[float, float]) -> dict[str, Any]:
    ticks = [10.0**power for power in range(-9, 10) if ends[0] <= 10.0**power <= ends[1]]
    scale = {"type": "log", "domain": ends, "nice": False}
    return {"field": field, "type": "quantitative", "scale": scale, "axis": {"values": ticks, "format": "~g"}, "title": title}  # fmt: skip


def _bins(ratio: Any, ebgm: Any) -> list[dict[str, float]]:
    """Pairs that lie together: shades of a tenth of a power of ten."""
    at = np.floor(np.log10(np.column_stack([ratio, ebgm])) * BINS).astype(np.int64)
    found, pairs = np.unique(at, axis=0, return_counts=True)
    return [
        {"ratio": 10 ** (x / BINS), "to": 10 ** ((x + 1) / BINS), "ebgm": 10 ** (y / BINS), "up": 10 ** ((y + 1) / BINS), "pairs": n}
        for (x, y), n in zip(found.tolist(), pairs.tolist(), strict=True)
    ]  # fmt: skip


def _strongest(found: Signals, places: Integers) -> list[dict[str, Any]]:
    """The first pairs with reports enough, with what is told of each. `places` has the strongest first."""
    some = places[found.counted.pairs.n[places] >= LEAST][:NAMED]
    return [
        {"at": str(at), "says": f"{at}. {_short(row['product'], 24)}: {_short(row['event'].lower(), 30)}", "ratio": row["n"] / row["expected"],
         "ebgm": row["ebgm"], "low": row["eb05"], "high": row["eb95"],
         "told": f"{row['n']:,} reports, {row['expected']:.3g} expected, EBGM {_told(row['ebgm'])} ({_told(row['eb05'])} to {_told(row['eb95'])})"}
        for at, row in enumerate(found.rows(some.tolist()), 1)
    ]  # fmt: skip


def _short(name: str, most: int) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"


def _told(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _list(strongest: list[dict[str, Any]]) -> dict[str, Any]:
    """The strongest in words, a line each."""
    text = {"type": "text", "align": "left", "fontSize": 12, "color": INK}
    order = {"field": "says", "type": "nominal", "sort": [one["says"] for one in strongest], "axis": None}
    layers = [
        _layer(strongest, {**text, "x": x}, {"y": order, "text": {"field": field}})
        for x, field in ((0, "says"), (400, "told"))
    ]
    return {"width": WIDTH, "height": max(1, 18 * len(strongest)), "layer": layers}


def _layer(values: list[dict[str, Any]], mark: dict[str, Any], encoding: dict[str, Any]) -> dict[str, Any]:
    return {"data": {"values": values}, "mark": mark, "encoding": encoding}
