"""FDA's overdose model: its own trajectories, its own virtual patients and its published percentages."""

import csv
from pathlib import Path

import numpy as np
import pytest

from leeward.errors import BadInput
from leeward.knowledge import load_knowledge
from leeward.pharmacology.breathing import AT_REST
from leeward.pharmacology.overdose import arrested, course, injections, outcomes, sprays
from leeward.pharmacology.parameters import made_up, rules, typical
from leeward.pharmacology.virtual_patients import virtual_patients

KNOWLEDGE = load_knowledge()
FDA = Path(__file__).parents[4] / "shared" / "data" / "fda-model"
needs_fda = pytest.mark.skipif(
    not FDA.is_dir(), reason="FDA's trajectories and tables are not here (../shared/data/fda-model)"
)

NONE, ONE_SPRAY, TWO_AT_ONCE = sprays(), sprays((0.0, 4.0)), sprays((0.0, 8.0))
COLUMNS = {
    "ventilation": ("Minute ventilation (l/min)", 0.02),
    "arterial_o2": ("Arterial O2 partial pressure (mm Hg)", 0.2),
    "held": ("Opioid bound receptor fraction", 1e-3),
    "blocked": ("Antagonist bound receptor fraction", 1e-3),
    "antagonist": ("Antagonist plasma concentration (ng/ml)", 0.01),
}
"""The columns of the trajectories, and how far ours may be off (the development targets)."""


def trajectory(opioid: str, mg: float, arm: str):
    file = FDA / f"golden_typical_{opioid}_{mg}_{arm}.csv"
    with file.open(newline="") as opened:
        rows = list(csv.DictReader(opened))
    return {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}


TYPICAL = [
    ("fentanyl", 1.625, "none", 76.564, True),
    ("fentanyl", 1.625, "IN4x1", 76.564, False),
    ("fentanyl", 2.965, "none", 72.352, True),
    ("fentanyl", 2.965, "IN4x1", 72.352, True),
    ("carfentanil", 0.012, "none", 184.266, True),
    ("carfentanil", 0.012, "IN4x1", 184.266, False),
]


@needs_fda
@pytest.mark.parametrize(("opioid", "mg", "arm", "given", "arrests"), TYPICAL)
def test_the_typical_person_goes_as_in_fdas_own_code(opioid: str, mg: float, arm: str, given: float, arrests: bool):
    ours = course(typical(KNOWLEDGE, opioid), mg, ONE_SPRAY if arm == "IN4x1" else NONE, rules(KNOWLEDGE))
    theirs = trajectory(opioid, mg, arm)
    assert np.array_equal(ours.seconds, theirs["time"])
    away = np.abs(ours.seconds - ours.collapse) > 2.0
    for name, (column, most) in COLUMNS.items():
        off = np.abs(ours.columns[name] - theirs[column])
        assert off[away | np.isnan(ours.collapse)].max() <= most, name
    assert ours.asked + 60.0 == pytest.approx(given, abs=0.2)
    assert (not np.isnan(ours.arrest)) is arrests


def test_somebody_without_drugs_stays_as_they_are():
    ours = course(typical(KNOWLEDGE, "fentanyl"), 0.0, NONE, rules(KNOWLEDGE))
    assert ours.columns["ventilation"] == pytest.approx(6.764368, abs=1e-3)
    assert ours.columns["arterial_o2"] == pytest.approx(92.795, abs=1e-2)
    assert np.isnan([ours.asked, ours.collapse, ours.arrest]).all()
    assert len(AT_REST) == 13


@needs_fda
@pytest.mark.parametrize(("column", "doses"), [("ca_no_naloxone", NONE), ("ca_IN4_single", ONE_SPRAY)])
def test_each_virtual_patient_arrests_or_not_as_in_fdas_own_code(column: str, doses: np.ndarray):
    with (FDA / "subset240_fentanyl_1.625mg_rerun.csv").open(newline="") as opened:
        theirs = np.array([row[column] == "yes" for row in csv.DictReader(opened)])
    people = virtual_patients(FDA, KNOWLEDGE, "fentanyl")[: len(theirs)]
    ours = ~np.isnan(outcomes(people, 1.625, doses, rules(KNOWLEDGE)).arrest)
    assert np.mean(ours == theirs) >= 0.99


PUBLISHED = [
    ("fentanyl", 1.625, "naloxone-nasal-4mg", NONE, 52),
    ("fentanyl", 1.625, "naloxone-nasal-4mg", ONE_SPRAY, 21),
    ("fentanyl", 1.625, "naloxone-nasal-4mg", TWO_AT_ONCE, 14),
    ("fentanyl", 2.965, "naloxone-nasal-4mg", NONE, 78),
    ("fentanyl", 2.965, "naloxone-nasal-4mg", ONE_SPRAY, 46),
    ("carfentanil", 0.012, "naloxone-nasal-4mg", NONE, 59),
    ("carfentanil", 0.012, "naloxone-nasal-4mg", ONE_SPRAY, 28),
    ("fentanyl", 1.625, "naloxone-vein", injections((0.0, 0.04)), 16),
    ("fentanyl", 1.625, "naloxone-vein", injections((0.0, 0.5)), 0),
    ("fentanyl", 2.965, "naloxone-vein", injections((0.0, 0.04)), 38),
    ("carfentanil", 0.012, "naloxone-vein", injections((0.0, 0.04)), 24),
]


