"""What Leeward wrote as FHIR, read again: a proposal that nobody signed never comes back as an order."""

from __future__ import annotations

import json

import pytest

from leeward.fhir.from_assessment import bundle_of
from leeward.fhir.reading import read_all
from leeward.fhir.to_case import case_document
from leeward.fhir.writing import to_json
from leeward.guidance.assess import assess
from tests.unit.paper.cases import EXAMPLES, KNOWLEDGE, example


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
