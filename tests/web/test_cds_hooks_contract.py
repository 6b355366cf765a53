"""What CDS Hooks 2.0 asks of an answer, statement by statement: of every answer that Leeward gives, and of every member it could send.

Which test stands for which statement is in tests/spec/cds_hooks_contract.toml.
"""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from benchmarks.hooks import ICD, body, order
from leeward.errors import BadInput
from leeward.hooks.cards import (
    OVERRIDE_REASONS,
    Action,
    Card,
    Cards,
    CodedReason,
    Link,
    Source,
    Suggestion,
    cut,
    named,
    read_cards,
)
from leeward.web.app import app_of
from tests.corpus import test_cdc_cases
from tests.web.cds_hooks_answers import broken
from tests.web.conftest import Clock, demo_house

INSTANCE = "4d2b4402-022e-4f69-813e-ab16934286a6"
TAGGED = 'kratom <img src=x onerror="a()"> </b><!-- '
LONG = "kratom " + "very long name of a product " * 40


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A demo ward, which is called without a proof."""
    for house in demo_house(tmp_path_factory.mktemp("contract") / "ward", Clock()):
        demo = msgspec.structs.replace(house, demo=True, allowed_hosts=("127.0.0.1",))
        yield TestClient(app_of(demo), base_url="http://127.0.0.1", raise_server_exceptions=False)


def offered(client: TestClient) -> list[dict[str, Any]]:
    return client.get("/cds-services").json()["services"]


def telling(prefetch: dict[str, Any], key: str, *resources: dict[str, Any]) -> None:
    """Put these resources before what a key of a prefetch brings."""
    if key in prefetch:
        prefetch[key]["entry"] = [*({"resource": one} for one in resources), *prefetch[key]["entry"]]


def people(service: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Calls about made-up people: some at random, one with much to say, and names that are long or hold HTML."""
    for seed in range(3):
        yield json.loads(body(random.Random(seed), service, 30))
    for words in (TAGGED, LONG, "kratom"):
        call = json.loads(body(random.Random(7), service, 12))
        about, prefetch = {"subject": {"reference": "Patient/p1"}}, call["prefetch"]
        taken = {"resourceType": "MedicationStatement", "id": "s1", "status": "active", "effectiveDateTime": "2026-11-22T06:00:00-05:00"}  # fmt: skip
        telling(prefetch, "statements", taken | about | {"medicationCodeableConcept": {"text": "kratom"}}, taken | about | {"id": "s2", "medicationCodeableConcept": {"text": words}})  # fmt: skip
        disorder = {"coding": [{"system": ICD, "code": "F11.20"}], "text": words}
        telling(prefetch, "conditions", about | {"resourceType": "Condition", "id": "c1", "code": disorder})
        supply = {"dispenseRequest": {"expectedSupplyDuration": {"value": 130, "code": "d"}}}
        telling(prefetch, "requests", order("m0", "1049502", "active", "2026-08-01") | supply)
        drafts = [
            order("d1", "1049502", "draft", "2026-11-22"),
            order("d2", "864706", "draft", "2026-11-22"),
            order("d3", "9", "draft", "2026-11-22") | {"medicationCodeableConcept": {"text": words}},
        ]
        if "draftOrders" in call["context"]:
            call["context"]["draftOrders"]["entry"] = [{"resource": one} for one in drafts]
        yield call


@pytest.fixture(scope="module")
def answers(client: TestClient) -> list[tuple[str, Any]]:
    """Answers of every service, as they came over the wire, each with the service's id."""
    found: list[tuple[str, Any]] = []
    for service in offered(client):
        for call in people(service):
            call["context"]["encounterId"] = "e1"
            answer = client.post(f"/cds-services/{service['id']}", json=call)
            assert answer.status_code == 200, (service["id"], answer.text)
            found.append((service["id"], answer.json()))
    return found


def test_every_answer_of_every_service_is_as_the_statements_ask(answers):
    assert {service: broken(answer) for service, answer in answers if broken(answer)} == {}
    seen = [card for _, answer in answers for card in answer["cards"]]
    told = {name for card in seen for name in card}
    assert len(seen) > 100 and {"uuid", "detail", "suggestions", "selectionBehavior", "overrideReasons"} <= told
    assert any("&lt;" in card["detail"] for card in seen), "a name with HTML was to be among them"


@pytest.mark.skipif(not test_cdc_cases.PUBLISHED.is_dir(), reason="the published CDC cases are not beside the project")
def test_every_answer_to_a_published_case_is_as_the_statements_ask():
    found = [json.loads(msgspec.json.encode(test_cdc_cases.answer(case))) for case in test_cdc_cases.cases()]
    assert len(found) == 38 and [broken(answer) for answer in found if broken(answer)] == []


