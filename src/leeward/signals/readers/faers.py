"""A quarter of FAERS as FDA publishes it in ASCII: a zip, or its files loose in a folder.

| file | what is read of it |
|---|---|
| DEMOyyQq.txt | a report a line: primaryid, caseid, caseversion, fda_dt, age, age_cod, sex (earlier gndr_cod) |
| DRUGyyQq.txt | a medicine a line: primaryid, role_cod, drugname, and since 2014Q3 prod_ai |
| REACyyQq.txt | a term a line: primaryid, pt |
| OUTCyyQq.txt | an outcome a line: primaryid, outc_cod (for a while outc_code); may be absent |
| a list of deleted cases | a case a line; in the zip since 2019, or given by itself |

Fields stand between `$`, without quotes. THER, INDI and RPSR are not needed. Up to 2012Q3 a report goes by ISR and CASE
in place of primaryid and caseid, has no version, and its lines end in a `$` more than the header. The layout was read
from FDA's notes to the files (ASC_NTS, 2013 and 2015) and from descriptions of the older ones; no file of FDA's was at hand.

A quarter is joined on disk by DuckDB, so that memory does not grow with it.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from leeward.errors import BadInput, shown
from leeward.signals.parquet import Table
from leeward.signals.readers.files import lines, no_room, opened
from leeward.signals.readers.openfda import term
from leeward.signals.readers.rows import (
    CONCOMITANT,
    INTERACTING,
    PRIMARY,
    SUSPECT,
    Deleted,
    Read,
    Row,
    SetAside,
    day,
    sex,
    years,
)  # fmt: skip

NAME = re.compile(r"(DEMO|DRUG|REAC|OUTC|THER|INDI|RPSR|STAT)\d\dQ[1-4].*\.txt", re.IGNORECASE)
DELETED = re.compile(r".*delete.*\.txt", re.IGNORECASE)

ROLES = {"PS": PRIMARY, "SS": SUSPECT, "C": CONCOMITANT, "I": INTERACTING}
AGES = {"DEC": "decade", "YR": "year", "MON": "month", "WK": "week", "DY": "day", "HR": "hour"}
OUTCOMES = {
    "DE": "DEATH", "LT": "LIFE-THREATENING", "HO": "HOSPITALIZATION", "DS": "DISABILITY",
    "CA": "CONGENITAL ANOMALY", "RI": "REQUIRED INTERVENTION", "OT": "OTHER",
}  # fmt: skip

LEGACY = -1_000_000_000
"""Added to an ISR it makes a version: a later ISR of a case stands over an earlier one, and any version of today's over both."""

MEMORY = "512MB"


class Part(NamedTuple):
    """One file of a quarter: where it lies, and its name in the zip; empty where it lies loose."""

    path: Path
    member: str

    @property
    def name(self) -> str:
        """Its name without folders."""
        return (self.member or self.path.name).rpartition("/")[2]


Quarter = Mapping[str, Part]
"""The files of a quarter by their first four letters, and `DELETED`."""


def quarter_of(path: Path, members: Sequence[str]) -> Quarter | None:
    """The files of the quarter that a path is one of: a zip with these members, its folder, or its DEMO file; or None."""
    if members:
        return _parts(Part(path, member) for member in members)
    if path.is_dir():
        return _parts(Part(one, "") for one in sorted(path.iterdir()) if one.is_file())
    if (found := NAME.fullmatch(path.name)) is None:
        return _deleted_alone(path)
    if found[1].upper() != "DEMO":
        says = "This is one file of a quarter of FAERS."
        raise BadInput.one(
            "LW-1008", path.name, says, "Give the zip, or the DEMO file: the others are found beside it."
        )
    quarter = path.name[4:8].upper()
    return _parts(
        Part(one, "") for one in sorted(path.parent.iterdir()) if NAME.fullmatch(one.name) and one.name[4:8].upper() == quarter
    )  # fmt: skip


def _deleted_alone(path: Path) -> Quarter | None:
    return {"DELETED": Part(path, "")} if DELETED.fullmatch(path.name) else None


