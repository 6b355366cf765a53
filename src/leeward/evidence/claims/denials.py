"""The denials of a sentence: words, idioms and verdicts ("it is a myth that"), and which of them leave something standing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leeward.evidence.claims.clauses import VERBS
from leeward.evidence.claims.listed import listed

OVER_ALL = listed(
    "not never nobody none neither nor cannot noone falsely wrongly mistakenly myth myths misconception misconceptions debunk debunked refuted disproved disproven fail fails failed poorly badly resisted bars barred scrapped abolished repealed"
)
"""Denials that reach over their whole clause."""


VERDICTS = listed(
    "false untrue wrong incorrect mistaken bogus nonsense fiction lie lies hoax inaccurate unfounded baseless error errors mistake mistakes story stories "
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


MYTHS = listed("myths misconceptions")
"""Of these only what follows is denied: "dangerous myths are that ..."."""


TURNED = (
    ("easy", "on"), ("kind", "to"), ("gentle", "on"), ("gentle", "to"), ("far", "from"), ("anything", "but"), ("nowhere", "near"), ("far", "cry", "from"), ("forget", "about"),
    ("steer", "clear", "of"), ("stay", "away", "from"), ("stays", "away", "from"), ("keep", "away", "from"), ("stay", "clear", "of"), ("stop", "short", "of"), ("stops", "short", "of"),
    ("spares", "you"), ("spare", "you"), ("spares", "your"), ("spare", "your"), ("spares", "the"), ("immune", "to"), ("immune", "from"), ("hold", "off"), ("holding", "off"), ("hold", "back"), ("holding", "back"), ("dispense", "with"),
    ("yet", "to"), ("remains", "to", "be"), ("no", "call", "for"), ("no", "call", "to"), ("little", "call", "for"), ("would", "have", "to", "be"), ("the", "last", "thing"), ("deny", "that"), ("denies", "that"), ("denied", "that"),
)  # fmt: skip
"""Word for word: these deny what follows them."""


TURNED_BY = {first: tuple(idiom for idiom in TURNED if idiom[0] == first) for first in {idiom[0] for idiom in TURNED}}


LEAVES = listed("leave leaves left leaving")


UNTOUCHED = listed("alone untouched unharmed unaffected unscathed intact unchanged")


WEAK = listed("low little minimal negligible slim slight slightly minor hardly barely scarcely unlikely")
"""Denials that leave something: "low risk of dependence"."""


NO_DENIAL = (
    ("not", "only"), ("not", "just"), ("not", "merely"), ("no", "doubt"), ("without", "doubt"), ("without", "question"), ("no", "wonder"), ("no", "matter"),
    ("nothing", "but"), ("not", "to", "mention"), ("no", "question"), ("free", "to"), ("for", "free"), ("low", "dose"), ("low", "doses"), ("low", "amounts"), ("little", "as"), ("not", "to"), ("no", "reason", "to", "doubt"), ("low", "mood"),
    ("little", "known"), ("wrong", "dose"), ("low", "blood"), ("no", "longer", "only"),
    ("day", "without"), ("days", "without"), ("week", "without"), ("weeks", "without"), ("months", "without"), ("hours", "without"), ("time", "without"), ("break", "without"),
    ("without", "opioids"), ("without", "an", "opioid"), ("opioid", "free"), ("free", "of", "opioids"), ("free", "from", "opioids"),
    ("not", "wait"), ("not", "delay"), ("not", "hesitate"), ("never", "delay"), ("never", "hesitate"), ("never", "wait"), ("not", "put", "off"), ("not", "forget"), ("never", "forget"),
    ("without", "waiting"), ("without", "delay"), ("without", "fail"), ("low", "risk", "of", "bias"), ("against", "the", "law"), ("protects", "against"), ("protect", "against"), ("against", "opioid"), ("against", "withdrawal"),

)  # fmt: skip
"""Word for word: these deny nothing."""


def denials_of(texts: Sequence[str]) -> list[tuple[int, bool]]:
    """The place of each denial, and whether it reaches over its whole clause."""
    found: list[tuple[int, bool]] = []
    for place, word in enumerate(texts):
        if word in VERDICTS and texts[place + 1 : place + 2] == [":"]:
            found.append((place + 2, True))
        elif word in VERDICTS and (_is_a_verdict(texts, place) or _is_a_tale(texts, place)):
            found.append((place, True))
        if any(tuple(texts[place : place + len(idiom)]) == idiom for idiom in TURNED_BY.get(word, ())):
            found.append((place, False))
            continue
        if word in LEAVES and _leaves_alone(texts, place):
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


def _leaves_alone(texts: Sequence[str], place: int) -> bool:
    """Whether it says that something is left as it was: "leaves your heart alone"."""
    for word in texts[place + 1 : place + 8]:
        if word in UNTOUCHED:
            return True
        if not word.isalnum():
            return False
    return False


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


TALES = listed(
    "tale tales hoax fiction fantasy invention fable legend lie lies nonsense propaganda hype bunk baloney rubbish hogwash scaremongering fearmongering hysteria story stories"
)


TOLD = listed("scare horror ghost bedtime fairy made up invented wives tall")


def _is_a_tale(texts: Sequence[str], place: int) -> bool:
    """Whether something is called a tale: "jaundice from kratom is a scare story"."""
    before = texts[max(0, place - 4) : place]
    if texts[place] in ("story", "stories", "tale", "tales") and not TOLD & set(before):
        return False
    return texts[place] in TALES and any(word in ("is", "are", "was", "were") for word in before)


CLAIMS = listed(
    "claim claims belief beliefs idea notion statement statements assertion rumor rumour rumours rumors that worry worries fear fears concern concerns talk story stories tale tales "
    "warning warnings scare scares reports alarm allegation allegations accusations thought suggestion suggestions those"
)


def is_refuted(texts: Sequence[str], clause: Sequence[int]) -> bool:
    """Whether its last clause says that it is wrong: "...; that is false"."""
    last = (
        [word for word, number in zip(texts, clause, strict=True) if number == clause[-1] and word.isalpha()]
        if texts
        else []
    )
    named = {word for word in last if word in VERDICTS or word == "myth"}
    return bool(named) and clause[-1] > 0 and all(word in SAYING_SO or word in named for word in last)


FALSE_HEADS = listed("myth fiction misconception falsehood")


def is_labelled_false(texts: Sequence[str]) -> bool:
    """Whether it begins with "Myth:" or "Myth 3:"."""
    return bool(texts) and texts[0] in FALSE_HEADS and any(word in (":", "—", "–") for word in texts[1:4])


SOME = listed("most many some several majority half few")


PEOPLE = listed(
    "people users consumers patients persons adults individuals customers drinkers of who those clients babies newborns"
)


def partial_in(texts: Sequence[str], clause: Sequence[int]) -> Iterator[int]:
    """The clauses whose denial leaves much standing: "most people do not ...", "not as ... as"."""
    for place, word in enumerate(texts):
        following = texts[place + 1 : place + 4]
        if word in SOME and PEOPLE & set(following):
            yield from clause[place : place + 5]
        if word == "not" and (following[:1] == ["as"] or following[1:2] == ["as"]):
            yield clause[place]
        if word == "not" and texts[place - 2 : place] == ["most", "cases"]:
            yield clause[place]


SAYING_SO = listed("that this which it is are was were simply plainly just a completely utterly flat flatly and so")
