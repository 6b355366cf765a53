"""How much of what a limit names a product holds: one substance, several together, or one to another by mass.

Amounts are intervals. A substance of a sum that nobody measured leaves the sum without an upper bound, and adds nothing
to its lower bound; so an answer given with something missing stands whatever the missing measurement finds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from math import inf
from typing import cast

import msgspec

from leeward.products.contents.content import (
    COUNTS,
    PRINTED,
    Content,
    Interval,
    Measure,
    analyte_named,
    analytes,
    bounds,
)
from leeward.products.contents.conversion import Basis, Undetermined, convert
from leeward.products.law.entries import Together

_ALKALOIDS = ("alkaloid", "semi-synthetic")


class Substances(msgspec.Struct, frozen=True):
    """What a limit names: a sum, or a sum `to` another. `unnamed` words stand for substances that the rule does not name.

    `together`: whether the parts are added up or each is held against the number; unknown where the rule does not say.
    """

    parts: tuple[str, ...]
    to: tuple[str, ...] = ()
    to_any_other: bool = False
    unnamed: tuple[str, ...] = ()
    together: Together = "sum"

    @property
    def all_named(self) -> tuple[str, ...]:
        return (*self.parts, *self.to)


def substances_in(text: str) -> Substances:
    """What the substance words of a limit name.

    >>> substances_in("mitragynine to (7-hydroxymitragynine plus pseudoindoxyl)")
    Substances(parts=('mitragynine',), to=('7-hydroxymitragynine', 'mitragynine-pseudoindoxyl'), to_any_other=False, unnamed=(), together='sum')
    >>> substances_in("7-hydroxymitragynine and six related compounds").unnamed
    ('six related compounds',)
    """
    if analyte_named(text) is not None:
        return Substances(tuple(filter(None, (analyte_named(text),))))
    first, divided, second = text.partition(" to ")
    parts, unnamed = _named(first)
    if not divided:
        return Substances(parts, unnamed=unnamed)
    if re.search(r"\bany other\b|\bevery other\b", second):
        return Substances(parts, to_any_other=True, unnamed=unnamed)
    to, more = _named(second)
    return Substances(parts, to, unnamed=(*unnamed, *more))


def substances_listed(analytes_of: Sequence[str], over: Sequence[str], together: Together) -> Substances:
    """What a limit names that lists its substances by id."""
    parts, unnamed = _listed(analytes_of)
    to, more = _listed(word for word in over if not word.startswith("any-other"))
    any_other = any(word.startswith("any-other") for word in over)
    return Substances(parts, to, any_other, (*unnamed, *more), together)


def _listed(words: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    found = [(word, analyte_named(word)) for word in words]
    return tuple(id for _, id in found if id is not None), tuple(word for word, id in found if id is None)


def _named(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    named: list[str] = []
    unnamed: list[str] = []
    pieces = re.split(r"\s+plus\s+|\s+and\s+|\s*\+\s*|\s*,\s*|\s+or\s+", text.strip().strip("()"))
    for piece in filter(None, (piece.strip(" ()") for piece in pieces)):
        analyte = analyte_named(piece)
        if analyte is None:
            unnamed.append(piece)
        else:
            named.append(analyte)
    return tuple(named), tuple(unnamed)


class Amount(msgspec.Struct, frozen=True, kw_only=True):
    """The least and the greatest that an amount can be. `open_top`: it lies below the greatest, not at it."""

    low: float = 0.0
    high: float = inf
    open_top: bool = False
    measure: Measure
    missing: tuple[str, ...] = ()
    because: str = ""
    used: tuple[Content, ...] = ()
    limit_factor: float = 1.0
    """What to multiply the rule's own number by to have it in `measure`."""


def amount_of(contents: Sequence[Content], names: Substances, measure: str, unit: str, basis: Basis) -> Amount:
    """The amount that a limit on these substances is about, from the contents of one lot."""
    in_measure, factor = _measure(measure, unit)
    if in_measure is None:
        missing, because = f"a measure that is known, not {measure}", f"Leeward does not know the measure {measure}."
        if measure == "mcg_per_day":
            missing, because = "how much is taken a day", "The limit is on what is taken in a day, not on the product."
        return Amount(measure="mass_ratio", missing=(missing,), because=because)
    with_total = _with_total(contents, basis)
    if in_measure == "mass_ratio":
        return _ratio(contents, names, with_total)
    amount = _sum(contents, names.parts, in_measure, with_total, names.together)
    if names.unnamed or not names.parts:
        words = tuple(f"measurements of {piece}, each named" for piece in names.unnamed) or ("what the limit is on",)
        amount = msgspec.structs.replace(amount, high=inf, missing=(*amount.missing, *words))
    return msgspec.structs.replace(amount, limit_factor=factor)


def _measure(measure: str, unit: str) -> tuple[Measure | None, float]:
    """The measure of a rule; its unit says what the word alone leaves open."""
    said = unit.casefold()
    if measure == "ppm" and "dry" in said:
        return "percent_dry_weight", 1e-4
    if measure == "mg_per_article" and re.search(r"container|package|bottle|packet", said):
        return "mg_per_container", 1.0
    return (cast(Measure, measure), 1.0) if measure in PRINTED else (None, 1.0)


def _with_total(contents: Sequence[Content], basis: Basis) -> Basis:
    """The basis with the total alkaloids that were measured in the same lot, which come before any that was told."""
    for content in contents:
        span = bounds(content.value) if content.analyte == "total-alkaloids" else None
        if (
            span is not None
            and 0 < span[0] <= span[1] < inf
            and content.measure not in ("percent", "percent_of_alkaloids")
        ):
            total = span[0] if span[0] == span[1] else Interval(*span)
            return msgspec.structs.replace(basis, total_alkaloids=total, total_measure=content.measure)
    return basis


