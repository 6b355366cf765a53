"""The hand-off: what the next shift works from, on the screen, on paper from the browser, and as a PDF of one page.

Who opens the page reads it, and it is written down as read. Paper and file leave by the buttons for them, and are written
down as printed and saved; a page that was only opened prints no sheet.
"""

from __future__ import annotations

from leeward.web.page import Page
from leeward.web.papers import HELD, PAPERS, hand_off_of, hand_off_pdf, readable
from leeward.web.visit import Answer, Shown, Visit

ON_PAPER = 7
"""Lines of a part that the browser prints, so that it is one page; the screen shows all, the PDF as many as fit."""


def show_hand_off(visit: Visit) -> Answer:
    """The sheet as a page, to be read: it is written down as read, and stays off paper."""
    return _page(visit, printed=False)


def take_hand_off(visit: Visit) -> Answer:
    """The sheet as a page, to be printed: it is written down as printed before it is shown."""
    readable(visit)
    return _page(visit, printed=True)


def _page(visit: Visit, *, printed: bool) -> Answer:
    values: dict[str, object] = {"sheet": None, "papers": PAPERS, "on_paper": ON_PAPER, "printed": printed}
    if visit.bedside.assessment is not None:
        released = visit.let_out(HELD, way="print") if printed else visit.shown(HELD)
        values["sheet"] = hand_off_of(visit, released)
    return Shown(template="hand_off.html", values=values)


def show_pdf(visit: Visit) -> Answer:
    """The sheet as a file."""
    readable(visit)
    return hand_off_pdf(visit, visit.let_out(HELD, way="pdf"))


PAGES = (
    Page(path="/patients/{patient}/hand-off", needs="print", show=show_hand_off, take=take_hand_off, parts=HELD),
    Page(path="/patients/{patient}/hand-off.pdf", needs="print", show=show_pdf, parts=HELD),
)
