"""What would have been flagged when: only with what was received by then, and with the worth of each alarm told."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime

import numpy as np
import pytest
from click.testing import CliRunner

from leeward.cli import leeward
from leeward.knowledge import load_knowledge
from leeward.signals.backtest import CANNOT, Dated, Watch, backtest, month_ends
from leeward.signals.concepts import concept_names, merged
from leeward.signals.counting import Asked, Counted, counted, names_of
from leeward.signals.drawing import backtest_page, backtest_svg, backtest_text, numbered
from leeward.signals.pairs import Pairs
from leeward.signals.sequential import critical_value
from leeward.signals.store import load, loads
from tests.unit.signals import tables
from tests.unit.signals.test_loading import file_of, row

NOW = datetime(2026, 11, 22, tzinfo=UTC)
MONTHS = month_ends("2016-01-05", "2016-06-30")
ALERT = Dated(date="2016-05-20", what="Import alert (not a recall): shippers", record="KRR-002")
LATER = Dated(date="2018-04", what="Recall: a firm", record="F-1413-2018")


def reports(excess_from: int = 3) -> list[str]:
    """A background of 40 reports a month, and two of tea, with convulsions from a month on."""
    rows = []
    for month in range(1, 7):
        for at in range(40):
            event = ("NAUSEA", "RASH", "HEADACHE", "CONVULSION")[0 if at % 20 else 3] if at % 4 == 0 else "RASH"
            product = f"PRODUCT {at % 9}"
            rows.append(row(f"b{month}-{at}", received=f"{month}/10/2016", product=product, events=event))
        for at in range(2):
            event = "CONVULSION" if month >= excess_from else "RASH"
            rows.append(row(f"t{month}-{at}", received=f"{month}/20/2016", product="TEA", events=event))
    return rows


def counts_of(home):
    places = loads(home)
    return lambda until: counted(places, Asked(until=until))


@pytest.fixture
def home(tmp_path):
    load(file_of(tmp_path, *reports()), tmp_path / "home", NOW)
    return tmp_path / "home"


@pytest.fixture
def found(home):
    return backtest(counts_of(home), "TEA", MONTHS, actions=[LATER, ALERT], least=3)


def test_months_end_where_they_end():
    assert month_ends("2015-12-31", "2016-02-01") == ("2015-12-31", "2016-01-31", "2016-02-29")
    assert month_ends("2016-03", "2016-02-01") == ()


def test_an_excess_is_flagged_from_the_month_in_which_it_shows(found):
    first = {flag.rule: flag.until for flag in found.flags if flag.event == "CONVULSION"}
    assert first["maxsprt"] == "2016-04-30" and first["ic025"] == "2016-04-30"
    assert not [flag for flag in found.flags if flag.event == "RASH"]
    assert found.lead(ALERT) == 1 and found.lead(LATER) is None


def test_what_came_later_changes_nothing_before(home, tmp_path, found):
    more = [row(f"l{at}", received="7/1/2016", product="TEA", events="RASH, CONVULSION") for at in range(9)]
    load(file_of(tmp_path, *more, name="later.csv"), home, NOW)
    again = backtest(counts_of(home), "TEA", MONTHS, least=3)
    assert again.rows == found.rows and again.flags == found.flags
    assert backtest(counts_of(home), "TEA", month_ends("2016-01-01", "2016-07-31")).months[-1].reports == 21


def test_a_row_is_what_the_counts_of_that_day_say(home, found):
    pairs = counts_of(home)("2016-04-30").pairs
    (one,) = [row for row in found.rows if row.until == "2016-04-30" and row.event == "CONVULSION"]
    at = np.flatnonzero(
        (pairs.product == pairs.products.index("TEA")) & (pairs.event == pairs.events.index("CONVULSION"))
    )
    assert one.n == pairs.n[at][0] == 4 and one.expected == pytest.approx(pairs.expected()[at][0])


def test_every_rule_says_what_its_alarm_is_worth(found):
    said = " ".join(found.says)
    assert said.count("holds to no rate set ahead") == 3 and "MaxSPRT: alarm at" in said and "chance 0.05" in said
    assert "not chosen ahead" in said and "Of 1 actions after 2016-06-30 nothing is said" in said
    assert set(CANNOT) <= set(found.says) and "neither cause nor rate" in said


def test_events_named_ahead_share_the_rate(home):
    found = backtest(counts_of(home), "TEA", MONTHS, events=["CONVULSION", "HEADACHE"], least=3)
    assert found.chosen_ahead and found.bound.rate == pytest.approx(0.025, abs=1e-6)
    assert {row.event for row in found.rows} == {"CONVULSION"} and "not chosen ahead" not in " ".join(found.says)


def test_without_a_prior_there_is_no_ebgm_and_nothing_is_flagged_by_it(home):
    watch = Watch("TEA", (), critical_value(10))
    _, rows = watch.look("2016-06-30", counts_of(home)("2016-06-30"), None)
    assert all(row.eb05 is None and "eb05" not in row.flags for row in rows) and any(row.flags for row in rows)


def test_the_rate_holds_where_product_and_event_are_independent():
    """Made-up reports, month by month, with the share of the event estimated from the other reports as it comes."""
    random, bound, alarms, runs = np.random.default_rng(23), critical_value(10, 0.05, 3), 0, 600
    for _ in range(runs):
        watch, own, others, with_own, with_others = Watch("A", (), bound), 0, 0, 0, 0
        for _ in range(24):
            of_a, of_b = int(random.poisson(4)), 200
            own, others = own + of_a, others + of_b
            with_own += int(random.binomial(of_a, 0.05))
            with_others += int(random.binomial(of_b, 0.05))
            if own:
                _, rows = watch.look("2016-01-31", table_of(own, with_own, others, with_others), None)
                if any("maxsprt" in one.flags and one.event == "E" for one in rows):
                    alarms += 1
                    break
    assert alarms / runs <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / runs)
    assert alarms > 0


def table_of(own: int, with_own: int, others: int, with_others: int) -> Counted:
    """Two products and two events, each report with one of them."""
    n = np.array([with_own, own - with_own, with_others, others - with_others])
    kept = n > 0
    pairs = Pairs(
        products=("A", "B"), events=("E", "F"), product=np.array([0, 0, 1, 1])[kept], event=np.array([0, 1, 0, 1])[kept],
        n=n[kept], by_product=np.array([own, others]), by_event=np.array([n[0] + n[2], n[1] + n[3]]), reports=own + others,
    )  # fmt: skip
    return Counted(pairs, [], [])


def test_the_picture_and_its_tables_hold_the_same(found):
    svg, page, text = backtest_svg(found), backtest_page(found), backtest_text(found)
    assert svg.startswith("<svg") and 'role="img"' in svg and "neither cause nor rate" in svg
    assert not re.search(r'(href|src)="http', page) and page.count("<table>") == 4
    for flag in found.flags:
        assert f"<td>{flag.until}</td><td>{flag.event}</td>" in page and f"{flag.until}  {flag.event}" in text
    assert [one.record for _, one in numbered(found)] == ["KRR-002"] and "KRR-002" in page and "F-1413-2018" not in page


def test_a_name_cannot_break_the_page(home, tmp_path):
    name = '"<script>alert(1)</script> & TEA"'
    load(file_of(tmp_path, row("x", product=name, received="2/2/2016"), name="odd.csv"), home, NOW)
    page = backtest_page(backtest(counts_of(home), name.strip('"'), MONTHS))
    assert "<script>" not in page and "&lt;script&gt;" in page


def test_a_pair_reported_nowhere_else_is_drawn_without_a_prior(home):
    found = backtest(counts_of(home), "TEA", MONTHS[:1])
    assert backtest_svg(found).startswith("<svg") and "Nothing was flagged" in backtest_text(found)


def run(home, *arguments: str):
    return CliRunner().invoke(leeward, ["signals", *arguments], env={"LEEWARD_HOME": str(home)})


def test_the_commands_say_the_same(home):
    answer = run(home, "backtest", "tea", "--least", "3", "--format", "json")
    assert answer.exit_code == 0, answer.output
    said = json.loads(answer.stdout)
    assert said["leeward"] == "signals-backtest/1" and said["product"] == "TEA" and said["says"]
    rows = list(csv.DictReader(io.StringIO(run(home, "backtest", "tea", "--least", "3", "--format", "csv").stdout)))
    assert [(row["until"], row["event"], int(row["n"])) for row in rows] == [
        (row["until"], row["event"], row["n"]) for row in said["rows"]
    ]
    assert run(home, "backtest", "tea", "--format", "svg").stdout.startswith("<svg")
    tested = list(csv.DictReader(io.StringIO(run(home, "lrt", "--product", "tea", "--replicates", "1000").stdout)))
    assert tested[0]["event"] == "CONVULSION" and tested[0]["above"] == "True"


@pytest.mark.parametrize(
    ("asked", "code"),
    [(("backtest", "nothing such"), "LW-1032"), (("lrt", "--product", "nothing such"), "LW-1032"),
     (("backtest", "tea", "--event", "UNHEARD OF"), "LW-1034"), (("backtest", "tea", "--since", "last year"), "LW-1035")],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_answered_is_refused_in_a_sentence(home, asked, code):
    answer = run(home, *asked)
    assert answer.exit_code != 0 and code in str(answer.exception)


def test_a_table_without_days_has_no_past(tmp_path):
    load(file_of(tmp_path, "1,TEA,NAUSEA\n2,TEA,RASH\n", head="CASEID,DRUG,AE\n"), tmp_path / "home", NOW)
    assert "LW-1033" in str(run(tmp_path / "home", "backtest", "TEA").exception)


def test_kratom_was_not_flagged_before_the_import_alert_and_was_in_2016(tmp_path):
    """FDA's own reports: two when the import alert came in February 2014; convulsions and liver values in 2016."""
    load(tables.needs(tables.CAERS), tmp_path, NOW)
    places = loads(tmp_path)
    names = concept_names(merged(names_of(places), load_knowledge()))
    found = backtest(
        lambda until: counted(places, Asked(until=until), names), "KRATOM", ("2014-01-31", "2016-03-31", "2016-08-31")
    )
    assert [month.reports for month in found.months] == [2, 16, 28]
    assert not [flag for flag in found.flags if flag.until == "2014-01-31"]
    by_rule = {(flag.event, flag.rule): flag.until for flag in found.flags}
    assert by_rule["CONVULSION", "ic025"] == "2016-03-31" and by_rule["CONVULSION", "eb05"] == "2016-08-31"
    assert by_rule["RESPIRATORY ARREST", "eb05"] == "2016-08-31"
