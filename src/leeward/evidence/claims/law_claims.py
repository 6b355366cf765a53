"""What a sentence says of the law of a state, held against the dated tables of law.

Hazard: a legal answer ages. Every decision carries its day, and one past its evidence is `unverifiable`.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

import msgspec

from leeward.evidence.claims.judging import Decision
from leeward.evidence.claims.stance import Stance, denied
from leeward.evidence.claims.words import Mention, Word
from leeward.evidence.statements import Certainty
from leeward.knowledge import Knowledge
from leeward.products.law.entries import Jurisdiction, Substance
from leeward.products.law.law import law_of
from leeward.products.law.lines import LawLine

HELD: Mapping[str, Substance] = {"seven-oh": "7-oh", "analogue": "analogue", "extract": "extract"}
"""Concepts and the substances of the tables of law; everything else is leaf."""

AGE = re.compile(
    r"\b(?:over|aged?|at least|from|older than|above|turn(?:ing)?)\s+(18|19|21)\b|\b(18|19|21)\s*(?:\+|and (?:over|older|up)|or (?:over|older)|years? (?:of age|old))",
    re.IGNORECASE,
)
OTHERWISE = re.compile(
    r"\b(?:until|used to|previously|formerly|in (?:19|20)\d\d|since|before)\b|\d\s*(?:mg|percent|%|grams?)",
    re.IGNORECASE,
)
"""Words by which a sentence speaks of the law at another time, or of an amount."""

CERTAINTY: Mapping[str, Certainty] = {"high": "high", "medium": "moderate", "low": "low"}


class LegalClaim(msgspec.Struct, frozen=True):
    """What a sentence says of the law of a place, and what the table of law says."""

    place: str
    means: str
    decision: Decision
    certainty: Certainty | None
    because: str
    sources: tuple[str, ...]


@cache
def _places(knowledge: Knowledge) -> tuple[re.Pattern[str], Mapping[str, str]]:
    rows = knowledge.table_of("jurisdictions", Jurisdiction)
    names = {row.name.lower(): id.upper() for id, row in rows.items() if id.upper() != "US"}
    names |= {"d.c": "US-DC", "washington dc": "US-DC", "washington, d.c": "US-DC"}
    longest = sorted(names, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)", re.IGNORECASE), names


def legal_claims(
    text: str,
    said: Sequence[Word],
    mentions: Sequence[Mention],
    stance: Stance,
    *,
    on: datetime.date,
    dated: datetime.date | None,
    knowledge: Knowledge,
    stale_after_days: float,
) -> Iterator[LegalClaim]:
    """The claims of a sentence on the law of states; `dated` is the day of the text, where it is known."""
    legal = [one for one in mentions if one.concept == "legal"]
    pattern, codes = _places(knowledge)
    named = {codes[found.group().lower()]: found.group() for found in pattern.finditer(text)}
    if not legal or not named or "import-alert" in {one.concept for one in mentions}:
        return
    texts = [word.text for word in said]
    lawful = not denied(legal[0], "law", stance, texts)[0]
    concepts = {one.concept for one in mentions}
    substance = _substance(concepts)
    age = AGE.search(text)
    for code, name in named.items():
        line = _line(code, on, substance, knowledge, stale_after_days)
        then = _line(code, dated, substance, knowledge, 10_000) if dated and dated < on else None
        if OTHERWISE.search(text):
            yield LegalClaim(
                line.jurisdiction,
                f"something of the law of {name} at another time or in an amount",
                "unverifiable",
                None,
                f"Look it up: {line.says} As of {line.as_of}.",
                line.sources,
            )
            continue
        yield _decided(line, then, name, lawful, int(next(filter(None, age.groups()))) if age else None)


def _substance(concepts: Iterable[str]) -> Substance:
    named: list[Substance] = [held for concept, held in HELD.items() if concept in concepts]
    for held in named:
        return held
    return "leaf"


def _line(code: str, on: datetime.date, substance: Substance, knowledge: Knowledge, stale: float) -> LawLine:
    return law_of(code, on, knowledge=knowledge, stale_after_days=stale, substances=(substance,))[-1]


def _decided(line: LawLine, then: LawLine | None, name: str, lawful: bool, age: int | None) -> LegalClaim:
    what = {"leaf": "kratom leaf", "extract": "kratom extract", "7-oh": "7-OH", "analogue": "an analogue"}[
        line.substance
    ]
    means = f"{what} is {'lawful' if lawful else 'unlawful'} in {name}"
    certainty = CERTAINTY.get(line.confidence)
    because = f"{line.says} As of {line.as_of}; asked for {line.on}."

    def told(decision: Decision, why: str = "") -> LegalClaim:
        return LegalClaim(line.jurisdiction, means, decision, certainty, f"{why}{because}", line.sources)

    if line.answer in ("undetermined", "refused-stale") or line.jurisdiction == "US":
        return told("unverifiable")
    if line.answer == "unlawful":
        if not lawful:
            return told("supported")
        if then is not None and then.answer == "restricted":
            return told("out of date", "It was so when the text was written. ")
        return told("contradicted")
    if not lawful:
        return told("contradicted")
    if age is not None and line.age is not None and age != line.age:
        return told("contradicted", f"The age is {line.age}. ")
    return told("supported", "With rules. ")
