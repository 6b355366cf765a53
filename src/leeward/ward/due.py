"""What is due and overdue for a person: what a signed plan asks for, ticked off by what was charted since.

A score that is charted ticks off every score that was due by then, and the next one where it is due within the margin
`EARLY`; readings and doses likewise, each by its name. What counts is the chart as it stands: a score that was struck or
corrected into another ticks off nothing, and a person's own score is not the clinician's. What is late stays until it is
done, or until the plan is replaced or stopped, or, for what counts from a dose, until the next dose starts it anew. While an
alert stands that says when to score again, that is due besides, plan or none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from leeward.casefile.names import medicine_named
from leeward.guidance.alert import AlertEntry
from leeward.instruments import load_instruments
from leeward.knowledge import load_knowledge
from leeward.model.instants import aware_instant
from leeward.model.shapes import is_mapping
from leeward.record.entries import Entry
from leeward.record.people import SELF
from leeward.ward.plans import DueAfter, WrittenPlan, signed, stopped, under_way_since
from leeward.ward.state import Bedside

EARLY = timedelta(minutes=15)
"""How early something may be done and still count as what was due; half of a wait that is shorter than twice this, so that
one check never stands for two. Leeward's own convention, no clinical fact."""

FIRST_DAY = timedelta(hours=24)

ANY_OF = {"sedation-rass": ("sedation-rass", "sedation-poss"), "sedation-poss": ("sedation-rass", "sedation-poss")}
"""Readings of which either scale will do."""

SAME_MEDICINE = {
    "buprenorphine-sublingual": "buprenorphine-naloxone-sublingual",
    "buprenorphine-naloxone-sublingual": "buprenorphine-sublingual",
}
"""Medicines of which one is given for the other: a dose of either is a dose of the plan."""


class DueItem(msgspec.Struct, frozen=True, kw_only=True):
    """Something to be done at an instant. `of` names the instrument, the reading or the medicine."""

    what: str
    kind: str
    of: str
    at: datetime
    plan: str
    missing: tuple[str, ...] = ()
    """Of readings that are taken together, those that are not charted yet."""
    again: int = 0
    """Minutes after which it comes again; 0 where it does not."""
    plan_id: str = ""
    grace: timedelta = timedelta(0)
    """How long it may take before it is late: what is due as soon as a plan is signed is not overdue that instant."""

    def overdue(self, now: datetime) -> bool:
        """Whether its time is past."""
        return self.at + self.grace < now


class Done(NamedTuple):
    """Something charted that may tick off what was due."""

    kind: str
    of: str
    at: datetime
    number: int


def due_of(bedside: Bedside) -> tuple[DueItem, ...]:
    """What is still to be done, the earliest first; nothing for somebody who has left."""
    if bedside.chart.discharged is not None:
        return ()
    done = tuple(_done(bedside))
    found: list[DueItem] = []
    for entry, plan in signed(bedside.chart):
        for due in plan.due:
            start = _start(due, entry, plan, done, under_way_since(bedside.chart, plan))
            item = None if start is None else _open(due, start, plan, done)
            if item is not None:
                found.append(item)
    found += _watched_on(bedside, done)
    found += _asked_by_alerts(bedside, done, found)
    return tuple(sorted(found, key=lambda item: (item.at, item.kind != "dose", item.kind, item.of, item.what)))


def _watched_on(bedside: Bedside, done: tuple[Done, ...]) -> Iterable[DueItem]:
    """What is still to be looked at after a dose that a stopped plan gave: its time lay ahead when the plan was stopped."""
    for gone in stopped(bedside.entries):
        before = tuple(one for one in done if one.kind != "dose" or one.at <= gone.at)
        for due in gone.plan.due:
            if due.from_ != "dose" or due.kind == "dose":
                continue
            start = _start(due, gone.entry, gone.plan, before, gone.since)
            item = _open(due, start, gone.plan, before) if start is not None else None
            if item is not None and start is not None and start + timedelta(minutes=due.after_minutes) >= gone.at:
                yield msgspec.structs.replace(item, again=0)


def _asked_by_alerts(bedside: Bedside, done: tuple[Done, ...], found: Iterable[DueItem]) -> Iterable[DueItem]:
    """The next COWS while an alert stands that sets its time, unless a plan asks for it as early."""
    assessment, words = bedside.assessment, load_knowledge().table_of("alerts", AlertEntry)
    scored = max((one.at for one in done if (one.kind, one.of) == ("score", "cows")), default=None)
    asking = [
        (words[alert.id].score_again_minutes, alert.title)
        for alert in (assessment.alerts if assessment else ())
        if alert.id in words and words[alert.id].score_again_minutes
    ]
    if scored is None or not asking:
        return
    minutes, title = min(asking, key=lambda one: one[0])
    at = scored + timedelta(minutes=minutes)
    if not any(item.at <= at for item in found if (item.kind, item.of) == ("score", "cows")):
        yield DueItem(what="COWS", kind="score", of="cows", at=at, plan=title, again=minutes)


