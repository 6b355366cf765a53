"""The lines on what is in a product: claimed, measured, compared, checked, and never silent about what was not measured."""

from __future__ import annotations

import msgspec

from leeward.products.contents.assay import AssayLine, assay_lines
from leeward.products.contents.certificate import read_certificate
from leeward.products.contents.content import Content, Exact
from leeward.products.contents.content_limits import content_limits
from leeward.products.contents.conversion import Basis

CLAIM = Content(analyte="7-hydroxymitragynine", value=Exact(15.0), measure="mg_per_article", kind="label-claim")
TEXT = "Lot: A12\n7-OH 22 mg/tablet by GC-MS\nLead 0.1 ppm\nSalmonella Absent in 10 g\n"


def lines(text: str | None = TEXT, claims=(CLAIM,), limits=(), lot: str = "A12") -> dict[str, AssayLine]:
    certificate = None if text is None else read_certificate(text)
    return {line.analyte: line for line in assay_lines(certificate, claims, limits, Basis(), lot)}


def test_a_claim_stands_beside_its_measurement():
    line = lines()["7-hydroxymitragynine"]
    assert line.comparisons[0].difference_percent is not None
    assert round(line.comparisons[0].difference_percent) == 47
    assert "the label claims 15 mg per article" in line.says and "measured 22 mg per article in lot A12" in line.says


def test_gas_chromatography_cannot_tell_7_oh_from_pseudoindoxyl():
    assert any("told apart" in caution for caution in lines()["7-hydroxymitragynine"].cautions)
    liquid = lines("7-OH 22 mg/tablet by LC-MS/MS")
    assert not any("told apart" in caution for caution in liquid["7-hydroxymitragynine"].cautions)


def test_a_claim_that_nobody_measured_says_so():
    line = lines(None)["7-hydroxymitragynine"]
    assert line.missing == ("a measurement of 7-hydroxymitragynine",)
    assert "nobody measured it" in line.says


def test_a_certificate_of_another_lot_cautions_on_every_measured_line():
    found = lines(lot="B7")
    assert all(any("not of lot B7" in one for one in line.cautions) for line in found.values() if line.measured)


def test_a_limited_substance_that_nobody_measured_has_a_line_that_does_not_call_it_absent():
    found = lines(TEXT, (), tuple(content_limits().values()))
    line = found["escherichia-coli"]
    assert "does not say that it is absent" in line.says
    assert {verdict.answer for verdict in line.verdicts} == {"undetermined"}


def test_lines_survive_json():
    found = assay_lines(
        read_certificate(TEXT), [CLAIM], tuple(content_limits().values()), Basis(material="leaf"), "A12"
    )
    assert msgspec.json.decode(msgspec.json.encode(found))


def test_the_lines_of_nothing_are_none():
    assert assay_lines(None, [], []) == ()


def test_a_method_from_the_header_warns_too():
    line = lines("Method: GC-MS\nPseudoindoxyl 3 mg/g")["mitragynine-pseudoindoxyl"]
    assert any("told apart" in caution for caution in line.cautions)


def test_a_number_that_could_not_be_read_is_not_said_to_be_unmeasured():
    limit = content_limits()["usp-2023-botanical-tamc"]
    line = lines("Lot: A12\n7-OH 22,5 mg/tablet\nTotal Plate Count 12,5 CFU/g", limits=(limit,))
    seven, count = line["7-hydroxymitragynine"], line["total-aerobic-count"]
    assert "line 2 of the certificate could not be read (7-OH 22,5 mg/tablet" in seven.says
    assert "nobody measured" not in seven.says and seven.missing == ("a readable number for 7-hydroxymitragynine",)
    assert "could not be read" in count.verdicts[0].because and "obody measured" not in count.verdicts[0].because
