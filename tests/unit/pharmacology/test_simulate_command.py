"""`leeward simulate`, from scenarios to answers, as a person would use it."""

import csv
import io
import itertools
import json
import re
import signal
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from leeward.commands.simulate import command
from leeward.errors import BadInput
from leeward.knowledge import load_knowledge
from leeward.pharmacology.kinetic_scenario import planned
from leeward.pharmacology.kinetic_simulation import kinetics_simulated
from leeward.pharmacology.kinetic_simulation import memory_bytes as kinetic_bytes
from leeward.pharmacology.overdose import Outcomes
from leeward.pharmacology.scenario import scenario, shipped
from leeward.pharmacology.simulation import memory_bytes, simulated
from leeward.pharmacology.told import changed

WHOLE = """
leeward = "scenario/1"
title = "One spray or none"
model = "overdose"
opioid = "fentanyl"
opioid_mg = 1.625
person = "chronic"
patients = 200

[[arms]]
name = "none"

[[arms]]
name = "spray"
sprays = [{ after_s = 0, mg = 4 }]
"""


@pytest.fixture
def written(tmp_path: Path):
    def write(text: str) -> str:
        file = tmp_path / "mine.toml"
        file.write_text(text, encoding="utf-8")
        return str(file)

    return write


def run(*arguments: str):
    return CliRunner().invoke(command, arguments, catch_exceptions=False)


def test_what_ships_is_listed_and_can_be_read():
    listed = run().output
    assert len(shipped()) >= 6
    assert all(name in listed and scenario(name).title in listed for name in shipped())


def test_a_scenario_of_ones_own_is_answered_in_each_form(written):
    file = written(WHOLE)
    told = json.loads(run(file, "--format", "json").stdout)
    assert (
        told["leeward"] == "simulation/1"
        and told["scenario"] == "mine"
        and told["patients"] == 200
        and told["finished"]
    )
    none, spray = (arm["metrics"]["cardiac_arrest"] for arm in told["arms"])
    assert none["unit"] == "%" and none["lower"] <= none["value"] <= none["upper"]
    assert spray["value"] < none["value"]
    assert told["caveats"] and told["sources"] == ["fda-overdose-model"]
    rows = list(csv.DictReader(io.StringIO(run(file, "--format", "csv").stdout)))
    assert {row["arm"]: float(row["value"]) for row in rows if row["metric"] == "cardiac_arrest"} == {
        "none": none["value"],
        "spray": spray["value"],
    }
    text = run(file).stdout
    assert (
        "forecasts nobody" not in text and "Nobody breathes for the person" in text and f"{none['value']:.1f} %" in text
    )
    drawn = run(file, "--format", "svg").stdout
    assert drawn.startswith("<svg") and 'role="img"' in drawn and "One spray or none" in drawn


def test_the_same_seed_gives_the_same_people_and_another_seed_others(written):
    file = written(WHOLE)
    once, again, other = (run(file, "--format", "json", "--seed", seed).stdout for seed in ("5", "5", "6"))
    assert once == again
    assert json.loads(once)["arms"] != json.loads(other)["arms"]


