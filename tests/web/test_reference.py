"""The reference: everything Leeward knows, each entry at its own address, found by its words."""

import re

import pytest

from leeward.guidance.rule import REGISTRY
from leeward.knowledge import load_knowledge
from leeward.web.reference_index import TITLES, sections

KNOWLEDGE = load_knowledge()


@pytest.fixture
def nurse(someone):
    return someone("n.park")


def test_it_says_which_knowledge_this_is_and_that_nobody_signed_it(nurse):
    page = nurse.get("/reference")
    assert KNOWLEDGE.version in page.text and KNOWLEDGE.digest in page.text and "nobody, for this site" in page.text


@pytest.mark.parametrize("section", TITLES)
def test_every_entry_of_a_section_is_listed_and_has_a_page(nurse, section):
    told = sections(KNOWLEDGE)[section]
    listed = nurse.get(f"/reference/{section}")
    assert told.items and all(f'href="{one.address}"' in listed.html for one in told.items.values())
    for one in list(told.items.values())[:: max(1, len(told.items) // 12)]:
        page = nurse.get(one.address)
        assert page.status == 200 and one.id in page.text


def test_every_rule_and_source_has_its_address_so_that_a_chart_can_point_at_it():
    assert set(sections(KNOWLEDGE)["rules"].items) == set(REGISTRY)
    assert set(sections(KNOWLEDGE)["sources"].items) == set(KNOWLEDGE.sources)


def test_a_source_says_whether_it_was_read_and_what_rests_on_it(nurse):
    recalled = next(id for id, source in KNOWLEDGE.sources.items() if source.status == "recalled")
    assert "not read" in nurse.get(f"/reference/sources/{recalled}").text
    page = nurse.get("/reference/sources/cabridge")
    assert "What rests on it" in page.text and "/reference/policy/cows-gate-monitored" in page.html


def test_every_source_that_an_entry_names_is_there():
    for section in sections(KNOWLEDGE).values():
        for one in section.items.values():
            assert set(one.sources) <= set(KNOWLEDGE.sources), one.address


def test_the_policy_in_force_is_shown_beside_its_setting(nurse, charted):
    charted(
        "setting",
        {"setting": "policy", "values": {"cows-gate-monitored": 11}},
        patient="",
        by="admin",
        role="administrator",
    )
    assert "Set here to 11 points" in nurse.get("/reference/policy/cows-gate-monitored").text


def test_search_finds_by_every_word_the_name_first(nurse):
    page = nurse.get("/reference?q=cows-gate-monitored")
    assert (
        re.search(r'<ul class="entries"><li><a href="([^"]+)"', page.html)[1] == "/reference/policy/cows-gate-monitored"
    )
    assert "Nothing holds" in nurse.get("/reference?q=zzyzx").text
    both = nurse.get("/reference?q=naltrexone+kratom")
    assert "/reference/policy/naltrexone-wait-kratom" in both.html


def test_what_is_searched_for_is_shown_as_text(nurse):
    page = nurse.get("/reference?q=%3Cscript%3Ealert(1)%3C/script%3E")
    assert page.status == 200 and "<script>alert" not in page.html


@pytest.mark.parametrize("address", ["/reference/nothing", "/reference/rules/NONE-99", "/reference/nothing/x"])
def test_what_is_not_there_is_said(nurse, address):
    assert nurse.get(address).status == 404


def test_what_leeward_is_not_is_said(nurse):
    page = nurse.get("/reference/about")
    for words in (
        "Not an order system",
        "No lethal level",
        "No grams to milligrams",
        "Not legal advice",
        'Never "safe"',
    ):
        assert words in page.text
