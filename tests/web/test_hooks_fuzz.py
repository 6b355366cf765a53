"""Calls that are almost right, and bytes that are not: answered, refused in a sentence, and never with an error of the server."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

import msgspec
import pytest
from starlette.testclient import TestClient

from benchmarks.hooks import body
from leeward.web.app import app_of

CALLS, MANY_CALLS = 1_500, 100_000
"""Calls in the suite, and in `make test-long`."""

WORDS: tuple[Any, ...] = (
    None, "", " ", "x", "Patient/p1", "2026-13-45", "9999-12-31", "0001-01-01", "\u0000", "\ud83d\ude00" * 50, "a" * 5000, -1, 0, 1e308, -1e-308,
    2**63, True, [], {}, [[]], [None], {"": None}, {"resourceType": "Bundle"}, {"resourceType": "Patient"}, {"reference": "#"},
    {"coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "1049502"}]}, {"value": 10**30, "code": "mg"},
    {"value": 1, "unit": "mg/{tab}"}, "http://127.0.0.1:1/fhir",
)  # fmt: skip


@pytest.fixture
def client(house) -> TestClient:
    demo = msgspec.structs.replace(house, demo=True, allowed_hosts=("127.0.0.1",))
    return TestClient(app_of(demo), base_url="http://127.0.0.1", raise_server_exceptions=False)


def places(given: Any, found: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Every place of a document, as its holder and its name or index."""
    pairs = given.items() if isinstance(given, dict) else enumerate(given) if isinstance(given, list) else ()
    for name, value in list(pairs):
        found.append((given, name))
        places(value, found)
    return found


def spoilt(document: Any, chance: random.Random) -> bytes:
    """A call with a few of its places exchanged, taken away or doubled, or a few of its bytes."""
    given = copy.deepcopy(document)
    for _ in range(chance.choice([1, 1, 1, 2, 5])):
        holder, name = chance.choice(places(given, []))
        match chance.randrange(5):
            case 0 if isinstance(holder, dict):
                del holder[name]
            case 1 if isinstance(holder, list):
                holder.append(copy.deepcopy(holder[name]))
            case 2:
                holder[name] = [holder[name]]
            case _:
                holder[name] = copy.deepcopy(chance.choice(WORDS))
    content = bytearray(json.dumps(given).encode("utf-8", "surrogatepass"))
    if chance.random() < 0.2:
        for _ in range(chance.choice([1, 3, 30])):
            content[chance.randrange(len(content))] = chance.randrange(256)
    if chance.random() < 0.05:
        del content[chance.randrange(len(content)) :]
    return bytes(content)


@pytest.mark.parametrize("seed", range(4))
def test_no_call_however_spoilt_is_an_error_of_the_server(client, seed):
    spoil(client, random.Random(seed), CALLS // 4)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(4, 8))
def test_none_of_a_hundred_thousand_calls_is_an_error_of_the_server(client, seed):
    spoil(client, random.Random(seed), MANY_CALLS // 4)


def spoil(client: TestClient, chance: random.Random, calls: int) -> None:
    """Send spoilt calls and look at each answer."""
    offered = client.get("/cds-services").json()["services"]
    known = [(one, json.loads(body(chance, one, 12))) for one in offered]
    seen: dict[int, int] = {}
    for _ in range(calls):
        service, document = chance.choice(known)
        path = f"/cds-services/{service['id']}"
        if chance.random() < 0.05:
            path += "/feedback"
        answer = client.post(path, content=spoilt(document, chance), headers={"content-type": "application/json"})
        seen[answer.status_code] = seen.get(answer.status_code, 0) + 1
        assert answer.status_code < 500, (path, answer.text)
        told = answer.json() if answer.content else {}
        if answer.status_code == 200:
            assert path.endswith("/feedback") or isinstance(told["cards"], list)
        else:
            assert told["resourceType"] == "OperationOutcome" and all(one["details"]["text"] for one in told["issue"])
            assert "Traceback" not in answer.text and len(answer.text) < 20_000
    assert seen.get(200) and seen.get(400)
