"""Tables with a header, whatever separates their fields: FDA's CAERS / HFCS extract, and a plain table of incidences."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from leeward.errors import BadInput, shown
from leeward.signals.readers.rows import CONCOMITANT, SUSPECT, Read, Row, SetAside, day, sex, years

CODE = "LW-1001"

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

FIELDS = ("report", "received", "role", "product", "industry", "age", "age_unit", "sex", "outcomes", "events")
"""What is read of a row, in the order in which it is taken apart."""

INCIDENCE: tuple[tuple[str, ...], ...] = (
    ("id", "report", "case", "caseid", "case_id", "primaryid", "report_id"),
    ("product", "drug", "var1", "medicine", "substance"),
    ("event", "ae", "pt", "var2", "reaction", "term"),
)
"""What the three columns of a plain table may be called."""


def read_delimited(path: Path, lines: Iterator[str]) -> Read:
    """The rows of a table. Raises BadInput where its columns are none that are known."""
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
        mend = "Give FDA's CAERS file, a FAERS quarter, openFDA's JSON, or a table with the columns report, product and event."
        raise BadInput.one(CODE, path.name, says, mend)


def _numbered(rows: Iterator[list[str]], first: str) -> Iterator[tuple[int, list[str] | str]]:
    line, header = 1, next(csv.reader([first]))
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
        if row and row != header:
            yield line, row


def _caers(rows: Iterator[list[str]], at: Mapping[str, int], width: int, first: str) -> Read:
    # A field that the file lacks stands past the last of a row, where an empty one is put.
    fields = [at.get(field, width) for field in FIELDS]
    product_at = at["product"]
    for line, row in _numbered(rows, first):
        if isinstance(row, str):
            yield SetAside(line, row)
            continue
        if len(row) != width:
            yield SetAside(line, f"it has {len(row)} fields, and the header {width}")
            continue
        row.append("")
        told = [row[place].strip() for place in fields]
        report, received_told, role, product, industry, age, unit, sex_told, outcomes, events = told
        if not report or not product:
            yield SetAside(line, "it names no report or no product")
            continue
        received = day(received_told)
        if received is None:
            yield SetAside(line, f"its day of receipt cannot be read: {shown(received_told)}")
            continue
        yield Row(
            report=report,
            received=received,
            product=row[product_at],
            role=CONCOMITANT if role.lower().startswith("concom") else SUSPECT,
            industry=industry,
            age=years(age, unit),
            age_told=f"{age} {unit}".strip() if age else "",
            sex=sex(sex_told),
            outcomes=_terms(outcomes),
            events=_terms(events),
            source="caers",
        )


def _table(rows: Iterator[list[str]], at: list[int], first: str) -> Read:
    for line, row in _numbered(rows, first):
        if isinstance(row, str):
            yield SetAside(line, row)
        elif len(row) <= max(at) or not all(row[place].strip() for place in at):
            yield SetAside(line, "a field is missing or empty")
        else:
            report, product, event = (row[place].strip() for place in at)
            yield Row(report, "", product, SUSPECT, "", None, "", "", (), (event,))


@lru_cache(maxsize=1000)
def _terms(told: str) -> tuple[str, ...]:
    """The terms of a field, each once, as they stand: their order is shuffled between rows of one report."""
    return tuple(dict.fromkeys(term for part in told.split(",") if (term := part.strip())))
