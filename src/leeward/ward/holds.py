"""Which doses of signed plans are not given now before somebody has looked, and why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from leeward.guidance.assessment import Alert
from leeward.ward.held import HELD_BY, RESCUE, cannot_tell, out_of_scope, unreadable
from leeward.ward.plans import Line, WrittenPlan, signed
from leeward.ward.state import Bedside, Ward
from leeward.ward.together import contraindicated


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """Why a dose of a signed plan is not given now before somebody has looked."""

    plan_id: str
    what: str
    medicine: str
    alerts: tuple[Alert, ...]
    kind: Literal["speaks-against", "refused", "cannot-tell"] = "speaks-against"
    """`refused`: the person is somebody whom Leeward does not cover; `cannot-tell`: what it hangs on is not known."""

    @property
    def says(self) -> str:
        """The reasons in one line."""
        return "; ".join(dict.fromkeys(reason for alert in self.alerts for reason in alert.because))

    @property
    def level(self) -> str:
        """The level of the gravest of its alerts, which stands first."""
        return self.alerts[0].level


def holds_of(bedside: Bedside, ward: Ward) -> tuple[Hold, ...]:
    """The medicines of signed plans that are not given before somebody has looked.

    What is charted now speaks against them, by the checks that every order goes through, or by an interaction that is
    contraindicated and that whoever signed the plan has not read; or the person is somebody whom Leeward does not cover;
    or a check that could hold them cannot be answered.
    """
    found: list[Hold] = []
    for _, plan in signed(bedside.chart):
        for medicine in dict.fromkeys(line.medicine for line in plan.lines):
            lines = [line for line in plan.lines if line.medicine == medicine]
            if medicine in RESCUE:
                continue
            kinds = _kinds(bedside, ward, plan, medicine, lines)
            found += [
                Hold(plan_id=plan.plan, what=lines[0].what, medicine=medicine, alerts=alerts, kind=kind)
                for kind, alerts in kinds
                if alerts
            ]
    return tuple(found)


_Kinds = tuple[tuple[Literal["speaks-against", "refused", "cannot-tell"], tuple[Alert, ...]], ...]


def _kinds(bedside: Bedside, ward: Ward, plan: WrittenPlan, medicine: str, lines: Iterable[Line]) -> _Kinds:
    """What holds one medicine of a plan, by kind: each dose that its lines order is asked about by itself."""
    refused = out_of_scope(bedside.assessment)
    if not medicine:
        return (("refused", refused),)
    if bedside.assessment is None:
        return (("cannot-tell", (unreadable(bedside),)),)
    against: dict[str, Alert] = {}
    open_: dict[str, Alert] = {}
    for dose in dict.fromkeys(line.dose for line in lines):
        asked = _asked(bedside, ward, medicine, dose)
        if asked.assessment is None:
            return (("refused", refused), ("cannot-tell", (unreadable(asked),)))
        for alert in asked.assessment.alerts:
            if alert.rule.startswith("ORD-") and alert.level in HELD_BY:
                against.setdefault(alert.id, alert)
        unread = (one for one in contraindicated(asked, ward, medicine) if one.title not in plan.read)
        against |= {alert.title: alert for alert in unread}
        for alert in cannot_tell(asked, ward, plan.option):
            open_.setdefault(alert.id, alert)
    gravest = sorted(against.values(), key=lambda alert: HELD_BY.index(alert.level))
    return (("refused", refused), ("speaks-against", tuple(gravest)), ("cannot-tell", tuple(open_.values())))


def _asked(bedside: Bedside, ward: Ward, medicine: str, dose: str) -> Bedside:
    """The person with one order of a medicine; without its dose where that cannot be read."""
    order = {"medicine": medicine}
    asked = ward.bedside_of(bedside.entries, bedside.now, orders=[order | ({"dose": dose} if dose else {})])
    return asked if asked.assessment is not None else ward.bedside_of(bedside.entries, bedside.now, orders=[order])
