"""How a sentence says what it says: what it denies, hedges, asks, or only reports.

A denial reaches over its clause: words such as "not" and "never" over all of it, words such as "without" and "no" to the right and up to
the next comma. Two denials undo each other. "Vendors say that X" is not X, and "it is a myth that X" denies X.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from leeward.evidence.claims.clauses import CONTRASTS, VERBS, clauses_of, pieces_of
from leeward.evidence.claims.denials import (
    FEARS,
    MYTHS,
    VERDICTS,
    WEAK,
    denials_of,
    is_labelled_false,
    is_refuted,
    partial_in,
)
from leeward.evidence.claims.listed import listed
from leeward.evidence.claims.reports import QUOTES, reported_in
from leeward.evidence.claims.words import Kind, Mention, Word

USUALLY = listed("typically usually generally often normally commonly ordinarily")
"""After "not", words that leave the exceptions standing."""


ADVISED = listed(
    "recommended advised advisable recommend advise indicated appropriate justified supported endorsed encouraged approved safe backed borne substantiated proven confirmed true established credible"
)
"""After "not", a word by which an act is denied as well: "detox under anaesthesia is not recommended"."""


WARNS = listed("warn warns warned warning warnings caution cautions cautioned advise advises advised")


HEDGES = listed(
    "may might could perhaps possibly maybe seem seems appears suggest suggests reportedly apparently potentially arguably allegedly"
)


IRONY = (
    "yeah right",
    "oh great",
    "/s",
    "sure thing",
    "as if",
    "because what could go wrong",
    "what could go wrong",
    "of course it is",
    "lol",
    "totally legit",
    "good luck with that",
    "oh sure",
    "oh yes because",
    "wow ",
    "brilliant idea",
)


OPEN = re.compile(
    r"\b(?:not (?:yet )?(?:known|clear|told|certain)|unknown|unclear|uncertain|cannot (?:be told|tell|say)|nobody knows|no one knows)"
    r" (?:whether|if|how|when|what|which)\b|\bwhether\b.{0,200}\b(?:cannot be told|is (?:not known|unknown|unclear))\b"
)
"""Words by which a sentence leaves open what follows: it says neither that it is so nor that it is not."""


RHETORICAL = re.compile(
    r"^(?:so |but )?why (?:bother|suffer|risk|pay|settle|put up|waste|go through|would|should|take|use|wait|struggle|keep|go on|fight|spend|stay|rely)\b.*\b(?:when|if)\b"
    r"|^did you know\b|^who knew\b|, right\?$|^(?:remember|know) that\b"
)
"""Questions that state: "Why suffer when X does the same?", "Did you know that X?"."""


class Stance(msgspec.Struct, frozen=True):
    """How a sentence stands to what it says. `clause`: the number of the clause of each word."""

    clause: tuple[int, ...]
    denials: tuple[tuple[int, bool], ...]
    """The place of each denial, and whether it reaches over its whole clause."""

    weak: bool
    hedged: frozenset[int]
    """The clauses that hold a word such as "may"."""

    question: bool
    reported: frozenset[int]
    """The clauses that only tell what others say."""

    ironic: bool
    refuted: bool
    """Whether the sentence says of itself that it is wrong: "...; that is false"."""

    piece: tuple[int, ...]
    """The number of the cell of a table, or of the reason in brackets joined to others, in which each word stands; 0 for running text."""

    contrast: frozenset[int]
    """The clauses that set something against what stands before: "..., while kratom is not"."""

    added: frozenset[int]
    """The clauses that "and" adds to what stands before."""

    partial: frozenset[int]
    """The clauses whose denial leaves much standing: "most people do not ...", "not as ... as"."""

    quoted: frozenset[int]
    """Words that stand in quotation marks."""


def stance(said: Sequence[Word], text: str) -> Stance:
    """How a sentence says it."""
    texts = [word.text for word in said]
    clause = clauses_of(texts)
    quoted = frozenset(_quoted(texts))
    denials = tuple(denials_of(texts))
    lower = text.lower().replace("’", "'")
    return Stance(
        clause,
        denials,
        weak=any(texts[place] in WEAK for place, _ in denials),
        hedged=frozenset(clause[place] for place, word in enumerate(texts) if word in HEDGES),
        question=bool(OPEN.search(lower))
        or (text.rstrip(" \"'”’)").endswith("?") and not RHETORICAL.search(lower))
        or (texts[:1] == ["whether"] and not {"depends", "depend", "varies", "differs"} & set(texts))
        or (texts[:1] == ["if"] and bool({"were", "would", "could"} & set(texts))),
        reported=frozenset(reported_in(texts, clause)),
        ironic=any(cue in lower for cue in IRONY) or lower.startswith(("sure, ", "right, ")),
        refuted=is_refuted(texts, clause) != is_labelled_false(texts),
        partial=frozenset(partial_in(texts, clause)),
        piece=pieces_of(texts),
        contrast=frozenset(
            clause[place]
            for place, word in enumerate(texts)
            if word in CONTRASTS and (not place or clause[place] > clause[place - 1])
        ),
        added=frozenset(
            clause[place] for place, word in enumerate(texts) if word == "and" and clause[place] > clause[place - 1]
        ),
        quoted=quoted,
    )


def _quoted(texts: Sequence[str]) -> set[int]:
    marks = [place for place, word in enumerate(texts) if word in QUOTES]
    return {place for first, last in zip(marks[::2], marks[1::2], strict=False) for place in range(first, last + 1)}


def denied(
    mention: Mention, kind: Kind, stance: Stance, texts: Sequence[str], others: Sequence[Mention] = ()
) -> tuple[bool, bool]:
    """Whether what a mention names is denied, and whether only weakly ("low risk of").

    `others`: phrases that belong to the same statement; a "without" within one of them denies nothing else.
    """
    odd, weak = mention.denied, False
    clause = stance.clause[mention.first]
    for place, over_all in stance.denials:
        if stance.clause[place] != clause or any(one.first <= place <= one.last for one in (mention, *others)):
            continue
        if (place in stance.quoted) != (mention.first in stance.quoted):
            continue
        if texts[place] == "against" and place and texts[place - 1] in WARNS and kind not in ("act", "care"):
            continue
        if texts[place] in MYTHS and place > mention.first:
            continue
        if texts[place] in FEARS and (kind != "act" or texts[place + 1 : place + 2] in (["about"], ["of"], ["over"])):
            continue
        if texts[place] == "free":
            of = "".join(texts[place + 1 : place + 2]) in ("of", "from")
            odd = odd != (mention.last == place - 1 or (of and place < mention.first))
        elif place < mention.first:
            if texts[place] in VERDICTS and not {"that", "to"} & set(texts[place + 1 : place + 4]):
                continue
            if over_all or not _ends_before(texts, place, mention.first):
                odd, weak = not odd, weak or _is_weak(texts, place)
        elif texts[place] in WEAK:
            if _is_a_low_risk(texts, mention, place):
                odd, weak = not odd, True
        elif (place <= mention.last + 2 and texts[place] in OBJECTS) or (
            over_all and (texts[place] in VERDICTS or _turns_its_subject(mention, place, texts, kind, stance))
        ):
            odd = not odd
    return odd, weak


def _is_a_low_risk(texts: Sequence[str], mention: Mention, place: int) -> bool:
    """Whether it says of the risk of what is mentioned that it is low: "the risk of dependence is low"."""
    said_of = RISKS & set(texts[max(0, mention.first - 3) : mention.first + 1])
    return bool(said_of) and any(
        word in ("is", "are", "was", "remains", "stays") for word in texts[max(0, place - 3) : place]
    )


RISKS = listed("risk risks chance chances likelihood probability odds potential danger")


def _is_weak(texts: Sequence[str], place: int) -> bool:
    return texts[place] in WEAK or (texts[place] == "not" and "".join(texts[place + 1 : place + 2]) in USUALLY)


def _turns_its_subject(mention: Mention, place: int, texts: Sequence[str], kind: Kind, stance: Stance) -> bool:
    """Whether a denial further on is of the mention; of an act only where the words are "not recommended" or the like."""
    if kind != "act":
        return _is_subject(mention, place, texts, stance, BARRIERS)
    return "".join(texts[place + 1 : place + 2]) in ADVISED and _is_subject(
        mention, place, texts, stance, BARRIERS - {"and"}
    )


def _is_subject(mention: Mention, place: int, texts: Sequence[str], stance: Stance, barriers: frozenset[str]) -> bool:
    """Whether a denial further on is said of the mention: "withdrawal does not happen", and not "it was approved and is not sold"."""
    start = stance.clause.index(stance.clause[mention.first])
    between = texts[mention.last + 1 : place]
    return not any(word in VERBS for word in texts[start : mention.first]) and not any(
        word in barriers for word in between
    )


OBJECTS = listed("nobody none nothing no")
"""Denials that turn the verb before them: "has killed nobody"."""


BARRIERS = frozenset({",", "that", "who", "which", "and"})


def _ends_before(texts: Sequence[str], place: int, mention: int) -> bool:
    """Whether a denial to the right ends before a mention: at a comma, and "without" also at a verb that it cannot govern."""
    between = texts[place + 1 : mention + 1]
    return "," in between or (texts[place] in PREPOSITIONS and any(word in VERBS for word in between))


PREPOSITIONS = listed("without free minus lacking lack rather not")
