"""One option as orders that may be edited, checked, kept as a proposal or signed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import partial
from typing import Any

import msgspec

from leeward.errors import BadInput, Problem
from leeward.guidance.assessment import Alert, Assessment, Interaction, OptionAnswer
from leeward.guidance.order_answers import BY_INTERACTION
from leeward.paper.plain_words import plain
from leeward.record.entries import CHARTED, PLANNED, Entry
from leeward.record.trouble import Conflict
from leeward.ward.before_dose import READ_FIRST
from leeward.ward.held import ASKS_WHY
from leeward.ward.plans import WrittenPlan, plan_body, unsigned
from leeward.ward.proposals import Proposed, held_back, nothing_new, proposed
from leeward.ward.reasons import reason
from leeward.ward.state import Bedside
from leeward.web.numbers_typed import whole_number
from leeward.web.page import Page
from leeward.web.pages.plan import (
    decided_meanwhile,
    needs,
    option_of,
    seen_of,
    titles,
    told_since,
)
from leeward.web.pages.plan_form import CODE, Reading, due_rows, in_time, read_plan, rows_of, spell
from leeward.web.signed_out import typed_in
from leeward.web.visit import Answer, Elsewhere, Shown, Visit

GRAVE_PAIRS = ("contraindicated", "major")
"""Interactions that whoever signs says to have read; the others have to have been shown."""


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What the rules say of these orders: their alerts, and the interactions that they bring."""

    alerts: tuple[Alert, ...]
    interactions: tuple[Interaction, ...]
    problems: tuple[Problem, ...]

    @property
    def grave(self) -> tuple[Alert, ...]:
        """Alerts that are read before anybody signs."""
        return tuple(alert for alert in self.alerts if alert.level in READ_FIRST)

    @property
    def to_tick(self) -> tuple[Interaction, ...]:
        """Interactions that are read before anybody signs."""
        return tuple(pair for pair in self.interactions if pair.severity in GRAVE_PAIRS)


def mark_of(*words: str) -> str:
    """The name of the box that says that these words were read; other words are another box."""
    return f"read-{hashlib.sha256(' '.join(words).encode()).hexdigest()[:16]}"


def alert_mark(alert: Alert) -> str:
    """The box of an alert."""
    return mark_of(alert.id, alert.title, *alert.because)


def pair_mark(pair: Interaction) -> str:
    """The box of an interaction; of a lesser one, what says that it was shown."""
    return mark_of(pair.id, *pair.between, pair.severity)


def show_orders(visit: Visit, checked: Checked | None = None) -> Answer:
    """The orders of an option, or why there are none."""
    if visit.conflict is not None:
        visit.look_again()
    option = option_of(visit, visit.path["option"])
    assessment = visit.bedside.assessment
    assert assessment is not None
    offer, waiting = _offer(visit, option, assessment), _waiting(visit, option.id)
    if offer is None:
        came = told_since(visit, visit.conflict.since) if visit.conflict else ()
        # The lines come back with the option; what was written beside them would be lost.
        typed = {name: said for name, said in typed_in(visit.form).items() if not name[-1].isdigit()}
        values = {"option": option, "needs": partial(needs, visit), "came": came, "typed": typed}
        return Shown(template="plan_refused.html", values=values)
    if checked is None and visit.forms:
        checked = _checked(visit, read_plan(visit, offer, waiting))
    back = held_back(option, assessment)
    rows = rows_of(visit, offer, waiting)
    if back and not visit.forms:
        rows = [msgspec.structs.replace(row, dose="") for row in rows]
    return Shown(
        template="plan_orders.html",
        values={
            "option": option,
            "offer": offer,
            "waiting": waiting,
            "rows": rows,
            "due_rows": due_rows(visit, offer, waiting),
            "due_wrong": any(one.path.startswith("due-") for one in visit.problems),
            "due_typed": any(name.startswith("due-out-") for name in visit.form),
            "spell": spell,
            "in_time": in_time,
            "checks": "\n".join(waiting.checks if waiting else offer.plan.checks),
            "follow_up": waiting.follow_up if waiting else None,
            "reason": waiting.reason if waiting else "",
            "checked": checked,
            "back": back,
            "stop": nothing_new(assessment),
            "first_marks": [(line, mark_of(line)) for line in option.first],
            "alert_mark": alert_mark,
            "pair_mark": pair_mark,
            "titles": partial(titles, visit),
            "came": told_since(visit, visit.conflict.since) if visit.conflict else (),
            "seen": str(visit.bedside.seen) if visit.conflict else visit.text("seen") or str(visit.bedside.seen),
        },
    )


