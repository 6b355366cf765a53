"""Units by UCUM: the published suite for the units that Leeward speaks, the published unit functions, and annotations."""

import json
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.errors import MisuseError
from leeward.fhir.structures import Quantity
from leeward.fhir.ucum import (
    CODES,
    DRUG_FORMS,
    EXACT,
    METRIC,
    OFFSETS,
    PLAIN,
    PREFIXES,
    UCUM,
    convert,
    counted,
    quantity_in,
    strip_per,
    to_daily,
    to_ucum,
    unit_of,
)
from leeward.model.quantity import KINDS

PUBLISHED = Path(__file__).parents[4] / "shared" / "data" / "opioid-cds"
SUITE = PUBLISHED / "ucum" / "UcumFunctionalTests.xml"
VECTORS = PUBLISHED / "mme" / "published_test_vectors.json"

needs_suite = pytest.mark.skipif(not SUITE.is_file(), reason="the UCUM suite is not beside the project")
needs_vectors = pytest.mark.skipif(not VECTORS.is_file(), reason="the published vectors are not beside the project")

WITHOUT_A_UNIT = {"% dry weight", "% of alkaloids"}
"""Units of Leeward that no code of UCUM carries without a word of ours."""


def cases(section: str) -> list[dict[str, str]]:
    if not SUITE.is_file():
        return []
    found = ElementTree.parse(SUITE).getroot().find(section)
    return [dict(case.attrib) for case in found] if found is not None else []


def is_spoken(code: str) -> bool:
    """Whether a code is built of units that Leeward speaks: read apart from the parser, by cutting the text alone."""
    atoms = {*METRIC, *PLAIN, *OFFSETS}
    for piece in re.split(r"[./()]", re.sub(r"\{[^{}]*\}", "", code)):
        name = re.sub(r"(?<!^)[+-]?\d+$", "", piece) if not piece.startswith("10*") else "10*"
        unprefixed = {name[len(prefix) :] for prefix in PREFIXES if name.startswith(prefix)} & set(METRIC)
        if not (name in atoms or unprefixed or name.isdigit() or not name):
            return False
    return True


VALID = [case["unit"] for case in cases("validation") if case["valid"] == "true"]
INVALID = [case["unit"] for case in cases("validation") if case["valid"] == "false"]
IN_SCOPE = [code for code in VALID if is_spoken(code)]
CONVERSIONS = cases("conversion")
LEFT_OUT = {f"3-{number}" for number in (118, 119, 120, 122, 123, 124, 126, 127, 128)}
"""Conversions of the inch, the coulomb and ampere, pi, the newton, the siemens and the light year."""
CONVERTED = [case for case in CONVERSIONS if is_spoken(case["srcUnit"]) and is_spoken(case["dstUnit"])]


@needs_suite
@pytest.mark.parametrize("code", sorted(set(IN_SCOPE)))
def test_a_valid_code_of_units_that_leeward_speaks_is_read(code: str):
    assert unit_of(code) is not None


@needs_suite
@pytest.mark.parametrize("code", sorted(set(INVALID)))
def test_every_invalid_code_is_refused(code: str):
    assert unit_of(code) is None


@needs_suite
@pytest.mark.parametrize("code", sorted(set(VALID) - set(IN_SCOPE)))
def test_a_code_with_a_unit_that_leeward_does_not_speak_is_not_read(code: str):
    assert unit_of(code) is None


@needs_suite
def test_the_scope_is_as_told():
    """Left out: codes and conversions that hold an inch, a light year, an ampere, a drop and their like."""
    assert (len(VALID), len(IN_SCOPE), len(INVALID)) == (490, 379, 39)
    assert {case["id"] for case in CONVERSIONS} - {case["id"] for case in CONVERTED} == LEFT_OUT


def as_written(value: Decimal, wanted: str) -> Decimal:
    """A value cut to the digits that the outcome is written with; the suite keeps the digits of its input."""
    digits = len(Decimal(wanted).as_tuple().digits)
    return Decimal(f"{value:.{digits - 1}e}")


@needs_suite
@pytest.mark.parametrize("case", CONVERTED, ids=lambda case: case["id"])
def test_a_conversion_between_units_that_leeward_speaks_gives_the_outcome(case: dict[str, str]):
    found = convert(Decimal(case["value"]), case["srcUnit"], case["dstUnit"])
    assert found is not None
    assert as_written(found, case["outcome"]) == Decimal(case["outcome"])


