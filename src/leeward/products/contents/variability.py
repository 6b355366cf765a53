"""How far lots of one product lie apart, and how far from their label.

Results below a limit of quantification are counted and never averaged, as zero or as anything else: with one such lot the
mean is known within bounds only, and the spread is not known.

Source: methods and their sources stand in products/spread.py.

Hazard: a band from few lots read as a promise. It is wide because little is known, and it says nothing of a product
made otherwise tomorrow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf, sqrt
from statistics import fmean, stdev

import msgspec

from leeward.errors import MisuseError
from leeward.products.contents.content import PRINTED, Content, Exact, Interval, Measure, bounds, figure
from leeward.products.contents.conversion import Basis, Undetermined, convert
from leeward.products.contents.spread import (
    mean_interval,
    standard_deviation_interval,
    tolerance_factor,
    variance_components,
    variation_interval,
)

FEWEST = 3
"""Lots below which nothing is said of the spread: two lots have one difference and no spread to judge it by."""


USEFUL = 10.0
"""A coefficient of variation above which an upper bound tells a reader nothing: ten times the mean."""


class Span(msgspec.Struct, frozen=True):
    """A lower and an upper bound; an upper bound of None is none."""

    low: float
    high: float | None


class Lot(msgspec.Struct, frozen=True, kw_only=True):
    """One lot: its results in the common measure. `mean` is None where one of them gave no number."""

    lot: str
    n: int
    censored: int
    low: float
    high: float | None
    mean: float | None
    words: tuple[str, ...]


class Variability(msgspec.Struct, frozen=True, kw_only=True):
    """Lots of one product compared. Fields are None where they cannot be told; `because` says why.

    `cv`, `between_cv` and `within_cv` are fractions of the mean. `sd` and `cv` are of the lots' means as measured, so they
    hold a share of what varies within a lot; `between_*` and `within_*` split the two where lots were measured more than
    once. `tolerance` is where 95 % of lots lie, with 95 % confidence, if lots vary normally.
    """

    analyte: str
    measure: Measure
    unit: str
    lots: tuple[Lot, ...]
    n_lots: int
    n_results: int
    n_censored_lots: int
    claim: float | None = None
    claim_words: str = ""
    mean: float | None = None
    mean_bounds: Span | None = None
    sd: float | None = None
    sd_interval: Span | None = None
    cv: float | None = None
    cv_interval: Span | None = None
    between_sd: float | None = None
    within_sd: float | None = None
    between_cv: float | None = None
    within_cv: float | None = None
    tolerance: Span | None = None
    tolerance_factor: float | None = None
    label_error_percent: float | None = None
    label_error_interval: Span | None = None
    left_out: tuple[str, ...] = ()
    because: tuple[str, ...] = ()


def between_lot(
    measurements: Mapping[str, Sequence[Content]],
    claim: Content | None = None,
    basis: Basis | Mapping[str, Basis] | None = None,
) -> Variability:
    """What the measurements of one substance, by lot, say of how much lots vary and how far they are from the claim.

    `basis` is one for all lots or one a lot. All results are put into the claim's measure, or the first result's; those
    that cannot be are named in `left_out`. Raises MisuseError for claims among the measurements or for two substances.

    Hazard: a spread from fewer than three lots. None is given.
    """
    contents = [content for group in measurements.values() for content in group]
    _one_kind(contents, claim)
    measure = claim.measure if claim is not None else contents[0].measure
    kept, left_out = _in_one_measure(measurements, measure, basis)
    if claim is not None and not kept:
        measure = contents[0].measure
        kept, left_out = _in_one_measure(measurements, measure, basis)
    lots = tuple(_lot(lot, group) for lot, group in kept.items())
    claimed, unclaimed = _claimed(claim, measure, basis)
    found = Variability(
        analyte=contents[0].analyte,
        measure=measure,
        unit=PRINTED[measure],
        lots=lots,
        n_lots=len(lots),
        n_results=sum(lot.n for lot in lots),
        n_censored_lots=sum(lot.mean is None for lot in lots),
        claim=claimed,
        claim_words="" if claim is None else str(claim),
        left_out=left_out,
        because=unclaimed,
    )
    return _with_statistics(found, kept)


def _one_kind(contents: Sequence[Content], claim: Content | None) -> None:
    if not contents:
        raise MisuseError("There are no measurements to compare.")
    everything = [*contents, *([claim] if claim is not None else [])]
    if len({content.analyte for content in everything}) > 1:
        raise MisuseError("Lots are compared in one substance at a time.")
    if any(not content.is_measured for content in contents) or (claim is not None and claim.is_measured):
        raise MisuseError("Measurements are compared with each other, and with a label's claim beside them.")


def _in_one_measure(
    measurements: Mapping[str, Sequence[Content]], measure: Measure, basis: Basis | Mapping[str, Basis] | None
) -> tuple[dict[str, list[Content]], tuple[str, ...]]:
    kept: dict[str, list[Content]] = {}
    left_out: list[str] = []
    for lot, group in measurements.items():
        of_lot = basis.get(lot, Basis()) if isinstance(basis, Mapping) else basis or Basis()
        for content in group:
            converted = convert(content, measure, of_lot)
            if isinstance(converted, Undetermined):
                left_out.append(f"lot {lot}: {converted.because}")
            elif bounds(converted.value) is None:
                left_out.append(f"lot {lot}: {content}")
            else:
                kept.setdefault(lot, []).append(converted)
    return kept, tuple(left_out)


def _lot(lot: str, group: Sequence[Content]) -> Lot:
    spans = [bounds(content.value) or (0.0, inf) for content in group]
    numbers = [_number(content) for content in group]
    known = [number for number in numbers if number is not None]
    high = fmean(span[1] for span in spans)
    return Lot(
        lot=lot,
        n=len(group),
        censored=len(group) - len(known),
        low=fmean(span[0] for span in spans),
        high=None if high == inf else high,
        mean=fmean(known) if len(known) == len(group) else None,
        words=tuple(str(content).removeprefix(f"{content.name} ") for content in group),
    )


def _number(content: Content) -> float | None:
    match content.value:
        case Exact(number):
            return number
        case Interval(low, high):
            return (low + high) / 2
        case _:
            return None


def _claimed(
    claim: Content | None, measure: Measure, basis: Basis | Mapping[str, Basis] | None
) -> tuple[float | None, tuple[str, ...]]:
    if claim is None:
        return None, ("What the label claims is not known.",)
    if isinstance(basis, Mapping) and claim.measure != measure:
        return None, ("Each lot has a basis of its own, so the claim has none to be converted with.",)
    converted = convert(claim, measure, basis if isinstance(basis, Basis) else Basis())
    if isinstance(converted, Undetermined):
        return None, (f"The claim cannot be put beside the measurements: {converted.because}",)
    number = _number(converted)
    if number is None or number <= 0:
        return None, ("The claim is no single number above zero.",)
    return number, ()


def _with_statistics(found: Variability, kept: Mapping[str, Sequence[Content]]) -> Variability:
    replace = msgspec.structs.replace
    means = [lot.mean for lot in found.lots if lot.mean is not None]
    if len(means) < found.n_lots:
        high = sum(inf if lot.high is None else lot.high for lot in found.lots) / found.n_lots
        known = Span(fmean(lot.low for lot in found.lots), None if high == inf else high)
        because = (
            f"{found.n_censored_lots} of {found.n_lots} lots gave no number, only that it lies below or above one. They are "
            "counted and not averaged: the mean is known within bounds only, and the spread cannot be told."
        )
        return replace(found, mean_bounds=known, because=(*found.because, because))
    if found.n_lots == 0:
        return replace(found, because=(*found.because, "No lot could be put into one measure."))
    found = replace(found, mean=fmean(means))
    if found.n_lots < FEWEST:
        because = f"{found.n_lots} lot{'s' if found.n_lots > 1 else ''} cannot tell how much lots vary; at least {FEWEST} are needed."
        return replace(found, because=(*found.because, because))
    return _label_error(_spread(found, means, kept), means)


def _spread(found: Variability, means: Sequence[float], kept: Mapping[str, Sequence[Content]]) -> Variability:
    mean, sd, n = fmean(means), stdev(means), len(means)
    factor = tolerance_factor(n)
    low, high = mean - factor * sd, mean + factor * sd
    cv = sd / mean if mean > 0 else None
    changed = msgspec.structs.replace(
        found,
        sd=sd,
        sd_interval=Span(*standard_deviation_interval(sd, n)),
        cv=cv,
        cv_interval=None if cv is None else _span(variation_interval(cv, n)),
        tolerance=Span(max(0.0, low), high),
        tolerance_factor=factor,
        because=(*found.because, *(() if low >= 0 else (_CUT,))),
    )
    numbers = [[number for content in group if (number := _number(content)) is not None] for group in kept.values()]
    parts = variance_components(numbers)
    if parts is None or mean <= 0:
        return changed
    between, within = sqrt(parts.between), sqrt(parts.within)
    return msgspec.structs.replace(
        changed, between_sd=between, within_sd=within, between_cv=between / mean, within_cv=within / mean
    )


_CUT = "The tolerance interval would reach below zero and is cut there; the lots are too few or too unlike for a narrower one."


def _span(interval: tuple[float, float]) -> Span:
    return Span(interval[0], None if interval[1] == inf else interval[1])


def _label_error(found: Variability, means: Sequence[float]) -> Variability:
    """The mean lot's difference from the claim, in percent of the claim."""
    if found.claim is None or found.mean is None:
        return found
    low, high = mean_interval(means)
    percent = [100 * (value / found.claim - 1) for value in (found.mean, low, high)]
    return msgspec.structs.replace(
        found, label_error_percent=percent[0], label_error_interval=Span(percent[1], percent[2])
    )


