"""`leeward knowledge list | show | explain | check | sign`"""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import click

from leeward.errors import BadInput, Problem, shown
from leeward.evidence.checking import problems_of
from leeward.evidence.statements import propositions, statements
from leeward.home import home
from leeward.knowledge import Knowledge, load_knowledge
from leeward.knowledge.check import check
from leeward.knowledge.knowledge import file_names, raw
from leeward.signing import sign, signature_line


@click.group(short_help="List, show, explain, check and sign what Leeward knows.")
def command() -> None:
    """What Leeward knows, as data that a clinician can review: every number with its source."""


@command.command("list")
@click.argument("file", required=False)
def list_entries(file: str | None) -> None:
    """The knowledge files, or the entries of FILE."""
    if file is None:
        for name in file_names():
            click.echo(f"{name:<24}{len(raw(name)):>5} entries")
        click.echo(signature_line(load_knowledge(), home()))
        return
    if file not in file_names():
        mend = f"Use one of: {', '.join(file_names())}."
        raise BadInput.one("LW-0321", "file", f'"{shown(file)}" is not a file.', mend)
    for id, entry in raw(file).items():
        says = entry.get("says") or entry.get("title") or entry.get("name") or ""
        click.echo(f"{id:<36} {says}")


@command.command()
@click.argument("id")
def show(id: str) -> None:
    """One entry as it stands: its words, numbers and sources."""
    from leeward.report.entry import entry_text

    text = entry_text(id, load_knowledge())
    if text is None:
        raise _nothing_called(id)
    click.echo(text)


@command.command()
@click.argument("id")
def explain(id: str) -> None:
    """Who uses an entry: the rules that rest on it, and the entries that cite it as their source."""
    from leeward.report.uses import uses_text

    text = uses_text(id, load_knowledge())
    if text is None:
        raise _nothing_called(id)
    click.echo(text)


def _nothing_called(id: str) -> BadInput:
    return BadInput.one(
        "LW-0322", "id", f'Nothing is called "{shown(id)}".', "`leeward knowledge list FILE` lists ids."
    )


@command.command("check")
def check_all() -> None:
    """Check that every number has a source and every source exists; say how many were read and how many recalled."""
    knowledge = load_knowledge()
    report = check(knowledge)
    numbers = ", ".join(f"{count} {status}" for status, count in sorted(report.by_status.items()))
    sources = ", ".join(f"{count} {status}" for status, count in sorted(report.sources_by_status.items()))
    click.echo(f"{report.entries} entries, {report.numbers} numbers by their firmest source: {numbers}.")
    click.echo(f"{report.sources} sources: {sources}; {len(report.unused_sources)} cited by no entry.")
    click.echo(signature_line(knowledge, home()))
    problems = (*report.problems, *_evidence_problems(knowledge))
    for problem in problems:
        click.echo(str(problem), err=True)
    if problems:
        sys.exit(1)
    click.echo("No problem found.")


def _evidence_problems(knowledge: Knowledge) -> list[Problem]:
    return problems_of(statements(knowledge), propositions(knowledge), knowledge.sources)


@command.command("sign")
@click.option("--name", required=True, help="Who signs.")
@click.option("--role", required=True, help="In which role, such as medical director.")
def sign_version(name: str, role: str) -> None:
    """Sign this version of the knowledge for the site. Any change of any file asks for a new signature."""
    knowledge = load_knowledge()
    problems = (*check(knowledge).problems, *_evidence_problems(knowledge))
    if problems:
        raise BadInput(problems)
    sign(knowledge, home(), name, role, datetime.now(UTC))
    click.echo(signature_line(knowledge, home()))
