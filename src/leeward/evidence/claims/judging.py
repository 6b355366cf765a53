"""What the evidence says to a statement that a text makes.

The firmest statements decide. Where firm ones disagree the answer is `conflicting`; where nothing that fits supports or refutes it is
`unverifiable`. A finding in animals or in cells answers no clinical question.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from leeward.evidence.claims.patterns import Made
from leeward.evidence.statements import Certainty, Statement, answers, propositions, statements
from leeward.knowledge import Knowledge

Decision = Literal["supported", "contradicted", "misleading", "conflicting", "unverifiable", "out of date"]

FIRMNESS: dict[Certainty, int] = {"high": 4, "moderate": 3, "low": 2, "very low": 1}


class Judged(msgspec.Struct, frozen=True):
    """What the evidence says to one statement: decision, how certain, how bad it is to believe it (0 to 3), which statements, and why."""

    decision: Decision
    certainty: Certainty | None
    severity: int
    evidence: tuple[str, ...]
    because: str = ""


def judged(one: Made, knowledge: Knowledge) -> Judged:
    """The decision on a statement as the text makes it."""
    entry = one.pattern.entry
    severity = entry.severity[0 if one.affirmed else 1]
    known = statements(knowledge)
    named = [known[id] for id in entry.evidence]
    if entry.cannot:
        return Judged("unverifiable", None, severity, entry.evidence, entry.cannot)
    if entry.states in ("says", "gainsays"):
        agrees = (entry.states == "says") is one.affirmed
        firmest = max(named, key=lambda statement: FIRMNESS[statement.certainty])
        return _told("supported" if agrees else "contradicted", firmest.certainty, severity, named, one)
    bearing = _bearing(named, knowledge)
    asserts = (entry.states == "asserts") is one.affirmed
    return _weighed(bearing, named, asserts, severity, one)


def _bearing(named: Sequence[Statement], knowledge: Knowledge) -> list[Statement]:
    """Every statement that bears on the propositions of the named ones and may answer them, the named ones first."""
    asked = propositions(knowledge)
    ids = {statement.proposition for statement in named}
    rest = [one for one in statements(knowledge).values() if one.proposition in ids and one not in named]
    return [one for one in (*named, *rest) if answers(one, asked[one.proposition])]


def _weighed(
    bearing: Sequence[Statement], named: Sequence[Statement], asserts: bool, severity: int, one: Made
) -> Judged:
    sides = {"supports": 0, "refutes": 0}
    for statement in bearing:
        if statement.direction != "uncertain":
            sides[statement.direction] = max(sides[statement.direction], FIRMNESS[statement.certainty])
    firmest = max(sides.values())
    if firmest == 0:
        return Judged("unverifiable", None, severity, _ids(bearing), "What is known neither supports nor refutes it.")
    certainty: Certainty = next(word for word, rank in FIRMNESS.items() if rank == firmest)
    if sides["supports"] == sides["refutes"]:
        return Judged("conflicting", certainty, severity, _ids(bearing), "What is known disagrees.")
    true = (sides["supports"] > sides["refutes"]) is asserts
    deciding = [
        s for s in bearing if s.direction == ("supports" if sides["supports"] > sides["refutes"] else "refutes")
    ]
    return _told("supported" if true else "contradicted", certainty, severity, deciding, one)


def _told(decision: Decision, certainty: Certainty, severity: int, deciding: Sequence[Statement], one: Made) -> Judged:
    if decision == "contradicted" and one.weak:
        return Judged("misleading", certainty, severity, _ids(deciding), "It is put as small; how small is not known.")
    return Judged(decision, certainty, 0 if decision == "supported" else severity, _ids(deciding))


def _ids(found: Sequence[Statement]) -> tuple[str, ...]:
    return tuple(statement.id for statement in found)
