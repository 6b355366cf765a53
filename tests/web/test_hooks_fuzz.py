"""Calls that are almost right, and bytes that are not: answered, refused in a sentence, and never with an error of the server."""

from __future__ import annotations

import json
import random

import msgspec
import pytest
from starlette.testclient import TestClient

from benchmarks.hooks import body
from leeward.web.app import app_of
from tests.web.spoiling import spoilt

CALLS, MANY_CALLS = 1_500, 100_000
"""Calls in the suite, and in `make test-long`."""


@pytest.fixture
def client(house) -> TestClient:
    demo = msgspec.structs.replace(house, demo=True, allowed_hosts=("127.0.0.1",))
    return TestClient(app_of(demo), base_url="http://127.0.0.1", raise_server_exceptions=False)


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
