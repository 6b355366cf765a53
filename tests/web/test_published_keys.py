"""A server of keys that fails, or somebody who forges calls, locks no record system out; why a call is refused stands in the log."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from starlette.testclient import TestClient

from leeward.hooks.trust import Client, Trust
from leeward.web import keys
from leeward.web.app import app_of
from leeward.web.house import House
from tests.web.conftest import Clock

ISSUER = "https://ehr.example"
CALL = "/cds-services/leeward-withdrawal"
KEY = ECKey.generate_key("P-384", {"kid": "k1"}, private=True)
NEW = ECKey.generate_key("P-384", {"kid": "k2"}, private=True)
FORGED = ECKey.generate_key("P-384", {"kid": "k2"}, private=True)
REFUSED, ANSWERED = 401, 400
"""An empty body is read only where the proof held."""


class KeyServer:
    """Publishes keys on a loopback port, or goes wrong."""

    def __init__(self) -> None:
        self.asked, self.status, self.keys, self.instead = 0, 200, [KEY], b""
        told = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                told.asked += 1
                self.send_response(told.status)
                self.end_headers()
                content = json.dumps(KeySet(told.keys).as_dict(private=False)).encode()
                self.wfile.write(told.instead or content if told.status == 200 else b"")

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_port}/jwks"


@pytest.fixture
def published() -> Iterator[KeyServer]:
    server = KeyServer()
    yield server
    server.server.shutdown()
    server.server.server_close()


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets seconds pass for the keys that are kept."""
    began, passed = time.monotonic(), [0.0]

    class Moved:
        @staticmethod
        def monotonic() -> float:
            return began + passed[0]

    monkeypatch.setattr(keys, "time", Moved)

    def later(seconds: float) -> None:
        passed[0] += seconds

    return later


@pytest.fixture
def call(house: House, published: KeyServer, clock: Clock) -> Callable[..., int]:
    """Calls with a proof; the status of the answer."""
    client = Client(iss=ISSUER, jku=published.address)
    trusting = msgspec.structs.replace(house, demo=False, trust=Trust(clients={ISSUER: client}))
    hospital = TestClient(app_of(trusting), raise_server_exceptions=False)

    def call(key: ECKey = KEY, head: dict[str, Any] | None = None, **claims: Any) -> int:
        now = clock().timestamp()
        said = {"iss": ISSUER, "aud": f"http://testserver{CALL}", "iat": now, "exp": now + 60, "jti": uuid.uuid4().hex}
        header = {"alg": "ES384", "typ": "JWT", "kid": key.kid} | (head or {})
        token = jwt.encode(header, said | claims, key, algorithms=["ES384"])
        return hospital.post(CALL, content=b"{}", headers={"authorization": f"Bearer {token}", "content-type": "application/json"}).status_code  # fmt: skip

    return call


def test_a_server_of_keys_that_is_down_for_a_moment_locks_out_for_a_moment(call, published, later):
    published.status = 503
    assert [call() for _ in range(4)] == [REFUSED] * 4 and published.asked <= 2
    published.status = 200
    later(1)
    assert call() == ANSWERED


@pytest.mark.parametrize("wrong", ["down", "no keys", "cut off"])
def test_a_stranger_who_has_keys_fetched_anew_takes_no_good_ones_away(call, published, later, wrong):
    assert call() == ANSWERED
    if wrong == "down":
        published.status = 503
    else:
        published.instead = b'{"error": "x"}' if wrong == "no keys" else b'{"keys": ['
    for _ in range(20):
        later(31)
        assert call(FORGED) == REFUSED and call() == ANSWERED
    later(4000)
    assert call() == ANSWERED, "the server of keys is still down"
    published.status, published.instead = 200, b""
    later(31)
    assert call() == ANSWERED


def test_a_new_key_is_found_soon_though_a_stranger_asks_all_the_time(call, published, later):
    assert call() == ANSWERED
    published.keys = [KEY, NEW]
    later(keys.AGAIN)
    assert call(FORGED) == REFUSED and call(NEW) == ANSWERED
    before = published.asked
    assert [call(FORGED, head={"kid": f"z{one}"}) for one in range(20)] == [REFUSED] * 20
    assert published.asked == before, "forged calls cost a fetch each"


def test_a_key_that_was_taken_back_holds_no_longer(call, published, later):
    assert call() == ANSWERED
    published.keys = [NEW]
    later(keys.FRESH)
    assert call() == REFUSED and call(NEW) == ANSWERED


def test_keys_are_not_held_for_ever_while_nobody_publishes_them(call, published, later):
    assert call() == ANSWERED
    published.status = 503
    later(keys.LONGEST)
    assert call() == REFUSED


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"aud": f"https://testserver{CALL}"}, "its audience (aud) is not http://testserver/cds-services/leeward-withdrawal (another scheme)"),
        ({"aud": "http://testserver/Patient/secret-1"}, "(another path)"),
        ({"exp": 1}, "it has ended (exp) by Leeward's clock"),
        ({"iat": 4_000_000_000, "exp": 4_000_000_060}, "made at a time to come"),
        ({"exp": 4_000_000_000}, "holds for longer than 3600 seconds"),
        ({"iss": "https://ehr.example/"}, "differs by the slash at its end alone"),
        ({"iss": "https://secret-1.example"}, "none of those in the file of --trust"),
        ({"head": {"kid": "secret-1"}}, "none of the keys has its name (kid)"),
        ({"head": {"typ": "JOSE"}}, "lacks what CDS Hooks asks of it (typ)"),
        ({"head": {"jku": "https://secret-1.example"}}, "jku of its token"),
        ({"key": ECKey.generate_key("P-384", {"kid": "k1"}, private=True)}, "its signature does not hold"),
        ({"jti": None}, "lacks what CDS Hooks asks of it"),
    ],
    ids=["scheme", "path", "ended", "to come", "long", "slash", "stranger", "kid", "typ", "jku", "signature", "jti"],
)  # fmt: skip
def test_why_a_call_was_refused_is_said_in_the_log_alone(call, caplog, wrong, says):
    assert call(**wrong) == REFUSED
    assert says in caplog.text and "secret-1" not in caplog.text and "eyJ" not in caplog.text


def test_a_token_that_comes_again_is_told_as_that(call, caplog):
    assert call(jti="one") == ANSWERED and not caplog.text
    assert call(jti="one") == REFUSED and "was taken before (jti)" in caplog.text
