"""Bounds for watching against those of the R package Sequential, and against simulation."""

from __future__ import annotations

import numpy as np
import pytest

from leeward.errors import BadInput
from leeward.signals.sequential import alarm_chance, critical_counts, critical_value, statistic

OF_SEQUENTIAL = {
    # limit, fewest events, first look: critical value at alpha 0.05, as CV.Poisson of Sequential 2.0 and later gives it.
    (1, 1, 0): 2.853937,
    (10, 1, 0): 3.467952,
    (100, 1, 0): 3.952321,
    (1000, 1, 0): 4.324917,
    (1, 3, 0): 1.774218,
    (1.5, 4, 0): 1.683209,
    (5, 6, 0): 2.267595,
    (10, 4, 0): 2.921561,
    (20, 10, 0): 2.717137,
    (1000, 10, 0): 3.931529,
    (10, 1, 1): 2.799333,
    (5, 1, 3): 1.936447,
    (10, 1, 4): 2.298373,
    (20, 1, 4): 2.717137,
}


@pytest.mark.parametrize("watch", OF_SEQUENTIAL, ids=str)
def test_critical_values_are_those_of_sequential(watch):
    limit, least, first_look = watch
    found = critical_value(limit, 0.05, least, first_look)
    assert found.value == pytest.approx(OF_SEQUENTIAL[watch], abs=2e-6)
    assert found.rate <= 0.05 and (first_look or found.rate == pytest.approx(0.05, abs=1e-8))


def test_power_is_that_of_sequential():
    assert critical_value(10).power(2) == pytest.approx(0.6850634, abs=1e-6)


def test_ten_looks_are_those_of_empiricalcalibration():
    """It gives 2.545177 as the value to exceed, with an alpha of 0.044: the next value that can be reached is ours."""
    found = critical_counts([1.0] * 10)
    assert found.rate == pytest.approx(0.044, abs=0.0005)
    assert statistic(4, 1) == pytest.approx(2.545177, abs=1e-6) and found.at_least[0] == 5
    assert found.value > 2.545177


@pytest.mark.parametrize(("limit", "least", "first_look"), [(5.0, 1, 0.0), (5.0, 3, 0.0), (12.0, 1, 2.0)])
def test_the_rate_is_that_of_watching_made_up_counts(limit, least, first_look):
    bound = critical_value(limit, 0.05, least, first_look)
    random = np.random.default_rng(11)
    alarms = sum(watched(random, bound, 1.0) for _ in range(20_000))
    assert alarms / 20_000 == pytest.approx(bound.rate, abs=4 * np.sqrt(0.05 * 0.95 / 20_000))
    twice = sum(watched(random, bound, 2.0) for _ in range(4_000))
    assert twice / 4_000 == pytest.approx(bound.power(2.0), abs=4 * 0.5 / np.sqrt(4_000))


def watched(random, bound, ratio) -> bool:
    """Whether events of one made-up watch, each at its own time, raise an alarm."""
    times = np.sort(random.uniform(0, bound.limit, random.poisson(ratio * bound.limit)))
    early = int(np.searchsorted(times, bound.first_look))
    if bound.first_look and early >= bound.least and statistic(early, bound.first_look) >= bound.value:
        return True
    return any(
        count >= bound.least and at >= bound.first_look and statistic(count, at) >= bound.value
        for count, at in enumerate(times, 1)
    )


def test_looks_now_and_then_raise_no_more_alarms_than_watching_without_a_pause():
    for increments in ([0.5] * 20, [0.1, 3.0, 0.2, 6.7], [10.0]):
        assert critical_counts(increments).value <= critical_value(sum(increments)).value + 1e-9


def test_the_rate_falls_as_the_value_rises_and_as_more_events_are_asked_for():
    rates = [alarm_chance(value, 10) for value in (1.0, 2.0, 3.0, 4.0, 6.0)]
    assert rates == sorted(rates, reverse=True) and alarm_chance(2.0, 10, 6) < alarm_chance(2.0, 10, 3)


def test_no_more_than_expected_is_no_evidence():
    assert statistic(3, 3) == statistic(0, 2) == 0 and statistic(1, 0) == float("inf")


@pytest.mark.parametrize("asked", [(0, 0.05, 1, 0), (1, 0.05, 5, 0), (10, 0.6, 1, 0), (10, 0.05, 1, 11)], ids=str)
def test_a_watch_that_cannot_be_is_refused(asked):
    with pytest.raises(BadInput):
        critical_value(*asked)
    with pytest.raises(BadInput):
        critical_counts([])
