"""A label's claim against a laboratory's measurement."""

from __future__ import annotations

from math import inf

import msgspec

from leeward.errors import MisuseError
from leeward.products.contents.content import Content, bounds, figure
from leeward.products.contents.conversion import Basis, Undetermined, convert


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured, as a share of what the label claims.

    `ratio` and `difference_percent` are None where the laboratory gave no single number; `low` and `high` are the ratio's
    bounds, and `high` is None where it has none.
    """

    claim: Content
    measured: Content
    ratio: float | None
    low: float
    high: float | None
    difference_percent: float | None
    says: str


def compare(claim: Content, measurement: Content, basis: Basis) -> Comparison | Undetermined:
    """The measurement against the claim, in the claim's measure or else in the measurement's.

    >>> from leeward.products.contents.content import Exact
    >>> claim = Content(analyte="mitragynine", value=Exact(14.0), measure="mg_per_g", kind="label-claim")
    >>> found = Content(analyte="mitragynine", value=Exact(5.6), measure="mg_per_g", kind="measurement")
    >>> compare(claim, found, Basis()).says
    'mitragynine: 5.6 mg/g measured where the label claims 14 mg/g, 60 % less than claimed'
    """
    if claim.kind != "label-claim" or measurement.kind != "measurement":
        raise MisuseError("A label's claim is compared with a measurement, in that order.")
    if claim.analyte != measurement.analyte:
        because = f"The label claims {claim.name} and the laboratory measured {measurement.name}."
        return Undetermined((f"a measurement of {claim.name}",), because)
    found = convert(measurement, claim.measure, basis)
    said: Content | Undetermined = claim
    if isinstance(found, Undetermined):
        said = convert(claim, measurement.measure, basis)
        if isinstance(said, Undetermined):
            return found
        found = measurement
    claimed, measured = bounds(said.value), bounds(found.value)
    if claimed is None or measured is None:
        return Undetermined(("a number",), f"{measurement} cannot be compared with {claim}.")
    if claimed[0] <= 0 or claimed[1] == inf:
        return Undetermined(("a claim above zero",), f"The label claims {claim}; the laboratory: {measurement}.")
    return _compared(claim, measurement, said, found)


def _compared(claim: Content, measurement: Content, said: Content, found: Content) -> Comparison:
    (claimed_low, claimed_high), (low, high) = bounds(said.value) or (0, inf), bounds(found.value) or (0, inf)
    middle_claimed, middle = _middle(said), _middle(found)
    ratio = None if middle_claimed is None or middle is None else middle / middle_claimed
    difference = None if ratio is None else 100 * (ratio - 1)
    words = f"{measurement.name}: {_words(measurement)} measured where the label claims {_words(claim)}"
    return Comparison(
        claim=claim,
        measured=measurement,
        ratio=ratio,
        low=low / claimed_high,
        high=None if high == inf else high / claimed_low,
        difference_percent=difference,
        says=words if difference is None else f"{words}, {_difference_words(difference)}",
    )


def _middle(content: Content) -> float | None:
    span = bounds(content.value)
    return None if span is None or content.is_censored else (span[0] + span[1]) / 2


def _words(content: Content) -> str:
    return str(content).removeprefix(f"{content.name} ")


def _difference_words(percent: float) -> str:
    if abs(percent) < 0.05:
        return "as claimed"
    return f"{figure(round(abs(percent), 1))} % {'more' if percent > 0 else 'less'} than claimed"
