"""The page of simulations: every shipped scenario, with its caveats and grade above its picture; nothing that takes long, nothing advised."""

from __future__ import annotations

import re
import sys
import time

import pytest

from leeward.pharmacology.apart import Question
from leeward.pharmacology.evidence_scenario import InteractionScenario, WithdrawalScenario
from leeward.pharmacology.scenario import Scenario, scenario, shipped
from leeward.web.simulating import COMPILED_S, NotYet, Simulations, simulations


@pytest.fixture(scope="module", autouse=True)
def ready():
    """The kernels, compiled: the first time that takes some twenty seconds. On a busy machine each answer may take its time too."""
    here, before = simulations(), simulations()._longest_s
    here._longest_s = COMPILED_S
    here.begin()
    assert here._ready.wait(COMPILED_S)
    yield
    here.end()
    here._longest_s = before


@pytest.fixture
def officer(someone):
    return someone("m.haddad")


@pytest.mark.parametrize("name", shipped())
def test_a_scenario_is_shown_with_caveats_and_grade_before_its_picture_and_its_numbers_after(officer, name):
    page = officer.get(f"/simulate?scenario={name}&patients=20")
    assert page.status == 200 and scenario(name).title in page.text
    picture = page.html.index("<svg")
    told = page.html[page.html.index("<article") : picture]
    assert "Grade" in told and "<li>" in told
    assert "nobody's own course" in page.text
    assert "<table>" in page.html[picture:] and f"leeward simulate {name}" in page.text
    assert not re.search(r"\b(recommend|should take|should give|lethal|fatal)", page.text, re.IGNORECASE)


def test_what_the_page_draws_obeys_its_policy(officer):
    """No style and no script within the page: a picture whose colours need them would lose them."""
    page = officer.get("/simulate?scenario=fentanyl-chronic&patients=20&beside=missed-dose-methadone").html
    assert not re.search(r"<style|<script(?! src)|\sstyle=|\son\w+=|javascript:", page)


def test_two_stand_side_by_side_and_share_no_names(officer):
    page = officer.get("/simulate?scenario=missed-dose-methadone&beside=methadone-first-week&patients=20").html
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids)) and page.count("<svg") == 2
    assert set(re.findall(r"url\(#([^)]+)\)", page)) <= set(ids)


def test_naloxone_that_comes_later_is_shown_beside_that_which_comes_soon(officer):
    page = officer.get("/simulate?scenario=fentanyl-chronic&beside=fentanyl-chronic&beside_delay=600&patients=100")
    soon, late = (
        [float(found) for found in re.findall(r"<td>Cardiac arrest</td><td>([\d.]+) %", half)]
        for half in page.html.split("<article")[1:]
    )
    assert soon[0] == late[0], "without naloxone nothing differs"
    assert all(before < after for before, after in zip(soon[1:], late[1:], strict=True))
    assert "--naloxone-delay 600" in page.text


def test_the_same_question_has_the_same_answer_and_another_seed_another(officer):
    one, again, other = (
        officer.get(f"/simulate?scenario=fentanyl-chronic&patients=100&seed={seed}").html.split("<table")[1]
        for seed in (5, 5, 6)
    )
    assert one == again != other


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("scenario=nothing", "scenario"),
        ("scenario=../../etc/passwd", "scenario"),
        ("scenario=fentanyl-chronic&beside=x", "beside"),
        ("scenario=fentanyl-chronic&patients=100000", "patients"),
        ("scenario=fentanyl-chronic&patients=1", "patients"),
        ("scenario=fentanyl-chronic&patients=-5", "patients"),
        ("scenario=fentanyl-chronic&patients=%D9%A3%D9%A0", "patients"),
        ("scenario=fentanyl-chronic&seed=4294967296", "seed"),
        ("scenario=fentanyl-chronic&delay=1e3", "delay"),
        ("scenario=kratom-leaf-tea&delay=60", "delay"),
        ("scenario=kratom-with-midazolam&beside=methadone-first-week&beside_delay=60", "beside_delay"),
    ],
    ids=str,
)
def test_what_is_not_offered_is_refused_at_its_field_and_nothing_is_carried_out(officer, asked, field, monkeypatch):
    monkeypatch.setattr(Simulations, "ask", lambda *_: pytest.fail("it was carried out"))
    page = officer.get(f"/simulate?{asked}")
    assert page.status == 422 and f'href="#{field}"' in page.html and "<svg" not in page.html


def test_more_people_are_left_to_the_command_which_is_named(officer):
    page = officer.get("/simulate?scenario=carfentanil-naive&patients=5000")
    assert "leeward simulate carfentanil-naive --patients 2000" in page.text


def test_each_command_that_is_named_is_one_that_leeward_takes(officer):
    from click.testing import CliRunner

    from leeward.commands.simulate import command

    for name in shipped():
        delay = "&delay=120" if isinstance(scenario(name), Scenario) else ""
        seed = "" if isinstance(scenario(name), InteractionScenario | WithdrawalScenario) else "&seed=7"
        page = officer.get(f"/simulate?scenario={name}&patients=20{delay}{seed}")
        words = re.findall(rf"<code>leeward simulate ({name}[^<]*)</code>", page.html)[0].split()
        words = ["20" if before == "--patients" else word for before, word in zip(["", *words], words, strict=False)]
        assert CliRunner().invoke(command, words, catch_exceptions=False).exit_code == 0


def test_what_takes_too_long_is_stopped_and_the_next_is_answered_by_a_new_process(monkeypatch):
    monkeypatch.setattr("leeward.web.simulating.READY_S", COMPILED_S)  # a machine with other work starts it slowly
    slow = Simulations(longest_s=0.02)
    try:
        slow.begin()
        assert slow._ready.wait(COMPILED_S)
        before = slow._process
        with pytest.raises(NotYet, match="too long"):
            slow.ask(Question(scenario="fentanyl-chronic", patients=2000))
        assert before.poll() is not None
        slow._longest_s = 60.0
        slow.begin()
        assert slow._ready.wait(COMPILED_S)
        assert slow.ask(Question(scenario="kratom-leaf-tea", patients=10)).rows
        # Whatever ended it, the next question finds another.
        slow._process.kill()
        slow._process.wait()
        assert slow.ask(Question(scenario="kratom-leaf-tea", patients=11)).rows
    finally:
        slow.end()


def test_while_kernels_are_compiled_the_page_says_so_and_does_not_wait_for_them(officer, monkeypatch):
    sleeping = Simulations((sys.executable, "-c", "import time; time.sleep(60)"))
    monkeypatch.setattr("leeward.web.pages.simulate.simulations", lambda: sleeping)
    monkeypatch.setattr("leeward.web.simulating.READY_S", 0.1)
    try:
        begun = time.monotonic()
        page = officer.get("/simulate?scenario=fentanyl-chronic")
        assert time.monotonic() - begun < 5.0
        assert page.status == 503 and "being compiled" in page.text and "leeward simulate fentanyl-chronic" in page.text
    finally:
        sleeping.end()


def test_a_process_that_cannot_start_is_told():
    broken = Simulations((sys.executable, "-c", "raise SystemExit(3)"))
    with pytest.raises(NotYet, match="cannot be carried out"):
        broken.ask(Question(scenario="fentanyl-chronic", patients=10))
    broken.end()
