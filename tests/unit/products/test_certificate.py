"""Certificates: every result typed, every line that could not be read kept, nothing guessed at."""

from __future__ import annotations

import datetime
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as some

from leeward.errors import BadInput
from leeward.products.contents.certificate import Certificate, read_certificate
from leeward.products.contents.content import Below, Exact, LaboratoryVerdict, NotDetected, Presence
from leeward.products.contents.printed import Limits, Unit, Unreadable, germ_printed, result_printed, unit_printed

PASTED = """CERTIFICATE OF ANALYSIS
Product Name: Harbor Green Powder   Lot #: HG-114
Testing Laboratory: Quayside Analytical
Date Reported: March 5, 2026
Sample Mass: 1.02 g
Moisture 8.2 %
Analyte LOD (mg/g) LOQ (mg/g) Result (mg/g) Result (%)
Mitragynine 0.01 0.03 14.5 1.45
7-Hydroxymitragynine 0.01 0.03 ND ND
Speciogynine 0.01 0.03 <LOQ <LOQ
Total Alkaloids 0.01 0.03 21,4 2,14
Heavy Metals (ppm)
Lead (Pb) 0.12 PASS
Cadmium <0.01 Pass
Arsenic ICP-MS NMT 10 ppm 0.3 ppm Pass
Microbiology
Salmonella spp. Absent in 10 g Absent Pass
E. coli Negative/10g
Total Aerobic Count 1.2 x 10^3 CFU/g
Water activity 0.4
"""


def by_analyte(certificate: Certificate):
    return {content.analyte: content for content in certificate.contents}


def test_pasted_text_is_read_line_by_line():
    certificate = read_certificate(PASTED, "pasted.txt")
    assert (certificate.product, certificate.lot) == ("Harbor Green Powder", "HG-114")
    assert certificate.laboratory == "Quayside Analytical"
    assert certificate.date == datetime.date(2026, 3, 5)
    assert certificate.sample_mass_g == 1.02
    assert certificate.basis.moisture_percent == 8.2
    found = by_analyte(certificate)
    assert (found["mitragynine"].value, found["mitragynine"].measure) == (Exact(14.5), "mg_per_g")
    assert found["7-hydroxymitragynine"].value == NotDetected(0.01)
    assert found["speciogynine"].value == Below(0.03, "quantification")
    assert (found["lead"].value, found["lead"].measure) == (Exact(0.12), "ppm")
    assert found["cadmium"].value == Below(0.01)
    assert (found["arsenic"].value, found["arsenic"].method) == (Exact(0.3), "ICP-MS")
    assert found["salmonella"].value == Presence(False, None)
    assert found["escherichia-coli"].value == Presence(False, 10.0)
    assert found["total-aerobic-count"].value == Exact(1200.0)
    assert {content.lot for content in certificate.contents} == {"HG-114"}
    assert found["mitragynine"].place == "line 8"


def test_every_line_is_a_result_a_field_or_kept_as_unread():
    certificate = read_certificate(PASTED, "pasted.txt")
    unread = {line.place: line for line in certificate.unread}
    assert set(unread) == {"line 1", "line 11", "line 16", "line 20"}
    assert "comma" in unread["line 11"].because
    assert all(line.text and line.because for line in unread.values())


def test_csv_with_units_in_headings():
    text = "Lot,A12\nCompound,Result (mg/g),LOQ (mg/g),Method\nMIT,14.5,0.1,HPLC\n7-OH,<LOQ,0.1,HPLC\n"
    found = by_analyte(read_certificate(text, "coa.csv"))
    assert found["mitragynine"].value == Exact(14.5)
    assert found["7-hydroxymitragynine"].value == Below(0.1, "quantification")
    assert found["mitragynine"].method == "HPLC"
    assert found["mitragynine"].lot == "A12"


def test_csv_with_a_unit_column_and_semicolons():
    text = "Analyte;Result;Unit;LOD\nLead;0.08;µg/g;0.01\nNickel;ND;ppb;5\n7-OH;15.2;mg/tablet;\n"
    found = by_analyte(read_certificate(text, "coa.csv"))
    assert (found["lead"].value, found["lead"].measure) == (Exact(0.08), "ppm")
    assert found["nickel"].value == NotDetected(0.005)
    assert found["7-hydroxymitragynine"].measure == "mg_per_article"


