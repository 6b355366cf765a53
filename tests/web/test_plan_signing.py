"""A plan is signed: by name, once, when all is read, and against the chart as it was seen."""

from __future__ import annotations

import re

import pytest

from leeward.record.people import SELF
from leeward.ward.plans import signed, unsigned, written_plan
from tests.web.plan_forms import (
    ORDERS,
    PLAN,
    Form,
    P,
    admitted,
    bedside,
    fields_of,
    own_row,
    plans,
    ready,
    signing,
    ticks,
    typed_order,
)


@pytest.fixture
def person(house, clock):
    """Somebody in withdrawal after heroin, to whom a standard start is offered."""
    return admitted(house, clock)


def test_a_grave_alert_is_read_before_one_signs(someone, person, house):
    form = ready(someone("a.reyes"), dose="800 mg").set(reason="as told by the specialist", signed_name="Ana Reyes")
    refused = form.send("sign")
    assert refused.status == 422 and "has to be read before you sign" in refused.text and not plans(house)
    boxes = re.findall(r'id="(read-\w+)"', refused.html)
    assert boxes
    form.set(**dict.fromkeys(boxes, "yes")).send("sign")
    [entry] = plans(house)
    plan = written_plan(entry)
    assert plan is not None and len(plan.read) == len(boxes)


@pytest.mark.parametrize("name", ["", "Nora Park", "Ana", "a.reyes"])
def test_another_name_signs_nothing(someone, person, house, name):
    refused = signing(someone("a.reyes"), name).send("sign")
    assert refused.status == 422 and "Write Ana Reyes to sign" in refused.text and not plans(house)


def test_the_name_may_be_written_in_small_letters_and_with_spaces(someone, person, house):
    signing(someone("a.reyes"), "  ana   REYES ").send("sign")
    assert [entry.kind for entry in plans(house)] == ["plan-signed"]


def test_a_form_sent_twice_signs_once(someone, person, house, clock):
    form = signing(someone("a.reyes"))
    assert form.send("sign").status == 200
    clock.forward(seconds=20)
    again = form.send("sign")
    assert again.status == 200 and again.url == PLAN and len(plans(house)) == 1


def test_a_plan_against_a_chart_that_has_changed_is_refused_with_what_changed_and_signed_when_read(
    someone, person, house, charted
):
    form = signing(someone("a.reyes"), dose="4 mg")
    charted("observation", {"what": "heart-rate", "value": 118, "unit": "/min"}, patient=P)
    refused = form.send("sign")
    assert refused.status == 409 and not plans(house)
    assert "heart rate 118 /min" in refused.text and "Tobias Okoye" in refused.text and 'value="4 mg"' in refused.html
    again = fields_of(refused.html)
    assert int(again["seen"]) > int(form.fields["seen"]) and again["order-0"] == "yes"
    form.fields = again
    assert form.send("sign").status == 200
    assert [entry.kind for entry in plans(house)] == ["plan-signed"]


def test_words_that_came_since_are_shown_once_before_one_signs(someone, person, house, charted):
    """Hazard: a note changes nothing that is computed, and may say what every order hangs on."""
    form = signing(someone("a.reyes"), dose="4 mg")
    charted("note", {"text": "STOP: took methadone\nat noon"}, patient=P)
    charted("note", {"text": "I feel awful", "by": "self"}, patient=P, by=SELF, role=SELF)
    refused = form.send("sign")
    assert refused.status == 409 and not plans(house) and 'value="4 mg"' in refused.html
    assert "Note: STOP: took methadone at noon" in refused.text and "by Tobias Okoye" in refused.text
    assert "Note: I feel awful" in refused.text and "by the patient" in refused.text
    form.fields = fields_of(refused.html)
    assert form.send("sign").status == 200 and [entry.kind for entry in plans(house)] == ["plan-signed"]


def test_words_hinder_nobody_from_checking_or_keeping_orders_and_ones_own_are_known(someone, person, house, charted):
    form = signing(someone("a.reyes"), dose="4 mg")
    charted("note", {"text": "seen by me"}, patient=P, by="a.reyes", role="prescriber")
    kept = signing(someone("a.reyes"), dose="4 mg")
    assert form.send("sign").status == 200
    charted("note", {"text": "seen by another"}, patient=P)
    assert kept.send("check").status == 200


def test_two_signatures_at_once_do_not_both_stand_unnoticed(someone, person, house):
    one, two = signing(someone("a.reyes")), signing(someone("a.reyes"))
    assert one.send("sign").status == 200
    refused = two.send("sign")
    assert refused.status == 409 and "Plan signed: Buprenorphine" in refused.text and len(plans(house)) == 1


