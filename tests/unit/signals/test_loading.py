"""Files of reports: what is read, what is set aside, and what is refused as a whole, with nothing kept of it."""

from __future__ import annotations

import gzip
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from leeward.errors import BadInput
from leeward.signals.counting import Asked, counted, names_of
from leeward.signals.reading import Row, SetAside, read_rows
from leeward.signals.store import load, loads

NOW = datetime(2026, 11, 22, tzinfo=UTC)
HEAD = (
    "RA_Report #,RA_CAERS Created Date,AEC_Event Start Date,PRI_Product Role,PRI_Reported Brand/Product Name,"
    "PRI_FDA Industry Code,PRI_FDA Industry Name,CI_Age at Adverse Event,CI_Age Unit,CI_Gender,AEC_One Row Outcomes,"
    "SYM_One Row Coded Symptoms\n"
)


def row(report="1", received="5/3/2016", role="Suspect", product="KRATOM", industry="54", age="31", unit="Year(s)",
        sex="Male", outcomes="DEATH", events="DEATH, TOXICITY TO VARIOUS AGENTS"):  # fmt: skip
    return f'{report},{received},,{role},{product},{industry},Vit,{age},{unit},{sex},"{outcomes}","{events}"\n'


def file_of(folder: Path, *rows: str, head: str = HEAD, name: str = "caers.csv") -> Path:
    path = folder / name
    path.write_bytes((head + "".join(rows)).encode("cp1252"))
    return path


def read(path: Path) -> tuple[list[Row], list[SetAside]]:
    found = list(read_rows(path))
    return [one for one in found if isinstance(one, Row)], [one for one in found if isinstance(one, SetAside)]


def test_a_row_is_read_with_what_it_says(tmp_path):
    (one,), aside = read(file_of(tmp_path, row(product='"PIÑA, KRATOM"', age="31", unit="Week(s)", sex="Not Reported")))
    assert not aside and one.product == "PIÑA, KRATOM" and one.received == "2016-05-03" and one.sex == ""
    assert one.age == pytest.approx(31 * 7 / 365.25) and one.age_told == "31 Week(s)"
    assert one.outcomes == ("DEATH",) and one.events == ("DEATH", "TOXICITY TO VARIOUS AGENTS")


def test_rows_that_cannot_be_read_are_set_aside_with_line_and_reason(tmp_path):
    rows, aside = read(
        file_of(tmp_path, row(), "2,too short\n", row(report=""), row(received="31/31/2016"), row("9"), HEAD)
    )
    assert [one.report for one in rows] == ["1", "9"]
    assert [one.line for one in aside] == [3, 4, 5]
    assert "2 fields" in aside[0].reason and "no report" in aside[1].reason and "31/31/2016" in aside[2].reason


BROKEN = {
    "truncated gzip": lambda path: path.write_bytes(gzip.compress((HEAD + row() * 5000).encode())[:-200]),
    "damaged gzip": lambda path: path.write_bytes(gzip.compress((HEAD + row()).encode())[:12] + b"\xff" * 40),
    "unknown columns": lambda path: path.write_text("a,b,c\n1,2,3\n"),
    "endless line": lambda path: path.write_bytes(HEAD.encode() + b"x" * 5_000_000),
    "nothing in it": lambda path: path.write_text(HEAD),
    "empty": lambda path: path.write_text(""),
}


@pytest.mark.parametrize("write", BROKEN.values(), ids=BROKEN)
def test_a_file_that_breaks_off_or_is_none_is_refused_and_leaves_nothing(tmp_path, write):
    path = tmp_path / "reports.csv.gz"
    write(path)
    with pytest.raises(BadInput) as wrong:
        load(path, tmp_path / "home", NOW)
    (problem,) = wrong.value.problems
    assert problem.path == "reports.csv.gz" and problem.says.endswith(".") and problem.mend
    assert loads(tmp_path / "home") == () and not list((tmp_path / "home").glob("signals/.*"))


def home_of(folder: Path, *files: Path) -> Path:
    for path in files:
        load(path, folder / "home", NOW)
    return folder / "home"


