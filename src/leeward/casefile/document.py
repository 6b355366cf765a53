"""From bytes to a decoded document: size first, then text, then JSON or YAML. Nothing here knows what a case is."""

from __future__ import annotations

from typing import Any, NoReturn

from leeward.casefile.margin import NOT_TEXT, SYNTAX, TWICE, quoted
from leeward.errors import BadInput

LARGEST = 2_000_000
"""Bytes. A long admission with hourly scores is under 100,000; what is larger is another file, given by mistake."""

DEEPEST = 24
"""Levels of nesting. The case file needs six."""

MOST_VALUES = 50_000
"""Values in all: ten times the largest case we could think of, and still read in about a second."""

_ALLOWED_CONTROLS = "\t\n\r\x0b\x0c\x85"


def decoded(text: str | bytes) -> object:
    """The mappings, lists, texts and numbers that a JSON or YAML text holds; raises BadInput with one sentence."""
    plain = _text(text)
    if _is_json(plain):
        from leeward.casefile.json_text import from_json

        return from_json(plain)
    from leeward.casefile.yaml_text import from_yaml

    return from_yaml(plain)


def _text(given: str | bytes) -> str:
    if len(given) > LARGEST:
        says = f"The file is larger than {LARGEST // 1_000_000} MB, as no case file is."
        _refuse(NOT_TEXT, says, "Give a case file.")
    if isinstance(given, bytes):
        given = _from_bytes(given)
    text = given.removeprefix("\ufeff")
    if not text.strip():
        _refuse(NOT_TEXT, "The file is empty.", "Give a case file: it begins with `leeward: case/1`.")
    if not text.isprintable():
        _refuse_controls(text)
    return text


def _from_bytes(given: bytes) -> str:
    coding = "utf-16" if given[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    try:
        return given.decode(coding)
    except UnicodeDecodeError:
        _refuse(NOT_TEXT, "The file is not text in UTF-8.", "Save it as plain text in UTF-8.")


def _refuse_controls(text: str) -> None:
    for character in set(text):
        code = ord(character)
        control = code < 32 or 127 <= code < 160
        if (control and character not in _ALLOWED_CONTROLS) or 0xD800 <= code <= 0xDFFF:
            line = text.count("\n", 0, text.index(character)) + 1
            says = f"The file is not plain text: line {line} holds a character that no text holds."
            _refuse(NOT_TEXT, says, "Save it as plain text in UTF-8.")


def _is_json(text: str) -> bool:
    """Whether a text means to be JSON. `{now: ...}` with a bare key is YAML, which writes mappings in braces too."""
    start = text.lstrip()
    if start[:1] not in ("{", "["):
        return False
    return start[1:200].lstrip()[:1] in ('"', "}", "]", "{", "[", "")


def bounded(document: Any) -> None:
    """Refuse a document that is nested too deeply or holds too many values; costs one pass."""
    level, count = [document], 0
    for _ in range(DEEPEST):
        below: list[Any] = []
        for value in level:
            if type(value) is dict:
                below += value.values()
            elif type(value) is list:
                below += value
            if len(below) > MOST_VALUES:
                refuse_size()
        if not below:
            return
        count += len(below)
        if count > MOST_VALUES:
            refuse_size()
        level = below
    refuse_depth()


def refuse_depth(line: int | None = None) -> NoReturn:
    """Refuse a document that is nested too deeply."""
    at = "" if line is None else f" at line {line}"
    _refuse(SYNTAX, f"The document is nested deeper than {DEEPEST} levels{at}.", "Give a case file.")


def refuse_size() -> NoReturn:
    """Refuse a document that holds too many values."""
    _refuse(SYNTAX, f"The document holds more than {MOST_VALUES:,} values.", "Give the case of one person.")


def refuse_twice(key: str, first: int, second: int) -> NoReturn:
    """Refuse a document that gives one key two values."""
    says = f"{quoted(key)} is written twice, at line {first} and at line {second}."
    _refuse(TWICE, says, "Keep one of them.")


def _refuse(code: str, says: str, mend: str) -> NoReturn:
    raise BadInput.one(code, "", says, mend)
