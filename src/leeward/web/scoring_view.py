"""An instrument as a form, what its answers come to so far, and what follows from a score. The scorer is the one truth.

Fields: `items.<id>` holds an answer as the form writes it, `measured.<id>` a measurement that the item may be given as.
A field that is empty or was never touched is an answer that nobody gave: it leaves the total open and is never 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from math import isfinite
from typing import Any

import msgspec

from leeward.errors import BadInput, Problem, shown
from leeward.guidance.scored import scored
from leeward.instruments import Instrument, Item, Score, load_instruments, score
from leeward.instruments.answers import ItemAnswer, read_answer
from leeward.instruments.definition import Choice
from leeward.instruments.names import spelling
from leeward.model.case import Case, ScoreEntry
from leeward.model.instants import Span
from leeward.model.missing import REFUSED, Missing
from leeward.paper.timeline_entries import Scored
from leeward.paper.times import clock, zone_of
from leeward.paper.trend import trend_of

ITEMS, MEASURED = "items.", "measured."
NOT_ASSESSED, DECLINED = "", "declined"

OBSERVED_AS: Mapping[tuple[str, str], str] = {
    ("cows", "pulse"): "heart-rate",
    ("sedation-rass", "level"): "sedation-rass",
    ("sedation-poss", "level"): "sedation-poss",
}
"""Answers that are a reading too, by which hold rules look at the person: charted as that reading beside the score."""

COLUMNS, FEW = 4, 3

FOR_WITHDRAWAL = ("cows", "sows-gossop-10", "sows-handelsman-16", "oows")
"""Instruments in the order in which a ward asks for them; the others follow by name."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One answer as the form offers it: `key` chooses it, `points` is what stands before its words."""

    value: str
    key: str
    points: str
    says: str


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """One item as the form shows it. `last` says the answer of the score before, in words."""

    id: str
    field: str
    title: str
    says: str
    note: str
    answers: tuple[Answer, ...]
    last: str = ""
    measured: str = ""
    """Name of the field for a measurement; empty where there is none."""
    unit: str = ""


class SoFar(msgspec.Struct, frozen=True, kw_only=True):
    """What the answers come to, in words."""

    total: str
    band: str
    signs: str
    missing: tuple[str, ...]
    notes: tuple[str, ...]
    flags: tuple[str, ...]
    complete: bool


def in_order() -> tuple[Instrument, ...]:
    """Every instrument, those for withdrawal first."""
    known = load_instruments()
    rest = sorted((one for one in known.values() if one.id not in FOR_WITHDRAWAL), key=lambda one: one.short.casefold())
    return (*(known[id] for id in FOR_WITHDRAWAL), *rest)


def meant_by(name: str) -> tuple[Instrument, ...]:
    """Instruments that a name may mean: one, several, or none."""
    wanted = spelling(name)
    exact = load_instruments().get(name)
    named = (one for one in in_order() if wanted in map(spelling, (one.id, one.title, one.short, *one.names)))
    return (exact,) if exact is not None else tuple(named)


def form_of(instrument: Instrument, before: ScoreEntry | None, now: datetime) -> tuple[Asked, ...]:
    """The items of an instrument as a form, with what was answered the last time."""
    return tuple(_asked(instrument, item, before, now) for item in instrument.items)


