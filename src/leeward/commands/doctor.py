"""`leeward doctor`"""

from __future__ import annotations

import os
import platform
import sys
from datetime import UTC, date, datetime

import click

from leeward import __version__
from leeward.errors import BadInput
from leeward.home import home
from leeward.knowledge import load_knowledge
from leeward.knowledge.check import check
from leeward.products.recalls.register import open_register
from leeward.signing import signature_line, signed_by


@click.command(short_help="Check the installation: data folder, knowledge, signature.")
def command() -> None:
    """Check what this installation stands on. Exit status 1 where something must be mended before use."""
    knowledge = load_knowledge()
    report = check(knowledge)
    newest = max(source.date for source in knowledge.sources.values())
    folder = home()
    findings = [
        (True, f"Leeward {__version__} on Python {platform.python_version()}"),
        (not report.problems, f"knowledge: {report.numbers} numbers, {len(report.problems)} problems"),
        (True, f"newest source read or recalled: {newest.isoformat()}, {_days_since(newest)} days ago"),
        (signed_by(knowledge, folder) is not None, signature_line(knowledge, folder)),
        _folder_finding(),
        _register_finding(),
        (True, "record, FHIR and SMART: not part of this version"),
    ]
    for well, says in findings:
        click.echo(f"{'ok  ' if well else 'LOOK'} {says}")
    if report.problems:
        sys.exit(1)


def _register_finding() -> tuple[bool, str]:
    try:
        register = open_register(home(), load_knowledge())
    except BadInput as error:
        return False, f"recalls: {error}"
    return register.enforcement_loaded, f"recalls: {register.freshness}"


def _days_since(day: date) -> int:
    return (datetime.now(UTC).date() - day).days


def _folder_finding() -> tuple[bool, str]:
    folder = home()
    standing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    if not standing.is_dir() or not os.access(standing, os.W_OK):
        return False, f"data folder {folder}: cannot be written to. Give yourself the right, or set LEEWARD_HOME."
    return True, f"data folder {folder}" + ("" if standing == folder else ": made when something is first stored")
