"""The picture of a back-test: reports over time with the actions of authorities, first flags by rule, and the shrinkage.

Colours are told apart in the common kinds of colour blindness (Okabe and Ito), and each goes with a shape; every action is
numbered, and named in the table beneath. Nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import log
from typing import Any, NamedTuple

from leeward.signals.backtest import Backtest, Dated, Row
from leeward.signals.rules import LEAST, Rule

_INK = "#1a1a1a"
_QUIET = "#666666"
_LINE = "#00598C"
_FONT = "DejaVu Sans, Liberation Sans, Arial, sans-serif"
_WIDTH = 640
MOST = 12
"""Events that are drawn; the table holds all."""

RULES: dict[Rule, tuple[str, str, str]] = {
    "maxsprt": ("MaxSPRT", "diamond", "#A64400"),
    "eb05": ("EB05 ≥ 2", "circle", "#00598C"),
    "ic025": ("IC025 > 0", "square", "#007A5A"),
    "prr": ("PRR, chi-square", "triangle-up", "#8A5A83"),
}
"""Each rule: its words, shape and colour."""


def backtest_svg(found: Backtest) -> str:
    """The picture as SVG that names itself to a screen reader. Its data are the tables of `backtest_page`."""
    import vl_convert

    drawn = vl_convert.vegalite_to_svg(vl_spec=backtest_spec(found), allowed_base_urls=[])
    label = escape(" ".join((_title(found), *found.says)), quote=True)
    return drawn.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)


def backtest_spec(found: Backtest) -> dict[str, Any]:
    """The same picture as a Vega-Lite specification: three panels, one beneath the other."""
    events = _drawn_events(found)
    panels = [_reports(found), *([_flags(found, events)] if events else []), *_shrinkage(found)]
    axis = {
        "labelFontSize": 13,
        "titleFontSize": 14,
        "labelColor": _INK,
        "titleColor": _INK,
        "titleFontWeight": "normal",
    }
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": "white",
        "padding": 14,
        "title": {
            "text": _title(found),
            "subtitle": _beneath(found),
            "anchor": "start",
            "fontSize": 17,
            "subtitleFontSize": 13,
            "offset": 16,
        },
        "vconcat": panels,
        "spacing": 34,
        "config": {
            "font": _FONT,
            "axis": {**axis, "gridColor": "#E8E8E8", "domainColor": _QUIET, "tickColor": _QUIET},
            "legend": {"labelFontSize": 13, "titleFontSize": 13, "orient": "bottom", "columns": 2, "labelLimit": 300},
            "view": {"stroke": None},
        },
    }


def _title(found: Backtest) -> str:
    of = "all products" if found.background == "all" else found.background
    return f"{found.product}: what would have been flagged when (background: {of}; likelihood {found.likelihood})"


def _beneath(found: Backtest) -> list[str]:
    left = len({flag.event for flag in found.flags}) - MOST
    more = [f"The first {MOST} events that were flagged; {left} more are in the table."] if left > 0 else []
    caveat = "Reports show neither cause nor rate. Numbers are actions of authorities, named in the table."
    return [caveat, *_chance(found), *more]


def _chance(found: Backtest) -> list[str]:
    """How many events each rule flagged, and how many it would by chance alone."""
    told = [
        f"{RULES[rate.rule][0]}: {sum(one.rule == rate.rule for one in found.flags)} ({rate.by_chance:.2g})"
        for rule in RULES
        if (rate := found.rate(rule)) and rate.by_chance is not None
    ]
    events = max((one.events for one in found.rates), default=0)
    return [f"Events flagged of {events:,} (by chance alone) – {'; '.join(told)}."] if told else []


def numbered(found: Backtest) -> list[tuple[int, Dated]]:
    """The actions within the time of the reports, numbered as in the picture."""
    first, last = (found.months[0].until[:7], found.months[-1].until) if found.months else ("9", "")
    return list(enumerate((one for one in found.actions if first <= _day(one.date) <= last), 1))


def _day(told: str) -> str:
    """A date that is a month or a year, drawn at its beginning."""
    return told + {4: "-01-01", 7: "-01"}.get(len(told), "")


def _time(found: Backtest) -> dict[str, Any]:
    first = f"{found.months[0].until[:8]}01"
    return {
        "field": "at",
        "type": "temporal",
        "title": None,
        "scale": {"type": "utc", "domain": [first, found.months[-1].until]},
        "axis": {"format": "%Y", "tickCount": "year"},
    }


def _reports(found: Backtest) -> dict[str, Any]:
    values = [{"at": one.until, "reports": one.reports} for one in found.months]
    y = {"field": "reports", "type": "quantitative", "title": "Reports so far", "axis": {"tickMinStep": 1}}
    line = {"type": "line", "interpolate": "step-after", "color": _LINE, "strokeWidth": 2}
    counts = {"data": {"values": values}, "mark": line, "encoding": {"x": _time(found), "y": y}}
    return {"width": _WIDTH, "height": 180, "layer": [*_actions(found, named=True), counts]}


def _actions(found: Backtest, *, named: bool) -> list[dict[str, Any]]:
    """A dashed line at each action; its numbers above, those of one month together."""
    by_month: dict[str, list[int]] = {}
    for number, one in numbered(found):
        by_month.setdefault(_day(one.date)[:7], []).append(number)
    if not by_month:
        return []
    days = {_day(one.date)[:7]: _day(one.date) for _, one in reversed(numbered(found))}
    values = [
        {"at": days[month], "says": f"{of[0]}–{of[-1]}" if len(of) > 1 else str(of[0]), "row": at % 2}
        for at, (month, of) in enumerate(sorted(by_month.items()))
    ]
    rule = {"type": "rule", "strokeDash": [5, 4], "color": _QUIET}
    layers: list[dict[str, Any]] = [{"data": {"values": values}, "mark": rule, "encoding": {"x": _time(found)}}]
    if named:
        for row in (0, 1):
            text = {"type": "text", "fontSize": 12, "color": _INK, "baseline": "bottom"}
            own = [value for value in values if value["row"] == row]
            encoding = {"x": _time(found), "y": {"value": -2 - 14 * row}, "text": {"field": "says"}}
            layers.append({"data": {"values": own}, "mark": text, "encoding": encoding})
    return layers


def _drawn_events(found: Backtest) -> list[str]:
    """Events that were flagged, the first flagged first."""
    return list(dict.fromkeys(flag.event for flag in found.flags))[:MOST]


def _flags(found: Backtest, events: Sequence[str]) -> dict[str, Any]:
    values = [
        {"at": flag.until, "event": flag.event.lower(), "rule": RULES[flag.rule][0]}
        for flag in found.flags
        if flag.event in events
    ]
    names = [RULES[rule][0] for rule in RULES]
    shape = {"field": "rule", "type": "nominal", "title": "First flagged by", "scale": {"domain": names, "range": [RULES[rule][1] for rule in RULES]}}  # fmt: skip
    colour = {"field": "rule", "type": "nominal", "title": "First flagged by", "scale": {"domain": names, "range": [RULES[rule][2] for rule in RULES]}}  # fmt: skip
    y = {"field": "event", "type": "nominal", "sort": [one.lower() for one in events], "title": None, "axis": {"labelLimit": 260, "grid": True}}  # fmt: skip
    offset = {"field": "rule", "type": "nominal", "scale": {"domain": names}}
    marks = {
        "data": {"values": values},
        "mark": {"type": "point", "filled": True, "size": 80, "opacity": 1},
        "encoding": {"x": _time(found), "y": y, "yOffset": offset, "shape": shape, "color": colour},
    }
    return {"width": _WIDTH, "height": 44 * len(events), "layer": [marks, *_actions(found, named=False)]}


def last_rows(found: Backtest) -> list[Row]:
    """The events at the end of the last month, the strongest by EB05 first."""
    last = found.months[-1].until if found.months else ""
    return sorted(
        (row for row in found.rows if row.until == last), key=lambda row: (-(row.eb05 or 0), -row.n, row.event)
    )


class _Shrunk(NamedTuple):
    says: str
    n: int
    raw: float
    ebgm: float
    low: float
    high: float


def _shrinkage(found: Backtest) -> list[dict[str, Any]]:
    """What was seen by what was expected, beside what is made of it; nothing where there is no prior."""
    points = [
        _Shrunk(row.event.lower(), row.n, row.n / row.expected, row.ebgm, row.eb05, row.eb95)
        for row in last_rows(found)
        if row.ebgm and row.eb05 and row.eb95
    ]
    if not points:
        return []
    ends = min(min(one.low, one.raw) for one in points) / 1.3, max(max(one.high, one.raw) for one in points) * 1.3
    axis = {"values": [10.0**power for power in range(-6, 8) if ends[0] <= 10.0**power <= ends[1]], "format": "~g"}
    scale = {"type": "log", "domain": ends, "nice": False}
    x: dict[str, Any] = {"field": "raw", "type": "quantitative", "scale": scale, "axis": axis, "title": "Seen / expected (log scale)"}  # fmt: skip
    y: dict[str, Any] = {"field": "ebgm", "type": "quantitative", "scale": scale, "axis": axis, "title": "EBGM, EB05 to EB95 (log)"}  # fmt: skip
    sizes = sorted({1, LEAST, max(one.n for one in points)})
    size = {"field": "n", "type": "quantitative", "title": "Reports", "scale": {"range": [30, 300]}, "legend": {"values": sizes}}  # fmt: skip
    bar = {"type": "rule", "color": _LINE, "opacity": 0.5}
    dot = {"type": "point", "filled": True, "color": _LINE, "opacity": 1}
    text = {"type": "text", "align": "right", "dx": -10, "fontSize": 12, "color": _INK}
    diagonal = [{"raw": end, "ebgm": end} for end in ends]
    values, named = ([one._asdict() for one in some] for some in (points, _apart(points)))
    layers = [
        _layer(diagonal, {"type": "line", "strokeDash": [5, 4], "color": _QUIET}, {"x": x, "y": y}),
        _layer(values, bar, {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}}),
        _layer(values, dot, {"x": x, "y": y, "size": size}),
        _layer(named, text, {"x": x, "y": y, "text": {"field": "says"}}),
    ]
    title = {"text": f"Shrinkage, all reports to {found.months[-1].until}; on the dashed line nothing is shrunk", "anchor": "start", "fontSize": 14, "fontWeight": "normal"}  # fmt: skip
    return [{"width": _WIDTH, "height": 300, "title": title, "layer": layers}]


def _layer(values: list[dict[str, Any]], mark: dict[str, Any], encoding: dict[str, Any]) -> dict[str, Any]:
    return {"data": {"values": values}, "mark": mark, "encoding": encoding}


def _apart(points: Sequence[_Shrunk]) -> list[_Shrunk]:
    """The strongest, which are named: of those whose names would stand on each other, the first."""
    found: list[_Shrunk] = []
    for one in points:
        if one.n >= LEAST and all(abs(log(one.ebgm / other.ebgm)) > 0.45 for other in found):
            found.append(one)
    return found[:6]


def backtest_text(found: Backtest) -> str:
    """First flags and actions in the order of their days, then what it is worth."""
    lines = [(flag.until, f"{flag.event}: {RULES[flag.rule][0]}, {flag.n} reports") for flag in found.flags]
    lines += [(one.date, f"    {one.what} ({one.record})") for _, one in numbered(found)]
    told = [f"{day}  {says}" for day, says in sorted(lines)] or ["Nothing was flagged, and no action is known."]
    return "\n".join([_title(found), "", *told, "", *found.says, ""])


def backtest_page(found: Backtest) -> str:
    """The picture, and beneath it the tables of all that is drawn, as one HTML page that fetches nothing."""
    counts = [(one.until, one.reports) for one in found.months]
    flags = [(flag.until, flag.event, RULES[flag.rule][0], flag.n) for flag in found.flags]
    actions = [
        (number, one.date, one.what, one.record, "" if (lead := found.lead(one)) is None else lead)
        for number, one in numbered(found)
    ]
    rows = [
        (row.event, row.n, _short(row.expected), _short(row.ebgm), _short(row.eb05), _short(row.eb95), _short(row.ic025), _short(row.llr))
        for row in last_rows(found)
    ]  # fmt: skip
    last = found.months[-1].until if found.months else ""
    return "".join(
        (
            '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
            f"<title>{escape(_title(found))}</title><style>{_STYLE}</style><h1>{escape(_title(found))}</h1>",
            "".join(f"<p>{escape(said)}</p>" for said in found.says),
            f'<div class="wide">{backtest_svg(found)}</div>',
            _table("First flagged", ("At the end of", "Event", "Rule", "Reports"), flags),
            _table("Actions", ("Number", "Date", "Action", "Record", "Months after the first MaxSPRT alarm"), actions),
            _table(f"Events, all reports to {last}", ("Event", "Reports", "Expected", "EBGM", "EB05", "EB95", "IC025", "MaxSPRT, nats"), rows),
            _table("Reports so far", ("To", "Reports"), counts),
            "</html>\n",
        )
    )  # fmt: skip


_STYLE = (
    "body{font:16px/1.5 'DejaVu Sans',Arial,sans-serif;color:#1a1a1a;background:#fff;max-width:48rem;margin:1rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;margin:1.5rem 0}caption{text-align:left;font-weight:bold}th,td{text-align:left;padding:.2rem .8rem .2rem 0;"
    "border-bottom:1px solid #ccc;vertical-align:top}h1{font-size:1.3rem}.wide{overflow-x:auto}"
)


def _short(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}"


def _table(title: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    top = "".join(f'<th scope="col">{escape(one)}</th>' for one in head)
    body = "".join("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="wide"><table><caption>{escape(title)}</caption><tr>{top}</tr>{body}</table></div>'
