"""A site may choose within what sources support, and every mistake of its file is named."""

from __future__ import annotations

import pytest

from leeward.errors import BadInput
from leeward.knowledge import load_knowledge, read_policy
from leeward.knowledge.policy import default_policy

KNOWLEDGE = load_knowledge()


def test_a_site_may_raise_the_gate():
    policy = read_policy("cows-gate-monitored = 11", KNOWLEDGE)
    assert policy.limit("cows-gate-monitored").value == 11
    assert policy.changed == ("cows-gate-monitored",)
    assert default_policy(KNOWLEDGE).changed == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("cows-gate-monitored = 30", "LW-0304"),
        ('cows-gate-monitored = "high"', "LW-0303"),
        ("cows-gate = 8", "LW-0302"),
        ("cows-gate-monitored = ", "LW-0301"),
        ('direct-injection-protocol = "yes"', "LW-0303"),
        ('low-dose-schedule = "my own"', "LW-0303"),
    ],
)
def test_a_mistake_is_named(text: str, code: str):
    with pytest.raises(BadInput) as caught:
        read_policy(text, KNOWLEDGE)
    assert [problem.code for problem in caught.value.problems] == [code]


def test_all_mistakes_are_named_at_once():
    with pytest.raises(BadInput) as caught:
        read_policy("cows-gate-monitored = 30\nnonsense = 1", KNOWLEDGE)
    assert len(caught.value.problems) == 2


def test_every_default_lies_in_its_range():
    for id, setting in KNOWLEDGE.settings.items():
        if setting.unit:
            assert setting.low <= setting.default <= setting.high, id
        assert setting.sources, id
