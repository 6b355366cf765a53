"""The FDA's own files: every record told or passed over with a reason, and other files named for what they are."""

from __future__ import annotations

import gzip
import io
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from leeward.errors import BadInput
from leeward.products.recalls.action import Action
from leeward.products.recalls.readers import Skipped, kind_of, opened, read_actions
from leeward.products.recalls.readers.firm_wide import covers_firm

DATA = Path(__file__).parents[4] / "shared" / "data"
with_data = pytest.mark.skipif(not DATA.is_dir(), reason="the FDA's files lie beside the project, not in it")

RECORD = {
    "recall_number": "F-0001-2024",
    "event_id": "90001",
    "product_type": "Food",
    "status": "Ongoing",
    "classification": "Class I",
    "voluntary_mandated": "Voluntary: Firm initiated",
    "recalling_firm": "Example Botanicals LLC",
    "city": "Reno",
    "state": "NV",
    "product_description": "Example Kratom Piña powder, 100 g",
    "code_info": "Lot A1",
    "more_code_info": "and A2",
    "reason_for_recall": "Salmonella",
    "recall_initiation_date": "20240102",
    "report_date": "20240110",
}


def written(path: Path, *records: object) -> Path:
    path.write_text("".join((r if isinstance(r, str) else json.dumps(r)) + "\n" for r in records), encoding="utf-8")
    return path


def told(path: Path) -> list[Action]:
    return [one for one in read_actions(path) if isinstance(one, Action)]


def skipped(path: Path) -> list[Skipped]:
    return [one for one in read_actions(path) if isinstance(one, Skipped)]


def refused(path: Path) -> str:
    with pytest.raises(BadInput) as raised:
        list(read_actions(path))
    (problem,) = raised.value.problems
    return f"{problem.code} {problem.says} {problem.mend}"


def test_a_record_is_told_in_its_own_words(tmp_path: Path):
    (action,) = told(written(tmp_path / "any.name", RECORD))
    assert action.record == "F-0001-2024" and action.type == "recall"
    assert action.product == "Example Kratom Piña powder, 100 g"
    assert action.codes == "Lot A1 and A2"
    assert (action.initiated, action.reported, action.terminated) == ("2024-01-02", "2024-01-10", "")
    assert action.place == "Reno, NV" and action.event == "90001"


def test_the_origin_names_kind_and_file_without_its_folder(tmp_path: Path):
    (action,) = told(written(tmp_path / "food.jsonl", RECORD))
    assert action.origin == "openfda-enforcement-jsonl:food.jsonl"


def test_an_order_of_the_fda_is_a_mandatory_recall(tmp_path: Path):
    (action,) = told(written(tmp_path / "a", RECORD | {"voluntary_mandated": "FDA Mandated"}))
    assert action.type == "mandatory-recall"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"recall_number": "F-1", broken', "not valid JSON"),
        ("[1, 2]", "not a record"),
        ("true", "not a record"),
        (json.dumps(RECORD | {"product_description": " "}), "no product description"),
        (json.dumps(RECORD | {"recall_number": "", "recalling_firm": None}), "neither a recall number nor a firm"),
        ('{"recall_number": "\\ud800"}', "not valid JSON"),
        ("[" * 5000, "not valid JSON"),
    ],
)
@pytest.mark.parametrize("place", [1, 2])
def test_a_bad_line_is_passed_over_with_its_number(tmp_path: Path, line: str, reason: str, place: int):
    lines: list[object] = [RECORD, RECORD | {"recall_number": "F-0002-2024"}]
    lines.insert(place - 1, line)
    path = written(tmp_path / "a.jsonl", *lines)
    (bad,) = skipped(path)
    assert bad.line == place and reason in bad.reason
    assert [action.record for action in told(path)] == ["F-0001-2024", "F-0002-2024"]


def test_blank_lines_say_nothing(tmp_path: Path):
    path = written(tmp_path / "a.jsonl", "", RECORD, "  ")
    assert len(told(path)) == 1 and skipped(path) == []


