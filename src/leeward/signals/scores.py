"""What is made of a count and what was expected of it: shrunk and plain measures, each with its interval.

| measure | what it is | source |
|---|---|---|
| EBGM, EB05, EB95 | geometric mean and 5 % and 95 % points of the posterior of lambda | DuMouchel 1999 |
| IC, IC025, IC975 | log2 of (n + 1/2) / (E + 1/2), with exact gamma points | Noren 2013 |
| PRR | ratio of proportions, no correction; none with an empty comparator | Evans 2001 |
| ROR | ratio of odds, no correction; none with an empty cell | van Puijenbroek 2002 |
| RRR | n / E | - |
| chi-square | of the 2x2 table, with and without Yates' correction | Evans 2001 |

Every array has the shape of the counts that it is made of.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from leeward.signals.likelihoods import Prior
from leeward.signals.pairs import Floats
from leeward.signals.special import digamma, gammainc, gammaincinv, gammaln, ndtri

Flags = NDArray[np.bool_]

Z95 = float(ndtri(0.975))

SHRINKAGE = 0.5
"""What is added to the observed and to the expected count for the information component."""


class Shrunk(NamedTuple):
    """Geometric mean of the posterior and its 5 % and 95 % points."""

    ebgm: Floats
    eb05: Floats
    eb95: Floats


def shrunk(n: Floats, expected: Floats, prior: Prior) -> Shrunk:
    """EBGM, EB05 and EB95 of counts under a prior; the points are exact to ten digits."""
    posterior = _Posterior(n, expected, prior)
    return Shrunk(posterior.geometric_mean(), posterior.point(0.05), posterior.point(0.95))


def chance_below(value: float, n: Floats, expected: Floats, prior: Prior) -> Floats:
    """How much of each posterior lies below a value: at most 0.05 where EB05 is no smaller."""
    everywhere = np.arange(len(n))
    return _Posterior(n, expected, prior).below(np.full(len(n), np.log(value)), everywhere)[0]


class _Posterior:
    """A mixture of two gammas for each count."""

    def __init__(self, n: Floats, expected: Floats, prior: Prior) -> None:
        self._shapes = (prior.alpha1 + n, prior.alpha2 + n)
        self._rates = (prior.beta1 + expected, prior.beta2 + expected)
        logs = [
            np.log(weight) + gammaln(shape) - gammaln(alpha) + alpha * np.log(beta / rate) - n * np.log(rate)
            for weight, alpha, beta, shape, rate in zip(
                (prior.p, 1 - prior.p), (prior.alpha1, prior.alpha2), (prior.beta1, prior.beta2),
                self._shapes, self._rates, strict=True,
            )
        ]  # fmt: skip
        self._first = 1 / (1 + np.exp(logs[1] - logs[0]))

    def geometric_mean(self) -> Floats:
        means = [digamma(shape) - np.log(rate) for shape, rate in zip(self._shapes, self._rates, strict=True)]
        return np.exp(self._first * means[0] + (1 - self._first) * means[1])

    def point(self, chance: float) -> Floats:
        """The point below which the posterior lies with this chance.

        It lies between those of the components, and is sought there by Newton steps on the log of lambda that fall back
        to halving wherever one would leave the bracket.
        """
        ends = [gammaincinv(shape, chance) / rate for shape, rate in zip(self._shapes, self._rates, strict=True)]
        low, high = np.log(np.minimum(*ends)), np.log(np.maximum(*ends))
        found = self._first * np.log(ends[0]) + (1 - self._first) * np.log(ends[1])
        open_ = np.flatnonzero(high - low > 1e-13)
        for _ in range(60):
            if not len(open_):
                break
            at = found[open_]
            below, density = self.below(at, open_)
            over = below - chance
            low[open_] = np.where(over <= 0, at, low[open_])
            high[open_] = np.where(over > 0, at, high[open_])
            with np.errstate(divide="ignore", invalid="ignore"):
                newton = at - over / density
            inside = (newton > low[open_]) & (newton < high[open_])
            step = np.where(inside, newton, (low[open_] + high[open_]) / 2)
            found[open_] = step
            open_ = open_[(np.abs(step - at) > 1e-11) & (high[open_] - low[open_] > 1e-13)]
        return np.exp(found)

    def below(self, log_lambda: Floats, where: np.ndarray) -> tuple[Floats, Floats]:
        """The chance of less than lambda, and its derivative by log lambda."""
        value, weights = np.exp(log_lambda), (self._first[where], 1 - self._first[where])
        below, density = np.zeros(len(where)), np.zeros(len(where))
        for shape, rate, weight in zip(self._shapes, self._rates, weights, strict=True):
            k, x = shape[where], rate[where] * value
            below += weight * gammainc(k, x)
            density += weight * np.exp(k * np.log(x) - x - gammaln(k))
        return below, density


class Information(NamedTuple):
    """The information component and its 2.5 % and 97.5 % points, in bits."""

    ic: Floats
    ic025: Floats
    ic975: Floats


def information(n: Floats, expected: Floats) -> Information:
    """IC with the exact points of a gamma of shape `n + 1/2` and rate `E + 1/2`."""
    shape, rate = n + SHRINKAGE, expected + SHRINKAGE
    points = [np.log2(gammaincinv(shape, chance) / rate) for chance in (0.025, 0.975)]
    return Information(np.log2(shape / rate), points[0], points[1])


def ic025_above_zero(n: Floats, expected: Floats) -> Flags:
    """Whether IC025 is above 0, without working it out."""
    found = n > expected  # where it is not, half of the posterior and more lies below
    found[found] = gammainc(n[found] + SHRINKAGE, expected[found] + SHRINKAGE) < 0.025
    return found


class FourFold(NamedTuple):
    """A 2x2 table a cell: reports of product and event, of the product alone, of the event alone, of neither."""

    a: Floats
    b: Floats
    c: Floats
    d: Floats


def four_fold(n: Floats, by_product: Floats, by_event: Floats, reports: int) -> FourFold:
    """The table of each pair from its margins."""
    return FourFold(n, by_product - n, by_event - n, reports - by_product - by_event + n)


class Ratio(NamedTuple):
    """A ratio with its 95 % interval; nan where it is not defined."""

    ratio: Floats
    lower: Floats
    upper: Floats


def reporting_ratio(table: FourFold) -> Ratio:
    """PRR, with no correction. Nan where no other product has the event (c = 0): an empty comparator gives no ratio.

    Hazard: infinity, or a made-up half report, reads as the strongest signal there is.
    """
    a, b, c, d = table
    defined = (a > 0) & (c > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (a / (a + b)) / (c / (c + d))
        width = Z95 * np.sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))
    return _interval(ratio, width, defined)


def odds_ratio(table: FourFold) -> Ratio:
    """ROR, with no correction. Nan where any cell of the table is empty."""
    a, b, c, d = table
    defined = (a > 0) & (b > 0) & (c > 0) & (d > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = a * d / (b * c)
        width = Z95 * np.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    return _interval(ratio, width, defined)


def _interval(ratio: Floats, width: Floats, defined: np.ndarray) -> Ratio:
    nothing = np.full(len(ratio), np.nan)
    with np.errstate(over="ignore", invalid="ignore"):
        return Ratio(
            np.where(defined, ratio, nothing),
            np.where(defined, ratio * np.exp(-width), nothing),
            np.where(defined, ratio * np.exp(width), nothing),
        )


def chi_square(table: FourFold, *, yates: bool) -> Floats:
    """Pearson's chi-square of each table, with Yates' correction where wanted; nan where a margin is empty."""
    a, b, c, d = table
    reports = a + b + c + d
    off = np.abs(a * d - b * c)
    if yates:
        off = np.maximum(off - reports / 2, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return reports * off**2 / ((a + b) * (c + d) * (a + c) * (b + d))
