"""Scoring: a total where the answers decide it, a range where they do not, a band only where the whole range is in it.

Hazard: a missing item read as 0 makes withdrawal look milder and can put a dose on the wrong side of a gate. Here a
missing item only ever widens the range.

Source: the points, bands and triage levels of each instrument in instruments.toml.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from leeward.errors import Problem, shown
from leeward.instruments.answers import ItemAnswer, read_answer
from leeward.instruments.definition import Instrument, InstrumentError, Item, Level
from leeward.instruments.names import resolve_items
from leeward.instruments.totals import Signs, possible_totals
from leeward.model.missing import NOT_ASKED, REFUSED, Missing


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """What an instrument says, as far as its answers go.

    `total` is None while the answers leave it open; `low` and `high` bound it (None for a triage, which has no total).
    `band` is None while more than one is possible; `bands` are all that are. `objective_low` and `objective_high` bound
    the number of signs that somebody else can see (None where the instrument names none). `items` has the points or the
    way of being missing of every item. `band_set` names the reading of the total, since published ones differ.
    """

    instrument: str
    total: int | None
    low: int | None
    high: int | None
    band: str | None
    bands: tuple[str, ...]
    missing: tuple[str, ...]
    objective_low: int | None
    objective_high: int | None
    items: dict[str, int | Missing]
    flags: tuple[str, ...]
    notes: tuple[str, ...]
    band_set: str


def score(
    instrument: Instrument, items: Mapping[str, ItemAnswer] | None = None, total: int | None = None, path: str = ""
) -> Score:
    """Score an instrument from its items, from a total alone, or from both.

    `items`: item name in any common spelling -> points, yes or no, a measurement `{value, unit}` where the item takes
    one, or not known (None, "unknown", "declined", Missing). `total`: as somebody wrote it down. `path`: where the
    score stands in the input, for messages. Raises InstrumentError with every mistake at once.

    >>> from leeward.instruments.definition import load_instruments
    >>> cows = load_instruments()["cows"]
    >>> alone = score(cows, total=14)
    >>> alone.band, alone.objective_low, alone.objective_high
    ('moderate', 0, 7)
    >>> score(cows, {"pulse": 3, "restlessness": 2})
    Traceback (most recent call last):
      ...
    leeward.instruments.definition.InstrumentError: LW-0201 items.pulse: 3 is not a point value of the COWS resting \
pulse. Use 0, 1, 2 or 4. A measurement is given as {value: ..., unit: /min}.
    LW-0201 items.restlessness: 2 is not a point value of the COWS restlessness. Use 0, 1, 3 or 5.
    """
    start = f"{path}." if path else ""
    answers, problems = _read(instrument, items or {}, f"{start}items.")
    if instrument.method == "triage":
        problems += _total_of_triage(instrument, total, f"{start}total")
        if problems:
            raise InstrumentError(problems)
        return _triage(instrument, answers)
    totals = {} if problems else possible_totals(instrument, answers)
    if total is not None:
        problems += _total_problems(instrument, answers, total, f"{start}total", bool(problems))
        totals = {total: totals[total]} if total in totals else totals
    if problems:
        raise InstrumentError(problems)
    return _sum(instrument, answers, totals)


def _read(
    instrument: Instrument, given: Mapping[str, ItemAnswer], path: str
) -> tuple[dict[str, int | Missing], list[Problem]]:
    """Every item's points or way of being missing, in the order of the form, and all mistakes."""
    named = {str(name): answer for name, answer in given.items()}
    found, problems = resolve_items(instrument, named, path)
    answers: dict[str, int | Missing] = dict.fromkeys(instrument.item_ids, NOT_ASKED)
    for name, id in found.items():
        read = read_answer(instrument, instrument.item(id), named[name], f"{path}{name}")
        if isinstance(read, Problem):
            problems.append(read)
        else:
            answers[id] = read
    return answers, problems


def _sum(instrument: Instrument, answers: dict[str, int | Missing], totals: dict[int, Signs]) -> Score:
    low, high = min(totals), max(totals)
    total = low if low == high else None
    bands = tuple(band.label for band in instrument.bands if any(band.low <= value <= band.high for value in totals))
    flags, notes = _flags(instrument, answers)
    objective = bool(instrument.objective_items)
    return Score(
        instrument=instrument.id,
        total=total,
        low=low,
        high=high,
        band=bands[0] if len(bands) == 1 else None,
        bands=bands,
        missing=tuple(item.id for item in instrument.items if _is_open(instrument, item, answers)),
        objective_low=min(least for least, _ in totals.values()) if objective else None,
        objective_high=max(most for _, most in totals.values()) if objective else None,
        items=answers,
        flags=flags,
        notes=(*_band_notes(instrument, bands), *_count_notes(instrument, answers), *notes),
        band_set=instrument.band_set,
    )


def _is_open(instrument: Instrument, item: Item, answers: Mapping[str, int | Missing]) -> bool:
    """Whether an item lacks an answer that could matter: a circumstance does while one that it governs may be yes."""
    if not isinstance(answers[item.id], Missing) or _was_skipped(item, answers):
        return False
    return item.counts or any(answers[other.id] != 0 for other in instrument.items if other.counted_unless == item.id)


