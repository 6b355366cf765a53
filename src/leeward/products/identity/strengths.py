"""Amounts that a label states: strengths of what and per what, how many articles, how large the pack.

A label is a claim, not a measurement. Units are those printed; nothing is converted, and no dose is computed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from leeward.products.identity.lexicon import Lexicon
from leeward.products.identity.mentions import Mention, Reading
from leeward.products.identity.spelling import BREAK, COMMA


class LabelClaim(msgspec.Struct, frozen=True, kw_only=True):
    """A strength as a label claims it. `basis`: per what; `of`: of what; an empty word means that the label does not say."""

    value: float
    unit: str
    basis: str = ""
    of: str = ""


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
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_MEASURED = frozenset({"kratom", "7-oh", "analogue", "other-opioid", "sedative", "kava", "companion", "shorthand"})


def _bounded(words: Sequence[str], place: int) -> bool:
    """Whether the number is the end of a range, as in "less than 2 %": a bound is no amount that the label claims."""
    before = tuple(words[max(0, place - 2) : place])
    return before in (("less", "than"), ("up", "to"), ("no", "more")) or before[-1:] in (
        ("under",),
        ("below",),
        ("max",),
    )


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
        if place in spent or not _NUMBER.fullmatch(word) or _bounded(words, place):
            continue
        unit, end = _unit_after(words, place)
        if unit:
            basis, used = _basis(words, end, lexicon)
            spent.update(used)
            equivalent = words[end : end + 2] in (("leaf", "equivalent"), ("leaf", "equivalents"))
            if unit in _STRENGTH_UNITS or basis or equivalent:
                of = "leaf equivalent" if equivalent else _of(reading, lexicon, place, end)
                claims.append(LabelClaim(value=float(word), unit=unit, basis=basis, of=of))
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
            if _NUMBER.fullmatch(after):
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


def _of(reading: Reading, lexicon: Lexicon, place: int, end: int) -> str:
    """What the amount is of: the thing named next to it, before the next number or the end of the list item."""
    right = _neighbour(reading, lexicon, end, 1)
    left = _neighbour(reading, lexicon, place, -1)
    if right and left and left.end == place:
        after = reading.words[right.end : right.end + 1]
        if right.id == "kratom" or (after and after[0][:1].isdigit()):
            return _called(reading, lexicon, left)
    chosen = right or left
    return "" if chosen is None else _called(reading, lexicon, chosen)


def _neighbour(reading: Reading, lexicon: Lexicon, place: int, step: int) -> Mention | None:
    """The nearest measurable thing to the right of a place or to the left of it, at most six words off."""
    found: Mention | None = None
    for mention in reading.mentions:
        measured = mention.kind in _MEASURED or (
            mention.kind == "brand" and lexicon.brands[mention.id].class_ == "7-oh"
        )
        if not measured:
            continue
        between = reading.words[place : mention.start] if step > 0 else reading.words[mention.end : place]
        apart = mention.start - place if step > 0 else place - mention.end
        if apart < 0 or apart > 6 or BREAK in between or any(_NUMBER.fullmatch(word) for word in between):
            continue
        if step > 0 and COMMA in between:
            continue
        if step > 0:
            return mention
        found = mention
    return found


def _called(reading: Reading, lexicon: Lexicon, mention: Mention) -> str:
    if mention.kind == "brand":
        return "7-OH"
    if mention.kind == "kratom" and mention.id == "kratom":
        after = reading.words[mention.end : mention.end + 2]
        return (
            "kratom extract"
            if "extract" in after
            else "kratom leaf"
            if after[:1] in (("leaf",), ("powder",))
            else "kratom"
        )
    return mention.title


def _count(words: tuple[str, ...], place: int) -> int | None:
    before = words[place - 1] if place else ""
    after = words[place + 1 : place + 4]
    if before in ("per", "size", "take", "formula"):
        return None
    if after[:1] == ("x",) and len(after) == 3 and _NUMBER.fullmatch(after[1]) and after[2] in _UNIT:
        return int(words[place])
    if not after or after[0] not in _COUNTED or after[1:2] == ("per",):
        return None
    return int(words[place])
