"""What is known about a question: the statements that bear on it, why each was found, and where they disagree.

The answer lists and never pools: each statement keeps its own direction, certainty, population, source and day.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Literal

import msgspec

from leeward.evidence.base import Evidence, evidence_of
from leeward.evidence.meaning import Meaning, meaning
from leeward.evidence.search import Index, Why
from leeward.evidence.statements import Certainty, Direction, Kind, Standing, Statement, Substance, Topic, answers
from leeward.evidence.terms import LONGEST_QUESTION
from leeward.knowledge import Knowledge
from leeward.products.wording import plain

NOTHING = "Nothing is known here: no statement bears on this."
NEAREST = "These are the statements nearest to the question; whether they answer it is for the reader to judge."
WITHOUT_MODEL = "Searched by words alone: the model of meaning is not installed (pip install 'leeward[semantic]')."
MOST = 10


class CitedSource(msgspec.Struct, frozen=True):
    """A source as it is shown: who, when, where, and whether it was read."""

    id: str
    title: str
    authors: str
    year: int | None
    where: str
    locator: str
    status: str


class Bearing(msgspec.Struct, frozen=True):
    """The proposition that a statement bears on."""

    id: str
    sentence: str
    asks: str


class Shown(msgspec.Struct, frozen=True):
    """A statement with all that must be shown beside it. `answers` is no where it explains only; `why` where it was sought."""

    id: str
    statement: str
    proposition: Bearing
    direction: Direction
    certainty: Certainty
    certainty_reason: str
    topic: Topic
    population: str
    substances: tuple[Substance, ...]
    kinds: tuple[Kind, ...]
    answers: bool
    standing: Standing
    verified: bool
    last_verified: datetime.date | None
    sources: tuple[CitedSource, ...]
    added: bool
    why: Why | None = None


class Conflict(msgspec.Struct, frozen=True):
    """A proposition that some statements support and others refute, all of them side by side."""

    proposition: Bearing
    supports: tuple[Shown, ...]
    refutes: tuple[Shown, ...]
    uncertain: tuple[Shown, ...]


class EvidenceAnswer(msgspec.Struct, frozen=True):
    """`evidence/1`: see docs/reference/evidence.md."""

    leeward: Literal["evidence/1"]
    knowledge: str
    question: str
    topic: str
    substance: str
    searched_by: Literal["none", "words", "words and meaning"]
    model: str
    says: tuple[str, ...]
    found: int
    statements: tuple[Shown, ...]
    conflicts: tuple[Conflict, ...]


def ask(
    question: str,
    evidence: Evidence,
    knowledge: Knowledge,
    topic: str = "",
    substance: str = "",
    most: int = MOST,
) -> EvidenceAnswer:
    """The statements nearest to a question, best first; all of a topic or substance where no question is put."""
    says: list[str] = []
    if len(question) > LONGEST_QUESTION:
        says.append(f"Only the first {LONGEST_QUESTION} characters of the question were read.")
    question = plain(question, LONGEST_QUESTION)
    model = meaning() if question else None
    whys: dict[str, Why] = {}
    if question:
        index = _index(evidence, knowledge, model)
        hits = index.search(question, keep=lambda id: _kept(evidence.statements[id], topic, substance))
        whys = {hit.id: hit.why for hit in hits}
        found = [evidence.statements[hit.id] for hit in hits]
        says.append(NEAREST if hits else NOTHING)
        if not hits and (known := index.known(question)):
            says.append(f"Alone, these words are found: {', '.join(f'“{word}”' for word in known)}.")
        if model is None:
            says.append(WITHOUT_MODEL)
    else:
        found = [one for one in evidence.statements.values() if _kept(one, topic, substance)]
        if not found:
            says.append(NOTHING)
    kept = found[:most]
    return EvidenceAnswer(
        leeward="evidence/1",
        knowledge=knowledge.version,
        question=question,
        topic=topic,
        substance=substance,
        searched_by="none" if not question else "words" if model is None else "words and meaning",
        model=model.name if model else "",
        says=tuple(says),
        found=len(found),
        statements=tuple(shown_with(one, evidence, whys.get(one.id)) for one in kept),
        conflicts=conflicts(kept, evidence),
    )


def one(id: str, evidence: Evidence, knowledge: Knowledge) -> EvidenceAnswer:
    """One statement, and where its proposition is in dispute, all that bears on it."""
    statement = evidence.statements[id]
    return EvidenceAnswer(
        leeward="evidence/1",
        knowledge=knowledge.version,
        question="",
        topic="",
        substance="",
        searched_by="none",
        model="",
        says=(),
        found=1,
        statements=(shown_with(statement, evidence, None),),
        conflicts=conflicts([statement], evidence),
    )


def shown_with(statement: Statement, evidence: Evidence, why: Why | None = None) -> Shown:
    """A statement with its proposition and sources."""
    proposition = evidence.propositions[statement.proposition]
    return Shown(
        id=statement.id,
        statement=statement.says,
        proposition=_bearing(proposition.id, evidence),
        direction=statement.direction,
        certainty=statement.certainty,
        certainty_reason=statement.certainty_reason,
        topic=statement.topic,
        population=statement.population,
        substances=statement.substances,
        kinds=statement.kinds,
        answers=answers(statement, proposition),
        standing=statement.standing,
        verified=statement.verified,
        last_verified=statement.last_verified,
        sources=tuple(_cited(id, evidence) for id in statement.sources),
        added=statement.id in evidence.added,
        why=why,
    )


def conflicts(found: Iterable[Statement], evidence: Evidence) -> tuple[Conflict, ...]:
    """The propositions of the statements that have evidence on both sides; what only explains takes no side."""
    disputed: list[Conflict] = []
    for id in dict.fromkeys(statement.proposition for statement in found):
        bearing = [one for one in evidence.bearing_on(id) if answers(one, evidence.propositions[id])]
        sides: Mapping[str, tuple[Shown, ...]] = {
            direction: tuple(shown_with(one, evidence) for one in bearing if one.direction == direction)
            for direction in ("supports", "refutes", "uncertain")
        }
        if sides["supports"] and sides["refutes"]:
            disputed.append(Conflict(_bearing(id, evidence), sides["supports"], sides["refutes"], sides["uncertain"]))
    return tuple(disputed)


def index_of(knowledge: Knowledge) -> Index:
    """The search over what ships, by words and, where its model is installed, by meaning; made once."""
    return _index(evidence_of(knowledge), knowledge, meaning())


@lru_cache(maxsize=4)
def _index(evidence: Evidence, knowledge: Knowledge, model: Meaning | None) -> Index:
    return Index(evidence.statements, evidence.propositions, knowledge, model)


def _kept(statement: Statement, topic: str, substance: str) -> bool:
    return (not topic or statement.topic == topic) and (not substance or substance in statement.substances)


def _bearing(id: str, evidence: Evidence) -> Bearing:
    proposition = evidence.propositions[id]
    return Bearing(id, proposition.sentence, proposition.asks)


def _cited(id: str, evidence: Evidence) -> CitedSource:
    source = evidence.sources[id]
    return CitedSource(id, source.title, source.authors, source.year, source.where, source.locator, source.status)
