"""Backups are read back before they count, restoring overwrites nothing, and one person's record travels whole."""

from __future__ import annotations

import gzip
import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import insert, select

from leeward.commands import backup as backup_command
from leeward.commands import restore as restore_command
from leeward.commands import verify as verify_command
from leeward.errors import BadInput, LeewardError
from leeward.record import backup
from leeward.record.access import access, credentials
from leeward.record.backup import back_up, read_back, restore
from leeward.record.chart import chart_of
from leeward.record.portable import export_patient, import_patient, read_export
from leeward.record.storage import Record
from leeward.record.trouble import Broken, EntriesLost, Full, WrongVersion
from leeward.record.verify import verify_record
from tests.unit.record.conftest import NOW, draft, score

DRAFTS = [draft("a", "admission", body={"name": "Robin Example", "synthetic": True, "setting": "emergency"}),
          score("b"), score("c", patient="p2"), draft("d", "correction", corrects=2, body={"replaces": {"instrument": "cows", "total": 11}, "reason": "Misread."}),
          draft("e", "counselling-note", body={"text": "Apart."}), draft("f", "plan-signed", body={"plan": "x"}),
          draft("g", "consent", body={"to": "clinic"})]  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kept.backup"


@pytest.mark.parametrize("into", ["sqlite", "postgresql"])
def test_a_backup_of_either_database_is_restored_into_either(
    record: Record, file: Path, into: str, request: pytest.FixtureRequest, tmp_path: Path
):
    record.append_all(DRAFTS, NOW)
    assert back_up(record, file, NOW).head == record.head()
    url = f"sqlite:///{tmp_path}/new.sqlite" if into == "sqlite" else request.getfixturevalue("cluster").created()
    with Record(url) as new:
        done = restore(new, file, NOW)
        assert (done.written, done.stood, done.missing) == (7, 0, None)
        assert list(new.entries()) == list(record.entries())
        assert verify_record(new).findings == ()
        assert new.append(score("next"), NOW).number == 8


def test_a_backup_holds_all_that_was_written_before_it_began_while_others_write(record: Record, file: Path):
    record.append_all(DRAFTS, NOW)
    with record.writing(NOW) as writing:
        writing.add(score("unfinished"))
        assert back_up(record, file, NOW).head.number == 7


def test_people_can_sign_in_to_what_was_restored_and_no_session_goes_on(
    record: Record, file: Path, make_url: Callable[[], str]
):
    access.create_all(record.engine)
    row = {"person": "a.reyes", "password_hash": "$argon2id$x", "set_at": 1}
    with record.engine.begin() as connection:
        connection.execute(insert(credentials), row)
        session = {
            "token_digest": "f" * 64,
            "person": "a.reyes",
            "begun_at": 1,
            "last_seen": 1,
            "idle_for": 1,
            "ends_at": 1,
        }
        connection.execute(insert(access.tables["access_sessions"]), session)
    record.append(draft("a"), NOW)
    back_up(record, file, NOW)
    assert b"f" * 64 not in file.read_bytes()
    with Record(make_url()) as new:
        restore(new, file, NOW)
        restore(new, file, NOW)
        with new.engine.connect() as connection:
            assert [dict(one) for one in connection.execute(select(credentials)).mappings()] == [row]


def test_a_restore_completes_a_record_that_holds_a_part_of_the_backup(
    record: Record, file: Path, make_url: Callable[[], str]
):
    with Record(make_url()) as new:
        record.append_all(DRAFTS[:3], NOW)
        back_up(record, file, NOW)
        restore(new, file, NOW)
        record.append_all(DRAFTS[3:], NOW)
        back_up(record, file, NOW)
        done = restore(new, file, NOW)
        assert (done.stood, done.written) == (3, 4)
        assert list(new.entries()) == list(record.entries())


