"""Writers killed at any moment, and a server that crashes. What was acknowledged is there, once."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from leeward.record.storage import Record
from leeward.record.trouble import RecordTrouble, Unreachable
from leeward.record.verify import verify, verify_record
from tests.unit.record.conftest import NOW, Cluster, score

KILLS, MANY_KILLS = 200, 1_000
"""Writers killed on each database: in the suite, and in `make test-long`."""

WRITERS = """
import os, sys
from datetime import datetime
from leeward.record.entries import Draft
from leeward.record.storage import Record
import leeward.casefile.scores, sqlalchemy.dialects.sqlite, alembic.command
try: import psycopg, sqlalchemy.dialects.postgresql.psycopg
except ImportError: pass

def write(name, told):
    now = datetime.fromisoformat("2026-11-22T09:00:00-05:00")
    file = os.open(told, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    with Record(sys.argv[1]) as record:
        for number in range(100_000):
            ids = [f"{name}-{number}-{part}" for part in range(1 + 2 * (number % 3 == 0))]
            drafts = [Draft(id=id, kind="score", patient=name, at=now.isoformat(), by="n", role="nurse",
                            body={"instrument": "cows", "total": number % 40}) for id in ids]
            os.write(file, f"sent {' '.join(ids)}\\n".encode())
            record.append_all(drafts, now)
            os.write(file, f"kept {' '.join(ids)}\\n".encode())

for line in sys.stdin:
    name, told = line.split()
    writer = os.fork()
    if not writer:
        try: write(name, told)
        finally: os._exit(1)
    print(writer, flush=True)
    if sys.stdin.readline():
        os.waitpid(writer, 0)
        print("ended", flush=True)
"""


class Writers:
    """A process that forks writers, so that each starts within milliseconds. Each is killed by its own pid."""

    def __init__(self, url: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", WRITERS, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def _ask(self, line: str) -> str:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(f"{line}\n")
        return self._process.stdout.readline().strip()

    def killed_after(self, seconds: float, name: str, told: Path) -> tuple[set[str], set[str]]:
        """Let a writer write, kill it, and give the ids that were acknowledged to it, and those that were only sent."""
        writer = int(self._ask(f"{name} {told}"))
        time.sleep(seconds)
        with contextlib.suppress(ProcessLookupError):
            os.kill(writer, signal.SIGKILL)
        assert self._ask("killed") == "ended"
        lines = told.read_text().splitlines() if told.exists() else []
        kept = {id for line in lines if line.startswith("kept") for id in line.split()[1:]}
        return kept, {id for line in lines for id in line.split()[1:]} - kept

    def close(self) -> None:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()


@pytest.fixture
def hands(url: str) -> Iterator[Writers]:
    """Two of them, so that one writes while another is killed. The tables stand before the first is."""
    Record(url).close()
    found = Writers(url)
    yield found
    found.close()


def test_writers_killed_at_any_moment_lose_and_double_nothing(url: str, hands: Writers, tmp_path: Path):
    kill(url, hands, tmp_path, KILLS)


@pytest.mark.long
def test_a_thousand_writers_killed_lose_and_double_nothing(url: str, hands: Writers, tmp_path: Path):
    kill(url, hands, tmp_path, MANY_KILLS)


def kill(url: str, hands: Writers, tmp_path: Path, kills: int) -> None:
    """Kill writers on this database, two at a time, and look at what stands."""
    chance = random.Random(20261122)
    acknowledged: set[str] = set()
    only_sent: set[str] = set()
    others = Writers(url)
    longest = 0.12
    for turn in range(kills // 2):
        results: list[tuple[set[str], set[str]]] = []

        def one(writers: Writers, name: str, seconds: float, into: list) -> None:
            into.append(writers.killed_after(seconds, name, tmp_path / name))

        threads = [
            threading.Thread(target=one, args=(writers, f"w{turn}{side}", chance.uniform(0.0, longest), results))
            for side, writers in (("a", hands), ("b", others))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(results) == 2
        for kept, sent in results:
            acknowledged |= kept
            only_sent |= sent
        # On a slow or busy machine writers live longer, so that they have written something when they are killed.
        if len(acknowledged) < 6 * (turn + 1):
            longest = min(longest * 1.2, 1.0)
    others.close()
    with Record(url, create=False) as record:
        entries = list(record.entries())
        there = [entry.id for entry in entries]
        assert len(acknowledged) > kills, "too few were written for this to show anything"
        assert acknowledged <= set(there)
        assert len(there) == len(set(there))
        assert verify(entries) == () and verify_record(record).findings == ()
        # Whoever got no answer sends it again: it is there once, whether or not it had arrived.
        body = {"instrument": "cows"}
        for id in sorted(only_sent):
            name, number, _ = id.split("-")
            again = score(id, patient=name, at=NOW.isoformat(), by="n", body=body | {"total": int(number) % 40})
            assert record.append(again, NOW).id == id
        there = [entry.id for entry in record.entries()]
        assert len(there) == len(set(there)) and only_sent <= set(there)
        assert verify_record(record).findings == ()


def test_a_group_of_entries_is_there_whole_or_not_at_all(url: str, hands: Writers, tmp_path: Path):
    for turn in range(6):
        hands.killed_after(0.03 + turn / 100, f"g{turn}", tmp_path / f"g{turn}")
    with Record(url) as record:
        groups: dict[str, int] = {}
        for entry in record.entries():
            group = entry.id.rpartition("-")[0]
            groups[group] = groups.get(group, 0) + 1
        assert all(count == (3 if int(group.split("-")[1]) % 3 == 0 else 1) for group, count in groups.items())


def test_a_database_server_that_crashes_keeps_what_was_acknowledged_and_comes_back(cluster: Cluster):
    with Record(cluster.created(), wait=3) as record:
        kept: list[str] = []
        refused: list[RecordTrouble] = []

        def write() -> None:
            try:
                for number in range(100_000):
                    kept.append(record.append(score(f"s{number}"), NOW).id)
            except RecordTrouble as trouble:
                refused.append(trouble)

        writer = threading.Thread(target=write)
        writer.start()
        time.sleep(0.5)
        cluster.stop("immediate")
        writer.join(20)
        assert isinstance(refused[0], Unreachable), refused
        with pytest.raises(Unreachable, match="does not answer"):
            record.append(score("x"), NOW)
        cluster.start()
        assert len(kept) > 10
        there = [entry.id for entry in record.entries()]
        assert there[: len(kept)] == kept
        record.append(score(f"s{len(kept)}"), NOW)
        assert verify_record(record).findings == ()
