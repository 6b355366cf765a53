"""Kinetic models as data: parameters, how people differ in them, flows between compartments and routes of dosing (`kinetics.toml`).

Every model keeps the credibility grade, population and sources that its numbers have; two models of one drug stand side by side and are
never averaged.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from leeward.errors import BadInput, KnowledgeError, shown
from leeward.knowledge import Knowledge
from leeward.knowledge.entries import Entry
from leeward.pharmacology import formulas
from leeward.pharmacology.compartments import OUT
from leeward.pharmacology.formulas import NONE, PER_TIME, TIME, VOLUME, Dimensions

FILE = "kinetics"

DOSE = "dose"
"""The one covariate that belongs to a dose and not to a person, in the unit of the route."""

Grade = Literal["A", "A-", "B", "B-", "B-/C", "C", "C-", "D"]
Spread = tuple[float, Literal["omega", "omega%", "variance", "CV%"]]


class Parameter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The typical value of a parameter, what moves it, and how widely people differ.

    scale     where people differ normally and where `shifts` add: the logarithm, or for a share the logit
    spread    as published: omega (standard deviation on the scale), 100 omega, its square, or a log-normal coefficient of variation in %
    power     by covariate: value * (covariate / centre) ** exponent
    times     by covariate that is 0 or 1: value * factor
    shifts    by covariate that is 0 or 1: added to the logit
    steps     by covariate: value * factor, from a value of the covariate on
    most      the largest value that anybody has
    standing  whether the number was read, worked out from read ones, recalled and not re-read, or assumed
    called    what it is, in words, where its name is no symbol that pharmacologists share
    """

    value: float
    unit: str = ""
    scale: Literal["log", "logit"] = "log"
    spread: Spread | None = None
    power: dict[str, tuple[float, float]] = {}
    times: dict[str, float] = {}
    shifts: dict[str, float] = {}
    steps: dict[str, tuple[float, float]] = {}
    most: float | None = None
    standing: Literal["read", "derived", "recalled", "assumed"] = "read"
    called: str = ""
    note: str = ""

    @property
    def omega(self) -> float:
        """The standard deviation between people, on the scale of the parameter."""
        if self.spread is None:
            return 0.0
        size, kind = self.spread
        if kind == "CV%":
            return math.sqrt(math.log1p((size / 100.0) ** 2))
        return {"omega": size, "omega%": size / 100.0, "variance": math.sqrt(size)}[kind]

    @property
    def covariates(self) -> set[str]:
        """What moves it, by name."""
        return {*self.power, *self.times, *self.shifts, *self.steps}


class Covariate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is known of a person: the value where nothing is said, its unit (`yes-no`: 1 or 0), and the range that was studied."""

    usual: float
    unit: str
    low: float
    high: float


class Flow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From one compartment to another or, where `to` is "out", out of the body; the rate is a formula in 1/time."""

    from_: str = msgspec.field(name="from")
    to: str
    rate: str


