"""The statistics of few measurements: each function one published method, with its source on it.

Numbers are in the unit of what is given; confidence is two-sided.
"""

# scipy ships no types, so this file alone is checked without them.
# pyright: basic

from __future__ import annotations

from collections.abc import Sequence
from math import inf, sqrt
from statistics import fmean, stdev, variance
from typing import cast

import msgspec


def standard_deviation_interval(sd: float, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Confidence interval of the standard deviation of a normal sample of `n`.

    Source: chi-square with n - 1 degrees of freedom; NIST/SEMATECH e-Handbook of Statistical Methods, 7.2.3.
    """
    from scipy.stats import chi2

    tail, df = (1 - confidence) / 2, n - 1
    low, high = float(chi2.ppf(1 - tail, df)), float(chi2.ppf(tail, df))
    return sd * sqrt(df / low), sd * sqrt(df / high)


def variation_interval(cv: float, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Confidence interval of the coefficient of variation (a fraction) of a normal sample of `n`; exact.

    sqrt(n)/cv follows a noncentral t, whose noncentrality is found that would put it at either tail. With few lots and a
    wide spread there is no upper bound, and infinity is returned.

    Source: Johnson NL, Welch BL. Biometrika 1940;31:362-389; Kelley K. Educ Psychol Meas 2007;67:755-766.
    """
    from scipy.optimize import brentq
    from scipy.stats import nct

    if cv <= 0:
        return 0.0, 0.0
    tail, observed = (1 - confidence) / 2, sqrt(n) / cv

    def noncentrality(at: float) -> float | None:
        def above(shift: float) -> float:
            return float(nct.cdf(observed, n - 1, shift)) - at

        top = 2 * observed + 10
        return cast(float, brentq(above, 0.0, top)) if above(0.0) > 0 > above(top) else None

    greatest, least = noncentrality(tail), noncentrality(1 - tail)
    low = 0.0 if greatest is None else sqrt(n) / greatest
    return low, inf if not least else sqrt(n) / least


def tolerance_factor(n: int, content: float = 0.95, confidence: float = 0.95) -> float:
    """k of the two-sided normal tolerance interval, mean ± k sd, that holds `content` of all with `confidence`; exact.

    The confidence given k is the integral over the place of the sample's mean of the chance that its spread is wide
    enough; k solves it.

    >>> round(tolerance_factor(10), 3)
    3.393

    Source: Odeh RE, Owen DB. Tables for Normal Tolerance Limits, Sampling Plans and Screening. 1980; the integral as in
    Krishnamoorthy K, Mathew T. Statistical Tolerance Regions. 2009, equation 2.3.4.
    """
    from numpy import exp, linspace
    from scipy.integrate import simpson
    from scipy.optimize import brentq
    from scipy.stats import chi2, ncx2

    place = linspace(0.0, 9.0 / sqrt(n), 401)
    weight = exp(-n * place**2 / 2) * 2 * sqrt(n / (2 * 3.141592653589793))
    reach = ncx2.ppf(content, 1, place**2)

    def over(k: float) -> float:
        return float(simpson(chi2.sf((n - 1) * reach / k**2, n - 1) * weight, x=place)) - confidence

    return cast(float, brentq(over, 0.5, 2000.0, xtol=1e-8))


def mean_interval(values: Sequence[float], confidence: float = 0.95) -> tuple[float, float]:
    """Confidence interval of the mean. Source: Student. Biometrika 1908;6:1-25."""
    from scipy.stats import t

    half = float(t.ppf((1 + confidence) / 2, len(values) - 1)) * stdev(values) / sqrt(len(values))
    return fmean(values) - half, fmean(values) + half


class Components(msgspec.Struct, frozen=True):
    """Variance split into that between lots and that within them; `between` is zero where the estimate is below it."""

    between: float
    within: float
    degrees_within: int


def variance_components(groups: Sequence[Sequence[float]]) -> Components | None:
    """One-way random-effects split by analysis of variance; None where no lot was measured twice.

    Unequal numbers of replicates are allowed for by the average n0.

    >>> variance_components([[1.0, 3.0], [5.0, 7.0]])
    Components(between=7.0, within=2.0, degrees_within=2)

    Source: Searle SR, Casella G, McCulloch CE. Variance Components. 1992, section 3.6 (ANOVA estimators).
    """
    total, lots = sum(len(group) for group in groups), len(groups)
    if total == lots or lots < 2:
        return None
    grand = fmean(value for group in groups for value in group)
    within = sum(variance(group) * (len(group) - 1) for group in groups if len(group) > 1) / (total - lots)
    between = sum(len(group) * (fmean(group) - grand) ** 2 for group in groups) / (lots - 1)
    typical = (total - sum(len(group) ** 2 for group in groups) / total) / (lots - 1)
    return Components(max(0.0, (between - within) / typical), within, total - lots)
