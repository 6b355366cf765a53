"""What several alerts ask: one item of a score, something recorded within a time, a change from an earlier reading."""

from __future__ import annotations

from collections.abc import Callable
from math import inf

from leeward.guidance.picture import Picture, scored
from leeward.guidance.scored import which
from leeward.instruments import load_instruments
from leeward.model.case import Observation, ScoreEntry
from leeward.model.instants import hours_since
from leeward.model.missing import Missing
from leeward.model.reading import Reading, spanning
from leeward.model.truth import Truth, any_of, disagreeing, known, unknown


def item_reached(picture: Picture, instrument: str, item: str, says: str, holds: Callable[[int], bool]) -> Truth:
    """Whether an item of the score that speaks for now has points for which `holds`; a skipped item is a no."""
    entries, lacks, together = picture.current_entries(instrument)
    name = f"scores.{instrument}.items.{item}"

    def reached(entry: ScoreEntry) -> Truth:
        score = scored(entry)
        points = score.items[item]
        if isinstance(points, Missing):
            if item in score.missing:
                return unknown(name, sentence=f"{says}: not known")
            return known(False, f"no {says}", name)
        return known(holds(points), says if holds(points) else f"no {says}", name)

    if not entries:
        return unknown(*lacks)
    told = [reached(entry) for entry in entries]
    if together or len({each.answer for each in told}) == 1:
        return disagreeing(told, f"{says}: scores of the same time disagree", which(instrument))
    return unknown(which(instrument))


def item_yes(picture: Picture, instrument: str, item: str) -> Truth:
    """Whether an item was answered with yes, or with any points at all."""
    definition = load_instruments()[instrument]
    return item_reached(
        picture, instrument, item, f"{definition.short} {definition.item(item).title}", lambda points: points > 0
    )


def cows_sign(picture: Picture, item: str) -> Truth:
    """Whether an item of the COWS now is a sign that somebody else can see."""
    definition = load_instruments()["cows"].item(item)
    return item_reached(picture, "cows", item, f"{definition.title} seen (COWS)", definition.is_sign)


def item_points(picture: Picture, instrument: str, item: str) -> Reading:
    """The points of one item now."""
    definition = load_instruments()[instrument]
    says, name = f"{definition.short} {definition.item(item).title}", f"scores.{instrument}.items.{item}"
    entries, lacks, together = picture.current_entries(instrument)
    if not entries:
        return Reading(-inf, inf, "points", says, (name,), lacks)
    points = [scored(entry).items[item] for entry in entries]
    found = spanning(
        [
            Reading.unknown(name, says, "points")
            if isinstance(told, Missing)
            else Reading(told, told, "points", says, (name,))
            for told in points
        ],
        (which(instrument),),
    )
    return found if together or not found.either else Reading(-inf, inf, "points", says, (name,), found.lacks)


def recorded_within(picture: Picture, what: str, limit: str) -> Truth:
    """Whether a yes-or-no observation was made with yes within the time of `limit`, or holds now."""
    name = picture.knowledge.observations[what].name
    truths: list[Truth] = []
    for entry in picture.observed(what):
        if isinstance(entry.value, Missing):
            truths.append(unknown(f"observations.{entry.key}", sentence=f"{name}: not known"))
        elif entry.value is True or entry.value == "yes":
            ago = hours_since(entry.at, picture.case.now, f"observations.{entry.key}.at", f"hours since {name}")
            truths.append(ago <= picture.limit(limit))
    return any_of(*truths, picture.said(what))


def change_from_earlier(
    picture: Picture, what: str, says: str, unit: str, change: Callable[[float, float], float]
) -> Reading:
    """The greatest change of the latest reading from any earlier one, by `change(latest, earlier)`.

    `change` must fall as the earlier value grows. With no earlier reading, or an open order, nothing is known.
    """
    entries = picture.observed(what)
    latest, _ = picture.latest(entries, lasting=True)
    name = f"observations.{what}"
    if not latest:
        return Reading.unknown(name, says, unit)
    together = picture.of_one_time(entries, latest)
    if len(latest) > 1 and not together:
        return Reading.unknown(f"{name}.at", says, unit)
    earlier = [entry.value for entry in entries if entry not in together and entry not in latest]
    values = [value for value in earlier if isinstance(value, (int, float))]
    complete = len(values) == len(earlier)

    def changed(entry: Observation) -> Reading:
        if not isinstance(entry.value, (int, float)):
            return Reading.unknown(name, says, unit)
        if not values:
            return Reading.unknown(f"{name}.earlier", says, unit)
        least = change(entry.value, min(values))
        lacks = () if complete else (f"{name}.earlier",)
        return Reading(least, least if complete else inf, unit, says, (name,), lacks)

    return spanning([changed(entry) for entry in together or latest], (name,))
