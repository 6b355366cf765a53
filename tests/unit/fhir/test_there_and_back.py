"""What Leeward wrote as FHIR, read again: the same scores, readings and doses, each once, and no proposal as an order."""

from __future__ import annotations

import json
from random import Random

import pytest

from leeward.fhir.from_assessment import bundle_of
from leeward.fhir.reading import read_all
from leeward.fhir.to_case import case_document
from leeward.fhir.writing import to_json
from leeward.guidance.assess import assess
from leeward.guidance.picture import scored
from leeward.model.case import Case
from leeward.model.missing import Missing
from tests.unit.fhir.out_cases import random_case
from tests.unit.paper.cases import EXAMPLES, KNOWLEDGE, example

RANDOM_CASES = 100


@pytest.mark.parametrize("name", [path.stem for path in EXAMPLES])
def test_a_proposal_of_leeward_is_no_order_and_is_listed(name: str):
    case, assessment = example(name)
    raw = json.loads(to_json(bundle_of(case, assessment, KNOWLEDGE)))
    proposed = [one for one in raw["entry"] if one["resource"]["resourceType"] == "MedicationRequest"]
    if not any(one["resource"]["resourceType"] == "Patient" for one in raw["entry"]):
        pytest.skip("the bundle is about nobody")
    back = case_document(read_all(raw, "bundle"), case.now, knowledge=KNOWLEDGE)
    assert back.case.orders == () or len(back.case.orders) == len(case.orders)
    listed = [one for one in back.not_understood if "Leeward's own" in one.says]
    assert len(listed) == len([one for one in proposed if "requester" in one["resource"]])
    assert assess(back.case, KNOWLEDGE).now == case.now


def charted(case: Case) -> dict[str, list[tuple[str, ...]]]:
    """The scores, readings and doses of a case, without keys; a time that nobody knows is one, whoever was not asked."""

    def when(at: object) -> str:
        return "not known" if isinstance(at, Missing) else str(at)

    found = [(entry, scored(entry)) for entry in case.scores]
    doses = () if isinstance(case.doses, Missing) else case.doses
    return {
        "scores": sorted(
            (one.instrument, when(one.at), one.by, str(score.items), str(score.total), f"{score.low} to {score.high}")
            for one, score in found
        ),
        "observations": sorted(
            (
                one.what,
                str(one.value),
                one.unit,
                when(one.at),
                one.method,
                str(one.upper_limit_of_normal),
                str(one.results),
            )
            for one in case.observations
            if one.recognised
        ),
        "doses": sorted(
            (str(one.medicine), str(one.amount), str(one.route), when(one.at))
            for one in doses
            if one.as_told != "unknown"
        ),
    }


@pytest.mark.parametrize("name", [*(path.stem for path in EXAMPLES), *range(RANDOM_CASES)])
def test_scores_readings_and_doses_come_back_as_they_were_and_once(name: str | int):
    case = example(name)[0] if isinstance(name, str) else random_case(name)
    raw = json.loads(to_json(bundle_of(case, assess(case, KNOWLEDGE), KNOWLEDGE)))
    back = case_document(read_all(raw, "bundle"), case.now, knowledge=KNOWLEDGE)
    assert charted(back.case) == charted(case)


@pytest.mark.parametrize("name", [*(path.stem for path in EXAMPLES), *range(RANDOM_CASES)])
def test_nothing_is_made_of_what_leeward_itself_thought(name: str | int):
    """Calculations, proposals, flags, issues and tasks are answers: none of them comes back as something of the person."""
    case = example(name)[0] if isinstance(name, str) else random_case(name)
    raw = json.loads(to_json(bundle_of(case, assess(case, KNOWLEDGE), KNOWLEDGE)))
    back = case_document(read_all(raw, "bundle"), case.now, knowledge=KNOWLEDGE)
    assert back.document.keys() <= {"leeward", "now", "synthetic", "patient", "scores", "observations", "doses"}
    assert back.case.synthetic == case.synthetic
    sex = case.patient.sex
    assert back.document.get("patient", {}) == {"sex": sex if sex in ("female", "male") else "unknown"}


@pytest.mark.parametrize("seed", range(0, RANDOM_CASES, 4))
def test_an_answer_that_comes_twice_or_in_another_order_is_the_same_case(seed: int):
    case = random_case(seed)
    raw = json.loads(to_json(bundle_of(case, assess(case, KNOWLEDGE), KNOWLEDGE)))
    shuffled = {**raw, "entry": Random(seed).sample(raw["entry"], len(raw["entry"]))}
    for given in ([raw, raw], [shuffled], {"resourceType": "Bundle", "entry": [{"resource": raw}]}):
        back = case_document(read_all(given, "bundle"), case.now, knowledge=KNOWLEDGE)
        assert charted(back.case) == charted(case)
