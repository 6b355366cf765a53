"""The pages of reports: what is shown is what was prepared, and never read as cause or rate."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from urllib.parse import quote_plus

import msgspec
import pytest

from leeward.knowledge import load_knowledge
from leeward.signals.prepared import ABOUT, FOLDER, current
from leeward.signals.preparing import prepare
from leeward.signals.shelf import open_shelf
from leeward.signals.store import load
from leeward.web.signals_view import DEMO
from tests.unit.signals.test_loading import file_of, row
from tests.web.conftest import signing_in

NOW = datetime(2026, 11, 23, tzinfo=UTC)
PAGES = ("/signals", "/signals/product?name=KRATOM", "/signals/pair?product=KRATOM&event=CONVULSION")


@pytest.fixture
def officer(someone):
    return someone("m.haddad")


def at(house, folder, *, demo=False):
    """The safety officer of a house whose reports lie in a folder."""
    return signing_in(msgspec.structs.replace(house, signals=folder, demo=demo))("m.haddad")


def loaded(folder, *rows):
    load(file_of(folder, *rows), folder / "home", NOW)
    return folder / "home"


def links(page, to):
    return [html.unescape(one) for one in re.findall(r'href="([^"]+)"', page.html) if one.startswith(to)]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_says_what_reports_cannot_show_and_of_what_file_it_is(officer, path):
    page = officer.get(path)
    about = open_shelf(DEMO).about
    assert page.status == 200
    assert "Reports show neither cause nor rate." in page.text
    assert about.loads[0].digest in page.text and about.loads[0].name in page.text
    assert f"{about.first_received} to {about.last_received}" in page.text
    assert "look alike" in page.text and "Background" in page.text


@pytest.mark.parametrize("path", PAGES)
def test_made_up_reports_are_called_so_on_every_page(officer, path):
    assert "These reports are made up." in officer.get(path).text


def test_real_actions_beside_made_up_reports_are_told_apart(officer):
    page = officer.get("/signals/product?name=KRATOM")
    assert "The reports here are made up; these actions are real." in page.text and "Mandatory recall" in page.text


@pytest.mark.parametrize("person", ["n.park", "a.reyes", "j.lindqvist", "m.haddad", "admin"])
def test_whoever_may_read_the_reference_may_read_the_signals(someone, person):
    assert someone(person).get("/signals").status == 200


def test_nobody_reads_them_without_signing_in(someone):
    assert "sign-in" in someone("").get("/signals").url


def test_a_product_is_found_and_its_numbers_stand_with_their_reports(officer):
    page = officer.get("/signals?product=kratom&event=convul&least=1")
    (pair,) = [one for one in open_shelf(DEMO).pair("KRATOM", "CONVULSION", "C") if one.background == "all"]
    assert "1 pair, all reports" in page.text and f"{pair.eb05:.2f} to {pair.eb95:.2f}" in page.text
    (to,) = links(page, "/signals/pair?")
    behind = officer.get(to)
    assert f"The {pair.n} reports behind the number" in behind.text
    numbers = re.findall(r'<th scope="row">(9\d{5}) <span', behind.html)
    assert len(numbers) == pair.n == len(set(numbers))


def test_the_groups_of_terms_and_the_background_narrow(officer):
    page = officer.get("/signals?group=liver&background=supplements&least=1")
    shown = re.findall(r'<th scope="row"><a class="cell" href="/signals/pair[^"]*">([^<]+)<', page.html)
    told = open_shelf(DEMO).listing(msgspec.structs.replace(_filter(), background="supplements", least=1))
    assert told.pages <= 4
    liver = {"jaundice", "blood bilirubin increased"}
    every = [one for number in range(1, told.pages + 1) for one in open_shelf(DEMO).listing(msgspec.structs.replace(_filter(), background="supplements", least=1, page=number)).pairs]  # fmt: skip
    assert shown and sorted(shown) == sorted(one.event.lower() for one in every if one.event.lower() in liver)
    assert "supplements only (industry code 54), likelihood C" in page.text


def test_where_a_fit_has_no_optimum_it_is_said_and_no_score_is_shown(officer):
    page = officer.get("/signals?background=supplements")
    assert "No EBGM for any." in page.text and "no interior optimum" in page.text
    assert "PRR, ROR, chi-square and IC stand by themselves and are valid" in page.text
    assert 'class="plot"' not in page.html and 'id="shrinkage"' not in page.html


def test_where_a_fit_is_proved_it_is_said_with_the_plot_and_its_table(officer):
    page = officer.get("/signals?least=1")
    assert "The fit is proved: 5 of 5 starts came to one place" in page.text
    assert 'class="plot"' in page.html and "The same by number of reports" in page.text


@pytest.mark.parametrize("likelihood", ["A", "B", "C"])
def test_the_likelihood_is_named_beside_every_score(officer, likelihood):
    page = officer.get(f"/signals?likelihood={likelihood}")
    assert f"EBGM under likelihood {likelihood}" in page.text
    (first, *_) = open_shelf(DEMO).listing(msgspec.structs.replace(_filter(), likelihood=likelihood)).pairs
    assert f"{first.eb05:.2f} to {first.eb95:.2f}" in page.text


def _filter():
    from leeward.signals.shown import Filter

    return Filter()


@pytest.mark.parametrize(
    ("asked", "field"),
    [("background=moon", "background"), ("likelihood=D", "likelihood"), ("least=0", "least"), ("least=x", "least"), ("least=²", "least"),
     ("sort=name", "sort"), ("group=x", "group"), ("concept=TEA", "concept"), (f"product={'x' * 301}", "product"), ("page=0", "page")],
)  # fmt: skip
def test_what_cannot_be_asked_is_said_at_its_field(officer, asked, field):
    page = officer.get(f"/signals?{asked}")
    assert page.status == 422 and f'href="#{field}"' in page.html


def test_a_page_past_the_last_is_the_last(officer):
    assert "page 4 of 4" in officer.get("/signals?page=9999999").text


def test_the_next_page_keeps_what_was_asked(officer):
    (to,) = [one for one in links(officer.get("/signals?sort=n&least=2"), "/signals?") if "page=2" in one]
    second = officer.get(to)
    assert "sort=n" in to and "least=2" in to and "page 2 of" in second.text


@pytest.mark.parametrize(
    "path",
    ["/signals/product", "/signals/product?name=", "/signals/product?name=NOTHING", f"/signals/product?name={'x' * 301}",
     "/signals/pair?product=KRATOM", "/signals/pair?product=KRATOM&event=NOTHING", "/signals/pair?product=KRATOM&event=CONVULSION&background=moon"],
)  # fmt: skip
def test_what_no_report_names_is_not_found(officer, path):
    assert officer.get(path).status == 404


def test_a_likelihood_that_is_none_is_said(officer):
    for path in PAGES[1:]:
        assert officer.get(f"{path}&likelihood=Z").status in (404, 422)


def test_the_page_of_kratom_says_what_is_known_and_what_is_not(officer):
    text = officer.get("/signals/product?name=KRATOM").text
    numbers = open_shelf(DEMO).numbers("KRATOM")
    assert f"{len(numbers)} reports name it as suspect" in text and "3 spellings are counted as one" in text
    for said in (
        "Whether the product did it.", "How often it happens.", "What was in it.", "What happened since.", "What was never reported.",
        "A low number, or none, is not safety.", "PRETEND MAENG DA", "neither says that the product was the cause",
    ):  # fmt: skip
        assert said in text
    assert "Import alert (not a recall)" in text and "Warning letter (not a recall)" in text


def test_the_page_of_kratom_says_it_in_short_and_how_a_line_is_read(officer):
    text = officer.get("/signals/product?name=KRATOM").text
    for said in (
        "In short.", "withdrawal and dependence", "a question to be looked into, not an answer", "Nothing here is the chance of harm in one person.",
        "How to read a line", "An interval holds chance alone.",
        "Whether more harm was done, or more was told.", "None of these reports look alike.",
    ):  # fmt: skip
        assert said in text, said
    line = re.search(
        r"([A-Z][a-z ]+): (\d+) reports hold it, .* between ([\d.]+) and ([\d.]+) with a chance of 90 %", text
    )
    (pair,) = [one for one in open_shelf(DEMO).pair("KRATOM", line[1].upper(), "C") if one.background == "all"]
    assert line.groups()[1:] == (str(pair.n), f"{pair.eb05:.2f}", f"{pair.eb95:.2f}")


def test_reports_that_come_together_and_notices_of_the_time_are_told(house, tmp_path):
    august = [row(f"{n}", product="KRATOM", events="DEATH", received=f"8/{n}/2016") for n in range(1, 6)]
    others = [row(f"{n}", product=f"TEA {n}", events="RASH", received="1/5/2017") for n in range(10, 30)]
    home = loaded(tmp_path, row("50", product="KRATOM", events="RASH", received="1/5/2015"), *august, *others)
    prepare(home, load_knowledge(), NOW)
    text = at(house, home).get("/signals/product?name=KRATOM").text
    assert "5 of the 6 were received in 2016. 5 of the 6 came within one week, from 2016-08-01 to 2016-08-05." in text
    assert (
        "2016-08-31: DEA gave notice that it meant to schedule mitragynine" in text
        and "FDA recommended that DEA schedule" not in text
    )
    assert "That term stands in 5 of the 6 reports." in text
    tea = at(house, home).get("/signals/product?name=TEA+10").text
    assert "DEA gave notice" not in tea and "within one week" not in tea


def test_reports_that_look_alike_are_named_with_the_product(house, tmp_path):
    twins = [row(f"{n}", product="OIL", events="RASH, NAUSEA, CHOKING", age="67", sex="Female", received="1/5/2016") for n in (1, 2)]  # fmt: skip
    others = [row(f"{n}", product=f"P{n % 7}", events="RASH", age=f"{20 + n % 50}", received=f"{1 + n % 12}/9/2016") for n in range(10, 310)]  # fmt: skip
    home = loaded(tmp_path, *twins, *others)
    prepare(home, load_knowledge(), NOW)
    officer = at(house, home)
    for path in ("/signals/product?name=OIL", "/signals/pair?product=OIL&event=RASH"):
        assert "1 pair of these reports looks alike: 1 and 2 (likely one event)" in officer.get(path).text


def test_a_product_without_a_signal_is_not_called_safe_in_short(officer):
    text = officer.get("/signals/product?name=" + quote_plus("PRETEND MAENG DA")).text
    assert "no term is told more often than expected. That does not mean safe." in text


def test_a_group_tells_its_terms_and_its_version(officer):
    text = officer.get("/signals?group=liver&least=1").text
    assert "Liver: 2 terms of these reports" in text and "version 1; not a licensed dictionary" in text
    assert "blood bilirubin increased, jaundice" in text


def test_the_back_test_is_drawn_with_its_table_and_what_it_is_worth(officer):
    page = officer.get("/signals/product?name=KRATOM")
    assert "What would have been flagged when" in page.text and "◆ MaxSPRT" in page.text
    assert "it holds to no rate set ahead" in page.text and page.text.count("by chance alone it would") == 4
    assert 'class="mark maxsprt"' in page.html


@pytest.mark.parametrize(
    "address", ["/signals", "/signals/product?name=KRATOM", "/signals/pair?product=KRATOM&event=CONVULSION"]
)
def test_every_page_with_an_alarm_says_how_often_its_rule_is_wrong_by_chance(officer, address):
    text = officer.get(address).text
    for rule in ("EB05 >= 2", "IC025 > 0", "PRR >= 2"):
        assert f"{rule}" in text and "by chance alone" in text
    assert "every term dealt out anew among the reports" in text


def test_an_alarm_that_was_not_chosen_ahead_is_told_with_its_rate(officer):
    text = officer.get("/signals/pair?product=KRATOM&event=CONVULSION").text
    watched = sum(one.background == "all" for one in open_shelf(DEMO).of_product("KRATOM", "C"))
    assert "The bound of MaxSPRT was reached in 2023-09" in text
    assert f"after looking at all {watched} of the product must expect up to {0.05 * watched:.2g} false alarms" in text


def test_a_product_of_no_record_is_never_called_safe(officer):
    text = officer.get("/signals/product?name=" + quote_plus("INVENTED FISH OIL")).text
    assert "No record found. That does not mean safe" in text


def test_names_and_terms_of_a_file_are_shown_as_text(house, tmp_path):
    evil = '"<script>alert(1)</script> & ""TEA"""'
    home = loaded(tmp_path, *(row(f"{n}", product=evil, events="<B>RASH</B>", received=f"{n}/5/2016") for n in range(1, 6)), row("9"))  # fmt: skip
    prepare(home, load_knowledge(), NOW)
    officer = at(house, home)
    page = officer.get("/signals?least=1")
    to = [one for one in links(page, "/signals/p") if "script" in one]
    assert page.status == 200 and len(to) == 2
    for path in ["/signals?least=1", *to]:
        shown = officer.get(path)
        assert shown.status == 200 and "<script>alert" not in shown.html and "<B>RASH" not in shown.html
        assert '"TEA"' in shown.text


