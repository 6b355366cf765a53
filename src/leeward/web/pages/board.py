"""The board: who is here, how they are, what is due."""

from __future__ import annotations

import hashlib
import re

from leeward.paper.times import clock
from leeward.record.consent import Part, Recipient
from leeward.record.egress import Released, may_leave, released
from leeward.record.permissions import GRANTED
from leeward.ward.board import Look, board_of
from leeward.ward.rows import ORDER, counts_of, found, rows_of
from leeward.ward.summary import Summary
from leeward.web.page import OPEN, Page
from leeward.web.visit import Answer, Lately, Refused, Shown, Visit

LONGEST_SEARCH = 200
SHOWN: tuple[Part, ...] = ("attendance", "chart")
"""What the board tells of each person: that they are here, and how they are."""
CLOCK = re.compile(r"\d\d:\d\d", re.ASCII)


def show_board(visit: Visit, typed: str = "") -> Answer:
    """Everybody who is here, the most urgent first."""
    values = _rows(visit, typed)
    return Shown(template="board.html", values={**values, "typed": typed, "order": ORDER, "admits": _admits(visit)})


def take_search(visit: Visit) -> Answer:
    """The same, of those who hold the words typed. A form and no address: a name never stands in an address."""
    return show_board(visit, visit.text("find")[:LONGEST_SEARCH])


def show_rows(visit: Visit) -> Answer:
    """The list alone, which the board asks for by itself."""
    return Shown(template="board_rows.html", values=_rows(visit, ""))


def show_standing(visit: Visit) -> Answer:
    """The board as it goes on by itself without script; where the session has ended, that it has, and since when.

    It needs nobody signed in, so that it can say so, and asks itself for the permission of the board.
    """
    if visit.person is None:
        told = visit.query.get("looked", "")
        return Shown(template="board_signed_out.html", values={"looked": told if CLOCK.fullmatch(told) else ""})
    if not visit.may("board-read"):
        raise Refused(403, "You may not see the board.")
    values = _rows(visit, "")
    return Shown(template="board.html", values={**values, "typed": "", "order": ORDER, "admits": _admits(visit)})


def _admits(visit: Visit) -> bool:
    return visit.person is not None and bool(visit.person.roles & set(GRANTED["chart-write"]))


def _rows(visit: Visit, typed: str) -> dict[str, object]:
    look = board_of(visit.house.ward).look(visit.house.ward, visit.now)
    people, basis = _who_may_be_shown(visit, look)
    rows = rows_of(look, people, visit.now)
    shown = found(rows, typed)
    if basis is not None:
        write_look(visit, basis, "board", SHOWN)
    return {
        "rows": shown,
        "counts": counts_of(rows, len(shown)),
        "look": look,
        "looked": _looked(visit),
        "looked_clock": f"{visit.now:%H:%M}",
        "searched": typed,
    }


def _looked(visit: Visit) -> str:
    assert visit.now.tzinfo is not None
    return f"{clock(visit.now, visit.now.tzinfo).rpartition(' ')[0]} {visit.now:%H:%M:%S}"


def _who_may_be_shown(visit: Visit, look: Look) -> tuple[list[Summary], Released | None]:
    """Those whose attendance and chart may be shown to who asks, and what that rests on."""
    assert visit.person is not None
    recipient, shown, basis = Recipient("programme-staff", visit.person.id), list[Summary](), None
    for one in look.summaries:
        decision = may_leave(
            patient=one.patient,
            entries=(),
            purpose="treatment",
            recipient=recipient,
            what=SHOWN,
            now=visit.now,
        )
        if isinstance(decision, Released):
            shown.append(one)
            basis = decision
    return shown, basis


def write_look(visit: Visit, basis: Released, where: str, what: tuple[Part, ...]) -> None:
    """Write down that who asks saw many people at once, on the board or another list of them.

    Once in each hour of a session, by an id that says so: the board is looked at all day, and goes on by itself. By
    whichever address it is shown, searched or renewed, the first time in the hour is on disk before anybody is shown.
    """
    assert visit.person is not None
    id = hashlib.sha256(f"{where} {visit.token} {visit.hour}".encode()).hexdigest()[:32]
    if id in _WRITTEN:
        return
    draft = released(
        basis,
        patient="",
        way="page",
        purpose="treatment",
        recipient=Recipient("programme-staff", visit.person.id),
        what=what,
        by=visit.person.id,
        role=next(iter(sorted(visit.person.roles)), ""),
        now=visit.now,
        id=id,
    )
    visit.house.record.append(draft, visit.now)
    _WRITTEN.add(id)


_WRITTEN = Lately()


PAGES = (
    Page(path="/", needs="board-read", show=show_board, take=take_search),
    Page(path="/board/rows", needs="board-read", show=show_rows, by_itself=True),
    Page(path="/board/standing", needs=OPEN, show=show_standing, by_itself=True),
)