def test_values_of_other_types_and_null_are_read(tmp_path: Path):
    odd = RECORD | {
        "event_id": 90001,
        "termination_date": None,
        "code_info": ["Lot A1", "Lot A2"],
        "openfda": {"x": []},
    }
    (action,) = told(written(tmp_path / "a.jsonl", odd))
    assert action.event == "90001" and action.terminated == "" and action.codes == "Lot A1; Lot A2 and A2"


def test_a_line_that_is_too_long_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(opened, "LONGEST_LINE", 2000)
    path = written(tmp_path / "a.jsonl", RECORD, RECORD | {"code_info": "x" * 9000}, RECORD)
    assert [bad.line for bad in skipped(path)] == [2]
    assert len(told(path)) == 2


def test_a_record_without_a_number_gets_a_stable_id(tmp_path: Path):
    bare = {key: value for key, value in RECORD.items() if key != "recall_number"}
    path = written(tmp_path / "a.jsonl", bare, bare | {"product_description": "another"})
    one, other = told(path)
    assert one.record.startswith("E90001-") and one.record != other.record
    assert [action.record for action in told(path)] == [one.record, other.record]


@pytest.mark.parametrize(
    ("given", "day"),
    [
        ("20240229", "2024-02-29"),
        ("2/9/2024", "2024-02-09"),
        ("2024-2-9", "2024-02-09"),
        ("2024-02-09T05:00:00Z", "2024-02-09"),
        ("", ""),
    ],
)
def test_dates_become_iso_days(tmp_path: Path, given: str, day: str):
    (action,) = told(written(tmp_path / "a.jsonl", RECORD | {"report_date": given}))
    assert (action.reported, action.note) == (day, "")


@pytest.mark.parametrize("given", ["20230229", "13/13/2024", "2024", "soon", "00000000", "1/5/24"])
def test_an_impossible_date_is_left_out_and_said(tmp_path: Path, given: str):
    (action,) = told(written(tmp_path / "a.jsonl", RECORD | {"report_date": given}))
    assert action.reported == "" and given in action.note and "reported" in action.note


def document(*records: object) -> dict[str, object]:
    return {"meta": {"disclaimer": "Do not rely on openFDA"}, "results": list(records)}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(document(RECORD, RECORD)),
        json.dumps(document(RECORD, RECORD), indent=2),
        "\ufeff" + json.dumps(document(RECORD, RECORD), indent=2).replace("\n", "\r\n"),
        json.dumps([RECORD, RECORD]),
        json.dumps([RECORD, RECORD], indent=1),
        '{"meta": {}, "results": [\n' + json.dumps(RECORD) + ",\n" + json.dumps(RECORD) + "\n]}",
        "[\n" + json.dumps(RECORD) + ",\n" + json.dumps(RECORD) + "\n]",
    ],
)
def test_a_whole_document_is_read(tmp_path: Path, text: str):
    path = tmp_path / "drug-enforcement-0001-of-0001.json"
    path.write_text(text, encoding="utf-8")
    assert kind_of(path) == "openfda-enforcement-json"
    assert len(told(path)) == 2


def test_one_bad_record_of_a_document_is_passed_over(tmp_path: Path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps(document(RECORD, 7, {"recalling_firm": "Firm"}, RECORD)))
    assert [(bad.line, bad.reason.split()[0]) for bad in skipped(path)] == [(2, "The"), (3, "The")]
    assert len(told(path)) == 2


def test_a_document_without_results_is_read_as_empty(tmp_path: Path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps(document()))
    assert list(read_actions(path)) == []


def test_a_document_that_breaks_off_is_refused(tmp_path: Path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps(document(RECORD, RECORD), indent=1)[:-40])
    assert "not whole JSON" in refused(path)


def gzipped(text: bytes) -> bytes:
    return gzip.compress(text)


