"""Priors against published and independently computed ones, and certificates that say so where there is none."""

from __future__ import annotations

import numpy as np
import pytest

from leeward.signals.fit import STARTS, fit
from leeward.signals.likelihoods import Likelihood, Prior
from leeward.signals.pairs import Points, seen_points, unseen_points
from tests.unit.signals import tables

PUBLISHED = {
    ("phvid", "C"): ((0.732402, 0.2289714, 1.7411294, 2.2124648, 0.0976468), 1e-4, 340267.548625),
    ("faers_2022", "C"): ((0.1521441, 0.0212438, 0.6858442, 0.9163083, 0.0608433), 2e-4, 447570.1749),
    ("caers_2012", "C"): ((0.1874622, 0.2171774, 2.3441154, 1.6747211, 0.4584078), 1e-4, None),
    ("caers_2012", "B"): ((45.135192, 3.79894, 1.607475, 1.45801, 0.0072), 0.002, 4187.525),
    ("caers_2012", "A"): ((3.255967, 0.399990, 2.023755, 1.906137, 0.0653075), 1e-4, None),
}


@pytest.mark.parametrize(("table", "reading"), PUBLISHED, ids=lambda one: str(one))
def test_a_published_prior_is_found_and_certified(table, reading):
    prior, within, nll = PUBLISHED[table, reading]
    found = fit(getattr(tables, table)(), reading)
    assert found.certificate.outcome == "interior optimum", found
    assert found.prior == pytest.approx(prior, rel=within)
    assert found.certificate.gradient < 1e-3 and found.certificate.curvature > 0 and found.certificate.agree >= 2
    if nll is not None:
        assert found.nll == pytest.approx(nll, abs=0.01)


def test_a_second_optimum_that_the_data_hardly_tell_apart_is_told():
    """openEBGM's own example data hold a slightly better optimum than the one that is published for them."""
    found = fit(tables.caers_2012(), "A")
    assert found.nll == pytest.approx(4162.4557, abs=1e-3)
    (other,) = found.others
    assert other.nll == pytest.approx(4162.1808, abs=1e-3) and other.prior.alpha1 == pytest.approx(20.958, abs=0.01)


@pytest.mark.parametrize(
    ("industry", "reading", "infimum"), [("", "A", 69230.343), ("54", "A", 27826.8922)], ids=["all", "supplements"]
)
def test_a_table_without_an_optimum_is_said_to_have_none(industry, reading, infimum):
    found = fit(tables.caers(industry), reading)
    assert found.prior is None and found.certificate.outcome == "no interior optimum"
    assert "log-series" in found.certificate.says and found.nll == pytest.approx(infimum, abs=0.5)


def test_all_cells_of_the_same_table_have_one():
    found = fit(tables.caers(), "C")
    assert found.certificate.outcome == "interior optimum" and found.certificate.agree == len(STARTS)
    assert found.prior is not None and found.prior.alpha1 < 0.05


@pytest.mark.parametrize("reading", ["A", "B", "C"])
def test_gradients_are_those_of_the_value(reading):
    likelihood = Likelihood(reading, tables.synthetic())
    theta = Prior(0.3, 0.2, 1.5, 2.5, 0.2).theta()
    assert_gradient(likelihood, theta)
    limit = likelihood.limit(theta)
    if reading != "C":
        assert_gradient(limit, limit.start(theta))


def assert_gradient(function, theta):
    steps = 1e-5 * np.eye(len(theta))
    by_differences = [(function(theta + step)[0] - function(theta - step)[0]) / 2e-5 for step in steps]
    assert function(theta)[1] == pytest.approx(by_differences, rel=1e-6, abs=1e-4)


@pytest.mark.parametrize("reading", ["A", "B"])
def test_the_limit_is_what_the_likelihood_tends_to_as_alpha_goes_to_nothing(reading):
    likelihood = Likelihood(reading, tables.synthetic())
    limit = likelihood.limit(Prior(1e-9, 0.2, 1.5, 2.5, 0.2).theta())
    at = np.array([-1.0, 0.3, 0.8, -0.5])
    gaps = []
    for alpha in (1e-3, 1e-5, 1e-7):
        logit = at[3] if reading == "A" else at[3] - np.log(alpha)
        theta = np.array([np.log(alpha), at[0], at[1], at[2], logit])
        gaps.append(abs(likelihood(theta)[0] - limit(at)[0]))
    assert gaps[0] > gaps[1] > gaps[2] and gaps[2] < 1e-2


def test_the_points_are_the_cells():
    """Collapsed by their product of margins, cells with their counts are neither lost nor doubled."""
    pairs = tables.synthetic()
    seen, place = seen_points(pairs)
    unseen = unseen_points(pairs)
    assert seen.weight.sum() == len(pairs.n) and seen.weight.sum() + unseen.weight.sum() == pairs.cells
    assert np.array_equal(seen.n[place], pairs.n) and np.allclose(seen.expected[place], pairs.expected())
    assert len(set(zip(seen.n.tolist(), seen.expected.tolist(), strict=True))) == len(seen.n)
    dense = np.multiply.outer(pairs.by_product, pairs.by_event) / pairs.reports
    assert _total(seen) + _total(unseen) == pytest.approx(dense.sum(), rel=1e-12)


def _total(points: Points) -> float:
    return float(points.weight @ points.expected)


def test_a_prior_to_begin_from_changes_nothing():
    pairs = tables.synthetic()
    cold = fit(pairs, "C")
    warm = fit(pairs, "C", near=cold.prior)
    assert warm.nll == pytest.approx(cold.nll, abs=1e-6)