def test_csv_with_a_column_for_each_substance_and_a_row_for_each_lot():
    text = "lot,mitragynine (mg/g),7-OH (mg/g)\nA,14,0.1\nB,15,ND\n"
    contents = read_certificate(text, "coa.csv").contents
    assert [(one.lot, one.analyte) for one in contents] == [
        ("A", "mitragynine"),
        ("A", "7-hydroxymitragynine"),
        ("B", "mitragynine"),
        ("B", "7-hydroxymitragynine"),
    ]
    assert contents[3].value == NotDetected()


@pytest.mark.parametrize(
    "results",
    [
        [
            {"analyte": "MIT", "result": 14.5, "unit": "mg/g"},
            {"analyte": "Pb", "result": "ND", "lod": 0.01, "unit": "ppm"},
        ],
        {"MIT": "14.5 mg/g", "Pb": "ND"},
        {"alkaloids": [{"name": "MIT", "value": "14.5", "units": "mg/g"}], "metals": [{"test": "Pb", "value": "ND"}]},
    ],
)
def test_json_in_the_shapes_that_laboratories_give(results):
    document = {"product": "Harbor Green", "lot": "A12", "date": "2026-03-05", "results": results}
    certificate = read_certificate(json.dumps(document), "coa.json")
    found = by_analyte(certificate)
    assert certificate.lot == "A12"
    assert found["mitragynine"].value == Exact(14.5)
    assert isinstance(found["lead"].value, NotDetected)
    assert certificate.unread == ()


@pytest.mark.parametrize(
    ("line", "value", "measure"),
    [
        (
            "Total Aerobic Microbial Count (USP <2021>) NMT 10^5 CFU/g 1.1 x 10^2 CFU/g Pass",
            Exact(pytest.approx(110)),
            "cfu_per_g",
        ),
        ("Total Plate Count NMT 10,000 CFU/g <10 CFU/g", Below(10.0), "cfu_per_g"),
        ("Yeast and Mold < 100 CFU/g Conforms", Below(100.0), "cfu_per_g"),
        ("7-OH: Not Detected (LOD 0.01 mg/g)", NotDetected(0.01), "mg_per_g"),
        ("Speciogynine <LOQ LOQ: 0.05 mg/g", Below(0.05, "quantification"), "mg_per_g"),
        ("Mitragynine (mg/g) 14.5", Exact(14.5), "mg_per_g"),
        ("Paynantheine mg/g 3.1", Exact(3.1), "mg_per_g"),
        ("Lead 0.12ppm", Exact(0.12), "ppm"),
        ("7-Hydroxymitragynine Content 15.4 mg per tablet", Exact(15.4), "mg_per_article"),
        ("7-hydroxymitragynine | 15.4 | mg/tablet", Exact(15.4), "mg_per_article"),
        ("Mitragynine HPLC ≥ 1.0% 1.42% w/w Pass", Exact(pytest.approx(14.2)), "mg_per_g"),
        ("Mitragynine: 14.5 mg/g (1.45 % w/w)", Exact(14.5), "mg_per_g"),
        ("Lead (Pb) ICP-MS 0.02 mg/kg Max 1.5 mg/kg", Exact(0.02), "ppm"),
        ("Mitragynine 12.1 ± 0.4 mg/g", Exact(12.1, 0.4), "mg_per_g"),
    ],
)
def test_one_line_as_laboratories_print_it(line: str, value, measure: str):
    certificate = read_certificate(line)
    assert [(one.value, one.measure) for one in certificate.contents] == [(value, measure)]
    assert certificate.unread == ()


@pytest.mark.parametrize(
    ("heading", "line"),
    [
        ("Parameter Method Specification Result Units Status", "Lead USP <2232> NMT 5 0.12 ppm Pass"),
        ("Test Limit of Detection (ppm) Reporting Limit (ppm) Result (ppm)", "Lead 0.01 0.03 0.12"),
        ("Analyte Result mg/kg LOQ mg/kg", "Lead 0.12 0.03"),
        ("Heavy Metal Units LOD LOQ Result", "Lead ppm 0.01 0.03 0.12"),
        ("Metals (ppm)", "Lead 0.12"),
        ("All results are reported in ppm", "Lead 0.12"),
    ],
)
def test_headings_say_which_number_is_the_result(heading: str, line: str):
    contents = read_certificate(f"{heading}\n{line}").contents
    assert [(one.analyte, one.value, one.measure) for one in contents] == [("lead", Exact(0.12), "ppm")]