def _was_skipped(item: Item, answers: Mapping[str, int | Missing]) -> bool:
    """Whether the form led past the item: the question before it was answered no, and this one was not declined."""
    return bool(item.asked_if) and answers[item.asked_if] == 0 and answers[item.id] is not REFUSED


def _triage(instrument: Instrument, answers: dict[str, int | Missing]) -> Score:
    missing = tuple(item.id for item in instrument.items if _is_open(instrument, item, answers))
    yes = {id for id, answer in answers.items() if not isinstance(answer, Missing) and answer}
    levels = instrument.triage
    sure = max(index for index, level in enumerate(levels) if not level.any_yes or yes.intersection(level.any_yes))
    possible = [
        level
        for index, level in enumerate(levels)
        if index == sure or (index > sure and set(missing) & set(level.any_yes))
    ]
    labels = tuple(level.label for level in possible)
    return Score(
        instrument=instrument.id,
        total=None,
        low=None,
        high=None,
        band=labels[0] if len(labels) == 1 else None,
        bands=labels,
        missing=missing,
        objective_low=None,
        objective_high=None,
        items=answers,
        flags=(),
        notes=(*_level_notes(possible), *_contradictions(instrument, answers)),
        band_set=instrument.band_set,
    )


def _total_of_triage(instrument: Instrument, total: int | None, path: str) -> list[Problem]:
    if total is None:
        return []
    says = f"{instrument.short} has no total: its answers are never added up."
    mend = f"Give the answers {', '.join(instrument.item_ids)}."
    return [Problem(path=path, code="LW-0206", says=says, mend=mend)]


def _total_problems(
    instrument: Instrument, answers: Mapping[str, int | Missing], total: object, path: str, items_wrong: bool
) -> list[Problem]:
    """What is wrong with a total: no total of the form, or none that the items given can have."""
    name = instrument.short
    blank: dict[str, int | Missing] = dict.fromkeys(instrument.item_ids, NOT_ASKED)
    written = any(not isinstance(answer, Missing) for answer in answers.values())
    on_form = possible_totals(instrument, blank, total_alone=not written)
    if isinstance(total, bool) or not isinstance(total, int) or total not in on_form:
        mend = f"{name} runs from {min(on_form)} to {max(on_form)}; check the total or give the items."
        return [Problem(path=path, code="LW-0206", says=f"{shown(total)} is not a total of {name}.", mend=mend)]
    if items_wrong:
        return []
    possible = possible_totals(instrument, answers)
    if total in possible:
        return []
    low, high = min(possible), max(possible)
    found = f"give {low}" if low == high else f"allow {low} to {high}"
    says = f"The total {total} of {name} does not agree with the items, which {found}."
    return [Problem(path=path, code="LW-0207", says=says, mend="Correct the total or the items, or leave one out.")]


def _flags(instrument: Instrument, answers: Mapping[str, int | Missing]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Flags that one item raises, and what to say; a flag whose item has no answer is `...-unknown`, never absent."""
    flags: list[str] = []
    notes: list[str] = []
    for flag in instrument.flags:
        answer = answers[flag.item]
        if isinstance(answer, Missing):
            flags.append(f"{flag.id}-unknown")
            notes.append(flag.unanswered)
        elif answer >= flag.from_:
            flags.append(flag.id)
            notes.append(flag.says)
    return tuple(flags), tuple(notes)


def _band_notes(instrument: Instrument, bands: tuple[str, ...]) -> tuple[str, ...]:
    """Notes of the one band that is reached."""
    if len(bands) != 1:
        return ()
    return tuple(band.note for band in instrument.bands if band.label == bands[0] and band.note)


def _count_notes(instrument: Instrument, answers: Mapping[str, int | Missing]) -> tuple[str, ...]:
    """Which criteria were left out of the count, or might be, and why."""
    notes: list[str] = []
    for circumstance in (item for item in instrument.items if not item.counts):
        governed = [item for item in instrument.items if item.counted_unless == circumstance.id]
        titles = " and ".join(item.title for item in governed)
        answer = answers[circumstance.id]
        if isinstance(answer, Missing):
            if _is_open(instrument, circumstance, answers):
                notes.append(f"Whether {titles} count is open: {circumstance.title} is not known.")
        elif answer:
            notes.append(f"Not counted because {circumstance.title}: {titles}.")
    return tuple(notes)


def _level_notes(possible: list[Level]) -> tuple[str, ...]:
    return tuple(f"{level.label}: {level.note}" for level in possible if level.note)


def _contradictions(instrument: Instrument, answers: Mapping[str, int | Missing]) -> tuple[str, ...]:
    """Answers at odds with the question that leads to them; the level follows the yes."""
    return tuple(
        f"{item.title} is yes but {instrument.item(item.asked_if).title} is no. The higher level stands; ask again."
        for item in instrument.items
        if item.asked_if and _was_skipped(item, answers) and answers[item.id] == 1
    )