def test_a_restore_never_overwrites_entries_that_the_backup_does_not_hold(
    record: Record, file: Path, make_url: Callable[[], str]
):
    record.append_all(DRAFTS[:3], NOW)
    back_up(record, file, NOW)
    record.append_all(DRAFTS[3:], NOW)
    with pytest.raises(Broken, match="from entry 4 on"):
        restore(record, file, NOW)
    with Record(make_url()) as other:
        other.append(draft("other"), NOW)
        with pytest.raises(Broken, match="from entry 1 on"):
            restore(other, file, NOW)
        assert other.last_number() == 1
    assert record.last_number() == 7


def test_an_older_backup_leaves_the_loss_in_sight_until_it_is_accepted(
    record: Record, file: Path, make_url: Callable[[], str]
):
    record.append_all(DRAFTS[:3], NOW)
    back_up(record, file, NOW)
    record.append_all(DRAFTS[3:], NOW)
    with Record(make_url(), remembered=record.remembered.path) as new:
        done = restore(new, file, NOW)
        assert done.missing == record.head()
        with pytest.raises(EntriesLost):
            new.append(score("next"), NOW)
        assert {one.fault for one in verify_record(new).findings} == {"cut-short"}
        new.accept(by="a.reyes", role="administrator", reason="Disk lost.", now=NOW)
        assert new.append(score("next"), NOW).number == 5
        assert verify_record(new).findings == ()


