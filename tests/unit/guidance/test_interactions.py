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


def change_of(id: str, other: str, **row: Any) -> Any:
    [found] = [each for each in interactions(picture(**row)) if each.id == id and other in each.between]
    return found.level_change


def test_a_measured_pair_carries_its_figure_with_interval_dose_people_and_standing():
    found = change_of("kratom-leaf-sedating-cyp3a", "midazolam", exposures=LEAF, medicines=["midazolam"])
    first, *beside = found.figures
    assert (first.value, first.low, first.high, first.interval) == (1.39, 1.23, 1.57, "90 % confidence interval")
    assert (first.standing, first.level_of) == ("measured", "midazolam")
    assert "2 g" in first.dose
    assert "12 healthy adults" in first.population
    assert first.sources == ("tanna23",)
    assert {each.standing for each in beside} == {"model"}
    assert {each.grade for each in beside} == {"C"}
    assert set(found.sources) >= {"tanna23", "tanna21", "m12-restated"}


def test_sources_of_a_figure_are_cited_by_its_interaction():
    [told] = [each for each in interactions(picture(medicines=["oxycodone", "rifampin"])) if each.level_change]
    assert "nieminen09" in told.sources


@pytest.mark.parametrize("other", ["alprazolam", "quetiapine"])
def test_a_relative_of_what_was_measured_has_no_figure(other: str):
    found = change_of("kratom-leaf-sedating-cyp3a", other, exposures=LEAF, medicines=[other])
    assert found.standing == "cannot-tell"
    assert found.figures == ()
    assert "not a sign that nothing happens" in found.says


@pytest.mark.parametrize(
    "product", ["7-OH tablets 15 mg", "kratom extract 150 mg mitragynine shot", "gas station shot"]
)
def test_leaf_whose_label_says_something_else_has_no_figure(product: str):
    [leaf] = LEAF
    row = {"exposures": [{**leaf, "product": product}], "medicines": ["midazolam"]}
    found = change_of("kratom-leaf-sedating-cyp3a", "midazolam", **row)
    assert found.standing == "cannot-tell"
    assert found.figures == ()


@pytest.mark.parametrize("substance", ["kratom-extract", "7-hydroxymitragynine"])
@pytest.mark.parametrize("entry", ["cyp3a", "cyp2d6"])
def test_a_concentrate_has_no_figure(substance: str, entry: str):
    other = {"cyp3a": "midazolam", "cyp2d6": "dextromethorphan"}[entry]
    row = {"exposures": [{"substance": substance, "hours": 9}], "medicines": [other]}
    found = change_of(f"kratom-concentrates-{entry}", other, **row)
    assert (found.standing, found.figures) == ("cannot-tell", ())


@pytest.mark.parametrize(
    ("use", "says"),
    [
        ({"amount": {"value": 6, "unit": "g", "per": "use"}}, "6 g a use is more than was studied"),
        ({"amount": {"value": 92, "unit": "g", "per": "day"}}, "92 g a day is more than was studied"),
        ({"amount": {"value": 6000, "unit": "mg", "per": "use"}}, "more than was studied"),
        ({"amount": {"value": 3, "unit": "capsule", "per": "use"}}, "not known in grams"),
        ({}, "not known in grams"),
        ({"amount": {"value": 2, "unit": "g", "per": "use"}, "doses_per_day": 4}, "4 times a day"),
    ],
)
def test_how_this_person_differs_from_those_measured_is_told(use: dict[str, Any], says: str):
    [leaf] = LEAF
    found = change_of("kratom-leaf-sedating-cyp3a", "midazolam", exposures=[{**leaf, **use}], medicines=["midazolam"])
    assert any(says in text for text in found.differs), found.differs


def test_the_amount_that_was_studied_is_not_called_more():
    [leaf] = LEAF
    use = {"amount": {"value": 2, "unit": "g", "per": "use"}}
    found = change_of("kratom-leaf-sedating-cyp3a", "midazolam", exposures=[{**leaf, **use}], medicines=["midazolam"])
    assert not any("more than was studied" in text or "in grams" in text for text in found.differs)


