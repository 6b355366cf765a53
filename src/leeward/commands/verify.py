"""`leeward verify`"""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from leeward.errors import BadInput, shown
from leeward.home import home

MOST_TOLD = 50
"""Findings that are told one by one."""


@click.command(short_help="Check that nothing in the record was changed, removed or reordered.")
@click.option("--database", metavar="URL", help="The record's database; the one in the data folder unless given.")
@click.option("--accept", metavar="REASON", help="Go on with a record whose end was lost or whose clock ran ahead.")
@click.option("--by", default="administrator", show_default=True, help="Who accepts it.")
@click.option("--against", multiple=True, metavar="DIGEST|BACKUP", help="A digest kept elsewhere, or a backup, that the record must hold.")  # fmt: skip
def command(database: str | None, accept: str | None, by: str, against: tuple[str, ...]) -> None:
    """Read every entry of the record and say where it is not as it was written. Exit status 1 where anything is found.

    The last line names the last entry and its digest: kept elsewhere, it proves later that the record up to it is whole;
    give it back with --against, as a printed page or a backup tells it.
    --accept writes down, as an entry with your reason, that what is lost is lost, so that charting can go on.
    """
    from leeward.record.storage import Record, default_url
    from leeward.record.verify import verify_record

    kept = [_digest(one) for one in against]
    url = database or default_url(home())
    with Record(url, write=accept is not None, create=False) as record:
        if accept is not None:
            record.accept(by=by, role="administrator", reason=accept, now=datetime.now(UTC).astimezone())
        found = verify_record(record, kept)
    for finding in found.findings[:MOST_TOLD]:
        click.echo(f"LOOK {finding.says}")
    if len(found.findings) > MOST_TOLD:
        click.echo(f"LOOK {len(found.findings) - MOST_TOLD} more.")
    for number in found.accepted:
        click.echo(f"note Entry {number} says that a loss or a clock set back was accepted, and why.")
    well = "LOOK" if found.findings else "ok  "
    click.echo(f"{well} {found.entries} entries, the last is {found.head.number} {found.head.digest}")
    if found.findings:
        sys.exit(1)


def _digest(told: str) -> str:
    """The digest that is meant: itself, as many of its digits as a page prints, or the last of a backup."""
    from leeward.record.backup import read_back
    from leeward.record.verify import SHORTEST

    if re.fullmatch(rf"[0-9a-fA-F]{{{SHORTEST},64}}", told):
        return told.lower()
    if Path(told).is_file():
        return read_back(Path(told)).head.digest
    says = f"{shown(told)} is no digest of {SHORTEST} to 64 hexadecimal digits, and no file."
    raise BadInput.one("LW-0748", "--against", says, "Give the digest as it is printed, or the name of a backup.")
