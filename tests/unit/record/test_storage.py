"""What a record promises on either database: order, one writing, one number each, and sentences where it cannot."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import SQLAlchemyError

from leeward.errors import BadInput, MisuseError
from leeward.record.chain import GENESIS, digest_of
from leeward.record.storage import Record, default_url
from leeward.record.trouble import ClockSetBack, Conflict, Gone, SentBefore, WrongVersion
from leeward.record.verify import verify, verify_record
from tests.unit.record.conftest import NOW, draft, score


def test_entries_come_back_as_they_were_written(record: Record):
    wrote = record.append_all([draft("a", body={"text": "Zoë, 38 °C", "n": [1, 2.5, None, True]}), score("b")], NOW)
    assert tuple(record.entries()) == wrote
    assert [entry.number for entry in wrote] == [1, 2]
    assert wrote[0].previous == GENESIS and wrote[1].previous == wrote[0].digest == digest_of(wrote[0])
    assert verify(record.entries()) == ()


def test_they_are_there_for_whoever_opens_the_record_next(url: str):
    with Record(url) as first:
        wrote = first.append(draft("a"), NOW)
    with Record(url, create=False) as second:
        assert tuple(second.entries()) == (wrote,)


def test_an_id_sent_twice_is_written_once(record: Record):
    first = record.append(score("a"), NOW)
    again = record.append(score("a"), NOW + timedelta(minutes=1))
    both = record.append_all([score("b"), score("b"), score("a")], NOW)
    assert again == first and both[0] == both[1] and both[2] == first
    assert record.last_number() == 2


def test_an_id_of_another_entry_is_refused_and_shows_nothing_of_it(record: Record):
    record.append(score("a", patient="p1"), NOW)
    for other in (score("a", patient="p2"), draft("a"), score("a", body={"instrument": "cows", "total": 9})):
        with pytest.raises(SentBefore) as refused:
            record.append(other, NOW)
        assert "p1" not in str(refused.value) and "cows" not in str(refused.value)
    assert record.last_number() == 1


def test_all_or_none_are_written(record: Record):
    record.append(score("a"), NOW)
    with pytest.raises(SentBefore):
        record.append_all([score("b"), score("a", patient="p2")], NOW)
    assert [entry.id for entry in record.entries()] == ["a"]


def test_a_plan_is_refused_when_the_chart_has_changed_since(record: Record):
    seen = record.append(score("a"), NOW).number
    record.append_all([draft("n"), score("other", patient="p2")], NOW)
    signed = record.append(draft("signed", "plan-signed", body={"plan": "x"}, unless_changed_since=seen), NOW)
    came = record.append(score("b"), NOW)
    with pytest.raises(Conflict) as refused:
        record.append(draft("again", "plan-signed", body={"plan": "x"}, unless_changed_since=seen), NOW)
    assert refused.value.since == (signed, came)
    assert record.append(draft("signed", "plan-signed", body={"plan": "x"}, unless_changed_since=seen), NOW).number == 4


def test_a_dose_and_its_plan_sent_together_do_not_contradict_each_other(record: Record):
    both = [score("a"), draft("plan", "plan-proposed", body={}, unless_changed_since=0)]
    assert len(record.append_all(both, NOW)) == 2


def test_two_writers_at_once_lose_nothing_and_leave_no_gap(url: str):
    """Two processes' worth of records, four threads each."""
    with Record(url) as one, Record(url) as two:
        failed: list[BaseException] = []

        def write(record: Record, name: str) -> None:
            try:
                for number in range(15):
                    record.append(score(f"{name}-{number}", patient=name), NOW)
            except BaseException as error:
                failed.append(error)

        writers = [threading.Thread(target=write, args=((one, two)[at % 2], f"w{at}")) for at in range(8)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        assert not failed
        entries = list(one.entries())
    assert [entry.number for entry in entries] == list(range(1, 121))
    assert len({entry.id for entry in entries}) == 120
    assert verify(entries) == ()


def test_entries_are_chosen_by_patient_number_and_kind(record: Record):
    record.append_all([score("a"), draft("b"), score("c", patient="p2"), score("d")], NOW)
    assert [entry.id for entry in record.entries("p1")] == ["a", "b", "d"]
    assert [entry.id for entry in record.entries("p1", after=1)] == ["b", "d"]
    assert [entry.id for entry in record.entries(kinds={"score"})] == ["a", "c", "d"]
    assert record.patients() == ("p1", "p2")
    assert (record.last_number(), record.last_number("p2"), record.last_number("p3")) == (4, 3, 0)


def test_a_record_is_read_beyond_one_piece(record: Record):
    record.append_all([draft(f"n{number}") for number in range(2_300)], NOW)
    assert [entry.number for entry in record.entries("p1")] == list(range(1, 2_301))


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        (score("a", body={"instrument": "cows", "items": {"pulse": 3}}), "body.items.pulse"),
        (draft("a", "observation", body={"what": "heart-rate", "value": 900, "unit": "/min"}), "body.value"),
        (draft("a", "dose", body={"medicine": "methadone", "dose": "2 tab"}), "body.dose"),
        (draft("a", "patient", body={"age": 400}), "body.age"),
        (draft("a", "admission", body={"setting": "moon"}), "body.setting"),
        (draft("a", "goal", body={}), "body"),
        (draft("a", "medicine", body={"name": "sertraline", "last_taken": "2030-01-01"}), "body.last_taken"),
        (draft("a", "correction", body={"strikes": True, "reason": "x"}), "corrects"),
        (draft("a", "correction", corrects=9, body={"strikes": True, "reason": "x"}), "corrects"),
        (draft("a", at="2026-11-22T08:00:00"), "at"),
        (draft("a", at="2026-11-22T10:00:00-05:00"), "at"),
        (draft("", at=NOW.isoformat()), "id"),
        (draft("a\0b"), "id"),
        (draft("a", "meal"), "kind"),
        (draft("a", patient=""), "patient"),
        (draft("a", body={"x": float("nan")}), "body.x"),
        (draft("a", body={1: 2}), "body"),
        (draft("a", body={"x": "\ud800"}), "body"),
        (draft("a", body={"x": "x" * 2_000_001}), "body"),
    ],
)
def test_what_cannot_be_read_is_not_written(tmp_path: Path, wrong: object, place: str):
    with Record(default_url(tmp_path)) as record:
        with pytest.raises(BadInput) as refused:
            record.append(wrong, NOW)  # type: ignore[arg-type]
        assert refused.value.problems[0].path == place
        assert record.last_number() == 0


