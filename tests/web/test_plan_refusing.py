"""A proposal is refused, and a signed plan stopped, with a reason; never one that was decided about meanwhile."""

from __future__ import annotations

import re

import pytest

from leeward.ward.due import due_of
from leeward.ward.plans import signed, unsigned
from tests.web.conftest import Page
from tests.web.plan_forms import ORDERS, PLAN, Form, P, admitted, bedside, plans, ready, refuse, signing


@pytest.fixture
def person(house, clock):
    """Somebody in withdrawal after heroin, to whom a standard start is offered."""
    return admitted(house, clock)


def test_a_proposal_is_refused_in_one_step_with_its_reason(someone, person, house):
    came = refuse(someone("a.reyes"), option="symptomatic-care", words="wants no daily visits")
    assert came.status == 200 and "wants no daily visits" in came.text
    [entry] = plans(house)
    assert entry.kind == "plan-refused" and entry.body["option"] == "symptomatic-care" and not entry.body["stops"]
    assert entry.body["reason"] == "The person does not want it: wants no daily visits"


@pytest.mark.parametrize("given", [{"because": ""}, {"because": "other"}, {"because": "forged"}])
def test_a_refusal_without_a_reason_is_not_taken(someone, person, house, given):
    refused = refuse(someone("a.reyes"), option="symptomatic-care", **given)
    assert refused.status == 422 and "needs its reason" in refused.text and not plans(house)


@pytest.mark.parametrize("words", ["went \u202e home", "went\x07", "word " * 500], ids=["turned", "bell", "long"])
def test_a_reason_that_cannot_be_read_is_not_taken(someone, person, house, words):
    refused = refuse(someone("a.reyes"), option="symptomatic-care", words=words)
    assert refused.status == 422 and not plans(house)
    assert "characters that cannot be read" in refused.text or "too long" in refused.text


def test_a_signed_plan_is_stopped_with_a_reason_and_nothing_is_due(someone, person, house, clock):
    signing(someone("a.reyes")).send("sign")
    [(_, plan)] = signed(bedside(house, clock).chart)
    came = refuse(someone("a.reyes"), plan=plan.plan, because="other", words="went to surgery")
    assert "stopped by Ana Reyes" in came.text and "went to surgery" in came.text
    assert not signed(bedside(house, clock).chart) and not due_of(bedside(house, clock))


def test_a_plan_that_was_decided_meanwhile_is_not_signed_again(someone, person, house, clock):
    ready(someone("a.reyes")).send("save")
    [(_, waiting)] = unsigned(bedside(house, clock).chart)
    form = Form(someone("a.reyes"), f"{ORDERS}?plan={waiting.plan}").set(signed_name="Ana Reyes")
    refuse(someone("a.reyes"), plan=waiting.plan)
    refused = form.send("sign")
    assert refused.status == 409 and "Plan refused" in refused.text
    assert [entry.kind for entry in plans(house)] == ["plan-proposed", "plan-refused"]


def waiting_plan(house, clock, someone, **order) -> str:
    """The id of a plan that was saved and waits for a signature."""
    ready(someone("a.reyes"), **order).send("save")
    [(_, plan)] = unsigned(bedside(house, clock).chart)
    return plan.plan


def ready_to_sign(someone, path: str = ORDERS) -> Form:
    """The form of a plan with everything read, one press before it is signed."""
    form = Form(someone, path).order(0, medicine="buprenorphine-sublingual").set(signed_name="Ana Reyes")
    return form.set(**dict.fromkeys(re.findall(r'id="(read-\w+)"', form.send("check").html), "yes"))


@pytest.fixture
def between(house, monkeypatch):
    """Somebody else writes after a page has looked and before it writes: `between(write)`."""
    append_all = house.record.append_all

    def comes_between(write):
        def first(drafts, now):
            monkeypatch.setattr(house.record, "append_all", append_all)
            write()
            return append_all(drafts, now)

        monkeypatch.setattr(house.record, "append_all", first)

    return comes_between


