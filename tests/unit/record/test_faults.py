"""Bad days: writers killed at any moment, disks full, databases locked, gone or stopped. What was acknowledged is there, once."""

from __future__ import annotations

import contextlib
import gc
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from leeward.record.storage import Record, default_url
from leeward.record.trouble import Full, Gone, Locked, ReadOnly, RecordTrouble, Unreachable
from leeward.record.verify import verify, verify_record
from tests.unit.record.conftest import NOW, Cluster, draft, score

KILLS = 1_000 if os.environ.get("LEEWARD_LONG") else 200
"""Writers killed, over both databases."""

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
    chance = random.Random(20261122)
    acknowledged: set[str] = set()
    only_sent: set[str] = set()
    others = Writers(url)
    for turn in range(KILLS // 4):
        results: list[tuple[set[str], set[str]]] = []

        def one(writers: Writers, name: str, seconds: float, into: list) -> None:
            into.append(writers.killed_after(seconds, name, tmp_path / name))

        threads = [
            threading.Thread(target=one, args=(writers, f"w{turn}{side}", chance.uniform(0.0, 0.12), results))
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
    others.close()
    with Record(url, create=False) as record:
        entries = list(record.entries())
        there = [entry.id for entry in entries]
        assert len(acknowledged) > KILLS, "too few were written for this to show anything"
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


@contextlib.contextmanager
def small_disk(kilobytes: int) -> Iterator[Path]:
    """A file system of a few kilobytes, which root may mount."""
    folder = Path(tempfile.mkdtemp(prefix="leeward-small-", dir="/tmp"))
    command = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k,mode=0777", "tmpfs", str(folder)]
    if (
        os.geteuid()
        or not shutil.which("mount")
        or subprocess.run(command, capture_output=True, check=False).returncode
    ):
        folder.rmdir()
        pytest.skip("A small disk cannot be mounted here (it takes root)")
    try:
        yield folder
    finally:
        gc.collect()
        subprocess.run(["umount", "-l", str(folder)], check=True)
        folder.rmdir()


def fill(record: Record) -> tuple[list[str], RecordTrouble]:
    """Write until the database refuses."""
    kept: list[str] = []
    chance = random.Random(1)
    try:
        for number in range(5_000):
            # Letters by chance: a server compresses what repeats.
            text = "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=5_000))
            kept.append(record.append(draft(f"n{number}", body={"text": text}), NOW).id)
    except RecordTrouble as trouble:
        return kept, trouble
    pytest.fail("the disk was never full")


def whole_and_goes_on(record: Record, kept: list[str]) -> None:
    assert [entry.id for entry in record.entries()] == kept
    record.append(draft(f"n{len(kept)}", body={"text": "x" * 5_000}), NOW)
    assert [entry.id for entry in record.entries()] == [*kept, f"n{len(kept)}"]
    assert verify_record(record).findings == ()


def test_a_full_disk_is_said_and_writing_goes_on_when_there_is_room():
    with small_disk(3_000) as folder:
        ballast = folder / "ballast"
        ballast.write_bytes(bytes(1_500_000))
        with Record(default_url(folder)) as record:
            kept, trouble = fill(record)
            assert isinstance(trouble, Full) and "disk" in str(trouble) and len(kept) > 10
            with pytest.raises(Full):
                record.append(draft("again", body={"text": "x" * 50_000}), NOW)
            ballast.unlink()
            whole_and_goes_on(record, kept)


def test_a_full_disk_of_the_server_is_said_and_writing_goes_on_when_there_is_room(cluster: Cluster):
    import psycopg

    with small_disk(4_000) as folder:
        if cluster.user:
            os.chown(folder, *cluster.user)
        url = cluster.created()
        with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
            connection.execute(f"create tablespace small location '{folder}'")  # type: ignore[arg-type]
            try:
                ballast = folder / "ballast"
                ballast.write_bytes(bytes(1_500_000))
                with Record(f"{url}%20-cdefault_tablespace%3Dsmall") as record:
                    kept, trouble = fill(record)
                    assert isinstance(trouble, Full) and "server's disk is full" in str(trouble)
                    ballast.unlink()
                    whole_and_goes_on(record, kept)
            finally:
                connection.execute("drop schema " + url.rpartition("%3D")[2] + " cascade")  # type: ignore[arg-type]
                connection.execute("drop tablespace small")


def in_child(act: Callable[[], None]) -> str:
    """Run something in a process of its own, which gives up rights for it; what it raised comes back as text."""
    out, into = os.pipe()
    child = os.fork()
    if not child:
        told = "nothing was raised"
        try:
            act()
        except BaseException as error:
            told = f"{type(error).__name__}: {error}" if isinstance(error, RecordTrouble) else traceback.format_exc()
        os.write(into, told.encode())
        os._exit(0)
    os.close(into)
    os.waitpid(child, 0)
    with os.fdopen(out) as file:
        return file.read()


def test_a_limit_on_the_size_of_files_is_said_as_a_full_disk(tmp_path: Path):
    url = default_url(tmp_path)
    Record(url).close()

    def write() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
        with Record(url) as record:
            raise fill(record)[1]

    assert in_child(write).startswith("Full: LW-0722")
    with Record(url) as record:
        kept = [entry.id for entry in record.entries()]
        assert kept == [f"n{number}" for number in range(len(kept))] and len(kept) > 3
        whole_and_goes_on(record, kept)


@pytest.fixture
def outside() -> Iterator[Path]:
    """A folder that a user without rights can reach."""
    folder = Path(tempfile.mkdtemp(prefix="leeward-folder-", dir="/tmp"))
    yield folder
    folder.chmod(0o700)
    shutil.rmtree(folder)


def test_a_folder_that_may_not_be_written_to_is_said(outside: Path):
    url = default_url(outside)
    with Record(url) as record:
        record.append(draft("a"), NOW)
    (outside / "record.sqlite").chmod(0o444)
    outside.chmod(0o555)

    def write() -> None:
        if os.geteuid() == 0:
            os.setgroups([])
            os.setresgid(65534, 65534, 65534)
            os.setresuid(65534, 65534, 65534)
        with Record(url) as record:
            record.append(draft("b"), NOW)

    def make() -> None:
        nonlocal url
        url = default_url(outside / "deeper")
        write()

    for act in (write, make):
        told = in_child(act)
        assert told.startswith(f"{ReadOnly.__name__}: LW-0724") and "right to write" in told, told


def test_a_database_locked_by_somebody_else_is_said_and_comes_back(url: str, cluster: Cluster, database: str):
    with Record(url, wait=0.3) as record:
        record.append(draft("a"), NOW)
        if record.file:
            held = sqlite3.connect(record.file, isolation_level=None)
            held.execute("begin immediate")
        else:
            import psycopg

            from leeward.record.database import LOCK

            held = psycopg.connect(cluster.url("postgres"))
            held.execute("select pg_advisory_xact_lock(%s)", (LOCK,))
        began = time.monotonic()
        with pytest.raises(Locked, match=r"LW-0721 Somebody else is writing.*try again"):
            record.append(draft("b"), NOW)
        assert time.monotonic() - began < 2
        assert record.last_number() == 1, "readers do not wait"
        held.rollback()
        held.close()
        assert record.append(draft("b"), NOW).number == 2


def test_a_database_file_taken_away_is_said_and_nothing_is_acknowledged_into_nowhere(tmp_path: Path):
    with Record(default_url(tmp_path)) as record:
        record.append(draft("a"), NOW)
        assert record.file
        away = [(file, file.with_name(f"away-{file.name}")) for file in sorted(tmp_path.glob("record.sqlite*"))]
        for file, name in away:
            file.rename(name)
        for _ in range(2):
            with pytest.raises(Gone, match="LW-0723"):
                record.append(draft("b"), NOW)
            with pytest.raises(Gone, match="LW-0723"):
                list(record.entries())
        assert not record.file.exists(), "no empty database was put in its place"
        for file, name in away:
            name.rename(file)
        assert record.append(draft("b"), NOW).number == 2
        assert verify_record(record).findings == ()


def test_a_database_file_exchanged_for_an_older_one_is_said(tmp_path: Path):
    url = default_url(tmp_path)
    with Record(url) as record:
        record.append(draft("a"), NOW)
    shutil.copy(tmp_path / "record.sqlite", tmp_path / "older")
    with Record(url) as record:
        record.append(draft("b"), NOW)
        (tmp_path / "older").replace(tmp_path / "record.sqlite")
        with pytest.raises(Gone, match="exchanged"):
            record.append(draft("c"), NOW)


def test_a_log_that_was_deleted_acknowledges_nothing(tmp_path: Path):
    with Record(default_url(tmp_path)) as record:
        record.append(draft("a"), NOW)
        (tmp_path / "record.sqlite-wal").unlink()
        with pytest.raises(RecordTrouble):
            record.append(draft("b"), NOW)


def test_a_server_that_is_not_there_is_said_without_the_password():
    password = "-".join(("a", "secret"))
    with pytest.raises(Unreachable) as refused:
        Record(f"postgresql://leeward:{password}@127.0.0.1:9/record", wait=2)
    assert password not in "".join(traceback.format_exception(refused.value))


def test_no_error_carries_what_was_charted(record: Record):
    from sqlalchemy import text

    name, id = "-".join(("Robin", "Example")), "-".join(("an", "id"))
    record.append(draft("a", patient=name), NOW)

    with record.engine.begin() as connection:
        drop = "drop table head" if record.file else "drop table head cascade"
        connection.execute(text(drop))
    with pytest.raises(RecordTrouble) as refused:
        record.append(draft(id, patient=name), NOW)
    told = "".join(traceback.format_exception(refused.value))
    assert name not in told and id not in told