def test_statements_about_a_person_that_contradict_each_other_are_refused(record: Record):
    record.append(draft("a", "patient", body={"age": 34, "sex": "male"}), NOW)
    with pytest.raises(BadInput, match="contradict"):
        record.append(draft("b", "patient", body={"pregnant": "yes"}), NOW)
    with pytest.raises(BadInput, match="contradict"):
        record.append_all([draft("c", "patient", patient="p2", body={"sex": "male"}),
                           draft("d", "patient", patient="p2", body={"pregnant": "yes"})], NOW)  # fmt: skip
    assert record.last_number() == 1


def test_another_patients_entry_cannot_be_corrected_and_is_not_told_from_one_that_is_not(record: Record):
    record.append(score("a", patient="p1"), NOW)
    said = set[str]()
    for number in (1, 99):
        strike = {"strikes": True, "reason": "Wrong person."}
        wrong = draft(f"c{number}", "correction", patient="p2", corrects=number, body=strike)
        with pytest.raises(BadInput) as refused:
            record.append(wrong, NOW)
        said.add(str(refused.value))
    assert len(said) == 1


def test_a_correction_is_read_as_the_kind_that_it_corrects(record: Record):
    record.append_all([score("a"), draft("s", "signed-in", patient="", body={})], NOW)
    told = {"replaces": {"instrument": "cows", "items": {"pulse": 3}}, "reason": "Misread."}
    with pytest.raises(BadInput, match=r"body\.replaces\.items\.pulse"):
        record.append(draft("b", "correction", corrects=1, body=told), NOW)
    with pytest.raises(BadInput):
        record.append(draft("c", "correction", patient="p1", corrects=2, body={"strikes": True, "reason": "x"}), NOW)


