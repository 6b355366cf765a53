"""The kinds of entry in the knowledge files, one class a file. See docs/reference/knowledge-files.md."""

from __future__ import annotations

import datetime
from typing import Literal

import msgspec

Ids = tuple[str, ...]
Words = tuple[str, ...]


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every entry shares: a plain sentence, its sources, how harmful an error in it would be, and a note."""

    says: str = ""
    sources: Ids = ()
    rank: Literal["A", "B", "C"] | None = None
    note: str = ""


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where a number or statement comes from, and whether that text was read."""

    title: str
    status: Literal["read", "read-second-hand", "recalled", "consensus"]
    date: datetime.date
    authors: str = ""
    year: int | None = None
    edition: str = ""
    where: str = ""
    locator: str = ""
    note: str = ""


class Number(Entry, frozen=True, kw_only=True):
    """A number or a range of numbers with its unit."""

    unit: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    min: float | None = None
    usual: float | None = None
    max: float | None = None
    what: str = ""
    kind: str = ""
    dose: str = ""
    population: str = ""


class LimitEntry(Entry, frozen=True, kw_only=True):
    """A threshold that rules compare readings with. `others`: what other sources say."""

    value: float
    unit: str
    others: tuple[Number, ...] = ()


class Setting(Entry, frozen=True, kw_only=True):
    """A choice that is the site's to make: its default, the range that sources support, and what others say."""

    default: bool | float | str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    choices: Words = ()
    others: tuple[Number, ...] = ()


class Substance(Entry, frozen=True, kw_only=True):
    """A substance that people take, with its course after the last use."""

    name: str
    aliases: Words = ()
    class_: str = msgspec.field(name="class")
    opioid: Literal["yes", "no", "unknown"]
    agonist: Literal["full", "partial", "none", "unknown"] = "unknown"
    acting: Literal["short", "long", "very-long", "unknown"] = "unknown"
    half_life: Number | None = None
    onset: Number | None = None
    peak: Number | None = None
    duration: Number | None = None
    other_course: tuple[Number, ...] = ()
    buprenorphine_wait: Number | None = None
    other_wait: tuple[Number, ...] = ()
    drug_test: str = ""
    drug_test_sources: Ids = ()


class MedicineEntry(Entry, frozen=True, kw_only=True):
    """A medicine, its names and the traits that checks ask for."""

    name: str
    names: Words = ()
    rxnorm: Words = ()
    rxnorm_sources: Ids = ()
    traits: Words = ()
    trait_sources: dict[str, Ids] = {}
    traps: Words = ()


class ConditionEntry(Entry, frozen=True, kw_only=True):
    """A condition that a rule asks for: its names and codes (a code ending in * means its whole block)."""

    name: str
    names: Words = ()
    icd10: Words = ()
    snomed: Words = ()


class ObservationKind(Entry, frozen=True, kw_only=True):
    """An observation: how it is measured, in which unit it is kept, and which values can be a measurement at all."""

    name: str
    names: Words = ()
    kind: Literal["number", "yes-no", "word", "panel"] = "number"
    unit: str = ""
    convert: dict[str, float] = {}
    low: float | None = None
    high: float | None = None
    whole: bool = False
    words: Words = ()
    keeps: Literal["pre-dose", "hours", "long"] = "long"


class Statement(Entry, frozen=True, kw_only=True):
    """Something said on every plan, or declined, or in dispute between sources."""

    title: str = ""
    turn_to: str = ""
    default: str = ""
    topics: Words = ()
    substances: Words = ()


class DoseText(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A dose of a step or a table row, with the numbers as a clinician writes them."""

    unit: str
    min: float | None = None
    usual: float | None = None
    max: float | None = None


class Step(Entry, frozen=True, kw_only=True):
    """One step of a schedule: when, how much, how often, up to how much a day, on what condition, when to hold."""

    when: str
    dose: DoseText | None = None
    every: str = ""
    per_day_max: DoseText | None = None
    if_: str = msgspec.field(name="if", default="")
    hold_if: Words = ()


class Schedule(Entry, frozen=True, kw_only=True):
    """A dose schedule: a medicine by a route in steps, with the law that binds the prescriber."""

    medicine: str
    route: str
    steps: tuple[Step, ...]
    monitoring: tuple[str, ...] = ()
    law: tuple[str, ...] = ()


class Row(Entry, frozen=True, kw_only=True):
    """One row of a table by a range: from `low` (included) to `high` (excluded)."""

    low: float | None = None
    high: float | None = None
    label: str = ""
    dose: DoseText | None = None
    per_day_max: DoseText | None = None
    value: float | None = None
    unit: str = ""


class Table(Entry, frozen=True, kw_only=True):
    """Rows by the value of one reading, in its unit."""

    by: str
    unit: str
    rows: tuple[Row, ...]


class MonitoringPlan(Entry, frozen=True, kw_only=True):
    """What to watch and at which times."""

    what: Words
    at: Words


class RxNormNames(Entry, frozen=True, kw_only=True):
    """RxNorm codes with their names: products of a group, or ingredients and dose forms; `names`: those without a code."""

    groups: Words = ()
    products: dict[str, str] = {}
    codes: dict[str, str] = {}
    names: Words = ()
