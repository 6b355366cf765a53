"""What a label mentions, in order, and what it only denies or keeps to a trace.

"kratom-free" and "contains no 7-OH" name a substance and say that it is absent; that is a claim of the label and never
an ingredient. "7-OH < 0.02 %" is what every leaf holds.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from leeward.products.identity.chemical_names import respelled
from leeward.products.identity.lexicon import Lexicon
from leeward.products.identity.spelling import BREAK, COMMA, Notes, mended, undisguised, unmasked
from leeward.products.wording import words

DENIABLE = frozenset({"kratom", "7-oh", "analogue", "other-opioid", "sedative", "kava", "companion", "strain-name"})
"""Kinds that a label can deny."""

_PASSED_OVER = frozenset({"vein", "vein-noun", "leaf", "extract", "form", "capsule", "marketing", "between"})
"""Kinds that may stand between a denial and the thing denied, or follow it in a list."""

_SEPARATOR = re.compile(r"([,;!?|()\[\]{}]|\.(?=\s|$)|:(?=\s|$)|\s[+-]\s)")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d{1,2}(?!\d))")
_BARE_DECIMAL = re.compile(r"(?<![\w.])\.(?=\d)")
_PER = re.compile(r"(?<=\d)\s*(mg|mcg|ug|g|ml|percent)\s*/\s*(?=[a-z]|\d+(?:\.\d+)?\s?(?:mg|g|ml)\b)")
UNITS = (
    "mg|mgs|milligrams?|mcg|ug|micrograms?|g|gm|gms|gr|grams?|kg|kilos?|oz|ounces?|lbs?|pounds?|ml|mls|milliliters?|l|liters?|litres?"
    "|gallons?|percent"
)
_WITH_UNIT = re.compile(
    rf"(?<![a-z0-9.])(\d+(?:\.\d+)?)-?({UNITS}|fl|ct|cnt|count|caps?|capsules?|tabs?|tablets?|x)(?![a-z0-9])"
)
_TIMES = re.compile(r"(?<![a-z0-9])(\d+)x(?=\d)")


class Mention(NamedTuple):
    """A phrase of the lexicon on a label: its kind and entry, how it is called, and which words it covers."""

    kind: str
    id: str
    title: str
    start: int
    end: int
    denied: bool = False
    limited: bool = False


class Reading(NamedTuple):
    """A label read: its words, with marks where sentences and lists break, its mentions, and what was read as what."""

    words: tuple[str, ...]
    mentions: tuple[Mention, ...]
    notes: tuple[tuple[str, str], ...]

    def of(self, *kinds: str) -> tuple[Mention, ...]:
        """The mentions of these kinds that are not denied."""
        return tuple(mention for mention in self.mentions if mention.kind in kinds and not mention.denied)

    def told(self, mention: Mention) -> str:
        """The words of a mention."""
        return " ".join(self.words[mention.start : mention.end])


def read(folded: str, lexicon: Lexicon) -> Reading:
    """Read folded label text."""
    notes: Notes = []
    text = undisguised(unmasked(folded), lexicon, notes)
    text = _numbers_apart(respelled(text, lexicon))
    found: list[str] = []
    for place, piece in enumerate(_SEPARATOR.split(text)):
        if place % 2:
            found.append(COMMA if piece.strip() in (COMMA, ":", "+") else BREAK)
        elif piece:
            found += mended(words(piece), lexicon, notes)
    mentions = _denied(found, _mentions(found, lexicon), lexicon)
    return Reading(tuple(found), tuple(mentions), tuple(notes))


_OF_PER = re.compile(r"(?<=mitragynine)\s*/\s*(?=\d)")


def _numbers_apart(text: str) -> str:
    if "%" in text or "<" in text or "/" in text:
        text = (
            text.replace("%", " percent ").replace("<", " less than ").replace("w/o", "without").replace("w/", "with ")
        )
    text = _BARE_DECIMAL.sub("0.", _DECIMAL_COMMA.sub(".", _THOUSANDS.sub("", text)))
    return _WITH_UNIT.sub(r"\1 \2", _TIMES.sub(r"\1 x ", _PER.sub(r" \1 per ", _OF_PER.sub(" per ", text))))


def _mentions(found: list[str], lexicon: Lexicon) -> list[Mention]:
    mentions: list[Mention] = []
    place, phrases = 0, lexicon.phrases
    while place < len(found):
        for key, meanings in phrases.get(found[place], ()):
            if len(key) == 1 or tuple(found[place : place + len(key)]) == key:
                end = place + len(key)
                mentions += [Mention(*meaning, place, end) for meaning in meanings]
                if len(key) > 1 and any(meaning.kind == "brand" for meaning in meanings):
                    mentions += _inside(found, place, end, lexicon)
                place = end - 1
                break
        place += 1
    return mentions


def _inside(found: list[str], start: int, end: int, lexicon: Lexicon) -> list[Mention]:
    """The substances that the name of a brand holds ("captain kratom")."""
    return [
        Mention(*meaning, place, place + 1)
        for place in range(start, end)
        for key, meanings in lexicon.phrases.get(found[place], ())
        for meaning in meanings
        if len(key) == 1 and meaning.kind in DENIABLE
    ]


def _denied(found: list[str], mentions: list[Mention], lexicon: Lexicon) -> list[Mention]:
    kinds = {mention.kind for mention in mentions}
    if not kinds & (DENIABLE | {"extract"}) or not kinds & {"denied-before", "denied-after", "limited"}:
        return _traces(found, mentions, lexicon) if "7-oh" in kinds else mentions
    at: dict[int, list[int]] = {}
    for index, mention in enumerate(mentions):
        at.setdefault(mention.start, []).append(index)
    denied: set[int] = set()
    for mention in mentions:
        if mention.kind == "denied-before":
            denied.update(_denied_after(mention.end, found, mentions, at))
        elif mention.kind == "denied-after":
            denied.update(_denied_by_what_follows(mention, found, mentions, lexicon))
    marked = [mention._replace(denied=index in denied) for index, mention in enumerate(mentions)]
    return _traces(found, marked, lexicon)


def _denied_after(place: int, found: list[str], mentions: list[Mention], at: dict[int, list[int]]) -> list[int]:
    """The things that a denial reaches: the next one, and those that a list joins to it."""
    denied: list[int] = []
    extracts: list[int] = []
    after_comma = False
    while place < len(found):
        if found[place] == COMMA and denied:
            after_comma, place = True, place + 1
            continue
        here = at.get(place, [])
        things = [index for index in here if mentions[index].kind in DENIABLE]
        if things:
            end = mentions[things[0]].end
            if after_comma and end < len(found) and found[end][:1].isdigit():
                break
            denied += things
            place = end
        elif here and any(mentions[index].kind in _PASSED_OVER for index in here) and not after_comma:
            extracts += [index for index in here if mentions[index].kind == "extract" and not denied]
            place = mentions[here[0]].end
        elif here and after_comma and any(mentions[index].kind == "between" for index in here):
            place = mentions[here[0]].end
        else:
            break
    return denied + extracts


def _denied_by_what_follows(cue: Mention, found: list[str], mentions: list[Mention], lexicon: Lexicon) -> list[int]:
    """The thing before "free", unless what is free is a sample."""
    if cue.end < len(found) and found[cue.end] in lexicon.by_kind["not-denied-after"]:
        return []
    return [index for index, mention in enumerate(mentions) if mention.end == cue.start and mention.kind in DENIABLE]


def _traces(found: list[str], mentions: list[Mention], lexicon: Lexicon) -> list[Mention]:
    """7-OH that the label keeps under a limit, or states as a share that leaf itself may hold, beside kratom named otherwise."""
    limits = [mention for mention in mentions if mention.kind == "limited"]
    beside = any(mention.kind == "kratom" and not mention.denied for mention in mentions)
    return [
        mention._replace(limited=True)
        if mention.kind == "7-oh"
        and (_near_limit(mention, limits, found) or (beside and _share(mention, found, lexicon)))
        else mention
        for mention in mentions
    ]


def _near_limit(mention: Mention, limits: list[Mention], found: list[str]) -> bool:
    for limit in limits:
        between = found[limit.end : mention.start] if limit.end <= mention.start else found[mention.end : limit.start]
        if limit.end <= mention.start:
            near = len(between) <= 4 and BREAK not in between and COMMA not in between
        else:
            near = between in ([], [COMMA], ["is"], ["content"])
        if near:
            return True
    return False


def _share(mention: Mention, found: list[str], lexicon: Lexicon) -> bool:
    for start in (mention.end, mention.start - 2):
        pair = found[max(start, 0) : start + 2]
        if len(pair) == 2 and pair[1] == "percent" and pair[0][:1].isdigit():
            return float(pair[0]) <= lexicon.trace_percent
    return False
