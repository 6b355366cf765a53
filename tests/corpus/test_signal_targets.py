"""Every target of the surveillance reference has a test that holds it, or stands here with the reason why it has none."""

from __future__ import annotations

import importlib
from typing import NamedTuple

import numpy as np
import pytest
import yaml
from scipy.special import digamma, polygamma

from leeward.signals.fit import STARTS, fit
from leeward.signals.likelihoods import Likelihood, Prior
from leeward.signals.pairs import Pairs, Points
from leeward.signals.scores import Z95, four_fold, information, odds_ratio, reporting_ratio, shrunk
from tests.corpus.test_signals_caers import TARGETS
from tests.unit.signals import tables

UNIT = "tests.unit.signals."
HERE = "tests.corpus.test_signal_targets"


class Held(NamedTuple):
    """The targets of a group, or those whose ids begin so, and the test that holds them."""

    starts: str
    module: str
    test: str


HELD = (
    Held("gps-caers54-trunc-nll", UNIT + "test_fit", "test_a_table_without_an_optimum_is_said_to_have_none"),
    Held("gps-caersall-trunc-nll", UNIT + "test_fit", "test_a_table_without_an_optimum_is_said_to_have_none"),
    Held("gps-caers2012-cond-", HERE, "test_priors_and_likelihoods"),
    Held("gps-caers2012-squash-", HERE, "test_the_prior_of_openebgm_after_its_squashing"),
    Held("gps-caers2012-sexstrat-", UNIT + "test_strata", "test_the_prior_of_openebgm_with_strata_by_sex"),
    Held("gps-phvid-", HERE, "test_priors_and_likelihoods"),
    Held("gps-faers2022-", HERE, "test_priors_and_likelihoods"),
    Held("gps-caers2012-allcells-", HERE, "test_priors_and_likelihoods"),
    Held("gps-caers2012-counts", HERE, "test_counts_of_openebgms_example"),
    Held("gps-caers2012-eb05ge2", UNIT + "test_scores", "test_scores_of_openebgms_example_under_its_reading"),
    Held("gps-caers2012-flintstones", HERE, "test_scores_of_openebgms_example"),
    Held("gps-caers2012-reumofan", HERE, "test_scores_of_openebgms_example"),
    Held("gps-caers2012-three-likelihoods", HERE, "test_what_the_three_likelihoods_flag"),
    Held("phvid-bcpnn-signals", HERE, "test_signals_of_phvids_bcpnn"),
    Held("kratom-all_industries-", "tests.corpus.test_signals_caers", "test_kratom_against_values_computed_elsewhere"),
    Held("kratom-industry_54-", "tests.corpus.test_signals_caers", "test_kratom_against_values_computed_elsewhere"),
    Held("kratom-gps-", "tests.corpus.test_signals_caers", "test_kratom_against_values_computed_elsewhere"),
    Held("caers2025-kratom-", HERE, "test_published_measures_of_kratom"),
    Held("lrt-statin46", UNIT + "test_likelihood_ratio", "test_statistics_of_the_statins"),
    Held("recall-dev-bar", "tests.corpus.test_recall_matching", "test_development_pairs"),
    Held("recall-falsepos-7oh", "tests.corpus.test_recall_matching", "test_every_kratom_record_is_found_by_concept"),
)

WITHOUT = {
    "literature": "results of studies on data that are not at hand; nothing is computed of them",
    "scale": "the size of a database that is not at hand",
    "bar": "times and faults of other programs on another day; `benchmarks/signals.py` runs the peer anew",
}


def targets() -> list[dict]:
    tables.needs(TARGETS)
    return yaml.safe_load(TARGETS.read_text())["targets"]


def of(prefix: str) -> list[dict]:
    return [one for one in targets() if one["id"].startswith(prefix)]


def test_every_target_has_a_test_or_a_reason():
    for one in targets():
        held = [known for known in HELD if one["id"].startswith(known.starts)]
        assert len(held) == 1 or one["group"] in WITHOUT, one["id"]
        for known in held:
            assert callable(getattr(importlib.import_module(known.module), known.test)), known


TABLES = {
    "gps-caers2012-cond-": ("caers_2012", "B"), "gps-phvid-": ("phvid", "C"), "gps-faers2022-": ("faers_2022", "C"),
    "gps-caers2012-allcells-": ("caers_2012", "C"),
}  # fmt: skip
PLACES = {"alpha1": 0, "beta1": 1, "alpha2": 2, "beta2": 3, "P": 4}


def within(found: float, target: dict, given: float | None = None) -> bool:
    value, by = target["value"] if given is None else given, target["tolerance"]
    return bool(abs(found - value) <= (by["abs"] if "abs" in by else by["rel"] * abs(value)))


@pytest.mark.parametrize("prefix", TABLES)
def test_priors_and_likelihoods(prefix):
    table, reading = TABLES[prefix]
    found, wanted = fit(getattr(tables, table)(), reading), of(prefix)
    assert len(wanted) >= 5 and found.prior is not None
    for one in wanted:
        name = one["id"].removeprefix(prefix)
        assert within(found.nll if name == "nll" else found.prior[PLACES[name]], one), one["id"]


