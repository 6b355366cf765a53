"""The flow sheet: readings of one round in one form, each an entry of its own, all at one time.

What is left empty is not charted. The last reading stands beside each field and is never copied into it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec

from leeward.casefile.words import ANALYTES
from leeward.instruments import load_instruments
from leeward.knowledge import Knowledge
from leeward.knowledge.entries import ObservationKind
from leeward.model.case import Observation
from leeward.model.missing import Missing
from leeward.model.numbers import number_in
from leeward.model.quantity import number
from leeward.web.charting import Item, Slips, line, number_or_text, one_of, write
from leeward.web.page import Page
from leeward.web.times_typed import instant_typed
from leeward.web.visit import Answer, Shown, Visit

ROUND = (
    "respiratory-rate",
    "oxygen-saturation",
    "heart-rate",
    "systolic-blood-pressure",
    "diastolic-blood-pressure",
    "sedation-rass",
    "sedation-poss",
    "temperature",
    "pain-score",
    "gcs",
    "qtc",
)
"""What a round asks first, in the order of a ward's sheet."""

PRESSURE = ("systolic-blood-pressure", "diastolic-blood-pressure")
"""Two readings of one look, in one row."""

UNITLESS = ("points", "1", "")
METHODS = (("bazett", "Bazett"), ("fridericia", "Fridericia"))
FINDING = (("yes", "Yes"), ("no", "No"), ("", "Not looked"))
ANALYTE = (("positive", "Positive"), ("negative", "Negative"), ("", "Not tested"))
COLUMNS = ("respiratory-rate", "oxygen-saturation", "heart-rate", "systolic-blood-pressure",
           "diastolic-blood-pressure", "sedation-rass", "sedation-poss", "temperature", "pain-score")  # fmt: skip
