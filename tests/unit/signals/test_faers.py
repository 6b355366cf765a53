"""Quarters of FAERS: what is read of them, which version of a case stands, and what is set aside."""

from __future__ import annotations

import csv
import hashlib
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyarrow import parquet

from leeward.cli import leeward
from leeward.errors import BadInput
from leeward.signals.counting import Asked, counted, names_of
from leeward.signals.reading import Deleted, Row, SetAside, read_rows
from leeward.signals.store import load, loads, read_load
from tests.unit.signals.quarters import demo, drug, files, old_files, outc, reac, write_loose, write_zip

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def quarter() -> dict[str, str]:
    return files(
        [demo(3078140, 2), demo(500, age="31", unit="WK", sex="UNK")],
        [drug(30781402, "Kratom", "PS"), drug(30781402, "ASPIRIN", "C"), drug(30781402, "Warfarin", "I"), drug(30781402, "TEA", "SS"), drug(5001, "KRATOM")],
        [reac(30781402, "Seizure"), reac(30781402, "Crohn^s disease"), reac(5001, "Nausea"), reac(5001, "NAUSEA")],
    )  # fmt: skip


def rows_of(path: Path) -> tuple[list[Row], list[SetAside]]:
    found = list(read_rows(path))
    return [one for one in found if isinstance(one, Row)], [one for one in found if isinstance(one, SetAside)]


def test_the_zip_its_folder_and_its_demo_file_read_alike(tmp_path):
    rows, aside = rows_of(write_zip(tmp_path / "faers_ascii_2024Q1.zip", quarter()))
    folder = write_loose(tmp_path / "ascii", quarter())
    assert not aside and rows == rows_of(folder)[0] == rows_of(folder / "DEMO24Q1.txt")[0]
    assert [(one.report, one.product, one.role) for one in rows] == [
        ("30781402", "KRATOM", "primary"), ("30781402", "ASPIRIN", "concomitant"), ("30781402", "WARFARIN", "interacting"),
        ("30781402", "TEA", "suspect"), ("5001", "KRATOM", "primary"),
    ]  # fmt: skip
    first, last = rows[0], rows[-1]
    assert (first.case, first.version, first.received, first.age, first.sex) == (
        "3078140",
        2,
        "2024-01-10",
        40.0,
        "female",
    )
    assert first.events == ("CROHN'S DISEASE", "SEIZURE")
    assert last.age == pytest.approx(31 * 7 / 365.25) and last.age_told == "31 week" and last.sex == ""
    assert last.events == ("NAUSEA",)


def test_one_file_of_a_quarter_by_itself_is_refused(tmp_path):
    folder = write_loose(tmp_path / "ascii", quarter())
    with pytest.raises(BadInput, match="DEMO file"):
        rows_of(folder / "DRUG24Q1.txt")
    (folder / "REAC24Q1.txt").unlink()
    with pytest.raises(BadInput, match="REAC"):
        load(folder, tmp_path / "home", NOW)
    assert loads(tmp_path / "home") == ()


def test_lines_of_another_width_and_strays_are_set_aside(tmp_path):
    told = quarter()
    told["DRUG24Q1.txt"] += (
        "5001$500$2$PS$TOO$FEW\r\n" + drug(999, "NOBODY") + "\r\n" + drug(5001, "TEA", "XX") + "\r\n"
    )
    told["REAC24Q1.txt"] += "5001$500$Pain$$one too many\r\n"
    told["DEMO24Q1.txt"] += demo(500, received="20241350") + "\r\n" + demo(3078140, 2) + "\r\n"
    rows, aside = rows_of(write_zip(tmp_path / "q.zip", told))
    assert len(rows) == 5
    said = [(one.line, one.reason) for one in aside]
    assert [line for line, _ in said] == [4, 5, 7, 9, 8, 6]
    for (_, reason), word in zip(
        said, ("20241350", "earlier line", "6 fields", "role", "no such report", "5 fields"), strict=True
    ):
        assert word in reason


def test_a_quarter_before_2012q4_goes_by_isr_and_case(tmp_path):
    path = write_zip(tmp_path / "aers_ascii_2012q3.zip", old_files({7000001: (6000001, "20120801")}))
    ((one,), aside) = rows_of(path)
    assert not aside and (one.report, one.case, one.received, one.sex) == ("7000001", "6000001", "2012-08-01", "male")
    assert one.version < 0 and one.outcomes == ("HOSPITALIZATION",) and one.events == ("CROHN'S DISEASE",)


def home_of(folder: Path, *paths: Path) -> Path:
    for place, path in enumerate(paths):
        load(path, folder / "home", NOW.replace(minute=place))
    return folder / "home"


