"""What it means that something is not known.

`NOT_ASKED`: nobody asked or looked. `UNKNOWN`: asked, and the answer is that nobody knows. `REFUSED`: the person would
not say or allow it. None of the three is ever read as no, zero or normal.
"""

from __future__ import annotations

from enum import Enum


class Missing(Enum):
    """The three ways in which a value can be missing."""

    NOT_ASKED = "not asked"
    UNKNOWN = "unknown"
    REFUSED = "declined"


NOT_ASKED, UNKNOWN, REFUSED = Missing.NOT_ASKED, Missing.UNKNOWN, Missing.REFUSED
