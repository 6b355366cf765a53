"""The prior of a table by maximum likelihood, with the proof that it is one.

Several starts are walked down and polished by Newton steps. What is returned is the best of them with a certificate: how
flat it is there, how many starts agree, how far it lies from the edge, and whether it curves up in every direction. Where
the likelihood has no optimum inside, the infimum at the edge is worked out by itself, and no prior is given.

The edge that real tables run to: `alpha` of one component goes to 0. Truncated at 1 (reading A) its negative binomial
becomes a log-series, whose likelihood has four parameters and is fitted as such. Under reading B the weight of the
component runs to 1 as its `alpha` runs to 0, so that what was seen keeps its share; the limit is a log-series of the
pairs that were seen, mixed with the other component by a weight that goes with its chance of being seen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple, cast

import msgspec
import numpy as np
import scipy.optimize  # pyright: ignore[reportMissingTypeStubs]

from leeward.signals.likelihoods import Likelihood, Prior, Reading
from leeward.signals.pairs import Floats, Pairs

Outcome = Literal["interior optimum", "no interior optimum", "not certified"]

STARTS: tuple[Prior, ...] = (
    Prior(0.2, 0.1, 2.0, 4.0, 1 / 3),  # DuMouchel 1999
    Prior(0.5, 0.3, 1.5, 2.0, 0.1),
    Prior(3.0, 0.5, 2.0, 2.0, 0.05),
    Prior(0.1, 0.02, 0.7, 1.0, 0.1),
    Prior(20.0, 3.0, 1.5, 1.5, 0.02),
)
"""Where the walks begin."""

MORE_STARTS: tuple[Prior, ...] = (
    Prior(3.0, 0.4, 2.0, 2.0, 0.07),
    Prior(1.0, 0.1, 1.0, 1.0, 0.2),
    Prior(0.02, 0.005, 0.5, 0.5, 0.03),
    Prior(5.0, 0.5, 3.0, 3.0, 0.1),
    Prior(0.3, 0.3, 5.0, 3.0, 0.5),
    Prior(1.5, 0.2, 2.5, 2.5, 0.02),
    Prior(40.0, 4.0, 1.5, 1.5, 0.01),
)
"""Where more begin where the first do not all come to the same end."""

NEAR = 1.0
"""Optima within so many nats of the best are told beside each other: the data favour one by less than e to 1."""

FREE = 16.0
"""The walks go as far as exp(16) and exp(-16) in each of the shapes and rates, and as far in the odds of p."""

EDGE = 1.0
"""A parameter that stops nearer than this to where the walks may go, on the log scale, stands at the edge."""

FLAT = 1e-4
"""The largest gradient, in nats by the log of a parameter, for each thousand nats of the value, at a certified optimum."""

AGREE = 1e-3
"""Starts that end within so many nats of the best agree with it."""

_minimize: Callable[..., Any] = cast(Any, scipy.optimize).minimize

Function = Callable[[Floats], tuple[float, Floats]]


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the place where a fit stopped."""

    outcome: Outcome
    gradient: float
    """The largest derivative of the negative log-likelihood by the log of a parameter (p: by its log odds), in nats."""
    starts: int
    agree: int
    """How many starts came to this place."""
    spread: float
    """Nats between the best and the worst end of a start."""
    to_edge: float
    """How far the nearest parameter is from where the walks may go, on the log scale."""
    curvature: float
    """The smallest eigenvalue of the matrix of second derivatives, on the same scale."""
    condition: float
    """The largest eigenvalue by the smallest."""
    says: str


class Optimum(msgspec.Struct, frozen=True, kw_only=True):
    """An optimum that starts came to: its prior, its value in nats, and how many came there."""

    prior: Prior
    nll: float
    starts: int


class Fit(msgspec.Struct, frozen=True, kw_only=True):
    """A prior and its certificate. `prior` is None where there is no optimum inside: no score may be made of it."""

    likelihood: Reading
    prior: Prior | None
    nll: float
    """The negative log-likelihood in nats, with all constants; the infimum where there is no optimum inside."""
    certificate: Certificate
    others: tuple[Optimum, ...] = ()
    """Optima elsewhere within `NEAR` nats of the best. The data hardly tell them apart, and a score may differ by them."""


def fit(pairs: Pairs, reading: Reading = "C", near: Prior | None = None, starts: Sequence[Prior] = STARTS) -> Fit:
    """The prior of a table under a reading of the likelihood.

    Of several optima within `NEAR` nats of the best, the one that most starts come to is given, and the others are told.
    `near`: a prior to begin from besides, as that of the table before new reports came. Where not all of `STARTS` come to
    the same end, `MORE_STARTS` are tried too. `starts`: fewer places to begin, for a table that is much like the one before;
    where they do not come to the same end, others are tried until two meet at the best, and where that is not certified all.
    """
    likelihood = Likelihood(reading, pairs)
    first = [*((near,) if near is not None else ()), *starts]
    ends = [_walk(likelihood, one.theta()) for one in first]
    if _apart(ends):
        for one in (*STARTS, *MORE_STARTS):
            if one not in first and (starts is STARTS or not _met(ends)):
                ends.append(_walk(likelihood, one.theta()))
    optima = _optima(likelihood, ends)
    best = min(one.value for one in optima)
    given, *others = sorted(
        (one for one in optima if one.value <= best + NEAR), key=lambda one: (-len(one.ends), one.value)
    )
    certificate = _certificate(likelihood, given, len(ends), max(value for value, _ in ends))
    if certificate.outcome != "interior optimum" and starts is not STARTS:
        return fit(pairs, reading, near)
    limit = likelihood.limit(given.theta)
    if limit is not None:
        edge, _ = _polished(limit, _walk(limit, limit.start(given.theta))[1])
        if edge <= best + AGREE:
            return Fit(likelihood=reading, prior=None, nll=edge, certificate=_at_the_edge(certificate, limit.component))
    return Fit(
        likelihood=reading,
        prior=Prior.of(given.theta) if certificate.outcome == "interior optimum" else None,
        nll=given.value,
        certificate=certificate,
        others=tuple(Optimum(prior=Prior.of(one.theta), nll=one.value, starts=len(one.ends)) for one in others),
    )


