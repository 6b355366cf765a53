"""The plan: made of a proposal, checked, signed by name, refused with a reason, and refused where the chart has changed."""

from __future__ import annotations

import html
import re

import pytest

from leeward.record.chart import chart_bytes, chart_of
from leeward.ward.due import due_of
from leeward.ward.filling import drafts_of
from leeward.ward.plans import signed, unsigned, written_plan

P = "plan-1"
PLAN = f"/patients/{P}/plan"
ORDERS = f"{PLAN}/buprenorphine-standard"
ITEMS = {
    "pulse": 2, "sweating": 2, "restlessness": 3, "pupils": 1, "aches": 2, "nose_eyes": 1, "gi": 2, "tremor": 1,
    "yawning": 1, "anxiety": 2, "gooseflesh": 3,
}  # fmt: skip


def at(time: str) -> str:
    return f"2026-11-22T{time}:00-05:00"


def document(**besides):
    return {
        "synthetic": True,
        "setting": "emergency",
        "jurisdiction": "US-PA",
        "patient": {"age": 34, "sex": "female", "pregnant": "no", "weight_kg": 70},
        "goals": ["start-treatment"],
        "exposures": [{"substance": "heroin", "last_use": "2026-11-21T12:00:00-05:00", "route": "intravenous"}],
        "medicines": [],
        "doses": [],
        "allergies": [],
        "conditions": [{"name": "opioid use disorder"}],
        "observations": [
            {"what": "heart-rate", "value": 100, "unit": "/min", "at": at("08:30")},
            {"what": "respiratory-rate", "value": 16, "unit": "/min", "at": at("08:30")},
            {"what": "oxygen-saturation", "value": 98, "unit": "%", "at": at("08:30")},
            {"what": "sedation-rass", "value": 0, "at": at("08:30")},
        ],
        "scores": [{"instrument": "cows", "at": at("08:30"), "items": ITEMS}],
    } | besides


@pytest.fixture
def person(house, clock):
    """Somebody in withdrawal after heroin, to whom a standard start is offered."""
    drafts = drafts_of(
        document(), patient=P, name="Demo, Pat", by="n.park", role="nurse", at=clock.now, id="made-for-plan"
    )
    house.record.append_all(list(drafts), clock.now)
    house.ward.catch_up()
    return P


class Form:
    """The orders page as a browser holds it: every field with its value, to be changed and sent."""

    def __init__(self, someone, path: str = ORDERS) -> None:
        self.someone, self.path, self.page = someone, path.partition("?")[0], someone.get(path)
        assert self.page.status == 200, self.page.text[:500]
        self.fields = fields_of(self.page.html)

    def set(self, **fields: str) -> Form:
        self.fields |= {name.replace("__", "-"): value for name, value in fields.items()}
        return self

    def order(self, n: int, **fields: str) -> Form:
        self.fields |= {f"order-{n}": "yes"} | {f"{name}-{n}": value for name, value in fields.items()}
        return self

    def send(self, do: str):
        from tests.web.conftest import Page

        return Page(self.someone.client.post(self.path, data=self.fields | {"do": do}))


def fields_of(page: str) -> dict[str, str]:
    form = page[page.index('class="orders"') :]
    found: dict[str, str] = {}
    for tag in re.findall(r"<input\b[^>]*>", form):
        given = {name: html.unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}
        if given.get("type") == "checkbox" and " checked" not in tag:
            continue
        if "name" in given:
            found[given["name"]] = given.get("value", "")
    for name, options in re.findall(r'<select id="[^"]*" name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    for name, text in re.findall(r'<textarea id="[^"]*" name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        found[name] = html.unescape(text)
    return found


def bedside(house, clock):
    house.ward.catch_up()
    found = house.ward.bedside(P, clock.now)
    assert found is not None
    return found


def plans(house):
    return [entry for entry in house.record.entries(patient=P) if entry.kind.startswith("plan-")]


def ready(someone, **order: str) -> Form:
    return Form(someone).order(0, medicine="buprenorphine-sublingual", **order)


