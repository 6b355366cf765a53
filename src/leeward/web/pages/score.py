"""Scoring: an instrument on one screen, what its answers come to so far, and what follows from it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from leeward.errors import BadInput, Problem
from leeward.instruments import Instrument, load_instruments
from leeward.instruments.answers import ItemAnswer
from leeward.instruments.scoring import Score, score
from leeward.model.case import ScoreEntry
from leeward.model.instants import Span
from leeward.model.missing import Missing
from leeward.record.entries import Draft, Entry
from leeward.ward.changes import changed_by
from leeward.ward.due import due_of
from leeward.ward.rows import wants_a_prescriber
from leeward.web.numbers_typed import whole_number
from leeward.web.page import Page
from leeward.web.patient_view import lines
from leeward.web.scoring_view import (
    ITEMS,
    body_of,
    change_since,
    columns_of,
    form_of,
    in_order,
    meant_by,
    readings_of,
    score_before,
    scored_as_typed,
    so_far,
)
from leeward.web.times_typed import instant_typed
from leeward.web.visit import Answer, Elsewhere, Refused, Shown, Visit


def show_instruments(visit: Visit, among: tuple[Instrument, ...] = (), name: str = "") -> Answer:
    """The instruments and what each is for; those that an ambiguous name may mean."""
    values = {"instruments": among or in_order(), "name": name, "among": bool(among)}
    return Shown(template="score_list.html", values=values)


def show_score(visit: Visit) -> Answer:
    """The form of an instrument, with nothing selected; what was typed where it is shown again."""
    asked = visit.path["instrument"]
    meant = meant_by(asked)
    if len(meant) > 1:
        return show_instruments(visit, meant, asked)
    if not meant:
        raise Refused(404, "Leeward knows no instrument of this name.", "Choose one from the list of instruments.")
    if meant[0].id != asked:
        return Elsewhere(to=f"/patients/{visit.patient}/score/{meant[0].id}")
    return _form(visit, meant[0])


def _form(visit: Visit, instrument: Instrument) -> Shown:
    before = score_before(visit.bedside.case, instrument.id, visit.now)
    asked = form_of(instrument, before, visit.now)
    values = {
        "instrument": instrument,
        "asked": asked,
        "columns": columns_of(asked),
        "before": _read_out(before),
        "so_far": _result_typed(visit, instrument),
        "may_score": visit.may("score-write"),
        "keys": _keys(instrument),
        "sources": [visit.house.knowledge.sources[id] for id in _cited(instrument)],
    }
    return Shown(template="score.html", values=values)


def _read_out(before: ScoreEntry | None) -> dict[str, Any] | None:
    """The score before, as the form names it above its items."""
    if before is None or not isinstance(before.at, Span):
        return None
    instrument = load_instruments()[before.instrument]
    result = score(instrument, dict(before.items or {}), before.total)
    return {"so_far": so_far(instrument, result), "at": before.at.latest, "self": before.by == "self"}


def _result_typed(visit: Visit, instrument: Instrument) -> Any:
    """What the answers come to; None where they cannot be read, which the page says at the field."""
    try:
        return so_far(instrument, scored_as_typed(instrument, visit.form)[0])
    except BadInput:
        return None


def _keys(instrument: Instrument) -> str:
    """In words, which keys answer."""
    item = instrument.items[0]
    if all(choice.words for one in instrument.items for choice in one.choices):
        keys = " or ".join(dict.fromkeys(choice.shown[0] for choice in item.choices))
    elif all(0 <= choice.points <= 9 for one in instrument.items for choice in one.choices):
        keys = "the points"
    else:
        keys = "the letter that stands beside it"
    if item.unit:
        return f"{item.title.lower()} and Enter (or Tab and its points), then {keys}; u for not assessed"
    return f"{keys} to answer, u for not assessed; then the next item follows"


def _cited(instrument: Instrument) -> tuple[str, ...]:
    """Sources of an instrument, of its items and of its bands, each once."""
    parts = (instrument, *instrument.items, *instrument.bands, *instrument.triage)
    return tuple(dict.fromkeys(source for part in parts for source in part.sources))


def _instrument(visit: Visit) -> Instrument:
    instrument = load_instruments().get(visit.path["instrument"])
    if instrument is None:
        raise Refused(404, "Leeward knows no instrument of this name.", "Choose one from the list of instruments.")
    return instrument


def show_so_far(visit: Visit) -> Answer:
    """A part of a page: what the answers come to. Nothing is written."""
    instrument = _instrument(visit)
    try:
        values = {"so_far": so_far(instrument, scored_as_typed(instrument, visit.form)[0]), "wrong": ()}
    except BadInput as wrong:
        values = {"so_far": None, "wrong": wrong.problems}
    return Shown(template="score_so_far.html", values=values | {"instrument": instrument})


def take_score(visit: Visit) -> Answer:
    """A score is charted; or, by the button for that, reckoned only."""
    instrument = _instrument(visit)
    problems: list[Problem] = []
    at = visit.now
    try:
        at = instant_typed(visit, "at")
    except BadInput as wrong:
        problems += wrong.problems
    try:
        result, given = scored_as_typed(instrument, visit.form)
        if problems:
            raise BadInput(problems)
    except BadInput as wrong:
        raise BadInput([*problems, *(one for one in wrong.problems if one not in problems)]) from None
    if visit.text("reckon"):
        return _form(visit, instrument)
    if all(isinstance(answer, Missing) for answer in result.items.values()) and not any(given.values()):
        says = f"No item of {instrument.short} is answered."
        raise visit.wrong(f"{ITEMS}{instrument.items[0].id}", says, "Answer at least one, or go back to the person.")
    written = _chart(visit, instrument, given, result, at)
    told = whole_number(visit.text("seen"))
    seen = "" if told is None else told
    return Elsewhere(to=f"/patients/{visit.patient}/score/{instrument.id}/done?entry={written.number}&seen={seen}")


def _chart(visit: Visit, instrument: Instrument, given: dict[str, ItemAnswer], result: Score, at: datetime) -> Entry:
    """Write the score, and the readings that stand in it, all or none."""
    readings = readings_of(instrument, given, result)
    drafts = [visit.draft("score", body_of(instrument, given, result), at=at, part="score")]
    drafts += [visit.draft("observation", body, at=at, part=str(body["what"])) for body in readings.values()]
    fields = dict(zip((draft.id for draft in drafts[1:]), readings, strict=True))
    problems = [
        msgspec.structs.replace(problem, path=_field(problem.path, fields.get(draft.id, "")))
        for draft in drafts
        for problem in _wrong_with(visit, draft)
    ]
    if problems:
        raise BadInput(problems)
    return visit.write(*drafts)[0]


def _wrong_with(visit: Visit, draft: Draft) -> tuple[Problem, ...]:
    try:
        visit.check(draft)
    except BadInput as wrong:
        return wrong.problems
    return ()


def _field(path: str, typed_into: str) -> str:
    """A place in an entry as the field that it was typed into."""
    return typed_into if typed_into and path.startswith("body") else path.removeprefix("body.")


def show_done(visit: Visit) -> Answer:
    """What a score says, how it stands to the one before, and what follows from it."""
    instrument, entry = _instrument(visit), _entry(visit)
    ward, bedside = visit.house.ward, visit.bedside
    form = entry.id.removesuffix("-score")
    others = tuple(one for one in bedside.entries if one.number != entry.number and not one.id.startswith(f"{form}-"))
    without = ward.bedside_of(others, bedside.now)
    at = datetime.fromisoformat(entry.at)
    told = ScoreEntry(entry.id, instrument.id, Span.at(at), *_told(instrument, entry))
    result = score(instrument, entry.body.get("items"), entry.body.get("total"))
    values = {
        "instrument": instrument,
        "entry": entry,
        "so_far": so_far(instrument, result),
        "items": [(item.title, _shown(instrument, item.id, result)) for item in instrument.items],
        "change": change_since(score_before(without.case, instrument.id, at), told),
        "changed": changed_by(without.assessment, bedside.assessment),
        "readable": bedside.assessment is not None,
        "due": due_of(bedside)[:4],
        "tell_prescriber": instrument.id == "cows"
        and any(map(wants_a_prescriber, result.bands or (result.band or "",))),
        "corrected": bedside.chart.corrected.get(entry.number, ()),
    } | _by_others(visit, entry, form)
    return Shown(template="score_done.html", values=values)


def _entry(visit: Visit) -> Entry:
    """The score that the address names: one of this person and of this instrument, or none."""
    number = visit.query.get("entry", "")
    found = next((one for one in visit.bedside.entries if str(one.number) == number and one.kind == "score"), None)
    if found is None or found.body.get("instrument") != visit.path["instrument"]:
        raise Refused(404, "There is no such score in this chart.", "Look at what was charted on the person's page.")
    return found


def _by_others(visit: Visit, entry: Entry, form: str) -> dict[str, Any]:
    """What others charted since the form was opened, up to its entry and after it: both who wrote at once are told."""
    seen = whole_number(visit.query.get("seen", ""))
    came = () if seen is None else visit.bedside.since(seen)
    others = [one for one in came if one.number != entry.number and not one.id.startswith(f"{form}-")]
    return {
        "meanwhile": lines(visit, [one for one in others if one.number < entry.number]),
        "since": lines(visit, [one for one in others if one.number > entry.number and one.by != entry.by]),
    }


def _told(instrument: Instrument, entry: Entry) -> tuple[dict[str, int | bool | Missing] | None, int | None]:
    items, total = entry.body.get("items"), entry.body.get("total")
    return (dict(score(instrument, items).items) if items else None), total


def _shown(instrument: Instrument, item: str, result: Score) -> str:
    """An answer in words."""
    points = result.items[item]
    if isinstance(points, Missing):
        return "declined" if points.value == "declined" else "not assessed"
    choice = instrument.item(item).choice(points)
    return choice.says if choice.says.casefold() == choice.shown.casefold() else f"{choice.shown}, {choice.says}"


PAGES = (
    Page(path="/patients/{patient}/score", needs="chart-read", show=show_instruments, parts=("chart",)),
    Page(
        path="/patients/{patient}/score/{instrument}",
        needs="chart-read",
        show=show_score,
        take=take_score,
        take_needs="score-write",
        parts=("chart",),
    ),
    Page(path="/patients/{patient}/score/{instrument}/so-far", needs="score-write", take=show_so_far, by_itself=True),
    Page(path="/patients/{patient}/score/{instrument}/done", needs="chart-read", show=show_done, parts=("chart",)),
)
