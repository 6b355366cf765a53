"""Medicines by RxNorm code: groups, what a name says, and words that contradict a code."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from leeward.fhir.rxnorm import (
    article_of,
    doubts_of,
    form_named,
    groups_of,
    listed,
    product_of,
    read_name,
)
from leeward.fhir.structures import CodeableConcept, Coding
from leeward.guidance.mme import MmeTable
from leeward.knowledge import load_knowledge
from leeward.knowledge.entries import RxNormNames

KNOWLEDGE = load_knowledge()
TABLE = listed(KNOWLEDGE)
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
VALUE_SETS = Path(__file__).parents[4] / "shared" / "data" / "opioid-cds" / "valuesets"

needs_lists = pytest.mark.skipif(not VALUE_SETS.is_dir(), reason="the published value sets are not beside the project")

STIMULANTS = ("benzphetamine", "phendimetrazine", "diethylpropion", "methamphetamine", "phentermine")


def medicine(*codes: tuple[str, str | None], text: str | None = None) -> CodeableConcept:
    return CodeableConcept(
        coding=tuple(Coding(system=RXNORM, code=code, display=display) for code, display in codes), text=text
    )


@needs_lists
@pytest.mark.parametrize(
    ("group", "file", "left_out"),
    [
        ("opioid", "opioid-analgesics-with-ambulatory-misuse-potential", ()),
        ("extended-release-opioid", "extended-release-opioid-with-ambulatory-misuse-potential", ()),
        ("benzodiazepine", "benzodiazepine-medications", ()),
        ("naloxone", "naloxone-medications", ("buprenorphine", "pentazocine")),
        ("buprenorphine-or-methadone", "buprenorphine-and-methadone-medications", ()),
        ("cns-depressant", "cns-depressant-medications", STIMULANTS),
    ],
)
def test_a_group_is_its_published_list_but_for_what_is_left_out_by_name(
    group: str, file: str, left_out: tuple[str, ...]
):
    published = json.loads((VALUE_SETS / f"{file}.json").read_text(encoding="utf-8"))["codes"]
    wanted = {one["code"]: one["display"] for one in published if not any(word in one["display"] for word in left_out)}
    held = {code for code, groups in TABLE.groups.items() if group in groups and code in TABLE.products}
    assert held - set(wanted) == ({"1012727", "892495"} if group == "opioid" else set())
    assert not set(wanted) - held
    assert all(TABLE.products[code] == name for code, name in wanted.items())


def test_no_code_is_in_two_entries():
    codes = [code for entry in KNOWLEDGE.table_of("rxnorm-products", RxNormNames).values() for code in entry.products]
    assert len(codes) == len(set(codes)) == len(TABLE.products)


def test_every_product_of_an_opioid_names_an_opioid_with_a_strength_but_the_packs():
    lacking = [
        name
        for code, name in TABLE.products.items()
        if "opioid" in TABLE.groups[code]
        and not [one for one in read_name(code, name, TABLE).opioids if one.strength is not None]
    ]
    assert len(lacking) == 4
    assert all(name.startswith("{") for name in lacking)


def test_a_name_is_read_in_full():
    product = product_of(medicine(("1049502", None)), KNOWLEDGE)
    assert product is not None
    (oxycodone,) = product.ingredients
    assert (oxycodone.name, oxycodone.rxcui, oxycodone.strength, oxycodone.unit) == (
        "oxycodone",
        "7804",
        Decimal(10),
        "mg",
    )
    assert (product.dose_form, product.extended_release, product.hours) == ("Extended Release Oral Tablet", True, 12)


@pytest.mark.parametrize(
    ("code", "strengths", "form"),
    [
        ("197696", [("fentanyl", "0.075", "mg/h")], "Transdermal System"),
        ("1010600", [("buprenorphine", "2", "mg"), ("naloxone", "0.5", "mg")], "Sublingual Film"),
        ("836397", [("acetaminophen", "325", "mg"), ("tramadol", "37.5", "mg")], "Oral Tablet"),
        ("1237050", [("fentanyl", "0.1", "mg/{actuat}")], "Mucosal Spray"),
        ("1996184", [("buprenorphine", "200", "mg/mL")], "Prefilled Syringe"),
        ("892495", [("morphine", "10", "mg")], None),
    ],
)
def test_strength_unit_and_form_are_read_from_the_name(
    code: str, strengths: list[tuple[str, str, str]], form: str | None
):
    product = product_of(medicine((code, None)), KNOWLEDGE)
    assert product is not None
    assert [(one.name, str(one.strength), one.unit) for one in product.ingredients] == strengths
    assert product.dose_form == form


def test_a_code_of_another_system_or_of_no_list_has_no_groups():
    assert groups_of(CodeableConcept(coding=(Coding(system="http://example.org", code="1049502"),)), KNOWLEDGE) == set()
    assert groups_of(medicine(("617993", "amoxicillin")), KNOWLEDGE) == set()
    assert groups_of(None, KNOWLEDGE) == set()
    assert product_of(medicine(("617993", None)), KNOWLEDGE) is None


def test_naloxone_within_buprenorphine_is_no_rescue_medicine():
    assert "naloxone" not in groups_of(medicine(("1010600", None)), KNOWLEDGE)
    assert groups_of(medicine(("1191212", None)), KNOWLEDGE) == {"naloxone"}


def test_an_ingredient_alone_has_its_groups_and_no_strength():
    product = product_of(medicine(("7052", None)), KNOWLEDGE)
    assert product is not None
    assert (product.ingredients[0].name, product.ingredients[0].strength) == ("morphine", None)
    assert groups_of(medicine(("6813", None)), KNOWLEDGE) == {"opioid", "buprenorphine-or-methadone"}


def test_brand_and_generic_codes_of_one_product_agree():
    product = product_of(medicine(("892596", None), ("892598", None)), KNOWLEDGE)
    assert product is not None
    assert product.ingredients[0].strength == 20


def test_codes_of_two_strengths_leave_no_strength_and_say_so():
    two = medicine(("1049502", None), ("1049593", None))
    product = product_of(two, KNOWLEDGE)
    assert product is not None
    assert product.ingredients[0].strength is None
    assert [one.code for one in doubts_of(two, KNOWLEDGE)] == ["LW-0934"]


def test_codes_of_two_medicines_are_no_product():
    two = medicine(("1049502", None), ("197696", None))
    assert product_of(two, KNOWLEDGE) is None
    assert [one.code for one in doubts_of(two, KNOWLEDGE)] == ["LW-0934"]


@pytest.mark.parametrize(
    ("code", "display", "doubt"),
    [
        ("1010600", "Suboxone 8 MG / 2 MG Sublingual Film", "LW-0931"),
        ("1010600", "buprenorphine-naloxone 8-2 mg film", "LW-0931"),
        ("1010604", "Suboxone 2 mg film", "LW-0931"),
        ("1996184", "Sublocade 300 mg", "LW-0931"),
        ("836397", "tramadol 50-325 mg tablet", "LW-0931"),
        ("197696", "fentanyl 25 mcg/hr patch", "LW-0931"),
        ("1049502", "oxycodone ER 80 mg tablet", "LW-0931"),
        ("1049502", "oxycodone hydrochloride 10 MG Oral Tablet", "LW-0932"),
        ("1010600", "buprenorphine 2 MG / naloxone 0.5 MG Sublingual Tablet", "LW-0932"),
        ("1049683", "oxycodone 10 MG extended release tablet", "LW-0932"),
        ("1191212", "morphine", "LW-0933"),
        ("1049502", "oxycodone 10 MG / naloxone 5 MG Extended Release Oral Tablet", "LW-0933"),
        ("999999999", "oxycodone hydrochloride 7.5 MG Oral Tablet", "LW-0935"),
    ],
)
def test_words_that_contradict_the_code_are_told(code: str, display: str, doubt: str):
    found = doubts_of(medicine((code, display)), KNOWLEDGE, "medicationCodeableConcept")
    assert doubt in [one.code for one in found]
    assert all(one.path == "medicationCodeableConcept" and one.mend for one in found)


@pytest.mark.parametrize(
    ("code", "display"),
    [
        ("1010600", "Buprenorphine 2 MG / Naloxone 0.5 MG Oral Strip"),
        ("1010603", "Suboxone 2 MG / 0.5 MG Sublingual Film"),
        ("1049502", "oxyCODONE HCl 10 MG 12HR Extended Release Oral Tablet"),
        ("1010604", "buprenorphine-naloxone 8-2 mg film"),
        ("1010604", "Suboxone 8 mg film"),
        ("836397", "Ultracet 37.5/325 MG"),
        ("197696", "Duragesic 75 mcg/h"),
        ("197696", "fentanyl patch 75 mcg"),
        ("197696", "72 HR Fentanyl 0.075 MG/HR Transdermal System"),
        ("892495", "Morphine Sulfate 10 MG [Kadian]"),
        ("1996184", "Sublocade 100 mg/0.5 mL syringe"),
        ("892596", "MORPHINE ER 20 MG CAPSULE,EXTENDED RELEASE PELLETS"),
        ("617993", "amoxicillin 400 mg"),
    ],
)
def test_words_that_say_the_same_otherwise_raise_no_doubt(code: str, display: str):
    assert doubts_of(medicine((code, display)), KNOWLEDGE) == ()


def test_the_text_beside_the_codes_is_compared_too():
    found = doubts_of(medicine(("1010600", None), text="Suboxone film 12 mg"), KNOWLEDGE)
    assert [one.code for one in found] == ["LW-0931"]


@pytest.mark.parametrize("code", sorted(TABLE.products))
def test_a_name_of_the_table_never_contradicts_its_own_code(code: str):
    assert doubts_of(medicine((code, TABLE.products[code])), KNOWLEDGE) == ()


def test_the_strengths_agree_with_the_dose_form_table():
    forms = KNOWLEDGE.table_of("dose-forms", dict)
    for id, entry in forms.items():
        code = id.removeprefix("rxnorm-")
        if code in TABLE.products and "strength" in entry and "concentration" not in entry:
            first = read_name(code, TABLE.products[code], TABLE).ingredients[0]
            scale = 1000 if entry["strength"]["unit"].startswith("mcg") else 1
            assert first.strength is not None
            assert float(first.strength) * scale == entry["strength"]["value"], code


def test_every_code_of_a_table_of_equivalents_is_an_ingredient():
    for table in KNOWLEDGE.table_of("mme", MmeTable).values():
        assert set(table.rxnorm) <= set(TABLE.ingredients)


def test_forms_have_words_by_code_and_an_article():
    assert form_named("316987", KNOWLEDGE) == "Transdermal System"
    assert form_named("Oral Tablet", KNOWLEDGE) == "Oral Tablet"
    assert form_named(None, KNOWLEDGE) is None
    assert [article_of(one) for one in ("Tablet for Oral Suspension", "Oral Suspension", "Drug Implant")] == [
        "tablet",
        "liquid",
        None,
    ]
