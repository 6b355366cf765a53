"""`leeward product "LABEL TEXT"`"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from leeward.commands.inputs import bytes_of, policy_from
from leeward.errors import BadInput, shown
from leeward.home import home
from leeward.knowledge import load_knowledge
from leeward.knowledge.policy import default_policy
from leeward.signing import signature_line

if TYPE_CHECKING:
    from leeward.products.contents.variability import Variability


@click.command(short_help="What a product is, what was done about it, what the law says of it.")
@click.argument("label")
@click.option("--state", metavar="US-GA", help="The place to answer for; federal law alone where none is given.")
@click.option("--on", metavar="DATE", help="The day to answer for (2026-11-22); today where none is given.")
@click.option("--lot", default="", help="The lot, where it is known apart from the text.")
@click.option("--upc", default="", help="The barcode, where it is known apart from the text.")
@click.option(
    "--certificate",
    "certificates",
    type=click.Path(),
    multiple=True,
    help="A laboratory certificate (CSV, JSON, text).",
)
@click.option(
    "--grams-per-day",
    type=click.FloatRange(0, 1000, min_open=True),
    help="How much is taken in a day, for the intake of metals.",
)
@click.option("--picture", type=click.Path(), help="With certificates of several lots: how much the lots vary, as SVG.")
@click.option("--policy", "policy_file", type=click.Path(), help="The site's policy file (TOML).")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--all", "everything", is_flag=True, help="Every action, test and source.")
def command(
    label: str,
    state: str | None,
    on: str | None,
    lot: str,
    upc: str,
    certificates: tuple[str, ...],
    grams_per_day: float | None,
    picture: str | None,
    policy_file: str | None,
    form: str,
    everything: bool,
) -> None:
    """What is known about the product whose LABEL says so: as printed, or as a caller reads it out.

    \b
    leeward product "O.P.M.S. Black liquid kratom 8.8 mL" --state US-GA
    leeward product "Sunstone Organics White Vein 60 capsules" --lot 119
    leeward product - < label.txt
    """
    from leeward.products.answer import product_answer
    from leeward.products.contents.certificate import read_certificate
    from leeward.products.recalls.register import open_register

    knowledge = load_knowledge()
    policy = policy_from(policy_file, knowledge) or default_policy(knowledge)
    text = bytes_of("-").decode(errors="replace") if label == "-" else label
    answer = product_answer(
        text,
        lot=lot,
        upc=upc,
        jurisdiction=state,
        on=day_of(on),
        register=open_register(home(), knowledge),
        knowledge=knowledge,
        stale_after_days=policy.limit("law-staleness").value,
        certificates=tuple(read_certificate(bytes_of(name), Path(name).name) for name in certificates),
        grams_per_day=grams_per_day,
    )
    if picture is not None:
        _draw(picture, answer.variability, answer.as_told)
    if form == "json":
        click.echo(msgspec.json.encode(answer))
        return
    from leeward.report.product import render

    signature = signature_line(knowledge, home())
    click.echo(render(answer, colour=sys.stdout.isatty(), everything=everything, signature=signature), nl=False)


def _draw(file: str, found: tuple[Variability, ...], product: str) -> None:
    """The picture of the substance that most lots were measured for."""
    from leeward.products.contents.charts import variability_chart

    if not found:
        says, mend = "There is nothing to draw.", "Give certificates of at least two lots with --certificate."
        raise BadInput.one("LW-0608", "--picture", says, mend)
    Path(file).write_text(variability_chart(max(found, key=lambda one: one.n_lots), product), encoding="utf-8")


def day_of(text: str | None) -> date:
    """The day asked for; today where none is."""
    if text is None:
        return date.today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput.one("LW-0602", "--on", f'"{shown(text)}" is not a day.', "Write 2026-11-22.") from None
