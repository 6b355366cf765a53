"""Statements of evidence and the propositions that they bear on.

A proposition is a plain sentence that may be false; a statement supports it, refutes it or leaves it uncertain, for the
population that was looked at. Statements of different populations are never pooled.

Hazard: a finding in mice or in cells read as an answer for a patient. Such a statement explains; see `answers`.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import cache
from typing import Literal

import msgspec

from leeward.knowledge import Knowledge
from leeward.knowledge.entries import Entry

Direction = Literal["supports", "refutes", "uncertain"]
Certainty = Literal["high", "moderate", "low", "very low"]
Standing = Literal["read", "read-second-hand", "recalled"]
Kind = Literal["human", "animal", "in-vitro", "product", "law", "expert", "unknown"]
Asks = Literal["clinical", "mechanism", "product", "law"]
Topic = Literal[
    "withdrawal",
    "treatment",
    "kratom-dependence",
    "kratom-pharmacology",
    "interaction",
    "product-quality",
    "recall",
    "regulation",
    "harm-reduction",
    "special-population",
]
Substance = Literal[
    "kratom",
    "leaf",
    "extract",
    "mitragynine",
    "7-OH",
    "analogue",
    "opioid",
    "heroin",
    "fentanyl",
    "methadone",
    "buprenorphine",
    "naloxone",
    "naltrexone",
    "alpha-2-agonist",
    "loperamide",
    "tianeptine",
    "phenibut",
    "ibogaine",
    "cannabidiol",
    "kava",
    "xylazine",
    "medetomidine",
    "alcohol",
    "benzodiazepine",
    "unknown",
]
"""`kratom` says nothing of the product type: leaf, extract, 7-OH and analogue are named where the source names them."""

ONLY_EXPLAINS: frozenset[Kind] = frozenset({"animal", "in-vitro"})


class Statement(Entry, frozen=True, kw_only=True):
    """One thing that is known, in plain words (`says`), and how firmly, of whom, from whom and as of when.

    `kinds` is what was looked at: people, animals, cells, products, the law, or an expert's or guideline's word.
    `standing` is read, read at second hand, or recalled; a recalled one has no `last_verified` and is never verified.
    """

    id: str = ""
    proposition: str
    direction: Direction
    certainty: Certainty
    certainty_reason: str = ""
    topic: Topic
    population: str
    substances: tuple[Substance, ...]
    kinds: tuple[Kind, ...]
    standing: Standing
    last_verified: datetime.date | None = None

    @property
    def verified(self) -> bool:
        """Whether the text behind it was seen, itself or in a copy or summary."""
        return self.standing != "recalled" and self.last_verified is not None

    @property
    def only_explains(self) -> bool:
        """Whether it was found in animals or in the test tube alone."""
        return set(self.kinds) <= ONLY_EXPLAINS


class Proposition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A plain sentence that evidence bears on, and what kind of question it settles."""

    sentence: str
    asks: Asks
    id: str = ""
    note: str = ""


def answers(statement: Statement, proposition: Proposition) -> bool:
    """Whether a statement may answer what the proposition asks: findings in animals or cells answer nothing clinical."""
    return not (proposition.asks == "clinical" and statement.only_explains)


@cache
def statements(knowledge: Knowledge) -> Mapping[str, Statement]:
    """Every statement by its id, such as EV-K-001."""
    read = knowledge.table_of("evidence", Statement)
    return {id: msgspec.structs.replace(statement, id=id) for id, statement in read.items()}


@cache
def propositions(knowledge: Knowledge) -> Mapping[str, Proposition]:
    """Every proposition by its id."""
    read = knowledge.table_of("propositions", Proposition)
    return {id: msgspec.structs.replace(proposition, id=id) for id, proposition in read.items()}
