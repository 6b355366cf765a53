"""Readings: intervals compared with limits, and units that do not mix."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from leeward.errors import BadInput, MisuseError
from leeward.model.codes import Gtin, Icd10Cm, Loinc, RxNorm, SnomedCt
from leeward.model.quantity import KINDS, Quantity, factor
from leeward.model.reading import Limit, Reading

whole = some.integers(-20, 20)


@given(whole, whole, whole, some.integers(0, 100))
def test_a_settled_comparison_stands_for_every_value_inside(one: int, other: int, limit: int, place: int):
    low, high = min(one, other), max(one, other)
    reading = Reading(low, high, "points", "score", ("score",), ("score",) if low != high else ())
    value = low + (high - low) * place / 100
    exact = Reading(value, value, "points", "score", ("score",))
    border = Limit("gate", limit, "points")
    for before, after in (
        (reading < border, exact < border),
        (reading <= border, exact <= border),
        (reading > border, exact > border),
        (reading >= border, exact >= border),
    ):
        assert not after.is_unknown
        assert before.is_unknown or before.answer is after.answer


def test_nothing_is_known_of_an_unknown_reading():
    reading = Reading.unknown("observations.qtc", "QTc", "ms")
    truth = reading > Limit("qtc-very-long", 500, "ms")
    assert truth.is_unknown
    assert truth.lacked() == ("observations.qtc",)


def test_a_limit_in_another_unit_of_the_kind_is_converted():
    assert (Reading(30, 30, "h", "hours", ("x",)) >= Limit("wait", 1, "d")).is_yes


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("mg", "mcg/h"),
        ("mg/g", "% dry weight"),
        ("% of alkaloids", "% dry weight"),
        ("mg/tablet", "mg"),
        ("MME/day", "mg/d"),
    ],
)
def test_units_of_different_kinds_do_not_mix(given: str, wanted: str):
    with pytest.raises(MisuseError):
        Quantity(1, given).to(wanted)
    with pytest.raises(MisuseError):
        Reading(1, 1, given, "it", ("it",)) < Limit("limit", 1, wanted)  # noqa: B015


@pytest.mark.parametrize("kind", KINDS)
def test_conversions_go_there_and_back(kind: str):
    if kind in ("count", "mass per article"):
        return
    for one in KINDS[kind]:
        for other in KINDS[kind]:
            assert factor(one, other) * factor(other, one) == pytest.approx(1)


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (Loinc, "8867-4", "8867-5"),
        (Gtin, "036000291452", "036000291453"),
        (RxNorm, "351265", "35A265"),
        (SnomedCt, "75544000", "0755"),
        (Icd10Cm, "F11.20", "11.20"),
    ],
)
def test_codes_know_their_own_form(kind, good: str, bad: str):
    assert kind(good).value == good
    with pytest.raises(BadInput):
        kind(bad)


def test_a_code_of_one_system_is_never_one_of_another():
    assert RxNorm("351265") != SnomedCt("351265")
