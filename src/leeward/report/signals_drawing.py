"""Pictures of reports as SVG for a page: lines and words take their colours from the page's style sheet, by class.

Each names itself in words; the numbers stand in the tables beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from math import ceil, floor, log10, sqrt

from leeward.signals.prepared import BacktestTold
from leeward.signals.shown import Listing
from leeward.signals.time_line import Year

WIDTH = 640
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 28, 44
ROW = 38
MOST = 14
"""Events that are drawn of a back-test; the table holds all."""

RULES = {"maxsprt": "MaxSPRT", "eb05": "EB05 ≥ 2", "ic025": "IC025 > 0", "prr": "PRR"}
"""The rules of a back-test, in words."""


def _svg(height: float, label: str, parts: Iterable[str]) -> str:
    return (
        f'<svg class="plot" viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}" height="{height:.0f}" role="img" '
        f'aria-label="{escape(label, quote=True)}">{"".join(parts)}</svg>'
    )


def _text(x: float, y: float, says: str, kind: str = "", anchor: str = "middle") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{kind}">{escape(says)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'


class _Logs:
    """Two logarithmic axes: where powers of ten lie on the picture."""

    def __init__(self, x: tuple[int, int], y: tuple[int, int], height: float) -> None:
        self._x, self._y, self._height = x, y, height

    def x(self, power: float) -> float:
        low, high = self._x
        return LEFT + (WIDTH - LEFT - RIGHT) * (power - low) / (high - low)

    def y(self, power: float) -> float:
        low, high = self._y
        return self._height - BOTTOM - (self._height - TOP - BOTTOM) * (power - low) / (high - low)

    def frame(self, across: str, up: str) -> list[str]:
        parts: list[str] = []
        for power in range(self._x[0], self._x[1] + 1):
            parts.append(_line(self.x(power), TOP, self.x(power), self._height - BOTTOM, "grid"))
            parts.append(_text(self.x(power), self._height - BOTTOM + 16, f"{10.0**power:g}"))
        for power in range(self._y[0], self._y[1] + 1):
            parts.append(_line(LEFT, self.y(power), WIDTH - RIGHT, self.y(power), "grid"))
            parts.append(_text(LEFT - 6, self.y(power) + 4, f"{10.0**power:g}", anchor="end"))
        parts.append(_text((LEFT + WIDTH - RIGHT) / 2, self._height - 8, across))
        parts.append(_text(6, TOP - 12, up, anchor="start"))
        return parts


def shrinkage_svg(listing: Listing) -> str:
    """What was observed by what was expected, against EBGM: all pairs asked for as shades, those of the page as dots.

    Empty where no pair has an EBGM.
    """
    dots = [(log10(one.ratio), log10(one.ebgm), one.n) for one in listing.pairs if one.ebgm]
    if not listing.bins:
        return ""
    xs = [one.ratio for one in listing.bins] + [x for x, _, _ in dots]
    ys = [one.ebgm for one in listing.bins] + [y for _, y, _ in dots]
    height = 420
    axes = _Logs((floor(min(xs) - 0.05), ceil(max(xs) + 0.05)), (floor(min(ys) - 0.05), ceil(max(ys) + 0.05)), height)
    parts = axes.frame("observed / expected", "EBGM, what is left of it")
    wide, high = axes.x(0.1) - axes.x(0), axes.y(0) - axes.y(0.1)
    parts += [
        f'<rect x="{axes.x(one.ratio) - wide / 2:.1f}" y="{axes.y(one.ebgm) - high / 2:.1f}" width="{wide:.1f}" '
        f'height="{max(high, 2):.1f}" class="shade s{min(4, len(str(one.pairs)))}"/>'
        for one in listing.bins
    ]
    low, end = max(min(xs), min(ys)), min(max(xs), max(ys))
    if end > low:
        parts.append(_line(axes.x(low), axes.y(low), axes.x(end), axes.y(end), "same"))
        parts.append(_text(axes.x(end) - 6, axes.y(end) - 6, "nothing taken off", "quiet", "end"))
    parts += [
        f'<circle cx="{axes.x(x):.1f}" cy="{axes.y(y):.1f}" r="{min(12.0, 2.5 + 0.6 * sqrt(n)):.1f}" class="dot"/>'
        for x, y, n in sorted(dots, key=lambda one: -one[2])
    ]
    label = (
        f"Shrinkage: observed by expected against EBGM of {listing.count} pairs, those of this page as dots, larger with more reports. "
        "On the dashed line nothing is taken off. The tables say the same."
    )
    return _svg(height, label, parts)


def years_svg(years: Sequence[Year], alarm: str, of_both: str, actions: Sequence[tuple[str, int]] = ()) -> str:
    """Reports by the year that they were received in: of the product, and of them those that hold the term.

    `alarm`: the month of the first alarm of MaxSPRT, empty for none. `actions`: years with dated actions, and how many.
    """
    if not years:
        return ""
    height, base = 260, 260 - BOTTOM
    most = max(1, *(one.product for one in years))
    step = (WIDTH - LEFT - RIGHT) / len(years)
    up = (base - TOP - 26) / most
    parts = [_line(LEFT, base, WIDTH - RIGHT, base, "axis"), _text(6, TOP, "reports", anchor="start")]
    dated = dict(actions)
    every = ceil(len(years) / 16)
    middles = [LEFT + (at + 0.5) * step for at in range(len(years))]
    for middle, one in zip(middles, years, strict=True):  # beneath the bars and their numbers
        if one.year in dated:
            parts.append(_line(middle, TOP + 4, middle, base, "action"))
            parts.append(_text(middle, TOP, f"▼{dated[one.year]}", "quiet"))
    for at, (middle, one) in enumerate(zip(middles, years, strict=True)):
        for count, kind in ((one.product, "of-product"), (one.both, "of-both")):
            if count:
                parts.append(_bar(middle, base, step * 0.7, count * up, kind))
        if one.product:
            parts.append(_text(middle, base - one.product * up - 4, str(one.product)))
        if at % every == 0:
            parts.append(_text(middle, base + 16, one.year))
        if alarm[:4] == one.year:
            parts.append(f'<path d="M{middle:.1f} {base + 20:.1f}l6 6 -6 6 -6 -6z" class="alarm"/>')
    told = ", ".join(
        f"{one.year}: {one.product}" + (f", {one.both} of them {of_both}" if of_both else "") for one in years
    )
    first = f" First alarm of MaxSPRT: {alarm}." if alarm else ""
    return _svg(height, f"Reports by year. {told}.{first}", parts)


def _bar(middle: float, base: float, wide: float, high: float, kind: str) -> str:
    return f'<rect x="{middle - wide / 2:.1f}" y="{base - high:.1f}" width="{wide:.1f}" height="{high:.1f}" class="{kind}"/>'


def backtest_svg(found: BacktestTold) -> str:
    """The first flag of each event by each rule, over time, with a line at each action of an authority; empty where none."""
    events = list(dict.fromkeys(one.event for one in found.flags))[:MOST]
    if not events or not found.first:
        return ""
    left, height = 220, TOP + ROW * len(events) + BOTTOM
    start = min(int(found.flags[0].until[:4]), *(int(one.date[:4]) for one in found.actions), int(found.last[:4]))
    end = int(found.last[:4]) + 1

    def x(day: str) -> float:
        month = int(day[5:7]) - 1 if len(day) >= 7 else 0
        date = int(day[8:10]) / 31 if len(day) >= 10 else 0
        return left + (WIDTH - left - RIGHT) * (int(day[:4]) + (month + date) / 12 - start) / (end - start)

    parts = [
        part
        for year in range(start, end + 1)
        for part in (
            _line(x(str(year)), TOP, x(str(year)), height - BOTTOM, "grid"),
            _text(x(str(year)), height - BOTTOM + 16, str(year)),
        )
    ]
    months = dict.fromkeys(one.date[:7] for one in found.actions)
    parts += [_line(x(month), TOP, x(month), height - BOTTOM, "action") for month in months]
    for at, event in enumerate(events):
        y = TOP + ROW * (at + 0.5)
        parts.append(
            _text(left - 8, y + 4, event.lower() if len(event) <= 32 else f"{event[:31].lower()}…", anchor="end")
        )
        parts += [_mark(one.rule, x(one.until), y) for one in found.flags if one.event == event]
    told = "; ".join(
        f"{one.event.lower()}, {RULES[one.rule]}: {one.until[:7]}" for one in found.flags if one.event in events
    )
    return _svg(height, f"First flags of {found.product}. {told}. Dashed lines are actions, named in the table.", parts)


def _mark(rule: str, x: float, y: float) -> str:
    """Each rule has its shape and its lane, so that colour is not needed and none hides another."""
    if rule == "maxsprt":
        return f'<path d="M{x:.1f} {y - 18:.1f}l5 5 -5 5 -5 -5z" class="mark {rule}"/>'
    if rule == "eb05":
        return f'<circle cx="{x:.1f}" cy="{y - 4:.1f}" r="4" class="mark {rule}"/>'
    if rule == "ic025":
        return f'<rect x="{x - 3.5:.1f}" y="{y + 1.5:.1f}" width="7" height="7" class="mark {rule}"/>'
    return f'<path d="M{x:.1f} {y + 9.5:.1f}l4.5 7 -9 0z" class="mark {rule}"/>'
