"""The CDS Hooks sandbox, a record system that others wrote, shows Leeward's cards: built by `make sandbox`, skipped where it is not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.journeys.conftest import Served
from tests.journeys.record_system import PATIENT, record_system

BUILT = Path(__file__).parents[2] / ".sandbox" / "build"

pytestmark = pytest.mark.skipif(
    not (BUILT / "app.bundle.js").exists(), reason="The CDS Hooks sandbox is not built (make sandbox; needs npm)."
)


@pytest.fixture(scope="module")
def hospital() -> Iterator[str]:
    with record_system(BUILT) as address:
        yield address


@pytest.fixture(scope="module", params=["demo", "trusted"])
def leeward(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, ward: str) -> Iterator[str]:
    """A demo ward that answers anybody, and one that answers only whom its file names, by the key that the sandbox publishes."""
    if request.param == "demo":
        yield ward
        return
    folder = tmp_path_factory.mktemp("trusting")
    keys = BUILT.parent / "build" / ".well-known" / "jwks.json"
    trust = folder / "trust.toml"
    trust.write_text(f'[[client]]\niss = "https://sandbox.cds-hooks.org"\nkeys_file = {json.dumps(str(keys))}\n')
    served = Served(folder, "--demo", "--trust", str(trust))
    yield served.address
    served.stop()


@pytest.fixture
def opened(browser: Any, hospital: str, leeward: str) -> Iterator[Callable[..., Any]]:
    """The sandbox with its made-up person's chart open, and nothing of the internet within reach."""
    contexts: list[Any] = []

    def open_chart(**besides: str) -> Any:
        context = browser.new_context(viewport={"width": 1400, "height": 1000})
        context.set_default_timeout(20_000)
        contexts.append(context)
        context.route(lambda url: not url.startswith("http://127.0.0.1:"), lambda route: route.abort())
        page = context.new_page()
        asked = {"fhirServiceUrl": f"{hospital}/fhir", "patientId": PATIENT} | besides
        page.goto(f"{hospital}/index.html?{urlencode(asked)}")
        page.get_by_role("heading", name="Mira Madeup").wait_for()
        return page

    yield open_chart
    for context in contexts:
        context.close()


def test_services_are_found_and_a_card_is_shown_with_its_source(opened, leeward):
    page = opened()
    page.locator("header button").last.click()
    page.get_by_role("menuitem", name="Add CDS Services").click()
    page.get_by_label("Enter discovery endpoint url").fill(f"{leeward}/cds-services")
    with page.expect_response(lambda answer: answer.url.endswith("/cds-services/leeward-withdrawal")) as called:
        page.get_by_role("button", name="Save").click()
    assert called.value.status == 200
    told = called.value.json()["cards"]
    assert told, "The person has opioid dependence on record, and no card was given."
    for card in told:
        shown = page.locator(".MuiCard-root", has_text=card["summary"]).first
        shown.wait_for()
        assert f"Source: {card['source']['label']}" in " ".join(shown.inner_text().split())
    assert page.get_by_text("Could not get a response").count() == 0


def test_a_card_that_is_dismissed_with_a_reason_is_told_to_leeward(opened, leeward):
    page = opened(serviceDiscoveryURL=f"{leeward}/cds-services")
    page.get_by_label("select dismiss reason").first.click()
    with page.expect_response(lambda answer: answer.url.endswith("/feedback")) as told:
        page.get_by_role("menuitem").first.click()
    assert told.value.status == 200
    sent = told.value.request.post_data_json["feedback"][0]
    assert sent["outcome"] == "overridden" and sent["overrideReason"]["reason"]["code"]
