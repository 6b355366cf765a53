"""A plan as it stands in the record: lines that a human may change, what becomes due by them, and who signed.

The body of an entry of kind `plan-proposed`, `plan-changed`, `plan-signed` or `plan-refused`:

    {"plan": "5f0c...", "option": "buprenorphine-standard", "title": "Buprenorphine, standard-dose start",
     "lines": [{"what": "buprenorphine-naloxone, sublingual", "medicine": "buprenorphine-sublingual", "dose": "8 mg",
                "when": "now", "hold_if": ["sedated (RASS -1 or lower)"], "at_home": false}],
     "due": [{"what": "COWS", "kind": "score", "of": "cows", "after_minutes": 60, "from": "dose"}],
     "checks": ["Before each dose: sedation, respiratory rate."],
     "follow_up": {"who": "...", "where": "...", "at": "...", "phone": "..."},
     "status": "recommended", "knowledge": "<version>", "reason": "..."}

`from` is `signing`, or `dose`: each dose of a medicine of the plan that is charted after it was signed; what is due counts
from the latest. A refusal has a reason and no lines. Only a signed plan makes anything due, and only the newest signed
one of an option; what a dose under the one before it makes due after the signing is still asked for. A plan that stands signed is never changed under its own name: a new plan of the same option replaces
it when that is signed, and a refusal with `stops` ends it, with every older one of the option.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, NamedTuple

import msgspec

from leeward.paper.plan import Decision, FollowUp
from leeward.record.chart import Chart
from leeward.record.entries import Entry
from leeward.ward.state import Bedside, Ward


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One order of a plan, in the words of whoever signs it. `medicine` is the id in knowledge where there is one."""

    what: str
    medicine: str = ""
    dose: str = ""
    when: str = ""
    hold_if: tuple[str, ...] = ()
    at_home: bool = False
    day: int | None = None
    """The day of the plan that it belongs to, where that is said: doses of one day are added up when they are checked."""
    step: str = ""
    """The step of the proposal that it was made from."""


class DueAfter(msgspec.Struct, frozen=True, kw_only=True):
    """Something that becomes due a time after the plan was signed, or after each dose. `of` names the instrument or reading,
    `also` the readings that are taken with it.

    It comes again every `every_minutes` for `for_minutes` from its first time, without an end where that is 0. `only`
    keeps it to the first dose, or to the doses of the first 24 hours.
    """

    what: str
    kind: Literal["score", "observation", "dose", "other"]
    of: str = ""
    after_minutes: int
    from_: Literal["signing", "dose"] = msgspec.field(name="from", default="signing")
    also: tuple[str, ...] = ()
    every_minutes: int = 0
    for_minutes: int = 0
    only: Literal["", "first", "day-1"] = ""


class FollowUpTold(msgspec.Struct, frozen=True, kw_only=True):
    """The appointment that goes with a plan."""

    who: str = ""
    where: str = ""
    at: datetime | None = None
    phone: str = ""


class WrittenPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The body of an entry about a plan."""

    plan: str
    option: str = ""
    title: str = ""
    lines: tuple[Line, ...] = ()
    due: tuple[DueAfter, ...] = ()
    checks: tuple[str, ...] = ()
    """What is to be watched at a time that no clock tells: before each dose, until it eases."""
    follow_up: FollowUpTold | None = None
    status: str = ""
    knowledge: str = ""
    reason: str = ""
    read: tuple[str, ...] = ()
    """Alerts that whoever signed said to have read."""
    stops: bool = False
    """Whether a refusal ends a plan that stood signed."""


def written_plan(entry: Entry) -> WrittenPlan | None:
    """The plan that an entry holds; None where its body is none."""
    try:
        return msgspec.convert(entry.body, WrittenPlan)
    except msgspec.ValidationError:
        return None


def plan_body(plan: WrittenPlan) -> dict[str, object]:
    """A plan as the body of an entry."""
    return msgspec.to_builtins(plan)


def unsigned(chart: Chart) -> tuple[tuple[Entry, WrittenPlan], ...]:
    """Plans that wait for a signature: proposed or changed, and not yet signed or refused."""
    waiting = [one.entry for one in chart.plans if one.status in ("proposed", "changed")]
    return tuple((entry, plan) for entry in waiting if (plan := written_plan(entry)) is not None)


def signed(chart: Chart) -> tuple[tuple[Entry, WrittenPlan], ...]:
    """Plans that stand signed, the newest of each option, oldest first.

    A plan that was stopped takes the older ones of its option with it: none of them comes back.
    """
    standing = (plans[-1] for plans in _signed_of_options(chart).values())
    return tuple(sorted(standing, key=lambda found: found[0].number))


def under_way_since(chart: Chart, plan: WrittenPlan) -> int:
    """Number of the entry that signed the first of the plans that this signed one replaced, none of them stopped."""
    return _signed_of_options(chart)[plan.option or plan.plan][0][0].number


def _signed_of_options(chart: Chart) -> dict[str, list[tuple[Entry, WrittenPlan]]]:
    """The signed plans of each option since the last stop, oldest first."""
    found: dict[str, list[tuple[Entry, WrittenPlan]]] = {}
    for one in sorted(chart.plans, key=lambda plan: plan.entry.number):
        plan = written_plan(one.entry) if one.status in ("signed", "refused") else None
        if plan is not None and one.status == "signed":
            found.setdefault(plan.option or plan.plan, []).append((one.entry, plan))
        elif plan is not None and plan.stops:
            found.pop(plan.option or plan.plan, None)
    return found


class Stopped(NamedTuple):
    """A signed plan that was stopped: what it gave is watched on, though it gives nothing more."""

    entry: Entry
    plan: WrittenPlan
    since: int
    """Number of the entry that signed the first of the plans that it replaced."""
    at: datetime


def stopped(entries: Iterable[Entry]) -> tuple[Stopped, ...]:
    """The plans that stood signed when their option was stopped, oldest first; `entries` of one person by number."""
    found: list[Stopped] = []
    standing: dict[str, list[tuple[Entry, WrittenPlan]]] = {}
    for entry in entries:
        plan = written_plan(entry) if entry.kind in ("plan-signed", "plan-refused") else None
        if plan is not None and entry.kind == "plan-signed":
            standing.setdefault(plan.option or plan.plan, []).append((entry, plan))
        elif plan is not None and plan.stops:
            gone = standing.pop(plan.option or plan.plan, [])
            found += [Stopped(*gone[-1], gone[0][0].number, datetime.fromisoformat(entry.at))] if gone else []
    return tuple(found)


def outdated(chart: Chart, plan: str) -> bool:
    """Whether the chart has changed since the last entry about a plan."""
    return any(one.outdated for one in chart.plans if one.plan == plan)


def follow_up_of(bedside: Bedside) -> FollowUp | None:
    """The appointment of the newest signed plan that names one."""
    for _, plan in reversed(signed(bedside.chart)):
        if plan.follow_up is not None:
            one = plan.follow_up
            return FollowUp(who=one.who, where=one.where, at=one.at, phone=one.phone)
    return None


_DECIDED = {"plan-signed": "Signed", "plan-refused": "Refused", "plan-changed": "Changed", "plan-proposed": "Proposed"}


def decisions_of(bedside: Bedside, ward: Ward) -> tuple[Decision, ...]:
    """Who decided what about plans, oldest first."""
    told = [(entry, written_plan(entry)) for entry in bedside.entries if entry.kind in _DECIDED]
    return tuple(
        Decision(
            at=datetime.fromisoformat(entry.at),
            what=f"{'Stopped' if plan.stops else _DECIDED[entry.kind]}: {plan.title or plan.option or 'plan'}",
            by=ward.name_of(entry.by),
            role=entry.role,
            because=plan.reason,
        )
        for entry, plan in told
        if plan is not None
    )
