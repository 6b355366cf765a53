"""How often in a day a dose may be taken, read from the words behind it.

What counts is the most that the words allow in any 24 hours: "every 4 to 6 hours as needed" is six times. Words that
are not read here leave it open; they are never taken for once. "As needed" without an interval has no most.

| words | times in 24 hours |
|---|---|
| none; once; daily; at bedtime; every other day; weekly; monthly | 1 |
| twice daily, BID; three times a day, TID; QID | 2; 3; 4 |
| every 4 to 6 hours; q8h; 6-hourly; hourly | 24 hours by the shorter interval, rounded up |
| up to 3 times a day; at most 32 mg a day | the most, where the rest allows more |
| in divided doses; a day, split | 1: the amount is the day's |
| anything else | not known |
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from math import ceil

import msgspec

from leeward.model.quantity import Quantity, unit_named

HOURS = {"min": 1 / 60, "h": 1.0, "d": 24.0, "w": 168.0, "m": 720.0}

_NUMBER = r"(\d+(?:\.\d+)?)"
_UPPER = rf"{_NUMBER}(?:\s*(?:-|to|or)\s*{_NUMBER})?"
_PER_DAY = (
    r"(?:(?:per|a|an|each|every|in|in a|in any|within|/)\s*(?:day|d|24\s*-?\s*(?:hours?|hrs?|h))\b"
    r"|daily\b|/\s*(?:24\s*(?:hours?|hrs?|h)|d)\b)"
)
_PER_WEEK = r"(?:(?:per|a|each|every|/)\s*(?:week|wk)|weekly)\b"
_MOST = (
    r"(?:(?:to a |a )?max(?:imum)?\.?(?: of| daily dose(?: of)?| dose(?: of)?)?|(?:do )?not (?:to )?exceed|"
    r"(?:no|not) more than|up to(?: a max(?:imum)?(?: of)?)?|at most)\s*:?"
)
_MASS = r"(kg|g|mg|mcg|ug|µg|μg)\b"
_SPAN = r"(minutes?|mins?|hours?|hrs?|h|days?|d|weeks?|wks?|w|months?|mo)\b"
_NUMERALS = "one two three four five six seven eight nine ten eleven twelve"
_WORDS = {word: str(number) for number, word in enumerate(_NUMERALS.split(), start=1)} | {
    "once": "1 times",
    "twice": "2 times",
    "thrice": "3 times",
}

_LATIN = {
    **dict.fromkeys(("qd", "od", "qod", "wk", "mo"), 1.0),
    **dict.fromkeys(("bid", "bd"), 2.0),
    **dict.fromkeys(("tid", "tds"), 3.0),
    **dict.fromkeys(("qid", "qds"), 4.0),
}
_TIMES_OF_DAY = (
    "now|stat|tonight",
    "mornings?|breakfast|am|qam|mane",
    "noon|midday|lunch",
    "evenings?|dinner|supper|pm|qpm",
    "nights?|nightly|bedtime|qhs|hs|nocte|bed",
)
_ONCE = (
    r"daily\b|weekly\b|monthly\b|every other (?:day|week)\b|alternate days\b"
    r"|(?:every|each|per|a|/)\s*(?:day|24\s*(?:hours?|hrs?)|week|month|d)\b"
    r"|(?:a )?(?:1|single|one)[ -](?:time|dose)s?(?: only)?\b|1 times?(?: only)?\b"
)
_NEEDED = r"\b(?:p\.?r\.?n\b\.?|(?:as|if|when|whenever) (?:needed|required|necessary))"
_DIVIDED = (
    r"\b(?:(?:in|into|as)\s+)?(?:\d+\s+)?(?:equal(?:ly)? )?(?:divided|split)(?:\s+(?:in|into)\s+\d+)?(?:\s+(?:doses?|parts?))?\b"
    r"|\b(?:in|into)\s+(?:\d+\s+)?(?:equal\s+)?(?:doses|parts)\b"
)
_LENGTH = rf"\b(?:for|x|over)\s*{_UPPER}\s*(?:days?|d|weeks?|wks?|months?|nights?)\b|\bdays?\s+\d+\b"
_HELD = r"\bhold(?:ing)?\s+(?:if|for|when)\b[^;.]*"
_FOR = r"\bfor (?!\d)(?:[a-z-]+ ?){1,5}"
_SAY_NOTHING = (
    "by mouth po oral orally sl sublingual sublingually buccal buccally im iv sc sq subcut subcutaneous subcutaneously "
    "intramuscular intramuscularly intravenous intravenously transdermal intranasal nasal under the tongue film films "
    "tablet tablets tab tabs capsule capsules cap caps liquid solution patch patches injection concentrate of take give "
    "apply place inject administer dispense witnessed observed supervised with without food water total "
    "today tomorrow starting start continue dose doses only"
)
_NEUTRAL = frozenset(_SAY_NOTHING.split())


class Frequency(msgspec.Struct, frozen=True):
    """How much of a dose a day's words allow.

    `times`: the most doses in 24 hours, None where it cannot be told; `at_most`: the most in 24 hours that the words
    name, None where they name none.
    """

    times: float | None
    at_most: Quantity | None = None


@cache
def frequency_in(text: str) -> Frequency:
    """The frequency that the words behind a dose mean; nothing said is once.

    >>> frequency_in("every 4 to 6 hours as needed").times, frequency_in("BID").times, frequency_in("").times
    (6.0, 2.0, 1.0)
    >>> frequency_in("as needed").times is None, frequency_in("then 16 mg").times is None
    (True, True)
    >>> frequency_in("q4h, at most 32 mg a day")
    Frequency(times=6.0, at_most=Quantity(value=32.0, unit='mg'))
    """
    return _Words(text[:400]).read()


class _Words:
    """The words still to be read, and what was found in those that were."""

    def __init__(self, text: str) -> None:
        text = re.sub(r"[–—]", "-", text.lower())
        text = re.sub(r"\b([bqt])\.\s?([id])\.\s?d\b\.?", r"\1\2d", text)
        text = re.sub(r"\bq\.\s?(d|h\.?s)\b\.?", lambda found: "q" + found[1].replace(".", ""), text)
        text = re.sub(r"[a-z]+", lambda found: _WORDS.get(found[0], found[0]), text)
        self.text = f" {text} "
        self.times: set[float] = set()
        self.most: list[float] = []
        self.masses: list[Quantity] = []

    def take(self, pattern: str, found: Callable[[re.Match[str]], object] | None = None) -> bool:
        """Take every match out of the words; whether there was one."""
        seen = list(re.finditer(pattern, self.text))
        for match in seen:
            if found is not None:
                found(match)
        self.text = re.sub(pattern, " , ", self.text) if seen else self.text
        return bool(seen)

    def read(self) -> Frequency:
        self.take(rf"{_MOST}\s*{_NUMBER}\s*{_MASS}\s*(?:in total\s*)?{_PER_DAY}", self._mass)
        self.take(rf"\bmax(?:imum)? daily dose\s*:?\s*{_NUMBER}\s*{_MASS}", self._mass)
        self.take(
            rf"{_MOST}\s*{_NUMBER}\s*(?:x|times?|doses?)?\s*{_PER_DAY}", lambda one: self.most.append(float(one[1]))
        )
        self.take(_HELD)
        self.take(_LENGTH)
        needed = self.take(_NEEDED)
        self.take(rf"{_UPPER}\s*(?:x|times?|doses?)\s*{_PER_DAY}", lambda one: self._often(_upper(one)))
        self.take(rf"\bx\s*{_NUMBER}\s*{_PER_DAY}", lambda one: self._often(float(one[1])))
        self.take(rf"{_UPPER}\s*(?:x|times?|doses?)?\s*{_PER_WEEK}", lambda one: self._often(ceil(_upper(one) / 7)))
        self.take(rf"\b(?:up to\s+)?(?:every|each|q)\s*{_UPPER}\s*{_SPAN}", self._interval)
        self.take(rf"\b{_NUMBER}\s*-?\s*hourly\b", lambda one: self._every(float(one[1])))
        self.take(r"\b(?:every hour|each hour|hourly|qh)\b", lambda _: self._every(1))
        divided = self.take(_DIVIDED)
        self._times_of_day()
        self.take(rf"\b(?:{'|'.join(_LATIN)})\b", lambda one: self._often(_LATIN[one[0]]))
        self.take(rf"\bx\s*{_NUMBER}", lambda one: self._often(float(one[1])))
        self.take(rf"\b(?:{_ONCE})|(?<=\s)/\s*(?:day|d)\b", lambda _: self._often(1))
        self.take(rf"\b{_NUMBER}\s*(?:times|doses)\b", lambda one: self._often(float(one[1])))
        self.take(_FOR)
        return Frequency(self._times(needed, divided), min(self.masses, key=_milligrams) if self.masses else None)

    def _times(self, needed: bool, divided: bool) -> float | None:
        if not set(re.findall(r"[^\s,;.()&-]+", self.text)) <= _NEUTRAL:
            return None
        most = min(self.most, default=None)
        if len(self.times) > 1 or float("inf") in self.times or (divided and self.times - {1.0}):
            return None
        if self.times:
            times = max(1.0, *self.times)
            return times if most is None else min(times, most)
        if most is not None:
            return most
        return None if needed or self.masses else 1.0

    def _times_of_day(self) -> None:
        """Each time of the day that is named is one dose."""
        before = r"(?:\b(?:and|&)\s+)?(?:\b(?:at|before|in|every|each|with|on)\s+)?(?:\bthe\s+)?"
        named = sum(self.take(rf"{before}\b(?:{words})\b") for words in _TIMES_OF_DAY)
        if named:
            self._often(named)

    def _mass(self, found: re.Match[str]) -> None:
        unit = unit_named(found[2])
        if unit is not None:
            self.masses.append(Quantity(float(found[1]), unit))

    def _often(self, times: float) -> None:
        self.times.add(float(times))

    def _every(self, hours: float) -> None:
        # What is not above zero is no interval: nothing bounds it.
        self.times.add(float(ceil(24 / hours)) if hours > 0 else float("inf"))

    def _interval(self, found: re.Match[str]) -> None:
        unit = "min" if found[3].startswith("min") else found[3][0]
        shorter = min(float(found[1]), float(found[2] or found[1]))
        self._every(shorter * HOURS[unit])


def _upper(found: re.Match[str]) -> float:
    return max(float(found[1]), float(found[2] or 0))


def _milligrams(mass: Quantity) -> float:
    return mass.to("mg").value
