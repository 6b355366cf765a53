"""The plan, its hazards and its provenance as FHIR: everything is a proposal, and nothing is dropped in silence."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from leeward.fhir.definitions import plan_definitions
from leeward.fhir.from_assessment import bundle_of
from leeward.fhir.provenance import consent_of
from leeward.fhir.writing import OURS, to_json, writing
from leeward.guidance.assess import assess
from leeward.guidance.options import OPTIONS
from leeward.guidance.statements import MEDICINES
from leeward.products.reporting.event import Event, Happening, SuspectProduct
from leeward.record.consent import Consent, Recipient
from tests.unit.fhir.out_cases import (
    EXAMPLES,
    KNOWLEDGE,
    answered,
    as_json,
    example,
    random_case,
    references,
    resources,
)

CASES = [*(example(path.stem) for path in EXAMPLES), *(random_case(seed) for seed in range(60))]
NOW = datetime.fromisoformat("2026-11-22T09:00:00-05:00")


@pytest.mark.parametrize("case", CASES)
def test_nothing_is_ordered_and_every_reference_leads_somewhere(case):
    assessment, bundle = answered(case)
    requests = [one for one in resources(bundle) if "intent" in one]
    assert {(one["intent"], one["status"]) for one in requests} <= {("proposal", "draft")}
    names = {f"{one['resourceType']}/{one['id']}" for one in resources(bundle)}
    assert {entry["fullUrl"] for entry in bundle["entry"]} == {f"{OURS}{name}" for name in names}
    assert set(references(bundle)) <= names
    speaking = {option.id for option in assessment.options if option.status in ("recommended", "acceptable")}
    proposed = {option.id for option in assessment.options if option.id in speaking and option.proposal}
    requested = {one["instantiatesCanonical"][0].rpartition("/")[2] for one in resources(bundle, "MedicationRequest")}
    assert requested == proposed
    alerts = len(assessment.alerts) + len(assessment.state.mismatches) + len(assessment.interactions)
    assert len(resources(bundle, "DetectedIssue")) == alerts
    details = [activity.get("detail") for activity in resources(bundle, "CarePlan")[0]["activity"]]
    waiting = len(assessment.options) - len(speaking)
    always = [one for one in assessment.always if one.id not in MEDICINES]
    assert sum(detail is not None for detail in details) == waiting + len(always) + len(assessment.adjuncts)
    told = " ".join(detail.get("description", "") for detail in details if detail is not None)
    assert not [one for one in assessment.always if one.id in MEDICINES and one.says in told], "its option tells it"


@pytest.mark.parametrize("case", CASES[:20])
def test_the_same_answer_is_the_same_to_the_byte_and_everything_about_the_person_is_labelled(case):
    assessment, bundle = answered(case)
    assert as_json(bundle_of(case, assess(case, KNOWLEDGE), KNOWLEDGE)) == bundle
    ids = [(one["resourceType"], one["id"]) for one in resources(bundle)]
    assert len(set(ids)) == len(ids)
    for one in resources(bundle):
        if one["resourceType"] != "Questionnaire":
            assert {label["code"] for label in one["meta"]["security"]} == {"R", "42CFRPart2", "SUD"}
    assert not any(f in to_json(bundle_of(case, assessment, KNOWLEDGE)) for f in (b":null", b'""', b":[]", b":{}"))


def test_doses_are_quantities_in_ucum_and_a_share_of_a_dose_is_none():
    for case in CASES:
        for one in resources(answered(case)[1], "MedicationRequest"):
            for dosage in one["dosageInstruction"]:
                assert dosage["text"]
                for dose in dosage.get("doseAndRate", ()):
                    parts = [dose["doseQuantity"]] if "doseQuantity" in dose else dose["doseRange"].values()
                    assert {(part["system"], part["code"]) for part in parts} == {("http://unitsofmeasure.org", "mg")}


def test_opioids_and_alpha_2_agonists_exclude_one_another_and_comfort_does_not():
    group = resources(answered(example("fentanyl-emergency-department"))[1], "RequestGroup")[0]
    sets = {one["title"].partition(":")[0]: one for one in group["action"]}
    assert sets["Alpha-2 agonist"]["selectionBehavior"] == "at-most-one"
    assert sets["Treatment with an opioid or its antagonist"]["selectionBehavior"] == "at-most-one"
    assert sets["Beside the others"]["selectionBehavior"] == "any"


def test_monitoring_has_a_period_that_ends_where_its_times_tell_an_end():
    tasks = resources(answered(example("fentanyl-emergency-department"))[1], "Task")
    periods = {task["description"].partition(":")[0]: task["restriction"]["period"] for task in tasks}
    start = datetime.fromisoformat(periods["Buprenorphine, standard-dose start"]["start"])
    end = datetime.fromisoformat(periods["Buprenorphine, standard-dose start"]["end"])
    assert end - start == timedelta(hours=24)
    assert "end" not in periods["Methadone"]


def test_kratom_is_a_standing_warning():
    flags = resources(answered(example("kratom-92-g-per-day"))[1], "Flag")
    assert [flag["code"]["coding"][0]["code"] for flag in flags] == ["leaf"]
    flags = resources(answered(example("7-oh-unknown-last-use"))[1], "Flag")
    assert "7-oh" in [flag["code"]["coding"][0]["code"] for flag in flags]


def test_knowledge_that_nobody_signed_is_said_to_be_unsigned_and_a_signature_names_who():
    case = example("kratom-92-g-per-day")
    provenance = resources(answered(case)[1], "Provenance")[0]
    assert "unsigned" in provenance["entity"][0]["what"]["display"]
    assert len(provenance["agent"]) == 1
    signed = assess(case, KNOWLEDGE, None, {"name": "A. Director", "role": "medical director", "at": "2026-11-01"})
    provenance = resources(as_json(bundle_of(case, signed, KNOWLEDGE)), "Provenance")[0]
    assert "signed by A. Director" in provenance["entity"][0]["what"]["display"]
    assert provenance["agent"][1]["who"]["display"] == "A. Director"


def test_refusals_questions_and_what_is_not_known_are_said():
    assessment, bundle = answered(example("kratom-92-g-per-day"))
    issues = resources(bundle, "OperationOutcome")[0]["issue"]
    said = " ".join(issue["details"]["text"] for issue in issues)
    assert assessment.refusals
    assert all(refusal.why in said for refusal in assessment.refusals)
    assert all(question.ask in said for question in assessment.questions)


def test_an_event_is_told_as_it_was_told():
    event = Event(
        reported="2026-11-22",
        event=Happening(what='seizure <after> "two" shots', began="between 2026-11-20 and 2026-11-21", outcomes=()),
        products=(SuspectProduct(name="7-OH shot", lot="A12", expiry="2027-03"), SuspectProduct()),
    )
    case = example("kratom-92-g-per-day")
    bundle = as_json(bundle_of(case, assess(case, KNOWLEDGE), KNOWLEDGE, event=event))
    found = resources(bundle, "AdverseEvent")[0]
    assert "date" not in found
    assert "outcome" not in found
    assert found["seriousness"]["coding"][0]["code"] == "Non-serious"
    assert "between 2026-11-20 and 2026-11-21" in found["text"]["div"]
    assert "seizure &lt;after&gt;" in found["text"]["div"]
    known, unknown = resources(bundle, "Medication")
    assert known["batch"] == {"lotNumber": "A12", "expirationDate": "2027-03"}
    assert unknown["code"]["text"] == "A product whose name is not known"
    assert len(found["suspectEntity"]) == 2


def test_only_a_consent_that_stands_is_active():
    held = writing(CASES[0], assess(CASES[0], KNOWLEDGE), "Patient/1")
    given = Consent(
        id="c1", patient="p", given=NOW - timedelta(days=3), purposes=frozenset({"treatment", "safety-report"}),
        recipient=Recipient("treating-provider", "City Clinic"), parts=frozenset({"plan"}), until=NOW + timedelta(days=1),
        signed_by="Jane Roe", signed_as="patient", signed_how="paper",
    )  # fmt: skip
    active = json.loads(to_json(consent_of(held, given, NOW)))
    assert active["status"] == "active"
    assert [one["code"] for one in active["provision"]["purpose"]] == ["safety-report", "TREAT"]
    assert active["provision"]["period"]["end"] == (NOW + timedelta(days=1)).isoformat()
    assert json.loads(to_json(consent_of(held, given, NOW + timedelta(days=2))))["status"] == "inactive"


def test_every_option_is_published_with_its_rules_and_their_sources():
    made = [json.loads(to_json(one)) for one in plan_definitions(KNOWLEDGE)]
    assert [one["id"] for one in made] == [option.id for option in OPTIONS]
    assert {one["status"] for one in made} == {"draft"}
    for one, option in zip(made, OPTIONS, strict=True):
        assert [action["prefix"] for action in one["action"]] == [rule.id for rule in option.rules]
        labels = {artifact["label"] for artifact in one.get("relatedArtifact", ())}
        assert labels == {source for rule in option.rules for source in rule.sources}
