"""Notes of the ward, and counselling notes, which are kept apart: each is shown to whom the law lets read it, and counted to nobody else."""

from __future__ import annotations

import uuid
from typing import Any

import msgspec

from leeward.model.shapes import is_mapping
from leeward.record.chart import author_of
from leeward.record.consent import Part, Recipient
from leeward.record.egress import Released, may_leave, released
from leeward.record.entries import Entry
from leeward.record.permissions import Allowed, Context, may
from leeward.web.charting import REASONS, Item, Slips, one_of, prose, write
from leeward.web.page import Page
from leeward.web.times_typed import instant_typed
from leeward.web.visit import Answer, Elsewhere, Refused, Shown, Visit

COUNSELLING: tuple[Part, ...] = ("counselling-notes",)


class Noted(msgspec.Struct, frozen=True, kw_only=True):
    """A note as it is shown."""

    number: int
    at: str
    by: str
    text: str
    corrected: bool = False
    own: bool = False
    """Whether who reads it wrote it, and so may correct it."""


def show_notes(visit: Visit) -> Answer:
    """Notes, the newest first, and a place for one more."""
    chart = visit.bedside.chart
    found = [
        Noted(
            number=note.entry.number,
            at=note.entry.at,
            by=visit.house.ward.name_of(note.entry.by),
            text=str(note.body.get("text", "")),
            corrected=note.entry.number in chart.corrected,
        )
        for note in reversed(chart.notes)
    ]
    return Shown(template="notes.html", values={"notes": found, "may_write": visit.may("notes-write")})


def take_notes(visit: Visit) -> Answer:
    """A note is written."""
    return _take(visit, "note")


def _take(visit: Visit, kind: str) -> Answer:
    slips = Slips()
    text, at = prose(visit, slips, "text"), slips.of(lambda: instant_typed(visit), visit.now)
    if not text and not slips.problems:
        slips.add("text", "The note is empty.", "Write it, or leave the page.")
    slips.refuse()
    assert kind == "note" or kind == "counselling-note"
    return write(visit, Item(draft=visit.draft(kind, {"text": text}, at=at, part=kind), fields={"": "text"}))


def show_counselling(visit: Visit) -> Answer:
    """The counselling notes that this person may read; of others not even how many there are."""
    readable = [entry for entry in visit.house.ward.counselling_notes(visit.patient) if _may_read(visit, entry)]
    told = [entry for entry in _standing(readable) if entry.body.get("text")]
    corrected = {entry.corrects for entry in readable}
    shown = [
        Noted(
            number=entry.number,
            at=entry.at,
            by=visit.house.ward.name_of(entry.by),
            text=str(entry.body["text"]),
            corrected=entry.number in corrected,
            own=_own(visit, entry),
        )
        for entry in reversed(told)
    ]
    if told and not _let_out(visit, readable):
        shown = []
    return Shown(template="counselling_notes.html", values={"notes": shown})


def _standing(entries: list[Entry]) -> list[Entry]:
    """Notes with the words that a correction gave them; those that were struck are left out."""
    found: dict[int, Entry] = {}
    for entry in entries:
        if entry.corrects is None:
            found[entry.number] = entry
        elif entry.corrects in found:
            body = _mapping(entry.body.get("replaces"))
            found[entry.corrects] = msgspec.structs.replace(found[entry.corrects], body=body)
    return list(found.values())


def _mapping(given: Any) -> dict[str, Any]:
    return given if is_mapping(given) else {}


def _may_read(visit: Visit, entry: Entry) -> bool:
    context = Context(now=visit.now, entries=visit.bedside.entries, author=author_of(entry))
    return isinstance(may(visit.person, "counselling-notes-read", visit.patient, context), Allowed)


