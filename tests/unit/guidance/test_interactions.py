"""Interactions among what is taken: which are told, how severe, and what was measured."""

from __future__ import annotations

from typing import Any

import pytest

from leeward.guidance.interactions import InteractionEntry, interactions
from tests.unit.guidance.pictures import KNOWLEDGE, picture

LEAF = [{"substance": "kratom-leaf", "hours": 9}]
EXTRACT = [{"substance": "7-hydroxymitragynine", "hours": 9}]


def found(**row: Any) -> dict[tuple[str, tuple[str, ...]], str]:
    return {(each.id, each.between): each.severity for each in interactions(picture(**row))}


def ids(**row: Any) -> set[str]:
    return {id for id, _ in found(**row)}


def test_every_covering_entry_exists():
    table = KNOWLEDGE.table_of("interactions", InteractionEntry)
    assert {other for entry in table.values() for other in entry.covered_by} <= set(table)


@pytest.mark.parametrize(
    ("row", "id", "severity"),
    [
        ({"exposures": LEAF, "medicines": ["quetiapine"]}, "kratom-quetiapine", "contraindicated"),
        ({"exposures": LEAF, "medicines": ["venlafaxine"]}, "kratom-venlafaxine", "major"),
        ({"exposures": [*LEAF, {"substance": "tramadol", "hours": 9}]}, "kratom-tramadol", "major"),
        ({"exposures": LEAF, "medicines": ["linezolid"]}, "kratom-maoi", "major"),
        (
            {"exposures": [{"substance": "methadone", "hours": 9}], "medicines": ["rifampin"]},
            "methadone-inducers",
            "major",
        ),
        (
            {"medicines": ["methadone"], "orders": [{"medicine": "ondansetron", "dose": "4 mg"}]},
            "methadone-qt",
            "major",
        ),
        ({"medicines": ["clonidine", "tizanidine"]}, "two-alpha-2-agonists", "contraindicated"),
        ({"medicines": ["clonidine", "lofexidine"]}, "two-alpha-2-agonists", "contraindicated"),
        ({"medicines": ["sertraline", "linezolid"]}, "serotonergic-maoi", "contraindicated"),
        ({"medicines": ["ibuprofen", "warfarin"]}, "nsaid-anticoagulant", "major"),
        ({"medicines": ["phenobarbital", "methadone"]}, "opioid-sedatives", "major"),
        ({"medicines": ["Fioricet", "buprenorphine"]}, "buprenorphine-sedatives", "major"),
        ({"exposures": LEAF, "medicines": ["phenobarbital"]}, "kratom-benzodiazepine", "major"),
        ({"medicines": ["naltrexone"]}, "opioid-opioid-antagonist", "contraindicated"),
    ],
)
def test_told(row: dict[str, Any], id: str, severity: str):
    assert severity in [each for (told, _), each in found(**row).items() if told == id], found(**row)


def test_one_medicine_alone_is_no_pair():
    assert found(exposures=[], medicines=["citalopram"]) == {}
    assert found(exposures=[{"substance": "methadone", "hours": 9}], medicines=["methadone"]) == {}


def test_an_entry_that_says_more_silences_the_general_one():
    told = ids(exposures=LEAF, medicines=["quetiapine"])
    assert {"kratom-quetiapine", "kratom-leaf-sedating-cyp3a"} <= told
    assert not {"kratom-sedative", "kratom-leaf-narrow-cyp3a"} & told


def test_what_was_measured_on_leaf_is_not_carried_over_to_concentrates():
    told = interactions(picture(exposures=EXTRACT, medicines=["alprazolam"]))
    assert "kratom-concentrates-cyp3a" in {each.id for each in told}
    assert not any("midazolam" in line for each in told for line in each.measured)


def test_measured_lines_say_dose_people_and_test_tube():
    [told] = [
        each
        for each in interactions(picture(exposures=LEAF, medicines=["midazolam"]))
        if each.id == "kratom-leaf-sedating-cyp3a"
    ]
    assert (
        told.measured[0]
        == "midazolam AUC ratio 1.39 (1.23 to 1.57); 2 g leaf tea, single; 12 healthy adults; 90 % interval"
    )
    assert any("in the test tube, not in people" in line for line in told.measured)


@pytest.mark.parametrize(
    ("row", "severity"),
    [
        ({"conditions": []}, "moderate"),
        ({"conditions": ["epilepsy"]}, "major"),
        ({"unknown": ["conditions"]}, "major"),
    ],
)
def test_a_condition_makes_it_more_severe_until_it_is_ruled_out(row: dict[str, Any], severity: str):
    told = found(exposures=LEAF, medicines=["modafinil"], **row)
    assert told["kratom-stimulant", ("kratom leaf", "modafinil")] == severity


def test_medicines_that_nobody_asked_for_list_nothing():
    assert found(exposures=LEAF, unknown=["medicines", "doses"]) == {}


def test_the_most_severe_comes_first():
    severities = [
        each.severity for each in interactions(picture(exposures=LEAF, medicines=["quetiapine", "sertraline"]))
    ]
    order = ["contraindicated", "major", "moderate", "minor"]
    assert severities == sorted(severities, key=order.index)
