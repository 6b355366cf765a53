"""Records on both databases. PostgreSQL is a cluster of its own in a temporary folder, started and stopped here."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from leeward.record.entries import Draft
from leeward.record.storage import Record, default_url

NOW = datetime.fromisoformat("2026-11-22T09:00:00-05:00")
COWS = {"pulse": 2, "sweating": 1, "restlessness": 1, "pupils": 1, "aches": 1}


def draft(id: str, kind: str = "note", patient: str = "p1", **told: Any) -> Draft:
    """A draft with what does not matter filled in."""
    body = told.pop("body", {"text": "Slept."})
    given = {"at": (NOW - timedelta(minutes=5)).isoformat(), "by": "n.park", "role": "nurse"} | told
    return Draft(id=id, kind=kind, patient=patient, body=body, **given)  # type: ignore[arg-type]


def score(id: str, patient: str = "p1", **told: Any) -> Draft:
    """A COWS of a few items."""
    return draft(id, "score", patient, **({"body": {"instrument": "cows", "items": COWS}} | told))


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else found[-1].parent if found else None


class Cluster:
    """A PostgreSQL server of its own: a socket in its folder, no port, stopped by `pg_ctl` in its own data folder."""

    def __init__(self, folder: Path, binaries: Path) -> None:
        self.folder, self.binaries = folder, binaries
        self.user = _unprivileged()
        if self.user:
            os.chown(folder, *self.user)
        self.run("initdb", "-D", "data", "-A", "trust", "-U", "leeward", "-E", "UTF8", "--no-sync", "--locale=C")
        self.start()

    def run(self, program: str, *arguments: str) -> None:
        named = {"user": self.user[0], "group": self.user[1], "extra_groups": []} if self.user else {}
        done = subprocess.run(
            [str(self.binaries / program), *arguments],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=False,
            **named,
        )
        if done.returncode:
            raise OSError(done.stderr.decode()[-300:] or f"{program} failed")

    def start(self) -> None:
        settings = f"-c listen_addresses='' -c unix_socket_directories={self.folder} -c max_connections=60"
        self.run("pg_ctl", "-D", "data", "-w", "-l", "log", "-o", settings, "start")

    def stop(self, mode: str = "fast") -> None:
        self.run("pg_ctl", "-D", "data", "-w", "-m", mode, "stop")

    def url(self, database: str) -> str:
        return f"postgresql://leeward@/{database}?host={self.folder}"

    def created(self) -> str:
        """Address of a new, empty place for a record: a schema, which is made a hundred times faster than a database."""
        import psycopg

        name = f"record_{uuid.uuid4().hex}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"create schema {name}")  # type: ignore[arg-type]
        return f"{self.url('postgres')}&options=-csearch_path%3D{name}"


def _unprivileged() -> tuple[int, int] | None:
    """Whom to run the server as, where the tests run as root, as which it does not start."""
    if os.geteuid():
        return None
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return found.pw_uid, found.pw_gid
    return None


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    binaries = _binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed (initdb was not found)")
    # A short path: a socket's name may have 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="leeward-pg-", dir="/tmp"))
    try:
        found = Cluster(folder, binaries)
    except (OSError, subprocess.SubprocessError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"PostgreSQL could not be started: {error}")
    yield found
    found.stop("immediate")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """Which of the two databases."""
    return request.param


@pytest.fixture
def make_url(request: pytest.FixtureRequest, tmp_path: Path, database: str) -> Callable[[], str]:
    """Addresses of new, empty databases."""
    if database == "sqlite":
        return lambda: default_url(tmp_path / uuid.uuid4().hex)
    return request.getfixturevalue("cluster").created


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LEEWARD_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def url(make_url: Callable[[], str]) -> str:
    return make_url()


@pytest.fixture
def record(url: str) -> Iterator[Record]:
    with Record(url) as found:
        yield found
