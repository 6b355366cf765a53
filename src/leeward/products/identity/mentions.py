"""What a label mentions, in order, and what it only denies or keeps to a trace.

"kratom-free", "contains no 7-OH" and "0 mg 7-OH" name a substance and say that it is absent, and "tested for 7-OH" that
somebody looked; those are claims of the label and never an ingredient. "7-OH < 0.02 %" is what every leaf holds.
"""

from __future__ import annotations

import re

from leeward.products.identity.chemical_names import respelled
from leeward.products.identity.denials import claimed_absent
from leeward.products.identity.lexicon import Lexicon
from leeward.products.identity.reading import DENIABLE, Mention, Reading
from leeward.products.identity.spelling import BREAK, COMMA, Notes, mended, undisguised, unmasked
from leeward.products.wording import words

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


def read(folded: str, lexicon: Lexicon) -> Reading:
    """Read folded label text."""
    notes: Notes = []
    text, foreign = _in_latin(folded, lexicon)
    text = undisguised(_species(unmasked(text), lexicon), lexicon, notes)
    text = _numbers_apart(respelled(_CASE_MARKS.sub("", _NOT_DETECTED.sub(" not detected ", text)), lexicon, notes))
    found: list[str] = []
    for place, piece in enumerate(_SEPARATOR.split(text)):
        if place % 2:
            found.append(COMMA if piece.strip() in (COMMA, ":", "+") else BREAK)
        elif piece:
            found += mended(words(piece), lexicon, notes)
    mentions = claimed_absent(found, _settled(found, _mentions(found, lexicon)), lexicon)
    return Reading(tuple(found), tuple(mentions), tuple(notes), foreign)


_NOT_DETECTED = re.compile(r"(?<![a-z0-9.])(?:n/d|n\.d\.?|nd)(?![a-z0-9])")
_CASE_MARKS = re.compile(r"(?<=[a-z])\((?:s|es)\)")
_ALPHABETIC = re.compile(r"[\u0370-\u03ff\u0400-\u04ff]")


def _in_latin(folded: str, lexicon: Lexicon) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Names in other scripts as the name that Leeward reads by, and which they were.

    Hazard: the Russian for "with Hippocrates" ends in the letters of kratom; in a script with spaces a name begins a word.
    """
    if folded.isascii():
        return folded, ()
    met: dict[str, str] = {}
    for name, means in lexicon.foreign:
        if name in folded:
            before = r"(?<![^\W\d_])" if _ALPHABETIC.search(name) else ""
            after = r"[\u0430-\u044f]{0,3}" if _ALPHABETIC.search(name) else ""
            folded, times = re.subn(f"{before}{re.escape(name)}{after}", f" {means} ", folded)
            if times:
                met[name] = means
    return folded, tuple(met.items())


def _species(text: str, lexicon: Lexicon) -> str:
    """ "M. hirsuta" and "M. speciosa" with their genus in full."""
    if not any(epithet in text for epithet in lexicon.epithets):
        return text
    return re.sub(rf"(?<![a-z0-9])m\.? ?(?=(?:{'|'.join(lexicon.epithets)})(?![a-z]))", "mitragyna ", text)


_OF_THE_FAMILY = frozenset({"kratom", "7-oh", "analogue", "strain-name"})
_SOLD_WITH = frozenset({"strain-name", "vein-noun", "strain", "capsule", "leaf", "extract", "7-oh", "analogue"})


def _settled(found: list[str], mentions: list[Mention]) -> list[Mention]:
    """Shorthands as what they stand for, where another word of the label says so: "pseudo" beside 7-OH, "ktm" beside a vein."""
    kinds = {mention.kind for mention in mentions}
    family = bool(kinds & _OF_THE_FAMILY) or any(word in ("alkaloid", "alkaloids", "indole") for word in found)
    sold = (kinds & _SOLD_WITH or {"vein", "place"} <= kinds) and not kinds & {"other", "article", "skin"}
    return [
        mention._replace(kind="analogue", id="mitragynine-pseudoindoxyl")
        if mention.kind == "analogue-shorthand" and family
        else mention._replace(kind="kratom")
        if mention.kind == "kratom-shorthand" and (sold or kinds & _OF_THE_FAMILY)
        else mention
        for mention in mentions
    ]


_SIGNS = (
    ("%", " percent "), ("<=", " at most "), ("≤", " at most "), ("<", " less than "), (">=", " at least "), ("≥", " at least "),
    (">", " more than "), ("w/o", "without"), ("w/", "with "),
)  # fmt: skip
_EITHER = re.compile(r"(?<=[a-z])\s*/\s*(?=[a-z]|7[ha])")
_OR_MORE = re.compile(
    rf"(?<![\w.])(\d+(?:\.\d+)?)(?: ?({UNITS}|%)(?:\+| or more| or higher| minimum)|\+ ?({UNITS}|%))(?![a-z0-9])"
)
_RANGE = re.compile(
    r"(?<![\w.,/-])(\d+(?:\.\d+)?) ?(?:-| to ) ?(\d+(?:\.\d+)?) {0,3}(mg|mcg|percent)(?![a-z0-9])(?! ?per \d)"
)
_OF_PER = re.compile(r"(?<=mitragynine)\s*/\s*(?=\d)")


def _numbers_apart(text: str) -> str:
    text = _OR_MORE.sub(lambda found: f"at least {found[1]} {found[2] or found[3]}", text)
    if any(sign in text for sign in "%<>≤≥/"):
        for sign, said in _SIGNS:
            text = text.replace(sign, said)
    text = _BARE_DECIMAL.sub("0.", _DECIMAL_COMMA.sub(".", _THOUSANDS.sub("", text)))
    text = _RANGE.sub(_bounds, text)
    return _WITH_UNIT.sub(
        r"\1 \2", _TIMES.sub(r"\1 x ", _PER.sub(r" \1 per ", _EITHER.sub(" or ", _OF_PER.sub(" per ", text))))
    )


_WIDEST = 5
"""How many times the lower end of a range its upper end may be; more is a count or a code before an amount."""


def _bounds(found: re.Match[str]) -> str:
    """ "10-15 mg" as the two bounds that it states."""
    low, high = float(found[1]), float(found[2])
    if not 0 < low < high <= _WIDEST * low:
        return found[0]
    return f"at least {found[1]} {found[3]} up to {found[2]} {found[3]}"


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
