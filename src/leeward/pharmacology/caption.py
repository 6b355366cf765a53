"""What the pictures of simulations share: their ink, and the lines of words beneath the panels."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import wrap
from typing import Any

INK, QUIET = "#1a1a1a", "#666666"
FONT = "DejaVu Sans, Liberation Sans, Arial, sans-serif"
LETTERS = 104
"""Letters of a line beneath the panels."""
_LINE = 17
"""Points between the lines."""


def missing(finished: bool) -> tuple[str, ...]:
    """What is said beneath a picture in which arms are missing."""
    return () if finished else ("Not every arm was finished: those that are missing here were stopped.",)


def caption(sentences: Iterable[str], width: int) -> dict[str, Any]:
    """Sentences beneath the panels as a view of a Vega-Lite specification, each from a new line on."""
    lines = [line for sentence in sentences for line in wrap(sentence, LETTERS, subsequent_indent="   ")]
    return {
        "width": width,
        "height": _LINE * len(lines),
        "data": {"values": [{"line": line, "at": number} for number, line in enumerate(lines)]},
        "mark": {"type": "text", "align": "left", "baseline": "top", "fontSize": 12, "color": INK},
        "encoding": {
            "x": {"value": 0},
            "y": {"field": "at", "type": "quantitative", "axis": None, "scale": {"domain": [len(lines), 0]}},
            "text": {"field": "line"},
        },
    }
