"""`leeward signals load | fit | scan | duplicates`"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click
import msgspec

from leeward.commands.signals_duplicates import duplicates
from leeward.commands.signals_watch import WATCHING
from leeward.home import home

if TYPE_CHECKING:
    from leeward.signals.concepts import Merged
    from leeward.signals.counting import Counted
    from leeward.signals.fit import Fit
    from leeward.signals.likelihoods import Reading

Command = Callable[..., Any]


@click.group(short_help="Load reports of adverse events; see what is reported more than expected.")
def command() -> None:
    """Adverse-event reports: which products are reported with which harms more than expected, and how sure that is.

    Reports show neither cause nor rate.
    """


@command.command(short_help="Load files of reports.")
@click.argument("files", nargs=-1, required=True, type=click.Path())
def load(files: tuple[str, ...]) -> None:
    """Load FILES: FDA's CAERS / HFCS extract (CSV), quarters of FAERS (the zip, its folder or its DEMO file), openFDA's JSON of
    adverse events, lists of deleted cases, or a table of report, product and event; plain, gzipped or in a zip.

    A file that was loaded before changes nothing. A row that cannot be read is told and set aside. A file that breaks off
    leaves nothing.
    """
    from leeward.signals.store import load as load_file

    for name in files:
        path = Path(name)
        done = load_file(path, home(), datetime.now(UTC), _told)
        for line, reason in done.first_set_aside:
            click.echo(f"{path.name}, line {line}: set aside, {reason}.", err=True)
        span = f"received {done.first_received} to {done.last_received}" if done.first_received else "without days"
        before = "" if done.new else " It was loaded before: nothing changed."
        deleted = f" {done.deleted:,} cases withdrawn by FDA." if done.deleted else ""
        click.echo(
            f"{path.name}: {done.reports:,} reports, {done.rows:,} rows, {span}; {done.set_aside:,} set aside.{deleted}{before}"
        )


def _told(rows: int) -> None:
    click.echo(f"{rows:,} rows", err=True)


def asks(of: Command) -> Command:
    """The options of everything that counts."""
    for option in reversed(
        (
            click.option("--likelihood", type=click.Choice(["A", "B", "C"]), default="C", show_default=True),
            click.option("--names", type=click.Choice(["concepts", "raw"]), default="concepts", show_default=True),
            click.option("--background", default="all", show_default=True, help="all, supplements or industry:NN"),
            click.option(
                "--role", type=click.Choice(["primary", "suspect", "all"]), default="suspect", show_default=True
            ),
            click.option("--until", default="", help="Only reports received by this day."),
            click.option("--strata", default="", help="What expected counts allow for: some of age,sex,year."),
            click.option(
                "--duplicates",
                type=click.Choice(["keep", "drop"]),
                default="keep",
                show_default=True,
                help="drop leaves out likely duplicates and says how many.",
            ),
            click.option("--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True),
        )
    ):
        of = option(of)
    return of


def _counted(asked: dict[str, str]) -> tuple[Counted, tuple[Merged, ...]]:
    from leeward.knowledge import load_knowledge
    from leeward.signals.concepts import concept_names, merged
    from leeward.signals.counting import Asked, counted, names_of
    from leeward.signals.duplicates import dropped, duplicates
    from leeward.signals.engines import engine_of
    from leeward.signals.store import loads

    places, engine = loads(home()), engine_of(cast(Any, asked["engine"]))
    found = merged(names_of(places, engine), load_knowledge()) if asked["names"] == "concepts" and places else ()
    concepts = concept_names(found)
    without: tuple[str, ...] = ()
    if asked["duplicates"] == "drop":
        without = dropped(duplicates(places, concepts, engine=engine))
        click.echo(
            f"{len(without):,} likely duplicates were left out; `leeward signals duplicates` lists them.", err=True
        )
    narrowed = Asked(
        background=asked["background"], role=cast(Any, asked["role"]), until=asked["until"], without=without,
        strata=tuple(name.strip() for name in asked["strata"].split(",") if name.strip()),
    )  # fmt: skip
    return counted(places, narrowed, concepts, engine), found


@command.command(short_help="The prior of all that was loaded, with its certificate.")
@asks
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def fit(likelihood: Reading, form: str, **asked: str) -> None:
    """Fit the prior that the scores shrink by. The likelihood is A, B or C; each names itself in the answer."""
    from leeward.signals.fit import fit as fit_prior

    counted, _ = _counted(asked)
    found = fit_prior(counted.pairs, likelihood)
    click.echo(_json(found, counted) if form == "json" else _text(found, counted))


def _bins(found: Fit, counted: Counted) -> tuple[int, int, float] | None:
    """The unseen cells that were binned, the bins, and the error that this can make at most; None where none were."""
    from leeward.signals.strata import error_bound

    pairs = counted.pairs
    if pairs.strata is None or found.likelihood != "C" or found.prior is None:
        return None
    unseen = pairs.strata.unseen(pairs)
    return int(unseen.weight.sum()), len(unseen.n), error_bound(unseen, found.prior)


def _json(found: Fit, counted: Counted) -> str:
    nothing: dict[str, Any] = dict.fromkeys(("alpha1", "beta1", "alpha2", "beta2", "p"))
    prior = found.prior._asdict() if found.prior else nothing
    said: dict[str, Any] = {"leeward": "signals-fit/1", "likelihood": found.likelihood, **prior, "nll": found.nll}
    said |= {
        "certificate": found.certificate,
        "others": [one.prior._asdict() | {"nll": one.nll} for one in found.others],
    }
    said |= {"pairs": len(counted.pairs.n), "cells": counted.pairs.cells, "reports": counted.pairs.reports}
    if bins := _bins(found, counted):
        said["unseen"] = dict(zip(("cells", "bins", "error_bound"), bins, strict=True))
    return msgspec.json.format(msgspec.json.encode(said)).decode()


def _text(found: Fit, counted: Counted) -> str:
    from leeward.signals.likelihoods import READINGS

    pairs, certificate = counted.pairs, found.certificate
    lines = [
        f"{pairs.reports:,} reports, {len(pairs.n):,} pairs of {len(pairs.products):,} products and {len(pairs.events):,} terms.",
        f"Likelihood {found.likelihood}: {READINGS[found.likelihood]}.",
        f"Certificate: {certificate.outcome}. {certificate.says}",
        f"Negative log-likelihood {found.nll:,.4f} nats; largest gradient {certificate.gradient:.2g}.",
    ]
    if found.prior:
        lines.append("Prior: " + ", ".join(f"{name} {value:.6g}" for name, value in found.prior._asdict().items()))
    if pairs.strata is not None:
        lines.append(f"Expected counts allow for {len(pairs.strata):,} strata; PRR, ROR and chi-square do not.")
    if bins := _bins(found, counted):
        lines.append(f"{bins[0]:,} unseen cells in {bins[1]:,} bins: at most {bins[2]:.1g} nats wrong by that.")
    for other in found.others:
        values = ", ".join(f"{name} {value:.6g}" for name, value in other.prior._asdict().items())
        lines.append(f"The data hardly tell apart: {values}; {other.nll - found.nll:+.3f} nats, {other.starts} starts.")
    return "\n".join(lines)


@command.command(short_help="Every pair with its measures, the strongest first.")
@asks
@click.option("--product", help="Only names that hold this text.")
@click.option("--least", type=int, default=1, show_default=True, help="Only pairs with so many reports.")
@click.option("--format", "form", type=click.Choice(["csv", "json"]), default="csv", show_default=True)
def scan(likelihood: Reading, product: str | None, least: int, form: str, **asked: str) -> None:
    """Say of every pair how much more it is reported than expected, the strongest by EB05 first."""
    from leeward.signals.fit import fit as fit_prior
    from leeward.signals.scan import CAVEAT, COLUMNS, signals

    counted, merged = _counted(asked)
    found = signals(counted, fit_prior(counted.pairs, likelihood), asked["background"])
    click.echo(f"{_text(found.fit, counted)}\n{CAVEAT}", err=True)
    for one in merged:
        click.echo(f"{one.concept}: {len(one.names)} spellings counted as one; left apart, and likely of it: "
                   f"{', '.join(one.likely) or 'none'}.", err=True)  # fmt: skip
    pairs = counted.pairs
    wanted = [
        place
        for place in found.order()
        if pairs.n[place] >= least
        and (not product or product.casefold() in pairs.products[pairs.product[place]].casefold())
    ]
    rows = found.rows(wanted)
    if form == "json":
        said = {
            "leeward": "signals/1",
            "says": CAVEAT,
            "fit": msgspec.json.decode(_json(found.fit, counted)),
            "rows": list(rows),
        }
        click.echo(msgspec.json.encode(said))
        return
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([row[name] for name in COLUMNS] for row in rows)


for _more in (duplicates, *WATCHING):
    command.add_command(_more)
