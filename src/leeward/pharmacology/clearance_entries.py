"""What stands in the knowledge files of interactions: trials in people, inhibitors, enzymes and shares of clearance; and their units."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from typing import Literal

import msgspec

from leeward.errors import KnowledgeError
from leeward.knowledge import Knowledge
from leeward.knowledge.entries import Entry, Ids

Measure = Literal["AUC", "Cmax", "half-life", "clearance"]
Route = Literal["oral", "intravenous", "sublingual"]


class Constant(Entry, frozen=True, kw_only=True):
    """A number of a model in its unit; `error` is one standard error, low and high a range with no best value in it."""

    unit: str
    value: float
    low: float | None = None
    high: float | None = None
    error: float | None = None


class Ratio(Entry, frozen=True, kw_only=True):
    """A measured ratio, or the range that it was given as."""

    unit: Literal["ratio"]
    value: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def middle(self) -> float:
        """The ratio itself, or the middle of its range on the scale of ratios."""
        if self.value is not None:
            return self.value
        return math.sqrt((self.low or math.nan) * (self.high or math.nan))


class OtherMeasure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A further measurement in the same people."""

    measure: Measure
    ratio: Ratio
    interval: str = ""


class Trial(Entry, frozen=True, kw_only=True):
    """One pair measured in people (`interaction-trials.toml`)."""

    by: Ids
    of: Ids
    route: Route
    measure: Measure
    ratio: Ratio
    interval: str = ""
    worked_out: str = ""
    dose: str
    population: str
    others: tuple[OtherMeasure, ...] = ()
    predicted: Ratio | None = None
    beyond: Constant | None = None
    not_shown: str

    @property
    def times(self) -> float:
        """How many times the exposure was, whatever was measured."""
        return 1.0 / self.ratio.middle if self.measure == "clearance" else self.ratio.middle


class Act(Entry, frozen=True, kw_only=True):
    """What an inhibitor or inducer does to one enzyme or pump, in the liver, the gut wall or both."""

    enzyme: str
    where: Literal["liver", "gut", "both"]
    ki: Constant | None = None
    half_of_ic50: bool = False
    ki_inactivation: Constant | None = None
    inactivation: Constant | None = None
    most_induction: Constant | None = None
    half_induction: Constant | None = None


class Inhibitor(Entry, frozen=True, kw_only=True):
    """One product at one studied dose, with its constants (`inhibition.toml`)."""

    taken: str
    name: str
    by_mouth: bool
    dose: Constant
    molar: Constant
    peak: Constant
    unbound: Constant
    absorbed: Constant
    absorption: Constant
    blood_to_plasma: Constant
    acts: tuple[Act, ...]
    caveats: tuple[str, ...] = ()


class Enzyme(Entry, frozen=True, kw_only=True):
    """How fast an enzyme is made anew (`enzymes.toml`)."""

    liver: Constant
    gut: Constant | None = None


class Share(Entry, frozen=True, kw_only=True):
    """What of a swallowed medicine passes the gut wall, and what of its clearance goes by one enzyme (`clearance-shares.toml`)."""

    enzyme: str
    gut_passed: Constant
    by_enzyme: Constant


def trials(knowledge: Knowledge) -> Mapping[str, Trial]:
    """Every pair that was measured in people."""
    return knowledge.table_of("interaction-trials", Trial)


def inhibitors(knowledge: Knowledge) -> Mapping[str, Inhibitor]:
    """Every product with constants, by its id in `inhibition.toml`; raises KnowledgeError where a unit is not the one the model needs."""
    return _checked(knowledge)


UNITS = {
    "dose": "mg",
    "molar": "g/mol",
    "peak": "umol/L",
    "unbound": "ratio",
    "absorbed": "ratio",
    "absorption": "/h",
    "blood_to_plasma": "ratio",
    "ki": "umol/L",
    "ki_inactivation": "umol/L",
    "inactivation": "/min",
    "most_induction": "ratio",
    "half_induction": "umol/L",
    "liver": "/h",
    "gut": "/h",
    "gut_passed": "ratio",
    "by_enzyme": "ratio",
}
"""The one unit that each constant is given in. Rates of inactivation come per minute, turnover per hour: the model converts the first."""


@cache
def _checked(knowledge: Knowledge) -> Mapping[str, Inhibitor]:
    found = knowledge.table_of("inhibition", Inhibitor)
    parts: dict[str, Entry] = {
        **found,
        **{f"{id}.acts[{place}]": act for id, one in found.items() for place, act in enumerate(one.acts)},
        **knowledge.table_of("enzymes", Enzyme),
        **knowledge.table_of("clearance-shares", Share),
    }
    for path, part in parts.items():
        for name in part.__struct_fields__:
            given = getattr(part, name)
            if isinstance(given, Constant):
                _check(f"{path}.{name}", given, UNITS[name])
        if isinstance(part, Act) and (part.ki_inactivation is None) != (part.inactivation is None):
            raise KnowledgeError(f"{path}: inhibition over time needs both ki_inactivation and inactivation.")
        if isinstance(part, Act) and (part.most_induction is None) != (part.half_induction is None):
            raise KnowledgeError(f"{path}: induction needs both most_induction and half_induction.")
    return found


def _check(path: str, given: Constant, unit: str) -> None:
    if given.unit != unit:
        raise KnowledgeError(f"{path} is in {given.unit}, not in {unit}.")
    if not 0.0 < (given.low or given.value) <= given.value <= (given.high or given.value):
        raise KnowledgeError(f"{path} is not positive, or not within its range.")