def test_without_reports_the_page_says_how_to_load_them(house, tmp_path):
    page = at(house, tmp_path).get("/signals")
    assert page.status == 200 and "No reports are loaded" in page.text
    assert "leeward signals load" in page.text and "leeward signals prepare" in page.text
    assert "made up" not in page.text.replace("Everybody in this demo ward is made up", "")


@pytest.mark.parametrize("demo", [True, False])
def test_reports_that_are_not_worked_out_are_not_worked_out_by_asking(house, tmp_path, demo):
    home = loaded(tmp_path, row("1"))
    page = at(house, home, demo=demo).get("/signals")
    assert "1 file is loaded, and nothing is worked out yet" in page.text and "leeward signals prepare" in page.text
    assert current(home) is None


def test_in_a_demo_real_reports_are_not_taken_for_made_up_ones(house, tmp_path):
    home = loaded(tmp_path, row("1"))
    prepare(home, load_knowledge(), NOW)
    text = at(house, home, demo=True).get("/signals?least=1").text
    assert "these reports are not: they were loaded" in text and "These reports are made up" not in text


def test_files_that_were_loaded_since_are_told(house, tmp_path):
    home = loaded(tmp_path, row("1"))
    prepare(home, load_knowledge(), NOW)
    load(file_of(tmp_path, row("2"), name="newer.csv"), home, NOW)
    text = at(house, home).get("/signals").text
    assert "Older than what is loaded." in text and "newer.csv" in text


@pytest.mark.parametrize("path", PAGES)
def test_what_cannot_be_read_is_said_with_the_command_that_mends_it(house, tmp_path, path):
    shutil.copytree(DEMO / FOLDER, tmp_path / FOLDER)
    (current(tmp_path) / ABOUT).write_bytes(b"{")
    page = at(house, tmp_path).get(path)
    assert page.status == 422 and "leeward signals prepare" in page.text
    assert "What was worked out cannot be read" in page.text and "nothing is worked out yet" not in page.text


def test_a_new_count_is_shown_without_a_new_start(house, tmp_path):
    home = loaded(tmp_path, row("1"))
    prepare(home, load_knowledge(), NOW)
    officer = at(house, home)
    assert "caers.csv: 1 report," in officer.get("/signals").text
    load(file_of(tmp_path, row("2", product="TEA"), name="newer.csv"), home, NOW)
    prepare(home, load_knowledge(), NOW.replace(minute=1))
    assert "newer.csv" in officer.get("/signals?least=1").text


def test_the_server_starts_without_what_only_these_pages_need():
    asks = "import sys, leeward.web.app; print([name for name in ('duckdb', 'ibis', 'pyarrow', 'pandas') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
