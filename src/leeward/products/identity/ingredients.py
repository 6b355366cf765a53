"""Of which ingredient an amount is: the one that it stands with, or none where that is unclear.

| on the label | the amount is of |
|---|---|
| kava 1200 mg with kratom 50 mg | the thing beside it in its item of the list |
| kratom with 100 mg caffeine | the thing after it: nothing before it in its item |
| 7-OH 15 mg kratom | the alkaloid: kratom is the kind of product |
| kratom extract 150 mg MIT | the alkaloid after it: kratom is the kind of product |
| turmeric 500 mg kratom | unclear |
| kratom and kava 500 mg | unclear: one or both |

Hazard: the milligrams of kava or caffeine read as a strength of kratom.
"""

from __future__ import annotations

import re

from leeward.products.identity.lexicon import Lexicon
from leeward.products.identity.reading import Mention, Reading
from leeward.products.identity.spelling import BREAK, COMMA

NUMBER = re.compile(r"\d+(?:\.\d+)?")
UNCLEAR = "unclear"
"""What an amount is of, where the label puts it between two ingredients or beside a word that is not known."""

_OF_THE_FAMILY = frozenset({"kratom", "7-oh", "analogue"})
_MEASURED = frozenset({*_OF_THE_FAMILY, "other-opioid", "sedative", "kava", "companion", "other-species", "shorthand"})
_INGREDIENTS = frozenset({"supplements", "medicines", "food"})
_NEXT_ITEM = frozenset({COMMA, "with", "and", "plus", "giving", "containing", "contains"})
_FAR = 6


def ingredient_of(reading: Reading, lexicon: Lexicon, place: int, end: int, unit: str) -> str:
    """What the amount at a place is of: as it is called, `UNCLEAR`, or empty where the label names nothing.

    `end` is the place after its unit.
    """
    place, end = _whole_range(reading.words, place, end)
    things = [mention for mention in reading.mentions if _is_thing(mention, reading, lexicon)]
    right = _first_after(things, reading.words, end)
    left = _last_before(things, reading.words, place)
    if right and left and right.id != left.id:
        chosen = _of_two(reading, left, right, place, end, unit)
        return _called(reading, lexicon, chosen) if chosen else UNCLEAR
    chosen = right or left
    if chosen is None:
        return _across(things, reading, lexicon, place)
    if left is not None and chosen is left and _joined_to_another(things, reading, left):
        return UNCLEAR
    if len({one.id for one in things}) > 1 and _unknown_between(reading, lexicon, chosen, place, end):
        return UNCLEAR
    return _called(reading, lexicon, chosen)


def _whole_range(words: tuple[str, ...], place: int, end: int) -> tuple[int, int]:
    """Where the range begins and ends of which the amount is one end: "at least 10 mg up to 15 mg"."""
    if words[end : end + 2] == ("up", "to") and words[end + 2 : end + 3] and NUMBER.fullmatch(words[end + 2]):
        return place, end + 4
    if words[max(0, place - 2) : place] == ("up", "to") and words[max(0, place - 6) : place - 4] == ("at", "least"):
        return place - 6, end
    return place, end


def _is_thing(mention: Mention, reading: Reading, lexicon: Lexicon) -> bool:
    if mention.denied or mention.tested:
        return False
    if mention.kind == "brand":
        return lexicon.brands[mention.id].class_ == "7-oh"
    if mention.kind == "shorthand":
        return any(one.kind in (*_OF_THE_FAMILY, "brand", "strain-name") for one in reading.mentions)
    return mention.kind in _MEASURED or (mention.kind == "other" and mention.id in _INGREDIENTS)


def _first_after(things: list[Mention], words: tuple[str, ...], end: int) -> Mention | None:
    """The nearest thing after an amount in its own item of the list."""
    for thing in things:
        between = words[end : thing.start]
        if thing.start >= end and len(between) <= _FAR and not _ends_item(between):
            return thing
    return None


def _last_before(things: list[Mention], words: tuple[str, ...], place: int) -> Mention | None:
    """The nearest thing before an amount in its own item of the list."""
    for thing in reversed(things):
        between = words[thing.end : place]
        if thing.end <= place and len(between) <= _FAR and not _ends_item(between):
            return thing
    return None


def _ends_item(between: tuple[str, ...]) -> bool:
    return BREAK in between or any(word in _NEXT_ITEM or NUMBER.fullmatch(word) for word in between)


def _of_two(reading: Reading, left: Mention, right: Mention, place: int, end: int, unit: str) -> Mention | None:
    """Which of two things an amount between them is of; None where the label does not settle it."""
    words = reading.words
    family = {left.kind, right.kind} <= {*_OF_THE_FAMILY, "shorthand", "brand"}
    if right.start == end and left.end != place:
        return right
    if left.end == place and right.start != end:
        return left
    if family and right.id == "kratom":
        return left
    if family and (unit == "%" or left.id == "kratom" or left.kind == "brand"):
        return right
    after = words[right.end : right.end + 1]
    counted = bool(after) and bool(NUMBER.fullmatch(after[0]))
    headed = left.start > 1 and bool(NUMBER.fullmatch(words[left.start - 2]))
    if counted and not headed:
        return left
    if headed and not counted:
        return right
    return None


def _across(things: list[Mention], reading: Reading, lexicon: Lexicon, place: int) -> str:
    """The thing of the item before, where the amount has an item of its own: "kratom capsules, 500 mg"."""
    for thing in reversed(things):
        between = reading.words[thing.end : place]
        if thing.end <= place:
            alone = (
                len(between) <= _FAR and BREAK not in between and not any(NUMBER.fullmatch(word) for word in between)
            )
            unknown = any(_is_unknown(word, lexicon) for word in between)
            several = len({one.id for one in things}) > 1
            return _called(reading, lexicon, thing) if alone and not (unknown and several) and not unknown else ""
    return ""


def _joined_to_another(things: list[Mention], reading: Reading, left: Mention) -> bool:
    """Whether "and" joins a thing without an amount of its own to this one: "kratom and kava 500 mg" may be of both."""
    for other in things:
        between = reading.words[other.end : left.start]
        if other.end < left.start and other.id != left.id and between and between[-1] == "and" and len(between) <= 3:
            return not any(NUMBER.fullmatch(word) for word in between) and not any(
                NUMBER.fullmatch(word) for word in reading.words[max(0, other.start - 2) : other.start]
            )
    return False


def _unknown_between(reading: Reading, lexicon: Lexicon, chosen: Mention, place: int, end: int) -> bool:
    """Whether a word that is not known stands between an amount and the thing: it may be the name of what it is of."""
    between = reading.words[end : chosen.start] if chosen.start >= end else reading.words[chosen.end : place]
    return any(_is_unknown(word, lexicon) for word in between)


def _is_unknown(word: str, lexicon: Lexicon) -> bool:
    return (
        len(word) > 3
        and word.isalpha()
        and word not in lexicon.single
        and word not in ("each", "from", "total", "serving")
    )


def _called(reading: Reading, lexicon: Lexicon, mention: Mention) -> str:
    if mention.kind == "brand":
        return "7-OH"
    if mention.kind == "other":
        return reading.told(mention)
    if mention.kind == "kratom" and mention.id == "kratom":
        after = reading.words[mention.end : mention.end + 2]
        if "extract" in after:
            return "kratom extract"
        return "kratom leaf" if after[:1] in (("leaf",), ("powder",)) else "kratom"
    return mention.title
