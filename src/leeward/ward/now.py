"""How a person stands now, gathered for a page: scores with their way, last readings, alerts in order, what is due.

Everything is what the assessment and the chart say; nothing is concluded here. It knows no page and no permission.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from leeward.errors import Problem
from leeward.guidance.assessment import Alert, Assessment, OptionAnswer, WithdrawalScore
from leeward.guidance.scored import LASTING_INSTRUMENTS, scored
from leeward.instruments import Instrument, Score, load_instruments
from leeward.model.case import Case, ScoreEntry
from leeward.model.instants import Span
from leeward.paper.timeline import TimelineRow, timeline_table, timeline_words
from leeward.paper.timeline_entries import (
    AGAIN,
    Scored,
    TimelineEntries,
    either_score,
    last_vitals,
    timeline_entries,
)
from leeward.paper.trend import trend_of
from leeward.record.entries import Entry
from leeward.report.options import IDLE, ORDER
from leeward.ward.due import DueItem, due_of
from leeward.ward.holds import Hold, holds_of
from leeward.ward.plans import WrittenPlan, outdated, signed, unsigned
from leeward.ward.proposals import nothing_new
from leeward.ward.self_reports import CheckIn, SelfReport, last_check_in, unanswered, unread_words
from leeward.ward.state import Bedside, Ward

LEVELS = ("emergency", "urgent", "caution", "note")
PRECIPITATED = ("precipitated-withdrawal", "precipitated-withdrawal-possible", "risen-and-not-scored-in-time")
"""Alerts that are said again where the next dose is."""


class ScoreNow(msgspec.Struct, frozen=True, kw_only=True):
    """The last score of an instrument, in the words of a line."""

    instrument: str
    short: str
    points: str
    """`18`, or `11 to 25` where answers are missing; empty where the instrument has no total."""
    band: str
    """Empty where it is not certain, or where there is none."""
    signs: str
    """Objective signs, as a number or a range; empty where the instrument names none."""
    missing: tuple[str, ...]
    at: datetime | None
    current: bool
    """Whether it still speaks for now."""
    by_self: bool
    trend: str = ""
    arrow: str = ""
    before: str = ""
    flags: tuple[str, ...] = ()


class ReadingsNow(msgspec.Struct, frozen=True, kw_only=True):
    """The last readings that were taken at one time."""

    at: datetime
    values: tuple[str, ...]


class Wrong(msgspec.Struct, frozen=True, kw_only=True):
    """Why a chart cannot be read as a case, and the entry that is to be corrected, where it can be told."""

    says: str
    entry: Entry | None


class DueGroup(msgspec.Struct, frozen=True, kw_only=True):
    """What is due together, and what speaks against doing it before somebody has looked."""

    first: DueItem
    what: str
    missing: tuple[str, ...]
    overdue: bool
    holds: tuple[Hold, ...] = ()


class WaitingPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A plan that waits for a signature, or stands signed while the chart has changed."""

    entry: Entry
    plan: WrittenPlan
    outdated: bool


class OptionGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Options of one status; `idle` are those that there is no occasion for."""

    status: str
    options: tuple[OptionAnswer, ...]
    idle: tuple[OptionAnswer, ...] = ()
    common: tuple[str, ...] = ()
    """Inputs that all of them wait for, where there are several; said once."""


class Now(msgspec.Struct, frozen=True, kw_only=True):
    """A person as they stand at the instant of their bedside."""

    scores: tuple[ScoreNow, ...]
    lasting: tuple[ScoreNow, ...]
    """Scores of instruments that speak of weeks."""
    readings: tuple[ReadingsNow, ...]
    alerts: tuple[Alert, ...]
    """By level, without those that a graver one covers."""
    covered: tuple[Alert, ...]
    mismatches: tuple[Alert, ...]
    precipitated: tuple[Alert, ...]
    stop: tuple[Alert, ...]
    """Alerts that come before any dose: the emergencies, and those under which nothing new is started."""
    due: tuple[DueGroup, ...]
    holds: tuple[Hold, ...]
    """Medicines of signed plans to hold, whether or not a dose is due."""
    waiting: tuple[WaitingPlan, ...]
    signed: tuple[WaitingPlan, ...]
    options: tuple[OptionGroup, ...]
    rows: tuple[TimelineRow, ...]
    picture_words: str
    drawn: bool
    """Whether there is anything for the time axis to show."""
    asks_call: SelfReport | None
    """What the person told by themself that asks for a call, and that nobody has answered yet."""
    check_in: CheckIn | None
    """What they told by themself the last time."""
    to_read: datetime | None
    """When they wrote words of their own that no note of staff has answered yet."""


def now_of(bedside: Bedside, ward: Ward) -> Now:
    """The state of a person; without an assessment only what is due and planned."""
    case, assessment = bedside.case, bedside.assessment
    holds, waiting, standing = holds_of(bedside, ward), _waiting(bedside), _signed(bedside)
    asks_call, check_in, to_read = unanswered(bedside, ward), last_check_in(bedside), unread_words(bedside)
    due = tuple(_due(bedside, holds))
    if case is None or assessment is None:
        return Now(
            scores=(), lasting=(), readings=(), alerts=(), covered=(), mismatches=(), precipitated=(), stop=(), due=due,
            holds=holds, waiting=waiting, signed=standing, options=(), rows=(), picture_words="", drawn=False,
            asks_call=asks_call, check_in=check_in, to_read=to_read,
        )  # fmt: skip
    entries = timeline_entries(case, assessment)
    alerts, covered = _alerts(assessment)
    return Now(
        scores=tuple(_scores(case, assessment, entries)),
        lasting=tuple(_lasting(case, assessment)),
        readings=_readings(entries),
        alerts=alerts,
        covered=covered,
        mismatches=_by_level(assessment.state.mismatches),
        precipitated=tuple(alert for alert in alerts if alert.id in PRECIPITATED),
        stop=first_of_all(assessment),
        due=due,
        holds=holds,
        waiting=waiting,
        signed=standing,
        options=tuple(_options(assessment)),
        rows=timeline_table(case, assessment),
        picture_words=timeline_words(case, assessment),
        drawn=bool(entries.scores or entries.doses or entries.vitals or entries.courses),
        asks_call=asks_call,
        check_in=check_in,
        to_read=to_read,
    )


def first_of_all(assessment: Assessment) -> tuple[Alert, ...]:
    """Alerts that are settled before a dose is looked at: every emergency, and what says to start nothing new."""
    found = nothing_new(assessment)
    fired = {alert.id for alert in found}
    return tuple(alert for alert in _by_level(found) if fired.isdisjoint(alert.covered_by))


def _by_level(alerts: tuple[Alert, ...]) -> tuple[Alert, ...]:
    return tuple(sorted(alerts, key=lambda alert: LEVELS.index(alert.level)))


def _alerts(assessment: Assessment) -> tuple[tuple[Alert, ...], tuple[Alert, ...]]:
    fired = {alert.id for alert in (*assessment.alerts, *assessment.state.mismatches)}
    alerts = _by_level(assessment.alerts)
    shown = tuple(alert for alert in alerts if fired.isdisjoint(alert.covered_by))
    return shown, tuple(alert for alert in alerts if not fired.isdisjoint(alert.covered_by))


def _scores(case: Case, assessment: Assessment, entries: TimelineEntries) -> Iterator[ScoreNow]:
    """The last of each instrument: the COWS first, then the newest."""
    by_key = {entry.key: entry for entry in case.scores}
    told: dict[str, list[Scored]] = {}
    for one in entries.scores:
        told.setdefault(one.instrument, []).append(one)
    found: list[ScoreNow] = []
    for instrument, scores in told.items():
        timed = [one for one in scores if one.at is not None]
        last = (timed or scores)[-1]
        trend = trend_of(timed) if timed and last.low is not None else None
        found.append(
            _score(
                by_key[last.key],
                load_instruments()[instrument],
                assessment.state.withdrawal,
                trend=trend.says if trend else "",
                arrow=trend.arrow if trend else "",
                before=trend.before if trend else "",
                either=last.either,
            )
        )
    yield from sorted(found, key=lambda one: (one.instrument != "cows", -one.at.timestamp() if one.at else 0.0))


def _lasting(case: Case, assessment: Assessment) -> Iterator[ScoreNow]:
    newest: dict[str, ScoreEntry] = {}
    for entry in sorted(case.scores, key=lambda one: one.at.latest.timestamp() if isinstance(one.at, Span) else 0.0):
        if entry.instrument in LASTING_INSTRUMENTS:
            newest[entry.instrument] = entry
    for instrument, entry in newest.items():
        yield _score(
            entry,
            load_instruments()[instrument],
            assessment.state.withdrawal,
            either=_either_triage(instrument, assessment.state.withdrawal),
        )


def _either_triage(instrument: str, told: Sequence[WithdrawalScore]) -> str:
    """What the scores of one time say that disagree: their totals, or their bands where there is no total."""
    bands = dict.fromkeys(one.band or "not certain" for one in told if one.instrument == instrument and one.current)
    return either_score(told, instrument) or (" or ".join(bands) if len(bands) > 1 else "")


def _score(
    entry: ScoreEntry,
    instrument: Instrument,
    withdrawal: tuple[WithdrawalScore, ...],
    *,
    trend: str = "",
    arrow: str = "",
    before: str = "",
    either: str = "",
) -> ScoreNow:
    found = scored(entry)
    at = entry.at if isinstance(entry.at, Span) else None
    same = [one for one in withdrawal if one.instrument == entry.instrument and one.at == (str(at) if at else None)]
    return ScoreNow(
        instrument=entry.instrument,
        short=instrument.short,
        points=either or _range(found.low, found.high),
        band=AGAIN if either else found.band or "",
        signs="" if either else _range(found.objective_low, found.objective_high),
        missing=_missing(found, instrument),
        at=at.latest if at else None,
        current=any(one.current for one in same),
        by_self=entry.by == "self",
        trend=trend,
        arrow=arrow,
        before=before,
        flags=(*found.flags, *found.notes),
    )


def _range(low: int | None, high: int | None) -> str:
    if low is None or high is None:
        return ""
    return f"{low}" if low == high else f"{low} to {high}"


def _missing(found: Score, instrument: Instrument) -> tuple[str, ...]:
    """Titles of items without an answer; of a total alone nobody knows which."""
    if found.total is not None:
        return ()
    return tuple(instrument.item(id).title for id in found.missing)


def _readings(entries: TimelineEntries) -> tuple[ReadingsNow, ...]:
    """The last of each vital sign, those of one time together, the newest first."""
    times: dict[datetime, list[str]] = {}
    for one in last_vitals(entries):
        assert one.at is not None
        times.setdefault(one.at.latest, []).append(f"{one.name} {one.value}")
    return tuple(ReadingsNow(at=at, values=tuple(values)) for at, values in sorted(times.items(), reverse=True))


def _due(bedside: Bedside, holds: tuple[Hold, ...]) -> Iterator[DueGroup]:
    """What is due, readings of one time and plan together: they are charted in one go."""
    together: dict[tuple[object, ...], list[DueItem]] = {}
    for item in due_of(bedside):
        apart = "" if item.kind == "observation" else item.what
        together.setdefault((item.kind, item.at, item.plan_id, apart), []).append(item)
    for items in together.values():
        first = items[0]
        yield DueGroup(
            first=first,
            what=", ".join(dict.fromkeys(item.what for item in items)),
            missing=tuple(dict.fromkeys(one for item in items for one in item.missing)),
            overdue=first.overdue(bedside.now),
            holds=tuple(hold for hold in holds if hold.stops(first)),
        )


def _waiting(bedside: Bedside) -> tuple[WaitingPlan, ...]:
    chart = bedside.chart
    return tuple(
        WaitingPlan(entry=entry, plan=plan, outdated=outdated(chart, plan.plan)) for entry, plan in unsigned(chart)
    )


def _signed(bedside: Bedside) -> tuple[WaitingPlan, ...]:
    chart = bedside.chart
    return tuple(
        WaitingPlan(entry=entry, plan=plan, outdated=outdated(chart, plan.plan)) for entry, plan in signed(chart)
    )


def _options(assessment: Assessment) -> Iterator[OptionGroup]:
    for status in ORDER:
        found = tuple(option for option in assessment.options if option.status == status)
        idle = tuple(option for option in found if status == "avoid" and option.rules[:1] and option.rules[0] in IDLE)
        if found:
            others = tuple(one for one in found if one not in idle)
            yield OptionGroup(status=status, options=others, idle=idle, common=_common(others, assessment))


def _common(options: tuple[OptionAnswer, ...], assessment: Assessment) -> tuple[str, ...]:
    if len(options) < 3:
        return ()
    waited_for = [question.input for question in assessment.questions]
    return tuple(name for name in waited_for if all(name in option.needs for option in options))


_ITEM = re.compile(r"^(\w+)\[(\d+)\]")


def wrong_entries(bedside: Bedside) -> tuple[Wrong, ...]:
    """What keeps a chart from being read as a case, each with the entry that it comes from where that can be told."""
    return tuple(
        Wrong(says=f"{problem.says} {problem.mend}", entry=_entry_of(bedside, problem)) for problem in bedside.problems
    )


def _entry_of(bedside: Bedside, problem: Problem) -> Entry | None:
    chart, path = bedside.chart, problem.path
    if (found := _ITEM.match(path)) is not None:
        numbers, place = chart.came_from.get(found[1], ()), int(found[2])
        number = numbers[place] if place < len(numbers) else None
        return next((entry for entry in bedside.entries if entry.number == number), None)
    head, _, key = path.partition(".")
    kind, field = ("patient", key.partition(".")[0]) if head == "patient" else ("admission", head)
    told = [entry for entry in bedside.entries if entry.kind == kind and field in entry.body]
    return told[-1] if told else None
