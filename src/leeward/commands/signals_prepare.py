"""`leeward signals prepare`"""

from __future__ import annotations

from datetime import UTC, datetime

import click

from leeward.home import home


@click.command(short_help="Work out everything that the app shows of the reports.")
@click.option("--back-test", "backtests", multiple=True, metavar="PRODUCT", help="Look back at this product too, as kratom: some seconds each.")  # fmt: skip
@click.option("--duplicates", type=click.Choice(["keep", "drop"]), default="keep", show_default=True, help="drop leaves out likely duplicates.")  # fmt: skip
def prepare(backtests: tuple[str, ...], duplicates: str) -> None:
    """Count, fit and score all that was loaded, against every background and under each likelihood, for the page in the app.

    The page computes nothing: it shows what this wrote. Give the command again after each load.
    """
    from leeward.commands.signals_watch import _actions as actions  # pyright: ignore[reportPrivateUsage]
    from leeward.knowledge import load_knowledge
    from leeward.signals.preparing import Wanted, prepare

    wanted = Wanted(drop=duplicates == "drop", backtests=backtests)

    def say(told: str) -> None:
        click.echo(told, err=True)

    done = prepare(
        home(), load_knowledge(), datetime.now(UTC), wanted, actions=lambda name: tuple(actions(name)), say=say
    )
    of_all = done.backgrounds[0]
    proved = ", ".join(f"{one.likelihood} {'proved' if one.proved else one.outcome}" for one in of_all.fits)
    click.echo(
        f"{done.reports:,} reports, {of_all.pairs:,} pairs, {len(done.backgrounds)} backgrounds; against all reports: {proved}. "
        f"The app shows them under Signals."
    )
