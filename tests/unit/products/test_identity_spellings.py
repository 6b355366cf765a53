"""Misspellings by method: restated variants that always run, and the names that people really typed where they are at hand."""

import csv
import gzip
import json
from pathlib import Path

import pytest

from leeward.knowledge import load_knowledge
from leeward.products.identity.identity import identify, mentions_kratom

KNOWLEDGE = load_knowledge()
SHARED = Path(__file__).parents[4] / "shared" / "data"
FAERS = SHARED / "np-name-mapping" / "NP_FAERS_mapped_20220215.csv"
CAERS = SHARED / "caers-2004-2017q2" / "CAERS_ASCII_2004_2017Q2.csv.gz"
RECALLS = SHARED / "fda-recalls"
absent = "the real spellings are not at hand; the restated ones run always"

KRATOM = ["kradom", "kratem", "kratium", "cratom", "krattom", "kratoom", "kratomm", "kraytom", "kratm", "kartom", "kratpm", "krtaom", "kratohm", "creatom", "qratom", "kratum", "krotom", "krahtom", "k-r-a-t-o-m", "k.r.a.t.o.m.", "kra-tom", "kr4t0m", "kr8om", "kra7om", "kr@tom", "kr@t0m", "mitragnine", "mytragynine", "m1tragynine", "mitragine", "redmaengda", "kratompowder", "superkratomshot", "redbalikratom", "kratomextract", "maengda", "meangda", "mengda", "maengdah", "ketum", "kakuam", "ithang", "biak-biak", "kratomite", "nkratom100",
    "k r a t o m", "k  r  a  t  o  m", "krat om", "kra tom", "mitra gynine", "metragyna speciosa", "mitragyna speciosia", "mitrogyna speciosa",
    "K-ratom", "kratum", "k.ratom", "kr-atom", "\u1d0b\u0280\u1d00\u1d1b\u1d0f\u1d0d", "krtm capsules", "ktm red vein", "M. speciosa",
    "meang da", "magna da", "mang dah", "kr\u0430t\u043em", "\u043a\u0440\u0430\u0442\u043e\u043c", "\uff4b\uff52\uff41\uff54\uff4f\uff4d",
    "kra\u200btom", "kraton red maeng da", "daun ketum", "\u0e01\u0e23\u0e30\u0e17\u0e48\u0e2d\u0e21",
]  # fmt: skip

SEVEN_OH = ["7-OH", "7OH", "7-oh+", "7.OH", "7_OH", "7-0H", "7OHM", "7ohmz", "7-OHMZ", "7hydroxy", "7-hydroxy", "7-HMG", "7hydr0xymitragynine", "7-hydroximitragynine", "hydroxymitragynine",
    "7 OH", "7 o h", "7\u2013OH", "7\u2011hydroxymitragynine", "seven hydroxy", "7 hydroxy mitragynine", "7-OH mitragynine", "7-OH tangerine",
    "7\u03a9HMZ", "seven oh", "7-O-H", "7o-h", "7.0H", "7-\u041e\u041d", "7\u2011OH", "70H", "7-OHMG", "7-OH-MTG",
]  # fmt: skip


@pytest.mark.parametrize("spelling", KRATOM)
def test_kratom_is_known_however_it_is_spelled(spelling: str):
    for label in (spelling, spelling.upper(), f"{spelling} powder", f"Premium {spelling} 60 caps"):
        assert identify(label, KNOWLEDGE).family == "kratom", label
        assert mentions_kratom(label, KNOWLEDGE), label


@pytest.mark.parametrize("spelling", SEVEN_OH)
def test_7_oh_is_known_however_it_is_written(spelling: str):
    for label in (spelling, f"{spelling} tablets", f"blue {spelling} 30 mg"):
        assert identify(label, KNOWLEDGE).substance == "7-hydroxymitragynine", label
        assert mentions_kratom(label, KNOWLEDGE), label


@pytest.mark.parametrize("spelling", ["psuedoindoxyl", "pseudo-indoxyl", "pseudoindoxil", "mitragynine pseudoindoxyl"])
def test_pseudoindoxyl_is_never_plain_mitragynine(spelling: str):
    assert identify(f"{spelling} tablets", KNOWLEDGE).substance == "mitragynine-pseudoindoxyl"