def test_a_plan_that_is_signed_between_the_look_and_the_write_of_its_refusal_stands(
    someone, person, house, clock, between
):
    wanted = waiting_plan(house, clock, someone)
    form, refuser = ready_to_sign(someone("a.reyes"), f"{ORDERS}?plan={wanted}"), someone("a.reyes")
    page = refuser.get(PLAN)
    sent = {name: page.hidden(name) for name in ("form", "id", "seen")}
    between(lambda: form.send("sign"))
    sent |= {"plan": wanted, "option": "", f"{wanted}-because": "declined", f"{wanted}-words": "changed his mind"}
    refused = Page(refuser.client.post(PLAN, data=sent))
    assert refused.status == 409 and "Plan signed: Buprenorphine" in refused.text
    assert (
        "Nothing was written" in refused.text
        and "changed his mind" in refused.html
        and "Stop this plan" in refused.text
    )
    assert [entry.kind for entry in plans(house)] == ["plan-proposed", "plan-signed"]
    assert [plan.plan for _, plan in signed(bedside(house, clock).chart)] == [wanted]
    again = {"seen": re.findall(r'name="seen" value="(\d+)"', refused.html)[0]}
    assert refuser.client.post(PLAN, data=sent | again).status_code == 200, "it can be stopped when that is read"
    assert not signed(bedside(house, clock).chart)


def test_a_stop_takes_no_plan_along_that_was_signed_between_its_look_and_its_write(
    someone, person, house, clock, between
):
    ready_to_sign(someone("a.reyes")).send("sign")
    [(_, first)] = signed(bedside(house, clock).chart)
    second = ready_to_sign(someone("a.reyes"))
    between(lambda: second.send("sign"))
    assert refuse(someone("a.reyes"), plan=first.plan).status == 409
    [(_, standing)] = signed(bedside(house, clock).chart)
    assert standing.plan != first.plan and due_of(bedside(house, clock))


def test_readings_that_came_meanwhile_do_not_keep_a_plan_from_being_stopped(someone, person, house, clock, charted):
    ready_to_sign(someone("a.reyes")).send("sign")
    [(_, plan)] = signed(bedside(house, clock).chart)
    one = someone("a.reyes")
    page = one.get(PLAN)
    charted("observation", {"what": "sedation-rass", "value": -3}, patient=P)
    sent = {name: page.hidden(name) for name in ("form", "id", "seen")} | {"plan": plan.plan, "option": ""}
    assert one.client.post(PLAN, data=sent | {f"{plan.plan}-because": "clinical"}).status_code == 200
    assert not signed(bedside(house, clock).chart)


@pytest.mark.parametrize("seen", ["", "0", "999999999", "9" * 15, "9" * 400, "²", "٣", "-1", "1e9"])
def test_no_number_in_the_form_makes_a_refusal_of_a_plan_that_was_signed_since(someone, person, house, clock, seen):
    wanted = waiting_plan(house, clock, someone)
    one = someone("a.reyes")
    page = one.get(PLAN)
    ready_to_sign(someone("a.reyes"), f"{ORDERS}?plan={wanted}").send("sign")
    sent = {name: page.hidden(name) for name in ("form", "id")} | {"plan": wanted, "option": "", "seen": seen}
    assert one.client.post(PLAN, data=sent | {f"{wanted}-because": "declined"}).status_code == 409
    assert [plan.plan for _, plan in signed(bedside(house, clock).chart)] == [wanted]


def test_a_plan_that_was_refused_meanwhile_is_not_refused_twice_and_it_is_said_by_whom(someone, person, house, clock):
    wanted = waiting_plan(house, clock, someone)
    one = someone("a.reyes")
    page = one.get(PLAN)
    refuse(someone("a.reyes"), plan=wanted)
    sent = {name: page.hidden(name) for name in ("form", "id", "seen")} | {"plan": wanted, "option": ""}
    came = Page(one.client.post(PLAN, data=sent | {f"{wanted}-because": "declined"}))
    assert came.status == 409 and "Plan refused" in came.text and "by Ana Reyes" in came.text
    assert [entry.kind for entry in plans(house)] == ["plan-proposed", "plan-refused"]