def _parts(files: Iterable[Part]) -> Quarter | None:
    found: dict[str, Part] = {}
    for part in files:
        kind = part.name[:4].upper() if NAME.fullmatch(part.name) else "DELETED" if DELETED.fullmatch(part.name) else ""
        if kind and kind in found and kind != "DELETED":
            says = f"It holds more than one {kind} file."
            raise BadInput.one("LW-1008", part.path.name, says, "Give the quarters one by one.")
        if kind:
            found[kind] = part
    return found or None


def read_faers(path: Path, quarter: Quarter) -> Read:
    """The rows of a quarter. Raises BadInput where a file of it is missing or is not what its name says."""
    if "DELETED" in quarter:
        yield from _deleted(quarter["DELETED"])
    if set(quarter) == {"DELETED"}:
        return
    for kind in ("DEMO", "DRUG", "REAC"):
        if kind not in quarter:
            says = f"The {kind} file of the quarter is missing."
            raise BadInput.one("LW-1008", path.name, says, "Give the whole quarter, as FDA's zip holds it.")
    with tempfile.TemporaryDirectory(prefix="leeward-") as folder:
        place = Path(folder)
        yield from _demo(quarter["DEMO"], place)
        yield from _drug(quarter["DRUG"], place)
        yield from _told(quarter["REAC"], place / "reac.parquet", "pt", term)
        outcomes = quarter.get("OUTC")
        if outcomes:
            yield from _told(outcomes, place / "outc.parquet", "outc_cod", _outcome)
        yield from _joined(place, bool(outcomes))


def _outcome(code: str) -> str:
    return OUTCOMES.get(code.upper(), code)


def _deleted(part: Part) -> Read:
    with opened(part.path, part.member) as file:
        for line, told in enumerate(lines(part.path, file), 1):
            case = told.strip().strip('"').strip("$")
            if case.isdigit():
                yield Deleted(case)
            elif case and line > 1:  # the first may be a header
                yield SetAside(line, f"{part.name}: {shown(case)} is no number of a case")


ALIKE = {
    "primaryid": ("primaryid", "isr"), "caseid": ("caseid", "case"), "sex": ("sex", "gndr_cod"),
    "outc_cod": ("outc_cod", "outc_code"),
}  # fmt: skip
"""Columns that have had several names."""


def _fields(part: Part, needed: Sequence[str], also: Sequence[str] = ()) -> Iterator[tuple[int, list[str]] | SetAside]:
    """Of each line its number and the fields wanted, empty for one `also` wanted that the file lacks."""
    with opened(part.path, part.member) as file:
        rows = lines(part.path, file)
        header = [name.strip().lower() for name in next(rows, "").rstrip("\r\n").split("$")]
        at = {
            name: next((header.index(one) for one in ALIKE.get(name, (name,)) if one in header), None)
            for name in (*needed, *also)
        }
        if missing := [name for name in needed if at[name] is None]:
            says = f"{part.name} has no column {missing[0]}."
            raise BadInput.one("LW-1009", part.path.name, says, "Download the quarter again.")
        places, width = list(at.values()), len(header)
        for number, line in enumerate(rows, 2):
            row = line.rstrip("\r\n").split("$")
            if len(row) == width + 1 and not row[-1]:
                row.pop()
            if len(row) == width:
                yield number, ["" if place is None else row[place].strip() for place in places]
            elif any(row):
                yield SetAside(number, f"{part.name}: it has {len(row)} fields, and the header {width}")


def _demo(part: Part, place: Path) -> Read:
    columns = {"report": "string", "case": "string", "version": "integer", "received": "string", "age": "double",
               "age_told": "string", "sex": "string", "line": "integer"}  # fmt: skip
    with Table(place / "demo.parquet", columns) as table:
        for found in _fields(part, ("primaryid", "caseid", "fda_dt", "age", "age_cod", "sex"), ("caseversion",)):
            if isinstance(found, SetAside):
                yield found
                continue
            line, (report, case, received_told, age, unit, sex_told, version) = found
            received = day(received_told)
            if not report or not case:
                yield SetAside(line, f"{part.name}: it names no report or no case")
            elif received is None:
                yield SetAside(line, f"{part.name}: its day of receipt cannot be read: {shown(received_told)}")
            elif not (version or report).isdigit():
                yield SetAside(line, f"{part.name}: its version is no number: {shown(version or report)}")
            else:
                number = int(version) if version else int(report) + LEGACY
                unit = AGES.get(unit.upper(), unit)
                told = f"{age} {unit}".strip() if age else ""
                table.add(report, case, number, received, years(age, unit), told, sex(sex_told), line)
    yield from _twice(part, place)


