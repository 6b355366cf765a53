"""Whatever a record holds: a case that can be assessed, or a sentence; and no resource without a trace."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leeward.casefile import case_from
from leeward.errors import BadInput, Problem
from leeward.fhir.reading import read_all
from leeward.fhir.structures import RESOURCES, Medication
from leeward.fhir.to_case import case_document
from leeward.guidance.assess import assess
from leeward.hooks.request import normalised
from leeward.knowledge import load_knowledge

KNOWLEDGE = load_knowledge()
NOW = datetime.fromisoformat("2026-11-22T09:00:00-05:00")
CASES = Path(__file__).parents[4] / "shared" / "data" / "opioid-cds" / "cases"

ids = st.sampled_from(["a", "b", "c", "d", "e", "p", "q"])
texts = st.sampled_from(
    ["methadone", "heroin", "kratom", "liver disease", "unknown", "none", "Positive", "neg", "heart rate", "COWS", "RASS",
     "No known allergies", "", " ", "x" * 400, "codeine 30 mg tablet", "SOWS", "declined", "2026", "\u0000", "naloxone/x"]
)  # fmt: skip
systems = st.sampled_from(
    ["http://loinc.org", "http://snomed.info/sct", "http://hl7.org/fhir/sid/icd-10-cm", "https://x.example",
     "http://www.nlm.nih.gov/research/umls/rxnorm", "https://leeward.example/fhir/CodeSystem/x",
     "http://terminology.hl7.org/CodeSystem/v3-ActCode"]
)  # fmt: skip
codes = st.sampled_from(
    ["8867-4", "85354-9", "8480-6", "8310-5", "2823-3", "6301-6", "72514-3", "2106-3", "19295-5", "59673-4", "82810-3",
     "29463-7", "72166-2", "10828004", "260385009", "77386006", "409137002", "F11.20", "f1120", "F", "75544000", "6813",
     "1010600", "37839007", "EMER", "IMP", "active", "resolved", "confirmed", "refuted", "entered-in-error", "unknown",
     "cows", "cows.pulse", "cows.total", "POS", "not-performed", "2", "male", "completed", "draft", "final", "12345678901"]
)  # fmt: skip
units = st.sampled_from(
    [
        "/min",
        "mm[Hg]",
        "Cel",
        "[degF]",
        "mmol/L",
        "mg",
        "mg/{tab}",
        "{tbl}",
        "kg",
        "1",
        "{score}",
        "",
        "%",
        "s",
        "ug",
        "x",
    ]
)
times = st.sampled_from(
    ["2026-11-22T08:50:00-05:00", "2026-11-22T13:50:00Z", "2026-11-22", "2026-11", "2026", "2026-11-23", "2027-01-01",
     "2026-02-30", "1850", "0001-01-01", "9999-12-31", "2026-11-22T23:59:60+14:00", "2026-11-22T09:00:00-05:00"]
)  # fmt: skip
numbers = st.one_of(
    st.integers(-10, 300), st.floats(-1e308, 1e308, allow_nan=False), st.sampled_from([0, 36.6, 98.6, 1e-9])
)


def some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


concepts = some(coding=st.lists(some(system=systems, code=codes, display=texts), max_size=3), text=texts)
quantities = some(
    value=numbers,
    unit=units,
    code=units.filter(bool),
    system=st.sampled_from(["http://unitsofmeasure.org", "https://x.example"]),
    comparator=st.sampled_from(["<", ">="]),
)
periods = some(start=times, end=times)
references = some(
    reference=st.one_of(
        st.just("Patient/p"),
        st.just("#m"),
        st.builds("{}/{}".format, st.sampled_from(["Observation", "Patient", "Medication", "Group"]), ids),
    )
)
values = dict(
    valueQuantity=quantities, valueCodeableConcept=concepts, valueString=texts, valueBoolean=st.booleans(),
    valueInteger=st.integers(-5, 200), dataAbsentReason=concepts, interpretation=st.lists(concepts, max_size=2),
    referenceRange=st.lists(some(high=quantities), max_size=2),
)  # fmt: skip
effective = dict(effectiveDateTime=times, effectivePeriod=periods)
contained = st.just([{"resourceType": "Medication", "id": "m", "code": {"text": "methadone"}}])
dosages = st.lists(
    some(text=texts, route=concepts, doseAndRate=st.lists(some(doseQuantity=quantities), max_size=2)), max_size=2
)
medicine = dict(medicationCodeableConcept=concepts, medicationReference=references, contained=contained)
answers = st.lists(some(valueInteger=st.integers(-1, 9), valueBoolean=st.booleans(), valueString=texts), max_size=2)
items = st.lists(some(linkId=st.sampled_from(["pulse", "gi", "total", "q1", "x"]), answer=answers), max_size=5)

FIELDS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "Patient": dict(
        gender=st.sampled_from(["male", "female", "other", "unknown"]), birthDate=times.filter(lambda told: len(told) < 11),
        deceasedBoolean=st.just(False), active=st.booleans(),
    ),
    "Encounter": {"status": st.sampled_from(["in-progress", "finished"]), "class": some(system=systems, code=codes), "period": periods},
    "Condition": dict(
        code=concepts, clinicalStatus=concepts, verificationStatus=concepts, onsetDateTime=times, abatementDateTime=times
    ),
    "AllergyIntolerance": dict(code=concepts, clinicalStatus=concepts, verificationStatus=concepts),
    "MedicationRequest": dict(
        status=st.sampled_from(["active", "draft", "stopped"]), intent=st.sampled_from(["order", "plan", "option"]),
        dosageInstruction=dosages, doNotPerform=st.booleans(), **medicine,
    ),
    "MedicationStatement": dict(
        status=st.sampled_from(["active", "completed", "not-taken"]), dateAsserted=times, **effective, **medicine
    ),
    "MedicationAdministration": dict(
        status=st.sampled_from(["completed", "not-done", "stopped"]), dosage=some(dose=quantities, route=concepts),
        **effective, **medicine,
    ),
    "MedicationDispense": dict(status=st.sampled_from(["completed", "declined"]), **medicine),
    "Medication": dict(code=concepts),
    "Observation": dict(
        status=st.sampled_from(["final", "preliminary", "cancelled", "amended"]), code=concepts, **effective, **values,
        component=st.lists(some(code=concepts, **values), max_size=2), hasMember=st.lists(references, max_size=3),
        focus=st.lists(references, max_size=1),
    ),
    "QuestionnaireResponse": dict(
        status=st.sampled_from(["completed", "in-progress"]), authored=times, item=items, source=references,
        questionnaire=st.sampled_from(["https://leeward.example/fhir/Questionnaire/cows", "https://x.example", "phq-9"]),
    ),
    "Procedure": {},
    "Practitioner": {},
    "Nonsense": {},
}  # fmt: skip


@st.composite
def resources(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(sorted(FIELDS)))
    fields = {
        name: found for name, strategy in FIELDS[kind].items() if (found := draw(st.none() | strategy)) is not None
    }
    subject = "patient" if kind == "AllergyIntolerance" else "subject"
    mine = {} if kind in ("Patient", "Medication", "Practitioner") else {subject: {"reference": "Patient/p"}}
    shared = draw(some(id=ids, implicitRules=st.just("https://x.example"), meta=some(lastUpdated=times)))
    other = draw(st.sampled_from([{}] * 9 + [{subject: {"reference": "Patient/q"}}]))
    return {"resourceType": kind, **shared, **mine, **fields, **(other if mine else {})}


@settings(max_examples=400, deadline=None)
@given(st.lists(resources(), max_size=12), st.booleans())
def test_any_record_gives_a_case_that_can_be_assessed_or_a_sentence(held: list[dict[str, Any]], vouched: bool):
    person = {"resourceType": "Patient", "id": "p", "birthDate": "1990-01-01"}
    read = read_all({"resourceType": "Bundle", "entry": [{"resource": one} for one in (person, *held)]}, "Bundle")
    made = case_document(read, NOW, "p", complete=("medicines",) if vouched else ())
    assert assess(made.case, KNOWLEDGE).leeward == "assessment/1"
    assert case_from(json.loads(json.dumps(made.document)), KNOWLEDGE) == made.case
    assert all(path.partition("[")[0].partition(".")[0] in made.document for path in made.sources)
    assert "pregnant" not in made.document.get("patient", {}) or any("82810-3" in json.dumps(one) for one in held)
    told = " ".join((*made.sources.values(), *(problem.path for problem in made.not_understood))) + " "
    for one in read.held:
        consists_of_others = getattr(one, "hasMember", ()) or any(
            f"Observation/{one.id}" in json.dumps(other.get("hasMember", ())) for other in held
        )
        if one.id and not isinstance(one, Medication) and not consists_of_others:
            assert f"{type(one).__name__}/{one.id}" in told


@settings(max_examples=50, deadline=None)
@given(st.lists(resources(), max_size=6), st.sampled_from([None, "p", "q", "Patient/z"]))
def test_whoever_is_asked_for_the_answer_is_a_case_or_a_stable_code(held: list[dict[str, Any]], patient: str | None):
    refused: tuple[Problem, ...] = ()
    try:
        case_document(read_all([*held], "Bundle"), NOW, patient)
    except BadInput as error:
        refused = error.problems
    assert {problem.code for problem in refused} <= {"LW-0910", "LW-0911"}


def test_every_type_that_is_generated_is_read_but_one():
    assert set(FIELDS) - set(RESOURCES) == {"Nonsense"}


def test_more_than_a_case_may_hold_is_cut_to_the_newest_and_listed():
    pulses = [
        {"resourceType": "Observation", "id": f"o{place}", "status": "final", "subject": {"reference": "Patient/p"},
         "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
         "effectiveDateTime": (NOW - timedelta(minutes=place)).isoformat(),
         "valueQuantity": {"value": 80, "unit": "/min"}}
        for place in range(1600)
    ]  # fmt: skip
    made = case_document(read_all(pulses, "Bundle"), NOW)
    assert len(made.document["observations"]) == 1500
    assert {problem.path for problem in made.not_understood} == {f"Observation/o{place}" for place in range(1500, 1600)}


@pytest.mark.skipif(not CASES.is_dir(), reason="the published CDC cases are not beside the project")
def test_every_published_request_gives_a_case_that_can_be_assessed():
    answered = 0
    for file in sorted(CASES.glob("*/*.json")):
        call = normalised(json.loads(file.read_text(encoding="utf-8"))["request"])
        resources = read_all([one for one in call["prefetch"].values() if one], "prefetch")
        drafts = read_all(call["context"].get("draftOrders", []), "context.draftOrders")
        if not resources.held and not drafts.held:
            continue
        made = case_document(resources, datetime.fromisoformat("2023-05-02T00:00:00+00:00"), call["context"]["patientId"], drafts=drafts)  # fmt: skip
        assert assess(made.case, KNOWLEDGE).leeward == "assessment/1"
        answered += 1
    assert answered >= 67
