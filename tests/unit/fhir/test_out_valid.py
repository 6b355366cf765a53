"""Whatever Leeward gives back is valid FHIR R4, as three validators that others wrote see it."""

from __future__ import annotations

from copy import deepcopy
from datetime import datetime
from typing import Any

import pytest

from leeward.fhir.capability import capability_statement
from leeward.fhir.definitions import library, plan_definitions
from leeward.fhir.from_assessment import bundle_of
from leeward.fhir.questionnaires import questionnaires
from leeward.fhir.validity import problems_of
from leeward.fhir.writing import bundle
from leeward.guidance.assess import assess
from leeward.products.reporting.event_file import read_event
from tests.fhir_validators.three import VALIDATORS
from tests.unit.fhir.out_cases import EXAMPLES, KNOWLEDGE, PROJECT, answered, as_json, example, random_case, resources

RANDOM_CASES = 200


@pytest.fixture(scope="module")
def given_back() -> list[dict[str, Any]]:
    """The Bundles of every example, of the example event, of the definitions, and of random cases."""
    from leeward.casefile.document import decoded

    bundles = [answered(example(path.stem))[1] for path in EXAMPLES]
    bundles += [answered(random_case(seed))[1] for seed in range(RANDOM_CASES)]
    case = example("kratom-92-g-per-day")
    event = read_event(decoded((PROJECT / "examples" / "events" / "kratom-seizure.yaml").read_bytes()))
    bundles.append(as_json(bundle_of(case, assess(case, KNOWLEDGE), KNOWLEDGE, event=event, by="a.nurse")))
    now = datetime.fromisoformat("2026-11-22T09:00:00-05:00")
    published = [*questionnaires(), *plan_definitions(KNOWLEDGE), library(KNOWLEDGE), capability_statement(now)]
    bundles.append(as_json(bundle(published, now, "published")))
    return bundles


@pytest.mark.parametrize("name", VALIDATORS)
def test_everything_given_back_is_valid(given_back: list[dict[str, Any]], name: str):
    assert len(given_back) == len(EXAMPLES) + RANDOM_CASES + 2
    found = VALIDATORS[name]([one for bundle in given_back for one in resources(bundle)])
    assert not found, found[:5]
    assert not VALIDATORS[name](given_back[:3])


def test_everything_given_back_is_valid_to_leeward(given_back: list[dict[str, Any]]):
    assert not [problem for one in given_back for problem in problems_of(one)][:5]


MISTAKES = {
    "unknown element": lambda one: one | {"foo": 1},
    "no subject": lambda one: {key: value for key, value in one.items() if key != "subject"},
    "empty text": lambda one: one | {"status": ""},
}


@pytest.mark.parametrize("name", VALIDATORS)
@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_validators_see_mistakes(name: str, mistake: str):
    request = resources(answered(example("fentanyl-emergency-department"))[1], "MedicationRequest")[0]
    assert not VALIDATORS[name]([request])
    assert VALIDATORS[name]([MISTAKES[mistake](deepcopy(request))])
