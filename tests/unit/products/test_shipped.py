"""The actions that ship: each with its type, its source and a scope that says no less than the record of the FDA."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from leeward.knowledge import load_knowledge
from leeward.products.recalls.action import Action
from leeward.products.recalls.readers import read_actions
from leeward.products.recalls.shipped import (
    Item,
    NamedProduct,
    Window,
    codes_text,
    firm_aliases,
    product_text,
    shipped_actions,
)

DATA = Path(__file__).parents[4] / "shared" / "data" / "fda-recalls"
with_data = pytest.mark.skipif(not DATA.is_dir(), reason="the FDA's files lie beside the project, not in it")

KNOWLEDGE = load_knowledge()
ACTIONS = shipped_actions(KNOWLEDGE)
BY_RECORD = {action.record: action for action in ACTIONS}


def test_every_known_action_is_there_once():
    assert len(ACTIONS) == len(BY_RECORD) == 168


def test_types_are_kept_apart():
    assert Counter(action.type for action in ACTIONS) == {
        "recall": 106,
        "mandatory-recall": 27,
        "warning-letter": 18,
        "public-advisory": 7,
        "seizure": 6,
        "import-alert": 2,
        "outbreak": 1,
        "safety-alert": 1,
    }


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.record)
def test_every_action_says_who_what_why_and_from_where(action: Action):
    assert action.firm and action.product and action.reason and action.origin
    assert action.sources and all(source in KNOWLEDGE.sources for source in action.sources)


@pytest.mark.parametrize("action", [a for a in ACTIONS if a.type.endswith("recall")], ids=lambda action: action.record)
def test_every_recall_says_what_is_in_scope(action: Action):
    assert action.codes
    if action.record[0] in "DFH":
        assert action.classification.startswith("Class I")
        assert action.event and action.initiated and action.reported


def test_every_item_of_the_mandatory_recall_reaches_all_products_of_the_firm():
    ordered = [action for action in ACTIONS if action.type == "mandatory-recall"]
    assert all(
        action.firm_wide and action.voluntary == "FDA Mandated" and action.codes == "All lots" for action in ordered
    )
    assert {action.firm for action in ordered} == {"TRIANGLE PHARMANATURALS LLC"}


def test_the_opms_alert_is_not_a_recall():
    (alert,) = [action for action in ACTIONS if "O.P.M.S." in action.product]
    assert alert.type == "safety-alert"
    assert "not a recall" in alert.note


def test_a_letter_on_tobacco_is_no_kratom_action():
    letter = BY_RECORD["KRR-149"]
    assert letter.type == "warning-letter"
    assert "not kratom" in letter.reason and "Not a kratom action" in letter.note
    assert "kratom" not in letter.product.replace("kratom in its name", "")


def test_one_lot_of_two_firms_stands_in_both_records():
    assert {a.firm for a in ACTIONS if "171409" in a.codes} == {"Avalon Packaging", "NGB, Corp"}


@pytest.mark.parametrize(
    ("record", "codes"),
    [
        ("D-0989-2019", "Lot 124A; UPC 00859667007149; UPC 00859667007156; UPC 00859667007163"),
        ("F-1463-2018", "All lots manufactured from 2018-01-01 to 2018-04-12"),
        ("F-1021-2018", "All lots with expiry after 2018-01-31"),
        ("F-2411-2015", "All lots manufactured since 2011-06-01"),
        ("F-1528-2018", "Lots by packing day YYYYMMDD 20171201 to 20180308"),
        ("D-1122-2018", "Lot 102710; Lot 112710 (press notice); best by 2019-03; UPC 722589323553"),
        ("F-1546-2018", "All lots (the record names no lot)"),
    ],
)
def test_the_scope_reads_as_a_record_states_it(record: str, codes: str):
    assert BY_RECORD[record].codes == codes


def test_the_exception_stands_before_its_lots():
    codes = BY_RECORD["F-1527-2018"].codes
    assert (
        codes
        == "Lots by packing day YYYYMMDD 20180209 to 20180308; except OG Bali powder: Lots by packing day YYYYMMDD 20170918 to 20171101"
    )


def test_no_recall_without_a_window_hides_its_lots_behind_all():
    for action in ACTIONS:
        if "All lots" in action.codes and action.record != "F-1458-2018":
            assert not action.codes.startswith("Lot"), action.record


def test_a_number_that_ends_a_name_is_not_read_as_a_count():
    assert product_text([NamedProduct(name="Formula 27", form="capsules")]) == "Formula 27, capsules"


def test_barcodes_stand_beside_the_sizes_that_bear_them():
    named = NamedProduct(brand="Brand", name="Bali", form="powder", sizes=("25 g", "50 g"), upcs=("1", "2"))
    assert product_text([named]) == "Brand Bali powder, 25 g (UPC 1), 50 g (UPC 2)"


def test_a_brand_that_is_in_the_name_is_not_said_twice():
    assert product_text([NamedProduct(brand="K Shot", name="K Shot botanical")]) == "K Shot botanical"


def test_a_window_limits_all_lots():
    item = Item(record="X", products=(), all_lots=True, windows=(Window(of="expiry", after="2018-01-31"),))
    assert codes_text(item) == "All lots with expiry after 2018-01-31"


def test_firms_bear_their_other_names_and_brands():
    aliases = firm_aliases(KNOWLEDGE)
    assert {"Raw Form Organics", "Molecule Kratom", "Chameleon Kratom"} <= set(aliases["TRIANGLE PHARMANATURALS LLC"])
    assert "7OHMZ" in aliases["Thang Botanicals, Inc. dba 7OHMZ"]
    assert "Sunstone Organics" in aliases["Todd Holiday dba Sunstone Organics"]


@with_data
def test_all_kratom_records_of_the_enforcement_files_ship():
    with (DATA / "kratom_recalls_119.csv").open(encoding="utf-8-sig", newline="") as file:
        numbers = {row["recall_number"] for row in csv.DictReader(file)}
    assert len(numbers) == 119
    assert numbers <= set(BY_RECORD)


@with_data
def test_shipped_facts_agree_with_the_records():
    records = {
        action.record: action
        for name in ("food", "drugs")
        for action in read_actions(DATA / f"openfda_{name}_enforcement_2012_2025.jsonl.gz")
        if isinstance(action, Action) and action.record in BY_RECORD
    }
    assert len(records) == 127
    same = (
        "type",
        "event",
        "classification",
        "voluntary",
        "status",
        "initiated",
        "reported",
        "terminated",
        "product_type",
        "place",
    )
    for number, record in records.items():
        shipped = BY_RECORD[number]
        assert [getattr(shipped, name) for name in same] == [getattr(record, name) for name in same], number
        assert shipped.firm_wide >= record.firm_wide, number
