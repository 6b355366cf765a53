"""Reports that look like one another: what makes a pair, how likely it is chance, and that nothing is left out unsaid."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta

import pytest
from click.testing import CliRunner

from leeward.commands.signals import command
from leeward.errors import BadInput
from leeward.signals.counting import Asked, counted
from leeward.signals.duplicates import LIKELY, Duplicate, dropped, duplicates
from leeward.signals.store import load, loads

NOW = datetime(2026, 11, 22, tzinfo=UTC)
HEAD = "Report #,CAERS Created Date,Product Role,Product,Industry Code,Age,Age Unit,Gender,Symptoms\n"


def row(report, day="2015-03-02", product="KRATOM", age="30", sex="Male", events="SEIZURE, NAUSEA", role="Suspect"):
    return f'{report},{day},{role},{product},54,{age},Year(s),{sex},"{events}"\n'


def others(count=60):
    """Reports that are nobody's twin, of all ages."""
    return [
        row(f"9{at:03}", (date(2014, 1, 1) + timedelta(days=10 * at)).isoformat(), f"P{at % 7}", str(20 + at % 50), ("Male", "Female")[at % 2], f"TERM {at}")
        for at in range(count)
    ]  # fmt: skip


def home_of(folder, *rows):
    path = folder / "caers.csv"
    path.write_text(HEAD + "".join(rows))
    load(path, folder / "home", NOW)
    return folder / "home"


def found(folder, *rows, **asked):
    return duplicates(loads(home_of(folder, *rows, *others())), {"KRATOMITE": "KRATOM"}, **asked)


TWIN = {
    "the same": (row("2", "2015-03-05"), True),
    "terms in another order": (row("2", events="NAUSEA, SEIZURE"), True),
    "another spelling of the concept": (row("2", product="KRATOMITE"), True),
    "another product beside it": (row("2") + row("2", product="TEA"), True),
    "eight days later": (row("2", "2015-03-10"), False),
    "another age": (row("2", age="31"), False),
    "another sex": (row("2", sex="Female"), False),
    "a term more": (row("2", events="NAUSEA, SEIZURE, DEATH"), False),
    "another product": (row("2", product="TEA"), False),
    "the product only beside another": (row("2", product="TEA") + row("2", role="Concomitant"), False),
    "the same report twice": (row("1"), False),
}


@pytest.mark.parametrize(("second", "pair"), TWIN.values(), ids=TWIN)
def test_what_makes_a_pair(tmp_path, second, pair):
    told = found(tmp_path, row("1"), second)
    assert [(one.first, one.second) for one in told] == ([("caers:1", "caers:2")] if pair else [])
    if pair:
        (one,) = told
        assert one.product == "KRATOM" and one.events == "NAUSEA; SEIZURE" and (one.age, one.sex) == (30.0, "male")
        assert 0 < one.chance < LIKELY and one.likely


@pytest.mark.parametrize(
    "missing", [{"age": ""}, {"sex": "Not Reported"}, {"day": ""}, {"product": "REDACTED"}], ids=str
)
def test_what_is_not_told_matches_nothing(tmp_path, missing):
    assert found(tmp_path, row("1", **missing), row("2", **missing)) == ()


def test_the_days_apart_are_asked_for(tmp_path):
    rows = (row("1"), row("2", "2015-03-20"))
    assert len(found(tmp_path, *rows, days=20)) == 1 and found(tmp_path, *rows, days=17) == ()


def test_a_burst_of_reports_that_all_say_the_same_is_not_taken_for_duplicates(tmp_path):
    """After publicity many report one product with one term in a week: two of one age and sex are no surprise."""
    burst = [row(str(at), "2015-03-02", "SHAMPOO", str(50 + at % 4), "Female", "ALOPECIA") for at in range(1, 41)]
    told = found(tmp_path, *burst, row("801"), row("802"))
    assert {one.likely for one in told if one.product == "SHAMPOO"} == {False}
    assert [(one.first, one.second) for one in told if one.likely] == [("caers:801", "caers:802")]
    assert told[0].chance == min(one.chance for one in told)


def pair(first, second, day="2015-01-01", day_second="2015-01-02", chance=0.001):
    return Duplicate(first=first, second=second, received=day, received_second=day_second, product="P", events="E", age=1.0,
                     sex="male", chance=chance)  # fmt: skip


def test_of_a_group_the_first_received_stays():
    told = [
        pair("a", "b"), pair("b", "c", "2015-01-02", "2015-01-03"), pair("x", "y", chance=0.2), pair("n", "m", "2015-01-01", "2015-01-01")
    ]  # fmt: skip
    assert dropped(told) == ("b", "c", "n")


def run(home, *arguments):
    return CliRunner(env={"LEEWARD_HOME": str(home)}).invoke(command, arguments, catch_exceptions=False)


def test_nothing_is_left_out_unless_asked_and_then_it_is_said(tmp_path):
    home = home_of(tmp_path, row("1"), row("2"), row("3", product="KRATOMITE"), *others())
    assert counted(loads(home), Asked()).pairs.reports == 63
    kept = run(home, "scan", "--product", "kratom")
    assert ",3," in kept.stdout and "left out" not in kept.stderr
    told = run(home, "scan", "--product", "kratom", "--duplicates", "drop")
    assert "2 likely duplicates were left out" in told.stderr and "61 reports" in told.stderr
    assert [line.split(",")[2] for line in told.stdout.splitlines()[1:]] == ["1", "1"]


def test_the_pairs_are_listed_as_csv_and_json(tmp_path):
    home = home_of(tmp_path, row("1"), row("2"), *others())
    as_csv = run(home, "duplicates")
    (first,) = csv.DictReader(io.StringIO(as_csv.stdout))
    assert first["first"] == "caers:1" and first["likely"] == "True" and "1 reports to leave out" in as_csv.stderr
    said = json.loads(run(home, "duplicates", "--days", "0", "--format", "json").stdout)
    assert said["leeward"] == "signals-duplicates/1" and said["pairs"][0]["second"] == "caers:2"


def test_without_reports_it_is_said(tmp_path):
    with pytest.raises(BadInput, match="No reports"):
        duplicates(())
