"""`leeward doctor`"""

from __future__ import annotations

import os
import platform
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leeward import __version__
from leeward.errors import BadInput
from leeward.home import home
from leeward.knowledge import load_knowledge
from leeward.knowledge.check import check
from leeward.products.recalls.register import open_register
from leeward.signing import signature_line, signed_by

if TYPE_CHECKING:
    from leeward.smart.walking import Grant


@click.command(short_help="Check the installation; with --ehr, the way to a record system.")
@click.option(
    "--ehr",
    metavar="URL",
    help="Walk a SMART launch with the record system whose FHIR server has this base, over the network.",
)
@click.option("--client-id", help="With --key: also get a token as a backend service, and read once.")
@click.option("--key", "key_file", type=click.Path(), help="The client's private keys (a JWK Set).")
@click.option("--format", "form", type=click.Choice(["text", "json"]), help="With --ehr; text unless given.")
def command(ehr: str | None, client_id: str | None, key_file: str | None, form: str | None) -> None:
    """Check what this installation stands on. Exit status 1 where something must be mended before use.

    With --ehr, and only then, the network is used: each step of a launch is tried, and the one that fails is named.

    \b
    leeward doctor
    leeward doctor --ehr https://ehr.example/fhir
    leeward doctor --ehr https://ehr.example/fhir --client-id leeward --key keys.json --format json
    """
    if ehr is None and (client_id or key_file or form):
        raise click.UsageError("--client-id, --key and --format go with --ehr URL.")
    if bool(client_id) != bool(key_file):
        raise click.UsageError("Give --client-id and --key together.")
    sys.exit(_walk(ehr, client_id, key_file, form) if ehr is not None else _installation())


def _installation() -> int:
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
    ]
    for well, says in findings:
        click.echo(f"{'ok  ' if well else 'LOOK'} {says}")
    return 1 if report.problems else 0


def _walk(ehr: str, client_id: str | None, key_file: str | None, form: str | None) -> int:
    import msgspec

    from leeward.smart.walking import walked

    grant = _grant(ehr, client_id, key_file) if client_id and key_file else None
    walk = walked(ehr, datetime.now(UTC).replace(microsecond=0), grant)
    if form == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(walk), indent=2).decode())
    else:
        for step in walk.steps:
            mend = f" {step.mend}" if step.mend else ""
            click.echo(f"{step.outcome:<10} {step.step:<14} {step.says}{mend}")
    return 1 if walk.outcome == "failed" else 0


def _grant(ehr: str, client_id: str, key_file: str) -> Grant:
    """How the token of a backend service is got. A key that cannot be used is told before anybody is asked."""
    from leeward.smart.backend import grant
    from leeward.smart.proving import read_key
    from leeward.smart.registered import Registered

    key, registered = read_key(Path(key_file)), Registered(iss=ehr, client_id=client_id)
    return lambda client, configuration: grant(client, configuration, registered, key, datetime.now(UTC))


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
