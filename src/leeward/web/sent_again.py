"""A form that is sent again, as when a thumb taps twice or the answer was lost on its way: done once, and told as done.

What a form writes depends on the clock ("6 hours ago") and on the chart ("is here", "stands as it was shown"), and both
have moved on by its own first sending. Sent again it is therefore read as it was at first: at that instant, of the chart
as it stood before. The same words make the same entries, which the record finds by their ids; other words are refused by
the record, which says that what was sent first stands.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime

from leeward.record.entries import Entry
from leeward.web.visit import Visit


def first_of(visit: Visit, patient: str) -> Entry | None:
    """The first entry that this form has written about a person, in the name of who sends it again."""
    id = visit.text("id")
    if not patient or visit.person is None or not id:
        return None
    made = (one for one in visit.house.ward.entries(patient) if one.id == id or one.id.startswith(f"{id}-"))
    return next((one for one in made if one.by == visit.person.id), None)


@contextmanager
def as_first_sent(visit: Visit, patient: str = "") -> Generator[bool, None, None]:
    """The visit as it was when its form was sent first; as it is now where the form was not sent before, and afterwards.

    Gives whether it was sent before. `patient`: whom the form admits, where the page is about nobody yet.
    """
    first = first_of(visit, visit.patient or patient)
    if first is None:
        yield False
        return
    now, bedside = visit.now, visit.about
    then = datetime.fromisoformat(first.recorded).astimezone(now.tzinfo)
    visit.now = then
    if bedside is not None:
        before = tuple(one for one in bedside.entries if one.number < first.number)
        visit.enter(visit.house.ward.bedside_of(before, then))
    try:
        yield True
    finally:
        visit.now = now
        visit.enter(bedside)
