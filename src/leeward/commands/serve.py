"""`leeward serve`"""

from __future__ import annotations

from pathlib import Path

import click

from leeward.home import home


@click.command(short_help="Open the ward: the bedside app in a browser.")
@click.option("--demo", is_flag=True, help="A ward of made-up people, made anew at each start.")
@click.option(
    "--database", metavar="URL", help="sqlite:///PATH or postgresql://USER@HOST/NAME; else a file in the data folder."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option(
    "--port",
    default=8642,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="The port to listen at; 0 takes a free one.",
)
@click.option(
    "--public-url", metavar="URL", default="", help="How others reach it (https://...), where a proxy stands before it."
)
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 32), help="Processes that answer.")
@click.option("--open", "open_browser", is_flag=True, help="Show it in a browser, where there is a screen.")
@click.option(
    "--policy", "policy_file", type=click.Path(), help="The site's policy file (TOML), until one is set in the app."
)
@click.option(
    "--trust",
    "trust_file",
    type=click.Path(),
    help="The record systems that may call (TOML); see the how-to on CDS Hooks.",
)
@click.option(
    "--ehr",
    "ehr_file",
    type=click.Path(),
    help="The record systems that Leeward is opened from (TOML); see the how-to on launching.",
)
@click.option(
    "--signals",
    type=click.Path(),
    help="The data folder whose reports of adverse events are shown; else this one.",
)
def command(
    demo: bool,
    database: str | None,
    host: str,
    port: int,
    public_url: str,
    workers: int,
    open_browser: bool,
    policy_file: str | None,
    trust_file: str | None,
    ehr_file: str | None,
    signals: str | None,
) -> None:
    """Serve the bedside app until it is stopped with Ctrl-C.

    \b
    leeward serve --demo --open
    leeward serve --database postgresql://leeward@db.example/leeward --public-url https://ward.example
    """
    from leeward.web.serving import Serving, serve

    serve(
        Serving(
            demo=demo,
            database=database or "",
            host=host,
            port=port,
            public_url=public_url.rstrip("/"),
            workers=workers,
            policy_file=str(Path(policy_file).absolute()) if policy_file else "",
            trust_file=str(Path(trust_file).absolute()) if trust_file else "",
            ehr_file=str(Path(ehr_file).absolute()) if ehr_file else "",
            signals=str(Path(signals).absolute()) if signals else "",
            home=str(home()),
        ),
        say=click.echo,
        open_browser=open_browser,
    )
