"""What a record denies, doubts, withdraws or tells of the past or of somebody else is listed, and never a fact."""

from __future__ import annotations

from typing import Any

import pytest

from leeward.fhir.to_case import FromFhir
from leeward.model.missing import UNKNOWN
from tests.unit.fhir.test_to_case import AT, ICD, RXNORM, SNOMED, UCUM, concept, listed, of, read

ACTIVE = {"clinicalStatus": {"coding": [{"code": "active"}]}}


def present(made: FromFhir) -> set[str]:
    told = made.case.conditions
    return (
        {one.condition for one in told if one.condition and one.present is True} if isinstance(told, tuple) else set()
    )


DENIED = [
    "No opioid use disorder",
    "R/O opioid use disorder",
    "Rule-out opioid withdrawal",
    "Opioid withdrawal ruled out",
    "History of opioid use disorder",
    "H/o opioid dependence",
    "Hx heroin use disorder",
    "Denies kratom",
    "Kratom use disorder: denied",
    "?Opioid overdose",
    "Opioid withdrawal?",
    "Possible opioid overdose",
    "Suspected opioid withdrawal",
    "Family history of opioid use disorder",
    "Mother with opioid use disorder",
    "Opioid use disorder, in remission",
    "Opioid use disorder (resolved)",
    "Previous opioid overdose",
    "Not opioid dependent",
    "Opioid use disorder vs dependence",
    "At risk of opioid overdose",
    "Opioid use disorder screening",
]


@pytest.mark.parametrize("text", DENIED)
@pytest.mark.parametrize("code", ["", "F11.20", "75544000"])
def test_a_condition_whose_words_deny_doubt_or_are_of_the_past_is_not_present(text: str, code: str):
    made = read(of("Condition", code=concept(code, ICD if code.startswith("F") else SNOMED, text), **ACTIVE))
    assert not present(made)
    assert made.document["conditions"][0]["status"] == "unclear"
    assert "LW-0917" in listed(made)["Condition/x"]
    assert all(one.present is UNKNOWN for one in made.case.conditions if one.as_told == text)  # pyright: ignore


@pytest.mark.parametrize(
    "text", ["Opioid dependence, uncomplicated", "Chronic opioid dependence with withdrawal", "ward note 7", "OUD"]
)
def test_words_that_deny_nothing_leave_a_code_as_it_is(text: str):
    assert "opioid-use-disorder" in present(read(of("Condition", code=concept("F11.20", ICD, text), **ACTIVE)))


@pytest.mark.parametrize("text", ["History of seizures", "Epilepsy, not intractable, without status epilepticus"])
def test_an_official_name_that_holds_such_a_word_is_no_denial(text: str):
    assert present(read(of("Condition", code=concept("G40.909", ICD, text), **ACTIVE))) == {"seizure-disorder"}


@pytest.mark.parametrize(
    ("told", "is_present"),
    [
        ({"verificationStatus": {"text": "Refuted"}}, False),
        ({"verificationStatus": {"text": "ruled out"}}, False),
        ({"verificationStatus": {"coding": [{"code": "unconfirmed"}]}}, None),
        ({"verificationStatus": {"text": "working diagnosis"}}, None),
        ({"clinicalStatus": {"text": "Resolved"}}, None),
        ({"clinicalStatus": {"text": "Active"}}, True),
        ({"verificationStatus": {"text": "Confirmed"}}, True),
    ],
)
def test_a_status_in_words_alone_counts_as_its_code_does(told: dict[str, Any], is_present: bool | None):
    made = read(of("Condition", code=concept("F11.20", ICD), **{**ACTIVE, **told}))
    (one,) = (one for one in made.case.conditions if one.condition)  # pyright: ignore
    assert one.present is (UNKNOWN if is_present is None else is_present)


def test_a_condition_entered_in_error_in_words_is_nowhere():
    made = read(of("Condition", code=concept("F11.20", ICD), verificationStatus={"text": "Entered in Error"}, **ACTIVE))
    assert "conditions" not in made.document
    assert listed(made) == {"Condition/x": ["LW-0913"]}


@pytest.mark.parametrize("code", ["F11.11", "F11.21", "F11.91", "F1021"])
def test_a_code_of_remission_is_not_present(code: str):
    made = read(of("Condition", code=concept(code, ICD), **ACTIVE))
    assert not present(made)
    assert listed(made)["Condition/x"] == ["LW-0917"]


def test_a_code_and_words_that_mean_two_conditions_are_both_there_and_said():
    made = read(of("Condition", code=concept("F11.20", ICD, "alcohol use disorder"), **ACTIVE))
    assert present(made) == {"opioid-use-disorder", "alcohol-use-disorder"}
    assert listed(made)["Condition/x"] == ["LW-0917"]


