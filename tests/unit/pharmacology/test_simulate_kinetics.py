"""`leeward simulate` of regimens and levels, from scenarios to answers, as a person would use it."""

import csv
import html
import io
import json
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from leeward.commands.simulate import command
from leeward.errors import BadInput
from leeward.knowledge import load_knowledge
from leeward.pharmacology.kinetic_drawing import kinetics_spec
from leeward.pharmacology.kinetic_scenario import KineticScenario, planned
from leeward.pharmacology.kinetic_simulation import kinetic_simulation, kinetics_simulated, memory_bytes, seconds
from leeward.pharmacology.scenario import scenario, shipped
from leeward.pharmacology.told import changed

KNOWLEDGE = load_knowledge()

WHOLE = """
leeward = "scenario/1"
title = "Tablets, then an injection"
model = "kinetics"
hours = 240
zero = "the injection"
zero_h = 96
patients = 100

[[arms]]
name = "switch"
kinetics = "buprenorphine-jones"
occupancy = true
person = { weight = 80 }
doses = [
  { route = "sublingual-tablet", mg = 16, every_h = 24, times = 4, missed = [2] },
  { route = "monthly-injection", mg = 300, at_h = 96 },
]

[[arms]]
name = "before"
kinetics = "fentanyl-deep-store"
scale = "log"
doses = [{ route = "long-use" }]
"""

KINETIC = [name for name in shipped() if isinstance(scenario(name), KineticScenario)]


@pytest.fixture
def written(tmp_path: Path):
    def write(text: str) -> str:
        file = tmp_path / "mine.toml"
        file.write_text(text, encoding="utf-8")
        return str(file)

    return write


def run(*arguments: str):
    return CliRunner().invoke(command, arguments, catch_exceptions=False)


def test_what_the_lectures_ask_for_ships():
    assert {
        "buprenorphine-after-fentanyl",
        "buprenorphine-after-methadone",
        "methadone-first-week",
        "depot-after-sublingual",
        "missed-dose-buprenorphine",
        "missed-dose-methadone",
    } <= set(KINETIC)


@pytest.mark.parametrize("name", KINETIC)
def test_a_shipped_scenario_is_told_with_its_grade_and_caveats_and_advises_nothing(name: str):
    told = run(name, "--patients", "50").stdout
    drawn = run(name, "--patients", "50", "--format", "svg").stdout
    for words in (told, html.unescape(drawn)):
        assert "grade" in words and "nobody's own course" in words and "Nothing here is a dose to take" in words
        assert not re.search(r"\b(recommend|should take|should give|lethal|fatal)", words, re.IGNORECASE)
    assert "9 in 10 people (5th to 95th percentile)" in drawn and "half of the people (25th to 75th)" in drawn


def test_a_scenario_of_ones_own_is_answered_in_each_form(written):
    file = written(WHOLE)
    told = json.loads(run(file, "--format", "json").stdout)
    assert (told["leeward"], told["model"], told["scenario"]) == ("simulation/1", "kinetics", "mine")
    assert told["finished"] and told["patients"] == 100 and told["zero"] == "the injection"
    switch, before = told["arms"]
    assert switch["hours"][0] == 0.0 and switch["hours"][-1] == 144.0
    level, held = switch["curves"]
    assert (level["what"], level["unit"], held["unit"], held["scale"]) == ("buprenorphine", "ng/mL", "%", "PET")
    assert level["typical"][0] > 0.5, "what is left of the tablets"
    rows = [np.array(level["bands"][name]) for name in ("5", "25", "50", "75", "95")]
    assert all((low <= high).all() for low, high in pairwise(rows))
    assert switch["zones"] == {"suppression": 1.0, "blockade": 3.0}
    assert "greenwald14" in told["sources"] and any("PET scale" in caveat for caveat in switch["caveats"])
    assert before["curves"][0]["typical"] is None and "50" not in before["curves"][0]["bands"]
    assert before["grade"] == "C-" and any("waiting time" in caveat for caveat in before["caveats"])
    written_rows = list(csv.DictReader(io.StringIO(run(file, "--format", "csv").stdout)))
    assert [float(row["p95"]) for row in written_rows if row["what"] == "buprenorphine"] == level["bands"]["95"]
    assert {row["typical"] for row in written_rows if row["arm"] == "before"} == {""}
    text = run(file).stdout
    assert "nobody's own course" in text and "grade A-" in text and "before" in text
    drawn = run(file, "--format", "svg").stdout
    assert drawn.startswith("<svg") and 'role="img"' in drawn and "days after the injection" in drawn


