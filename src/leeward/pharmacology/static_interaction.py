"""The static interaction models of the guideline M12 (ICH and FDA, 2024), on plain numbers: basic ratios and the mechanistic AUC ratio.

Concentrations are in umol/L, rates per hour, flows in L/h, amounts in umol, ratios without unit. What they answer is an upper bound: the
inhibitor is held at its peak for ever. In the one trial of kratom the mechanistic ratio was four times too high.

| model | ratio | cut-off |
|---|---|---|
| reversible, liver | 1 + peak unbound / Ki | 1.02 |
| reversible, gut wall | 1 + dose in 250 mL / Ki | 11 |
| over time, liver | (kobs + kdeg) / kdeg at five times the peak unbound | 1.25 |
| induction | 1 / (1 + d Emax 10 I / (EC50 + 10 I)) | 0.8, and below |
| mechanistic | gut wall times liver | 0.8 to 1.25 counts as none |

Source: m12-restated.
"""

from __future__ import annotations

LIVER_FLOW, GUT_FLOW = 97.0, 18.0
"""Blood through the liver, and blood that takes up what the gut absorbs, L/h."""

GUT_VOLUME = 0.25
"""What a swallowed dose is dissolved in, L."""

LEAST_UNBOUND = 0.01
"""A smaller unbound share is counted as this one, unless it was measured well."""

CUT_OFFS = {"reversible-liver": 1.02, "reversible-gut": 11.0, "over-time": 1.25, "induction": 0.8}
"""At this ratio or beyond it (induction: at it or below) a study in people is called for."""

UNCHANGED = (0.8, 1.25)
"""A mechanistic ratio inside these counts as no interaction; one at either end does not."""

OVER_TIME_MARGIN, INDUCTION_MARGIN = 5.0, 10.0
"""How many times its unbound peak an inhibitor over time, and an inducer, are counted at in the basic models."""


def gut_contents(dose: float) -> float:
    """The concentration in the gut after a dose, umol/L.

    >>> round(gut_contents(97.9))
    392
    """
    return dose / GUT_VOLUME


def gut_wall(dose: float, absorption: float, absorbed: float = 1.0) -> float:
    """The concentration in the gut wall after a dose, umol/L."""
    return absorbed * absorption * dose / GUT_FLOW


def liver_inflow(
    dose: float, peak: float, unbound: float, absorption: float, absorbed: float = 1.0, blood_to_plasma: float = 1.0
) -> float:
    """The unbound concentration that reaches the liver, umol/L: from the body and, where `absorption` is not 0, from the gut."""
    return max(unbound, LEAST_UNBOUND) * (peak + absorbed * absorption * dose / (LIVER_FLOW * blood_to_plasma))


def reversible(concentration: float, ki: float) -> float:
    """The basic ratio of a reversible inhibitor.

    >>> round(reversible(0.19, 0.34), 2)
    1.56
    """
    return 1.0 + concentration / ki


def over_time(concentration: float, ki: float, inactivation: float, turnover: float) -> float:
    """The basic ratio of an inhibitor that destroys the enzyme, at this concentration."""
    return (destroyed(concentration, ki, inactivation) + turnover) / turnover


def induction(concentration: float, most: float, half: float, scaling: float = 1.0) -> float:
    """The basic ratio of an inducer, at this concentration: below 1."""
    return 1.0 / (1.0 + scaling * most * concentration / (half + concentration))


def destroyed(concentration: float, ki: float, inactivation: float) -> float:
    """How fast an inhibitor destroys the enzyme, per hour."""
    return concentration * inactivation / (concentration + ki)


def activity(
    concentration: float,
    *,
    ki: float | None = None,
    over_time: tuple[float, float, float] | None = None,
    induction: tuple[float, float] | None = None,
) -> float:
    """What is left of an enzyme, 1 where nothing changes it.

    `ki`: reversible. `over_time`: KI, its rate and the turnover of the enzyme. `induction`: the most it adds, and where it adds half.
    """
    left = 1.0
    if ki is not None:
        left /= 1.0 + concentration / ki
    if over_time is not None:
        ki_inactivation, rate, turnover = over_time
        left *= turnover / (turnover + destroyed(concentration, ki_inactivation, rate))
    if induction is not None:
        most, half = induction
        left *= 1.0 + most * concentration / (concentration + half)
    return left


def in_gut(left: float, passed: float) -> float:
    """How much more passes the gut wall; never more than 1 / `passed`.

    >>> round(in_gut(0.0, 0.57), 2)
    1.75
    """
    return 1.0 / (left * (1.0 - passed) + passed)


def in_liver(left: float, share: float) -> float:
    """How much more of the exposure there is when `share` of the clearance is left at `left`."""
    return 1.0 / (left * share + 1.0 - share)


def gut_left(ratio: float, passed: float) -> float:
    """What was left of the enzyme in the gut wall, where a measured ratio came about there alone.

    >>> round(gut_left(1.39, 0.57), 2)
    0.35
    """
    return (1.0 / ratio - passed) / (1.0 - passed)
