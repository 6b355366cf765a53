"""How far lots lie apart: methods against published numbers, and silence where too little is known."""

from __future__ import annotations

from math import inf
from statistics import fmean, stdev

import pytest

from leeward.errors import MisuseError
from leeward.products.contents.charts import picture_and_table, variability_chart, variability_spec, variability_table
from leeward.products.contents.content import Below, Content, Exact, NotDetected
from leeward.products.contents.conversion import Basis
from leeward.products.contents.spread import (
    mean_interval,
    standard_deviation_interval,
    tolerance_factor,
    variance_components,
    variation_interval,
)
from leeward.products.contents.variability import between_lot, variability_words


@pytest.mark.parametrize(
    ("n", "k"),
    [(2, 36.519), (3, 9.789), (5, 5.077), (10, 3.393), (20, 2.760), (30, 2.555), (100, 2.234)],
)
def test_tolerance_factors_of_odeh_and_owen(n: int, k: float):
    assert tolerance_factor(n) == pytest.approx(k, abs=6e-4)


@pytest.mark.parametrize(
    ("n", "k"),
    [
        (4, 6.34),
        (5, 5.08),
        (6, 4.42),
        (8, 3.75),
        (10, 3.39),
        (12, 3.17),
        (15, 2.96),
        (20, 2.76),
        (40, 2.45),
        (60, 2.34),
    ],
)
def test_tolerance_factors_of_statistics_for_environmental_engineers_table_21_1(n: int, k: float):
    assert tolerance_factor(n) == pytest.approx(k, rel=5e-3)


@pytest.mark.parametrize(("n", "k"), [(5, 5.079), (10, 3.379), (20, 2.752)])
def test_the_older_approximate_tables_lie_within_half_a_percent(n: int, k: float):
    assert tolerance_factor(n) == pytest.approx(k, rel=5e-3)


def test_tolerance_factor_of_the_nist_handbook_approximated_there_by_howe():
    assert tolerance_factor(43, 0.90, 0.99) == pytest.approx(2.2173, rel=3e-3)


TWENTY = [0.2, 0.5, 1.1, 1.4, 1.8, 2.3, 2.5, 2.7, 3.5, 4.4, 4.6, 5.4, 5.4, 5.7, 5.8, 5.9, 6.0, 6.6, 7.1, 7.9]


def test_interval_of_the_coefficient_of_variation_as_published_for_cvcqv():
    """The README of the R package cvcqv prints 57.774 % (41.287 to 97.894) for these by Kelley's method."""
    cv = stdev(TWENTY) / fmean(TWENTY)
    low, high = variation_interval(cv, 20)
    assert 100 * cv == pytest.approx(57.774, abs=1e-3)
    assert (100 * low, 100 * high) == (pytest.approx(41.287, abs=2e-3), pytest.approx(97.894, abs=2e-3))


def test_a_wide_spread_in_few_lots_has_no_upper_bound():
    assert variation_interval(0.8, 3)[1] == inf


def test_interval_of_the_standard_deviation_from_tabled_chi_square():
    low, high = standard_deviation_interval(1.0, 10)
    assert low == pytest.approx((9 / 19.023) ** 0.5, abs=1e-4)
    assert high == pytest.approx((9 / 2.700) ** 0.5, abs=1e-3)


def test_interval_of_the_mean_from_tabled_t():
    low, high = mean_interval([1.0, 2.0, 3.0])
    assert high - 2.0 == pytest.approx(4.303 / 3**0.5, abs=1e-3)
    assert low == pytest.approx(4.0 - high)


DYESTUFF = {
    "A": [1545, 1440, 1440, 1520, 1580],
    "B": [1540, 1555, 1490, 1560, 1495],
    "C": [1595, 1550, 1605, 1510, 1560],
    "D": [1445, 1440, 1595, 1465, 1545],
    "E": [1595, 1630, 1515, 1635, 1625],
    "F": [1520, 1455, 1450, 1480, 1445],
}
"""Davies' dyestuff batches; Box and Tiao give 1764 between and 2451 within."""


def test_variance_components_of_the_dyestuff_batches():
    parts = variance_components([[float(value) for value in batch] for batch in DYESTUFF.values()])
    assert parts is not None
    assert (parts.between, parts.within) == (pytest.approx(1764.05), pytest.approx(2451.25))


def test_variance_components_below_zero_are_zero_and_without_replicates_there_are_none():
    parts = variance_components([[1.0, 9.0], [2.0, 8.0], [1.5, 8.5]])
    assert parts is not None and parts.between == 0.0
    assert variance_components([[1.0], [2.0], [3.0]]) is None


def of(value, lot="", analyte="mitragynine", measure="mg_per_g", kind="measurement"):
    value = Exact(float(value)) if isinstance(value, (int, float)) else value
    return Content(analyte=analyte, value=value, measure=measure, kind=kind, lot=lot)


LOTS = {f"EG-{number}": [of(value)] for number, value in enumerate([4.05, 6.8, 5.1, 5.9, 4.6, 6.2])}
CLAIM = of(14.3, kind="label-claim")


