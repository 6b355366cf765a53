"""What must hold of every conversion, whatever the numbers."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as some

from leeward.products.contents.content import Below, Content, Exact, Interval, Measure, bounds
from leeward.products.contents.conversion import NEEDS, Basis, Undetermined, convert

MASSES: tuple[Measure, ...] = (
    "mg_per_g",
    "mg_per_ml",
    "mg_per_serving",
    "mg_per_article",
    "mg_per_container",
    "percent_dry_weight",
    "percent_of_alkaloids",
    "ppm",
)
NEVER: tuple[Measure, ...] = ("mass_ratio", "cfu_per_g", "cfu_per_ml", "mpn_per_g", "presence")

positive = some.floats(0.01, 100.0)
measures = some.sampled_from(MASSES)


@some.composite
def bases(draw, width: float = 0.0):
    """A basis whose parts agree: everything follows from one article, its density and the numbers of articles."""
    article, density = draw(positive), draw(some.floats(0.5, 2.0))
    per_serving, per_container = draw(some.integers(1, 10)), draw(some.integers(1, 200))

    def spread(number: float):
        return Interval(number, number * (1 + width)) if width else number

    return Basis(
        article_g=spread(article),
        article_ml=spread(article / density),
        density_g_per_ml=spread(density),
        articles_per_serving=float(per_serving),
        articles_per_container=float(per_container),
        moisture_percent=draw(some.floats(0.0, 60.0)),
        total_alkaloids=spread(draw(positive)),
    )


def content(value: float | Exact | Interval | Below, measure: Measure) -> Content:
    value = Exact(value) if isinstance(value, float) else value
    return Content(analyte="mitragynine", value=value, measure=measure, kind="measurement")


@given(positive, measures, measures, bases())
def test_there_and_back_is_the_same(value: float, start: Measure, end: Measure, basis: Basis):
    there = convert(content(value, start), end, basis)
    assert isinstance(there, Content)
    back = convert(there, start, basis)
    assert isinstance(back, Content)
    low, high = bounds(back.value) or (0, 0)
    assert abs(low - value) <= 1e-9 * value and abs(high - value) <= 1e-9 * value


@given(positive, measures, measures, bases(width=0.2))
def test_there_and_back_over_ranges_holds_the_value(value: float, start: Measure, end: Measure, basis: Basis):
    there = convert(content(value, start), end, basis)
    assert isinstance(there, Content)
    back = convert(there, start, basis)
    assert isinstance(back, Content)
    low, high = bounds(back.value) or (0, 0)
    assert low <= value * (1 + 1e-9) and high >= value * (1 - 1e-9)


@given(positive, positive, measures, measures, bases())
def test_more_stays_more(one: float, other: float, start: Measure, end: Measure, basis: Basis):
    first, second = (convert(content(value, start), end, basis) for value in sorted((one, other)))
    assert isinstance(first, Content) and isinstance(second, Content)
    assert (bounds(first.value) or (0, 0))[0] <= (bounds(second.value) or (0, 0))[0]


@given(positive, measures, measures, bases())
def test_below_a_limit_stays_below_that_limit_converted(limit: float, start: Measure, end: Measure, basis: Basis):
    number = convert(content(limit, start), end, basis)
    censored = convert(content(Below(limit, "quantification"), start), end, basis)
    assert isinstance(number, Content) and isinstance(censored, Content)
    assert isinstance(censored.value, Below) and censored.value.of == "quantification"
    assert bounds(censored.value) == (0.0, (bounds(number.value) or (0, 0))[1])


@given(measures, measures, some.sets(some.sampled_from(sorted(NEEDS))), bases())
def test_a_refusal_names_something_missing_and_knowing_it_all_lifts_it(start, end, kept, full: Basis):
    part = Basis(**{field: getattr(full, field) for field in kept if getattr(full, field) is not None})
    answer = convert(content(1.0, start), end, part)
    if isinstance(answer, Undetermined):
        assert answer.missing
        named = {field for field, words in NEEDS.items() if words in answer.missing}
        assert len(named) == len(answer.missing)
        assert all(getattr(part, field) is None for field in named)
    else:
        fuller = convert(content(1.0, start), end, full)
        assert isinstance(fuller, Content)
        one, other = bounds(answer.value) or (0, 0), bounds(fuller.value) or (0, 0)
        assert abs(one[0] - other[0]) <= 1e-9 * max(one[0], 1e-12)


def test_without_a_basis_only_ppm_and_mg_per_g_convert():
    for start, end in combinations(MASSES, 2):
        for one, other in ((start, end), (end, start)):
            converts = isinstance(convert(content(1.0, one), other, Basis()), Content)
            assert converts == ({one, other} == {"mg_per_g", "ppm"})


@given(measures, some.sampled_from(NEVER), bases())
def test_masses_counts_and_ratios_never_mix(start: Measure, end: Measure, basis: Basis):
    assert isinstance(convert(content(1.0, start), end, basis), Undetermined)
    assert isinstance(convert(content(1.0, end), start, basis), Undetermined)
