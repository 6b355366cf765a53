"""One person's whole record as a file, out and in: JSON lines, each carrying a digest of itself and the line before.

    {"leeward": "record-export/1", "record": ..., "patient": ..., "exported": ..., "by": ..., "notice": ...,
     "released": ..., "synthetic": ..., "line": ...}
    {"entry": {...}, "line": ...}
    {"end": 3, "line": ...}

The digests show that nothing was lost or changed on the way; they do not prove who made the file. What comes in is new
here: it gets numbers of this record, and keeps where it came from under `imported`. Charted entries and notes come in
as themselves. A signature, a consent or a break-glass of another place grants nothing here: it comes in as a note.

Whether a record may leave is for `egress.may_leave` to say, before this is called.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from leeward.record.chain import GENESIS, digest_of
from leeward.record.chart import PROVENANCE, chart_of
from leeward.record.entries import CHARTED, Draft, Entry
from leeward.record.trouble import Broken

if TYPE_CHECKING:
    from leeward.record.storage import Record

VERSION = "record-export/1"
AS_THEMSELVES = CHARTED | {"note", "counselling-note"}
LONGEST_LINE = 4_000_000

_encode = msgspec.json.Encoder(order="sorted").encode


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """An export as it was read: who made it when, of whom, and the entries as they stood there."""

    record: str
    patient: str
    exported: str
    by: str
    notice: str
    released: str = ""
    """What it was released on, in a sentence: the scope of a consent goes with what it releases."""
    synthetic: bool = False
    """Whether it is about a made-up person."""
    left_out: tuple[str, ...]
    entries: tuple[Entry, ...]


def export_patient(
    record: Record, patient: str, *, by: str, now: datetime, with_counselling_notes: bool = False, released: str = ""
) -> Iterator[bytes]:
    """The lines of a person's whole record, each ending in a newline; `released` is what it leaves on, in a sentence.

    Counselling notes go by a consent of their own, and are left out unless asked for; the file says so.
    """
    from leeward.record.egress import redisclosure_notice

    left_out = () if with_counselling_notes else ("counselling-note",)
    first: dict[str, Any] = {
        "leeward": VERSION,
        "record": record.id,
        "patient": patient,
        "exported": now.isoformat(),
        "by": by,
        "notice": redisclosure_notice(),
        "released": released,
        "synthetic": chart_of(record.entries(patient=patient, kinds=["admission", "correction"]), now).synthetic,
        "left_out": left_out,
    }
    before, count = GENESIS, 0
    line, before = _line(first, before)
    yield line
    for entry in record.entries(patient):
        if entry.kind not in left_out:
            line, before = _line({"entry": entry}, before)
            count += 1
            yield line
    yield _line({"end": count}, before)[0]


def _line(told: dict[str, Any], before: str) -> tuple[bytes, str]:
    digest = hashlib.sha256(before.encode() + b"\n" + _encode(told)).hexdigest()
    return _encode(told | {"line": digest}) + b"\n", digest


def read_export(lines: Iterable[bytes]) -> Export:
    """An export, every digest checked. Raises Broken, which says at which line it is not whole."""
    before, number = GENESIS, 0
    told: list[dict[str, Any]] = []
    for number, line in enumerate(lines, start=1):
        if told and "end" in told[-1]:
            raise _broken(number, "goes on after its end")
        found = _decoded(line, number)
        digest = found.pop("line", None)
        before_that, before = before, _line(found, before)[1]
        if digest != before:
            says = "was changed, or stands in another place" if before_that != GENESIS else "was changed"
            raise _broken(number, says)
        told.append(found)
    if not told or told[0].get("leeward") != VERSION:
        raise Broken(
            f"This is no export of a person's record. It begins with a line that says {VERSION}. Nothing came in."
        )
    if told[-1].get("end") != len(told) - 2:
        raise _broken(number, "is the last one, and the file has no end: lines are missing")
    entries = tuple(_entry(one, place) for place, one in enumerate(told[1:-1], start=2))
    try:
        return msgspec.convert(told[0] | {"entries": entries}, Export)
    except msgspec.ValidationError:
        raise _broken(1, "does not say whose record it is") from None


def _decoded(line: bytes, number: int) -> dict[str, Any]:
    if len(line) > LONGEST_LINE:
        raise _broken(number, "is longer than any entry")
    try:
        return msgspec.json.decode(line, type=dict[str, Any])
    except msgspec.DecodeError:
        raise _broken(number, "cannot be read") from None


def _entry(told: dict[str, Any], line: int) -> Entry:
    try:
        entry = msgspec.convert(told.get("entry"), Entry)
    except msgspec.ValidationError:
        raise _broken(line, "holds no entry") from None
    if digest_of(entry) != entry.digest:
        raise _broken(line, "holds an entry that was changed before it was exported")
    return entry


def _broken(line: int, says: str) -> Broken:
    return Broken(f"The export is not whole: line {line} {says}. Nothing came in; ask for the file again.")


def import_patient(
    record: Record, lines: Iterable[bytes], *, by: str, role: str, now: datetime, as_patient: str | None = None
) -> tuple[Entry, ...]:
    """Bring a person's record in, whole or not at all; a file that came in before brings nothing twice.

    `as_patient`: the person's id here, where it is another one. Raises Broken for a file that is not whole, and
    BadInput for entries that cannot be read here.
    """
    from leeward.record.drafts import checked

    export = read_export(lines)
    for entry in export.entries:
        if entry.patient != export.patient:
            raise Broken("The export holds entries of several people. Nothing came in; ask for the file again.")
    patient = as_patient or export.patient
    here: dict[int, int] = {}
    found: list[Entry] = []
    with record.writing(now) as writing:
        for entry in export.entries:
            draft = _draft(entry, export.record, patient, here, by, role)
            found.append(writing.add(checked(draft, now)))
            here[entry.number] = found[-1].number
    return tuple(found)


def _draft(entry: Entry, record: str, patient: str, here: dict[int, int], by: str, role: str) -> Draft:
    """The entry as it is entered here. Its id follows from where it stood, so that it comes in once."""
    provenance: dict[str, Any] = {
        "record": record,
        "number": entry.number,
        "by": entry.by,
        "role": entry.role,
        "recorded": entry.recorded,
        "digest": entry.digest,
    }
    corrects = None if entry.corrects is None else here.get(entry.corrects)
    as_itself = entry.kind in AS_THEMSELVES and (entry.corrects is None) == (corrects is None)
    if as_itself:
        body, kind = entry.body | {PROVENANCE: provenance}, entry.kind
    else:
        told = {"kind": entry.kind, "body": entry.body, "corrects": entry.corrects}
        text = f"Entered elsewhere: {entry.kind.replace('-', ' ')}. It grants nothing here."
        body, kind, corrects = {"text": text, PROVENANCE: provenance | told}, "note", None
    named = hashlib.sha256(f"{patient} {entry.digest}".encode()).hexdigest()[:40]
    return Draft(
        id=f"imported-{named}", kind=kind, patient=patient, at=entry.at, by=by, role=role, body=body, corrects=corrects
    )
