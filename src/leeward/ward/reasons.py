"""Why something is said, as a nurse would say it: the sentences of the assessment with their comparisons put into words.

Only the wording changes, never a number's meaning; a sentence of another form is shown as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from leeward.paper.plain_words import plain
from leeward.ward.words import ROUTES

_NUMBER = r"(-?\d+(?:\.\d+)?)"
_LIMIT = rf"{_NUMBER} ?([^\s;)]*)"
_HOW = r"is (not )?(at or below|below|at least|above)"

_ORDER: Mapping[tuple[bool, str], str] = {
    (False, "at or below"): "at most",
    (True, "at or below"): "more than",
    (False, "below"): "below",
    (True, "below"): "not below",
    (False, "at least"): "at least",
    (True, "at least"): "less than",
    (False, "above"): "above",
    (True, "above"): "not above",
}
_UNITS = {"d": "days", "mo": "months", "wk": "weeks", "a": "years"}


@lru_cache(maxsize=8192)
def reason(because: str) -> str:
    """The sentence in words.

    >>> reason("hours from the dose to the COWS 0.83 h is at or below 2 h; rise of COWS after buprenorphine 14 is at least 6")
    'COWS scored 50 min after the dose; COWS rose by 14 after buprenorphine (from a rise of 6 it counts)'
    >>> reason("respiratory rate 8/min is below 10 /min")
    'respiratory rate 8/min, below 10/min'
    """
    said = because
    for holds, form, words in _FORMS:
        if holds in said:
            said = form.sub(words, said)
    return plain(said)


def _span(hours: str) -> str:
    """Hours as people say them: `50 min`, `1 h 10 min`."""
    if 0 < float(hours) * 60 < 0.5:
        return "less than 1 min"
    whole, minutes = divmod(round(float(hours) * 60), 60)
    return f"{whole} h {minutes} min" if whole and minutes else f"{whole} h" if whole else f"{minutes} min"


def _limit(value: str, unit: str) -> str:
    unit = _UNITS.get(unit, unit).rstrip(",.")
    return f"{value}{unit}" if unit in ("%", "/min") or not unit else f"{value} {unit}"


def _compared(found: re.Match[str], how: int) -> str:
    order = _ORDER[bool(found[how]), found[how + 1]]
    return f"{order} {_limit(found[how + 2], found[how + 3])}"


def _given(found: re.Match[str]) -> str:
    return f"{found[1]} given {_span(found[2])} ago"


def _since(found: re.Match[str]) -> str:
    span = _span(found[2]) + (f" to {_span(found[3])}" if found[3] else "")
    return f"{span} since {found[1]}, {_compared(found, 4)}"


def _risen(found: re.Match[str]) -> str:
    return f"COWS rose by {found[1]} after buprenorphine (from a rise of {found[4]} it counts)"


def _above(found: re.Match[str]) -> str:
    if not found[2]:
        return f"COWS is still {found[1]} above the score before the dose"
    return "COWS is back at the score before the dose, or below it"


def _fallen(found: re.Match[str]) -> str:
    what, when, value, unit = found[1], found[2] or "", float(found[3]), found[4] or ""
    way = "rose" if value < 0 else "fell"
    return f"{what} {way} by {abs(value):.3g}{unit}{when} (fall {_compared(found, 5)})"


def _general(found: re.Match[str]) -> str:
    return f"{_limit(found[1], (found[2] or '').strip())}, {_compared(found, 3)}"


_FORMS: tuple[tuple[str, re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    ("-", re.compile(rf"\b([a-z][a-z-]*)-(?:{'|'.join(ROUTES)})\b"), r"\1"),
    ("doses: ", re.compile(rf"doses: ([^;]+); hours since \1 {_NUMBER} h is at or below {_LIMIT}"), _given),
    ("doses: ", re.compile(r"doses: (?!not known)"), "given: "),
    ("doses: ", re.compile(r"doses: not known"), "doses given: not known"),
    ("scores.cows", re.compile(r"scores\.cows not known"), "COWS: not known"),
    (
        "cannot be told",
        re.compile(rf"hours since ([^;(]+?) not known: whether it {_HOW} [^;()]+ cannot be told"),
        r"time since \1: not known",
    ),
    (
        "cannot be told",
        re.compile(rf"([^;(]+?) not known: whether it {_HOW} [^;()]+ cannot be told"),
        r"\1: not known",
    ),
    ("COWS after the dose; ", re.compile(r"COWS after the dose; "), ""),
    (
        "from the dose to the COWS",
        re.compile(rf"hours from the dose to the COWS {_NUMBER} h is at or below {_LIMIT}"),
        lambda found: f"COWS scored {_span(found[1])} after the dose",
    ),
    ("rise of COWS", re.compile(rf"rise of COWS after buprenorphine {_NUMBER} is (at) (least) {_LIMIT}"), _risen),
    (
        "COWS now above",
        re.compile(rf"COWS now above the score before the dose by {_NUMBER} is (not )?at least {_LIMIT}"),
        _above,
    ),
    ("fall of ", re.compile(rf"fall of ([^;(]+?)( since [^;(]+?)? {_NUMBER}(%?) {_HOW} {_LIMIT}"), _fallen),
    ("hours since ", re.compile(rf"hours since ([^;(]+?) {_NUMBER}(?: to {_NUMBER})? h {_HOW} {_LIMIT}"), _since),
    (" h", re.compile(r"(?<![\w.])(\d+\.\d+) h\b"), lambda found: _span(found[1])),
    (" is ", re.compile(rf"(\d[^\s;(]*)( [a-zA-Z%/]+)? {_HOW} {_LIMIT}"), _general),
)
"""Forms of a comparison, the narrowest first: a word that each holds, its form, and how it is said."""
