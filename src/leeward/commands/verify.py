"""`leeward verify`"""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import click

from leeward.home import home

MOST_TOLD = 50
"""Findings that are told one by one."""


@click.command(short_help="Check that nothing in the record was changed, removed or reordered.")
@click.option("--database", metavar="URL", help="The record's database; the one in the data folder unless given.")
@click.option("--accept", metavar="REASON", help="Go on with a record whose end was lost or whose clock ran ahead.")
@click.option("--by", default="administrator", show_default=True, help="Who accepts it.")
def command(database: str | None, accept: str | None, by: str) -> None:
    """Read every entry of the record and say where it is not as it was written. Exit status 1 where anything is found.

    The last line names the last entry and its digest: kept elsewhere, it proves later that the record up to it is whole.
    --accept writes down, as an entry with your reason, that what is lost is lost, so that charting can go on.
    """
    from leeward.record.storage import Record, default_url
    from leeward.record.verify import verify_record

    url = database or default_url(home())
    with Record(url, write=accept is not None, create=False) as record:
        if accept is not None:
            record.accept(by=by, role="administrator", reason=accept, now=datetime.now(UTC).astimezone())
        found = verify_record(record)
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
