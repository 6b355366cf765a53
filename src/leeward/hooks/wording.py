"""The words of a card: what a record wrote is shown as it stands, and never acts as Markdown, a link or a picture."""

from __future__ import annotations

import re
from collections.abc import Sequence

from leeward.hooks.cards import OVERRIDE_REASONS, Card, Indicator, Source, cut
from leeward.hooks.situation import Situation

MOST_LINES = 12

_SIGNS = str.maketrans({"[": "(", "]": ")", "`": "'", "*": "∗", "|": "¦", "\\": "/"})
_ADDRESS = re.compile(r"(?<=:)(?=//)|(?<=\bwww)(?=\.)|(?<=\w)(?=@\w)", re.IGNORECASE)
_EDGE = re.compile(r"(?<![^\W_])_+|_+(?![^\W_])|~{2,}")
_BLOCK = re.compile(r"^(?:>|#{1,6}(?=\s|$)|[-+=](?=\s|$|[-=]))")
_ALIKE = {">": "›", "#": "♯", "-": "−", "+": "＋", "=": "＝"}


def inert(text: str) -> str:
    """Words that may hold words of a record, on one line, as they read, without what Markdown would take for its own.

    Brackets become round ones, an address is no link; a sign that would begin a heading, quote or list becomes one like it.

    >>> inert("oxycodone [Sign in](https://evil.example)")
    'oxycodone (Sign in)(https: //evil.example)'
    """
    line = " ".join(text.split()).translate(_SIGNS)
    line = _EDGE.sub(" ", _ADDRESS.sub(" ", line)).strip()
    return f"{_ALIKE[line[0]]}{line[1:]}" if _BLOCK.match(line) else line


def told(situation: Situation, summary: str, indicator: Indicator, detail: str, rule: str = "") -> Card:
    """A card of Leeward's own. `detail` is Markdown made of inert words."""
    signed = "" if situation.signed_by else " Nobody has signed this knowledge for this site."
    label = f"Leeward{f', rule {rule}' if rule else ''}, knowledge {situation.knowledge.version}"
    return Card(
        summary=cut(inert(summary)),
        indicator=indicator,
        source=Source(label=label),
        detail=f"{detail}\n\nNothing here is an order; a clinician decides.{signed}",
        override_reasons=OVERRIDE_REASONS,
    )


def bullets(lines: Sequence[str], most: int | None = None) -> str:
    """Lines as a list, all of them or the first so many with the number of those left out."""
    shown = lines if most is None else lines[:most]
    more = f"\n* and {len(lines) - len(shown)} more" if len(lines) > len(shown) else ""
    return "\n".join(f"* {inert(line)}" for line in shown) + more


def titled(title: str, lines: Sequence[str], most: int | None = MOST_LINES) -> str:
    """A list under its title; empty where the list is."""
    return f"**{title}**\n{bullets(lines, most)}" if lines else ""
