"""What a legal answer holds: the line for one substance in one place on one day, and the numeric limits of its rules."""

from __future__ import annotations

from typing import Literal

import msgspec

from leeward.products.law.entries import (
    Answer,
    Jurisdiction,
    LimitStatus,
    Measure,
    Operator,
    Rule,
    RuleLimit,
    Substance,
    Together,
)

_RELATION = {"<=": "at most", "<": "under", ">=": "at least"}


class LegalLimit(msgspec.Struct, frozen=True, kw_only=True):
    """A number of a rule: a product is inside it when the measure of `analytes` stands in the relation to `value`.

    `analytes` are added up, or each is held against the number, as `together` says; "unknown" where the text read does
    not say. In a mass ratio they stand over the sum of `over` (or each of it). A claim on a label is not a measurement.
    """

    jurisdiction: str
    substance: str
    analytes: tuple[str, ...]
    over: tuple[str, ...] = ()
    together: Together = "sum"
    measure: Measure
    operator: Operator
    value: float
    unit: str
    applies_to: str
    status: LimitStatus
    """Only in_force decides; a proposed, superseded or unconfirmed number is shown so that it is not taken for one."""
    instrument: str
    as_of: str
    confidence: str
    sources: tuple[str, ...]

    @property
    def in_words(self) -> str:
        """What may be in it and how much, such as `mitragynine at most 150 mg per serving`."""
        return f"{self.substance} {_RELATION[self.operator]} {self.value:g} {self.unit}"


class LawLine(msgspec.Struct, frozen=True, kw_only=True):
    """The answer for one substance in one place on one day.

    Empty words and tuples mean that nothing was found, which is never that there is nothing.
    Hazard: a county or city may ban what a state allows; no line says that no local ban exists.
    """

    jurisdiction: str
    """US for the federal line, else US-GA; a country's code or `unknown` where no law is held."""
    name: str
    substance: Substance
    on: str
    answer: Answer
    says: str
    """The answer in one plain sentence."""
    in_short: str = ""
    """The same in a few words, for a summary. It leaves out what weakens the answer."""
    status: str = ""
    """The word for the legal position in law-words.toml; empty where no rule is known for the day."""
    instrument: str = ""
    limits: tuple[LegalLimit, ...] = ()
    age: int | None = None
    """The least age for buying, in years, in the rules in force; None where none was found."""
    label_rules: tuple[str, ...] = ()
    retail_rules: tuple[str, ...] = ()
    prohibited: tuple[str, ...] = ()
    """What products may not hold or be."""
    registration: str = ""
    pending: str = ""
    local: tuple[str, ...] = ()
    """Local rules that are known; many more are not."""
    conflicts: tuple[str, ...] = ()
    """Where sources disagree, and which is used."""
    effective_from: str = ""
    effective_to: str = ""
    as_of: str = ""
    """The day, or the month, of the newest evidence behind the answer; empty where no law is held."""
    confidence: Literal["high", "medium", "low", "none"] = "none"
    because: tuple[str, ...] = ()
    to_check: tuple[str, ...] = ()
    """What to check, and where."""
    sources: tuple[str, ...] = ()


def legal_limit(code: str, row: Jurisdiction, rule: Rule, limit: RuleLimit, status: LimitStatus) -> LegalLimit:
    """A limit of a rule as it stands on the day asked for."""
    return LegalLimit(
        jurisdiction=code,
        substance=limit.substance,
        analytes=limit.analytes,
        over=limit.over,
        together=limit.together,
        measure=limit.measure,
        operator=limit.operator,
        value=limit.value,
        unit=limit.unit,
        applies_to=limit.applies_to,
        status=status,
        instrument=rule.instrument,
        as_of=row.as_of,
        confidence=row.confidence,
        sources=limit.sources or rule.sources or row.sources,
    )
