"""What Leeward declines: each refusal where it belongs and nowhere else; nobody out of scope is offered anything."""

from __future__ import annotations

from typing import Any

import pytest

from leeward.guidance.assess import assess
from leeward.guidance.assessment import Assessment
from leeward.knowledge import load_knowledge
from tests.spec.tables import case_of

KNOWLEDGE = load_knowledge()


def assessed(**row: Any) -> Assessment:
    return assess(case_of(row, KNOWLEDGE), KNOWLEDGE)


def refused(**row: Any) -> set[str]:
    return {refusal.id for refusal in assessed(**row).refusals}


OUT_OF_SCOPE = {
    "under-age": {"patient": {"age": 15}},
    "neonate": {"conditions": ["neonatal abstinence syndrome"]},
    "palliative": {"conditions": ["palliative care"]},
    "icu-weaning": {"conditions": ["weaning after intensive care"]},
}


@pytest.mark.parametrize(("id", "row"), OUT_OF_SCOPE.items(), ids=OUT_OF_SCOPE)
def test_nobody_out_of_scope_is_offered_an_option(id: str, row: dict[str, Any]):
    answer = assessed(**row)
    assert id in {refusal.id for refusal in answer.refusals}
    assert answer.options == ()
    assert answer.adjuncts == ()
    assert answer.level_of_care is None
    said = {line.id for line in answer.always}
    assert "ongoing-treatment" in said and not {
        id for id in said if id.endswith(("buprenorphine", "methadone", "naltrexone"))
    }


@pytest.mark.parametrize(
    ("patient", "named"),
    [({"pregnant": True}, False), ({"pregnant": False}, True), ({"pregnant": "unknown"}, True)],
    ids=str,
)
def test_no_plan_leads_with_naltrexone_in_pregnancy(patient: dict[str, Any], named: bool):
    said = {line.id for line in assessed(patient={"age": 30, **patient}).always}
    assert "ongoing-methadone" in said and ("ongoing-naltrexone" in said) == named


def test_a_person_of_16_is_covered():
    assert assessed(patient={"age": 16}).options


@pytest.mark.parametrize("goal", ["kratom-as-treatment", "ultra-rapid-detoxification"])
def test_some_goals_are_answered_and_never_granted(goal: str):
    assert goal in refused(goals=[goal])
    assert goal not in refused(goals=["start-treatment"])


@pytest.mark.parametrize("setting", ["office", "home", "emergency"])
def test_a_bridge_is_declined_where_the_law_forbids_it(setting: str):
    assert "full-agonist-bridge" in refused(goals=["full-agonist-bridge"], setting=setting)


@pytest.mark.parametrize("setting", ["inpatient", "opioid-treatment-program"])
def test_a_bridge_is_not_declined_where_it_may_be_given(setting: str):
    assert "full-agonist-bridge" not in refused(goals=["full-agonist-bridge"], setting=setting)


def test_grams_of_kratom_never_change_a_dose():
    amounts = [{"value": grams, "unit": "g", "per": "day"} for grams in (3, 30, 300)]
    answers = [assessed(exposures=[{"substance": "kratom-leaf", "hours": 14, "amount": amount}]) for amount in amounts]
    proposals = [{option.id: option.proposal for option in answer.options} for answer in answers]
    assert any(proposals[0].values())
    assert proposals[0] == proposals[1] == proposals[2]
    assert all("grams-to-milligrams" in {refusal.id for refusal in answer.refusals} for answer in answers)


@pytest.mark.parametrize(
    "substance", ["fentanyl-illicit", "tianeptine", "kratom-leaf", "7-hydroxymitragynine", "nitazene"]
)
def test_no_morphine_equivalent_where_none_exists(substance: str):
    assert "morphine-equivalent-not-convertible" in refused(exposures=[{"substance": substance, "hours": 14}])


def test_a_prescribed_opioid_has_its_morphine_equivalent():
    assert "morphine-equivalent-not-convertible" not in refused(exposures=[{"substance": "oxycodone", "hours": 14}])


def test_every_refusal_says_why_and_where_to_turn():
    for id, entry in KNOWLEDGE.refusals.items():
        assert all((entry.says, entry.turn_to, entry.sources)), id
