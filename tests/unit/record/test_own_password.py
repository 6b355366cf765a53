"""A password becomes another one only with an entry that says so, and only by who knows the old one or holds a link."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from leeward.errors import BadInput
from leeward.record.own_password import change_password, end_sessions, set_password_by_link
from leeward.record.passwords import Delays, hash_of, keep_password
from leeward.record.people import Person
from leeward.record.sessions import (
    Lasts,
    NotSignedIn,
    SignedIn,
    begin,
    first_administrator_link,
    make_link,
    open_link,
    session_of,
    sign_in,
)
from leeward.record.storage import Record, default_url
from leeward.record.trouble import RecordTrouble
from tests.unit.record.access_entries import NOON

HOUR = timedelta(hours=1)
PASSWORD, NEW = "violet kettle under stairs", "orange bicycle lamp"
ANA = Person(id="a.reyes", name="Ana Reyes", roles=frozenset({"nurse"}))
RITA = Person(id="rita", name="Rita", roles=frozenset({"administrator"}))


@pytest.fixture(scope="module")
def kept() -> str:
    return hash_of(PASSWORD)


@pytest.fixture
def record(tmp_path: Path, kept: str) -> Iterator[Record]:
    with Record(default_url(tmp_path)) as record:
        with record.engine.begin() as connection:
            keep_password(connection, "a.reyes", kept, NOON)
        yield record


def come(record: Record, password: str, now=NOON) -> SignedIn | NotSignedIn:
    return sign_in(
        record.engine, {"a.reyes": ANA}, name="a.reyes", password=password, source="10.0.0.1", now=now, id="e1",
        delays=Delays(), lasts=Lasts(),
    )  # fmt: skip


def session(record: Record) -> str:
    with record.engine.begin() as connection:
        return begin(connection, "a.reyes", NOON, Lasts())


def change(record: Record, old=PASSWORD, new=NEW, id="c1") -> str:
    return change_password(
        record, ANA, old=old, new=new, source="10.0.0.1", now=NOON, id=id, lasts=Lasts(), delays=Delays()
    )


def by_link(record: Record, token: str, person="a.reyes", password=NEW, purpose="set-password", id="x"):
    return set_password_by_link(
        record, token, purpose, person=person, name="Ana Reyes", password=password, source="10.0.0.1", now=NOON, id=id
    )


def told(record: Record) -> list[tuple[str, str, str]]:
    return [(entry.kind, entry.by, entry.body.get("how", "")) for entry in record.entries()]


def without_entries(record: Record) -> None:
    """The database takes no entry more, as when something went wrong at the worst moment."""
    with record.engine.begin() as connection:
        connection.execute(
            text("create trigger none_more before insert on entry begin select raise(abort, 'not taken'); end")
        )


def test_changed_password_ends_every_session_and_begins_a_new_one(record):
    elsewhere, token = session(record), change(record)
    assert session_of(record.engine, elsewhere, NOON) is None and session_of(record.engine, token, NOON) is not None
    assert isinstance(come(record, PASSWORD), NotSignedIn) and isinstance(come(record, NEW), SignedIn)
    assert told(record) == [("setting", "a.reyes", "changed")]


def test_password_is_changed_only_by_who_knows_it(record):
    with pytest.raises(BadInput, match="LW-0775"):
        change(record, old="wrong")
    with pytest.raises(BadInput, match="LW-0771"):
        change(record, new="short")
    assert isinstance(come(record, PASSWORD), SignedIn)
    assert told(record) == [("sign-in-failed", "a.reyes", "")]


def test_password_that_cannot_be_written_down_is_not_changed(record):
    before, token = session(record), make_link(record.engine, "set-password", person="a.reyes", now=NOON, lasts=HOUR)
    without_entries(record)
    for tried in (lambda: change(record), lambda: by_link(record, token)):
        with pytest.raises(RecordTrouble):
            tried()
    with pytest.raises(RecordTrouble):
        end_sessions(record, ANA, source="", now=NOON, id="o1", lasts=Lasts())
    assert isinstance(come(record, PASSWORD), SignedIn) and session_of(record.engine, before, NOON) is not None
    assert open_link(record.engine, token, "set-password", NOON) is not None


def test_end_of_all_sessions_begins_a_new_one_and_is_written_down(record):
    before, token = session(record), end_sessions(record, ANA, source="", now=NOON, id="o1", lasts=Lasts())
    assert session_of(record.engine, before, NOON) is None and session_of(record.engine, token, NOON) is not None
    assert told(record) == [("signed-out", "a.reyes", "")]


def test_password_link_sets_the_password_of_its_person_once(record):
    before = session(record)
    token = make_link(record.engine, "set-password", person="a.reyes", now=NOON, lasts=HOUR)
    with pytest.raises(BadInput, match="LW-0771"):
        by_link(record, token, password="short")
    with pytest.raises(BadInput, match="LW-0774"):
        by_link(record, token, person="b.other")
    by_link(record, token)
    by_link(record, token)  # the same form, sent again
    assert told(record) == [("setting", "a.reyes", "by-link")]
    assert isinstance(come(record, NEW), SignedIn) and session_of(record.engine, before, NOON) is None
    with pytest.raises(BadInput, match="LW-0774"):
        by_link(record, token, password="another long password", id="y")


def test_password_link_opens_the_lock_that_failures_shut(record):
    for _ in range(6):
        come(record, "not the password")
    locked = come(record, PASSWORD)
    assert isinstance(locked, NotSignedIn) and locked.wait > timedelta()
    by_link(record, make_link(record.engine, "set-password", person="a.reyes", now=NOON, lasts=HOUR))
    assert isinstance(come(record, NEW), SignedIn)


def test_first_run_has_one_link_and_no_password(record):
    lost = first_administrator_link(record.engine, {}, now=NOON)
    token = first_administrator_link(record.engine, {}, now=NOON)
    assert lost is not None and token is not None
    with pytest.raises(BadInput, match="LW-0774"):
        by_link(record, lost, "rita", purpose="first-administrator")
    by_link(record, token, "rita", purpose="first-administrator")
    assert first_administrator_link(record.engine, {"rita": RITA}, now=NOON) is None
    with pytest.raises(BadInput, match="LW-0774"):
        by_link(record, token, "mallory", purpose="first-administrator", id="y")
