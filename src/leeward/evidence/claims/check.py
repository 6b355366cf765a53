"""A text checked: every claim with what the evidence says, how certain, from whom and as of when; `leeward: check/1`.

Pure: the text, the day and the knowledge are arguments. Nothing of the text is carried out, and nothing in it is an instruction.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from leeward.evidence.claims.claim import Claim, Read, claims_of, read
from leeward.evidence.claims.judging import Decision
from leeward.evidence.claims.law_claims import legal_claims
from leeward.evidence.claims.listed import listed
from leeward.evidence.claims.sentences import sentences
from leeward.evidence.claims.words import Lexicon, lexicon
from leeward.evidence.search import Index
from leeward.knowledge import Knowledge

NEAREST = 2
"""Statements that are named beside a sentence that could not be judged."""

LEAST_FOR_AN_INDEX = 5
"""Claims that can be decided: below this many no index is told."""

SUBSTANCES = frozenset(
    {
        "kratom",
        "seven-oh",
        "mitragynine",
        "analogue",
        "opms",
        "opioid",
        "tianeptine",
        "phenibut",
        "ibogaine",
        "alkaloid",
    }
)
WORTH = frozenset({"effect", "care", "test", "law", "act"})
TASTE = re.compile(
    r"\b(taste|flavou?r|smell|ship(?:s|ped|ping)?|price|cheap|discount|coupon|delivery|packag\w+|love|enjoy|favou?rite)\b",
    re.IGNORECASE,
)

ENGLISH = listed(
    "the of and to in is that for with as are on it be or by not from this have can has was at an you people will your they"
)
OTHER = (
    listed(
        "el la los las de del que en y un una es por con para se su le les des du et est une dans pour sur der die das und ist nicht mit von auf den ein eine zu o os da do em não uma il di che non per è i nie jest si het een van voor niet"
    )
    - ENGLISH
)
"""The commonest words of languages written in Latin letters that Leeward does not read."""


class Unjudged(msgspec.Struct, frozen=True):
    """A sentence that states something which no rule fits: what is missing to judge it.

    near    statements of evidence that speak of something like it, for a person to look at; they decide nothing
    """

    start: int
    end: int
    text: str
    missing: str
    near: tuple[str, ...] = ()


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """A checked text. `language`: whether it could be read; `sentences`: how many there are."""

    leeward: Literal["check/1"] = "check/1"
    as_of: str
    knowledge: str
    language: Literal["english", "other"]
    sentences: int
    claims: tuple[Claim, ...]
    unjudged: tuple[Unjudged, ...]
    summary: str
    index: float | None
    """Severity of what is contradicted over severity of all that could be decided, 0 to 1; none under five decided claims."""

    decided: int


def check(
    text: str,
    *,
    on: datetime.date,
    knowledge: Knowledge,
    stale_after_days: float,
    dated: datetime.date | None = None,
    index: Index | None = None,
) -> Checked:
    """Every claim of a text, in the order of the text.

    dated   the day that the text was written, where it is known
    index   a search over the statements, to name those near to what could not be judged
    """
    found: list[Claim] = []
    unjudged: list[Unjudged] = []
    known = lexicon(knowledge)
    carried: tuple[str, ...] = ()
    count = english = 0
    for sentence in sentences(text):
        count += 1
        one = read(sentence, knowledge)
        english += _is_english(one)
        claims = [*claims_of(one, carried, knowledge), *_dated_claims(one, on, dated, knowledge, stale_after_days)]
        found += claims
        if not claims and (missing := _missing(one, known, carried)):
            near = tuple(hit.id for hit in index.search(sentence.text)[:NEAREST]) if index else ()
            unjudged.append(Unjudged(sentence.start, sentence.end, sentence.text, missing, near))
        named = one.names("substance", known)
        carried = named or (carried if _speaks_of_it(one) else carried[:0] if len(one.said) > 40 else carried)
    language: Literal["english", "other"] = "english" if not count or english * 2 >= count else "other"
    if language == "other":
        found, unjudged = [], []
    decided = [one for one in found if one.decision not in ("unverifiable", "conflicting")]
    return Checked(
        as_of=on.isoformat(),
        knowledge=knowledge.version,
        language=language,
        sentences=count,
        claims=tuple(found),
        unjudged=tuple(unjudged),
        summary=_summary(language, count, found, unjudged, on),
        index=_index(decided),
        decided=len(decided),
    )


def _is_english(one: Read) -> bool:
    plain = [word.text for word in one.said if word.text.isalpha()]
    foreign = sum(word in OTHER or not word.isascii() for word in plain)
    return foreign <= sum(word in ENGLISH for word in plain) + (len(plain) < 5)


def _speaks_of_it(one: Read) -> bool:
    return any(word.text in {"it", "this", "these", "they", "them", "its", "that"} for word in one.said)


def _missing(one: Read, known: Lexicon, carried: Sequence[str]) -> str:
    """Why a sentence that states something cannot be judged; empty for one that states nothing of the kind."""
    concepts = one.concepts()
    kinds = {known.kinds[concept] for concept in concepts}
    about = (concepts & SUBSTANCES) or (set(carried) & SUBSTANCES and _speaks_of_it(one))
    if one.stance.question or TASTE.search(one.sentence.text) or not about or not kinds & WORTH or len(one.said) < 4:
        return ""
    if not concepts & SUBSTANCES:
        return "It is not clear which substance is meant."
    return "Nothing in the evidence fits it."


def _dated_claims(
    one: Read, on: datetime.date, dated: datetime.date | None, knowledge: Knowledge, stale_after_days: float
) -> Iterator[Claim]:
    known = lexicon(knowledge)
    concepts = one.concepts()
    if not concepts & {"kratom", "seven-oh", "analogue", "mitragynine"}:
        return
    for legal in legal_claims(
        one.sentence.text,
        one.said,
        one.mentions,
        one.stance,
        on=on,
        dated=dated,
        knowledge=knowledge,
        stale_after_days=stale_after_days,
    ):
        asserted = not (one.stance.question or one.stance.reported or one.stance.ironic)
        yield Claim(
            start=one.sentence.start,
            end=one.sentence.end,
            text=one.sentence.text,
            means=legal.means,
            said="asserted" if asserted else ("asked" if one.stance.question else "reported"),
            decision=legal.decision if asserted else "unverifiable",
            of_what_is_told=legal.decision,
            certainty=legal.certainty,
            severity=0 if legal.decision == "supported" else 3,
            evidence=legal.sources,
            because=legal.because,
            pattern="law",
            substances=one.names("substance", known),
            hedged=bool(one.stance.hedged),
        )


def _index(decided: Sequence[Claim]) -> float | None:
    weight = sum(max(one.severity, 1) for one in decided)
    if len(decided) < LEAST_FOR_AN_INDEX:
        return None
    return sum(max(one.severity, 1) for one in decided if one.decision != "supported") / weight


def _summary(language: str, count: int, found: Sequence[Claim], unjudged: Sequence[Unjudged], on: datetime.date) -> str:
    if language == "other":
        return "The text does not seem to be English. It was not judged."
    if not count:
        return "There is nothing to read in it."
    bad: tuple[Decision, ...] = ("contradicted", "misleading", "out of date")
    wrong = [one for one in found if one.decision in bad]
    grave = [one for one in wrong if one.severity == 3]
    sound = [one for one in found if one.decision == "supported"]
    open_ = len(found) - len(wrong) - len(sound) + len(unjudged)
    parts = [
        f"Of {count} sentence{'s' * (count != 1)}, {len({(c.start) for c in found}) + len(unjudged)} state something that can be looked up."
    ]
    parts.append(
        f"{len(wrong)} claim{'s' * (len(wrong) != 1)} {'are' if len(wrong) != 1 else 'is'} contradicted, misleading or out of date"
    )
    parts[-1] += f", {len(grave)} of them dangerous to believe." if grave else "."
    parts.append(
        f"{len(sound)} {'agree' if len(sound) != 1 else 'agrees'} with the evidence; {open_} cannot be judged."
    )
    parts.append(f"As of {on.isoformat()}. A claim that is not marked was not found wrong; that does not make it true.")
    return " ".join(parts)