def test_the_band_of_occupancy_spans_the_doubt_of_its_curve(written):
    told = json.loads(run(written(WHOLE), "--format", "json").stdout)["arms"][0]
    level, held = told["curves"]
    low, high = level["bands"]["5"][-1], level["bands"]["95"][-1]
    assert held["bands"]["5"][-1] == pytest.approx(91.4 * low / (0.67 * 1.5 + low), rel=1e-3)
    assert held["bands"]["95"][-1] == pytest.approx(91.4 * high / (0.67 * 0.5 + high), rel=1e-3)


def test_the_band_of_the_deep_store_spans_every_set_that_fits(written):
    told = json.loads(run("buprenorphine-after-fentanyl", "--format", "json").stdout)["arms"][0]
    day = told["metrics"]["at_24_h"]["bands"]
    # The typical levels of the sets on day 1 run from 0.029 to 1.44 ng/mL.
    assert day["25"] < 0.029 and day["75"] > 1.44 and "50" not in day
    assert told["metrics"]["at_24_h"]["typical"] is None


def test_a_level_without_spread_has_no_band():
    told = json.loads(run("kratom-leaf-tea", "--patients", "50", "--format", "json").stdout)
    mitragynine, formed = told["arms"]
    assert mitragynine["curves"][0]["bands"] and formed["curves"][0]["bands"] is None
    assert "no spread between people is known" in run("kratom-leaf-tea", "--patients", "50").stdout


def test_the_first_week_of_methadone_carries_its_range():
    told = json.loads(run("methadone-first-week", "--format", "json").stdout)["arms"][0]
    last = told["metrics"]["before_the_dose_at_168_h"]
    assert last["typical"] == pytest.approx(106.6, rel=0.01)
    assert last["bands"]["95"] / last["bands"]["5"] > 2.5
    assert any("2.5-fold" in caveat for caveat in told["caveats"])


def test_the_same_seed_gives_the_same_people_and_another_seed_others(written):
    file = written(WHOLE)
    once, again, other = (run(file, "--format", "json", "--seed", seed).stdout for seed in ("5", "5", "6"))
    assert once == again
    assert json.loads(once)["arms"] != json.loads(other)["arms"]


