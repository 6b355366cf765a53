"""How much an order is: milligrams at once and in the day, as ranges, with other brands as the usual one's milligrams.

What counts is the most that an order allows: the highest dose of a range, as often as its words let it be taken. Where
they say how often in words that are not read, the day's sum has no upper end, and the checks that hang on it say so.

A brand's milligrams go through the rows of `buprenorphine-brand-equivalence`. Off the rows there is no equivalence: the
amount then stands as a range between the least and the greatest ratio that the rows print.
"""

from __future__ import annotations

from functools import cache
from math import inf

import msgspec

from leeward.guidance.picture import Picture
from leeward.knowledge import Knowledge
from leeward.knowledge.entries import Number
from leeward.model.case import Dose
from leeward.model.instants import hours_since
from leeward.model.missing import Missing
from leeward.model.quantity import kind_of
from leeward.model.reading import Reading
from leeward.model.truth import NO, UNKNOWN, Truth, known, unknown

HOURS_OF_A_DAY = 24
EQUIVALENCE = "buprenorphine-brand-equivalence"


class BrandRow(msgspec.Struct, frozen=True):
    """Amounts of equal exposure, by brand."""

    suboxone: Number | None = None
    zubsolv: Number | None = None
    bunavail: Number | None = None


class DoseForm(msgspec.Struct, frozen=True):
    """An entry of dose-forms.toml, as far as brands are compared."""

    rows: tuple[BrandRow, ...] = ()


def single(picture: Picture, order: Dose) -> Reading:
    """The order's own dose in milligrams."""
    return _milligrams(picture, order, f"orders.{order.key}.dose", f"{order.as_told} ordered")


def day_total(picture: Picture, order: Dose, medicines: tuple[str, ...], same_day: bool = False) -> Reading:
    """The most that the order allows in a day, with the others of its day and what was given, as a range.

    What was given counts for 24 hours, or where `same_day` only on the calendar day of now.
    """
    says = f"{order.as_told} in the day"
    parts = [
        _of_the_day(picture, order, each, says)
        for each in picture.case.orders
        if each.medicine in medicines and _may_be_one_day(order, each)
    ]
    for dose in picture.doses_of(*medicines):
        name = f"doses.{dose.key}"
        given = _in_a_day(picture, dose, name, says)
        today = _today(picture, dose) if same_day else _lately(picture, dose)
        if today.answer is UNKNOWN:
            given = Reading(0, given.high, "mg", says, (f"{name}.at",), (f"{name}.at", *given.lacks))
        if today.answer is not NO:
            parts.append(given)
    low, high = sum(part.low for part in parts), sum(part.high for part in parts)
    lacks = {name for part in parts for name in part.lacks}
    if isinstance(picture.case.doses, Missing):
        high, lacks = inf, lacks | {"doses"}
    inputs = tuple(sorted({name for part in parts for name in part.inputs}))
    return Reading(low, high, "mg", says, inputs, tuple(sorted(lacks)))


def _lately(picture: Picture, dose: Dose) -> Truth:
    since = hours_since(dose.at, picture.case.now, f"doses.{dose.key}.at", "hours since the dose")
    return since < picture.limit("dose-look-back")


def _today(picture: Picture, dose: Dose) -> Truth:
    """Whether a dose was given on the calendar day of now, which is how missed days are counted too."""
    name, now = f"doses.{dose.key}.at", picture.case.now
    if isinstance(dose.at, Missing):
        return unknown(name)
    days = {at.astimezone(now.tzinfo).date() for at in (dose.at.earliest, dose.at.latest)}
    if len(days) > 1 and now.date() in days:
        return unknown(name)
    return known(days == {now.date()}, "given today" if days == {now.date()} else "given before today", name)


