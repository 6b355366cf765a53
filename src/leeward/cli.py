"""One command, `leeward`. A subcommand's module is imported when it is called, so that a short command starts fast."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click

from leeward import __version__
from leeward.errors import BadInput, LeewardError

COMMANDS = {
    "assess": "What state is the person in, what may be done next and when, what must not be done.",
    "score": "Score a withdrawal or screening instrument.",
    "product": "What a product is, whether it is recalled, what the law says of it, what a test can show.",
    "recalls": "Load FDA's files, match a list of labels, list what is known.",
    "signals": "Load reports of adverse events; see what is reported more than expected.",
    "evidence": "What is known about a question, statement by statement.",
    "check": "What a text claims, and what the evidence says to each claim.",
    "simulate": "What a model tells of an overdose and its rescue, in made-up people.",
    "report": "Draft a MedWatch report or a summary for the poison centre.",
    "serve": "Open the ward: the bedside app in a browser.",
    "verify": "Check the record: nothing changed, removed or put in another order.",
    "backup": "Write a backup of the record, and read it back.",
    "restore": "Fill an empty record from a backup.",
    "knowledge": "List, show, explain, check and sign what Leeward knows.",
    "doctor": "Check the installation; with --ehr, the way to a record system.",
}


class LateCommands(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        return import_module(f"leeward.commands.{cmd_name}").command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LateCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="leeward")
def leeward() -> None:
    """Opioid withdrawal management with kratom product safety built in.

    For clinicians. Every answer is dated and cited, and says "cannot tell" when it cannot. A named human signs every
    plan; nothing is ordered.
    """


def main() -> None:
    """Run the command. Exit status: 0 answered, 1 bad input, 2 wrong usage."""
    try:
        leeward(standalone_mode=False)
        sys.stdout.flush()
    except BadInput as error:
        for problem in error.problems:
            click.echo(str(problem), err=True)
        sys.exit(1)
    except LeewardError as error:
        click.echo(f"{error}", err=True)
        sys.exit(1)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(1)
    except BrokenPipeError:
        _say_no_more()
        sys.exit(0)
    except OSError as error:
        _say_no_more()
        click.echo(f"LW-0506 {error.strerror or error}. Check the disk, the folder and your rights there.", err=True)
        sys.exit(1)


def _say_no_more() -> None:
    """Standard output is gone: nothing more may be written to it, not even what waits to be."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