WRONG = {
    "unknown model": ("buprenorphine-jones", "buprenorphine", "arms[0].model"),
    "unknown route": ("monthly-injection", "yearly-injection", "arms[0].doses[1]"),
    "negative time": ("at_h = 96", "at_h = -96", "at_h"),
    "time that is none": ("at_h = 96", "at_h = nan", "at_h"),
    "impossible dose": ("mg = 300", "mg = 300000", "is not a dose"),
    "dose of nothing": ("mg = 300", "mg = 0", "mg"),
    "no dose": ("mg = 300, ", "", "how much is given"),
    "dose of a level": ('route = "long-use"', 'route = "long-use", mg = 3', "has no mg"),
    "a dose missed that is none": ("missed = [2]", "missed = [9]", "not among them"),
    "no time between": ("every_h = 24, ", "", "no time between"),
    "no time at all": ("every_h = 24", "every_h = 0", "every_h"),
    "telling after the end": ("zero_h = 96", "zero_h = 240", "after the last hour"),
    "hours of nothing": ("hours = 240", "hours = 0", "hours"),
    "hours without end": ("hours = 240", "hours = inf", "hours"),
    "unknown of a person": ("weight = 80", "height = 80", "knows no height"),
    "impossible person": ("weight = 80", "weight = -80", "positive"),
    "occupancy of another drug": ('scale = "log"', "occupancy = true", "PET scale"),
    "tells another thing": ('scale = "log"', 'tells = "heroin"', "does not tell"),
    "unknown word": ("occupancy = true", "colour = true", "colour"),
    "too many doses": ("times = 4", "times = 999999", "times"),
    "two arms of one name": ('name = "before"', 'name = "switch"', "Two arms"),
    "too few people": ("patients = 100", "patients = 1", "patients"),
    "another kind": ('model = "kinetics"', 'model = "dynamics"', "model"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_scenario_that_is_wrong_is_refused_before_any_work(wrong: str, written, monkeypatch):
    right, mistake, says = WRONG[wrong]
    assert right in WHOLE
    monkeypatch.setattr("leeward.pharmacology.regimen.amounts", lambda *_: pytest.fail("work was begun"))
    with pytest.raises(BadInput) as refused:
        run(written(WHOLE.replace(right, mistake, 1)))
    assert says in str(refused.value)


def test_every_wrong_arm_is_told_at_once(written):
    text = WHOLE.replace("monthly-injection", "ear").replace('route = "long-use"', 'route = "nose"')
    with pytest.raises(BadInput) as refused:
        planned(scenario(written(text)), KNOWLEDGE)
    assert {problem.path.split(".")[0] for problem in refused.value.problems} == {"arms[0]", "arms[1]"}


def test_more_people_than_the_machine_holds_are_refused_before_any_work(written, monkeypatch):
    monkeypatch.setattr("leeward.commands.simulate.memory", lambda: 100_000_000)
    with pytest.raises(BadInput, match="half of this machine's memory"):
        run(written(WHOLE), "--patients", "1000000")


def test_time_and_memory_are_estimated_from_the_people():
    one = scenario("methadone-first-week")
    plan = planned(one, KNOWLEDGE)
    more = changed(one, patients=4000, seed=None, delay=None)
    assert memory_bytes(more, planned(more, KNOWLEDGE)) - memory_bytes(one, plan) == 16 * 2000 * 769
    assert 20.0 < seconds(one, plan, 2) < 40.0


def test_what_was_finished_is_kept_when_it_is_stopped(written, monkeypatch):
    def stopping(asked, plan, knowledge):
        yield next(kinetics_simulated(asked, plan, knowledge))
        raise KeyboardInterrupt

    monkeypatch.setattr("leeward.pharmacology.kinetic_simulation.kinetics_simulated", stopping)
    told = json.loads(run(written(WHOLE), "--format", "json").stdout)
    assert told["finished"] is False and [arm["arm"] for arm in told["arms"]] == ["switch"]
    assert "Not every arm was finished" in run(written(WHOLE)).stdout
    assert run(written(WHOLE), "--format", "svg").stdout.startswith("<svg")


@pytest.mark.parametrize("name", KINETIC)
def test_a_picture_names_its_axes_bands_and_sources(name: str):
    asked = scenario(name)
    done = kinetic_simulation(asked, tuple(kinetics_simulated(asked, planned(asked, KNOWLEDGE), KNOWLEDGE)))
    *panels, caption = kinetics_spec(done, KNOWLEDGE.sources)["vconcat"]
    for panel in panels:
        for layer in panel["layer"]:
            scale = layer["encoding"]["y"]["scale"]
            assert scale["domain"][0] >= 0.0 and (scale.get("type") != "log" or scale["domain"][0] > 0.0)
            assert any(unit in layer["encoding"]["y"]["title"] for unit in ("ng/mL", "nM", "%"))
            if "x" in layer["encoding"] and "title" in layer["encoding"]["x"]:
                assert re.match(r"(hours|days) after ", layer["encoding"]["x"]["title"])
        assert "grade" in panel["title"]["subtitle"]
    lines = " ".join(value["line"] for value in caption["data"]["values"])
    assert "Sources: " in lines and re.search(r"\b(19|20)\d\d\b|labels", lines)
