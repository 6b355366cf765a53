"""The dose and the daily maximum of a comfort medicine in words, lowered where a guard asks for less.

Where it is not known whether a guard applies, the range opens downwards and says what must be ruled out for the rest
of it, so that no later finding takes the dose outside what was printed. Where a guard asks for less and no source gives
the figure, no dose is printed.
"""

from __future__ import annotations

from collections.abc import Sequence

from leeward.guidance.adjunct_entry import AdjunctEntry
from leeward.guidance.adjunct_guards import Guard
from leeward.knowledge.entries import Number
from leeward.model.quantity import number
from leeward.model.truth import Truth

Lowering = Sequence[tuple[Guard, Truth]]

BY_LABEL = "by the label's renal table: no figure was read"


def dose_text(entry: AdjunctEntry, lowering: Lowering) -> str:
    """The dose, its interval and its route; empty where the source gives none."""
    dose = entry.dose
    if dose is None:
        return ""
    unnumbered = [truth for guard, truth in lowering if guard.factor is None and guard.max_per_day is None]
    if any(truth.is_yes for truth in unnumbered):
        return BY_LABEL
    sure = min(_shares(lowering, sure=True), default=1)
    possible = min(_shares(lowering, sure=False), default=sure)
    text = _range(_times(dose.min, possible), _times(dose.max, sure), dose.unit)
    if entry.first_dose is not None and entry.then_dose is not None:
        text = f"{_amount(entry.first_dose)} first, then {_amount(entry.then_dose)}"
    if entry.dose_upper is not None and sure == 1:
        text += f" ({_amount(entry.dose_upper)} only with a reason)"
    parts = [text, entry.route, _every(entry.every), entry.when]
    if unnumbered:
        parts.append(f"if kidney function allows; else {BY_LABEL}")
    return " ".join(part for part in parts if part)


def max_text(entry: AdjunctEntry, lowering: Lowering) -> str:
    """The most in 24 hours; empty where the source gives none."""
    most = entry.max_per_day
    if most is None or most.value is None:
        return ""
    if any(truth.is_yes for guard, truth in lowering if guard.factor is None and guard.max_per_day is None):
        return ""
    sure = _most(most.value, [guard for guard, truth in lowering if truth.is_yes])
    possible = _most(most.value, [guard for guard, _ in lowering])
    says = f" ({most.says})" if most.says else ""
    if possible < sure:
        higher = f"up to {number(sure)} {most.unit}{says} only once the reasons for less are ruled out"
        return f"{number(possible)} {most.unit}; {higher}"
    return f"{number(sure)} {most.unit}{says if sure == most.value else ''}"


def _most(value: float, guards: Sequence[Guard]) -> float:
    caps = [value]
    for guard in guards:
        if guard.max_per_day is not None and guard.max_per_day.value is not None:
            caps.append(guard.max_per_day.value)
        if guard.factor is not None and guard.factor.value is not None:
            caps.append(value * guard.factor.value)
    return min(caps)


def _shares(lowering: Lowering, sure: bool) -> list[float]:
    return [
        guard.factor.value
        for guard, truth in lowering
        if guard.factor is not None and guard.factor.value is not None and (truth.is_yes or not sure)
    ]


def _times(value: float | None, share: float) -> float | None:
    return None if value is None else value * share


def _range(low: float | None, high: float | None, unit: str) -> str:
    ends = dict.fromkeys(number(end) for end in (low, high) if end is not None)
    return f"{' to '.join(ends)} {unit}"


def _amount(given: Number) -> str:
    return _range(given.value, None, given.unit)


def _every(given: Number | None) -> str:
    return "" if given is None else f"every {_range(given.low, given.high, given.unit)}"
