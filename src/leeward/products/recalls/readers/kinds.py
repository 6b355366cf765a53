"""What kind of file this is, told from its content: file names of downloads say little and are often changed."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from leeward.errors import BadInput, shown
from leeward.model.shapes import is_mapping
from leeward.products.recalls.readers.columns import TABLES, column_name, delimiter_of
from leeward.products.recalls.readers.opened import READ, opened, wrong_kind
from leeward.products.recalls.readers.text import is_utf_16, text_lines

HEAD = 2**20
"""Bytes that are looked at."""

JSON, JSON_LINES = "openfda-enforcement-json", "openfda-enforcement-jsonl"

_WHOLE = re.compile(r'\{\s*"(?:meta|results)"\s*:|\[\s*\{')
"""How a document of many records begins; its lines may each look like a record."""
_LONGEST_HEADING = 60
_SIGNATURES = {
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture (PNG)",
    b"\xff\xd8\xff": "a picture (JPEG)",
    b"GIF8": "a picture (GIF)",
    b"RIFF": "a picture or a recording",
    b"\xd0\xcf\x11\xe0": "an old Office file (save the table as CSV)",
    b"SQLite format 3": "an SQLite database",
    b"PAR1": "a Parquet file",
    b"PK\x05\x06": "an empty zip",
    b"BZh": "a file packed with bzip2 (unpack it first)",
    b"\xfd7zXZ": "a file packed with xz (unpack it first)",
    b"\x28\xb5\x2f\xfd": "a file packed with zstd (unpack it first)",
    b"7z\xbc\xaf": "a 7-Zip archive (unpack it first)",
    b"Rar!": "a RAR archive (unpack it first)",
    b"\x1f\x8b": "a file that is gzipped twice (unpack it once)",
    b"PK\x03\x04": "a zip inside a zip (unpack it once)",
}
_MARKS = frozenset({"recall_number", "recalling_firm", "product_description", "reason_for_recall", "code_info"})
_JSON_KINDS: Mapping[str, frozenset[str]] = {
    "adverse event reports of foods (CAERS)": frozenset({"report_number", "reactions"}),
    "adverse event reports of medicines (FAERS)": frozenset({"safetyreportid", "patient"}),
    "reports on devices (MAUDE)": frozenset({"mdr_report_key"}),
    "device recalls of another endpoint (download the enforcement reports)": frozenset({"res_event_number"}),
    "a list of medicines (NDC directory)": frozenset({"product_ndc", "labeler_name"}),
    "labels of medicines": frozenset({"spl_id"}),
    "an error message of openFDA (ask again)": frozenset({"error"}),
    "a case for assessment": frozenset({"exposures"}),
}
_TABLE_KINDS: Mapping[str, frozenset[str]] = {
    "adverse event reports of foods (CAERS)": frozenset(
        {"ra_report", "report_id", "aec_event_start_date", "sym_one_row_coded_symptoms", "date_fda_first_received_case"}
    ),
    "adverse event reports of medicines (FAERS)": frozenset({"primaryid", "caseid", "isr"}),
    "reports on devices (MAUDE)": frozenset({"mdr_report_key"}),
    "a list of medicines (NDC directory)": frozenset({"productndc"}),
    "a list of recalls to be matched, not of recalls": frozenset({"query_label_text", "label_text"}),
}


def kind_of(path: Path) -> str:
    """The kind of the file. Raises BadInput for any other file, saying what it seems to be and what is read.

    One of openfda-enforcement-json, openfda-enforcement-jsonl, fda-enforcement-csv, fda-dashboard-csv,
    fda-press-release-csv, fda-warning-letter-csv.
    """
    with opened(path) as stream:
        head = stream.read(HEAD)
    if not head.strip():
        raise BadInput.one("LW-0671", str(path), "The file is empty.", READ)
    for signature, seems in _SIGNATURES.items():
        if head.startswith(signature):
            raise wrong_kind(path, seems)
    if head[257:262] == b"ustar":
        raise wrong_kind(path, "a tar archive (unpack it first)")
    if b"\0" in head and not is_utf_16(head):
        raise wrong_kind(path, "a binary file")
    text = "".join(text_lines(head.splitlines(keepends=True))).lstrip("\ufeff \t\r\n")
    if text.startswith("<"):
        raise wrong_kind(path, "a web page (HTML)" if "<html" in text[:5000].lower() else "a file of markup (XML)")
    return _json_kind(head, text, path) or _table_kind(text, path)


def _json_kind(head: bytes, text: str, path: Path) -> str | None:
    whole = _WHOLE.match(text)
    if not whole and any(map(_is_record, head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 50)[:50])):
        return JSON_LINES
    if not text.startswith(("{", "[")):
        return None
    keys = set(re.findall(r'"(\w{1,60})"\s*:', text))
    if len(_MARKS & keys) >= 2 or ({"meta", "results"} <= keys and re.search(r'"results"\s*:\s*\[\s*\]', text)):
        return JSON
    raise wrong_kind(path, _named(keys, _JSON_KINDS, all) or "a JSON file without recall records")


def _is_record(line: bytes) -> bool:
    if not line.lstrip().startswith(b"{"):
        return False
    try:
        found = msgspec.json.decode(line)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return False
    return is_mapping(found) and len(_MARKS & set(found)) >= 2


def _table_kind(text: str, path: Path) -> str:
    first = text.split("\n", 1)[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(first))
    header, second = _row(rows), _row(rows)
    names = {column_name(name) for name in header}
    for table in TABLES:
        if table.fits(names):
            return table.kind
    seems = _named(names, _TABLE_KINDS, any)
    if seems is None and len(header) == len(second) > 1 and max(map(len, header)) <= _LONGEST_HEADING:
        seems = "a table with the columns " + ", ".join(shown(name, 20) for name in header[:3])
    raise wrong_kind(path, seems or "a text")


def _row(rows: Iterator[list[str]]) -> list[str]:
    try:
        return next(rows, list[str]())
    except csv.Error:
        return []


def _named(
    found: set[str], kinds: Mapping[str, frozenset[str]], enough: Callable[[Iterable[object]], bool]
) -> str | None:
    return next((name for name, marks in kinds.items() if enough(mark in found for mark in marks)), None)
