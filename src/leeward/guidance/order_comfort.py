"""An order of a comfort medicine, held against the most in a day that any source kept here prints for it.

A figure of one setting or symptom is no limit for another: only what is above all of them speaks. A guard that asks for
less in this person is said by the medicine's own entry.
"""

from __future__ import annotations

from functools import cache

from leeward.guidance.adjunct_entry import AdjunctEntry
from leeward.guidance.order_amounts import day_total
from leeward.guidance.picture import Picture
from leeward.knowledge import Knowledge
from leeward.model.case import Dose
from leeward.model.quantity import KINDS, factor
from leeward.model.reading import Limit
from leeward.model.truth import Truth


def has_a_most(picture: Picture, order: Dose) -> bool:
    """Whether a most in a day is kept for what is ordered."""
    return order.medicine in _mosts(picture.knowledge)


def above_the_most(picture: Picture, order: Dose) -> Truth:
    """Whether the order is above it, with what was given and ordered besides."""
    return day_total(picture, order, (order.medicine or "",)) > _mosts(picture.knowledge)[order.medicine or ""]


@cache
def _mosts(knowledge: Knowledge) -> dict[str, Limit]:
    """For each comfort medicine the highest daily amount that is printed, where every one of its rows prints one."""
    found: dict[str, Limit] = {}
    without: set[str] = set()
    for id, entry in knowledge.table_of("adjuncts", AdjunctEntry).items():
        printed = [one for one in (entry.max_per_day, *entry.other_max) if one is not None]
        for one in printed:
            end = one.value if one.value is not None else one.high
            if end is None or one.unit not in KINDS["mass"]:
                continue
            most = Limit(id, end * factor(one.unit, "mg"), "mg")
            if entry.medicine not in found or most.value > found[entry.medicine].value:
                found[entry.medicine] = most
        if not printed:
            without.add(entry.medicine)
    return {medicine: most for medicine, most in found.items() if medicine not in without}
