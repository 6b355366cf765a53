"""A site's own statements: the same checks as for what ships, every mistake in a sentence, nothing replaced."""

from __future__ import annotations

import pytest

from leeward.errors import BadInput
from leeward.evidence.answer import ask
from leeward.evidence.base import Evidence, evidence_of, with_additions
from leeward.knowledge import load_knowledge

KNOWLEDGE = load_knowledge()
SHIPPED = evidence_of(KNOWLEDGE)

GOOD = """
[sources.harbour-audit-2026]
title = "Audit of the harbour clinic"
status = "read"
date = 2026-11-01

[propositions.foot-baths-help]
sentence = "Foot baths ease restless legs in opioid withdrawal"
asks = "clinical"

[statements.EV-SITE-001]
says = "In an audit of 30 people foot baths did not change restless legs."
proposition = "foot-baths-help"
direction = "refutes"
certainty = "very low"
topic = "treatment"
population = "30 adults of one clinic"
substances = ["opioid"]
kinds = ["human"]
standing = "read"
last_verified = 2026-11-01
sources = ["harbour-audit-2026"]
"""


def added(text: str | bytes) -> Evidence:
    return with_additions(SHIPPED, "own.toml", text if isinstance(text, bytes) else text.encode())


def test_what_a_file_adds_is_found_and_marked():
    found = ask("do foot baths help restless legs", added(GOOD), KNOWLEDGE).statements[0]
    assert (found.id, found.added) == ("EV-SITE-001", True)
    assert found.sources[0].title == "Audit of the harbour clinic"


def test_a_statement_may_bear_on_what_ships():
    evidence = added(GOOD.replace("foot-baths-help", "kratom-safe-in-pregnancy", 1).partition("[statements")[0].partition("[propositions")[0] + "[statements" + GOOD.partition("[statements")[2].replace('"foot-baths-help"', '"kratom-safe-in-pregnancy"'))  # fmt: skip
    assert "EV-SITE-001" in {one.id for one in evidence.bearing_on("kratom-safe-in-pregnancy")}


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("EV-SITE-001", "EV-K-001", "LW-1312"),
        ("harbour-audit-2026", "cabridge", "LW-1312"),
        ("[statements", "[statement", "LW-1311"),
        ('"refutes"', '"denies"', "LW-1313"),
        ("certainty = ", "certain = ", "LW-1313"),
        ("EV-SITE-001", "ev-1", "LW-1302"),
        ('proposition = "foot-baths-help"', 'proposition = "nothing"', "LW-1303"),
        ('sources = ["harbour-audit-2026"]', 'sources = ["nobody"]', "LW-1304"),
        ('status = "read"', 'status = "recalled"', "LW-1306"),
        ("last_verified = 2026-11-01\n", "", "LW-1308"),
        ("30 adults of one clinic", "30 mice", "LW-1309"),
        ("= [", "= ", "LW-1310"),
    ],
)
def test_a_mistake_is_told_in_a_sentence(before: str, after: str, code: str):
    with pytest.raises(BadInput) as raised:
        added(GOOD.replace(before, after))
    assert code in {problem.code for problem in raised.value.problems}
    assert all(problem.says.endswith(".") and problem.mend.endswith((".", "]")) for problem in raised.value.problems)


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\x00\xff\xfe", id="binary"),
        pytest.param(b"statements = 3", id="no table"),
        pytest.param(b"statements.EV-SITE-001 = 3", id="no entry"),
        pytest.param(b"a = " + b"[" * 100_000, id="deep"),
        pytest.param(b"#" * 2_000_001, id="large"),
    ],
)
def test_what_is_no_file_of_statements_is_told(given: bytes):
    with pytest.raises(BadInput):
        added(given)