def _sum(
    contents: Sequence[Content], parts: tuple[str, ...], measure: Measure, basis: Basis, together: str = "sum"
) -> Amount:
    """The parts added up; where each counts alone, the greatest; where nobody says which, whatever either would give."""
    each = [_one(contents, analyte, measure, basis, least=False) for analyte in parts]
    lows, highs = [one.low for one in each], [one.high for one in each]
    low = sum(lows) if together == "sum" else max(lows, default=0.0)
    high = max(highs, default=0.0) if together == "each" else sum(highs)
    open_top = any(one.open_top for one in each)
    missing = [item for one in each for item in one.missing]
    because = [one.because for one in each if one.because]
    used = [content for one in each for content in one.used]
    return Amount(
        low=low,
        high=high,
        open_top=open_top,
        measure=measure,
        missing=tuple(dict.fromkeys(missing)),
        because=" ".join(dict.fromkeys(because)),
        used=tuple(used),
    )


def _one(contents: Sequence[Content], analyte: str, measure: Measure, basis: Basis, least: bool) -> Amount:
    """One substance, by the result that speaks most against the product: the highest, or the lowest where `least`."""
    name = analytes()[analyte].name
    found: list[Amount] = []
    failed: Undetermined | None = None
    for content in contents:
        if content.analyte != analyte:
            continue
        converted = convert(content, measure, basis)
        if isinstance(converted, Undetermined):
            failed = failed or converted
            continue
        span = bounds(converted.value)
        if span is None:
            failed = failed or Undetermined((f"a number for {name}",), f"{content}.")
            continue
        open_top = content.is_censored and span[1] < inf
        missing = () if span[1] < inf else (f"the limit below which {name} was not seen",)
        found.append(
            Amount(low=span[0], high=span[1], open_top=open_top, measure=measure, missing=missing, used=(content,))
        )
    if found:
        return _worst(found, least)
    if failed is not None:
        return Amount(measure=measure, missing=failed.missing, because=failed.because)
    return Amount(measure=measure, missing=(f"a measurement of {name}",), because=f"Nobody measured {name}.")


def _worst(found: list[Amount], least: bool) -> Amount:
    pick = min if least else max
    top = pick(found, key=lambda one: one.high)
    return Amount(
        low=pick(one.low for one in found),
        high=top.high,
        open_top=top.open_top,
        measure=top.measure,
        missing=top.missing,
        used=tuple(content for one in found for content in one.used),
    )


_COMMON: tuple[Measure, ...] = (
    "mg_per_g",
    "mg_per_ml",
    "mg_per_article",
    "mg_per_serving",
    "mg_per_container",
    "percent_of_alkaloids",
)


def _ratio(contents: Sequence[Content], names: Substances, basis: Basis) -> Amount:
    """The sum of the first to the sum of the second, by mass: in any measure that both can be put into."""
    to = _others(contents, names.parts) if names.to_any_other else names.to
    best: Amount | None = None
    measures: dict[Measure, None] = dict.fromkeys(
        (*(content.measure for content in contents if content.analyte in names.all_named), *_COMMON)
    )
    for measure in measures:
        if measure in ("percent", "presence", *COUNTS, "mass_ratio"):
            continue
        amount = _ratio_in(measure, contents, names, to, basis)
        if best is None or len(amount.missing) < len(best.missing):
            best = amount
    return best or Amount(measure="mass_ratio", missing=("measurements of both",))


def _ratio_in(
    measure: Measure, contents: Sequence[Content], names: Substances, to: tuple[str, ...], basis: Basis
) -> Amount:
    top = [_one(contents, part, measure, basis, least=True) for part in names.parts]
    if names.to_any_other:
        return _to_any_other(top[0], contents, to, measure, basis)
    under = _sum(contents, to, measure, basis)
    low, high = sum(one.low for one in top), sum(one.high for one in top)
    missing = tuple(dict.fromkeys((*(item for one in top for item in one.missing), *under.missing)))
    if names.unnamed:
        missing = (*missing, *(f"measurements of {piece}, each named" for piece in names.unnamed))
    used = (*(content for one in top for content in one.used), *under.used)
    because = " ".join(filter(None, (*(one.because for one in top), under.because)))
    floor = 0.0 if names.unnamed else _divided(low, under.high)
    return Amount(
        low=floor, high=_divided(high, under.low), measure="mass_ratio", missing=missing, because=because, used=used
    )


def _divided(over: float, under: float) -> float:
    if under == inf:
        return 0.0
    return inf if under == 0 else over / under


def _others(contents: Sequence[Content], parts: tuple[str, ...]) -> tuple[str, ...]:
    known = analytes()
    found = (content.analyte for content in contents)
    return tuple(dict.fromkeys(id for id in found if id not in parts and known[id].group in _ALKALOIDS))


def _to_any_other(
    first: Amount, contents: Sequence[Content], others: tuple[str, ...], measure: Measure, basis: Basis
) -> Amount:
    """One alkaloid to the most abundant other. What is left of the total bounds every other, measured or not."""
    each = [_one(contents, other, measure, basis, least=False) for other in others]
    most_low = max((one.low for one in each), default=0.0)
    total = _one(contents, "total-alkaloids", measure, basis, least=False)
    rest = max(total.high - first.low, 0.0) if total.used else inf
    missing = first.missing if rest < inf else (*first.missing, "every other alkaloid, or the total")
    used = (*first.used, *(content for one in each for content in one.used), *total.used)
    because = first.because or "Alkaloids that nobody measured may be more abundant."
    low = _divided(first.low, rest)
    return Amount(
        low=low, high=_divided(first.high, most_low), measure="mass_ratio", missing=missing, because=because, used=used
    )
