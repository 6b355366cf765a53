"""Opening one chart for reading, with a reason, to somebody who has no right to it by role.

The page says the same for a chart that exists and for one that does not, and shows what one opened oneself and nothing
else: who may break the glass learns from it about nobody.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from leeward.errors import BadInput
from leeward.record.permissions import break_glass, ending
from leeward.web.page import Page
from leeward.web.visit import Answer, Elsewhere, Shown, Visit

LONGEST_ID = 200
LONGEST_REASON = 500


class Opened(msgspec.Struct, frozen=True):
    """What one opened and may still read, if there is such a chart."""

    patient: str
    reason: str
    until: datetime


def show_break_glass(visit: Visit) -> Answer:
    """The form, and what is open to oneself now."""
    return Shown(template="break_glass.html", values={"opened": _opened(visit), "lasts": visit.house.glass_lasts})


def take_break_glass(visit: Visit) -> Answer:
    """Open a chart, if there is one of this id; nothing is looked up here."""
    person = visit.person
    assert person is not None
    patient = visit.text("patient")
    if not patient or len(patient) > LONGEST_ID or not patient.isprintable():
        raise visit.wrong(
            "patient", "It is not said whose chart.", "Give the id as it stands in the audit or was told."
        )
    if len(visit.text("reason")) > LONGEST_REASON:
        mend = f"Say it in at most {LONGEST_REASON} characters."
        raise visit.wrong("reason", "The reason is too long.", mend)
    draft = break_glass(
        person=person,
        patient=patient,
        reason=visit.text("reason"),
        now=visit.now,
        lasts=visit.house.glass_lasts,
        id=visit.fresh_id(),
    )
    try:
        visit.write(draft)
    except BadInput as wrong:
        raise BadInput(
            [msgspec.structs.replace(one, path=one.path.removeprefix("body.")) for one in wrong.problems]
        ) from None
    return Elsewhere(to="/break-glass#opened")


def _opened(visit: Visit) -> list[Opened]:
    person = visit.person
    assert person is not None
    found: dict[str, Opened] = {}
    for entry in visit.house.record.latest(by=person.id, kinds=["break-glass"]):
        until = ending(entry)
        if until is None or entry.body.get("opens") != "reading" or until <= visit.now:
            continue
        if entry.patient not in found or found[entry.patient].until < until:
            found[entry.patient] = Opened(entry.patient, str(entry.body.get("reason", "")), until)
    return list(found.values())


PAGES = (Page(path="/break-glass", needs="audit-read", show=show_break_glass, take=take_break_glass),)
