"""Which comfort medicines may be offered, how much, and what is asked first."""

from __future__ import annotations

from typing import Any

import pytest

from leeward.guidance.adjunct_entry import AdjunctEntry
from leeward.guidance.adjuncts import SYMPTOMS, adjuncts, open_needs
from leeward.guidance.assessment import Adjunct
from tests.unit.guidance.pictures import KNOWLEDGE, picture

NO_HUNTER_SIGN = {"clonus": "none", "tremor": False, "hyperreflexia": False, "hypertonia": False}
ASKED = {"delirium-cam": "negative", "gastrointestinal-bleeding": False, **NO_HUNTER_SIGN}


def one(id: str, **row: Any) -> Adjunct:
    observed = ASKED | row.pop("observed", {})
    return next(each for each in adjuncts(picture(observed=observed, **row)) if each.id == id)


def test_every_row_of_the_table_is_answered_in_the_order_of_its_symptoms():
    answers = adjuncts(picture())
    assert {each.id for each in answers} == set(KNOWLEDGE.table_of("adjuncts", AdjunctEntry))
    places = [SYMPTOMS.index(each.symptom) for each in answers]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("id", "row", "status"),
    [
        ("nausea-ondansetron", {}, "acceptable"),
        ("nausea-ondansetron", {"observed": {"qtc": 499}}, "acceptable"),
        ("nausea-ondansetron", {"observed": {"qtc": 500}}, "avoid"),
        ("nausea-ondansetron", {"unknown": ["observations.qtc"]}, "cannot-tell"),
        ("nausea-ondansetron", {"allergies": ["ondansetron"]}, "avoid"),
        ("nausea-ondansetron", {"unknown": ["allergies"]}, "cannot-tell"),
        ("nausea-ondansetron", {"medicines": ["sertraline"], "observed": {"clonus": "spontaneous"}}, "avoid"),
        ("nausea-ondansetron", {"medicines": ["sertraline"], "unknown": ["observations.clonus"]}, "cannot-tell"),
        ("nausea-ondansetron", {"unknown": ["observations.clonus"]}, "acceptable"),
        ("insomnia-trazodone", {"medicines": ["sertraline"], "observed": {"clonus": "spontaneous"}}, "avoid"),
        ("insomnia-mirtazapine", {"medicines": ["sertraline"], "observed": {"clonus": "spontaneous"}}, "avoid"),
        ("insomnia-doxepin", {"medicines": ["sertraline"], "observed": {"clonus": "spontaneous"}}, "avoid"),
        ("insomnia-doxepin", {"patient": {"age": 64}}, "acceptable"),
        ("insomnia-doxepin", {"patient": {"age": 65}}, "avoid"),
        ("anxiety-hydroxyzine", {"patient": {"age": 65}}, "avoid"),
        ("anxiety-hydroxyzine", {"observed": {"respiratory-rate": 12}}, "acceptable"),
        ("anxiety-hydroxyzine", {"observed": {"respiratory-rate": 11}}, "avoid"),
        ("anxiety-hydroxyzine", {"observed": {"oxygen-saturation": 93}}, "avoid"),
        ("anxiety-hydroxyzine", {"observed": {"oxygen-saturation": 94}}, "acceptable"),
        ("spasm-tizanidine", {}, "acceptable"),
        ("spasm-tizanidine", {"observed": {"systolic-blood-pressure": 89}}, "avoid"),
        ("spasm-tizanidine", {"observed": {"diastolic-blood-pressure": 59}}, "avoid"),
        ("spasm-tizanidine", {"observed": {"heart-rate": 49}}, "avoid"),
        ("spasm-tizanidine", {"unknown": ["observations.heart-rate"]}, "cannot-tell"),
        ("spasm-tizanidine", {"medicines": ["clonidine"]}, "avoid"),
        ("spasm-tizanidine", {"doses": [{"medicine": "clonidine", "dose": "0.1 mg"}]}, "avoid"),
        ("spasm-tizanidine", {"orders": [{"medicine": "lofexidine", "dose": "0.54 mg"}]}, "avoid"),
        ("spasm-tizanidine", {"medicines": ["ciprofloxacin"]}, "avoid"),
        ("spasm-tizanidine", {"unknown": ["medicines"]}, "cannot-tell"),
        ("spasm-tizanidine", {"unknown": ["medicines"], "observed": {"sedation-rass": -1}}, "avoid"),
        ("aches-ibuprofen", {"observed": {"egfr": 30}}, "acceptable"),
        ("aches-ibuprofen", {"observed": {"egfr": 29}}, "avoid"),
        ("aches-ibuprofen", {"unknown": ["observations.egfr"]}, "cannot-tell"),
        ("aches-ibuprofen", {"patient": {"pregnant": True, "gestation_weeks": 19}}, "acceptable"),
        ("aches-ibuprofen", {"patient": {"pregnant": True, "gestation_weeks": 20}}, "avoid"),
        ("aches-ibuprofen", {"patient": {"pregnant": True}}, "cannot-tell"),
        ("aches-ibuprofen", {"medicines": ["warfarin"]}, "avoid"),
        ("aches-ibuprofen", {"allergies": ["aspirin"]}, "avoid"),
        ("aches-ibuprofen", {"observed": {"gastrointestinal-bleeding": True}}, "avoid"),
        ("diarrhoea-bismuth-subsalicylate", {"patient": {"pregnant": True}}, "avoid"),
        ("diarrhoea-loperamide", {"exposures": [{"substance": "loperamide", "hours": 8}]}, "avoid"),
        ("diarrhoea-loperamide", {"observed": {"temperature": 38.3}}, "avoid"),
        ("severe-diarrhoea-octreotide", {}, "acceptable"),
        ("severe-diarrhoea-octreotide", {"setting": "office"}, "avoid"),
        ("severe-anxiety-lorazepam", {"setting": "inpatient"}, "acceptable"),
        ("severe-anxiety-lorazepam", {}, "avoid"),
        ("severe-anxiety-lorazepam", {"setting": "inpatient", "medicines": ["diazepam"]}, "avoid"),
        ("anxiety-diphenhydramine", {"patient": {"age": 64}}, "acceptable"),
        ("anxiety-diphenhydramine", {"patient": {"age": 65}}, "avoid"),
        ("insomnia-trazodone", {"medicines": ["linezolid"]}, "avoid"),
        ("insomnia-melatonin", {"unknown": ["patient.age"]}, "cannot-tell"),
        ("insomnia-melatonin", {"declines": ["melatonin"]}, "avoid"),
    ],
)
def test_status(id: str, row: dict[str, Any], status: str):
    answer = one(id, **row)
    assert answer.status == status, (answer.because, answer.needs)
    assert bool(answer.needs) == (status == "cannot-tell")
    assert not answer.dose or status == "acceptable"


