"""How keys, words and names are compared: by their letters and digits, whatever joins them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import lru_cache

ALIKE = 0.8
"""From this likeness (difflib's ratio) a word is probably a misspelling of another: asked about, never replaced."""

_BETWEEN = re.compile(r"[\W_]+")


@lru_cache(maxsize=4096)
def slug(text: str) -> str:
    """The letters and digits of a text, in lower case, joined by hyphens.

    >>> slug("Hepatitis C"), slug("fentanyl_illicit"), slug(" 7-OH ")
    ('hepatitis-c', 'fentanyl-illicit', '7-oh')
    """
    text = text[:400]
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return _BETWEEN.sub("-", text.casefold()).strip("-")


class Words:
    """Words that may be chosen from, each with its other spellings.

    >>> Words("a route", {"oral": ("by mouth", "po"), "smoked": ()}).named("By mouth")
    'oral'
    """

    __slots__ = ("_by_slug", "offered", "what")

    def __init__(self, what: str, words: Mapping[str, Iterable[str]]) -> None:
        self.what = what
        self.offered = tuple(words)
        self._by_slug = {slug(word): word for word in words}
        for word, spellings in words.items():
            for spelling in spellings:
                self._by_slug.setdefault(slug(spelling), word)

    def named(self, text: str) -> str | None:
        """The word as Leeward spells it, None where it is not one of these."""
        return self._by_slug.get(text) or self._by_slug.get(slug(text))

    def mend(self, text: str) -> str:
        """What to write instead: the word that was probably meant, or all of them."""
        close = alike(slug(text), tuple(self._by_slug))
        if close is not None:
            return f"Did you mean {self._by_slug[close]}?"
        return f"Write {one_of(self.offered)}."


@lru_cache(maxsize=1024)
def alike(text: str, known: tuple[str, ...]) -> str | None:
    """The known spelling that is most like the text, if any is like it at all."""
    if len(text) > 60:
        return None
    found = get_close_matches(text, known, 1, ALIKE)
    return found[0] if found else None


def one_of(words: Iterable[str]) -> str:
    """Words in a sentence.

    >>> one_of(("use", "day")), one_of(("yes", "no", "unknown"))
    ('use or day', 'yes, no or unknown')
    """
    *before, last = words
    return f"{', '.join(before)} or {last}" if before else last
