"""Which doses of signed plans are not given now before somebody has looked, and why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from leeward.guidance.assessment import Alert
from leeward.ward.due import SAME_MEDICINE, DueItem
from leeward.ward.held import HELD_BY, RESCUE, SAID_APART, Open, cannot_tell, out_of_scope, unreadable
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

    needs: tuple[str, ...] = ()
    """The inputs that would tell, where it cannot be told."""

    @property
    def says(self) -> str:
        """The reasons in one line, without the stop at its end."""
        return "; ".join(dict.fromkeys(reason.rstrip(".") for alert in self.alerts for reason in alert.because))

    @property
    def titles(self) -> str:
        """What each of its alerts is called: the reasons in short."""
        return "; ".join(dict.fromkeys(alert.title for alert in self.alerts))

    @property
    def do(self) -> str:
        """What is done about it, each thing once."""
        return " ".join(dict.fromkeys(one for alert in self.alerts for one in alert.do))

    def stops(self, item: DueItem) -> bool:
        """Whether what is due is a dose of this medicine, or of any of its plan."""
        ours = item.of in ("", self.medicine, SAME_MEDICINE.get(self.medicine))
        return item.kind == "dose" and item.plan_id == self.plan_id and ours

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
                Hold(
                    plan_id=plan.plan,
                    what=lines[0].what,
                    medicine=medicine,
                    alerts=tuple(one.alert for one in said),
                    kind=kind,
                    needs=tuple(dict.fromkeys(name for one in said for name in one.needs)),
                )
                for kind, said in kinds
                if said
            ]
    return tuple(found)


_Kinds = tuple[tuple[Literal["speaks-against", "refused", "cannot-tell"], tuple[Open, ...]], ...]


def _kinds(bedside: Bedside, ward: Ward, plan: WrittenPlan, medicine: str, lines: Iterable[Line]) -> _Kinds:
    """What holds one medicine of a plan, by kind: each dose that its lines order is asked about by itself."""
    refused = tuple(Open(alert) for alert in out_of_scope(bedside.assessment))
    if not medicine:
        return (("refused", refused),)
    if bedside.assessment is None:
        return (("cannot-tell", (Open(unreadable(bedside)),)),)
    against: dict[str, Alert] = {}
    open_: dict[str, Open] = {}
    for dose in dict.fromkeys(line.dose for line in lines):
        asked = _asked(bedside, ward, medicine, dose)
        if asked.assessment is None:
            return (("refused", refused), ("cannot-tell", (Open(unreadable(asked)),)))
        for alert in asked.assessment.alerts:
            if alert.rule.startswith("ORD-") and alert.rule not in SAID_APART and alert.level in HELD_BY:
                against.setdefault(alert.id, alert)
        unread = (one for one in contraindicated(asked, ward, medicine) if one.title not in plan.read)
        against |= {alert.title: alert for alert in unread}
        for one in cannot_tell(asked, ward, plan.option):
            open_.setdefault(one.alert.id, one)
    gravest = sorted(against.values(), key=lambda alert: HELD_BY.index(alert.level))
    return (
        ("refused", refused),
        ("speaks-against", tuple(Open(alert) for alert in gravest)),
        ("cannot-tell", tuple(open_.values())),
    )


def _asked(bedside: Bedside, ward: Ward, medicine: str, dose: str) -> Bedside:
    """The person with one order of a medicine; without its dose where that cannot be read."""
    order = {"medicine": medicine}
    asked = ward.bedside_of(bedside.entries, bedside.now, orders=[order | ({"dose": dose} if dose else {})])
    return asked if asked.assessment is not None else ward.bedside_of(bedside.entries, bedside.now, orders=[order])
