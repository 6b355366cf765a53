"""What could not be told of the orders of a call: one calm card, after those that speak against one of them.

A card of its own for each order, on every order, would soon be passed over, and the warnings with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from leeward.guidance.alert import LEVELS
from leeward.guidance.assessment import Alert
from leeward.guidance.order_answers import NotTold
from leeward.hooks.cards import Card
from leeward.hooks.situation import Situation
from leeward.hooks.wording import bullets, inert, titled, told
from leeward.paper.plain_words import path_words, plain

LACKS = {
    "allergies": "which allergies there are",
    "conditions": "what other conditions there are",
    "conditions.unknown": "what other conditions there are",
    "doses": "what was given before",
    "doses.unknown": "what was given before",
    "exposures": "what was taken, and when",
    "exposures.unknown.substance": "what else was taken, and when",
    "medicines": "which medicines are taken",
    "medicines.unknown": "what other medicines are taken",
}
"""Whole lists of a case, as what is not known where a record leaves them open."""

MOST_LACKS = 6
MOST_OF_EACH = 3
"""The most that is named of each order where there are several."""


class Untold(msgspec.Struct, frozen=True):
    """The answer about one order, what it lacks, and the medicines beside it and the allergies that Leeward does not know."""

    alert: Alert
    not_told: tuple[NotTold, ...] = ()
    strangers: tuple[str, ...] = ()
    allergies: tuple[str, ...] = ()


def untold_card(situation: Situation, answers: Sequence[Untold]) -> Iterator[tuple[str, Card]]:
    """How far each order could be answered, in one card; none where there is no order."""
    if not answers:
        return
    ordered = sorted(answers, key=lambda one: LEVELS.index(one.alert.level))
    rule, first = ordered[0].alert.rule, plain(ordered[0].alert.title)
    if len(ordered) == 1:
        yield "orders", told(situation, first, "info", _of_one(ordered[0]), rule=rule)
    else:
        summary = "; ".join(plain(one.alert.title) for one in ordered)
        yield "orders", told(situation, summary, "info", _of_several(ordered), rule=rule)


def _of_one(one: Untold) -> str:
    """What is not known, the most needed first, and what hangs on it."""
    return _joined(
        "" if one.not_told else inert(plain("; ".join(one.alert.because))),
        bullets([f"Cannot tell {each.what}" for each in one.not_told if not each.lacks]),
        _strangers([one]),
        _allergies([one]),
        titled("Not known, and needed to check it", _needed([one]), MOST_LACKS),
        titled("So it could not be told", [plain(each.what) for each in one.not_told if each.lacks], MOST_LACKS),
        bullets(one.alert.do),
    )


def _of_several(answers: Sequence[Untold]) -> str:
    do = dict.fromkeys(line for one in answers for line in one.alert.do)
    return _joined(
        bullets([_line(one) for one in answers]),
        _strangers(answers),
        _allergies(answers),
        titled("Not known, and needed to check them", _needed(answers), MOST_LACKS),
        bullets(list(do)),
    )


def _line(one: Untold) -> str:
    """One order and what could not be told of it, or what was."""
    whats = list(dict.fromkeys(plain(each.what) for each in one.not_told))
    more = [f"and {len(whats) - MOST_OF_EACH} more"] if len(whats) > MOST_OF_EACH else []
    says = "; ".join((*whats[:MOST_OF_EACH], *more)) or plain("; ".join(one.alert.because))
    return f"{plain(one.alert.title)}{': ' if says else ''}{says}"


def _strangers(answers: Iterable[Untold]) -> str:
    names = list(dict.fromkeys(name for one in answers for name in one.strangers))
    return titled("No interaction with these was looked for: Leeward does not know them", names, MOST_LACKS)


def _allergies(answers: Iterable[Untold]) -> str:
    names = list(dict.fromkeys(name for one in answers for name in one.allergies))
    return titled(
        "Allergies on record that Leeward does not know, so that nothing was held against them", names, MOST_LACKS
    )


def _needed(answers: Iterable[Untold]) -> list[str]:
    """Inputs in words, each once, the most needed first."""
    counted = Counter(name for one in answers for each in one.not_told for name in each.lacks).most_common()
    return list(dict.fromkeys(LACKS.get(name) or path_words(name) for name, _ in counted))


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)