def zipped(text: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("food-enforcement-0001-of-0001.json", text)
        archive.writestr("__MACOSX/._food", b"x")
    return packed.getvalue()


@pytest.mark.parametrize("packing", [gzipped, zipped])
@pytest.mark.parametrize(
    "text",
    [
        json.dumps(document(RECORD)),
        json.dumps(RECORD) + "\n",
        "url,posted_date,letter_date,company,issuing_office,subject\n/a-700001-01022024,1/3/2024,1/2/2024,Firm,CDER,New Drug\n",
    ],
)
def test_packed_files_are_unpacked(tmp_path: Path, packing: Callable[[bytes], bytes], text: str):
    path = tmp_path / "download"
    path.write_bytes(packing(text.encode()))
    assert len(told(path)) == 1


def test_a_packed_file_that_is_cut_short_is_refused(tmp_path: Path):
    lines = "".join(json.dumps(RECORD | {"code_info": os.urandom(40).hex()}) + "\n" for _ in range(2000))
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(lines.encode())[:-2000])
    assert "cut short or damaged" in refused(path)


def test_a_file_that_unfolds_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(opened, "LARGEST", 100_000)
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress((json.dumps(RECORD) + "\n").encode() + b" \n" * 100_000))
    assert "once unpacked" in refused(path)
    path.write_bytes(gzip.compress((json.dumps(RECORD) + "\n").encode() + b"x" * 1_000_000))
    assert "once unpacked" in refused(path)
    path.write_bytes(gzip.compress(json.dumps(document(RECORD)).encode() + b" " * 1_000_000))
    assert "once unpacked" in refused(path)


