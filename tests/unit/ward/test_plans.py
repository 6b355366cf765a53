"""A plan in the record: read back as it was written, what stands signed, what waits, what goes onto paper."""

from datetime import datetime

import pytest

from leeward.record.chart import chart_of
from leeward.ward.plans import (
    DueAfter,
    FollowUpTold,
    Line,
    WrittenPlan,
    decisions_of,
    follow_up_of,
    plan_body,
    signed,
    unsigned,
    written_plan,
)
from tests.unit.ward.test_due import Story, after


class Names:
    """Calls everybody by their id in capitals."""

    def name_of(self, person: str) -> str:
        return person.upper()


def body(plan: str, option: str = "methadone", **besides):
    return plan_body(WrittenPlan(plan=plan, option=option, **besides))


@pytest.fixture
def story() -> Story:
    return Story()


def test_a_plan_is_read_back_as_it_was_written(story):
    plan = WrittenPlan(
        plan="a",
        option="methadone",
        lines=(Line(what="methadone, oral", medicine="methadone", dose="20 mg", hold_if=("sedated",), day=1, step="first dose"),),
        due=(DueAfter(what="COWS", kind="score", of="cows", after_minutes=120, from_="dose", only="day-1"),),
        checks=("Before each dose: sedation.",),
        follow_up=FollowUpTold(who="Dr Low", at=after(600)),
        read=("QTc above 500 ms",),
    )  # fmt: skip
    entry = story.add("plan-signed", plan_body(plan), 0)
    assert written_plan(entry) == plan and entry.body["due"][0]["from"] == "dose"


def test_a_body_of_the_first_shape_is_still_read(story):
    old = {"plan": "a", "option": "methadone", "lines": [{"what": "methadone", "dose": "20 mg"}],
           "due": [{"what": "COWS", "kind": "score", "of": "cows", "after_minutes": 60, "from": "dose"}]}  # fmt: skip
    plan = written_plan(story.add("plan-signed", old, 0))
    assert plan is not None and plan.due[0].from_ == "dose" and plan.due[0].every_minutes == 0


def test_a_body_that_is_no_plan_is_passed_over(story):
    story.add("plan-signed", {"words": "sign this"}, 0)
    assert signed(story.bedside().chart) == () and unsigned(story.bedside().chart) == ()


def test_what_waits_is_signed_or_refused_under_its_own_name(story):
    story.add("plan-proposed", body("a"), 0)
    story.add("plan-changed", body("b"), 1)
    assert [plan.plan for _, plan in unsigned(story.bedside().chart)] == ["a", "b"]
    story.add("plan-signed", body("a"), 2)
    story.add("plan-refused", body("b", reason="no"), 3)
    assert unsigned(story.bedside().chart) == ()
    assert [plan.plan for _, plan in signed(story.bedside().chart)] == ["a"]


def test_a_plan_signed_after_a_stop_stands(story):
    story.add("plan-signed", body("a"), 0)
    story.add("plan-refused", body("a", reason="surgery", stops=True), 1)
    story.add("plan-signed", body("b"), 2)
    assert [plan.plan for _, plan in signed(story.bedside().chart)] == ["b"]


def test_a_stop_of_one_option_leaves_another_standing(story):
    story.add("plan-signed", body("a"), 0)
    story.add("plan-signed", body("b", "clonidine"), 1)
    story.add("plan-refused", body("a", reason="surgery", stops=True), 2)
    assert [plan.option for _, plan in signed(story.bedside().chart)] == ["clonidine"]


def test_the_newest_appointment_counts(story):
    story.add("plan-signed", body("a", follow_up=FollowUpTold(who="first")), 0)
    story.add("plan-signed", body("b", "clonidine", follow_up=FollowUpTold(who="second")), 1)
    story.add("plan-signed", body("c", "lofexidine"), 2)
    told = follow_up_of(story.bedside())
    assert told is not None and told.who == "second"


def test_a_stop_is_told_apart_from_a_refusal(story):
    story.add("plan-signed", body("a"), 0)
    story.add("plan-refused", body("a", reason="surgery", stops=True), 1)
    story.add("plan-refused", body("b", reason="not wanted"), 2)
    told = [decision.what for decision in decisions_of(story.bedside(), Names())]  # pyright: ignore[reportArgumentType]
    assert [what.partition(":")[0] for what in told] == ["Signed", "Stopped", "Refused"]


def test_what_stands_does_not_hang_on_the_order_in_which_entries_are_read(story):
    story.add("plan-signed", body("a"), 0)
    story.add("plan-signed", body("b"), 1)
    story.add("plan-refused", body("b", reason="surgery", stops=True), 2)
    now = datetime.fromisoformat("2026-11-23T09:00:00-05:00")
    assert signed(chart_of(reversed(story.entries), now)) == signed(chart_of(story.entries, now)) == ()