WRONG = {
    "opioid": ('opioid = "fentanyl"', 'opioid = "morphine"', "opioid"),
    "dose of nothing": ("opioid_mg = 1.625", "opioid_mg = 0", "opioid_mg"),
    "impossible dose": ("opioid_mg = 1.625", "opioid_mg = 1e6", "opioid_mg"),
    "text for a number": ("opioid_mg = 1.625", 'opioid_mg = "much"', "opioid_mg"),
    "negative time": ("after_s = 0", "after_s = -5", "after_s"),
    "too few people": ("patients = 200", "patients = 1", "patients"),
    "unknown word": ('person = "chronic"', 'person = "chronic"\ncolour = 3', "colour"),
    "two arms of one name": ('name = "spray"', 'name = "none"', "Two arms"),
    "both ways": (
        "sprays = [{ after_s = 0, mg = 4 }]",
        "sprays = [{ after_s = 0, mg = 4 }]\ninjections = [{ after_s = 0, mg = 1 }]",
        "not both",
    ),
    "not TOML": ("[[arms]]", "[[arms", "TOML"),
    "another kind": ('leeward = "scenario/1"', 'leeward = "scenario/9"', "leeward"),
    "not a number": ("opioid_mg = 1.625", "opioid_mg = nan", "opioid_mg"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_scenario_that_is_wrong_is_refused_before_any_work(wrong: str, written):
    right, mistake, says = WRONG[wrong]
    assert right in WHOLE
    with pytest.raises(BadInput) as refused:
        scenario(written(WHOLE.replace(right, mistake, 1)))
    assert says in str(refused.value) and len(refused.value.problems) == 1


def test_a_scenario_that_is_not_there_names_those_that_are(tmp_path: Path):
    with pytest.raises(BadInput, match="fentanyl-chronic"):
        scenario("fentanil")
    broken = tmp_path / "broken.toml"
    broken.write_bytes(b"\xff\xfe")
    with pytest.raises(BadInput, match="UTF-8"):
        scenario(str(broken))


def begun(*_, **__):
    pytest.fail("work was begun")


@pytest.mark.parametrize("name", ["fentanyl-chronic", "methadone-first-week", "kratom-leaf-tea"])
def test_more_people_than_the_machine_holds_are_refused_before_any_work(name: str, monkeypatch):
    monkeypatch.setattr("leeward.commands.simulate.memory", lambda: 500_000_000)
    monkeypatch.setattr("leeward.pharmacology.simulation.made_up", begun)
    monkeypatch.setattr("leeward.pharmacology.kinetic_simulation.made_up", begun)
    with pytest.raises(BadInput, match=r"1,000,000 people take some \d.* half of this machine's memory \(500 MB\)"):
        run(name, "--patients", "1000000")


@pytest.mark.parametrize("name", ["fentanyl-chronic", "methadone-first-week"])
def test_a_million_people_are_told_time_and_memory_before_any_work(name: str, monkeypatch, capsys):
    """They are told when it begins; here it is stopped as it does."""
    monkeypatch.setattr("leeward.commands.simulate.memory", lambda: 10**12)
    monkeypatch.setattr("leeward.commands.simulate._finished", lambda *_: pytest.exit("begins"))
    with pytest.raises(pytest.exit.Exception, match="begins"):
        command.main([name, "--patients", "1000000"], standalone_mode=False)
    said = capsys.readouterr()
    arms = len(scenario(name).arms)
    assert re.fullmatch(
        rf"1,000,000 people in {arms} arms? on \d+ threads: up to [\d.]+ (h|min) and [\d.]+ (GB|MB)\.\n", said.err
    )
    assert not said.out


def test_the_memory_that_is_told_is_what_is_taken(monkeypatch):
    never = np.full(100_000, np.nan)
    monkeypatch.setattr(
        "leeward.pharmacology.simulation.outcomes", lambda *_, **__: Outcomes(never.copy(), never.copy(), never.copy())
    )
    asked, knowledge = (
        changed(scenario("fentanyl-chronic"), patients=len(never), seed=None, delay=None),
        load_knowledge(),
    )
    tracemalloc.start()
    try:
        next(simulated(asked, knowledge))
        taken = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert 0.4 * memory_bytes(asked) < taken < memory_bytes(asked)


@pytest.mark.parametrize("name", ["buprenorphine-after-fentanyl", "kratom-leaf-tea", "missed-dose-methadone"])
def test_the_memory_that_is_told_of_levels_is_what_is_taken(name: str):
    knowledge = load_knowledge()
    asked = changed(scenario(name), patients=10_000, seed=None, delay=None)
    plan = planned(asked, knowledge)
    tracemalloc.start()
    try:
        list(kinetics_simulated(asked, plan, knowledge))
        taken = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert 0.4 * kinetic_bytes(asked, plan) < taken < kinetic_bytes(asked, plan)


def stopped_after(many: int, monkeypatch) -> None:
    def stopping(asked, knowledge, *where):
        yield from itertools.islice(simulated(asked, knowledge, *where), many)
        raise KeyboardInterrupt

    monkeypatch.setattr("leeward.pharmacology.simulation.simulated", stopping)


@pytest.mark.parametrize("form", ["json", "csv", "text", "svg"])
def test_what_was_finished_is_kept_when_it_is_stopped_and_the_status_says_that_arms_are_missing(
    form: str, written, monkeypatch
):
    file = written(WHOLE)
    assert run(file, "--format", form).exit_code == 0
    stopped_after(1, monkeypatch)
    found = run(file, "--format", form)
    assert found.exit_code == 130 and "Stopped" in found.stderr
    assert "none" in found.stdout
    if form == "json":
        told = json.loads(found.stdout)
        assert told["finished"] is False and [arm["arm"] for arm in told["arms"]] == ["none"]
    elif form == "csv":
        assert {row["arm"] for row in csv.DictReader(io.StringIO(found.stdout))} == {"none"}
    else:
        assert "Not every arm was finished" in found.stdout and "spray:" not in found.stdout


@pytest.mark.parametrize("form", ["json", "csv", "text", "svg"])
def test_stopped_before_an_arm_is_finished_it_says_so_and_writes_nothing(form: str, written, monkeypatch):
    stopped_after(0, monkeypatch)
    with pytest.raises(BadInput, match="before an arm was finished"):
        run(written(WHOLE), "--format", form)


def test_ctrl_c_is_heeded_within_an_arm_and_keeps_those_before_it(written):
    """A process of its own, stopped within its first arm. It heeds Ctrl-C though whoever started the tests may not, as a job of a shell."""
    asked = [sys.executable, "-m", "leeward", "simulate", written(WHOLE), "--patients", "200000", "--format", "json"]
    with subprocess.Popen(
        asked,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as running:
        assert running.stderr is not None
        for line in running.stderr:
            if line.startswith("200,000 people in 2 arms"):
                break
        time.sleep(4)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)  # an arm of 200,000 people takes minutes
    assert not out and "before an arm was finished" in err and running.returncode == 1


def test_somebody_who_takes_no_opioids_is_hurt_more():
    knowledge = load_knowledge()
    percent = {}
    for name in ("fentanyl-naive", "fentanyl-chronic"):
        first = next(simulated(scenario(name), knowledge))
        percent[name] = first.metrics["cardiac_arrest"].value
    assert percent["fentanyl-naive"] > percent["fentanyl-chronic"] + 10.0
