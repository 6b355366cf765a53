"""What is answered about an order: what speaks against it, what could not be told, or that it is refused.

| answer | when | level |
|---|---|---|
| told | every check of the medicine could be answered | note |
| cannot-tell | some could not, or no check is kept for the medicine | note |
| cannot-tell | none about the person could, or it is not known how much a day the order is | caution |
| cannot-tell | Leeward does not know what is ordered, so nothing of it was checked | caution |
| refused | Leeward does not cover the person: nothing that is silent here says anything | urgent |
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Literal

import msgspec

from leeward.errors import shown
from leeward.guidance.alert import AlertEntry
from leeward.guidance.assessment import Alert, Interaction, Level, Reasoning
from leeward.guidance.interactions import interactions, open_pairs
from leeward.guidance.option import ANSWERS
from leeward.guidance.picture import Picture
from leeward.guidance.scope import covered
from leeward.guidance.statements import SCOPE_REFUSALS, refusals
from leeward.model.case import Dose
from leeward.model.missing import Missing
from leeward.model.truth import UNKNOWN, Truth

Test = Callable[[Picture, Dose], Truth]
Kind = Literal["told", "cannot-tell", "refused"]

ANSWER = "order-checked"
"""The id of the answer about an order, however far it goes: it stands whatever else is learnt."""

KINDS: dict[str, Kind] = {
    "order-checked": "told",
    "order-spoken-against": "told",
    "order-partly-told": "cannot-tell",
    "order-cannot-tell": "cannot-tell",
    "order-not-checked": "cannot-tell",
    "order-not-understood": "cannot-tell",
    "order-refused": "refused",
}
"""The words of an answer, as alerts.toml has them, and how far each of them goes."""

NO_CHECK = "No check is kept for it: nothing here speaks for or against it."
SPEAKS = "What speaks against it stands in alerts of its own"
SILENT = "None of the checks for this medicine speaks"
NOT_KNOWN = "Leeward does not know this medicine; nothing here speaks for or against it."
INTERACTION_LEVELS: dict[str, Level] = {"contraindicated": "urgent", "major": "caution"}
"""How grave an interaction with what is ordered is as an alert; any other is a note."""

BY_ITSELF, BY_INTERACTION = "ORD-00", "ORD-22"
"""The rules of the answer about an order itself, and of what does not go with it."""

BY_DOSE = frozenset(("ORD-03", "ORD-06", "ORD-07", "ORD-11", "ORD-23"))
"""Checks that look at how much is ordered; every medicine that has one of the other such checks has one of these."""

REVERSAL = ("naloxone", "nalmefene")
"""Antagonists that nothing which cannot be told delays."""

UNLESS = "Unless it is known otherwise"

NO_DELAY = "For slow breathing it is given at once all the same; call for help."


class Check(msgspec.Struct, frozen=True):
    """A check of an order: its rule, the words of its alert, whom it concerns and what it asks.

    `unless_known`: what is enough to speak where the whole cannot be told, such as an amount that is too much for a first
    day while nobody says which day it is; `otherwise`: what it is that nobody says.
    """

    rule: str
    alert: str
    concerns: Callable[[Picture, Dose], bool]
    test: Test
    lines: Callable[[Picture, Dose], tuple[str, ...]] | None = None
    unless_known: Test | None = None
    otherwise: str = ""


class NotTold(msgspec.Struct, frozen=True):
    """Something that could not be told of an order, and the inputs that it would take."""

    what: str
    lacks: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """The whole in one line."""
        return (
            f"Cannot tell ({', '.join(self.lacks)} not known): {self.what}"
            if self.lacks
            else f"Cannot tell {self.what}"
        )


class OrderResult(msgspec.Struct, frozen=True, kw_only=True):
    """An order, how far it could be answered, and its alerts: the answer itself (rule ORD-00) last.

    `not_told` is what the answer lacks, part by part.
    """

    order: Dose
    kind: Kind
    alerts: tuple[Alert, ...]
    not_told: tuple[NotTold, ...] = ()


Answers = Sequence[tuple[Check, Truth]]


def result(picture: Picture, order: Dose, answers: Answers) -> OrderResult:
    """What is told of an order, of the checks that concern it and their answers."""
    speaking = [_speaks(picture, order, check, truth) for check, truth in answers if truth.is_yes]
    speaking += [
        _speaks_unless(picture, order, check, truth, enough)
        for check, truth in answers
        if truth.is_unknown and (enough := _enough(picture, order, check)) is not None
    ]
    pairs = tuple(_with(picture, order))
    speaking += [_interaction(picture, pair) for pair in pairs]
    not_told = tuple(_not_told(picture, order, answers))
    words, lines = _answer(picture, order, answers, not_told, pairs, {one.level for one in speaking})
    own = _refused(picture, order) if words == "order-refused" else _own(picture, order, words, lines)
    return OrderResult(order=order, kind=KINDS[words], alerts=(*speaking, own), not_told=not_told)


def _answer(
    picture: Picture,
    order: Dose,
    answers: Answers,
    not_told: Sequence[NotTold],
    pairs: Sequence[Interaction],
    levels: Collection[str],
) -> tuple[str, Sequence[str]]:
    """Which words answer the order, and the lines under them."""
    if covered(picture).is_no:
        return "order-refused", ()
    open_ = [(check, truth) for check, truth in answers if truth.answer is UNKNOWN]
    lines = [*(one.line for one in not_told), *(f"Interaction, {pair.severity}: {_pair(pair)}" for pair in pairs)]
    if not answers and order.medicine is None:
        return "order-not-understood", [*lines, NOT_KNOWN]
    if not answers and not _day_open(order):
        return "order-not-checked", [NO_CHECK, *lines]
    if _day_open(order) or (open_ and not any(_of_the_person(truth) for _, truth in answers)):
        return "order-cannot-tell", lines
    if open_ or _lists_open(picture, order) or _dose_unchecked(order, answers):
        return "order-partly-told", lines
    speaks = any(level != "note" for level in levels)
    return "order-spoken-against" if speaks else "order-checked", lines or [SPEAKS if levels else SILENT]


def _of_the_person(truth: Truth) -> bool:
    """Whether a check was answered by anything but the order itself."""
    return any(not name.startswith("orders.") for name in truth.used())


def _not_told(picture: Picture, order: Dose, answers: Answers) -> Iterator[NotTold]:
    """What cannot be told: how much a day, whether the person is covered, and each check that is open."""
    if _day_open(order):
        yield NotTold(f"how much a day: how often it is given is not known ({_words(order)})")
    scope = covered(picture)
    if _dose_unchecked(order, answers):
        yield NotTold("whether the dose is right: no limit of it is kept here")
    if scope.is_unknown:
        yield NotTold("whether Leeward covers this person", scope.lacked())
    if lists := _lists_open(picture, order):
        yield NotTold("interactions", tuple(lists))
    table = picture.knowledge.table_of("alerts", AlertEntry)
    for check, truth in answers:
        if truth.is_unknown:
            title = table[check.alert].title
            yield NotTold(f"{title[:1].lower()}{title[1:]}", truth.lacked())


def _dose_unchecked(order: Dose, answers: Answers) -> bool:
    """Whether checks are kept of the medicine and none of them looks at how much it is."""
    asked = {check.rule for check, _ in answers}
    return bool(asked - {"ORD-13"}) and order.medicine not in REVERSAL and asked.isdisjoint(BY_DOSE)


def _lists_open(picture: Picture, order: Dose) -> list[str]:
    """The lists that nobody asked for, in which something may stand that does not go with what is ordered."""
    lists = (("exposures", picture.case.exposures), ("medicines", picture.case.medicines))
    return [name for name, told in lists if order.medicine is not None and isinstance(told, Missing)]


def _day_open(order: Dose) -> bool:
    """Whether the order says how often in words that are not read, and names no most for the day."""
    return isinstance(order.times, Missing) and isinstance(order.at_most, Missing)


def _own(picture: Picture, order: Dose, answer: str, because: Sequence[str]) -> Alert:
    words = picture.knowledge.table_of("alerts", AlertEntry)[answer]
    return Alert(
        id=ANSWER,
        level=words.level,
        title=f"{words.title}: {told_order(order)}",
        because=tuple(line.rstrip(".") for line in because),
        do=words.do,
        rule=BY_ITSELF,
        sources=words.sources,
    )


def _refused(picture: Picture, order: Dose) -> Alert:
    """That an order is for somebody whom Leeward does not cover, why, and whom to call."""
    refused = [one for one in refusals(picture) if one.id in SCOPE_REFUSALS]
    own = _own(picture, order, "order-refused", [f"{one.what}: {one.why}" for one in refused])
    at_once = (NO_DELAY,) if order.medicine in REVERSAL else ()
    return msgspec.structs.replace(
        own,
        do=(*at_once, *(f"Turn to: {one.turn_to}" for one in refused), *own.do),
        sources=tuple(dict.fromkeys((*own.sources, *(source for one in refused for source in one.sources)))),
    )


def _enough(picture: Picture, order: Dose, check: Check) -> Truth | None:
    """What is enough for a check to speak though the whole of it cannot be told; None where that is not there either."""
    if check.unless_known is None:
        return None
    enough = picture.at_worst(check.unless_known(picture, order))
    return enough if enough.is_yes else None


def _speaks_unless(picture: Picture, order: Dose, check: Check, open_: Truth, enough: Truth) -> Alert:
    """An alert that holds unless something is known that nobody has told yet."""
    spoken = _speaks(picture, order, check, enough)
    because = (*spoken.because, f"not known: {check.otherwise}")
    return msgspec.structs.replace(
        spoken,
        title=f"{UNLESS}: {spoken.title}",
        because=because,
        reasoning=tuple(
            msgspec.structs.replace(one, because=because, missing=open_.lacked()) for one in spoken.reasoning
        ),
    )


def _speaks(picture: Picture, order: Dose, check: Check, truth: Truth) -> Alert:
    words = picture.knowledge.table_of("alerts", AlertEntry)[check.alert]
    lines = check.lines(picture, order) if check.lines else truth.reasons()
    because = tuple(line.rstrip(".") for line in lines)
    sources = dict.fromkeys(words.sources)
    for fact in truth.rests_on():
        sources.update(dict.fromkeys(picture.knowledge.fact_sources.get(fact, ())))
    return Alert(
        id=check.alert,
        level=words.level,
        title=f"{words.title}: {told_order(order)}",
        because=because,
        do=words.do,
        rule=check.rule,
        sources=tuple(sources),
        reasoning=(
            Reasoning(
                rule=check.rule,
                says=words.title,
                answer=ANSWERS[truth.answer],
                because=because,
                used=truth.used(),
                missing=truth.lacked(),
                sources=tuple(sources),
            ),
        ),
    )


def _with(picture: Picture, order: Dose) -> Iterator[Interaction]:
    """The interactions of what is ordered with all that is taken, was given or is ordered."""
    names = {item.name for item in picture.taken.items if order.medicine and item.medicine == order.medicine}
    return (pair for pair in interactions(picture) if not names.isdisjoint(pair.between))


def _interaction(picture: Picture, pair: Interaction) -> Alert:
    words = picture.knowledge.table_of("alerts", AlertEntry)["order-interaction"]
    unless = f"{UNLESS}: " if (pair.id, pair.between) in open_pairs(picture) else ""
    return Alert(
        id="order-interaction",
        level=INTERACTION_LEVELS.get(pair.severity, "note"),
        title=f"{unless}{words.title}, {pair.severity}: {_pair(pair)}",
        because=tuple(line.rstrip(".") for line in pair.known()),
        do=(pair.do, pair.lifted_by) if pair.lifted_by else (pair.do,),
        rule=BY_INTERACTION,
        sources=pair.sources,
    )


def _pair(pair: Interaction) -> str:
    return f"{pair.between[0]} with {pair.between[1]}"


def told_order(order: Dose) -> str:
    """An order in the words in which it was told."""
    if isinstance(order.amount, Missing):
        return f"{order.as_told}, dose not known"
    return f"{order.as_told} {_words(order)}"


def _words(order: Dose) -> str:
    """The dose in the words of whoever ordered it."""
    if isinstance(order.dose, Missing):
        return "dose not known" if isinstance(order.amount, Missing) else str(order.amount)
    return shown(order.dose, 80)
