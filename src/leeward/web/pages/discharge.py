"""Leaving, with what goes along with the person; and coming back, into the same chart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from leeward.errors import Problem
from leeward.paper.handoff import standing
from leeward.record.trouble import Conflict
from leeward.ward.leaving import still_ill
from leeward.ward.words import WITHOUT_NALOXONE
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

NALOXONE = "naloxone"
"""The line of take-home naloxone."""

NOT_SAID = "not-said"
ASKED_ONCE = ("without_naloxone", "despite")
"""Fields that are asked for once: a discharge that is sent again without them is taken."""
WHY_WITHOUT: Choices = tuple(
    (id, f"{said[:1].upper()}{said[1:]}") for id, said in WITHOUT_NALOXONE.items() if id != NOT_SAID
)


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
        "why_without": WHY_WITHOUT if NALOXONE in _offered(visit) else (),
        "still_ill": still_ill(visit.bedside, visit.house.ward),
        "asked_why": any(one.path in ASKED_ONCE for one in visit.problems) or visit.text("asked_why"),
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
    slips.problems = [_ahead(one, what) if one.code == AHEAD else one for one in slips.problems]
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
    offered = _offered(visit)
    ticked = [one for one in dict.fromkeys(visit.forms.get("with", ())) if one in offered]
    why = _why_without_naloxone(visit, slips) if NALOXONE in offered - set(ticked) and how != "died" else ""
    ill = still_ill(visit.bedside, visit.house.ward) if how != "died" else ()
    despite = _why_now(visit, slips, ill) if ill else ""
    slips.refuse()
    body: dict[str, Any] = {"how": how, "with": ticked, "without": sorted(offered - set(ticked))}
    told = {"to": to, "without_naloxone": why, "left_with": "; ".join(ill), "despite": despite, "text": words}
    body |= {key: value for key, value in told.items() if value}
    draft = visit.draft("discharge", body, at=at, part="discharge", unless_changed_since=visit.bedside.seen)
    return _written(visit, Slips(), Item(draft=draft, fields={"": "to"}))


def _written(visit: Visit, slips: Slips, *items: Item) -> Answer:
    """Write it unless somebody charted at the same moment that the person left, or came back: two would both stand."""
    try:
        return write(visit, *items, slips=slips)
    except Conflict as conflict:
        last = conflict.since[-1]
        said = "left" if last.kind == "discharge" else "came back"
        says = f"{visit.house.ward.name_of(last.by)} has just charted that this person {said}. Nothing was written."
        visit.look_again()
        mend = "Look at the chart; correct that entry where it is wrong."
        raise visit.wrong("", says, mend) from None


AHEAD = "LW-0112"
"""The code of a time that lies after now."""


def _ahead(problem: Problem, what: str) -> Problem:
    """The same for a discharge or a return that is still to come: it is charted when it happens."""
    says = "They have not come back yet" if what == "return" else "They have not left yet"
    mend = "Chart it when it happens, and empty the time; what is planned goes into a note."
    return msgspec.structs.replace(problem, says=f"{says}: {problem.says}", mend=mend)


def _offered(visit: Visit) -> set[str]:
    """The lines that may be ticked."""
    assessment = visit.bedside.assessment
    return {id for id, _ in OWN_LINES} | {one.id for one in (assessment.always if assessment else ())}


def _why_without_naloxone(visit: Visit, slips: Slips) -> str:
    """Why no naloxone goes with them: asked once more where it is not said, and then taken as it is. It holds up nobody."""
    why = one_of(visit, slips, "without_naloxone", [id for id, _ in WHY_WITHOUT])
    if why or any(one.path == "without_naloxone" for one in slips.problems):
        return why
    if visit.text("asked_why") != "yes":
        says = "Naloxone is not ticked, and it is not said why."
        slips.add("without_naloxone", says, "Tick it, or choose why not. Sent once more as it is, it is taken.")
    return NOT_SAID


def _why_now(visit: Visit, slips: Slips, ill: Sequence[str]) -> str:
    """Why they leave so ill: asked once more where it is not said, and then taken as it is. It holds up nobody."""
    why = line(visit, slips, "despite", 300)
    if why or any(one.path == "despite" for one in slips.problems):
        return why
    if visit.text("asked_why") != "yes":
        says = f"They are still ill ({'; '.join(ill)}), and it is not said why they leave now."
        slips.add("despite", says, "Write why in a few words. Sent once more as it is, it is taken.")
    return NOT_SAID


def _take_return(visit: Visit, slips: Slips, at: datetime) -> Answer:
    left = visit.bedside.chart.discharged
    if visit.bedside.here:
        slips.add("", "This person is here already.", "Look at the chart.")
    elif left is not None and at < datetime.fromisoformat(left):
        slips.add("at", "This lies before they left.", "Give when they came back.")
    setting, place = one_of(visit, slips, "setting", [id for id, _ in SETTINGS]), line(visit, slips, "place", 120)
    items = [
        Item(
            draft=visit.draft(
                "admission",
                {"setting": setting} if setting else {},
                at=at,
                part="return",
                unless_changed_since=visit.bedside.seen,
            ),
            fields={"": "setting"},
        )
    ]
    if place:
        items.append(Item(draft=visit.draft("patient", {"place": place}, at=at, part="place"), fields={"": "place"}))
    return _written(visit, slips, *items)


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
