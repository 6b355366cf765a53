"""What must never be taken for kratom: look-alikes, denials, and places that other things are named after."""

import tomllib
from pathlib import Path

import pytest

from leeward.knowledge import load_knowledge
from leeward.model.missing import UNKNOWN
from leeward.products.identity.identity import identify, mentions_kratom, substance_of

KNOWLEDGE = load_knowledge()
TABLE = Path(__file__).parents[2] / "spec" / "products" / "hard-negatives.toml"
LABELS = tomllib.loads(TABLE.read_text())["label"]


def test_the_table_is_long_enough_to_mean_something():
    assert len({row["text"] for row in LABELS}) >= 80


@pytest.mark.parametrize("row", LABELS, ids=lambda row: row["text"])
def test_a_look_alike_is_not_kratom(row: dict[str, str]):
    found = identify(row["text"], KNOWLEDGE)
    assert found.family != "kratom"
    assert found.class_ in ("not-kratom", "cannot-tell", "other-substance")
    assert found.substance == row.get("other")
    assert not mentions_kratom(row["text"], KNOWLEDGE)
    assert found.doubts, "what a label does not name may still be in the pack"


@pytest.mark.parametrize("row", LABELS, ids=lambda row: row["text"])
def test_a_chart_makes_nothing_of_a_look_alike(row: dict[str, str]):
    product = substance_of(row["text"], KNOWLEDGE)
    assert (product.substance, product.recognised) == (row.get("other", UNKNOWN), "other" in row)


@pytest.mark.parametrize(
    ("label", "absent"),
    [
        ("kratom-free relaxation shot", "kratom"),
        ("No kratom, no kava", "kava"),
        ("contains no 7-OH", "7oh"),
        ("Does not contain kratom or 7-OH", "kratom"),
        ("made without kratom extract", "kratom"),
        ("alternative to kratom", "kratom"),
    ],
)
def test_what_a_label_denies_is_read_and_said(label: str, absent: str):
    found = identify(label, KNOWLEDGE)
    assert found.family == "cannot-tell"
    assert any("there is none (absent); not verified" in line for line in found.because)
    assert "says that it holds no" in found.says


@pytest.mark.parametrize(
    ("label", "class_"),
    [
        ("Kratom leaf powder. Contains no 7-OH", "leaf"),
        ("contains 7-OH, does not contain kratom", "7-oh"),
        ("100 % kratom powder, no fillers", "leaf"),
        ("No. 1 kratom powder", "leaf"),
        ("not just kratom", "cannot-tell"),
        ("kratom powder, free shipping", "leaf"),
        ("kratom free sample", "cannot-tell"),
        ("No extract: kratom leaf powder", "leaf"),
        ("kratom powder, 7-OH < 0.02 %", "leaf"),
        ("Mitragynine 1.4 %, 7-hydroxymitragynine 0.01 %, kratom powder", "leaf"),
    ],
)
def test_a_denial_reaches_only_what_it_denies(label: str, class_: str):
    found = identify(label, KNOWLEDGE)
    assert (found.class_, found.family) == (class_, "kratom")


def test_a_plant_whose_name_was_misused_is_told_apart_from_the_brand_that_misused_it():
    plant, brand = identify("cat's claw bark 500 mg", KNOWLEDGE), identify("Buzzers Cat's Claw tablets", KNOWLEDGE)
    assert plant.class_ == "not-kratom"
    assert brand.class_ == "analogue" and set(brand.substances) == {"mitragynine-pseudoindoxyl", "mgm-15"}
    assert brand.substance is None
    assert any("only Buzzers" in line for line in plant.warnings)


def test_a_carton_made_in_malaysia_is_a_carton():
    found = identify("capsules, 500 mg, 10 blisters per carton, Made in Malaysia", KNOWLEDGE)
    assert found.family != "kratom"


def test_a_look_alike_beside_a_strain_is_kratom_misspelled():
    found = identify("kraton red bali powder", KNOWLEDGE)
    assert (found.family, found.confidence) == ("kratom", "low")