def test_counts_are_of_distinct_reports(tmp_path):
    """The same product twice in one report, two spellings of one concept, concomitants, terms in another order."""
    path = file_of(
        tmp_path,
        row("1", events="DEATH, NAUSEA"), row("1", events="NAUSEA, DEATH"), row("1", product="KRATOMITE", events="NAUSEA, DEATH"),
        row("2", product="OTHER", events="NAUSEA"), row("2", product="TEA", role="Concomitant", industry="16", events="NAUSEA"),
        row("3", product="CAKE", industry="3", events="VOMITING"),
        row("4", product="CAKE", industry="3", events=""),
    )  # fmt: skip
    places = loads(home_of(tmp_path, path))
    assert names_of(places) == ("CAKE", "KRATOM", "KRATOMITE", "OTHER", "TEA")
    found = counted(places, Asked(), {"KRATOM": "kratom", "KRATOMITE": "kratom"}).pairs
    assert (found.products, found.events, found.reports) == (
        ("CAKE", "OTHER", "kratom"),
        ("DEATH", "NAUSEA", "VOMITING"),
        3,
    )
    assert np.array_equal(found.by_product, [1, 1, 1]) and np.array_equal(found.by_event, [1, 2, 1])
    assert {(found.products[p], found.events[e]): int(n) for p, e, n in zip(found.product, found.event, found.n, strict=True)} == {
        ("CAKE", "VOMITING"): 1, ("OTHER", "NAUSEA"): 1, ("kratom", "DEATH"): 1, ("kratom", "NAUSEA"): 1,
    }  # fmt: skip
    assert counted(places, Asked(role="all")).pairs.products[-1] == "TEA"
    assert counted(places, Asked(background="industry:3")).pairs.reports == 1
    assert counted(places, Asked(background="supplements")).pairs.reports == 2


def test_a_report_that_was_loaded_twice_stands_as_it_was_loaded_last(tmp_path):
    first = file_of(tmp_path, row("1", events="NAUSEA"), row("2"), name="first.csv")
    later = file_of(tmp_path, row("1", events="VOMITING"), name="later.csv")
    home = tmp_path / "home"
    load(first, home, NOW)
    load(later, home, NOW.replace(hour=9))
    found = counted(loads(home), Asked()).pairs
    assert found.reports == 2 and "NAUSEA" not in found.events and "VOMITING" in found.events


def test_nothing_to_count_is_said(tmp_path):
    home = home_of(tmp_path, file_of(tmp_path, row()))
    for asked in (Asked(background="industry:99"), Asked(until="2001-01-01"), Asked(background="cosmetics")):
        with pytest.raises(BadInput):
            counted(loads(home), asked)
    with pytest.raises(BadInput):
        counted((), Asked())


def test_only_what_was_received_by_a_day_is_counted(tmp_path):
    path = file_of(tmp_path, row("1", received="1/2/2015"), row("2", received="1/2/2017"))
    found = counted(loads(home_of(tmp_path, path)), Asked(until="2016-01-01"))
    assert found.pairs.reports == 1 and set(found.first) == set(found.last) == {"2015-01-02"}


def test_a_plain_table_of_three_columns_is_read(tmp_path):
    path = file_of(tmp_path, "1,aspirin,bleeding\n1,aspirin,nausea\n2,tea,\n", head="CASEID,DRUG,AE\n")
    rows, aside = read(path)
    assert [(one.report, one.product, one.events) for one in rows] == [
        ("1", "aspirin", ("bleeding",)), ("1", "aspirin", ("nausea",)),
    ]  # fmt: skip
    assert len(aside) == 1


def test_memory_does_not_grow_with_the_file(tmp_path):
    """What is held is one batch of rows, however many follow."""

    def most(count: int) -> int:
        path = file_of(tmp_path, *(row(str(at), events="NAUSEA") for at in range(count)), name=f"{count}.csv")
        tracemalloc.start()
        load(path, tmp_path / "home", NOW)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak

    assert most(150_000) < most(60_000) * 1.2