def test_lots_against_their_label():
    found = between_lot(LOTS, CLAIM)
    values = [4.05, 6.8, 5.1, 5.9, 4.6, 6.2]
    assert (found.n_lots, found.n_results, found.n_censored_lots) == (6, 6, 0)
    assert found.mean == pytest.approx(fmean(values))
    assert found.cv == pytest.approx(stdev(values) / fmean(values))
    assert found.label_error_percent == pytest.approx(100 * (fmean(values) / 14.3 - 1))
    assert found.tolerance is not None and found.tolerance.high is not None
    assert found.tolerance.high == pytest.approx(fmean(values) + tolerance_factor(6) * stdev(values))
    assert found.between_sd is None


def test_replicates_split_the_spread():
    found = between_lot({lot: [of(value) for value in values] for lot, values in DYESTUFF.items()})
    assert (found.n_lots, found.n_results) == (6, 30)
    assert found.between_sd == pytest.approx(1764.05**0.5)
    assert found.within_sd == pytest.approx(2451.25**0.5)
    assert found.mean == pytest.approx(1527.5)


@pytest.mark.parametrize("n", [1, 2])
def test_fewer_than_three_lots_cannot_tell(n: int):
    found = between_lot(dict(list(LOTS.items())[:n]), CLAIM)
    assert (found.sd, found.cv, found.tolerance, found.label_error_percent) == (None, None, None, None)
    assert any("cannot tell" in line for line in found.because)


@pytest.mark.parametrize(("value", "high"), [(Below(0.6), (6 * 5.441666666666666 + 0.6) / 7), (NotDetected(), None)])
def test_a_lot_without_a_number_is_counted_and_not_averaged(value, high):
    found = between_lot({**LOTS, "EG-9": [of(value)]}, CLAIM)
    assert (found.n_lots, found.n_censored_lots, found.mean, found.sd, found.tolerance) == (7, 1, None, None, None)
    assert found.mean_bounds is not None
    assert found.mean_bounds.low == pytest.approx(6 * 5.441666666666666 / 7)
    assert found.mean_bounds.high == (None if high is None else pytest.approx(high))
    assert any("not averaged" in line for line in variability_words(found))


def test_a_lot_with_one_censored_replicate_gives_no_number():
    found = between_lot({**LOTS, "EG-9": [of(5.0), of(Below(0.5))]})
    assert found.n_censored_lots == 1


def test_measures_are_brought_together_and_what_cannot_be_is_named():
    mixed = {**LOTS, "EG-8": [of(3.0, measure="mg_per_article")], "EG-9": [of(5400.0, measure="ppm")]}
    found = between_lot(mixed, CLAIM)
    assert found.n_lots == 7
    assert len(found.left_out) == 1 and "EG-8" in found.left_out[0]
    by_lot = between_lot(mixed, CLAIM, {"EG-8": Basis(article_g=0.5)})
    assert by_lot.n_lots == 8 and by_lot.left_out == ()


def test_lots_that_are_all_alike_have_no_spread():
    found = between_lot({str(number): [of(5.0)] for number in range(4)}, CLAIM)
    assert (found.sd, found.cv) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("measurements", "claim"),
    [
        ({}, None),
        ({"A": [of(1.0)], "B": [of(1.0, analyte="lead")]}, None),
        ({"A": [of(1.0, kind="label-claim")]}, None),
        ({"A": [of(1.0)]}, of(1.0)),
    ],
)
def test_what_is_not_measurements_of_one_substance_is_refused(measurements, claim):
    with pytest.raises(MisuseError):
        between_lot(measurements, claim)


def test_the_picture_says_what_it_shows():
    found = between_lot({**LOTS, "EG-9": [of(Below(3.0))], "EG-10": [of(NotDetected())]}, CLAIM)
    spec = variability_spec(found)
    assert spec["title"]["text"] == "One product, 8 lots: what was measured against what the label claims"
    svg = variability_chart(found)
    for words in ("EG-0", "label claims 14.3 mg/g", "less than 3", "the limit is not stated", "Mitragynine, mg/g"):
        assert words in svg
    assert "http" not in svg.replace("http://www.w3.org", "")


def sizes(spec) -> list[float]:
    if isinstance(spec, dict):
        own = [value for key, value in spec.items() if str(key).lower().endswith("fontsize")]
        return own + [size for value in spec.values() for size in sizes(value)]
    return [size for value in spec for size in sizes(value)] if isinstance(spec, list) else []


def test_the_letters_are_large_enough():
    assert min(sizes(variability_spec(between_lot(LOTS, CLAIM)))) >= 12


def test_the_table_has_every_lot_the_claim_and_the_band():
    found = between_lot(LOTS, CLAIM)
    rows = variability_table(found)
    assert [row["lot"] for row in rows] == [*LOTS, "label claim", "mean of the lots", "where 95 % of lots are expected"]
    assert rows[0]["against the label"] == "72 % less"
    assert len({tuple(row) for row in rows}) == 1
    picture = picture_and_table(found, "Harbor Green")
    assert (
        "Harbor Green, 6 lots" in picture.svg and picture.table == rows and "Against the label: -62 %" in picture.text
    )


def test_the_picture_of_a_single_lot_without_a_claim_still_draws():
    assert "<svg" in variability_chart(between_lot({"A": [of(NotDetected())]}))
