"""Contents: substances by name, values that are no zero, and claims that are no measurements."""

from __future__ import annotations

import datetime
from math import inf

import msgspec
import pytest

from leeward.errors import BadInput
from leeward.products.contents.content import (
    PRINTED,
    Above,
    Below,
    Content,
    Exact,
    Interval,
    LaboratoryVerdict,
    NotDetected,
    Presence,
    analyte_named,
    analytes,
    bounds,
    value_words,
)


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("7-OH-MIT", "7-hydroxymitragynine"),
        ("7-hydroxy", "7-hydroxymitragynine"),
        ("7 OH", "7-hydroxymitragynine"),
        ("7-Hydroxymitragynine (7-OH)", "7-hydroxymitragynine"),
        ("MIT", "mitragynine"),
        ("Mitragynine (HPLC)", "mitragynine"),
        ("Mitragynine Pseudoindoxyl", "mitragynine-pseudoindoxyl"),
        ("MGM15", "mgm-15"),
        ("dihydro-7-hydroxymitragynine", "mgm-15"),
        ("Pb", "lead"),
        ("Lead (Pb)", "lead"),
        ("Arsenic (inorganic)", "inorganic-arsenic"),
        ("As", "arsenic"),
        ("Total Kratom Alkaloids", "total-alkaloids"),
        ("TAMC", "total-aerobic-count"),
        ("Yeast/Mould", "yeast-and-mold"),
        ("E. coli", "escherichia-coli"),
        ("Salmonella spp.", "salmonella"),
    ],
)
def test_a_printed_name_means_its_substance(printed: str, meant: str):
    assert analyte_named(printed) == meant


@pytest.mark.parametrize(
    "printed",
    [
        "17-hydroxyprogesterone",
        "17-OH",
        "Mitragynine (7-OH)",
        "Mitragynine (dihydro-7-hydroxy)",
        "Lead (Cd)",
        "dihydromitragynine",
        "leaded",
        "",
        "()",
    ],
)
def test_a_name_that_is_not_exactly_known_is_not_guessed_at(printed: str):
    assert analyte_named(printed) is None


def test_no_two_substances_share_a_name():
    names = [(name.casefold(), id) for id, entry in analytes().items() for name in (entry.name, *entry.names)]
    for name, id in names:
        assert analyte_named(name) == id


@pytest.mark.parametrize(
    ("value", "span"),
    [
        (Exact(2.0), (2.0, 2.0)),
        (Exact(2.0, plus_minus=3.0), (0.0, 5.0)),
        (Interval(1.0, 2.0), (1.0, 2.0)),
        (Below(0.124, "quantification"), (0.0, 0.124)),
        (Below(), (0.0, inf)),
        (NotDetected(), (0.0, inf)),
        (NotDetected(0.01), (0.0, 0.01)),
        (Above(10.0), (10.0, inf)),
        (Presence(False, 10.0), None),
        (LaboratoryVerdict(True), None),
    ],
)
def test_bounds_hold_everything_that_the_value_allows(value, span):
    assert bounds(value) == span


@pytest.mark.parametrize("value", [Below(0.1), Below(), Below(0.1, "quantification"), NotDetected(), NotDetected(0.1)])
def test_a_value_below_a_limit_is_never_put_as_zero(value):
    assert "not zero" in value_words(value, "mg_per_g")


def test_every_measure_can_be_printed():
    assert all(value_words(Exact(1.0), measure) for measure in PRINTED)


@pytest.mark.parametrize("value", [Exact(-1.0), Exact(float("nan")), Exact(inf), Interval(2.0, 1.0), Below(-0.1)])
def test_a_number_that_no_content_can_have_is_refused(value):
    with pytest.raises(BadInput, match="LW-0652"):
        Content(analyte="lead", value=value, measure="ppm", kind="measurement")


def test_an_unknown_substance_is_refused():
    with pytest.raises(BadInput, match="LW-0651"):
        Content(analyte="caffeine", value=Exact(1.0), measure="ppm", kind="measurement")


def test_contents_survive_json():
    content = Content(
        analyte="lead",
        value=Below(0.05, "quantification"),
        measure="ppm",
        kind="measurement",
        lot="A12",
        date=datetime.date(2026, 3, 5),
    )
    assert msgspec.json.decode(msgspec.json.encode(content), type=Content) == content
