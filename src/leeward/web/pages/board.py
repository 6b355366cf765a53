"""The board: who is here, how they are, what is due."""

from __future__ import annotations

from leeward.ward.board import board
from leeward.web.page import Page
from leeward.web.visit import Answer, Shown, Visit


def show_board(visit: Visit) -> Answer:
    """Everybody who is here, the most urgent first."""
    rows = board(visit.house.ward.everybody(visit.now), visit.now)
    return Shown(template="board.html", values={"rows": rows})


PAGES = (Page(path="/", needs="board-read", show=show_board),)