def signing(someone, name: str = "Ana Reyes", **order: str):
    form = ready(someone, **order).set(signed_name=name)
    checked = form.send("check")
    boxes = re.findall(r'id="(read-\w+)"', checked.html)
    return form.set(**dict.fromkeys(boxes, "yes"))


def test_every_plan_page_leads_with_treatment_naloxone_counselling_and_follow_up(someone, person):
    text = someone("n.park").get(PLAN).text
    places = [text.index(words) for words in ("Offer ongoing treatment first", "Take-home naloxone", "Counselling.", "Follow-up within 72", "Proposed now")]  # fmt: skip
    assert places == sorted(places)


def test_no_line_is_ticked_and_no_medicine_is_chosen_before_a_person_does(someone, person):
    form = Form(someone("a.reyes"))
    assert not [name for name in form.fields if name.startswith(("order-", "home-", "read-"))]
    assert form.fields["medicine-0"] == "" and form.fields["dose-0"] == "8 mg"
    refused = form.set(signed_name="Ana Reyes").send("sign")
    assert refused.status == 422 and "No line is ticked" in refused.text


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


def test_check_says_what_the_rules_say_and_writes_nothing(someone, person, house):
    before = len(list(house.record.entries(patient=P)))
    came = ready(someone("a.reyes"), dose="800 mg").set(reason="to see").send("check")
    assert came.status == 200 and "What the rules say of these orders" in came.text
    assert "Urgent" in came.text and "I have read this" in came.text and 'value="800 mg"' in came.html
    written = [entry for entry in list(house.record.entries(patient=P))[before:] if entry.kind != "read"]
    assert not written


def test_a_grave_alert_is_read_before_one_signs(someone, person, house):
    form = ready(someone("a.reyes"), dose="800 mg").set(reason="as told by the specialist", signed_name="Ana Reyes")
    refused = form.send("sign")
    assert refused.status == 422 and "has to be read before you sign" in refused.text and not plans(house)
    boxes = re.findall(r'id="(read-\w+)"', refused.html)
    assert boxes
    form.set(**dict.fromkeys(boxes, "yes")).send("sign")
    [entry] = plans(house)
    assert len(written_plan(entry).read) == len(boxes)


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
    assert shown.status == 422 and "buprenorphine-sublingual with heroin" in shown.text, "read before it is signed"
    ticks = dict.fromkeys(re.findall(r'id="(read-\w+)"', shown.html), "yes")
    assert ticks and form.set(**ticks).send("sign").status == 200
    [(_, plan)] = signed(bedside(house, clock).chart)
    assert plan.plan == waiting.plan and not unsigned(bedside(house, clock).chart)


def test_a_plan_that_was_decided_meanwhile_is_not_signed_again(someone, person, house, clock):
    ready(someone("a.reyes")).send("save")
    [(_, waiting)] = unsigned(bedside(house, clock).chart)
    form = Form(someone("a.reyes"), f"{ORDERS}?plan={waiting.plan}").set(signed_name="Ana Reyes")
    refuse(someone("a.reyes"), plan=waiting.plan)
    refused = form.send("sign")
    assert refused.status == 409 and "Plan refused" in refused.text
    assert [entry.kind for entry in plans(house)] == ["plan-proposed", "plan-refused"]


def refuse(one, plan="", option="", because="declined", words=""):
    prefix = plan or option
    return one.send(PLAN, plan=plan, option=option, **{f"{prefix}-because": because, f"{prefix}-words": words})


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


def test_a_signed_plan_is_stopped_with_a_reason_and_nothing_is_due(someone, person, house, clock):
    signing(someone("a.reyes")).send("sign")
    [(_, plan)] = signed(bedside(house, clock).chart)
    came = refuse(someone("a.reyes"), plan=plan.plan, because="other", words="went to surgery")
    assert "stopped by Ana Reyes" in came.text and "went to surgery" in came.text
    assert not signed(bedside(house, clock).chart) and not due_of(bedside(house, clock))