def one_case(version: int, term: str, received: str) -> dict[str, str]:
    report = f"6000001{version}"
    return files([demo(6000001, version, received)], [drug(report, "KRATOM")], [reac(report, term)])


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0)], ids=["as received", "the other way"])
def test_of_a_case_the_highest_version_stands_however_it_was_loaded(tmp_path, order):
    paths = [
        write_zip(tmp_path / "old1.zip", old_files({7000001: (6000001, "20120501")}, "12Q2")),
        write_zip(tmp_path / "old2.zip", old_files({7000009: (6000001, "20120801")}, "12Q3")),
        write_zip(tmp_path / "new1.zip", one_case(2, "Nausea", "20130110")),
        write_zip(tmp_path / "new2.zip", one_case(3, "Seizure", "20140110")),
    ]
    home = home_of(tmp_path, *(paths[place] for place in order))
    found = counted(loads(home), Asked())
    assert found.pairs.reports == 1 and found.pairs.events == ("SEIZURE",)
    assert counted(loads(home), Asked(until="2013-12-31")).pairs.events == ("NAUSEA",)
    then = counted(loads(home), Asked(until="2012-12-31"))
    assert then.pairs.reports == 1 and list(then.first) == ["2012-08-01"]


def test_versions_of_one_file_count_once(tmp_path):
    told = files(
        [demo(1, 1), demo(1, 2), demo(2, 1)], [drug(11, "A"), drug(12, "B"), drug(21, "B")], [reac(n, "Pain") for n in (11, 12, 21)]
    )  # fmt: skip
    home = home_of(tmp_path, write_zip(tmp_path / "q.zip", told))
    found = read_load(loads(home)[0])
    assert (found.reports, found.cases) == (3, 2)
    pairs = counted(loads(home), Asked()).pairs
    assert pairs.products == ("B",) and pairs.reports == 2


def test_withdrawn_cases_count_nowhere(tmp_path):
    packed = write_zip(tmp_path / "q.zip", quarter() | {"DELETE24Q1.txt": "500\r\n"})
    assert Deleted("500") in list(read_rows(packed))
    home = home_of(tmp_path, packed)
    assert counted(loads(home), Asked()).pairs.reports == 1
    later = tmp_path / "ADR25Q1DeletedCases.txt"
    later.write_text("caseid\r\n3078140\r\nabc\r\n")
    done = load(later, home, NOW.replace(hour=3))
    assert (done.deleted, done.set_aside, done.rows) == (1, 1, 0)
    with pytest.raises(BadInput, match="No report"):
        counted(loads(home), Asked())


def test_roles_are_counted_apart(tmp_path):
    home = home_of(tmp_path, write_zip(tmp_path / "q.zip", quarter()))
    for role, products in {
        "primary": ("KRATOM",), "suspect": ("KRATOM", "TEA", "WARFARIN"), "all": ("ASPIRIN", "KRATOM", "TEA", "WARFARIN")
    }.items():  # fmt: skip
        assert counted(loads(home), Asked(role=role)).pairs.products == products


def test_numbers_of_two_sources_are_never_one_report(tmp_path):
    """A report of CAERS and a case of FAERS may have the same number."""
    table = tmp_path / "table.csv"
    table.write_text("report,product,event\n30781402,CAKE,VOMITING\n")
    pairs = counted(loads(home_of(tmp_path, write_zip(tmp_path / "q.zip", quarter()), table)), Asked()).pairs
    assert pairs.reports == 3
    told = {(pairs.products[p], pairs.events[e]) for p, e in zip(pairs.product, pairs.event, strict=True)}
    assert ("CAKE", "SEIZURE") not in told and ("CAKE", "VOMITING") in told


def test_a_zip_that_breaks_off_leaves_nothing(tmp_path):
    path = write_zip(tmp_path / "q.zip", quarter())
    path.write_bytes(path.read_bytes()[:-60])
    with pytest.raises(BadInput, match="breaks off"):
        load(path, tmp_path / "home", NOW)
    assert not list((tmp_path / "home").glob("signals/*"))


def test_the_same_quarter_again_changes_nothing(tmp_path):
    folder = write_loose(tmp_path / "ascii", quarter())
    home = home_of(tmp_path, folder)
    assert not load(folder / "DEMO24Q1.txt", home, NOW).new and len(loads(home)) == 1
    (folder / "DRUG24Q1.txt").write_text((folder / "DRUG24Q1.txt").read_text() + drug(5001, "NEW") + "\n")
    assert load(folder, home, NOW.replace(hour=1)).new


