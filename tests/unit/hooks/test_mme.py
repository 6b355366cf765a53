"""Daily doses and morphine equivalents of prescriptions: the published vectors by table, and what is refused."""

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.fhir.structures import MedicationRequest, Reference
from leeward.hooks.cdc.daily_dose import CannotTell, Daily, daily_of
from leeward.hooks.cdc.mme import Factor, MmeAnswer, NoFactor, Table, factor, mme_of
from leeward.knowledge import load_knowledge

KNOWLEDGE = load_knowledge()
PUBLISHED = Path(__file__).parents[4] / "shared" / "data" / "opioid-cds"
MME = PUBLISHED / "mme"
VECTORS = MME / "published_test_vectors.json"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
UCUM = "http://unitsofmeasure.org"
FORMS = "http://terminology.hl7.org/CodeSystem/v3-orderableDrugForm"
ONCE_A_DAY = {"frequency": 1, "period": 1, "periodUnit": "d"}

needs_vectors = pytest.mark.skipif(not VECTORS.is_file(), reason="the published vectors are not beside the project")


def vectors(kind: str) -> list[dict[str, Any]]:
    return json.loads(VECTORS.read_text(encoding="utf-8"))[kind] if VECTORS.is_file() else []


def order(
    code: str,
    value: float,
    unit: str,
    repeat: dict[str, Any] | None = None,
    *,
    display: str | None = None,
    system: str = UCUM,
    **dosage: Any,
) -> MedicationRequest:
    coding = {"system": RXNORM, "code": code} | ({"display": display} if display else {})
    instruction: dict[str, Any] = {
        "timing": {"repeat": repeat or ONCE_A_DAY},
        "doseAndRate": [{"doseQuantity": {"value": value, "code": unit, "system": system}}],
    }
    raw = {
        "resourceType": "MedicationRequest",
        "medicationCodeableConcept": {"coding": [coding]},
        "dosageInstruction": [instruction | dosage],
    }
    return msgspec.convert(raw, MedicationRequest)


def total(*orders: MedicationRequest, table: Table = "cdc-2022") -> MmeAnswer:
    return mme_of(orders, KNOWLEDGE, table)


def refused(one: MedicationRequest) -> str:
    found = daily_of(one, KNOWLEDGE)
    assert isinstance(found, CannotTell), found
    assert found.problem.code in ("LW-0931", "LW-0933", "LW-0936")
    assert found.problem.path
    assert found.problem.mend
    return found.sentence


# The published vectors


@needs_vectors
def test_all_61_published_factors_hold_by_the_2016_table():
    published = vectors("conversion_factor")
    assert len(published) == 61
    for one in published:
        per_day = None if one["doses_per_day"] is None else Decimal(str(one["doses_per_day"]))
        daily = Decimal(str(one["dose"])) * (per_day or 1)
        found = factor("cdc-2016", one["rxcui"] or "null", daily, one["dose_form_rxcui"], per_day, KNOWLEDGE)
        if one["expected_factor"] is None:
            assert isinstance(found, NoFactor), one["test"]
        else:
            assert isinstance(found, Factor), one["test"]
            assert float(found.value) == pytest.approx(one["expected_factor"], rel=1e-6), one["test"]
            assert found.edition == "CDC 2016"


BY_TABLE: dict[str, Table] = {
    "TestDrug_Fentanyl_Transdermal": "cdc-2016",
    "TestDrug_Fentanyl_0375_Transdermal": "cdc-2016",
    "TestDrug_Fentanyl_Injection": "cdc-2016",
    "TestDrug_Methadone": "cdc-2016",
    "TestDrug_Fentanyl_Spray": "cdc-research",
    "TestDrug_Fentanyl_Film": "cdc-research",
    "TestDrug_Fentanyl_Mucosal_Spray": "cdc-research",
    "TestDrug_Oxycodone": "cdc-2016",
    "TestDrug_Oxycodone_ER": "cdc-2016",
}
"""No single published table gives all nine: methadone and the patches need the clinical one, sprays and film the other."""


@needs_vectors
@pytest.mark.parametrize("one", vectors("drug_mme"), ids=lambda one: one["test"])
def test_every_published_drug_vector_holds_by_its_named_table(one: dict[str, Any]):
    repeat = {"frequency": round(one["doses_per_day"] * 10_000), "period": 10_000, "periodUnit": "d"}
    answer = total(
        order(one["rxcui"], one["dose_quantity"], one["dose_unit"], repeat, display=one["display"]),
        table=BY_TABLE[one["test"]],
    )
    if one["expected_mme_per_day"] is None:
        assert answer.total is None
        assert answer.cannot_tell
    else:
        assert answer.total == pytest.approx(one["expected_mme_per_day"])


