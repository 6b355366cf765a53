"""Opening one chart for reading, with a reason, to somebody who has no right to it by role.

It opens charts that are there, and says so where there is none of that id: an entry about nobody would stand for ever.
That tells nothing new, because who may break the glass reads the audit, in which every chart stands by its id. Of the
person it shows nothing but that one opened their chart oneself.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from leeward.errors import BadInput
from leeward.record.permissions import break_glass, ending
from leeward.web.charting import Slips, line
from leeward.web.page import Page
from leeward.web.visit import Answer, Elsewhere, Shown, Visit

LONGEST_REASON = 500


class Opened(msgspec.Struct, frozen=True):
    """What one opened and may still read."""

    patient: str
    reason: str
    until: datetime


def show_break_glass(visit: Visit) -> Answer:
    """The form, and what is open to oneself now."""
    return Shown(template="break_glass.html", values={"opened": _opened(visit), "lasts": visit.house.glass_lasts})


def take_break_glass(visit: Visit) -> Answer:
    """Open a chart for reading, to who asks."""
    person = visit.person
    assert person is not None
    patient = visit.text("patient")
    mend = "Give the id as it stands in the audit or was told."
    if not patient:
        raise visit.wrong("patient", "It is not said whose chart.", mend)
    if visit.house.ward.bedside(patient, visit.now) is None:
        raise visit.wrong("patient", "There is no chart of this id, so nothing was opened.", mend)
    slips = Slips()
    reason = line(visit, slips, "reason", LONGEST_REASON)
    slips.refuse()
    draft = break_glass(
        person=person,
        patient=patient,
        reason=reason,
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
