"""People of a kinetic model: the typical one, and made-up people around them."""

from __future__ import annotations

import math
from collections.abc import Mapping

import msgspec
import numpy as np

from leeward.errors import BadInput, shown
from leeward.pharmacology import formulas
from leeward.pharmacology.kinetics import DOSE, KineticEntry, Model, Spread
from leeward.pharmacology.people import Floats


class People(msgspec.Struct, frozen=True):
    """So many people of a model: how far each is from the typical one, and what is known of them. `made`: not the typical person."""

    model: Model
    many: int
    away: dict[str, Floats]
    known: dict[str, Floats]
    made: bool

    def part(self, which: slice) -> People:
        """Some of them."""
        away = {name: values[which] for name, values in self.away.items()}
        known = {name: values[which] for name, values in self.known.items()}
        return People(self.model, len(range(self.many)[which]), away, known, self.made)

    def value(self, name: str, dose: float = math.nan) -> Floats:
        """A parameter of everybody in L, h and mg, shape (many,); `dose` where the parameter depends on it."""
        parameter = self.model.entry.parameters[name]

        def of(covariate: str) -> Floats:
            return np.full(self.many, dose) if covariate == DOSE else self.known[covariate]

        value = np.full(self.many, parameter.value)
        for covariate, (centre, exponent) in parameter.power.items():
            value = value * (of(covariate) / centre) ** exponent
        for covariate, factor in parameter.times.items():
            value = value * np.where(of(covariate) > 0.5, factor, 1.0)
        for covariate, (start, factor) in parameter.steps.items():
            value = value * np.where(of(covariate) >= start, factor, 1.0)
        away = self.away.get(name, 0.0)
        if parameter.scale == "logit":
            shift = sum((by * of(covariate) for covariate, by in parameter.shifts.items()), np.zeros(self.many))
            return 1.0 / (1.0 + (1.0 - value) / value * np.exp(-shift - away))
        value = value * np.exp(away)
        if parameter.most is not None:
            value = np.minimum(value, parameter.most)
        return value * formulas.unit(parameter.unit)[0]

    def formula(self, written: str, dose: float = math.nan) -> Floats:
        """A formula's value for everybody in L, h and mg, shape (many,)."""
        return formulas.value(written, lambda name: self.value(name, dose), self.many)

    @property
    def rates(self) -> Floats:
        """The rate of each flow in each person, 1/h, shape (people, flows)."""
        return np.stack([self.formula(flow.rate) for flow in self.model.entry.flows], axis=1)

    def volumes(self, name: str) -> Floats:
        """The volume in which a shown concentration is told, L, shape (people,)."""
        return self.formula(self.model.entry.shows[name].volume)


def typical(model: Model, known: Mapping[str, float] | None = None) -> People:
    """The typical person, with what is known of them. Raises BadInput where the model tells bands only."""
    if model.entry.band_only:
        says = f"{model.id} tells a band of made-up people and no typical person."
        raise BadInput.one("LW-0802", "model", says, "Make people up and show their band.")
    return People(model, 1, {}, _known(model, 1, known or {}), made=False)


def made_up(
    model: Model,
    many: int,
    seed: int,
    instead: Mapping[str, tuple[float, float | None]] | None = None,
    known: Mapping[str, float | Floats] | None = None,
) -> People:
    """So many people around the typical one; what is known of them is the same for all or an array, one value each.

    Each parameter has random numbers of its own, so that the first hundred of a thousand people are those that a hundred alone would be.
    `instead`: one of the model's alternatives.
    """
    if many < 1:
        raise BadInput.one("LW-0803", "people", f"{many} people cannot be made up.", "Ask for one or more.")
    if instead:
        model = Model(model.id, _with(model.entry, instead))
    away: dict[str, Floats] = {}
    for name, parameter in model.entry.parameters.items():
        if parameter.omega > 0.0:
            away[name] = parameter.omega * _stream(model.id, name, seed).standard_normal(many)
    return People(model, many, away, _known(model, many, known or {}), made=True)


def _with(entry: KineticEntry, instead: Mapping[str, tuple[float, float | None]]) -> KineticEntry:
    changed = dict(entry.parameters)
    for name, (value, omega) in instead.items():
        spread: Spread | None = changed[name].spread if omega is None else (omega, "omega")
        changed[name] = msgspec.structs.replace(changed[name], value=value, spread=spread)
    return msgspec.structs.replace(entry, parameters=changed)


def _stream(model: str, name: str, seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, *f"{model}.{name}".encode()])))


def _known(model: Model, many: int, known: Mapping[str, float | Floats]) -> dict[str, Floats]:
    covariates = model.entry.covariates
    for name, value in known.items():
        if name not in covariates:
            has = ", ".join(covariates) or "none"
            raise BadInput.one("LW-0804", name, f"{model.id} knows no {shown(name)}.", f"It knows of: {has}.")
        values = np.asarray(value, np.float64)
        if covariates[name].unit == "yes-no" and not np.isin(values, (0.0, 1.0)).all():
            raise BadInput.one("LW-0804", name, "Only 0 or 1 can be said here.", "Give 1 for yes, 0 for no.")
        if not (np.isfinite(values).all() and (values >= 0.0).all()) or (
            covariates[name].unit != "yes-no" and not (values > 0.0).all()
        ):
            raise BadInput.one(
                "LW-0804", name, "This is not a positive number.", f"Give it in {covariates[name].unit}."
            )
        if values.ndim and values.shape != (many,):
            raise BadInput.one(
                "LW-0804", name, f"{values.size} values do not fit {many} people.", "Give one or as many."
            )
    chosen = {name: known.get(name, covariate.usual) for name, covariate in covariates.items()}
    return {name: np.broadcast_to(np.asarray(value, np.float64), (many,)).copy() for name, value in chosen.items()}


def outside(people: People) -> tuple[str, ...]:
    """Sentences about what lies outside the people that the model was made from."""
    said: list[str] = []
    for name, covariate in people.model.entry.covariates.items():
        values = people.known[name]
        if (values < covariate.low).any() or (values > covariate.high).any():
            said.append(
                f"{name} is outside the {covariate.low:g} to {covariate.high:g} {covariate.unit} that were studied."
            )
    return tuple(said)