def test_a_zip_of_several_files_or_with_a_password_is_refused(tmp_path: Path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("one.json", "{}")
        archive.writestr("two.json", "{}")
    assert "holds 2 files" in refused(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    assert "Excel workbook" in refused(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("ASCII/DEMO24Q1.txt", "primaryid$caseid\n")
    assert "FAERS" in refused(path)


@pytest.mark.parametrize(
    ("content", "seems"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "picture (PNG)"),
        (b"\xd0\xcf\x11\xe0rest", "old Office file"),
        (b"<!DOCTYPE html><html><body>Recalls</body></html>", "web page"),
        (b"\n\n<html>", "web page"),
        (b"<?xml version='1.0'?><x/>", "XML"),
        (b"PK\x05\x06" + b"\0" * 18, "empty zip"),
        (b"\0\1\2\3binary", "binary"),
        (b"Dear colleague, please find the recalls attached.", "a text"),
        (b"primaryid$caseid$drug_seq\n1$1$1\n", "FAERS"),
        (b"RA_Report #,RA_CAERS Created Date,PRI_Product Role\n1,1/1/2014,Suspect\n", "CAERS"),
        (b"a,b,c\n1,2,3\n", "a table with the columns a, b, c"),
        (b'{"error": {"code": "NOT_FOUND", "message": "No matches found!"}}', "error message of openFDA"),
        (b'{"meta": {}, "results": [{"report_number": "1", "outcomes": [], "reactions": ["NAUSEA"]}]}', "CAERS"),
        (b'{"results": [{"safetyreportid": "1", "patient": {}}]}', "FAERS"),
        (b'{"case": 1}\n', "JSON file without recall records"),
    ],
)
def test_another_kind_of_file_is_named(tmp_path: Path, content: bytes, seems: str):
    path = tmp_path / "recalls.json"
    path.write_bytes(content)
    sentence = refused(path)
    assert seems in sentence and "openFDA JSON" in sentence


def test_folders_pipes_and_missing_files_are_refused(tmp_path: Path):
    assert "a folder" in refused(tmp_path)
    assert "No such file" in refused(tmp_path / "none.json")
    assert "no name of a file" in refused(tmp_path / "a\0b")
    os.mkfifo(tmp_path / "pipe")
    assert "a pipe" in refused(tmp_path / "pipe")


DASHBOARD = "recalling_firm,status,recall_state,recall_date,reason_for_recall,product_description,recall_id,recall_class,product_id\n"
EXPORT = "FEI Number,Recalling Firm Name,Product Type,Status,Distribution Pattern,Recalling Firm City,Recalling Firm State,Center Classification Date,Reason for Recall,Product Description,Event ID,Event Classification,Product ID\n"
IRES = "Product Type,Event ID,Status,Recalling Firm,City,State/Province,Voluntary/Mandated,Recall Number,Product Description,Reason for Recall,Recall Initiation Date,Report Date,Classification,Code Info\n"
PRESS = "DATE,BRAND_NAMES,PRODUCT_DESCRIPTION,PRODUCT_TYPE,RECALL_REASON_DESCRIPTION,COMPANY_NAME\n"
LETTERS = "url,posted_date,letter_date,company,issuing_office,subject\n"


def table(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def test_a_dashboard_row_keeps_its_event_and_says_what_its_date_is(tmp_path: Path):
    path = table(
        tmp_path / "x",
        DASHBOARD + 'Firm,Ongoing,Idaho,11/13/2025,Salmonella,"Kratom\nBali, 4 oz",97902,Class I,217063\n',
    )
    assert kind_of(path) == "fda-dashboard-csv"
    (action,) = told(path)
    assert (action.record, action.event, action.reported) == ("E97902-217063", "97902", "2025-11-13")
    assert action.product == "Kratom\nBali, 4 oz" and action.place == "Idaho" and "classification" in action.note


def test_the_headings_of_the_dashboard_itself_are_known(tmp_path: Path):
    path = table(
        tmp_path / "x",
        EXPORT + "1,Firm,Food/Cosmetics,Ongoing,US,Boise,Idaho,11/13/2025,Salmonella,Kratom,97902,Class I,217063\n",
    )
    (action,) = told(path)
    assert (action.classification, action.place, action.distribution) == ("Class I", "Boise, Idaho", "US")


def test_the_enforcement_export_is_read_as_the_records_are(tmp_path: Path):
    path = table(
        tmp_path / "x",
        IRES
        + "Food,1,Ongoing,Firm,Reno,NV,FDA Mandated,F-0001-2024,Kratom,Salmonella,01/02/2024,01/10/2024,Class I,ALL\n",
    )
    (action,) = told(path)
    assert (action.record, action.type, action.initiated, action.codes) == (
        "F-0001-2024",
        "mandatory-recall",
        "2024-01-02",
        "ALL",
    )


def test_a_press_notice_has_no_class(tmp_path: Path):
    path = table(
        tmp_path / "x",
        PRESS
        + "2023-10-06,Kula Can,Kratom Seltzer,Food,Milk,Kula Brands LLC\n,No Brand Name,,Food,Milk,Firm\n2023-10-06,B,P,Food,Milk,\n",
    )
    (action,) = told(path)
    assert (action.type, action.brand, action.classification, action.reported) == (
        "recall",
        "Kula Can",
        "",
        "2023-10-06",
    )
    assert [bad.line for bad in skipped(path)] == [3, 4]


def test_a_letter_is_a_letter_and_bears_the_number_of_its_address(tmp_path: Path):
    path = table(
        tmp_path / "x",
        LETTERS
        + "/w/one-llc-709546-06252025,07/15/2025,06/25/2025,One LLC,CDER,Unapproved New Drugs\n/w/two-llc-709546-06252025,07/15/2025,06/25/2025,Two LLC,CDER,Unapproved New Drugs\n",
    )
    one, two = told(path)
    assert one.type == "warning-letter" and one.record.startswith("WL-709546-") and one.event == "709546"
    assert one.record != two.record, "the FDA gives one number to letters of several firms"
    assert (one.initiated, one.reported, one.product) == ("2025-06-25", "2025-07-15", "")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_encodings_line_ends_and_delimiters(tmp_path: Path, encoding: str, ending: str, mark: str):
    text = (DASHBOARD + "Firm,Ongoing,Idaho,11/13/2025,Salmonella,Piña,97902,Class I,217063\n").replace(",", mark)
    (action,) = told(table(tmp_path / "x", text.replace("\n", ending), encoding))
    assert action.product == "Piña" and action.classification == "Class I"


def test_a_row_of_another_width_is_passed_over_with_its_line(tmp_path: Path):
    good = "/w/a-{}-01022024,1/3/2024,1/2/2024,Firm,CDER,Subject\n"
    path = table(
        tmp_path / "x", LETTERS + good.format(700001) + "too,short\n\n" + good.format(700002) + "a,b,c,d,e,f,g\n"
    )
    assert [(bad.line, "columns" in bad.reason) for bad in skipped(path)] == [(3, True), (6, True)]
    assert len(told(path)) == 2


def test_a_quotation_mark_without_end_does_not_stop_the_rest(tmp_path: Path):
    good = "/w/a-{}-01022024,1/3/2024,1/2/2024,Firm,CDER,Subject\n"
    path = table(
        tmp_path / "x", LETTERS + good.format(700001) + '"/w/open' + "x" * 140_000 + "\n" + good.format(700002)
    )
    assert any(action.event == "700001" for action in told(path)) and skipped(path)


@pytest.mark.parametrize(
    "text",
    [
        "All Kratom products manufactured, processed, packed, and/or held by Example LLC may be contaminated",
        "All products manfactured since 6/1/2011",
        "ALL dietary supplements that were manufactured, prepared, packed, labeled, held and/or distributed between April 2, 2014 and today",
        "All products manufactured by the firm have the potential to be contaminated",
        "The firm is recalling all herbal and dietary supplements because they were not made under good practice.",
        "The firm was ordered to recall all products because they are misbranded",
        "Every kratom supplement, all of its products",
    ],
)
def test_an_order_for_the_whole_firm_is_seen(text: str):
    assert covers_firm(text, "")


@pytest.mark.parametrize(
    "text",
    [
        "All lots",
        "ALL",
        "All products on market.",
        "All products manufactured with the same components are being recalled",
        "All products with the sell by dates on or before September 17th",
        "All product produced prior to 4/1/2014",
        "All affected products have best by dates between April 26, 2016 and April 26, 2018",
        "all items produced on the filling line between sanitation cycles",
        "recalling all lots of Bali Kratom 40, XL Kratom and Max Kratom",
        "All products are vacuum packed",
        "",
    ],
)
def test_all_packs_of_an_item_are_not_the_whole_firm(text: str):
    assert not covers_firm(text, text)


@with_data
@pytest.mark.parametrize(
    ("name", "kind", "records"),
    [
        ("fda-recalls/openfda_food_enforcement_2012_2025.jsonl.gz", "openfda-enforcement-jsonl", 28_072),
        ("fda-recalls/openfda_drugs_enforcement_2012_2025.jsonl.gz", "openfda-enforcement-jsonl", 17_173),
        ("fda-recalls/kratom_recalls_119.csv", "fda-enforcement-csv", 119),
        ("fda-recalls/fda_recalls_2024_2025_clean.csv", "fda-dashboard-csv", 3_115),
        ("fda-recalls/fda_press_release_recalls_2017_2024.csv", "fda-press-release-csv", 1_116),
        ("fda-warning-letters/warning_letters_index.csv", "fda-warning-letter-csv", 3_374),
    ],
)
def test_every_record_of_the_files_at_hand_is_told(name: str, kind: str, records: int):
    assert kind_of(DATA / name) == kind
    actions = told(DATA / name)
    assert len(actions) == records
    assert all(action.record and action.firm and action.date for action in actions)
    assert not any("is no day" in action.note for action in actions)


@with_data
def test_the_kratom_orders_to_a_whole_firm_are_seen_in_the_records():
    actions = told(DATA / "fda-recalls/kratom_recalls_119.csv")
    assert {a.firm for a in actions if a.firm_wide} == {"TRIANGLE PHARMANATURALS LLC", "Nuevotanicals"}
    assert sum(a.type == "mandatory-recall" for a in actions) == 26


@with_data
@pytest.mark.parametrize(
    "name", ["caers-2004-2017q2/CAERS_ASCII_2004_2017Q2.csv.gz", "caers-2004-2017q2/kratom_rows.csv"]
)
def test_adverse_event_reports_are_not_taken_for_recalls(name: str):
    assert "CAERS" in refused(DATA / name)


@pytest.mark.parametrize("place", range(0, 40, 3))
def test_a_zip_with_a_wrong_byte_is_refused_or_read(tmp_path: Path, place: int):
    packed = bytearray(zipped(json.dumps(document(RECORD)).encode()))
    packed[-22 - place] ^= 0xFF
    path = tmp_path / "a.zip"
    path.write_bytes(packed)
    try:
        answer = [action.record for action in told(path)]
    except BadInput as error:
        answer = [problem.code for problem in error.problems]
    assert answer in (["F-0001-2024"], ["LW-0672"], ["LW-0675"], ["LW-0671"])
