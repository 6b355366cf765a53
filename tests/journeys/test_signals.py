"""The safety officer follows a signal in a browser: by keyboard, without script, small, dark and on paper."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import axe, sideways

PAGES = (
    "/signals",
    "/signals?background=supplements",
    "/signals?background=industry",
    "/signals/product?name=KRATOM",
    "/signals/product?name=INVENTED+FISH+OIL",
    "/signals/pair?product=KRATOM&event=CONVULSION",
)


def test_from_the_menu_to_the_reports_behind_a_number(sit_down):
    page = sit_down("m.haddad")
    page.get_by_role("link", name="Signals").click()
    assert page.get_by_text("These reports are made up.").is_visible()
    page.get_by_label("Product, spellings together").select_option("KRATOM")
    page.get_by_label("Group of terms").select_option("seizure")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="convulsion with KRATOM").click()
    assert page.get_by_role("heading", name="KRATOM with convulsion").is_visible()
    assert page.get_by_role("heading", name="reports behind the number").is_visible()
    page.get_by_role("link", name="All of KRATOM").click()
    assert page.get_by_role("heading", name="What they cannot tell").is_visible()
    page.get_by_role("link", name="First help, recalls").click()
    assert page.get_by_role("heading", name="If somebody took it").is_visible()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_can_be_read_by_everybody(sit_down, path):
    page = sit_down("m.haddad")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert page.goto(path).status == 200
        page.evaluate("for (const folded of document.querySelectorAll('details')) folded.open = true")
        assert axe(page) == []
    for width in (320, 640):
        page.set_viewport_size({"width": width, "height": 800})
        assert not sideways(page), width
    page.emulate_media(media="print")
    assert page.get_by_text("Reports show neither cause nor rate.").first.is_visible()
    assert not page.get_by_role("link", name="Sign out").is_visible()


def test_it_works_without_script(sit_down):
    page = sit_down("m.haddad", java_script_enabled=False)
    page.goto("/signals")
    page.get_by_label("Reports, at least").fill("1")
    page.get_by_label("The largest first by").select_option("n")
    page.get_by_role("button", name="Show").click()
    assert "sort=n" in page.url and page.locator("svg.plot").is_visible()
    page.get_by_role("link", name="Next").click()
    assert page.get_by_text("Page 2 of 5", exact=True).is_visible()
