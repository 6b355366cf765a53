"""Linear compartments, solved exactly: between two events the amounts are a matrix exponential of those before.

No step size and no stiffness: a model is a list of flows from one compartment to another or out of the body, each at a rate of its own
in each person. Amounts in mg, times in h.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from leeward.pharmacology.compiled import compiled, each, in_threads
from leeward.pharmacology.people import Floats

Integers = NDArray[np.int64]

TERMS = 14
"""Terms of the exponential's series, of a matrix scaled below one half: the next is under 1e-17."""

SAME = 1e-12
"""Two spans of time that differ by no more than this, as a share, are one."""

OUT = -1
"""The target of what leaves the body."""


@compiled
def exponential(matrix: Floats, time: float, found: Floats, term: Floats, product: Floats) -> None:
    """The exponential of a matrix times a time, into `found`; all of shape (n, n)."""
    n = matrix.shape[0]
    size = 0.0
    for j in range(n):
        column = 0.0
        for i in range(n):
            column += abs(matrix[i, j])
        size = max(size, column * time)
    halvings = 0
    while size > 0.5:
        size *= 0.5
        halvings += 1
    scaled = time / 2.0**halvings
    for i in range(n):
        for j in range(n):
            found[i, j] = term[i, j] = 1.0 if i == j else 0.0
    for k in range(1, TERMS + 1):
        _multiply(term, matrix, product, scaled / k)
        term[:, :] = product
        found += term
    for _ in range(halvings):
        _multiply(found, found, product, 1.0)
        found[:, :] = product


@compiled
def _multiply(one: Floats, other: Floats, product: Floats, times: float) -> None:
    n = one.shape[0]
    for i in range(n):
        for j in range(n):
            total = 0.0
            for k in range(n):
                total += one[i, k] * other[k, j]
            product[i, j] = total * times


@in_threads
def amounts(
    rates: Floats,
    source: Integers,
    target: Integers,
    into: Integers,
    doses: Floats,
    starts: Floats,
    lasts: Floats,
    times: Floats,
    found: Floats,
) -> None:
    """The amounts in every compartment of every person at every time, into `found`, shape (people, times, compartments).

    Arguments: rates of the flows (1/h), shape (people, flows); where each flow comes from and goes to (`OUT`: out of the body); the
    compartment that each dose goes into; each person's doses (mg), their starts and how long they flow in (h; 0 at once), shape
    (people, doses); the times (h, rising). What stands at the time of a dose is from before it.
    """
    compartments = found.shape[2]
    for person in each(rates.shape[0]):
        matrix = np.zeros((compartments + 1, compartments + 1))
        for flow in range(source.shape[0]):
            matrix[source[flow], source[flow]] -= rates[person, flow]
            if target[flow] != OUT:
                matrix[target[flow], source[flow]] += rates[person, flow]
        follow(matrix, into, doses[person], starts[person], lasts[person], times, found[person])


@compiled
def follow(
    matrix: Floats, into: Integers, doses: Floats, starts: Floats, lasts: Floats, times: Floats, found: Floats
) -> None:
    """One person: `matrix` has one column more than compartments, for what flows in at a constant rate."""
    size = matrix.shape[0]
    many, points = doses.shape[0], times.shape[0]
    moments = np.empty(2 * many + points)
    moments[:many] = starts + lasts
    moments[many : many + points] = times
    moments[many + points :] = starts
    state, moved = np.zeros(size), np.zeros(size)
    state[size - 1] = 1.0
    change, term, product = np.zeros((size, size)), np.zeros((size, size)), np.zeros((size, size))
    now, known, flowing = 0.0, -1.0, 0
    for moment in np.argsort(moments, kind="mergesort"):
        passed = float(moments[moment]) - now
        if passed > 0.0:
            # A grid's steps differ in their last digits; one exponential serves them all.
            if abs(passed - known) > SAME * known:
                exponential(matrix, passed, change, term, product)
                known = passed
            for i in range(size):
                total = 0.0
                for j in range(size):
                    total += change[i, j] * state[j]
                moved[i] = total
            state[:] = moved
            now = float(moments[moment])
        if many <= moment < many + points:
            found[moment - many] = state[: size - 1]
            continue
        dose = moment if moment < many else moment - many - points
        if lasts[dose] > 0.0:
            flowing += 1 if moment >= many else -1
            rate = doses[dose] / lasts[dose]
            matrix[into[dose], size - 1] += rate if moment >= many else -rate
            if flowing == 0:
                matrix[:, size - 1] = 0.0
            known = -1.0
        elif moment >= many:
            state[into[dose]] += doses[dose]
