"""Observations and scores of a record: by their code, in their unit, at their time, and unknown rather than guessed."""

from __future__ import annotations

from typing import Any

import pytest

from leeward.fhir.codes import FhirCode
from leeward.instruments import load_instruments
from leeward.knowledge import load_knowledge
from leeward.model.codes import SYSTEMS
from leeward.model.missing import Missing
from tests.unit.fhir.test_to_case import AT, LOINC, NOW, SNOMED, UCUM, concept, listed, observed, of, read

PULSE = "8867-4"
ITEMS = {"pulse": 2, "sweating": 1, "restlessness": 0, "pupils": 2, "aches": 1, "nose_eyes": 1, "gi": 2, "tremor": 1,
         "yawning": 1, "anxiety": 1, "gooseflesh": 0}  # fmt: skip
OURS = "https://leeward.example/fhir/"


@pytest.mark.parametrize(
    ("code", "value", "unit", "what", "kept"),
    [
        (PULSE, 104, "/min", "heart-rate", 104),
        (PULSE, 104, "{beats}/min", "heart-rate", 104),
        ("8310-5", 98.6, "[degF]", "temperature", 37),
        ("8310-5", 37.2, "Cel", "temperature", 37.2),
        ("59408-5", 97, "%", "oxygen-saturation", 97),
        ("8636-3", 0.45, "s", "qtc", 450),
        ("2823-3", 4.1, "meq/L", "potassium", 4.1),
        ("2601-3", 1.6, "meq/L", "magnesium", 0.8),
        ("14682-9", 88.4, "umol/L", "creatinine", 1.0),
        ("6301-6", 1.2, "{INR}", "inr", 1.2),
        ("1751-7", 38, "g/L", "albumin", 3.8),
        ("62238-1", 60, "mL/min/{1.73_m2}", "egfr", 60),
        ("1742-6", 40, "[IU]/L", "alt", 40),
    ],
)
def test_a_reading_is_kept_in_the_unit_of_its_kind(code: str, value: float, unit: str, what: str, kept: float):
    made = read(observed(code, value, unit))
    assert [(entry.what, entry.value) for entry in made.case.observations] == [(what, pytest.approx(kept, rel=1e-3))]
    assert made.not_understood == ()
    assert made.sources["observations[0]"] == "Observation/x"


def test_both_pressures_come_from_their_panel_and_a_part_without_value_is_unknown():
    parts = [
        {"code": concept("8480-6"), "valueQuantity": {"value": 120, "unit": "mmHg", "system": UCUM, "code": "mm[Hg]"}},
        {"code": concept("8462-4"), "dataAbsentReason": concept("error", "d")},
        {"code": concept("99999-9", text="mean pressure"), "valueInteger": 90},
    ]
    made = read(observed("85354-9", component=parts))
    found = {entry["what"]: entry["value"] for entry in made.document["observations"]}
    assert found == {"systolic-blood-pressure": 120, "diastolic-blood-pressure": "unknown"}
    assert listed(made) == {"Observation/x": ["LW-0914", "LW-0916"]}


@pytest.mark.parametrize(
    "quantity",
    [
        {"value": 104, "unit": "mg", "system": UCUM, "code": "mg"},
        {"value": 104},
        {"value": 104, "comparator": "<", "unit": "/min", "system": UCUM, "code": "/min"},
        {"value": 104, "unit": "mmHg", "system": UCUM, "code": "/min"},
        {"value": 104, "system": "https://units.example", "code": "per-minute"},
        {"value": 900, "unit": "/min", "system": UCUM, "code": "/min"},
        {"unit": "/min"},
    ],
    ids=["another unit", "no unit", "not exact", "code and words disagree", "foreign units", "impossible", "no number"],
)
def test_a_reading_that_cannot_be_used_is_unknown_at_its_time_and_never_gone(quantity: dict[str, Any]):
    older = observed(PULSE, 70, "/min", "older", effectiveDateTime="2026-11-22T07:00:00-05:00")
    made = read(older, observed(PULSE, valueQuantity=quantity))
    assert made.document["observations"][1] == {"what": "heart-rate", "value": "unknown", "at": AT}
    assert set(listed(made)) == {"Observation/x"}


def test_a_reading_that_was_never_made_leaves_the_older_one_the_newest():
    made = read(observed(PULSE, dataAbsentReason=concept("not-performed", "d")))
    assert "observations" not in made.document
    assert listed(made) == {"Observation/x": ["LW-0916"]}


