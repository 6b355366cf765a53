"""`leeward recalls load | match | list`"""

from __future__ import annotations

import csv
import hashlib
import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from leeward.errors import BadInput, shown
from leeward.home import home
from leeward.knowledge import load_knowledge
from leeward.products.recalls.action import RECALLS, TITLES, Action
from leeward.products.recalls.matching import Matches
from leeward.products.recalls.readers import Skipped, kind_of, read_actions
from leeward.products.recalls.readers.columns import delimiter_of
from leeward.products.recalls.readers.text import is_utf_16, text_lines
from leeward.products.recalls.register import open_register
from leeward.products.recalls.store import FILE, Store

OTHERS = frozenset(TITLES) - RECALLS
MOST_SKIPPED = 20
"""Skipped lines that are told one by one."""


@click.group(short_help="Load FDA's files, match a list of labels, list what is known.")
def command() -> None:
    """Recalls and other actions: what Leeward ships, and what you load of FDA's own files."""


@command.command(short_help="Load FDA's files.")
@click.argument("files", nargs=-1, required=True, type=click.Path())
def load(files: tuple[str, ...]) -> None:
    """Load FILES of the FDA: enforcement reports (JSON or JSONL, also zipped), dashboard, press-release or letter lists (CSV).

    A file that was loaded before changes nothing; a newer one brings what is new. A line that cannot be read is told
    and skipped. Interrupted, a load leaves what was there.

    \b
    leeward recalls load food-enforcement-0001-of-0001.json.zip
    """
    paths = [Path(name) for name in files]
    kinds = [kind_of(path) for path in paths]
    store = Store(home() / FILE, load_knowledge(), write=True)
    try:
        for path, kind in zip(paths, kinds, strict=True):
            skipped: list[Skipped] = []
            at = datetime.now(UTC).isoformat(timespec="seconds")
            done = store.load(path.name, kind, _digest(path), at, _read(path, skipped), skipped.__len__)
            for line in skipped[:MOST_SKIPPED]:
                click.echo(f"{path.name}, line {line.line}: skipped. {line.reason}", err=True)
            if len(skipped) > MOST_SKIPPED:
                click.echo(f"{path.name}: {len(skipped) - MOST_SKIPPED} more lines skipped.", err=True)
            click.echo(
                f"{path.name} ({kind}): {done.read} records read, {done.added} new, {done.changed} changed, "
                f"{done.skipped} skipped; newest record {done.newest or 'undated'}."
            )
    finally:
        store.close()