def test_a_unit_from_a_heading_ends_with_its_section():
    certificate = read_certificate("Metals (ppm)\nLead 0.12\nAlkaloids\nMitragynine 14.5")
    assert [one.analyte for one in certificate.contents] == ["lead"]


def test_several_fields_in_one_line_are_kept_apart():
    certificate = read_certificate("Lot: A12 Mfg Date: 01/2026 Date: 2026-03-05 Client: Harbor\nLead 0.1 ppm")
    assert (certificate.lot, certificate.date) == ("A12", datetime.date(2026, 3, 5))
    assert len(certificate.unread) == 2


@given(
    some.sampled_from(["Lead", "Lead (Pb)", "Mitragynine", "7-OH", "Total Yeast & Mold", "Nickel:"]),
    some.sampled_from(["<", "< ", "≤", "<  "]),
    some.sampled_from(["0.5", "10", "0.05"]),
    some.sampled_from([" ppm", "ppm", " mg/g", " CFU/g", " µg/g", " %"]),
)
def test_a_less_than_is_never_lost(name: str, sign: str, number: str, unit: str):
    for content in read_certificate(f"{name} {sign}{number}{unit}").contents:
        assert isinstance(content.value, Below)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Method: GC-MS\nMitragynine 14.5 mg/g\n7-OH LC-MS 0.1 mg/g", "pasted.txt"),
        ("Lot: A1 Method: GC-MS\nMitragynine 14.5 mg/g\n7-OH LC-MS 0.1 mg/g", "pasted.txt"),
        ("Analysis by GC-MS\nMitragynine 14.5 mg/g\n7-OH LC-MS 0.1 mg/g", "pasted.txt"),
        ("Method,GC-MS\nAnalyte,Result,Unit,Method\nMitragynine,14.5,mg/g,\n7-OH,0.1,mg/g,LC-MS\n", "coa.csv"),
        (
            '{"method": "GC-MS", "results": [{"analyte": "MIT", "result": 14.5, "unit": "mg/g"},'
            ' {"analyte": "7-OH", "result": 0.1, "unit": "mg/g", "method": "LC-MS"}]}',
            "coa.json",
        ),
    ],
)
def test_a_method_named_once_is_that_of_the_results_below_it_that_name_none(text: str, name: str):
    certificate = read_certificate(text, name)
    found = by_analyte(certificate)
    assert (found["mitragynine"].method, found["7-hydroxymitragynine"].method) == ("GC-MS", "LC-MS")
    assert certificate.unread == ()


def test_a_method_is_that_of_nothing_above_it_and_of_one_line_where_it_stands_behind_a_result():
    certificate = read_certificate("Lead 0.1 ppm\nMethod: GC-MS\nMitragynine 14.5 mg/g Method: HPLC\n7-OH 0.1 mg/g")
    assert [one.method for one in certificate.contents] == ["", "HPLC", "GC-MS"]


def test_a_method_in_json_is_that_of_its_own_part():
    text = (
        '{"alkaloids": {"method": "GC-MS", "results": {"MIT": "14.5 mg/g"}},'
        ' "metals": {"method": "ICP-MS", "results": {"Pb": "0.1 ppm"}}, "germs": {"salmonella": "absent in 10 g"}}'
    )
    assert [one.method for one in read_certificate(text, "coa.json").contents] == ["GC-MS", "ICP-MS", ""]


@pytest.mark.parametrize(
    "line",
    [
        "Product: 7-OH tablets Lot Z1 tablet weight 550 mg",
        "7-OH tablets Lot Z1 tablet weight 550 mg",
        "Product: 7-OH tablets, Lot: Z1, tablet weight: 550 mg",
        "7-OH tablets (Lot Z1), average tablet weight 0.55 g",
    ],
)
def test_lot_and_mass_are_read_off_the_line_of_the_product(line: str):
    certificate = read_certificate(f"{line}\n7-OH 20 mg/g")
    assert (certificate.product, certificate.lot, certificate.basis.article_g) == ("7-OH tablets", "Z1", 0.55)
    assert [one.lot for one in certificate.contents] == ["Z1"] and certificate.unread == ()


