"""What is read before a dose is charted: what speaks against it, what it brings together, what cannot be told of it, what
was given already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from leeward.guidance.assessment import Alert
from leeward.guidance.order_answers import BY_INTERACTION
from leeward.record.chart import TIMED
from leeward.record.entries import Entry
from leeward.ward.given import once_more
from leeward.ward.held import RESCUE, SAID_APART, Open, cannot_tell, out_of_scope
from leeward.ward.plans import Line, WrittenPlan
from leeward.ward.state import Bedside, Ward
from leeward.ward.together import together

READ_FIRST = ("emergency", "urgent", "caution")
"""Levels of an alert on an order that is read before the order is signed or the dose charted."""


class BeforeDose(msgspec.Struct, frozen=True, kw_only=True):
    """What is said of a dose: what is read before it is charted, and what is shown behind that."""

    read: tuple[Open, ...]
    shown: tuple[Alert, ...]


def before_dose(
    bedside: Bedside,
    ward: Ward,
    body: Mapping[str, Any],
    at: datetime,
    now: datetime,
    planned: tuple[Entry, WrittenPlan, Line] | None = None,
) -> BeforeDose:
    """What is said of a dose that was given at `at`, by the body of its entry; `planned` is the line that it is given by.

    A dose before others of the chart is looked at from now as well: together they may be too much.

    Naloxone and nalmefene are asked nothing but what a check knows to speak against them: a rescue is charted while
    somebody still breathes badly, is given again within minutes, and to people of every age. None of its doses waits for
    an answer, a tick for the dose before it, or a word on interactions; these are said when it is only looked at.
    """
    medicine = body["medicine"]
    rescue, option = medicine in RESCUE, planned[1].option if planned else ""
    read = [Open(alert) for alert in once_more(bedside, ward, medicine, body.get("dose", ""), at, planned)]
    read += [] if rescue else [Open(alert) for alert in out_of_scope(bedside.assessment)]
    shown: list[Alert] = []
    for asked in _asked(bedside, ward, body, at, now):
        of_orders = () if asked.assessment is None else asked.assessment.alerts
        own = [alert for alert in of_orders if alert.id.startswith("order-") and alert.rule != BY_INTERACTION]
        first = [alert for alert in own if alert.level in READ_FIRST and alert.rule not in SAID_APART]
        read += [Open(alert) for alert in first]
        shown += [alert for alert in own if alert not in first]
        for pair in together(asked, bedside, ward, medicine, planned[1].read if planned else ()):
            if pair.ask and not rescue:
                read.append(Open(pair.alert))
            else:
                shown.append(pair.alert)
        read += [] if rescue else cannot_tell(asked, ward, option)
    return BeforeDose(read=tuple(read), shown=tuple(shown))


def _asked(bedside: Bedside, ward: Ward, body: Mapping[str, Any], at: datetime, now: datetime) -> Iterator[Bedside]:
    """The person with the dose as an order: as it was told by then, and as it is now where that may say more."""
    entries = bedside.entries
    then = ward.bedside_of(told_by(entries, at), at, orders=[body]) if at < now else None
    if then is not None:
        yield then
    if then is None or then.assessment is None or _doses_since(entries, at):
        yield ward.bedside_of(entries, now, orders=[body])


def told_by(entries: tuple[Entry, ...], at: datetime) -> tuple[Entry, ...]:
    """The entries as if all had been written down by `at`, without readings, scores and doses of a later time.

    What else was told later held then, too; and what happened before counts, though it was written down afterwards.
    """
    held = (one for one in entries if one.kind not in TIMED or _happened(one) <= at)
    return tuple(
        msgspec.structs.replace(one, recorded=at.isoformat()) if datetime.fromisoformat(one.recorded) > at else one
        for one in held
    )


def _doses_since(entries: tuple[Entry, ...], at: datetime) -> bool:
    return any(one.kind == "dose" and "medicine" in one.body and _happened(one) > at for one in entries)


def _happened(entry: Entry) -> datetime:
    return datetime.fromisoformat(entry.at)