@pytest.mark.parametrize("at", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_a_damaged_or_cut_backup_is_refused(record: Record, file: Path, make_url: Callable[[], str], at: float):
    record.append_all([draft(f"n{number}", body={"text": f"note {number} " * 40}) for number in range(60)], NOW)
    back_up(record, file, NOW)
    data = file.read_bytes()
    place = int(len(data) * at)
    for spoilt in (data[:place], data[:place] + bytes(64) + data[place + 64 :], b"", b"hello"):
        file.write_bytes(spoilt)
        with Record(make_url()) as new:
            try:
                restore(new, file, NOW)
            except LeewardError:
                assert new.last_number() == 0
            else:  # the damage was in a page that holds no entry, such as an index
                assert list(new.entries()) == list(record.entries())


@pytest.mark.parametrize("end", ["", "-wal", "-shm", ".head"])
def test_a_backup_never_goes_over_the_record_itself(tmp_path: Path, end: str):
    with Record(f"sqlite:///{tmp_path}/a.sqlite") as record:
        record.append_all(DRAFTS, NOW)
        (tmp_path / "other").symlink_to(tmp_path)
        with pytest.raises(BadInput, match="LW-0749"):
            back_up(record, tmp_path / "other" / f"a.sqlite{end}", NOW)
        record.append(score("next"), NOW)
        assert verify_record(record).findings == ()


def with_a_password(record: Record) -> None:
    access.create_all(record.engine)
    with record.engine.begin() as connection:
        connection.execute(insert(credentials), {"person": "a.reyes", "password_hash": "$argon2id$right", "set_at": 1})
    record.append_all(DRAFTS, NOW)


def rewritten(file: Path, change: Callable[[bytes], bytes]) -> None:
    """Change what a backup holds, in the form that it has."""
    data = file.read_bytes()
    packed = data[:2] == b"\x1f\x8b"
    file.write_bytes(gzip.compress(change(gzip.decompress(data))) if packed else change(data))


def test_a_password_that_was_changed_in_a_backup_is_refused(record: Record, file: Path, make_url: Callable[[], str]):
    with_a_password(record)
    back_up(record, file, NOW)
    rewritten(file, lambda data: data.replace(b"$argon2id$right", b"$argon2id$wrong"))
    with Record(make_url()) as new, pytest.raises(Broken, match="passwords or files"):
        restore(new, file, NOW)


def test_a_backup_of_a_newer_leeward_is_told_as_one(record: Record, file: Path, make_url: Callable[[], str]):
    record.append_all(DRAFTS, NOW)
    back_up(record, file, NOW)
    if record.file:
        with sqlite3.connect(file) as connection:
            connection.execute("update leeward_version set version_num = '9999'")
    else:
        rewritten(file, lambda data: data.replace(b"record-backup/1", b"record-backup/2", 1))
    with Record(make_url()) as new, pytest.raises(WrongVersion, match="newer Leeward"):
        restore(new, file, NOW)


def test_what_is_restored_into_an_empty_database_is_the_same_record(
    record: Record, file: Path, make_url: Callable[[], str]
):
    record.append_all(DRAFTS, NOW)
    back_up(record, file, NOW)
    url = make_url()
    with Record(url) as new:
        assert new.id != record.id
        restore(new, file, NOW)
        assert new.id == record.id
    with Record(url) as again:
        assert again.id == record.id and again.append(score("next"), NOW).number == 8
        assert verify_record(again).findings == ()


def test_a_backup_is_not_replaced_by_one_that_holds_less(record: Record, file: Path, make_url: Callable[[], str]):
    record.append_all(DRAFTS, NOW)
    back_up(record, file, NOW)
    kept = file.read_bytes()
    with Record(make_url()) as emptier:
        emptier.append(draft("a"), NOW)
        with pytest.raises(Broken, match="does not hold"):
            back_up(emptier, file, NOW)
    assert file.read_bytes() == kept
    record.append(score("more"), NOW)
    assert back_up(record, file, NOW).head.number == 8


def test_a_backup_that_fails_leaves_nothing_behind(record: Record, file: Path, monkeypatch: pytest.MonkeyPatch):
    record.append_all(DRAFTS, NOW)
    back_up(record, file, NOW)
    kept = file.read_bytes()

    def full(path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup, "_force", full)
    with pytest.raises(Full, match="No space left"):
        back_up(record, file, NOW)
    assert file.read_bytes() == kept
    assert not list(file.parent.glob("*.part"))


def test_a_backup_is_for_its_owners_eyes(record: Record, file: Path):
    record.append_all(DRAFTS, NOW)
    back_up(record, file, NOW)
    assert file.stat().st_mode & 0o077 == 0


def test_a_person_travels_whole(record: Record, make_url: Callable[[], str]):
    record.append_all(DRAFTS, NOW)
    lines = list(export_patient(record, "p1", by="n.park", now=NOW, with_counselling_notes=True))
    first = json.loads(lines[0])
    assert "42 CFR" in first["notice"] and first["left_out"] == []
    with Record(make_url()) as other:
        other.append(score("theirs", patient="q"), NOW)
        came = import_patient(other, lines, by="a.reyes", role="administrator", now=NOW, as_patient="p7")
        assert import_patient(other, lines, by="a.reyes", role="administrator", now=NOW, as_patient="p7") == came
        assert [entry.number for entry in came] == [2, 3, 4, 5, 6, 7]
        assert [entry.body["imported"]["number"] for entry in came] == [1, 2, 4, 5, 6, 7]
        assert came[0].body["imported"]["by"] == "n.park" and came[0].by == "a.reyes"
        chart, original = chart_of(other.entries("p7"), NOW), chart_of(record.entries("p1"), NOW)
        assert chart.document == original.document and chart.name == original.name
        assert verify_record(other).findings == ()


def test_a_signature_or_consent_of_another_place_grants_nothing_here(record: Record, make_url: Callable[[], str]):
    record.append_all(DRAFTS, NOW)
    lines = list(export_patient(record, "p1", by="n.park", now=NOW))
    with Record(make_url()) as other:
        import_patient(other, lines, by="a.reyes", role="administrator", now=NOW)
        assert {entry.kind for entry in other.entries()} == {"admission", "score", "correction", "note"}
        chart = chart_of(other.entries("p1"), NOW)
        assert chart.plans == () and chart.consents == ()


def test_counselling_notes_stay_unless_asked_for_and_the_file_says_so(record: Record):
    record.append_all(DRAFTS, NOW)
    lines = list(export_patient(record, "p1", by="n.park", now=NOW))
    assert b"Apart" not in b"".join(lines)
    assert read_export(lines).left_out == ("counselling-note",)


def test_an_export_holds_nobody_else(record: Record):
    record.append_all(DRAFTS, NOW)
    assert {entry.patient for entry in read_export(export_patient(record, "p1", by="n", now=NOW)).entries} == {"p1"}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda lines: lines[:-1],
        lambda lines: [*lines[:2], *lines[3:]],
        lambda lines: [*lines[:2], lines[3], lines[2], *lines[4:]],
        lambda lines: [*lines, lines[1]],
        lambda lines: [lines[0], lines[1].replace(b"emergency", b"inpatient"), *lines[2:]],
        lambda lines: [lines[0].replace(b"p1", b"p2"), *lines[1:]],
        lambda lines: [b"{", *lines[1:]],
        lambda lines: lines[1:],
        lambda lines: [],
    ],
)
def test_an_export_that_is_not_whole_brings_nothing_in(record: Record, make_url: Callable[[], str], spoil: Callable):
    record.append_all(DRAFTS, NOW)
    lines = spoil(list(export_patient(record, "p1", by="n.park", now=NOW)))
    with Record(make_url()) as other:
        with pytest.raises(Broken, match="LW-0735"):
            import_patient(other, lines, by="a.reyes", role="administrator", now=NOW)
        assert other.last_number() == 0