@pytest.mark.parametrize(
    ("text", "lot"),
    [
        ("Lot: A1\nKratom powder Lot B2", "A1"),
        ("Kratom powder Lot A1 compared with lot B2", ""),
        ("Kratom powder, a lot of 20 tablets", ""),
        ("Compare with the report on lot B2", ""),
    ],
)
def test_a_lot_in_passing_is_not_that_of_the_certificate(text: str, lot: str):
    certificate = read_certificate(f"{text}\nLead 0.1 ppm")
    assert certificate.lot == lot and len(certificate.unread) == 1


def test_a_certificate_whose_numbers_could_not_be_read_says_that_it_was_given():
    certificate = read_certificate("Lot: A1\nMitragynine 14,5 mg/g\n7-OH 1,200 mg/g\nCaffeine 3 mg/g")
    assert [(line.place, line.analyte) for line in certificate.numbers_lost] == [
        ("line 2", "mitragynine"),
        ("line 3", "7-hydroxymitragynine"),
    ]
    note = next(note for note in certificate.notes if note.startswith("Given, but its numbers could not be read"))
    assert "line 2 (Mitragynine 14,5 mg/g" in note and "line 3" in note and "Caffeine" not in note
    partly = read_certificate("Mitragynine 14,5 mg/g\nLead 0.1 ppm")
    assert any(note.startswith("Some of its numbers could not be read: line 1") for note in partly.notes)
    in_cells = read_certificate("Analyte,Result (mg/g)\nMitragynine,14,5\n", "coa.csv")
    assert in_cells.numbers_lost[0].analyte == "mitragynine"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Mitragynine 1,200 mg per bottle\n7-OH 14.5 mg/g", "pasted.txt"),
        ('Analyte,Result,Unit\nMitragynine,"1,200",mg/bottle\n7-OH,14.5,mg/g\n', "coa.csv"),
        ('{"results": {"MIT": "1,200 mg/bottle", "7-OH": "14.5 mg/g"}}', "coa.json"),
    ],
)
def test_a_comma_parts_thousands_where_the_other_numbers_have_points(text: str, name: str):
    certificate = read_certificate(text, name)
    assert by_analyte(certificate)["mitragynine"].value == Exact(1200.0)
    assert any("thousands" in note for note in certificate.notes) and certificate.unread == ()


@pytest.mark.parametrize(
    "others",
    [
        "",
        "7-OH 14 mg/g",
        "7-OH 14.5 mg/g\nPaynantheine 3,1 mg/g",
        "7-OH 14.5 mg/g\nSpeciogynine 0,125 mg/g",
        "7-OH 1.200 mg/g",
    ],
)
def test_a_comma_before_three_digits_is_not_read_where_nothing_settles_it(others: str):
    certificate = read_certificate(f"Mitragynine 1,200 mg per bottle\n{others}")
    assert "mitragynine" in {line.analyte for line in certificate.numbers_lost}
    assert "mitragynine" not in by_analyte(certificate)


def test_germs_are_counted_so_a_comma_parts_thousands():
    assert read_certificate("Total Plate Count 1,200 CFU/g").contents[0].value == Exact(1200.0)
    assert read_certificate("Total Plate Count 12,5 CFU/g").contents == ()


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("Analyte,Result (mg/g),LOQ (mg/g)\n7-OH,ND,0.1\n", "coa.csv", Below(0.1, "quantification")),
        ("Analyte,Result,LOQ (mg/g)\n7-OH,ND,0.1\n", "coa.csv", Below(0.1, "quantification")),
        ("Analyte,Result (mg/g),RL (mg/g)\n7-OH,Not Detected,0.2\n", "coa.csv", Below(0.2, "reporting")),
        ("Analyte,Result (mg/g),LOD,LOQ\n7-OH,ND,0.03,0.1\n", "coa.csv", NotDetected(0.03)),
        ("Analyte,Result,LOD\n7-OH,ND,0.03 mg/g\n", "coa.csv", NotDetected(0.03)),
        ("Analyte LOQ (mg/g) Result (mg/g)\n7-OH 0.1 ND", "pasted.txt", Below(0.1, "quantification")),
        ("7-OH ND LOQ 0.1 mg/g", "pasted.txt", Below(0.1, "quantification")),
    ],
)
def test_what_was_not_detected_is_below_the_limit_beside_it(text: str, name: str, value):
    content = read_certificate(text, name).contents[0]
    assert (content.value, content.measure) == (value, "mg_per_g")
    assert isinstance(value, NotDetected) or any(note.startswith("printed as N") for note in content.notes)


