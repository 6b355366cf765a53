"""FDA's reports on foods and supplements to mid-2017, from the raw file to every score, against values computed elsewhere."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from leeward.commands.signals import command
from leeward.signals.counting import Asked, counted
from leeward.signals.store import load, loads
from tests.unit.signals.tables import CAERS, needs

TARGETS = Path(__file__).parents[3] / "shared" / "reference" / "surveillance-targets.yaml"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("signals")
    load(needs(CAERS), place, datetime(2026, 11, 22, tzinfo=UTC))
    return place


def targets(group: str) -> list[dict]:
    needs(TARGETS)
    return [one for one in yaml.safe_load(TARGETS.read_text())["targets"] if one["group"] == group]


@pytest.fixture(scope="module")
def scanned(home: Path) -> dict[str, dict[tuple[str, str], dict]]:
    """The rows of kratom against both backgrounds."""
    found = {}
    for background, asked in (("all_industries", "all"), ("industry_54", "supplements")):
        arguments = ["scan", "--product", "kratom", "--background", asked, "--format", "json"]
        done = CliRunner(env={"LEEWARD_HOME": str(home)}).invoke(command, arguments, catch_exceptions=False)
        answer = json.loads(done.stdout)
        assert "neither cause nor rate" in answer["says"] and answer["fit"]["likelihood"] == "C"
        assert answer["fit"]["certificate"]["outcome"] == "interior optimum"
        found[background] = {(row["product"], row["event"]): row for row in answer["rows"]}
    return found


def test_counts_are_those_of_the_file(home: Path):
    raw = counted(loads(home), Asked()).pairs
    assert (raw.reports, len(raw.products), len(raw.n)) == (64_471, 40_835, 197_078)
    supplements = counted(loads(home), Asked(background="supplements")).pairs
    assert supplements.reports == 26_662


def test_kratom_against_values_computed_elsewhere(scanned):
    wanted = [*targets("kratom-gps"), *targets("kratom-2x2")]
    assert len(wanted) > 10
    for target in wanted:
        said = target["what"].removeprefix("kratom concept").lstrip(" /vs").split(",")
        background = next(one for one in ("all_industries", "industry_54") if one in target["id"])
        row = scanned[background]["KRATOM", said[0].strip()]
        value = target["value"]
        names = {"N": "n", "E": "expected", "EBGM": "ebgm", "EB05": "eb05", "EB95": "eb95", "a": "n", "prr": "prr",
                 "ror": "ror", "ror_lo": "ror_lower", "chi2_yates": "chi2", "ic": "ic", "ic025": "ic025"}  # fmt: skip
        for name, given in value.items():
            if name in names:
                assert row[names[name]] == pytest.approx(given, rel=target["tolerance"]["rel"]), (target["id"], name)


def test_no_spelling_is_merged_that_is_not_listed(scanned):
    products = {product for product, _ in scanned["all_industries"]}
    assert products == {"KRATOM"}
    assert all(row["first_report"] >= "2004-01-01" for row in scanned["all_industries"].values())


def test_the_same_file_again_changes_nothing(home: Path):
    again = load(needs(CAERS), home, datetime(2026, 11, 23, tzinfo=UTC))
    assert not again.new and len(loads(home)) == 1