@needs_vectors
def test_the_nine_drug_vectors_are_all_named():
    assert {one["test"] for one in vectors("drug_mme")} == set(BY_TABLE)


@needs_vectors
@pytest.mark.parametrize("name", [name for name, table in BY_TABLE.items() if table == "cdc-research"])
def test_the_clinical_table_has_no_factor_for_fentanyl_in_the_mouth_or_nose(name: str):
    one = next(each for each in vectors("drug_mme") if each["test"] == name)
    answer = total(order(one["rxcui"], one["dose_quantity"], one["dose_unit"]), table="cdc-2016")
    assert (answer.total, answer.floor) == (None, 0)
    assert "has no factor in the CDC 2016 table" in answer.cannot_tell[0]


@needs_vectors
@pytest.mark.parametrize(
    ("folder", "value"),
    [
        ("patient-mme-greater-than-fifty", 180),
        ("patient-mme-less-than-fifty", 30),
        ("patient-mme-with-timeofday", 30),
        ("mmecalc", 20),
    ],
)
@pytest.mark.parametrize("table", ["cdc-2016", "cdc-2022"])
def test_the_published_patients_have_their_totals(folder: str, value: float, table: Table):
    found = [
        msgspec.convert(raw, MedicationRequest)
        for file in (MME / "MMECalculatorTests" / folder).glob("*.json")
        if (raw := json.loads(file.read_text(encoding="utf-8"))).get("resourceType") == "MedicationRequest"
    ]
    assert len(found) == 1
    assert total(*found, table=table).total == value


def test_without_prescriptions_the_total_is_0_and_says_why():
    answer = total()
    assert (answer.total, answer.no_opioid) == (0, True)


# Tables


@pytest.mark.parametrize(
    ("code", "unit", "wanted_2016", "wanted_2022"),
    [
        ("1049683", "{tab}", 15, 15),
        ("7052", "mg", 10, 10),
        ("3423", "mg", 40, 50),
        ("10689", "mg", None, 2),
        ("787390", "mg", None, 4),
        ("6378", "mg", None, None),
        ("2670", "mg", 1.5, 1.5),
        ("7814", "mg", 30, 30),
    ],
)
def test_each_edition_gives_its_own_factor_and_borrows_none(
    code: str, unit: str, wanted_2016: float | None, wanted_2022: float | None
):
    one = order(code, 1 if unit == "{tab}" else 10, unit)
    assert total(one, table="cdc-2016").total == wanted_2016
    assert total(one, table="cdc-2022").total == wanted_2022


def test_an_answer_names_its_table():
    assert total(order("7052", 10, "mg"), table="cdc-2016").table == "cdc-2016"


# Methadone by steps


@pytest.mark.parametrize(
    ("mg", "wanted"), [(1, 4), (20, 80), (21, 168), (40, 320), (41, 410), (60, 600), (61, 732), (200, 2400)]
)
def test_methadone_takes_the_factor_of_its_step(mg: float, wanted: float):
    assert total(order("6813", mg, "mg"), table="cdc-2016").total == wanted


@pytest.mark.parametrize(("mg", "low", "high"), [(20.5, 82, 164), (40.5, 324, 405), (60.5, 605, 726), (0.5, 0, 2)])
def test_methadone_between_two_steps_cannot_be_told_and_shows_both(mg: float, low: float, high: float):
    answer = total(order("6813", mg, "mg"), table="cdc-2016")
    (line,) = answer.lines
    assert (answer.total, answer.floor, line.low, line.high) == (None, low, low, high)
    assert f"{low} to {high} MME" in answer.cannot_tell[0]


def test_methadone_is_summed_over_prescriptions_before_its_step_is_chosen():
    tablet = order("864706", 1, "{tab}", {"frequency": 2, "period": 1, "periodUnit": "d"})
    answer = total(tablet, order("864706", 3, "{tab}"), table="cdc-2016")
    assert answer.total == 50 * 10
    assert [line.low for line in answer.lines] == [200, 300]
    assert total(tablet, order("864706", 3, "{tab}"), table="cdc-2022").total == pytest.approx(50 * 4.7)


@given(st.integers(1, 20_000))
def test_more_methadone_is_never_less(tenths: int):
    smaller = total(order("6813", tenths / 100, "mg"), table="cdc-2016").floor
    assert total(order("6813", (tenths + 1) / 100, "mg"), table="cdc-2016").floor >= smaller


# Patches