def test_the_illness_of_a_relative_is_listed():
    mother = {
        "resourceType": "FamilyMemberHistory", "id": "f", "status": "completed", "patient": {"reference": "Patient/p"},
        "relationship": {"text": "mother"}, "condition": [{"code": concept("F11.20", ICD)}],
    }  # fmt: skip
    made = read(mother)
    assert "conditions" not in made.document
    assert listed(made) == {"Bundle.entry[1].resource": ["LW-0904"]}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("denies kratom", "exposures"),
        ("No kratom", "exposures"),
        ("history of kratom use", "exposures"),
        ("kratom - never used", "exposures"),
        ("heroin, denied", "exposures"),
        ("not on methadone", "medicines"),
        ("methadone (stopped)", "medicines"),
        ("methadone discontinued 2019", "medicines"),
        ("buprenorphine?", "medicines"),
        ("no longer taking clonidine", "medicines"),
    ],
)
@pytest.mark.parametrize("resource", ["MedicationStatement", "MedicationRequest"])
def test_a_medicine_or_substance_that_its_words_deny_leaves_its_list_open_and_is_said(
    text: str, kind: str, resource: str
):
    intent = {"intent": "order"} if resource == "MedicationRequest" else {}
    made = read(of(resource, status="active", medicationCodeableConcept={"text": text}, **intent))
    assert {next(iter(entry.values())) for entry in made.document[kind]} == {"unknown"}
    assert {"medicines", "exposures"} & made.document.keys() == {kind}
    assert listed(made)[f"{resource}/x"] == ["LW-0917"]


def test_codes_and_words_of_several_medicines_are_all_there_and_said():
    codes = {"coding": [{"system": RXNORM, "code": code} for code in ("9999999", "6813", "7243")]}
    words = {"text": "naltrexone 50 mg", "coding": [{"system": "http://local.example", "display": "methadone 10 mg"}]}
    for told in (codes, words):
        made = read(of("MedicationStatement", status="active", medicationCodeableConcept=told))
        assert {one.medicine for one in made.case.medicines if one.medicine} >= {"methadone"}  # pyright: ignore
        assert any((one.medicine or "").startswith("naltrexone") for one in made.case.medicines)  # pyright: ignore
        assert listed(made)["MedicationStatement/x"] == ["LW-0917"]


@pytest.mark.parametrize("told", [{"effectivePeriod": {"start": "2026-12-01"}}, {"effectiveDateTime": "2027"}])
def test_a_medicine_that_begins_later_is_not_taken_now(told: dict[str, Any]):
    made = read(of("MedicationStatement", status="active", medicationCodeableConcept={"text": "methadone"}, **told))
    assert "medicines" not in made.document
    assert listed(made) == {"MedicationStatement/x": ["LW-0915"]}


def ordered(**told: Any) -> dict[str, Any]:
    return of(
        "MedicationRequest", status="active", intent="order", medicationCodeableConcept={"text": "methadone"}, **told
    )


def timed(**bounds: str) -> dict[str, Any]:
    return {"dosageInstruction": [{"timing": {"repeat": {"boundsPeriod": bounds}}}]}


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"dispenseRequest": {"validityPeriod": {"end": "2020-01-01"}}}, "LW-0917"),
        (timed(start="2026-01-01", end="2026-01-09"), "LW-0917"),
        ({"authoredOn": "2027-01-01"}, "LW-0915"),
    ],
)
def test_an_active_order_of_another_time_is_there_and_said(told: dict[str, Any], code: str):
    made = read(ordered(**told))
    assert made.document["medicines"][0]["name"] == "methadone"
    assert listed(made) == {"MedicationRequest/x": [code]}


def test_an_order_that_begins_later_is_not_taken_now():
    made = read(ordered(**timed(start="2026-12-01")))
    assert "medicines" not in made.document
    assert listed(made) == {"MedicationRequest/x": ["LW-0915"]}


NONE_KNOWN = concept("716186003", SNOMED)


@pytest.mark.parametrize(
    ("told", "closed"),
    [
        ({"code": NONE_KNOWN}, True),
        ({"code": {"text": "No known allergies", "coding": [{"system": "http://local.example", "code": "7"}]}}, True),
        ({"code": {**concept("7980", RXNORM), "text": "NKDA"}}, False),
        ({"code": {"text": "none"}, "category": ["food"]}, False),
        ({"code": NONE_KNOWN, "verificationStatus": {"coding": [{"code": "unconfirmed"}]}}, False),
        ({"code": NONE_KNOWN, "reaction": [{"manifestation": [{"text": "rash"}]}]}, False),
        ({"code": {"text": "No known penicillin allergy"}}, False),
        ({"code": {"text": "Denies any allergy"}}, False),
    ],
)
def test_no_known_allergy_is_believed_without_a_doubt_alone(told: dict[str, Any], closed: bool):
    made = read(of("AllergyIntolerance", **{**ACTIVE, **told}))
    assert (made.document["allergies"] == []) == closed
    assert (listed(made) == {}) == closed
    assert {entry["name"] for entry in made.document["allergies"]} <= {"unknown"}


def test_words_of_doubt_do_not_take_a_coded_allergy_away():
    made = read(of("AllergyIntolerance", code=concept("7243", RXNORM, "possible naltrexone allergy"), **ACTIVE))
    assert made.document["allergies"][0]["rxnorm"] == "7243"