def squashed(points: Points, count: int, size: int, keep: int) -> Points:
    """Points of one count put together by so many with like expectations, but for so many of the largest."""
    at = np.flatnonzero(points.n == count)
    at = at[np.argsort(points.expected[at], kind="stable")]
    bins = (len(at) - keep) // size
    together = at[: bins * size]
    rest = np.setdiff1d(np.arange(len(points.n)), together)
    expected = points.expected[together].reshape(bins, size).mean(axis=1)
    return Points(
        np.r_[points.n[rest], np.full(bins, float(count))],
        np.r_[points.expected[rest], expected],
        np.r_[points.weight[rest], np.full(bins, float(size))],
    )


def test_the_prior_of_openebgm_after_its_squashing(monkeypatch):
    """Leeward squashes nothing; that its likelihood is openEBGM's shows on openEBGM's squashed points."""
    pairs, wanted = tables.caers_2012(), of("gps-caers2012-squash-")
    points = Points(pairs.n.astype(float), pairs.expected(), np.ones(len(pairs.n)))
    points = squashed(squashed(points, 1, 50, 100), 2, 10, 50)
    monkeypatch.setattr("leeward.signals.likelihoods.seen_points", lambda _: (points, np.arange(len(points.n))))
    found = fit(pairs, "A", starts=STARTS[:2])
    assert len(points.n) < 1100 and found.prior is not None and len(wanted) == 5
    for one in wanted:
        assert within(found.prior[PLACES[one["id"].rpartition("-")[2]]], one), one["id"]
    assert Likelihood("A", pairs)(Prior(*found.prior).theta())[0] == pytest.approx(found.nll)


def test_counts_of_openebgms_example():
    pairs, (wanted,) = tables.caers_2012(), of("gps-caers2012-counts")
    assert {"pairs": len(pairs.n), "cells": pairs.cells} == wanted["value"]


@pytest.mark.parametrize("prefix", ["gps-caers2012-flintstones", "gps-caers2012-reumofan"])
def test_scores_of_openebgms_example(prefix):
    pairs = tables.caers_2012()
    prior = fit(pairs, "A").prior
    assert prior is not None
    names = {(pairs.products[p], pairs.events[e]): at for at, (p, e) in enumerate(zip(pairs.product, pairs.event, strict=True))}  # fmt: skip
    for one in of(prefix):
        at = names[tuple(part.strip() for part in one["what"].split(" / "))]
        n, expected = pairs.n[at : at + 1].astype(float), pairs.expected()[at : at + 1]
        margins = pairs.by_product[pairs.product[at]].astype(float), pairs.by_event[pairs.event[at]].astype(float)
        scores = shrunk(n, expected, prior)
        found = {
            "N": n, "E": expected, "RR": n / expected, "EBGM": scores.ebgm, "EB05": scores.eb05, "EB95": scores.eb95,
            "PRR": reporting_ratio(four_fold(n, *(np.array([margin]) for margin in margins), pairs.reports)).ratio,
        }  # fmt: skip
        for name, value in one["value"].items():
            assert value is None or within(float(found[name][0]), one, value), (one["id"], name)


def test_what_the_three_likelihoods_flag():
    pairs, (wanted,) = tables.caers_2012(), of("gps-caers2012-three-likelihoods")
    n, expected = pairs.n.astype(float), pairs.expected()
    flags = {one: shrunk(n, expected, fit(pairs, one).prior).eb05 >= 2 for one in ("A", "B", "C")}
    for name, count in wanted["value"].items():
        assert within(int(np.logical_and.reduce([flags[one] for one in name.split("_and_")]).sum()), wanted, count), (
            name
        )


def test_signals_of_phvids_bcpnn():
    """PhViD's interval is a normal one, which Leeward does not offer: on Leeward's margins it flags as many as PhViD says.

    Leeward's own, exact by the gamma, flags 10,314.
    """
    pairs, (wanted,) = tables.phvid(), of("phvid-bcpnn-signals")
    assert within(int((bcpnn_lower(pairs) > 0).sum()), wanted)
    assert int((information(pairs.n.astype(float), pairs.expected()).ic025 > 0).sum()) == 10_314


def test_published_measures_of_kratom():
    for one in of("caers2025-kratom-"):
        value = one["value"]
        a, b, c, d = (float(value[name]) for name in "abcd")
        table = four_fold(np.array([a]), np.array([a + b]), np.array([a + c]), int(a + b + c + d))
        half = four_fold(np.array([a + 0.5]), np.array([a + b + 1]), np.array([a + c + 1]), int(a + b + c + d + 2))
        ic = information(table.a, np.array([(a + b) * (a + c) / (a + b + c + d)]))
        found = {"prr": reporting_ratio(table).ratio, "ror_with_half_added": odds_ratio(half).ratio, "ic": ic.ic, "ic025_exact_gamma": ic.ic025}  # fmt: skip
        for name, measure in found.items():
            assert within(float(measure[0]), one, value[name]), (one["id"], name)


def bcpnn_lower(pairs: Pairs) -> np.ndarray:
    """The lower end of the information component by its mean and variance under beta posteriors (Bate 1998, Noren 2006)."""
    n, total = pairs.n.astype(float), pairs.reports
    r, c = pairs.by_product[pairs.product], pairs.by_event[pairs.event]
    rest = total - n - 1 + (total + 2) ** 2 / ((1 + r) * (1 + c))
    parts = ((1 + n, rest, 1), (1 + r, 1 + total - r, -1), (1 + c, 1 + total - c, -1))
    mean = sum(sign * (digamma(one) - digamma(one + other)) for one, other, sign in parts) / np.log(2)
    variance = sum(polygamma(1, one) - polygamma(1, one + other) for one, other, _ in parts) / np.log(2) ** 2
    return mean - Z95 * np.sqrt(variance)
