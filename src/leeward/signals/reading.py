"""Files of adverse-event reports as rows, one after the other: a product of a report, and what was reported with it.

| kind | what it is | known by its columns |
|---|---|---|
| caers | FDA's CAERS / HFCS extract, one row a report and product, terms in one field | `RA_Report #`, or the later names |
| table | a plain table of report, product and event, a row an incidence | three columns, or four with `n` counted |

A row that cannot be read is set aside with its line and the reason. A file that breaks off, or of which nothing can be
read, is refused as a whole. Terms are kept as text; no dictionary of terms is shipped.
"""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import IO, NamedTuple

from leeward.errors import BadInput, shown
from leeward.products.recalls.readers.text import text_lines

LONGEST_LINE = 4_000_000
"""Bytes of one line. FDA's longest are some thousand."""

CODE = "LW-1001"

SUSPECT, CONCOMITANT = "suspect", "concomitant"


class Row(NamedTuple):
    """A product of a report with all events of that report. Empty means that the file does not say."""

    report: str
    received: str
    """The day it was received, as 2016-05-03."""
    product: str
    role: str
    industry: str
    age: float | None
    """Years; None where it is not told or its unit is not."""
    age_told: str
    sex: str
    outcomes: tuple[str, ...]
    events: tuple[str, ...]


class SetAside(NamedTuple):
    """A row that was not read: its line, and why."""

    line: int
    reason: str


NAMES: Mapping[str, tuple[str, ...]] = {
    "report": ("ra_report #", "report #", "report id", "report_id", "report number", "report_number"),
    "received": ("ra_caers created date", "caers created date", "date fda first received report", "created date"),
    "role": ("pri_product role", "product role", "product type", "role"),
    "product": ("pri_reported brand/product name", "reported brand/product name", "product", "product name"),
    "industry": ("pri_fda industry code", "fda industry code", "industry code", "product code"),
    "age": ("ci_age at adverse event", "age at adverse event", "patient age", "age"),
    "age_unit": ("ci_age unit", "age unit", "age units"),
    "sex": ("ci_gender", "gender", "sex"),
    "outcomes": ("aec_one row outcomes", "outcomes", "case outcomes"),
    "events": ("sym_one row coded symptoms", "symptoms", "medra preferred terms", "meddra preferred terms"),
}
"""What the columns of CAERS have been called, lower case, over the years."""

YEARS: Mapping[str, float] = {
    "year": 1.0, "month": 1 / 12, "week": 7 / 365.25, "day": 1 / 365.25, "hour": 1 / 8766, "decade": 10.0,
}  # fmt: skip

INCIDENCE: tuple[tuple[str, ...], ...] = (
    ("id", "report", "case", "caseid", "case_id", "primaryid", "report_id"),
    ("product", "drug", "var1", "medicine", "substance"),
    ("event", "ae", "pt", "var2", "reaction", "term"),
)
"""What the three columns of a plain table may be called."""


def read_rows(path: Path) -> Iterator[Row | SetAside]:
    """The rows of a file, compressed (gzip) or not. Raises BadInput where it is none that is known, or breaks off."""
    try:
        with _opened(path) as file:
            yield from _rows(path, file)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        says, mend = (
            "The file breaks off, or its compression is damaged.",
            "Download it again. Nothing of it was loaded.",
        )
        raise BadInput.one("LW-1002", path.name, says, mend) from None
    except OSError as error:
        says = f"The file cannot be read ({error.strerror or 'error'})."
        raise BadInput.one("LW-1003", path.name, says, "Check the path.") from None


@contextmanager
def _opened(path: Path) -> Generator[IO[bytes], None, None]:
    with path.open("rb") as raw:
        start = raw.read(2)
        raw.seek(0)
        if start == b"\x1f\x8b":
            with gzip.open(raw) as unpacked:
                yield unpacked  # pyright: ignore[reportReturnType]
        else:
            yield raw


def _lines(path: Path, file: IO[bytes]) -> Iterator[bytes]:
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            says = f"Line {number} is longer than {LONGEST_LINE:,} bytes."
            raise BadInput.one("LW-1004", path.name, says, "This is no file of reports, or is damaged.")
        yield line