@pytest.mark.parametrize(
    "result",
    [
        "145 %",
        "145 % w/w",
        "145 % w/v",
        "120% of alkaloids",
        "100.1 % dry weight",
        "1450 mg/g",
        "2000000 ppm",
        "<150 %",
        ">101 %",
    ],
)
def test_more_than_the_whole_is_not_read(result: str):
    certificate = read_certificate(f"Mitragynine {result}")
    assert certificate.contents == () and "more than the whole" in certificate.unread[0].because
    assert read_certificate("Mitragynine 100 %").contents


def test_a_percentage_without_a_basis_stays_one():
    certificate = read_certificate("Mitragynine 1.45 %")
    assert certificate.contents[0].measure == "percent"


def test_a_printed_zero_is_not_detected_and_no_zero():
    certificate = read_certificate("Lead 0.00 ppm")
    assert certificate.contents[0].value == NotDetected()


def test_a_germ_that_was_found_is_found_whatever_else_the_line_says():
    certificate = read_certificate("Salmonella Absent in 10 g Positive Fail")
    assert isinstance(certificate.contents[0].value, Presence) and certificate.contents[0].value.present


def test_only_a_pass_is_only_the_laboratorys_verdict():
    assert read_certificate("Salmonella Pass").contents[0].value == LaboratoryVerdict(True)


@pytest.mark.parametrize(
    "line",
    [
        "Mitragynine 14,5 mg/g",
        "Lead 0.12 0.5",
        "Mitragynine 14.5",
        "Mitragynine 14.5 furlongs",
        "Lead about 0.1 ppm",
        "Caffeine 3 mg/g",
        "Salmonella 3 ppm",
        "Lead 3 CFU/g",
        "Lead time 5 days",
        "Mitragynine 14.5 mg",
        "Cadmium 0.02 mg/kg < 0.5 mg/kg Pass",
        "Lead0.12ppm",
    ],
)
def test_what_is_not_fully_understood_is_listed_and_not_used(line: str):
    certificate = read_certificate(line)
    assert certificate.contents == ()
    assert [unread.place for unread in certificate.unread] == ["line 1"]
    assert any("not known" in note for note in certificate.notes)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "LW-0656"),
        (b"\x89PNG\r\n\x1a\n", "LW-0656"),
        (b"\xff\xd8\xff\xe0JFIF", "LW-0656"),
        (b"PK\x03\x04xlsx", "LW-0656"),
        (b"a\x00b\x00c", "LW-0656"),
        (b"", "LW-0657"),
        ("  \n\t ", "LW-0657"),
        ("{broken", "LW-0658"),
        ('{"a": ' * 2000, "LW-0658"),
        ("x" * 2_000_001, "LW-0655"),
    ],
)
def test_what_has_no_text_is_one_sentence(given, code):
    with pytest.raises(BadInput) as refused:
        read_certificate(given, "given")
    assert str(refused.value).startswith(code)
    assert "\n" not in str(refused.value)


def test_a_certificate_of_another_lot_says_so():
    certificate = read_certificate("Lot: HG-114\nLead 0.1 ppm")
    assert certificate.about_lot("hg 114") is None
    assert "says nothing of lot HG-115" in (certificate.about_lot("HG-115") or "")
    assert "not known" in (certificate.about_lot("") or "")
    assert "names no lot" in (read_certificate("Lead 0.1 ppm").about_lot("HG-114") or "")


def test_a_date_whose_day_and_month_could_be_exchanged_is_not_guessed():
    certificate = read_certificate("Date: 03/05/2026\nLead 0.1 ppm")
    assert certificate.date is None
    assert any("03/05/2026" in note for note in certificate.notes)
    assert read_certificate("Date: 03/15/2026\nLead 0.1 ppm").date == datetime.date(2026, 3, 15)


