"""YAML text to a document. The only place that imports yaml.

Read from the parser's events, so that nothing but mappings, lists, texts, numbers, true, false and null can come of it:
no tags, no anchors, no timestamps, no `yes` that becomes true where a word was meant, no 12:30 that becomes 750. A
scalar that could be read in two ways stays a text, and the field that it stands in decides.
"""

from __future__ import annotations

import re
from typing import Any, NoReturn

import yaml

from leeward.casefile.document import DEEPEST, MOST_VALUES, refuse_depth, refuse_size, refuse_twice
from leeward.casefile.margin import SYNTAX, quoted
from leeward.errors import BadInput

_EVENTS: Any = yaml.parse  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"[-+]?(?:(?:0|[1-9][0-9]{0,17})\.[0-9]{1,17}|\.[0-9]{1,17})(?:[eE][-+]?[0-9]{1,3})?")
_WORDS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None, "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
}  # fmt: skip


def from_yaml(text: str) -> object:
    """The document in a YAML text; raises BadInput with one sentence that names the line and the column."""
    try:
        return _Builder().document(_EVENTS(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = "" if mark is None else f" at line {mark.line + 1}, column {mark.column + 1}"
        _refuse(f"The file is not valid YAML: {error.problem or error.context}{where}.", "Mend it there.")
    except yaml.YAMLError:
        _refuse("The file is not valid YAML: it holds a character that YAML does not allow.", "Take it out.")


def _refuse(says: str, mend: str) -> NoReturn:
    raise BadInput.one(SYNTAX, "", says, mend)


class _Open:
    """A mapping or list that is still being read."""

    __slots__ = ("holds", "key", "lines")

    def __init__(self, holds: dict[str, Any] | list[Any]) -> None:
        self.holds = holds
        self.key: str | None = None
        self.lines: dict[str, int] = {}


class _Builder:
    """Builds the document from events, without recursion."""

    def __init__(self) -> None:
        self.open: list[_Open] = []
        self.values = 0
        self.documents = 0
        self.root: Any = None

    def document(self, events: Any) -> object:
        for event in events:
            kind = type(event)  # pyright: ignore[reportUnknownVariableType]
            if kind is yaml.ScalarEvent:
                self._scalar(event)
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                self._begin(event, {} if kind is yaml.MappingStartEvent else [])
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self._put(self.open.pop().holds)
            elif kind is yaml.AliasEvent:
                line = event.start_mark.line + 1
                _refuse(f"Line {line} repeats another part by an alias (*).", "Write that part out in full.")
            elif kind is yaml.DocumentStartEvent:
                self._another_document(event)
        return self.root

    def _another_document(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            line = event.start_mark.line + 1
            _refuse(f"A second document begins at line {line}.", "Give one case a file, without a line of `---`.")

    def _begin(self, event: Any, holds: dict[str, Any] | list[Any]) -> None:
        self._refuse_tag(event)
        if len(self.open) >= DEEPEST:
            refuse_depth(event.start_mark.line + 1)
        if self.open and isinstance(self.open[-1].holds, dict) and self.open[-1].key is None:
            _refuse(f"Line {event.start_mark.line + 1} has a key that is not a word.", "Write keys as words.")
        self.open.append(_Open(holds))

    def _scalar(self, event: Any) -> None:
        self._refuse_tag(event)
        value: str = event.value
        if self.open and isinstance(self.open[-1].holds, dict) and self.open[-1].key is None:
            self._key(self.open[-1], value, event.start_mark.line + 1)
        else:
            self._put(_plain(value) if event.implicit[0] and not event.style else value)

    def _key(self, mapping: _Open, key: str, line: int) -> None:
        first = mapping.lines.setdefault(key, line)
        if key in mapping.holds:
            refuse_twice(key, first, line)
        mapping.key = key

    def _put(self, value: Any) -> None:
        self.values += 1
        if self.values > MOST_VALUES:
            refuse_size()
        if not self.open:
            self.root = value
            return
        inside = self.open[-1]
        if isinstance(inside.holds, list):
            inside.holds.append(value)
        else:
            assert inside.key is not None
            inside.holds[inside.key] = value
            inside.key = None

    def _refuse_tag(self, event: Any) -> None:
        if event.tag is not None:
            says = f"Line {event.start_mark.line + 1} has the tag {quoted(event.tag)}."
            _refuse(says, "Take the tag out: a case file holds plain values.")


def _plain(text: str) -> Any:
    """What an unquoted scalar means under the core rules of YAML 1.2, without octal, hexadecimal and .nan."""
    if text in _WORDS:
        return _WORDS[text]
    first = text[0]
    if first in "0123456789+-.":
        if _INTEGER.fullmatch(text):
            return int(text)
        if _FLOAT.fullmatch(text):
            return float(text)
    return text
