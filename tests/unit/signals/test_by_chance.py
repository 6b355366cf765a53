"""False alarms by chance: exact where they can be counted, and what simulated reports without any excess bring."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import msgspec
import numpy as np
import pyarrow.parquet
import pytest
from click.testing import CliRunner
from scipy.stats import hypergeom

from leeward.cli import leeward
from leeward.errors import BadInput
from leeward.signals.backtest import backtest, month_ends
from leeward.signals.by_chance import Chance, alarms_of, hypergeometric_tail, needed
from leeward.signals.counting import Asked, counted
from leeward.signals.cumulative import Cumulative
from leeward.signals.false_alarms import flagged
from leeward.signals.fit import fit
from leeward.signals.likelihoods import Prior
from leeward.signals.pairs import Pairs
from leeward.signals.rules import LEAST
from leeward.signals.scan import signals
from leeward.signals.scan_drawing import scan_svg
from leeward.signals.sequential import critical_value
from leeward.signals.store import load, loads
from leeward.signals.strata import Strata
from tests.unit.signals import tables
from tests.unit.signals.test_loading import file_of, row

NOW = datetime(2026, 11, 22, tzinfo=UTC)
PRIOR = Prior(0.5, 0.3, 1.5, 2.0, 0.1)


def test_the_tail_is_the_hypergeometric_one():
    least, drawn, marked = (np.array(one) for one in ([3, 3, 8, 40, 3], [3, 900, 30, 600, 5], [3, 4, 900, 500, 64_000]))
    exact = hypergeom.sf(least - 1, 64_471, marked, drawn)
    assert hypergeometric_tail(least, drawn, marked, 64_471)[:4] == pytest.approx(exact[:4], rel=1e-9)


def test_the_fewest_that_are_flagged_are_found_wherever_they_lie():
    wanted = np.array([3, 4, 9, 57, 1000, 1001, 2])
    low, most = np.full(7, 2), np.array([1000] * 6 + [2])
    found = needed(lambda n, which: n >= wanted[which], low, most)
    assert found.tolist() == [3, 4, 9, 57, 1000, 1001, 3]


@pytest.mark.parametrize("rule", ["eb05", "ic025", "prr"])
def test_more_reports_are_flagged_where_fewer_are(rule):
    """What the search for the fewest rests on."""
    for of_product, of_event in ((8, 5), (40, 300), (300, 40), (900, 900)):
        n = np.arange(LEAST, min(of_product, of_event) + 1, dtype=float)
        flags = flagged(rule, n, *(np.full(len(n), float(one)) for one in (of_product, of_event)), 20_000, PRIOR)
        assert np.all(np.diff(flags[: -1 if rule == "prr" else None].astype(int)) >= 0)


def dealt(random: np.random.Generator, products: np.ndarray, events: np.ndarray, reports: int) -> Pairs:
    """A table in which every product and every event is given to reports at random, with these margins."""
    rows = [(random.choice(reports, int(count), replace=False), f"P{at}") for at, count in enumerate(products)]
    held = np.zeros((reports, len(events)), dtype=bool)
    for at, count in enumerate(events):
        held[random.choice(reports, int(count), replace=False), at] = True
    n = np.array([held[of].sum(axis=0) for of, _ in rows])
    product, event = np.nonzero(n)
    return Pairs(
        products=tuple(name for _, name in rows), events=tuple(f"E{at}" for at in range(len(events))), product=product,
        event=event, n=n[product, event], by_product=products, by_event=events, reports=reports,
    )  # fmt: skip


def test_as_many_are_flagged_as_chance_brings_where_there_is_nothing_else():
    random = np.random.default_rng(11)
    products, events = random.integers(3, 60, 60), random.integers(3, 60, 50)
    seen = {"eb05": 0, "ic025": 0, "prr": 0}
    said: dict[str, float] = {}
    runs = 60
    for _ in range(runs):
        for one in alarms_of(dealt(random, products, events, 800), PRIOR):
            seen[one.rule] += one.flagged
            said[one.rule] = one.by_chance
            assert one.of == 3000
    for rule, count in seen.items():
        assert abs(count / runs - said[rule]) < 4 * np.sqrt(said[rule] / runs), rule
    assert said["prr"] > said["ic025"] > 1


def test_with_strata_each_count_is_taken_as_poisson():
    """In one stratum the expected counts are the same, and Poisson counts spread a little wider than those dealt out."""
    pairs = tables.synthetic()
    one = [
        (np.arange(len(margin)), np.zeros(len(margin), dtype=np.int64), margin)
        for margin in (pairs.by_product, pairs.by_event)
    ]
    stratified = msgspec.structs.replace(pairs, strata=Strata(one[0], one[1], np.array([pairs.reports])))
    plain, wider = ({one.rule: one for one in alarms_of(some, PRIOR)} for some in (pairs, stratified))
    for rule in ("eb05", "ic025"):
        assert plain[rule].flagged == wider[rule].flagged
        assert plain[rule].by_chance < wider[rule].by_chance < 6 * plain[rule].by_chance
    assert plain["prr"] == wider["prr"]


def test_without_a_prior_nothing_is_said_of_eb05():
    assert [one.rule for one in alarms_of(tables.synthetic(), None)] == ["ic025", "prr"]


def test_over_the_months_as_many_are_flagged_as_chance_brings():
    """A product whose reports hold events as all others do, watched for two years: simulated beside the exact sum."""
    random, bound = np.random.default_rng(5), critical_value(10, 0.05, 3)
    share, others = np.array([0.002, 0.01, 0.03, 0.1, 0.3]), 400
    runs, seen = 400, dict.fromkeys(("eb05", "ic025", "prr", "maxsprt"), 0)
    of_months = [np.rint(share * others * month).astype(int) for month in range(1, 25)]
    chance = Chance("A", (), bound)
    for month, of_others in enumerate(of_months, 1):
        chance.look(two_products(4 * month, np.zeros(5, dtype=int), others * month, of_others), PRIOR)
    said = chance.by_chance()
    needs = [month.needs for month in chance._months]
    for _ in range(runs):
        own, flags = np.zeros(5, dtype=int), {rule: np.zeros(5, dtype=bool) for rule in seen}
        for month, of_others in enumerate(of_months):
            own = own + random.binomial(4, (of_others + 1) / (others * (month + 1) + 2))
            for rule in seen:
                flags[rule] |= own >= needs[month][rule]
        for rule in seen:
            seen[rule] += int(flags[rule].sum())
    for rule, count in seen.items():
        assert abs(count / runs - said[rule]) < 4 * np.sqrt(said[rule] / runs) + 0.01, rule
    assert said["maxsprt"] <= 5 * 0.05 and said["prr"] > said["ic025"] > 0


def two_products(own: int, own_with: np.ndarray, others: int, with_others: np.ndarray) -> Pairs:
    events = len(with_others)
    n = np.concatenate([own_with, with_others])
    kept = n > 0
    return Pairs(
        products=("A", "B"), events=tuple(f"E{at}" for at in range(events)), product=np.repeat([0, 1], events)[kept],
        event=np.tile(np.arange(events), 2)[kept], n=n[kept], by_product=np.array([own, others]),
        by_event=own_with + with_others, reports=own + others,
    )  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("chance")
    random = np.random.default_rng(7)
    rows = []
    for at in range(2000):
        product, event = min(int(random.exponential(8)), 39), min(int(random.exponential(6)), 29)
        if product == 3 and random.random() < 0.4:
            event = 17
        rows.append(row(f"b{at}", received=f"{1 + at % 6}/10/2016", product=f"P{product}", events=f"E{event}"))
    rows += [row(f"t{at}", received=f"{1 + at % 6}/20/2016", product="TEA", events="SEIZURE") for at in range(12)]
    load(file_of(folder, *rows), folder / "home", NOW)
    return folder / "home"


def test_a_back_test_says_of_every_rule_how_many_events_chance_would_flag(home):
    count = Cumulative(loads(home), Asked())
    found = backtest(count, "TEA", month_ends("2016-01-01", "2016-06-30"), least=3)
    assert {one.rule for one in found.rates} == {"eb05", "ic025", "prr", "maxsprt"}
    assert all(one.by_chance is not None and one.events == len(count.events) for one in found.rates)
    assert sum("by chance alone it would" in said for said in found.says) == 4
    named = backtest(count, "TEA", month_ends("2016-01-01", "2016-06-30"), events=["SEIZURE"], least=3)
    assert {one.events for one in named.rates} == {1}


def scan(home, *arguments):
    return CliRunner().invoke(leeward, ["signals", "scan", *arguments], env={"LEEWARD_HOME": str(home)})


def test_every_form_of_a_scan_says_what_the_alarms_are_worth(home, tmp_path):
    answer = scan(home, "--format", "json")
    alarms = json.loads(answer.stdout)["alarms"]
    assert [one["rule"] for one in alarms] == ["eb05", "ic025", "prr"] and "every term dealt out anew" in answer.output
    assert answer.stderr.count("by chance alone") == 3
    scan(home, "--out", str(tmp_path / "pairs.parquet"))
    told = pyarrow.parquet.read_schema(tmp_path / "pairs.parquet").metadata
    assert json.loads(told[b"alarms"]) == alarms and b"dealt out anew" in told[b"by_chance"]
    drawn = scan(home, "--format", "svg").stdout
    assert drawn.startswith("<svg") and drawn.count("by chance alone") >= 3


def test_the_picture_of_a_scan_names_the_strongest_and_what_reports_do_not_show(home, tmp_path):
    scan(home, "--out", str(tmp_path / "pairs.svg"))
    drawn = (tmp_path / "pairs.svg").read_text()
    assert (
        'role="img"' in drawn
        and "1. TEA: seizure" in drawn
        and "neither cause nor rate" in drawn
        and "http" not in drawn.replace("http://www.w3.org", "")
    )
    assert "LW-1044" in str(scan(home, "--format", "svg", "--least", "1000").exception)


def test_without_a_prior_nothing_is_drawn(home):
    counts = counted(loads(home), Asked())
    found = fit(counts.pairs)
    scanned = signals(counts, msgspec.structs.replace(found, prior=None), "all")
    with pytest.raises(BadInput, match="no EBGM to draw"):
        scan_svg(scanned, np.arange(3))


def test_fda_s_own_file_has_few_alarms_by_chance():
    pairs = tables.caers()
    told = {one.rule: one for one in alarms_of(pairs, fit(pairs).prior)}
    assert told["eb05"].by_chance < 0.01 * told["eb05"].flagged
    assert (
        0.02 < told["ic025"].by_chance / told["ic025"].flagged < 0.1 < told["prr"].by_chance / told["prr"].flagged < 0.2
    )
