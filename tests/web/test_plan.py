"""The plan page: what leads it, what is due and on hold by what was signed, and what changed since."""

from __future__ import annotations

import re

import pytest

from leeward.record.chart import chart_bytes, chart_of
from leeward.ward.due import due_of
from leeward.ward.plans import written_plan
from tests.web.plan_forms import ITEMS, ORDERS, PLAN, P, admitted, bedside, plans, signing


@pytest.fixture
def person(house, clock):
    """Somebody in withdrawal after heroin, to whom a standard start is offered."""
    return admitted(house, clock)


def test_every_plan_page_leads_with_treatment_naloxone_counselling_and_follow_up(someone, person):
    text = someone("n.park").get(PLAN).text
    places = [text.index(words) for words in ("Offer ongoing treatment first", "Take-home naloxone", "Counselling.", "Follow-up within 72", "Proposed now")]  # fmt: skip
    assert places == sorted(places)


def test_a_proposal_signed_as_it_stands_makes_the_due_list(someone, person, house, clock):
    came = signing(someone("a.reyes")).send("sign")
    assert came.status == 200 and came.url == PLAN and "signed" in came.text
    [entry] = plans(house)
    plan = written_plan(entry)
    assert entry.kind == "plan-signed" and entry.by == "a.reyes" and entry.role == "prescriber"
    assert plan is not None and [line.dose for line in plan.lines] == ["8 mg"]
    assert plan.lines[0].medicine == "buprenorphine-sublingual" and "respiratory rate under 12" in plan.lines[0].hold_if
    assert plan.status == "recommended" and plan.knowledge == house.knowledge.version
    due = due_of(bedside(house, clock))
    assert ("dose", "buprenorphine-sublingual") in {(item.kind, item.of) for item in due}
    assert ("score", "cows") in {(item.kind, item.of) for item in due}


def test_after_the_dose_the_score_is_due_and_the_score_ticks_it_off(someone, person, house, clock, charted):
    signing(someone("a.reyes")).send("sign")
    charted("score", {"instrument": "cows", "items": ITEMS}, patient=P)
    clock.forward(minutes=10)
    charted("dose", {"medicine": "Subutex", "dose": "8 mg"}, patient=P)
    given = clock.now
    times = sorted(
        (item.at - given).total_seconds() / 60 for item in due_of(bedside(house, clock)) if item.kind == "score"
    )
    assert times == [30, 120, 360]
    assert "dose" not in {item.kind for item in due_of(bedside(house, clock))}
    clock.forward(minutes=45)
    assert "Overdue" in someone("n.park").get(PLAN).text
    charted("score", {"instrument": "cows", "items": ITEMS}, patient=P)
    times = sorted(
        (item.at - given).total_seconds() / 60 for item in due_of(bedside(house, clock)) if item.kind == "score"
    )
    assert times == [120, 360]


def test_a_signed_plan_is_marked_when_the_chart_changes_and_says_by_what(someone, person, house, charted):
    signing(someone("a.reyes")).send("sign")
    assert "has changed since this was signed" not in someone("n.park").get(PLAN).text
    charted("condition", {"name": "cirrhosis"}, patient=P)
    text = someone("n.park").get(PLAN).text
    assert "has changed since this was signed" in text and "Condition: cirrhosis" in text


def test_an_unknown_option_is_nowhere(someone, person):
    assert someone("a.reyes").get(f"{PLAN}/aspirin-for-all").status == 404


@pytest.mark.parametrize("who", ["n.park", "j.lindqvist"])
def test_who_may_not_sign_reads_everything_and_is_told_why_there_is_no_button(someone, person, house, who):
    form = signing(someone("a.reyes"))
    page = someone(who).get(PLAN)
    assert "This needs the role prescriber" in page.text and "first dose: 1 to 8 mg (usually 8)" in page.text
    assert "Open as orders" not in page.text and 'class="danger"' not in page.html
    token = page.hidden("form")
    for path, fields in (
        (ORDERS, form.fields | {"do": "sign"}),
        (PLAN, {"option": "symptomatic-care", "symptomatic-care-because": "declined"}),
    ):
        came = someone(who).client.post(path, data=fields | {"form": token})
        assert came.status_code == 403
    assert not plans(house)


