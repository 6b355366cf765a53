"""`leeward backup`"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from leeward.home import home


@click.command(short_help="Write the record to a file, and read it back.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--database", metavar="URL", help="The record's database; the one in the data folder unless given.")
def command(file: Path, database: str | None) -> None:
    """Write the whole record to FILE while others go on writing, and read it back before it counts.

    An older FILE is replaced only by a backup that holds everything in it. Exit status 1 where the record itself is not
    as it was written: the backup is kept, and says so.
    """
    from leeward.record.backup import back_up
    from leeward.record.storage import Record, default_url

    with Record(database or default_url(home()), create=False) as record:
        found = back_up(record, file, datetime.now(UTC).astimezone())
    click.echo(f"ok   {file}: {found.head.number} entries, read back; the last is {found.head.digest}")
    if found.findings:
        click.echo(f"LOOK {found.findings[0].says} Run `leeward verify`.")
        sys.exit(1)
