"""openFDA's adverse events as JSON: of medicines (drug/event) and of foods and supplements (food/event).

Read as a document with `results`, a list of records, or one record a line; a document is read piece by piece, so that
memory holds one record at a time. The fields are those of openFDA's own field lists. Reports of drug/event are cases of
FAERS with a version; those of food/event are reports of CAERS.

Terms and names of medicines come in capitals, as CAERS has them: the same term is written both ways over the years.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, cast

from leeward.errors import BadInput
from leeward.model.shapes import is_list, is_mapping
from leeward.signals.readers.rows import (
    CONCOMITANT,
    INTERACTING,
    SUSPECT,
    Read,
    Row,
    SetAside,
    day,
    sex,
    years,
)  # fmt: skip

PIECE = 1 << 20
LONGEST_RECORD = 16 << 20
"""Letters of one record; beyond it the document is damaged."""

_AGE_UNITS = {"800": "decade", "801": "year", "802": "month", "803": "week", "804": "day", "805": "hour"}
_SEXES = {"1": "male", "2": "female"}
_ROLES = {"1": SUSPECT, "2": CONCOMITANT, "3": INTERACTING}
_SERIOUS = {
    "seriousnessdeath": "DEATH", "seriousnesslifethreatening": "LIFE-THREATENING",
    "seriousnesshospitalization": "HOSPITALIZATION", "seriousnessdisabling": "DISABILITY",
    "seriousnesscongenitalanomali": "CONGENITAL ANOMALY", "seriousnessother": "OTHER",
}  # fmt: skip

_FIRST_KEY = re.compile(r'\s*\{\s*"([^"]*)"')

Record = Mapping[str, object]


def read_openfda(path: Path, file: IO[bytes]) -> Read:
    """The rows of a file, which is closed at the end. Raises BadInput where a document breaks off or is no JSON; a broken line is set aside."""
    with io.TextIOWrapper(file, encoding="utf-8-sig") as text:
        for number, record in enumerate(_records(path, text), 1):
            if isinstance(record, str):
                yield SetAside(number, record)
                continue
            told = _rows(record)
            if isinstance(told, str):
                yield SetAside(number, told)
            else:
                yield from told


def _records(path: Path, text: io.TextIOWrapper) -> Iterator[Record | str]:
    try:
        reading = _Pieces(text)
        start = reading.peek()
        if start == "[":
            yield from reading.items()
        elif reading.first_key() in ("meta", "results"):
            yield from reading.results()
        else:
            yield from _by_line(reading.rest())
    except UnicodeDecodeError:
        raise _broken(path, "is not in UTF-8") from None
    except (json.JSONDecodeError, RecursionError):
        raise _broken(path, "is not whole JSON") from None


def _broken(path: Path, how: str) -> BadInput:
    return BadInput.one("LW-1007", path.name, f"The file {how}.", "Download it again. Nothing of it was loaded.")


def _by_line(lines: Iterator[str]) -> Iterator[Record | str]:
    for line in lines:
        if line.strip():
            try:
                found = json.loads(line)
            except (json.JSONDecodeError, RecursionError):
                yield "it is not valid JSON"
                continue
            yield found if is_mapping(found) else "it is no record"


class _Pieces:
    """JSON text that is decoded value by value, with as much of it in memory as the next value needs."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text, self._held, self._at = text, text.read(PIECE), 0
        self._decoder = json.JSONDecoder()

    def _more(self) -> bool:
        piece = self._text.read(max(PIECE, len(self._held) - self._at))
        self._held, self._at = self._held[self._at :] + piece, 0
        return bool(piece)

    def peek(self) -> str:
        """The next letter that is no blank; empty at the end."""
        while True:
            while self._at < len(self._held):
                if not self._held[self._at].isspace():
                    return self._held[self._at]
                self._at += 1
            if not self._more():
                return ""

    def take(self, letter: str) -> None:
        """Pass over a letter that must stand here."""
        if self.peek() != letter:
            raise json.JSONDecodeError("expected", letter, 0)
        self._at += 1

    def value(self) -> object:
        """The next value."""
        self.peek()
        while True:
            try:
                found, end = self._decoder.raw_decode(self._held, self._at)
            except json.JSONDecodeError:
                if len(self._held) - self._at > LONGEST_RECORD or not self._more():
                    raise
                continue
            if end == len(self._held) and self._more():
                continue  # a number may go on in the next piece
            self._at = end
            return found

    def first_key(self) -> str:
        """The first key of the object that comes next, without moving; empty where there is none."""
        found = _FIRST_KEY.match(self._held, self._at)
        return found[1] if found else ""

    def results(self) -> Iterator[Record | str]:
        """The records of the object's `results`; the rest of it is passed over."""
        self.take("{")
        while True:
            key = self.value()
            self.take(":")
            if key == "results" and self.peek() == "[":
                yield from self.items()
            else:
                self.value()
            if self.peek() == "}":
                return
            self.take(",")

    def items(self) -> Iterator[Record | str]:
        """The items of the list that comes next."""
        self.take("[")
        while self.peek() != "]":
            found = self.value()
            yield cast(Record, found) if is_mapping(found) else "it is no record"
            if self.peek() != "]":
                self.take(",")
        self.take("]")

    def rest(self) -> Iterator[str]:
        """All that is left, line by line."""
        left = self._held[self._at :] + self._text.readline()
        yield from left.splitlines()
        yield from self._text


