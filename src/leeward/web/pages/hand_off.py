"""The hand-off: what the next shift works from, on the screen, on paper from the browser, and as a PDF of one page."""

from __future__ import annotations

from leeward.web.page import Page
from leeward.web.papers import HELD, PAPERS, hand_off_of, hand_off_pdf, readable
from leeward.web.visit import Answer, Shown, Visit

ON_PAPER = 7
"""Lines of a part that the browser prints, so that it is one page; the screen shows all, the PDF as many as fit."""


def show_hand_off(visit: Visit) -> Answer:
    """The sheet as a page. It is there to be printed, so it counts as printed when it is shown."""
    if visit.bedside.assessment is None:
        return Shown(template="hand_off.html", values={"sheet": None, "papers": PAPERS, "on_paper": ON_PAPER})
    released = visit.let_out(HELD, way="print")
    values = {"sheet": hand_off_of(visit, released), "papers": PAPERS, "on_paper": ON_PAPER}
    return Shown(template="hand_off.html", values=values)


def show_pdf(visit: Visit) -> Answer:
    """The sheet as a file."""
    readable(visit)
    return hand_off_pdf(visit, visit.let_out(HELD, way="pdf"))


PAGES = (
    Page(path="/patients/{patient}/hand-off", needs="print", show=show_hand_off, parts=HELD),
    Page(path="/patients/{patient}/hand-off.pdf", needs="print", show=show_pdf, parts=HELD),
)
