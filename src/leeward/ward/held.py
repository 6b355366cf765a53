"""What keeps a dose from being given where no rule speaks against it: it cannot be told, or the person is not covered.

Hazard: a dose that was signed for stays released when what is charted afterwards leaves its rules without an answer.
The checks that every order goes through say which of them are open. A start that is under way closes its own rules, so
an ordinary course is silent.
"""

from __future__ import annotations

from typing import NamedTuple

from leeward.guidance.alert import AlertEntry
from leeward.guidance.assessment import Alert, Assessment
from leeward.guidance.order_answers import BY_INTERACTION, REVERSAL
from leeward.guidance.order_checks import CHECKS
from leeward.guidance.picture import Picture
from leeward.guidance.questions import question_for
from leeward.guidance.statements import SCOPE_REFUSALS
from leeward.paper.plain_words import name_of, plain
from leeward.ward.state import Bedside, Ward

HELD_BY = ("emergency", "urgent")
"""Levels of an alert about an order at which the dose is not given before somebody has looked."""

RESCUE = REVERSAL
"""Medicines that nothing unknown delays."""

ASKS_WHY = ("order-buprenorphine-confirm", "order-against-rules")
"""Alerts about an order that ask for a written reason."""

SAID_APART = ("ORD-00", BY_INTERACTION)
"""Answers about an order and its interactions: the ward says both in words of its own."""

BY_ITS_OPTION = "ORD-14"
"""The check of an order against all rules of its option: it is said by those rules, not by its own title."""

GOING_ON = "continue-current-treatment"


class Open(NamedTuple):
    """What is not known of an order and could hold it: said as an alert, with the inputs that would tell."""

    alert: Alert
    needs: tuple[str, ...] = ()


def cannot_tell(asked: Bedside, ward: Ward, option: str = "") -> tuple[Open, ...]:
    """What could hold the one order of this bedside and is not known; none where all of it is known.

    `option`: the option that the order was made from, whose rules say what is open.
    """
    case, assessment = asked.case, asked.assessment
    if case is None or assessment is None:
        return (Open(unreadable(asked)),)
    order = case.orders[0]
    if order.medicine in RESCUE:
        return ()
    picture, table = Picture(case, ward.knowledge, ward.policy), ward.knowledge.table_of("alerts", AlertEntry)
    lines: list[str] = []
    said: set[str] = set()
    sources: dict[str, None] = {}
    open_inputs: dict[str, None] = {}
    for check in sorted(CHECKS, key=lambda one: one.rule == BY_ITS_OPTION):
        words = table[check.alert]
        if words.level not in HELD_BY or not check.concerns(picture, order):
            continue
        truth = picture.at_worst(check.test(picture, order))
        lacked = [name for name in truth.lacked() if check.rule != BY_ITS_OPTION or name not in said]
        if not truth.is_unknown or (not lacked and said):
            continue
        says = [f"It is not known whether this is so: {words.title[:1].lower()}{words.title[1:]}"]
        if check.rule == BY_ITS_OPTION:
            says = _open_rules(assessment, option, set(lacked)) or says
        needs = " ".join(dict.fromkeys(plain(question_for(name, picture)) for name in lacked))
        lines.append(f"Cannot tell: {'; '.join(f'{one[:1].lower()}{one[1:]}' for one in says)}; needs: {needs}")
        said.update(lacked)
        open_inputs.update(dict.fromkeys(lacked))
        sources.update(dict.fromkeys(words.sources))
    if not lines:
        return ()
    told = name_of(order.medicine) if order.medicine and order.as_told == order.medicine else order.as_told
    title = f"It cannot be told whether it may be given: {told}"
    return (Open(_alert("order-cannot-tell", title, lines, tuple(sources)), tuple(open_inputs)),)


def _open_rules(assessment: Assessment, option: str, lacked: set[str]) -> list[str]:
    """The rules of the option, or of going on with it, that wait for one of these inputs, in their own words."""
    open_rules = [
        rule
        for one in assessment.options
        if one.id in (option, GOING_ON) and one.status == "cannot-tell"
        for rule in one.reasoning
        if rule.answer == "unknown" and not lacked.isdisjoint(rule.missing)
    ]
    return list(dict.fromkeys(rule.sentence() for rule in open_rules))


def unreadable(bedside: Bedside) -> Alert:
    """That nothing can be told of anybody whose chart cannot be read as a case."""
    because = [f"Cannot tell: the chart cannot be read. {one.says}" for one in bedside.problems]
    return _alert("order-cannot-tell", "Not checked", because or ["Cannot tell: the chart cannot be read."], ())


def out_of_scope(assessment: Assessment | None) -> tuple[Alert, ...]:
    """Why the person is somebody whom Leeward does not cover, as alerts; none where they are covered or it is not known."""
    return tuple(
        Alert(
            id=f"order-refused-{one.id}",
            level="urgent",
            title=f"Not covered: {one.what}",
            because=(f"{one.what}: {one.why}",),
            do=(f"Turn to: {one.turn_to}",),
            rule=one.rule,
            sources=one.sources,
        )
        for one in (assessment.refusals if assessment else ())
        if one.id in SCOPE_REFUSALS
    )


def _alert(id: str, title: str, because: list[str], sources: tuple[str, ...]) -> Alert:
    return Alert(
        id=id,
        level="caution",
        title=title,
        because=tuple(line.rstrip(".") for line in because),
        do=("Find it out, or have the prescriber look, before it is given.",),
        rule="ORD-00",
        sources=sources,
    )
