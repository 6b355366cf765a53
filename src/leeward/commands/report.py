"""`leeward report EVENT`"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from leeward.commands.inputs import bytes_of
from leeward.errors import BadInput
from leeward.home import home
from leeward.knowledge import load_knowledge
from leeward.model.missing import Missing
from leeward.model.shapes import is_mapping

if TYPE_CHECKING:
    from leeward.products.recalls.register import Register
    from leeward.products.reporting.event import SuspectProduct


@click.command(short_help="Draft a MedWatch report or a summary for the poison centre.")
@click.argument("event")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "pdf", "poison-centre"]),
    default="text",
    show_default=True,
    help="The draft as text, JSON or PDF; or what a poison centre asks.",
)
@click.option("--paper", type=click.Choice(["us-letter", "a4"]), default="us-letter", show_default=True)
@click.option("--out", type=click.Path(), help="Write to this file; needed for a PDF on a terminal.")
def command(event: str, form: str, paper: str, out: str | None) -> None:
    """Draft a report of EVENT: a file of a product and what happened (YAML or JSON), or - for standard input.

    A draft for a human to check, sign and send. Leeward sends nothing.

    \b
    leeward report examples/events/kratom-seizure.yaml
    leeward report event.yaml --format pdf --out draft.pdf
    """
    from leeward.casefile.document import decoded
    from leeward.products.identity.identity import identify
    from leeward.products.recalls.register import open_register
    from leeward.products.reporting.event_file import read_event
    from leeward.products.reporting.medwatch import medwatch_draft
    from leeward.products.reporting.medwatch_pdf import medwatch_pdf
    from leeward.products.reporting.medwatch_text import medwatch_text
    from leeward.products.reporting.poison_centre import poison_centre_summary

    knowledge = load_knowledge()
    register = open_register(home(), knowledge, whatever=True)
    given = decoded(bytes_of(event))
    if not is_mapping(given):
        raise BadInput.one("LW-0607", event, "The file holds no event.", "Begin it with `leeward: event/1`.")
    told = read_event(given)
    products = () if isinstance(told.products, Missing) else told.products
    identities = [identify(one.name, knowledge) if isinstance(one.name, str) else None for one in products]
    actions = tuple(_actions(products, register))
    match form:
        case "json":
            written = msgspec.json.encode(medwatch_draft(told, knowledge, identities, actions=actions)) + b"\n"
        case "pdf":
            written = medwatch_pdf(
                told, knowledge, identities, paper="a4" if paper == "a4" else "us-letter", actions=actions
            )
        case "poison-centre":
            written = poison_centre_summary(told, knowledge, identities, actions=actions).encode() + b"\n"
        case _:
            written = medwatch_text(told, knowledge, identities, actions=actions).encode() + b"\n"
    if out is not None:
        Path(out).write_bytes(written)
        return
    if form == "pdf" and sys.stdout.isatty():
        raise BadInput.one("LW-0606", "--out", "A PDF is not for a terminal.", "Name a file with --out.")
    sys.stdout.buffer.write(written)


def _actions(products: Iterable[SuspectProduct], register: Register) -> Iterator[str]:
    """What is known to have been done about the products, one line an action."""
    from leeward.products.recalls.action import GRADES, TITLES

    for product in products:
        name, lot, upc = (part if isinstance(part, str) else "" for part in (product.name, product.lot, product.upc))
        if name:
            for found in register.match_text(name, lot, upc).found:
                action = found.action
                yield f"{GRADES[found.grade]}: {TITLES[action.type]} {action.record}, {action.firm}, {action.date}"
