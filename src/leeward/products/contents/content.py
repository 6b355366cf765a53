"""What a product is said or found to contain: a substance, a value, and what the value is measured against.

A label is a claim and a certificate is a measurement; neither is ever read as the other. "Not detected" and "below the
limit of quantification" are values of their own and never zero.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import cache
from math import inf, isfinite
from typing import Literal

import msgspec

from leeward.errors import BadInput
from leeward.knowledge import load_knowledge
from leeward.knowledge.entries import Entry, Words
from leeward.products.wording import fold, words

Measure = Literal[
    "mg_per_g",
    "mg_per_ml",
    "mg_per_serving",
    "mg_per_article",
    "mg_per_container",
    "percent_dry_weight",
    "percent_of_alkaloids",
    "percent",
    "ppm",
    "mass_ratio",
    "cfu_per_g",
    "cfu_per_ml",
    "mpn_per_g",
    "presence",
]
"""What a value is measured against. `ppm` is mg per kg by mass; `percent` is a percentage whose basis nobody stated."""

PRINTED: dict[str, str] = {
    "mg_per_g": "mg/g",
    "mg_per_ml": "mg/mL",
    "mg_per_serving": "mg per serving",
    "mg_per_article": "mg per article",
    "mg_per_container": "mg per container",
    "percent_dry_weight": "% of dry weight",
    "percent_of_alkaloids": "% of alkaloids",
    "percent": "% (of what is not stated)",
    "ppm": "ppm (mg/kg)",
    "mass_ratio": "by mass, to one",
    "cfu_per_g": "CFU/g",
    "cfu_per_ml": "CFU/mL",
    "mpn_per_g": "MPN/g",
    "presence": "",
}
"""Measure -> how it is printed after a number."""

COUNTS: tuple[Measure, ...] = ("cfu_per_g", "cfu_per_ml", "mpn_per_g")
"""The measures in which germs are counted."""


class Exact(msgspec.Struct, frozen=True, tag="exact", tag_field="is", omit_defaults=True):
    """One number as printed. `plus_minus`: what was printed after ±, whose meaning certificates seldom state."""

    value: float
    plus_minus: float = 0.0


class Interval(msgspec.Struct, frozen=True, tag="interval", tag_field="is"):
    """A number that lies between two others, both included."""

    low: float
    high: float


class Below(msgspec.Struct, frozen=True, tag="below", tag_field="is", omit_defaults=True):
    """Less than a limit of quantification or reporting; the limit is None where nobody stated it. Never zero."""

    limit: float | None = None
    of: Literal["quantification", "reporting", "detection", "not stated"] = "not stated"


class NotDetected(msgspec.Struct, frozen=True, tag="not-detected", tag_field="is", omit_defaults=True):
    """Looked for and not seen. `limit` is the limit of detection, None where nobody stated it. Never zero."""

    limit: float | None = None


class Above(msgspec.Struct, frozen=True, tag="above", tag_field="is"):
    """More than the laboratory could count or quantify."""

    limit: float


class Presence(msgspec.Struct, frozen=True, tag="presence", tag_field="is"):
    """A germ found or not found in a stated mass of sample (g; None where the mass is not stated)."""

    present: bool
    sample_g: float | None = None


class LaboratoryVerdict(msgspec.Struct, frozen=True, tag="verdict", tag_field="is"):
    """Only the laboratory's own pass or fail: against which limit, and with which number, is not stated."""

    passed: bool


Value = Exact | Interval | Below | NotDetected | Above | Presence | LaboratoryVerdict


