"""One person on one page: who, how they are now, what may be done, what they took, the plan, what was charted."""

from __future__ import annotations

from leeward.web.page import Page
from leeward.web.visit import Answer, Shown, Visit


def show_patient(visit: Visit) -> Answer:
    """The page of one person."""
    return Shown(template="patient.html", values={"bedside": visit.bedside})


PAGES = (Page(path="/patients/{patient}", needs="chart-read", show=show_patient, parts=("chart", "plan")),)
