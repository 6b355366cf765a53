"""Opioids, overdose and kratom as charts name them: by code, by words in any order, in a hospital's own forms and tests."""

from __future__ import annotations

from typing import Any

import pytest

from leeward.fhir.to_case import FromFhir
from tests.unit.fhir.test_to_case import AT, ICD, UCUM, concept, listed, observed, of, read

ACTIVE = {"clinicalStatus": {"coding": [{"code": "active"}]}}
COWS = {
    "Resting Pulse Rate": 4, "Sweating": 4, "Restlessness": 3, "Pupil size": 2, "Bone or joint aches": 2,
    "Runny nose or tearing": 2, "GI upset": 3, "Tremor": 4, "Yawning": 2, "Anxiety or irritability": 2, "Gooseflesh skin": 3,
}  # fmt: skip


def conditions(made: FromFhir) -> set[str]:
    told = made.case.conditions
    return {one.condition for one in told if one.condition} if isinstance(told, tuple) else set()


@pytest.mark.parametrize(
    ("code", "means"),
    [
        ("F11.93", {"opioid-use", "opioid-withdrawal"}),
        ("F1123", {"opioid-use-disorder", "opioid-withdrawal"}),
        ("F11.13", {"opioid-use-disorder", "opioid-withdrawal"}),
        ("F11.90", {"opioid-use"}),
        ("F11.921", {"opioid-use"}),
        ("T40.1X1A", {"opioid-overdose"}),
        ("T40.411A", {"opioid-overdose"}),
        ("T40.3X4D", {"opioid-overdose"}),
        ("T40491A", {"opioid-overdose"}),
        ("T40.601A", {"opioid-overdose"}),
        ("T40.425A", {"opioid-adverse-effect"}),
        ("T40.2X5A", {"opioid-adverse-effect"}),
        ("T40.3X6A", {"opioid-underdosing"}),
        ("T40.5X1A", set()),
        ("T40.711A", set()),
    ],
)
def test_a_diagnosis_of_opioids_is_known_by_its_code(code: str, means: set[str]):
    assert conditions(read(of("Condition", code=concept(code, ICD), **ACTIVE))) == means


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("Opioid withdrawal", {"opioid-withdrawal"}),
        ("opioid overdose", {"opioid-overdose"}),
        ("Overdose, heroin, accidental", {"opioid-overdose"}),
        ("Poisoning by fentanyl, accidental (unintentional), initial encounter", {"opioid-overdose"}),
        ("heroin use disorder", {"opioid-use-disorder"}),
        ("Severe opioid use disorder with withdrawal", {"opioid-use-disorder", "opioid-withdrawal"}),
        ("Kratom use disorder", {"kratom-use-disorder"}),
        ("No opioid withdrawal", set()),
        ("Family history of opioid overdose", set()),
        ("At risk of opioid overdose", set()),
        ("Opioid use disorder in remission", set()),
        ("Opioid and alcohol use disorder", set()),
        ("Neonatal opioid withdrawal", set()),
        ("Withdrawal", set()),
    ],
)
def test_a_diagnosis_in_words_is_read_where_every_word_is_known(text: str, means: set[str]):
    made = read(of("Condition", code={"text": text}, **ACTIVE))
    assert conditions(made) == means
    assert bool(made.not_understood) == (not means)


def test_the_words_of_a_code_are_read_where_the_text_is_not():
    coded = {"text": "ward note 7", "coding": [{"display": "Opioid overdose"}]}
    assert conditions(read(of("Condition", code=coded, **ACTIVE))) == {"opioid-overdose"}


def form(address: str, answers: dict[str, int], total: int | None = None) -> dict[str, Any]:
    told = {**answers, **({} if total is None else {"Total score": total})}
    item = [
        {"linkId": str(place), "text": text, "answer": [{"valueInteger": points}]}
        for place, (text, points) in enumerate(told.items())
    ]
    return of("QuestionnaireResponse", status="completed", questionnaire=address, authored=AT, item=item)


@pytest.mark.parametrize(
    "address", ["https://hospital.example/Questionnaire/cows", "https://h.example/Questionnaire/7341"]
)
def test_a_hospitals_own_form_is_read_by_its_name_or_by_all_its_items_with_its_total(address: str):
    (score,) = read(form(address, COWS, 31)).document["scores"]
    assert score["total"] == 31
    assert score["items"]["gooseflesh"] == 3


@pytest.mark.parametrize(
    "given",
    [
        form("https://h.example/Questionnaire/cows", COWS),
        form("https://h.example/Questionnaire/cows", COWS, 12),
        form("https://h.example/Questionnaire/cows", {**COWS, "Resting Pulse Rate": 112}, 31),
        form("https://h.example/Questionnaire/7341", dict(list(COWS.items())[:8]), 31),
        form("https://h.example/Questionnaire/sows", {}, 20),
    ],
)
def test_a_form_whose_points_are_in_doubt_is_listed_and_not_used(given: dict[str, Any]):
    made = read(given)
    assert "scores" not in made.document
    assert listed(made)["QuestionnaireResponse/x"]


