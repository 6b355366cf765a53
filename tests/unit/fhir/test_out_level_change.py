"""How much one thing changes the level of another, in what Leeward gives back: the figure with its interval, dose and people, or that there is none."""

from __future__ import annotations

from typing import Any

import pytest

from leeward.guidance.assessment import Interaction
from leeward.guidance.interactions import interactions
from tests.spec.tables import case_of
from tests.unit.fhir.out_cases import KNOWLEDGE, answered, resources
from tests.unit.guidance.pictures import picture

LEAF = [{"substance": "kratom-leaf", "hours": 9}]
MEASURED = {
    "leaf and midazolam": (
        {"exposures": LEAF, "medicines": ["midazolam"]},
        ("midazolam", "AUC 1.39 times", "1.23 to 1.57", "90 % confidence interval", "2 g", "12 healthy adults"),
    ),
    "rifampin and oxycodone": ({"medicines": ["oxycodone", "rifampin"]}, ("oxycodone", "AUC")),
}


def issues(**row: Any) -> list[str]:
    """What is told beside each pair."""
    _, bundle = answered(case_of(row, KNOWLEDGE))
    between = [one for one in resources(bundle, "DetectedIssue") if one["code"]["text"] == "Drug interaction"]
    return [" | ".join(code["text"] for told in one["evidence"] for code in told["code"]) for one in between]


def pairs(**row: Any) -> list[Interaction]:
    return [pair for pair in interactions(picture(**row)) if pair.level_change is not None]


@pytest.mark.parametrize("name", MEASURED)
def test_an_issue_of_a_measured_pair_tells_the_figure_and_where_it_stops(name: str):
    row, words = MEASURED[name]
    [pair] = [pair for pair in pairs(**row) if pair.level_change and pair.level_change.standing == "measured"]
    assert pair.level_change is not None
    [told] = [said for said in issues(**row) if f"Level of {words[0]}: {pair.level_change.says}" in said]
    assert all(word in told for word in words)
    assert pair.level_change.differs and all(line in told for line in pair.level_change.differs)


def test_an_issue_of_a_pair_that_nobody_measured_says_so_and_no_figure_of_a_relative():
    told = [said for said in issues(exposures=LEAF, medicines=["alprazolam"]) if "Level of alprazolam" in said]
    assert told and all("not a sign that nothing happens" in said and "AUC 1.39" not in said for said in told)


def test_an_order_tells_the_figure_where_its_pair_was_measured_and_is_short_where_not():
    for medicine, says in (("midazolam", True), ("alprazolam", False)):
        row: dict[str, Any] = {"exposures": LEAF, "orders": [{"medicine": medicine, "dose": "2 mg"}]}
        assessment, _ = answered(case_of(row, KNOWLEDGE))
        told = [alert for alert in assessment.alerts if alert.id == "order-interaction" and medicine in alert.title]
        assert told, [alert.title for alert in assessment.alerts]
        lines = [line for alert in told for line in alert.because if line.startswith(f"Level of {medicine}")]
        assert bool(lines) is says
        assert all("AUC 1.39 times (90 % confidence interval 1.23 to 1.57)" in line for line in lines)
        assert all("12 healthy adults" in line and "2 g of leaf" in line for line in lines)
