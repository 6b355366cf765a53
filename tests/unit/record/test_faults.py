"""Databases locked, gone, exchanged or not there: it is said, nothing is acknowledged into nowhere, nothing leaks."""

from __future__ import annotations

import shutil
import sqlite3
import time
import traceback
from pathlib import Path

import pytest

from leeward.record.storage import Record, default_url
from leeward.record.trouble import Gone, Locked, RecordTrouble, Unreachable
from leeward.record.verify import verify_record
from tests.unit.record.conftest import NOW, Cluster, draft


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