def _apart(ends: Sequence[tuple[float, Floats]]) -> bool:
    """Whether walks ended at different values."""
    values = [value for value, _ in ends]
    return max(values) - min(values) > AGREE


def _met(ends: Sequence[tuple[float, Floats]]) -> bool:
    """Whether two walks ended at the best value."""
    best, next_best, *_ = sorted(value for value, _ in ends)
    return next_best - best <= AGREE


class _Found(NamedTuple):
    value: float
    theta: Floats
    ends: list[float]


def _optima(function: Function, ends: Sequence[tuple[float, Floats]]) -> list[_Found]:
    """The distinct optima that the walks ended in, the best first."""
    found: list[_Found] = []
    for end, theta in sorted(ends, key=lambda one: one[0]):
        same = (one for one in found if end <= one.value + AGREE and np.abs(_in_order(theta) - one.theta).max() < 0.1)
        known = next(same, None)
        if known is None:
            value, polished = _polished(function, theta)
            found.append(_Found(value, _in_order(polished), [end]))
        else:
            known.ends.append(end)
    return found


def _at_the_edge(certificate: Certificate, component: int) -> Certificate:
    says = (
        f"There is no optimum inside: the likelihood rises for ever as alpha{component} goes to 0 and its component becomes a "
        "log-series. The value is that of the limit; no prior and no score come of it. Reading C, of all cells, has an "
        "optimum inside on such tables."
    )
    return msgspec.structs.replace(certificate, outcome="no interior optimum", says=says)


def _in_order(theta: Floats) -> Floats:
    """The same mixture with the component of the larger variance first: the two may be named either way."""
    if theta[0] - 2 * theta[1] >= theta[2] - 2 * theta[3]:
        return theta
    return np.array([theta[2], theta[3], theta[0], theta[1], -theta[4]])


def _walk(function: Function, start: Floats) -> tuple[float, Floats]:
    bounds = [(-FREE, FREE)] * len(start)
    options: dict[str, Any] = {"maxiter": 1000, "maxfun": 2000, "ftol": 1e-11, "gtol": 1e-7}
    end = _minimize(function, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    return float(end.fun), np.asarray(end.x)


def _polished(function: Function, theta: Floats) -> tuple[float, Floats]:
    """The end of a walk after Newton steps, each taken only where it does not lead up."""
    value, gradient = function(theta)
    second = _second(function, theta)
    for _ in range(12):
        step = _newton(second, gradient)
        if step is None or not np.all(np.abs(theta + step) <= FREE):
            break
        at, by = function(theta + step)
        gain = np.abs(gradient).max() / np.abs(by).max() if by.any() else np.inf
        if at > value + 1e-9 * abs(value) or gain <= 1:
            break
        theta, value, gradient = theta + step, at, by
        if gain < 100 and np.abs(by).max() > FLAT / 100:  # the curvature is not what it was where the last step began
            second = _second(function, theta)
    return value, theta


def _newton(second: Floats, gradient: Floats) -> Floats | None:
    values, vectors = np.linalg.eigh(second)
    if values[0] <= 0:
        return None
    return -vectors @ ((vectors.T @ gradient) / values)


def _second(function: Function, theta: Floats, width: float = 1e-4) -> Floats:
    """The matrix of second derivatives, by differences of the exact first ones."""
    size = len(theta)
    second = np.empty((size, size))
    for place in range(size):
        step = np.zeros(size)
        step[place] = width
        second[place] = (function(theta + step)[1] - function(theta - step)[1]) / (2 * width)
    return (second + second.T) / 2


def _certificate(function: Function, given: _Found, starts: int, worst: float) -> Certificate:
    theta = given.theta
    gradient = float(np.abs(function(theta)[1]).max())
    curves = np.linalg.eigvalsh(_second(function, theta))
    to_edge, agree = float(np.min(FREE - np.abs(theta))), len(given.ends)
    flat = gradient <= FLAT * max(1.0, abs(given.value) / 1000)
    outcome: Outcome = "not certified"
    if to_edge < EDGE:
        outcome, says = "no interior optimum", "A parameter runs to the edge of what the walks may reach."
    elif not flat or curves[0] <= 0:
        says = "Where the best walk stopped the likelihood is not flat, or does not fall away in every direction."
    elif agree < 2:
        says = "Only one start came here: another optimum may be better."
    else:
        outcome = "interior optimum"
        says = f"{agree} of {starts} starts came here; flat, curved upwards in every direction, away from every edge."
    return Certificate(
        outcome=outcome,
        gradient=gradient,
        starts=starts,
        agree=agree,
        spread=worst - given.value,
        to_edge=to_edge,
        curvature=float(curves[0]),
        condition=float(curves[-1] / curves[0]) if curves[0] > 0 else float("inf"),
        says=says,
    )
