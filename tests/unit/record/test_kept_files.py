"""Files kept beside the record: under their digest, once, the same for every process, and carried by a backup."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from leeward.record.access import kept_files, transaction
from leeward.record.backup import back_up, restore
from leeward.record.kept_files import digest_of_file, keep_file, kept_file
from leeward.record.storage import Record
from leeward.record.trouble import Broken, Full
from tests.unit.record.conftest import NOW, draft

CSV = b"name,phone\nSample Place,555-555-0101\n"


def test_a_file_is_kept_once_and_read_by_another_process(record: Record, url: str):
    digest = keep_file(record.engine, CSV)
    assert digest == digest_of_file(CSV) == keep_file(record.engine, CSV)
    with record.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(kept_files)).scalar() == 1
    with Record(url) as other:
        assert kept_file(other.engine, digest) == CSV
        assert kept_file(other.engine, "0" * 64) is None


def test_any_bytes_are_kept_as_they_are(record: Record):
    for content in (b"", b"\0\xff\n" * 100_000):
        assert kept_file(record.engine, keep_file(record.engine, content)) == content


def test_a_file_that_was_changed_is_not_read(record: Record, tmp_path: Path):
    digest = keep_file(record.engine, CSV)
    with transaction(record.engine) as connection:
        connection.execute(update(kept_files).values(content=CSV.replace(b"0101", b"0199")))
    with pytest.raises(Broken, match="not as it was given"):
        kept_file(record.engine, digest)
    if record.file is None:  # written out file by file: what is wrong is found while it is written
        record.append(draft("a"), NOW)
        with pytest.raises(Broken):
            back_up(record, tmp_path / "one.backup", NOW)


@pytest.mark.parametrize("into", ["sqlite", "postgresql"])
def test_a_backup_carries_the_files_into_either_database(
    record: Record, into: str, request: pytest.FixtureRequest, tmp_path: Path
):
    digest = keep_file(record.engine, CSV)
    record.append(draft("a"), NOW)
    file = tmp_path / "one.backup"
    back_up(record, file, NOW)
    url = f"sqlite:///{tmp_path}/new.sqlite" if into == "sqlite" else request.getfixturevalue("cluster").created()
    with Record(url) as new:
        restore(new, file, NOW)
        assert kept_file(new.engine, digest) == CSV
        assert restore(new, file, NOW).written == 0 and kept_file(new.engine, digest) == CSV


def test_a_file_that_was_changed_in_a_backup_brings_nothing_in(tmp_path: Path):
    with Record(f"sqlite:///{tmp_path}/old.sqlite") as record:
        keep_file(record.engine, CSV)
        record.append(draft("a"), NOW)
        back_up(record, tmp_path / "one.backup", NOW)
    with sqlite3.connect(tmp_path / "one.backup") as changed:
        changed.execute("update kept_files set content = x'00'")
    with Record(f"sqlite:///{tmp_path}/new.sqlite") as new:
        with pytest.raises(Broken):
            restore(new, tmp_path / "one.backup", NOW)
        assert new.last_number() == 0


def test_where_there_is_no_room_it_is_said_in_a_sentence(tmp_path: Path):
    with Record(f"sqlite:///{tmp_path}/small.sqlite") as record:
        with transaction(record.engine) as connection:
            pages = connection.exec_driver_sql("pragma page_count").scalar()
            connection.exec_driver_sql(f"pragma max_page_count = {pages}")  # holds for this connection, which is pooled
        with pytest.raises(Full):
            keep_file(record.engine, b"x" * 1_000_000)