@pytest.mark.parametrize(
    ("status", "used", "remarks"),
    [
        ("final", True, {}),
        ("amended", True, {}),
        ("corrected", True, {}),
        ("preliminary", True, {"Observation/x": ["LW-0919"]}),
        *[(one, False, {"Observation/x": ["LW-0913"]}) for one in ("registered", "cancelled", "unknown")],
        ("entered-in-error", False, {"Observation/x": ["LW-0913"]}),
    ],
)
def test_the_status_decides_what_is_used(status: str, used: bool, remarks: dict[str, list[str]]):
    made = read(observed(PULSE, 80, "/min", status=status))
    assert ("observations" in made.document) == used
    assert listed(made) == remarks


def test_an_observation_about_somebody_within_is_not_the_persons():
    made = read(observed(PULSE, 140, "/min", focus=[{"display": "fetus"}]))
    assert "observations" not in made.document
    assert listed(made) == {"Observation/x": ["LW-0913"]}


DAY = {"earliest": "2026-11-20T00:00:00-05:00", "latest": "2026-11-21T00:00:00-05:00"}


@pytest.mark.parametrize(
    ("told", "at"),
    [
        ({"effectiveDateTime": "2026-11-22T13:50:00Z"}, "2026-11-22T13:50:00+00:00"),
        ({"effectiveInstant": "2026-11-22T08:50:00.123456789-05:00"}, AT),
        ({"effectiveDateTime": "2026-11-22T08:59:60-05:00"}, "2026-11-22T08:59:59-05:00"),
        ({"effectiveDateTime": "2026-11-20"}, DAY),
        ({"effectiveDateTime": "2026-10"}, {"earliest": "2026-10-01T00:00:00-05:00", "latest": "2026-11-01T00:00:00-05:00"}),
        ({"effectiveDateTime": "2026"}, {"earliest": "2026-01-01T00:00:00-05:00", "latest": NOW.isoformat()}),
        ({"effectivePeriod": {"start": "2026-11-20", "end": "2026-11-20"}}, DAY),
        ({"effectivePeriod": {"start": AT}}, {"earliest": AT, "latest": NOW.isoformat()}),
        ({"effectivePeriod": {"start": AT, "end": AT}}, AT),
        ({"effectiveTiming": {"event": [AT]}}, AT),
    ],
)  # fmt: skip
def test_a_time_is_an_instant_or_the_interval_that_it_covers(told: dict[str, Any], at: object):
    resource = observed(PULSE, 80, "/min")
    del resource["effectiveDateTime"]
    made = read(resource | told)
    assert made.document["observations"][0]["at"] == at
    assert made.not_understood == ()


@pytest.mark.parametrize(
    "told",
    [{}, {"effectivePeriod": {"end": AT}}, {"effectivePeriod": {"start": AT, "end": "2026-11-01"}},
     {"effectiveDateTime": "2026-02-30"}, {"effectivePeriod": {}}],
)  # fmt: skip
def test_a_reading_without_a_time_that_can_be_read_is_used_as_of_an_unknown_one(told: dict[str, Any]):
    resource = observed(PULSE, 80, "/min")
    del resource["effectiveDateTime"]
    made = read(resource | told)
    assert made.document["observations"] == [{"what": "heart-rate", "value": 80.0, "unit": "/min"}]
    assert listed(made) == {"Observation/x": ["LW-0915"]}


@pytest.mark.parametrize(
    "told", [{"effectiveDateTime": "2026-11-22T09:00:01-05:00"}, {"effectivePeriod": {"start": "2026-11-23"}}]
)
def test_what_lies_in_the_future_is_not_used(told: dict[str, Any]):
    resource = observed(PULSE, 80, "/min")
    del resource["effectiveDateTime"]
    made = read(resource | told)
    assert "observations" not in made.document
    assert listed(made) == {"Observation/x": ["LW-0915"]}


def test_a_code_whose_words_name_something_else_is_not_used():
    cows = {
        "coding": [{"system": LOINC, "code": "72514-3", "display": "Clinical Opiate Withdrawal Scale [COWS] total"}]
    }
    made = read(observed("72514-3", 8, "{score}", code=cows))
    assert not {"observations", "scores"} & set(made.document)
    assert listed(made) == {"Observation/x": ["LW-0917"]}


