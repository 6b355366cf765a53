"""What one given answer means: points, or one of the ways of not being known. Nothing missing ever becomes 0 or no."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any, cast

from leeward.errors import Problem, shown
from leeward.instruments.definition import Instrument, Item
from leeward.model.missing import NOT_ASKED, REFUSED, UNKNOWN, Missing
from leeward.model.quantity import number, unit_named

ItemAnswer = int | float | bool | str | Mapping[str, object] | Missing | None
"""Points; yes or no; a measurement `{value, unit}` where the item takes one; or not known."""

_NOT_KNOWN: Mapping[str, Missing] = {
    "unknown": UNKNOWN,
    "not known": UNKNOWN,
    "not asked": NOT_ASKED,
    "declined": REFUSED,
    "refused": REFUSED,
}


def read_answer(instrument: Instrument, item: Item, given: object, path: str) -> int | Missing | Problem:
    """The points that an answer stands for, how it is missing, or what is wrong with it.

    >>> from leeward.instruments.definition import load_instruments
    >>> cows = load_instruments()["cows"]
    >>> read_answer(cows, cows.item("pulse"), {"value": 96, "unit": "/min"}, "items.pulse")
    1
    >>> read_answer(cows, cows.item("pulse"), "declined", "items.pulse")
    <Missing.REFUSED: 'declined'>
    >>> print(read_answer(cows, cows.item("pulse"), 3, "items.pulse"))
    LW-0201 items.pulse: 3 is not a point value of the COWS resting pulse. Use 0, 1, 2 or 4. A measurement \
is given as {value: ..., unit: /min}.
    """
    missing = _missing(given)
    if missing is not None:
        return missing
    if isinstance(given, Mapping):
        return _measured(instrument, item, cast(Mapping[str, object], given), path)
    points = _points(item, given)
    return points if points is not None else _illegal(instrument, item, given, path)


def _missing(given: object) -> Missing | None:
    """How the answer is missing; None where it is not. A value that is there but empty was looked for and not found."""
    if given is None:
        return UNKNOWN
    if isinstance(given, Missing):
        return given
    if isinstance(given, str):
        return _NOT_KNOWN.get(given.strip().casefold().replace("-", " ").replace("_", " "))
    return None


def _points(item: Item, given: object) -> int | None:
    """The points that a number or word gives; None where the item does not allow it."""
    if isinstance(given, bool):
        given = "yes" if given else "no"
    if isinstance(given, float):
        given = int(given) if isfinite(given) and given.is_integer() else None
    word = given.strip().casefold() if isinstance(given, str) else None
    for choice in item.choices:
        by_number = not choice.only_words and (given == choice.points or word == str(choice.points))
        if by_number or word in {each.casefold() for each in choice.words}:
            return choice.points
    return None


def _measured(instrument: Instrument, item: Item, given: Mapping[str, object], path: str) -> int | Missing | Problem:
    """The points of a measurement such as a heart rate."""
    if not item.unit:
        says = f"The {instrument.short} {item.title} is not measured, so it has no value and unit."
        return Problem(path=path, code="LW-0209", says=says, mend=_allowed(item))
    value: Any = given.get("value")
    missing = _missing(value)
    if missing is not None:
        return missing
    unit = given.get("unit")
    if not isinstance(unit, str) or unit_named(unit) != item.unit:
        says = f"{shown(unit)} is not the unit of the {instrument.short} {item.title}."
        return Problem(path=f"{path}.unit", code="LW-0209", says=says, mend=f"Give the value in {item.unit}.")
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value) or value <= 0:
        says = f"{shown(value)} is not a {instrument.short} {item.title} in {item.unit}."
        return Problem(path=f"{path}.value", code="LW-0209", says=says, mend="Give a number above 0, or unknown.")
    if (item.least is not None and value < item.least) or (item.most is not None and value > item.most):
        between = f"{number(item.least or 0)} to {number(item.most or 0)} {item.unit}"
        says = f"{number(value)} {item.unit} is outside what can be measured as {instrument.short} {item.title} ({between})."
        mend = "Correct the number or its unit, or write unknown."
        return Problem(path=f"{path}.value", code="LW-0115", says=says, mend=mend)
    reached = [choice for choice in item.choices if choice.above is None or value > choice.above]
    return reached[-1].points


def _illegal(instrument: Instrument, item: Item, given: object, path: str) -> Problem:
    what = "an answer to" if item.choices[0].words else "a point value of"
    says = f"{shown(given)} is not {what} the {instrument.short} {item.title}."
    return Problem(path=path, code="LW-0201", says=says, mend=_allowed(item))


def _allowed(item: Item) -> str:
    """A sentence naming the answers that the item allows."""
    *most, last = [choice.shown for choice in item.choices]
    measured = f" A measurement is given as {{value: ..., unit: {item.unit}}}." if item.unit else ""
    return f"Use {', '.join(most)} or {last}.{measured}"
