"""A pregnancy that stands among the conditions counts as told; whatever else is told, until it is struck."""

from __future__ import annotations

import pytest

from leeward.model.truth import NO, UNKNOWN, YES
from tests.unit.guidance.pictures import picture

TOLD_NOTHING = ["patient.pregnant"]


def code(value: str) -> dict[str, object]:
    return {"code": {"system": "icd-10-cm", "value": value}}


@pytest.mark.parametrize("given", ["pregnant", code("Z33.1"), code("Z34.90"), code("O09.93"), code("O99.323")])
def test_a_recorded_pregnancy_is_one(given: object):
    assert picture(conditions=[given], unknown=TOLD_NOTHING).pregnant.answer is YES


@pytest.mark.parametrize("given", [code("Z39.2"), code("O03.9"), code("O99.325"), code("Z33.2")])
def test_what_comes_after_a_pregnancy_or_ends_one_is_none(given: object):
    assert picture(conditions=[given], unknown=TOLD_NOTHING).pregnant.answer is UNKNOWN


@pytest.mark.parametrize(
    ("observed", "told"),
    [({}, False), ({}, True), ({"pregnancy-test": "positive"}, None), ({"pregnancy-test": "negative"}, None)],
)
def test_whatever_is_told_or_tested_beside_it_the_recorded_pregnancy_counts(
    observed: dict[str, str], told: bool | None
):
    row: dict[str, object] = {"unknown": TOLD_NOTHING} if told is None else {"patient": {"pregnant": told}}
    assert picture(conditions=["pregnant"], observed=observed, **row).pregnant.answer is YES


def test_a_pregnancy_that_is_recorded_as_absent_is_no_pregnancy():
    absent = [{"name": "pregnant", "status": "absent"}]
    assert picture(conditions=absent, patient={"pregnant": False}).pregnant.answer is NO
