"""`leeward check FILE`"""

from __future__ import annotations

import csv
import sys
from typing import TYPE_CHECKING

import click
import msgspec

from leeward.commands.inputs import bytes_of, policy_from
from leeward.commands.product import day_of
from leeward.knowledge import load_knowledge
from leeward.knowledge.policy import default_policy

if TYPE_CHECKING:
    from leeward.evidence.claims.check import Checked

COLUMNS = (
    "start",
    "end",
    "decision",
    "severity",
    "certainty",
    "said",
    "means",
    "text",
    "evidence",
    "because",
)
"""The columns of a table of claims; a sentence that was not judged has `not judged` for its decision."""


@click.command(short_help="Check what a text claims about withdrawal, opioids and kratom.")
@click.argument("file")
@click.option("--on", metavar="DATE", help="The day to answer for (2026-11-22); today where none is given.")
@click.option("--dated", metavar="DATE", help="The day that the text was written, where it is known.")
@click.option("--policy", "policy_file", type=click.Path(), help="The site's policy file (TOML).")
@click.option("--format", "form", type=click.Choice(["text", "csv", "json"]), default="text", show_default=True)
@click.option("--all", "everything", is_flag=True, help="Every statement behind each decision.")
def command(file: str, on: str | None, dated: str | None, policy_file: str | None, form: str, everything: bool) -> None:
    """Check what the text in FILE claims: each claim with what the evidence says, how certain, and as of when.

    FILE is plain text, Markdown, HTML or a PDF; - reads from the standard input. Nothing in it is carried out or fetched.

    \b
    leeward check page.html
    leeward check - --dated 2024-03-01 < page.txt
    """
    from leeward.evidence.answer import index_of
    from leeward.evidence.claims.check import check
    from leeward.evidence.claims.reading import MOST, read_text

    knowledge = load_knowledge()
    policy = policy_from(policy_file, knowledge) or default_policy(knowledge)
    told = read_text(bytes_of(file, MOST), file)
    checked = check(
        told.text,
        on=day_of(on),
        dated=day_of(dated) if dated else None,
        knowledge=knowledge,
        stale_after_days=policy.limit("law-staleness").value,
        index=index_of(knowledge),
    )
    if form == "json":
        click.echo(msgspec.json.encode(checked))
        return
    if form == "csv":
        _csv(checked)
        return
    from leeward.report.check import render_check

    click.echo(render_check(checked, told.text, knowledge, colour=sys.stdout.isatty(), everything=everything), nl=False)


def _csv(checked: Checked) -> None:
    """Every claim and every sentence that was not judged, in the order of the text. No cell begins as a formula does."""
    from leeward.evidence.claims.claim import Claim

    rows: list[tuple[object, ...]] = []
    for one in sorted((*checked.claims, *checked.unjudged), key=lambda one: (one.start, one.end)):
        place, text = (one.start, one.end), _cell(one.text)
        if isinstance(one, Claim):
            judged = (one.decision, one.severity, one.certainty or "", one.said, one.means)
            rows.append((*place, *judged, text, " ".join(one.evidence), one.because))
        else:
            rows.append((*place, "not judged", "", "", "", "", text, " ".join(one.near), one.missing))
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)


def _cell(text: str) -> str:
    """The words of others for a spreadsheet: those that would be taken for a formula stand after an apostrophe."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