@pytest.mark.parametrize("days", [1, 2, 3, 12])
def test_a_patch_counts_by_its_rate_however_often_it_is_changed(days: int):
    repeat = {"frequency": 1, "period": days, "periodUnit": "d"}
    answer = total(order("197696", 1, "{patch}", repeat))
    assert answer.total == 180
    assert answer.lines[0].daily == "75 mcg/h"
    assert bool(answer.lines[0].notes) == (days != 3)


def test_patches_worn_together_add_up_and_a_part_of_one_is_remarked():
    assert total(order("197696", 2, "{patch}")).total == 360
    part = total(order("197696", 0.2, "{patch}", {"frequency": 1, "period": 12, "periodUnit": "d"}))
    assert part.total == 36
    assert any("not cut" in note for note in part.lines[0].notes)


def test_a_patch_may_be_ordered_by_its_rate():
    assert total(order("197696", 75, "ug/h")).total == 180


@pytest.mark.parametrize("unit", ["{tab}", "mg", "ug", "mL"])
def test_a_patch_ordered_in_anything_else_cannot_be_told(unit: str):
    assert total(order("197696", 75, unit)).total is None


# Buprenorphine


@pytest.mark.parametrize(("code", "unit"), [("1010600", "{film}"), ("351265", "{tab}"), ("1010600", "{tab}")])
def test_buprenorphine_is_left_out_and_said_to_be(code: str, unit: str):
    answer = total(order(code, 1, unit), order("7052", 10, "mg"))
    assert answer.total == 10
    assert not answer.no_opioid
    assert any("buprenorphine is not convertible" in note for line in answer.lines for note in line.notes)


# Daily doses


def told(one: MedicationRequest) -> Daily:
    found = daily_of(one, KNOWLEDGE)
    assert isinstance(found, Daily), found
    return found


@pytest.mark.parametrize(
    ("repeat", "times"),
    [
        ({"frequency": 2, "period": 4, "periodUnit": "h"}, 12),
        ({"frequency": 1, "period": 4, "periodMax": 6, "periodUnit": "h"}, 6),
        ({"frequency": 1, "frequencyMax": 3, "period": 1, "periodUnit": "d"}, 3),
        ({"period": 8, "periodUnit": "h"}, 3),
        ({"frequency": 1, "period": 1, "periodUnit": "wk"}, Fraction(1, 7)),
        ({"timeOfDay": ["10:00:00", "22:00:00"]}, 2),
        ({"when": ["MORN", "HS"]}, 2),
    ],
)
def test_the_times_a_day_are_the_most_that_the_timing_allows(repeat: dict[str, Any], times: Fraction):
    assert told(order("1049683", 1, "{tab}", repeat)).doses_per_day == times


