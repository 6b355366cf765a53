"""Values of an entry's body as text of one line: what the sentences about entries are put together from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from leeward.model.quantity import number
from leeward.paper.times import clock

LONGEST = 240
"""Letters of a text that a sentence quotes; the whole of it stands in the entry."""


def text_of(value: Any) -> str:
    """A value of a body as text of one line; nothing for nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return number(value) if abs(value) < 1e15 else str(value)
    if isinstance(value, dict):
        pairs = [f"{words_of(key)} {told_or_unknown(inner)}" for key, inner in value.items()]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        return cut(", ".join(pairs))
    if isinstance(value, list | tuple | set | frozenset):
        return cut(", ".join(words_of(inner) for inner in value))  # pyright: ignore[reportUnknownVariableType]
    return cut(" ".join(str(value).split()))


def words_of(value: Any) -> str:
    """A word of a case file as people write it."""
    return text_of(value).replace("-", " ").replace("_", " ")


def told_or_unknown(value: Any) -> str:
    """The same, where nothing is said to be unknown."""
    return "unknown" if value is None else text_of(value)


def quoted(value: Any) -> str:
    """What somebody wrote; nothing for what is no text."""
    return text_of(value) if isinstance(value, str) else ""


def cut(text: str) -> str:
    """A text of at most `LONGEST` letters."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"


def capital(text: str) -> str:
    """With a capital at its beginning."""
    return f"{text[:1].upper()}{text[1:]}"


def named(told: Any, otherwise: str) -> str:
    """A name with a capital, or what stands for none."""
    return capital(words_of(told)) or otherwise


def joined(*parts: str) -> str:
    """The parts that are there, with spaces between."""
    return " ".join(part for part in parts if part)


def time_of(told: Any) -> str:
    """An instant or a stretch of a body on its wall clock."""
    if isinstance(told, dict):
        return f"between {time_of(told.get('earliest'))} and {time_of(told.get('latest'))}"  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
    try:
        instant = datetime.fromisoformat(told)
        return clock(instant, instant.tzinfo) if instant.tzinfo else text_of(told)
    except (TypeError, ValueError, OverflowError):
        return told_or_unknown(told)