class Way(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a dose: its share, where it goes, after which lag and over how long it flows in (formulas)."""

    share: str
    into: str
    lag: str = ""
    over: str = ""


class Route(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A formulation by a route: its ways into the body, the doses that were studied, and the unit that a dose is in."""

    ways: tuple[Way, ...]
    unit: str = "mg"
    studied: tuple[float, float] | None = None
    says: str = ""


class Shown(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A concentration that the model tells: of which compartment, in which volume (a formula), as what unit.

    `molar`: g/mol of what is shown; with `of`, g/mol of what the compartment's mg count, where the two are not the same substance.
    """

    compartment: str
    volume: str
    unit: Literal["ng/mL", "nM"] = "ng/mL"
    molar: float | None = None
    of: float | None = None

    @property
    def per_mg_in_litre(self) -> float:
        """What 1 mg/L of the compartment is in the shown unit."""
        if self.unit == "nM":
            return 1e6 / (self.of or self.molar or math.nan)
        return 1e3 * (self.molar or 1.0) / (self.of or self.molar or 1.0)


class KineticEntry(Entry, frozen=True, kw_only=True):
    """One model of one drug (`kinetics.toml`).

    forms         forms that a dose can be counted in (salt or base), and how many of the model's mg one mg of each is
    band_only     whether only bands of made-up people may be shown, because the typical person is not known
    alternatives  other sets of values and spreads that fit what was seen as well; a band spans them all
    """

    drug: str
    grade: Grade
    population: str
    forms: dict[str, float]
    compartments: tuple[str, ...]
    parameters: dict[str, Parameter]
    flows: tuple[Flow, ...]
    routes: dict[str, Route]
    shows: dict[str, Shown]
    covariates: dict[str, Covariate] = msgspec.field(default_factory=dict[str, Covariate])
    caveats: tuple[str, ...] = ()
    band_only: bool = False
    alternatives: tuple[dict[str, tuple[float, float | None]], ...] = ()

    def unit_mg(self, route: str, form: str = "") -> float:
        """The model's mg (or mg/L) in one unit of a dose by this route, counted as this form."""
        counted = self.forms[form] if form else next(iter(self.forms.values()))
        return formulas.unit(self.routes[route].unit)[0] * counted


class Model(msgspec.Struct, frozen=True):
    """A checked model, by its id in `kinetics.toml`."""

    id: str
    entry: KineticEntry

    def place(self, compartment: str) -> int:
        """The number of a compartment, or `OUT`."""
        return OUT if compartment == "out" else self.entry.compartments.index(compartment)

    @property
    def source(self) -> NDArray[np.int64]:
        """Where each flow comes from."""
        return np.array([self.place(flow.from_) for flow in self.entry.flows], np.int64)

    @property
    def target(self) -> NDArray[np.int64]:
        """Where each flow goes."""
        return np.array([self.place(flow.to) for flow in self.entry.flows], np.int64)

    @property
    def caveats(self) -> tuple[str, ...]:
        """What has to be said beside every answer of this model: its own caveats, and which numbers were recalled or assumed."""
        said = list(self.entry.caveats)
        for standing, words in (("recalled", "Recalled, not re-read"), ("assumed", "Assumed, not measured")):
            found = [
                parameter.called or name
                for name, parameter in self.entry.parameters.items()
                if parameter.standing == standing
            ]
            if found:
                said.append(f"{words}: {', '.join(found)}.")
        return tuple(said)


def models(knowledge: Knowledge, drug: str = "") -> tuple[Model, ...]:
    """Every model, or those of a drug, side by side."""
    entries = knowledge.table_of(FILE, KineticEntry)
    return tuple(model_of(knowledge, id) for id, entry in entries.items() if drug in ("", entry.drug))


def model_of(knowledge: Knowledge, id: str) -> Model:
    """A model by its id; raises BadInput for one that is not there, KnowledgeError for one that contradicts itself."""
    found = _checked(knowledge).get(id)
    if found is None:
        says = f'"{shown(id)}" is not a kinetic model.'
        raise BadInput.one("LW-0801", "model", says, f"Use one of {', '.join(_checked(knowledge))}.")
    return found


@cache
def _checked(knowledge: Knowledge) -> Mapping[str, Model]:
    return {id: checked(id, entry) for id, entry in knowledge.table_of(FILE, KineticEntry).items()}


def checked(id: str, entry: KineticEntry) -> Model:
    """The model, if its names meet and its units agree; raises KnowledgeError with the place if not."""
    try:
        _check(entry)
    except KnowledgeError as error:
        raise KnowledgeError(f"{FILE}.toml, {id}: {error}") from None
    return Model(id, entry)


def _check(entry: KineticEntry) -> None:
    units = {name: formulas.unit(parameter.unit)[1] for name, parameter in entry.parameters.items()}
    by_dose = {name for name, parameter in entry.parameters.items() if DOSE in parameter.covariates}
    for name, parameter in entry.parameters.items():
        unknown = parameter.covariates - {*entry.covariates, DOSE}
        if unknown:
            raise KnowledgeError(f"{name} moves with {', '.join(sorted(unknown))}, which is no covariate.")
        if parameter.value <= 0.0 or (parameter.scale == "logit" and (parameter.unit or parameter.value >= 1.0)):
            raise KnowledgeError(f"{name} is not positive, or on the logit scale no share between 0 and 1.")
        if parameter.shifts and parameter.scale != "logit":
            raise KnowledgeError(f"{name} has shifts but is not on the logit scale.")
    for flow in entry.flows:
        _must(flow.rate, PER_TIME, units, "a rate")
        _known_places(entry, flow.from_, *(() if flow.to == "out" else (flow.to,)))
        if formulas.names(flow.rate) & by_dose:
            raise KnowledgeError(f"the flow {flow.rate} moves with the dose; only what is absorbed can.")
    for route in entry.routes.values():
        for way in route.ways:
            _known_places(entry, way.into)
            _must(way.share, NONE if formulas.unit(route.unit)[1] == (0, 0, 1) else VOLUME, units, "a share")
            for written in filter(None, (way.lag, way.over)):
                _must(written, TIME, units, "a time")
    for part in entry.shows.values():
        _known_places(entry, part.compartment)
        _must(part.volume, VOLUME, units, "a volume")
    unmet = {name for alternative in entry.alternatives for name in alternative} - set(entry.parameters)
    if unmet:
        raise KnowledgeError(f"an alternative changes {', '.join(sorted(unmet))}, which is no parameter.")


def _must(written: str, wanted: Dimensions, units: Mapping[str, Dimensions], what: str) -> None:
    if formulas.dimensions(written, units) != wanted:
        raise KnowledgeError(f'"{written}" is not {what}: its units do not come out.')


def _known_places(entry: KineticEntry, *places: str) -> None:
    for place in places:
        if place not in entry.compartments:
            raise KnowledgeError(f"{place} is no compartment.")
