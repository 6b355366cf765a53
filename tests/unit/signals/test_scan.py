"""What `leeward signals scan` writes: the same pairs whatever the form, and whole or not at all."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow
import pyarrow.parquet
import pytest
from click.testing import CliRunner, Result

from leeward.cli import leeward
from leeward.commands.signals_table import MOST
from leeward.signals.columns import numbers, of_names, texts, whole_numbers
from leeward.signals.scan import COLUMNS
from leeward.signals.store import load
from tests.unit.signals.test_loading import file_of, row

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("scan")
    rows = [row(f"a{at}", product=f"P{at % 7}", events=f"E{at % 5}, E{at % 3}") for at in range(300)]
    rows += [row(f"b{at}", product='"TEA, ""GREEN"" PIÑA"', received="", events="E9, E1") for at in range(6)]
    load(file_of(place, *rows), place / "home", NOW)
    return place / "home"


def scan(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(leeward, ["signals", "scan", *arguments], env={"LEEWARD_HOME": str(home)})


def of_csv(written: str) -> list[dict]:
    text = ("product", "event", "background", "likelihood", "first_report", "last_report")
    return [
        {name: (one or None) if name in text else float(one) if one else None for name, one in row.items()}
        for row in csv.DictReader(io.StringIO(written))
    ]


def test_every_form_holds_the_same_pairs_in_the_same_order(home, tmp_path):
    said = json.loads(scan(home, "--format", "json").stdout)
    table = pyarrow.parquet.read_table(_written(home, tmp_path / "pairs.parquet"))
    assert table.column_names == list(COLUMNS)
    rows = [{name: row[name] for name in COLUMNS} for row in said["rows"]]
    assert len(rows) > 20 and table.to_pylist() == rows
    assert (
        of_csv(scan(home).stdout) == rows == of_csv(_written(home, tmp_path / "pairs.csv").read_text(encoding="utf-8"))
    )
    assert json.loads(_written(home, tmp_path / "pairs.json").read_bytes()) == said


def test_a_table_for_people_holds_the_strongest_in_order_and_says_how_many_more(home, tmp_path):
    rows = of_csv(scan(home).stdout)
    heads, _, *lines, caveat = scan(home, "--format", "text").stdout.splitlines()
    assert heads.split()[:3] == ["product", "term", "reports"] and "neither cause nor rate" in caveat
    assert [(line[:30].strip(), line[32:62].strip(), int(line[62:71])) for line in lines] == [
        (one["product"], one["event"], one["n"]) for one in rows[:MOST]
    ]
    assert len(rows) <= MOST and "No pair is so" in scan(home, "--format", "text", "--product", "zzz").stdout
    assert _written(home, tmp_path / "pairs.txt").read_text(encoding="utf-8").splitlines()[0] == heads


def test_a_table_is_cut_and_says_so(home):
    reports = [row(f"c{at}", product=f"Q{at}", events="DEATH") for at in range(MOST + 5)]
    load(file_of(home.parent, *reports, name="more.csv"), home.parent / "large", NOW)
    *_, more, _ = scan(home.parent / "large", "--format", "text").stdout.splitlines()
    assert more.startswith("and 5 pairs more")


def test_a_parquet_file_says_what_reports_do_not_show(home, tmp_path):
    told = pyarrow.parquet.read_schema(_written(home, tmp_path / "pairs.parquet")).metadata
    assert b"neither cause nor rate" in told[b"says"] and json.loads(told[b"fit"])["likelihood"] == "C"


def test_names_and_missing_days_come_through_whole(home):
    (one, _) = of_csv(scan(home, "--product", "green").stdout)
    assert one["product"] == 'TEA, "GREEN" PIÑA' and one["n"] == 6
    assert one["first_report"] is None and one["background"] == "all"


def test_only_pairs_with_so_many_reports_are_given(home):
    found = of_csv(scan(home, "--least", "20").stdout)
    assert found and all(one["n"] >= 20 for one in found)


def _written(home: Path, file: Path) -> Path:
    answer = scan(home, "--out", str(file))
    assert answer.exit_code == 0 and not answer.stdout
    return file


@pytest.mark.parametrize(("name", "code"), [("pairs.xlsx", "LW-1042"), ("no such folder/pairs.csv", "LW-1043")])
def test_what_cannot_be_written_is_refused_in_a_sentence(home, tmp_path, name, code):
    answer = scan(home, "--out", str(tmp_path / name))
    assert answer.exit_code != 0 and code in str(answer.exception) and not list(tmp_path.iterdir())


def test_what_stood_there_stands_where_there_is_no_room(home, tmp_path, monkeypatch):
    file = tmp_path / "pairs.parquet"
    file.write_text("before")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pyarrow.parquet, "write_table", full)
    answer = scan(home, "--out", str(file))
    assert "LW-1043" in str(answer.exception) and "No space left" in str(answer.exception)
    assert [one.name for one in tmp_path.iterdir()] == ["pairs.parquet"] and file.read_text() == "before"


@pytest.mark.parametrize("values", [[], ["a"], ["", None, "né", None, "x" * 70], ["x"] * 9 + [None]], ids=len)
def test_text_is_the_column_that_arrow_makes(values):
    assert texts(values).equals(pyarrow.array(values, pyarrow.string()))


@pytest.mark.parametrize("values", [[], [1.5], [float("nan"), 2.0], [1.0] * 8 + [float("nan")]], ids=len)
def test_numbers_are_the_column_that_arrow_makes(values):
    assert numbers(np.array(values)).equals(pyarrow.array(values, pyarrow.float64(), from_pandas=True))


def test_whole_numbers_go_there_and_back():
    values = np.array([3, -1, 2**40])
    assert np.array_equal(whole_numbers(numbers(values)), values)
    assert np.array_equal(whole_numbers(pyarrow.chunked_array([numbers(values), numbers(values)])), [*values, *values])
    assert len(whole_numbers(pyarrow.chunked_array([], pyarrow.int64()))) == 0
    assert of_names(("a", "b"), np.array([1, 1, 0])).to_pylist() == ["b", "b", "a"]
