"""A text cut into sentences, each with its place in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from leeward.evidence.claims.listed import listed

ABBREVIATIONS = listed(
    "dr mr mrs ms prof st vs etc e.g i.e eg ie approx no nos fig inc ltd co corp jr sr u.s a.m p.m vol dept est al "
    "jan feb mar apr jun jul aug sep sept oct nov dec"
)
"""What a full stop may follow without ending a sentence, in lower case and without the last stop."""

LONGEST = 600
"""Characters: a longer stretch without an end is cut at a blank, so that no text can make one sentence of itself."""

BREAK = re.compile(r"(?P<stop>[.!?…]+)[\"'”’)\]]*(?=\s|$)|\n\s*\n|\n(?=\s*(?:[-*•#>]|\d+[.)])\s)|\n(?=\s*\|)")
INITIALS = re.compile(r"(?:^|[\s(\"'“])(?:[A-Za-z]\.)+$")
MARKS = re.compile(r"^[\s>#*•\-–|]*(?:\d{1,2}[.)]\s+)?")


class Sentence(msgspec.Struct, frozen=True):
    """A sentence as it stands in the text; `start` and `end` in characters, `end` not included."""

    text: str
    start: int
    end: int


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences of a text in order; marks of lists and headings at their start are left out."""
    start = 0
    for found in BREAK.finditer(text):
        if found["stop"] and not _ends(text, start, found):
            continue
        yield from _cut(text, start, found.end())
        start = found.end()
    yield from _cut(text, start, len(text))


def _ends(text: str, start: int, found: re.Match[str]) -> bool:
    if found["stop"] != ".":
        return True
    before = text[start : found.end("stop")]
    rest = text[found.end() : found.end() + 80].lstrip()
    if not rest:
        return True
    if INITIALS.search(before):
        # "O.P.M.S. is": initials end a sentence only where a new one seems to begin after more than one word.
        return (
            rest[0].isupper()
            and len(before.split()) > 2
            and before.split()[-1].lower().rstrip(".") not in ABBREVIATIONS
        )
    word = re.split(r"[\s(]", before)[-1].rstrip(".").lower()
    return word not in ABBREVIATIONS


def _cut(text: str, start: int, end: int) -> Iterator[Sentence]:
    piece = text[start:end]
    lead = MARKS.match(piece)
    begin = start + (lead.end() if lead else 0)
    while begin < end:
        stop = end
        if stop - begin > LONGEST:
            blank = text.rfind(" ", begin + LONGEST // 2, begin + LONGEST)
            stop = blank if blank > 0 else begin + LONGEST
        words = text[begin:stop].rstrip()
        if any(letter.isalpha() for letter in words):
            yield Sentence(words, begin, begin + len(words))
        begin = stop + (1 if stop < end else 0)
