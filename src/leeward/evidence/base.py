"""The evidence that a question is put to: what ships with Leeward, and what a site's own file adds to it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, TypeVar

import msgspec

from leeward.errors import BadInput, Problem, shown
from leeward.evidence.checking import problems_of
from leeward.evidence.statements import Proposition, Statement, propositions, statements
from leeward.knowledge import Knowledge
from leeward.knowledge.entries import Source
from leeward.model.shapes import is_mapping

T = TypeVar("T")

LARGEST_ADDITION = 2_000_000
"""Bytes of a file of additions."""

PARTS = ("statements", "propositions", "sources")


class Evidence(msgspec.Struct, frozen=True, eq=False):
    """Statements, propositions and sources by id; `added` are the ids of statements that a file added."""

    statements: Mapping[str, Statement]
    propositions: Mapping[str, Proposition]
    sources: Mapping[str, Source]
    added: frozenset[str] = frozenset()

    def bearing_on(self, proposition: str) -> list[Statement]:
        """Every statement on a proposition, by id."""
        return [one for one in self.statements.values() if one.proposition == proposition]

    def citing(self, sources: Iterable[str]) -> list[Statement]:
        """Every statement that rests on one of the sources, by id."""
        wanted = set(sources)
        return [one for one in self.statements.values() if wanted.intersection(one.sources)]


@cache
def evidence_of(knowledge: Knowledge) -> Evidence:
    """What ships with Leeward."""
    return Evidence(statements(knowledge), propositions(knowledge), knowledge.sources)


def with_additions(evidence: Evidence, file: str, given: bytes) -> Evidence:
    """The evidence and what a file adds: tables `[statements.EV-…]`, `[propositions.…]` and `[sources.…]` of TOML.

    Raises BadInput with every mistake: the same checks as for what ships, and nothing that ships may be replaced.
    """
    parts = _parts(file, given)
    added = {
        id: msgspec.structs.replace(one, id=id) for id, one in _typed(parts, "statements", Statement, file).items()
    }
    asked = {
        id: msgspec.structs.replace(one, id=id) for id, one in _typed(parts, "propositions", Proposition, file).items()
    }
    sources = _typed(parts, "sources", Source, file)
    taken = [
        Problem(f"{part}.{shown(id)}", "LW-1312", "This id is taken by what ships with Leeward.", "Give it another.")
        for part, new, old in (
            ("statements", added, evidence.statements),
            ("propositions", asked, evidence.propositions),
            ("sources", sources, evidence.sources),
        )
        for id in new
        if id in old
    ]
    if taken:
        raise BadInput(taken)
    whole = Evidence(
        {**evidence.statements, **added},
        {**evidence.propositions, **asked},
        {**evidence.sources, **sources},
        frozenset(added),
    )
    problems = problems_of(whole.statements, whole.propositions, whole.sources)
    if problems:
        raise BadInput(problems)
    return whole


def _parts(file: str, given: bytes) -> Mapping[str, Any]:
    if len(given) > LARGEST_ADDITION:
        says = f"The file is larger than {LARGEST_ADDITION // 1_000_000} MB."
        raise BadInput.one("LW-1310", file, says, "Give a file of statements, not a document.")
    try:
        parts = tomllib.loads(given.decode())
    except UnicodeDecodeError:
        raise BadInput.one("LW-1310", file, "The file is not text.", "Give a TOML file in UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        mend = "Write tables such as [statements.EV-SITE-001]."
        raise BadInput.one("LW-1310", file, f"The file is not valid TOML: {error}.", mend) from None
    except RecursionError:
        raise BadInput.one("LW-1310", file, "The file is nested too deeply.", "Write plain tables.") from None
    unknown = [name for name in parts if name not in PARTS]
    if unknown or not parts:
        says = f'"{shown(unknown[0])}" is no part of such a file.' if unknown else "The file holds nothing."
        mend = "Its parts are statements, propositions and sources: [statements.EV-SITE-001]."
        raise BadInput.one("LW-1311", file, says, mend)
    return parts


def _typed(parts: Mapping[str, Any], part: str, kind: type[T], file: str) -> dict[str, T]:
    """The entries of a part as values; every entry that does not fit is told."""
    given = parts.get(part, {})
    mend = "See docs/reference/evidence.md for the keys and their words."
    if not is_mapping(given):
        raise BadInput.one("LW-1311", f"{file}: {part}", "This is not a table of tables.", mend)
    found: dict[str, T] = {}
    problems: list[Problem] = []
    for id, entry in given.items():
        try:
            found[str(id)] = msgspec.convert(entry, kind)
        except msgspec.ValidationError as error:
            says = shown(f"{str(error).replace('`', '')}.", 200)
            problems.append(Problem(f"{part}.{shown(id)}", "LW-1313", says, mend))
    if problems:
        raise BadInput(problems)
    return found
