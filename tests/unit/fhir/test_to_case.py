"""What a record says becomes a case; what it does not say stays unknown; what is left out is listed with its reason."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from leeward.errors import BadInput
from leeward.fhir.reading import read_all
from leeward.fhir.to_case import FromFhir, case_document

NOW = datetime.fromisoformat("2026-11-22T09:00:00-05:00")
AT = "2026-11-22T08:50:00-05:00"
LOINC, SNOMED, UCUM = "http://loinc.org", "http://snomed.info/sct", "http://unitsofmeasure.org"
RXNORM, ICD = "http://www.nlm.nih.gov/research/umls/rxnorm", "http://hl7.org/fhir/sid/icd-10-cm"
PERSON: dict[str, Any] = {"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1991-03-04"}


def of(kind: str, id: str = "x", **told: Any) -> dict[str, Any]:
    subject = "patient" if kind == "AllergyIntolerance" else "subject"
    return {"resourceType": kind, "id": id, subject: {"reference": "Patient/p"}, **told}


def concept(code: str = "", system: str = LOINC, text: str = "") -> dict[str, Any]:
    coding = {"coding": [{"system": system, "code": code}]} if code else {}
    return {**coding, **({"text": text} if text else {})}


def observed(loinc: str, value: float | None = None, unit: str = "", id: str = "x", **told: Any) -> dict[str, Any]:
    quantity = {} if value is None else {"valueQuantity": {"value": value, "unit": unit, "system": UCUM, "code": unit}}
    return of(
        "Observation", id, **{"status": "final", "code": concept(loinc), "effectiveDateTime": AT, **quantity, **told}
    )


def read(*resources: dict[str, Any], person: dict[str, Any] | None = PERSON, **options: Any) -> FromFhir:
    entries = [{"resource": one} for one in (*([person] if person else []), *resources)]
    return case_document(read_all({"resourceType": "Bundle", "entry": entries}, "Bundle"), NOW, **options)


def listed(made: FromFhir) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for problem in made.not_understood:
        found.setdefault(problem.path, []).append(problem.code)
    return found


# The person


@pytest.mark.parametrize(
    ("born", "age"),
    [("1991-03-04", 35), ("1991-11-22", 35), ("1991-11-23", 34), ("1991-03", 35), ("1991-11", 34), ("1991", 34)],
)
def test_age_is_of_the_day_and_of_the_lower_year_where_no_rule_tells_the_two_apart(born: str, age: int):
    made = read(person=PERSON | {"birthDate": born})
    assert made.case.patient.age == age
    assert ("LW-0919" in listed(made).get("Patient/p", [])) == (born in ("1991-11", "1991"))


@pytest.mark.parametrize("born", ["1961", "2010", "2008-11"])
def test_age_is_unknown_where_a_rule_tells_the_two_years_apart(born: str):
    made = read(person=PERSON | {"birthDate": born})
    assert "age" not in made.document["patient"]
    assert listed(made)["Patient/p"] == ["LW-0919"]


@pytest.mark.parametrize("born", ["2026-11-23", "1899-01-01", "2026-02-30", "1904-01-01"])
def test_an_impossible_date_of_birth_leaves_the_age_unknown(born: str):
    made = read(person=PERSON | {"birthDate": born})
    assert "age" not in made.document["patient"]
    assert "Patient/p" in listed(made)


def test_a_gender_that_tells_no_sex_leaves_it_unknown():
    assert read(person=PERSON | {"gender": "other"}).document["patient"]["sex"] == "unknown"
    at_birth = {"url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex", "valueCode": "F"}
    made = read(person=PERSON | {"gender": "male", "extension": [at_birth]})
    assert made.document["patient"]["sex"] == "unknown"
    assert listed(made) == {"Patient/p": ["LW-0917"]}


@pytest.mark.parametrize("died", [{"deceasedBoolean": True}, {"deceasedDateTime": "2026-11-20"}])
def test_somebody_who_died_is_refused(died: dict[str, Any]):
    with pytest.raises(BadInput, match="LW-0911"):
        read(person=PERSON | died)


def test_somebody_who_died_by_one_of_two_versions_is_refused():
    with pytest.raises(BadInput, match="LW-0911"):
        read(PERSON | {"deceasedBoolean": True})


def test_one_who_died_after_the_instant_of_the_case_is_assessed_as_alive_then():
    assert read(person=PERSON | {"deceasedDateTime": "2026-12-01"}).case.patient.age == 35


def test_several_people_are_asked_about_and_the_others_left_out():
    other = {"resourceType": "Patient", "id": "q"}
    theirs = observed("8867-4", 150, "/min", "theirs") | {"subject": {"reference": "Patient/q"}}
    with pytest.raises(BadInput, match=r"LW-0910 patient: .*2 people\. Say which: p, q\."):
        read(other)
    with pytest.raises(BadInput, match="LW-0910"):
        read(other, patient="z")
    made = read(other, theirs, patient="Patient/p")
    assert "observations" not in made.document
    assert listed(made) == {"Patient/q": ["LW-0912"], "Observation/theirs": ["LW-0912"]}


@pytest.mark.parametrize("reference", ["https://ehr.example/fhir/Patient/p", "urn:uuid:p", "Patient/p/_history/3"])
def test_the_person_is_found_by_every_kind_of_reference(reference: str):
    assert read(observed("8867-4", 80, "/min") | {"subject": {"reference": reference}}).case.observations


@pytest.mark.parametrize("subject", [{}, {"display": "Made Up"}, {"reference": "#p"}, {"reference": "Group/p"}])
def test_a_resource_that_does_not_say_about_whom_it_is_is_not_used(subject: dict[str, Any]):
    made = read(observed("8867-4", 80, "/min") | {"subject": subject})
    assert "observations" not in made.document
    assert listed(made) == {"Observation/x": ["LW-0912"]}


def test_nothing_at_all_is_refused_and_so_is_an_instant_without_offset():
    with pytest.raises(BadInput, match="LW-0910"):
        read(person=None)
    with pytest.raises(BadInput, match="offset"):
        case_document(read_all(PERSON, "Patient"), datetime(2026, 11, 22))


def test_silence_about_pregnancy_is_unknown_and_an_empty_search_says_nothing():
    made = read({"resourceType": "Bundle", "type": "searchset", "total": 0, "entry": []})
    assert set(made.document) == {"leeward", "now", "patient"}
    assert "pregnant" not in made.document["patient"]


@pytest.mark.parametrize(("code", "pregnant"), [("77386006", "yes"), ("60001007", "no"), ("102874004", "unknown")])
def test_a_status_of_pregnancy_is_taken_over(code: str, pregnant: str):
    made = read(observed("82810-3", valueCodeableConcept=concept(code, SNOMED)))
    assert made.document["patient"]["pregnant"] == pregnant


def test_an_old_or_undated_status_of_pregnancy_is_unknown_now():
    no = concept("60001007", SNOMED)
    made = read(observed("82810-3", id="old", valueCodeableConcept=no, effectiveDateTime="2026-03-01"))
    assert "pregnant" not in made.document["patient"]
    assert listed(made) == {"Observation/old": ["LW-0915"]}


def test_a_man_by_gender_with_a_pregnancy_test_is_of_unknown_sex():
    made = read(observed("2106-3", valueString="Positive"), person=PERSON | {"gender": "male"})
    assert made.document["patient"]["sex"] == "unknown"
    assert listed(made)["Patient/p"] == ["LW-0917"]


def test_the_setting_is_that_of_the_encounter_under_way():
    def visit(id: str, code: str, **told: Any) -> dict[str, Any]:
        act = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
        return of("Encounter", id, **{"status": "in-progress", "class": {"system": act, "code": code}, **told})

    over = visit("over", "IMP", status="finished")
    ended = visit("ended", "IMP", period={"start": "2026-11-01", "end": "2026-11-03"})
    made = read(visit("now", "EMER"), over, ended)
    assert made.document["setting"] == "emergency"
    assert listed(made) == {"Encounter/over": ["LW-0913"], "Encounter/ended": ["LW-0915"]}
    two = read(visit("now", "EMER"), visit("too", "IMP"))
    assert "setting" not in two.document
    assert set(listed(two)) == {"Encounter/now", "Encounter/too"}


# Lists


def test_a_list_from_a_record_never_says_that_there_is_nothing_else():
    made = read(of("Condition", clinicalStatus=concept("active", "c"), code=concept("F11.20", ICD)))
    assert made.document["conditions"][-1] == {"name": "unknown"}
    vouched = read(complete=["conditions", "medicines"])
    assert vouched.document["conditions"] == vouched.document["medicines"] == []
    assert "doses" not in vouched.document


@pytest.mark.parametrize(
    ("clinical", "verification", "status"),
    [
        ("active", "confirmed", "present"),
        ("active", None, "present"),
        ("active", "refuted", "absent"),
        ("resolved", "confirmed", "unclear"),
        ("active", "provisional", "unclear"),
        (None, None, "unclear"),
    ],
)
def test_a_condition_keeps_its_code_and_its_doubt(clinical: str | None, verification: str | None, status: str):
    told = {"clinicalStatus": clinical, "verificationStatus": verification}
    said: dict[str, Any] = {name: concept(code, "c") for name, code in told.items() if code}
    made = read(of("Condition", "x", **said, code=concept("F11.20", ICD)))
    assert made.document["conditions"][0] == {"code": {"system": "icd-10-cm", "value": "F11.20"}, "status": status}


def test_a_condition_entered_in_error_is_left_out_and_listed():
    made = read(of("Condition", verificationStatus=concept("entered-in-error", "c"), code=concept("F11.20", ICD)))
    assert "conditions" not in made.document
    assert listed(made) == {"Condition/x": ["LW-0913"]}


def test_no_known_allergy_closes_the_list_unless_there_is_one():
    none = of("AllergyIntolerance", "none", code=concept("409137002", SNOMED))
    some = of("AllergyIntolerance", "some", code=concept(text="codeine"))
    assert read(none).document["allergies"] == []
    both = read(none, some)
    assert both.document["allergies"] == [{"name": "codeine"}, {"name": "unknown"}]
    assert listed(both) == {"AllergyIntolerance/none": ["LW-0917"]}


def medicine(kind: str, text: str, **told: Any) -> dict[str, Any]:
    return of(kind, **{"status": "active", "intent": "order", "medicationCodeableConcept": concept(text=text), **told})


@pytest.mark.parametrize(
    ("status", "intent", "kind"),
    [
        ("active", "order", "medicines"),
        ("draft", "order", "orders"),
        ("active", "proposal", "orders"),
        ("active", "plan", "orders"),
        *[(status, "order", None) for status in ("stopped", "completed", "on-hold", "cancelled", "entered-in-error")],
        ("active", "option", None),
        (None, "order", None),
    ],
)
def test_an_order_is_taken_meant_or_neither(status: str | None, intent: str, kind: str | None):
    request = medicine("MedicationRequest", "sertraline", intent=intent, status=status)
    made = read({name: value for name, value in request.items() if value is not None})
    assert {name for name in ("medicines", "orders") if name in made.document} == ({kind} if kind else set())
    assert listed(made) == ({} if kind else {"MedicationRequest/x": ["LW-0913"]})


def test_a_draft_is_an_order_whatever_its_status():
    drafts = read_all(medicine("MedicationRequest", "methadone"), "draft")
    made = case_document(read_all(PERSON, "Patient"), NOW, drafts=drafts)
    assert [entry["medicine"] for entry in made.document["orders"]] == ["methadone"]
    assert "medicines" not in made.document


def test_do_not_perform_is_no_medicine():
    assert "medicines" not in read(medicine("MedicationRequest", "methadone", doNotPerform=True)).document


@pytest.mark.parametrize("status", ["not-taken", "stopped", "intended", "unknown", "on-hold"])
def test_what_is_not_taken_now_is_listed(status: str):
    made = read(medicine("MedicationStatement", "sertraline", status=status))
    assert "medicines" not in made.document
    assert listed(made) == {"MedicationStatement/x": ["LW-0913"]}


def test_a_substance_is_an_exposure_and_a_medicine_is_none():
    made = read(medicine("MedicationStatement", "heroin", effectiveDateTime="2026-11-21"))
    last_use = {"earliest": "2026-11-21T00:00:00-05:00", "latest": NOW.isoformat()}
    assert made.document["exposures"] == [{"substance": "heroin", "last_use": last_use}, {"substance": "unknown"}]
    assert "exposures" not in read(medicine("MedicationStatement", "methadone")).document


def test_what_was_dispensed_was_not_therefore_taken():
    made = read(medicine("MedicationDispense", "sertraline", status="completed", whenHandedOver="2026-11-20"))
    assert not {"medicines", "doses"} & set(made.document)
    assert listed(made) == {"MedicationDispense/x": ["LW-0919"]}


def given(**told: Any) -> dict[str, Any]:
    dosage = {"dose": {"value": 8, "unit": "mg", "system": UCUM, "code": "mg"}, "route": concept("37839007", SNOMED)}
    return medicine(
        "MedicationAdministration",
        "buprenorphine",
        **{"status": "completed", "effectiveDateTime": AT, "dosage": dosage, **told},
    )


def test_a_dose_that_was_given_has_its_mass_route_and_time():
    dose = read(given()).document["doses"][0]
    assert dose == {"medicine": "buprenorphine", "dose": {"value": 8.0, "unit": "mg"}, "at": AT, "route": "sublingual"}


def test_a_dose_not_given_is_listed_and_one_broken_off_has_no_amount():
    made = read(given(status="not-done"))
    assert "doses" not in made.document
    assert listed(made) == {"MedicationAdministration/x": ["LW-0913"]}
    assert read(given(status="stopped")).document["doses"][0]["dose"] == "unknown"


@pytest.mark.parametrize(("code", "mass"), [("{tbl}", False), ("mg/{tab}", False), ("mL", False), ("ug", True)])
def test_a_dose_in_articles_is_no_mass(code: str, mass: bool):
    dose = {"dose": {"value": 8, "unit": code, "system": UCUM, "code": code}}
    made = read(given(dosage=dose))
    assert made.document["doses"][0]["dose"] == ({"value": 0.008, "unit": "mg"} if mass else "unknown")
    assert bool(listed(made)) != mass


def test_a_medicine_within_or_beside_its_order_is_found_and_one_that_is_not_there_is_unknown():
    held = {"resourceType": "Medication", "id": "m", "code": concept(text="methadone")}
    within = medicine("MedicationRequest", "", medicationReference={"reference": "#m"}, contained=[held])
    beside = medicine("MedicationRequest", "", medicationReference={"reference": "Medication/m"})
    for one in (within, beside):
        del one["medicationCodeableConcept"]
    assert read(within).document["medicines"][0]["name"] == "methadone"
    assert read(beside, held).document["medicines"][0]["name"] == "methadone"
    lost = read(beside)
    assert lost.document["medicines"][0]["name"] == "unknown"
    assert listed(lost) == {"MedicationRequest/x": ["LW-0914"]}


def test_a_code_and_words_that_mean_two_medicines_are_both_kept_and_listed():
    made = read(medicine("MedicationRequest", "", medicationCodeableConcept=concept("6813", RXNORM, "naltrexone")))
    assert {entry.medicine for entry in made.case.medicines} >= {"methadone", "naltrexone"}  # pyright: ignore[reportOptionalIterable, reportGeneralTypeIssues]
    assert "LW-0917" in listed(made)["MedicationRequest/x"]


# What makes a resource unusable, or one of several


@pytest.mark.parametrize(
    "marked", [{"modifierExtension": [{"url": "https://x.example"}]}, {"implicitRules": "https://x"}]
)
def test_a_resource_whose_meaning_is_changed_is_not_used(marked: dict[str, Any]):
    made = read(observed("8867-4", 80, "/min", **marked))
    assert "observations" not in made.document
    assert listed(made) == {"Observation/x": ["LW-0918"]}


def test_of_several_versions_the_newest_is_used_and_all_where_it_cannot_be_told():
    def version(value: int, **meta: str) -> dict[str, Any]:
        return observed("8867-4", value, "/min", meta=meta)

    newest = read(version(80, lastUpdated="2026-11-22T08:51:00Z"), version(90, lastUpdated="2026-11-22T08:55:00Z"))
    assert [entry["value"] for entry in newest.document["observations"]] == [90]
    assert listed(newest) == {"Observation/x": ["LW-0919"]}
    assert len(read(version(80), version(90)).document["observations"]) == 2
    assert len(read(version(80), version(80)).document["observations"]) == 1
    assert "observations" not in read(version(80), version(90) | {"status": "entered-in-error"}).document


def test_what_leeward_does_not_read_is_listed_and_so_is_what_is_broken():
    made = read({"resourceType": "Immunization", "id": "i"}, observed("8867-4", id="b", status="wrong"))
    assert [problem.code for problem in made.not_understood] == ["LW-0904", "LW-0902"]