def _offer(visit: Visit, option: OptionAnswer, assessment: Assessment) -> Proposed | None:
    return proposed(option, assessment, visit.house.knowledge)


def _waiting(visit: Visit, option: str) -> WrittenPlan | None:
    """The plan of this option that waits for a signature and was asked for."""
    wanted = visit.text("plan") or visit.query.get("plan", "")
    waiting = (plan for _, plan in unsigned(visit.bedside.chart))
    return next((plan for plan in waiting if wanted and plan.plan == wanted and plan.option == option), None)


def _bedside_with(visit: Visit, orders: list[dict[str, object]]) -> Bedside:
    """The person at this instant, with these orders beside those that are charted."""
    charted: list[Any] = visit.bedside.chart.document.get("orders") or []
    together = [*charted, *orders]
    return visit.house.ward.bedside_of(visit.bedside.entries, visit.now, orders=together)


def _checked(visit: Visit, reading: Reading) -> Checked:
    """These orders held against what is known; nothing is written."""
    orders: list[dict[str, object]] = []
    places: list[int] = []
    for place, line in zip(reading.places, reading.plan.lines, strict=True):
        if line.medicine or line.dose:
            order: dict[str, object] = {"medicine": line.medicine or line.what or "unknown"}
            order |= {"dose": line.dose} if line.dose else {}
            order |= {"day": line.day} if line.day is not None else {}
            orders.append(order)
            places.append(place)
    asked = _bedside_with(visit, orders)
    if asked.assessment is None:
        before = len(visit.bedside.chart.document.get("orders") or ())
        return Checked(
            alerts=(), interactions=(), problems=tuple(_at_its_field(one, places, before) for one in asked.problems)
        )
    before_them = visit.bedside.assessment
    known = {(pair.id, *sorted(pair.between)) for pair in (before_them.interactions if before_them else ())}
    return Checked(
        # An interaction is shown and read as one, below.
        alerts=tuple(
            alert for alert in asked.assessment.alerts if alert.rule.startswith("ORD-") and alert.rule != BY_INTERACTION
        ),
        interactions=tuple(
            pair for pair in asked.assessment.interactions if (pair.id, *sorted(pair.between)) not in known
        ),
        problems=(),
    )


def _at_its_field(problem: Problem, places: Sequence[int], before: int) -> Problem:
    """A problem of an order at the field in which it was typed."""
    index, _, rest = problem.path.removeprefix("orders[").partition("]")
    number = whole_number(index)
    if not problem.path.startswith("orders[") or number is None or not 0 <= number - before < len(places):
        return msgspec.structs.replace(problem, path="lines")
    name = {"dose": "dose", "day": "day"}.get(rest.lstrip("."), "medicine")
    return msgspec.structs.replace(problem, path=f"{name}-{places[number - before]}")


def take_orders(visit: Visit) -> Answer:
    """Check the orders, keep them as a proposal, or sign them."""
    option, offer = _offered_now(visit)
    waiting, wanted = _waiting(visit, option.id), visit.text("plan")
    if wanted and waiting is None:
        raise decided_meanwhile(visit, wanted)
    reading = read_plan(visit, offer, waiting)
    checked = _checked(visit, reading)
    problems = [*reading.problems, *checked.problems]
    do = visit.text("do")
    if do == "sign":
        if not problems:
            _nothing_came(visit)
        problems += _unread(visit, option, checked) + _why(reading, checked) + _name(visit)
    elif do not in ("check", "save"):
        problems.append(
            Problem(path="do", code=CODE, says="It is not said what to do.", mend="Press one of the buttons.")
        )
    if problems:
        raise BadInput(problems)
    if do == "check":
        return show_orders(visit, checked)
    return _written(visit, do, reading, option, checked, waiting)