def test_an_unknown_qtc_is_asked_for_by_name():
    assert one("nausea-ondansetron", unknown=["observations.qtc"]).needs == ("observations.qtc",)


@pytest.mark.parametrize(
    ("id", "row", "says"),
    [
        ("nausea-ondansetron", {"observed": {"qtc": 470}}, "From a QTc of 470 ms"),
        ("nausea-ondansetron", {"medicines": ["methadone"]}, "Methadone and ondansetron"),
        ("nausea-ondansetron", {"medicines": ["citalopram"]}, "A second QT-prolonging medicine"),
        ("cramps-dicyclomine", {"medicines": ["benztropine"]}, "A second anticholinergic"),
        ("insomnia-trazodone", {"exposures": [{"substance": "tramadol", "hours": 9}]}, "Another serotonergic medicine"),
        (
            "insomnia-trazodone",
            {"exposures": [{"substance": "kratom-leaf", "hours": 9}]},
            "Kratom may add serotonergic",
        ),
        ("dysphoria-gabapentin", {}, "Gabapentin with an opioid"),
        ("anxiety-hydroxyzine", {"medicines": ["zolpidem"]}, "Another sedative adds"),
    ],
)
def test_a_caution_is_printed_and_changes_no_status(id: str, row: dict[str, Any], says: str):
    answer = one(id, **row)
    assert any(line.startswith(says) for line in answer.cautions), answer.cautions
    assert answer.status == "acceptable"


def test_a_medicine_is_no_second_one_beside_itself():
    assert not any("second" in line for line in one("insomnia-trazodone", medicines=["trazodone"]).cautions)


@pytest.mark.parametrize(
    ("id", "row", "dose", "most"),
    [
        ("aches-acetaminophen", {}, "650 to 1000 mg every 4 to 6 h", "4000 mg"),
        ("aches-acetaminophen", {"conditions": ["cirrhosis"]}, "650 to 1000 mg every 4 to 6 h", "2000 mg"),
        (
            "aches-acetaminophen",
            {"exposures": [{"substance": "kratom-leaf", "hours": 9}]},
            "650 to 1000 mg every 4 to 6 h",
            "2000 mg",
        ),
        (
            "aches-acetaminophen",
            {"unknown": ["conditions"]},
            "",
            "",
        ),
        ("anxiety-hydroxyzine", {"conditions": ["cirrhosis"]}, "12.5 to 50 mg every 6 to 8 h", "200 mg"),
        ("diarrhoea-loperamide", {}, "4 mg first, then 2 mg after each loose stool", "8 mg (without prescription)"),
        ("dysphoria-gabapentin", {}, "100 to 300 mg every 8 h", "1800 mg"),
        ("dysphoria-gabapentin", {"observed": {"egfr": 29}}, "by the label's renal table: no figure was read", ""),
    ],
)
def test_dose(id: str, row: dict[str, Any], dose: str, most: str):
    answer = one(id, **row)
    assert (answer.dose, answer.max_per_day) == (dose, most)


def test_an_unknown_reason_for_less_puts_the_lower_figure_first():
    answer = one("dysphoria-gabapentin", unknown=["observations.egfr"])
    assert answer.status == "acceptable"
    assert answer.dose.startswith("100 to 300 mg every 8 h if kidney function allows")


def test_nobody_out_of_scope_is_offered_anything():
    assert adjuncts(picture(patient={"age": 12})) == ()


PRECIPITATED = {
    "cows_series": [[1.5, {"pupils": 0, "gi": 0}], [0.25, {"pupils": 5, "gooseflesh": 3}]],
    "doses": [{"medicine": "buprenorphine-sublingual", "dose": "8 mg", "hours": 1.25}],
}


def test_lorazepam_comes_with_the_rescue_where_staff_watch():
    answer = one("severe-anxiety-lorazepam", **PRECIPITATED)
    assert answer.status == "acceptable"
    assert answer.cautions[0].startswith("With the rescue")
    assert one("severe-anxiety-lorazepam", setting="home", **PRECIPITATED).status == "avoid"


def test_open_needs_name_what_waits():
    found = open_needs(picture(unknown=["observations.qtc"]))
    assert "nausea-ondansetron" in found["observations.qtc"]
