"""The exact kernel against a general solver on random models and regimens, and what must hold of any linear model."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from leeward.pharmacology.compartments import OUT, amounts

HOURS = np.linspace(0.0, 36.0, 37)


class Body:
    """A random linear model and regimen of one person: compartments in a chain, with flows to and fro and out."""

    def __init__(self, seed: int, closed: bool = False) -> None:
        chance = np.random.default_rng(seed)
        self.compartments = n = int(chance.integers(1, 7))
        pairs = [(0, OUT)] * (not closed)
        for place in range(1, n):
            other = int(chance.integers(0, place))
            pairs += [(place, other), (other, place)]
        self.source = np.array([one for one, _ in pairs], np.int64)
        self.target = np.array([other for _, other in pairs], np.int64)
        self.rates = 10.0 ** chance.uniform(-3.0, 1.5, (1, len(pairs)))
        many = int(chance.integers(1, 6))
        self.into = chance.integers(0, n, many)
        self.doses = chance.uniform(0.1, 50.0, (1, many))
        # Some on the hour of an output, some between; some at once, some flowing in, some of those together.
        self.starts = np.where(
            chance.random((1, many)) < 0.5, chance.integers(0, 30, (1, many)), chance.uniform(0, 30, (1, many))
        ).astype(float)
        self.lasts = np.where(chance.random((1, many)) < 0.5, 0.0, chance.uniform(0.1, 12.0, (1, many)))

    def solved(self, doses: np.ndarray | None = None) -> np.ndarray:
        found = np.empty((1, HOURS.size, self.compartments))
        given = self.doses if doses is None else doses
        amounts(self.rates, self.source, self.target, self.into, given, self.starts, self.lasts, HOURS, found)
        return found[0]

    def slopes(self, time: float, state: np.ndarray) -> np.ndarray:
        change = np.zeros(self.compartments)
        for rate, source, target in zip(self.rates[0], self.source, self.target, strict=True):
            change[source] -= rate * state[source]
            if target != OUT:
                change[target] += rate * state[source]
        for into, dose, start, lasts in zip(self.into, self.doses[0], self.starts[0], self.lasts[0], strict=True):
            if lasts > 0.0 and start <= time < start + lasts:
                change[into] += dose / lasts
        return change

    def by_a_general_solver(self) -> np.ndarray:
        ends = self.starts[0] + self.lasts[0]
        moments = sorted({*HOURS, *self.starts[0], *ends[ends < HOURS[-1]]})
        state, found = np.zeros(self.compartments), {}
        for first, last in zip(moments, [*moments[1:], None], strict=True):
            found[first] = state.copy()
            for into, dose, start, lasts in zip(self.into, self.doses[0], self.starts[0], self.lasts[0], strict=True):
                if start == first and lasts == 0.0:
                    state[into] += dose
            if last is not None:
                # The input is constant between two moments: taken from their middle, so that no step looks past an end.
                middle = (first + last) / 2
                inflow = self.slopes(middle, np.zeros(self.compartments))
                outflow = lambda _, y: self.slopes(-1.0, y) + inflow  # noqa: E731, B023
                state = solve_ivp(outflow, (first, last), state, "LSODA", rtol=1e-10, atol=1e-12).y[:, -1]
        return np.array([found[hour] for hour in HOURS])


@pytest.mark.parametrize("seed", range(20))
def test_a_general_solver_comes_to_the_same(seed: int):
    body = Body(seed)
    assert body.solved() == pytest.approx(body.by_a_general_solver(), rel=1e-7, abs=1e-8)


seeds = st.integers(0, 2**32 - 1)
some = settings(max_examples=60, deadline=None)


@some
@given(seeds)
def test_nothing_is_lost_where_nothing_leaves(seed: int):
    body = Body(seed, closed=True)
    hours = HOURS[:, None]
    flown = np.where(body.lasts > 0, np.clip((hours - body.starts) / np.maximum(body.lasts, 1e-9), 0, 1), 0.0)
    arrived = np.where(body.lasts > 0, flown, hours > body.starts)
    assert body.solved().sum(axis=1) == pytest.approx((arrived * body.doses).sum(axis=1), rel=1e-9, abs=1e-9)


@some
@given(seeds)
def test_what_is_left_never_exceeds_what_was_given_and_is_never_below_nothing(seed: int):
    body = Body(seed)
    within = body.solved()
    assert within.min() > -1e-9
    assert within.sum(axis=1).max() <= body.doses.sum() * (1 + 1e-9)


@some
@given(seeds, st.floats(0.01, 100.0))
def test_a_regimen_so_many_times_as_large_gives_so_much_more(seed: int, times: float):
    body = Body(seed)
    assert body.solved(body.doses * times) == pytest.approx(body.solved() * times, rel=1e-9, abs=1e-9)


@some
@given(seeds)
def test_each_dose_by_itself_adds_up_to_all_of_them(seed: int):
    body = Body(seed)
    alone = [
        body.solved(np.where(np.arange(body.doses.shape[1]) == dose, body.doses, 0.0))
        for dose in range(body.doses.shape[1])
    ]
    assert np.sum(alone, axis=0) == pytest.approx(body.solved(), rel=1e-9, abs=1e-9)
