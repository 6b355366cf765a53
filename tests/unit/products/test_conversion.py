"""Conversions: only where the basis is known, and then as the definitions have it."""

from __future__ import annotations

import pytest

from leeward.errors import BadInput
from leeward.products.contents.content import (
    Above,
    Below,
    Content,
    Exact,
    Interval,
    LaboratoryVerdict,
    NotDetected,
    Presence,
)
from leeward.products.contents.conversion import Basis, Undetermined, convert


def found(value, measure, analyte="7-hydroxymitragynine"):
    value = Exact(float(value)) if isinstance(value, (int, float)) else value
    return Content(analyte=analyte, value=value, measure=measure, kind="measurement")


@pytest.mark.parametrize(
    ("value", "measure", "to", "basis", "expected"),
    [
        (0.4, "mg_per_g", "ppm", Basis(), 400.0),
        (14.5, "mg_per_g", "mg_per_article", Basis(article_g=0.6), 8.7),
        (15, "mg_per_article", "mg_per_serving", Basis(articles_per_serving=2), 30.0),
        (15, "mg_per_article", "mg_per_g", Basis(article_g=0.5), 30.0),
        (15, "mg_per_article", "mg_per_container", Basis(articles_per_container=30), 450.0),
        (10, "mg_per_ml", "mg_per_g", Basis(density_g_per_ml=1.25), 8.0),
        (10, "mg_per_ml", "mg_per_article", Basis(article_ml=8.8), 88.0),
        (1.5, "percent_dry_weight", "mg_per_g", Basis(moisture_percent=10), 13.5),
        (0.04, "percent_dry_weight", "ppm", Basis(moisture_percent=0), 400.0),
        (2, "percent_of_alkaloids", "mg_per_g", Basis(total_alkaloids=20.0), 0.4),
        (
            2,
            "percent_of_alkaloids",
            "mg_per_serving",
            Basis(total_alkaloids=150.0, total_measure="mg_per_serving"),
            3.0,
        ),
        (1.5, "percent", "mg_per_g", Basis(percent_means="mg_per_g"), 15.0),
        (1.5, "percent", "percent_of_alkaloids", Basis(percent_means="percent_of_alkaloids"), 1.5),
        (14.5, "mg_per_g", "mg_per_serving", Basis(articles_per_serving=2, article_g=0.6), 17.4),
    ],
)
def test_a_known_basis_converts(value, measure, to, basis, expected):
    converted = convert(found(value, measure), to, basis)
    assert isinstance(converted, Content)
    assert converted.value.value == pytest.approx(expected)
    assert converted.measure == to
    assert converted.steps


@pytest.mark.parametrize(
    ("measure", "to", "missing"),
    [
        ("mg_per_g", "mg_per_ml", "the density (g/mL)"),
        ("mg_per_g", "percent_of_alkaloids", "the total alkaloids"),
        ("mg_per_g", "percent_dry_weight", "the moisture (%)"),
        ("mg_per_article", "mg_per_g", "the mass of one article (g)"),
        ("mg_per_g", "mg_per_serving", "the mass of a serving (g)"),
        ("mg_per_article", "mg_per_serving", "how many articles a serving is"),
        ("mg_per_ml", "ppm", "the density (g/mL)"),
        ("percent", "mg_per_g", "what the percentage is of (weight, dry weight, alkaloids)"),
    ],
)
def test_a_missing_basis_is_named_and_nothing_is_converted(measure, to, missing):
    refused = convert(found(1, measure), to, Basis())
    assert isinstance(refused, Undetermined)
    assert refused.missing == (missing,)


@pytest.mark.parametrize("to", ["cfu_per_g", "presence", "mass_ratio", "mpn_per_g"])
def test_masses_never_become_counts_ratios_or_presence(to):
    full = Basis(article_g=0.5, density_g_per_ml=1.0, moisture_percent=5, total_alkaloids=20.0, serving_g=1.0)
    assert isinstance(convert(found(1, "mg_per_g"), to, full), Undetermined)


@pytest.mark.parametrize("value", [Presence(False, 10.0), LaboratoryVerdict(True)])
def test_what_is_no_number_is_not_converted(value):
    assert isinstance(convert(found(value, "presence", "salmonella"), "mg_per_g", Basis()), Undetermined)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Below(0.124, "quantification"), Below(0.062, "quantification")),
        (Below(), Below()),
        (NotDetected(), NotDetected()),
        (NotDetected(0.01), NotDetected(0.005)),
        (Above(10.0), Above(5.0)),
        (Interval(1.0, 2.0), Interval(0.5, 1.0)),
    ],
)
def test_a_value_keeps_its_kind(value, expected):
    assert convert(found(value, "mg_per_g"), "mg_per_article", Basis(article_g=0.5)).value == expected


def test_a_range_in_the_basis_widens_the_answer():
    converted = convert(found(Below(0.1), "mg_per_g"), "mg_per_article", Basis(article_g=Interval(0.4, 0.6)))
    assert converted.value == Below(pytest.approx(0.06))
    converted = convert(found(10, "mg_per_g"), "mg_per_article", Basis(article_g=Interval(0.4, 0.6)))
    assert converted.value == Interval(4.0, 6.0)
    converted = convert(found(Above(10.0), "mg_per_g"), "mg_per_article", Basis(article_g=Interval(0.4, 0.6)))
    assert converted.value == Above(4.0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"moisture_percent": 100.0},
        {"article_g": 0.0},
        {"article_g": -1.0},
        {"density_g_per_ml": float("inf")},
        {"serving_g": Interval(2.0, 1.0)},
    ],
)
def test_a_basis_that_cannot_be_is_refused(wrong):
    with pytest.raises(BadInput, match="LW-0653"):
        Basis(**wrong)


def test_a_basis_that_contradicts_itself_is_refused():
    with pytest.raises(BadInput, match="LW-0654"):
        Basis(article_g=0.5, articles_per_serving=2, serving_g=3.0)
    Basis(article_g=0.5, articles_per_serving=2, serving_g=1.01)
