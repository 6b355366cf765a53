"""Amounts that a label states: strengths of what and per what, how many articles, how large the pack.

A label is a claim, not a measurement. Units are those printed; nothing is converted, and no dose is computed.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from leeward.products.identity.ingredients import NUMBER, ingredient_of
from leeward.products.identity.lexicon import Lexicon
from leeward.products.identity.reading import Reading
from leeward.products.identity.spelling import BREAK, COMMA

Comparator = Literal["", "<", "<=", ">", ">="]

BOUNDS: dict[tuple[str, ...], Comparator] = {
    ("less", "than"): "<",
    ("no", "more", "than"): "<=",
    ("not", "more", "than"): "<=",
    ("at", "most"): "<=",
    ("up", "to"): "<=",
    ("more", "than"): ">",
    ("greater", "than"): ">",
    ("at", "least"): ">=",
    ("no", "less", "than"): ">=",
    ("not", "less", "than"): ">=",
    ("under",): "<",
    ("below",): "<",
    ("max",): "<=",
    ("maximum",): "<=",
    ("over",): ">",
    ("above",): ">",
    ("min",): ">=",
    ("minimum",): ">=",
}
"""Words before a number that make it the end of a range, the longest first where one ends another."""

IN_WORDS: dict[Comparator, str] = {"": "", "<": "less than", "<=": "at most", ">": "more than", ">=": "at least"}


class LabelClaim(msgspec.Struct, frozen=True, kw_only=True):
    """A strength as a label claims it. `basis`: per what; `of`: of what; an empty word means that the label does not say.

    With a `comparator` the label states a bound and no content: "less than 2 %" claims no 2 %. `of` is `UNCLEAR` where the
    amount stands between two ingredients.
    """

    value: float
    unit: str
    basis: str = ""
    of: str = ""
    comparator: Comparator = ""


class PackSize(msgspec.Struct, frozen=True, kw_only=True):
    """Mass or volume of a pack in the unit printed (g, kg, oz, lb, mL, L, fl oz, gal)."""

    value: float
    unit: str


class Amounts(msgspec.Struct, frozen=True, kw_only=True):
    """What a label states in numbers."""

    strengths: tuple[LabelClaim, ...] = ()
    count: int | None = None
    size: PackSize | None = None


_UNIT = {
    **dict.fromkeys(("mg", "mgs", "milligram", "milligrams"), "mg"),
    **dict.fromkeys(("mcg", "ug", "microgram", "micrograms"), "mcg"),
    **dict.fromkeys(("g", "gm", "gms", "gr", "gram", "grams"), "g"),
    **dict.fromkeys(("kg", "kilo", "kilos"), "kg"),
    **dict.fromkeys(("oz", "ounce", "ounces"), "oz"),
    **dict.fromkeys(("lb", "lbs", "pound", "pounds"), "lb"),
    **dict.fromkeys(("ml", "mls", "milliliter", "milliliters"), "mL"),
    **dict.fromkeys(("l", "liter", "liters", "litre", "litres"), "L"),
    **dict.fromkeys(("gallon", "gallons"), "gal"),
    "percent": "%",
}
_STRENGTH_UNITS = frozenset({"mg", "mcg", "%"})
_COUNTED = frozenset(
    [
        "ct",
        "cnt",
        "count",
        "cap",
        "caps",
        "capsule",
        "capsules",
        "kaps",
        "tab",
        "tabs",
        "tablet",
        "tablets",
        "chewable",
        "chewables",
        "chews",
        "gummy",
        "gummies",
        "pill",
        "pills",
        "piece",
        "pieces",
        "pcs",
        "softgels",
        "gelcaps",
        "lozenges",
        "bites",
        "servings",
    ]
)
_ARTICLES = frozenset(
    [
        "serving",
        "bottle",
        "pack",
        "packet",
        "package",
        "dose",
        "unit",
        "can",
        "container",
        "stick",
        "scoop",
        "article",
        "piece",
        "pouch",
        "bag",
        "g",
        "ml",
        "gram",
        "bite",
        "shot",
    ]
)
_SINGULAR = {
    "caps": "capsule",
    "cap": "capsule",
    "tabs": "tablet",
    "tab": "tablet",
    "gummies": "gummy",
    "chews": "chewable",
    "leaves": "leaf",
}
UNITS = frozenset(_UNIT)
"""Words for a unit, as printed."""


def _bound(words: tuple[str, ...], place: int) -> Comparator:
    """Which end of a range the number is, by the words before it; empty where it is a plain amount."""
    before = list(words[max(0, place - 4) : place])
    while before and before[-1] in (".", "of"):
        before.pop()
    for length in (3, 2, 1):
        found = BOUNDS.get(tuple(before[-length:])) if len(before) >= length else None
        if found:
            return found
    return ""


def amounts_of(reading: Reading, lexicon: Lexicon) -> Amounts:
    """The amounts on a label, in the order printed."""
    words = reading.words
    if not any(word[:1].isdigit() for word in words):
        return Amounts()
    claims: list[LabelClaim] = []
    count: int | None = None
    size: PackSize | None = None
    spent: set[int] = set()
    for place, word in enumerate(words):
        if place in spent or not NUMBER.fullmatch(word):
            continue
        unit, end = _unit_after(words, place)
        if unit and float(word) == 0:
            continue
        if unit:
            basis, used = _basis(words, end, lexicon)
            spent.update(used)
            equivalent = words[end : end + 2] in (("leaf", "equivalent"), ("leaf", "equivalents"))
            if unit in _STRENGTH_UNITS or basis or equivalent:
                of = "leaf equivalent" if equivalent else ingredient_of(reading, lexicon, place, end, unit)
                claims.append(
                    LabelClaim(value=float(word), unit=unit, basis=basis, of=of, comparator=_bound(words, place))
                )
            elif size is None:
                size = PackSize(value=float(word), unit=unit)
        elif count is None and "." not in word and len(word) <= 6:
            count = _count(words, place)
    return Amounts(strengths=tuple(dict.fromkeys(claims)), count=count, size=size)


def _unit_after(words: tuple[str, ...], place: int) -> tuple[str, int]:
    """The unit after a number and the place after it; an empty unit where there is none."""
    next_word = words[place + 1] if place + 1 < len(words) else ""
    if next_word == "fl" and place + 2 < len(words) and words[place + 2 : place + 3] != (BREAK,):
        return "fl oz", place + 3
    if next_word == "fl" and words[place + 3 : place + 4] in (("oz",), ("ounces",)):
        return "fl oz", place + 4
    return _UNIT.get(next_word, ""), place + 2


def _basis(words: tuple[str, ...], end: int, lexicon: Lexicon) -> tuple[str, tuple[int, ...]]:
    """Per what a strength is stated, from the words after it, and the places of numbers that belong to the basis."""
    for place in range(end, min(end + 6, len(words))):
        word = words[place]
        if word in (BREAK,) or (word[:1].isdigit() and word[:2] != "7h"):
            break
        if word == "each" and (place + 1 == len(words) or not _is_article(words[place + 1], lexicon)):
            return "each", ()
        if word in ("per", "each", "a", "in") and place + 1 < len(words):
            after = words[place + 1]
            if word == "in" and after not in ("each", "every"):
                continue
            after, start = (
                (words[place + 2], place + 2)
                if after in ("each", "every") and place + 2 < len(words)
                else (after, place + 1)
            )
            if NUMBER.fullmatch(after):
                unit, stop = _unit_after(words, start)
                noun = words[stop] if stop < len(words) and _is_article(words[stop], lexicon) else ""
                if unit:
                    return f"per {after} {unit} {_one(noun)}".strip(), (start,)
            if _is_article(after, lexicon):
                return f"per {_one(after)}", ()
        elif (
            place <= end + 1
            and word in lexicon.by_kind["form"]
            and word not in ("powder", "liquid", "leaf", "tea", "oil", "leaves", "powders")
        ) or (
            place == end + 2
            and word in ("tablets", "chewables", "gummies", "capsules", "tabs")
            and words[place - 1] not in (COMMA, BREAK)
        ):
            return f"per {_one(word)}", ()
    return "", ()


def _is_article(word: str, lexicon: Lexicon) -> bool:
    return word in _ARTICLES or word in lexicon.by_kind["form"]


def _one(word: str) -> str:
    return _SINGULAR.get(word) or (word[:-1] if word.endswith("s") and len(word) > 3 else word)


def _count(words: tuple[str, ...], place: int) -> int | None:
    before = words[place - 1] if place else ""
    after = words[place + 1 : place + 4]
    if before in ("per", "size", "take", "formula"):
        return None
    if after[:1] == ("x",) and len(after) == 3 and NUMBER.fullmatch(after[1]) and after[2] in _UNIT:
        return int(words[place])
    if not after or after[0] not in _COUNTED or after[1:2] == ("per",):
        return None
    return int(words[place])
