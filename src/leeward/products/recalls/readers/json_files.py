"""Enforcement reports as JSON: one record a line, or the whole document that openFDA answers and offers for download."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from leeward.model.shapes import is_list, is_mapping
from leeward.products.recalls.action import Action
from leeward.products.recalls.readers.enforcement import FIELDS, Record, action_of
from leeward.products.recalls.readers.opened import damaged, lines, opened, whole
from leeward.products.recalls.readers.skipped import Skipped

_RECORD = msgspec.json.Decoder(Record)
_ANY = msgspec.json.Decoder()
_BROKEN = (msgspec.MsgspecError, RecursionError, UnicodeDecodeError)
_MARK = b"\xef\xbb\xbf"


class _Answer(msgspec.Struct):
    results: list[msgspec.Raw]


def read_lines(path: Path, origin: str) -> Iterator[Action | Skipped]:
    """One record a line."""
    too_long: list[int] = []
    with opened(path) as stream:
        for number, line in enumerate(lines(stream, path, too_long), 1):
            if line.isspace():
                if too_long and too_long[-1] == number:
                    yield Skipped(number, "The line is too long to be a record.")
                continue
            yield _told(line.removeprefix(_MARK) if number == 1 else line, number, origin, "line")


def read_document(path: Path, origin: str) -> Iterator[Action | Skipped]:
    """The records of one document, an object with `results`, a list of records, or a single record; numbered from 1."""
    with opened(path) as stream:
        text = whole(stream, path).removeprefix(_MARK)
    for number, record in enumerate(_records(text, path), 1):
        yield _told(record, number, origin, "record")


def _records(text: bytes, path: Path) -> list[msgspec.Raw]:
    try:
        if text.lstrip().startswith(b"["):
            return msgspec.json.decode(text, type=list[msgspec.Raw])
        try:
            return msgspec.json.decode(text, type=_Answer).results
        except msgspec.ValidationError:
            return [msgspec.json.decode(text, type=msgspec.Raw)]
    except _BROKEN:
        raise damaged(path, "is not whole JSON; nothing of it is read") from None


def _told(text: bytes | msgspec.Raw, number: int, origin: str, what: str) -> Action | Skipped:
    try:
        record = _RECORD.decode(text)
    except _BROKEN:
        loose = _loose(bytes(text))
        if isinstance(loose, str):
            return Skipped(number, f"The {what} {loose}.")
        record = loose
    told = action_of(record, origin)
    return Skipped(number, told) if isinstance(told, str) else told


def _loose(text: bytes) -> Record | str:
    """The record where its values have other types than the FDA's, or its text another encoding; or what is wrong."""
    try:
        try:
            found = _ANY.decode(text)
        except _BROKEN:
            found = _ANY.decode(text.decode("cp1252"))
    except _BROKEN:
        return "is not valid JSON"
    if not is_mapping(found):
        return "is not a record (an object with fields)"
    return Record(**{str(key): _text(value) for key, value in found.items() if key in FIELDS})


def _text(value: object) -> str:
    if value is None:
        return ""
    if is_list(value):
        return "; ".join(_text(item) for item in value)
    return value if isinstance(value, str) else str(value)
