"""A laboratory's certificate read: every result typed, every line that could not be read kept with its place.

Three shapes are read.

CSV (comma, semicolon, tab or bar between cells). Lines such as `Product,Emerald 150` may come first; then a row that names
the columns: one for the substance (`analyte`, `compound`, `test` ...) and one or more for the result (`result`, `value`,
`mg/g` ...), and where there are any `unit`, `lod`, `loq`, `rl`, `limit`, `status`, `method`, `lot`, `date`, `laboratory`.
A unit may stand in the heading: `Result (mg/g)`. Instead of a column for the substance, columns may be named after
substances, one row a lot.

JSON. An object with `product`, `lot`, `laboratory`, `date`, `sample_mass_g`, and `results`, a list of objects with the
words that the CSV columns have; or `results` as an object from substance to result.

Text, as pasted from a PDF: one result a line, with or without a line of headings.

A method that is named by itself (`Method: GC-MS`) is that of the results below it that name none. A result without a unit is
not guessed at; neither is a decimal comma. `1,200` is read as a thousand only for germs, which are counted, or where other
results of the certificate have a decimal point and none a decimal comma. What cannot be is not read: 145 percent of anything.
"""

from __future__ import annotations

import datetime
import re

import msgspec

from leeward.errors import BadInput
from leeward.products.contents.certificate_columns import Sheet, Unread
from leeward.products.contents.certificate_table import looks_like_table, read_json, read_table
from leeward.products.contents.certificate_text import read_text
from leeward.products.contents.content import Content
from leeward.products.contents.conversion import Basis
from leeward.products.contents.printed import COMMA_UNREAD
from leeward.products.recalls.label import lot_key

LARGEST = 2_000_000
"""Bytes. A certificate has pages, not books."""

MOST_LINES = 20_000

_BINARY: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"II*\x00", "a scanned picture"),
    (b"MM\x00*", "a scanned picture"),
    (b"PK\x03\x04", "a spreadsheet or a zip file"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
)
_MENDS = {
    "a PDF": "Open it, copy its text, and give that text.",
    "a picture": "Type the results into a CSV file: analyte, result, unit.",
    "a scanned picture": "Type the results into a CSV file: analyte, result, unit.",
}


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """What a certificate says. It is the word of whoever issued it; the results are of its lot and no other."""

    name: str
    product: str
    lot: str
    laboratory: str
    date: datetime.date | None
    sample_mass_g: float | None
    contents: tuple[Content, ...]
    unread: tuple[Unread, ...]
    notes: tuple[str, ...]
    basis: Basis

    @property
    def numbers_lost(self) -> tuple[Unread, ...]:
        """The lines that name a substance and a result which could not be read."""
        return tuple(line for line in self.unread if line.analyte)

    def about_lot(self, lot: str) -> str | None:
        """A sentence where the certificate is not known to be of this lot; None where it names the same lot."""
        if not lot:
            return "The lot in hand is not known, so it is not known whether this certificate is of it."
        lots = {lot for lot in (self.lot, *(content.lot for content in self.contents)) if lot}
        if not lots:
            return f"The certificate names no lot; whether it is of lot {lot} is not known."
        if lot_key(lot) not in {lot_key(one) for one in lots}:
            return (
                f"The certificate is of lot {', '.join(sorted(lots))}, not of lot {lot}: it says nothing of lot {lot}."
            )
        return None


def read_certificate(given: str | bytes, name: str = "certificate") -> Certificate:
    """The certificate in a CSV or JSON file or in pasted text; `name` is the file's, and its ending is believed.

    Raises BadInput, one sentence, for what has no text at all: a scan, a binary PDF, an empty file.

    >>> read = read_certificate("Lot: A12\\nMitragynine 14.5 mg/g\\nLead (Pb) <0.05 ppm\\nSmell pleasant")
    >>> [str(content) for content in read.contents]
    ['mitragynine 14.5 mg/g', 'lead less than 0.05 ppm (mg/kg) (as reported; not zero)']
    >>> read.unread[0].place
    'line 4'

    Hazard: a result attributed to the wrong substance or unit. Whatever is not fully understood is listed, not used.
    """
    text = _text(given, name)
    ending = name.rpartition(".")[2].casefold()
    if ending == "json" or text.lstrip()[:1] in ("{", "["):
        read = read_json
    elif ending in ("csv", "tsv") or looks_like_table(text):
        read = read_table
    else:
        read = read_text
    sheet = read(text, Sheet())
    if _commas_part_thousands(sheet):
        sheet = read(text, Sheet(thousands=True))
        sheet.notes.append("A comma before three digits was read as parting thousands: other results have a point.")
    return _certificate(sheet, name)


