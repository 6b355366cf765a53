"""Units of FHIR quantities by UCUM, as far as Leeward speaks them.

A code is read by the grammar of UCUM (prefix, unit, exponent, `.`, `/`, brackets, annotation). An annotation is kept as a
dimension of its own: `mg/{tab}` is no mg and `{patch}` is no `{tablet}`, though UCUM itself would convert them. So are
moles, equivalents and enzyme units: 10*9/L is no mmol/L and mEq is no mmol. A code that holds a unit outside the table
is not read at all.

Source: ucum.org, The Unified Code for Units of Measure, version 2.1.
"""

from __future__ import annotations

import re
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from functools import cache

import msgspec

from leeward.fhir.structures import Quantity
from leeward.model.quantity import kind_of

UCUM = "http://unitsofmeasure.org"
DRUG_FORMS = "http://terminology.hl7.org/CodeSystem/v3-orderableDrugForm"

PREFIXES = {
    "T": 12, "G": 9, "M": 6, "k": 3, "h": 2, "da": 1, "d": -1, "c": -2, "m": -3, "u": -6, "n": -9, "p": -12, "f": -15,
    "a": -18,
}  # fmt: skip

METRIC: dict[str, tuple[Fraction, dict[str, int]]] = {
    "g": (Fraction(1), {"mass": 1}),
    "m": (Fraction(1), {"length": 1}),
    "s": (Fraction(1), {"time": 1}),
    "l": (Fraction(1, 1000), {"length": 3}),
    "L": (Fraction(1, 1000), {"length": 3}),
    "mol": (Fraction(1), {"amount": 1}),
    "eq": (Fraction(1), {"equivalents": 1}),
    "K": (Fraction(1), {"temperature": 1}),
    "U": (Fraction(1), {"enzyme": 1}),
    "[IU]": (Fraction(1), {"[iU]": 1}),
    "[iU]": (Fraction(1), {"[iU]": 1}),
    "m[Hg]": (Fraction(133_322_000), {"mass": 1, "length": -1, "time": -2}),
}
"""Units that take a prefix: how many base units (gram, metre, second, kelvin, one), and of which dimension."""

PLAIN: dict[str, tuple[Fraction, dict[str, int]]] = {
    "min": (Fraction(60), {"time": 1}),
    "h": (Fraction(3600), {"time": 1}),
    "d": (Fraction(86_400), {"time": 1}),
    "wk": (Fraction(604_800), {"time": 1}),
    "mo": (Fraction(2_629_800), {"time": 1}),
    "a": (Fraction(31_557_600), {"time": 1}),
    "%": (Fraction(1, 100), {}),
    "10*": (Fraction(10), {}),
    "10^": (Fraction(10), {}),
    "[tsp_us]": (Fraction(492_892_159_375, 10**17), {"length": 3}),
}
"""Units that take none; UCUM's month is a twelfth of the Julian year of 365.25 days."""

OFFSETS = {"Cel": (Fraction(1), Fraction(27315, 100)), "[degF]": (Fraction(5, 9), Fraction(45967, 100))}
"""Scales of temperature: kelvin = factor x value + offset (for Fahrenheit, factor x (value + offset)). Alone only."""

CODES: dict[str, tuple[str, ...]] = {
    "kg": ("kg",), "g": ("g",), "mg": ("mg",), "mcg": ("ug",),
    "mg/h": ("mg/h",), "mcg/h": ("ug/h",),
    "g/d": ("g/d",), "mg/d": ("mg/d",), "mcg/d": ("ug/d",),
    "mg/tablet": ("mg/{tablet}", "mg/{tab}", "mg/{tbl}"), "mg/capsule": ("mg/{capsule}", "mg/{cap}"),
    "s": ("s",), "min": ("min",), "h": ("h",), "d": ("d",), "wk": ("wk",), "mo": ("mo",), "y": ("a",), "ms": ("ms",),
    "/min": ("/min", "{beats}/min", "{beat}/min", "{breaths}/min", "{breath}/min", "{resp}/min"),
    "/d": ("/d", "{times}/d"),
    "mmHg": ("mm[Hg]",),
    "Cel": ("Cel",),
    "mmol/L": ("mmol/L",), "g/L": ("g/L",), "g/dL": ("g/dL",), "mg/dL": ("mg/dL",),
    "mL/min/1.73m2": ("mL/min/{1.73_m2}", "mL/min/{1.73m2}", "mL/min/{1.73_m2_bsa}"),
    "U/L": ("U/L", "[IU]/L"),
    "MME/day": ("{MME}/d",),
}  # fmt: skip
"""Leeward's unit -> the codes whose number it takes, and whatever converts into one of them."""

