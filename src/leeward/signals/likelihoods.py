"""The likelihoods that hide behind one name: the gamma-Poisson shrinker of DuMouchel (1999), with its three readings.

A count `n` of a cell with expectation `E` is Poisson with mean `lambda * E`, and `lambda` is a mixture of two gammas
`(alpha, beta)` with weights `p` and `1 - p`. So `n` is a mixture of two negative binomials. The readings differ in which
cells they look at:

    A   pairs that were seen, each component of the mixture truncated at 1 (openEBGM)
    B   pairs that were seen, the mixture as a whole conditioned on n >= 1 (vigipy)
    C   all cells, those that nobody reported too (DuMouchel 1999, PhViD)

A and B often have no largest value inside: `alpha` of one component runs to 0 and the negative binomial to a log-series,
whose likelihood is `LogSeries` here.

Parameters go as `theta = (log alpha1, log beta1, log alpha2, log beta2, logit p)`; a value is a negative log-likelihood in
nats, with all constants.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from leeward.signals.pairs import Floats, Pairs, Points, seen_points, unseen_points
from leeward.signals.special import digamma, expit, gammaln, log_expit

Reading = Literal["A", "B", "C"]

READINGS: dict[str, str] = {
    "A": "pairs that were seen, each component truncated at 1 (as openEBGM)",
    "B": "pairs that were seen, the mixture conditioned on n >= 1 (as vigipy)",
    "C": "all cells, unseen ones included (DuMouchel 1999; as PhViD)",
}


class Prior(NamedTuple):
    """Two gammas, each with its shape and rate, and the weight of the first."""

    alpha1: float
    beta1: float
    alpha2: float
    beta2: float
    p: float

    @classmethod
    def of(cls, theta: Floats) -> Prior:
        """The prior of free parameters."""
        alpha1, beta1, alpha2, beta2 = (float(one) for one in np.exp(theta[:4]))
        return cls(alpha1, beta1, alpha2, beta2, float(expit(theta[4])))

    def theta(self) -> Floats:
        """Its free parameters."""
        return np.array([*np.log(self[:4]), np.log(self.p) - np.log1p(-self.p)])


class Likelihood:
    """One reading, over the distinct points of a table: its value and its gradient by the free parameters."""

    def __init__(self, reading: Reading, pairs: Pairs) -> None:
        self.reading: Reading = reading
        seen, _ = seen_points(pairs)
        self._seen = _Counted(seen)
        self._unseen = unseen_points(pairs) if reading == "C" else None

    def __call__(self, theta: Floats) -> tuple[float, Floats]:
        """The value and its gradient, shape (5,)."""
        if self.reading == "C":
            value, gradient = self._mixture(theta)
            assert self._unseen is not None
            more, and_more = _unseen(theta, self._unseen)
            return value + more, gradient + and_more
        return self._truncated(theta) if self.reading == "A" else self._conditioned(theta)

    def limit(self, theta: Floats) -> LogSeries | None:
        """What the likelihood becomes as the smaller alpha goes to 0; None for all cells, where it does not."""
        if self.reading == "C":
            return None
        return LogSeries(self.reading, self._seen, 1 if theta[0] <= theta[2] else 2)

    def _mixture(self, theta: Floats) -> tuple[float, Floats]:
        points = self._seen
        one, by_one = points.log_of(theta[0], theta[1])
        two, by_two = points.log_of(theta[2], theta[3])
        return _mixed(theta[4], one, two, by_one, by_two, points.weight)

    def _truncated(self, theta: Floats) -> tuple[float, Floats]:
        points = self._seen
        parts: list[tuple[Floats, list[Floats]]] = []
        for a, b in ((0, 1), (2, 3)):
            log_f, by = points.log_of(theta[a], theta[b])
            log_some, by_some = _log_some(theta[a], theta[b], points.expected)
            parts.append((log_f - log_some, [one - other for one, other in zip(by, by_some, strict=True)]))
        (one, by_one), (two, by_two) = parts
        return _mixed(theta[4], one, two, by_one, by_two, points.weight)

    def _conditioned(self, theta: Floats) -> tuple[float, Floats]:
        value, gradient = self._mixture(theta)
        points = self._seen
        none = _none_of(theta, points.expected)
        weight = points.weight
        some = -np.expm1(none.log_value)  # 1 - f(0) of the mixture
        value += float(np.sum(weight * np.log(some)))
        share = weight * np.exp(none.log_value) / some
        gradient = gradient - np.array([np.sum(share * one) for one in none.by])
        return value, gradient


class LogSeries:
    """The limit of reading A or B as alpha of one component goes to 0: a log-series mixed with a negative binomial.

    Parameters `(log beta of the log-series, log alpha, log beta of the other, logit of the weight)`. Under A the weight is
    that of the log-series itself. Under B the weight of the component goes to 1 as its alpha goes to 0 so that
    `alpha * p / (1 - p)` stays: the last parameter is the log of that.
    """

    def __init__(self, reading: Reading, points: _Counted, component: int) -> None:
        self.reading: Reading = reading
        self.component = component
        self._points = points

    def start(self, theta: Floats) -> Floats:
        """The parameters of the limit nearest to those of a mixture."""
        alpha, beta, other_alpha, other_beta = theta[:4] if self.component == 1 else theta[[2, 3, 0, 1]]
        logit = theta[4] if self.component == 1 else -theta[4]
        last = logit if self.reading == "A" else logit + alpha
        return np.clip(np.array([beta, other_alpha, other_beta, last]), -12, 12)

    def __call__(self, theta: Floats) -> tuple[float, Floats]:
        """The value and its gradient, shape (4,)."""
        points = self._points
        series, by_series, log_total, by_total = points.log_series_of(theta[0])
        other, by_other = points.log_of(theta[1], theta[2])
        log_some, by_some = _log_some(theta[1], theta[2], points.expected)
        if self.reading == "A":
            first, by_first = series - log_total, [by_series - by_total]
            second, by_second = other - log_some, [one - some for one, some in zip(by_other, by_some, strict=True)]
            log_p, log_q = log_expit(theta[3]), log_expit(-theta[3])
            value = np.logaddexp(log_p + first, log_q + second)
            share = np.exp(log_p + first - value)
            by_last = share - np.exp(log_p)
        else:
            # With weights w = alpha p / (1 - p) and 1: (w s(n) + f(n)) / (w S + 1 - f(0)), s the terms of the series, S their sum.
            above = np.logaddexp(theta[3] + series, other)
            below = np.logaddexp(theta[3] + log_total, log_some)
            share, below_share = np.exp(theta[3] + series - above), np.exp(theta[3] + log_total - below)
            value = above - below
            gradient = [
                share * by_series - below_share * by_total,
                (1 - share) * by_other[0] - (1 - below_share) * by_some[0],
                (1 - share) * by_other[1] - (1 - below_share) * by_some[1],
                share - below_share,
            ]
            return -_sum(points.weight, value), -np.array([_sum(points.weight, one) for one in gradient])
        gradient = [share * by_first[0], (1 - share) * by_second[0], (1 - share) * by_second[1], by_last]
        return -_sum(points.weight, value), -np.array([_sum(points.weight, one) for one in gradient])


class _Counted:
    """Points with what does not change from one evaluation to the next: special functions are taken of distinct counts."""

    def __init__(self, points: Points) -> None:
        self.expected, self.weight = points.expected, points.weight
        counts, self._place = np.unique(points.n, return_inverse=True)
        self._counts, self._n = counts, points.n
        self._constant = points.n * np.log(points.expected) - gammaln(counts + 1)[self._place]

    def log_of(self, log_alpha: float, log_beta: float) -> tuple[Floats, list[Floats]]:
        """The log of a negative binomial at each point, and its derivatives by log alpha and log beta."""
        alpha, beta = np.exp(log_alpha), np.exp(log_beta)
        log_sum = np.log(beta + self.expected)
        rising = (gammaln(alpha + self._counts) - gammaln(alpha))[self._place]
        slope = (digamma(alpha + self._counts) - digamma(alpha))[self._place]
        value = rising + alpha * (log_beta - log_sum) - self._n * log_sum + self._constant
        by_alpha = alpha * (slope + log_beta - log_sum)
        by_beta = alpha - beta * (alpha + self._n) / (beta + self.expected)
        return value, [by_alpha, by_beta]

    def log_series_of(self, log_beta: float) -> tuple[Floats, Floats, Floats, Floats]:
        """The log of each term q^n / n of a log-series, with its derivative by log beta, and of their sum, with its own."""
        beta = np.exp(log_beta)
        log_q = np.log(self.expected) - np.log(beta + self.expected)
        by_q = -beta / (beta + self.expected)  # of log q by log beta
        total = np.log1p(self.expected / beta)  # -log(1 - q)
        by_total = -self.expected / (beta + self.expected)
        return self._n * log_q - np.log(self._n), self._n * by_q, np.log(total), by_total / total


def _log_none(log_alpha: float, log_beta: float, expected: Floats) -> tuple[Floats, list[Floats]]:
    """The log of a negative binomial's chance of nothing, and its derivatives."""
    alpha, beta = np.exp(log_alpha), np.exp(log_beta)
    log_none = -alpha * np.log1p(expected / beta)
    return log_none, [log_none, alpha * expected / (beta + expected)]