def test_codes_of_two_things_are_not_used():
    both = {"coding": [{"system": LOINC, "code": PULSE}, {"system": LOINC, "code": "9279-1"}]}
    assert listed(read(observed(PULSE, 20, "/min", code=both))) == {"Observation/x": ["LW-0917"]}


def test_words_count_only_where_no_public_code_settles_the_meaning():
    words = observed(PULSE, code={"text": "RASS"}, valueInteger=-1)
    assert read(words).document["observations"][0] == {"what": "sedation-rass", "value": -1, "at": AT}
    coded = observed("11948-7", 140, "/min", code=concept("11948-7", text="heart rate"))
    assert listed(read(coded)) == {"Observation/x": ["LW-0914"]}


@pytest.mark.parametrize(
    ("told", "result"),
    [
        ({"valueCodeableConcept": concept("10828004", SNOMED)}, "positive"),
        ({"valueCodeableConcept": concept(text="Not detected")}, "negative"),
        ({"valueString": "POS"}, "positive"),
        ({"valueBoolean": False}, "negative"),
        ({"interpretation": [concept("POS", "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation")]}, "positive"),
        ({"valueString": "see comment"}, "unknown"),
        ({"valueCodeableConcept": concept("10828004", SNOMED, "Negative")}, "unknown"),
    ],
)  # fmt: skip
def test_a_test_is_positive_negative_or_unknown(told: dict[str, Any], result: str):
    made = read(observed("2106-3", **told))
    assert made.document["observations"][0]["value"] == result
    assert bool(made.not_understood) == (result == "unknown")


def test_drug_tests_of_one_time_are_one_panel_and_a_contradiction_is_unknown():
    made = read(
        observed("19295-5", id="a", valueString="Positive"),
        observed("59673-4", id="b", valueString="Negative"),
        observed("18390-5", id="c", valueString="Negative"),
        observed("8237-0", id="d", valueString="Positive"),
    )
    (panel,) = made.document["observations"]
    assert panel == {"what": "urine-drug-screen", "result": {"opiates": "unknown", "fentanyl": "negative"}, "at": AT}
    assert listed(made) == {"Observation/c": ["LW-0917"], "Observation/d": ["LW-0914"]}


def test_the_upper_limit_of_normal_is_taken_only_where_it_is_one_in_the_same_unit():
    def limit(value: float, unit: str) -> dict[str, Any]:
        return {"high": {"value": value, "unit": unit, "system": UCUM, "code": unit}}

    def found(*ranges: dict[str, Any]) -> object:
        made = read(observed("1742-6", 80, "U/L", referenceRange=list(ranges)))
        return made.document["observations"][0].get("uln")

    assert found(limit(40, "U/L")) == 40
    assert found(limit(40, "mg/dL")) is None
    assert found(limit(40, "U/L"), limit(50, "U/L")) is None


def test_tobacco_and_alcohol_are_left_out_and_listed():
    assert listed(read(observed("72166-2", valueString="daily"))) == {"Observation/x": ["LW-0914"]}


def test_weight_is_the_newest_in_kilograms():
    made = read(
        observed("29463-7", 154, "[lb_av]", "new"), observed("29463-7", 90, "kg", "old", effectiveDateTime="2026-10-01")
    )
    assert made.document["patient"]["weight_kg"] == pytest.approx(69.85, abs=0.01)
    assert listed(made) == {"Observation/old": ["LW-0919"]}


# Scores


def response(items: list[dict[str, Any]], **told: Any) -> dict[str, Any]:
    address = f"{OURS}Questionnaire/cows|1"
    return of("QuestionnaireResponse", **{"questionnaire": address, "status": "completed", "authored": AT, "item": items, **told})  # fmt: skip


def answers(items: dict[str, int]) -> list[dict[str, Any]]:
    return [{"linkId": name, "answer": [{"valueInteger": points}]} for name, points in items.items()]


def test_a_filled_in_questionnaire_is_a_score_item_by_item():
    made = read(response([{"linkId": "group", "item": answers(ITEMS)}], source={"reference": "Patient/p"}))
    assert made.document["scores"] == [{"instrument": "cows", "at": AT, "by": "self", "items": ITEMS}]
    assert made.not_understood == ()


