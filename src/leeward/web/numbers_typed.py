"""Whole numbers as people type them and as addresses carry them: plain digits, and no more than can be meant."""

from __future__ import annotations

MOST_DIGITS = 15
"""Digits that are read at all: no entry, minute or day has more, and a longer row of them is no number of anything."""


def whole_number(typed: str, most: int = 10**MOST_DIGITS - 1) -> int | None:
    """The whole number that was typed; None for anything but plain digits, and for what is above `most`.

    >>> whole_number("30"), whole_number("30", most=20), whole_number("²"), whole_number("-3")
    (30, None, None, None)
    """
    if not typed.isascii() or not typed.isdecimal() or len(typed) > MOST_DIGITS:
        return None
    number = int(typed)
    return number if number <= most else None