def test_a_signed_plan_is_marked_when_the_chart_changes_and_says_by_what(someone, person, house, charted):
    signing(someone("a.reyes")).send("sign")
    assert "has changed since this was signed" not in someone("n.park").get(PLAN).text
    charted("condition", {"name": "cirrhosis"}, patient=P)
    text = someone("n.park").get(PLAN).text
    assert "has changed since this was signed" in text and "Condition: cirrhosis" in text


@pytest.mark.parametrize("option", ["buprenorphine-low-dose", "supervised-taper", "naltrexone-extended-release"])
@pytest.mark.parametrize("do", ["sign", "save", "check"])
def test_a_forged_form_makes_no_plan_of_an_option_that_is_not_offered(someone, person, house, option, do):
    form = signing(someone("a.reyes"))
    form.path = f"{PLAN}/{option}"
    refused = form.send(do)
    assert refused.status == 409 and "No plan can be made of" in refused.text and not plans(house)
    page = someone("a.reyes").get(f"{PLAN}/{option}")
    assert "No orders can be made of it now" in page.text and 'name="do"' not in page.html


def test_an_option_that_is_not_offered_any_more_at_the_instant_of_signing_is_refused(someone, person, house, charted):
    form = signing(someone("a.reyes"))
    charted("observation", {"what": "sedation-rass", "value": -3}, patient=P)
    refused = form.send("sign")
    assert refused.status == 409 and "No plan can be made of" in refused.text and not plans(house)
    assert "edated" in refused.text


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


def test_replaying_the_entries_gives_the_same_plan_and_the_same_due_list(someone, person, house, clock, charted):
    signing(someone("a.reyes")).send("sign")
    charted("dose", {"medicine": "buprenorphine-sublingual", "dose": "8 mg"}, patient=P)
    standing = bedside(house, clock)
    replayed = house.ward.bedside_of(tuple(e for e in house.record.entries(patient=P) if e.kind != "read"), clock.now)
    assert chart_bytes(chart_of(replayed.entries, clock.now)) == chart_bytes(standing.chart)
    assert due_of(replayed) == due_of(standing)


def typed_order(form: Form, n: int, what: str, dose: str) -> Form:
    """A line of one's own on the form."""
    return form.set(**{f"what-{n}": what, f"dose-{n}": dose, f"medicine-{n}": "named", f"order-{n}": "yes"})


def own_row(form: Form) -> int:
    """The first empty line of one's own."""
    return min(int(name[5:]) for name, value in form.fields.items() if name.startswith("what-") and not value)


def ticks(page) -> dict[str, str]:
    return dict.fromkeys(re.findall(r'(?:id|name)="(read-\w+)"', page.html), "yes")


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


def test_an_interaction_is_new_where_only_its_pair_is(someone, house, clock):
    """Another pair of the same kind stands in the chart already."""
    told = document(medicines=[{"name": "diazepam"}])
    drafts = drafts_of(told, patient=P, name="Demo, Pat", by="n.park", role="nurse", at=clock.now, id="made-for-pair")
    house.record.append_all(list(drafts), clock.now)
    house.ward.catch_up()
    form = ready(someone("a.reyes"))
    checked = typed_order(form, own_row(form), "lorazepam", "2 mg").send("check").text
    assert "lorazepam" in checked[checked.index("What the rules say") :].partition("Interaction,")[2]


def test_a_caution_is_read_before_signing_and_its_reason_written(someone, person, house):
    form = ready(someone("a.reyes"), dose="32.5 mg").set(signed_name="Ana Reyes", reason="outside")
    form.fields["reason"] = ""
    refused = form.send("sign")
    assert "Caution: Buprenorphine above 32 mg a day" in refused.text and 'href="#reason"' in refused.html
    boxes = ticks(refused)
    assert form.set(reason="tolerance is high").send("sign").status == 422 and not plans(house), "not ticked"
    assert form.set(**boxes).send("sign").status == 200


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
