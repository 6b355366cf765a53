"""Everything that Leeward raises on purpose.

    LeewardError
    ├── BadInput            what was given cannot be read; every problem at once
    ├── KnowledgeError      the knowledge files contradict their own rules
    └── MisuseError         a programming mistake: mixed units, a truth value used as a bool

A message is a sentence: what was wrong, where, what was expected, what to do. It carries no patient data beyond the
word that was wrong, and that is cut short.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec


class Problem(msgspec.Struct, frozen=True, order=True):
    """One mistake in what was given: where it is, what is wrong and how to mend it."""

    path: str
    code: str
    says: str
    mend: str

    def __str__(self) -> str:
        place = f" {self.path}:" if self.path else ""
        return f"{self.code}{place} {self.says} {self.mend}"


class LeewardError(Exception):
    """Base of everything that Leeward raises on purpose."""


class BadInput(LeewardError):
    """What was given cannot be read; carries every problem that was found, not the first only."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))

    @classmethod
    def one(cls, code: str, path: str, says: str, mend: str) -> BadInput:
        """A BadInput with a single problem."""
        return cls([Problem(path=path, code=code, says=says, mend=mend)])


class KnowledgeError(LeewardError):
    """The knowledge files break one of their own rules."""


class MisuseError(LeewardError):
    """A programming mistake that must not pass silently, such as comparing mg with mcg/h."""


def shown(given: object, limit: int = 40) -> str:
    """The given value as it may be quoted in a message: cut short, one line, printable."""
    text = given if isinstance(given, str) else repr(given)
    text = "".join(character if character.isprintable() else "?" for character in text[: limit + 1])
    return text if len(text) <= limit else text[:limit] + "…"
