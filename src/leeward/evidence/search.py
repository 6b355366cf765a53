"""Search over statements: by their words (BM25 over stems and concepts), and by meaning where the model is installed.

The two orders are joined by reciprocal rank: a statement's score is the sum of 1 / (60 + its place) in each. A statement
that shares too little of a question, and is not near in meaning either, is no hit: where there is none, nothing is known here.

Source: Robertson and Zaragoza 2009 (BM25); Cormack, Clarke and Buettcher 2009 (reciprocal rank fusion, with 60).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import msgspec

from leeward.evidence.meaning import Meaning
from leeward.evidence.statements import Proposition, Statement
from leeward.evidence.terms import Sought, by_usual_names, sought, terms_of
from leeward.knowledge import Knowledge

By = Literal["words", "meaning", "both"]

SATURATION, LENGTH = 1.2, 0.75
"""BM25's k1 and b."""
RANK = 60
"""The constant of reciprocal rank fusion."""
MEANING = 0.6
"""What the order by meaning counts for beside the order by words."""
DEEP = 30
"""Places of each order that are joined."""

FEW = 3
"""A word that fewer statements have, or none, is weighed as one that so many have."""

PROPOSITION, POPULATION = 0.6, 0.4
"""What a word of the proposition or of the population counts for, where one of the statement itself counts one."""

SHARED = 0.34
"""The least share of a question, by the rarity of its words, that a statement must have to be a hit by its words."""
NEAR = 0.44
"""The least nearness in meaning of a hit by meaning alone."""


class Why(msgspec.Struct, frozen=True):
    """Why a statement was found: the question's words that it shares, the share of the question, its nearness in meaning."""

    words: tuple[str, ...]
    share: float
    nearness: float | None


class Hit(msgspec.Struct, frozen=True):
    """A statement that was found, with its score and why; a higher score comes first."""

    id: str
    score: float
    why: Why


class _Weighed(msgspec.Struct, frozen=True):
    """A word or phrase of a question, how rare it is and what each term that stands for it tells."""

    written: str
    rarity: float
    tells: Mapping[str, float]