def test_sedation_shows_what_the_alert_says_and_no_dose(someone, person, charted):
    charted("observation", {"what": "sedation-rass", "value": -3}, patient=P)
    page = someone("a.reyes").get(PLAN)
    assert "Start nothing new" in page.text and "Hold every agonist" in page.text
    offered = page.text[page.text.index("Proposed now") : page.text.index("Not proposed now")]
    assert not re.search(r"\d+(\.\d+)? mg", offered)


def test_a_dose_of_a_signed_plan_is_held_by_what_is_charted_now(someone, person, charted):
    signing(someone("a.reyes")).send("sign")
    assert "Hold buprenorphine" not in someone("n.park").get(PLAN).text
    charted("observation", {"what": "respiratory-rate", "value": 9, "unit": "/min"}, patient=P)
    text = someone("n.park").get(PLAN).text
    assert "Hold buprenorphine" in text and re.search(r"respiratory rate 9", text, re.IGNORECASE)


def test_what_has_no_entry_of_its_own_is_said_to_be_done(someone, person, house, clock):
    form = signing(someone("a.reyes"))
    last = max(int(name[9:]) for name in form.fields if re.fullmatch(r"due-what-\d+", name))
    form.set(**{f"due-what-{last}": "call the pharmacy", f"due-after-{last}": "0", f"due-from-{last}": "signing"})
    form.send("sign")
    [item] = [one for one in due_of(bedside(house, clock)) if one.kind == "other"]
    fields = {"plan": item.plan_id, "what": item.what}
    came = someone("n.park").send(PLAN, at=f"/patients/{P}/done", **fields)
    assert came.status == 200
    assert not [one for one in due_of(bedside(house, clock)) if one.kind == "other"]
    again = someone("n.park").send(PLAN, at=f"/patients/{P}/done", **fields)
    assert again.status == 409


def test_replaying_the_entries_gives_the_same_plan_and_the_same_due_list(someone, person, house, clock, charted):
    signing(someone("a.reyes")).send("sign")
    charted("dose", {"medicine": "buprenorphine-sublingual", "dose": "8 mg"}, patient=P)
    standing = bedside(house, clock)
    replayed = house.ward.bedside_of(tuple(e for e in house.record.entries(patient=P) if e.kind != "read"), clock.now)
    assert chart_bytes(chart_of(replayed.entries, clock.now)) == chart_bytes(standing.chart)
    assert due_of(replayed) == due_of(standing)


def test_what_was_charted_after_signing_and_leaves_the_rules_open_stands_on_the_plan(someone, person, charted):
    assert signing(someone("a.reyes")).send("sign").status == 200
    assert "Cannot tell" not in someone("n.park").get(PLAN).text
    charted("medicine", {"name": "Vivitrol"}, patient=P)
    text = someone("n.park").get(PLAN).text
    assert "Look before buprenorphine, sublingual is given: Cannot tell" in text and "naltrexone" in text


def test_somebody_who_is_not_covered_has_every_dose_held_and_no_treatment_listed(someone, person, charted):
    assert signing(someone("a.reyes")).send("sign").status == 200
    assert "Offered in any setting" in someone("n.park").get(PLAN).text
    charted("patient", {"age": 15}, patient=P)
    text = someone("n.park").get(PLAN).text
    assert "Not covered: Under 16" in text and "Hold buprenorphine, sublingual" in text
    assert "Offered in any setting" not in text and "With every plan" not in text
    dose = someone("n.park").get(f"/patients/{P}/dose").text
    assert "Not covered: Under 16: every dose is on hold" in dose and "On hold now: Under 16" in dose


def test_a_report_of_the_person_that_nobody_answered_stands_where_the_next_action_is(someone, charted):
    page = "/patients/demo-10/plan"
    text = someone("a.reyes").get(page).text
    due = text[text.index(" Due ") : text.index(" Signed ")]
    assert "Self-reported: SOWS-16 29, severe" in due and "Call, and score." in due
    assert 'href="/patients/demo-10/score/cows"' in someone("n.park").get(page).html
    charted("note", {"text": "called, on the way"}, patient="demo-10")
    assert "Self-reported" not in someone("a.reyes").get(page).text
