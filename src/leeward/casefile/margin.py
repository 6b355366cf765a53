"""What is written in the margin while a case file is read: every mistake, and everything kept without being known.

Stable codes of mistakes in a case file:

    LW-0101  not a text, empty, or larger than any case file
    LW-0102  not YAML or JSON, or written with something that a case file may not hold (anchors, tags, two documents)
    LW-0103  a text, but not a case file of this version
    LW-0104  a key written twice
    LW-0105  not a code of its code system
    LW-0106  a key that is probably misspelt
    LW-0107  the wrong shape: a list, a mapping, a text or one of the two was expected
    LW-0108  a word that is not one of those offered
    LW-0109  neither yes nor no
    LW-0110  not a number, or a number that cannot be
    LW-0111  not an instant, or one without its offset
    LW-0112  an instant in the future, or an interval that ends before it begins
    LW-0113  not a mass
    LW-0114  a unit that is missing, unknown or of another kind
    LW-0115  a value outside what can be measured
    LW-0116  two statements that contradict each other
    LW-0117  something without which an entry says nothing
"""

from __future__ import annotations

import re

from leeward.errors import Problem, shown
from leeward.model.case import Kept
from leeward.model.shapes import is_list, is_mapping

NOT_TEXT = "LW-0101"
SYNTAX = "LW-0102"
NOT_A_CASE = "LW-0103"
TWICE = "LW-0104"
NOT_A_CODE = "LW-0105"
MISSPELT = "LW-0106"
SHAPE = "LW-0107"
WORD = "LW-0108"
YES_OR_NO = "LW-0109"
NUMBER = "LW-0110"
INSTANT = "LW-0111"
FUTURE = "LW-0112"
NOT_A_MASS = "LW-0113"
UNIT = "LW-0114"
IMPLAUSIBLE = "LW-0115"
CONTRADICTION = "LW-0116"
LACKING = "LW-0117"

KEPT_AT_MOST = 300
"""Characters of a kept text: enough for a line of a chart, too few to hide a document in."""

_ENTRY = re.compile(r"^[a-z_]+\[\d+\]")


class Margin:
    """Collects mistakes and kept things. Paths of kept things follow the entries to their place in the case."""

    __slots__ = ("_kept", "_places", "problems")

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._kept: dict[str, list[tuple[str, str]]] = {}
        self._places: dict[str, tuple[str, str]] = {}

    def problem(self, path: str, code: str, says: str, mend: str) -> None:
        """Write down a mistake; reading goes on."""
        self.problems.append(Problem(path, code, says, mend))

    def keep(self, path: str, as_told: object) -> None:
        """Write down something that Leeward keeps and shows but does not know."""
        self._kept.setdefault(path.partition(".")[0], []).append((path, plain(as_told)))

    def placed(self, written: str, kind: str, key: str) -> None:
        """The entry written at `medicines[2]` stands in the case as `medicines.sertraline`."""
        self._places.setdefault(written, (kind, key))

    def forget(self, name: str, problems: int) -> None:
        """Strike out what was written down about a list, and every mistake but the first so many: it is read anew."""
        del self.problems[problems:]
        for written in (self._kept, self._places):
            for place in [place for place in written if place == name or place.startswith(f"{name}[")]:
                del written[place]

    def kept_of(self, written: str) -> list[tuple[str, str]]:
        """What was kept of the entry written at a place, so that entries that differ in nothing else have an order."""
        return sorted((path[len(written) :], as_told) for path, as_told in self._kept.get(written, ()))

    def kept(self) -> tuple[Kept, ...]:
        """Everything kept, named as in the case and in an order that does not depend on the writer's."""
        kept = [one for listed in self._kept.values() for one in listed]
        return tuple(sorted(Kept(self._in_case(path), as_told) for path, as_told in kept))

    def _in_case(self, path: str) -> str:
        entry = _ENTRY.match(path)
        if entry is None:
            return path
        placed = self._places.get(entry[0])
        place = ".".join(placed) if placed else entry[0].partition("[")[0]
        return place + path[entry.end() :]


def plain(given: object, limit: int = KEPT_AT_MOST) -> str:
    """The given value as a text of one line without control characters, cut short."""
    if not isinstance(given, str):
        return _told(given, limit)
    if given.isascii() and given.isprintable() and len(given) <= limit:
        return given.strip()
    return shown(" ".join(given[: 4 * limit].split()), limit)


def _told(given: object, limit: int) -> str:
    if given is None:
        return "unknown"
    if isinstance(given, bool):
        return "yes" if given else "no"
    if isinstance(given, int) and given.bit_length() > 200:
        return "a number with too many digits"
    if isinstance(given, float) and given.is_integer() and abs(given) < 1e15:
        return str(int(given))
    if is_mapping(given):
        inner = ", ".join(f"{plain(key, 40)}: {plain(value, 80)}" for key, value in sorted(_first(given), key=repr))
        return shown(inner, limit)
    if is_list(given):
        return shown(", ".join(plain(value, 80) for value in list(given)[:50]), limit)
    return shown(given, limit)


def _first(given: dict[object, object]) -> list[tuple[object, object]]:
    return list(given.items())[:50]


def quoted(given: object) -> str:
    """The wrong word as a message may show it; what is not a single word is only described."""
    if isinstance(given, str):
        return f'"{shown(given.strip())}"' if given.strip() else "An empty text"
    if given is None:
        return "Nothing at all"
    if is_mapping(given):
        return "A mapping"
    if is_list(given):
        return "A list"
    return _told(given, 40)