class Index:
    """Statements ready to be searched; made in a few hundredths of a second."""

    def __init__(
        self,
        statements: Mapping[str, Statement],
        propositions: Mapping[str, Proposition],
        knowledge: Knowledge,
        meaning: Meaning | None,
    ) -> None:
        self.meaning = meaning
        self._knowledge = knowledge
        self._ids = tuple(statements)
        self._terms = [_terms(one, propositions.get(one.proposition), knowledge) for one in statements.values()]
        self._lengths = [sum(terms.values()) for terms in self._terms]
        self._mean_length = sum(self._lengths) / max(1, len(self._lengths))
        self._having: dict[str, int] = {}
        for terms in self._terms:
            for term in terms:
                self._having[term] = self._having.get(term, 0) + 1
        self._vectors: Any = None
        if meaning is not None and statements:
            self._vectors = meaning.vectors([_sentence(one, propositions) for one in statements.values()])

    def search(self, question: str, by: By = "both", keep: Callable[[str], bool] = lambda id: True) -> list[Hit]:
        """The hits, best first. `keep` says which statements may be hits."""
        wanted = self._weighed(sought(question, self._knowledge))
        near = self._nearness(question) if by != "words" else None
        scores = [self._score(place, wanted) for place in range(len(self._ids))]
        by_words = [place for place in _ordered(scores) if scores[place] > 0] if by != "meaning" else []
        by_meaning = _ordered(near) if near is not None else []
        joined: dict[int, float] = {}
        for order, weight in ((by_words, 1.0), (by_meaning, MEANING)):
            for rank, place in enumerate(order[:DEEP], 1):
                joined[place] = joined.get(place, 0.0) + weight / (RANK + rank)
        hits: list[Hit] = []
        for place, score in joined.items():
            why = self._why(place, wanted, near)
            shared = by != "meaning" and why.share >= SHARED
            if keep(self._ids[place]) and (shared or (near is not None and near[place] >= NEAR)):
                hits.append(Hit(self._ids[place], score, why))
        return sorted(hits, key=lambda hit: (-hit.score, hit.id))

    def known(self, question: str) -> tuple[str, ...]:
        """The question's words that any statement has."""
        wanted = sought(question, self._knowledge)
        found = (one.written for one in wanted if any(term in self._having for term in one.terms))
        return tuple(dict.fromkeys(found))

    def _rarity(self, having: int) -> float:
        """How much a term tells that so many statements have; one that fewer than a few have tells no more than one of a few."""
        having = max(having, FEW)
        return math.log(1 + (len(self._ids) - having + 0.5) / (having + 0.5))

    def _weighed(self, wanted: Sequence[Sought]) -> list[_Weighed]:
        """The words and phrases with what each of their terms tells; those that stand in no statement weigh as rare ones."""
        known = [one for one in wanted if any(term in self._having for term in (*one.terms, *one.wider))]
        phrases = [one for one in known if one.last > one.first]
        counted = [
            one
            for one in wanted
            if one in known
            or (one.last == one.first and not any(phrase.first <= one.first <= phrase.last for phrase in phrases))
        ]
        return [self._of_terms(one) for one in counted]

    def _of_terms(self, one: Sought) -> _Weighed:
        """The word itself, the usual name and the rarest concept share the rarity of the commonest of them."""
        having = {term: self._having.get(term, 0) for term in (*one.terms, *one.wider)}
        concepts = sorted((term for term in one.terms if term[0] == "=" and having[term]), key=having.__getitem__)
        direct = {term: worth for term, worth in one.terms.items() if term[0] != "=" or term in concepts[:1]}
        rarity = self._rarity(max((having[term] for term in direct), default=0))
        wider = {term: worth for term, worth in {**one.terms, **one.wider}.items() if term not in direct}
        tells = {term: rarity * worth for term, worth in direct.items()}
        tells |= {term: min(rarity, self._rarity(having[term])) * worth for term, worth in wider.items()}
        return _Weighed(one.written, rarity, tells)

    def _matched(self, place: int, one: _Weighed) -> float:
        terms = self._terms[place]
        return max((tells for term, tells in one.tells.items() if term in terms), default=0.0)

    def _score(self, place: int, wanted: Sequence[_Weighed]) -> float:
        """BM25, each word and phrase counted by the best of the terms that stand for it."""
        terms = self._terms[place]
        length = 1 - LENGTH + LENGTH * self._lengths[place] / self._mean_length
        score = 0.0
        for one in wanted:
            found = [
                tells * (count := terms[term]) * (SATURATION + 1) / (count + SATURATION * length)
                for term, tells in one.tells.items()
                if term in terms
            ]
            score += max(found, default=0.0)
        return score

    def _nearness(self, question: str) -> list[float] | None:
        if self.meaning is None or self._vectors is None:
            return None
        return [
            float(one) for one in self._vectors @ self.meaning.vectors([by_usual_names(question, self._knowledge)])[0]
        ]

    def _why(self, place: int, wanted: Sequence[_Weighed], near: Sequence[float] | None) -> Why:
        matched = [self._matched(place, one) for one in wanted]
        whole = sum(one.rarity for one in wanted)
        shared = tuple(dict.fromkeys(one.written for one, got in zip(wanted, matched, strict=True) if got))
        share = sum(matched) / whole if whole else 0.0
        return Why(shared, round(share, 2), None if near is None else round(near[place], 2))


def _terms(statement: Statement, proposition: Proposition | None, knowledge: Knowledge) -> dict[str, float]:
    found: dict[str, float] = {**terms_of(statement.says, knowledge)}
    for text, weight in (
        (proposition.sentence if proposition else "", PROPOSITION),
        (statement.population, POPULATION),
    ):
        for term, count in terms_of(text, knowledge).items():
            found[term] = found.get(term, 0.0) + weight * count
    return found


def _sentence(statement: Statement, propositions: Mapping[str, Proposition]) -> str:
    proposition = propositions.get(statement.proposition)
    return f"{proposition.sentence if proposition else ''}. {statement.says}"


def _ordered(scores: Sequence[float]) -> list[int]:
    return sorted(range(len(scores)), key=lambda place: (-scores[place], place))
