"""The case: what is known about a person at one instant, as frozen values.

A list is either missing (nobody asked) or complete (asked; what it holds is all there was to tell). Entries are kept in
an order of their own, not the writer's, so that the order of writing changes nothing. `key` is how questions and
reasons name an entry, as in `exposures.heroin.last_use`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from leeward.model.codes import Code
from leeward.model.instants import Span
from leeward.model.missing import NOT_ASKED, Missing
from leeward.model.quantity import Quantity


class Patient(msgspec.Struct, frozen=True):
    """Who the person is, as far as it bears on treatment. Never a name: identity lives in the record alone."""

    age: float | Missing = NOT_ASKED
    sex: str | Missing = NOT_ASKED
    pregnant: bool | Missing = NOT_ASKED
    gestation_weeks: float | Missing = NOT_ASKED
    breastfeeding: bool | Missing = NOT_ASKED
    weight_kg: float | Missing = NOT_ASKED
    opioid_naive: bool | Missing = NOT_ASKED


class Exposure(msgspec.Struct, frozen=True):
    """A substance or product that the person took, as told. `substance` is the id in knowledge, where it has one."""

    key: str
    as_told: str
    substance: str | Missing = NOT_ASKED
    product: str = ""
    recognised: bool = True
    last_use: Span | Missing = NOT_ASKED
    amount: Quantity | Missing = NOT_ASKED
    per: str | Missing = NOT_ASKED
    doses_per_day: float | Missing = NOT_ASKED
    route: str | Missing = NOT_ASKED
    duration: Quantity | Missing = NOT_ASKED
    prescribed: bool | Missing = NOT_ASKED
    adulterants: tuple[str, ...] | Missing = NOT_ASKED


class Medicine(msgspec.Struct, frozen=True):
    """A medicine that the person takes. `medicine` is the id in knowledge, None where Leeward does not know it."""

    key: str
    as_told: str
    medicine: str | None
    dose: str | Missing = NOT_ASKED
    last_taken: Span | Missing = NOT_ASKED
    verified: str | Missing = NOT_ASKED
    nearly: str = ""


class Dose(msgspec.Struct, frozen=True):
    """A dose that was given, or one that somebody means to give (an order).

    `amount` is the most at one time that the words allow; `times` the most doses in 24 hours that they allow, missing
    where they say how often and it cannot be told; `at_most` the most in 24 hours, where they name one.
    """

    key: str
    as_told: str
    medicine: str | None
    amount: Quantity | Missing = NOT_ASKED
    dose: str | Missing = NOT_ASKED
    route: str | Missing = NOT_ASKED
    at: Span | Missing = NOT_ASKED
    day: int | Missing = NOT_ASKED
    nearly: str = ""
    times: float | Missing = 1.0
    at_most: Quantity | Missing = NOT_ASKED


class Condition(msgspec.Struct, frozen=True):
    """A condition or its recorded absence. `condition` is the id in knowledge, None where Leeward does not know it."""

    key: str
    as_told: str
    condition: str | None
    present: bool | Missing = True
    code: Code | None = None


class Allergy(msgspec.Struct, frozen=True):
    """An allergy or intolerance. `medicine` is the id in knowledge, None where Leeward does not know it."""

    as_told: str
    medicine: str | None
    nearly: str = ""


class Observation(msgspec.Struct, frozen=True):
    """A vital sign, laboratory value, ECG or screen, in the unit that knowledge keeps for it."""

    key: str
    what: str
    value: float | str | bool | Missing
    unit: str = ""
    at: Span | Missing = NOT_ASKED
    method: str = ""
    upper_limit_of_normal: float | Missing = NOT_ASKED
    results: tuple[tuple[str, str], ...] = ()
    recognised: bool = True


class ScoreEntry(msgspec.Struct, frozen=True):
    """A filled-in instrument: its items (id -> points, yes/no or missing), or a total alone."""

    key: str
    instrument: str
    at: Span | Missing
    items: Mapping[str, int | bool | Missing] | None = None
    total: int | None = None
    by: str = ""


UNNAMED = ("unknown", "declined")
"""How an entry reads whose name nobody knows or told."""


def unnamed(entries: Sequence[Medicine | Dose | Condition | Allergy], name: str) -> tuple[str, ...]:
    """The entries that leave open what their list does not name, as questions name them.

    Their name is not known, or it is nearly the name of a medicine that Leeward knows and may be a slip for it.
    """
    return tuple(
        f"{name}.{entry.as_told}" for entry in entries if entry.as_told in UNNAMED or getattr(entry, "nearly", "")
    )


class Kept(msgspec.Struct, frozen=True, order=True):
    """Something in the case file that Leeward keeps and shows but does not know."""

    path: str
    as_told: str


class Case(msgspec.Struct, frozen=True):
    """Everything known about a person at `now`."""

    now: datetime
    title: str = ""
    synthetic: bool = False
    cites: tuple[str, ...] = ()
    setting: str | Missing = NOT_ASKED
    jurisdiction: str | Missing = NOT_ASKED
    patient: Patient = Patient()
    goals: tuple[str, ...] = ()
    declines: tuple[str, ...] = ()
    exposures: tuple[Exposure, ...] | Missing = NOT_ASKED
    medicines: tuple[Medicine, ...] | Missing = NOT_ASKED
    orders: tuple[Dose, ...] = ()
    doses: tuple[Dose, ...] | Missing = NOT_ASKED
    conditions: tuple[Condition, ...] | Missing = NOT_ASKED
    allergies: tuple[Allergy, ...] | Missing = NOT_ASKED
    observations: tuple[Observation, ...] = ()
    scores: tuple[ScoreEntry, ...] = ()
    kept: tuple[Kept, ...] = ()
