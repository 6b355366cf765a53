"""Four grades, each with what decided. No record is invented, none is called safe, and a near miss stays in sight."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.knowledge import load_knowledge
from leeward.products.recalls.action import Action
from leeward.products.recalls.label import read_label
from leeward.products.recalls.matching import Matches, match
from leeward.products.recalls.register import shipped_register
from leeward.products.recalls.shelf import MemoryShelf
from leeward.products.recalls.vocabulary import vocabulary


def told(text: str, lot: str = "", upc: str = "") -> Matches:
    return shipped_register(load_knowledge()).match_text(text, lot, upc)


def records(found: Matches) -> set[str]:
    return {one.action.record for one in found.found if one.grade == found.grade}


@pytest.mark.parametrize(
    ("text", "grade", "expected"),
    [
        ("Raw Form Organics Emerald Green 150 caps", "match", {"F-1413-2018"}),
        ("raw form organics ruby red 300ct", "match", {"F-1415-2018"}),
        ("O.P.M.S. Black liquid kratom 8.8 mL", "match", {"KRR-147"}),
        ("nxtgen lot 171409", "match", {"F-0996-2018", "F-1134-2018"}),
        ("859667007118", "match", {"D-0986-2019"}),
        ("00859667007118 lot 124A", "match", {"D-0986-2019"}),
        ("PAINOUT thai kratom capsules", "match", {"F-1388-2018"}),
        ("Kr8om Max10 capsules", "match", {"F-2413-2015"}),
        ("Gaia Ethnobotanical Red Dragon kratom 250 g", "product_only", {"D-1007-2018"}),
        ("Nirvanio Red Bali kratom 60 caps", "family", None),
        ("7-OHMZ 15 mg chewables", "family", {"KRR-156"}),
        ("Feel Free tonic", "product_only", {"KRR-139"}),
    ],
)
def test_label_meets_its_record(text: str, grade: str, expected: set[str] | None):
    found = told(text)
    assert found.grade == grade
    assert expected is None or records(found) == expected
    assert all(one.because for one in found.found)


@pytest.mark.parametrize(
    "text",
    [
        "859667007118 Sunstone Maeng Da lot 131B",
        "Club 13 Maeng Da Green powder 90g",
        "O.P.M.S. Gold liquid kratom extract 8.8 ml",
        "MIT45 Gold liquid kratom",
        "7-hydroxymitragynine tablets 20 mg",
        "17-hydroxyprogesterone caproate 250 mg/mL",
        "Happy Hippo slow-mo hippo kratom powder",
        "Captain Jack kettle chips 5 oz",
        "Gaia Herbs Turmeric Supreme 60 capsules",
        "Herbalife Bali tea",
        "red maeng da capsules",
        "kratom",
        "",
    ],
)
def test_label_without_a_record_meets_none(text: str):
    found = told(text)
    assert found.grade == "none" and found.found == ()
    assert "safe" not in found.because or "does not show that the product is safe" in found.because


def test_another_lot_of_a_recalled_product_stays_in_sight():
    found = told("859667007149 Sunstone Maeng Da 20 caps lot 131B")
    assert [one.action.record for one in found.near] == ["D-0989-2019"]
    assert "131B" in found.near[0].because


def test_another_strain_of_a_recalled_brand_stays_in_sight():
    assert {one.action.record for one in told("Club 13 Maeng Da Green powder 90g").near} & {
        "F-1119-2018",
        "F-1120-2018",
    }


def test_barcode_without_a_lot_says_what_to_compare():
    found = told("UPC 859667007118")
    assert found.grade == "match" and "lot" in found.found[0].to_compare


def test_letter_to_a_firm_never_puts_a_pack_in_scope():
    register = shipped_register(load_knowledge())
    for action in register.shipped:
        if action.type in ("warning-letter", "import-alert", "outbreak", "seizure"):
            found = register.match_text(f"{action.brand} {action.product}")
            assert all(one.grade != "match" for one in found.found if one.action.record == action.record)


def shelf(*actions: tuple[str, str, str]) -> MemoryShelf:
    return MemoryShelf(
        Action(record=f"T-{number}", type="recall", firm=firm, product=product, codes=codes)
        for number, (firm, product, codes) in enumerate(actions)
    )


def graded(label: str, *actions: tuple[str, str, str]) -> Matches:
    return match(read_label(label), [shelf(*actions)], vocabulary(load_knowledge()))


def test_two_firms_that_recall_one_lot_are_both_shown():
    found = graded(
        "Moonlit capsules lot 77123",
        ("Packer", "Moonlit capsules", "Lot 77123"),
        ("Owner", "Moonlit capsules", "Lot 77123"),
    )
    assert len(records(found)) == 2


def test_three_firms_behind_the_same_words_decide_nothing():
    firms = (("One", "Salted almonds", "All"), ("Two", "Salted almonds", "All"), ("Three", "Salted almonds", "All"))
    assert graded("salted almonds", *firms).grade == "none"


def test_a_medicine_of_several_firms_is_not_cleared():
    firms = tuple((firm, "Losartan potassium tablets 50 mg", "Lot 5") for firm in ("One", "Two", "Three"))
    found = graded("losartan potassium 50 mg tablets", *firms)
    assert found.grade == "product_only" and "lot" in found.found[0].to_compare


def test_another_strength_is_another_product():
    assert graded("Acme zolpex 8 mg tablets", ("Acme", "Zolpex tablets 2 mg", "All lots")).grade == "none"


def test_another_pack_size_is_not_ruled_out():
    assert graded("Acme zolpex powder 500 g", ("Acme", "Zolpex powder 100 g", "All lots")).grade == "product_only"


def test_misspelt_brand_is_met():
    assert graded("Nirvaneo special blend", ("Nutri", "Nirvanio special blend", "All lots")).grade == "match"


def test_firm_wide_order_reaches_a_product_that_it_does_not_list():
    wide = MemoryShelf(
        [
            Action(
                record="T",
                type="mandatory-recall",
                firm="Acme",
                product="Zolpex red powder",
                codes="ALL",
                firm_wide=True,
            )
        ]
    )
    assert match(read_label("Zolpex blue powder"), [wide], vocabulary(load_knowledge())).grade == "family"


@given(st.text(max_size=200))
def test_any_text_gets_a_grade(text: str):
    found = told(text)
    assert found.grade in ("match", "product_only", "family", "none")
    assert (found.grade == "none") == (not found.found)
