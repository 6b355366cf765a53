"""The overdose model on a graphics card: the same kernel, run here by the simulator that numba carries."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from click.testing import CliRunner

from leeward.commands.simulate import command
from leeward.errors import BadInput
from leeward.knowledge import load_knowledge
from leeward.pharmacology.overdose import outcomes, sprays
from leeward.pharmacology.parameters import made_up, rules

PEOPLE, UNTIL, ARMS = 3, 900.0, ((), ((0.0, 4.0), (150.0, 4.0)))

THERE = f"""
import json
import numpy as np
from leeward.knowledge import load_knowledge
from leeward.pharmacology import on_cuda
from leeward.pharmacology.overdose import outcomes, sprays
from leeward.pharmacology.parameters import made_up, rules
on_cuda.required()
on_cuda.AT_ONCE = 2  # a second batch begins with what the first left in its room
knowledge = load_knowledge()
people = made_up(knowledge, {PEOPLE}, 1, "fentanyl")
held = rules(knowledge, until={UNTIL})
for doses in {ARMS}:
    found = outcomes(people, 1.625, sprays(*doses), held, device="cuda")
    print(json.dumps([np.nan_to_num(one, nan=-1.0).tolist() for one in found]))
"""


def test_the_same_people_fare_the_same_on_a_card():
    simulator = os.environ | {"NUMBA_ENABLE_CUDASIM": "1", "NUMBA_DISABLE_JIT": "1"}
    ran = subprocess.run([sys.executable, "-c", THERE], env=simulator, capture_output=True, text=True, check=True)
    knowledge = load_knowledge()
    people, held = made_up(knowledge, PEOPLE, 1, "fentanyl"), rules(knowledge, until=UNTIL)
    arrested = []
    for line, doses in zip(ran.stdout.splitlines(), ARMS, strict=True):
        here = outcomes(people, 1.625, sprays(*doses), held)
        for theirs, ours in zip(json.loads(line), here, strict=True):
            assert theirs == pytest.approx(np.nan_to_num(ours, nan=-1.0), rel=1e-4)
        arrested.append(int((~np.isnan(here.arrest)).sum()))
    assert 0 < arrested[0] < PEOPLE, "the people must fare differently for this to tell anything"


def test_without_a_card_it_is_told_before_any_work(monkeypatch):
    monkeypatch.setattr("leeward.pharmacology.on_cuda.find_spec", lambda _: None)
    monkeypatch.setattr("leeward.pharmacology.simulation.outcomes", lambda *_, **__: pytest.fail("work was begun"))
    with pytest.raises(BadInput, match="numba-cuda is not installed"):
        CliRunner().invoke(command, ["fentanyl-chronic", "--device", "cuda"], catch_exceptions=False)


def test_levels_are_not_worked_out_on_a_card():
    with pytest.raises(BadInput, match="Only overdoses"):
        CliRunner().invoke(command, ["methadone-first-week", "--device", "cuda"], catch_exceptions=False)
