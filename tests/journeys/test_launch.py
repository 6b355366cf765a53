"""From a chart of a record system into Leeward and back again, in a browser that keeps to every header."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.ehr.server import running
from tests.journeys.conftest import Served, axe, sideways


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Served]:
    """A demo ward that a record system opens."""
    with running() as ehr:
        file = tmp_path / "ehr.toml"
        people = '[server.people]\n"Practitioner/dr-1" = "a.reyes"\n'
        file.write_text(f'[[server]]\niss = "{ehr.base}"\nclient_id = "leeward"\nname = "County General"\n{people}')
        served = Served(tmp_path, "--demo", "--ehr", str(file))
        ehr.register("leeward", f"{served.address}/smart/callback")
        ehr.wrong.button = True
        try:
            yield served
        finally:
            served.stop()


def test_a_clinician_comes_from_a_chart_looks_it_through_and_finds_it_again(browser: Any, opened: Served):
    page = browser.new_context(viewport={"width": 390, "height": 800}).new_page()
    grumbles: list[str] = []
    page.on("console", lambda said: grumbles.append(said.text) if "Content Security Policy" in said.text else None)
    page.goto(f"{opened.address}/sign-in")
    page.get_by_text("Begin from a record system").click()
    assert axe(page) == []
    page.get_by_text("County General").click()
    page.get_by_text("Allow").click()
    page.wait_for_url("**/smart/chart/*")
    assert axe(page) == [] and not sideways(page)
    page.get_by_label("What the ward calls them").fill("Synthia Example")
    for title in ("Scores", "Observations and results"):
        page.get_by_label(f"I looked these through: chart them, {title}").check()
    page.get_by_role("button", name="Admit").click()
    page.wait_for_url("**/patients/p-*")
    here = page.url.partition("?")[0]
    assert "COWS" in page.inner_text("main")
    page.goto(f"{opened.address}/smart")
    page.get_by_text("County General").click()
    page.get_by_text("Allow").click()
    page.wait_for_url("**/patients/p-*")
    assert page.url == here
    assert grumbles == []
