"""Scores against published ones, against what defines them, and where they are not defined."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import gamma

from leeward.signals.fit import fit
from leeward.signals.likelihoods import Prior
from leeward.signals.scores import (
    FourFold,
    chi_square,
    four_fold,
    information,
    odds_ratio,
    reporting_ratio,
    shrunk,
)
from tests.unit.signals import tables

TWO_BY_TWO = {
    # a, b, c, d: PRR, ROR, its lower bound, chi-square with Yates' correction, IC, IC025. Kratom in FDA's CAERS to mid-2017.
    (5, 30, 677, 63759): (13.597, 15.6965, 6.07172, 46.5817, 2.65994, 1.13247),
    (3, 32, 84, 26543): (27.1704, 29.6239, 8.89858, 50.0681, 2.51056, 0.460114),
    (4, 31, 143, 64293): (51.4973, 58.0131, 20.2168, 146.997, 2.95629, 1.21953),
    (5, 30, 572, 26055): (6.6501, 7.59178, 2.93492, 18.9259, 2.12894, 0.601471),
    (3, 32, 42, 26585): (54.3408, 59.3415, 17.4922, 101.164, 2.64625, 0.595803),
    (6, 29, 2085, 24542): (2.18927, 2.43533, 1.00994, 3.00455, 1.00226, -0.373731),
}


def table(*cells: float) -> FourFold:
    return FourFold(*(np.array([float(one)]) for one in cells))


@pytest.mark.parametrize("cells", TWO_BY_TWO, ids=str)
def test_measures_of_a_two_by_two_table(cells):
    a, b, c, d = cells
    found = table(*cells)
    ic = information(found.a, np.array([(a + b) * (a + c) / (a + b + c + d)]))
    ror = odds_ratio(found)
    measures = [reporting_ratio(found).ratio, ror.ratio, ror.lower, chi_square(found, yates=True), ic.ic, ic.ic025]
    assert np.concatenate(measures) == pytest.approx(TWO_BY_TWO[cells], rel=1e-4)


def test_published_measures_of_kratom_to_2025():
    """Farquhar 2026, recomputed: its point values, and exact IC025 in place of its own."""
    for cells, prr, ic, ic025 in (
        ((178, 226, 1084, 47352), 19.686913, 4.028352, 3.808538),
        ((37, 367, 1, 48435), 4435.970297, 5.525129, 5.022649),
        ((28, 376, 119, 48317), 28.209668, 4.053865, 3.469918),
    ):
        a, b, c, _ = cells
        found = information(np.array([float(a)]), np.array([(a + b) * (a + c) / sum(cells)]))
        assert reporting_ratio(table(*cells)).ratio[0] == pytest.approx(prr, rel=1e-5)
        assert (found.ic[0], found.ic025[0]) == pytest.approx((ic, ic025), rel=1e-5)


def test_an_empty_comparator_gives_no_ratio():
    ratio = reporting_ratio(table(3, 32, 0, 900))
    assert all(np.isnan(one[0]) for one in ratio)
    assert np.isnan(odds_ratio(table(3, 0, 5, 900)).ratio[0]) and np.isnan(odds_ratio(table(3, 5, 0, 900)).ratio[0])


def test_scores_of_openebgms_example_under_its_reading():
    pairs = tables.caers_2012()
    prior = fit(pairs, "A").prior
    scores = shrunk(pairs.n.astype(float), pairs.expected(), prior)
    assert int((scores.eb05 >= 2).sum()) == 131
    for product, event, n, published in (
        ("REUMOFAN PLUS", "WEIGHT INCREASED", 16, (0.406436, 23.26, 15.68, 33.48)),
        ("REUMOFAN PLUS", "IMMOBILE", 6, (0.078665, 18.28, 10.16, 30.83)),
        ("FLINTSTONES GUMMIES (MULTIVITAMINS)", "DEPENDENCE", 12, (0.672229, 13.76, 8.8, 20.7)),
    ):
        at = place(pairs, product, event)
        assert pairs.n[at] == n
        found = (pairs.expected()[at], scores.ebgm[at], scores.eb05[at], scores.eb95[at])
        assert found == pytest.approx(published, rel=1e-3)


def place(pairs, product, event):
    return int(
        np.flatnonzero((pairs.product == pairs.products.index(product)) & (pairs.event == pairs.events.index(event)))[0]
    )


def test_the_three_readings_of_one_table_flag_different_pairs():
    pairs = tables.caers_2012()
    flagged = {
        reading: shrunk(pairs.n.astype(float), pairs.expected(), fit(pairs, reading).prior).eb05 >= 2
        for reading in ("A", "B", "C")
    }
    counts = {reading: int(one.sum()) for reading, one in flagged.items()}
    assert counts == pytest.approx({"A": 131, "B": 80, "C": 97}, abs=1)
    assert int((flagged["A"] & flagged["C"]).sum()) == pytest.approx(95, abs=1)


def test_points_are_those_of_the_posterior():
    """By the definition: the mixture of gammas lies below EB05 with 5 %, below EB95 with 95 %."""
    prior = Prior(0.018, 0.0054, 0.54, 0.49, 0.033)
    random = np.random.default_rng(3)
    n = random.integers(1, 400, 500).astype(float)
    expected = 10 ** random.uniform(-5, 3, 500)
    scores = shrunk(n, expected, prior)
    logs = [
        gamma_poisson(n, expected, alpha, beta) + np.log(weight)
        for alpha, beta, weight in ((prior.alpha1, prior.beta1, prior.p), (prior.alpha2, prior.beta2, 1 - prior.p))
    ]
    first = 1 / (1 + np.exp(logs[1] - logs[0]))
    for chance, at in ((0.05, scores.eb05), (0.95, scores.eb95)):
        below = first * gamma.cdf(at, prior.alpha1 + n, scale=1 / (prior.beta1 + expected))
        below += (1 - first) * gamma.cdf(at, prior.alpha2 + n, scale=1 / (prior.beta2 + expected))
        assert below == pytest.approx(np.full(500, chance), abs=1e-8)
    assert np.all((scores.eb05 < scores.ebgm) & (scores.ebgm < scores.eb95))


def gamma_poisson(n, expected, alpha, beta):
    from scipy.stats import nbinom

    return nbinom.logpmf(n, alpha, beta / (beta + expected))


def test_the_margins_give_the_table():
    pairs = tables.synthetic()
    found = four_fold(
        pairs.n.astype(float), pairs.by_product[pairs.product], pairs.by_event[pairs.event], pairs.reports
    )
    assert np.all(found.a + found.b + found.c + found.d == pairs.reports) and all(np.all(one >= 0) for one in found)
