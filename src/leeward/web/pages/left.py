"""Those who have left: to find a chart again, and to take somebody back rather than begin a second chart."""

from __future__ import annotations

from datetime import datetime

from leeward.record.consent import Part, Recipient
from leeward.record.egress import Released, may_leave
from leeward.record.permissions import GRANTED
from leeward.web.page import Page
from leeward.web.pages.board import write_look
from leeward.web.visit import Answer, Shown, Visit

MOST = 200
SHOWN: tuple[Part, ...] = ("attendance",)


def show_left(visit: Visit) -> Answer:
    """Everybody who was here and left, whoever left last first; by a form those of a name."""
    assert visit.person is not None
    ward, words = visit.house.ward, visit.text("find")[:200].casefold().split()
    recipient = Recipient("programme-staff", visit.person.id)
    found, basis = list[tuple[str, str, str]](), None
    for patient in ward.patients():
        bedside = ward.bedside(patient, visit.now)
        if bedside is None or bedside.chart.discharged is None:
            continue
        decision = may_leave(
            patient=patient, entries=(), purpose="treatment", recipient=recipient, what=SHOWN, now=visit.now
        )
        name = bedside.chart.name or "No name charted"
        if isinstance(decision, Released) and all(word in name.casefold() for word in words):
            found.append((bedside.chart.discharged, patient, name))
            basis = decision
    if basis is not None:
        write_look(visit, basis, "left", SHOWN)
    found.sort(key=lambda one: (datetime.fromisoformat(one[0]), *one[1:]), reverse=True)
    return Shown(
        template="left.html",
        values={
            "people": found[:MOST],
            "more": max(0, len(found) - MOST),
            "words": words,
            "takes_back": not visit.person.roles.isdisjoint(GRANTED["chart-write"]),
        },
    )


PAGES = (Page(path="/left", needs="board-read", show=show_left, take=show_left),)
