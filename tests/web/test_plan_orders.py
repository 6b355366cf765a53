"""An option as orders: ticked and chosen by a person, checked, changed, kept as a proposal."""

from __future__ import annotations

import re

import pytest

from leeward.ward.filling import drafts_of
from leeward.ward.plans import unsigned, written_plan
from tests.web.plan_forms import (
    PLAN,
    Form,
    P,
    admitted,
    bedside,
    document,
    own_row,
    plans,
    ready,
    typed_order,
)


@pytest.fixture
def person(house, clock):
    """Somebody in withdrawal after heroin, to whom a standard start is offered."""
    return admitted(house, clock)


def test_no_line_is_ticked_and_no_medicine_is_chosen_before_a_person_does(someone, person):
    form = Form(someone("a.reyes"))
    assert not [name for name in form.fields if name.startswith(("order-", "home-", "read-"))]
    assert form.fields["medicine-0"] == "" and form.fields["dose-0"] == "8 mg"
    refused = form.set(signed_name="Ana Reyes").send("sign")
    assert refused.status == 422 and "No line is ticked" in refused.text


def test_check_says_what_the_rules_say_and_writes_nothing(someone, person, house):
    before = len(list(house.record.entries(patient=P)))
    came = ready(someone("a.reyes"), dose="800 mg").set(reason="to see").send("check")
    assert came.status == 200 and "What the rules say of these orders" in came.text
    assert "Urgent" in came.text and "I have read this" in came.text and 'value="800 mg"' in came.html
    written = [entry for entry in list(house.record.entries(patient=P))[before:] if entry.kind != "read"]
    assert not written


def test_a_dose_beyond_the_source_needs_a_reason_and_is_kept_as_a_change(someone, person, house):
    form = ready(someone("a.reyes"), dose="12 mg")
    refused = form.send("save")
    assert refused.status == 422 and "above what is proposed (1 to 8 mg" in refused.text and not plans(house)
    assert 'value="12 mg"' in refused.html
    form.set(reason="needed 12 mg last time").send("save")
    [entry] = plans(house)
    assert entry.kind == "plan-changed" and entry.body["reason"] == "needed 12 mg last time"


def test_a_dose_that_is_no_mass_is_told_in_the_readers_words_at_its_field(someone, person, house):
    refused = ready(someone("a.reyes"), dose="2 tab").send("save")
    assert refused.status == 422 and not plans(house)
    assert re.search(r'id="dose-0-problem">[^<]*is not a mass. Give the strength in mg', refused.html)
    assert 'value="2 tab"' in refused.html


@pytest.mark.parametrize("field", ["when", "dose", "hold", "checks", "reason", "follow_who", "due-what-0"])
@pytest.mark.parametrize("sign", ["\u202e", "\x07", "\u200b"])
def test_characters_that_are_not_seen_or_turn_the_words_are_refused_in_an_order(someone, person, house, field, sign):
    name = f"{field}-0" if field in ("when", "dose", "hold") else field
    refused = ready(someone("a.reyes")).set(**{name: f"every {sign}12 hours"}).send("save")
    assert refused.status == 422 and "characters that cannot be read" in refused.text and not plans(house)


@pytest.mark.parametrize("field", ["when-0", "hold-0", "dose-0", "reason", "follow_who", "due-what-0"])
def test_a_field_that_nobody_would_read_to_its_end_is_refused(someone, person, house, field):
    refused = ready(someone("a.reyes")).set(**{field: "word " * 120}).send("save")
    assert refused.status == 422 and "too long" in refused.text and not plans(house)


@pytest.mark.parametrize("between", ["\n", "\r\n", "\x1f", "\xa0", "\u2028", "   "], ids=repr)
def test_a_field_of_one_line_stays_one(someone, person, house, between):
    """Hazard: a second line stands on the hand-off as if it were an order of its own."""
    ready(someone("a.reyes")).set(follow_who=f"Dr. Ito{between}Clinic").send("save")
    plan = written_plan(plans(house)[0])
    assert plan is not None and plan.follow_up is not None and plan.follow_up.who == "Dr. Ito Clinic"