DOSES = [
    {"value": 30},
    {"value": 10, "unit": "mg/tab", "system": UCUM, "code": "mg/{tab}"},
    {"value": 30, "unit": "mg", "system": UCUM, "code": "mg", "comparator": "<"},
    {"value": 30, "unit": "mcg", "system": UCUM, "code": "mg"},
    {"value": -30, "unit": "mg", "system": UCUM, "code": "mg"},
    {"value": 5, "unit": "mL", "system": UCUM, "code": "mL"},
    {"value": 2, "unit": "tab"},
    {"unit": "mg", "system": UCUM, "code": "mg"},
    {"value": 30, "system": "http://local.example", "code": "mg"},
]


@pytest.mark.parametrize("dose", DOSES)
def test_a_dose_that_is_no_mass_is_unknown_and_said(dose: dict[str, Any]):
    given = of("MedicationAdministration", status="completed", medicationCodeableConcept={"text": "methadone"}, effectiveDateTime=AT)  # fmt: skip
    made = read(given | {"dosage": {"dose": dose}})
    assert made.document["doses"][0]["dose"] == "unknown"
    assert listed(made)["MedicationAdministration/x"] == ["LW-0916"]
    draft = ordered(dosageInstruction=[{"doseAndRate": [{"doseQuantity": dose}]}]) | {"status": "draft"}
    made = read(draft)
    assert made.document["orders"][0]["dose"] == "unknown"
    assert "LW-0916" in listed(made)["MedicationRequest/x"]


def test_a_film_by_the_mislabelled_code_has_no_strength():
    """1010600 is the 2 mg film; a public table calls it the 8 mg film."""
    words = "buprenorphine 8 MG / naloxone 2 MG Sublingual Film"
    film = {"value": 1, "unit": "film", "system": UCUM, "code": "{film}"}
    made = read(
        of(
            "MedicationAdministration", status="completed", effectiveDateTime=AT, dosage={"dose": film},
            medicationCodeableConcept={**concept("1010600", RXNORM), "text": words},
        )
    )  # fmt: skip
    assert made.document["doses"][0]["dose"] == "unknown"
    assert {"LW-0916", "LW-0931"} <= set(listed(made)["MedicationAdministration/x"])


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("8 mcg daily", "unknown"),
        ("Take 16 mg once a day", "unknown"),
        ("8 mg daily", {"value": 8.0, "unit": "mg"}),
        ("2 mg film, four of them", {"value": 8.0, "unit": "mg"}),
        ("under the tongue", {"value": 8.0, "unit": "mg"}),
    ],
)
def test_a_dose_whose_text_says_another_mass_than_its_number_is_unknown_and_said(text: str, kept: object):
    mass = {"value": 8, "unit": "mg", "system": UCUM, "code": "mg"}
    draft = ordered(dosageInstruction=[{"text": text, "doseAndRate": [{"doseQuantity": mass}]}]) | {"status": "draft"}
    made = read(draft)
    assert made.document["orders"][0]["dose"] == kept
    given = of("MedicationAdministration", status="completed", medicationCodeableConcept={"text": "methadone"}, effectiveDateTime=AT)  # fmt: skip
    made_of_dose = read(given | {"dosage": {"text": text, "dose": mass}})
    assert made_of_dose.document["doses"][0]["dose"] == kept
    for found in (listed(made), listed(made_of_dose)):
        assert bool(found) == (kept == "unknown")


@pytest.mark.parametrize(
    "dosage", [{}, {"dosage": {"text": "30 mg po"}}, {"dosage": {"rateQuantity": {"value": 5, "unit": "mL/h"}}}]
)
def test_a_dose_of_which_no_amount_is_told_is_said(dosage: dict[str, Any]):
    given = of("MedicationAdministration", status="completed", medicationCodeableConcept={"text": "methadone"}, effectiveDateTime=AT)  # fmt: skip
    made = read(given | dosage)
    assert made.document["doses"][0]["dose"] == "unknown"
    assert listed(made) == {"MedicationAdministration/x": ["LW-0916"]}


def scored(at: str, id: str, **told: Any) -> dict[str, Any]:
    return of("Observation", id, status="final", effectiveDateTime=at, code={"text": "COWS"}, **told)


@pytest.mark.parametrize(
    ("told", "newest"),
    [
        ({"valueInteger": 60}, True),
        ({"valueInteger": -3}, True),
        ({"valueString": "12"}, True),
        (
            {"valueQuantity": {"value": 12, "unit": "{score}", "system": UCUM, "code": "{score}", "comparator": "<"}},
            True,
        ),
        ({"dataAbsentReason": {"coding": [{"code": "error"}]}}, True),
        ({"dataAbsentReason": {"coding": [{"code": "not-performed"}]}}, False),
    ],
)
def test_a_score_whose_total_cannot_be_used_is_unknown_and_no_older_one_is_the_newest(
    told: dict[str, Any], newest: bool
):
    made = read(scored("2026-11-21T08:00:00-05:00", "old", valueInteger=5), scored(AT, "new", **told))
    assert [one.get("total") for one in made.document["scores"]] == ([5, None] if newest else [5])
    assert set(listed(made)["Observation/new"]) == {"LW-0916"}
