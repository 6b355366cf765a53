"""From one measure to another, only where what ties them together is known.

| from | to | needs |
|---|---|---|
| ppm (mg/kg) | mg/g | nothing: both are by mass |
| % of dry weight | mg/g | the moisture |
| % of alkaloids | the measure in which the total is known | the total alkaloids |
| % | whatever it is a percentage of | somebody saying what |
| mg/mL | mg/g | the density |
| mg per article | mg/g, mg/mL | mass or volume of one article |
| mg per serving | mg per article, mg/g, mg/mL | articles, mass or volume of a serving |
| mg per container | mg per article, per serving, mg/g, mg/mL | articles, servings, mass or volume of a container |

A count of germs, a germ found or not, and a ratio of masses convert into nothing else.

Source: definitions; % of dry weight x 10 x (1 - moisture) = mg per g as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import inf, isfinite
from typing import Literal

import msgspec

from leeward.errors import BadInput
from leeward.products.contents.content import (
    PRINTED,
    Above,
    Below,
    Content,
    Exact,
    Interval,
    LaboratoryVerdict,
    Measure,
    NotDetected,
    Presence,
    Value,
    figure,
)

Known = float | Interval | None
"""A number, a range of it, or not known."""


class Basis(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of a product beside its contents, for one measure to be put into another. None is not known.

    `total_alkaloids` stands in `total_measure`. `percent_means` says what a bare percentage is of. `material` tells leaf
    from extract from a processed or synthetic article; `form` a solid from a liquid.
    """

    article_g: Known = None
    article_ml: Known = None
    articles_per_serving: Known = None
    serving_g: Known = None
    serving_ml: Known = None
    articles_per_container: Known = None
    servings_per_container: Known = None
    container_g: Known = None
    container_ml: Known = None
    density_g_per_ml: Known = None
    moisture_percent: Known = None
    total_alkaloids: Known = None
    total_measure: Measure = "mg_per_g"
    percent_means: Literal["mg_per_g", "mg_per_ml", "percent_dry_weight", "percent_of_alkaloids"] | None = None
    form: Literal["solid", "liquid"] | None = None
    material: Literal["leaf", "extract", "processed"] | None = None

    def __post_init__(self) -> None:
        for field in NEEDS:
            low, high = _range(getattr(self, field)) or (1.0, 1.0)
            least_allowed = low > 0 or (field == "moisture_percent" and low == 0)
            if not (least_allowed and low <= high and isfinite(high)):
                says = f"{NEEDS[field]} cannot be {figure(low)} to {figure(high)}."
                raise BadInput.one("LW-0653", field, says, "Give a number above zero, or leave it out.")
            if field == "moisture_percent" and high >= 100:
                raise BadInput.one("LW-0653", field, "Moisture is a percentage below 100.", "Mend it.")
        for product, one, other in _TIES:
            if not _agree(self, product, one, other):
                says = f"{NEEDS[product]} does not fit {NEEDS[one]} and {NEEDS[other]}."
                raise BadInput.one("LW-0654", product, says, "Mend one of the three, or leave it out.")


NEEDS: dict[str, str] = {
    "article_g": "the mass of one article (g)",
    "article_ml": "the volume of one article (mL)",
    "articles_per_serving": "how many articles a serving is",
    "serving_g": "the mass of a serving (g)",
    "serving_ml": "the volume of a serving (mL)",
    "articles_per_container": "how many articles a container holds",
    "servings_per_container": "how many servings a container holds",
    "container_g": "the net mass of a container (g)",
    "container_ml": "the net volume of a container (mL)",
    "density_g_per_ml": "the density (g/mL)",
    "moisture_percent": "the moisture (%)",
    "total_alkaloids": "the total alkaloids",
}
"""Field of the basis -> what is missing, in words."""

