"""The clauses of a sentence: how far what one word says of another can reach."""

from __future__ import annotations

from collections.abc import Sequence

from leeward.evidence.claims.listed import listed

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


CONTRASTS = frozenset({"but", "while", "whereas", "although", "though", "however", "yet"})


JOINS = frozenset({"and", "or", "then"})


TIMES = listed("last the your their his her my then birth use using taking stopping childhood when") | {
    str(year) for year in range(1990, 2100)
}
"""After "since", words by which it speaks of time."""


CAUSES = frozenset(
    {("due", "to"), ("owing", "to"), ("thanks", "to"), ("given", "that"), ("given", "the"), ("on", "account")}
)
"""Two words by which a reason begins, which a denial before them does not reach."""


FINITE = listed(
    "it you they we he she there this that these those i nobody nothing no is are was were will would can could may might should must has have had do does did not never cannot people users most some many carries raises causes makes leads brings kills helps acts works lowers increases reduces treats eases relieves cures contains holds shows means gives needs requires remains stays becomes saves carry pose differ"
)
"""After "and", a word by which a new clause begins."""


HEADS = listed(
    "if when once after before since because while unless as until without although though whenever where despite even"
)
"""At the start of a sentence, words of a part that its first comma ends: "If she cannot be woken, give naloxone"."""


PRONOUNS = listed("it they you we he she this there nobody everyone")


POSSESSIVES = listed("your my his her its our their the")


def clauses_of(texts: Sequence[str]) -> tuple[int, ...]:
    """The number of the clause of each word."""
    numbers: list[int] = []
    number = 0
    aside = False
    headed = "".join(texts[:1]) in HEADS and "," in texts
    for place, word in enumerate(texts):
        following = texts[place + 1] if place + 1 < len(texts) else ""
        opens = word in STOPS or (place > 0 and word in OPENS and not (word == "so" and texts[place - 1] != ","))
        opens = opens and (word, following) != ("yet", "to") and not (word == "while" and _is_a_time(following))
        opens = opens or (word in JOINS and following in FINITE and place > 0)
        opens = opens or (word == "and" and place > 0 and texts[place - 1] == ",")
        opens = opens or (word == "," and (aside or following in ("not", "never")))
        if word == ",":
            opens, headed = opens or headed, False
            aside = not aside and following == "not"
        opens = (
            opens
            or (word, following) in CAUSES
            or (word, following) == ("and", "to")
            or (word == "," and following in PRONOUNS)
        )
        opens = opens or (word == "and" and following in POSSESSIVES and _has_a_verb(texts, place))
        opens = opens or (word == "since" and place > 0 and following not in TIMES)
        number += bool(opens)
        numbers.append(number)
    return tuple(numbers)


def _is_a_time(following: str) -> bool:
    """Whether what stands after "while" makes a time of it: "while taking"."""
    return following.endswith("ing") or following == "on"


def pieces_of(texts: Sequence[str]) -> tuple[int, ...]:
    """Numbers of cells ("a | b | c") and of reasons that are joined in brackets ("(a; b; c)"): things said beside each other, not together."""
    table = "|" in texts
    if not table and not (";" in texts and "(" in texts):
        return (0,) * len(texts)
    found: list[int] = []
    number, inside = 1, False
    for place, word in enumerate(texts):
        if word == "(":
            end = texts.index(")", place) if ")" in texts[place:] else len(texts)
            inside = inside or ";" in texts[place:end]
        number += word == "|" or (inside and word in ("(", ";", ")"))
        found.append(number if table or inside else 0)
        inside = inside and word != ")"
    return tuple(found)


def _has_a_verb(texts: Sequence[str], place: int) -> bool:
    """Whether a noun after this "and" has a verb of its own: "... and your heart will not mind"."""
    return any(word in VERBS for word in texts[place + 2 : place + 5]) and any(word in VERBS for word in texts[:place])


VERBS = listed("is are was were will would can could may might has have had do does did")