def test_medicines_go_by_their_active_ingredients_where_that_is_asked(tmp_path):
    """Two brands of one ingredient are one; a name without one, and a quarter from before they were told, stay as typed."""
    told = files(
        [demo(at) for at in (1, 2, 3, 4)],
        [drug(11, "Suboxone", "PS", "Buprenorphine\\Naloxone"), drug(21, "ZUBSOLV", "PS", "BUPRENORPHINE\\NALOXONE"),
         drug(31, "KRAVE", "PS", "HERBALS\\MITRAGYNINE"), drug(41, "TEA")],
        [reac(n, "Nausea") for n in (11, 21, 31, 41)],
    )  # fmt: skip
    old = write_zip(tmp_path / "old.zip", old_files({7000001: (6000001, "20120801")}))
    home = home_of(tmp_path, write_zip(tmp_path / "q.zip", told), old)
    assert counted(loads(home), Asked()).pairs.products == ("KRATOM", "KRAVE", "SUBOXONE", "TEA", "ZUBSOLV")
    pairs = counted(loads(home), Asked(ingredients=True)).pairs
    assert pairs.products == ("BUPRENORPHINE\\NALOXONE", "HERBALS\\MITRAGYNINE", "KRATOM", "TEA")
    assert pairs.by_product.tolist() == [2, 1, 1, 1]
    answer = CliRunner().invoke(leeward, ["signals", "scan", "--names", "ingredients"], env={"LEEWARD_HOME": str(home)})
    assert {row["product"]: row["n"] for row in csv.DictReader(io.StringIO(answer.stdout)) if row["event"] == "NAUSEA"} == {
        "BUPRENORPHINE\\NALOXONE": "2", "KRATOM": "1", "TEA": "1"
    }  # fmt: skip


def test_a_load_of_before_ingredients_were_kept_counts_beside_a_new_one(tmp_path):
    paths = [
        write_zip(
            tmp_path / f"{n}.zip",
            files([demo(n)], [drug(f"{n}1", "ZUBSOLV", "PS", "BUPRENORPHINE")], [reac(f"{n}1", "Nausea")]),
        )
        for n in (1, 2)
    ]
    home = home_of(tmp_path, *paths)
    file = loads(home)[0] / "rows.parquet"
    parquet.write_table(parquet.read_table(file).drop_columns("ingredient"), file)
    for asked in (Asked(), Asked(until="2024-12-31")):
        assert counted(loads(home), asked).pairs.products == ("ZUBSOLV",)
    assert counted(loads(home), Asked(ingredients=True)).pairs.products == ("BUPRENORPHINE", "ZUBSOLV")
    assert names_of(loads(home), ingredients=True) == ("BUPRENORPHINE", "ZUBSOLV")


def test_outcomes_are_told_in_words_once_each_and_an_unknown_code_as_it_stands(tmp_path):
    codes = ["DE", "LT", "HO", "DS", "CA", "RI", "OT", "HO", "XX"]
    told = files(
        [demo(1)],
        [drug(11, "TEA")],
        [reac(11, "Nausea")],
        outcomes=[outc(11, code) for code in codes] + [outc(99, "DE")],
    )
    path = write_zip(tmp_path / "q.zip", told)
    ((one,), aside) = rows_of(path)
    assert one.outcomes == (
        "CONGENITAL ANOMALY", "DEATH", "DISABILITY", "HOSPITALIZATION", "LIFE-THREATENING", "OTHER", "REQUIRED INTERVENTION", "XX",
    )  # fmt: skip
    assert one.events == ("NAUSEA",) and "no such report" in aside[0].reason
    kept = parquet.read_table(loads(home_of(tmp_path, path))[0] / "outcomes.parquet")["outcome"].to_pylist()
    assert sorted(kept) == sorted(one.outcomes)


def test_a_death_as_an_outcome_is_no_term(tmp_path):
    path = write_zip(
        tmp_path / "q.zip", files([demo(1)], [drug(11, "TEA")], [reac(11, "Nausea")], outcomes=[outc(11, "DE")])
    )
    assert counted(loads(home_of(tmp_path, path)), Asked()).pairs.events == ("NAUSEA",)
    also = tmp_path / "of a while"
    also.mkdir()
    for name, text in files([demo(1)], [drug(11, "TEA")], [reac(11, "Nausea")], outcomes=[outc(11, "DE")]).items():
        (also / name).write_text(text.replace("outc_cod", "outc_code"))
    assert rows_of(also)[0][0].outcomes == ("DEATH",)


def test_a_load_that_was_killed_is_begun_anew_and_files_before_it_stand(tmp_path):
    """Files are loaded one by one: what was whole stays, and what was under way leaves a part that the next load clears away."""
    first, second = (write_zip(tmp_path / f"q{n}.zip", one_case(n, "Nausea", "20240110")) for n in (1, 2))
    home = home_of(tmp_path, first)
    digest = hashlib.sha256(second.read_bytes()).hexdigest()
    half = home / "signals" / f".{digest[:16]}.part"
    half.mkdir()
    (half / "rows.parquet").write_bytes(b"PAR1 half of it")
    assert len(loads(home)) == 1 and counted(loads(home), Asked()).pairs.reports == 1
    again = CliRunner().invoke(leeward, ["signals", "load", str(first), str(second)], env={"LEEWARD_HOME": str(home)})
    assert again.exit_code == 0 and "q1.zip: 1 reports" in again.output and "nothing changed" in again.output
    assert len(loads(home)) == 2 and not half.exists()