def test_a_medicine_given_by_a_route_that_nobody_measured_has_no_figure():
    order = {"medicine": "midazolam", "dose": "2 mg", "route": "intravenous"}
    found = change_of("kratom-leaf-sedating-cyp3a", "midazolam", exposures=LEAF, orders=[order])
    assert found.standing == "cannot-tell"
    assert "by mouth only" in found.says


def test_a_route_that_was_not_told_is_said():
    found = change_of("oxycodone-cyp3a-inducer", "rifampin", medicines=["oxycodone", "rifampin"])
    assert any("was not told" in text for text in found.differs)
    assert [figure.value for figure in found.figures] == [0.14, 0.47]


def test_an_entry_about_a_level_names_its_side_and_others_say_nothing_of_levels():
    [told] = [each for each in interactions(picture(medicines=["ibuprofen", "warfarin"]))]
    assert told.level_change is None
    table = KNOWLEDGE.table_of("interactions", InteractionEntry)
    assert {id for id, entry in table.items() if "CYP" in entry.mechanism and not entry.level_of} <= {
        "kratom-venlafaxine",
        "kratom-alpha-2-agonist",
    }, "both have kratom-leaf-cyp2d6 beside them for the level"


@pytest.mark.parametrize("more", [EXTRACT, [{"substance": "kratom-extract", "hours": 9}]])
def test_a_figure_of_leaf_says_that_another_product_is_taken_with_it(more: list[dict[str, Any]]):
    row = {"exposures": [*LEAF, *more], "medicines": ["midazolam"]}
    found = change_of("kratom-leaf-sedating-cyp3a", "midazolam", **row)
    assert any("together was not measured" in text for text in found.differs), found.differs


def test_an_inducer_beside_an_inhibitor_is_not_told_by_either_figure_alone():
    row = {"medicines": ["oxycodone", "rifampin", "voriconazole"]}
    for id, other in (("oxycodone-cyp3a-inducer", "rifampin"), ("oxycodone-cyp3a-inhibitor", "voriconazole")):
        found = change_of(id, other, **row)
        assert any("together was not measured" in text for text in found.differs), found.differs


@pytest.mark.parametrize("told", ["kratom", "Ketum", "maeng da", "mitragyna speciosa"])
@pytest.mark.parametrize("medicine", ["dextromethorphan", "apixaban", "midazolam"])
def test_kratom_of_no_told_kind_is_called_neither_leaf_nor_extract(told: str, medicine: str):
    found = interactions(picture(exposures=[{"substance": told, "hours": 9}], medicines=[medicine]))
    assert found and all("kratom (leaf or extract not known)" in each.between for each in found)
    assert not {each.id for each in found} & {"kratom-leaf-cyp2d6", "kratom-leaf-narrow-cyp3a"}
    assert any(each.id.startswith("kratom-concentrates") for each in found)
    changes = [each.level_change for each in found if each.level_change]
    assert changes and all(one.standing == "cannot-tell" and "leaf or an extract" in one.says for one in changes)


@pytest.mark.parametrize("told", ["kratom powder", "kratom tea", "kratom leaf", "kratom-leaf"])
def test_kratom_that_is_told_as_leaf_is_leaf(told: str):
    found = interactions(picture(exposures=[{"substance": told, "hours": 9}], medicines=["dextromethorphan"]))
    assert ("kratom-leaf-cyp2d6", ("kratom leaf", "dextromethorphan")) in {(each.id, each.between) for each in found}


def test_that_buprenorphine_adds_little_to_the_qtc_lifts_no_ecg_of_methadones_own():
    [told] = [each for each in interactions(picture(medicines=["buprenorphine", "methadone"])) if each.id == "buprenorphine-qt"]  # fmt: skip
    assert "methadone's own" in told.do and "No ECG" not in f"{told.says} {told.do}"