def test_leeward_reads_every_answer_that_it_gives(answers):
    for _, answer in answers:
        assert json.loads(msgspec.json.encode(read_cards(answer))) == answer


def test_an_answer_holds_cards_and_no_system_actions(answers):
    assert {name for _, answer in answers for name in answer} == {"cards"}
    assert any(answer == {"cards": []} for _, answer in answers), "no guidance is an empty list"


def test_the_urgent_card_comes_first_and_a_card_is_there_once(answers):
    rank = ["critical", "warning", "info"]
    for _, answer in answers:
        places = [rank.index(card["indicator"]) for card in answer["cards"]]
        assert places == sorted(places)
        assert len({card["uuid"] for card in answer["cards"]}) == len(answer["cards"])


def test_an_id_is_of_one_card_of_one_service_and_of_one_suggestion(client, answers):
    """Services that are asked at once share a hookInstance: their cards are told apart all the same."""
    lines = {one["id"]: one for one in offered(client)}
    ids: list[str] = []
    for id in ("cdc-opioids-order-sign", "opioidcds-09", "opioidcds-02"):
        for seed in range(3):
            call = json.loads(body(random.Random(seed), lines[id], 30))
            call["hookInstance"] = INSTANCE[:-1] + str(seed)
            cards = client.post(f"/cds-services/{id}", json=call).json()["cards"]
            assert client.post(f"/cds-services/{id}", json=call).json()["cards"] == cards, "an answer given again"
            ids += [card["uuid"] for card in cards]
            ids += [one["uuid"] for card in cards for one in card.get("suggestions", ())]
    assert len(ids) > 20 and len(set(ids)) == len(ids)
    assert all("uuid" in one for _, answer in answers for card in answer["cards"] for one in card.get("suggestions", ()))  # fmt: skip


def test_a_suggestion_that_was_taken_can_be_told_by_its_id(client, answers):
    service, card = next((id, card) for id, answer in answers for card in answer["cards"] if "suggestions" in card)
    told = {
        "card": card["uuid"],
        "outcome": "accepted",
        "acceptedSuggestions": [{"id": card["suggestions"][0]["uuid"]}],
        "outcomeTimestamp": "2026-11-22T14:00:00Z",
    }
    assert client.post(f"/cds-services/{service}/feedback", json={"feedback": [told]}).status_code == 200


def test_a_suggestion_is_one_new_request_whole_by_itself(answers):
    """Nothing is changed in the record system, nothing is deleted but the draft that is being made, and nothing has to be taken together."""
    suggestions = [one for _, answer in answers for card in answer["cards"] for one in card.get("suggestions", ())]
    assert suggestions
    for one in suggestions:
        (action,) = one["actions"]
        if action["type"] == "delete":
            assert re.fullmatch("MedicationRequest/d[123]", action["resourceId"]) and "resource" not in action
            continue
        assert action["type"] == "create" and "id" not in action["resource"] and "resourceId" not in action
        assert action["resource"]["intent"] == "proposal" and action["resource"]["status"] == "draft"


@given(st.text(max_size=400))
def test_a_summary_is_never_too_long(text: str):
    assert len(cut(text)) < 140 and (cut(text) == text or len(text) >= 140)


@given(st.text(alphabet='<>!/?abIMG "=&;[]()*_\n', min_size=1, max_size=40))
def test_no_html_is_in_the_detail_of_a_card(text: str):
    card = Card(summary="s", indicator="info", source=Source(label="l"), detail=f"{text}<b>")
    assert broken({"cards": [json.loads(msgspec.json.encode(named(card, "a", INSTANCE, "t")))]}) == []


# Every member that a card can hold, those too that no service sends now.

RESOURCE = {"resourceType": "ServiceRequest", "status": "draft", "intent": "proposal", "subject": {"reference": "Patient/p1"}}  # fmt: skip
FULL = Card(
    summary="A card with every member",
    indicator="warning",
    source=Source(
        label="Leeward",
        url="https://leeward.example/",
        icon="https://leeward.example/icon.png",
        topic=CodedReason(code="withdrawal", system="https://leeward.example/topics", display="Withdrawal"),
    ),
    detail="**Words**\n* and lines",
    suggestions=(
        Suggestion(
            label="Exchange the order",
            is_recommended=True,
            actions=(
                Action(type="create", description="A new request", resource=RESOURCE),
                Action(type="update", description="The whole request", resource={**RESOURCE, "id": "r1"}),
                Action(type="delete", description="The old order", resource_id="MedicationRequest/m1"),
            ),
        ),
    ),
    selection_behavior="at-most-one",
    override_reasons=OVERRIDE_REASONS,
    links=(
        Link(label="The guideline", url="https://leeward.example/page", type="absolute"),
        Link(label="Open in the chart", url="https://leeward.example/launch", type="smart", app_context="score"),
    ),
)
ANSWER: dict[str, Any] = json.loads(msgspec.json.encode(Cards(cards=(named(FULL, "a", INSTANCE, "full"),))))


