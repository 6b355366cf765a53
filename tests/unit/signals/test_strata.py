"""Expected counts that allow for strata: exact for pairs that were seen, binned with a known error for all other cells."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import msgspec
import numpy as np
import pytest
from click.testing import CliRunner

from leeward.commands.signals import command
from leeward.errors import BadInput
from leeward.signals.counting import Asked, counted
from leeward.signals.fit import fit
from leeward.signals.likelihoods import Likelihood, Prior
from leeward.signals.pairs import Pairs, Points, seen_points, unseen_points
from leeward.signals.store import load, loads
from leeward.signals.strata import WIDTH, Strata, error_bound
from tests.unit.signals import tables

NOW = datetime(2026, 11, 22, tzinfo=UTC)
PRIORS = (Prior(0.2, 0.26, 4.2, 3.0, 0.43), Prior(0.02, 0.03, 1.2, 1.0, 0.1), Prior(25.0, 2.0, 0.5, 0.4, 0.5))


def stratified(rows: list[tuple[str, str, str, str]]) -> Pairs:
    """The pairs of rows of report, product, event and stratum, counted in plain Python."""
    pairs = tables.of_reports((report, product, event) for report, product, event, _ in rows)
    strata = {name: place for place, name in enumerate(sorted({row[3] for row in rows}))}
    reports = Counter(stratum for _, stratum in {(row[0], row[3]) for row in rows})

    def margin(at: int, names: tuple[str, ...]):
        places = {name: place for place, name in enumerate(names)}
        told = Counter((name, stratum) for _, name, stratum in {(row[0], row[at], row[3]) for row in rows})
        return (
            np.array([places[name] for name, _ in told]),
            np.array([strata[stratum] for _, stratum in told]),
            np.array(list(told.values())),
        )

    of = Strata(margin(1, pairs.products), margin(2, pairs.events), np.array([reports[name] for name in strata]))
    return msgspec.structs.replace(pairs, strata=of)


@pytest.fixture(scope="module")
def caers_2012() -> Pairs:
    rows = tables.rows_of(tables.needs(tables.CAERS_2012))
    return stratified([(row[0], row[1], row[2], row[3]) for row in rows])


def all_cells(pairs: Pairs) -> np.ndarray:
    """The expected count of every cell, the slow way."""
    products, events = np.meshgrid(np.arange(len(pairs.products)), np.arange(len(pairs.events)), indexing="ij")
    return pairs.strata.expected(products.ravel(), events.ravel()).reshape(products.shape)


def test_the_prior_of_openebgm_with_strata_by_sex(caers_2012):
    """It squashes the data first and comes to these within a thousandth; here nothing is squashed."""
    found = fit(caers_2012, "A")
    assert found.certificate.outcome == "interior optimum"
    assert found.prior == pytest.approx((24.3133061, 2.33726229, 3.51382845, 2.91402068, 0.0318307045), rel=0.002)


def test_expected_counts_of_openebgm_with_strata_by_sex(caers_2012):
    expected = caers_2012.expected()
    at = {
        (caers_2012.products[product], caers_2012.events[event]): place
        for place, (product, event) in enumerate(zip(caers_2012.product, caers_2012.event, strict=True))
    }
    published = {
        ("REUMOFAN PLUS", "WEIGHT INCREASED"): 0.46916128070927,
        ("REUMOFAN PLUS", "IMMOBILE"): 0.0920398033116653,
        ("HYDROXYCUT REGULAR RAPID RELEASE CAPLETS", "EMOTIONAL DISTRESS"): 1.18318944006284,
    }
    for pair, value in published.items():
        assert expected[at[pair]] == pytest.approx(value, rel=1e-12)


def test_unseen_cells_are_all_in_a_bin_and_wrong_by_less_than_the_bound(caers_2012):
    expected = all_cells(caers_2012)
    expected[caers_2012.product, caers_2012.event] = 0
    every = expected[expected > 0]
    exact = Points(np.zeros(len(every)), every, np.ones(len(every)))
    bins = unseen_points(caers_2012)
    assert bins.weight.sum() == len(every) and len(bins.n) < len(every) / 20
    assert bins.weight @ bins.expected == pytest.approx(every.sum(), rel=1e-12)
    for prior in PRIORS:
        wrong = value_of(bins, prior) - value_of(exact, prior)
        assert -error_bound(bins, prior) < wrong < 1e-9 and error_bound(bins, prior) < 1e-4


def value_of(points: Points, prior: Prior) -> float:
    none = [
        np.log(weight) - alpha * np.log1p(points.expected / beta)
        for weight, alpha, beta in ((prior.p, prior.alpha1, prior.beta1), (1 - prior.p, prior.alpha2, prior.beta2))
    ]
    return float(np.sum(points.weight * np.logaddexp(*none)))


def test_a_cell_that_no_report_could_hold_says_nothing():
    """A product only of men and an event only of women share no stratum."""
    pairs = stratified([("1", "a", "x", "men"), ("2", "b", "y", "women"), ("3", "b", "x", "women")])
    assert unseen_points(pairs).weight.sum() == 0
    assert sorted(pairs.expected()) == [0.5 * 2, 0.5 * 2, 1.0]


def test_one_stratum_is_no_stratum():
    plain = tables.synthetic()
    rows = [(f"{place}", plain.products[p], plain.events[e], "all") for p, e, n in zip(plain.product, plain.event, plain.n, strict=True)
            for place in range(n)]  # fmt: skip
    pairs = stratified(rows)
    bare = msgspec.structs.replace(pairs, strata=None)
    assert np.allclose(pairs.expected(), bare.expected(), rtol=1e-14)
    theta = PRIORS[0].theta()
    for reading in ("A", "B", "C"):
        value, gradient = Likelihood(reading, pairs)(theta)
        other, by = Likelihood(reading, bare)(theta)
        assert value == pytest.approx(other, abs=1e-6) and gradient == pytest.approx(by, abs=1e-3)
    assert len(unseen_points(pairs).n) <= len(unseen_points(bare).n) + 1 and WIDTH == 1e-4
    seen, place = seen_points(pairs)
    assert np.array_equal(seen.n[place], pairs.n) and np.array_equal(seen.expected[place], pairs.expected())


HEAD = "Report #,CAERS Created Date,Product Role,Product,Industry Code,Age,Age Unit,Gender,Symptoms\n"
ROWS = [
    ("1", "1/2/2015", "A", "30", "Year(s)", "Female", "X"), ("2", "1/2/2015", "A", "40", "Year(s)", "Female", "Y"),
    ("3", "1/2/2016", "B", "31", "Week(s)", "Male", "X"), ("4", "1/2/2016", "B", "", "", "Not Reported", "Y"),
    ("5", "1/2/2016", "A", "80", "Year(s)", "Male", "X"), ("5", "1/2/2016", "B", "80", "Year(s)", "Male", "X"),
]  # fmt: skip


def home_of(folder):
    path = folder / "caers.csv"
    lines = (f"{number},{day},Suspect,{product},54,{age},{unit},{sex},{event}\n" for number, day, product, age, unit, sex, event in ROWS)  # fmt: skip
    path.write_text(HEAD + "".join(lines))
    load(path, folder / "home", NOW)
    return folder / "home"


BANDS = {"1": "18-44", "2": "18-44", "3": "under 2", "4": "", "5": "75 and over"}


@pytest.mark.parametrize(
    ("strata", "of"),
    [
        (("sex",), lambda row: {"Female": "f", "Male": "m"}.get(row[5], "")),
        (("year",), lambda row: row[1][-4:]),
        (("age",), lambda row: BANDS[row[0]]),
        (("age", "sex", "year"), lambda row: (BANDS[row[0]], row[5], row[1][-4:])),
    ],
    ids=["sex", "year", "age", "all"],
)
def test_strata_are_counted_as_in_plain_python(tmp_path, strata, of):
    pairs = counted(loads(home_of(tmp_path)), Asked(strata=strata)).pairs
    last = stratified([(row[0], row[2], row[6], str(of(row))) for row in ROWS])
    named = {(last.products[p], last.events[e]): value for p, e, value in zip(last.product, last.event, last.expected(), strict=True)}  # fmt: skip
    assert len(pairs.strata) == len(last.strata)
    for p, e, value in zip(pairs.product, pairs.event, pairs.expected(), strict=True):
        assert value == pytest.approx(named[pairs.products[p], pairs.events[e]])


def test_strata_that_are_none_are_refused_and_those_used_are_named(tmp_path):
    home = home_of(tmp_path)
    with pytest.raises(BadInput, match="'city'"):
        counted(loads(home), Asked(strata=("sex", "city")))
    done = CliRunner(env={"LEEWARD_HOME": str(home)}).invoke(command, ["fit", "--strata", "age, sex"])
    assert done.exit_code == 0 and "allow for 4 strata; PRR, ROR and chi-square do not" in done.stdout
