"""The claims of one sentence: what it says, how it says it, and what the evidence says to that."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

import msgspec

from leeward.evidence.claims.figures import outside
from leeward.evidence.claims.judging import Decision, judged
from leeward.evidence.claims.patterns import Made, made, patterns
from leeward.evidence.claims.sentences import Sentence
from leeward.evidence.claims.stance import Stance, denied, stance
from leeward.evidence.claims.words import Lexicon, Mention, Word, lexicon, mentions, words
from leeward.evidence.statements import Certainty
from leeward.knowledge import Knowledge

Said = Literal["asserted", "reported", "asked", "ironic", "own story", "of animals", "one finding"]


FINDING = re.compile(
    r"\b(?:\d[\d,]*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty\S*|thirty\S*)\s+(?:[a-z-]+\s+){0,3}"
    r"(?:men|women|patients|users|people|adults|cases|participants|volunteers|encounters|trials|samples|veterans|residents|infants|newborns|deaths|reports|exposures|products)\b"
    r"|^(?:Out of|Of|Among|In) (?:the )?\d[\d,]* "
    r"|\d\S*(?: [a-z/%]+)? (?:is|was) (?:at or (?:above|below)|at least|at most|above|below|under|over) ",
    re.IGNORECASE,
)
"""A number of people or things that somebody looked at, or a figure held against its limit: the sentence tells what was found, not what
holds for all."""


ALL = re.compile(
    r"^(?:all|every|each) (?:of |the |one |single )*(?:[a-z-]+ ){0,2}(?:users?|people|persons?|patients|deaths?|cases)\b"
    r"|\bin (?:all|every|100 ?%|each) (?:[a-z-]+ )?(?:users?|people|patients)\b|\bwithout exception\b",
    re.IGNORECASE,
)
"""Words by which a sentence speaks of everybody."""

NO_STORY = re.compile(
    r"^if (?:a|your|you)\b|\b(?:is|was|are|were) (?:quite |absolutely )?right to (?:tell|say|claim|think|insist)\b",
    re.IGNORECASE,
)
"""Words by which a sentence with a friend in it tells no story: advice, or a writer who stands behind what another said."""

ADVICE = re.compile(r"\b(?:should|must|need|may|can|could|might|ought|offer|ask|give)\b", re.IGNORECASE)


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A claim in a text: where it stands, what it says in plain words, how it is said, and what the evidence says to it.

    decision   on what the text says. Where the text only reports, asks or seems to mean the contrary, it is `unverifiable`, and
               `of_what_is_told` says what the evidence says to the thing that is told
    severity   0 to 3: what happens if a reader believes it
    """

    start: int
    end: int
    text: str
    means: str
    said: Said
    decision: Decision
    of_what_is_told: Decision
    certainty: Certainty | None
    severity: int
    evidence: tuple[str, ...]
    because: str
    pattern: str
    substances: tuple[str, ...]
    hedged: bool


class Read(msgspec.Struct, frozen=True):
    """A sentence with its words, the concepts that they name and its stance."""

    sentence: Sentence
    said: list[Word]
    mentions: list[Mention]
    stance: Stance

    def names(self, kind: str, lexicon: Lexicon) -> tuple[str, ...]:
        """The concepts of a kind that it names, once each."""
        return tuple(dict.fromkeys(one.concept for one in self.mentions if lexicon.kinds[one.concept] == kind))

    def concepts(self) -> frozenset[str]:
        """Every concept that it names."""
        return frozenset(one.concept for one in self.mentions)


def read(sentence: Sentence, knowledge: Knowledge) -> Read:
    """A sentence, read."""
    said = words(sentence.text)
    return Read(sentence, said, mentions(said, sentence.text, lexicon(knowledge)), stance(said, sentence.text))


def claims_of(one: Read, carried: Sequence[str], knowledge: Knowledge) -> list[Claim]:
    """The claims of a sentence, the gravest first."""
    found = made(one.mentions, one.said, one.stance, lexicon(knowledge), carried, patterns(knowledge))
    told = [_claim(one, statement, knowledge) for statement in found]
    return sorted(told, key=lambda claim: (-claim.severity, claim.decision == "supported"))


