"""`leeward signals lrt | watch | backtest`: what watches reports over time, and a test that says how often it errs."""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click
import msgspec

from leeward.errors import BadInput
from leeward.home import home

if TYPE_CHECKING:
    from leeward.signals.backtest import Backtest, Dated
    from leeward.signals.likelihoods import Reading

Command = Callable[..., Any]

NAMES = ("concepts", "ingredients", "raw")
"""What a product is counted under: its concept; its active ingredients where they are told, then their concept; as typed."""


def _narrows(of: Command) -> Command:
    """The options of what is counted."""
    for option in reversed(
        (
            click.option("--names", type=click.Choice(NAMES), default="concepts", show_default=True),
            click.option("--background", default="all", show_default=True, help="all, supplements or industry:NN"),
            click.option(
                "--role", type=click.Choice(["primary", "suspect", "all"]), default="suspect", show_default=True
            ),
            click.option("--until", default="", help="Only reports received by this day."),
        )
    ):
        of = option(of)
    return of


def _loaded(names: str) -> tuple[tuple[Path, ...], Mapping[str, str]]:
    """Where the loads are, and what their names are counted under."""
    from leeward.knowledge import load_knowledge
    from leeward.signals.concepts import concept_names, merged
    from leeward.signals.counting import names_of
    from leeward.signals.store import loads

    places = loads(home())
    if names == "raw" or not places:
        return places, {}
    return places, concept_names(merged(names_of(places, ingredients=names == "ingredients"), load_knowledge()))


@click.command(short_help="Likelihood-ratio test of each product, with false discovery rates.")
@_narrows
@click.option("--product", help="Only names that hold this text.")
@click.option("--alpha", type=click.FloatRange(0.001, 0.2), default=0.05, show_default=True)
@click.option("--replicates", type=click.IntRange(1000, 1_000_000), default=10_000, show_default=True)
def lrt(names: str, background: str, role: str, until: str, product: str | None, alpha: float, replicates: int) -> None:
    """Test of each product whether any event is reported with it more than its share, and say which, as CSV."""
    from leeward.signals.counting import Asked, counted
    from leeward.signals.likelihood_ratio import likelihood_ratio
    from leeward.signals.scan import CAVEAT

    places, concepts = _loaded(names)
    pairs = counted(
        places,
        Asked(background=background, role=cast(Any, role), until=until, ingredients=names == "ingredients"),
        concepts,
    ).pairs
    wanted = [at for at, name in enumerate(pairs.products) if not product or product.casefold() in name.casefold()]
    if not wanted:
        raise _none_such(product or "")
    found = likelihood_ratio(pairs, wanted, alpha, replicates)
    click.echo(f"{found.says}\n{CAVEAT}", err=True)
    of = {int(place): at for at, place in enumerate(found.products)}
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(
        ["product", "event", "n", "expected", "llr", "critical", "above", "p_product", "q_product", "background"]
    )
    order = sorted(range(len(pairs.n)), key=lambda at: -found.ratio[at])
    for at in order:
        tested = of.get(int(pairs.product[at]))
        if tested is not None and found.ratio[at] > 0:
            writer.writerow([
                pairs.products[pairs.product[at]], pairs.events[pairs.event[at]], int(pairs.n[at]), float(found.expected[at]),
                float(found.ratio[at]), float(found.critical[tested]), bool(found.ratio[at] > found.critical[tested]),
                float(found.p[tested]), float(found.q[tested]), background,
            ])  # fmt: skip