@pytest.mark.parametrize(
    "name", ["COWS", "COWS total score", "Clinical Opiate Withdrawal Scale (COWS)", "COWS - total"]
)
def test_a_score_is_known_by_its_name_and_what_stands_around_it(name: str):
    made = read(observed("", code={"text": name}, valueInteger=22))
    assert made.document["scores"] == [{"instrument": "cows", "at": AT, "total": 22}]


def test_sows_alone_is_two_scales_and_is_no_score():
    assert "scores" not in read(observed("", code={"text": "SOWS total"}, valueInteger=22)).document


@pytest.mark.parametrize(
    ("quantity", "kept"),
    [
        ({"value": 0.82, "unit": "1", "system": UCUM, "code": "1"}, 82),
        ({"value": 1, "unit": "1", "system": UCUM, "code": "1"}, 100),
        ({"value": 0.82}, "unknown"),
        ({"value": 0.82, "unit": "%", "system": UCUM, "code": "%"}, "unknown"),
        ({"value": 82, "unit": "1", "system": UCUM, "code": "1"}, "unknown"),
    ],
)
def test_a_saturation_as_a_part_of_one_is_per_cent_only_where_its_unit_says_so(quantity: dict[str, Any], kept: object):
    made = read(observed("59408-5", valueQuantity=quantity))
    assert [entry["value"] for entry in made.document["observations"]] == [kept]
    assert bool(listed(made)) == (kept == "unknown")


def test_a_breathing_rate_without_a_time_stands_at_an_unknown_time():
    made = read(observed("9279-1", 6, "/min", effectiveDateTime=None))
    (one,) = made.document["observations"]
    assert one["value"] == 6
    assert "at" not in one
    assert listed(made) == {"Observation/x": ["LW-0915"]}


@pytest.mark.parametrize(
    ("name", "analyte"),
    [
        ("Urine fentanyl", "fentanyl"),
        ("Opiates, urine, screen", "opiates"),
        ("Mitragynine, urine", "mitragynine"),
        ("Fentanyl [Presence] in Urine by Screen method", "fentanyl"),
        ("7-OH urine test", "7-hydroxymitragynine"),
    ],
)
@pytest.mark.parametrize("result", ["Positive", "POSITIVE (A)", "Presumptive positive", "Detected"])
def test_a_drug_test_is_known_by_its_words(name: str, analyte: str, result: str):
    made = read(observed("", code={"text": name}, valueString=result))
    (one,) = made.document["observations"]
    expected = "unknown" if result == "POSITIVE (A)" else "positive"
    assert one == {"what": "urine-drug-screen", "result": {analyte: expected}, "at": AT}


@pytest.mark.parametrize("name", ["Fentanyl", "Fentanyl, serum", "Norfentanyl, urine", "Fentanyl cutoff, urine", "Urine drug screen and fentanyl"])  # fmt: skip
def test_what_may_be_no_test_of_urine_is_listed(name: str):
    made = read(observed("", code={"text": name}, valueString="Positive"))
    assert "observations" not in made.document
    assert listed(made) == {"Observation/x": ["LW-0914"]}


def test_the_parts_of_a_urine_screen_are_known_by_their_analytes():
    parts = [{"code": {"text": name}, "valueString": found} for name, found in (("Fentanyl", "Positive"), ("Cocaine", "Negative"))]  # fmt: skip
    made = read(observed("", code={"text": "Urine drug screen"}, component=parts))
    assert [one["result"] for one in made.document["observations"]] == [{"fentanyl": "positive", "cocaine": "negative"}]
    assert made.not_understood == ()


def test_a_concentration_is_read_by_the_laboratorys_interpretation():
    amount = {"valueQuantity": {"value": 12, "unit": "ng/mL", "system": UCUM, "code": "ng/mL"}}
    positive = {
        "interpretation": [concept("POS", "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation")]
    }
    for told, result in ((positive, "positive"), ({}, "unknown")):
        (one,) = read(observed("11235-9", **amount, **told)).document["observations"]
        assert one["result"] == {"fentanyl": result}


KRATOM = [
    "Kratom (Mitragyna speciosa) leaf powder",
    "OPMS Gold",
    "Feel Free tonic",
    "7-OH",
    "kratom 5 g",
    "Kratom extract shot",
]


