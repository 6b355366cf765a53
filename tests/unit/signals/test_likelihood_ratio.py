"""The likelihood-ratio test against published statistics, exact bounds of its p-values, and simulation."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from scipy.stats import binom

from leeward.signals.likelihood_ratio import false_discovery, likelihood_ratio
from tests.unit.signals import tables

STATINS = tables.DATA / "r-package-datasets" / "pvlrt__statin46.csv"


def statins():
    with tables.needs(STATINS).open() as file:
        (_, *products), *rows = csv.reader(file)
    return tables.of_counts(
        (product, event, int(n))
        for event, *counts in rows
        for product, n in zip(products, counts, strict=True)
        if int(n)
    )


def test_statistics_of_the_statins():
    pairs = statins()
    found = likelihood_ratio(pairs, replicates=99)
    for event, product, published in (
        ("Myalgia", "Atorvastatin", 8087.4872),
        ("Myalgia", "Simvastatin", 5835.9341),
        ("Rhabdomyolysis", "Atorvastatin", 4003.8882),
    ):
        (at,) = np.flatnonzero(
            (pairs.product == pairs.products.index(product)) & (pairs.event == pairs.events.index(event))
        )
        assert found.ratio[at] == pytest.approx(published, rel=1e-6)
    assert np.all(found.p == 1 / 100) and np.all(found.largest > found.critical)


def test_the_statistic_is_what_it_is_said_to_be():
    pairs = tables.synthetic()
    found = likelihood_ratio(pairs, replicates=99)
    of = np.bincount(pairs.product, weights=pairs.n)[pairs.product]
    n, e = pairs.n.astype(float), found.expected
    with np.errstate(divide="ignore", invalid="ignore"):
        rest = np.where(of > n, (of - n) * np.log((of - n) / (of - e)), 0)
        assert found.ratio == pytest.approx(np.where(n > e, n * np.log(n / e) + rest, 0), abs=1e-9)
    assert pairs.events[pairs.event[int(np.argmax(found.ratio))]] == "event 17"


def test_p_values_lie_between_their_exact_bounds():
    """Counts of a multinomial are negatively dependent, so the chance of any excess is bounded by those of each event."""
    pairs = tables.synthetic()
    found = likelihood_ratio(pairs, replicates=20_000)
    share = np.bincount(pairs.event, weights=pairs.n) / pairs.n.sum()
    compared = 0
    for of, largest, p in zip(found.incidences.tolist(), found.largest, found.p, strict=True):
        each = np.array([chance_of_more(of, float(one), float(largest)) for one in share])
        low, high = 1 - np.prod(1 - each), min(1.0, each.sum())
        error = 4 * np.sqrt(max(p * (1 - p), 1e-4) / 20_000)
        assert low - error <= p <= high + error
        compared += 1e-3 < p < 0.5
    assert compared > 5


def chance_of_more(of: int, share: float, value: float) -> float:
    """The chance that the statistic of one event reaches the value, summed over all of its counts."""
    n = np.arange(of + 1, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        rest = np.where(of > n, (of - n) * np.log((of - n) / (of * (1 - share))), 0)
        ratio = np.where(n > of * share, n * np.log(n / (of * share)) + rest, 0)
    return float(binom.pmf(n, of, share)[ratio >= value * (1 - 1e-12)].sum())


def test_the_critical_value_has_its_rate():
    """Products drawn from all incidences, without any excess, exceed it as often as is said."""
    pairs = tables.synthetic(products=3)
    found = likelihood_ratio(pairs, replicates=20_000)
    share = np.bincount(pairs.event, weights=pairs.n) / pairs.n.sum()
    random = np.random.default_rng(5)
    of = int(found.incidences[1])
    n = random.multinomial(of, share, size=4000).astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        rest = np.where(of > n, (of - n) * np.log((of - n) / (of * (1 - share))), 0)
        ratio = np.where(n > of * share, n * np.log(n / (of * share)) + rest, 0)
    assert np.mean(ratio.max(axis=1) > found.critical[1]) == pytest.approx(0.05, abs=0.014)


def test_the_same_seed_gives_the_same_whichever_products_are_asked_for():
    pairs = tables.synthetic()
    everything, some = likelihood_ratio(pairs, replicates=500), likelihood_ratio(pairs, [7, 3], replicates=500)
    assert some.products.tolist() == [3, 7]
    assert np.array_equal(some.p, everything.p[[3, 7]]) and np.array_equal(some.critical, everything.critical[[3, 7]])
    other = likelihood_ratio(pairs, replicates=500, seed=1)
    assert not np.array_equal(other.critical, everything.critical)


def test_large_margins_are_drawn_by_another_way_to_the_same_distribution():
    pairs = tables.of_counts(
        [("A", "x", 400), ("A", "y", 300), ("A", "z", 200), ("B", "x", 9), ("B", "y", 6), ("B", "z", 8)]
    )
    found = likelihood_ratio(pairs, replicates=20_000)
    for of, critical in zip(found.incidences.tolist(), found.critical, strict=True):
        share = np.bincount(pairs.event, weights=pairs.n) / pairs.n.sum()
        each = np.array([chance_of_more(of, float(one), float(critical) * (1 + 1e-9)) for one in share])
        assert 1 - np.prod(1 - each) <= 0.05 + 0.006


def test_false_discovery_rates_are_those_of_benjamini_and_hochberg():
    """The example of the rule itself: the largest rank whose p is at most its share of q, and no smaller rank above it."""
    p = np.array([0.04, 0.001, 0.03, 0.008, 0.9])
    assert false_discovery(p) == pytest.approx([0.05, 0.005, 0.05, 0.02, 0.9])
    assert "0.05" in likelihood_ratio(tables.synthetic(), [3], replicates=99).says