def _in_a_day(picture: Picture, dose: Dose, name: str, says: str) -> Reading:
    """The most of one entry in a day: an order as often as its words allow, a dose perhaps as often as they say."""
    once = _milligrams(picture, dose, f"{name}.dose", says)
    if not isinstance(dose.amount, Missing) and kind_of(dose.amount.unit) == "mass per hour":
        worn = dose.amount.to("mg/h").value * HOURS_OF_A_DAY
        return Reading(worn, worn, "mg", says, (f"{name}.dose",))
    if not name.startswith("orders."):
        most = once.high * (1 if isinstance(dose.times, Missing) else dose.times)
        return once if most == once.high else Reading(once.low, most, "mg", says, once.inputs, (f"{name}.dose",))
    cap, often, frequency = _cap(dose, once), dose.times, f"{name}.frequency"
    if isinstance(often, Missing):
        if cap == inf:
            return Reading(once.low, inf, "mg", says, (*once.inputs, frequency), (*once.lacks, frequency))
        often = inf
    return Reading(
        _as_often(once.low, often, cap), _as_often(once.high, often, cap), "mg", says, once.inputs, once.lacks
    )


def _cap(dose: Dose, once: Reading) -> float:
    """The most in a day that the order itself names; none where it is no mass, or milligrams of another brand."""
    if isinstance(dose.at_most, Missing) or kind_of(dose.at_most.unit) != "mass" or isinstance(dose.amount, Missing):
        return inf
    return dose.at_most.to("mg").value if once.is_exact and once.low == dose.amount.to("mg").value else inf


def _as_often(once: float, often: float, cap: float) -> float:
    return cap if once == inf else max(once, min(once * often, cap)) if once else 0


def _milligrams(picture: Picture, dose: Dose, name: str, says: str) -> Reading:
    amount = dose.amount
    if isinstance(amount, Missing) or kind_of(amount.unit) != kind_of("mg"):
        return Reading(0, inf, "mg", says, (name,), (name,))
    value = amount.to("mg").value
    told = f" {dose.as_told} ".lower()
    for brand, pairs in _brands(picture.knowledge).items():
        if brand in told:
            return _of_brand(value, pairs, Reading(value, value, "mg", says, (name,)))
    return Reading(value, value, "mg", says, (name,))


def _of_brand(value: float, pairs: tuple[tuple[float, float], ...], told: Reading) -> Reading:
    """A brand's milligrams as the usual brand's: a row's own figure, else between the rows' ratios."""
    says, name = f"{told.says}, in the usual brand's milligrams", told.inputs[0]
    for own, usual in pairs:
        if value == own:
            return Reading(usual, usual, "mg", says, (name,))
    ratios = [usual / own for own, usual in pairs]
    return Reading(value * min(ratios), value * max(ratios), "mg", says, (name,), (name,))


@cache
def _brands(knowledge: Knowledge) -> dict[str, tuple[tuple[float, float], ...]]:
    """For each other brand its milligrams beside the usual brand's."""
    rows = knowledge.table_of("dose-forms", DoseForm)[EQUIVALENCE].rows
    found: dict[str, list[tuple[float, float]]] = {}
    for row in rows:
        for brand, own in (("zubsolv", row.zubsolv), ("bunavail", row.bunavail)):
            if own and own.value and row.suboxone and row.suboxone.value:
                found.setdefault(brand, []).append((own.value, row.suboxone.value))
    return {brand: tuple(pairs) for brand, pairs in found.items()}


def _may_be_one_day(order: Dose, each: Dose) -> bool:
    return isinstance(each.day, Missing) or isinstance(order.day, Missing) or each.day == order.day


def _of_the_day(picture: Picture, order: Dose, each: Dose, says: str) -> Reading:
    """What an order adds to the day of `order`: perhaps nothing where one of the two days is not known."""
    amount = _in_a_day(picture, each, f"orders.{each.key}", says)
    days = tuple(f"orders.{one.key}.day" for one in (order, each) if isinstance(one.day, Missing))
    if each is order or not days:
        return amount
    return Reading(0, amount.high, "mg", says, amount.inputs, (*days, *amount.lacks))
