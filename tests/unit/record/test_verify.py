"""Every kind of tampering is found and its place is said, on a list of entries and in both databases."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable

import msgspec
import pytest
from sqlalchemy import insert, text, update

from leeward.record.chain import digest_of, head_of, sealed, written
from leeward.record.entries import Draft, Entry
from leeward.record.storage import Record
from leeward.record.tables import FIELDS
from leeward.record.tables import entry as entry_table
from leeward.record.tables import head as head_table
from leeward.record.trouble import Damaged, EntriesLost
from leeward.record.verify import Finding, verify, verify_record
from tests.unit.record.conftest import NOW, draft, score


def drafts(count: int = 8) -> list[Draft]:
    return [score(f"s{number}", patient=f"p{number % 2}") for number in range(1, count + 1)]


@pytest.fixture
def whole(record: Record) -> list[Entry]:
    return list(record.append_all(drafts(), NOW))


def faults(entries: list[Entry], *heads: object) -> set[tuple[int, str]]:
    return {(finding.number, finding.fault) for finding in verify(entries, heads)}  # type: ignore[arg-type]


CHANGES = {"id": "other", "kind": "dose", "patient": "p9", "at": "2026-11-22T01:00:00-05:00", "by": "other", "role": "prescriber",
           "recorded": "2026-11-22T09:00:01-05:00", "corrects": 2, "body": '{"instrument":"cows","total":3}', "previous": "f" * 64, "digest": "f" * 64}  # fmt: skip


def tamper(record: Record, *statements: str, **values: object) -> None:
    """What somebody does who can do everything with the database."""
    with record.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            for (name,) in connection.execute(text("select name from sqlite_master where type = 'trigger'")).all():
                connection.execute(text(f"drop trigger {name}"))
            connection.execute(text("commit"))
            connection.exec_driver_sql("pragma foreign_keys=off")
            connection.exec_driver_sql("begin")
        else:
            connection.execute(text("alter table entry disable trigger all"))
        for statement in statements:
            connection.execute(text(statement), values)
        connection.commit()


def found(record: Record) -> set[tuple[int, str]]:
    return {(one.number, one.fault) for one in verify_record(record).findings if one.fault != "unguarded"}


@pytest.mark.parametrize("field", CHANGES)
def test_a_change_of_any_field_is_found(record: Record, whole: list[Entry], field: str):
    tamper(record, f'update entry set "{field}" = :value where number = 4', value=CHANGES[field])
    also = {"recorded": {(5, "clock")}, "previous": {(4, "inserted")}, "digest": {(5, "inserted")}}
    assert found(record) == {(4, "changed"), *also.get(field, ())}


def test_an_entry_taken_out_is_found(record: Record, whole: list[Entry]):
    tamper(record, "delete from entry where number in (3, 4)")
    assert found(record) == {(3, "removed")}
    assert "Entries 3 to 4 are missing." in {one.says for one in verify_record(record).findings}


def test_an_entry_taken_out_with_the_numbers_closed_is_found(record: Record, whole: list[Entry]):
    tamper(record, "delete from entry where number = 4", "update entry set number = number - 1 where number > 4")
    moved = {(number, "reordered") for number in (4, 5, 6)}
    assert found(record) == moved | {(7, "changed"), (8, "cut-short")}


def test_two_entries_exchanged_are_found(record: Record, whole: list[Entry]):
    tamper(
        record, *[f"update entry set number = {new} where number = {old}" for old, new in ((4, 99), (5, 4), (99, 5))]
    )
    assert found(record) == {(4, "reordered"), (5, "reordered")}


def test_an_entry_put_in_is_found(record: Record, whole: list[Entry]):
    tamper(record, *[f"update entry set number = {old + 1} where number = {old}" for old in (8, 7, 6, 5)],
           "insert into entry select 5, 'new', kind, patient, at, recorded, \"by\", role, corrects, body, previous, digest from entry where number = 2")  # fmt: skip
    told = found(record)
    assert {(5, "inserted"), (6, "reordered"), (7, "reordered"), (8, "reordered")} <= told
    assert min(number for number, _ in told) == 5, "nothing before it is said to be wrong"


def test_an_entry_put_at_the_end_is_found(record: Record, whole: list[Entry]):
    tamper(record, "insert into entry select 9, 'new', kind, patient, at, recorded, \"by\", role, corrects, body, previous, digest from entry where number = 2")  # fmt: skip
    assert found(record) == {(9, "changed"), (9, "inserted")}


@pytest.mark.parametrize("also", ["", "the table"])
def test_an_end_that_was_taken_away_is_found_and_not_written_over(record: Record, whole: list[Entry], also: str):
    statements = ["delete from entry where number > 6"]
    if also:
        statements.append(f"update head set number = 6, digest = '{whole[5].digest}'")
    tamper(record, *statements)
    assert found(record) == {(7, "cut-short")}
    with pytest.raises(EntriesLost, match="entry 6, and entry 8 is remembered otherwise"):
        record.append(score("new"), NOW)
    assert found(record) == {(7, "cut-short")}
    record.accept(by="a.reyes", role="administrator", reason="Disk lost.", now=NOW)
    record.append(score("new"), NOW)
    checked = verify_record(record)
    assert checked.accepted == (7,) and {one.fault for one in checked.findings} == {"unguarded"}


def test_a_record_that_was_emptied_is_found(record: Record, whole: list[Entry]):
    tamper(record, "delete from entry", f"update head set number = 0, digest = '{'0' * 64}'")
    assert found(record) == {(1, "cut-short")}


def test_an_entry_that_cannot_be_read_is_found_and_stops_nothing_else(record: Record, whole: list[Entry]):
    tamper(record, "update entry set body = '{' where number = 4")
    assert (4, "changed") in found(record)
    with pytest.raises(Damaged, match="Entry 4"):
        list(record.entries())


def test_a_guard_that_is_gone_is_found(record: Record, whole: list[Entry]):
    assert verify_record(record).findings == ()
    tamper(record)
    assert {one.fault for one in verify_record(record).findings} == {"unguarded"}


def resealed(entries: list[Entry], at: int, body: dict) -> list[Entry]:
    """What somebody does who can compute digests: change an entry and seal everything after it anew."""
    told = entries[: at - 1]
    for entry in entries[at - 1 :]:
        changed = body if entry.number == at else entry.body
        again = Draft(**{name: getattr(entry, name) for name in ("id", "kind", "patient", "at", "by", "role", "corrects")}, body=changed)  # fmt: skip
        told.append(sealed(again, head_of(told[-1]), entry.recorded))
    return told


def written_over(record: Record, entries: list[Entry]) -> None:
    """What somebody does who holds the database and not the file beside it: other entries, and a head that fits them."""
    tamper(record, "delete from entry")
    with record.engine.begin() as connection:
        for entry in entries:
            row = {name: getattr(entry, name) for name in FIELDS} | {"body": written(entry.body)}
            connection.execute(insert(entry_table).values(row))
        connection.execute(update(head_table).values(number=entries[-1].number, digest=entries[-1].digest))


def test_a_record_written_anew_and_made_longer_is_found_and_never_written_to(record: Record, whole: list[Entry]):
    forged = resealed(whole, 4, {"instrument": "cows", "total": 3})
    forged.append(sealed(score("more"), head_of(forged[-1]), forged[-1].recorded))
    written_over(record, forged)
    for _ in range(2):
        assert (8, "rewritten") in found(record)
        with pytest.raises(EntriesLost, match="entry 8 is remembered otherwise"):
            record.append(score("new"), NOW)


@pytest.mark.parametrize("content", [None, b"", b"rubbish", b"\xff\xfe"])
def test_where_nothing_outside_remembers_the_end_it_is_said(record: Record, whole: list[Entry], content: bytes | None):
    written_over(record, whole[:5])
    if content is None:
        record.remembered.path.unlink()
    else:
        record.remembered.path.write_bytes(content)
    told = [one.says for one in verify_record(record).findings]
    assert any("Nothing outside the database remembers its end" in says for says in told)
    kept = [whole[-1].digest[:16]]
    assert {one.fault for one in verify_record(record, kept).findings} == {"rewritten", "unguarded"}
    assert "rewritten" not in {one.fault for one in verify_record(record, [whole[2].digest]).findings}


def test_entries_that_come_while_it_is_verified_are_no_loss(record: Record, whole: list[Entry]):
    done, told = threading.Event(), list[tuple[Finding, ...]]()

    def write() -> None:
        number = 0
        while not done.is_set():
            record.append(score(f"meanwhile-{(number := number + 1)}"), NOW)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        told += [verify_record(record).findings for _ in range(15)]
    finally:
        done.set()
        writer.join()
    assert told == [()] * 15 and record.last_number() > len(whole)


def test_a_body_that_other_readers_read_otherwise_is_found(record: Record, whole: list[Entry]):
    name, value = next(iter(whole[3].body.items()))
    twice = f'{{"{name}":"worse",' + written(whole[3].body)[1:]
    assert json.loads(twice)[name] == value
    tamper(record, "update entry set body = :body where number = 4", body=twice)
    assert (4, "changed") in found(record)


def test_a_guard_that_guards_nothing_is_found(record: Record, whole: list[Entry]):
    if record.engine.dialect.name == "sqlite":
        spoil = [
            "drop trigger entry_not_changed",
            "create trigger entry_not_changed before update on head begin select 1; end",
        ]
    else:
        spoil = [
            "create or replace function entry_not_changed() returns trigger language plpgsql as $$ begin return new; end $$"
        ]
    with record.engine.begin() as connection:
        for statement in spoil:
            connection.exec_driver_sql(statement)
    told = [one for one in verify_record(record).findings if one.fault == "unguarded"]
    assert told and all("is gone or was changed" in one.says for one in told)


def test_a_record_written_anew_from_a_place_on_shows_against_a_remembered_head(whole: list[Entry]):
    forged = resealed(whole, 4, {"instrument": "cows", "total": 3})
    assert faults(forged) == set()
    assert faults(forged, head_of(whole[-1])) == {(8, "rewritten")}
    assert faults(forged, head_of(whole[2])) == set()


def test_one_entry_changed_and_sealed_anew_is_found_at_the_next(whole: list[Entry]):
    changed = msgspec.structs.replace(whole[3], body={"instrument": "cows", "total": 3})
    whole[3] = msgspec.structs.replace(changed, digest=digest_of(changed))
    assert faults(whole) == {(5, "inserted")}


@pytest.mark.parametrize(
    ("tampered", "expected"),
    [
        (lambda e: [*e[:3], *e[4:]], {(4, "removed")}),
        (lambda e: e[1:], {(1, "removed")}),
        (lambda e: [*e[:4], e[3], *e[4:]], {(4, "doubled")}),
        (lambda e: [*e[:3], e[4], e[3], *e[5:]], {(4, "reordered"), (4, "removed"), (5, "removed")}),
        (lambda e: e[:-1], {(8, "cut-short")}),
        (lambda e: [], {(1, "cut-short")}),
    ],
    ids=["middle", "first", "doubled", "exchanged", "tail", "all"],
)
def test_lists_of_entries_are_checked_too(whole: list[Entry], tampered: Callable, expected: set):
    assert faults(tampered(whole), head_of(whole[-1])) == expected


def test_a_whole_record_has_no_findings_against_any_of_its_heads(whole: list[Entry]):
    assert faults(whole, *[head_of(entry) for entry in whole]) == set()


def test_a_time_that_goes_back_is_found(whole: list[Entry]):
    back = sealed(draft("x"), head_of(whole[-1]), "2026-11-21T09:00:00-05:00")
    assert faults([*whole, back]) == {(9, "clock")}
