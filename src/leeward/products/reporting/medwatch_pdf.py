"""The draft as a PDF, set by typst with the fonts that it carries: the same bytes on every machine.

What a person wrote is passed as data and never becomes markup. The fonts hold Latin, Greek, Cyrillic, Hebrew and
Arabic letters; any other character is written by its Unicode name, so that nothing prints as an empty box.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from importlib import resources
from typing import Literal

import msgspec

from leeward.errors import BadInput
from leeward.knowledge import Knowledge
from leeward.products.reporting.event import Event
from leeward.products.reporting.medwatch import Identified, medwatch_draft, minimum_sentence

Paper = Literal["us-letter", "a4"]

_UNBROKEN = re.compile(r"\S{48}(?=\S)")
"""A run that no line can hold is given places to break, or it would leave the page."""

_HELD = (
    (0x20, 0x7E), (0xA0, 0x17F), (0x18F, 0x18F), (0x1CD, 0x1DC), (0x218, 0x21B), (0x300, 0x304), (0x384, 0x3CE), (0x400, 0x45F),
    (0x490, 0x4E9), (0x5D0, 0x5EA), (0x621, 0x63A), (0x641, 0x64A), (0x660, 0x669), (0x1E80, 0x1EF9), (0x2010, 0x2027),
    (0x2030, 0x203A), (0x2044, 0x2044), (0x2070, 0x2070), (0x2074, 0x2089), (0x20AC, 0x20AC), (0x2116, 0x2116),
    (0x2122, 0x2122), (0x2126, 0x2126), (0x2150, 0x215E), (0x2190, 0x2195), (0x2200, 0x2200), (0x2202, 0x2206),
    (0x2208, 0x220F), (0x2211, 0x2213), (0x221A, 0x221E), (0x2248, 0x2248), (0x2260, 0x2261), (0x2264, 0x2265),
    (0x2610, 0x2612), (0x2713, 0x2713),
)  # fmt: skip
"""Characters that the fonts hold, first and last of each run."""


def medwatch_pdf(
    event: Event,
    knowledge: Knowledge,
    identities: Sequence[Identified | None] = (),
    paper: Paper = "us-letter",
    *,
    actions: Sequence[str] = (),
) -> bytes:
    """The draft as a PDF; equal bytes for equal input. Raises BadInput where the part that sets pages is not installed."""
    return b"".join(_set_pages(event, knowledge, identities, actions, paper, "pdf"))


def medwatch_pages(
    event: Event,
    knowledge: Knowledge,
    identities: Sequence[Identified | None] = (),
    paper: Paper = "us-letter",
    *,
    actions: Sequence[str] = (),
) -> list[bytes]:
    """The pages of the draft as PNG pictures, for a preview."""
    return _set_pages(event, knowledge, identities, actions, paper, "png")


def printable(text: str) -> str:
    """The text with every character that the fonts lack written by its name.

    >>> printable("7-OH 😀 µg")
    '7-OH [GRINNING FACE] µg'
    """
    named = "".join(letter if letter == "\n" or _held(letter) else _named(letter) for letter in text)
    return _UNBROKEN.sub(lambda run: run[0] + "\u200b", named)


def _set_pages(
    event: Event,
    knowledge: Knowledge,
    identities: Sequence[Identified | None],
    actions: Sequence[str],
    paper: Paper,
    form: Literal["pdf", "png"],
) -> list[bytes]:
    try:
        import typst
    except ImportError:
        says = "A PDF needs the package typst, which is not installed."
        raise BadInput.one("LW-0691", "", says, "Install it, or ask for text.") from None
    draft = medwatch_draft(event, knowledge, identities, actions=actions)
    data = msgspec.to_builtins(draft) | {"minimum": minimum_sentence(draft), "paper": paper}
    template = (resources.files("leeward.products.reporting") / "medwatch.typ").read_bytes()
    made = typst.compile(
        template,
        format=form,
        ppi=110.0,
        sys_inputs={"draft": msgspec.json.encode(_printable_in(data)).decode()},
        ignore_system_fonts=True,
        timestamp=0,
    )
    return made if isinstance(made, list) else [made]


def _printable_in(value: object) -> object:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {key: _printable_in(inner) for key, inner in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, (list, tuple)):
        return [_printable_in(inner) for inner in value]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return value


def _held(letter: str) -> bool:
    number = ord(letter)
    return any(first <= number <= last for first, last in _HELD)


def _named(letter: str) -> str:
    if unicodedata.category(letter) in ("Cf", "Mn") and letter != "\u20e3":
        return "" if unicodedata.category(letter) == "Cf" else f"[{unicodedata.name(letter, 'mark')}]"
    return f"[{unicodedata.name(letter, f'U+{ord(letter):04X}')}]"
