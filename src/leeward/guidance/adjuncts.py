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
from leeward.guidance.adjunct_guards import Ask, Guard, Questions
from leeward.guidance.assessment import Adjunct
from leeward.guidance.option import ACCEPTABLE, AVOIDED, CANNOT_TELL
from leeward.guidance.picture import Picture
from leeward.guidance.scope import covered
from leeward.knowledge import Knowledge
from leeward.model.truth import Truth, any_of

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
    scope = covered(picture)
    if scope.is_no:
        return ()
    ready = table(picture.knowledge)
    answers = [ask(picture) for ask in ready.asks]
    return tuple([_adjunct(row, answers, scope, picture) for row in ready.rows])


def _adjunct(row: Ready, answers: list[Truth], scope: Truth, picture: Picture) -> Adjunct:
    entry = row.entry
    against = [(guard.says, answers[place]) for guard, place in row.avoid]
    against.append((row.allergy, picture.allergic_to(entry.medicine)))
    if entry.settings:
        against.append((row.where, ~picture.setting_is(*entry.settings)))
    avoid = any_of([truth for _, truth in against])
    status = _status(avoid, scope)
    because: tuple[str, ...] = ()
    if status != ACCEPTABLE and not avoid.is_no:
        because = tuple([_line(says, truth) for says, truth in against if truth.answer is avoid.answer])
    elif status == ACCEPTABLE and entry.medicine in picture.case.declines:
        status, because = AVOIDED, ("The person does not want this now; offer it again.",)
    lowering = [(guard, truth) for guard, place in row.lowering if not (truth := answers[place]).is_no]
    cautions = [(guard, truth) for guard, place in row.caution if (truth := answers[place]).is_yes]
    return Adjunct(
        id=row.id,
        symptom=entry.symptom,
        also=entry.also,
        medicine=entry.medicine,
        status=status,
        dose="" if status != ACCEPTABLE else dose_text(entry, lowering) if lowering else row.dose,
        max_per_day="" if status != ACCEPTABLE else max_text(entry, lowering) if lowering else row.max_per_day,
        because=because,
        cautions=tuple([_line(guard.says, truth) for guard, truth in (*lowering, *cautions)]),
        note=entry.note,
        needs=_lacking(avoid, scope) if status == CANNOT_TELL else (),
        rule=row.rule,
        sources=_sources(row, answers, (*lowering, *cautions)),
    )


def _status(avoid: Truth, scope: Truth) -> str:
    if scope.is_unknown:
        return CANNOT_TELL
    return AVOIDED if avoid.is_yes else CANNOT_TELL if avoid.is_unknown else ACCEPTABLE


def _lacking(avoid: Truth, scope: Truth) -> tuple[str, ...]:
    return tuple(sorted({*avoid.lacked(), *scope.lacked()}))


def _line(says: str, truth: Truth) -> str:
    reasons = "; ".join(truth.reasons())
    if truth.is_unknown:
        return f"Not known whether this applies: {says} ({reasons})"
    return f"{says} ({reasons})" if reasons else says


def _sources(row: Ready, answers: list[Truth], printed: tuple[tuple[Guard, Truth], ...]) -> tuple[str, ...]:
    """Sources of the row and of every guard that is printed."""
    guards = [guard.sources for guard, place in row.avoid if not answers[place].is_no]
    guards += [guard.sources for guard, _ in printed]
    return tuple(sorted(row.always_cited.union(*guards))) if guards else row.sources
