"""What the decoder says of a message that is not as the specification has it, with its place, as Leeward says it."""

from __future__ import annotations

import msgspec

from leeward.errors import BadInput, shown


def parts_of(error: msgspec.ValidationError) -> tuple[str, str]:
    """The decoder's words, and the place that they are about (`cards[0].source`); empty for the whole."""
    message, _, place = str(error).partition(" - at `$.")
    return message, place.rstrip("`")


def misread(error: msgspec.ValidationError, code: str) -> BadInput:
    """The decoder's words as a refusal."""
    message, place = parts_of(error)
    return BadInput.one(code, place, f"{shown(message, 80)}.", "See CDS Hooks 2.0.")