def variability_words(found: Variability) -> tuple[str, ...]:
    """What the lots say, in sentences."""
    lines = [f"{found.n_lots} lots, {found.n_results} results of {found.analyte}."]
    if found.mean is not None:
        lines.append(f"Mean of the lots: {figure(found.mean)} {found.unit}.")
    if found.mean_bounds is not None:
        high = found.mean_bounds.high
        top = "no known upper bound" if high is None else f"at most {figure(high)} {found.unit}"
        lines.append(f"Mean of the lots: at least {figure(found.mean_bounds.low)} {found.unit}, {top}.")
    if found.cv is not None and found.cv_interval is not None:
        lines.append(
            f"Lots vary by {_percent(found.cv)} of their mean (95 % confidence interval {_to(found.cv_interval)})."
        )
    if found.tolerance is not None and found.tolerance.high is not None:
        band = f"{figure(found.tolerance.low)} to {figure(found.tolerance.high)} {found.unit}"
        lines.append(f"95 % of lots are expected within {band} (95 % confidence, if lots vary normally).")
    if found.label_error_percent is not None and found.label_error_interval is not None:
        low, high = found.label_error_interval.low, found.label_error_interval.high or 0.0
        lines.append(
            f"Against the label: {found.label_error_percent:+.0f} % (95 % confidence interval {low:+.0f} to {high:+.0f} %)."
        )
    return (*lines, *found.because, *(f"Left out: {text}" for text in found.left_out))


def _percent(fraction: float) -> str:
    return f"{figure(round(100 * fraction, 1))} %"


def _to(span: Span) -> str:
    return f"{_percent(span.low)} to " + (
        "no useful upper bound" if span.high is None or span.high > USEFUL else _percent(span.high)
    )
