"""A claim against a measurement."""

from __future__ import annotations

import pytest

from leeward.errors import MisuseError
from leeward.products.contents.comparison import Comparison, compare
from leeward.products.contents.content import Below, Content, Exact, Interval, LaboratoryVerdict, NotDetected
from leeward.products.contents.conversion import Basis, Undetermined


def claim(value, measure="mg_per_g", analyte="mitragynine"):
    value = Exact(float(value)) if isinstance(value, (int, float)) else value
    return Content(analyte=analyte, value=value, measure=measure, kind="label-claim")


def found(value, measure="mg_per_g", analyte="mitragynine"):
    value = Exact(float(value)) if isinstance(value, (int, float)) else value
    return Content(analyte=analyte, value=value, measure=measure, kind="measurement")


@pytest.mark.parametrize(("claimed", "held", "percent"), [(15, 4.05, -73), (13.6, 6.8, -50), (10, 12, 20), (10, 10, 0)])
def test_the_difference_is_in_percent_of_the_claim(claimed: float, held: float, percent: float):
    compared = compare(claim(claimed), found(held), Basis())
    assert isinstance(compared, Comparison)
    assert compared.difference_percent == pytest.approx(percent)
    assert compared.ratio == pytest.approx(held / claimed)


def test_measures_are_converted_where_the_basis_is_known_and_named_where_it_is_not():
    missing = compare(claim(15, "mg_per_article"), found(30), Basis())
    assert isinstance(missing, Undetermined) and missing.missing == ("the mass of one article (g)",)
    compared = compare(claim(15, "mg_per_article"), found(30), Basis(article_g=0.4))
    assert isinstance(compared, Comparison) and compared.difference_percent == pytest.approx(-20)


def test_a_censored_measurement_gives_a_bound_and_no_ratio():
    compared = compare(claim(10), found(Below(1.0)), Basis())
    assert isinstance(compared, Comparison)
    assert (compared.ratio, compared.difference_percent, compared.low, compared.high) == (None, None, 0.0, 0.1)
    compared = compare(claim(10), found(NotDetected()), Basis())
    assert isinstance(compared, Comparison) and compared.high is None


def test_a_range_in_the_claim_widens_the_ratio():
    compared = compare(claim(Interval(10.0, 20.0)), found(15), Basis())
    assert isinstance(compared, Comparison)
    assert (compared.low, compared.high, compared.ratio) == (0.75, 1.5, 1.0)


@pytest.mark.parametrize(
    ("said", "measured"),
    [
        (claim(0), found(1)),
        (claim(10), found(LaboratoryVerdict(True), "presence")),
        (claim(10), found(1, analyte="7-hydroxymitragynine")),
    ],
)
def test_what_cannot_be_compared_is_undetermined(said, measured):
    assert isinstance(compare(said, measured, Basis()), Undetermined)


def test_a_claim_is_not_a_measurement():
    with pytest.raises(MisuseError):
        compare(claim(10), claim(9), Basis())
    with pytest.raises(MisuseError):
        compare(found(10), found(9), Basis())
