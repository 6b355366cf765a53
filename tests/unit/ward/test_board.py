"""The board: what a row says, in which order, and what is kept and renewed."""

import time
from datetime import datetime, timedelta

import msgspec
import pytest

from leeward.knowledge import load_knowledge
from leeward.record.entries import Draft
from leeward.record.storage import Record, default_url
from leeward.ward import board as board_module
from leeward.ward.board import Board, board_of
from leeward.ward.demo import fill
from leeward.ward.plans import DueAfter, Line, WrittenPlan, plan_body
from leeward.ward.rows import counts_of, found, rows_of
from leeward.ward.state import Ward
from leeward.ward.summary import summary_of

NOW = datetime.fromisoformat("2026-11-22T09:00:00-05:00")
KNOWLEDGE = load_knowledge()


@pytest.fixture
def record(tmp_path):
    with Record(default_url(tmp_path)) as record:
        yield record


@pytest.fixture
def demo(record):
    fill(record, NOW)
    ward = Ward(record, KNOWLEDGE)
    ward.catch_up()
    return ward


def rows(ward, now=NOW, board=None):
    look = (board or board_of(ward)).look(ward, now)
    return rows_of(look, look.summaries, now)


def row(ward, patient, now=NOW):
    return next(one for one in rows(ward, now) if one.patient == patient)


class Writer:
    """Charts one after the other in a record, and tells the ward."""

    def __init__(self, record, ward=None):
        self.record, self.ward, self.count = record, ward, 0

    def __call__(self, kind, body, patient, at=NOW, role="nurse", by="n.park", now=None):
        self.count += 1
        draft = Draft(id=f"w{self.count}", kind=kind, patient=patient, at=at.isoformat(), by=by, role=role, body=body)
        entry = self.record.append(draft, now or max(at, NOW))
        if self.ward:
            self.ward.catch_up()
        return entry


def test_emergencies_come_first_then_urgent_then_overdue_then_the_rest(demo):
    order = [one.patient for one in rows(demo)]
    assert order == [f"demo-{n}" for n in (6, 8, 5, 7, 4, 10, 2, 9, 3, 1)]


def test_what_colour_says_is_said_in_words(demo):
    for one in rows(demo):
        words = " ".join(
            ("Emergency" if one.emergencies else "", *one.overdue, *one.urgent, *one.held, one.asks_call, one.problem)
        )
        assert (one.level == "calm") == (not words.strip())
        assert bool(one.quiet) == (not (one.emergencies or one.urgent or one.held or one.asks_call or one.problem))


def test_a_row_says_total_band_age_and_trend(demo):
    cows = row(demo, "demo-1").cows
    assert (cows.points, cows.rest, cows.when, cows.trend, cows.arrow) == (
        "18", "moderate", "12 min ago", "up 4 in 1 h", "↗",
    )  # fmt: skip


def test_a_range_has_no_band_and_no_trend(demo):
    cows = row(demo, "demo-3").cows
    assert (cows.points, cows.rest, cows.trend, cows.arrow) == (
        "11 to 25", "3 not answered", "no trend across missing answers", "",
    )  # fmt: skip


def test_overdue_is_said_in_minutes_that_pass_without_anything_being_charted(demo):
    assert row(demo, "demo-4").overdue == ("Respiratory rate, Sedation (RASS), COWS overdue 25 min",) or (
        set(row(demo, "demo-4").overdue[0].removesuffix(" overdue 25 min").split(", "))
        == {"COWS", "Respiratory rate", "Sedation (RASS)"}
    )
    assert row(demo, "demo-4", NOW + timedelta(minutes=3)).overdue[0].endswith("overdue 28 min")
    assert "COWS in 10 min" in row(demo, "demo-5").next_due  # half an hour after the score that raised the alert
    assert row(demo, "demo-5", NOW + timedelta(minutes=11)).overdue == ("COWS overdue 1 min",)


def test_a_self_report_is_marked_and_is_new_until_staff_chart_something(demo, record):
    nico = row(demo, "demo-10")
    assert "self-reported" in nico.self_reported.rest and nico.self_reported.trend == "up 12 in 13 h 25 min"
    assert nico.check_in
    Writer(record, demo)("note", {"text": "Called; well."}, "demo-10")
    assert not row(demo, "demo-10").check_in


def test_what_nobody_asked_is_said_so(demo):
    max_ = row(demo, "demo-9")
    assert max_.who == "age not asked, sex not asked" and max_.took == "tianeptine" and max_.cows is None


def test_unsigned_plans_are_named(demo):
    assert row(demo, "demo-2").unsigned == ("Buprenorphine, standard-dose start",)


