"""What of a metal is taken in with a product in a day, against every limit that is known. The limits disagree; all stand.

Source: mcg/g x g/day = mcg/day. Limits: content-limits.toml.

Hazard: an intake under a limit read as reassurance. Other sources of the metal add to it, a limit for medicines is no
limit for this person, and no amount of lead is known to be without harm.
"""

from __future__ import annotations

from math import inf, isfinite
from typing import Literal

import msgspec

from leeward.errors import BadInput, MisuseError
from leeward.knowledge import Knowledge
from leeward.products.contents.content import Content, Interval, analytes, bounds, figure
from leeward.products.contents.content_limits import ContentLimit, content_limits, snapped
from leeward.products.contents.conversion import Basis, Known, Undetermined, convert

UNIT = "mcg/d"


class AgainstLimit(msgspec.Struct, frozen=True, kw_only=True):
    """The intake beside one limit. `above`: yes, no, or it cannot be told from the interval."""

    limit: str
    issuer: str
    force: str
    status: str
    applies_to: str
    value: float
    unit: str
    above: Literal["yes", "no", "cannot tell"]
    low_times: float
    high_times: float | None
    says: str
    sources: tuple[str, ...]


class DailyIntake(msgspec.Struct, frozen=True, kw_only=True):
    """What of a metal the product brings in a day, in mcg/d; `high` is None where there is no upper bound."""

    analyte: str
    value: float | None
    low: float
    high: float | None
    unit: str
    grams_per_day: Interval
    concentration: Content
    against: tuple[AgainstLimit, ...]
    says: str
    notes: tuple[str, ...]


def daily_intake(
    content: Content, grams_per_day: Known, basis: Basis | None = None, knowledge: Knowledge | None = None
) -> DailyIntake | Undetermined:
    """The daily intake of a metal at the stated use (g of product a day), beside each limit on it.

    A label's claim about a metal is no measurement, and an unknown amount is no amount: both leave it undetermined.

    >>> from leeward.products.contents.content import Exact
    >>> lead = Content(analyte="lead", value=Exact(1.6), measure="ppm", kind="measurement")
    >>> found = daily_intake(lead, 8.0)
    >>> round(found.value, 6), [one.limit for one in found.against if one.above == "yes"][:2]
    (12.8, ['fda-lead-adult-2020', 'fda-lead-childbearing-2022'])
    >>> daily_intake(lead, None).missing
    ('how many grams are taken a day',)
    """
    name = analytes()[content.analyte].name
    if analytes()[content.analyte].group != "metal":
        raise MisuseError("A daily intake is computed for metals alone; grams of kratom give no dose of anything else.")
    if not content.is_measured:
        return Undetermined((f"a measurement of {name}",), f"Only the label speaks of {name}; nobody measured it.")
    if grams_per_day is None:
        because = f"How much {name} is taken in cannot be told without the amount used."
        return Undetermined(("how many grams are taken a day",), because)
    grams = _grams(grams_per_day)
    found = convert(content, "ppm", basis or Basis())
    if isinstance(found, Undetermined):
        return found
    span = bounds(found.value)
    if span is None or span == (0.0, inf):
        return Undetermined((f"the limit below which {name} was not seen",), f"{content}: no amount follows from it.")
    return _intake(content, span, grams, limits_on(content.analyte, knowledge))


def _grams(grams_per_day: float | Interval) -> Interval:
    grams = grams_per_day if isinstance(grams_per_day, Interval) else Interval(grams_per_day, grams_per_day)
    if not (0 < grams.low <= grams.high and isfinite(grams.high)):
        mend = "Give grams a day above zero, or leave it unknown."
        raise BadInput.one("LW-0659", "grams_per_day", "That is no amount that can be taken in a day.", mend)
    return grams


def _intake(
    content: Content, span: tuple[float, float], grams: Interval, limits: list[tuple[str, ContentLimit]]
) -> DailyIntake:
    low, high = span[0] * grams.low, span[1] * grams.high
    against = tuple(_beside(id, limit, low, high) for id, limit in limits)
    says = f"{content.name}: {_words(low, high)} mcg a day with {_words(grams.low, grams.high)} g of the product a day"
    notes = ["Other sources of the metal are not counted."]
    if content.analyte == "lead":
        notes.append("No amount of lead is known to be without harm; being under a limit does not say otherwise.")
    if content.analyte == "arsenic":
        notes.append("Total arsenic was measured; the limits are for its inorganic part, taken here as all of it.")
    if not against:
        notes.append(f"Leeward knows no limit on the daily intake of {content.name}; that is no sign of anything.")
    return DailyIntake(
        analyte=content.analyte,
        value=low if low == high else None,
        low=low,
        high=None if high == inf else high,
        unit=UNIT,
        grams_per_day=grams,
        concentration=content,
        against=against,
        says=says,
        notes=tuple(notes),
    )


def limits_on(analyte: str, knowledge: Knowledge | None = None) -> list[tuple[str, ContentLimit]]:
    """The limits on what of a metal is taken in a day, those in force first, then the highest."""
    names = (analytes()[analyte].name, "inorganic arsenic" if analyte == "arsenic" else "")
    found = [
        (id, one)
        for id, one in content_limits(knowledge).items()
        if one.measure == "mcg_per_day" and one.substance in names
    ]
    return sorted(found, key=lambda pair: (pair[1].status != "in_force", -pair[1].value, pair[0]))


def _beside(id: str, limit: ContentLimit, low: float, high: float) -> AgainstLimit:
    above: Literal["yes", "no", "cannot tell"] = (
        "yes"
        if snapped(low, limit.value) > limit.value
        else "no"
        if snapped(high, limit.value) <= limit.value
        else "cannot tell"
    )
    times = f"{_words(round(low / limit.value, 2), round(high / limit.value, 2))} times"
    standing = "" if limit.status == "in_force" else f" ({limit.status.replace('_', ' ')})"
    word = {"yes": "above", "no": "not above", "cannot tell": "perhaps above"}[above]
    says = f"{word} the {figure(limit.value)} mcg a day of {limit.issuer}{standing} for {limit.applies_to}: {times} it"
    return AgainstLimit(
        limit=id,
        issuer=limit.issuer,
        force=limit.force,
        status=limit.status,
        applies_to=limit.applies_to,
        value=limit.value,
        unit=limit.unit,
        above=above,
        low_times=low / limit.value,
        high_times=None if high == inf else high / limit.value,
        says=says,
        sources=limit.sources,
    )


def _words(low: float, high: float) -> str:
    if low == high:
        return figure(low)
    if high == inf:
        return f"more than {figure(low)}"
    return f"less than {figure(high)}" if low == 0 else f"{figure(low)} to {figure(high)}"
