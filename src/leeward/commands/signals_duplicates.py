"""`leeward signals duplicates`"""

from __future__ import annotations

import csv
import sys
from typing import Any, cast

import click
import msgspec

from leeward.home import home


@click.command(short_help="Reports that look like one another.")
@click.option("--days", type=click.IntRange(0, 365), default=7, show_default=True, help="Received so many days apart at most.")  # fmt: skip
@click.option("--names", type=click.Choice(["concepts", "raw"]), default="concepts", show_default=True)
@click.option("--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True)
@click.option("--format", "form", type=click.Choice(["csv", "json"]), default="csv", show_default=True)
def duplicates(days: int, names: str, engine: str, form: str) -> None:
    """List pairs of reports with the same terms, age, sex and product that came within days of each other.

    Nothing is merged. `chance` is how many such twins the first report would have by chance alone; below 0.05 a pair is
    called likely.
    """
    from leeward.knowledge import load_knowledge
    from leeward.signals.concepts import concept_names, merged
    from leeward.signals.counting import names_of
    from leeward.signals.duplicates import COLUMNS, LIKELY, dropped
    from leeward.signals.duplicates import duplicates as find
    from leeward.signals.engines import engine_of
    from leeward.signals.store import loads

    places, counts = loads(home()), engine_of(cast(Any, engine))
    wanted = names == "concepts" and places
    found = find(
        places, concept_names(merged(names_of(places, counts), load_knowledge())) if wanted else {}, days, counts
    )
    likely = sum(one.likely for one in found)
    click.echo(
        f"{len(found):,} pairs; {likely:,} likely (chance below {LIKELY}), with {len(dropped(found)):,} reports to leave out "
        "so that one of each is left. Look at them first: twins and families are such pairs too.",
        err=True,
    )
    rows: list[dict[str, Any]] = [{name: getattr(one, name) for name in COLUMNS} for one in found]
    if form == "json":
        click.echo(msgspec.json.encode({"leeward": "signals-duplicates/1", "days": days, "pairs": rows}))
        return
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([row[name] for name in COLUMNS] for row in rows)
