"""Whether an order goes against the option that its medicine belongs to, asked of the option's own rules.

Buprenorphine under the tongue is held against the start that its dose belongs to: below the standard start's first dose
the low-dose one, from 16 mg the high-dose one. Where treatment is under way already, what only concerns a start is left
out: continuing it is another matter. During precipitated withdrawal buprenorphine is the rescue, so the rule that bars
a fresh start does not speak against it.
"""

from __future__ import annotations

from functools import cache

from leeward.guidance.alerts.response import precipitated_withdrawal
from leeward.guidance.gates import DAILY_BUPRENORPHINE
from leeward.guidance.option import Option
from leeward.guidance.options import OPTIONS
from leeward.guidance.order_amounts import single
from leeward.guidance.picture import Picture
from leeward.guidance.rule import AVOID, GATE, Rule
from leeward.model.case import Dose
from leeward.model.truth import Truth, all_of, any_of, known

SUBLINGUAL = ("buprenorphine-sublingual", "buprenorphine-naloxone-sublingual")
STARTS = ("buprenorphine-low-dose", "buprenorphine-standard", "buprenorphine-high-dose")
BY_MEDICINE = {
    "buprenorphine-extended-release": "buprenorphine-extended-release",
    "methadone": "methadone",
    "lofexidine": "lofexidine",
    "clonidine": "clonidine",
    "naltrexone-extended-release": "naltrexone-extended-release",
}
"""Medicine -> its option, where the dose does not decide which."""

UNDER_WAY = frozenset(("BUP-06", "BUP-35", "MET-03"))
"""Rules that bar a start because treatment goes on: no reason against an order that continues it."""

RESCUED = frozenset(("AGO-04",))
"""The rule that bars a start during precipitated withdrawal, which sublingual buprenorphine itself ends."""

ONLY_A_START = frozenset(
    ("BUP-02", "MET-02", "BHD-01", "BHD-02", "BHD-03", "BHD-04", "BHD-05", "BHD-06", "BLD-01", "BLD-02", "BLD-03")
)
"""Rules to avoid an option that say nothing against going on with what was begun."""

GATES_ALWAYS = frozenset(("MET-24", "LOF-06", "LOF-07", "A2-03", "A2-04", "A2-05", "A2-06"))
"""Gates that are asked before every dose, not only the first."""


def belongs_to_an_option(_: Picture, order: Dose) -> bool:
    """Whether the medicine is one that an option gives."""
    return order.medicine in SUBLINGUAL or order.medicine in BY_MEDICINE


def against_its_option(picture: Picture, order: Dose) -> Truth:
    """Whether the option is to be avoided, or must wait, for this person.

    A shut gate stays shut whatever is learnt, so what fires here may turn from waiting to avoiding, never to silence. It speaks also
    where it is not known whether Leeward covers the person: a record system seldom says that no other condition is there.
    """
    declined = known(order.medicine in picture.case.declines, "the person does not want this now", "declines")
    return any_of(declined, _against(picture, order))


def lines_against(picture: Picture, order: Dose) -> tuple[str, ...]:
    """Every rule that speaks, in its own words; nothing that merely does not speak against it."""
    if order.medicine in picture.case.declines:
        return ("The person does not want this now.",)
    found: dict[str, None] = {}
    for id, applies in _options(picture, order):
        always, start = _rules(id)
        rules = () if applies.is_no else (*always, *start) if _first(picture, id).is_yes else always
        for rule in rules:
            if _speaks(rule, picture).is_yes:
                reasons = "; ".join(rule(picture).reasons())
                found[f"{rule.no or rule.says} ({reasons})."] = None
    return tuple(found)


def _options(picture: Picture, order: Dose) -> tuple[tuple[str, Truth], ...]:
    """The options that an order may belong to, each with whether it does by its dose."""
    if order.medicine not in SUBLINGUAL:
        return ((BY_MEDICINE[order.medicine or ""], known(True, "the option of the medicine", "orders")),)
    amount = single(picture, order)
    above, large = (
        amount >= picture.limit("order-standard-dose-from"),
        amount >= picture.limit("order-high-dose-from"),
    )
    return tuple(zip(STARTS, (~above, above & ~large, large), strict=True))


def _against(picture: Picture, order: Dose) -> Truth:
    """Whether the option that the dose belongs to speaks against it, or all of those that it may belong to."""
    belonging = [(applies, _option_against(picture, id)) for id, applies in _options(picture, order)]
    each = [all_of(applies, against) for applies, against in belonging]
    return any_of(*each, all_of(against for _, against in belonging))


def _option_against(picture: Picture, id: str) -> Truth:
    always, start = _rules(id)
    return any_of(
        *(_speaks(rule, picture) for rule in always),
        all_of(_first(picture, id), any_of(_speaks(rule, picture) for rule in start)),
    )


def _speaks(rule: Rule, picture: Picture) -> Truth:
    return ~rule(picture) if rule.role == GATE else rule(picture)


def _first(picture: Picture, id: str) -> Truth:
    """Whether this order starts the treatment, as far as known: nothing of it goes on that the order would continue."""
    going_on = [rule(picture) for rule in _option(id).rules if rule.id in UNDER_WAY]
    if id in STARTS:
        going_on += [picture.was_given(*DAILY_BUPRENORPHINE), precipitated_withdrawal(picture)]
    elif id in ("lofexidine", "clonidine"):
        going_on += [picture.takes(id), picture.was_given(id)]
    return ~any_of(going_on)


@cache
def _option(id: str) -> Option:
    return next(option for option in OPTIONS if option.id == id)


@cache
def _rules(id: str) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """The rules asked of every dose, and those asked of a start alone."""
    left_out = UNDER_WAY | RESCUED if id in STARTS else UNDER_WAY
    always: list[Rule] = []
    start: list[Rule] = []
    for rule in _option(id).rules:
        if rule.id in left_out or rule.role not in (AVOID, GATE):
            continue
        every_time = rule.id in GATES_ALWAYS if rule.role == GATE else rule.id not in ONLY_A_START
        (always if every_time else start).append(rule)
    return tuple(always), tuple(start)