def test_a_chart_that_cannot_be_read_stands_on_the_board_and_says_so(record):
    write = Writer(record)
    write("admission", {"name": "Odd, Otto", "setting": "emergency"}, "p1")
    write("patient", {"age": 30}, "p1")
    ward = Ward(record, KNOWLEDGE)
    ward.catch_up()
    ward._entries["p1"].append(_broken(ward._entries["p1"][-1]))  # as a later version might have written it
    (one,) = rows(ward)
    assert "cannot be read" in one.problem and one.level == "urgent" and one.quiet == "" and one.cows is None


def _broken(entry):
    import msgspec

    return msgspec.structs.replace(entry, number=entry.number + 1, kind="score", body={"instrument": "no such scale"})


def test_those_who_left_are_not_on_the_board(demo, record):
    Writer(record, demo)("discharge", {"to": "home"}, "demo-1")
    assert "demo-1" not in [one.patient for one in rows(demo)]


def test_the_counts_in_words(demo):
    everybody = rows(demo)
    assert str(counts_of(everybody, 10)) == (
        "10 here · 2 emergencies · 1 overdue · 3 urgent · 1 plan unsigned · 1 new check-in"
    )
    assert str(counts_of(everybody[1:2], 1)) == "1 here · 1 emergency · 0 overdue"


def test_a_search_wants_every_word_in_any_case(demo):
    everybody = rows(demo)
    assert [one.patient for one in found(everybody, "KRATOM maternity")] == ["demo-7"]
    assert found(everybody, "no such words") == () and len(found(everybody, "  ")) == 10


def test_a_summary_is_kept_until_something_is_charted_or_it_is_old(demo, record, monkeypatch):
    made = []
    real = board_module.summary_of
    monkeypatch.setattr(board_module, "summary_of", lambda bedside, ward: (made.append(bedside.patient), real(bedside, ward))[1])  # fmt: skip
    board = Board()
    board.look(demo, NOW)
    assert len(made) == 10
    board.look(demo, NOW + timedelta(minutes=2))
    assert len(made) == 10
    Writer(record, demo)("note", {"text": "Sleeps."}, "demo-3", at=NOW)
    board.look(demo, NOW + timedelta(minutes=2))
    assert made[10:] == ["demo-3"]
    later = NOW + timedelta(minutes=9)
    for _ in range(200):  # some at once, the others behind the pages
        look = board.look(demo, later)
        if all(one.as_of == later for one in look.summaries):
            break
        time.sleep(0.01)
    assert len(made) == 21


def test_a_policy_that_changed_renews_everybody(demo, record, monkeypatch):
    real = board_module.summary_of
    board = Board()
    board.look(demo, NOW)
    before = demo.policy
    Writer(record, demo)(
        "setting", {"setting": "policy", "values": {"cows-gate-monitored": 11}}, "", role="administrator"
    )
    assert demo.policy is not before
    made = []
    monkeypatch.setattr(board_module, "summary_of", lambda bedside, _: made.append(bedside.patient) or real(bedside, _))
    look = board.look(demo, NOW)
    assert look.whole and len(made) == 10


def many(record, count):
    write = Writer(record)
    with_all = []
    for number in range(count):
        with_all.append(write("admission", {"name": f"Person {number:03d}", "synthetic": True}, f"p{number}"))
    ward = Ward(record, KNOWLEDGE)
    ward.catch_up()
    return ward, write


def test_a_large_ward_is_read_behind_the_page_and_says_how_far_it_is(record, monkeypatch):
    monkeypatch.setattr(board_module, "NEW_AT_ONCE", 5)
    monkeypatch.setattr(board_module, "PAUSE", 0.0)
    ward, _ = many(record, 30)
    board = Board()
    first = board.look(ward, NOW)
    assert first.of == 30 and 5 <= first.read <= 30
    deadline = time.monotonic() + 10
    while not board.look(ward, NOW).whole:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert len(board.look(ward, NOW).summaries) == 30


def test_a_row_that_lags_says_from_when_it_is_and_how_many_entries_it_lacks(record, monkeypatch):
    ward, write = many(record, 4)
    board = Board()
    board.look(ward, NOW)
    monkeypatch.setattr(board_module, "AT_ONCE", 1)
    monkeypatch.setattr(Board, "_read_behind", lambda *_, **__: None)
    later = NOW + timedelta(minutes=7)
    for patient in ("p2", "p3"):
        write("note", {"text": "x"}, patient, at=later, now=later)
    ward.catch_up()
    look = board.look(ward, later)
    told = {one.patient: one for one in rows_of(look, look.summaries, later)}
    assert told["p3"].as_of == "" and told["p2"].as_of == "assessed 7 min ago, not yet renewed; 1 newer entry is being read"  # fmt: skip
    assert told["p0"].as_of == "assessed 7 min ago, not yet renewed"