def columns_of(asked: tuple[Asked, ...]) -> tuple[tuple[Asked, ...], ...]:
    """The items in columns, the last with room for the result. Fixed, so that nothing moves while somebody scores."""
    if len(asked) <= FEW:
        return (asked,)
    each = -(-(len(asked) + 1) // COLUMNS)
    columns = [asked[start : start + each] for start in range(0, len(asked), each)]
    return (*columns, ()) if len(columns) < COLUMNS else tuple(columns)


def _asked(instrument: Instrument, item: Item, before: ScoreEntry | None, now: datetime) -> Asked:
    by_points = all(0 <= choice.points <= 9 for choice in item.choices)
    answers = [_answer(choice, place, by_points) for place, choice in enumerate(item.choices)]
    return Asked(
        id=item.id,
        field=f"{ITEMS}{item.id}",
        title=item.title,
        says=item.says,
        note=item.note,
        answers=tuple(answers),
        last=_last(item, before, now),
        measured=f"{MEASURED}{item.id}" if item.unit else "",
        unit=item.unit,
    )


def _answer(choice: Choice, place: int, by_points: bool) -> Answer:
    """An answer with its key: the points, the first letter of its word, or a letter by its place where neither fits."""
    if choice.words:
        key = choice.shown[0].casefold()
    else:
        key = str(choice.points) if by_points else "abcdefghijklmnopqrst"[place]
    says = "" if choice.says.casefold() == choice.shown.casefold() else choice.says
    return Answer(value=choice.shown, key=key, points=choice.shown, says=says)


def _last(item: Item, before: ScoreEntry | None, now: datetime) -> str:
    if before is None or before.items is None:
        return ""
    given = before.items.get(item.id)
    if given is None or isinstance(given, Missing):
        answer = "declined" if given is REFUSED else "not assessed"
    else:
        answer = item.choice(int(given)).shown
    return f"{answer} at {_short(before.at.latest, now)}" if isinstance(before.at, Span) else answer


HALF_A_DAY = timedelta(hours=12)
"""Within it a wall clock names one instant."""


def _short(instant: datetime, now: datetime) -> str:
    """The wall clock, with its day where it is not of the last hours; the whole date stands at the top of the form."""
    zone = zone_of(now)
    return f"{instant.astimezone(zone):%H:%M}" if now - instant < HALF_A_DAY else clock(instant, zone)


def answers_typed(instrument: Instrument, form: Mapping[str, str]) -> dict[str, ItemAnswer]:
    """What was typed, item by item, as the scorer takes it. Raises BadInput with places that are fields of the form."""
    given: dict[str, ItemAnswer] = {}
    problems: list[Problem] = []
    for name, typed in form.items():
        if name.startswith(ITEMS):
            given[name.removeprefix(ITEMS)] = typed.strip() or None
    for name, typed in form.items():
        if name.startswith(MEASURED) and typed.strip():
            try:
                item = instrument.item(name.removeprefix(MEASURED))
                given[item.id] = _measured(instrument, item, typed.strip(), given.get(item.id))
            except KeyError:
                says = f"{shown(name.removeprefix(MEASURED))} is no item of {instrument.short}."
                problems.append(Problem(path=name, code="LW-0202", says=says, mend="Leave it out."))
            except BadInput as wrong:
                problems += wrong.problems
    if problems:
        raise BadInput(problems)
    return given


def _measured(instrument: Instrument, item: Item, typed: str, chosen: ItemAnswer) -> ItemAnswer:
    """A measurement; it must agree with the points where both are given."""
    field = f"{MEASURED}{item.id}"
    try:
        value = float(typed.replace(",", "."))
    except ValueError:
        value = float("nan")
    if not isfinite(value):
        mend = f"Write it as a number {item.unit}, or leave it empty."
        raise BadInput.one("LW-0209", field, f"{shown(typed)} is not a {item.title}.", mend)
    given: ItemAnswer = {"value": int(value) if value.is_integer() else value, "unit": item.unit}
    points = read_answer(instrument, item, given, field)
    if isinstance(points, Problem):
        raise BadInput.one(points.code, field, points.says, points.mend)
    told = None if chosen is None else read_answer(instrument, item, chosen, f"{ITEMS}{item.id}")
    if isinstance(told, int) and told != points:
        says = f"{value:g} {item.unit} is {points} {'point' if points == 1 else 'points'}, and {told} was chosen."
        raise BadInput.one("LW-0209", field, says, "Keep the one that is right and empty the other.")
    return given


def scored_as_typed(instrument: Instrument, form: Mapping[str, str]) -> tuple[Score, dict[str, ItemAnswer]]:
    """The score of what was typed, and the answers. Raises BadInput with places that are fields of the form."""
    given = answers_typed(instrument, form)
    return score(instrument, given), given


def body_of(instrument: Instrument, given: Mapping[str, ItemAnswer], result: Score) -> dict[str, Any]:
    """The score as it is charted: every item of the form, null where nobody answered it."""
    items: dict[str, Any] = {}
    for item in instrument.items:
        points, told = result.items[item.id], given.get(item.id)
        if isinstance(points, Missing):
            items[item.id] = "declined" if points is REFUSED else None
        elif isinstance(told, Mapping):
            items[item.id] = dict(told)
        else:
            choice = item.choice(points)
            items[item.id] = choice.shown if choice.only_words else points
    return {"instrument": instrument.id, "items": items, "by": "self" if instrument.rater == "self" else "clinician"}


def readings_of(instrument: Instrument, given: Mapping[str, ItemAnswer], result: Score) -> dict[str, dict[str, Any]]:
    """Readings that stand in the answers, by the field that they were typed into: a pulse, a level of sedation."""
    found: dict[str, dict[str, Any]] = {}
    for item in instrument.items:
        what, told, points = OBSERVED_AS.get((instrument.id, item.id)), given.get(item.id), result.items[item.id]
        if what is None or isinstance(points, Missing):
            continue
        if item.unit and isinstance(told, Mapping):
            found[f"{MEASURED}{item.id}"] = {"what": what, **told}
        elif not item.unit and not item.choice(points).only_words:
            found[f"{ITEMS}{item.id}"] = {"what": what, "value": points}
    return found


def so_far(instrument: Instrument, result: Score) -> SoFar:
    """What a score says, in words."""
    answered = len(result.missing) < len(instrument.items)
    return SoFar(
        total=_total(instrument, result) if answered else "nothing answered yet",
        band=_band(result) if answered else "",
        signs=_signs(result) if answered else "",
        missing=tuple(instrument.item(id).title for id in result.missing),
        notes=result.notes if answered else (),
        flags=result.flags if answered else (),
        complete=not result.missing,
    )


def _total(instrument: Instrument, result: Score) -> str:
    if instrument.method == "triage":
        return "a triage, without a total"
    if result.total is not None:
        return f"{result.total} of {instrument.highest}"
    return f"between {result.low} and {result.high} of {instrument.highest}"


def _band(result: Score) -> str:
    if result.band is not None:
        return result.band
    return f"open: {_one_of(result.bands)}" if result.bands else ""


def _one_of(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} or {last}" if most else last


def _signs(result: Score) -> str:
    low, high = result.objective_low, result.objective_high
    if low is None or high is None:
        return ""
    return f"{low}" if low == high else f"between {low} and {high}"


def score_before(case: Case | None, instrument: str, at: datetime) -> ScoreEntry | None:
    """The last score of an instrument up to an instant; None where there is none with a time."""
    timed = [
        (one.at, one)
        for one in (case.scores if case is not None else ())
        if one.instrument == instrument and isinstance(one.at, Span) and one.at.latest <= at
    ]
    return max(timed, key=lambda found: (found[0].latest, found[1].key))[1] if timed else None


def change_since(before: ScoreEntry | None, after: ScoreEntry) -> str:
    """The way from the score before to this one, in words."""
    series = [_as_scored(one) for one in (before, after) if one is not None]
    trend = trend_of(series)
    return f"{trend.says}; before it was {trend.before}" if trend.before else trend.says


def _as_scored(entry: ScoreEntry) -> Scored:
    result = scored(entry)
    return Scored(
        key=entry.key,
        instrument=entry.instrument,
        short=load_instruments()[entry.instrument].short,
        at=entry.at if isinstance(entry.at, Span) else None,
        low=result.low,
        high=result.high,
        band=result.band or "",
        missing=len(result.missing),
        by=entry.by,
    )