@pytest.mark.parametrize("text", KRATOM)
@pytest.mark.parametrize(
    "kind",
    [
        ("MedicationStatement", {"status": "active"}),
        ("MedicationStatement", {"status": "stopped", "effectivePeriod": {"end": "2026-11-21T08:00:00-05:00"}}),
        ("MedicationStatement", {"status": "on-hold"}),
        ("MedicationRequest", {"status": "active", "intent": "order"}),
        ("MedicationAdministration", {"status": "completed", "effectiveDateTime": AT}),
    ],
)
def test_a_kratom_product_is_an_exposure_wherever_it_stands(text: str, kind: tuple[str, dict[str, Any]]):
    name, told = kind
    document = read(of(name, **told, medicationCodeableConcept={"text": text})).document
    assert [entry.get("substance", entry.get("product")) for entry in document["exposures"]] == [text, "unknown"]
    assert "medicines" not in document
    assert "doses" not in document


def test_a_kratom_product_whose_kind_is_not_told_is_listed_with_its_words():
    made = read(of("MedicationStatement", status="active", medicationCodeableConcept={"text": "OPMS Gold"}))
    assert any("leaf or extract not known" in one.says and "OPMS Gold" in one.says for one in made.not_understood)


@pytest.mark.parametrize(
    ("told", "medicine"),
    [
        ({"medicationCodeableConcept": {"text": "Percocet 10-325"}}, {"oxycodone"}),
        ({"medicationCodeableConcept": {"text": "Roxybond 30 mg"}}, {"oxycodone"}),
        ({"medicationCodeableConcept": {"text": "PO oxycodone 5 mg"}}, {"oxycodone"}),
        ({"medicationCodeableConcept": {"text": "Nalocet 10 mg-300 mg"}}, {"acetaminophen", "oxycodone"}),
        ({"medicationReference": {"reference": "Medication/gone", "display": "Oxycodone 30 mg"}}, {"oxycodone"}),
        (
            {"medicationCodeableConcept": concept("1049621", "http://www.nlm.nih.gov/research/umls/rxnorm")},
            {"oxycodone"},
        ),
        (
            {"medicationCodeableConcept": concept("4711", "http://hospital.example/drugs", "Qdolo 5 mg/mL")},
            {"tramadol"},
        ),
    ],
)
def test_an_opioid_without_a_known_code_is_known_by_its_brand_or_ingredient(told: dict[str, Any], medicine: set[str]):
    made = read(of("MedicationRequest", status="active", intent="order", **told))
    assert isinstance(made.case.medicines, tuple)
    assert {one.medicine for one in made.case.medicines if one.medicine} == medicine


@pytest.mark.parametrize("text", ["Zorblax 5 mg", "Ginkgo"])
def test_a_medicine_that_nobody_knows_is_in_the_case_and_listed_with_its_words(text: str):
    made = read(of("MedicationRequest", status="active", intent="order", medicationCodeableConcept={"text": text}))
    assert [entry["name"] for entry in made.document["medicines"]] == [text, "unknown"]
    assert [one.says for one in made.not_understood if text in one.says]


def given(at: str, id: str, text: str = "Methadone 10 mg/mL") -> dict[str, Any]:
    told = {"dosage": {"dose": {"value": 60, "unit": "mg", "system": UCUM, "code": "mg"}}, "effectiveDateTime": at}
    return of("MedicationAdministration", id, status="completed", medicationCodeableConcept={"text": text}, **told)


def test_a_medicine_was_taken_last_when_the_newest_dose_of_it_was_given():
    order = of("MedicationRequest", status="active", intent="order", medicationCodeableConcept={"text": "methadone"})
    doses = (
        given("2026-11-21T08:00:00-05:00", "a"),
        given("2026-11-22T06:00:00-05:00", "b"),
        given(AT, "c", "clonidine"),
    )
    (methadone, _) = read(order, *doses).document["medicines"]
    assert methadone["last_taken"] == "2026-11-22T06:00:00-05:00"
    (methadone, _) = read(order, *doses, given("", "d") | {"effectiveDateTime": None}).document["medicines"]
    assert "last_taken" not in methadone


@pytest.mark.parametrize(("text", "stands"), [("methadone", False), ("Sublocade", True)])
def test_what_is_still_ordered_and_was_given_here_long_ago_may_be_taken_elsewhere(text: str, stands: bool):
    order = of("MedicationRequest", status="active", intent="order", medicationCodeableConcept={"text": text})
    dose = given("2026-11-07T08:00:00-05:00", "a", text)
    (medicine, _) = read(order, dose).document["medicines"]
    if stands:
        assert medicine["last_taken"] == "2026-11-07T08:00:00-05:00"
    else:
        assert medicine["last_taken"] == {
            "earliest": "2026-11-07T08:00:00-05:00",
            "latest": "2026-11-22T09:00:00-05:00",
        }
