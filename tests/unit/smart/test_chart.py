"""One chart is read to its end or it is said what is missing, and nobody but the record system itself is asked."""

from __future__ import annotations

import time

import pytest

from leeward.errors import BadInput
from leeward.fhir.to_case import case_document
from leeward.smart.chart import read_chart
from tests.ehr.charts import vital_signs
from tests.ehr.server import running
from tests.ehr.state import Ehr
from tests.unit.smart.launches import CLIENT, NOW, launched, registered


def test_a_chart_makes_the_case_that_its_bundle_makes(ehr: Ehr):
    chart = read_chart(CLIENT, ehr.base, launched(ehr, registered(ehr)))
    assert not chart.problems and chart.address == f"{ehr.base}/Patient/synthetic-1"
    found = case_document(chart.resources, NOW, "synthetic-1")
    assert found.document["patient"] == {"age": 35, "sex": "female"}
    assert [one["substance"] for one in found.document["exposures"]] == ["heroin", "unknown"]


@pytest.mark.parametrize("relative", [False, True])
def test_every_page_is_read(ehr: Ehr, relative: bool):
    ehr.resources += vital_signs(57)
    ehr.wrong.next_relative = relative
    chart = read_chart(CLIENT, ehr.base, launched(ehr, registered(ehr)))
    ids = [getattr(one, "id", "") for one in chart.resources.held]
    assert {f"rate-{place}" for place in range(57)} <= set(ids) and not chart.problems
    assert len(ids) == len(set(ids))


def test_the_next_page_is_never_sought_on_another_server(ehr: Ehr):
    ehr.resources += vital_signs(30)
    with running() as stranger:
        ehr.wrong.next_elsewhere = stranger.base
        chart = read_chart(CLIENT, ehr.base, launched(ehr, registered(ehr)))
        assert not stranger.asked
    (problem,) = (one for one in chart.problems if one.path == "Observation")
    assert "on another server" in problem.says and "stays unknown" in problem.says


@pytest.mark.parametrize("elsewhere", ["/fhir-other", "/fhir/../admin", "/fhir@elsewhere.example"])
def test_nor_outside_the_fhir_server_on_the_same_one(ehr: Ehr, elsewhere: str):
    ehr.resources += vital_signs(30)
    ehr.wrong.next_elsewhere = f"{ehr.origin}{elsewhere}"
    asked_before = len(ehr.asked)
    chart = read_chart(CLIENT, ehr.base, launched(ehr, registered(ehr)))
    assert [one.path for one in chart.problems] == ["Observation"]
    assert all(one.path.startswith(("/fhir/", "/oauth/")) for one in ehr.asked[asked_before:])


def test_pages_that_go_round_in_a_circle_end(ehr: Ehr):
    ehr.resources += vital_signs(30)
    ehr.wrong.next_to_itself = True
    chart = read_chart(CLIENT, ehr.base, launched(ehr, registered(ehr)))
    assert any(one.path == "Observation" for one in chart.problems)
    assert len([one for one in ehr.asked if one.path == "/fhir/Observation"]) <= 21


def test_more_pages_than_are_read_are_told(ehr: Ehr):
    ehr.page = 2
    ehr.resources += vital_signs(60)
    chart = read_chart(CLIENT, ehr.base, launched(ehr, registered(ehr)))
    assert [one.says for one in chart.problems if "more than 20 pages" in one.says]


def test_one_list_that_cannot_be_read_takes_no_other_with_it(ehr: Ehr):
    ehr.wrong.without_resources = ("Condition", "MedicationStatement")
    chart = read_chart(CLIENT, ehr.base, launched(ehr, registered(ehr)))
    assert [one.path for one in chart.problems] == ["Condition", "MedicationStatement"]
    assert any(type(one).__name__ == "Observation" for one in chart.resources.held)


def test_what_was_not_granted_is_not_asked_and_is_listed(ehr: Ehr):
    ehr.wrong.scopes_not_granted = ("patient/Observation.rs",)
    chart = read_chart(CLIENT, ehr.base, launched(ehr, registered(ehr)))
    assert [one.path for one in chart.problems] == ["Observation"]
    assert "GET /fhir/Observation" not in ehr.paths()


@pytest.mark.parametrize("wrong", [("status", 503), ("malformed", "synthetic-1"), ("forgets_tokens", True)])
def test_without_the_person_there_is_no_chart(ehr: Ehr, wrong: tuple[str, object]):
    granted = launched(ehr, registered(ehr))
    setattr(ehr.wrong, *wrong)
    with pytest.raises(BadInput, match="who the person is"):
        read_chart(CLIENT, ehr.base, granted)


