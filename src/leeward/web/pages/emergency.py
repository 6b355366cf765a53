"""A medical emergency: to whom and why is entered first; then the hand-off may go to them, without a consent, for a time."""

from __future__ import annotations

import msgspec

from leeward.errors import BadInput
from leeward.record.consent import Recipient
from leeward.record.egress import disclose_in_emergency
from leeward.record.entries import Entry
from leeward.record.permissions import GRANTED, ending
from leeward.web.charting import Slips, line
from leeward.web.page import Page
from leeward.web.pages.export import PARTS_OF, WAY_OF, sent
from leeward.web.papers import PAPERS, readable
from leeward.web.visit import Answer, Elsewhere, Shown, Visit

RELEASED = ("hand-off", "assessment")
"""What is given in an emergency: what helps at once. The whole record goes by the export page."""


def show_emergency(visit: Visit) -> Answer:
    """Emergencies that were entered, those that stand with what may be given, and the form for one."""
    entered = [
        {
            "number": entry.number,
            "at": entry.at,
            "by": visit.house.ward.name_of(entry.by),
            "recipient": str(entry.body.get("recipient", "")),
            "reason": str(entry.body.get("reason", "")),
            "until": ending(entry),
            "stands": _stands(visit, entry),
        }
        for entry in reversed(_entered(visit))
    ]
    values = {
        "entered": entered,
        "papers": PAPERS,
        "readable": visit.bedside.assessment is not None,
        "minutes": visit.house.glass_lasts.total_seconds() / 60,
        "done": visit.query.get("done", ""),
    }
    return Shown(template="emergency.html", values=values)


def _entered(visit: Visit) -> list[Entry]:
    return [
        entry
        for entry in visit.bedside.entries
        if entry.kind == "break-glass" and entry.body.get("opens") == "disclosure"
    ]


def _stands(visit: Visit, entry: Entry) -> bool:
    until = ending(entry)
    return until is not None and visit.now < until


def take_emergency(visit: Visit) -> Answer:
    """The emergency is entered. Nothing has left yet."""
    assert visit.person is not None
    slips = Slips()
    recipient, reason = line(visit, slips, "recipient", 150), line(visit, slips, "reason", 500)
    slips.refuse()
    draft = disclose_in_emergency(
        patient=visit.patient,
        recipient=recipient,
        reason=reason,
        by=visit.person,
        role="",
        now=visit.now,
        lasts=visit.house.glass_lasts,
        id=visit.fresh_id(),
    )
    written = visit.write(msgspec.structs.replace(draft, role=_role(visit)))
    return Elsewhere(to=f"/patients/{visit.patient}/emergency?done={written[-1].number}")


def _role(visit: Visit) -> str:
    """The first role of theirs that may disclose in an emergency."""
    assert visit.person is not None
    return next(role for role in GRANTED["emergency-disclosure"] if role in visit.person.roles)


def take_release(visit: Visit) -> Answer:
    """Something goes to whom an emergency names, while it stands. Raises BadInput where it is none of this person's."""
    what, number = visit.text("what"), visit.text("entry")
    entry = next((one for one in _entered(visit) if str(one.number) == number), None)
    if entry is None or what not in RELEASED:
        raise BadInput.one("LW-0801", "", "This emergency is not entered for this person.", "Enter it first.")
    readable(visit)
    recipient = Recipient("emergency-personnel", str(entry.body.get("recipient", "")))
    way = WAY_OF.get(what, "export")
    released = visit.let_out(PARTS_OF[what], way=way, purpose="medical-emergency", recipient=recipient)
    return sent(visit, what, released)


PAGES = (
    Page(
        path="/patients/{patient}/emergency",
        needs="emergency-disclosure",
        show=show_emergency,
        take=take_emergency,
        parts=("attendance",),
    ),
    Page(path="/patients/{patient}/emergency/release", needs="emergency-disclosure", take=take_release),
)
