"""Every page and state: axe finds nothing, nothing scrolls sideways at 320 px or at 200 % zoom, in light and in dark."""

from __future__ import annotations

import pytest

from leeward.web.table import PAGES
from tests.journeys.conftest import axe, sideways
from tests.web.test_who_may_what import GUARDED, STAFF, address, granted

NOT_A_PAGE = ("/board/rows", "/since", "/so-far", ".pdf", ".svg", ".json", "/file", "/download")
"""Addresses that answer with a part of a page, a picture or a file."""


def shown() -> list[tuple[str, str]]:
    """Each page with somebody who may see it."""
    found = [("", "/sign-in"), ("n.park", "/me")]
    for page in GUARDED:
        if page.show and not any(part in page.path for part in NOT_A_PAGE):
            role = next(
                role for role in ("prescriber", "nurse", "administrator", "safety-officer") if granted(page.needs, role)
            )
            found.append((STAFF[role], address(page.path)))
    return found


@pytest.mark.parametrize(("person", "path"), shown(), ids=lambda given: given or "nobody")
def test_a_page_can_be_used_by_everybody(sit_down, person, path):
    page = sit_down(person)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        came = page.goto(path)
        assert came.status in (200, 404, 410), path
        assert axe(page) == []
    for width in (320, 640):  # 640 is a screen of 1280 at 200 % zoom
        page.set_viewport_size({"width": width, "height": 800})
        assert not sideways(page), f"{path} at {width}"


def test_every_page_of_the_table_is_looked_at():
    looked_at = {path for _, path in shown()}
    left_out = [
        page.path
        for page in PAGES
        if page.show and page.needs not in ("open", "signed-in") and address(page.path) not in looked_at
    ]
    assert all(any(part in path for part in NOT_A_PAGE) for path in left_out)
