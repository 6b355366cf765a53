"""Disks that are full, or refuse to be written to: it is said, and nothing that was acknowledged is lost."""

from __future__ import annotations

import contextlib
import gc
import os
import random
import resource
import shutil
import subprocess
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from leeward.record.storage import Record, default_url
from leeward.record.trouble import Full, ReadOnly, RecordTrouble
from leeward.record.verify import verify_record
from tests.unit.record.conftest import NOW, Cluster, draft


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
