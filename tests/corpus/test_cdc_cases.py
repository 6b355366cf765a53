"""The published test cases of the CDC opioid decision support, asked of Leeward's services as a record system would.

Every asserted outcome holds. Of the asserted words, those in `ARGUED` differ on purpose, each with its reason; see
docs/explanation/cdc-cases.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from leeward.hooks.cards import Cards, read_cards
from leeward.hooks.request import read_call
from leeward.hooks.services import services
from leeward.hooks.situation import Situation
from leeward.knowledge import load_knowledge
from leeward.knowledge.policy import default_policy

PUBLISHED = Path(__file__).parents[3] / "shared" / "data" / "opioid-cds" / "cases"
KNOWLEDGE = load_knowledge()

ARGUED = {
    ("opioidcds-08-order-sign", "summary"): "it has 169 characters, and a summary is shorter than 140",
    ("opioidcds-10-order-sign", "summary"): "it says that results may be unexpected where nothing was tested",
    ("opioidcds-10-patient-view", "summary"): "it says that results may be unexpected where nothing was tested",
    ("opioidcds-12-patient-view", "detail"): "it is a line of the software and tells a clinician nothing",
}

pytestmark = pytest.mark.skipif(not PUBLISHED.is_dir(), reason="the published CDC cases are not beside the project")


def cases() -> list[dict[str, Any]]:
    found = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(PUBLISHED.glob("*/*.json"))]
    return [one for one in found if one["expected"]]


def clock(raw: object) -> Iterator[str]:
    """The days at which the data of a case are said to be of: it is to be asked on the last of them."""
    if isinstance(raw, dict):
        if raw.get("url") == "dateLastUpdated":
            yield raw.get("valueDateTime") or raw["valueDate"]
        for value in raw.values():
            yield from clock(value)
    elif isinstance(raw, list):
        for value in raw:
            yield from clock(value)


def service_of(case: dict[str, Any]) -> str:
    return case["expected"]["service"]


def answer(case: dict[str, Any]) -> Cards:
    service = services(KNOWLEDGE)[service_of(case)]
    request = read_call(json.dumps(case["request"]).encode(), hook=service.line.hook, typed_ids=True)
    now = datetime.fromisoformat(f"{max(clock(case['request']))[:10]}T12:00:00-05:00")
    situation = Situation(request=request, now=now, knowledge=KNOWLEDGE, policy=default_policy(KNOWLEDGE))
    return Cards(cards=service.cards(situation))


def value_at(found: dict[str, Any], path: str) -> Any:
    """What stands at `json.cards[0].suggestions[0].label`."""
    place: Any = found
    for step in path.removeprefix("json.").replace("]", "").split("."):
        name, *indexes = step.split("[")
        place = place[name]
        for index in indexes:
            place = place[int(index)]
    return place


def test_all_38_are_there():
    assert len(cases()) == 38


@pytest.mark.parametrize("case", cases() if PUBLISHED.is_dir() else [], ids=lambda case: case["id"].removeprefix("request-example-"))  # fmt: skip
def test_every_published_case_is_answered_as_asserted(case: dict[str, Any]):
    found = answer(case)
    raw = json.loads(msgspec.json.encode(found))
    assert read_cards(raw) == found
    assert ("cards" if found.cards else "no-cards") == case["expected"]["outcome"]
    for assertion in case["expected"]["assertions"]:
        path, operator, wanted = assertion["path"], assertion["op"], str(assertion["value"])
        if operator == "count":
            assert len(value_at(raw, path)) == int(wanted)
            continue
        told = value_at(raw, path)
        holds = told == wanted if operator == "equal" else wanted in told
        argued = (service_of(case), path.rpartition(".")[2]) in ARGUED and operator == "equal"
        assert holds or argued, (path, operator, wanted, told)


def test_no_argued_difference_is_left_that_is_none():
    differing = set()
    for case in cases():
        raw = json.loads(msgspec.json.encode(answer(case)))
        for assertion in case["expected"]["assertions"]:
            if assertion["op"] == "equal" and value_at(raw, assertion["path"]) != assertion["value"]:
                differing.add((service_of(case), assertion["path"].rpartition(".")[2]))
    assert differing == set(ARGUED)


def test_every_summary_is_shorter_than_cds_hooks_allows():
    for case in cases():
        assert all(len(card.summary) < 140 for card in answer(case).cards)
