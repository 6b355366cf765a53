"""The same expressions on Spark: every count equal to DuckDB's, to the last one. Run for real, on two cores of this machine."""

from __future__ import annotations

import importlib.util
import shutil
from datetime import UTC, datetime

import numpy as np
import pytest

from leeward.errors import BadInput
from leeward.signals.counting import Asked, counted, names_of
from leeward.signals.duplicates import duplicates
from leeward.signals.engines import engine_of, spark_engine
from leeward.signals.store import load, loads
from tests.unit.signals import tables
from tests.unit.signals.quarters import demo, drug, files, reac, write_zip

NOW = datetime(2026, 11, 22, tzinfo=UTC)
CONCEPTS = {"KRATOM": "KRATOM (ALL)", "KRATOMITE": "KRATOM (ALL)", "P1": "P (ALL)"}


@pytest.fixture(scope="module")
def spark():
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("PySpark is not installed (`make spark` does it)")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java 17 or newer, and there is none")
    engine = spark_engine("local[2]")
    yield engine
    engine.disconnect()


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """FDA's reports where they are at hand, and a quarter of FAERS with versions and a withdrawn case."""
    folder = tmp_path_factory.mktemp("spark")
    random = np.random.default_rng(11)
    reports = range(1, 401)
    cases = {report: 1 + report % 300 for report in reports}
    told = files(
        [demo(cases[at], 1 + at // 300, f"2024{1 + at % 12:02}15", str(20 + at % 60), "YR", "FM"[at % 2]) for at in reports],
        [drug(f"{cases[at]}{1 + at // 300}", f"P{int(random.integers(9))}", ("PS", "SS", "C", "I")[k]) for at in reports for k in range(1 + at % 4)],
        [reac(f"{cases[at]}{1 + at // 300}", f"Term {int(random.integers(12))}") for at in reports for _ in range(3)],
    )  # fmt: skip
    load(write_zip(folder / "q.zip", told | {"DELETE24Q1.txt": "7\n8\n"}), folder / "home", NOW)
    if tables.CAERS.exists():
        load(tables.CAERS, folder / "home", NOW.replace(hour=1))
    return loads(folder / "home")


@pytest.mark.parametrize(
    "asked",
    [Asked(), Asked(role="all", strata=("age", "sex", "year"), until="2024-06-30"), Asked(role="primary")],
    ids=["suspect", "strata, by a day", "primary"],
)
def test_every_count_is_the_same(spark, places, asked):
    here, there = counted(places, asked, CONCEPTS), counted(places, asked, CONCEPTS, spark)
    one, other = here.pairs, there.pairs
    assert other.products == one.products and other.events == one.events and other.reports == one.reports
    for name in ("product", "event", "n", "by_product", "by_event"):
        assert np.array_equal(getattr(other, name), getattr(one, name)), name
    assert there.first == here.first and there.last == here.last
    if asked.strata:
        assert np.allclose(other.expected(), one.expected(), rtol=1e-12)


def test_names_and_duplicates_are_the_same(spark, places):
    assert names_of(places[:1], spark) == names_of(places[:1])
    here, there = duplicates(places[:1], CONCEPTS, days=40), duplicates(places[:1], CONCEPTS, days=40, engine=spark)
    assert [(one.first, one.second, one.product) for one in there] == [
        (one.first, one.second, one.product) for one in here
    ]
    assert [one.chance for one in there] == pytest.approx([one.chance for one in here])


def test_without_pyspark_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyspark.sql", None)
    with pytest.raises(BadInput, match=r"leeward\[spark\]"):
        engine_of("spark")
