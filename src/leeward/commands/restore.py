"""`leeward restore`"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from leeward.home import home


@click.command(short_help="Bring a backup back.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--database", metavar="URL", help="Where to; the database in the data folder unless given.")
def command(file: Path, database: str | None) -> None:
    """Bring the backup FILE into an empty database, or complete one that holds a part of it. Nothing is overwritten.

    The backup is read whole and checked first; it comes in whole or not at all.
    """
    from leeward.record.backup import read_back, restore
    from leeward.record.storage import Record, default_url

    read_back(file)
    with Record(database or default_url(home())) as record:
        done = restore(record, file, datetime.now(UTC).astimezone())
    click.echo(
        f"ok   {done.written} entries written, {done.stood} stood already; the last is {done.head.number} {done.head.digest}"
    )
    if done.missing is not None:
        click.echo(
            f"LOOK Entry {done.missing.number} is remembered as the last, and the backup ends with {done.head.number}: "
            "what came between is lost. Find a newer backup, or run `leeward verify --accept REASON`."
        )
