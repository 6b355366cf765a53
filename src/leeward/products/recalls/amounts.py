"""Amounts on a label: forms, counts, sizes and strengths, taken out of the text so that names are left.

Source: factors of units are definitions (the international avoirdupois pound, the US gallon of 231 cubic inches).
"""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

OUNCE_G = 28.349523125
FLUID_OUNCE_ML = 29.5735295625
POUND_G = 453.59237
PINT_ML, QUART_ML, GALLON_ML = 473.176473, 946.352946, 3785.411784

_AS_GRAMS = {"g": 1.0, "gr": 1.0, "gm": 1.0, "gms": 1.0, "gram": 1.0, "grams": 1.0, "kg": 1e3, "kilo": 1e3, "kilos": 1e3, "kilogram": 1e3, "kilograms": 1e3, "gras": 1.0,
             "lb": POUND_G, "lbs": POUND_G, "pound": POUND_G, "pounds": POUND_G}  # fmt: skip
_AS_MILLILITRES = {"ml": 1.0, "mls": 1.0, "milliliter": 1.0, "milliliters": 1.0, "l": 1e3, "liter": 1e3, "liters": 1e3,
                   "gallon": GALLON_ML, "gallons": GALLON_ML, "pint": PINT_ML, "quart": QUART_ML}  # fmt: skip
_STRENGTH_UNITS = {"mg": "mg", "mgs": "mg", "milligram": "mg", "milligrams": "mg", "mcg": "mcg", "ug": "mcg", "micrograms": "mcg",
                   "iu": "iu", "unit": "iu", "units": "iu", "meq": "meq", "%": "%"}  # fmt: skip

FORMS = {
    "capsule": ("capsule", "cap", "gelcap", "softgel", "vcap", "caplet", "kap"),
    "powder": ("powder", "pwdr", "pwd", "powdered"),
    "tablet": ("tablet", "tab", "chewable", "chew", "lozenge", "pill"),
    "liquid": ("liquid", "shot", "elixir", "tonic", "oil", "tincture", "seltzer", "beverage", "drink", "syrup", "solution", "suspension"),
    "gummy": ("gummy", "gummie"),
    "injection": ("injection", "injectable", "vial", "syringe", "ampule", "ampoule"),
    "film": ("film", "strip"),
    "patch": ("patch", "transdermal"),
    "spray": ("spray",),
    "tea": ("tea",),
    "resin": ("resin",),
    "leaf": ("leaf", "leave"),
    "cream": ("cream", "ointment", "gel", "lotion"),
}  # fmt: skip
"""Form -> the words for it, without a plural s."""
FORM_OF = {word: form for form, words in FORMS.items() for word in words}

_COUNTED = "ct|count|cnt|caps?|capsules?|kaps|tabs?|tablets?|chewables?|gummies|gels?|softgels?|caplets?|pcs|pieces?|pills?|lozenges|sachets?|packets?|films?|patches"
_NUMBER = r"\d+(?:,\d{3})+(?:\.\d+)?|\d*\.\d+|\d+"

_NUMBER_IN_LIST = r"\d*\.\d+|\d+"

_LIST = re.compile(
    rf"(?<![\w.])((?:{_NUMBER})(?:(?:, | ?& ?| and | or )(?:and |or )?(?:{_NUMBER}))+)"
    rf"(?=[ -]*(g|gr|grams?|kg|ml|mg|oz|fl\.? ?oz|{_COUNTED})\b)"
)
_MULTIPLIED = re.compile(rf"(?<![\w.])({_NUMBER}) ?x ?(?={_NUMBER} ?m?g\b)")
_PAIR = re.compile(rf"(?<![\w.])({_NUMBER})(?: ?mg)? ?[-/] ?({_NUMBER}) ?(mg|mcg)\b(?! ?/ ?m?l)")


def _longest_first(*names: str) -> str:
    return "|".join(sorted(map(re.escape, names), key=len, reverse=True))