_PERCENT_NEED = "what the percentage is of (weight, dry weight, alkaloids)"
_TIES = (
    ("article_g", "article_ml", "density_g_per_ml"),
    ("serving_g", "serving_ml", "density_g_per_ml"),
    ("container_g", "container_ml", "density_g_per_ml"),
    ("serving_g", "articles_per_serving", "article_g"),
    ("serving_ml", "articles_per_serving", "article_ml"),
)
_SLACK = 0.05
"""A basis that contradicts itself by more than this share is refused: labels round, but not by so much."""


class Undetermined(msgspec.Struct, frozen=True):
    """An answer that cannot be had, with what is missing for it."""

    missing: tuple[str, ...]
    because: str


class _Edge(msgspec.Struct, frozen=True):
    """Multiply a value in `start` by a factor to have it in `end`; `needs` are the fields that make the factor."""

    start: Measure
    end: Measure
    needs: tuple[str, ...]
    factor: Callable[[Basis], tuple[float, float]]


def _constant(number: float) -> Callable[[Basis], tuple[float, float]]:
    return lambda basis: (number, number)


def _times(field: str) -> Callable[[Basis], tuple[float, float]]:
    return lambda basis: _range(getattr(basis, field)) or (0.0, inf)


def _as_it_is(basis: Basis) -> tuple[float, float]:
    low, high = _range(basis.moisture_percent) or (0.0, 100.0)
    return 10 * (1 - high / 100), 10 * (1 - low / 100)


def _of_total(basis: Basis) -> tuple[float, float]:
    low, high = _range(basis.total_alkaloids) or (0.0, inf)
    return low / 100, high / 100


_BY_FIELD: tuple[tuple[Measure, Measure, str], ...] = (
    ("mg_per_g", "mg_per_ml", "density_g_per_ml"),
    ("mg_per_g", "mg_per_article", "article_g"),
    ("mg_per_ml", "mg_per_article", "article_ml"),
    ("mg_per_article", "mg_per_serving", "articles_per_serving"),
    ("mg_per_g", "mg_per_serving", "serving_g"),
    ("mg_per_ml", "mg_per_serving", "serving_ml"),
    ("mg_per_article", "mg_per_container", "articles_per_container"),
    ("mg_per_serving", "mg_per_container", "servings_per_container"),
    ("mg_per_g", "mg_per_container", "container_g"),
    ("mg_per_ml", "mg_per_container", "container_ml"),
)
_FIXED: tuple[_Edge, ...] = (
    _Edge("mg_per_g", "ppm", (), _constant(1000.0)),
    _Edge("percent_dry_weight", "mg_per_g", ("moisture_percent",), _as_it_is),
    *(_Edge(start, end, (field,), _times(field)) for start, end, field in _BY_FIELD),
)


def convert(content: Content, to: Measure, basis: Basis) -> Content | Undetermined:
    """The same content in another measure, or what is missing for it.

    A range stays a range, and a value below a limit stays below that limit converted. A range in the basis widens the
    answer and never narrows it.

    >>> found = Content(analyte="mitragynine", value=Exact(15.0), measure="mg_per_g", kind="measurement")
    >>> convert(found, "mg_per_article", Basis(article_g=0.5)).value
    Exact(value=7.5, plus_minus=0.0)
    >>> convert(found, "mg_per_ml", Basis()).missing
    ('the density (g/mL)',)
    """
    if content.measure == to:
        return content
    if isinstance(content.value, (Presence, LaboratoryVerdict)):
        return Undetermined(("a number",), f"{content}: that is no number to convert.")
    way = _way(content.measure, to, basis)
    if way is None:
        because = f"{PRINTED[content.measure] or 'Found or not'} and {PRINTED[to] or 'found or not'} do not convert."
        return Undetermined((f"a measurement {PRINTED[to]}".strip(),), because)
    missing = tuple(dict.fromkeys(need for step in way for need in _missing(step[0], basis)))
    if missing:
        because = f"{PRINTED[content.measure]} becomes {PRINTED[to]} only with {' and '.join(missing)}."
        return Undetermined(missing, because)
    value, steps = content.value, content.steps
    for edge, forwards in way:
        low, high = edge.factor(basis)
        value = _scaled(value, low, high) if forwards else _scaled(value, 1 / high, 1 / low)
        steps = (*steps, _said(edge, forwards, basis))
    return msgspec.structs.replace(content, value=value, measure=to, steps=steps)


