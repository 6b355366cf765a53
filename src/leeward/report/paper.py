"""Lines of text of 80 columns, with colour only where there is a terminal for it."""

from __future__ import annotations

import textwrap
from datetime import datetime

WIDTH = 80

COLOURS = {
    "emergency": "1;37;41",
    "urgent": "1;31",
    "caution": "33",
    "note": "36",
    "recommended": "1;32",
    "acceptable": "32",
    "not-yet": "33",
    "cannot-tell": "35",
    "avoid": "31",
    "heading": "1",
    "dim": "2",
}


class Paper:
    """Lines of text, with or without colour."""

    def __init__(self, colour: bool) -> None:
        self.colour = colour
        self.lines: list[str] = []

    def paint(self, text: str, kind: str) -> str:
        """The text in the colour of its kind, where colour is on."""
        return f"\x1b[{COLOURS[kind]}m{text}\x1b[0m" if self.colour else text

    def heading(self, text: str) -> None:
        """A heading after an empty line."""
        self.lines += ["", self.paint(text, "heading")]

    def put(self, text: str, indent: int = 2, hang: int = 0) -> None:
        """A paragraph, wrapped to the width."""
        first, rest = " " * indent, " " * (indent + hang)
        self.lines += textwrap.wrap(
            text, WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
        )

    def entry(self, mark: str, kind: str, text: str) -> None:
        """A line that begins with a coloured mark, the text hanging beside it."""
        lines = textwrap.wrap(f"{mark}{text}", WIDTH - 2, subsequent_indent=" " * len(mark), break_on_hyphens=False)
        first = lines[0].removeprefix(mark.rstrip())
        self.lines.append(f"  {self.paint(mark.rstrip(), kind)}{first}")
        self.lines += [f"  {line}" for line in lines[1:]]

    def item(self, text: str, indent: int = 2) -> None:
        """A bullet."""
        self.put(f"- {text}", indent, hang=2)


def when(instant: datetime) -> str:
    """An instant in the offset that the case was written in."""
    return instant.isoformat(sep=" ", timespec="minutes")


def day(instant: datetime) -> str:
    """An instant short: day, month and time."""
    return f"{instant:%d %b %H:%M}"