EXACT: dict[str, tuple[str, ...]] = {
    "%": ("%",),
    "mg/g": ("mg/g",),
    "points": ("{score}", "{points}", "{point}"),
    "1": ("1",),
    "tablet": ("{tablet}", "{tablets}", "{tab}", "{tabs}", "{tbl}"),
    "capsule": ("{capsule}", "{capsules}", "{cap}", "{caps}"),
    "patch": ("{patch}", "{patches}"),
    "bag": ("{bag}", "{bags}"),
    "teaspoon": ("[tsp_us]",),
    "stool": ("{stool}", "{stools}"),
    "ratio": ("{ratio}", "{INR}"),
}
"""Units without a dimension: only these codes, nothing that UCUM would convert."""

FORM_CODES = {"TAB": "tablet", "CAP": "capsule"}
"""Codes of HL7's orderable drug forms that count what Leeward counts."""


class Unit(msgspec.Struct, frozen=True):
    """A unit: how many base units it is, and its dimensions, annotations among them."""

    factor: Fraction
    dimensions: tuple[tuple[str, int], ...]


def unit_of(code: str) -> Unit | None:
    """The unit of a UCUM code; None where the code is not well formed or holds a unit that Leeward does not speak.

    >>> unit_of("mg/{tab}") == unit_of("mg")
    False
    >>> unit_of("ug/h").dimensions, unit_of("10+3/ul")
    ((('mass', 1), ('time', -1)), None)
    """
    return _read(code) if code.isascii() and code else None


def convert(value: Decimal, code: str, wanted: str) -> Decimal | None:
    """A number in one UCUM code as a number in another; None where they do not convert.

    >>> convert(Decimal("98.6"), "[degF]", "Cel")
    Decimal('37')
    """
    if code == wanted:
        return value
    if code in OFFSETS or wanted in OFFSETS:
        return _degrees(value, code, wanted)
    have, want = unit_of(code), unit_of(wanted)
    if have is None or want is None or have.dimensions != want.dimensions:
        return None
    return decimal_of(Fraction(value) * have.factor / want.factor)


def quantity_in(quantity: Quantity, unit: str) -> Decimal | None:
    """The number of a FHIR quantity in a unit of Leeward.

    None where there is no number, the number is only a bound, the unit is not coded (words in `unit` are not read), or
    it measures something else. Raises MisuseError for a unit that Leeward does not know.
    """
    kind_of(unit)
    code = quantity.code
    if quantity.value is None or quantity.comparator is not None or code is None:
        return None
    value = Decimal(str(quantity.value))
    if quantity.system == DRUG_FORMS:
        return value if FORM_CODES.get(code) == unit else None
    if quantity.system != UCUM:
        return None
    if unit in EXACT:
        return value if code in EXACT[unit] else None
    found = (convert(value, code, one) for one in CODES.get(unit, ()))
    return next((each for each in found if each is not None), None)


def counted(quantity: Quantity) -> str | None:
    """What a coded quantity counts, as one word without braces: `{tab}` and TAB are `tablet`; None for a measure.

    >>> counted(Quantity(value=1, system=UCUM, code="{film}")), counted(Quantity(value=1, system=UCUM, code="mg"))
    ('film', None)
    """
    code = quantity.code or ""
    if quantity.system == DRUG_FORMS:
        return FORM_CODES.get(code, code.lower())
    if quantity.system != UCUM or not re.fullmatch(r"\{[^{}]+\}", code):
        return None
    known = next((unit for unit, codes in EXACT.items() if code in codes), None)
    return known or code[1:-1].lower()


RXNORM_UNITS = {"MG": "mg", "MG/ACTUAT": "mg/{actuat}", "MG/ML": "mg/mL", "MG/HR": "mg/h"}

DAYS = {
    "s": Fraction(1, 86_400), "min": Fraction(1, 1440), "h": Fraction(1, 24), "d": Fraction(1), "wk": Fraction(7),
    "mo": Fraction(30), "a": Fraction(365),
}  # fmt: skip
"""Days in the period of a dosage, as the published dose arithmetic counts them: a month is 30 days, a year 365."""


def to_ucum(unit: str) -> str | None:
    """The UCUM code of a strength's unit in an RxNorm name; None for another unit."""
    return RXNORM_UNITS.get(unit)


def times_a_day(frequency: Decimal, period: Decimal, unit: str) -> Fraction | None:
    """Times a day of so many times a period; None for a unit that is no time, and for no period at all."""
    days = DAYS.get(unit)
    return Fraction(frequency) / (Fraction(period) * days) if days is not None and period > 0 else None


def to_daily(frequency: Decimal, period: Decimal, unit: str) -> Decimal | None:
    """The same as the published arithmetic has it: cut after eight decimals.

    >>> to_daily(Decimal(2), Decimal(1), "wk")
    Decimal('0.28571428')
    """
    times = times_a_day(frequency, period, unit)
    return None if times is None else decimal_of(times).quantize(Decimal("1e-8"), rounding=ROUND_DOWN)


