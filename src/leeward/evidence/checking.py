"""Statements checked against their own rules, those that ship with Leeward and those of a file alike."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from leeward.errors import Problem
from leeward.evidence.statements import Proposition, Statement
from leeward.knowledge.entries import Source

FIRMNESS = ("read", "read-second-hand", "recalled")

_NOT_PEOPLE = re.compile(
    r"\b(?:mice|mouse|rats?|rodents?|rabbits?|dogs?|monkeys?|animals?|in vitro|cells|cell assays?|microsom\w+|mechanistic"
    r"|test[- ]tube)\b",
    re.IGNORECASE,
)


def problems_of(
    statements: Mapping[str, Statement],
    propositions: Mapping[str, Proposition],
    sources: Mapping[str, Source],
) -> list[Problem]:
    """What is wrong with the statements: ids that lead nowhere, a standing firmer than the source, animals taken for people."""
    problems = [problem for statement in statements.values() for problem in _of_one(statement, propositions, sources)]
    used = {statement.proposition for statement in statements.values()}
    for id in propositions:
        if id not in used:
            problems.append(_problem(id, "LW-1301", "No statement bears on this proposition.", "Add one, or drop it."))
    return sorted(problems)


def _of_one(
    statement: Statement, propositions: Mapping[str, Proposition], sources: Mapping[str, Source]
) -> Iterator[Problem]:
    id = statement.id
    if not re.fullmatch(r"EV-[A-Z]+-\d{3}", id):
        yield _problem(
            id, "LW-1302", "This is not the id of a statement.", "Write EV-, a word in capitals and 3 digits."
        )
    if statement.proposition not in propositions:
        yield _problem(id, "LW-1303", f'"{statement.proposition}" is not a proposition.', "Add it, or mend the id.")
    for source in statement.sources:
        if source not in sources:
            yield _problem(id, "LW-1304", f'"{source}" is not a source.', "Add it, or mend the id.")
    for name in ("says", "population"):
        if not getattr(statement, name).strip():
            yield _problem(id, "LW-1305", f"`{name}` is empty.", "Say it in plain words.")
    for name in ("sources", "kinds", "substances"):
        if not getattr(statement, name):
            yield _problem(id, "LW-1305", f"`{name}` is empty.", "Name one; `unknown` is a kind and a substance.")
    yield from _standing(statement, sources)
    yield from _kinds(statement)


def _standing(statement: Statement, sources: Mapping[str, Source]) -> Iterator[Problem]:
    """A statement stands no firmer than the firmest of its sources, and its day goes with that."""
    standings = [FIRMNESS.index(s) for id in statement.sources if (s := _status(id, sources)) in FIRMNESS]
    if FIRMNESS.index(statement.standing) < min(standings, default=len(FIRMNESS) - 1):
        says = f"It is said to be {statement.standing}, but none of its sources was."
        yield _problem(
            statement.id, "LW-1306", says, "A recalled statement is never shown as verified: mend `standing`."
        )
    if statement.standing == "recalled" and statement.last_verified is not None:
        says = "It is recalled and bears the day of a reading."
        yield _problem(statement.id, "LW-1307", says, "Read its source, or take `last_verified` out.")
    if statement.standing != "recalled" and statement.last_verified is None:
        says = "It has no day on which its source was read."
        yield _problem(statement.id, "LW-1308", says, "Give `last_verified`, such as 2026-11-22.")


def _status(id: str, sources: Mapping[str, Source]) -> str:
    return sources[id].status if id in sources else ""


def _kinds(statement: Statement) -> Iterator[Problem]:
    """Findings in animals or cells must say so and say nothing else, or they would answer a question about people."""
    not_people = _NOT_PEOPLE.search(statement.population)
    if not_people and not statement.only_explains:
        says = f'Its population names "{not_people[0]}", and its kinds are not animal or in-vitro alone.'
        mend = "Findings in animals or cells explain and never answer: give them a statement of their own."
        yield _problem(statement.id, "LW-1309", says, mend)


def _problem(id: str, code: str, says: str, mend: str) -> Problem:
    return Problem(path=f"evidence.{id}", code=code, says=says, mend=mend)
