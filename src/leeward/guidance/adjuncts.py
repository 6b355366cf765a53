"""Comfort medicines for the symptoms of withdrawal: which may be offered, how much, and what to mind.

They comfort; they do not replace treatment with methadone or buprenorphine. Every number stands in adjuncts.toml.

| status | when |
|---|---|
| avoid | a guard with effect avoid holds, an allergy is recorded, or the setting is not one where it belongs |
| cannot-tell | one of these, or whether Leeward covers the person, is unknown; `needs` names what is lacking |
| acceptable | none of them holds |

A guard with effect caution is printed where it holds. A guard with effect reduce lowers the dose or the daily maximum
where it holds; where it is not known the lower figure stands first, and the higher one with what must be ruled out.
"""

from __future__ import annotations

from functools import cache

import msgspec

from leeward.guidance.adjunct_doses import dose_text, max_text
from leeward.guidance.adjunct_entry import AdjunctEntry
from leeward.guidance.adjunct_guards import Ask, Guard, Questions, asked
from leeward.guidance.alerts.response import precipitated_withdrawal
from leeward.guidance.assessment import Adjunct
from leeward.guidance.option import ACCEPTABLE, AVOIDED, CANNOT_TELL
from leeward.guidance.picture import Picture, asked_once
from leeward.guidance.scope import covered
from leeward.knowledge import Knowledge
from leeward.model.case import Dose
from leeward.model.truth import Truth, all_of, any_of

SYMPTOMS = (
    "aches",
    "spasm",
    "nausea-vomiting",
    "diarrhoea",
    "severe-diarrhoea",
    "cramps",
    "anxiety",
    "severe-anxiety",
    "insomnia",
    "restless-legs",
    "dysphoria",
)
"""The order in which symptoms are listed; medicines within a symptom keep the order of the table."""


WITH_RESCUE = (
    "With the rescue of precipitated withdrawal: by the rescue's own step, once, and no other sedative beside it."
)


class Ready(msgspec.Struct, frozen=True):
    """A comfort medicine with the places of its guards' questions, by what a yes does."""

    id: str
    entry: AdjunctEntry
    name: str
    avoid: tuple[tuple[Guard, int], ...]
    lowering: tuple[tuple[Guard, int], ...]
    caution: tuple[tuple[Guard, int], ...]
    always_cited: frozenset[str]
    sources: tuple[str, ...]
    dose: str
    max_per_day: str
    rule: str
    where: str
    allergy: str


class Table(msgspec.Struct, frozen=True):
    """The whole table: its rows in the order of their symptoms, and every question that its guards ask."""

    rows: tuple[Ready, ...]
    asks: tuple[Ask, ...]


@cache
def table(knowledge: Knowledge) -> Table:
    """The table of this knowledge, ready to be asked."""
    questions = Questions()
    rows = [
        _ready(id, entry, knowledge, questions) for id, entry in knowledge.table_of("adjuncts", AdjunctEntry).items()
    ]
    return Table(tuple(sorted(rows, key=lambda row: SYMPTOMS.index(row.entry.symptom))), tuple(questions.asks))


def _ready(id: str, entry: AdjunctEntry, knowledge: Knowledge, questions: Questions) -> Ready:
    def placed(effect: str) -> tuple[tuple[Guard, int], ...]:
        return tuple(
            (guard, questions.place(guard, entry.medicine)) for guard in entry.guards if guard.effect == effect
        )

    name = knowledge.medicines[entry.medicine].name
    maxima = (entry.max_per_day, *entry.other_max)
    always_cited = frozenset(entry.sources).union(*(number.sources for number in maxima if number))
    return Ready(
        id=id,
        entry=entry,
        name=name,
        avoid=placed("avoid"),
        lowering=placed("reduce"),
        caution=placed("caution"),
        always_cited=always_cited,
        sources=tuple(sorted(always_cited)),
        dose=dose_text(entry, ()),
        max_per_day=max_text(entry, ()),
        rule=f"adjunct-{id}",
        where=f"{name.capitalize()} is offered only in: {', '.join(entry.settings)}.",
        allergy=f"An allergy to {name} is recorded.",
    )