def strip_per(unit: str | None) -> str | None:
    """A unit without its last `/x`, as in mg for `mg/{tab}`; nothing for nothing."""
    return unit.rpartition("/")[0] if unit and unit.rfind("/") > 0 else unit


def decimal_of(value: Fraction) -> Decimal:
    """A fraction as a decimal of 28 digits."""
    return Decimal(value.numerator) / Decimal(value.denominator)


def _degrees(value: Decimal, code: str, wanted: str) -> Decimal | None:
    """Between scales of temperature, through kelvin."""
    for each in (code, wanted):
        if each not in OFFSETS and each != "K":
            return None
    kelvin = Fraction(value)
    if code == "Cel":
        kelvin += OFFSETS["Cel"][1]
    elif code == "[degF]":
        kelvin = (kelvin + OFFSETS["[degF]"][1]) * OFFSETS["[degF]"][0]
    if wanted == "Cel":
        kelvin -= OFFSETS["Cel"][1]
    elif wanted == "[degF]":
        kelvin = kelvin / OFFSETS["[degF]"][0] - OFFSETS["[degF]"][1]
    return decimal_of(kelvin)


_MOST_DEEP = 20
_EXPONENT = re.compile(r"[+-]?\d+$")
_NUMBER = re.compile(r"\d+$")
_PIECE = re.compile(
    r"(?P<open>\()|(?P<close>\))|(?P<sign>[./])|(?P<part>(?:\[[^\[\]{}]*\]|[^./(){}\[\]])*(?:\{[^{}]*\})?)"
)


@cache
def _read(code: str) -> Unit | None:
    """The whole term: factors in a row, each multiplied or divided, brackets read in depth."""
    if code in OFFSETS:
        return Unit(Fraction(1), (("temperature", 1), (code, 1)))
    factor, dimensions, place = _term(code, 0, 0)
    if factor is None or place != len(code):
        return None
    return Unit(factor, tuple(sorted((name, power) for name, power in dimensions.items() if power)))


def _term(code: str, place: int, depth: int) -> tuple[Fraction | None, dict[str, int], int]:
    """What stands from a place to the end or the closing bracket; a factor of None where it is not well formed."""
    total, dimensions, sign, wants = Fraction(1), dict[str, int](), 1, True
    if place < len(code) and code[place] == "/":
        sign, place = -1, place + 1
    while place < len(code):
        if code[place] == ")" and depth and not wants:
            return total, dimensions, place
        if wants:
            inner, found, place = _factor(code, place, depth)
            if inner is None:
                return None, {}, place
            total *= inner**sign
            for name, power in found.items():
                dimensions[name] = dimensions.get(name, 0) + sign * power
            wants = False
        elif code[place] in "./":
            sign, place, wants = (1 if code[place] == "." else -1), place + 1, True
        else:
            return None, {}, place
    return (None if wants or depth else total), dimensions, place


def _factor(code: str, place: int, depth: int) -> tuple[Fraction | None, dict[str, int], int]:
    """One factor: a bracket, or a unit with its annotation."""
    if code[place] == "(":
        if depth >= _MOST_DEEP:
            return None, {}, place
        inner, found, end = _term(code, place + 1, depth + 1)
        return (inner, found, end + 1) if inner is not None and end < len(code) else (None, {}, end)
    piece = _PIECE.match(code, place)
    text = piece["part"] if piece else None
    if piece is None or not text:
        return None, {}, place
    name, brace, note = text.partition("{")
    unit = _component(name) if name else (Fraction(1), dict[str, int]())
    if unit is None or (brace and not note[:-1].isprintable()):
        return None, {}, place
    found = dict(unit[1])
    if brace:
        found["{" + note] = 1
    return unit[0], found, piece.end()


def _component(name: str) -> tuple[Fraction, dict[str, int]] | None:
    """A number, or a unit with its prefix and exponent."""
    if _NUMBER.match(name) and len(name) < 30:
        return (Fraction(int(name)), {}) if int(name) else None
    exponent = _EXPONENT.search(name)
    power = int(exponent[0]) if exponent and len(exponent[0]) < 4 else 1
    unit = _atom(name[: exponent.start()] if exponent else name)
    if unit is None or power == 0 or (exponent and len(exponent[0]) >= 4):
        return None
    return unit[0] ** power, {each: size * power for each, size in unit[1].items()}


def _atom(name: str) -> tuple[Fraction, dict[str, int]] | None:
    if found := PLAIN.get(name) or METRIC.get(name):
        return found
    for length in (1, 2):
        base = METRIC.get(name[length:])
        if base is not None and name[:length] in PREFIXES:
            return base[0] * Fraction(10) ** PREFIXES[name[:length]], base[1]
    return None