def _rows(record: Record) -> list[Row] | str:
    if "safetyreportid" in record:
        return _of_drugs(record)
    if "report_number" in record:
        return _of_foods(record)
    return "it is neither of drug/event nor of food/event"


def _of_drugs(record: Record) -> list[Row] | str:
    patient = _part(record, "patient")
    received = day(_text(record, "receiptdate") or _text(record, "receivedate"))
    if received is None:
        return "its day of receipt cannot be read"
    version = _text(record, "safetyreportversion")
    age, unit = _text(patient, "patientonsetage"), _AGE_UNITS.get(_text(patient, "patientonsetageunit"), "")
    report = _text(record, "safetyreportid")
    if not report:
        return "it names no report"
    told = Row(
        report=report, received=received, product="", role="", industry="", age=years(age, unit),
        age_told=f"{age} {unit}".strip() if age else "", sex=_SEXES.get(_text(patient, "patientsex"), ""),
        outcomes=tuple(word for field, word in _SERIOUS.items() if _text(record, field) == "1"),
        events=_unique(term(_text(one, "reactionmeddrapt")) for one in _parts(patient, "reaction")),
        version=int(version) if version.isdigit() else 0, source="faers",
    )  # fmt: skip
    found = [
        told._replace(
            product=name,
            role=_ROLES.get(_text(one, "drugcharacterization"), SUSPECT),
            ingredient=_text(_part(one, "activesubstance"), "activesubstancename").upper(),
        )
        for one in _parts(patient, "drug")
        if (name := _text(one, "medicinalproduct").upper())
    ]
    return found or "it names no product"


def _of_foods(record: Record) -> list[Row] | str:
    consumer = _part(record, "consumer")
    report, received = _text(record, "report_number"), day(_text(record, "date_created"))
    if received is None:
        return "its day of receipt cannot be read"
    if not report:
        return "it names no report"
    age, unit = _text(consumer, "age"), _text(consumer, "age_unit")
    told = Row(
        report=report, received=received, product="", role="", industry="", age=years(age, unit),
        age_told=f"{age} {unit}".strip() if age else "", sex=sex(_text(consumer, "gender")),
        outcomes=_unique(_texts(record, "outcomes")), events=_unique(map(term, _texts(record, "reactions"))), source="caers",
    )  # fmt: skip
    found = [
        told._replace(
            product=name,
            role=CONCOMITANT if _text(one, "role").lower().startswith("concom") else SUSPECT,
            industry=_text(one, "industry_code"),
        )
        for one in _parts(record, "products")
        if (name := _text(one, "name_brand"))
    ]
    return found or "it names no product"


def term(told: str) -> str:
    """A term in capitals; a caret stands for an apostrophe in FDA's older files, as in CROHN^S DISEASE."""
    return told.strip().upper().replace("^", "'")


def _unique(terms: Iterator[str] | map[str] | list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in terms if one))


def _text(record: Record, field: str) -> str:
    value = record.get(field)
    return "" if value is None or is_mapping(value) or is_list(value) else str(value).strip()


def _texts(record: Record, field: str) -> list[str]:
    value = record.get(field)
    return [str(one).strip() for one in value] if is_list(value) else [_text(record, field)]


def _part(record: Record, field: str) -> Record:
    value = record.get(field)
    return cast(Record, value) if is_mapping(value) else {}


def _parts(record: Record, field: str) -> list[Record]:
    value = record.get(field)
    return [cast(Record, one) for one in value if is_mapping(one)] if is_list(value) else []
