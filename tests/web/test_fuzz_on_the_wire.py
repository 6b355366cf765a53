"""Bytes on the wire that are no request, or not quite: a server as it is run answers or hangs up, and goes on."""

from __future__ import annotations

import os
import random
import socket
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.journeys.conftest import Served
from tests.web.spoiling import CURIOUS, noise

SEED = int(os.environ.get("LEEWARD_SEED", "0"))
SENT, MANY_SENT = 200, 5_000
"""Requests in the suite, and in `make test-long`."""

GET = b"GET /cds-services HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n"
POST = b"POST /cds-services/leeward-withdrawal HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"
FORM = b"POST /sign-in HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\ncontent-type: application/x-www-form-urlencoded\r\ntransfer-encoding: chunked\r\n\r\n3\r\na=b\r\n0\r\n\r\n"

LINES = (
    b"GET  / HTTP/1.1", b"GET / HTTP/9.9", b"GET /", b"GET /\xff HTTP/1.1", b"GET /?\x80 HTTP/1.1", b"GET http://elsewhere.example/ HTTP/1.1", b"OPTIONS * HTTP/1.1",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"PRI * HTTP/2.0\r\n\r\nSM", b"CONNECT a:1 HTTP/1.1", b"GET " + b"/x" * 20_000 + b" HTTP/1.1", b"", b"\0",
)  # fmt: skip
"""First lines that a server may be sent."""


def spoilt(chance: random.Random) -> bytes:
    """A request with a line, a few bytes, a header or its end otherwise."""
    given = bytearray(chance.choice([GET, POST, FORM]))
    match chance.randrange(6):
        case 0:
            line = chance.choice(LINES)
            given[: given.index(b"\r\n")] = line
        case 1:
            for _ in range(chance.choice([1, 3, 20])):
                given[chance.randrange(len(given))] = chance.randrange(256)
        case 2:
            name, value = chance.choice(CURIOUS)
            place = given.index(b"\r\n") + 2
            given[place:place] = (
                name
                + chance.choice([b": ", b":", b" : "])
                + value
                + chance.choice([b"\r\n", b"\n", b"\r\n folded\r\n"])
            )
        case 3:
            del given[chance.randrange(len(given)) :]
        case 4:
            given += chance.choice([GET, bytes(given), chance.randbytes(200), noise(chance, 300).encode()])
        case _:
            place = given.index(b"\r\n") + 2
            given[place:place] = b"".join(b"x-%d: y\r\n" % number for number in range(chance.choice([10, 100, 5000])))
    return bytes(given)


def answer_to(port: int, sent: bytes) -> bytes:
    """What came before the server hung up, or in a moment: an unfinished request is waited for."""
    got = b""
    with socket.create_connection(("127.0.0.1", port), timeout=0.15) as one:
        try:
            one.sendall(sent)
            while part := one.recv(65_536):
                got += part
        except (TimeoutError, ConnectionError):
            pass
    return got


@pytest.mark.parametrize("count", [SENT, pytest.param(MANY_SENT, marks=pytest.mark.long)])
def test_a_server_answers_or_hangs_up_whatever_comes(tmp_path: Path, count: int):
    chance, seen = random.Random(SEED), Counter[bytes]()
    served = Served(tmp_path, "--demo")
    try:
        port = urlsplit(served.address).port
        assert port is not None
        for number in range(count):
            sent = spoilt(chance)
            got = answer_to(port, sent)
            where = (SEED, number, sent[:500], got[:500])
            assert not got or got.startswith(b"HTTP/1.1 "), where
            seen[got[9:12]] += 1
            assert got[9:10] != b"5" and b"Traceback" not in got, where
        assert answer_to(port, GET).startswith(b"HTTP/1.1 200 ")
    finally:
        served.stop()
    assert {b"200", b"400"} <= set(seen)
    assert "Traceback" not in (tmp_path / "stderr").read_text()