def adjuncts(picture: Picture) -> tuple[Adjunct, ...]:
    """Every comfort medicine with its status; none for somebody whom Leeward does not cover."""
    return tuple([_adjunct(one, picture) for one in _judged(picture)])


def open_needs(picture: Picture) -> dict[str, tuple[str, ...]]:
    """Each input that a comfort medicine waits for, with the ids of those that wait."""
    found: dict[str, list[str]] = {}
    for one in _judged(picture):
        for name in one.needs:
            found.setdefault(name, []).append(one.row.id)
    return {name: tuple(ids) for name, ids in found.items()}


class Answers:
    """The answers to the questions of the table, by their places: each is asked when it is first wanted."""

    __slots__ = ("_asks", "_found", "_picture")

    def __init__(self, picture: Picture, asks: tuple[Ask, ...]) -> None:
        self._picture, self._asks, self._found = picture, asks, dict[int, Truth]()

    def __getitem__(self, place: int) -> Truth:
        found = self._found.get(place)
        if found is None:
            found = self._found[place] = self._picture.at_worst(self._asks[place](self._picture))
        return found


class Judged(msgspec.Struct, frozen=True):
    """A comfort medicine as judged for a picture: what speaks against it, its status and what it still needs."""

    row: Ready
    answers: Answers
    """To every question of the table."""
    against: list[tuple[str, Truth]]
    avoid: Truth
    rescue: Truth | None
    status: str
    needs: tuple[str, ...]


@asked_once
def _judged(picture: Picture) -> tuple[Judged, ...]:
    scope = covered(picture)
    if scope.is_no:
        return ()
    ready = table(picture.knowledge)
    answers = Answers(picture, ready.asks)
    lacked = scope.lacked()
    return tuple([_judge(row, answers, scope, lacked, picture) for row in ready.rows])


def _judge(row: Ready, answers: Answers, scope: Truth, lacked: tuple[str, ...], picture: Picture) -> Judged:
    """`lacked`: what keeps open whether the person is covered."""
    entry = row.entry
    against = [(guard.says, answers[place]) for guard, place in row.avoid]
    rescue = with_rescue(picture) if entry.rescue_settings else None
    against.append((row.allergy, picture.allergic_to(entry.medicine)))
    if entry.settings:
        against.append((row.where, ~_belongs_here(entry, rescue, picture)))
    avoid = any_of([truth for _, truth in against])
    status = _status(avoid, scope)
    needs = _lacking(avoid, lacked) if status == CANNOT_TELL else ()
    return Judged(row, answers, against, avoid, rescue, status, needs)


def is_comfort(picture: Picture, order: Dose) -> bool:
    """Whether an order is of a comfort medicine."""
    return order.medicine is not None and order.medicine in _rows_of(picture.knowledge)


def speaks_against(picture: Picture, medicine: str) -> Truth:
    """Whether every row of an ordered comfort medicine is to be avoided; the order itself is no second medicine.

    A place where it is not offered speaks against it only where nobody watches: staff may have another reason for it.
    """
    return all_of(any_of(truth for _, truth in against) for against in _against_order(picture, medicine))


def lines_against_comfort(picture: Picture, medicine: str) -> tuple[str, ...]:
    """Every guard that speaks against an ordered comfort medicine, in its own words."""
    found = [_line(says, truth) for row in _against_order(picture, medicine) for says, truth in row if truth.is_yes]
    return tuple(dict.fromkeys(found))


Asked = tuple[Ready, tuple[tuple[Guard, Ask], ...]]


