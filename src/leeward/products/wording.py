"""Label text made comparable: folded letters, words, and nothing that hides in a string.

Labels reach us typed by a caller's ear, copied from a photograph or mangled by a file: mixed case, accents lost to a
question mark, dots inside initials, marks that change the direction of writing. Folding is the same for a label and
for the text of a record, so that the two can meet.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 4_000
"""Characters of a label that are read. The longest product description of the FDA's enforcement reports has as many."""

_CONTROLS = {code: " " for code in (*range(32), 127)}
_UNHEARD = dict.fromkeys(map(ord, "'’‘`´ʼ" + "¿\ufffd" + "®™©"), None)
"""Apostrophes, the marks that a broken character set leaves behind, and trade marks: nobody says them."""
_INITIALS = re.compile(r"(?<![^\W_])(?:[a-z0-9]\.){2,}(?:[a-z0-9](?![^\W_]))?")
_WORD = re.compile(r"\d+(?:\.\d+)?(?![a-z0-9.])|[a-z0-9]+")


def plain(text: str, longest: int = LONGEST) -> str:
    """The text on one line as a person would see it: no control, direction or zero-width characters; cut at `longest`.

    >>> plain("kra\\u200btom \\u202eshot\\x00")
    'kratom shot'
    """
    if text.isascii():
        return " ".join(text[: 4 * longest].translate(_CONTROLS).split())[:longest]
    seen = unicodedata.normalize("NFKC", text[: 4 * longest])
    kept = "".join(
        " " if (kind := unicodedata.category(letter)) in ("Zs", "Zl", "Zp", "Cc") else letter if kind[0] != "C" else ""
        for letter in seen
    )
    return " ".join(kept.split())[:longest]


def fold(text: str, longest: int = LONGEST) -> str:
    """Lower case without accents, apostrophes, trade marks or dots in initials; an ampersand reads as a word.

    >>> fold("O.P.M.S. Piña & Neptune’s Pin¿a")
    'opms pina and neptunes pina'
    """
    lowered = plain(text, longest).casefold().translate(_UNHEARD).replace("&", " and ")
    bare = lowered if lowered.isascii() else _without_accents(lowered)
    return " ".join(_INITIALS.sub(lambda found: found[0].replace(".", ""), bare).split())


def words(folded: str) -> list[str]:
    """The words and numbers of folded text, in order.

    >>> words(fold("7-OHMZ chewables, 0.5 fl. oz (15mL)"))
    ['7', 'ohmz', 'chewables', '0.5', 'fl', 'oz', '15ml']
    """
    return _WORD.findall(folded)


def _without_accents(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