def test_a_plan_that_waits_keeps_its_orders_and_is_signed_under_its_name(someone, person, house, clock):
    ready(someone("a.reyes"), dose="4 mg", hold="asleep").set(follow_who="Dr Low", follow_phone="555 0100").send("save")
    [(entry, waiting)] = unsigned(bedside(house, clock).chart)
    assert entry.kind == "plan-proposed"
    form = Form(someone("a.reyes"), f"{ORDERS}?plan={waiting.plan}")
    assert form.fields["order-0"] == "yes" and form.fields["dose-0"] == "4 mg" and form.fields["hold-0"] == "asleep"
    assert form.fields["follow_who"] == "Dr Low" and "order-1" not in form.fields
    shown = form.set(signed_name="Ana Reyes").send("sign")
    assert shown.status == 422 and "sublingual buprenorphine with heroin" in shown.text, "read before it is signed"
    ticks = dict.fromkeys(re.findall(r'id="(read-\w+)"', shown.html), "yes")
    assert ticks and form.set(**ticks).send("sign").status == 200
    [(_, plan)] = signed(bedside(house, clock).chart)
    assert plan.plan == waiting.plan and not unsigned(bedside(house, clock).chart)


@pytest.mark.parametrize("option", ["buprenorphine-low-dose", "supervised-taper", "naltrexone-extended-release"])
@pytest.mark.parametrize("do", ["sign", "save", "check"])
def test_a_forged_form_makes_no_plan_of_an_option_that_is_not_offered(someone, person, house, option, do):
    form = signing(someone("a.reyes"))
    form.path = f"{PLAN}/{option}"
    refused = form.send(do)
    assert refused.status == 409 and "No orders can be made of it now" in refused.text and not plans(house)
    page = someone("a.reyes").get(f"{PLAN}/{option}")
    assert "No orders can be made of it now" in page.text and 'name="do"' not in page.html


def test_an_option_that_is_not_offered_any_more_at_the_instant_of_signing_is_refused(someone, person, house, charted):
    form = signing(someone("a.reyes"))
    charted("observation", {"what": "sedation-rass", "value": -3}, patient=P)
    refused = form.send("sign")
    assert refused.status == 409 and "No orders can be made of it now" in refused.text and not plans(house)
    assert "The person is sedated" in refused.text and "Observation: sedation rass -3" in refused.text
    assert "Demo, Pat" in refused.text and "What you typed signed name Ana Reyes Back to the plan" in refused.text


@pytest.mark.parametrize(("what", "dose", "pair"), [("lorazepam", "2 mg", "lorazepam"), ("nalmefene", "1 mg", "heroin with nalmefene")])  # fmt: skip
def test_signing_without_a_check_shows_the_interactions_that_the_orders_bring_and_has_them_read(
    someone, person, house, what, dose, pair
):
    form = ready(someone("a.reyes")).set(signed_name="Ana Reyes")
    refused = typed_order(form, own_row(form), what, dose).send("sign")
    assert refused.status == 422 and not plans(house)
    assert "Interaction, major" in refused.text and pair in refused.text
    boxes = ticks(refused)
    left_out = dict(list(boxes.items())[1:])
    assert form.set(**left_out).send("sign").status == 422 and not plans(house)
    reason = {"reason": "asked for by the team"}
    assert form.set(**boxes, **reason).send("sign").status == 200
    plan = written_plan(plans(house)[0])
    assert plan is not None and any(line.startswith("Interaction, major") and what in line for line in plan.read)


def test_a_caution_is_read_before_signing_and_its_reason_written(someone, person, house):
    form = ready(someone("a.reyes"), dose="32.5 mg").set(signed_name="Ana Reyes", reason="outside")
    form.fields["reason"] = ""
    refused = form.send("sign")
    assert "Caution: Buprenorphine above 32 mg a day" in refused.text and 'href="#reason"' in refused.html
    boxes = ticks(refused)
    assert form.set(reason="tolerance is high").send("sign").status == 422 and not plans(house), "not ticked"
    assert form.set(**boxes).send("sign").status == 200


@pytest.mark.parametrize("seen", ["", "0", "999999999", "9" * 15, "9" * 400, "²", "٣", "-1"])
def test_no_number_in_the_form_makes_a_plan_signable_against_an_older_chart(someone, person, house, charted, seen):
    form = signing(someone("a.reyes"))
    charted("observation", {"what": "heart-rate", "value": 118, "unit": "/min"}, patient=P)
    refused = form.set(seen=seen).send("sign")
    assert refused.status == 409 and "heart rate 118 /min" in refused.text and not plans(house)
    assert form.set(seen=fields_of(refused.html)["seen"]).send("sign").status == 200, "when it is read"
