"""The reports that a site has loaded: a folder a file, as Parquet, with where it came from.

    signals/<digest of the file>/rows.parquet     report, received, product, role, industry, age, sex
                                 events.parquet   report, event
                                 load.json        name, digest, rows, reports, set aside, when

A folder is written beside its place and moved there whole: a load that breaks off leaves nothing. The same file loaded
again changes nothing.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec

from leeward.errors import BadInput
from leeward.signals.reading import SetAside, read_rows

FOLDER = "signals"
BATCH = 50_000
MOST_SHOWN = 20


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it was loaded."""

    name: str
    digest: str
    rows: int
    reports: int
    set_aside: int
    first_set_aside: tuple[tuple[int, str], ...]
    """Lines that were not read, with the reason: the first of them."""
    loaded: str
    first_received: str
    last_received: str
    new: bool = True


def load(path: Path, home: Path, now: datetime, progress: Callable[[int], None] = lambda _: None) -> Load:
    """Load a file of reports. Raises BadInput where it cannot be read, or nothing in it; nothing is then kept of it."""
    digest = _digest(path)
    place = home / FOLDER / digest[:16]
    if (place / "load.json").exists():
        return msgspec.structs.replace(read_load(place), new=False)
    half = place.with_name(f".{place.name}.part")
    shutil.rmtree(half, ignore_errors=True)
    try:
        half.mkdir(parents=True)
        done = _written(path, half, digest, now, progress)
        if not done.rows:
            says = "No row of it can be read."
            reason = f" Line {done.first_set_aside[0][0]}: {done.first_set_aside[0][1]}." if done.set_aside else ""
            raise BadInput.one("LW-1005", path.name, says + reason, "Give a file of reports.")
        (half / "load.json").write_bytes(msgspec.json.format(msgspec.json.encode(done)))
        half.rename(place)
    except OSError as error:
        says = f"It cannot be written to {home} ({error.strerror or 'error'})."
        raise BadInput.one(
            "LW-1006", path.name, says, "Make room, then load it again: nothing of it was kept."
        ) from None
    finally:
        shutil.rmtree(half, ignore_errors=True)
    return done


def loads(home: Path) -> tuple[Path, ...]:
    """The folders of what was loaded, in the order of loading."""
    found = [one for one in (home / FOLDER).glob("*") if (one / "load.json").exists()]
    return tuple(sorted(found, key=lambda one: (read_load(one).loaded, one.name)))


def read_load(place: Path) -> Load:
    """What is known of a load."""
    return msgspec.json.decode((place / "load.json").read_bytes(), type=Load)


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        says = f"The file cannot be read ({error.strerror or 'error'})."
        raise BadInput.one("LW-1003", path.name, says, "Check the path.") from None


def _written(path: Path, place: Path, digest: str, now: datetime, progress: Callable[[int], None]) -> Load:
    rows, events = _Table(place / "rows.parquet", ROWS), _Table(place / "events.parquet", EVENTS)
    aside: list[SetAside] = []
    count, told, first, last = 0, set[tuple[str, str]](), "", ""
    reports = set[str]()
    with rows, events:
        for row in read_rows(path):
            if isinstance(row, SetAside):
                aside.append(row)
                continue
            count += 1
            reports.add(row.report)
            rows.add(row.report, row.received, row.product, row.role, row.industry, row.age, row.sex)
            for event in row.events:
                if (row.report, event) not in told:
                    told.add((row.report, event))
                    events.add(row.report, event)
            if row.received:
                first, last = min(first or row.received, row.received), max(last, row.received)
            if count % BATCH == 0:
                progress(count)
    return Load(
        name=path.name,
        digest=digest,
        rows=count,
        reports=len(reports),
        set_aside=len(aside),
        first_set_aside=tuple((one.line, one.reason) for one in aside[:MOST_SHOWN]),
        loaded=now.isoformat(timespec="seconds"),
        first_received=first,
        last_received=last,
    )


ROWS = {
    "report": "string", "received": "string", "product": "string", "role": "string", "industry": "string",
    "age": "double", "sex": "string",
}  # fmt: skip
EVENTS = {"report": "string", "event": "string"}


class _Table:
    """A Parquet file that is written in pieces."""

    def __init__(self, path: Path, columns: dict[str, str]) -> None:
        arrow: Any = import_module("pyarrow")
        parquet: Any = import_module("pyarrow.parquet")
        self._arrow = arrow
        self._schema = arrow.schema(
            [(name, getattr(arrow, "float64" if kind == "double" else kind)()) for name, kind in columns.items()]
        )
        self._writer: Any = parquet.ParquetWriter(path, self._schema, compression="zstd")
        self._columns: list[list[Any]] = [[] for _ in columns]

    def add(self, *values: Any) -> None:
        """Add one row."""
        for column, value in zip(self._columns, values, strict=True):
            column.append(value)
        if len(self._columns[0]) >= BATCH:
            self._flush()

    def _flush(self) -> None:
        if self._columns[0]:
            self._writer.write_table(self._arrow.table(self._columns, schema=self._schema))
            self._columns = [[] for _ in self._columns]

    def __enter__(self) -> _Table:
        return self

    def __exit__(self, *_: object) -> None:
        self._flush()
        self._writer.close()
