"""The law as the knowledge files hold it: places, the rules that held there over a period, and what their words mean."""

from __future__ import annotations

import calendar
import datetime
from typing import Literal

import msgspec

from leeward.errors import KnowledgeError
from leeward.knowledge.entries import Entry, Words
from leeward.knowledge.knowledge import Knowledge

Substance = Literal["leaf", "extract", "7-oh", "analogue"]
Answer = Literal["lawful", "unlawful", "restricted", "undetermined", "refused-stale"]
Confidence = Literal["high", "medium", "low"]
Measure = Literal[
    "percent_of_alkaloids",
    "percent_dry_weight",
    "mg_per_g",
    "mg_per_ml",
    "mg_per_serving",
    "mg_per_article",
    "ppm",
    "mass_ratio",
]
Operator = Literal["<", "<=", ">="]
LimitStatus = Literal["in_force", "proposed", "superseded", "unconfirmed"]
Together = Literal["sum", "each", "unknown"]


class Span(msgspec.Struct, frozen=True):
    """The days between which something happened: one day where it is known, a month or a year where only that is."""

    first: datetime.date
    last: datetime.date

    @classmethod
    def of(cls, text: str) -> Span:
        """A day, a month, a year, or two of them with a slash. Raises KnowledgeError for anything else.

        >>> Span.of("2025-11") == Span(datetime.date(2025, 11, 1), datetime.date(2025, 11, 30))
        True
        """
        earliest, slash, latest = text.partition("/")
        return cls(_days(earliest)[0], _days(latest if slash else earliest)[1])


def _days(text: str) -> tuple[datetime.date, datetime.date]:
    try:
        parts = [int(part) for part in text.split("-")]
        year, month = parts[0], parts[1] if len(parts) > 1 else 0
        if len(parts) == 3:
            day = datetime.date(*parts)
            return day, day
        if len(parts) == 2:
            return datetime.date(year, month, 1), datetime.date(year, month, calendar.monthrange(year, month)[1])
        return datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    except (ValueError, TypeError):
        raise KnowledgeError(f'"{text}" is not a day, a month, a year or two of them with a slash.') from None


class RuleLimit(Entry, frozen=True, kw_only=True):
    """A number of a rule. A product is inside it when `analytes` (over `over`, in a ratio) stand in the relation to it."""

    substance: str
    analytes: Words
    over: Words = ()
    # Whether several analytes are added up or each is held against the number; unknown where the text read does not say.
    together: Together = "sum"
    measure: Measure
    operator: Operator
    value: float
    unit: str
    applies_to: str
    status: LimitStatus
    lines: tuple[Substance, ...] = ("leaf", "7-oh")


class Perhaps(msgspec.Struct, frozen=True, kw_only=True):
    """What another order could have changed of a rule from a day on, unseen: the words and the confidence that then stand for the rule."""

    from_: str = msgspec.field(name="from")
    says: str
    in_short: str
    confidence: Confidence
    analytes: Words = ()
    """The compounds that it concerns, as analytes.toml names them; all of the rule's where it is empty."""


class Rule(Entry, frozen=True, kw_only=True):
    """A statute, rule or order over its period; an empty word means that it says nothing about that substance.

    `extract` is empty where the rule does not tell an extract from leaf: the rule for kratom is then the rule for both.
    `possession` is what it says of having for oneself what may not be sold; `scheduled` are the compounds that it
    schedules in any amount, as analytes.toml names them.
    """

    leaf: str = ""
    extract: str = ""
    seven_oh: str = ""
    analogue: str = ""
    from_: str = msgspec.field(name="from", default="")
    to: str = ""
    instrument: str = ""
    age: int | None = None
    labels: Words = ()
    shops: Words = ()
    registration: str = ""
    prohibited: Words = ()
    possession: str = ""
    scheduled: Words = ()
    perhaps: Perhaps | None = None
    limits: tuple[RuleLimit, ...] = ()

    def status_of(self, substance: Substance) -> str:
        """The rule's word for a substance, or nothing."""
        words = {"leaf": self.leaf, "extract": self.extract or self.leaf, "7-oh": self.seven_oh}
        return self.analogue if substance == "analogue" else words[substance]

    def perhaps_on(self, on: datetime.date) -> Perhaps | None:
        """What may have changed by a day; None where nothing could have."""
        return self.perhaps if self.perhaps is not None and Span.of(self.perhaps.from_).last <= on else None


class Jurisdiction(Entry, frozen=True, kw_only=True):
    """A place, the rules known of it, and how new and how firm that knowledge is."""

    name: str
    as_of: str
    confidence: Confidence
    pending: str = ""
    local: Words = ()
    check: Words = ()
    rules: tuple[Rule, ...]

    def age_in_days(self, on: datetime.date) -> int:
        """Days from the newest evidence to `on`; where only its month is known, from the first day of it."""
        return (on - Span.of(self.as_of).first).days


class LegalWord(Entry, frozen=True, kw_only=True):
    """What a word for a legal position means, and which answer follows."""

    answer: Literal["lawful", "unlawful", "restricted", "undetermined"]
    in_short: str
    """A few words for a summary; {terms} are the kinds of its terms of sale, {age} the least age of buyers."""


class LawFact(Entry, frozen=True, kw_only=True):
    """A fact on the law that is not a rule in force; about every substance where `substances` is empty.

    `about` names a substance whose law is not held, under the topic not-held.
    """

    topic: Literal[
        "recall-authority",
        "fda-position",
        "import-alert",
        "scheduling-notice",
        "scheduling-order",
        "conflict",
        "not-held",
    ]
    jurisdiction: str
    date: str = ""
    substances: tuple[Substance, ...] = ()
    about: str = ""


def as_held(substance: Substance) -> Substance:
    """The substance under which rules, limits and facts are written: those on leaf are on kratom, extracts among it."""
    return "leaf" if substance == "extract" else substance


def row_of(code: str, knowledge: Knowledge) -> Jurisdiction | None:
    """What is known of a place by its code (US, US-GA), or None where nothing is held."""
    return knowledge.table_of("jurisdictions", Jurisdiction).get(code.lower())


def legal_word(status: str, knowledge: Knowledge) -> LegalWord:
    """What a word for a legal position means; raises KnowledgeError for one that law-words.toml lacks."""
    try:
        return knowledge.table_of("law-words", LegalWord)[status]
    except KeyError:
        raise KnowledgeError(f'"{status}" is not a word of law-words.toml.') from None


def law_facts(
    code: str, on: datetime.date, knowledge: Knowledge, substance: Substance | None = None
) -> tuple[LawFact, ...]:
    """Facts of a place (code "US" for the federal ones) that were so by a day, the undated ones among them."""
    return tuple(
        fact
        for fact in knowledge.table_of("law-facts", LawFact).values()
        if fact.jurisdiction == code
        and (not fact.date or Span.of(fact.date).last <= on)
        and (substance is None or not fact.substances or as_held(substance) in fact.substances)
    )
