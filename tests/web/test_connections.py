"""The server as uvicorn runs it: few threads, idle connections that give way, endless requests that end."""

from __future__ import annotations

import gc
import socket
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from leeward.web import connections, guard
from leeward.web.app import THREADS, app_of
from leeward.web.serving import OPTIONS

HELLO = b"GET /sign-in HTTP/1.1\r\nhost: 127.0.0.1\r\n"


class Served:
    """A server of a house on a port of its own, and a page that is busy until it is let go."""

    def __init__(self, house) -> None:
        import msgspec

        self.busy, self.most, self.let_go = 0, 0, threading.Event()
        self._count = threading.Lock()
        app = app_of(msgspec.structs.replace(house, allowed_hosts=("127.0.0.1",)))
        app.router.routes.insert(0, Route("/busy", self._busy))
        listening = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = listening.getsockname()[1]
        self.server = uvicorn.Server(uvicorn.Config(app, **OPTIONS))
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [listening]})
        self.thread.start()

    def _busy(self, _: Request) -> Response:
        with self._count:
            self.busy += 1
            self.most = max(self.most, self.busy)
        self.let_go.wait(20)
        with self._count:
            self.busy -= 1
        return PlainTextResponse("done")

    def get(self, path: str = "/sign-in") -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as response:
                response.read()
                return response.status
        except urllib.error.HTTPError as refused:
            return refused.code

    def connect(self, sends: bytes = b"") -> socket.socket:
        made = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        made.sendall(sends)
        return made


@contextmanager
def served(house):
    before, made = gc.get_threshold(), Served(house)
    try:
        yield made
    finally:
        made.let_go.set()
        made.server.should_exit = True
        made.thread.join(30)
        gc.unfreeze()
        gc.set_threshold(*before)


def ended(one: socket.socket) -> bool:
    """Whether the server has closed a connection, with or without an answer before."""
    try:
        while one.recv(65_536):
            pass
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False
    return True


def test_no_more_pages_are_answered_at_once_than_there_are_threads_for(house):
    with served(house) as server, ThreadPoolExecutor(3 * THREADS) as people:
        came = [people.submit(server.get, "/busy") for _ in range(3 * THREADS)]
        until = time.monotonic() + 20
        while server.busy < THREADS and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(0.3)
        assert server.busy == THREADS
        server.let_go.set()
        assert [one.result() for one in came] == [200] * (3 * THREADS)
        assert server.most == THREADS


@pytest.mark.parametrize("sends", [b"", b"G", HELLO, HELLO + b"\r\nGET"], ids=["nothing", "a byte", "no end", "second"])
def test_a_connection_without_a_whole_request_is_closed_after_a_while(house, monkeypatch, sends):
    monkeypatch.setattr(connections, "IDLE", 1)
    with served(house) as server:
        assert server.get() == 200
        begun, one = time.monotonic(), server.connect(sends)
        for _ in range(4):  # a byte now and then is no request either
            time.sleep(0.2)
            if not sends.endswith(b"\n"):
                one.sendall(b"E")
        assert ended(one) and time.monotonic() - begun < 10
        assert server.get() == 200


def test_connections_on_which_nothing_is_asked_give_way_to_who_asks(house, monkeypatch):
    monkeypatch.setattr(connections, "MOST", 20)
    with served(house) as server, ExitStack() as open_ones:
        idle = [open_ones.enter_context(server.connect(b"GET / HT")) for _ in range(60)]
        assert [server.get() for _ in range(5)] == [200] * 5
        assert ended(idle[0]), "whoever waited longest went first"


def test_where_every_place_is_answered_the_rest_is_refused_plainly_and_it_comes_back(house, monkeypatch):
    monkeypatch.setattr(connections, "MOST", 10)
    with served(house) as server, ThreadPoolExecutor(10) as people:
        came = [people.submit(server.get, "/busy") for _ in range(10)]
        until = time.monotonic() + 20
        while len(server.server.server_state.connections) < 10 and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(0.2)
        one = server.connect(HELLO + b"\r\n")  # answered at once, and closed
        told = b"".join(iter(lambda: one.recv(4_096), b"")).decode()
        one.close()
        assert told.startswith("HTTP/1.1 503") and connections.TOO_MANY in told
        server.let_go.set()
        assert [each.result() for each in came] == [200] * 10
        assert server.get() == 200


def test_a_form_that_never_ends_is_refused(house, monkeypatch):
    monkeypatch.setattr(guard, "SOON", 0.5)
    monkeypatch.setattr(guard, "SLOWEST", 10_000_000)
    kind = b"content-type: application/x-www-form-urlencoded\r\ncontent-length: 500\r\n\r\n"
    with served(house) as server:
        one = server.connect(b"POST /sign-in HTTP/1.1\r\nhost: 127.0.0.1\r\n" + kind + b"name=n")
        told = one.recv(65_536).decode()
        one.close()
        assert told.startswith("HTTP/1.1 408") and server.get() == 200
