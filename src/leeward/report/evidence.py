"""What is known about a question, as text."""

from __future__ import annotations

from collections.abc import Iterator

from leeward.evidence.answer import Conflict, EvidenceAnswer, Shown
from leeward.report.beside import STANDINGS
from leeward.report.paper import Paper

DIRECTIONS = {
    "supports": "supports",
    "refutes": "speaks against",
    "uncertain": "leaves open",
}


def render(answer: EvidenceAnswer, *, colour: bool) -> str:
    """The answer in 80 columns."""
    paper = Paper(colour)
    if answer.question:
        paper.put(f'What is known about: "{answer.question}"', 0)
    for sentence in answer.says:
        paper.put(sentence, 0)
    for shown in answer.statements:
        _statement(paper, shown)
    for conflict in answer.conflicts:
        _conflict(paper, conflict)
    if answer.found > len(answer.statements):
        paper.heading(f"{len(answer.statements)} of {answer.found}. More with --most.")
    return "\n".join(paper.lines).lstrip("\n") + "\n"


def listing(answer: EvidenceAnswer, *, colour: bool) -> str:
    """One line or two a statement, by topic."""
    paper = Paper(colour)
    for sentence in answer.says:
        paper.put(sentence, 0)
    topics = dict.fromkeys(shown.topic for shown in answer.statements)
    for topic in topics:
        paper.heading(topic)
        for shown in answer.statements:
            if shown.topic == topic:
                told = f"{shown.statement} ({shown.certainty}; {shown.population}; {_day(shown)})"
                paper.put(f"{shown.id}  {told}", hang=10)
    return "\n".join(paper.lines).lstrip("\n") + "\n"


def _statement(paper: Paper, shown: Shown) -> None:
    paper.heading(f"{shown.id}{'  (added by file)' if shown.added else ''}")
    paper.put(shown.statement)
    for line in lines_of(shown):
        paper.put(line, 4, hang=2)


def lines_of(shown: Shown) -> Iterator[str]:
    """What must stand beside a statement, line by line."""
    yield f'{DIRECTIONS[shown.direction]}: "{shown.proposition.sentence}"'
    reason = f" ({shown.certainty_reason})" if shown.certainty_reason else ""
    yield f"certainty: {shown.certainty}{reason}"
    yield f"population: {shown.population}"
    yield f"about: {', '.join(shown.substances)}; found in: {', '.join(shown.kinds)}"
    if not shown.answers:
        yield "explains only: a finding in animals or in cells answers no clinical question"
    for source in shown.sources:
        told = [source.authors, str(source.year or "no year"), source.where or source.title, source.locator]
        yield f"source: {'; '.join(part for part in told if part)} [{source.id}, {STANDINGS[source.status]}]"
    yield f"{STANDINGS[shown.standing]}, {_day(shown)}"
    if shown.why is not None:
        yield f"found by: {why_words(shown)}"


def why_words(shown: Shown) -> str:
    """Why a statement was found, in words."""
    if shown.why is None:
        return ""
    told = f"the words {', '.join(f'“{word}”' for word in shown.why.words)}" if shown.why.words else "no shared word"
    if shown.why.nearness is not None:
        told += f"; nearness in meaning {shown.why.nearness:.2f} of 1"
    return told


def _day(shown: Shown) -> str:
    return f"as of {shown.last_verified}" if shown.last_verified else "no day of reading"


def _conflict(paper: Paper, conflict: Conflict) -> None:
    paper.heading(f'In dispute: "{conflict.proposition.sentence}"')
    for side, found in (("for", conflict.supports), ("against", conflict.refutes), ("open", conflict.uncertain)):
        for shown in found:
            told = f"{shown.statement} ({shown.certainty}; {shown.population}; {_day(shown)})"
            paper.put(f"{side + ':':<9}{shown.id}  {told}", hang=9)
