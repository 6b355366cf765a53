"""What a label says is absent, only tested for, or kept to a trace: claims, never ingredients, and never verified.

Hazard: "no 7-OH kratom powder" denies 7-OH and sells kratom. Hazard: "tested for purity, 7-OH tablets" is a 7-OH product.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from leeward.products.identity.lexicon import Lexicon
from leeward.products.identity.reading import DENIABLE, Mention
from leeward.products.identity.spelling import BREAK, COMMA

_PASSED_OVER = frozenset({"vein", "vein-noun", "leaf", "extract", "form", "capsule", "marketing", "between"})
"""Kinds that may stand between a denial and the thing denied, or follow it in a list."""

_JOINS = frozenset({COMMA, "and", "or", "nor"})
_IS = frozenset({COMMA, "is", "was", "are", "were", "content", "level", "levels", "result", "results", "lab"})
_FOUND = frozenset({"detected", "detect", "undetectable", "undetected", "detectable"})
"""How a finding of nothing ends; it may stand before what was not found: "ND 7-OH"."""
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_UNITS = frozenset({"mg", "mgs", "milligram", "milligrams", "mcg", "ug", "microgram", "micrograms", "g", "percent"})
_ITEM = 4
"""Words that an item of a list of tests may have."""


def claimed_absent(found: list[str], mentions: list[Mention], lexicon: Lexicon) -> list[Mention]:
    """The mentions with those marked that the label denies, only says were tested for, or keeps to a trace."""
    if not {mention.kind for mention in mentions} & (DENIABLE | {"extract"}):
        return mentions
    at: dict[int, list[int]] = {}
    for index, mention in enumerate(mentions):
        at.setdefault(mention.start, []).append(index)
    denied: set[int] = set(_nothing_of(found, mentions))
    tested: set[int] = set()
    for mention in mentions:
        if mention.kind == "denied-before":
            denied.update(_denied_after(mention.end, found, mentions, at))
        elif mention.kind == "denied-after":
            denied.update(_denied_by_what_follows(mention, found, mentions, lexicon))
        elif mention.kind == "tested-before":
            tested.update(_tested_for(mention.end, found, mentions, at))
        elif mention.kind == "tested-after":
            tested.update(_tested_before(mention, found, mentions))
    denied.update(_told_again(denied, found, mentions))
    tested.update(_told_again(tested, found, mentions))
    marked = [
        mention._replace(denied=index in denied, tested=index in tested and index not in denied)
        for index, mention in enumerate(mentions)
    ]
    return _traces(found, marked, lexicon) if any(mention.kind == "7-oh" for mention in marked) else marked


def _denied_after(place: int, found: list[str], mentions: list[Mention], at: dict[int, list[int]]) -> list[int]:
    """The things that a denial reaches: the next one, and those that a list joins to it."""
    denied: list[int] = []
    extracts: list[int] = []
    after_comma, joined = False, True
    while place < len(found):
        if found[place] in _JOINS:
            joined = True
        if found[place] == COMMA and denied:
            after_comma, place = True, place + 1
            continue
        here = at.get(place, [])
        things = [index for index in here if mentions[index].kind in DENIABLE]
        if things:
            end = mentions[things[0]].end
            if after_comma and end < len(found) and found[end][:1].isdigit():
                break
            if not joined and all(mentions[index].id not in {mentions[one].id for one in denied} for index in things):
                break
            denied += things
            place, joined = end, False
        elif here and any(mentions[index].kind in _PASSED_OVER for index in here) and not after_comma:
            extracts += [index for index in here if mentions[index].kind == "extract" and not denied]
            place = mentions[here[0]].end
        elif here and after_comma and any(mentions[index].kind == "between" for index in here):
            place = mentions[here[0]].end
        else:
            break
    return denied + extracts


def _denied_by_what_follows(cue: Mention, found: list[str], mentions: list[Mention], lexicon: Lexicon) -> list[int]:
    """The thing before "free" or "none detected", unless what is free is a sample."""
    if cue.end < len(found) and found[cue.end] in lexicon.by_kind["not-denied-after"]:
        return []
    if found[cue.start : cue.end] == ["none"] and found[cue.end : cue.end + 1] == ["of"]:
        return []
    if found[cue.start : cue.end] == ["zero"] and cue.end < len(found) and found[cue.end] not in (COMMA, BREAK):
        return []
    near = 0 if found[cue.start] in ("free", "alternative", "alternatives", "substitute", "replacement", "zero") else 3
    before = [
        index
        for index, mention in enumerate(mentions)
        if mention.kind in DENIABLE
        and 0 <= cue.start - mention.end <= near
        and _IS.issuperset(found[mention.end : cue.start])
    ]
    if before or found[cue.end - 1] not in _FOUND:
        return before
    if cue.start and found[cue.start - 1] not in (COMMA, BREAK) and found[cue.start - 1] not in lexicon.single:
        return []
    return [index for index, mention in enumerate(mentions) if mention.kind in DENIABLE and mention.start == cue.end]


def _nothing_of(found: list[str], mentions: list[Mention]) -> Iterable[int]:
    """The things of which the label states an amount of nought: "0 mg 7-OH", "7-OH: 0 %"."""
    for place, word in enumerate(found):
        if not _NUMBER.fullmatch(word) or float(word) != 0:
            continue
        end = place + 2 if found[place + 1 : place + 2] and found[place + 1] in _UNITS else place + 1
        while found[end : end + 1] == ["of"]:
            end += 1
        before = place - 1 if place and found[place - 1] in (COMMA, "is", "contains") else place
        left = [i for i, one in enumerate(mentions) if one.kind in DENIABLE and one.end == before]
        right = [i for i, one in enumerate(mentions) if one.kind in DENIABLE and one.start == end]
        if left and right and found[place + 1 : place + 2] != [] and end > place + 1:
            plain = all(mentions[i].id == "kratom" for i in right)
            counted = any(
                found[mentions[i].end : mentions[i].end + 1][:1] and found[mentions[i].end][:1].isdigit() for i in right
            )
            headed = all(mentions[i].id == "kratom" for i in left) or _amount_before(found, mentions[left[0]].start)
            yield from left if (plain or counted) and not headed else right
        elif end > place + 1 or (right and not left):
            yield from left or right


def _amount_before(found: list[str], place: int) -> bool:
    return place >= 2 and found[place - 1] in _UNITS and bool(_NUMBER.fullmatch(found[place - 2]))


def _tested_for(place: int, found: list[str], mentions: list[Mention], at: dict[int, list[int]]) -> Iterable[int]:
    """The things in the list of what was tested for; an item that has an amount or a form is sold, not tested for."""
    start, length = True, 0
    listed = 0
    while place < len(found) and found[place] != BREAK:
        if found[place] in _JOINS or found[place] in ("the", "any", "presence", "of", "levels", "content"):
            start, length = start or found[place] in _JOINS, 0 if found[place] in _JOINS else length
            listed += found[place] in _JOINS
            place += 1
            continue
        things = [index for index in at.get(place, []) if mentions[index].kind in DENIABLE]
        if things:
            end = mentions[things[0]].end
            kinds = {mentions[index].kind for index in at.get(end, [])}
            counted = end < len(found) and found[end][:1].isdigit() and not found[end].startswith("7")
            if not start or (listed and (kinds & {"form", "leaf", "extract", "capsule"} or counted)):
                return
            yield from things
            place, start = end, False
            continue
        if _NUMBER.fullmatch(found[place]) or length >= _ITEM:
            return
        place, start, length = place + 1, False, length + 1


def _tested_before(cue: Mention, found: list[str], mentions: list[Mention]) -> Iterable[int]:
    """ "7-OH tested" beside a kratom product that is named otherwise; alone it may as well be what is sold."""
    if found[cue.end : cue.end + 1] == ["for"]:
        return
    for index, mention in enumerate(mentions):
        others = [one for one in mentions if one.kind == "kratom" and one.id != mention.id]
        if (
            mention.kind in DENIABLE - {"kratom"}
            and mention.end == cue.start
            and others
            and not _amount_before(found, mention.start)
        ):
            yield index


def _told_again(marked: Iterable[int], found: list[str], mentions: list[Mention]) -> list[int]:
    """The same thing told again at once, as in "no 7-hydroxymitragynine (7-OH)"."""
    ids = {(mentions[index].id, mentions[index].end) for index in marked}
    return [
        index
        for index, mention in enumerate(mentions)
        for id, end in ids
        if mention.id == id
        and end <= mention.start <= end + 1
        and set(found[end : mention.start]) <= {BREAK}
        and found[mention.end : mention.end + 1] in ([BREAK], [])
    ]


def _traces(found: list[str], mentions: list[Mention], lexicon: Lexicon) -> list[Mention]:
    """7-OH that the label keeps under a low limit, or states as a share that leaf itself may hold, beside kratom named otherwise."""
    limits = [mention for mention in mentions if mention.kind == "limited"]
    beside = any(mention.kind == "kratom" and not mention.denied for mention in mentions)
    return [
        mention._replace(limited=True)
        if mention.kind == "7-oh"
        and (_near_limit(mention, limits, found, lexicon) or (beside and _share(mention, found, lexicon)))
        else mention
        for mention in mentions
    ]


def _near_limit(mention: Mention, limits: list[Mention], found: list[str], lexicon: Lexicon) -> bool:
    for limit in limits:
        between = found[limit.end : mention.start] if limit.end <= mention.start else found[mention.end : limit.start]
        if limit.end <= mention.start:
            near = len(between) <= 4 and BREAK not in between and COMMA not in between
        else:
            near = between in ([], [COMMA], ["is"], ["content"], ["at"])
        stated = found[limit.end : limit.end + 2]
        if near and (
            _is_trace(stated, lexicon)
            if stated and _NUMBER.fullmatch(stated[0])
            else _needs_no_number(limit, found, stated)
        ):
            return True
    return False


def _needs_no_number(limit: Mention, found: list[str], stated: list[str]) -> bool:
    """A trace, or a limit of detection; "max" and "up to" say nothing without a number."""
    word = found[limit.end - 1]
    return word in ("trace", "traces", "loq", "lod", "bloq", "blq", "quantification", "detection") or (
        bool(stated)
        and stated[0] in ("loq", "lod", "detection", "quantification", "the", "limit", "limits", "detectable")
    )


def _is_trace(stated: list[str], lexicon: Lexicon) -> bool:
    unit = stated[1] if len(stated) == 2 else ""
    if unit == "percent":
        return float(stated[0]) <= lexicon.trace_percent
    return unit in ("mg", "mgs") and float(stated[0]) <= lexicon.trace_mg


_MORE = (["more", "than"], ["greater", "than"], ["at", "least"])


def _share(mention: Mention, found: list[str], lexicon: Lexicon) -> bool:
    for start in (mention.end, mention.start - 2):
        pair = found[max(start, 0) : start + 2]
        if len(pair) == 2 and pair[1] == "percent" and _NUMBER.fullmatch(pair[0]):
            if (
                found[max(start - 1, 0)] in ("over", "above", "minimum", "min")
                or found[max(start - 2, 0) : start] in _MORE
            ):
                return False
            return 0 < float(pair[0]) <= lexicon.trace_percent
    return False