def _offered_now(visit: Visit) -> tuple[OptionAnswer, Proposed]:
    """The option as it stands at this instant, whatever the form says. Raises Conflict where it is not proposed."""
    fresh = visit.house.ward.bedside_of(visit.bedside.entries, visit.now)
    visit.enter(fresh)
    option = option_of(visit, visit.path["option"])
    assert fresh.assessment is not None
    offer = _offer(visit, option, fresh.assessment)
    if offer is None:
        raise Conflict(_came(visit))
    return option, offer


def _nothing_came(visit: Visit) -> None:
    """What others charted since the form was shown is told before anything else has to be read. Raises Conflict.

    Hazard: a note changes no case, and may say to stop; it is shown once, and the plan is signed when it was read.
    """
    came = _came(visit)
    if came:
        raise Conflict(came)


def _came(visit: Visit) -> tuple[Entry, ...]:
    """What was charted or decided since the form was shown, and what others noted."""
    assert visit.person is not None
    return tuple(
        one
        for one in visit.bedside.since(seen_of(visit))
        if one.kind in CHARTED | PLANNED or (one.kind == "note" and one.by != visit.person.id)
    )


def _unread(visit: Visit, option: OptionAnswer, checked: Checked) -> list[Problem]:
    says, mend = "This has to be read before you sign: ", "Read it and tick it, or change the order."
    found = [
        Problem(path=alert_mark(alert), code=CODE, says=f"{says}{plain(alert.title)}.", mend=mend)
        for alert in (*checked.grave, *_standing(visit))
        if not visit.text(alert_mark(alert))
    ]
    for pair in checked.interactions:
        if not visit.text(pair_mark(pair)):
            between = f"{pair.severity} interaction of {pair.between[0]} with {pair.between[1]}"
            found.append(Problem(path=pair_mark(pair), code=CODE, says=f"{says}{plain(between)}.", mend=mend))
    return found + [
        Problem(path=mark_of(line), code=CODE, says=f"{says}{reason(line)}", mend=mend)
        for line in option.first
        if not visit.text(mark_of(line))
    ]


def _why(reading: Reading, checked: Checked) -> list[Problem]:
    """A reason is written where an alert asks for one."""
    asking = [alert for alert in checked.alerts if alert.id in ASKS_WHY]
    if not asking or reading.plan.reason:
        return []
    return [
        Problem(
            path="reason", code=CODE, says=f"{plain(alert.title)}: it is not said why.", mend=plain(" ".join(alert.do))
        )
        for alert in asking[:1]
    ]


def _standing(visit: Visit) -> tuple[Alert, ...]:
    """Alerts of the person that say to start nothing, orders or not."""
    return nothing_new(visit.bedside.assessment) if visit.bedside.assessment else ()


def _name(visit: Visit) -> list[Problem]:
    """A plan is signed with one's own name."""
    assert visit.person is not None
    typed, own = (" ".join(name.split()).casefold() for name in (visit.text("signed_name"), visit.person.name))
    if typed == own:
        return []
    says = "Your name is not written here as it is shown." if typed else "Your name is not written here."
    return [Problem(path="signed_name", code=CODE, says=says, mend=f"Write {visit.person.name} to sign.")]


def _written(
    visit: Visit, do: str, reading: Reading, option: OptionAnswer, checked: Checked, waiting: WrittenPlan | None
) -> Answer:
    """The entry. It is refused where anything was charted or decided since the form was shown."""
    plan, kind = reading.plan, "plan-signed"
    if do == "sign":
        read = (*checked.grave, *_standing(visit))
        pairs = (f"Interaction, {pair.severity}: {pair.between[0]} with {pair.between[1]}" for pair in checked.to_tick)
        plan = msgspec.structs.replace(plan, read=(*(alert.title for alert in read), *pairs, *option.first))
    else:
        kind = "plan-changed" if waiting is not None or reading.outside else "plan-proposed"
    draft = visit.draft(kind, plan_body(plan), unless_changed_since=seen_of(visit))  # pyright: ignore[reportArgumentType]
    entry = visit.write(draft)[0]
    return Elsewhere(to=f"/patients/{visit.patient}/plan?done={entry.number}")


PAGES = (
    Page(
        path="/patients/{patient}/plan/{option}",
        needs="plan-change",
        show=show_orders,
        take=take_orders,
        parts=("chart", "plan", "notes"),
    ),
)
