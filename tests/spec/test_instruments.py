"""Runs the cases of instruments.toml: each is an instrument, what is given, and what must come out."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from leeward.instruments import Score, load_instruments, resolve, score

CASES: dict[str, dict[str, Any]] = tomllib.loads(Path(__file__).with_name("instruments.toml").read_text("utf-8"))

EXPECTED = {
    "total": lambda found: "open" if found.total is None else found.total,
    "range": lambda found: [found.low, found.high],
    "band": lambda found: "open" if found.band is None else found.band,
    "bands": lambda found: list(found.bands),
    "missing": lambda found: list(found.missing),
    "signs": lambda found: [found.objective_low, found.objective_high],
    "flags": lambda found: list(found.flags),
}
GIVEN = {"instrument", "items", "total_given"}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_case(case: dict[str, Any]):
    instrument = load_instruments()[resolve(case["instrument"])]
    found: Score = score(instrument, case.get("items"), case.get("total_given"))
    expected = {key: value for key, value in case.items() if key not in GIVEN}
    assert expected
    assert {key: EXPECTED[key](found) for key in expected} == expected
