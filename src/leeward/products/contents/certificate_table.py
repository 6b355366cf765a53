"""Certificates as CSV and JSON."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

import msgspec

from leeward.errors import BadInput
from leeward.model.shapes import is_list, is_mapping
from leeward.products.contents.certificate_columns import (
    Column,
    Sheet,
    column,
    is_empty,
    kind_of_head,
)
from leeward.products.contents.certificate_fields import take_field
from leeward.products.contents.certificate_rows import Row, take_row
from leeward.products.contents.content import analyte_named
from leeward.products.contents.printed import Unit

_DELIMITERS = ",;\t|"
_LIMITS = ("lod", "loq", "rl")
_BESIDE = ("status", "method", "lot", "date", "laboratory")
_HEADED = 40
"""Lines in which the headings are looked for."""

_Lines = list[tuple[int, list[str]]]
_Results = tuple[tuple[str, Unit | None], ...]


def looks_like_table(text: str) -> bool:
    """Whether headings stand between delimiters near the start."""
    return any(_headings(_lines(text, delimiter)) is not None for delimiter in _DELIMITERS)


def read_table(text: str, sheet: Sheet) -> Sheet:
    """A certificate in cells, taken into the sheet. Without headings every line is kept as unread, for nobody said what the cells are."""
    for delimiter in _DELIMITERS:
        lines = _lines(text, delimiter)
        at = _headings(lines)
        if at is not None:
            return _read(sheet, lines, at)
    for number, cells in _lines(text, ","):
        sheet.cannot_read(f"line {number}", ",".join(cells), "no line before it says what the columns are")
    return sheet


def _lines(text: str, delimiter: str) -> _Lines:
    reader = csv.reader(StringIO(text), delimiter=delimiter)
    found: _Lines = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((reader.line_num, cells))
    except csv.Error:
        return []
    return found


def _headings(lines: _Lines) -> int | None:
    """Which line holds the headings: it names a substance column and a result, or columns named after substances."""
    for at, (_, cells) in enumerate(lines[:_HEADED]):
        columns = [column(cell) for cell in cells if cell.strip()]
        kinds = [found.kind for found in columns if found is not None]
        wide = sum(bool(found and found.analyte) for found in columns)
        if (
            len(cells) > 1 and (("analyte" in kinds and "result" in kinds) or (wide and len(kinds) > wide))
        ) or wide > 1:
            return at
    return None


def _read(sheet: Sheet, lines: _Lines, at: int) -> Sheet:
    for number, cells in lines[:at]:
        filled = [cell for cell in cells if cell.strip()]
        if not (len(filled) == 2 and take_field(sheet, filled[0].strip().rstrip(":"), filled[1])):
            sheet.cannot_read(
                f"line {number}", ",".join(filled), "it stands before the headings and says nothing known"
            )
    headings = [column(cell) for cell in lines[at][1]]
    for cell, found in zip(lines[at][1], headings, strict=True):
        if found is None and cell.strip():
            sheet.cannot_read(
                f"line {lines[at][0]}", cell, "it is not a heading that Leeward knows; its column is not read"
            )
    for number, cells in lines[at + 1 :]:
        _take_line(sheet, headings, number, cells)
    return sheet


def _take_line(sheet: Sheet, headings: list[Column | None], number: int, cells: list[str]) -> None:
    place, text = f"line {number}", ", ".join(cell.strip() for cell in cells if cell.strip())
    if len([cell for cell in cells if cell.strip()]) == 2 and take_field(sheet, cells[0].strip().rstrip(":"), cells[1]):
        return
    pairs = [(heading, cell.strip()) for heading, cell in zip(headings, cells, strict=False) if heading is not None]
    named = next((cell for heading, cell in pairs if heading.kind == "analyte"), "")
    if len(cells) > len(headings) and any(cell.strip() for cell in cells[len(headings) :]):
        sheet.cannot_read(
            place, text, "it has more cells than there are headings (a decimal comma?)", analyte_named(named)
        )
        return
    if named:
        results = tuple(
            (cell, heading.unit) for heading, cell in pairs if heading.kind == "result" and not heading.analyte
        )
        take_row(sheet, _row(place, text, named, results, pairs))
    wide = [(heading, cell) for heading, cell in pairs if heading.analyte and not is_empty(cell)]
    for heading, cell in wide:
        one = f"{heading.analyte} {cell}; {text}"
        take_row(sheet, _row(place, one, heading.analyte, ((cell, heading.unit),), pairs))
    if not named and not wide:
        sheet.cannot_read(place, text, "it names no substance")


def _row(place: str, text: str, analyte: str, results: _Results, pairs: list[tuple[Column, str]]) -> Row:
    return Row(
        place=place,
        text=text,
        analyte=analyte,
        results=results,
        unit=next((cell for heading, cell in pairs if heading.kind == "unit"), ""),
        limits={h.kind: (cell, h.unit) for h, cell in pairs if h.kind in _LIMITS and not is_empty(cell)},
        beside={h.kind: cell for h, cell in pairs if h.kind in _BESIDE and cell},
    )


def read_json(text: str, sheet: Sheet) -> Sheet:
    """A certificate as JSON, taken into the sheet; raises BadInput where it is none."""
    try:
        document = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        mend = "Mend it there, or give the certificate as CSV or text."
        raise BadInput.one("LW-0658", "", f"The certificate is not valid JSON: {str(error)[:80]}.", mend) from None
    rows = list(_walk(sheet, document, "", 0, ""))
    for row in rows:
        take_row(sheet, row)
    return sheet


_DEEPEST = 12


def _walk(sheet: Sheet, value: object, place: str, depth: int, method: str) -> Iterator[Row]:
    """The rows of a document. A method that an object names is that of the results within it which name none."""
    if depth > _DEEPEST:
        sheet.cannot_read(place, "", "it is nested too deeply")
    elif is_list(value):
        for number, inner in enumerate(value):
            yield from _walk(sheet, inner, f"{place}[{number}]", depth + 1, method)
    elif is_mapping(value):
        row = _json_row(value, place)
        if row is not None:
            yield _with_method(row, method)
            return
        method = next((_printed(inner) for key, inner in value.items() if _is_method(key, inner)), method)
        for key, inner in value.items():
            path = f"{place}.{key}" if place else str(key)
            if is_list(inner) or is_mapping(inner):
                yield from _walk(sheet, inner, path, depth + 1, method)
            elif analyte_named(str(key)) is not None:
                printed = _printed(inner)
                row = Row(place=path, text=f"{key}: {printed}", analyte=str(key), results=((printed, None),))
                yield _with_method(row, method)
            elif not _is_method(key, inner) and not take_field(sheet, str(key), _printed(inner)):
                sheet.cannot_read(path, f"{key}: {_printed(inner)}", "it is not a field that Leeward knows")
    else:
        sheet.cannot_read(place or "the top", _printed(value), "it is not a result")


def _is_method(key: object, value: object) -> bool:
    return isinstance(value, str) and kind_of_head(str(key)) == "method" and not is_empty(value)


def _with_method(row: Row, method: str) -> Row:
    if not method or not is_empty(row.beside.get("method", "")):
        return row
    return msgspec.structs.replace(row, beside={**row.beside, "method": method})


def _json_row(value: object, place: str) -> Row | None:
    """An object as a row where it names a substance and a result."""
    if not is_mapping(value):
        return None
    cells = [(column(str(key)) or _named(str(key)), _printed(inner)) for key, inner in value.items()]
    pairs = [(heading, cell) for heading, cell in cells if heading is not None]
    analyte = next((cell for heading, cell in pairs if heading.kind == "analyte"), None)
    if analyte is None:
        analyte = next((_printed(inner) for key, inner in value.items() if str(key).casefold() == "name"), None)
    results = tuple((cell, heading.unit) for heading, cell in pairs if heading.kind == "result" and not heading.analyte)
    if analyte is None or not results:
        return None
    text = ", ".join(f"{key}: {_printed(inner)}" for key, inner in value.items())
    return _row(place or "the top", text, analyte, results, pairs)


def _named(key: str) -> Column | None:
    kind = kind_of_head(key)
    return None if kind is None else Column(kind)


def _printed(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