def _let_out(visit: Visit, notes: list[Entry]) -> bool:
    """Ask whether exactly these notes may leave, and write down that they do."""
    assert visit.person is not None
    recipient = Recipient("programme-staff", visit.person.id)
    decision = may_leave(
        patient=visit.patient,
        entries=[*visit.bedside.entries, *notes, *visit.house.ward.about_record],
        purpose="treatment",
        recipient=recipient,
        what=COUNSELLING,
        now=visit.now,
    )
    if not isinstance(decision, Released):
        return False
    entry = released(
        decision,
        patient=visit.patient,
        way="page",
        purpose="treatment",
        recipient=recipient,
        what=COUNSELLING,
        by=visit.person.id,
        role=visit.role_for("counselling-note"),
        now=visit.now,
        id=uuid.uuid4().hex,
    )
    visit.house.record.append(entry, visit.now)
    return True


def _own(visit: Visit, entry: Entry) -> bool:
    return visit.person is not None and author_of(entry) == visit.person.id


def the_note(visit: Visit) -> Noted:
    """The counselling note that the address names, as it stands, where who asks wrote it.

    Raises Refused, the same for another's note, for one that was struck and for none at all.
    """
    number = visit.path["number"]
    mine = [one for one in visit.house.ward.counselling_notes(visit.patient) if _own(visit, one)]
    found = next((one for one in _standing(mine) if str(one.number) == number and one.body.get("text")), None)
    if found is None:
        raise Refused(404, "There is no such note of yours.", "Look for it among your counselling notes.")
    corrected = any(one.corrects == found.number for one in mine)
    by, text = visit.house.ward.name_of(found.by), str(found.body["text"])
    return Noted(number=found.number, at=found.at, by=by, text=text, corrected=corrected, own=True)


def show_correction(visit: Visit) -> Answer:
    """One's own counselling note, to be struck or worded anew."""
    note = the_note(visit)
    mine = [one for one in visit.house.ward.counselling_notes(visit.patient) if _own(visit, one)]
    if not _let_out(visit, [one for one in mine if note.number in (one.number, one.corrects)]):
        raise Refused(404, "There is no such note of yours.", "Look for it among your counselling notes.")
    return Shown(template="counselling_correct.html", values={"note": note, "reasons": REASONS})


def take_correction(visit: Visit) -> Answer:
    """The correction is written beside the note; both stay, and neither is part of the chart."""
    note, slips = the_note(visit), Slips()
    what = one_of(visit, slips, "what", ("strike", "replace"))
    if not what and not slips.problems:
        slips.add("what", "It is not said what to do with the note.", "Choose strike or replace.")
    quick, typed, text = (
        one_of(visit, slips, "quick", REASONS),
        prose(visit, slips, "reason"),
        prose(visit, slips, "text"),
    )
    reason = ". ".join(filter(None, (quick, typed)))
    if not reason:
        slips.add("reason", "A correction gives its reason.", "Choose one, or write why.")
    if what == "replace" and text in ("", note.text) and not slips.problems:
        slips.add("text", "Nothing was changed, so there is nothing to correct.", "Word it anew, or strike it.")
    slips.refuse()
    body: dict[str, Any] = {"reason": reason}
    body |= {"strikes": True} if what == "strike" else {"replaces": {"text": text}}
    draft = visit.draft("counselling-note", body, corrects=note.number, part="correction")
    write(visit, Item(draft=draft, fields={"": "what"}))
    return Elsewhere(to=f"/patients/{visit.patient}/counselling-notes")


def take_counselling(visit: Visit) -> Answer:
    """A counselling note is written. It is no part of the chart."""
    _take(visit, "counselling-note")
    return Elsewhere(to=f"/patients/{visit.patient}/counselling-notes")


PAGES = (
    Page(
        path="/patients/{patient}/notes",
        needs="notes-read",
        show=show_notes,
        take=take_notes,
        take_needs="notes-write",
        parts=("notes",),
    ),
    Page(
        path="/patients/{patient}/counselling-notes",
        needs="counselling-notes-write",
        show=show_counselling,
        take=take_counselling,
        parts=("attendance",),
    ),
    Page(
        path="/patients/{patient}/counselling-notes/{number}",
        needs="counselling-notes-write",
        show=show_correction,
        take=take_correction,
        parts=("attendance",),
    ),
)
