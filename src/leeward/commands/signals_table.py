"""Pairs as a table for people: the strongest first, rounded, with what they cannot tell beneath."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from leeward.signals.scan import CAVEAT, Signals

MOST = 40
"""Lines of a table; whoever wants all of them asks for CSV."""

HEADS = ("product", "term", "reports", "expected", "EBGM (EB05 to EB95)", "IC025", "PRR")
WIDTHS = (30, 30, 7, 9, 24, 7, 9)


def table_text(found: Signals, places: Sequence[int]) -> str:
    """The first lines of a table, how many more there are, and the caveat."""
    shown = islice(found.rows(places[:MOST]), MOST)
    lines = [_line(HEADS), _line(["-" * width for width in WIDTHS]), *(_line(_cells(row)) for row in shown)]
    if not len(places):
        lines = ["No pair is so."]
    if len(places) > MOST:
        lines.append(f"and {len(places) - MOST:,} pairs more; --format csv has all, unrounded.")
    return "\n".join((*lines, CAVEAT)) + "\n"


def _cells(row: Mapping[str, Any]) -> Iterator[str]:
    for name, width in zip(("product", "event"), WIDTHS, strict=False):
        text = str(row[name])
        yield text if len(text) <= width else f"{text[: width - 3]}..."
    yield f"{row['n']:,}"
    yield _rounded(row["expected"])
    shrunk = [_rounded(row[name]) for name in ("ebgm", "eb05", "eb95")]
    yield "none: no optimum" if row["ebgm"] is None else f"{shrunk[0]} ({shrunk[1]} to {shrunk[2]})"
    yield _rounded(row["ic025"])
    yield _rounded(row["prr"])


def _rounded(value: float | None) -> str:
    """Three figures; a dash where it is not defined."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _line(cells: Sequence[str] | Iterator[str]) -> str:
    return "  ".join(
        f"{cell:<{width}}" if place < 2 else f"{cell:>{width}}"
        for place, (cell, width) in enumerate(zip(cells, WIDTHS, strict=True))
    ).rstrip()
