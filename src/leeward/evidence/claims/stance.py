"""How a sentence says what it says: what it denies, hedges, asks, or only reports.

A denial reaches over its clause: words such as "not" and "never" over all of it, words such as "without" and "no" to the right and up to
the next comma. Two denials undo each other. "Vendors say that X" is not X, and "it is a myth that X" denies X.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from leeward.evidence.claims.listed import listed
from leeward.evidence.claims.words import Kind, Mention, Word

QUOTES = frozenset('"“”`')
STOPS = frozenset({";", ":", "—", "–", "(", ")", "|"})
OPENS = frozenset(
    {
        "but",
        "however",
        "yet",
        "although",
        "though",
        "whereas",
        "because",
        "unless",
        "if",
        "which",
        "who",
        "despite",
        "while",
        "so",
    }
)
JOINS = frozenset({"and", "or", "then"})
TIMES = listed("last the your their his her my then birth use using taking stopping childhood when") | {
    str(year) for year in range(1990, 2100)
}
"""After "since", words by which it speaks of time."""

FINITE = listed(
    "it you they we he she there this that these those i nobody nothing no is are was were will would can could may might should must has have had do does did not never cannot people users most some many carries raises causes makes leads brings kills helps acts works lowers increases reduces treats eases relieves cures contains holds shows means gives needs requires remains stays becomes saves"
)
"""After "and", a word by which a new clause begins."""

OVER_ALL = listed(
    "not never nobody none neither nor cannot noone falsely wrongly mistakenly myth misconception debunk debunked refuted disproved disproven fail fails failed poorly badly resisted bars barred scrapped abolished repealed"
)
"""Denials that reach over their whole clause."""

VERDICTS = listed(
    "false untrue wrong incorrect mistaken bogus nonsense fiction lie lies hoax inaccurate unfounded baseless error errors mistake mistakes "
    "scaremongering fearmongering hype overblown exaggerated propaganda bunk baloney rubbish hogwash fantasy legend invention hysteria tale tales unproven groundless fable "
    "imaginary drivel garbage laughable ridiculous absurd"
)
"""Denials only of what they are said of: "it is false that X", "that X is false"."""

RIGHT = listed(
    "no without zero lack lacks lacking free non absent nothing hardly barely scarcely unlikely avoid avoids avoiding refrain minus rather fear fears afraid worry worried withhold withholding forbid forbids refuse against"
)
"""Denials that reach from where they stand to the next comma."""

FEARS = listed("fear fears afraid worry worried")
"""Of these an act is denied ("she feared mixing them"), and what happens is not: "no fear of addiction" denies the addiction once."""

TURNED = (
    ("easy", "on"), ("kind", "to"), ("gentle", "on"), ("gentle", "to"), ("far", "from"), ("anything", "but"), ("nowhere", "near"), ("far", "cry", "from"), ("forget", "about"),
    ("steer", "clear", "of"), ("stay", "away", "from"), ("stays", "away", "from"), ("keep", "away", "from"), ("stay", "clear", "of"), ("stop", "short", "of"), ("stops", "short", "of"),
    ("spares", "you"), ("spare", "you"), ("spares", "your"), ("spare", "your"), ("spares", "the"), ("immune", "to"), ("immune", "from"), ("hold", "off"), ("holding", "off"), ("dispense", "with"),
    ("no", "call", "for"), ("no", "call", "to"), ("little", "call", "for"), ("would", "have", "to", "be"), ("the", "last", "thing"),
)  # fmt: skip
"""Word for word: these deny what follows them."""

TURNED_BY = {first: tuple(idiom for idiom in TURNED if idiom[0] == first) for first in {idiom[0] for idiom in TURNED}}

WEAK = listed("low little minimal negligible slim slight slightly minor hardly barely scarcely unlikely")
"""Denials that leave something: "low risk of dependence"."""

NO_DENIAL = (
    ("not", "only"), ("not", "just"), ("not", "merely"), ("no", "doubt"), ("without", "doubt"), ("without", "question"), ("no", "wonder"), ("no", "matter"),
    ("nothing", "but"), ("not", "to", "mention"), ("no", "question"), ("free", "to"), ("for", "free"), ("low", "dose"), ("low", "doses"), ("low", "amounts"), ("little", "as"), ("not", "to"), ("no", "reason", "to", "doubt"), ("low", "mood"),
    ("little", "known"), ("wrong", "dose"), ("low", "blood"), ("no", "longer", "only"),
    ("day", "without"), ("days", "without"), ("week", "without"), ("weeks", "without"), ("months", "without"), ("hours", "without"), ("time", "without"), ("break", "without"),
    ("without", "opioids"), ("without", "an", "opioid"), ("opioid", "free"), ("free", "of", "opioids"), ("free", "from", "opioids"),
    ("low", "risk", "of", "bias"), ("against", "the", "law"), ("protects", "against"), ("protect", "against"), ("against", "opioid"), ("against", "withdrawal"),

)  # fmt: skip
"""Word for word: these deny nothing."""

HEDGES = listed(
    "may might could perhaps possibly maybe seem seems appears suggest suggests reportedly apparently potentially arguably allegedly"
)
REPORTS = listed(
    "claim claims claimed say says said believe believes insist insists argue argues allege alleges assert asserts swear swears tout touts advertise advertises advertised promise promises boast boasts suggest reckon reckons think thinks heard rumor rumour rumoured market markets marketed maintain maintains"
)
REPORTERS = listed(
    "vendor vendors seller sellers some people users user advocates advocate proponents fans company companies website websites sites posts blog blogs forum forums manufacturers industry critics others lobbyists supporters marketers retailers article influencers they one shop shops ads lobby enthusiasts everyone many friends adverts advertising internet reddit headlines"
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

    quoted: frozenset[int]
    """Words that stand in quotation marks."""


def stance(said: Sequence[Word], text: str) -> Stance:
    """How a sentence says it."""
    texts = [word.text for word in said]
    clause = _clauses(texts)
    quoted = frozenset(_quoted(texts))
    denials = tuple(_denials(texts))
    lower = text.lower().replace("’", "'")
    return Stance(
        clause,
        denials,
        weak=any(texts[place] in WEAK for place, _ in denials),
        hedged=frozenset(clause[place] for place, word in enumerate(texts) if word in HEDGES),
        question=bool(OPEN.search(lower))
        or (text.rstrip(" \"'”’)").endswith("?") and not RHETORICAL.search(lower))
        or texts[:1] == ["whether"]
        or (texts[:1] == ["if"] and bool({"were", "would", "could"} & set(texts))),
        reported=frozenset(_reported(texts, clause)),
        ironic=any(cue in lower for cue in IRONY) or lower.startswith(("sure, ", "right, ")),
        refuted=_refuted(texts, clause),
        quoted=quoted,
    )


def _clauses(texts: Sequence[str]) -> tuple[int, ...]:
    numbers: list[int] = []
    number = 0
    for place, word in enumerate(texts):
        following = texts[place + 1] if place + 1 < len(texts) else ""
        opens = word in STOPS or (place > 0 and word in OPENS and not (word == "so" and texts[place - 1] != ","))
        opens = opens or (word in JOINS and following in FINITE and place > 0)
        opens = opens or (word == "and" and place > 0 and texts[place - 1] == ",")
        opens = opens or (word == "," and following in ("not", "never"))
        opens = opens or (word == "since" and place > 0 and following not in TIMES)
        number += bool(opens)
        numbers.append(number)
    return tuple(numbers)


def _denials(texts: Sequence[str]) -> list[tuple[int, bool]]:
    found: list[tuple[int, bool]] = []
    for place, word in enumerate(texts):
        if word in VERDICTS and texts[place + 1 : place + 2] == [":"]:
            found.append((place + 2, True))
        elif word in VERDICTS and _is_a_verdict(texts, place):
            found.append((place, True))
        if any(tuple(texts[place : place + len(idiom)]) == idiom for idiom in TURNED_BY.get(word, ())):
            found.append((place, False))
            continue
        if word not in OVER_ALL and word not in RIGHT and word not in WEAK:
            continue
        if any(
            tuple(texts[place - back : place - back + len(idiom)]) == idiom
            for idiom in NO_DENIAL
            for back in range(len(idiom))
            if place >= back
        ):
            continue
        if word == "nor" and "neither" in texts[:place]:
            continue
        if word == "little" and place and texts[place - 1] == "a":
            continue
        if word == "rather" and texts[place + 1 : place + 2] != ["than"]:
            continue
        found.append((place, word in OVER_ALL and not _is_an_aside(texts, place)))
    return found


def _is_an_aside(texts: Sequence[str], place: int) -> bool:
    """Whether a "not" belongs to a participle beside a noun, as in "a clinic not registered with the state may ..."."""
    following = "".join(texts[place + 1 : place + 2])
    return texts[place] == "not" and following.endswith("ed") and place > 0 and texts[place - 1] not in VERBS


def _is_a_verdict(texts: Sequence[str], place: int) -> bool:
    """Whether a word such as "false" is said of a claim: "it is false that", or "the claim that ... is false"."""
    following = texts[place + 1 : place + 4]
    if "that" in following or "to" in following[:2]:
        return True
    claimed = any(word in CLAIMS for word in texts[:place])
    return claimed and any(word in ("is", "was", "are", "were") for word in texts[max(0, place - 3) : place])


CLAIMS = listed(
    "claim claims belief beliefs idea notion statement statements assertion rumor rumour rumours rumors that worry worries fear fears concern concerns talk story stories tale tales "
    "warning warnings scare scares reports alarm allegation allegations accusations thought suggestion suggestions those"
)


def _reported(texts: Sequence[str], clause: Sequence[int]) -> Iterator[int]:
    for place, word in enumerate(texts):
        before = texts[max(0, place - 6) : place]
        told = (word in REPORTS and any(one in REPORTERS for one in before)) or (word in SAYS and _is_said_by(before))
        if told and not ENDORSED & set(texts[max(0, place - 2) : place + 2]):
            yield from (clause[place], clause[min(place + 2, len(texts) - 1)])
        if word == "according" and any(after in REPORTERS for after in texts[place + 1 : place + 6]):
            yield from range(clause[-1] + 1)
    if tuple(texts[:2]) in (("claim", ":"), ("rumor", ":"), ("rumour", ":")):
        yield from range(clause[-1] + 1)
    if texts and texts[0] in QUOTES and (texts[-1] in QUOTES or any(word in REPORTS for word in texts)):
        yield from range(clause[-1] + 1)


def _refuted(texts: Sequence[str], clause: Sequence[int]) -> bool:
    last = (
        [word for word, number in zip(texts, clause, strict=True) if number == clause[-1] and word.isalpha()]
        if texts
        else []
    )
    named = {word for word in last if word in VERDICTS or word == "myth"}
    return bool(named) and clause[-1] > 0 and all(word in SAYING_SO or word in named for word in last)


SAYING_SO = listed("that this which it is are was were simply plainly just a completely utterly flat flatly and so")


def _is_said_by(before: Sequence[str]) -> bool:
    """Whether somebody is named as saying it who is no source of evidence."""
    return (
        bool(before)
        and not any(word in EXPERTS for word in before)
        and before[-1] not in ("which", "it", "this", "to", "can", "you", "that", "could", "should")
    )


SAYS = listed("says said insists insisted swears swore alleges alleged argues argued believes believed tells told")
EXPERTS = listed(
    "fda dea cdc study studies research guideline guidelines evidence data trial trials review toxicologists scientists science report reports label law notice"
)
ENDORSED = listed("rightly correctly truthfully right accurately")


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
        if texts[place] in FEARS and (kind != "act" or texts[place + 1 : place + 2] in (["about"], ["of"], ["over"])):
            continue
        if texts[place] == "free":
            of = "".join(texts[place + 1 : place + 2]) in ("of", "from")
            odd = odd != (mention.last == place - 1 or (of and place < mention.first))
        elif place < mention.first:
            if texts[place] in VERDICTS and not {"that", "to"} & set(texts[place + 1 : place + 4]):
                continue
            if over_all or not _ends_before(texts, place, mention.first):
                odd, weak = not odd, weak or texts[place] in WEAK
        elif (place <= mention.last + 2 and texts[place] in OBJECTS) or (
            over_all and (texts[place] in VERDICTS or (kind != "act" and _is_subject(mention, place, texts, stance)))
        ):
            odd = not odd
    return odd, weak


def _is_subject(mention: Mention, place: int, texts: Sequence[str], stance: Stance) -> bool:
    """Whether a denial further on is said of the mention: "withdrawal does not happen", and not "it was approved and is not sold"."""
    start = stance.clause.index(stance.clause[mention.first])
    between = texts[mention.last + 1 : place]
    return not any(word in VERBS for word in texts[start : mention.first]) and not any(
        word in BARRIERS for word in between
    )


OBJECTS = listed("nobody none nothing no")
"""Denials that turn the verb before them: "has killed nobody"."""

BARRIERS = frozenset({",", "that", "who", "which", "and"})


def _ends_before(texts: Sequence[str], place: int, mention: int) -> bool:
    """Whether a denial to the right ends before a mention: at a comma, and "without" also at a verb that it cannot govern."""
    between = texts[place + 1 : mention]
    return "," in between or (texts[place] in PREPOSITIONS and any(word in VERBS for word in between))


PREPOSITIONS = listed("without free minus lacking lack rather not")
VERBS = listed("is are was were will would can could may might has have had do does did")