def _claim(one: Read, statement: Made, knowledge: Knowledge) -> Claim:
    weighed = judged(statement, knowledge)
    entry = statement.pattern.entry
    known = lexicon(knowledge)
    said = _said(one, statement)
    held = outside(one.sentence.text, entry.figures) if weighed.decision == "supported" else ""
    if held:
        severity = max(1, *entry.severity)
        weighed = msgspec.structs.replace(
            weighed, decision="contradicted", severity=severity, because=f"The figure is another: {held}."
        )
    decision: Decision = weighed.decision
    because = weighed.because
    if said in ("asked", "ironic", "own story", "reported") or (said != "asserted" and decision != "supported"):
        decision, because = "unverifiable", _REASONS[said]
    elif decision == "supported" and max(entry.severity) == 3 and _plays_down(one, statement, known):
        decision, because = "unverifiable", "It names the danger and plays it down in one sentence."
    elif decision == "supported" and ALL.search(one.sentence.text) and not ADVICE.search(one.sentence.text):
        decision, because = "misleading", "It is said of everybody; the evidence says it of some."
        weighed = msgspec.structs.replace(weighed, severity=1)
    elif (
        _hedged(one, statement)
        and decision == "contradicted"
        and entry.states in ("asserts", "says")
        and statement.affirmed
    ):
        decision = "misleading"
    return Claim(
        start=one.sentence.start,
        end=one.sentence.end,
        text=one.sentence.text,
        means=entry.means if statement.affirmed else (entry.contrary or entry.means),
        said=said,
        decision=decision,
        of_what_is_told=weighed.decision,
        certainty=weighed.certainty,
        severity=weighed.severity,
        evidence=weighed.evidence,
        because=because,
        pattern=statement.pattern.id,
        substances=one.names("substance", lexicon(knowledge)),
        hedged=_hedged(one, statement),
    )


def _said(one: Read, statement: Made) -> Said:
    if one.stance.question:
        return "asked"
    if one.stance.ironic:
        return "ironic"
    if "own-story" in one.concepts() and not _speaks_of_all(one) and not NO_STORY.search(one.sentence.text):
        return "own story"
    if one.stance.reported & _clauses(one, statement) and not _denies_the_report(one):
        return "reported"
    if "not-people" in one.concepts():
        return "of animals"
    if FINDING.search(one.sentence.text):
        return "one finding"
    return "asserted"


PLAYS_DOWN = frozenset({"safe", "easy-stop", "never-danger", "need-not", "invented"})
"""Concepts that reassure."""


def _plays_down(one: Read, statement: Made, known: Lexicon) -> bool:
    """Whether the sentence also reassures, in words that the pattern does not weigh: then it is not called sound."""
    weighed = statement.pattern.turned_by.union(*statement.pattern.groups, statement.pattern.unless)
    texts = [word.text for word in one.said]
    return any(
        mention.concept in PLAYS_DOWN - weighed
        and not denied(mention, known.kinds[mention.concept], one.stance, texts, [mention])[0]
        for mention in one.mentions
    )


def _clauses(one: Read, statement: Made) -> frozenset[int]:
    return frozenset(one.stance.clause[mention.first] for mention in statement.mentions)


def _hedged(one: Read, statement: Made) -> bool:
    return bool(one.stance.hedged & _clauses(one, statement))


def _denies_the_report(one: Read) -> bool:
    return any(
        over_all
        for _, over_all in one.stance.denials
        if one.said[_].text in {"falsely", "wrongly", "mistakenly", "myth", "false", "untrue"}
    )


def _speaks_of_all(one: Read) -> bool:
    return any(
        word.text in {"you", "your", "everyone", "anyone", "people", "patients", "always", "never", "nobody"}
        for word in one.said
    )


_REASONS = {
    "reported": "The text reports what others say; what they say is weighed on its own.",
    "asked": "The text asks this and does not state it.",
    "ironic": "The text may mean the contrary of what it says.",
    "of animals": "It is told of animals or of cells, and speaks for no person.",
    "one finding": "It tells what was found in some, and does not speak for all.",
    "own story": "One person's story cannot be weighed against the literature.",
}
