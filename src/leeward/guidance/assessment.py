"""The assessment as it leaves Leeward: `leeward: assessment/1`. Fields are added, never renamed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

from leeward.pharmacology.clearance_interactions import times
from leeward.products.recalls.action import Grade

Status = Literal["recommended", "acceptable", "not-yet", "avoid", "cannot-tell"]
Level = Literal["emergency", "urgent", "caution", "note"]


class Shape(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Base of everything in an assessment."""


class Reasoning(Shape, frozen=True, kw_only=True):
    """One rule behind a line: what it asks, how it was answered, from which inputs, lacking which, after which sources."""

    rule: str
    says: str
    answer: Literal["yes", "no", "unknown"]
    because: tuple[str, ...]
    used: tuple[str, ...]
    missing: tuple[str, ...]
    sources: tuple[str, ...]

    def sentence(self) -> str:
        """What the rule says, or that it is not known whether it is so."""
        if self.answer != "unknown":
            return self.says
        abbreviation = self.says[1:2].isupper()
        return f"It is not known whether {self.says if abbreviation else self.says[:1].lower() + self.says[1:]}"


class WithdrawalScore(Shape, frozen=True, kw_only=True):
    """An instrument's result: a total, or a range where items are missing; a band only where it is certain."""

    instrument: str
    at: str | None = None
    total: int | None = None
    range: tuple[int, int] | None
    band: str | None = None
    missing: tuple[str, ...] = ()
    objective_signs: int | None = None
    objective_signs_range: tuple[int, int] | None = None
    current: bool
    flags: tuple[str, ...] = ()


class CourseInterval(Shape, frozen=True, kw_only=True):
    """When something is expected: between two instants, or not known."""

    earliest: datetime | None
    latest: datetime | None


class Course(Shape, frozen=True, kw_only=True):
    """The expected course of withdrawal from one exposure in groups of people; never a forecast for this person."""

    exposure: str
    onset: CourseInterval | None
    peak: CourseInterval | None
    end: CourseInterval | None
    says: str
    disagreements: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


class Alert(Shape, frozen=True, kw_only=True):
    """Something to act on at once."""

    id: str
    level: Level
    title: str
    because: tuple[str, ...]
    do: tuple[str, ...]
    covered_by: tuple[str, ...] = ()
    rule: str
    sources: tuple[str, ...]
    reasoning: tuple[Reasoning, ...] = ()


class StateOfPerson(Shape, frozen=True, kw_only=True):
    """Where the person stands."""

    withdrawal: tuple[WithdrawalScore, ...]
    course: tuple[Course, ...]
    mismatches: tuple[Alert, ...]


class ProductLine(Shape, frozen=True, kw_only=True):
    """What the label of a product says it is, and the best grade of a record about it. No record does not mean safe."""

    label: str
    class_: str = msgspec.field(name="class")
    says: str
    confidence: str
    disagrees: str
    """Where the label names another substance than was told; empty where it does not."""
    brand: str | None
    strength: str | None
    lot: str | None
    upc: str | None
    grade: Grade
    near: tuple[str, ...]
    because: tuple[str, ...]
    searched: str


class ExposureAnswer(Shape, frozen=True, kw_only=True):
    """What was told and what Leeward takes it for."""

    key: str
    as_told: str
    resolved: str | None
    class_: str = msgspec.field(name="class")
    drug_test: str = ""
    product: ProductLine | None = None
    actions: tuple[Any, ...] = ()
    law: dict[str, Any] = {}
    assay: tuple[Any, ...] = ()
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


class Amount(Shape, frozen=True, kw_only=True):
    """A dose as a range with the usual one; a side that no source gives is null."""

    min: float | None
    usual: float | None
    max: float | None
    unit: str


class ProposalStep(Shape, frozen=True, kw_only=True):
    """One step of a proposal. `if` says on what condition, `hold_if` when not to give it."""

    when: str
    dose: Amount | None
    every: str = ""
    per_day_max: Amount | None = None
    if_: str = msgspec.field(name="if", default="")
    hold_if: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


class Proposal(Shape, frozen=True, kw_only=True):
    """What a clinician may accept, change or refuse. Nothing is ordered by it."""

    medicine: str
    route: str
    steps: tuple[ProposalStep, ...]
    prescriber_law: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


class Monitoring(Shape, frozen=True, kw_only=True):
    """What to watch and at which times."""

    what: tuple[str, ...]
    at: tuple[str, ...]
    sources: tuple[str, ...] = ()


class OptionAnswer(Shape, frozen=True, kw_only=True):
    """What may be done: status, reasons, what it still needs, a proposal where there is one."""

    id: str
    title: str
    status: Status
    until: datetime | None = None
    because: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    proposal: Proposal | None = None
    monitoring: tuple[Monitoring, ...] = ()
    rules: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    certainty: str = ""
    evidence: str = ""
    reasoning: tuple[Reasoning, ...] = ()


class Statement(Shape, frozen=True, kw_only=True):
    """Something said on every plan, or a disagreement between sources."""

    id: str
    title: str = ""
    says: str
    default: str = ""
    sources: tuple[str, ...] = ()