def test_an_answer_in_a_coding_is_its_points_and_others_are_unknown():
    weight = {"url": "http://hl7.org/fhir/StructureDefinition/ordinalValue", "valueDecimal": 4}
    made = read(
        response(
            [
                {"linkId": "tremor", "answer": [{"valueCoding": {"code": "gross", "extension": [weight]}}]},
                {"linkId": "yawning", "answer": [{"valueString": "much"}]},
                {"linkId": "pulse", "answer": [{"valueInteger": 1}, {"valueInteger": 2}]},
                {"linkId": "hiccups", "answer": [{"valueInteger": 1}]},
            ]
        )
    )
    assert made.document["scores"][0]["items"] == {"tremor": 4, "yawning": "unknown", "pulse": "unknown"}
    assert sorted(listed(made)["QuestionnaireResponse/x"]) == ["LW-0914", "LW-0916", "LW-0917"]


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"status": "in-progress"}, "LW-0913"),
        ({"questionnaire": "https://other.example/Questionnaire/cows"}, "LW-0938"),
        ({"questionnaire": f"{OURS}Questionnaire/cuts"}, "LW-0914"),
        ({"authored": "2027-01-01"}, "LW-0915"),
        ({"item": answers({"pulse": 3})}, "LW-0201"),
    ],
)
def test_a_questionnaire_that_cannot_be_used_is_listed(told: dict[str, Any], code: str):
    made = read(response(answers(ITEMS), **told))
    assert "scores" not in made.document
    assert listed(made)["QuestionnaireResponse/x"][0][:6] == code[:6]


@pytest.mark.parametrize("newer", ["2026-11-22T08:50:00-05:00", None])
def test_an_older_score_does_not_pass_for_the_newest_where_the_points_of_a_newer_form_are_in_doubt(newer: str | None):
    address = {"questionnaire": "https://other.example/Questionnaire/cows"}
    later = response(answers(ITEMS), id="later", **address, **({"authored": newer} if newer else {}))
    old = of("Observation", "old", status="final", code={"text": "COWS"}, effectiveDateTime="2026-11-22T03:00:00-05:00", valueInteger=4)  # fmt: skip
    made = read(old, {name: value for name, value in later.items() if name != "authored" or newer})
    doubted = [one for one in made.document["scores"] if "total" not in one]
    assert len(doubted) == 1 and set(doubted[0]["items"].values()) == {"unknown"} and doubted[0].get("at") == newer
    assert listed(made)["QuestionnaireResponse/later"][0] in ("LW-0938", "LW-0915")


def item(name: str, points: int, **told: Any) -> dict[str, Any]:
    code = {"coding": [{"system": f"{OURS}CodeSystem/item", "code": f"cows.{name}"}]}
    return observed("", id=name.replace("_", "-"), **{"code": code, "valueInteger": points, **told})


def panel(members: list[str], **told: Any) -> dict[str, Any]:
    code = {"coding": [{"system": f"{OURS}CodeSystem/instrument", "code": "cows"}]}
    refer = [{"reference": f"Observation/{name.replace('_', '-')}"} for name in members]
    return observed("", id="panel", **{"code": code, "valueInteger": sum(ITEMS.values()), "hasMember": refer, **told})


def test_a_panel_has_its_items_as_members():
    made = read(panel(list(ITEMS)), *[item(name, points) for name, points in ITEMS.items()])
    assert made.document["scores"] == [{"instrument": "cows", "at": AT, "items": ITEMS, "total": 12}]
    assert made.not_understood == ()


def test_members_that_are_wrong_of_another_time_or_not_there_are_left_out():
    late = item("tremor", 1, effectiveDateTime="2026-11-22T06:00:00-05:00")
    made = read(panel(["pulse", "tremor", "gi"]), item("pulse", 2, status="cancelled"), late)
    assert made.document["scores"] == [{"instrument": "cows", "at": AT, "total": 12}]
    assert listed(made) == {
        "Observation/panel": ["LW-0914"],
        "Observation/pulse": ["LW-0913"],
        "Observation/tremor": ["LW-0915"],
    }


def test_a_loop_of_members_ends():
    made = read(panel(["panel", "pulse"]), item("pulse", 2, hasMember=[{"reference": "Observation/panel"}]))
    assert made.document["scores"][0]["items"] == {"pulse": 2}
    assert made.not_understood == ()