@pytest.mark.parametrize(
    "timing",
    [
        {},
        {"repeat": {"frequency": 3}},
        {"repeat": {"frequency": 3, "period": 1}},
        {"repeat": {"frequency": 3, "period": 0, "periodUnit": "d"}},
        {"repeat": {"when": ["AC"]}},
        {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d", "dayOfWeek": ["mon"]}},
        {"code": {"text": "as directed"}},
    ],
)
def test_a_timing_that_says_no_number_a_day_cannot_be_told(timing: dict[str, Any]):
    assert "taken" in refused(order("1049683", 1, "{tab}", timing=timing))


def test_an_abbreviation_of_the_timing_is_read():
    assert told(order("1049683", 1, "{tab}", timing={"code": {"coding": [{"code": "Q6H"}]}})).doses_per_day == 4


@pytest.mark.parametrize(
    ("code", "value", "unit", "milligrams"),
    [
        ("1049683", 2, "{tab}", 20),
        ("1049683", 10, "mg", 10),
        ("1049683", 10_000, "ug", 10),
        ("1049683", 0.01, "g", 10),
        ("1012727", 5, "mL", 5),
        ("1237050", 2, "{actuat}", Fraction(1, 5)),
    ],
)
def test_mass_volume_and_articles_give_the_milligrams(code: str, value: float, unit: str, milligrams: Fraction):
    amounts = [one for one in told(order(code, value, unit)).amounts if one.ingredient.opioid]
    assert [(one.value, one.unit) for one in amounts] == [(milligrams, "mg/d")]


@pytest.mark.parametrize(
    ("code", "value", "unit"),
    [
        ("1049502", 1, "{patch}"),
        ("1049683", 1, "{capsule}"),
        ("1010600", 1, "{tablet}"),
        ("1012727", 5, "{mL}"),
        ("1049683", 1, "1"),
        ("1049683", 1, "{dose}"),
        ("1049683", 1, "mg/{tab}"),
        ("1049683", 1, "mg/h"),
        ("1049683", 5, "mL"),
        ("7052", 1, "{tab}"),
        ("836397", 37.5, "mg"),
        ("1740007", 1, "{actuat}"),
    ],
)
def test_a_unit_that_does_not_fit_the_product_cannot_be_told(code: str, value: float, unit: str):
    refused(order(code, value, unit))


def test_a_unit_in_words_alone_cannot_be_told():
    words = {"doseQuantity": {"value": 1, "unit": "film"}}
    assert "words alone (film)" in refused(order("1010603", 1, "{film}", doseAndRate=[words]))


def dose(kind: str | None, value: float) -> dict[str, Any]:
    found: dict[str, Any] = {"doseQuantity": {"value": value, "code": "{tab}", "system": UCUM}}
    return found | ({"type": {"text": kind}} if kind else {})


def test_of_several_doses_the_one_ordered_counts_and_otherwise_none():
    several = [dose("calculated", 1), dose("ordered", 2)]
    assert told(order("1049683", 1, "{tab}", doseAndRate=several)).amounts[0].value == 20
    assert refused(order("1049683", 1, "{tab}", doseAndRate=[dose(None, 1), dose(None, 2)]))
    assert refused(order("1049683", 1, "{tab}", doseAndRate=[dose("calculated", 1)]))
    assert refused(order("1049683", 1, "{tab}", doseAndRate=[]))


def test_of_a_range_the_high_end_counts():
    unit = {"code": "TAB", "system": FORMS}
    ends = {"doseRange": {"low": {"value": 1} | unit, "high": {"value": 2} | unit}}
    assert told(order("1049683", 1, "{tab}", doseAndRate=[ends])).amounts[0].value == 20
    assert refused(order("1049683", 1, "{tab}", doseAndRate=[{"doseRange": {"low": {"value": 1} | unit}}]))


@pytest.mark.parametrize("value", [0, -1])
def test_a_dose_of_nothing_cannot_be_told(value: float):
    refused(order("1049683", value, "{tab}"))


def test_as_needed_counts_in_full_and_is_said():
    found = told(order("1049683", 1, "{tab}", asNeededBoolean=True))
    assert found.amounts[0].value == 10
    assert "as needed" in found.notes[0]


def test_several_instructions_or_none_cannot_be_told():
    one = order("1049683", 1, "{tab}")
    assert refused(msgspec.structs.replace(one, dosageInstruction=one.dosageInstruction * 2))
    assert refused(msgspec.structs.replace(one, dosageInstruction=()))


def test_another_strength_in_words_stops_the_dose():
    wrong = order("1010600", 1, "{film}", display="Suboxone 8 MG / 2 MG Sublingual Film")
    assert "8 MG" in refused(wrong)
    assert total(wrong).total is None


def test_a_dose_that_the_article_cannot_give_is_remarked():
    assert any("60 mg articles" in note for note in told(order("1049593", 10, "mg")).notes)
    assert not told(order("1049683", 5, "mg")).notes


def test_a_code_without_a_form_counts_tablets_and_says_so():
    answer = total(order("892495", 1, "TAB", system=FORMS))
    assert answer.total == 10
    assert "names no dose form" in answer.lines[0].notes[0]


def test_what_is_injected_has_no_factor():
    found = factor("cdc-2022", "7052", Decimal(10), "Injection", Decimal(1), KNOWLEDGE)
    assert isinstance(found, NoFactor)
    assert "by mouth" in found.says


# Which prescriptions count


def test_what_is_no_opioid_is_passed_over():
    assert total(order("104693", 1, "{tab}"), order("617993", 5, "mL", display="amoxicillin")).no_opioid


def test_an_opioid_beside_an_unknown_code_leaves_the_total_untold():
    answer = total(order("999999999", 1, "{tab}", display="oxycodone 5 MG Oral Tablet"), order("7052", 10, "mg"))
    assert (answer.total, answer.floor) == (None, 10)


def test_a_medicine_that_was_not_sent_leaves_the_total_untold():
    raw = {"resourceType": "MedicationRequest", "medicationReference": {"reference": "Medication/1"}}
    assert total(msgspec.convert(raw, MedicationRequest)).total is None


def test_a_medicine_within_the_order_is_read():
    held = {
        "resourceType": "Medication",
        "id": "m",
        "code": {"coding": [{"system": RXNORM, "code": "1049683"}]},
    }
    one = msgspec.structs.replace(
        order("1", 1, "{tab}"),
        medicationCodeableConcept=None,
        contained=(held,),
        medicationReference=Reference(reference="#m"),
    )
    assert total(one).total == 15


def test_an_order_not_to_give_is_passed_over():
    assert total(msgspec.structs.replace(order("7052", 10, "mg"), doNotPerform=True)).no_opioid
