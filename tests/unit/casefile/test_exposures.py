"""A substance is known by its names, a product by whole words on its label, and likeness decides nothing."""

from collections.abc import Callable

import pytest

from leeward.model.case import Case
from leeward.model.missing import UNKNOWN
from leeward.model.quantity import Quantity

Read = Callable[..., Case]


@pytest.mark.parametrize(
    ("told", "substance"),
    [
        ("heroin", "heroin"),
        ("Fentanyl_Illicit", "fentanyl-illicit"),
        ("fentanyl patch", "fentanyl-transdermal"),
        ("kratom", "kratom-leaf"),
        ("7 OH", "7-hydroxymitragynine"),
        ("OxyContin 40 mg", "oxycodone-extended-release"),
        ("7-OH tablets, blue", "7-hydroxymitragynine"),
    ],
)
def test_a_substance_is_known_by_its_names(case: Read, told: str, substance: str):
    (exposure,) = case(exposures=[{"substance": told}]).exposures
    assert (exposure.substance, exposure.key, exposure.as_told, exposure.recognised) == (
        substance,
        substance,
        told,
        True,
    )


@pytest.mark.parametrize(
    ("label", "substance", "recognised"),
    [
        ("7-OHMZ chewable tablets 15 mg, lot A12", "7-hydroxymitragynine", True),
        ("Press'd 7-hydroxymitragynine 14mg", "7-hydroxymitragynine", True),
        ("MIT + 7OH gummies", "7-hydroxymitragynine", True),
        ("17-hydroxyprogesterone caproate", UNKNOWN, False),
        ("Pseudo-indoxyl tabs", "mitragynine-pseudoindoxyl", True),
        ("MGM-15 chewables", "mgm-15", True),
        ("mgm 16", "mgm-16", True),
        ("MGM-150", UNKNOWN, False),
        ("dihydro-7-hydroxymitragynine", "mgm-15", True),
        ("7-OH and pseudoindoxyl blend", UNKNOWN, True),
        ("Tianeptine sodium capsules", "tianeptine", True),
        ("Kratom and tianeptine shot", UNKNOWN, True),
        ("Green Maeng Da kratom powder 250 g", "kratom-leaf", True),
        ("kratom capsules", "kratom-leaf", True),
        ("Kratom extract capsules", "kratom-extract", True),
        ("kratom 10x concentrate shot", "kratom-extract", True),
        ("O.P.M.S. Black Liquid", "kratom-extract", True),
        ("OPMS Gold capsules", UNKNOWN, True),
        ("O.P.M.S. Silver kratom powder", "kratom-leaf", True),
        ("OPMS", UNKNOWN, True),
        ("kratom", UNKNOWN, True),
        ("Kombucha tea", UNKNOWN, False),
        ("Dilaudid 4 mg", "hydromorphone", True),
        ("blue pill", UNKNOWN, False),
    ],
)
def test_a_product_is_known_by_whole_words(case: Read, label: str, substance: object, recognised: bool):
    read = case(exposures=[{"product": label}])
    (exposure,) = read.exposures
    assert (exposure.substance, exposure.recognised, exposure.product) == (substance, recognised, label)
    assert bool(read.kept) == (substance is UNKNOWN)


def test_the_initials_of_a_brand_are_kratom_and_never_a_treatment(case: Read):
    (kept,) = case(exposures=[{"product": "O.P.M.S."}]).kept
    assert kept.as_told == "O.P.M.S. (kratom product, leaf or extract not known)"


def test_an_unknown_substance_is_not_an_unrecognised_one(case: Read):
    (unknown,) = case(exposures=[{"substance": "unknown", "last_use": "2026-11-22"}]).exposures
    assert (unknown.key, unknown.substance, unknown.recognised) == ("unknown", UNKNOWN, True)


@pytest.mark.parametrize(
    ("told", "amount", "per"),
    [
        ({"value": 92, "unit": "g", "per": "day"}, Quantity(92, "g"), "day"),
        ("92 g/day", Quantity(92, "g"), "day"),
        ("2 tablets per use", Quantity(2, "tablet"), "use"),
        ({"value": "unknown", "unit": "g", "per": "day"}, UNKNOWN, "day"),
        ("unknown", UNKNOWN, UNKNOWN),
    ],
)
def test_an_amount_has_its_unit(case: Read, told: object, amount: object, per: object):
    (exposure,) = case(exposures=[{"substance": "kratom", "amount": told}]).exposures
    assert exposure.amount == amount
    assert exposure.per == per or per is UNKNOWN


def test_the_supply_names_its_adulterants(case: Read):
    (exposure,) = case(exposures=[{"substance": "heroin", "supply": {"adulterants": ["Tranq", "lead"]}}]).exposures
    assert exposure.adulterants == ("lead", "xylazine")


@pytest.mark.parametrize("told", ["methadon", "fentanly", "naltrexon", "levorphanol"])
def test_a_slip_for_a_known_name_is_asked_about_and_never_taken_for_nothing(told: str, case: Read):
    exposure = case(exposures=[{"substance": told, "last_use": "unknown"}]).exposures[0]
    assert (exposure.substance, exposure.recognised) == (UNKNOWN, True)


def test_a_name_that_is_like_no_other_is_kept_as_unknown_to_leeward(case: Read):
    exposure = case(exposures=[{"substance": "blue moon tea", "last_use": "unknown"}]).exposures[0]
    assert (exposure.substance, exposure.recognised) == (UNKNOWN, False)
