"""One person in short, as the board keeps them: what was charted and assessed, without what passes with each minute."""

from __future__ import annotations

from datetime import datetime

import msgspec

from leeward.knowledge import Knowledge
from leeward.model.case import Case, Exposure
from leeward.model.missing import Missing
from leeward.model.quantity import number
from leeward.paper.handoff import standing
from leeward.paper.timeline_entries import AGAIN, Scored, TimelineEntries, timeline_entries
from leeward.paper.trend import trend_of
from leeward.record.chart import Chart
from leeward.record.entries import Entry
from leeward.record.people import SELF
from leeward.ward.due import DueItem, due_of
from leeward.ward.holds import Hold, holds_of
from leeward.ward.plans import unsigned
from leeward.ward.self_reports import SelfReport, unanswered, unread_words
from leeward.ward.state import Bedside, Ward

MOST_TAKEN = 3
"""Substances that a row names; the others are counted."""


class Told(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A score as it is read out, with its way from the one before."""

    instrument: str
    points: str
    """`18`, or `11 to 25` where answers are missing."""
    band: str
    """Empty where it is not certain."""
    missing: int
    at: datetime
    by_self: bool
    trend: str
    arrow: str


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What the board knows of one person after entry `number`, assessed at `as_of`."""

    patient: str
    number: int
    as_of: datetime
    here: bool
    name: str
    synthetic: bool
    place: str
    """The bed and the setting; empty where neither is charted."""
    who: str
    took: str
    cows: Told | None
    self_reported: Told | None
    """The last score that the person gave without staff, where it is newer than the last COWS."""
    new_check_in: bool
    """Whether the last thing charted is from the person and nobody has charted anything since."""
    to_read: datetime | None
    """When they wrote words of their own that nobody has answered. Which, stands on their page: a board is read from afar."""
    asks_call: SelfReport | None
    """What they told that asks for a call, until a clinician scores them or staff write a note."""
    emergencies: tuple[str, ...]
    urgent: tuple[str, ...]
    cautions: int
    due: tuple[DueItem, ...]
    holds: tuple[Hold, ...]
    """Medicines of signed plans that are not given now before somebody has looked."""
    unsigned: tuple[str, ...]
    charted: datetime | None
    """When something was last written down."""
    problem: str


def summary_of(bedside: Bedside, ward: Ward) -> Summary:
    """A person in short."""
    knowledge = ward.knowledge
    chart, case, assessment = bedside.chart, bedside.case, bedside.assessment
    cows = self_reported = None
    if case is not None and assessment is not None:
        cows, self_reported = _scores(timeline_entries(case, assessment))
    alerts = standing(assessment) if assessment else ()
    everything = (*assessment.alerts, *assessment.state.mismatches) if assessment else ()
    last = bedside.entries[-1] if bedside.entries else None
    return Summary(
        patient=bedside.patient,
        number=bedside.seen,
        as_of=bedside.now,
        here=bedside.here,
        name=chart.name,
        synthetic=chart.synthetic,
        place=place_of(chart),
        who=_who(case) if case else "",
        took=_took(case, knowledge) if case else "",
        cows=cows,
        self_reported=self_reported,
        new_check_in=_new_check_in(bedside.entries),
        to_read=unread_words(bedside),
        asks_call=unanswered(bedside, ward),
        emergencies=tuple(one.title for one in alerts if one.level == "emergency"),
        urgent=tuple(one.title for one in alerts if one.level == "urgent"),
        cautions=sum(1 for one in everything if one.level == "caution"),
        due=due_of(bedside),
        holds=holds_of(bedside, ward),
        unsigned=tuple(plan.title or plan.option for _, plan in unsigned(chart)),
        charted=datetime.fromisoformat(last.recorded) if last else None,
        problem="What was charted cannot be read as a case, so nothing is assessed." if bedside.problems else "",
    )


def unread(patient: str, number: int, now: datetime, bedside: Bedside | None) -> Summary:
    """A chart that could not be put in short up to an entry: said to be unread, so that nobody vanishes from the board."""
    chart = bedside.chart if bedside else None
    return Summary(
        patient=patient,
        number=number,
        as_of=now,
        here=bedside is None or bedside.here,
        name=chart.name if chart else patient,
        synthetic=chart is not None and chart.synthetic,
        place="",
        who="",
        took="",
        cows=None,
        self_reported=None,
        new_check_in=False,
        to_read=None,
        asks_call=None,
        emergencies=(),
        urgent=(),
        cautions=0,
        due=(),
        holds=(),
        unsigned=(),
        charted=None,
        problem="This chart could not be read by Leeward, so nothing is assessed. Go to the person, and tell who runs it.",
    )


SETTINGS = {"emergency": "emergency department", "home": "at home"}
"""Settings that read better in other words than those of the case file."""


def place_of(chart: Chart) -> str:
    """Where the person is: the bed, the setting; empty where neither is charted."""
    bed, setting = chart.identity.get("place") or chart.identity.get("bed"), chart.document.get("setting")
    said = SETTINGS.get(setting, setting.replace("-", " ")) if isinstance(setting, str) else ""
    return " · ".join(told for told in (bed, said) if isinstance(told, str) and told)


def _who(case: Case) -> str:
    one = case.patient
    age = "age not asked" if isinstance(one.age, Missing) else f"{number(one.age)}"
    sex = "sex not asked" if isinstance(one.sex, Missing) else one.sex
    pregnant = ", pregnant" if one.pregnant is True else ""
    return f"{age}, {sex}{pregnant}"


def _took(case: Case, knowledge: Knowledge) -> str:
    """What was taken, in a few words."""
    if isinstance(case.exposures, Missing):
        return f"what was taken: {case.exposures.value}"
    names = list(dict.fromkeys(_name(one, knowledge) for one in case.exposures))
    if not names:
        return "took nothing, as told"
    more = f" and {len(names) - MOST_TAKEN} more" if len(names) > MOST_TAKEN else ""
    return f"{', '.join(names[:MOST_TAKEN])}{more}"


def _name(one: Exposure, knowledge: Knowledge) -> str:
    known = None if isinstance(one.substance, Missing) else knowledge.substances.get(one.substance)
    return known.name if known else one.as_told


def _scores(entries: TimelineEntries) -> tuple[Told | None, Told | None]:
    timed = [one for one in entries.scores if one.at is not None and one.low is not None]
    cows = [one for one in timed if one.instrument == "cows"]
    own = [one for one in timed if one.by == "self" and one.instrument != "cows"]
    own = [one for one in own if one.instrument == own[-1].instrument]
    last, told = (_told(cows) if cows else None), (_told(own) if own else None)
    return last, told if told and (last is None or told.at > last.at) else None


def _told(scores: list[Scored]) -> Told:
    last, trend = scores[-1], trend_of(scores)
    assert last.at is not None
    return Told(
        instrument=last.short,
        points=last.either or (f"{last.low}" if last.low == last.high else f"{last.low} to {last.high}"),
        band=AGAIN if last.either else last.band,
        missing=last.missing,
        at=last.at.latest,
        by_self=last.by == "self",
        trend=trend.says,
        arrow=trend.arrow,
    )


def _new_check_in(entries: tuple[Entry, ...]) -> bool:
    """A consent or the like does not answer a check-in; anything that staff chart, decide or note does."""
    answered = [one for one in entries if one.kind not in ("consent", "consent-revoked", "break-glass")]
    return bool(answered) and answered[-1].role == SELF