def test_an_item_alone_is_no_score():
    assert listed(read(item("pulse", 2))) == {"Observation/pulse": ["LW-0914"]}


def test_a_score_by_the_name_of_its_instrument_is_one_and_an_ambiguous_name_is_not():
    made = read(observed("", code={"text": "COWS"}, valueInteger=16))
    assert made.document["scores"] == [{"instrument": "cows", "at": AT, "total": 16}]
    assert listed(read(observed("", code={"text": "SOWS"}, valueInteger=16))) == {"Observation/x": ["LW-0914"]}


# Sedation


RASS, NO_RASS = "1345050000", "54632-5"
CODED = [("LA33965-7", -3), ("LA33963-2", -1), ("LA33962-4", 0), ("LA17287-6", 4)]


def sedation(code: dict[str, Any], **told: Any) -> list[tuple[str, object]]:
    made = read(observed("", code=code, **told))
    return [(one.what, one.value) for one in made.case.observations]


@pytest.mark.parametrize(("answer", "points"), CODED)
def test_rass_is_read_by_its_code_and_by_its_coded_answers(answer: str, points: int):
    by_code = concept(RASS, SNOMED)
    assert sedation(by_code, valueCodeableConcept=concept(answer)) == [("sedation-rass", points)]
    assert sedation(by_code, valueInteger=points) == [("sedation-rass", points)]


def test_two_coded_answers_that_differ_are_none():
    both = {"coding": [{"system": LOINC, "code": code} for code, _ in CODED[:2]]}
    assert sedation(concept(RASS, SNOMED), valueCodeableConcept=both) == [("sedation-rass", Missing.UNKNOWN)]


@pytest.mark.parametrize("text", ["Goal RASS", "Target RASS score", "RASS desired"])
def test_a_rass_that_is_aimed_at_was_not_found(text: str):
    made = read(observed("", code=concept(RASS, SNOMED, text), valueInteger=-3))
    assert made.case.observations == () and listed(made) == {"Observation/x": ["LW-0917"]}


def test_the_code_that_is_told_about_as_rass_and_is_none_is_not_read():
    made = read(observed(NO_RASS, valueInteger=-3))
    assert made.case.observations == () and listed(made) == {"Observation/x": ["LW-0914"]}


@pytest.mark.parametrize(
    ("text", "value", "kept"),
    [
        ("RASS", -3, ("sedation-rass", -3)),
        ("Richmond Agitation-Sedation Scale (RASS)", -1, ("sedation-rass", -1)),
        ("RASS", 0, ("sedation-rass", Missing.UNKNOWN)),
        ("RASS", -30, ("sedation-rass", Missing.UNKNOWN)),
        ("POSS", 4, ("sedation-poss", 4)),
        ("Pasero Opioid-Induced Sedation Scale", 1, ("sedation-poss", Missing.UNKNOWN)),
    ],
)
def test_a_scale_of_sedation_in_words_beside_an_unknown_code_counts_where_it_says_sedated(text, value, kept):
    code = {"coding": [{"system": LOINC, "code": NO_RASS}], "text": text}
    assert sedation(code, valueInteger=value) == [kept]


@pytest.mark.parametrize("text", ["Goal RASS", "potassium", "oxygen saturation"])
def test_other_words_beside_an_unknown_code_say_nothing(text: str):
    assert sedation({"coding": [{"system": LOINC, "code": NO_RASS}], "text": text}, valueInteger=-3) == []


# The table


def test_every_code_of_the_table_has_the_form_of_its_system_and_means_one_thing():
    knowledge = load_knowledge()
    seen: set[tuple[str, str, str]] = set()
    for name, entry in knowledge.table_of("fhir-codes", FhirCode).items():
        assert entry.sources, name
        if entry.use == "observation":
            assert entry.means in knowledge.observations, name
        for code in entry.loinc:
            if not code.startswith("LA"):
                assert SYSTEMS["loinc"](code)
        for code in entry.snomed:
            assert SYSTEMS["snomed-ct"](code)
        for system, code in [("loinc", one) for one in entry.loinc] + [("snomed", one) for one in entry.snomed]:
            assert (entry.use, system, code) not in seen, f"{name}: {code}"
            seen.add((entry.use, system, code))


def test_the_items_above_are_those_of_the_form():
    assert tuple(ITEMS) == tuple(load_instruments()["cows"].item_ids)