def _done(bedside: Bedside) -> Iterable[Done]:
    """What the chart holds as it stands, with the number of the entry that each comes from."""
    chart = bedside.chart
    own = {entry.number for entry in bedside.entries if entry.role == SELF}
    for name, kind, word in (("scores", "score", "instrument"), ("observations", "observation", "what")):
        for number, item in chart.items(name):
            at = aware_instant(item.get("at"))
            of_staff = not (kind == "score" and (item.get("by") == "self" or number in own))
            if at is not None and of_staff and not (kind == "score" and _hardly_scored(item)):
                yield Done(kind, str(item.get(word, "")), at, number)
    for number, item in chart.items("doses"):
        at, told = aware_instant(item.get("at")), str(item.get("medicine", ""))
        if at is not None:
            yield Done("dose", medicine_named(told, load_knowledge()) or told, at, number)
    for note in chart.notes:
        ticked, at = note.body.get("done"), aware_instant(note.entry.at)
        if is_mapping(ticked) and at is not None:
            yield Done("other", f"{ticked.get('plan', '')} {ticked.get('what', '')}", at, note.entry.number)


def _hardly_scored(item: Mapping[str, Any]) -> bool:
    """Whether fewer than half of a scale's items are answered: such a score tells too little to be the one that was due.

    Half is a convention of Leeward, no clinical fact.
    """
    items, scale = item.get("items"), load_instruments().get(str(item.get("instrument")))
    if not is_mapping(items) or scale is None:
        return False
    return 2 * sum(1 for answer in items.values() if answer is not None) < len(scale.items)


def medicines_of(plan: WrittenPlan) -> frozenset[str]:
    """What the lines of a plan give, by ids of knowledge where they have one, with what stands for each."""
    knowledge = load_knowledge()
    named = {line.medicine or medicine_named(line.what, knowledge) or line.what for line in plan.lines}
    return frozenset((named | {SAME_MEDICINE[one] for one in named & set(SAME_MEDICINE)}) - {""})


def _start(due: DueAfter, entry: Entry, plan: WrittenPlan, done: Iterable[Done], since: int) -> datetime | None:
    """What its time counts from; None where nothing started it yet.

    A dose that was charted after the signing and given before it counts only while none was given after, so that the
    plan's own first dose is watched as the first. Where the plan has no dose, one under the plans that it replaced counts
    as far as what it makes due lay ahead at the signing. `since`: the entry that signed the first of those plans.
    """
    signed_at = datetime.fromisoformat(entry.at)
    if due.from_ == "signing":
        return signed_at
    medicines = medicines_of(plan)
    given = [one for one in done if one.kind == "dose" and one.number > since and one.of in medicines]
    own = [one.at for one in given if one.number > entry.number]
    if own:
        return _dose_counted(due, [dose for dose in own if dose >= signed_at - EARLY] or own)
    start = _dose_counted(due, [one.at for one in given])
    return start if start is not None and start + timedelta(minutes=due.after_minutes) >= signed_at else None


def _dose_counted(due: DueAfter, doses: Iterable[datetime]) -> datetime | None:
    """The latest of the doses that it is due after; None where there is none."""
    doses = sorted(doses)
    if due.only == "first":
        doses = doses[:1]
    elif due.only == "day-1":
        doses = [dose for dose in doses if dose - doses[0] < FIRST_DAY]
    return doses[-1] if doses else None


def _open(due: DueAfter, start: datetime, plan: WrittenPlan, done: tuple[Done, ...]) -> DueItem | None:
    """The first time of it that nothing charted stands for; None where all of it is done."""
    first = start + timedelta(minutes=due.after_minutes)
    floor = start if due.from_ == "dose" else start - EARLY
    times: dict[str, datetime | None] = {}
    for of in dict.fromkeys((due.of, *due.also)):
        latest = max((one.at for one in done if _counts(due, of, plan, one) and one.at >= floor), default=None)
        times[of] = _next(due, first, latest)
    waiting = [at for at in times.values() if at is not None]
    if not waiting:
        return None
    missing = tuple(of for of, at in times.items() if at == min(waiting))
    return DueItem(
        what=due.what,
        kind=due.kind,
        of=missing[0] if due.also else due.of,
        at=min(waiting),
        plan=plan.title or plan.option,
        missing=missing if due.also and len(missing) < len(times) else (),
        again=due.every_minutes,
        grace=EARLY if due.after_minutes == 0 and min(waiting) == first else timedelta(0),
        plan_id=plan.plan,
    )


def _counts(due: DueAfter, of: str, plan: WrittenPlan, one: Done) -> bool:
    """Whether something charted is what was due; a dose that names no medicine is any of the plan's."""
    if due.kind != one.kind:
        return False
    if due.kind == "other":
        return one.of == f"{plan.plan} {due.what}"
    if due.kind == "dose":
        return one.of in (of, SAME_MEDICINE.get(of, of)) if of else one.of in medicines_of(plan)
    return not of or one.of in ANY_OF.get(of, (of,))


def _next(due: DueAfter, first: datetime, latest: datetime | None) -> datetime | None:
    """The first of its times that what was charted last does not cover."""
    early = _early(due)
    if latest is None or latest < first - early:
        return first
    if due.every_minutes <= 0:
        return None
    every = timedelta(minutes=due.every_minutes)
    covered = (latest + early - first) // every
    last = None if due.for_minutes <= 0 else timedelta(minutes=due.for_minutes) // every
    return None if last is not None and covered + 1 > last else first + (covered + 1) * every


def _early(due: DueAfter) -> timedelta:
    """How early it may be done: what is due at once, or after a long wait, by the whole margin."""
    waits = [timedelta(minutes=one) for one in (due.after_minutes, due.every_minutes) if one > 0]
    return min([EARLY, *(wait / 2 for wait in waits)])
