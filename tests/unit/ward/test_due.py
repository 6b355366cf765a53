"""What is due: after a dose, after a score, after a correction, after a plan is replaced or stopped."""

from datetime import datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leeward.knowledge import load_knowledge
from leeward.record.chart import chart_of
from leeward.record.entries import Entry
from leeward.ward.due import EARLY, due_of
from leeward.ward.plans import DueAfter, Line, WrittenPlan, plan_body, signed
from leeward.ward.state import Bedside

T0 = datetime.fromisoformat("2026-11-22T09:00:00-05:00")
COWS_ITEMS = {"pulse": 1, "sweating": 1, "restlessness": 1, "pupils": 1, "aches": 1, "nose_eyes": 1}
BUP = "buprenorphine-sublingual"


def after(minutes: float) -> datetime:
    return T0 + timedelta(minutes=minutes)


class Story:
    """Entries of one person, told by minutes after the signing."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.add("admission", {"name": "Demo, Dee"}, -60)

    def add(self, kind, body, minutes, *, role="nurse", corrects=None) -> Entry:
        number = len(self.entries) + 1
        entry = Entry(
            number=number, id=f"e{number}", kind=kind, patient="p", at=after(minutes).isoformat(),
            recorded=after(max(minutes, 0)).isoformat(), by="n", role=role, corrects=corrects, body=body,
            previous="", digest=str(number),
        )  # fmt: skip
        self.entries.append(entry)
        return entry

    def sign(self, *due, minutes=0.0, plan="a", option="buprenorphine-standard") -> Entry:
        body = plan_body(
            WrittenPlan(plan=plan, option=option, lines=(Line(what="b", medicine=BUP, dose="8 mg"),), due=due)
        )
        return self.add("plan-signed", body, minutes, role="prescriber")

    def stop(self, minutes, plan="a", option="buprenorphine-standard") -> Entry:
        body = plan_body(WrittenPlan(plan=plan, option=option, reason="it is over", stops=True))
        return self.add("plan-refused", body, minutes, role="prescriber")

    def score(self, minutes, **besides) -> Entry:
        return self.add("score", {"instrument": "cows", "items": COWS_ITEMS} | besides, minutes)

    def dose(self, minutes, medicine=BUP) -> Entry:
        return self.add("dose", {"medicine": medicine, "dose": "8 mg"}, minutes)

    def bedside(self, now=600.0) -> Bedside:
        entries = tuple(self.entries)
        chart = chart_of(entries, after(now))
        return Bedside(now=after(now), entries=entries, chart=chart)

    def due(self, now=600.0):
        return [(item.kind, round((item.at - T0).total_seconds() / 60)) for item in due_of(self.bedside(now))]


@pytest.fixture
def story() -> Story:
    return Story()


AFTER_DOSE = DueAfter(what="COWS", kind="score", of="cows", after_minutes=30, from_="dose")
AT_ONCE = DueAfter(what="COWS", kind="score", of="cows", after_minutes=0)
REPEATED = DueAfter(what="COWS", kind="score", of="cows", after_minutes=60, every_minutes=240, for_minutes=960)
VITALS = DueAfter(what="Vitals", kind="observation", of="heart-rate", also=("sedation-rass",), after_minutes=60)


def test_nothing_is_due_after_a_dose_before_there_is_one(story):
    story.sign(AFTER_DOSE)
    assert story.due() == []
    story.dose(10)
    assert story.due() == [("score", 40)]


def test_a_dose_that_was_charted_before_the_signing_starts_nothing(story):
    story.dose(-30)
    story.sign(AFTER_DOSE)
    assert story.due() == []


def test_the_latest_dose_starts_it_anew_by_the_time_it_was_given(story):
    story.sign(AFTER_DOSE)
    story.dose(60)
    story.dose(10)  # charted later, given earlier
    assert story.due() == [("score", 90)]


def test_either_product_of_sublingual_buprenorphine_is_a_dose_of_the_plan_and_another_medicine_is_not(story):
    story.sign(AFTER_DOSE)
    story.dose(5, "Suboxone")
    assert story.due() == [("score", 35)]
    story.dose(20, "clonidine")
    assert story.due() == [("score", 35)]


def test_a_score_ticks_it_off_from_the_margin_on_and_not_before(story):
    story.sign(AFTER_DOSE)
    story.dose(0)
    story.score(14)
    assert story.due() == [("score", 30)]
    story.score(15)
    assert story.due() == []


def test_a_baseline_just_before_the_signing_counts_and_an_old_one_does_not(story):
    story.score(-16)
    story.sign(AT_ONCE)
    assert story.due() == [("score", 0)]
    story.score(-15)
    assert story.due() == []


def test_a_score_that_was_struck_ticks_off_nothing(story):
    story.sign(AT_ONCE)
    scored = story.score(5)
    assert story.due() == []
    story.add("correction", {"strikes": True, "reason": "wrong person"}, 6, corrects=scored.number)
    assert story.due() == [("score", 0)]


def test_a_dose_that_was_struck_starts_nothing(story):
    story.sign(AFTER_DOSE)
    given_ = story.dose(5)
    story.add("correction", {"strikes": True, "reason": "not given"}, 6, corrects=given_.number)
    assert story.due() == []


def test_a_score_corrected_into_another_instrument_is_not_this_one(story):
    story.sign(AT_ONCE)
    scored = story.score(5)
    other = {"instrument": "ciwa-ar", "total": 3, "at": after(5).isoformat()}
    story.add("correction", {"replaces": other, "reason": "other scale"}, 6, corrects=scored.number)
    assert story.due() == [("score", 0)]


def test_the_persons_own_score_is_not_the_clinicians(story):
    story.sign(AT_ONCE)
    story.score(5, by="self")
    story.add("score", {"instrument": "cows", "items": COWS_ITEMS}, 6, role="patient-self")
    assert story.due() == [("score", 0)]


def test_readings_taken_together_stay_due_until_all_are_charted(story):
    story.sign(VITALS)
    story.add("observation", {"what": "heart-rate", "value": 80, "unit": "/min"}, 60)
    [item] = due_of(story.bedside())
    assert item.missing == ("sedation-rass",) and item.of == "sedation-rass"
    story.add("observation", {"what": "sedation-poss", "value": 1}, 61)
    assert story.due() == []


def test_what_repeats_comes_again_until_its_end(story):
    story.sign(REPEATED)
    assert story.due() == [("score", 60)]
    for at, then in ((60, 300), (290, 540), (541, 780), (1000, 1020), (1004, 1020)):
        story.score(at)
        assert story.due(2000) == [("score", then)]
    story.score(1005)
    assert story.due(2000) == []


def test_what_is_late_stays_and_is_overdue(story):
    story.sign(REPEATED)
    [item] = due_of(story.bedside(5000))
    assert item.at == after(60) and item.overdue(after(61)) and not item.overdue(after(60))


def test_what_is_due_at_the_signing_is_not_late_that_instant(story):
    story.sign(AT_ONCE)
    [item] = due_of(story.bedside())
    assert not item.overdue(after(15)) and item.overdue(after(16))


def test_only_the_first_dose_or_the_first_day_where_that_is_said(story):
    first = msgspec.structs.replace(AFTER_DOSE, only="first", kind="other", of="")
    day = msgspec.structs.replace(AFTER_DOSE, only="day-1", after_minutes=120)
    story.sign(first, day)
    story.dose(0)
    story.dose(300)
    story.dose(1500)
    assert story.due(2000) == [("other", 30), ("score", 420)]


def test_a_newer_plan_of_the_option_replaces_and_another_option_does_not(story):
    story.sign(AT_ONCE)
    story.sign(msgspec.structs.replace(AT_ONCE, after_minutes=5), plan="b", minutes=10)
    assert story.due() == [("score", 15)]
    story.sign(AT_ONCE, plan="c", option="clonidine", minutes=20)
    assert story.due() == [("score", 15), ("score", 20)]


def test_a_stopped_plan_takes_its_dues_and_brings_back_no_older_one(story):
    story.sign(AT_ONCE)
    story.sign(AT_ONCE, plan="b", minutes=10)
    story.stop(20, plan="b")
    assert story.due() == [] and signed(story.bedside().chart) == ()


def test_a_refused_proposal_of_the_same_option_stops_nothing(story):
    story.sign(AT_ONCE)
    refused = plan_body(WrittenPlan(plan="b", option="buprenorphine-standard", reason="not wanted"))
    story.add("plan-refused", refused, 5, role="prescriber")
    assert story.due() == [("score", 0)]


def test_a_plan_that_was_only_proposed_makes_nothing_due(story):
    body = plan_body(WrittenPlan(plan="a", option="methadone", due=(AT_ONCE,)))
    story.add("plan-proposed", body, 0, role="prescriber")
    assert story.due() == []


def test_something_without_an_entry_of_its_own_is_ticked_off_by_a_note_that_names_it(story):
    story.sign(DueAfter(what="injection site", kind="other", after_minutes=30))
    story.add("note", {"text": "looked at the site"}, 31)
    assert story.due() == [("other", 30)]
    note = story.add("note", {"text": "Done", "done": {"plan": "a", "what": "injection site"}}, 32)
    assert story.due() == []
    story.add("correction", {"strikes": True, "reason": "not done"}, 33, corrects=note.number)
    assert story.due() == [("other", 30)]


EVENT = st.tuples(st.sampled_from(["score", "dose", "heart"]), st.integers(0, 1500))


@given(st.lists(EVENT, max_size=25))
@settings(max_examples=80, deadline=None)
def test_an_item_leaves_the_list_only_when_something_charted_stands_for_it(events):
    """A second telling of the rule, by brute force over every occurrence."""
    story = Story()
    story.sign(REPEATED, AFTER_DOSE, VITALS)
    for kind, at in events:
        if kind == "heart":
            story.add("observation", {"what": "heart-rate", "value": 80, "unit": "/min"}, at)
        else:
            getattr(story, kind)(at)
    scores = [at for kind, at in events if kind == "score"]
    doses = [at for kind, at in events if kind == "dose"]
    early = EARLY.total_seconds() / 60
    wanted = [next((t for t in range(60, 60 + 960 + 1, 240) if not any(s >= t - early for s in scores)), None)]
    if doses:
        start = max(doses)
        done = any(s >= start + 30 - early for s in scores)
        wanted.append(None if done else start + 30)
    wanted.append(60)  # sedation is never charted here
    assert sorted(at for _, at in story.due(3000)) == sorted(at for at in wanted if at is not None)


@given(st.lists(EVENT, max_size=12), st.integers(0, 12))
@settings(max_examples=40, deadline=None)
def test_replaying_the_entries_gives_the_same_list_and_nothing_depends_on_how_it_was_asked_before(events, cut):
    story = Story()
    story.sign(REPEATED, AFTER_DOSE, VITALS)
    for kind, at in events[:cut]:
        story.score(at) if kind == "score" else story.dose(at)
    due_of(story.bedside(3000))
    for kind, at in events[cut:]:
        story.score(at) if kind == "score" else story.dose(at)
    once = due_of(story.bedside(3000))
    again = Story()
    again.entries = list(reversed(story.entries))
    assert due_of(again.bedside(3000)) == once


def test_the_knowledge_resolves_the_brand_that_a_dose_may_be_charted_by():
    assert BUP in load_knowledge().medicines


def test_a_dose_that_names_no_medicine_is_ticked_off_by_the_plans_own_only(story):
    story.sign(DueAfter(what="First dose", kind="dose", after_minutes=0))
    story.dose(5, "naloxone")
    assert story.due() == [("dose", 0)]
    story.dose(6, "Suboxone")
    assert story.due() == []


QUARTER = DueAfter(
    what="RR", kind="observation", of="respiratory-rate", after_minutes=60, every_minutes=15, from_="dose"
)


def breaths(story, minutes) -> None:
    story.add("observation", {"what": "respiratory-rate", "value": 14, "unit": "/min"}, minutes)


def test_one_check_stands_for_one_of_a_row_that_comes_every_quarter_of_an_hour(story):
    story.sign(QUARTER)
    story.dose(0)
    for at, then in ((45, 60), (60, 75), (67, 75), (68, 90), (90, 105)):
        breaths(story, at)
        assert story.due() == [("observation", then)], at


@pytest.mark.parametrize("after_minutes", [5, 10, 20])
def test_the_check_at_the_dose_is_not_the_one_that_is_due_soon_after_it(story, after_minutes):
    story.sign(msgspec.structs.replace(QUARTER, after_minutes=after_minutes, every_minutes=0))
    breaths(story, 0)
    story.dose(0)
    assert story.due() == [("observation", after_minutes)]
    breaths(story, after_minutes / 2)
    assert story.due() == []


def test_a_dose_given_before_the_signing_and_charted_late_does_not_take_the_place_of_the_plans_first(story):
    story.sign(msgspec.structs.replace(AFTER_DOSE, only="first"))
    story.dose(-240)
    assert story.due() == [("score", -210)], "while it is the only one, it is watched"
    story.dose(20)
    assert story.due() == [("score", 50)]


def test_what_a_dose_made_due_is_still_asked_for_when_the_plan_is_replaced_before_it_was_done(story):
    story.sign(AFTER_DOSE)
    story.dose(10)
    story.sign(AFTER_DOSE, plan="b", minutes=25)
    assert story.due() == [("score", 40)]
    story.dose(60)
    assert story.due() == [("score", 90)], "a dose of the new plan starts it anew"


def test_what_was_late_already_is_not_carried_over_and_what_lay_ahead_of_a_stop_is(story):
    story.sign(AFTER_DOSE)
    story.dose(10)
    story.sign(AFTER_DOSE, plan="b", minutes=41)
    assert story.due() == []
    story.stop(42, plan="b")
    story.sign(AFTER_DOSE, plan="c", minutes=43)
    assert story.due() == []
    story.dose(44)
    story.stop(45, plan="c")
    story.sign(AFTER_DOSE, plan="d", minutes=46)
    assert story.due() == [("score", 74)]
    story.score(75)
    assert story.due() == []


def test_only_the_first_dose_of_plans_that_replaced_each_other_is_carried_over_as_the_first(story):
    first = msgspec.structs.replace(AFTER_DOSE, only="first")
    story.sign(first)
    story.dose(0)
    story.dose(120)
    story.sign(first, plan="b", minutes=130)
    assert story.due() == []


def test_a_score_of_a_few_answers_is_not_the_one_that_was_due(story):
    story.sign(AT_ONCE)
    story.add("score", {"instrument": "cows", "items": {"pulse": 4}}, 5)
    assert story.due() == [("score", 0)]
    story.score(6)
    assert story.due() == []


def test_stopping_a_plan_does_not_end_the_watch_on_a_dose_that_it_gave(story):
    story.sign(AFTER_DOSE, minutes=0)
    story.dose(10)
    story.stop(20)
    assert story.due() == [("score", 40)]
    story.score(45)
    assert story.due() == []


def test_a_plan_that_was_stopped_asks_for_nothing_where_it_gave_nothing(story):
    story.sign(AFTER_DOSE, AT_ONCE, minutes=0)
    story.stop(20)
    story.dose(30)
    assert story.due() == []
