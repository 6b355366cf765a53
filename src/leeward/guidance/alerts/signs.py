"""What several alerts ask: one item of a score, something recorded within a time, a change from an earlier reading."""

from __future__ import annotations

from collections.abc import Callable
from math import inf

from leeward.guidance.picture import Picture
from leeward.instruments import load_instruments
from leeward.model.instants import hours_since
from leeward.model.missing import Missing
from leeward.model.reading import Reading
from leeward.model.truth import Truth, any_of, known, unknown


def item_reached(picture: Picture, instrument: str, item: str, says: str, holds: Callable[[int], bool]) -> Truth:
    """Whether an item of the score that speaks for now has points for which `holds`; a skipped item is a no."""
    score, lacks = picture.current_score(instrument)
    if score is None:
        return unknown(*lacks)
    points, name = score.items[item], f"scores.{instrument}.items.{item}"
    if isinstance(points, Missing):
        return (
            unknown(name, sentence=f"{says}: not known") if item in score.missing else known(False, f"no {says}", name)
        )
    holding = holds(points)
    return known(holding, says if holding else f"no {says}", name)


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
    score, lacks = picture.current_score(instrument)
    if score is None:
        return Reading(-inf, inf, "points", says, (name,), lacks)
    points = score.items[item]
    return (
        Reading.unknown(name, says, "points")
        if isinstance(points, Missing)
        else Reading(points, points, "points", says, (name,))
    )


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
    if len(latest) > 1:
        return Reading.unknown(f"{name}.at", says, unit)
    now = latest[0].value
    earlier = [entry.value for entry in entries if entry is not latest[0]]
    values = [value for value in earlier if isinstance(value, (int, float))]
    if not isinstance(now, (int, float)):
        return Reading.unknown(name, says, unit)
    if not values:
        return Reading.unknown(f"{name}.earlier", says, unit)
    least = change(now, min(values))
    complete = len(values) == len(earlier)
    return Reading(least, least if complete else inf, unit, says, (name,), () if complete else (f"{name}.earlier",))