def test_the_database_itself_refuses_to_change_or_delete(record: Record):
    record.append_all([draft("a"), draft("b")], NOW)
    into = "insert into entry select {}, 'new', kind, patient, at, recorded, \"by\", role, corrects, body, {}, digest from entry where number = 2"
    for statement in (
        "update entry set body = '{}' where number = 1",
        "delete from entry where number = 2",
        into.format(4, "digest"),
        into.format(3, "previous"),
        "delete from entry",
    ):
        with pytest.raises(SQLAlchemyError), record.engine.begin() as connection:
            connection.execute(text(statement))
    if record.file:
        with pytest.raises(SQLAlchemyError), record.engine.begin() as connection:
            connection.execute(text("insert or replace into entry select 3, id, kind, patient, at, recorded, by, role, corrects, body, digest, digest from entry where number = 2"))  # fmt: skip
    else:
        with pytest.raises(SQLAlchemyError), record.engine.begin() as connection:
            connection.execute(text("truncate entry cascade"))
    assert verify_record(record).findings == ()


def test_committed_means_forced_to_the_disk(record: Record):
    with record.engine.connect() as connection:
        if record.file:
            pragmas = [connection.execute(text(f"pragma {name}")).scalar() for name in ("journal_mode", "synchronous", "foreign_keys")]  # fmt: skip
            assert pragmas == ["wal", 2, 1]
            assert record.file.stat().st_mode & 0o077 == 0
        else:
            assert connection.execute(text("show synchronous_commit")).scalar() == "on"
            assert connection.execute(text("show fsync")).scalar() == "on"


def test_a_clock_that_was_set_back_is_said_and_can_be_accepted(record: Record):
    record.append(draft("a"), NOW)
    nearly = record.append(draft("b", at="2026-11-22T08:00:00-05:00"), NOW - timedelta(seconds=30))
    assert nearly.recorded == NOW.isoformat()
    back = NOW - timedelta(hours=1)
    with pytest.raises(ClockSetBack, match=r"2026-11-22T08:00:00-05:00.*2026-11-22T09:00:00-05:00"):
        record.append(draft("c", at="2026-11-22T07:00:00-05:00"), back)
    record.accept(by="a.reyes", role="administrator", reason="The clock ran an hour ahead.", now=back)
    assert record.append(draft("c", at="2026-11-22T07:00:00-05:00"), back).number == 4
    assert verify_record(record).findings == ()


def test_the_instant_needs_its_offset(record: Record):
    with pytest.raises(MisuseError):
        record.append(draft("a"), datetime(2026, 11, 22, 9))


def test_a_database_of_a_newer_leeward_is_left_alone(url: str):
    with Record(url) as record, record.engine.begin() as connection:
        connection.execute(text("update leeward_version set version_num = '9999'"))
    with pytest.raises(WrongVersion, match="newer Leeward"):
        Record(url)


def test_a_database_of_something_else_is_left_alone(url: str):
    with Record(url) as record, record.engine.begin() as connection:
        sqlite = connection.dialect.name == "sqlite"
        for table in inspect(connection).get_table_names():
            connection.execute(text(f"drop table {table}" if sqlite else f"drop table {table} cascade"))
        connection.execute(text("create table customers (a integer)"))
    with pytest.raises(WrongVersion, match="something else"):
        Record(url)


def test_a_record_that_is_not_there_is_not_made_for_reading(make_url: Callable[[], str], database: str):
    with pytest.raises(Gone if database == "sqlite" else WrongVersion):
        Record(make_url(), create=False, write=False)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://x/y", "nonsense", ""])
def test_an_address_that_keeps_nothing_is_refused(url: str):
    with pytest.raises(BadInput, match="LW-0736"):
        Record(url)


def test_a_file_of_something_else_is_left_alone(tmp_path: Path):
    import sqlite3

    (tmp_path / "text").write_bytes(b"not a database, but long enough to be looked at" * 20)
    with pytest.raises(Exception, match="LW-0728"):
        Record(f"sqlite:///{tmp_path / 'text'}")
    other = sqlite3.connect(tmp_path / "other")
    other.execute("create table t (a)")
    other.close()
    with pytest.raises(WrongVersion, match="something else"):
        Record(f"sqlite:///{tmp_path / 'other'}")


@pytest.mark.long
def test_a_record_of_50_000_entries_is_quick(record: Record):
    began = time.perf_counter()
    for batch in range(100):
        record.append_all([score(f"{batch}-{at}", patient=f"p{at}") for at in range(500)], NOW)
    assert time.perf_counter() - began < 20
    alone = sorted(timed(lambda at=at: record.append(score(f"one-{at}"), NOW)) for at in range(500))
    assert alone[494] < 0.015
    reading = sorted(timed(lambda at=at: list(record.entries(f"p{at + 10}"))) for at in range(200))
    assert reading[100] < 0.003


def timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