class Content(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How much of one substance a product is said (label-claim) or was found (measurement) to contain.

    `steps` says how the value was converted from the one that was printed; empty where it was not.
    """

    analyte: str
    value: Value
    measure: Measure
    kind: Literal["label-claim", "measurement"]
    method: str = ""
    lot: str = ""
    laboratory: str = ""
    date: datetime.date | None = None
    as_printed: str = ""
    place: str = ""
    """Where it stands in what was read, such as "line 12"."""
    notes: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.analyte not in analytes():
            mend = "Name it as analytes.toml does, such as 7-hydroxymitragynine or lead."
            raise BadInput.one("LW-0651", self.place, f"{self.analyte} is not a substance that Leeward knows.", mend)
        if any(not isfinite(number) or number < 0 for number in _numbers(self.value)):
            raise BadInput.one("LW-0652", self.place, "A content is a number from zero up.", "Mend the number.")
        if isinstance(self.value, Interval) and self.value.low > self.value.high:
            raise BadInput.one("LW-0652", self.place, "The lower end is above the upper end.", "Exchange them.")

    @property
    def name(self) -> str:
        """The substance as a person calls it."""
        return analytes()[self.analyte].name

    @property
    def is_measured(self) -> bool:
        return self.kind == "measurement"

    @property
    def is_censored(self) -> bool:
        """Whether the laboratory gave no number, only that it lies below or above one."""
        return isinstance(self.value, (Below, NotDetected, Above))

    def __str__(self) -> str:
        return f"{self.name} {value_words(self.value, self.measure)}"


def _numbers(value: Value) -> tuple[float, ...]:
    found = msgspec.structs.asdict(value).values()
    return tuple(number for number in found if isinstance(number, (int, float)) and not isinstance(number, bool))


def bounds(value: Value) -> tuple[float, float] | None:
    """The least and the greatest number that the value allows; None where it is no number at all.

    >>> bounds(Below(0.124, "quantification")), bounds(NotDetected()), bounds(Exact(2, plus_minus=0.5))
    ((0.0, 0.124), (0.0, inf), (1.5, 2.5))
    """
    match value:
        case Exact(number, plus_minus):
            return max(0.0, number - plus_minus), number + plus_minus
        case Interval(low, high):
            return low, high
        case Below(limit) | NotDetected(limit):
            return 0.0, inf if limit is None else limit
        case Above(limit):
            return limit, inf
        case _:
            return None


def figure(number: float) -> str:
    """A number to four significant figures, without trailing zeros or powers of ten.

    >>> figure(14.5), figure(0.00123456), figure(100000.0)
    ('14.5', '0.001235', '100000')
    """
    if number == inf:
        return "no upper bound"
    rounded = float(f"{number:.4g}")
    return f"{rounded:.10f}".rstrip("0").rstrip(".") if abs(rounded) < 1e15 else f"{rounded:g}"


def value_words(value: Value, measure: str) -> str:
    """The value with its unit, in words that cannot be taken for a zero.

    >>> value_words(Below(0.124, "quantification"), "mg_per_g")
    'less than 0.124 mg/g (limit of quantification; not zero)'
    >>> value_words(NotDetected(), "ppm")
    'not detected (limit of detection not stated; not zero)'
    """
    unit = f" {PRINTED[measure]}" if PRINTED[measure] else ""
    match value:
        case Exact(number, plus_minus):
            return f"{figure(number)}{f' ± {figure(plus_minus)}' if plus_minus else ''}{unit}"
        case Interval(low, high):
            return f"{figure(low)} to {figure(high)}{unit}"
        case Below(limit, of):
            if limit is None:
                return "below a limit that is not stated (not zero)"
            return f"less than {figure(limit)}{unit} ({'as reported' if of == 'not stated' else f'limit of {of}'}; not zero)"
        case NotDetected(limit):
            stated = "limit of detection not stated" if limit is None else f"limit of detection {figure(limit)}{unit}"
            return f"not detected ({stated}; not zero)"
        case Above(limit):
            return f"more than {figure(limit)}{unit}"
        case Presence(present, grams):
            sample = "a sample whose mass is not stated" if grams is None else f"{figure(grams)} g"
            return f"{'found' if present else 'not found'} in {sample}"
        case LaboratoryVerdict(passed):
            return f"{'passed' if passed else 'failed'} the laboratory's own limit; no number given"


class Analyte(Entry, frozen=True, kw_only=True):
    """A substance or germ that laboratories look for: its name, the names that certificates print, and its kind."""

    name: str
    names: Words
    group: Literal["alkaloid", "semi-synthetic", "total", "metal", "count", "pathogen"]


def analytes() -> Mapping[str, Analyte]:
    """All substances that contents are stated of, by id."""
    return load_knowledge().table_of("analytes", Analyte)


def analyte_named(text: str) -> str | None:
    """The id of the substance that a name means; None where it is none that is known. Nothing is guessed at.

    >>> analyte_named("7-OH-MIT"), analyte_named("Lead (Pb)"), analyte_named("Total Yeast & Mold")
    ('7-hydroxymitragynine', 'lead', 'yeast-and-mold')
    >>> analyte_named("17-hydroxyprogesterone") is None
    True
    """
    if any(sign in text for sign in "<>≤≥=±"):
        return None
    whole = _key(text)
    known = _by_key()
    if whole in known:
        return known[whole]
    outside, _, rest = text.partition("(")
    inside, _, after = rest.partition(")")
    if not rest:
        return None
    if "inorganic" in inside.casefold() and known.get(_key(outside)) == "arsenic":
        return "inorganic-arsenic"
    if set(words(fold(inside))) <= _ASIDES:
        return known.get(_key(f"{outside} {after}"))
    found = {known.get(_key(part)) for part in (f"{outside} {after}", inside) if _key(part)}
    return found.pop() if len(found) == 1 else None


_ASIDES = frozenset(
    [
        "hplc",
        "uplc",
        "uhplc",
        "lc",
        "gc",
        "ms",
        "msms",
        "icp",
        "oes",
        "uv",
        "dad",
        "mg",
        "g",
        "kg",
        "ug",
        "mcg",
        "ng",
        "ml",
        "l",
        "ppm",
        "ppb",
        "w",
        "wt",
        "v",
        "cfu",
        "mpn",
        "per",
        "serving",
        "capsule",
        "tablet",
        "total",
        "assay",
        "content",
        "by",
        "as",
        "is",
        "received",
        "dry",
        "weight",
        "basis",
        "spp",
        "sp",
        "usp",
        "aoac",
        "lod",
        "loq",
    ]
)
"""Words between parentheses that name a method or a unit, not another substance."""


@cache
def _by_key() -> dict[str, str]:
    return {_key(name): id for id, entry in analytes().items() for name in (id, entry.name, *entry.names)}


def _key(text: str) -> str:
    return "".join(letter for letter in fold(text) if letter.isascii() and letter.isalnum())
