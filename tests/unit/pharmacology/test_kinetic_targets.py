"""The development targets of kinetics and receptors: those that ship with the tests, and all of them where the reference lies beside."""

import tomllib
from pathlib import Path

import pytest

from tests.unit.pharmacology.kinetic_targets import CASES

SPEC = tomllib.loads((Path(__file__).parents[2] / "spec" / "kinetics.toml").read_text(encoding="utf-8"))
REFERENCE = Path(__file__).parents[4] / "shared" / "reference" / "pkpd-targets.yaml"

RECALLED = {"naloxone-in4-label", "bup-xr300-first-month"}
"""Targets that were recalled and not read: met, or not, they prove nothing. Listed apart."""

NOT_MET = {("naloxone-in4-label", "half-life")}
"""The recalled half-life of the label is longer than that of each published set of naloxone. The models say so."""

needs_reference = pytest.mark.skipif(not REFERENCE.is_file(), reason="the targets are not here (../shared/reference)")


def missed(id: str, target) -> dict[str, tuple[float, float, float]]:
    parts = list(CASES[id](target))
    assert parts
    return {name: (ours, low, high) for name, ours, low, high in parts if not low <= ours <= high}


@pytest.mark.parametrize("id", sorted(SPEC))
def test_a_target_of_the_table_is_met(id: str):
    assert missed(id, SPEC[id]) == {}


def reference():
    import yaml

    return {target["id"]: target for target in yaml.safe_load(REFERENCE.read_text(encoding="utf-8"))["targets"]}


@needs_reference
@pytest.mark.parametrize("id", sorted(CASES.keys() - RECALLED))
def test_a_target_of_the_reference_is_met(id: str):
    target = reference()[id]
    assert target["evidence"] != "knowledge"
    assert missed(id, target) == {}


@needs_reference
@pytest.mark.parametrize("id", sorted(RECALLED))
def test_a_recalled_target_is_met_or_known_not_to_be(id: str):
    target = reference()[id]
    assert target["evidence"] == "knowledge"
    assert {(id, name) for name in missed(id, target)} == {one for one in NOT_MET if one[0] == id}


@needs_reference
def test_the_table_says_what_the_reference_says():
    known = reference()
    for id, target in SPEC.items():
        assert target["value"] == known[id]["value"] and target["tolerance"] == known[id]["tolerance"], id


def test_the_first_week_of_a_titration_spans_more_than_twofold():
    from tests.unit.pharmacology.kinetic_targets import course, methadone, repeated

    given = sum((repeated("mouth", mg, every=24, times=1, first=24 * day) for day, mg in enumerate(TITRATION)), ())
    troughs = [course(methadone(hours), given, 7 * 24, 1.0)[1][-1] for hours in (24, 36, 60)]
    assert [round(float(trough)) for trough in troughs] == [142, 227, 357]


TITRATION = (30, 40, 40, 40, 50, 50, 50)
