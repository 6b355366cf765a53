"""One person's record from another Leeward comes in: as a chart of its own, whole or not at all, and once."""

from __future__ import annotations

import hashlib

from leeward.errors import BadInput
from leeward.record.portable import Export, import_patient, read_export
from leeward.record.trouble import Broken
from leeward.web.page import Page
from leeward.web.visit import Answer, Shown, Visit

LARGEST = 32_000_000


def show_import(visit: Visit) -> Answer:
    """What an import is, with the form."""
    return Shown(template="import_record.html", values=_values())


def _values() -> dict[str, object]:
    return {"came": None, "largest": LARGEST // 1_000_000}


def take_import(visit: Visit) -> Answer:
    """A file is read, checked and taken in."""
    assert visit.person is not None
    upload = visit.files.get("file")
    if upload is None or not upload.content:
        raise visit.wrong("file", "No file came with the form.", "Choose the file that the other place gave you.")
    lines = upload.content.splitlines()
    before = visit.house.record.last_number()
    try:
        export = read_export(lines)
        patient = id_here(export)
        entries = import_patient(
            visit.house.record,
            lines,
            by=visit.person.id,
            role="administrator",
            now=visit.now,
            as_patient=patient,
        )
    except Broken as broken:
        raise visit.wrong("file", str(broken).partition(" ")[2], "Nothing came in.", broken.code) from None
    except BadInput as wrong:
        first = wrong.problems[0]
        says = f"An entry of the file cannot be read here, so nothing came in. {first.says}"
        raise visit.wrong("file", says, first.mend, first.code) from None
    visit.house.ward.catch_up()
    new = [entry for entry in entries if entry.number > before]
    came = {
        "entries": len(new),
        "stood": len(entries) - len(new),
        "as_notes": sum(1 for entry in new if entry.kind == "note" and "kind" in entry.body.get("imported", {})),
        "left_out": [one.replace("-", " ") for one in export.left_out],
        "exported": export.exported,
        "record": export.record,
        "notice": export.notice,
        "released": export.released,
        "synthetic": export.synthetic,
        "patient": patient,
    }
    return Shown(template="import_record.html", values=_values() | {"came": came})


def id_here(export: Export) -> str:
    """The id of the person here. It follows from where the record comes from, so that nobody else's chart can have it."""
    named = hashlib.sha256(f"{export.record} {export.patient}".encode()).hexdigest()
    return f"imported-{named[:24]}"


PAGES = (Page(path="/import", needs="import", show=show_import, take=take_import, largest=LARGEST),)