class Refusal(Shape, frozen=True, kw_only=True):
    """What Leeward declined to do, why, and where to turn."""

    id: str
    what: str
    why: str
    turn_to: str
    rule: str
    sources: tuple[str, ...] = ()


class Question(Shape, frozen=True, kw_only=True):
    """An input whose answer may change the assessment, and what it may change."""

    input: str
    ask: str
    would_change: tuple[str, ...]


class ExposureFigure(Shape, frozen=True, kw_only=True):
    """A ratio of one level with another thing to the level without it: 1 is no change. `standing` says whether people were measured."""

    level_of: str
    measure: Literal["AUC", "Cmax", "half-life", "clearance"]
    value: float | None = None
    low: float | None = None
    high: float | None = None
    interval: str = ""
    """What low and high are; empty where none was published."""
    unit: str = "ratio"
    route: str
    dose: str
    population: str
    standing: Literal["measured", "model"]
    grade: str = ""
    not_shown: str
    note: str = ""
    sources: tuple[str, ...]

    def times(self) -> str:
        """The ratio in words, with what its interval is."""
        return times(self.value, self.low, self.high, self.interval)


class LevelChange(Shape, frozen=True, kw_only=True):
    """How one thing changes the level of another, or that it cannot be told; never a sign that a pair is safe."""

    level_of: str
    by: str
    standing: Literal["measured", "cannot-tell"]
    says: str
    figures: tuple[ExposureFigure, ...] = ()
    """The trial that speaks for the pair first; further trials and a model's numbers after it, never averaged."""
    differs: tuple[str, ...] = ()
    """How this person differs from those measured."""
    sources: tuple[str, ...] = ()

    def lines(self) -> tuple[str, ...]:
        """The figure with its interval, dose and people, or that there is none; and how this person differs from those people."""
        return (f"Level of {self.level_of}: {self.says}", *self.differs)


class Interaction(Shape, frozen=True, kw_only=True):
    """Two things that the person takes, or may be given, and what is measured about the pair."""

    id: str
    between: tuple[str, str]
    severity: str
    says: str
    mechanism: str = ""
    do: str
    lifted_by: str = ""
    measured: tuple[str, ...] = ()
    level_change: LevelChange | None = None
    not_known: str = ""
    note: str = ""
    rank: str = ""
    rule: str
    sources: tuple[str, ...] = ()

    def known(self) -> tuple[str, ...]:
        """What is known of the pair and what is not, as an alert says it: a change of a level where this very pair was measured."""
        change = self.level_change
        level = change.lines() if change is not None and change.standing == "measured" else ()
        unknown = (f"Not known: {self.not_known}",) if self.not_known else ()
        return (self.says, *self.measured, *level, *unknown)


class Adjunct(Shape, frozen=True, kw_only=True):
    """A comfort medicine for one symptom: whether it may be offered, how much, and what to mind."""

    id: str
    symptom: str
    also: tuple[str, ...] = ()
    medicine: str
    status: str
    dose: str = ""
    max_per_day: str = ""
    because: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    note: str = ""
    needs: tuple[str, ...] = ()
    rule: str
    sources: tuple[str, ...] = ()


class Calculation(Shape, frozen=True, kw_only=True):
    """A number computed from the case: its value or range, its unit, and what went into it."""

    id: str
    title: str
    value: float | str | None = None
    range: tuple[float, float] | None = None
    at_least: float | None = None
    unit: str = ""
    label: str = ""
    inputs: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    rule: str
    sources: tuple[str, ...] = ()


class LevelOfCare(Shape, frozen=True, kw_only=True):
    """The least level of care that fits, and what would raise it."""

    suggested: str | None
    at_least: str | None
    name: str = ""
    because: tuple[str, ...]
    rule: str
    needs: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


class KnowledgeVersion(Shape, frozen=True, kw_only=True):
    """Which knowledge answered, and who signed it for this site."""

    version: str
    digest: str
    signed_by: dict[str, str] | None = None


class SourceLine(Shape, frozen=True, kw_only=True):
    """A source as cited in this assessment."""

    title: str
    authors: str = ""
    year: int | None = None
    where: str = ""
    status: str
    date: str


class Assessment(Shape, frozen=True, kw_only=True):
    """The whole answer for one case at one instant."""

    leeward: str = "assessment/1"
    now: datetime
    knowledge: KnowledgeVersion
    policy_changed: tuple[str, ...] = ()
    title: str = ""
    synthetic: bool = False
    cites: tuple[str, ...] = ()
    state: StateOfPerson
    exposures: tuple[ExposureAnswer, ...]
    alerts: tuple[Alert, ...]
    options: tuple[OptionAnswer, ...]
    always: tuple[Statement, ...]
    interactions: tuple[Interaction, ...] = ()
    adjuncts: tuple[Adjunct, ...] = ()
    calculations: tuple[Calculation, ...] = ()
    level_of_care: LevelOfCare | None = None
    questions: tuple[Question, ...] = ()
    conflicts: tuple[Statement, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    not_known_to_leeward: tuple[str, ...] = ()
    sources: dict[str, SourceLine] = {}
