"""What goes wrong with reports of adverse events in practice, each once: a number that looks right must not come of it."""

from __future__ import annotations

import csv
import io
import os
import resource
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from leeward.commands.signals import command
from leeward.knowledge import load_knowledge
from leeward.signals.concepts import merged
from leeward.signals.counting import Asked, Counted, counted
from leeward.signals.readers.rows import Row
from leeward.signals.reading import read_rows
from leeward.signals.scores import information
from leeward.signals.store import load, loads

NOW = datetime(2026, 11, 22, tzinfo=UTC)
HEAD = "Report #,CAERS Created Date,Product Role,Product,Industry Code,Age,Age Unit,Gender,Outcomes,Symptoms\n"


def row(report="1", day="5/3/2016", product="KRATOM", events="NAUSEA", role="Suspect", age="30", unit="Year(s)", sex="Male", outcomes="", industry="54"):  # fmt: skip
    return f'{report},{day},{role},{product},{industry},{age},{unit},{sex},"{outcomes}","{events}"\n'


def home_of(folder: Path, *rows: str) -> Path:
    path = folder / "caers.csv"
    path.write_text(HEAD + "".join(rows))
    load(path, folder / "home", NOW)
    return folder / "home"


def count(folder: Path, *rows: str, **asked) -> Counted:
    return counted(loads(home_of(folder, *rows)), Asked(**asked))


def pairs_of(found: Counted) -> dict[tuple[str, str], int]:
    pairs = found.pairs
    return {
        (pairs.products[p], pairs.events[e]): int(n) for p, e, n in zip(pairs.product, pairs.event, pairs.n, strict=True)
    }  # fmt: skip


def test_weeks_of_age_are_weeks_and_what_was_told_is_kept(tmp_path):
    """An adult's death with "31 Week(s)": no number tells which of both is wrong, so both are kept."""
    path = tmp_path / "caers.csv"
    path.write_text(HEAD + row(age="31", unit="Week(s)", events="DEATH"))
    (one,) = read_rows(path)
    assert isinstance(one, Row) and one.age == pytest.approx(0.594, abs=1e-3) and one.age_told == "31 Week(s)"


def test_terms_in_another_order_are_the_same_report(tmp_path):
    found = count(tmp_path, row(events="NAUSEA, DEATH"), row(events="DEATH, NAUSEA"))
    assert pairs_of(found) == {("KRATOM", "DEATH"): 1, ("KRATOM", "NAUSEA"): 1} and found.pairs.reports == 1


def test_a_product_that_a_report_names_twice_counts_once(tmp_path):
    found = count(tmp_path, row(), row(), row("2"))
    assert pairs_of(found) == {("KRATOM", "NAUSEA"): 2} and found.pairs.by_product.tolist() == [2]


def test_products_of_one_report_share_its_terms_and_the_report_counts_once(tmp_path):
    found = count(tmp_path, row(), row(product="TEA"), row("2", product="TEA", events="DEATH"))
    assert pairs_of(found) == {("KRATOM", "NAUSEA"): 1, ("TEA", "NAUSEA"): 1, ("TEA", "DEATH"): 1}
    assert found.pairs.reports == 2 and dict(zip(found.pairs.events, found.pairs.by_event.tolist(), strict=True)) == {
        "DEATH": 1,
        "NAUSEA": 1,
    }


@pytest.mark.parametrize("told", ["Not Reported", "Not Available", "Unknown", ""])
def test_a_sex_that_is_not_told_is_neither(tmp_path, told):
    found = count(tmp_path, row(sex=told), row("2", sex="Female"), row("3", sex="Male"), strata=("sex",))
    assert len(found.pairs.strata) == 3 and found.pairs.strata.reports.tolist() == [1, 1, 1]


def test_a_product_that_was_only_taken_beside_is_no_suspect(tmp_path):
    rows = (row(), row(product="TEA", role="Concomitant"), row("2", product="TEA"))
    assert pairs_of(count(tmp_path, *rows)) == {("KRATOM", "NAUSEA"): 1, ("TEA", "NAUSEA"): 1}
    assert pairs_of(count(tmp_path, *rows, role="all"))["TEA", "NAUSEA"] == 2


def test_a_name_that_holds_the_letters_of_another_is_not_it():
    """HERBALIFE holds BALI, a strain of kratom."""
    (kratom,) = [one for one in merged(["HERBALIFE SHAKE", "BALI KRATOM", "KALI"], load_knowledge()) if one.concept == "kratom"]  # fmt: skip
    assert kratom.names == ("BALI KRATOM",) and not {"HERBALIFE SHAKE", "KALI"} & set(kratom.likely)