_AMOUNT = re.compile(
    rf"(?<![\w.])(?P<number>{_NUMBER})[ -]*(?:"
    rf"(?P<strength>{_longest_first(*_STRENGTH_UNITS)})(?![a-z])(?P<per> ?/ ?(?:\d+ ?)?ml\b| per ml\b)?"
    rf"|(?P<fluid>fl\.? ?(?:oz|ounces?))\b\.?|(?P<ounces>oz|ounces?)\b\.?"
    rf"|(?P<grams>{_longest_first(*_AS_GRAMS)})\b(?!/)|(?P<millilitres>{_longest_first(*_AS_MILLILITRES)})\b"
    rf"|(?P<counted>(?:x ?)?(?:{_COUNTED}))\b)"
)
_WORD = re.compile(r"[a-z]+")


class Amounts(msgspec.Struct, frozen=True):
    """Counts are articles, sizes ("g" | "ml", value), strengths ("mg" | "mcg" | "mg/ml" | ..., value)."""

    forms: tuple[str, ...] = ()
    counts: tuple[float, ...] = ()
    sizes: tuple[tuple[str, float], ...] = ()
    strengths: tuple[tuple[str, float], ...] = ()


def amounts_in(text: str) -> tuple[str, Amounts]:
    """The amounts of folded text, and the text without them.

    >>> amounts_in("white vein 50 gram powder")
    ('white vein  ;  powder', Amounts(forms=('powder',), counts=(), sizes=(('g', 50.0),), strengths=()))
    """
    forms = tuple(dict.fromkeys(FORM_OF[word] for word in map(stem, _WORD.findall(text)) if word in FORM_OF))
    counts: list[float] = []
    sizes: list[tuple[str, float]] = []
    strengths: list[tuple[str, float]] = []

    def multiplied(found: re.Match[str]) -> str:
        counts.append(number(found[1]))
        return " ; "

    def pair(found: re.Match[str]) -> str:
        strengths.extend(((found[3], number(found[1])), (found[3], number(found[2]))))
        return " ; "

    def amount(found: re.Match[str]) -> str:
        value, kind = number(found["number"]), found.lastgroup
        if found["strength"]:
            strengths.append((_unit(found["strength"], found["per"]), value))
        elif kind == "fluid":
            sizes.append(("ml", round(value * FLUID_OUNCE_ML, 2)))
        elif kind == "ounces":
            # An ounce is a mass or a volume; the record that it is compared with says which.
            sizes.extend((("g", round(value * OUNCE_G, 2)), ("ml", round(value * FLUID_OUNCE_ML, 2))))
        elif kind == "grams":
            sizes.append(("g", round(value * _AS_GRAMS[found["grams"]], 2)))
        elif kind == "millilitres":
            if found.string[: found.start()].endswith("/"):
                return found[0]
            sizes.append(("ml", round(value * _AS_MILLILITRES[found["millilitres"]], 2)))
        else:
            counts.append(value)
        return " ; "

    if ", " in text or " and " in text or " or " in text:
        text = _LIST.sub(_spelt_out, text)
    if " x " in text:
        text = _MULTIPLIED.sub(multiplied, text)
    if "mg" in text or "mcg" in text:
        text = _PAIR.sub(pair, text)
    text = _AMOUNT.sub(amount, text)
    return text, Amounts(forms, *(tuple(dict.fromkeys(found)) for found in (counts, sizes, strengths)))  # type: ignore[arg-type]


def _spelt_out(found: re.Match[str]) -> str:
    """ "15, 30 and 90 grams" as "15 grams 30 grams 90", the last unit being there already."""
    values = re.findall(_NUMBER_IN_LIST, found[1])
    return " ".join([*(f"{value} {found[2]}" for value in values[:-1]), values[-1]])


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The word without its plural s.

    >>> stem("organics"), stem("bliss"), stem("gummies")
    ('organic', 'bliss', 'gummy')
    """
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def number(printed: str) -> float:
    """The number, with thousands marked by a comma or not."""
    return float(printed.replace(",", ""))


def _unit(unit: str, per_volume: str | None) -> str:
    return f"{_STRENGTH_UNITS[unit]}/ml" if per_volume else _STRENGTH_UNITS[unit]