def _scaled(value: Value, low: float, high: float) -> Value:
    """The value times a factor that lies between `low` and `high`."""
    match value:
        case Exact(number, plus_minus) if low == high:
            return Exact(number * low, plus_minus * low)
        case Exact(number, plus_minus):
            return Interval(max(0.0, number - plus_minus) * low, (number + plus_minus) * high)
        case Interval(least, most):
            return Interval(least * low, most * high)
        case Below(limit, of):
            return Below(None if limit is None else limit * high, of)
        case NotDetected(limit):
            return NotDetected(None if limit is None else limit * high)
        case Above(limit):
            return Above(limit * low)
        case _:
            return value


def _edges(basis: Basis) -> tuple[_Edge, ...]:
    total = _Edge("percent_of_alkaloids", basis.total_measure, ("total_alkaloids",), _of_total)
    if basis.percent_means is None:
        bare = tuple(
            _Edge("percent", end, (_PERCENT_NEED,), _constant(1.0))
            for end in ("mg_per_g", "percent_dry_weight", "percent_of_alkaloids")
        )
    else:
        tenfold = basis.percent_means in ("mg_per_g", "mg_per_ml")
        bare = (_Edge("percent", basis.percent_means, (), _constant(10.0 if tenfold else 1.0)),)
    return (*_FIXED, total, *bare)


_Step = tuple[_Edge, bool]


def _way(start: Measure, end: Measure, basis: Basis) -> tuple[_Step, ...] | None:
    """The way with the fewest things missing, then the shortest; None where no way leads there."""
    edges = tuple(edge for edge in _edges(basis) if edge.start != "percent" or "percent" in (start, end))
    ways = _ways(start, end, edges, (start,))
    return min(
        ways, key=lambda way: (len({n for edge, _ in way for n in _missing(edge, basis)}), len(way)), default=None
    )


def _ways(
    at: Measure, end: Measure, edges: tuple[_Edge, ...], been: tuple[Measure, ...]
) -> Iterator[tuple[_Step, ...]]:
    if at == end:
        yield ()
        return
    for edge in edges:
        both: tuple[tuple[Measure, Measure, bool], ...] = ((edge.start, edge.end, True), (edge.end, edge.start, False))
        for near, far, forwards in both:
            if near == at and far not in been:
                for rest in _ways(far, end, edges, (*been, far)):
                    yield ((edge, forwards), *rest)


def _missing(edge: _Edge, basis: Basis) -> tuple[str, ...]:
    return tuple(NEEDS.get(field, field) for field in edge.needs if getattr(basis, field, None) is None)


def _said(edge: _Edge, forwards: bool, basis: Basis) -> str:
    start, end = (edge.start, edge.end) if forwards else (edge.end, edge.start)
    used = "; ".join(f"{NEEDS[field]}: {_known_words(getattr(basis, field))}" for field in edge.needs)
    return f"{PRINTED[start]} to {PRINTED[end]}" + (f" ({used})" if used else "")


def _known_words(known: Known) -> str:
    low, high = _range(known) or (0.0, inf)
    return figure(low) if low == high else f"{figure(low)} to {figure(high)}"


def _range(known: Known) -> tuple[float, float] | None:
    if known is None:
        return None
    return (known.low, known.high) if isinstance(known, Interval) else (known, known)


def _agree(basis: Basis, product: str, one: str, other: str) -> bool:
    whole, first, second = (_range(getattr(basis, field)) for field in (product, one, other))
    if whole is None or first is None or second is None:
        return True
    return whole[0] <= first[1] * second[1] * (1 + _SLACK) and whole[1] * (1 + _SLACK) >= first[0] * second[0]