_DECIMAL_COMMA = re.compile(r"(?<![\d.,])(?:0\d*,\d+|\d+,(?:\d{1,2}|\d{4,}))(?!\d|,\d)|\d\.\d{3},\d|decimal comma")
_GROUP_OF_THREE = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:,\d{3})+(?!\d|,\d)")


def _commas_part_thousands(sheet: Sheet) -> bool:
    """Whether the rest of the certificate settles what a comma before three digits means."""
    left = [f"{line.text} {line.because}" for line in sheet.unread]
    in_doubt = any(line.because == COMMA_UNREAD and _GROUP_OF_THREE.search(line.text) for line in sheet.unread)
    return in_doubt and sheet.points and not any(map(_DECIMAL_COMMA.search, left))


def _certificate(sheet: Sheet, name: str) -> Certificate:
    contents = tuple(
        msgspec.structs.replace(
            content,
            lot=content.lot or sheet.lot,
            laboratory=content.laboratory or sheet.laboratory,
            date=content.date or sheet.date,
        )
        for content in sheet.contents
    )
    notes = list(sheet.notes)
    notes += _not_read(contents, [line for line in sheet.unread if line.analyte])
    if not sheet.lot and not any(content.lot for content in contents):
        notes.append("The certificate names no lot.")
    try:
        basis = Basis(**sheet.basis)
    except BadInput as problem:
        basis = Basis()
        notes.append(f"What the certificate says of masses and servings contradicts itself and is not used: {problem}")
    return Certificate(
        name=name,
        product=sheet.product,
        lot=sheet.lot,
        laboratory=sheet.laboratory,
        date=sheet.date,
        sample_mass_g=sheet.sample_mass_g,
        contents=contents,
        unread=tuple(sheet.unread),
        notes=tuple(notes),
        basis=basis,
    )


_MOST_NAMED = 6


def _not_read(contents: tuple[Content, ...], lost: list[Unread]) -> list[str]:
    """What to say where results that stand in the certificate could not be read, or none was found."""
    named = "; ".join(f"{line.place} ({line.text}: {line.because})" for line in lost[:_MOST_NAMED])
    more = f" and {len(lost) - _MOST_NAMED} more lines" if len(lost) > _MOST_NAMED else ""
    if contents:
        return [f"Some of its numbers could not be read: {named}{more}."] if lost else []
    if lost:
        return [f"Given, but its numbers could not be read, so what it found is not known: {named}{more}."]
    return ["No result could be read from this certificate; what it found is not known."]


def _text(given: str | bytes, name: str) -> str:
    raw = given.encode("utf-8", "surrogateescape") if isinstance(given, str) else given
    if len(raw) > LARGEST:
        raise BadInput.one("LW-0655", name, "The file is far longer than a certificate.", "Give the certificate alone.")
    for start, kind in _BINARY:
        if raw.lstrip()[:8].startswith(start):
            mend = _MENDS.get(kind, "Save it as CSV and give that file.")
            raise BadInput.one("LW-0656", name, f"This is {kind}, in which no text can be read.", mend)
    text = _decoded(raw)
    if text is None or "\x00" in text:
        raise BadInput.one("LW-0656", name, "This is not text.", "Give CSV, JSON, or the text of the certificate.")
    if text.count("\n") > MOST_LINES:
        raise BadInput.one("LW-0655", name, "The file is far longer than a certificate.", "Give the certificate alone.")
    if not text.strip():
        raise BadInput.one("LW-0657", name, "The certificate is empty.", "Give the file or text that has the results.")
    return text


def _decoded(raw: bytes) -> str | None:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
