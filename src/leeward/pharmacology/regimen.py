"""Regimens: doses at times by routes, some of them missed, from one route to another; and the levels that they give in people."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from leeward.errors import BadInput, shown
from leeward.pharmacology.cohort import People
from leeward.pharmacology.compartments import amounts
from leeward.pharmacology.kinetics import Route
from leeward.pharmacology.people import Floats

MOST_DOSES = 1000
MOST_HOURS = 3 * 366 * 24.0
MOST_AMOUNT = 5000.0
"""No dose of any of these drugs comes near: more is a slip of the unit."""

SLIP = 10.0
"""A dose so many times the largest that was studied is a slip of the unit too."""

CELLS = 4_000_000
"""Numbers that are held at once while people are followed: some 32 MB."""


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """One dose: hours after the start, by which route, how much in the unit of the route, counted as which salt or base.

    `over`: hours during which it flows in at a constant rate; 0 for as the route itself has it.
    """

    at: float
    route: str
    amount: float
    form: str = ""
    over: float = 0.0


def repeated(
    route: str,
    amount: float,
    *,
    every: float,
    times: int,
    first: float = 0.0,
    missed: Collection[int] = (),
    form: str = "",
) -> tuple[Given, ...]:
    """The same dose every so many hours; `missed` counts from 1. Regimens are added with +.

    >>> [dose.at for dose in repeated("mouth", 30, every=24, times=4, missed=[3])]
    [0.0, 24.0, 72.0]
    """
    return tuple(
        Given(at=first + every * number, route=route, amount=amount, form=form)
        for number in range(times)
        if number + 1 not in missed
    )


class Levels(msgspec.Struct, frozen=True):
    """What the model tells of each person over time: by what is shown, an array of shape (people, hours), in the unit of the model."""

    hours: Floats
    of: dict[str, Floats]


def levels(people: People, given: Sequence[Given], hours: Floats) -> Levels:
    """The levels of everybody at these hours (rising, from 0). At the hour of a dose stands what was there before it.

    Raises BadInput for a dose that cannot be.
    """
    check(people, given)
    if hours.size == 0 or hours[0] < 0.0 or (np.diff(hours) < 0.0).any() or not np.isfinite(hours).all():
        raise BadInput.one("LW-1121", "hours", "These hours do not rise from 0.", "Give rising hours, none negative.")
    entry = people.model.entry
    found = {name: np.empty((people.many, hours.size)) for name in entry.shows}
    for part in _parts(people, len(given), hours.size):
        some = people.part(part)
        within = _amounts(some, given, hours)
        for name, told in entry.shows.items():
            volume = some.volumes(name)[:, None]
            # Rounding may leave a hair below nothing where nothing is.
            level = np.maximum(within[:, :, people.model.place(told.compartment)], 0.0)
            found[name][part] = level / volume * told.per_mg_in_litre
    return Levels(hours, found)


def _amounts(people: People, given: Sequence[Given], hours: Floats) -> Floats:
    """mg in each compartment, shape (people, hours, compartments)."""
    into, doses, starts, lasts = inflow(people, given)
    found = np.empty((people.many, hours.size, len(people.model.entry.compartments)))
    model = people.model
    amounts(people.rates, model.source, model.target, into, doses, starts, lasts, hours, found)
    return found


def inflow(people: People, given: Sequence[Given]) -> tuple[NDArray[np.int64], Floats, Floats, Floats]:
    """Each way of each dose into the body: the compartment, shape (ways,); mg, start and duration (h), shape (people, ways) each."""
    entry, nothing = people.model.entry, np.zeros(people.many)
    into: list[int] = []
    doses: list[Floats] = []
    starts: list[Floats] = []
    lasts: list[Floats] = []
    for dose in given:
        mg = dose.amount * entry.unit_mg(dose.route, dose.form)
        for way in entry.routes[dose.route].ways:
            into.append(people.model.place(way.into))
            doses.append(people.formula(way.share, dose.amount) * mg)
            starts.append(dose.at + (people.formula(way.lag) if way.lag else nothing))
            lasts.append(people.formula(way.over) if way.over else nothing + dose.over)
    if not into:
        empty = np.zeros((people.many, 0))
        return np.zeros(0, np.int64), empty, empty, empty
    return np.array(into, np.int64), np.stack(doses, 1), np.stack(starts, 1), np.stack(lasts, 1)


def _parts(people: People, doses: int, hours: int) -> Iterator[slice]:
    most = max((len(route.ways) for route in people.model.entry.routes.values()), default=1)
    each = hours * len(people.model.entry.compartments) + 3 * doses * most
    step = max(1, CELLS // max(each, 1))
    for first in range(0, people.many, step):
        yield slice(first, min(first + step, people.many))


def check(people: People, given: Sequence[Given]) -> None:
    """Raises BadInput, with one sentence for each dose that cannot be."""
    if len(given) > MOST_DOSES:
        says = f"{len(given)} doses are more than {MOST_DOSES}."
        raise BadInput.one("LW-1122", "doses", says, "Simulate a shorter time.")
    for number, dose in enumerate(given):
        _check(people, dose, f"doses[{number}]")


def _check(people: People, dose: Given, place: str) -> None:
    entry, id = people.model.entry, people.model.id
    if dose.route not in entry.routes:
        says = f'{id} has no route "{shown(dose.route)}".'
        raise BadInput.one("LW-1123", f"{place}.route", says, f"Use one of {', '.join(entry.routes)}.")
    if dose.form and dose.form not in entry.forms:
        says = f'{id} cannot count a dose as "{shown(dose.form)}".'
        raise BadInput.one("LW-1124", f"{place}.form", says, f"Use one of {', '.join(entry.forms)}.")
    if not dose.form and len(entry.forms) > 1:
        says = "It is not said what the mg of this dose count."
        raise BadInput.one("LW-1124", f"{place}.form", says, f"Say one of {', '.join(entry.forms)}.")
    if not (0.0 <= dose.at <= MOST_HOURS):
        says = f"{dose.at:g} h is not a time between 0 and {MOST_HOURS:g} h after the start."
        raise BadInput.one("LW-1125", f"{place}.at_h", says, "Count the hours from the start.")
    route = entry.routes[dose.route]
    most = MOST_AMOUNT if route.studied is None else SLIP * route.studied[1]
    if not (0.0 < dose.amount <= most):
        says = f"{dose.amount:g} {route.unit} is not a dose between 0 and {most:g} {route.unit}."
        raise BadInput.one("LW-1126", f"{place}.amount", says, "Look at the unit.")
    if not (0.0 <= dose.over <= MOST_HOURS) or (dose.over > 0.0 and any(way.over for way in route.ways)):
        says = "This dose cannot flow in over that time."
        raise BadInput.one("LW-1127", f"{place}.over_h", says, "Leave `over_h` out, or give it by a vein.")
    known = {name: values[:1] for name, values in people.known.items()}
    typical = People(people.model, 1, {}, known, made=False)
    for way in route.ways:
        # Of made-up people some may absorb more than all: the share is then one beside that of another route.
        share = typical.formula(way.share, dose.amount)
        if route.unit == "mg" and not ((share >= 0.0) & (share <= 1.0)).all():
            says = f"At {dose.amount:g} {route.unit} the model gives no share that is absorbed."
            raise BadInput.one("LW-1126", f"{place}.amount", says, _studied(route))


def _studied(route: Route) -> str:
    low, high = route.studied or (math.nan, math.nan)
    return f"It was studied at {low:g} to {high:g} {route.unit}."


def unstudied(people: People, given: Sequence[Given]) -> tuple[str, ...]:
    """Sentences about doses outside of those that the model was made from."""
    said: dict[str, None] = {}
    for dose in given:
        route = people.model.entry.routes[dose.route]
        if route.studied and not (route.studied[0] <= dose.amount <= route.studied[1]):
            says = f"{dose.amount:g} {route.unit} ({dose.route.replace('-', ' ')}) lies outside what was studied"
            said[f"{says}: {route.studied[0]:g} to {route.studied[1]:g} {route.unit}."] = None
    return tuple(said)