@needs_fda
@pytest.mark.parametrize(("opioid", "mg", "route", "doses", "percent"), PUBLISHED)
def test_as_many_of_2000_arrest_as_published(opioid: str, mg: float, route: str, doses: np.ndarray, percent: float):
    people = virtual_patients(FDA, KNOWLEDGE, opioid, route=route)
    assert len(people) == 2000
    assert arrested(outcomes(people, mg, doses, rules(KNOWLEDGE))) == pytest.approx(percent, abs=2.5)


def test_smaller_errors_come_from_smaller_tolerances():
    person = typical(KNOWLEDGE, "fentanyl")
    exact = course(person, 1.625, ONE_SPRAY, rules(KNOWLEDGE, tolerance=1e-7)).columns["arterial_o2"]
    off = [
        np.abs(
            course(person, 1.625, ONE_SPRAY, rules(KNOWLEDGE, tolerance=tolerance)).columns["arterial_o2"] - exact
        ).max()
        for tolerance in (1e-3, 1e-4, 1e-5)
    ]
    assert off[0] > 2 * off[1] > 4 * off[2]


def test_the_number_of_threads_changes_nothing():
    import numba

    people = np.repeat(typical(KNOWLEDGE, "fentanyl"), 64)
    people["opioid_volume"] *= np.exp(np.random.default_rng(7).normal(0.0, 0.5, 64))
    many = outcomes(people, 1.625, ONE_SPRAY, rules(KNOWLEDGE))
    before = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        one = outcomes(people, 1.625, ONE_SPRAY, rules(KNOWLEDGE))
    finally:
        numba.set_num_threads(before)
    for ours, theirs in zip(many, one, strict=True):
        assert np.array_equal(ours, theirs, equal_nan=True)
    assert 0.0 < arrested(many) < 100.0


def test_a_missing_table_of_virtual_patients_is_told(tmp_path: Path):
    with pytest.raises(BadInput, match="pop_fentanylPKPopulation"):
        virtual_patients(tmp_path, KNOWLEDGE, "fentanyl")
    (tmp_path / "pop_fentanylPKPopulation.csv").write_text("VP,kout\n1,2\n")
    with pytest.raises(BadInput, match="needs the columns"):
        virtual_patients(tmp_path, KNOWLEDGE, "fentanyl")


MADE_UP = [
    ("fentanyl", 1.625, "naloxone-nasal-4mg", NONE, 52),
    ("fentanyl", 1.625, "naloxone-nasal-4mg", ONE_SPRAY, 21),
    ("fentanyl", 2.965, "naloxone-nasal-4mg", ONE_SPRAY, 46),
    ("carfentanil", 0.012, "naloxone-nasal-4mg", ONE_SPRAY, 28),
    ("fentanyl", 2.965, "naloxone-vein", injections((0.0, 0.04)), 38),
]


@pytest.mark.parametrize(("opioid", "mg", "route", "doses", "percent"), MADE_UP)
def test_made_up_people_fare_as_fdas_do(opioid: str, mg: float, route: str, doses: np.ndarray, percent: float):
    people = made_up(KNOWLEDGE, 4000, 1, opioid, route=route)
    assert arrested(outcomes(people, mg, doses, rules(KNOWLEDGE))) == pytest.approx(percent, abs=3.5)


def test_the_first_of_many_made_up_people_are_those_of_a_few():
    few, many = made_up(KNOWLEDGE, 10, 3, "fentanyl"), made_up(KNOWLEDGE, 500, 3, "fentanyl")
    assert np.array_equal(few, many[:10])
    assert not np.array_equal(few, made_up(KNOWLEDGE, 10, 4, "fentanyl"))
    assert many["fraction"].max() <= 0.9
    assert np.corrcoef(np.log(many["opioid_on"]), many["opioid_power"])[0, 1] < -0.97


@needs_fda
def test_made_up_people_differ_as_widely_as_fdas():
    theirs, ours = virtual_patients(FDA, KNOWLEDGE, "fentanyl"), made_up(KNOWLEDGE, 20_000, 1, "fentanyl")
    for name in theirs.dtype.names:
        if np.ptp(theirs[name]) > 0.0:
            assert np.log(ours[name]).std() == pytest.approx(np.log(theirs[name]).std(), rel=0.06), name
            assert np.log(np.median(ours[name])) == pytest.approx(np.log(np.median(theirs[name])), abs=0.06), name
