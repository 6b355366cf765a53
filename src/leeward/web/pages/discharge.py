"""Leaving, with what goes along with the person; and coming back, into the same chart."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from leeward.paper.handoff import standing
from leeward.web.charting import Item, Slips, line, one_of, prose, write
from leeward.web.exposure_typed import Choices
from leeward.web.page import Page
from leeward.web.pages.admit import SETTINGS
from leeward.web.times_typed import instant_typed
from leeward.web.visit import Answer, Shown, Visit

HOW: Choices = (
    ("planned", "As planned"),
    ("own-decision", "By their own decision, before it was planned"),
    ("transfer", "Moved to another place of care"),
    ("died", "The person died"),
)
OWN_LINES: Choices = (
    ("patient-sheet", "The patient sheet was given and read through"),
    ("appointment", "A follow-up appointment is made and written down for them"),
)
"""Lines besides those that the assessment says on every plan."""


def show_discharge(visit: Visit) -> Answer:
    """What leaves with the person, to tick; for somebody who has left, the way back in."""
    assessment = visit.bedside.assessment
    values = {
        "here": visit.bedside.here,
        "left_at": visit.bedside.chart.discharged,
        "always": assessment.always if assessment else (),
        "alerts": standing(assessment) if assessment else (),
        "own_lines": OWN_LINES,
        "ticked": visit.forms.get("with", ()),
        "how": HOW,
        "settings": SETTINGS,
        "may_write": visit.may("chart-write"),
    }
    return Shown(template="discharge.html", values=values)


def take_discharge(visit: Visit) -> Answer:
    """The person leaves, or comes back."""
    slips = Slips()
    at = slips.of(lambda: instant_typed(visit), visit.now)
    what = one_of(visit, slips, "what", ("leave", "return"))
    if what == "return":
        return _take_return(visit, slips, at)
    if not visit.bedside.here:
        slips.add("", "This person has left already.", "Look at the chart; admit them again if they came back.")
    to, words = line(visit, slips, "to", 200), prose(visit, slips, "text")
    how = one_of(visit, slips, "how", [id for id, _ in HOW])
    if not how and not any(one.path == "how" for one in slips.problems):
        slips.add("how", "It is not said how they left.", "Choose one.")
    admitted = visit.bedside.chart.admitted
    if admitted is not None and at < datetime.fromisoformat(admitted):
        slips.add("at", "This lies before the admission.", "Give when they left.")
    assessment = visit.bedside.assessment
    offered = {id for id, _ in OWN_LINES} | {one.id for one in (assessment.always if assessment else ())}
    ticked = [one for one in dict.fromkeys(visit.forms.get("with", ())) if one in offered]
    slips.refuse()
    body: dict[str, Any] = {"how": how, "with": ticked, "without": sorted(offered - set(ticked))}
    body |= {key: value for key, value in (("to", to), ("text", words)) if value}
    return write(visit, Item(draft=visit.draft("discharge", body, at=at, part="discharge"), fields={"": "to"}))


def _take_return(visit: Visit, slips: Slips, at: datetime) -> Answer:
    left = visit.bedside.chart.discharged
    if visit.bedside.here:
        slips.add("", "This person is here already.", "Look at the chart.")
    elif left is not None and at < datetime.fromisoformat(left):
        slips.add("at", "This lies before they left.", "Give when they came back.")
    setting, place = one_of(visit, slips, "setting", [id for id, _ in SETTINGS]), line(visit, slips, "place", 120)
    items = [
        Item(
            draft=visit.draft("admission", {"setting": setting} if setting else {}, at=at, part="return"),
            fields={"": "setting"},
        )
    ]
    if place:
        items.append(Item(draft=visit.draft("patient", {"place": place}, at=at, part="place"), fields={"": "place"}))
    return write(visit, *items, slips=slips)


PAGES = (
    Page(
        path="/patients/{patient}/discharge",
        needs="chart-read",
        show=show_discharge,
        take=take_discharge,
        take_needs="chart-write",
        parts=("chart", "plan"),
    ),
)