@pytest.mark.parametrize("fails", ["summary_of", "bedside"])
def test_a_chart_that_cannot_be_read_is_a_row_that_says_so_and_takes_no_other_from_the_board(demo, monkeypatch, fails):
    before = {one.patient for one in rows(demo, board=Board())}
    real_summary, real_bedside = board_module.summary_of, demo.bedside

    def failing(patient):
        if patient == "demo-3":
            raise ZeroDivisionError("Rivera, Ana")

    def summary_of(bedside, ward):
        failing(bedside.patient)
        return real_summary(bedside, ward)

    def bedside(patient, now):
        failing(patient)
        return real_bedside(patient, now)

    if fails == "bedside":
        monkeypatch.setattr(demo, "bedside", bedside)
    else:
        monkeypatch.setattr(board_module, "summary_of", summary_of)
    after = {one.patient: one for one in rows(demo, board=Board())}
    assert set(after) == before
    assert "could not be read" in after["demo-3"].problem and not after["demo-3"].quiet
    assert all(not one.problem for patient, one in after.items() if patient != "demo-3")


def test_a_chart_that_there_never_was_keeps_no_board_from_being_whole(demo, record):
    Writer(record, demo)("break-glass", {"reason": "asked for"}, "nobody", role="safety-officer", by="m.haddad")
    look = Board().look(demo, NOW)
    assert look.whole and "nobody" not in {one.patient for one in look.summaries}


FIRST_DOSE = WrittenPlan(
    plan="x",
    option="buprenorphine-standard",
    title="Buprenorphine, standard-dose start",
    lines=(Line(what="buprenorphine-naloxone", medicine="buprenorphine-naloxone-sublingual", dose="8 mg", when="first dose"),),
    due=(DueAfter(what="First dose", kind="dose", after_minutes=0),),
)  # fmt: skip


def test_a_dose_that_is_held_says_so_on_the_board_and_is_urgent_there(demo, record):
    write = Writer(record, demo)
    write("plan-signed", plan_body(FIRST_DOSE), "demo-1", role="prescriber", by="a.reyes")
    before = row(demo, "demo-1")
    assert (before.next_due, before.held, before.level) == ("First dose now", (), "calm")
    write("medicine", {"name": "Contrave"}, "demo-1")
    held = row(demo, "demo-1")
    assert held.next_due == "First dose (ON HOLD, do not give) now" and held.level == "urgent" and not held.quiet
    assert any("buprenorphine-naloxone: " in said and "contraindicated" in said for said in held.held)
    assert counts_of([held], 1).urgent == 1
    later = row(demo, "demo-1", NOW + timedelta(hours=1))
    assert later.overdue == ("First dose (ON HOLD, do not give) overdue 1 h",)


def test_a_dose_of_which_it_cannot_be_told_is_no_plain_next_step(demo, record):
    write = Writer(record, demo)
    write("plan-signed", plan_body(FIRST_DOSE), "demo-10", role="prescriber", by="a.reyes")
    said = row(demo, "demo-10")
    assert said.next_due == "First dose (look before it is given) now"
    assert any(one.startswith("buprenorphine-naloxone; not known: ") for one in said.unclear) and not said.held


def test_where_nothing_is_due_an_emergency_is_what_comes_next(demo):
    for one in rows(demo):
        due = one.next_due or one.overdue
        assert bool(one.idle) == (not due)
        if one.emergencies and not due:
            assert one.idle == "Next: see to the emergency now"
    assert any(one.emergencies and one.idle for one in rows(demo))


def test_of_those_for_whom_nothing_is_due_the_worst_stands_first_and_is_not_left_to_itself(demo):
    one = demo.bedside("demo-1", NOW)
    calm = msgspec.structs.replace(summary_of(one, demo), name="Z", patient="z")
    told = msgspec.structs.replace(calm.cows, points="26", band="moderately severe")
    worse = msgspec.structs.replace(calm, cows=told, name="A later name", patient="zz")
    little = msgspec.structs.replace(calm, cows=msgspec.structs.replace(told, points="5", band="mild"), patient="a")
    look = board_of(demo).look(demo, NOW)
    found = rows_of(look, (calm, little, worse), NOW)
    assert [row.patient for row in found] == ["zz", "z", "a"]
    assert [row.idle.startswith("Next: have a prescriber see them") for row in found] == [True, True, False]
