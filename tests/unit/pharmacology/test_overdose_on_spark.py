"""The overdose model on Spark, for real on two cores of this machine: the same numbers as in threads, to the last bit."""

from __future__ import annotations

import importlib.util
import json
import shutil

import msgspec
import numpy as np
import pytest
from click.testing import CliRunner

from leeward.commands.simulate import command
from leeward.errors import BadInput
from leeward.knowledge import load_knowledge
from leeward.pharmacology import on_spark
from leeward.pharmacology.parameters import PASSED_AT_ONCE, made_up
from leeward.pharmacology.scenario import scenario
from leeward.pharmacology.simulation import followed
from leeward.signals.engines import spark_session


@pytest.fixture(scope="module")
def spark():
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("PySpark is not installed (`make spark` does it)")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java 17 or newer, and there is none")
    session = spark_session("local[2]")
    yield session.sparkContext
    session.stop()


@pytest.fixture(scope="module")
def asked():
    """Two arms in which people fare differently, of a number that no block divides."""
    whole = scenario("fentanyl-chronic")
    return msgspec.structs.replace(whole, patients=157, arms=(whole.arms[0], whole.arms[2]))


@pytest.mark.parametrize("opioid", ["fentanyl", "carfentanil"])
@pytest.mark.parametrize("route", ["naloxone-nasal-4mg", "naloxone-muscle-2mg-auto-injector", "naloxone-vein"])
def test_a_block_of_people_is_what_stands_in_the_whole(opioid: str, route: str):
    knowledge, many = load_knowledge(), PASSED_AT_ONCE + 1000
    whole = made_up(knowledge, many, 7, opioid, route=route)
    for first, some in ((0, 1), (1, 2), (37, 61), (500, 997), (PASSED_AT_ONCE - 3, 8), (many - 1, 1)):
        part = made_up(knowledge, some, 7, opioid, route=route, first=first)
        assert part.tobytes() == whole[first : first + some].tobytes()


@pytest.mark.parametrize("in_a_block", [13, 80, 2000])
def test_whatever_the_blocks_people_fare_as_in_threads(spark, asked, in_a_block: int):
    knowledge = load_knowledge()
    for arm in asked.arms:
        here = followed(asked, arm, knowledge, range(asked.patients))
        there = on_spark.followed_on_spark(asked, arm, spark, in_a_block)
        assert [one.tobytes() for one in there] == [one.tobytes() for one in here]
        assert 0 < np.isnan(here.arrest).sum() < asked.patients, (
            "people must fare differently for this to tell anything"
        )


def test_the_answer_of_the_command_is_the_same(spark):
    asked = ("fentanyl-chronic", "--patients", "60", "--format", "json")
    here, there = (
        json.loads(CliRunner().invoke(command, [*asked, "--engine", engine], catch_exceptions=False).stdout)
        for engine in ("threads", "spark")
    )
    assert there == here and here["finished"]


def test_tasks_of_another_leeward_are_not_believed(spark, asked, monkeypatch):
    monkeypatch.setattr(on_spark, "installed", lambda: "another")
    with pytest.raises(BadInput, match="another Leeward"):
        on_spark.followed_on_spark(asked, asked.arms[0], spark)


def test_tasks_that_fail_are_told_in_a_sentence(spark, asked):
    with pytest.raises(BadInput, match=r"Spark's tasks failed \(.*KnowledgeError.*opioid-nothing"):
        on_spark.followed_on_spark(msgspec.structs.replace(asked, opioid="nothing"), asked.arms[0], spark)


@pytest.mark.parametrize(
    ("told", "says"),
    [
        (("methadone-first-week", "--engine", "spark"), "Only overdoses are worked out on Spark"),
        (("kratom-with-midazolam", "--engine", "spark"), "Only overdoses are worked out on Spark"),
        (("fentanyl-chronic", "--engine", "spark", "--device", "cuda"), "not on a graphics card"),
    ],
    ids=["levels", "interactions", "with a card"],
)
def test_where_spark_is_of_no_use_it_is_told_before_any_work(told: tuple[str, ...], says: str, monkeypatch):
    monkeypatch.setattr("leeward.signals.engines.spark_session", lambda: pytest.fail("Spark was begun"))
    with pytest.raises(BadInput, match=says):
        CliRunner().invoke(command, told, catch_exceptions=False)
