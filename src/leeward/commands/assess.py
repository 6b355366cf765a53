"""`leeward assess CASE`"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from leeward.commands.case_input import case_given, put_not_read, with_not_read
from leeward.commands.inputs import policy_from
from leeward.errors import BadInput
from leeward.guidance.assess import assess
from leeward.home import home
from leeward.knowledge import Knowledge, load_knowledge
from leeward.model.case import Case
from leeward.model.missing import Missing
from leeward.signing import signed_by

if TYPE_CHECKING:
    from leeward.products.recalls.register import Register


@click.command(short_help="What state is the person in, what may be done next.")
@click.argument("case", required=False)
@click.option("--now", help="The instant to answer for (2026-11-22T09:00:00-05:00); else the case's own.")
@click.option("--patient", help="Whose case, where a FHIR bundle is about several people: the id of the Patient.")
@click.option(
    "--complete",
    multiple=True,
    type=click.Choice(["medicines", "doses", "conditions", "allergies", "exposures"]),
    help="A list of which you vouch that a FHIR bundle holds everything; else what it does not name is unknown.",
)
@click.option("--policy", "policy_file", type=click.Path(), help="The site's policy file (TOML).")
@click.option("--format", "form", type=click.Choice(["text", "json", "fhir"]), default="text", show_default=True)
@click.option("--explain", "explained", metavar="ID", multiple=True, help="The reasoning behind a line: any id shown.")
@click.option("--all", "everything", is_flag=True, help="Every question, disagreement and source.")
@click.option("--batch", "batch_file", type=click.Path(), help="A file with one case (JSON) a line; one answer a line.")
@click.option("--jobs", default=2, show_default=True, type=click.IntRange(1, 64), help="Processes for --batch.")
def command(
    case: str | None,
    now: str | None,
    patient: str | None,
    complete: tuple[str, ...],
    policy_file: str | None,
    form: str,
    explained: tuple[str, ...],
    everything: bool,
    batch_file: str | None,
    jobs: int,
) -> None:
    """Assess CASE: a case file (YAML or JSON), a FHIR R4 bundle with --now, or - for standard input.

    \b
    leeward assess examples/kratom-92-g-per-day.yaml
    leeward assess bundle.json --now 2026-11-22T09:00:00-05:00
    leeward assess case.yaml --explain buprenorphine-standard
    leeward assess --batch cases.jsonl > answers.jsonl
    """
    if (case is None) == (batch_file is None):
        raise click.UsageError("Give one case file, or --batch FILE.")
    if batch_file is not None and (explained or everything):
        raise click.UsageError("--batch writes whole answers as JSON: it takes neither --explain nor --all.")
    if batch_file is not None and (patient is not None or complete):
        raise click.UsageError("--batch takes case files: it takes neither --patient nor --complete.")
    if batch_file is not None and form == "fhir":
        raise click.UsageError("--batch writes whole answers as JSON: it takes no --format fhir.")
    knowledge = load_knowledge()
    policy = policy_from(policy_file, knowledge)
    instant = _instant(now)
    if batch_file is not None:
        from leeward.commands.batch import run

        sys.exit(run(Path(batch_file), policy_file, instant, jobs))
    given = case_given(case or "-", knowledge, instant, patient, complete)
    document = given.case
    if explained and form != "text":
        raise click.UsageError(f"--explain is text: leave out --format {form}.")
    if explained:
        from leeward.report.explain import explain

        for id in explained:
            click.echo(explain(id, document, knowledge, policy))
        return
    assessment = assess(document, knowledge, policy, signed_by(knowledge, home()), register_for(document, knowledge))
    if form == "json":
        click.echo(msgspec.json.encode(with_not_read(assessment, given.not_read)))
        return
    if form == "fhir":
        from leeward.fhir.from_assessment import bundle_of
        from leeward.fhir.writing import to_json

        told = with_not_read(assessment, given.not_read)
        click.echo(to_json(bundle_of(document, told, knowledge)))
        return
    from leeward.report.paper import Paper
    from leeward.report.text import render

    colour = sys.stdout.isatty()
    click.echo(render(assessment, colour=colour, everything=everything), nl=False)
    paper = Paper(colour)
    put_not_read(paper, given.not_read)
    for line in paper.lines:
        click.echo(line)


def register_for(case: Case, knowledge: Knowledge) -> Register | None:
    """The register with what the user loaded; it is opened only where a product was told."""
    if isinstance(case.exposures, Missing) or not any(exposure.product for exposure in case.exposures):
        return None
    from leeward.products.recalls.register import open_register

    return open_register(home(), knowledge, whatever=True)


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise BadInput.one(
            "LW-0504", "--now", "This is not an instant with its offset.", "Write 2026-11-22T09:00:00-05:00."
        )
    return instant
