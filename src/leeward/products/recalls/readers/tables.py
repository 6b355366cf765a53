"""Tables of the FDA as CSV: enforcement reports, the data dashboard, press releases, the index of warning letters."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import msgspec

from leeward.products.recalls.action import Action
from leeward.products.recalls.readers.columns import DASHBOARD, ENFORCEMENT, LETTERS, PRESS, Table, delimiter_of
from leeward.products.recalls.readers.days import days_told
from leeward.products.recalls.readers.enforcement import FIELDS, Record, action_of, made_id
from leeward.products.recalls.readers.opened import lines, opened
from leeward.products.recalls.readers.skipped import Skipped
from leeward.products.recalls.readers.text import text_lines

Told = Action | str
Row = Mapping[str, str]

_LETTER_NUMBER = re.compile(r"-(\d{5,8})-\d{8}/?$")


def read_table(path: Path, table: Table, origin: str) -> Iterator[Action | Skipped]:
    """The rows of the table, each as an action or as passed over. A row is named by the line on which it begins."""
    told = _TOLD[table.kind]
    too_long: list[int] = []
    with opened(path) as stream:
        text = text_lines(lines(stream, path, too_long))
        first = next((line for line in text if line.strip()), "")
        header, rows = _rows(first, text)
        places = table.places(header)
        for number, row in rows:
            while too_long and too_long[0] <= number:
                yield Skipped(too_long.pop(0), "The line is too long to be a row.")
            if isinstance(row, str):
                yield Skipped(number, row)
                continue
            read = told({field: row[place].strip() for field, place in places.items()}, origin)
            yield Skipped(number, read) if isinstance(read, str) else read
        yield from (Skipped(number, "The line is too long to be a row.") for number in too_long)


def _rows(first: str, rest: Iterator[str]) -> tuple[list[str], Iterator[tuple[int, list[str] | str]]]:
    reader = csv.reader(_chained(first, rest), delimiter=delimiter_of(first))
    header = next(reader, list[str]())
    return header, _numbered(reader, len(header))


def _chained(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _numbered(reader: Iterator[list[str]], width: int) -> Iterator[tuple[int, list[str] | str]]:
    """Rows with the line on which each begins; text in the place of a row says what is wrong with it."""
    while True:
        number = reader.line_num + 1  # type: ignore[attr-defined]
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            last: int = reader.line_num  # type: ignore[attr-defined]
            yield number, f"The text up to line {last} is no row: a quotation mark may be missing."
            continue
        if not any(cell.strip() for cell in row):
            continue
        if len(row) < width or any(cell.strip() for cell in row[width:]):
            yield number, f"The row has {len(row)} columns, the header {width}."
        else:
            yield number, row


def _enforcement(row: Row, origin: str) -> Told:
    return action_of(Record(**{field: text for field, text in row.items() if field in FIELDS}), origin)


NO_CODES = "Lots are not stated in this list."


def _dashboard(row: Row, origin: str) -> Told:
    """The export names no recall number: the event and the product of the dashboard stand in its place."""
    event, product = row.get("event_id", ""), row.get("product_id", "")
    fields = {field: text for field, text in row.items() if field in FIELDS}
    if not fields.get("report_date"):
        fields["report_date"] = row.get("classified", "")
    read = action_of(Record(**fields), origin)
    if isinstance(read, str):
        return read
    note = " ".join(
        filter(None, (read.note, "Data dashboard: the date is that of classification; no recall number is given."))
    )
    return msgspec.structs.replace(
        read,
        codes=read.codes or NO_CODES,
        record=f"E{event}-{product}" if event and product else read.record,
        note=note,
    )


def _press(row: Row, origin: str) -> Told:
    product, firm = row.get("product_description", ""), row.get("company_name", "")
    if not product:
        return "The row has no product description."
    if not firm:
        return "The row names no firm."
    days = days_told(reported=row.get("date", ""))
    brand = row.get("brand_names", "")
    reason = row.get("recall_reason_description", "")
    return Action(
        record=made_id("PR", firm, brand, product, reason, days.reported),
        type="recall",
        firm=firm,
        product=product,
        codes=NO_CODES,
        brand="" if brand.casefold().startswith("no brand") else brand,
        reason=reason,
        status="Terminated" if row.get("terminated_recall", "").casefold() in ("yes", "true", "terminated") else "",
        product_type=row.get("product_type", ""),
        note=" ".join(filter(None, (days.note, "A press notice as listed: the list gives no class, lot or barcode."))),
        initiated=days.initiated,
        reported=days.reported,
        origin=origin,
    )


def _letter(row: Row, origin: str) -> Told:
    firm, url, subject = row.get("company", ""), row.get("url", ""), row.get("subject", "")
    if not firm:
        return "The row names no firm."
    days = days_told(initiated=row.get("letter_date", ""), reported=row.get("posted_date", ""))
    number = found[1] if (found := _LETTER_NUMBER.search(url)) else ""
    office = row.get("issuing_office", "")
    says = f"Issued by: {office}. The list gives the subject, not the products." if office else ""
    return Action(
        record=made_id(f"WL-{number}" if number else "WL", firm, days.initiated),
        type="warning-letter",
        firm=firm,
        product="",
        reason=subject,
        status="Closed out" if row.get("closeout_letter") else "",
        event=number,
        note=" ".join(filter(None, (days.note, says))),
        initiated=days.initiated,
        reported=days.reported,
        origin=origin,
    )


_TOLD: Mapping[str, Callable[[Row, str], Told]] = {
    ENFORCEMENT.kind: _enforcement,
    DASHBOARD.kind: _dashboard,
    PRESS.kind: _press,
    LETTERS.kind: _letter,
}
