"""The reports that a site has loaded: a folder a file, as Parquet, with where it came from.

    signals/<digest of the file>/rows.parquet     report, received, product, role, industry, age, sex, case, version,
                                 ingredient
                                 events.parquet   report, event
                                 outcomes.parquet report, outcome as the file tells it
                                 deleted.parquet  case: those that FDA withdrew
                                 load.json        name, digest, rows, reports, cases, set aside, when

A report and a case carry whose number it is, as `caers:65325`: numbers of two sources are never taken for one. Of the
versions of a case all are kept; which of them stands is said when they are counted.

A folder is written beside its place and moved there whole: a load that breaks off leaves nothing. The same file loaded
again changes nothing.
"""

from __future__ import annotations

import gc
import hashlib
import shutil
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec

from leeward.errors import BadInput
from leeward.signals.parquet import BATCH, Table
from leeward.signals.readers.files import whole
from leeward.signals.reading import Deleted, SetAside, files_of, read_rows

FOLDER = "signals"
MOST_SHOWN = 20


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it was loaded."""

    name: str
    digest: str
    rows: int
    reports: int
    cases: int = 0
    """Cases that the reports are versions of."""
    deleted: int = 0
    """Cases that the file says are withdrawn."""
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
        if not done.rows and not done.deleted:
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
    digests: list[str] = []
    with whole(path):
        for one in files_of(path):
            with one.open("rb") as file:
                digests.append(hashlib.file_digest(file, "sha256").hexdigest())
    return digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()


def _written(path: Path, place: Path, digest: str, now: datetime, progress: Callable[[int], None]) -> Load:
    rows, events, outcomes, deleted = (
        Table(place / f"{name}.parquet", columns)
        for name, columns in (("rows", ROWS), ("events", EVENTS), ("outcomes", OUTCOMES), ("deleted", DELETED))
    )
    shown: list[tuple[int, str]] = []
    count, withdrawn, aside, first, last = 0, 0, 0, "", ""
    before = ""
    told: set[str] = set()
    ended: set[str] = set()
    with _no_search_for_cycles(), rows, events, outcomes, deleted:
        for row in read_rows(path):
            if isinstance(row, SetAside):
                aside += 1
                if len(shown) < MOST_SHOWN:
                    shown.append((row.line, row.reason))
                continue
            if isinstance(row, Deleted):
                withdrawn += 1
                deleted.add(f"{row.source}:{row.case}")
                continue
            count += 1
            report = f"{row.source}:{row.report}"
            if (
                report != before
            ):  # events of one report mostly stand together; those that come twice count once all the same
                before, told, ended = report, set[str](), set[str]()
            rows.add(
                report, row.received, row.product, row.role, row.industry, row.age, row.sex,
                f"{row.source}:{row.case or row.report}", row.version, row.ingredient,
            )  # fmt: skip
            for event in row.events:
                if event not in told:
                    told.add(event)
                    events.add(report, event)
            for outcome in row.outcomes:
                if outcome not in ended:
                    ended.add(outcome)
                    outcomes.add(report, outcome)
            if row.received:
                first, last = min(first or row.received, row.received), max(last, row.received)
            if count % BATCH == 0:
                progress(count)
    reports, cases = _distinct(place / "rows.parquet")
    return Load(
        name=path.name,
        digest=digest,
        rows=count,
        reports=reports,
        cases=cases,
        deleted=withdrawn,
        set_aside=aside,
        first_set_aside=tuple(shown),
        loaded=now.isoformat(timespec="seconds"),
        first_received=first,
        last_received=last,
    )


@contextmanager
def _no_search_for_cycles() -> Generator[None]:
    """Rows hold no cycles, and looking for some among so many takes a fifth of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _distinct(rows: Path) -> tuple[int, int]:
    """How many reports, and how many cases."""
    duckdb: Any = import_module("duckdb")
    with duckdb.connect() as engine:
        asked = 'select count(distinct report), count(distinct "case") from read_parquet(?)'
        return engine.execute(asked, [str(rows)]).fetchone()


ROWS = {
    "report": "string", "received": "string", "product": "string", "role": "string", "industry": "string",
    "age": "double", "sex": "string", "case": "string", "version": "integer", "ingredient": "string",
}  # fmt: skip
EVENTS = {"report": "string", "event": "string"}
OUTCOMES = {"report": "string", "outcome": "string"}
DELETED = {"case": "string"}
