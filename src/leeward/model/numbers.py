"""Numbers as a case file writes them. A comma is never guessed at: 1,000 may be a thousand or one."""

from __future__ import annotations

import re
from math import inf, isfinite

_DECIMAL = r"[+-]?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,15})?"
_NUMBER = re.compile(_DECIMAL)
_NUMBER_THEN_UNIT = re.compile(rf"({_DECIMAL})\s*([^\s0-9.,].{{0,40}})")

LARGEST = 1e15
"""Beyond this no count or measurement of a person lies, and floats no longer tell whole numbers apart."""


def number_in(given: object) -> float | None:
    """The number that was given, also in quotation marks; None where it is none.

    >>> number_in(8), number_in("0.5"), number_in("010"), number_in(True), number_in("1,000")
    (8.0, 0.5, None, None, None)
    """
    if isinstance(given, bool):
        return None
    if isinstance(given, int):
        return float(given) if -LARGEST < given < LARGEST else inf
    if isinstance(given, float):
        return given if isfinite(given) else None
    if isinstance(given, str) and len(given) < 40 and _NUMBER.fullmatch(text := given.strip()):
        return float(text)
    return None


def number_then_unit(text: str) -> tuple[float, str] | None:
    """A number and the text after it.

    >>> number_then_unit("3 years"), number_then_unit("37.2C"), number_then_unit("120/80")
    ((3.0, 'years'), (37.2, 'C'), (120.0, '/80'))
    """
    found = _NUMBER_THEN_UNIT.fullmatch(text.strip()) if len(text) < 80 else None
    return None if found is None else (float(found[1]), found[2].strip())
