"""Every address, by everybody, with anything: never an error of the server, never a word about its inside, always in time."""

from __future__ import annotations

import logging
import os
from contextlib import closing

import pytest
from anyio.from_thread import start_blocking_portal

from tests.web.conftest import Clock, demo_house
from tests.web.every_endpoint import Rounds

AT_ONCE, IN_ALL = 2_000, 100_000
"""Requests of one ward, and of all, in `make test-long`."""

FIRST = int(os.environ.get("LEEWARD_SEED", "0"))
"""The first seed. A failure names its own: `LEEWARD_SEED=1017 pytest tests/web/test_fuzz_every_endpoint.py` sends it again."""

ASKED = AT_ONCE if FIRST else 1_000
"""Requests of one ward in the suite."""


def asked(tmp_path, caplog, seed: int, count: int) -> Rounds:
    """A new ward, asked so many times; nothing that it wrote into its log is an error that nobody foresaw."""
    print(f"seed {seed}")
    with (
        caplog.at_level(logging.ERROR),
        start_blocking_portal() as portal,
        closing(demo_house(tmp_path, Clock())) as houses,
    ):
        rounds = Rounds(next(houses), seed, portal)
        rounds.send(count)
    assert not [line for line in caplog.messages if "told as" in line]
    return rounds


@pytest.mark.parametrize("seed", range(FIRST, FIRST + 2))
def test_nothing_that_is_asked_is_an_error_of_the_server(tmp_path, caplog, seed):
    rounds = asked(tmp_path, caplog, seed, ASKED)
    assert {200, 303, 400, 403, 404, 405, 422} <= set(rounds.seen)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(FIRST + 1000, FIRST + 1000 + IN_ALL // AT_ONCE))
def test_nothing_of_a_hundred_thousand_requests_is_an_error_of_the_server(tmp_path, caplog, seed):
    rounds = asked(tmp_path, caplog, seed, AT_ONCE)
    assert set(rounds.routes) == set(rounds.reached), "A route was never asked."
