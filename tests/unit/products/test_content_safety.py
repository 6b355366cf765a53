"""The lines for a summary: limits on metals and germs, germs found, scheduled compounds; none says safe."""

from __future__ import annotations

import datetime

import pytest

from leeward.errors import BadInput
from leeward.knowledge import load_knowledge
from leeward.products.contents.certificate import read_certificate
from leeward.products.contents.content_limits import content_limits
from leeward.products.contents.conversion import Basis
from leeward.products.contents.safety import ORDER, SafetyLine, safety_lines

KNOWLEDGE = load_knowledge()
AUTUMN = datetime.date(2026, 10, 20)
LEAF = Basis(material="leaf")


def lines(
    text: str, grams: float | None = None, on: datetime.date = AUTUMN, basis: Basis | None = None
) -> list[SafetyLine]:
    return list(safety_lines(read_certificate(text), grams, KNOWLEDGE, on=on, basis=basis))


def of(analyte: str, found: list[SafetyLine]) -> list[SafetyLine]:
    return [line for line in found if line.analyte == analyte]


def test_a_metal_is_judged_by_what_is_taken_in_a_day_against_every_limit():
    found = of("lead", lines("Lead 1.0 ppm", 8.0))
    held = [limit for limit in content_limits().values() if limit.substance == "lead"]
    assert len(found) == len(held)
    answers = {line.limit: line.answer for line in found}
    assert [answer for limit, answer in answers.items() if "12.5" in limit] == ["within"]
    assert [answer for limit, answer in answers.items() if "ICH" in limit or "Proposition" in limit] == ["over", "over"]
    assert all(line.answer == "undetermined" for line in found if line.status != "in_force")
    assert all(line.sources for line in found)


def test_without_the_amount_used_a_metal_is_undetermined_and_says_what_is_missing():
    found = of("lead", lines("Lead 1.0 ppm"))
    assert found and all(line.answer == "undetermined" for line in found)
    assert {line.missing for line in found} == {("how many grams are taken a day",)}


def test_an_amount_below_a_limit_of_quantification_is_not_told_from_zero():
    found = {line.limit: line for line in of("lead", lines("Lead <1.0 ppm", 8.0))}
    assert {line.answer for limit, line in found.items() if "Proposition" in limit} == {"undetermined"}
    assert {line.answer for limit, line in found.items() if "12.5" in limit} == {"within"}


@pytest.mark.parametrize("grams", [0.0, -1.0, float("nan"), float("inf")])
def test_grams_that_nobody_takes_are_refused(grams: float):
    with pytest.raises(BadInput):
        lines("Lead 1.0 ppm", grams)


@pytest.mark.parametrize(
    ("result", "answer"),
    [
        ("500,000 CFU/g", "over"),
        ("<10 CFU/g", "within"),
        ("500,000 CFU/g Fail", "over"),
        ("10 CFU/g Fail", "undetermined"),
    ],
)
def test_counts_of_germs_are_judged_by_the_pharmacopoeia(result: str, answer: str):
    found = of("total-aerobic-count", lines(f"Total Plate Count {result}", basis=LEAF))
    assert [line.answer for line in found] == [answer] and "USP <2023>" in found[0].limit


def test_whether_a_limit_on_germs_is_for_the_product_is_not_guessed():
    found = of("total-aerobic-count", lines("Total Plate Count 500,000 CFU/g"))
    assert {line.answer for line in found} == {"undetermined"} and all("If it does" in line.says for line in found)
    assert not of("total-aerobic-count", lines("Total Plate Count 5 CFU/g", basis=Basis(material="processed")))


@pytest.mark.parametrize("basis", [None, LEAF])
@pytest.mark.parametrize("name", ["Salmonella", "E. coli", "Listeria"])
def test_a_germ_of_disease_that_was_found_is_present_whatever_the_product(name: str, basis: Basis | None):
    found = lines(f"{name} Positive", basis=basis)
    assert found[0].answer == "present" and len(of(found[0].analyte, found)) == 1


def test_a_germ_that_was_not_found_needs_its_sample():
    assert of("salmonella", lines("Salmonella Absent in 10 g", basis=LEAF))[0].answer == "within"
    unstated = of("salmonella", lines("Salmonella Negative", basis=LEAF))[0]
    assert unstated.answer == "undetermined" and unstated.missing
    failed = of("salmonella", lines("Salmonella Fail", basis=LEAF))[0]
    assert failed.answer == "undetermined" and "failed" in failed.says


@pytest.mark.parametrize("name", ["Pseudoindoxyl", "MGM-15", "MGM-16"])
def test_a_scheduled_compound_is_scheduled_from_its_day_in_any_amount(name: str):
    before = lines(f"{name} 0.01 mg/g", on=datetime.date(2026, 8, 25))
    assert not any(line.answer == "scheduled" or "Schedule" in line.says for line in before)
    line = lines(f"{name} 0.01 mg/g", on=datetime.date(2026, 8, 26))[0]
    assert line.answer == "scheduled" and line.says.endswith("any amount is federal Schedule I since 2026-08-26.")
    assert line.sources and line.status == "federally_scheduled"


def test_an_order_that_may_have_issued_is_said_of_pseudoindoxyl_alone():
    found = lines("Pseudoindoxyl 3 mg/g\nMGM-15 3 mg/g", on=datetime.date(2026, 11, 22))
    assert [(line.analyte, line.answer, "unless an order" in line.says) for line in found[:2]] == [
        ("mitragynine-pseudoindoxyl", "scheduled", True),
        ("mgm-15", "scheduled", False),
    ]


@pytest.mark.parametrize("result", ["ND", "<0.1 mg/g", "<LOQ", "0.0 mg/g"])
def test_a_scheduled_compound_that_was_not_seen_is_not_ruled_out(result: str):
    line = of("mgm-15", lines(f"MGM-15 {result}"))[0]
    assert line.answer == "undetermined" and "does not show that there is none" in line.says


def test_gc_ms_is_said_not_to_tell_pseudoindoxyl_apart():
    assert "cannot tell it from 7-hydroxymitragynine" in lines("Method: GC-MS\nPseudoindoxyl 3 mg/g")[0].says


def test_a_number_that_could_not_be_read_is_told_from_one_that_is_not_there():
    found = lines("Lead 0,5 ppm\nMGM-15 1,5 mg/g")
    assert "line 1 of the certificate could not be read" in of("lead", found)[0].says
    assert "line 2 of the certificate could not be read" in of("mgm-15", found)[0].says
    assert "does not name it" in of("mercury", found)[0].says


def test_the_gravest_stands_first_and_nothing_is_called_safe():
    text = "Lead 1.0 ppm\nSalmonella Positive\nMGM-15 1 mg/g\nE. coli Absent in 10 g\nNickel 0.1 ppm"
    found = lines(text, 8.0, basis=LEAF)
    places = [ORDER.index(line.answer) for line in found]
    assert places == sorted(places) and {line.answer for line in found} == set(ORDER)
    assert not any("safe" in line.says.casefold() for line in found)
    assert all("within this limit only" in line.says for line in found if line.answer == "within")
