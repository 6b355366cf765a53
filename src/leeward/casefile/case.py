"""The whole case file: its version, its instant, and its parts, each read by its own file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from leeward.casefile import instants
from leeward.casefile.conditions import conditions
from leeward.casefile.document import bounded, decoded
from leeward.casefile.exposures import exposures
from leeward.casefile.level import Form, Level
from leeward.casefile.margin import INSTANT, NOT_A_CASE, SHAPE, WORD, Margin, plain, quoted
from leeward.casefile.medicines import allergies, doses, medicines_taken, orders
from leeward.casefile.names import medicine_named
from leeward.casefile.observations import observations
from leeward.casefile.patient import patient
from leeward.casefile.scores import scores
from leeward.casefile.spelling import slug
from leeward.casefile.words import GOALS, OPTIONS, SETTINGS
from leeward.errors import BadInput, Problem
from leeward.knowledge import Knowledge
from leeward.model.case import Case
from leeward.model.missing import NOT_ASKED, UNKNOWN, Missing
from leeward.model.shapes import is_mapping
from leeward.products.law.places import place_of

VERSION = "case/1"

CASE = Form(
    leeward="",
    title="",
    synthetic="",
    cites="cite citations",
    now="",
    setting="place",
    jurisdiction="",
    patient="person",
    goals="goal",
    declines="declined",
    exposures="exposure substances",
    medicines="medications medicine meds",
    orders="order",
    doses="given",
    conditions="diagnoses problems condition",
    allergies="allergy intolerances",
    observations="observation vitals",
    scores="score instruments",
)

_NO_NOW = datetime(instants.YEARS_END, 1, 1, tzinfo=UTC)
"""Stands for `now` while the rest of a case without one is read for its mistakes; such a case is never returned."""


def read_case(text: str | bytes, knowledge: Knowledge, now: datetime | None = None) -> Case:
    """The case that a file holds. `now`, where given, goes before the file's own.

    Raises BadInput with every mistake at once.
    """
    return case_from(decoded(text), knowledge, now)


Mend = Callable[[str, list[Problem]], list[Any] | None]
"""Gives a list of the case file, named with its mistakes, without them; None, or the same list, where they stand."""

T = TypeVar("T")


def case_from(document: object, knowledge: Knowledge, now: datetime | None = None, mend: Mend | None = None) -> Case:
    """The case in a document that is already decoded (mappings, lists, texts, numbers).

    A list with mistakes is read anew as `mend` gives it. Raises BadInput with every mistake at once that is left.
    """
    given = _case_file(document)
    bounded(given)
    margin = Margin()
    level = Level(CASE, given, "", margin, _NO_NOW)
    level.now = _now(level) if now is None else _aware(now)
    case = Case(
        now=level.now,
        title=level.text_or("title", ""),
        synthetic=level.yes_no("synthetic") is True,
        cites=tuple(_texts(level, "cites")),
        setting=level.word("setting", SETTINGS),
        jurisdiction=_jurisdiction(level, knowledge),
        patient=patient(level),
        goals=_goals(level),
        declines=_declines(level, knowledge),
        exposures=_mended("exposures", lambda: exposures(level, knowledge), level, mend),
        medicines=_mended("medicines", lambda: medicines_taken(level, knowledge), level, mend),
        orders=_mended("orders", lambda: orders(level, knowledge), level, mend),
        doses=_mended("doses", lambda: doses(level, knowledge), level, mend),
        conditions=_mended("conditions", lambda: conditions(level, knowledge), level, mend),
        allergies=_mended("allergies", lambda: allergies(level, knowledge), level, mend),
        observations=_mended("observations", lambda: observations(level, knowledge), level, mend),
        scores=_mended("scores", lambda: scores(level), level, mend),
        kept=margin.kept(),
    )
    if margin.problems:
        raise BadInput(margin.problems)
    return case


def _mended(name: str, read: Callable[[], T], level: Level, mend: Mend | None) -> T:
    """What is read of a list, anew after each time that its mistakes were mended."""
    while True:
        before = len(level.margin.problems)
        found = read()
        mistakes = level.margin.problems[before:]
        entries = mend(name, mistakes) if mend is not None and mistakes else None
        if entries is None or entries == level.given(name):
            return found
        level.margin.forget(name, before)
        level.found[name] = entries or NOT_ASKED


def _case_file(document: object) -> dict[Any, Any]:
    if not is_mapping(document):
        mend = f"Begin with `leeward: {VERSION}` and then key: value lines."
        raise BadInput.one(NOT_A_CASE, "", f"{quoted(document)} is not a case file.", mend)
    if "resourceType" in document:
        kind = document["resourceType"]
        named = f" ({plain(kind, 40)})" if isinstance(kind, str) else ""
        says = f"This is a FHIR resource{named}, and here a case file is read."
        raise BadInput.one(NOT_A_CASE, "", says, f"Give a case file: it begins with `leeward: {VERSION}`.")
    version = document.get("leeward")
    if version != VERSION:
        mend = f"Write `leeward: {VERSION}` on the first line."
        if version is None:
            raise BadInput.one(NOT_A_CASE, "leeward", "It is not said that this is a case file.", mend)
        raise BadInput.one(NOT_A_CASE, "leeward", f"{quoted(version)} is not a version that Leeward reads.", mend)
    return document


def _now(level: Level) -> datetime:
    given = level.given("now")
    if isinstance(given, Missing):
        level.lacks("now", f"Write `now: {instants.EXAMPLE}`, the instant that the answer is for.")
        return _NO_NOW
    found = instants.instant(given, "now", level.margin)
    if found is None:
        return _NO_NOW
    if not isinstance(found, datetime):
        says = f"{quoted(str(given))} is a day, and the answer is for an instant."
        level.problem("now", INSTANT, says, f"Add the time and the offset: {instants.EXAMPLE}.")
        return _NO_NOW
    return found


def _aware(now: datetime) -> datetime:
    margin = Margin()
    found = instants.instant(now, "now", margin)
    if not isinstance(found, datetime):
        raise BadInput(margin.problems)
    return found


def _jurisdiction(level: Level, knowledge: Knowledge) -> str | Missing:
    text = level.text("jurisdiction")
    if isinstance(text, Missing):
        return text
    try:
        return place_of(text, knowledge).code
    except BadInput:
        says = f"{quoted(text)} is not a country or a state of the United States."
        level.problem("jurisdiction", WORD, says, "Write it as ISO 3166 does, e.g. US-PA.")
        return UNKNOWN


def _goals(level: Level) -> tuple[str, ...]:
    found: set[str] = set()
    for told in _texts(level, "goals"):
        goal = GOALS.named(told)
        if goal is None:
            # A goal that Leeward has no answer to is still the person's goal: shown, and in nobody's way.
            level.margin.keep("goals", told)
        else:
            found.add(goal)
    return tuple(sorted(found))


def _declines(level: Level, knowledge: Knowledge) -> tuple[str, ...]:
    found: set[str] = set()
    for told in _texts(level, "declines"):
        name = slug(told)
        if name not in OPTIONS:
            medicine = medicine_named(told, knowledge)
            if medicine is None:
                level.margin.keep("declines", told)
            name = medicine or name[:60]
        found.add(name)
    return tuple(sorted(found))


def _texts(level: Level, name: str) -> list[str]:
    """The texts of a list that holds nothing else."""
    given = level.listed(name)
    if isinstance(given, Missing):
        return []
    found: list[str] = []
    for place, entry in enumerate(given):
        if isinstance(entry, str) and entry.strip():
            found.append(plain(entry))
        else:
            says = f"{quoted(entry)} stands where a word is expected."
            level.margin.problem(f"{name}[{place}]", SHAPE, says, "Write a word.")
    return found
