"""`leeward signals load | fit | scan | duplicates`"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

import click
import msgspec

from leeward.commands.signals_duplicates import duplicates
from leeward.commands.signals_prepare import prepare
from leeward.commands.signals_watch import NAMES, WATCHING
from leeward.errors import BadInput
from leeward.home import home

if TYPE_CHECKING:
    from leeward.signals.concepts import Merged
    from leeward.signals.counting import Counted
    from leeward.signals.fit import Fit
    from leeward.signals.likelihoods import Reading
    from leeward.signals.scan import Signals
    from leeward.signals.special import Integers

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
            click.option("--names", type=click.Choice(NAMES), default="concepts", show_default=True),
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
    ingredients = asked["names"] == "ingredients"
    found = (
        merged(names_of(places, engine, ingredients), load_knowledge()) if asked["names"] != "raw" and places else ()
    )
    concepts = concept_names(found)
    without: tuple[str, ...] = ()
    if asked["duplicates"] == "drop":
        without = dropped(duplicates(places, concepts, engine=engine))
        click.echo(
            f"{len(without):,} likely duplicates were left out; `leeward signals duplicates` lists them.", err=True
        )
    narrowed = Asked(
        background=asked["background"], role=cast(Any, asked["role"]), until=asked["until"], without=without, ingredients=ingredients,
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
@click.option("--format", "form", type=click.Choice(["text", "csv", "json", "parquet", "svg"]), help="Where left out: as --out is named; text on a terminal, else csv.")  # fmt: skip
@click.option(
    "--out", type=click.Path(), help="Write to this file; .parquet, .json, .svg, .csv or .txt say the format."
)
def scan(likelihood: Reading, product: str | None, least: int, form: str | None, out: str | None, **asked: str) -> None:
    """Say of every pair how much more it is reported than expected, the strongest by EB05 first.

    The answer says of each rule how many pairs it flags and how many it would by chance alone. svg draws how far few reports
    are pulled in.
    """
    from leeward.signals.fit import fit as fit_prior
    from leeward.signals.rules import HOW
    from leeward.signals.scan import CAVEAT, signals

    form = form or (Path(out).suffix.lower().lstrip(".") if out else "text" if sys.stdout.isatty() else "csv")
    if form == "txt":
        form = "text"
    if form not in ("text", "csv", "json", "parquet", "svg"):
        says, mend = f"{out} does not end in .txt, .csv, .json, .parquet or .svg.", "Name it so, or give --format."
        raise BadInput.one("LW-1042", "--out", says, mend)
    counted, merged = _counted(asked)
    found = signals(counted, fit_prior(counted.pairs, likelihood), asked["background"])
    click.echo("\n".join([_text(found.fit, counted), *(one.says for one in found.alarms), HOW, CAVEAT]), err=True)
    for one in merged:
        click.echo(f"{one.concept}: {len(one.names)} spellings counted as one; left apart, and likely of it: "
                   f"{', '.join(one.likely) or 'none'}.", err=True)  # fmt: skip
    places = found.named(product or "", least)
    if out is None:
        _write(found, places, form, _json(found.fit, counted), sys.stdout.buffer)
        return
    half = Path(f"{out}.part")
    try:
        with half.open("wb") as file:
            _write(found, places, form, _json(found.fit, counted), file)
        half.replace(out)
    except OSError as error:
        half.unlink(missing_ok=True)
        says = f"It cannot be written to {out} ({error.strerror or 'error'})."
        raise BadInput.one("LW-1043", "--out", says, "Make room, or name another file.") from None


def _write(found: Signals, places: Integers, form: str, fitted: str, file: IO[bytes]) -> None:
    from leeward.signals.rules import HOW
    from leeward.signals.scan import CAVEAT, write

    if form == "text":
        from leeward.commands.signals_table import table_text

        file.write(table_text(found, places.tolist()).encode())
        return
    if form == "svg":
        from leeward.signals.scan_drawing import scan_svg

        file.write(scan_svg(found, places).encode() + b"\n")
        return
    if form == "json":
        said: dict[str, Any] = {"leeward": "signals/1", "says": CAVEAT, "fit": msgspec.json.decode(fitted)}
        said |= {"alarms": found.alarms, "by_chance": HOW}
        file.write(msgspec.json.encode(said | {"rows": list(found.rows(places.tolist()))}) + b"\n")
        return
    alarms = msgspec.json.encode(found.alarms).decode()
    says = {"leeward": "signals/1", "says": CAVEAT, "fit": fitted, "alarms": alarms, "by_chance": HOW}
    write(found.table(places), file, "parquet" if form == "parquet" else "csv", says)


for _more in (duplicates, *WATCHING, prepare):
    command.add_command(_more)