def _rows(path: Path, file: IO[bytes]) -> Iterator[Row | SetAside]:
    lines = text_lines(_lines(path, file))
    first = next(lines, "")
    delimiter = max(",\t;|$", key=first.count)
    header = [name.strip().lower() for name in next(csv.reader([first or " "], delimiter=delimiter))]
    rows = csv.reader(lines, delimiter=delimiter)
    caers = {field: header.index(name) for field, names in NAMES.items() for name in names if name in header}
    table = [next((header.index(name) for name in names if name in header), None) for names in INCIDENCE]
    if {"report", "product", "events"} <= set(caers):
        yield from _caers(rows, caers, len(header), first)
    elif None not in table:
        yield from _table(rows, [place for place in table if place is not None], first)
    else:
        says = f"Its columns are none that are known: {shown(first.strip(), 120)}."
        mend = "Give FDA's CAERS file, or a table with the columns report, product and event."
        raise BadInput.one(CODE, path.name, says, mend)


def _numbered(rows: Iterator[list[str]], first: str) -> Iterator[tuple[int, list[str] | str]]:
    line = 1
    while True:
        try:
            row = next(rows, None)
        except csv.Error as error:
            line += 1
            yield line, f"it cannot be read ({error})"
            continue
        if row is None:
            return
        line = getattr(rows, "line_num", line) + 1
        if row and row != next(csv.reader([first])):
            yield line, row


def _caers(rows: Iterator[list[str]], at: Mapping[str, int], width: int, first: str) -> Iterator[Row | SetAside]:
    def told(row: list[str], field: str) -> str:
        return row[at[field]].strip() if field in at else ""

    for line, row in _numbered(rows, first):
        if isinstance(row, str):
            yield SetAside(line, row)
        elif len(row) != width:
            yield SetAside(line, f"it has {len(row)} fields, and the header {width}")
        elif not told(row, "report") or not told(row, "product"):
            yield SetAside(line, "it names no report or no product")
        else:
            received = _day(told(row, "received"))
            if received is None:
                yield SetAside(line, f"its day of receipt cannot be read: {shown(told(row, 'received'))}")
                continue
            age, unit = told(row, "age"), told(row, "age_unit")
            yield Row(
                report=told(row, "report"),
                received=received,
                product=row[at["product"]],
                role=CONCOMITANT if told(row, "role").lower().startswith("concom") else SUSPECT,
                industry=told(row, "industry"),
                age=_years(age, unit),
                age_told=f"{age} {unit}".strip() if age else "",
                sex=_sex(told(row, "sex")),
                outcomes=_terms(told(row, "outcomes")),
                events=_terms(told(row, "events")),
            )


def _table(rows: Iterator[list[str]], at: list[int], first: str) -> Iterator[Row | SetAside]:
    for line, row in _numbered(rows, first):
        if isinstance(row, str):
            yield SetAside(line, row)
        elif len(row) <= max(at) or not all(row[place].strip() for place in at):
            yield SetAside(line, "a field is missing or empty")
        else:
            report, product, event = (row[place].strip() for place in at)
            yield Row(report, "", product, SUSPECT, "", None, "", "", (), (event,))


def _terms(told: str) -> tuple[str, ...]:
    """The terms of a field, each once, as they stand: their order is shuffled between rows of one report."""
    return tuple(dict.fromkeys(term for part in told.split(",") if (term := part.strip())))


def _day(told: str) -> str | None:
    """A day as 2016-05-03; empty where none is told, None where it cannot be read. Months come first, as FDA writes them."""
    if not told:
        return ""
    try:
        if "/" in told:
            month, day, year = (int(part) for part in told.split("/"))
            return date(year, month, day).isoformat()
        if len(told) == 8 and told.isdigit():
            return date(int(told[:4]), int(told[4:6]), int(told[6:])).isoformat()
        return date.fromisoformat(told[:10]).isoformat()
    except ValueError:
        return None


def _years(age: str, unit: str) -> float | None:
    """An age in years. Hazard: 31 weeks, read as 31 years or 31 years as weeks, makes an infant of an adult: both are kept."""
    by = YEARS.get(unit.lower().removesuffix("(s)"))
    try:
        return float(age) * by if by is not None and age else None
    except ValueError:
        return None


def _sex(told: str) -> str:
    return {"female": "female", "f": "female", "male": "male", "m": "male"}.get(told.lower(), "")