ROWS = 12


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the sheet: what is observed, in which units it may be typed, and what was found last."""

    id: str
    name: str
    kind: str
    units: tuple[str, ...]
    words: tuple[str, ...] = ()
    range: str = ""
    """From where to where points go, for what has no unit."""
    levels: tuple[tuple[str, str], ...] = ()
    """Of a scale of one item, each level with what it means: it is chosen in words, so that no minus is lost in typing."""
    last: str = ""
    last_at: datetime | None = None


def units_of(kind: ObservationKind) -> tuple[str, ...]:
    """The units that a reading may be typed in; none for a bare number."""
    if kind.unit in UNITLESS:
        return ()
    by_letters = {unit.lower(): unit for unit in reversed(kind.convert)}
    others = [unit for unit in kind.convert if unit in by_letters.values()]
    return (kind.unit, *(("[degF]",) if kind.unit == "Cel" else ()), *others)


UNIT_NAMES = {"Cel": "°C", "[degF]": "°F", "/min": "a minute", "/d": "a day", "h": "hours"}


def readings(visit: Visit) -> list[Reading]:
    """Every line of the sheet, those of a round first."""
    knowledge, last = visit.house.knowledge, last_of(visit)
    ids = [*ROUND, *(id for id in knowledge.observations if id not in ROUND)]
    return [_reading(id, knowledge, last.get(id, ())) for id in ids]


def _reading(id: str, knowledge: Knowledge, last: tuple[Observation, ...]) -> Reading:
    kind = knowledge.observations[id]
    bounded = kind.whole or kind.unit == "points"
    return Reading(
        id=id,
        name=kind.name if kind.name[1:2].isupper() else kind.name[:1].upper() + kind.name[1:],
        kind=kind.kind,
        units=units_of(kind),
        words=kind.words,
        levels=_levels(id),
        range=f"{kind.low:g} to {kind.high:g}" if bounded and kind.low is not None and kind.high is not None else "",
        last=shown(last),
        last_at=_at(last[-1]) if last else None,
    )


def _levels(what: str) -> tuple[tuple[str, str], ...]:
    instrument = load_instruments().get(what)
    if instrument is None or len(instrument.items) != 1:
        return ()
    (item,) = instrument.items
    points = [choice.points for choice in item.choices]
    if signed := min(points) < 0:
        points = sorted(points, reverse=True)  # as it is printed: the most agitated at the top
    bands = [(each, instrument.band(each)) for each in points]
    return tuple(
        (str(each), f"{each:+d} {band.label}" if signed and each else f"{each} {band.label}")
        for each, band in bands
        if band
    )


def shown(found: tuple[Observation, ...]) -> str:
    """A reading as one says it; several of one time as `6 a minute or 16 a minute`."""
    return " or ".join(dict.fromkeys(_shown(one) for one in found))


def _shown(found: Observation) -> str:
    unit = "" if found.unit in UNITLESS else f" {UNIT_NAMES.get(found.unit, found.unit)}"
    if isinstance(found.value, Missing):
        return "not known"
    if isinstance(found.value, bool):
        return "yes" if found.value else "no"
    return f"{_figure(found)}{unit}" + (f" ({found.method})" if found.method else "")


def _figure(found: Observation) -> str:
    """The value; a temperature that was converted with one decimal, as thermometers show it."""
    if not isinstance(found.value, float):
        return str(found.value)
    return number(round(found.value, 1) if found.unit == "Cel" else found.value)


def _at(found: Observation) -> datetime | None:
    return None if isinstance(found.at, Missing) else found.at.latest


def observed(visit: Visit) -> list[Observation]:
    """What was observed, the oldest first; what has no time is before all."""
    case = visit.bedside.case
    long_ago = datetime.min.replace(tzinfo=visit.now.tzinfo)
    found = case.observations if case else ()
    return sorted(found, key=lambda one: (_at(one) or long_ago).timestamp() if _at(one) else float("-inf"))


def last_of(visit: Visit) -> dict[str, tuple[Observation, ...]]:
    """The last reading of each kind; several where they are of one time."""
    within = timedelta(minutes=visit.house.knowledge.limit("readings-of-one-time").value)
    found: dict[str, list[Observation]] = {}
    for one in observed(visit):
        found.setdefault(one.what, []).append(one)
    return {
        what: tuple(one for one in charted if one is charted[-1] or _of_one_time(one, charted[-1], within))
        for what, charted in found.items()
    }


def _of_one_time(one: Observation, last: Observation, within: timedelta) -> bool:
    at, newest = _at(one), _at(last)
    return at is not None and newest is not None and newest - at < within


def flow(visit: Visit) -> list[tuple[datetime, dict[str, str]]]:
    """The rounds charted last, newest first: when, and what was found."""
    rounds: dict[datetime, dict[str, str]] = {}
    for one in observed(visit):
        at = _at(one)
        if at is not None and one.what in COLUMNS and not isinstance(one.value, Missing):
            charted = rounds.setdefault(at, {})
            told = [value for value in (charted.get(one.what), _figure(one)) if value]
            charted[one.what] = " or ".join(dict.fromkeys(told))
    return sorted(rounds.items(), reverse=True)[:ROWS]


def show_vitals(visit: Visit) -> Answer:
    """The sheet, with the last reading beside each field."""
    lines = readings(visit)
    knowledge = visit.house.knowledge
    values = {
        "round": [one for one in lines if one.id in ROUND],
        "pair": [one for one in lines if one.id in PRESSURE],
        "numbers": [one for one in lines if one.id not in ROUND and one.kind == "number"],
        "findings": [one for one in lines if one.kind == "yes-no"],
        "tests": [one for one in lines if one.kind == "word"],
        "panels": [one for one in lines if one.kind == "panel"],
        "analytes": ANALYTES.offered,
        "unit_names": UNIT_NAMES,
        "methods": METHODS,
        "finding": FINDING,
        "analyte": ANALYTE,
        "flow": flow(visit),
        "columns": [(id, knowledge.observations[id]) for id in COLUMNS],
        "open_more": any(one.path for one in visit.problems if one.path.removesuffix("-unit") not in ROUND),
        "may_write": visit.may("score-write"),
    }
    return Shown(template="vitals.html", values=values)


def take_vitals(visit: Visit) -> Answer:
    """A round is charted: every reading that was typed, or none."""
    slips = Slips()
    at = slips.of(lambda: instant_typed(visit), visit.now)
    items = [
        Item(
            draft=visit.draft("observation", body, at=at, part=id),
            fields={"": id, "value": id, "unit": f"{id}-unit", "method": f"{id}-method", "at": "at"},
        )
        for id, body in _typed(visit, slips)
    ]
    if not items and not slips.problems:
        slips.add(ROUND[0], "No reading was typed, so there is nothing to chart.", "Type what you measured.")
    _pressures(visit, slips)
    return write(visit, *items, slips=slips)


def _pressures(visit: Visit, slips: Slips) -> None:
    """The upper pressure is never below the lower one: the two were exchanged, or one was typed wrong."""
    upper, lower = (number_in(visit.text(id)) for id in PRESSURE)
    if upper is not None and lower is not None and upper <= lower:
        says = f"The systolic pressure ({visit.text(PRESSURE[0])}) is not above the diastolic one ({visit.text(PRESSURE[1])})."
        slips.add(PRESSURE[0], says, "Look again, and type the two anew.")


def _typed(visit: Visit, slips: Slips) -> Iterator[tuple[str, dict[str, Any]]]:
    for id, kind in visit.house.knowledge.observations.items():
        if kind.kind == "number":
            body = _number(visit, slips, id, kind)
        elif kind.kind == "panel":
            body = _panel(visit, slips, id)
        else:
            words = kind.words if kind.kind == "word" else ("yes", "no")
            chosen = one_of(visit, slips, id, words)
            body = {"what": id, "value": chosen} if chosen else None
        if body is not None:
            yield id, body
    if (other := _other(visit, slips)) is not None:
        yield "other", other


def _number(visit: Visit, slips: Slips, id: str, kind: ObservationKind) -> dict[str, Any] | None:
    value, units = line(visit, slips, id, 40), units_of(kind)
    unit = one_of(visit, slips, f"{id}-unit", units) if len(units) > 1 else next(iter(units), "")
    method = one_of(visit, slips, f"{id}-method", [name for name, _ in METHODS]) if id == "qtc" else ""
    if not value:
        return None
    body: dict[str, Any] = {"what": id, "value": number_or_text(value)}
    if len(units) > 1 and not unit:
        choices = " or ".join(UNIT_NAMES.get(one, one) for one in units)
        slips.add(f"{id}-unit", f"The unit of {kind.name} is not said.", f"Choose {choices}.")
    return body | ({"unit": unit} if unit else {}) | ({"method": method} if method else {})


def _panel(visit: Visit, slips: Slips, id: str) -> dict[str, Any] | None:
    results = {
        analyte: result
        for analyte in ANALYTES.offered
        if (result := one_of(visit, slips, f"{id}-{analyte}", ("positive", "negative")))
    }
    method = line(visit, slips, f"{id}-method", 120)
    if not results:
        if method:
            slips.add(f"{id}-method", "A panel is named without a result.", "Choose positive or negative below.")
        return None
    return {"what": id, "result": results} | ({"method": method} if method else {})


def _other(visit: Visit, slips: Slips) -> dict[str, Any] | None:
    what, value, unit = (line(visit, slips, name, 120) for name in ("other-what", "other", "other-unit"))
    if not what and not value:
        return None
    if not what or not value:
        slips.add("other-what" if value else "other", "Half of it is missing.", "Write what it is and what was found.")
        return None
    return {"what": what, "value": number_or_text(value)} | ({"unit": unit} if unit else {})


PAGES = (
    Page(
        path="/patients/{patient}/vitals",
        needs="chart-read",
        show=show_vitals,
        take=take_vitals,
        take_needs="score-write",
        parts=("chart",),
    ),
)