def put(path: str, value: Any) -> Callable[[Any], None]:
    """A change of the full answer: the member at a path below its card becomes a value."""
    *steps, last = path.split(".")

    def change(answer: Any) -> None:
        holder = answer["cards"][0]
        for step in steps:
            holder = holder[int(step) if step.isdigit() else step]
        if value is GONE:
            del holder[last]
        else:
            holder[int(last) if last.isdigit() else last] = value

    return change


GONE = object()
FIRST_ACTION, SECOND, THIRD = (f"suggestions.0.actions.{number}" for number in range(3))
BREAKS: tuple[tuple[int, Callable[[Any], None]], ...] = (
    (3, put("detail", None)),
    (3, put("suggestions", [])),
    (3, put("source.url", "")),
    (3, put(f"{FIRST_ACTION}.resource.code", {})),
    (74, lambda answer: answer.pop("cards")),
    (75, lambda answer: answer.update(systemActions={})),
    (80, put("uuid", 7)),
    (80, lambda answer: answer["cards"].append(answer["cards"][0])),
    (83, put("summary", "s" * 140)),
    (83, put("summary", "")),
    (85, put("detail", "<script>a()</script>")),
    (87, put("indicator", GONE)),
    (88, put("indicator", "hard-stop")),
    (90, put("source", GONE)),
    (92, put("suggestions", {"label": "one"})),
    (93, put("selectionBehavior", GONE)),
    (95, put("selectionBehavior", "all")),
    (96, put("selectionBehavior", GONE)),
    (98, put("overrideReasons", ["known"])),
    (100, put("overrideReasons.0.display", GONE)),
    (103, put("links", {})),
    (105, put("source.label", GONE)),
    (107, put("source.url", "/guideline")),
    (111, put("source.icon", "icon.png")),
    (115, put("source.topic", "withdrawal")),
    (117, put("suggestions.0.label", GONE)),
    (119, put("suggestions.0.uuid", 1)),
    (121, put("suggestions.0.isRecommended", "yes")),
    (124, put("suggestions.0.actions", {"type": "create"})),
    (127, put(f"{FIRST_ACTION}.type", "replace")),
    (128, put(f"{FIRST_ACTION}.description", GONE)),
    (130, put(f"{FIRST_ACTION}.resource", {"status": "draft"})),
    (131, put(f"{FIRST_ACTION}.resource", GONE)),
    (132, put(f"{SECOND}.resource", GONE)),
    (133, put(f"{THIRD}.resource", RESOURCE)),
    (134, put(f"{THIRD}.resourceId", GONE)),
    (135, put(f"{THIRD}.resourceId", 17)),
    (136, put("overrideReasons.0.display", "")),
    (138, put("links.0.label", GONE)),
    (139, put("links.0.url", "guideline.html")),
    (141, put("links.0.type", GONE)),
    (142, put("links.0.type", "relative")),
    (144, put("links.1.appContext", {"a": 1})),
    (147, put("links.0.appContext", "score")),
    (214, put("extension", ["a"])),
    (216, put("overrideReasons.0.code", GONE)),
    (217, put("overrideReasons.0.system", GONE)),
    (218, put("source.topic.code", GONE)),
    (219, put("overrideReasons.0.display", GONE)),
    (220, put("source.topic.display", 4)),
)
PASSED_BY_THE_READER = (3, 75, 80, 83, 85, 141, 214)
"""What Leeward never sends and takes from others all the same: published good answers have a long summary, links no type."""


def test_the_full_answer_breaks_nothing():
    assert broken(ANSWER) == []
    assert json.loads(msgspec.json.encode(read_cards(ANSWER))) == ANSWER


@pytest.mark.parametrize(("statement", "change"), BREAKS, ids=[str(statement) for statement, _ in BREAKS])
def test_an_answer_that_breaks_a_statement_is_told_by_its_number(statement: int, change: Callable[[Any], None]):
    answer = copy.deepcopy(ANSWER)
    change(answer)
    assert statement in {one for one, _ in broken(answer)}
    if statement not in PASSED_BY_THE_READER:
        with pytest.raises(BadInput):
            read_cards(answer)
