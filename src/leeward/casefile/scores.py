"""`scores`: filled-in instruments. What an item may say is the instrument's matter; mistakes come back from there."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from leeward.casefile.level import Form, Level
from leeward.casefile.margin import LACKING, NUMBER, SHAPE, quoted
from leeward.casefile.ordering import arranged
from leeward.casefile.words import SCORED_BY
from leeward.errors import BadInput, Problem
from leeward.instruments import Instrument, load_instruments, resolve, score
from leeward.instruments.answers import read_answer
from leeward.instruments.names import resolve_items
from leeward.instruments.totals import possible_totals
from leeward.model.case import ScoreEntry
from leeward.model.missing import NOT_ASKED, Missing
from leeward.model.numbers import number_in
from leeward.model.shapes import is_mapping

SCORE = Form(
    instrument="scale name what", at="time scored_at when", items="answers", total="score", by="scored_by rater",
    item_count="items_count number_of_items",
)  # fmt: skip

MOST_ITEMS = 40
"""Items of one score; the longest form has 16."""

MOST_MISTAKES = 1000
"""From here on scores are left unread: nobody mends more in one go, and finding what was meant takes time."""


def scores(level: Level) -> tuple[ScoreEntry, ...]:
    """The scores of a case."""
    given = level.listed("scores")
    if isinstance(given, Missing):
        return ()
    read: list[tuple[str, ScoreEntry]] = []
    for place, entry in enumerate(given):
        if len(level.margin.problems) > MOST_MISTAKES:
            break
        written = f"scores[{place}]"
        if not is_mapping(entry):
            says = f"{quoted(entry)} stands where a score is expected."
            level.margin.problem(written, SHAPE, says, "Write {instrument, at, items} or {instrument, at, total}.")
            continue
        found = _score(Level(SCORE, entry, written, level.margin, level.now))
        if found is not None:
            read.append((written, found))
    return arranged(read, "scores", lambda entry: entry.at, level.margin)


def _score(entry: Level) -> ScoreEntry | None:
    name, items, total = entry.text("instrument"), _items(entry), _whole(entry, "total")
    count, at, by = _whole(entry, "item_count"), entry.when("at"), entry.word("by", SCORED_BY)
    if isinstance(name, Missing):
        entry.lacks("instrument", "Write the instrument's name, e.g. cows.")
        return None
    if items is None and total is None and not {"items", "total"} & entry.found.keys():
        entry.problem("items", LACKING, "Neither items nor a total is given.", "Write items: {...} or total: ...")
    try:
        id = resolve(name, item_count=count, items=items, path=entry.place("instrument"))
        answers = None if items is None else _answers(load_instruments()[id], items, entry.place("items"))
        if total is not None and not _is_possible(id, total, None if answers is None else tuple(answers.values())):
            score(load_instruments()[id], items, total, entry.path)
    except BadInput as wrong:
        entry.margin.problems += wrong.problems
        return None
    return ScoreEntry(id, id, at, answers, total, "" if isinstance(by, Missing) else by)


def _answers(instrument: Instrument, items: Mapping[str, Any], path: str) -> dict[str, int | bool | Missing]:
    """Points, or the way of being missing, of every item in the order of the form."""
    found, problems = resolve_items(instrument, items, f"{path}.")
    answers: dict[str, int | bool | Missing] = dict.fromkeys(instrument.item_ids, NOT_ASKED)
    for name, id in found.items():
        answer = read_answer(instrument, instrument.item(id), items[name], f"{path}.{name}")
        if isinstance(answer, Problem):
            problems.append(answer)
        else:
            answers[id] = answer
    if problems:
        raise BadInput(problems)
    return answers


@lru_cache(maxsize=4096)
def _is_possible(id: str, total: int, answers: tuple[int | bool | Missing, ...] | None) -> bool:
    """Whether a total can stand beside these answers; the same few come again and again, and are costly to check."""
    instrument = load_instruments()[id]
    known = (NOT_ASKED,) * len(instrument.items) if answers is None else answers
    alone = all(isinstance(answer, Missing) for answer in known)
    return instrument.method == "sum" and total in possible_totals(
        instrument, dict(zip(instrument.item_ids, known, strict=True)), total_alone=alone
    )


def _items(entry: Level) -> Mapping[str, Any] | None:
    given = entry.given("items")
    if isinstance(given, Missing):
        return None
    if is_mapping(given) and len(given) > MOST_ITEMS:
        entry.problem("items", SHAPE, f"No form has {len(given)} items.", "Write those of the form.")
        return None
    if not is_mapping(given):
        entry.problem("items", SHAPE, f"{quoted(given)} stands where items are expected.", "Write item: points.")
        return None
    if any(not isinstance(name, str) for name in given):
        entry.problem("items", SHAPE, "An item's name is not a text.", "Write item: points.")
        return None
    return given


def _whole(entry: Level, name: str) -> int | None:
    given = entry.given(name)
    if given is NOT_ASKED or isinstance(given, Missing):
        return None
    found = number_in(given)
    if found is None or not found.is_integer() or abs(found) > 1000:
        entry.problem(name, NUMBER, f"{quoted(given)} is not a whole number.", "Write a whole number.")
        return None
    return int(found)
