"""What is due and overdue for a person: what a signed plan asks for, ticked off by what was charted since.

A score that is charted ticks off every score that was due by then, and the next one where it is due within the margin
`EARLY`; readings and doses likewise, each by its name.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from leeward.record.entries import Entry
from leeward.ward.plans import DueAfter, signed
from leeward.ward.state import Bedside

EARLY = timedelta(minutes=15)
"""How early something may be done and still count as what was due. Leeward's own convention, no clinical fact."""


class DueItem(msgspec.Struct, frozen=True, kw_only=True):
    """Something to be done at an instant. `of` names the instrument, the reading or the medicine."""

    what: str
    kind: str
    of: str
    at: datetime
    plan: str

    def overdue(self, now: datetime) -> bool:
        """Whether its time is past."""
        return self.at < now


def due_of(bedside: Bedside) -> tuple[DueItem, ...]:
    """What is still to be done, the earliest first."""
    done = [entry for entry in bedside.entries if entry.kind in ("score", "observation", "dose")]
    open_items: list[DueItem] = []
    for entry, plan in signed(bedside.chart):
        medicines = {line.medicine for line in plan.lines if line.medicine}
        begun = datetime.fromisoformat(entry.at)
        doses = [
            datetime.fromisoformat(one.at)
            for one in done
            if one.kind == "dose" and one.number > entry.number and one.body.get("medicine") in medicines
        ]
        for due in plan.due:
            starts = doses[-1:] if due.from_ == "dose" else [begun]
            open_items += [
                DueItem(
                    what=due.what,
                    kind=due.kind,
                    of=due.of,
                    at=start + timedelta(minutes=due.after_minutes),
                    plan=plan.title or plan.option,
                )
                for start in starts
                if not _done(due, start, done)
            ]
    return tuple(sorted(open_items, key=lambda item: item.at))


def _done(due: DueAfter, start: datetime, done: list[Entry]) -> bool:
    """Whether something charted since counts as this."""
    wanted = start + timedelta(minutes=due.after_minutes) - EARLY
    name = {"score": "instrument", "observation": "what", "dose": "medicine"}.get(due.kind)
    return name is not None and any(
        entry.kind == due.kind and (not due.of or entry.body.get(name) == due.of)
        and datetime.fromisoformat(entry.at) >= max(wanted, start)
        for entry in done
    )  # fmt: skip
