"""Which totals are still possible, and with how many observed signs each, given what has been answered.

Every allowed answer to every open item is considered, so a range is exact and a total is possible or it is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from leeward.instruments.definition import Instrument, Item
from leeward.model.missing import NOT_ASKED, Missing

Signs = tuple[int, int]
"""Least and most number of observed signs."""

Answers = Mapping[str, int | Missing]


def possible_totals(instrument: Instrument, answers: Answers, total_alone: bool = False) -> dict[int, Signs]:
    """Every total that some completion of the answers has, with its least and most observed signs.

    `total_alone`: leave out answers whose number is not on the form, for a total that somebody wrote as a number.

    >>> from leeward.instruments.definition import load_instruments
    >>> phq = load_instruments()["phq-2"]
    >>> sorted(possible_totals(phq, {"little_interest": 2}))
    [2, 3, 4, 5]
    """
    totals: dict[int, Signs] = {}
    for circumstances in _circumstances(instrument, answers):
        for total, signs in _totals_under(instrument, {**answers, **circumstances}, total_alone).items():
            totals[total] = _wider(totals.get(total), signs)
    return totals


def is_counted(item: Item, answers: Answers) -> bool:
    """Whether the item counts: not where the circumstance that takes it out of the count is present."""
    excluded = answers.get(item.counted_unless, NOT_ASKED)
    return isinstance(excluded, Missing) or not excluded


def _circumstances(instrument: Instrument, answers: Answers) -> Iterator[dict[str, int]]:
    """Each way in which the circumstances that are not known may turn out; one item settles them for all others."""
    open_items = [
        item for item in instrument.items if not item.counts and isinstance(answers.get(item.id, NOT_ASKED), Missing)
    ]
    for points in product(*(item.points for item in open_items)):
        yield {item.id: given for item, given in zip(open_items, points, strict=True)}


def _totals_under(instrument: Instrument, answers: Answers, total_alone: bool) -> dict[int, Signs]:
    totals: dict[int, Signs] = {0: (0, 0)}
    for group in instrument.groups:
        reached: dict[int, Signs] = {}
        for added, (least, most) in _group(group, answers, total_alone).items():
            for total, (low, high) in totals.items():
                reached[total + added] = _wider(reached.get(total + added), (low + least, high + most))
        totals = reached
    return totals


def _group(group: tuple[Item, ...], answers: Answers, total_alone: bool) -> dict[int, Signs]:
    """What a group can add: the most points of its items, since a group counts once."""
    added: dict[int, Signs] = {}
    for given in product(*(_options(item, answers, total_alone) for item in group)):
        signs = sum(item.is_sign(points) for item, points in zip(group, given, strict=True))
        points = max(points if is_counted(item, answers) else 0 for item, points in zip(group, given, strict=True))
        added[points] = _wider(added.get(points), (signs, signs))
    return added


def _options(item: Item, answers: Answers, total_alone: bool) -> tuple[int, ...]:
    answer = answers.get(item.id, NOT_ASKED)
    if not isinstance(answer, Missing):
        return (answer,)
    if total_alone:
        return tuple(choice.points for choice in item.choices if not choice.only_words)
    return item.points


def _wider(known: Signs | None, signs: Signs) -> Signs:
    return signs if known is None else (min(known[0], signs[0]), max(known[1], signs[1]))
