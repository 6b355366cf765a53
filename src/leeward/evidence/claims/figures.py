"""Figures in a sentence, by unit: 0.05 percent, 7 to 10 days, 2018."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

NUMBER = r"(?<![\d.,-])(\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?|\.\d+)"
RANGE = re.compile(rf"{NUMBER}(?:\s*(?:-|–|to|and|or)\s*(\d+(?:\.\d+)?))?\s*(?:-\s*)?(%|[a-z]+)?", re.IGNORECASE)
UNITS = {
    "%": "percent", "percent": "percent", "per": "percent", "mg": "mg", "milligram": "mg", "milligrams": "mg", "day": "days", "days": "days",
    "week": "weeks", "weeks": "weeks", "month": "months", "months": "months", "item": "items", "items": "items", "questions": "items",
    "state": "states", "states": "states", "hour": "hours", "hours": "hours", "people": "people", "patients": "people",
}  # fmt: skip
MINUTES = ("minute", "minutes", "min")
SPELT = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13,
    "fourteen": 14, "fifteen": 15, "sixteen": 16, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "ninety": 90,
}  # fmt: skip
WORDS = re.compile(rf"\b({'|'.join(sorted(SPELT, key=len, reverse=True))})\b(?=[\s-])", re.IGNORECASE)
NAMED = re.compile(
    r"\b(?:7[- ]?(?:oh|hydroxy)\S*|cyp\S+|alpha[- ]?2|mgm[- ]?\d+|covid[- ]?19|12[- ]step)\b|\bclass (?:1|2|3)\b",
    re.IGNORECASE,
)
"""Digits that are part of a name."""


AS_OF = re.compile(r"\b(?:as of|as at|checked on|last verified|dated) \d{4}(?:-\d\d){0,2}", re.IGNORECASE)
"""A date that says when something was looked up, and is no figure of what is said."""

SPOKEN = re.compile(rf"{NUMBER}\s+(?:[a-z-]+\s+){{1,2}}(items?)\b", re.IGNORECASE)
"""A number and its unit with a word or two between: "11 clinician-rated items"."""


def figures(text: str) -> Iterator[tuple[str, float]]:
    """Each figure of a sentence with its unit; `year` for years, `any` besides for every other one."""
    plain = NAMED.sub(" ", AS_OF.sub(" ", WORDS.sub(lambda found: str(SPELT[found.group().lower()]), text)))
    for found in SPOKEN.finditer(plain):
        yield UNITS[found[2].lower()], float(found[1].replace(",", ""))
    for found in RANGE.finditer(plain):
        unit = UNITS.get((found[3] or "").lower(), "")
        for number in filter(None, (found[1], found[2])):
            value = float(number.replace(",", ""))
            if not unit and 1900 <= value <= 2100 and "," not in number and "." not in number:
                yield "year", value
                continue
            if (found[3] or "").lower() in MINUTES:
                yield "hours", value / 60
            if unit:
                yield unit, value
            yield "any", value


def outside(text: str, held: Mapping[str, tuple[float, float]]) -> str:
    """What the evidence has, such as "between 7 and 10 days", where no figure of that unit in the text lies there; else empty."""
    told: dict[str, list[float]] = {}
    for unit, value in figures(text):
        told.setdefault(unit, []).append(value)
    for unit, (low, high) in held.items():
        if unit in told and not any(low <= value <= high for value in told[unit]):
            word = "" if unit in ("any", "year") else f" {unit}"
            return f"{low:g}{word}" if low == high else f"between {low:g} and {high:g}{word}"
    return ""
