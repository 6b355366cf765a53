"""What was told before stays until something better is told, and nobody can cause more questions than a few."""

from __future__ import annotations

import threading
import time

import pytest

from leeward.errors import BadInput
from leeward.smart.last_good import LastGood

BUSY, DOWN = BadInput.one("LW-0942", "", "Busy.", ""), BadInput.one("LW-0942", "", "Down.", "")


class Server:
    """A server that tells what it holds, at a time that stands until it is moved."""

    def __init__(self) -> None:
        self.now, self.asked, self.holds = 1000.0, 0, "first"
        self.kept: LastGood[str] = LastGood(lambda: self.now, fresh=600, longest=7200, again=5, failed=1, waiting=2)

    def tell(self) -> str:
        self.asked += 1
        if not self.holds:
            raise DOWN
        return self.holds

    def ask(self, *, anew: bool = False) -> str:
        return self.kept.of("server", self.tell, BUSY, anew=anew)


def test_it_is_asked_once_while_it_is_fresh():
    server = Server()
    assert [server.ask() for _ in range(3)] == ["first"] * 3 and server.asked == 1
    server.now, server.holds = server.now + 601, "second"
    assert server.ask() == "second" and server.asked == 2


def test_a_failure_is_kept_for_a_second():
    server = Server()
    server.holds = ""
    for _ in range(5):
        with pytest.raises(BadInput, match="Down"):
            server.ask()
    assert server.asked == 1
    server.now, server.holds = server.now + 1, "first"
    assert server.ask() == "first"


@pytest.mark.parametrize("anew", [False, True])
def test_a_failure_takes_nothing_away(anew: bool):
    server = Server()
    server.ask()
    server.now, server.holds = server.now + 601, ""
    assert [server.ask(anew=anew) for _ in range(5)] == ["first"] * 5 and server.asked == 2
    server.now += 5
    assert server.ask(anew=anew) == "first" and server.asked == 3
    server.now += 7200
    with pytest.raises(BadInput, match="Down"):
        server.ask(anew=anew)


def test_newer_ones_are_asked_for_seldom():
    server = Server()
    server.ask()
    server.holds = "second"
    assert server.ask(anew=True) == "first" and server.asked == 1
    server.now += 5
    assert [server.ask(anew=True) for _ in range(4)] == ["second"] * 4 and server.asked == 2


def test_one_asks_and_a_few_wait():
    server, go = Server(), threading.Event()
    found: list[str] = []

    def slow() -> str:
        assert go.wait(10)
        return server.tell()

    def ask() -> None:
        try:
            found.append(server.kept.of("server", slow, BUSY))
        except BadInput as refused:
            found.append(refused.problems[0].says)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for one in threads:
        one.start()
    until = time.monotonic() + 5
    while not found and time.monotonic() < until:
        time.sleep(0.01)
    assert found == ["Busy."]
    go.set()
    for one in threads:
        one.join(5)
    assert found == ["Busy.", "first", "first"] and server.asked == 1