def test_a_list_of_checks_that_nobody_would_read_is_refused(someone, person, house):
    refused = ready(someone("a.reyes")).set(checks="look\n" * 2000).send("save")
    assert refused.status == 422 and "too long" in refused.text and not plans(house)


def test_a_line_of_ones_own_is_kept_and_an_unknown_medicine_is_no_obstacle(someone, person, house, clock):
    form = ready(someone("a.reyes"))
    own = max(int(name[5:]) for name in form.fields if re.fullmatch(r"what-\d+", name))
    form.order(own, medicine="named", what="zorbinol, by mouth", dose="5 mg", when="once").send("save")
    [(_, plan)] = unsigned(bedside(house, clock).chart)
    assert [(line.what, line.medicine) for line in plan.lines][1] == ("zorbinol, by mouth", "")


def test_a_line_that_is_written_and_not_ticked_is_asked_about(someone, person, house):
    form = ready(someone("a.reyes"))
    own = max(int(name[5:]) for name in form.fields if re.fullmatch(r"what-\d+", name))
    refused = form.set(**{f"what-{own}": "ondansetron"}).send("save")
    assert refused.status == 422 and "written and not ticked" in refused.text and not plans(house)


def test_due_items_are_changed_left_out_and_added(someone, person, house, clock):
    form = ready(someone("a.reyes"))
    last = max(int(name[9:]) for name in form.fields if re.fullmatch(r"due-what-\d+", name))
    first = next(
        n for n in range(last) if form.fields[f"due-what-{n}"] == "COWS" and form.fields[f"due-after-{n}"] == "30"
    )
    form.set(**{f"due-after-{first}": "45", "due-out-0": "yes"})
    form.set(**{f"due-what-{last}": "call the pharmacy", f"due-after-{last}": "90", f"due-from-{last}": "signing"})
    form.send("save")
    [(_, plan)] = unsigned(bedside(house, clock).chart)
    assert ("score", 45) in {(due.kind, due.after_minutes) for due in plan.due}
    assert "dose" not in {due.kind for due in plan.due}
    assert ("call the pharmacy", "other", 90) in {(due.what, due.kind, due.after_minutes) for due in plan.due}


def test_comfort_medicines_are_ticked_by_a_person(someone, person, house, clock):
    form = Form(someone("a.reyes"), f"{PLAN}/symptomatic-care")
    assert not [name for name in form.fields if name.startswith("order-")]
    text = form.page.text
    assert "For aches" in text and "Caution" in text
    n = next(
        int(name[4:]) for name, value in form.fields.items() if name.startswith("key-") and "acetaminophen" in value
    )
    assert form.fields[f"dose-{n}"] == "" and "650 to 1000 mg every 4 to 6 h" in text
    refused = form.order(n).send("save")
    assert refused.status == 422 and "This line has no dose" in refused.text
    form.order(n, dose="650 mg").send("save")
    [(_, plan)] = unsigned(bedside(house, clock).chart)
    assert [(line.medicine, line.dose) for line in plan.lines] == [("acetaminophen", "650 mg")]


def test_an_interaction_is_new_where_only_its_pair_is(someone, house, clock):
    """Another pair of the same kind stands in the chart already."""
    told = document(medicines=[{"name": "diazepam"}])
    drafts = drafts_of(told, patient=P, name="Demo, Pat", by="n.park", role="nurse", at=clock.now, id="made-for-pair")
    house.record.append_all(list(drafts), clock.now)
    house.ward.catch_up()
    form = ready(someone("a.reyes"))
    checked = typed_order(form, own_row(form), "lorazepam", "2 mg").send("check").text
    assert "lorazepam" in checked[checked.index("What the rules say") :].partition("Interaction,")[2]


def test_what_may_stay_empty_is_marked(someone, person):
    page = Form(someone("a.reyes")).page.html
    for name in (
        "when-0",
        "day-0",
        "hold-0",
        "due-every-0",
        "due-lasts-0",
        "checks",
        "follow_who",
        "follow_at",
        "reason",
    ):
        assert re.search(rf'<label for="{name}">[^<]* <span class="optional">optional', page), name
    for name in ("dose-0", "medicine-0", "due-what-0", "due-after-0", "signed_name"):
        assert re.search(rf'<label for="{name}">[^<]*</label>', page), name
