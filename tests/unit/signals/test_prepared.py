"""What is worked out for the pages is what the commands say, and each number has as many reports behind it."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from leeward.cli import leeward
from leeward.errors import BadInput
from leeward.knowledge import load_knowledge
from leeward.signals.backtest import backtest
from leeward.signals.concepts import concept_names, merged
from leeward.signals.counting import Asked, counted, names_of
from leeward.signals.fit import fit
from leeward.signals.prepared import ABOUT, CURRENT, FOLDER, current, read_prepared
from leeward.signals.preparing import ALPHA, LEAST, LIMIT, Wanted, prepare
from leeward.signals.reactions import reaction_groups
from leeward.signals.scan import signals
from leeward.signals.shelf import Shelf, open_shelf
from leeward.signals.shown import Filter
from leeward.signals.store import load, loads
from leeward.signals.time_line import first_alarm, largest_bunch, points, years
from leeward.web.signals_view import DEMO
from scripts import write_demo_signals
from tests.unit.signals.test_loading import file_of, row

NOW = datetime(2026, 11, 23, tzinfo=UTC)
KNOWLEDGE = load_knowledge()


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    write_demo_signals.made(folder)
    return folder


@pytest.fixture(scope="module")
def shelf(home):
    return open_shelf(home)


def small(folder, *rows):
    load(file_of(folder, *rows), folder / "home", NOW)
    prepare(folder / "home", KNOWLEDGE, NOW)
    return open_shelf(folder / "home")


def names(home):
    return concept_names(merged(names_of(loads(home)), KNOWLEDGE))


@pytest.mark.parametrize("background", ["all", "supplements", "industry:53"])
@pytest.mark.parametrize("likelihood", ["A", "B", "C"])
def test_every_measure_is_that_of_the_scan(home, shelf, background, likelihood):
    counts = counted(loads(home), Asked(background=background), names(home))
    scanned = signals(counts, fit(counts.pairs, likelihood), background)
    by_pair = {(one["product"], one["event"]): one for one in scanned.rows(range(len(counts.pairs.n)))}
    shown = [
        one
        for product in counts.pairs.products
        for one in shelf.of_product(product, likelihood)
        if one.background == background
    ]
    assert len(shown) == len(by_pair)
    for one in shown:
        said = by_pair[one.product, one.event]
        for name in ("n", "expected", "prr", "prr_lower", "chi2", "ror_upper", "ic025", "ebgm", "eb05", "eb95"):
            assert getattr(one, name) == (pytest.approx(said[name]) if said[name] is not None else None)
        assert (one.first_report, one.last_report) == (said["first_report"] or "", said["last_report"] or "")


def test_a_number_has_as_many_reports_behind_it_against_every_background(shelf):
    pairs = [one for product in ("KRATOM", "PRETEND ICE CREAM", "INVENTED FACE CREAM") for one in shelf.of_product(product, "C")]  # fmt: skip
    assert {one.background for one in pairs} == {"all", "supplements", "industry:53"}
    for one in pairs:
        assert len(set(shelf.numbers(one.product, one.event, one.background))) == one.n


def test_the_line_of_a_pair_is_that_of_the_back_test(home, shelf):
    """The page works MaxSPRT out by itself from counts by month; every month and event must come out as a back-test has it."""
    listed, places = names(home), loads(home)
    months = [f"{year}-{month:02}-28" for year in (2022, 2023, 2024) for month in range(1, 13)]
    months = [f"{one[:8]}31" for one in months]  # no day of a month is later as text
    first = shelf.months("KRATOM")
    start = next(one.month for one in first if one.product)
    months = [one for one in months if one[:7] >= start and one[:7] <= first[-1].month]
    found = backtest(
        lambda until: counted(places, Asked(until=until), listed),
        "KRATOM",
        months,
        alpha=ALPHA,
        limit=LIMIT,
        least=LEAST,
    )
    by_event = {
        event: points(shelf.months("KRATOM", event), shelf.about.bound) for event in {row.event for row in found.rows}
    }
    assert len(found.rows) > 200
    for row_ in found.rows:
        point = next(one for one in by_event[row_.event] if one.month == row_.until[:7])
        assert (point.n, point.awaited, point.llr) == (row_.n, pytest.approx(row_.awaited), pytest.approx(row_.llr))
        assert point.alarm == ("maxsprt" in row_.flags)
    assert any(first_alarm(one) for one in by_event.values())


def test_the_years_of_a_pair_hold_each_report_once(shelf):
    months = shelf.months("KRATOM", "CONVULSION")
    found = years(months, points(months, shelf.about.bound))
    pair = next(one for one in shelf.pair("KRATOM", "CONVULSION", "C") if one.background == "all")
    assert (sum(one.both for one in found), sum(one.product for one in found)) == (pair.n, pair.by_product)
    assert [one.year for one in found] == [str(year) for year in range(int(found[0].year), int(found[-1].year) + 1)]


@pytest.mark.parametrize(
    ("received", "bunch"),
    [
        ([], None),
        (["2016-08-05"], None),
        (["2016-08-05", "2016-08-12"], None),
        (["2016-08-05", "2016-08-11"], (2, "2016-08-05", "2016-08-11")),
        (["2016-08", "", "2016-08-05", "2016-08-05"], (2, "2016-08-05", "2016-08-05")),
        (["2017-01-02", "2017-01-03", "2016-12-31", "2016-01-01", "2016-01-02"], (3, "2016-12-31", "2017-01-03")),
        (["2016-01-01", "2016-01-02", "2017-01-01", "2017-01-02"], (2, "2016-01-01", "2016-01-02")),
    ],
)
def test_the_largest_bunch_is_of_seven_days(received, bunch):
    found = largest_bunch(received)
    assert (found and (found.reports, found.first, found.last)) == bunch


def test_a_product_that_was_only_taken_along_is_shown_and_not_counted(tmp_path):
    told = [
        row("1", product="TEA", events="NAUSEA", outcomes="DEATH, HOSPITALIZATION"),
        row("1", product="TEA", events="NAUSEA", outcomes="DEATH, HOSPITALIZATION"),
        row("1", product="OIL", events="NAUSEA", role="Concomitant", outcomes="DEATH, HOSPITALIZATION"),
        row("2", product="OIL", events="NAUSEA"),
        row("3", product="GUM", events="RASH"),
    ]
    shelf = small(tmp_path, *told)
    (pair,) = [one for one in shelf.pair("OIL", "NAUSEA", "C") if one.background == "all"]
    assert pair.n == 1
    (counted_,), (beside,) = (shelf.numbers("OIL", "NAUSEA", beside=beside) for beside in (False, True))
    assert (counted_[-1], beside[-1]) == ("2", "1")
    (told_,) = shelf.reports([beside], "OIL")
    assert told_.outcomes == ("DEATH", "HOSPITALIZATION")
    assert {(one.written, one.role, one.own) for one in told_.products} == {("TEA", "suspect", False), ("OIL", "concomitant", True)}  # fmt: skip


def test_what_was_prepared_names_its_files_and_what_came_since(tmp_path):
    shelf = small(tmp_path, row("1", events="RASH"))
    assert [one.name for one in shelf.about.loads] == ["caers.csv"]
    assert shelf.about.loaded_since(tmp_path / "home") == ()
    load(file_of(tmp_path, row("2", events="NAUSEA"), name="more.csv"), tmp_path / "home", NOW)
    assert shelf.about.loaded_since(tmp_path / "home") == ("more.csv",)


def test_likely_duplicates_are_left_out_only_where_it_is_asked(tmp_path):
    terms = "RASH, NAUSEA, CHOKING"
    twins = [
        row(f"{number}", product="OIL", events=terms, age="67", sex="Female", received="1/5/2016") for number in (1, 2)
    ]
    others = [row(f"x{at}", product=f"P{at % 7}", events="RASH", age=f"{20 + at % 50}", received=f"{1 + at % 12}/9/2016") for at in range(300)]  # fmt: skip
    load(file_of(tmp_path, *twins, *others), tmp_path / "home", NOW)
    keeps = prepare(tmp_path / "home", KNOWLEDGE, NOW)
    assert (keeps.likely_twins, keeps.left_out, len(open_shelf(tmp_path / "home").numbers("OIL", "RASH"))) == (1, (), 2)
    assert open_shelf(tmp_path / "home").alike(["caers:2", "caers:x1", "caers:1"]) == (("caers:1", "caers:2", True),)
    drops = prepare(tmp_path / "home", KNOWLEDGE, NOW.replace(minute=1), Wanted(drop=True))
    assert open_shelf(tmp_path / "home").alike(["caers:x1", "caers:1"]) == ()
    assert len(drops.left_out) == 1 and len(open_shelf(tmp_path / "home").numbers("OIL", "RASH")) == 1


def test_nothing_loaded_is_said(tmp_path):
    with pytest.raises(BadInput, match="No reports are loaded"):
        prepare(tmp_path, KNOWLEDGE, NOW)
    assert current(tmp_path) is None and open_shelf(tmp_path) is None


def test_where_it_cannot_be_finished_what_was_shown_before_stands(tmp_path, monkeypatch):
    shelf = small(tmp_path, row("1", events="RASH"))

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("leeward.signals.preparing._Preparing.done", full)
    with pytest.raises(BadInput, match="No space left"):
        prepare(tmp_path / "home", KNOWLEDGE, NOW.replace(minute=1))
    assert current(tmp_path / "home") == shelf.place
    assert sorted(one.name for one in (tmp_path / "home" / FOLDER).iterdir()) == sorted((CURRENT, shelf.place.name))


def test_a_second_time_the_first_stays_for_those_who_read_it_and_a_third_takes_it_away(tmp_path):
    small(tmp_path, row("1", events="RASH"))
    first = current(tmp_path / "home")
    prepare(tmp_path / "home", KNOWLEDGE, NOW.replace(minute=1))
    assert first.exists() and current(tmp_path / "home") != first
    prepare(tmp_path / "home", KNOWLEDGE, NOW.replace(minute=2))
    assert not first.exists()


@pytest.mark.parametrize("broken", [b"{", b'{"leeward": "signals-page/0"}', b"\xff"])
def test_a_damaged_folder_is_said_with_the_command_that_mends_it(tmp_path, home, broken):
    shutil.copytree(home / FOLDER, tmp_path / FOLDER)
    place = current(tmp_path)
    (place / ABOUT).write_bytes(broken)
    with pytest.raises(BadInput, match="leeward signals prepare"):
        read_prepared(place)


@pytest.mark.parametrize("name", ["pairs", "reports", "events", "twins"])
@pytest.mark.parametrize("how", ["gone", "cut"])
def test_a_damaged_table_is_said_too(tmp_path, home, name, how):
    shutil.copytree(home / FOLDER, tmp_path / FOLDER)
    table = current(tmp_path) / f"{name}.parquet"
    if how == "gone":
        table.unlink()
    else:
        table.write_bytes(table.read_bytes()[:-100])
    with pytest.raises(BadInput, match="leeward signals prepare"):
        open_shelf(tmp_path)


def test_a_name_of_a_folder_that_leads_elsewhere_is_none(tmp_path, home):
    (tmp_path / FOLDER).mkdir()
    for name in ("../../etc", "", "gone"):
        (tmp_path / FOLDER / CURRENT).write_text(name)
        assert current(tmp_path) is None


@pytest.mark.parametrize(
    ("asked", "holds"),
    [
        (Filter(product="kratom", least=1), lambda one: "KRATOM" in one.product),
        (Filter(event="rash", least=1), lambda one: "RASH" in one.event),
        (Filter(events=("JAUNDICE", "CONVULSION"), least=1), lambda one: one.event in ("JAUNDICE", "CONVULSION")),
        (Filter(background="supplements", least=5), lambda one: one.background == "supplements" and one.n >= 5),
        (Filter(background="industry", least=1), lambda one: one.background != "all"),
        (Filter(concept="KRATOM", least=1), lambda one: one.product == "KRATOM"),
        (Filter(product="%", least=1), lambda one: False),
        (Filter(product="'; drop view pairs; --", least=1), lambda one: False),
    ],
    ids=lambda value: "" if callable(value) else str(value).translate(str.maketrans("", "", " "))[:60],
)
def test_a_filter_gives_all_that_it_names_and_nothing_else(shelf, asked, holds):
    everything = []
    for background in ("all", asked.background):
        every = Filter(background=background, least=1, sort="n")
        pages = shelf.listing(every).pages
        everything += [one for page in range(1, pages + 1) for one in shelf.listing(Filter(background=background, least=1, sort="n", page=page)).pairs]  # fmt: skip
        if asked.background == "all":
            break
    listing = shelf.listing(asked)
    assert all(holds(one) for one in listing.pairs)
    assert listing.count == len({(one.background, one.product, one.event) for one in everything if holds(one) and (asked.background == "all" or one.background != "all")})  # fmt: skip
    assert sum(one.pairs for one in listing.bins) == listing.count - listing.unscored


@pytest.mark.parametrize("sort", ["eb05", "ebgm", "ic025", "prr_lower", "ratio", "n", "last_report"])
def test_the_pages_together_hold_every_pair_once_in_order(shelf, sort):
    first = shelf.listing(Filter(sort=sort, least=1))
    told = [
        one for page in range(1, first.pages + 1) for one in shelf.listing(Filter(sort=sort, least=1, page=page)).pairs
    ]
    assert len({(one.product, one.event) for one in told}) == len(told) == first.count
    values = [getattr(one, sort) for one in told]
    known = [value for value in values if value is not None]
    assert known == sorted(known, reverse=True) and values[: len(known)] == known


def test_the_shipped_reports_are_those_that_the_script_makes(shelf):
    """Run scripts/write_demo_signals.py where this fails."""
    shipped = open_shelf(DEMO)
    assert shipped is not None and shipped.about.made_up
    assert shipped.about.loads == shelf.about.loads and shipped.about.prepared == shelf.about.prepared
    assert [one.id for one in shipped.about.backgrounds] == [one.id for one in shelf.about.backgrounds]
    for sort in ("eb05", "n"):
        ours, theirs = (one.listing(Filter(sort=sort, least=1)).pairs for one in (shipped, shelf))
        assert [(one.product, one.event, one.n) for one in ours] == [(one.product, one.event, one.n) for one in theirs]
        assert [one.ebgm for one in ours] == pytest.approx([one.ebgm for one in theirs], rel=1e-4)
    assert shipped.about.backtests[0].flags == shelf.about.backtests[0].flags


@pytest.mark.parametrize(
    ("group", "of", "not_of"),
    [
        ("withdrawal", ["DRUG WITHDRAWAL SYNDROME", "Dependence"], ["DIABETES MELLITUS NON-INSULIN-DEPENDENT"]),
        ("seizure", ["CONVULSION", "Seizure", "STATUS EPILEPTICUS"], ["NAUSEA"]),
        ("liver", ["JAUNDICE", "HEPATITIS ACUTE", "BLOOD BILIRUBIN INCREASED"], ["PREMATURE DELIVERY", "HEPATITIS C", "BLOOD CHOLESTEROL", "HEPATIC CANCER"]),
        ("breathing", ["RESPIRATORY DEPRESSION", "APNOEA", "HYPOXIA"], ["SLEEP APNOEA SYNDROME", "RESPIRATORY TRACT INFECTION", "CYANOPSIA"]),
        ("consciousness", ["COMA", "SOMNOLENCE", "LOSS OF CONSCIOUSNESS"], ["GLAUCOMA", "SARCOMA", "GYNAECOMASTIA"]),
        ("heart-rhythm", ["ELECTROCARDIOGRAM QT PROLONGED", "CARDIAC ARREST"], ["CARDIAC FAILURE", "HEART DISEASE CONGENITAL"]),
        ("overdose", ["ACCIDENTAL OVERDOSE", "TOXICITY TO VARIOUS AGENTS"], ["FOOD POISONING", "HEPATOTOXICITY"]),
        ("death", ["DEATH", "SUDDEN CARDIAC DEATH"], ["FEAR OF DEATH", "SUICIDAL IDEATION"]),
    ],
)  # fmt: skip
def test_a_group_holds_terms_by_their_words(group, of, not_of):
    one = reaction_groups(KNOWLEDGE)[group]
    assert all(one.of(term) for term in of) and not any(one.of(term) for term in not_of)


def test_the_command_says_what_it_did(tmp_path, monkeypatch):
    monkeypatch.setenv("LEEWARD_HOME", str(tmp_path / "home"))
    refused = CliRunner().invoke(leeward, ["signals", "prepare"])
    assert refused.exit_code == 1 and isinstance(refused.exception, BadInput)
    load(file_of(tmp_path, *(row(f"{at}", product=f"P{at % 5} KRATOM"[: 2 + 7 * (at % 2)], events=("RASH", "NAUSEA")[at % 3 == 0]) for at in range(60))), tmp_path / "home", NOW)  # fmt: skip
    done = CliRunner().invoke(leeward, ["signals", "prepare"])
    assert done.exit_code == 0 and "60 reports" in done.output
    assert isinstance(open_shelf(tmp_path / "home"), Shelf)