@click.command(short_help="What would have been flagged when, beside the dated actions of FDA.")
@click.argument("product")
@_narrows
@click.option("--likelihood", type=click.Choice(["A", "B", "C"]), default="C", show_default=True)
@click.option(
    "--since", default="", help="The first month, as 2010-01; that of the first report of PRODUCT where left out."
)
@click.option("--event", "events", multiple=True, help="Watch this event; alpha is shared among those named.")
@click.option("--alpha", type=click.FloatRange(0.0001, 0.2), default=0.05, show_default=True)
@click.option("--limit", type=click.FloatRange(0.1, 1000), default=10.0, show_default=True, help="Expected reports of an event at which watching ends.")  # fmt: skip
@click.option("--least", type=click.IntRange(1, 100), default=4, show_default=True, help="Reports that MaxSPRT needs at least.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["text", "csv", "json", "svg", "html"]), default="text", show_default=True)  # fmt: skip
def backtest(
    product: str, names: str, background: str, role: str, until: str, likelihood: Reading, since: str,
    events: tuple[str, ...], alpha: float, limit: float, least: int, form: str,
) -> None:  # fmt: skip
    """Say of PRODUCT what would have been flagged at the end of each month, with only the reports received by then.

    PRODUCT is a concept, as kratom, or a name as it was typed.
    """
    from leeward.signals.backtest import backtest as look_back
    from leeward.signals.backtest import month_ends
    from leeward.signals.counting import Asked, counted
    from leeward.signals.cumulative import Cumulative

    if since and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])(-\d\d)?", since):
        raise BadInput.one("LW-1035", "since", f"{since!r} is no month.", "Write it as 2010-01.")
    places, concepts = _loaded(names)
    asked = Asked(background=background, role=cast(Any, role), until=until, ingredients=names == "ingredients")
    count = Cumulative(places, asked, concepts)
    name = _named(product, count.products)
    if name is None:
        if _named(product, counted(places, asked, concepts).pairs.products) is None:
            raise _none_such(product)
        says, mend = "No report of this product says when it was received.", "Load FDA's file, which has the days."
        raise BadInput.one("LW-1033", "product", says, mend)
    unknown = sorted(set(events) - set(count.events))
    if unknown:
        raise BadInput.one("LW-1034", "event", f"No report holds {unknown[0]!r}.", "Write the term as `scan` does.")
    known = count.months(name)
    months = month_ends(since or known[0], known[-1])
    click.echo(f"looking back at {name}, {len(months)} months", err=True)
    found = look_back(
        count, name, [min(end, until) if until else end for end in months], events=events, background=background,
        likelihood=likelihood, alpha=alpha, limit=limit, least=least, actions=_actions(product),
    )  # fmt: skip
    click.echo(_said(found, form), nl=False)


def _named(product: str, names: Iterable[str]) -> str | None:
    return next((one for one in names if one.casefold() == product.casefold()), None)


def _none_such(product: str) -> BadInput:
    says = f"No report that is counted names {product!r}."
    return BadInput.one("LW-1032", "product", says, "Look with `leeward signals scan --product`.")


def _actions(product: str) -> Iterable[Dated]:
    """The actions on kratom, or on products that hold the name, one of each kind, day and firm."""
    from leeward.knowledge import load_knowledge
    from leeward.products.recalls.action import TITLES
    from leeward.products.recalls.register import open_register
    from leeward.signals.backtest import Dated

    register = open_register(home(), load_knowledge(), whatever=True)
    about = (
        register.about_kratom()
        if product.casefold() == "kratom"
        else (action for action in register.actions() if product.casefold() in action.product.casefold())
    )
    found: dict[tuple[str, str, str], Dated] = {}
    for one in about:
        if one.date:
            what = f"{TITLES[one.type]}: {one.firm}"
            found.setdefault((one.date, one.type, one.firm), Dated(date=one.date, what=what, record=one.record))
    return found.values()


def _said(found: Backtest, form: str) -> str:
    from leeward.signals.drawing import backtest_page, backtest_svg, backtest_text

    if form == "json":
        said = {"leeward": "signals-backtest/1", "says": found.says}
        said |= {name: getattr(found, name) for name in found.__struct_fields__}
        return msgspec.json.encode(said).decode() + "\n"
    if form == "csv":
        return _csv(found)
    return {"svg": backtest_svg, "html": backtest_page, "text": backtest_text}[form](found)


def _csv(found: Backtest) -> str:
    import io

    for said in found.says:
        click.echo(said, err=True)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    columns = (
        "until",
        "event",
        "n",
        "expected",
        "prr",
        "chi2",
        "ic025",
        "ebgm",
        "eb05",
        "eb95",
        "awaited",
        "llr",
        "flags",
    )
    writer.writerow(["product", "background", "likelihood", *columns])
    for row in found.rows:
        values = [getattr(row, name) for name in columns[:-1]]
        writer.writerow([found.product, found.background, found.likelihood, *values, " ".join(row.flags)])
    return out.getvalue()


WATCHING = (lrt, backtest)
"""What the group `signals` takes from here."""
