"""What the pictures of simulations show, and how wide their bands are."""

import json
import math

import numpy as np
import pytest
from click.testing import CliRunner

from leeward.commands.simulate import command
from leeward.errors import BadInput
from leeward.knowledge import load_knowledge
from leeward.pharmacology.drawing import MINUTES, overdose_spec
from leeward.pharmacology.kinetic_drawing import FIRST, MEDIAN, TYPICAL, kinetics_spec
from leeward.pharmacology.kinetic_scenario import planned
from leeward.pharmacology.kinetic_simulation import kinetic_simulation, kinetics_simulated
from leeward.pharmacology.scenario import scenario
from leeward.pharmacology.simulation import simulated, simulation, typical_courses
from leeward.pharmacology.told import changed

KNOWLEDGE = load_knowledge()


def overdose(name: str, **instead):
    asked = changed(scenario(name), **({"patients": 60, "seed": None, "delay": None} | instead))
    done = simulation(asked, tuple(simulated(asked, KNOWLEDGE)), KNOWLEDGE)
    return asked, done, typical_courses(asked, KNOWLEDGE)


def kinetic(name: str):
    asked = changed(scenario(name), patients=20, seed=None, delay=None)
    return kinetic_simulation(asked, tuple(kinetics_simulated(asked, planned(asked, KNOWLEDGE), KNOWLEDGE)))


def test_the_picture_of_an_overdose_says_what_was_given_and_when_naloxone_comes():
    asked, done, typical = overdose("fentanyl-chronic-late-naloxone")
    words = " ".join(overdose_spec(done, typical)["title"]["subtitle"])
    assert f"{asked.opioid_mg:g} mg" in words and "300 s after breathing falls below 40 %" in words
    twice = typical["Two sprays, 150 s apart"]
    assert np.diff(twice.given) == pytest.approx([150.0]) and twice.given[0] == pytest.approx(twice.asked + 300.0)
    assert len(typical["No naloxone"].given) == 0


def test_each_arm_has_a_panel_with_its_doses_and_its_arrest():
    _, done, typical = overdose("carfentanil-naive")
    panels = overdose_spec(done, typical)["vconcat"][1]["concat"]
    assert [panel["title"]["text"] for panel in panels] == [arm.arm for arm in done.arms]
    for panel, one in zip(panels, typical.values(), strict=True):
        _, given, arrest = (layer["data"]["values"] for layer in panel["layer"])
        assert len(given) == sum(second <= MINUTES * 60 for second in one.given)
        assert len(arrest) == (0 if math.isnan(one.arrest) else 1)


def test_nobody_of_so_many_leaves_room_for_doubt():
    """Resamples of people of whom nobody arrests have no arrest: a band of no width would say that nobody ever does."""
    _, done, _ = overdose("fentanyl-chronic", patients=50)
    metrics = {arm.arm: arm.metrics for arm in done.arms}
    none = metrics["0.5 mg into a vein"]["cardiac_arrest"]
    assert none.value == none.lower == 0.0
    assert none.upper == pytest.approx(100.0 * (1.0 - 0.025 ** (1.0 / 50)), abs=0.01)
    everybody = metrics["No naloxone"]["breathing_below_40_percent"]
    assert everybody.value == everybody.upper == 100.0
    assert everybody.lower == pytest.approx(100.0 * 0.025 ** (1.0 / 50), abs=0.01)


def test_bands_of_arrest_are_reproduced_and_narrow_with_more_people():
    _, few, _ = overdose("fentanyl-chronic", patients=100)
    _, again, _ = overdose("fentanyl-chronic", patients=100)
    assert few == again
    _, more, _ = overdose("fentanyl-chronic", patients=400)
    wide, narrow = (
        one.arms[0].metrics["cardiac_arrest"].upper - one.arms[0].metrics["cardiac_arrest"].lower for one in (few, more)
    )
    share = few.arms[0].metrics["cardiac_arrest"].value / 100.0
    assert wide == pytest.approx(2 * 1.96 * 100.0 * math.sqrt(share * (1 - share) / 100), rel=0.15)
    assert narrow == pytest.approx(wide / 2.0, rel=0.2)


def test_naloxone_that_comes_later_is_asked_for_at_the_command():
    def arrests(*more: str) -> list[float]:
        found = CliRunner().invoke(
            command, ["fentanyl-chronic", "--patients", "100", "--format", "json", *more], catch_exceptions=False
        )
        return [arm["metrics"]["cardiac_arrest"]["value"] for arm in json.loads(found.stdout)["arms"]]

    assert arrests("--naloxone-delay", "60") == arrests()
    late = arrests("--naloxone-delay", "600")
    assert late[0] == arrests()[0] and all(one > other for one, other in zip(late[1:], arrests()[1:], strict=True))


@pytest.mark.parametrize("name", ["methadone-first-week", "kratom-with-midazolam"])
def test_a_delay_of_naloxone_is_refused_where_none_is_given(name):
    with pytest.raises(BadInput, match="No naloxone waits"):
        changed(scenario(name), patients=None, seed=None, delay=60.0)


def drawn(panel) -> set[str]:
    return {layer["encoding"]["color"]["datum"] for layer in panel["layer"] if "color" in layer["encoding"]}


def test_one_line_is_drawn_the_median_or_where_no_spread_is_known_the_typical_person():
    mitragynine, formed, _ = kinetics_spec(kinetic("kratom-leaf-tea"), {**KNOWLEDGE.sources})["vconcat"]
    assert MEDIAN in drawn(mitragynine) and TYPICAL not in drawn(mitragynine)
    assert drawn(formed) == {TYPICAL}
    first, missed, *_ = kinetics_spec(kinetic("missed-dose-methadone"), {**KNOWLEDGE.sources})["vconcat"]
    assert FIRST not in drawn(first) and {FIRST, MEDIAN} <= drawn(missed)


def test_panels_on_a_logarithm_in_one_unit_share_an_axis():
    *panels, _ = kinetics_spec(kinetic("antagonists-in-plasma"), {**KNOWLEDGE.sources})["vconcat"]
    assert len({tuple(panel["layer"][0]["encoding"]["y"]["scale"]["domain"]) for panel in panels}) == 1


def test_buprenorphine_beside_another_opioid_says_that_no_level_says_when_to_begin():
    for name, said in (
        ("buprenorphine-after-fentanyl", True),
        ("buprenorphine-after-methadone", True),
        ("missed-dose-buprenorphine", False),
    ):
        found = kinetic(name)
        assert any("when buprenorphine may be begun" in caveat for caveat in found.caveats) is said


def test_what_was_assumed_is_named_in_words():
    caveats = kinetic("buprenorphine-after-fentanyl").arms[0].caveats
    assert (
        "Assumed, not measured: level at the last use, size of the deep store, how slowly the store gives back."
        in caveats
    )
