"""The board: one row a person, the most urgent first."""

from __future__ import annotations

from datetime import datetime

import msgspec

from leeward.guidance.assessment import Alert
from leeward.paper.handoff import standing
from leeward.ward.due import DueItem, due_of
from leeward.ward.plans import unsigned
from leeward.ward.state import Bedside


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What the board says of one person."""

    patient: str
    name: str
    synthetic: bool
    place: str
    admitted: str
    score: str
    """The last COWS as it is read out, empty where there is none."""
    scored_at: datetime | None
    trend: str
    alerts: tuple[Alert, ...]
    due: tuple[DueItem, ...]
    unsigned: int
    problem: str = ""


def row_of(bedside: Bedside) -> Row:
    """The row of one person."""
    chart, assessment = bedside.chart, bedside.assessment
    scores = [entry for entry in bedside.entries if entry.kind == "score"]
    last = assessment.state.withdrawal[-1] if assessment and assessment.state.withdrawal else None
    return Row(
        patient=bedside.patient,
        name=chart.name or bedside.patient,
        synthetic=chart.synthetic,
        place=str(chart.identity.get("bed", "")),
        admitted=chart.admitted or "",
        score="" if last is None else str(last.total if last.total is not None else last.range or ""),
        scored_at=datetime.fromisoformat(scores[-1].at) if scores else None,
        trend="",
        alerts=standing(assessment) if assessment else (),
        due=due_of(bedside),
        unsigned=len(unsigned(chart)),
        problem="What was charted cannot be read as a case." if bedside.problems else "",
    )


def board(bedsides: tuple[Bedside, ...], now: datetime) -> tuple[Row, ...]:
    """Every row, by urgency: emergencies, then what is overdue longest, then urgent alerts, then the rest by name."""
    return tuple(sorted((row_of(one) for one in bedsides), key=lambda row: _urgency(row, now)))


def _urgency(row: Row, now: datetime) -> tuple[object, ...]:
    levels = {alert.level for alert in row.alerts}
    overdue = min((item.at for item in row.due if item.overdue(now)), default=None)
    return (
        "emergency" not in levels,
        overdue is None,
        overdue.timestamp() if overdue else 0.0,
        "urgent" not in levels,
        row.unsigned == 0,
        row.name.casefold(),
    )