def _log_some(log_alpha: float, log_beta: float, expected: Floats) -> tuple[Floats, list[Floats]]:
    """The log of its chance of at least one, and its derivatives."""
    log_none, by = _log_none(log_alpha, log_beta, expected)
    some = -np.expm1(log_none)
    odds = -np.exp(log_none) / some
    return np.log(some), [odds * one for one in by]


class _None(NamedTuple):
    log_value: Floats
    by: list[Floats]


def _none_of(theta: Floats, expected: Floats) -> _None:
    """The log of the mixture's chance of nothing, and its derivatives by all five parameters."""
    one, by_one = _log_none(theta[0], theta[1], expected)
    two, by_two = _log_none(theta[2], theta[3], expected)
    value, first = _sum_of(theta[4], one, two)
    log_p = log_expit(theta[4])
    by = [first * by_one[0], first * by_one[1], (1 - first) * by_two[0], (1 - first) * by_two[1]]
    return _None(value, [*by, first - np.exp(log_p)])


def _unseen(theta: Floats, points: Points) -> tuple[float, Floats]:
    none = _none_of(theta, points.expected)
    gradient = np.array([-np.sum(points.weight * one) for one in none.by])
    return -float(np.sum(points.weight * none.log_value)), gradient


def _mixed(
    logit: float, one: Floats, two: Floats, by_one: list[Floats], by_two: list[Floats], weight: Floats
) -> tuple[float, Floats]:
    """The negative log-likelihood of a mixture, from the logs of its components and their derivatives."""
    value, first = _sum_of(logit, one, two)
    w_one = weight * first
    w_two = weight - w_one
    by = [_sum(w_one, by_one[0]), _sum(w_one, by_one[1]), _sum(w_two, by_two[0]), _sum(w_two, by_two[1])]
    by.append(float(np.sum(w_one)) - float(np.sum(weight)) * float(np.exp(log_expit(logit))))
    return -_sum(weight, value), -np.array(by)


def _sum_of(logit: float, one: Floats, two: Floats) -> tuple[Floats, Floats]:
    """The log of the sum of two components by their logs, with the log odds of the first, and the share of the first."""
    first, second = one + log_expit(logit), two + log_expit(-logit)
    gap = first - second
    less = np.exp(-np.abs(gap))  # of the two, the smaller by the larger
    return np.maximum(first, second) + np.log1p(less), np.where(gap >= 0, 1.0, less) / (1 + less)


def _sum(weight: Floats, value: Floats) -> float:
    """A weighted sum, in one thread: a product of BLAS takes several, and waits for them on a busy machine."""
    return float(np.sum(weight * value))