def _read(path: Path, skipped: list[Skipped]) -> Iterator[Action]:
    """The actions of a file; lines that cannot be read are put aside."""
    for line in read_actions(path):
        if isinstance(line, Skipped):
            skipped.append(line)
        else:
            yield line


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a list of labels with its answer."""

    row: int
    text: str
    grade: str
    records: tuple[str, ...]
    because: str
    to_compare: str
    other_actions: tuple[str, ...]
    """Alerts, letters and seizures: they are no recalls and decide no grade."""


@command.command(short_help="Match a list of labels with the register.")
@click.argument("file", type=click.Path())
@click.option("--column", help="The column that holds the label text; needed where there are several.")
@click.option("--lot-column", help="The column that holds the lot.")
@click.option("--upc-column", help="The column that holds the barcode.")
@click.option("--format", "form", type=click.Choice(["csv", "json"]), default="csv", show_default=True)
def match(file: str, column: str | None, lot_column: str | None, upc_column: str | None, form: str) -> None:
    """Match each row of FILE, a shelf or stock list as CSV with a header.

    Grades: match (in scope), product_only (listed; lot, date or pack not known), family (same firm or brand only), none
    (no record found, which does not mean safe).
    """
    register = open_register(home(), load_knowledge())
    rows, columns = _table(file, column, lot_column, upc_column)
    click.echo(register.freshness, err=True)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    if form == "csv":
        writer.writerow(Row.__struct_fields__)
    with click.progressbar(rows, label="Matching", file=sys.stderr, hidden=not sys.stderr.isatty()) as counted:
        for number, fields in enumerate(counted, 1):
            text, lot, upc = (fields.get(name) or "" if name else "" for name in columns)
            found = register.match_text(text, lot, upc, RECALLS)
            others = register.match_text(text, lot, upc, OTHERS)
            best = [one for one in found.found if one.grade == found.grade]
            row = Row(
                row=number,
                text=text,
                grade=found.grade,
                records=tuple(one.action.record for one in best),
                because=_because(found),
                to_compare=best[0].to_compare if best else "",
                other_actions=tuple(f"{one.action.type} {one.action.record}" for one in others.found),
            )
            if form == "json":
                click.echo(msgspec.json.encode(row))
            else:
                values = msgspec.structs.asdict(row) | {
                    "records": "|".join(row.records),
                    "other_actions": "|".join(row.other_actions),
                }
                writer.writerow(values.values())


def _because(found: Matches) -> str:
    """What decided; where nothing was found, the record that was ruled out, if one was."""
    if found.found or not found.near:
        return found.because
    near = found.near[0]
    return f"{found.because} Ruled out: {near.action.record}, {near.because}."


def _table(file: str, *named: str | None) -> tuple[list[dict[str, str]], tuple[str | None, ...]]:
    path = Path(file)
    try:
        data = path.read_bytes()
    except OSError as error:
        mend = "Check its name, and that you may read it."
        raise BadInput.one("LW-0502", file, f"The file cannot be read: {error.strerror}.", mend) from None
    if b"\0" in data[:4096] and not is_utf_16(data):
        raise BadInput.one("LW-0603", path.name, "This is not a CSV file.", "Save the list as CSV with a header.")
    lines = list(text_lines(io.BytesIO(data)))
    try:
        table = list(csv.reader(lines, delimiter=delimiter_of(lines[0]) if lines else ","))
    except csv.Error as error:
        mend = "Save the list as CSV with a header."
        raise BadInput.one("LW-0603", path.name, f"The CSV cannot be read: {error}.", mend) from None
    header = [name.strip() for name in table[0]] if table else []
    rows = [dict(zip(header, row, strict=False)) for row in table[1:] if any(row)]
    if not rows:
        mend = "Give a header and at least one row."
        raise BadInput.one("LW-0603", path.name, "The list has no rows below its header.", mend)
    if len(set(header)) < len(header):
        raise BadInput.one("LW-0604", path.name, "Two columns have one name.", "Give each column a name of its own.")
    column = named[0] or (header[0] if len(header) == 1 else _label_column(header))
    for name in (column, *named[1:]):
        if name is not None and name not in header:
            says = f'There is no column "{shown(name)}".' if name else "Which column holds the label text is not said."
            raise BadInput.one("LW-0604", path.name, says, f"Name one of: {', '.join(map(shown, header))}.")
    return rows, (column, *named[1:])


def _label_column(header: list[str]) -> str:
    likely = [
        name
        for name in header
        if name and name.casefold().strip() in ("label", "text", "product", "description", "label text")
    ]
    return likely[0] if len(likely) == 1 else ""


@command.command("list", short_help="List actions.")
@click.option(
    "--concept", type=click.Choice(["kratom", "all"]), default="kratom", show_default=True, help="Which products."
)
@click.option("--type", "kind", help="Only this type, such as recall or warning-letter.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def list_actions(concept: str, kind: str | None, form: str) -> None:
    """List actions that are known, by what the product is, whether or not its record says kratom."""
    if kind is not None and kind not in TITLES:
        raise BadInput.one(
            "LW-0605", "--type", f'"{shown(kind)}" is no type of action.', f"Give one of {', '.join(TITLES)}."
        )
    register = open_register(home(), load_knowledge())
    for action in register.about_kratom() if concept == "kratom" else register.actions():
        if kind is not None and action.type != kind:
            continue
        if form == "json":
            click.echo(msgspec.json.encode(action))
        else:
            product = " ".join(action.product.split())[:90]
            click.echo(
                f"{action.date or 'undated':10}  {action.record:14}  {TITLES[action.type].split(' (')[0]:15}  {action.firm[:32]:32}  {product}"
            )
    click.echo(register.freshness, err=True)