@needs_suite
@pytest.mark.parametrize("section", ["multiplication", "division"])
def test_products_and_quotients_have_the_unit_of_the_outcome(section: str):
    for case in cases(section):
        if not (is_spoken(case["u1"]) and is_spoken(case["u2"])):
            continue
        one, two, result = unit_of(case["u1"]), unit_of(case["u2"]), unit_of(case["uRes"])
        both = unit_of(f"({case['u1']}){'.' if section == 'multiplication' else '/'}({case['u2']})")
        assert one and two and result and both and both == result
        value = (
            Fraction(case["v1"]) * Fraction(case["v2"])
            if section == "multiplication"
            else (Fraction(case["v1"]) / Fraction(case["v2"]))
        )
        assert as_written(Decimal(value.numerator) / Decimal(value.denominator), case["vRes"]) == Decimal(case["vRes"])


def called(vector: dict[str, str]) -> Any:
    """A published unit function, with its arguments as they are written there."""
    text = vector["args"]
    plain = None if text == "null" else text.strip("'")
    if vector["fn"] == "ToUCUM":
        return to_ucum(plain or "")
    if vector["fn"] == "StripPer":
        return strip_per(plain)
    found = re.fullmatch(r"(\d+), (\d+) '(\w+)'", text)
    assert found
    return to_daily(Decimal(found[1]), Decimal(found[2]), found[3])


@needs_vectors
def test_all_20_published_unit_vectors_hold():
    vectors = json.loads(VECTORS.read_text(encoding="utf-8"))["unit_functions"]
    assert len(vectors) == 20
    for vector in vectors:
        wanted = vector["expected"]
        value = None if wanted == "null" else wanted.strip("'") if "'" in wanted else Decimal(wanted)
        assert called(vector) == value, vector


def coded(value: float, code: str, system: str = UCUM) -> Quantity:
    return Quantity(value=value, code=code, system=system)


@pytest.mark.parametrize(
    ("quantity", "unit", "value"),
    [
        (coded(8, "mg"), "mg", "8"),
        (coded(8000, "ug"), "mg", "8"),
        (coded(75, "ug/h"), "mcg/h", "75"),
        (coded(0.075, "mg/h"), "mcg/h", "75"),
        (coded(98.6, "[degF]"), "Cel", "37"),
        (coded(310.15, "K"), "Cel", "37"),
        (coded(88, "{beats}/min"), "/min", "88"),
        (coded(120, "mm[Hg]"), "mmHg", "120"),
        (coded(0.44, "s"), "ms", "440"),
        (coded(90, "mL/min/{1.73_m2}"), "mL/min/1.73m2", "90"),
        (coded(97, "%"), "%", "97"),
        (coded(11, "{score}"), "points", "11"),
        (coded(2, "{tab}"), "tablet", "2"),
        (coded(2, "TAB", DRUG_FORMS), "tablet", "2"),
        (coded(5, "meq/L"), "mmol/L", None),
        (coded(200, "10*9/L"), "mmol/L", None),
        (coded(2, "mg/{tab}"), "mg", None),
        (coded(2, "{tab}"), "capsule", None),
        (coded(2, "{tab}"), "1", None),
        (coded(0.97, "1"), "%", None),
        (coded(2, "{mg}"), "mg", None),
        (coded(8, "mg", "http://example.org"), "mg", None),
        (Quantity(value=8, unit="mg"), "mg", None),
        (Quantity(value=8, code="mg", system=UCUM, comparator="<"), "mg", None),
        (Quantity(code="mg", system=UCUM), "mg", None),
    ],
)
def test_a_quantity_is_taken_in_a_unit_only_where_its_code_means_it(quantity: Quantity, unit: str, value: str | None):
    assert quantity_in(quantity, unit) == (None if value is None else Decimal(value))


def test_a_unit_that_leeward_does_not_know_is_a_mistake_of_ours():
    with pytest.raises(MisuseError):
        quantity_in(coded(1, "mg"), "furlong")


def test_every_unit_of_leeward_has_a_code_and_every_code_is_read():
    known = {unit for units in KINDS.values() for unit in units}
    assert known - set(CODES) - set(EXACT) == WITHOUT_A_UNIT
    assert [code for codes in CODES.values() for code in codes if code != "Cel" and unit_of(code) is None] == []


def test_a_unit_of_leeward_converts_as_its_ucum_code_does():
    for units in KINDS.values():
        for one, size in units.items():
            for other, per in units.items():
                if one in CODES and other in CODES:
                    found = convert(Decimal(1), CODES[one][0], CODES[other][0])
                    if found is not None:
                        assert float(found) == pytest.approx(size / per)


def test_what_is_counted_is_told_from_what_is_measured():
    assert counted(coded(1, "{patch}")) == "patch"
    assert counted(coded(1, "TAB", DRUG_FORMS)) == "tablet"
    assert counted(coded(1, "mg")) is None
    assert counted(Quantity(value=1, unit="film")) is None


@given(st.text(alphabet="mgdhLluk./(){}[]0123456789*^+-aå%IUCelHgstabot", max_size=30))
def test_no_text_breaks_the_reader(code: str):
    unit = unit_of(code)
    assert unit is None or unit.factor > 0
