"""`leeward evidence [QUESTION]`"""

from __future__ import annotations

import re
import sys
from typing import get_args

import click
import msgspec

from leeward.commands.inputs import bytes_of
from leeward.errors import BadInput, shown
from leeward.evidence.statements import Substance, Topic
from leeward.knowledge import load_knowledge

ID = re.compile(r"EV-[A-Za-z]+-\d+", re.IGNORECASE)


@click.command(short_help="What is known about a question, statement by statement.")
@click.argument("question", default="")
@click.option("--topic", type=click.Choice(get_args(Topic)), help="Statements of one topic.")
@click.option("--substance", type=click.Choice(get_args(Substance)), help="Statements about one substance.")
@click.option("--most", type=click.IntRange(1, 1000), help="How many to show; 10 of a question, all of a list.")
@click.option("--with", "additions", type=click.Path(), multiple=True, help="A file of statements of your own (TOML).")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(
    question: str,
    topic: str | None,
    substance: str | None,
    most: int | None,
    additions: tuple[str, ...],
    form: str,
) -> None:
    """What is known about QUESTION: a question in plain words, or the id of a statement. Without one, a list.

    \b
    leeward evidence "does naloxone work after kratom"
    leeward evidence EV-K-005
    leeward evidence --topic treatment --substance buprenorphine
    """
    from leeward.evidence.answer import MOST, ask, one
    from leeward.evidence.base import LARGEST_ADDITION, evidence_of, with_additions
    from leeward.report.evidence import listing, render

    knowledge = load_knowledge()
    evidence = evidence_of(knowledge)
    for file in additions:
        evidence = with_additions(evidence, file, bytes_of(file, LARGEST_ADDITION))
    asked = question.strip()
    if ID.fullmatch(asked):
        if asked.upper() not in evidence.statements:
            mend = "`leeward evidence` lists them."
            raise BadInput.one("LW-1320", "question", f'No statement is called "{shown(asked)}".', mend)
        answer = one(asked.upper(), evidence, knowledge)
    elif question and not asked:
        raise BadInput.one("LW-1321", "question", "The question is empty.", "Write one, or leave it out for a list.")
    else:
        everything = len(evidence.statements)
        answer = ask(asked, evidence, knowledge, topic or "", substance or "", most or (MOST if asked else everything))
    if form == "json":
        click.echo(msgspec.json.encode(answer))
        return
    write = listing if not asked else render
    click.echo(write(answer, colour=sys.stdout.isatty()), nl=False)