def test_brands_without_the_word_are_never_merged_unsaid():
    brands = ["VIVAZEN", "PAIN OUT", "GREENJOY", "NKRATABLE"]
    (kratom,) = [one for one in merged([*brands, "KRATOM"], load_knowledge()) if one.concept == "kratom"]
    assert kratom.names == ("KRATOM",) and "VIVAZEN" in kratom.likely


def test_the_outcome_death_is_not_the_term_death(tmp_path):
    found = count(tmp_path, row(outcomes="DEATH"), row("2", outcomes="HOSPITALIZATION", events="DEATH"))
    assert pairs_of(found) == {("KRATOM", "NAUSEA"): 1, ("KRATOM", "DEATH"): 1}


def test_without_a_comparator_there_is_no_ratio_and_not_infinity(tmp_path):
    home = home_of(
        tmp_path,
        *(row(str(at)) for at in range(5)),
        *(row(str(at), product="TEA", events="PAIN") for at in range(5, 20)),
    )
    told = CliRunner(env={"LEEWARD_HOME": str(home)}).invoke(command, ["scan", "--product", "kratom"], catch_exceptions=False)  # fmt: skip
    (one,) = csv.DictReader(io.StringIO(told.stdout))
    assert (one["n"], one["prr"], one["prr_upper"], one["ror"]) == (
        "5",
        "",
        "",
        "",
    ) and "inf" not in told.stdout.lower()
    assert float(one["ic"]) > 0


def lawyers() -> list[str]:
    """A hundred reports of one product by a law firm, all with LIVER INJURY, among quiet ones; KRATOM has it in 4 of 5."""
    return [
        *(row(f"L{at}", product="DIET PILL", events="LIVER INJURY") for at in range(100)),
        *(row(f"K{at}", events="LIVER INJURY" if at else "NAUSEA") for at in range(5)),
        *(row(f"Q{at}", product=f"P{at % 9}", events=f"TERM {at % 11}") for at in range(200)),
    ]


def test_a_cluster_masks_others_and_the_answer_warns_of_it(tmp_path):
    """The cluster raises what is expected of every product: the same four reports weigh 15 times as much without it."""
    home = home_of(tmp_path, *lawyers())
    with_it, without = (
        counted(loads(home), Asked(without=left)) for left in ((), tuple(f"caers:L{at}" for at in range(100)))
    )
    assert expected(without)["KRATOM", "LIVER INJURY"] * 15 < expected(with_it)["KRATOM", "LIVER INJURY"]
    told = CliRunner(env={"LEEWARD_HOME": str(home)}).invoke(command, ["scan"], catch_exceptions=False)
    assert "lawyers" in told.stderr and "neither cause nor rate" in told.stderr


def expected(found: Counted) -> dict[tuple[str, str], float]:
    return dict(zip(pairs_of(found), found.pairs.expected().tolist(), strict=True))


def test_a_year_of_publicity_is_no_signal_where_years_are_allowed_for(tmp_path):
    """In 2018 every product is reported with DEATH; a product that is new that year looks like one, and is not."""
    rows = [row(f"O{at}", f"5/3/{2010 + at % 8}", f"P{at % 9}", f"TERM {at % 11}") for at in range(400)]
    rows += [row(f"N{at}", "5/3/2018", f"P{at % 9}", "DEATH") for at in range(60)]
    rows += [row(f"K{at}", "5/3/2018", "NEW", "DEATH") for at in range(10)]
    home = home_of(tmp_path, *rows)
    plain, by_year = (counted(loads(home), Asked(strata=strata)) for strata in ((), ("year",)))
    ic025 = [
        float(information(np.array([10.0]), np.array([expected(found)["NEW", "DEATH"]])).ic025[0])
        for found in (plain, by_year)
    ]
    assert ic025[0] > 0.5 and ic025[1] < 0


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="needs a limit on files")
def test_a_disk_that_fills_half_way_leaves_nothing(tmp_path):
    random = np.random.default_rng(1)
    path = tmp_path / "caers.csv"
    path.write_text(HEAD + "".join(row(str(at), product=random.bytes(40).hex()) for at in range(60_000)))
    done = subprocess.run(
        [sys.executable, "-m", "leeward", "signals", "load", str(path)],
        env={**os.environ, "LEEWARD_HOME": str(tmp_path / "home")},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000)),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0 and "LW-1006" in done.stderr and "Traceback" not in done.stderr
    assert not list((tmp_path / "home").glob("signals/*")) and not list((tmp_path / "home").glob("signals/.*"))