def test_a_word_that_was_read_as_another_is_said_and_less_sure():
    found = identify("kartom powder", KNOWLEDGE)
    assert found.confidence == "moderate"
    assert '"kartom" read as kratom' in found.because


IN_OTHER_SCRIPTS = ["кратом", "Кратома порошок", "Митрагина", "κράτομ", "กระท่อม", "ใบกระท่อม", "น้ำท่อม", "ກະທ່ອມ", "クラトム", "크라톰", "كراتوم", "قراتوم", "کراتوم",
    "קראטום", "卡痛", "卡痛叶", "美丽帽柱木", "美麗帽柱木", "克拉托姆", "帽柱木碱", "क्रेटम"]  # fmt: skip


@pytest.mark.parametrize("name", IN_OTHER_SCRIPTS)
def test_kratom_in_another_script_is_read_and_marked_as_recalled(name: str):
    found = identify(f"{name} 100 g", KNOWLEDGE)
    assert found.family == "kratom" and mentions_kratom(name, KNOWLEDGE)
    assert any("in another script (a recalled name)" in line for line in found.because)
    assert KNOWLEDGE.sources["label-names-recalled"].status == "recalled" and "label-names-recalled" in found.sources


@pytest.mark.parametrize("name", ["7-гидроксимитрагинин", "7-羟基帽柱木碱"])
def test_7_oh_in_another_script_is_read(name: str):
    assert identify(name, KNOWLEDGE).substance == "7-hydroxymitragynine"


def test_a_nought_read_as_a_letter_is_said_and_less_sure():
    found = identify("70H tablets 15 mg", KNOWLEDGE)
    assert found.confidence == "moderate" and '"70h" read as 7-OH' in found.because


def test_a_shorthand_is_never_sure():
    assert identify("ktm capsules", KNOWLEDGE).confidence == "low"


@pytest.mark.skipif(not FAERS.exists(), reason=absent)
def test_the_names_typed_in_faers_are_kratom():
    with FAERS.open() as file:
        names = {
            row["FAERS_drug_match"]
            for row in csv.DictReader(file)
            if row["lookup_value"] in ("Kratom", "Mitragyna speciosa")
        }
    assert len(names) == 88
    assert [name for name in sorted(names) if identify(name, KNOWLEDGE).family != "kratom"] == []


@pytest.mark.skipif(not CAERS.exists(), reason=absent)
def test_the_names_typed_in_caers_are_kratom_and_no_other_product_is():
    with gzip.open(CAERS, "rt", encoding="latin-1", newline="") as file:
        names = sorted({row["PRI_Reported Brand/Product Name"] for row in csv.DictReader(file)})
    found = [name for name in names if mentions_kratom(name, KNOWLEDGE)]
    signs = ("KRAT", "MITR", "MAENG", "KROTAM", "VIVAZEN", "O.P.M.S", "K- SHOT")
    assert len(found) >= 20
    assert [name for name in found if not any(sign in name for sign in signs)] == []
    assert {"KRATOMITE", "MAENG DA {KROTAM}", "MITRAGYNIA SPECIOUSA KRATOM", "KRATUM (MITRGYNINEM)"} <= set(found)


@pytest.mark.skipif(not RECALLS.exists(), reason="the enforcement files are not at hand")
def test_every_kratom_record_is_found_among_all_enforcement_records_and_no_look_alike():
    with (RECALLS / "kratom_recalls_119.csv").open() as file:
        wanted = {row["recall_number"] for row in csv.DictReader(file)}
    found: dict[str, str] = {}
    for name in ("food", "drugs"):
        with gzip.open(RECALLS / f"openfda_{name}_enforcement_2012_2025.jsonl.gz", "rt") as file:
            for record in map(json.loads, file):
                text = f"{record.get('product_description', '')} ; {record.get('reason_for_recall', '')}"
                if mentions_kratom(text, KNOWLEDGE):
                    found[record.get("recall_number", "")] = record["product_description"]
    without_the_word = {
        "F-1458-2018",
        "F-1546-2018",
        "F-1547-2018",
        "D-1123-2018",
        "D-1125-2018",
        "H-0129-2026",
        "H-0130-2026",
        "H-0131-2026",
    }
    assert wanted <= found.keys()
    assert found.keys() - wanted == without_the_word
    assert not any("progesterone" in text.lower() for text in found.values())