def test_masses_that_contradict_each_other_are_not_used_and_the_rest_stays():
    text = "Serving size: 2 capsules (3.0 g)\nAverage capsule weight: 0.5 g\nLead 0.1 ppm"
    certificate = read_certificate(text)
    assert certificate.basis.serving_g is None
    assert any("contradicts" in note for note in certificate.notes)
    assert certificate.contents[0].analyte == "lead"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_the_encodings_of_spreadsheets(encoding: str):
    text = "Analyte,Result,Unit\nLead,0.1,µg/g\n"
    assert read_certificate(text.encode(encoding), "coa.csv").contents[0].measure == "ppm"


@pytest.mark.parametrize(
    ("text", "measure", "factor"),
    [
        ("mg/g", "mg_per_g", 1.0),
        ("mg per gram", "mg_per_g", 1.0),
        ("%w/w", "mg_per_g", 10.0),
        ("ug/serving", "mg_per_serving", 1e-3),
        ("mg/capsule", "mg_per_article", 1.0),
        ("mg per tablet", "mg_per_article", 1.0),
        ("mg/bottle", "mg_per_container", 1.0),
        ("ppb", "ppm", 1e-3),
        ("mcg/g", "ppm", 1.0),
        ("µg/mL", "mg_per_ml", 1e-3),
        ("% dry weight", "percent_dry_weight", 1.0),
        ("mg/g (dry)", "percent_dry_weight", 0.1),
        ("% of total alkaloids", "percent_of_alkaloids", 1.0),
        ("%", "percent", 1.0),
        ("CFU/g", "cfu_per_g", 1.0),
    ],
)
def test_units(text: str, measure, factor: float):
    assert unit_printed(text) == Unit(measure, factor)


@pytest.mark.parametrize("text", ["mg", "", "g", "per", "/g", "grams of joy", "mg/dL", "%ile"])
def test_what_is_no_unit_of_content(text: str):
    assert unit_printed(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("14.5", Exact(14.5)),
        (".5", Exact(0.5)),
        ("14.5 ± 0.4", Exact(14.5, 0.4)),
        ("1.2E+03", Exact(1200.0)),
        ("3 x 10^2", Exact(300.0)),
        ("1,234,567", Exact(1234567.0)),
        ("< 0.1", Below(0.1, "quantification")),
        ("BRL", Below(0.2, "reporting")),
        ("BDL", NotDetected(0.05)),
        ("<LOD", NotDetected(0.05)),
    ],
)
def test_results(text: str, value):
    read = result_printed(text, 1.0, Limits(detection=0.05, quantification=0.1, reporting=0.2))
    assert read == value or (isinstance(read, Exact) and read.value == pytest.approx(value.value))


@pytest.mark.parametrize("text", ["1,4", "1,000", "1.234,5", "abc", "TNTC", "~5", "-3", "5 5", "1e999"])
def test_results_that_are_not_guessed_at(text: str):
    assert isinstance(result_printed(text), Unreadable)


@pytest.mark.parametrize("text", ["Absent for the most part", "none", "", "no"])
def test_a_germ_is_not_guessed_at(text: str):
    assert germ_printed(text) is None


@given(some.one_of(some.binary(max_size=300), some.text(max_size=300)))
def test_whatever_is_given_is_read_or_refused_in_a_sentence(given_text):
    with suppress(BadInput):
        assert isinstance(read_certificate(given_text, "anything"), Certificate)


WORDS = ["Mitragynine", "7-OH", "Lead", "(Pb)", "Salmonella", "0.5", "<0.1", "ND", "mg/g", "ppm", "%", "Pass", "14,5", "Lot:", "A1", "Result", "Analyte", ",", ";", "\n", "Absent", "in", "10", "g", "≤", "NMT", "±"]  # fmt: skip


@given(some.lists(some.sampled_from(WORDS), max_size=40))
def test_no_line_with_a_number_is_lost(words: list[str]):
    text = " ".join(words)
    if not text.strip():
        return
    certificate = read_certificate(text, "pasted.txt")
    places = {content.place for content in certificate.contents} | {line.place for line in certificate.unread}
    for number, line in enumerate(text.splitlines(), 1):
        known = (certificate.lot, certificate.product) if "Lot" in line else ()
        if any(sign in line for sign in ("0.5", "<0.1", "14,5")) and not any(part and part in line for part in known):
            assert f"line {number}" in places
