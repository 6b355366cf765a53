"""Coming in and staying in: nothing tells who has an account, tokens end, forms belong to one session, links work once."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, event, select, text

from leeward.errors import BadInput, MisuseError
from leeward.record import passwords
from leeward.record.access import access, digest, failures, microseconds
from leeward.record.passwords import COMMONEST, Delays, check_password, dummy_hash, hash_of, keep_password, verified
from leeward.record.people import Person
from leeward.record.sessions import (
    Lasts,
    NotSignedIn,
    SignedIn,
    begin,
    first_administrator_link,
    form_holds,
    form_of,
    form_token,
    make_link,
    new_token,
    open_link,
    patient_self,
    revoke_all,
    session_of,
    sign_in,
    sign_out,
    signed_in_person,
    use_link,
)
from leeward.record.trouble import RecordTrouble
from tests.unit.record.access_entries import NOON

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
TICK = timedelta(microseconds=1)
PASSWORD = "violet kettle under stairs"
ANA = Person(id="a.reyes", name="Ana Reyes", roles=frozenset({"nurse"}))
SHUT = Person(id="s.hut", name="Sam Hut", roles=frozenset({"nurse"}), active=False)
PEOPLE = {"a.reyes": ANA, "s.hut": SHUT}
DELAYS = Delays()
LASTS = Lasts(idle=15 * MINUTE, absolute=12 * HOUR)


@pytest.fixture(scope="module")
def kept() -> str:
    return hash_of(PASSWORD)


@pytest.fixture
def engine(tmp_path: Path, kept: str) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{tmp_path / 'access.sqlite'}")
    access.create_all(engine)
    with engine.begin() as connection:
        keep_password(connection, "a.reyes", kept, NOON)
        keep_password(connection, "s.hut", kept, NOON)
    yield engine
    engine.dispose()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """Verification without its cost, where a test is about counting tries; what was verified is noted."""
    seen: list[str | None] = []

    def quickly(stored: str | None, given: str) -> bool:
        seen.append(stored)
        return stored is not None and given == PASSWORD

    monkeypatch.setattr("leeward.record.sessions.verified", quickly)
    return seen


def come(engine: Engine, name="a.reyes", password=PASSWORD, source="10.0.0.1", now=NOON, delays=DELAYS, before=""):
    return sign_in(
        engine, PEOPLE, name=name, password=password, source=source, now=now, id="e1", delays=delays, lasts=LASTS,
        before=before,
    )  # fmt: skip


def token_of(engine: Engine, now: datetime = NOON, person: str = "a.reyes") -> str:
    with engine.begin() as connection:
        return begin(connection, person, now, LASTS)


# passwords


@pytest.mark.parametrize("password", ["", "short", "eleven char", "           x          "[:11]])
def test_password_has_twelve_characters(password):
    with pytest.raises(BadInput, match="LW-0771"):
        check_password(password, "a.reyes")


@pytest.mark.parametrize(
    "password", [*sorted(COMMONEST), "PASSWORD1234", "pass word 1234", "aaaabbbbcccc", "abababababab"]
)
def test_commonest_passwords_are_refused(password):
    with pytest.raises(BadInput, match="LW-0773"):
        check_password(password, "a.reyes")


@pytest.mark.parametrize("password", ["a.reyesa.reyes", "Ana ReyesAna Reyes"])
def test_own_name_is_no_password(password):
    with pytest.raises(BadInput, match="LW-0773"):
        check_password(password, "a.reyes", "Ana Reyes")


@pytest.mark.parametrize(
    "password", ["violet kettle", "aaaabbbbccccd", "кошка на крыше", "12 blue 34 hats", "ana reyes likes tea"]
)
def test_nothing_else_is_asked_of_a_password(password):
    check_password(password, "a.reyes", "Ana Reyes")


def test_page_of_text_is_no_password():
    with pytest.raises(BadInput, match="LW-0772"):
        check_password("word " * 60, "a.reyes")


def test_refusal_of_a_password_never_quotes_it():
    for password in ("tinysecret", "password1234", "secret word " * 30):
        with pytest.raises(BadInput) as refused:
            check_password(password, "a.reyes")
        assert password not in str(refused.value)


def test_hash_is_argon2id_and_salted():
    first, second = hash_of(PASSWORD), hash_of(PASSWORD)
    assert first.startswith("$argon2id$v=19$m=65536,t=3,p=4$") and first != second and PASSWORD not in first


def test_password_typed_in_another_unicode_form_is_the_same():
    assert verified(hash_of("caf\u00e9 au lait noir"), "cafe\u0301 au lait noir")


def test_nothing_that_can_be_typed_fits_the_dummy():
    assert not verified(None, "") and not verified(None, PASSWORD) and not verified("not a hash", PASSWORD)


# signing in


def test_right_password_lets_in_and_leaves_an_entry(engine):
    came = come(engine, name=" A.Reyes")
    assert isinstance(came, SignedIn) and came.person == ANA
    assert came.entry.kind == "signed-in" and came.entry.body["person"] == "a.reyes"
    assert came.token not in str(came.entry) and PASSWORD not in str(came.entry)


def test_unknown_closed_and_wrong_go_the_same_way_and_get_the_same_answer(engine, monkeypatch, kept):
    dummy_hash()
    compared: list[str] = []
    real = passwords.hasher()

    class Watched:
        def verify(self, stored: str, given: bytes) -> bool:
            compared.append(stored)
            return real.verify(stored, given)

    monkeypatch.setattr(passwords, "hasher", Watched)
    answers = [
        come(engine, "a.reyes", "not the password", "10.0.0.1"),
        come(engine, "nobody", PASSWORD, "10.0.0.2"),
        come(engine, "s.hut", PASSWORD, "10.0.0.3"),
        come(engine, "a.reyes" * 50, PASSWORD, "10.0.0.4"),
    ]
    assert compared == [kept, dummy_hash(), dummy_hash(), dummy_hash()]
    assert {(type(answer), answer.says, answer.wait) for answer in answers} == {
        (NotSignedIn, "The name and the password do not belong together.", timedelta())
    }


def test_dummy_costs_what_a_real_hash_costs(kept):
    assert dummy_hash().split("$")[1:4] == kept.split("$")[1:4]
    assert len(dummy_hash()) == len(kept)


def test_what_was_typed_as_a_name_is_kept_nowhere(engine, quick):
    typed = "violet-kettle-typed-in-the-wrong-field"
    answer = come(engine, name=typed)
    assert typed not in str(answer)
    with engine.begin() as connection:
        assert typed not in str(connection.execute(select(failures)).all())


def failed(engine: Engine, times: int, **of_whom: str) -> datetime:
    """Fail so many times, as soon as each try is looked at; the instant of the last."""
    at = NOON
    for _ in range(times):
        answer = come(engine, password="wrong", now=at, **of_whom)
        while answer.entry is None:
            at += answer.wait
            answer = come(engine, password="wrong", now=at, **of_whom)
    return at


@pytest.mark.parametrize("name", ["a.reyes", "nobody"])
def test_delays_grow_after_five_failures_whether_or_not_there_is_such_a_person(engine, quick, name):
    at, waits = failed(engine, 5, name=name), []
    for _ in range(5):
        delayed = come(engine, name, "wrong", now=at)
        assert delayed.entry is None
        waits.append(delayed.wait)
        at += delayed.wait
        assert come(engine, name, "wrong", now=at).entry is not None
    assert waits == [30 * SECOND, MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE]


@pytest.mark.parametrize("name", ["a.reyes", "nobody"])
def test_first_five_failures_are_not_delayed(engine, quick, name):
    assert failed(engine, 5, name=name) == NOON


def test_right_password_is_not_even_looked_at_while_delayed(engine, quick):
    at = failed(engine, 5)
    looked_at = len(quick)
    early = come(engine, now=at + 30 * SECOND - TICK)
    assert isinstance(early, NotSignedIn) and early.says == "Too many tries. Try again in 1 minute."
    assert len(quick) == looked_at
    assert isinstance(come(engine, now=at + 30 * SECOND), SignedIn)


def test_tries_while_delayed_do_not_make_the_delay_longer(engine, quick):
    at = failed(engine, 5)
    for second in range(29):
        assert come(engine, now=at + second * SECOND).entry is None
    assert isinstance(come(engine, now=at + 30 * SECOND), SignedIn)


def test_longest_delay_is_kept(engine, quick):
    at = failed(engine, 14)
    assert come(engine, now=at).wait == DELAYS.longest


def test_success_forgets_the_failures_of_the_person(engine, quick):
    at = failed(engine, 4)
    assert isinstance(come(engine, now=at), SignedIn)
    for _ in range(4):
        assert come(engine, password="wrong", now=at).entry is not None
    assert isinstance(come(engine, now=at), SignedIn)


def test_source_that_tries_many_names_is_delayed(engine, quick):
    for number in range(DELAYS.source_failures):
        assert come(engine, f"name{number}", "wrong").entry is not None
    assert come(engine).wait == 30 * SECOND
    assert isinstance(come(engine, source="10.9.9.9"), SignedIn)


def test_source_may_be_held_to_five_as_well(engine, quick):
    strict = Delays(source_failures=5)
    for number in range(5):
        come(engine, f"name{number}", "wrong", delays=strict)
    assert come(engine, delays=strict).entry is None


def test_own_account_does_not_clear_a_source_that_guesses_others(engine, quick):
    for number in range(DELAYS.source_failures - 1):
        come(engine, f"name{number}", "wrong")
    assert isinstance(come(engine), SignedIn)
    assert come(engine, "name99", "wrong").entry is not None
    assert come(engine).entry is None


def test_failures_are_forgotten_in_time(engine, quick):
    at = failed(engine, 9)
    assert come(engine, now=at).entry is None
    assert come(engine, password="wrong", now=at + DELAYS.forgets_after).entry is not None
    assert come(engine, password="wrong", now=at + DELAYS.forgets_after).entry is not None


def test_many_guesses_at_once_are_no_more_than_those_in_turn(engine, quick):
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: come(engine, password="wrong", source=f"10.0.1.{number}"), range(24)))
    assert len(quick) <= DELAYS.person_failures


# sessions


def test_tokens_hold_256_bits_and_never_repeat():
    tokens = {new_token() for _ in range(2000)}
    assert len(tokens) == 2000 and all(re.fullmatch(r"[A-Za-z0-9_-]{43}", token) for token in tokens)


def test_database_holds_no_token_and_no_password(engine, tmp_path):
    came = come(engine)
    link = make_link(engine, "check-in", patient="p1", now=NOON, lasts=HOUR)
    on_disk = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    for secret in (came.token, link, PASSWORD, form_token(came.token)):
        assert secret.encode() not in on_disk
    assert digest(came.token).encode() in on_disk


def test_every_sign_in_makes_a_new_token_and_ends_the_one_the_browser_held(engine):
    first = come(engine)
    second = come(engine, before=first.token)
    assert second.token != first.token
    assert session_of(engine, first.token, NOON) is None
    assert session_of(engine, second.token, NOON).person == "a.reyes"


def test_token_planted_before_the_sign_in_opens_nothing(engine):
    come(engine, before="planted")
    assert session_of(engine, "planted", NOON) is None


@pytest.mark.parametrize("token", ["", "x", "'; drop table access_sessions --", "\udcff", "a" * 100_000])
def test_forged_token_opens_nothing(engine, token):
    token_of(engine)
    assert session_of(engine, token, NOON) is None


def test_digest_from_the_table_opens_nothing(engine):
    assert session_of(engine, digest(token_of(engine)), NOON) is None


def test_session_ends_when_idle_at_the_instant(engine):
    token = token_of(engine)
    assert session_of(engine, token, NOON + LASTS.idle - TICK) is not None
    token = token_of(engine)
    assert session_of(engine, token, NOON + LASTS.idle) is None


def test_use_keeps_a_session_open_until_its_latest_end(engine):
    token, at = token_of(engine), NOON
    while at < NOON + LASTS.absolute - 10 * MINUTE:
        at += 10 * MINUTE
        session = session_of(engine, token, at)
        assert session is not None and session.ends <= NOON + LASTS.absolute
    assert session_of(engine, token, NOON + LASTS.absolute - TICK) is not None
    assert session_of(engine, token, NOON + LASTS.absolute) is None


def test_page_that_refreshes_by_itself_keeps_no_session_open(engine):
    token = token_of(engine)
    for minute in range(1, 15):
        assert session_of(engine, token, NOON + minute * MINUTE, in_use=False).ends == NOON + LASTS.idle
    assert session_of(engine, token, NOON + LASTS.idle, in_use=False) is None


def test_same_instant_in_another_zone_is_the_same_instant(engine):
    token = token_of(engine)
    elsewhere = (NOON + LASTS.idle).astimezone(datetime.fromisoformat("2026-01-01T00:00:00+05:45").tzinfo)
    assert session_of(engine, token, elsewhere - TICK) is not None
    token = token_of(engine)
    assert session_of(engine, token, elsewhere) is None


def test_clock_without_its_offset_is_refused(engine):
    with pytest.raises(MisuseError):
        session_of(engine, token_of(engine), NOON.replace(tzinfo=None))


def test_clock_set_far_back_opens_no_session(engine):
    token = token_of(engine)
    assert session_of(engine, token, NOON - 5 * MINUTE) is not None
    assert session_of(engine, token, NOON - 5 * MINUTE - TICK) is None


def test_clock_set_back_does_not_lengthen_a_session(engine):
    token = token_of(engine)
    session_of(engine, token, NOON - 4 * MINUTE)
    assert session_of(engine, token, NOON + LASTS.idle) is None


def test_signing_out_ends_the_session_once(engine):
    token = token_of(engine)
    entry = sign_out(engine, token, source="10.0.0.1", now=NOON, id="o1")
    assert entry is not None and entry.kind == "signed-out" and entry.by == "a.reyes"
    assert session_of(engine, token, NOON) is None
    assert sign_out(engine, token, source="10.0.0.1", now=NOON, id="o2") is None
    assert sign_out(engine, "unknown", source="10.0.0.1", now=NOON, id="o3") is None


def test_closed_account_ends_what_its_sessions_open(engine):
    token = token_of(engine)
    assert signed_in_person(engine, PEOPLE, token, NOON) == ANA
    assert signed_in_person(engine, {"a.reyes": SHUT}, token, NOON) is None
    assert signed_in_person(engine, {}, token, NOON) is None


def test_revoking_a_person_leaves_other_people_in(engine):
    hers, other = token_of(engine), token_of(engine, person="b.other")
    with engine.begin() as connection:
        revoke_all(connection, "a.reyes", NOON)
    assert session_of(engine, hers, NOON) is None and session_of(engine, other, NOON) is not None


# forms


def test_form_belongs_to_its_session():
    mine, other = new_token(), new_token()
    assert form_holds(mine, form_token(mine))
    assert not form_holds(other, form_token(mine))


@pytest.mark.parametrize("given", [None, "", "0" * 64, "é" * 64, "\udcff", "a" * 100_000])
def test_missing_or_forged_form_token_is_refused(given):
    assert not form_holds(new_token(), given)


def test_form_token_without_a_session_is_refused():
    assert not form_holds("", form_token(""))


@given(token=st.text(min_size=1), cut=st.integers(0, 63))
def test_form_token_that_is_nearly_right_is_refused(token, cut):
    right = form_token(token)
    wrong = right[:cut] + ("0" if right[cut] != "0" else "1") + right[cut + 1 :]
    assert form_holds(token, right) and not form_holds(token, wrong) and not form_holds(token, right[:cut])


def test_form_token_does_not_give_the_session_away():
    token = new_token()
    assert form_token(token) not in (token, digest(token))


# links


def check_in(engine: Engine, patient: str = "p1", now: datetime = NOON) -> str:
    return make_link(engine, "check-in", patient=patient, now=now, lasts=HOUR)


def used(engine: Engine, token: str, purpose="check-in", now: datetime = NOON, used_for: str = "s1"):
    with engine.begin() as connection:
        return use_link(connection, token, purpose, now=now, used_for=used_for)


def test_link_is_read_as_often_as_wanted_and_used_once(engine):
    token = check_in(engine)
    assert (
        open_link(engine, token, "check-in", NOON).patient == open_link(engine, token, "check-in", NOON).patient == "p1"
    )
    assert used(engine, token, used_for="s1").patient == "p1"
    assert used(engine, token, used_for="s2") is None
    assert open_link(engine, token, "check-in", NOON) is None


def test_same_answer_sent_twice_is_one_use(engine):
    token = check_in(engine)
    assert used(engine, token, used_for="s1") == used(engine, token, used_for="s1")


def test_link_ends_at_its_instant(engine):
    token = check_in(engine)
    assert used(engine, token, now=NOON + HOUR) is None
    assert open_link(engine, token, "check-in", NOON + HOUR) is None
    assert open_link(engine, token, "check-in", NOON + HOUR - TICK) is not None


def test_link_opens_only_what_it_is_for(engine):
    token = check_in(engine)
    for purpose in ("set-password", "first-administrator"):
        assert open_link(engine, token, purpose, NOON) is None and used(engine, token, purpose) is None
    assert open_link(engine, "x" + token, "check-in", NOON) is None
    assert session_of(engine, token, NOON) is None


def test_new_link_ends_the_one_before_for_the_same_patient_only(engine):
    first, other = check_in(engine), check_in(engine, "p2")
    second = check_in(engine)
    assert open_link(engine, first, "check-in", NOON) is None
    assert (
        open_link(engine, second, "check-in", NOON) is not None
        and open_link(engine, other, "check-in", NOON) is not None
    )


def test_link_makes_somebody_who_answers_for_that_patient_only(engine):
    who = patient_self(open_link(engine, check_in(engine), "check-in", NOON))
    assert (who.roles, who.patient) == (frozenset({"patient-self"}), "p1")
    password_link = make_link(engine, "set-password", person="a.reyes", now=NOON, lasts=HOUR)
    assert patient_self(open_link(engine, password_link, "set-password", NOON)).roles == frozenset()


def test_rolled_back_use_leaves_the_link_unused(engine):
    token = check_in(engine)
    with engine.connect() as connection:
        assert use_link(connection, token, "check-in", now=NOON, used_for="s1") is not None
        connection.rollback()
    assert used(engine, token, used_for="s2") is not None


def test_link_used_by_many_at_once_is_used_by_one(engine):
    token = check_in(engine)
    with ThreadPoolExecutor(8) as threads:
        uses = list(threads.map(lambda number: used(engine, token, used_for=f"s{number}"), range(24)))
    assert len([use for use in uses if use is not None]) == 1


def test_first_run_link_is_made_anew_while_nobody_can_come_in(engine):
    rita = Person(id="rita", name="Rita", roles=frozenset({"administrator"}))
    assert first_administrator_link(engine, {"rita": rita}, now=NOON) is not None


# the tables


def test_a_new_session_forgets_what_ended_long_ago_and_nothing_that_stands(engine, quick):
    """Hazard: tables that grow for ever make every page with a form slower, and at last fill the disk."""
    old = token_of(engine, NOON - timedelta(days=3))
    come(engine, "nobody", now=NOON - timedelta(days=2))
    stands, link, late = token_of(engine, NOON - HOUR), check_in(engine), token_of(engine, NOON - timedelta(hours=20))
    make_link(engine, "set-password", person="b.other", now=NOON - timedelta(days=3), lasts=HOUR)
    newest = token_of(engine)
    with engine.begin() as connection:
        left = [
            connection.execute(text(f"select count(*) from access_{name}")).scalar_one()
            for name in ("sessions", "links", "failures")
        ]
    assert left == [3, 1, 0]
    assert session_of(engine, old, NOON) is None and session_of(engine, newest, NOON) is not None
    assert session_of(engine, stands, NOON - HOUR) is not None and open_link(engine, link, "check-in", NOON) is not None
    assert form_of(engine, form_token(late)) == "a.reyes", "a form that was left open overnight is still somebody's"


def test_whose_form_it_is_is_found_without_looking_at_every_session(engine):
    tokens = {name: token_of(engine, person=name) for name in ("a.reyes", "b.other", "c.third")}
    asked: list[tuple[str, Any]] = []
    event.listen(engine, "before_cursor_execute", lambda *told: asked.append((told[2], told[3])))
    assert [form_of(engine, form_token(token)) for token in tokens.values()] == list(tokens)
    statement, values = asked[-1]
    with engine.connect() as connection:
        steps = connection.exec_driver_sql(f"explain query plan {statement}", values).all()
    assert [step.detail.split()[0] for step in steps] == ["SEARCH"]


@pytest.mark.parametrize("given", ["0" * 64, "0" * 80, "%" * 64, "é" * 32, "\udcff" * 64, "a" * 100_000, "", None])
def test_form_of_nobody_is_nobodys(engine, given):
    token_of(engine)
    assert form_of(engine, given) == ""


def test_form_token_that_begins_as_anothers_is_not_theirs(engine):
    hers, other = token_of(engine), token_of(engine, person="b.other")
    assert form_of(engine, form_token(hers)[:16] + form_token(other)[16:]) == ""


def test_database_that_does_not_answer_is_a_sentence_without_values(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'gone' / 'access.sqlite'}")
    with pytest.raises(RecordTrouble) as trouble:
        come(engine, name="a.reyes")
    assert "a.reyes" not in str(trouble.value) and "select" not in str(trouble.value).casefold()


def test_instants_are_exact_to_the_microsecond():
    assert microseconds(NOON + TICK) - microseconds(NOON) == 1