def _against_order(picture: Picture, medicine: str) -> list[list[tuple[str, Truth]]]:
    rows: list[list[tuple[str, Truth]]] = []
    for row, asks in _rows_of(picture.knowledge)[medicine]:
        against = [(guard.says, picture.at_worst(ask(picture))) for guard, ask in asks]
        against.append((row.allergy, picture.allergic_to(medicine)))
        if row.entry.settings:
            against.append((row.where, all_of(~picture.setting_is(*row.entry.settings), ~picture.monitored)))
        rows.append(against)
    return rows


@cache
def _rows_of(knowledge: Knowledge) -> dict[str, tuple[Asked, ...]]:
    """For each comfort medicine its rows with the questions of their guards to avoid, asked beside the order itself."""
    found: dict[str, tuple[Asked, ...]] = {}
    for row in table(knowledge).rows:
        asks = tuple((guard, asked(guard, row.entry.medicine)) for guard, _ in row.avoid)
        found[row.entry.medicine] = (*found.get(row.entry.medicine, ()), (row, asks))
    return found


def _adjunct(judged: Judged, picture: Picture) -> Adjunct:
    row, answers, avoid, rescue, status = judged.row, judged.answers, judged.avoid, judged.rescue, judged.status
    entry = row.entry
    because: tuple[str, ...] = ()
    if status != ACCEPTABLE and not avoid.is_no:
        because = tuple([_line(says, truth) for says, truth in judged.against if truth.answer is avoid.answer])
    elif status == ACCEPTABLE and entry.medicine in picture.case.declines:
        status, because = AVOIDED, ("The person does not want this now; offer it again.",)
    lowering = [(guard, truth) for guard, place in row.lowering if not (truth := answers[place]).is_no]
    cautions = [(guard, truth) for guard, place in row.caution if (truth := answers[place]).is_yes]
    with_it = (WITH_RESCUE,) if rescue is not None and rescue.is_yes and status == ACCEPTABLE else ()
    return Adjunct(
        id=row.id,
        symptom=entry.symptom,
        also=entry.also,
        medicine=entry.medicine,
        status=status,
        dose="" if status != ACCEPTABLE else dose_text(entry, lowering) if lowering else row.dose,
        max_per_day="" if status != ACCEPTABLE else max_text(entry, lowering) if lowering else row.max_per_day,
        because=because,
        cautions=(*with_it, *[_line(guard.says, truth) for guard, truth in (*lowering, *cautions)]),
        note=entry.note,
        needs=judged.needs,
        rule=row.rule,
        sources=_sources(row, answers, (*lowering, *cautions)),
    )


def with_rescue(picture: Picture) -> Truth:
    """Whether precipitated withdrawal is likely, so that the medicine comes with its rescue."""
    return precipitated_withdrawal(picture)


def _belongs_here(entry: AdjunctEntry, rescue: Truth | None, picture: Picture) -> Truth:
    """One of the settings of the row, or one where it comes with the rescue of precipitated withdrawal."""
    usual = picture.setting_is(*entry.settings)
    if rescue is None:
        return usual
    return usual | all_of(picture.setting_is(*entry.rescue_settings), rescue)


def _status(avoid: Truth, scope: Truth) -> str:
    if scope.is_unknown:
        return CANNOT_TELL
    return AVOIDED if avoid.is_yes else CANNOT_TELL if avoid.is_unknown else ACCEPTABLE


def _lacking(avoid: Truth, lacked: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({*avoid.lacked(), *lacked}))


def _line(says: str, truth: Truth) -> str:
    reasons = "; ".join(truth.reasons())
    if truth.is_unknown:
        return f"Not known whether this applies: {says} ({reasons})"
    return f"{says} ({reasons})" if reasons else says


def _sources(row: Ready, answers: Answers, printed: tuple[tuple[Guard, Truth], ...]) -> tuple[str, ...]:
    """Sources of the row and of every guard that is printed."""
    guards = [guard.sources for guard, place in row.avoid if not answers[place].is_no]
    guards += [guard.sources for guard, _ in printed]
    return tuple(sorted(row.always_cited.union(*guards))) if guards else row.sources
