"""Whatever another server sends, a question to it ends in its time, within its size, and in a sentence."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from leeward.errors import BadInput
from leeward.smart.fetching import client_for_records, get, get_sized, is_of_server

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"


@contextmanager
def answering(send: Callable[[socket.socket], None]) -> Iterator[str]:
    """The address of a server that takes connections and sends what it likes."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    taken, _ = listening.accept()
                except OSError:
                    return
                threading.Thread(target=answer, args=(taken,), daemon=True).start()

        def answer(taken: socket.socket) -> None:
            with taken:
                try:
                    taken.recv(65_536)
                    send(taken)
                except OSError:
                    pass

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/x"


def drip(taken: socket.socket, first: bytes, each: bytes) -> None:
    taken.sendall(first)
    for _ in range(200):
        taken.sendall(each)
        time.sleep(0.05)


def drip_of_head(taken: socket.socket) -> None:
    drip(taken, b"HTTP/1.1 200 OK\r\nx-long: ", b"a")


def drip_of_body(taken: socket.socket) -> None:
    drip(taken, HEAD + b"\r\n", b" ")


def drip_of_interim_answers(taken: socket.socket) -> None:
    drip(taken, b"", b"HTTP/1.1 103 Early Hints\r\n\r\n")


@pytest.mark.parametrize("send", [drip_of_head, drip_of_body, drip_of_interim_answers])
def test_a_server_that_sends_slowly_costs_its_time_and_no_more(send: Callable[[socket.socket], None]):
    with answering(send) as address, client_for_records() as client:
        begun = time.monotonic()
        with pytest.raises(BadInput, match="did not answer"):
            get(client, address, what="it", within=0.5)
        assert time.monotonic() - begun < 3


def test_no_more_is_read_than_may_come():
    sent = 0

    def send(taken: socket.socket) -> None:
        nonlocal sent
        taken.sendall(HEAD + b"\r\n")
        for _ in range(200):
            taken.sendall(b" " * 1_000_000)
            sent += 1

    too_large = pytest.raises(BadInput, match="larger than 1,000 bytes")
    with answering(send) as address, client_for_records() as client, too_large:
        get_sized(client, address, what="it", most=1_000)
    time.sleep(0.2)
    assert sent < 50


def test_what_comes_compressed_is_not_unpacked():
    def send(taken: socket.socket) -> None:
        taken.sendall(HEAD + b"content-encoding: gzip\r\ncontent-length: 2\r\n\r\n{}")

    with answering(send) as address, client_for_records() as client, pytest.raises(BadInput, match="DecodingError"):
        get(client, address, what="it")


@pytest.mark.parametrize("token", ["abcé", "a\nb", "a\r\nx-more: b", "\ud800"])
def test_a_token_that_no_header_holds_is_sent_to_nobody(token: str):
    with answering(lambda taken: taken.sendall(HEAD + b"\r\n{}")) as address, client_for_records() as client:
        with pytest.raises(BadInput, match="LW-0942") as refused:
            get(client, address, what="it", token=token)
        assert "abc" not in str(refused.value)


@pytest.mark.parametrize(
    ("address", "same"),
    [
        ("https://ehr.example/fhir?_page=2", True),
        ("https://ehr.example/fhir/Patient?_page=2", True),
        ("https://EHR.example:443/fhir/Patient", True),
        ("https://ehr.example:444/fhir/Patient", False),
        ("http://ehr.example/fhir/Patient", False),
        ("https://ehr.example/other-tenant/Patient", False),
        ("https://ehr.example/fhir-other", False),
        ("https://ehr.example/fhir/../other", False),
        ("https://ehr.example/fhir/%2e%2e/other", False),
        ("https://ehr.example/fhir/%252e%252e/other", False),
        ("https://ehr.example/fhir/..%5cother", False),
        ("https://me@ehr.example/fhir/Patient", False),
        ("https://ehr.example.evil.example/fhir/Patient", False),
        ("https://[/fhir", False),
    ],
)
def test_an_address_is_of_a_server_or_it_is_not(address: str, same: bool):
    assert is_of_server("https://ehr.example/fhir/", address) is same
