"""First help beside a product: breathing before anything, five short lines at most, nothing without a source."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from leeward.knowledge import load_knowledge
from leeward.products.first_help import FirstHelp, Group, HelpLine, first_help
from leeward.products.identity.identity import identify

KNOWLEDGE = load_knowledge()
TABLE = KNOWLEDGE.table_of("first-help", FirstHelp)

OPIOID_ACTING = [
    ("7-oh", ["7-hydroxymitragynine"]), ("analogue", ["mgm-15"]), ("leaf", ["kratom-leaf"]), ("extract", ["kratom-extract"]),
    ("blend", ["phenibut"]), ("kratom", []), ("cannot-tell", []), ("cannot-tell", ["kratom-leaf"]), ("other-substance", ["tianeptine"]),
    ("other-substance", ["nitazene"]), ("a-class-of-tomorrow", []),
]  # fmt: skip


def of(class_: str, substances: list[str]) -> tuple[HelpLine, ...]:
    return first_help(class_, substances, KNOWLEDGE)


@pytest.mark.parametrize(("class_", "substances"), OPIOID_ACTING)
def test_what_acts_as_an_opioid_gets_breathing_before_naloxone_and_the_telephone(
    class_: str, substances: list[str]
) -> None:
    lines = list(of(class_, substances))
    text = " ".join(line.says for line in lines)
    assert len(lines) <= 5 and all(len(line.says) <= 160 for line in lines)
    assert "pioid" in lines[0].says and lines[1].says.startswith("Breathing first: call 911")
    for words in (
        "open the airway, ventilate, give oxygen",
        "usual protocol, repeated as needed",
        "do not wait for a test",
    ):
        assert words in text
    assert text.index("ventilate") < text.index("naloxone") < text.index("1-800-222-1222")
    for asked in ("lot", "amount", "when", "sedatives"):
        assert asked in lines[-1].says


@pytest.mark.parametrize("class_", ["7-oh", "analogue", "leaf", "extract", "blend", "kratom", "cannot-tell"])
def test_kratom_gets_its_seizures_and_agitation(class_: str) -> None:
    assert any("Agitation" in line.says and "seizure" in line.says for line in of(class_, []))


def test_leaf_and_extract_are_hedged_each_in_its_own_way() -> None:
    assert (
        "in part" in of("leaf", ["kratom-leaf"])[0].says and "not as leaf" in of("extract", ["kratom-extract"])[0].says
    )
    assert of("leaf", ["kratom-leaf", "7-hydroxymitragynine"]) == of("7-oh", ["7-hydroxymitragynine"])


@pytest.mark.parametrize("substances", [["benzodiazepine"], ["xylazine"], []])
def test_another_substance_gets_the_telephone_and_that_a_label_is_a_claim(substances: list[str]) -> None:
    (line,) = of("other-substance", substances)
    assert "1-800-222-1222" in line.says and "A label is a claim" in line.says and "naloxone" not in line.says


def test_what_is_not_kratom_gets_none() -> None:
    assert of("not-kratom", []) == ()


def test_no_line_gives_a_dose_a_lethal_level_or_a_comfort() -> None:
    for id, entry in TABLE.items():
        numbers = re.findall(r"\d+", re.sub(r"7-OH|1-800-222-1222|911", "", entry.says))
        assert not numbers, id
        assert not re.search(r"lethal|\bfatal|\bsafe\b|harmless", entry.says.lower()), id


def test_a_line_looks_no_firmer_than_its_weakest_source() -> None:
    status = {line.says: line.status for line in of("7-oh", [])}
    assert all(entry.sources for entry in TABLE.values())
    assert status[TABLE["call"].says] == "read" and status[TABLE["naloxone-kratom"].says] == "recalled"
    assert status[TABLE["acts-7-oh"].says] == "consensus"


def test_every_group_has_lines_and_no_two_share_a_place() -> None:
    for group in get_args(Group):
        orders = [entry.order for entry in TABLE.values() if group in entry.groups]
        assert orders and len(orders) == len(set(orders)), group


@pytest.mark.parametrize(
    "label", ["7-OH tablets 20 mg", "kratom", "ZaZa tianeptine", "royal blue pills", "kratom with phenibut"]
)
def test_a_label_that_may_be_an_opioid_leads_to_naloxone(label: str) -> None:
    identity = identify(label, KNOWLEDGE)
    assert any("naloxone" in line.says for line in first_help(identity.class_, identity.substances, KNOWLEDGE))
