"""A product on the counter."""

import pytest

BLACK = "/product?q=O.P.M.S.+Black+liquid+kratom+8.8+mL&state=US-GA"


@pytest.fixture
def nurse(someone):
    return someone("n.park")


def test_the_short_answer_comes_first_and_never_says_safe(nurse):
    page = nurse.get(BLACK)
    assert page.status == 200
    order = [
        page.html.index(f'id="{part}"') for part in ("help", "short", "what", "actions", "law", "tests", "unknown")
    ]
    assert order == sorted(order)
    assert "Kratom extract or concentrate (high confidence)" in page.text and "Georgia, extract" in page.text
    assert "No record found does not mean safe" in page.text and "not a measurement" not in page.text


def test_the_same_answer_as_the_command_gives(nurse, house):
    from datetime import date

    from leeward.products.answer import product_answer
    from leeward.products.recalls.register import shipped_register

    answer = product_answer(
        "O.P.M.S. Black liquid kratom 8.8 mL", jurisdiction="US-GA", on=date(2026, 11, 22), register=shipped_register(house.knowledge),
        knowledge=house.knowledge, stale_after_days=180,
    )  # fmt: skip
    text = nurse.get(BLACK).text
    for said in (
        *answer.because,
        *answer.warnings,
        *answer.unknown,
        *answer.tests_in_short,
        *(line.says for line in answer.law),
    ):
        assert " ".join(said.split()) in text
    for line in answer.actions:
        assert f"{line.title} {line.record}" in text


def test_a_law_whose_evidence_is_too_old_is_refused(nurse):
    assert "refused, the evidence is too old" in nurse.get(f"{BLACK}&on=2027-11-01").text


def test_the_sites_policy_says_how_old_is_too_old(nurse, charted):
    asked = f"{BLACK}&on=2026-12-31"
    assert "the evidence is too old" not in nurse.get(asked).text
    charted(
        "setting", {"setting": "policy", "values": {"law-staleness": 30}}, patient="", by="admin", role="administrator"
    )
    assert "the evidence is too old" in nurse.get(asked).text


@pytest.mark.parametrize(
    ("asked", "field"),
    [("lot=12", "q"), ("q=kratom&upc=abc", "upc"), ("q=kratom&upc=12", "upc"), ("q=kratom&state=Atlantis", "state"), ("q=kratom&on=soon", "on"),
     ("q=kratom&on=0001-01-01", "on"), (f"q={'x' * 2001}", "q"), (f"q=kratom&lot={'9' * 61}", "lot")],
)  # fmt: skip
def test_what_cannot_be_read_is_said_at_its_field_and_what_was_typed_is_kept(nurse, asked, field):
    page = nurse.get(f"/product?{asked}")
    assert page.status == 422 and f'href="#{field}"' in page.html and "In short" not in page.text
    assert 'value="kratom"' in page.html or "q=kratom" not in asked


def test_the_words_of_a_label_are_shown_as_text(nurse):
    page = nurse.get("/product?q=%3Cb%3Ekratom%3C/b%3E+%22%3E%3Cscript%3E")
    assert page.status == 200 and "<b>kratom" not in page.html and '"><script>' not in page.html


def test_something_else_altogether_is_not_taken_for_kratom(nurse):
    page = nurse.get("/product?q=peppermint+tea")
    assert page.status == 200 and "Kratom leaf" not in page.text and "does not mean safe" in page.text


def test_nothing_is_answered_before_something_is_asked(nurse):
    page = nurse.get("/product")
    assert page.status == 200 and "In short" not in page.text and not page.text.count("mending")