def run(command: object, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(command.command, arguments)  # type: ignore[attr-defined]
    if isinstance(done.exception, LeewardError):
        return 1, str(done.exception)
    return done.exit_code, done.output


def test_the_commands_check_themselves(record: Record, url: str, make_url: Callable[[], str], file: Path):
    record.append_all(DRAFTS, NOW)
    digest = record.head().digest
    new = make_url()
    assert run(backup_command, str(file), "--database", url) == (
        0,
        f"ok   {file}: 7 entries, read back; the last is {digest}\n",
    )
    assert run(restore_command, str(file), "--database", new) == (
        0,
        f"ok   7 entries written, 0 stood already; the last is 7 {digest}\n",
    )
    assert run(restore_command, str(file), "--database", new)[1].startswith("ok   0 entries written, 7 stood")
    assert run(verify_command, "--database", new) == (0, f"ok   7 entries, the last is 7 {digest}\n")


def test_the_commands_say_what_is_wrong(tmp_path: Path, file: Path):
    missing = f"sqlite:///{tmp_path}/none/record.sqlite"
    for command, arguments in ((verify_command, ()), (backup_command, (str(file),)), (restore_command, (str(file),))):
        status, told = run(command, *arguments, "--database", missing)
        assert status == 1 and "LW-0723" in told
    assert not (tmp_path / "none").exists()
    with Record(missing) as record:
        record.append_all(DRAFTS, NOW)
        path = record.file
    assert path
    with sqlite3.connect(path) as connection:
        connection.execute("drop trigger entry_not_changed")
        connection.execute("update entry set body = '{}' where number = 2")
    status, told = run(verify_command, "--database", missing)
    assert status == 1 and "Entry 2 was changed" in told and "entry_not_changed is gone" in told
    status, told = run(backup_command, str(file), "--database", missing)
    assert status == 1 and "Entry 2 was changed" in told and read_back(file).findings
    status, told = run(verify_command, "--database", missing, "--accept", "Looked into.")
    assert status == 1 and "Entry 8 says" in told


def test_a_copy_of_the_database_in_a_folder_that_may_not_be_written_to_is_verified(tmp_path: Path):
    with Record(f"sqlite:///{tmp_path}/a.sqlite") as record:
        record.append_all(DRAFTS, NOW)
    kept = tmp_path / "kept"
    kept.mkdir()
    shutil.copy(tmp_path / "a.sqlite", kept / "b.sqlite")
    kept.chmod(0o500)
    copy = f"sqlite:///{kept}/b.sqlite"
    status, told = run(verify_command, "--database", copy)
    assert status == 1 and "Nothing outside the database remembers its end" in told
    last = told.split()[-1]
    assert run(verify_command, "--database", copy, "--against", last[:16])[0] == 0
    status, told = run(verify_command, "--database", copy, "--against", "0" * 16)
    assert status == 1 and "No entry has the digest 0000000000000000" in told
    assert "LW-0748" in run(verify_command, "--database", copy, "--against", "abc")[1]
    kept.chmod(0o700)