def _drug(part: Part, place: Path) -> Read:
    columns = {"report": "string", "product": "string", "role": "string", "ingredient": "string", "line": "integer"}
    with Table(place / "drug.parquet", columns) as table:
        for found in _fields(part, ("primaryid", "role_cod", "drugname"), ("prod_ai",)):
            if isinstance(found, SetAside):
                yield found
                continue
            line, (report, code, name, ingredient) = found
            role = ROLES.get(code.upper())
            if not report or not name:
                yield SetAside(line, f"{part.name}: it names no report or no medicine")
            elif role is None:
                yield SetAside(line, f"{part.name}: {shown(code)} is no role")
            else:
                table.add(report, name.upper(), role, ingredient.upper(), line)
    yield from _strays(part, place / "drug.parquet", place)


def _told(part: Part, file: Path, column: str, mended: Callable[[str], str]) -> Read:
    """What a report tells a line each: its terms, or its outcomes."""
    with Table(file, {"report": "string", "told": "string", "line": "integer"}) as table:
        for found in _fields(part, ("primaryid", column)):
            if isinstance(found, SetAside):
                yield found
                continue
            line, (report, told) = found
            if report and told:
                table.add(report, mended(told), line)
            else:
                yield SetAside(line, f"{part.name}: a field is empty")
    yield from _strays(part, file, file.parent)


def _asked(place: Path, query: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a query, some at a time; what does not fit in memory goes to the folder."""
    duckdb: Any = import_module("duckdb")
    with duckdb.connect(
        config={"memory_limit": MEMORY, "temp_directory": str(place / "spill"), "threads": 2}
    ) as engine:
        try:
            found = engine.execute(query.format(place=str(place).replace("'", "''")))
            while some := found.fetchmany(10_000):
                yield from some
        except (
            duckdb.IOException,
            duckdb.OutOfMemoryException,
        ):  # what did not fit in memory did not fit on disk either
            raise no_room(place) from None


def _twice(part: Part, place: Path) -> Read:
    """Lines of DEMO that name a report again: the first stands."""
    query = """select line from '{place}/demo.parquet' qualify row_number() over (partition by report order by line) > 1
               order by line"""
    for (line,) in _asked(place, query):
        yield SetAside(line, f"{part.name}: its report stands on an earlier line")


def _strays(part: Part, file: Path, place: Path) -> Read:
    query = f"select line from '{{place}}/{file.name}' anti join '{{place}}/demo.parquet' as demo using (report) order by line"
    for (line,) in _asked(place, query):
        yield SetAside(line, f"{part.name}: DEMO has no such report")


def _joined(place: Path, with_outcomes: bool) -> Iterator[Row]:
    lists = "(select report, list(distinct told order by told) as told from '{place}/{file}.parquet' group by report)"
    outcomes = (
        lists.replace("{file}", "outc") if with_outcomes else "(select '' as report, []::varchar[] as told where false)"
    )
    query = f"""
        with demo as (
            select * from '{{place}}/demo.parquet'
            qualify row_number() over (partition by report order by line) = 1
        )
        select drug.report, received, product, role, age, age_told, sex, outcomes.told, events.told, "case", version,
            ingredient
        from '{{place}}/drug.parquet' as drug join demo using (report)
        left join {lists.replace("{file}", "reac")} as events using (report)
        left join {outcomes} as outcomes using (report)
        order by drug.line
    """
    for report, received, product, role, age, age_told, sex_told, told, events, case, version, ingredient in _asked(
        place, query
    ):
        yield Row(
            report=report, received=received, product=product, role=role, industry="", age=age, age_told=age_told,
            sex=sex_told, outcomes=tuple(told or ()), events=tuple(events or ()), case=case, version=version, source="faers",
            ingredient=ingredient,
        )  # fmt: skip