def test_a_slow_record_system_costs_no_more_than_the_time_given(ehr: Ehr):
    granted = launched(ehr, registered(ehr))
    ehr.wrong.slow = 0.4
    begun = time.monotonic()
    chart = read_chart(CLIENT, ehr.base, granted, within=1.0)
    assert time.monotonic() - begun < 2.5
    assert {"Condition", "Observation"} <= {one.path for one in chart.problems}
    with pytest.raises(BadInput, match="did not answer"):
        read_chart(CLIENT, ehr.base, granted, within=0.2)


def test_a_medicine_that_stands_by_itself_is_fetched(ehr: Ehr):
    request = next(one for one in ehr.resources if one["id"] == "sertraline")
    concept = request.pop("medicationCodeableConcept")
    request["medicationReference"] = {"reference": "Medication/tablet"}
    subject = {"reference": "Patient/synthetic-1"}
    ehr.resources.append({"resourceType": "Medication", "id": "tablet", "code": concept, "subject": subject})
    chart = read_chart(CLIENT, ehr.base, launched(ehr, registered(ehr)))
    assert "GET /fhir/Medication/tablet" in ehr.paths()
    found = case_document(chart.resources, NOW, "synthetic-1")
    assert "sertraline" in found.document["medicines"][0]["name"]


def test_the_token_is_sent_to_the_fhir_server_alone_and_in_its_header(ehr: Ehr):
    granted = launched(ehr, registered(ehr))
    read_chart(CLIENT, ehr.base, granted)
    told = [one for one in ehr.asked if granted.access_token in str(one.headers)]
    assert told and all(one.path.startswith("/fhir/") for one in told)
    assert all(granted.access_token not in str((one.query, one.form, one.path)) for one in ehr.asked)


def test_where_observations_are_given_by_category_alone_this_is_told(ehr: Ehr, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tests.ehr.charts.OF_RESULT", frozenset({"_count"}))
    chart = read_chart(CLIENT, ehr.base, launched(ehr, registered(ehr)))
    found = {getattr(one, "id", "") for one in chart.resources.held if type(one).__name__ == "Observation"}
    assert {"heart-rate", "k"} <= found
    assert [one.path for one in chart.problems] == ["Observation"]
    assert "by category alone" in chart.problems[0].says


def test_what_the_record_system_warns_of_is_told(ehr: Ehr):
    granted = launched(ehr, registered(ehr))
    outcome = {"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "code": "incomplete"}]}
    ehr.wrong.instead = {"Condition": {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": outcome}]}}
    (problem,) = read_chart(CLIENT, ehr.base, granted).problems
    assert problem.path == "Condition" and "may not be whole (incomplete)" in problem.says


def test_another_person_than_asked_for_is_no_answer(ehr: Ehr):
    granted = launched(ehr, registered(ehr))
    ehr.wrong.instead = {"Patient/synthetic-1": {"resourceType": "Patient", "id": "synthetic-2"}}
    with pytest.raises(BadInput, match="something else than the person"):
        read_chart(CLIENT, ehr.base, granted)


BUNDLE = {"resourceType": "Bundle", "type": "searchset"}
FAILED = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "exception"}]}
IN_PART = {
    "an outcome": (FAILED, "no Bundle"),
    "an outcome among them": (BUNDLE | {"entry": [{"resource": FAILED}]}, "may not be whole (exception)"),
    "more counted than came": (BUNDLE | {"total": 12}, "counts 12 of them and gave 0"),
    "an empty entry": (BUNDLE | {"entry": [{"fullUrl": "x"}]}, "no whole resource"),
    "a next page without an address": (BUNDLE | {"link": [{"relation": "next"}]}, "next page"),
}


@pytest.mark.parametrize("why", IN_PART)
def test_a_search_that_came_in_part_is_told_as_that(ehr: Ehr, why: str):
    granted = launched(ehr, registered(ehr))
    told, says = IN_PART[why]
    ehr.wrong.instead = {"AllergyIntolerance": told}
    (problem,) = read_chart(CLIENT, ehr.base, granted).problems
    assert problem.path == "AllergyIntolerance" and says in problem.says


def test_a_chart_has_one_size_for_all_of_it(ehr: Ehr, monkeypatch: pytest.MonkeyPatch):
    granted = launched(ehr, registered(ehr))
    monkeypatch.setattr("leeward.smart.chart.MOST_BYTES", 3_000)
    assert "larger than" in str(read_chart(CLIENT, ehr.base, granted).problems)
