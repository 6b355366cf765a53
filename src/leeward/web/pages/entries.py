"""Everything that was entered about one person, newest first, in plain words; what was corrected stays, and says by what."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from leeward.paper.times import ago, clock, zone_of
from leeward.record.chart import CORRECTABLE
from leeward.record.entries import Entry
from leeward.record.permissions import WRITTEN_WITH
from leeward.ward.words import entry_words, self_reported
from leeward.web.numbers_typed import whole_number
from leeward.web.page import Page
from leeward.web.visit import Answer, Shown, Visit

A_PAGE = 50
AT_ONCE = timedelta(minutes=1)
"""What was written down within it happened when it was written down, as far as anybody reads."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """An entry as the list tells it."""

    number: int
    what: str
    happened: datetime
    written: str
    """When it was written down, where that was later."""
    by: str
    role: str
    self_reported: bool
    corrected_by: tuple[int, ...]
    """Numbers of the entries that correct it; the last of them stands."""
    struck: bool
    corrects: int | None
    correct: str
    """The page where it is corrected; empty where who asks may not, or where it is not corrected that way."""
    day: str


def show_entries(visit: Visit) -> Answer:
    """A page of the entries: the newest, or those before the entry that the address names."""
    entries, first = visit.bedside.entries, whole_number(visit.query.get("before", ""))
    older = [entry for entry in entries if first is None or entry.number < first]
    shown = older[-A_PAGE:][::-1]
    by_number = {entry.number: entry for entry in entries}
    return Shown(
        template="entries.html",
        values={
            "told": [_told(visit, entry, by_number) for entry in shown],
            "total": len(entries),
            "newest": first is None or len(older) == len(entries),
            "further": len(older) - len(shown),
            "a_page": A_PAGE,
        },
    )


def _told(visit: Visit, entry: Entry, by_number: dict[int, Entry]) -> Told:
    corrections = visit.bedside.chart.corrected.get(entry.number, ())
    standing = by_number.get(corrections[-1]) if corrections else None
    target = by_number.get(entry.corrects) if entry.corrects is not None else None
    happened, recorded = datetime.fromisoformat(entry.at), datetime.fromisoformat(entry.recorded)
    zone = zone_of(visit.now)
    late = recorded - happened >= AT_ONCE
    return Told(
        number=entry.number,
        what=entry_words(entry, visit.house.knowledge, corrected=target, zone=zone_of(visit.now)),
        happened=happened,
        written=f"{clock(recorded, zone)}, {ago(happened, recorded).removesuffix(' ago')} later" if late else "",
        by=visit.house.ward.name_of(entry.by),
        role=entry.role,
        self_reported=self_reported(entry),
        corrected_by=corrections,
        struck=standing is not None and not isinstance(standing.body.get("replaces"), dict),
        corrects=entry.corrects if target is not None else None,
        correct=_correct(visit, entry),
        day=clock(recorded, zone).rpartition(" ")[0],
    )


def _correct(visit: Visit, entry: Entry) -> str:
    permission = WRITTEN_WITH.get(entry.kind)
    if entry.kind not in CORRECTABLE or permission is None or not visit.may(permission):
        return ""
    return f"/patients/{visit.patient}/correct/{entry.number}"


PAGES = (
    Page(
        path="/patients/{patient}/entries",
        needs="chart-read",
        show=show_entries,
        parts=("chart", "plan", "notes"),
    ),
)
