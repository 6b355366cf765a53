"""Doses: given or not, by a plan or without; what speaks against one is read before it is charted."""

from __future__ import annotations

import re

import pytest

DOSE = "/patients/demo-1/dose"
PLAN = {
    "plan": "p1",
    "option": "buprenorphine-standard",
    "title": "Buprenorphine",
    "lines": [
        {
            "what": "buprenorphine-naloxone, sublingual",
            "medicine": "buprenorphine-naloxone-sublingual",
            "dose": "8 mg",
            "hold_if": ["sedated (RASS -1 or lower)"],
        }
    ],
}


def written(house, before, kind="dose"):
    return [entry for entry in house.record.entries(patient="demo-1", after=before, kinds=[kind])]


@pytest.fixture
def patient(someone):
    """Somebody of whom nothing is charted but a name."""
    came = someone("n.park").send("/admit", name="Test, Dose")
    return came.url


def test_naloxone_without_a_plan_is_charted(someone, house, patient):
    came = someone("n.park").send(
        f"{patient}/dose", medicine="Narcan", dose="4", unit="mg", route="intranasal", given="yes", at_ago="5"
    )
    assert came.url == patient
    (entry,) = house.record.entries(patient=patient.rpartition("/")[2], kinds=["dose"])
    assert entry.body == {"medicine": "naloxone", "dose": "4 mg", "route": "intranasal"}
    assert entry.at == "2026-11-22T08:55:00-05:00"


def test_a_line_of_a_signed_plan_is_offered_with_what_it_is_held_for(someone, house, charted):
    entry = charted("plan-signed", PLAN, by="a.reyes", role="prescriber")
    nurse, before = someone("n.park"), house.record.last_number()
    page = nurse.get(DOSE)
    assert "Held if: sedated (RASS -1 or lower)" in page.text and "signed by Ana Reyes" in page.text
    assert not re.search(r"<input[^>]* checked", page.html)
    fields = {"line": f"{entry.number}-0", "dose": "8", "unit": "mg", "route": "sublingual", "given": "yes"}
    came = nurse.send(DOSE, **fields, **ticks(nurse.send(DOSE, **fields)))
    assert came.url == "/patients/demo-1", came.text
    assert written(house, before)[0].body["medicine"] == "buprenorphine-naloxone-sublingual"


def ticks(page):
    """What the form asks to have read."""
    return dict(re.findall(r'name="(read-[^"]+)" value="([^"]+)"', page.html))


def test_a_grave_alert_is_shown_and_read_before_the_dose_is_charted(someone, house, charted):
    charted("observation", {"what": "respiratory-rate", "value": 6, "unit": "/min"})
    nurse, before = someone("n.park"), house.record.last_number()
    fields = {"medicine": "methadone", "dose": "20", "unit": "mg", "route": "oral", "given": "yes"}
    came = nurse.send(DOSE, **fields)
    assert came.status == 422 and "sedated or breathing poorly" in came.text and "I have read this" in came.text
    assert not written(house, before)
    read = dict(re.findall(r'name="(read-[^"]+)" value="([^"]+)"', came.html))
    assert read
    other = nurse.send(DOSE, **(fields | read | {"dose": "30"}))
    assert other.status == 422 and not written(house, before), "a tick holds for the dose that was read about"
    came = nurse.send(DOSE, **(fields | read))
    assert came.status == 422 and 'href="#reason"' in came.html, "against the rules of its option: it is said why"
    came = nurse.send(DOSE, **(fields | read), reason="asked for by the prescriber")
    assert came.url == "/patients/demo-1" and written(house, before)[0].body["dose"] == "20 mg"
    assert "asked for by the prescriber" in written(house, before, "note")[0].body["text"]


def test_a_dose_that_was_not_given_is_a_note_with_its_reason(someone, house):
    nurse, before = someone("n.park"), house.record.last_number()
    fields = {"medicine": "clonidine", "dose": "0.1", "unit": "mg", "given": "no"}
    assert nurse.send(DOSE, **fields).status == 422
    nurse.send(DOSE, **fields, reason="asleep")
    assert not written(house, before)
    (note,) = written(house, before, "note")
    assert note.body["text"] == "Not given: clonidine 0.1 mg. asleep" and note.body["about"] == "dose"


def test_a_name_nearly_known_is_asked_about_and_may_stay_as_told(someone, house):
    nurse, before = someone("n.park"), house.record.last_number()
    fields = {"medicine": "methadon", "dose": "10", "unit": "mg", "given": "yes"}
    came = nurse.send(DOSE, **fields)
    assert came.status == 422 and "Did you mean methadone?" in came.text and 'value="methadon"' in came.html
    nurse.send(DOSE, **fields, as_told="yes")
    assert written(house, before)[0].body["medicine"] == "methadon"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"dose": ""}, "dose"),
        ({"dose": "8,000"}, "dose"),
        ({"dose": "-8"}, "dose"),
        ({"dose": "0"}, "dose"),
        ({"dose": "9" * 30}, "dose"),
        ({"dose": "30000"}, "dose"),
        ({"unit": ""}, "unit"),
        ({"unit": "tablet"}, "unit"),
        ({"route": "by post"}, "route"),
        ({"given": ""}, "given"),
        ({"medicine": ""}, "medicine"),
        ({"medicine": "na\0loxone"}, "medicine"),
        ({"at_ago": "-1"}, "at_ago"),
        ({"line": "999-0", "medicine": ""}, "line"),
    ],
)
def test_what_cannot_be_is_told_at_its_field_and_nothing_is_charted(someone, house, wrong, field, patient):
    good = {"medicine": "naloxone", "dose": "4", "unit": "mg", "route": "intranasal", "given": "yes"}
    came = someone("n.park").send(f"{patient}/dose", **(good | wrong))
    assert came.status == 422 and f'href="#{field}"' in came.html, came.text
    assert not list(house.record.entries(patient=patient.rpartition("/")[2], kinds=["dose"]))


def test_a_pharmacist_charts_no_dose(someone, house):
    before = house.record.last_number()
    assert someone("j.lindqvist").send(DOSE, medicine="naloxone", dose="4", unit="mg", given="yes").status == 403
    assert not written(house, before)


def test_a_line_without_the_dose_given_is_refused_with_the_planned_dose(someone, house, charted):
    entry = charted("plan-signed", PLAN, by="a.reyes", role="prescriber")
    nurse, before = someone("n.park"), house.record.last_number()
    page = nurse.get(DOSE)
    assert "By the plan: buprenorphine-naloxone, sublingual, 8 mg" in page.text
    assert not re.search(r'name="dose"[^>]* value="[^"]', page.html)
    came = nurse.send(DOSE, line=f"{entry.number}-0", given="yes", route="sublingual")
    assert came.status == 422 and 'href="#dose"' in came.html and "The plan says 8 mg." in came.text
    assert not written(house, before)


def test_what_holds_a_line_now_and_what_to_watch_stand_at_the_line(someone, charted):
    checked = PLAN | {"checks": ["Before each dose: sedation, respiratory rate."]}
    charted("plan-signed", checked, by="a.reyes", role="prescriber")
    nurse = someone("n.park")
    assert "Before each dose: sedation, respiratory rate." in nurse.get(DOSE).text
    assert "On hold now" not in nurse.get(DOSE).text
    charted("observation", {"what": "respiratory-rate", "value": 6, "unit": "/min"})
    assert "On hold now: " in nurse.get(DOSE).text and "6/min" in nurse.get(DOSE).text


@pytest.mark.parametrize(
    ("typed", "id"),
    [
        ("naloxone nasal spray 4 mg", "naloxone"),
        ("Suboxone film 8-2", "buprenorphine-naloxone-sublingual"),
    ],
)
def test_a_name_with_more_words_is_asked_about_and_charted_by_its_id(someone, house, patient, typed, id):
    nurse, chart = someone("n.park"), patient.rpartition("/")[2]
    fields = {"medicine": typed, "dose": "4", "unit": "mg", "given": "yes"}
    came = nurse.send(f"{patient}/dose", **fields)
    assert came.status == 422 and 'href="#meant"' in came.html and f"Do you mean {id}?" in came.text
    assert f'value="{typed}"' in came.html and f'name="meant" value="{id}"' in came.html
    assert not re.search(r'name="meant"[^>]* checked', came.html)
    assert nurse.send(f"{patient}/dose", **fields, meant="methadone").status == 422, (
        "what was not asked about is no answer"
    )
    assert not list(house.record.entries(patient=chart, kinds=["dose"]))
    ticked = dict(
        re.findall(r'name="(read-[^"]+)" value="([^"]+)"', nurse.send(f"{patient}/dose", **fields, meant=id).html)
    )
    if ticked:
        nurse.send(f"{patient}/dose", **fields, meant=id, **ticked)
    (entry,) = house.record.entries(patient=chart, kinds=["dose"])
    assert entry.body["medicine"] == id


GIVEN = {"medicine": "methadone", "dose": "20", "unit": "mg", "route": "oral", "given": "yes"}


def test_a_dose_of_before_is_checked_by_what_was_so_then(someone, house, charted, clock):
    charted("observation", {"what": "respiratory-rate", "value": 16, "unit": "/min"})
    clock.forward(hours=2)
    charted("observation", {"what": "respiratory-rate", "value": 6, "unit": "/min"})
    nurse = someone("n.park")
    now, then = nurse.send(DOSE, **GIVEN), nurse.send(DOSE, **GIVEN, at_ago="60")
    assert "respiratory rate 6" in now.text[now.text.index("Before this dose") :]
    assert "respiratory rate 6" not in then.text.partition("Which medicine")[0].partition("Before this dose")[2]


def test_what_was_seen_before_and_written_down_later_counts_for_a_dose_of_before(someone, house, charted, clock):
    low = clock.now
    clock.forward(hours=2)
    charted("observation", {"what": "respiratory-rate", "value": 6, "unit": "/min"}, at=low)
    charted("observation", {"what": "respiratory-rate", "value": 16, "unit": "/min"})
    then = someone("n.park").send(DOSE, **GIVEN, at_ago="110")
    assert then.status == 422 and "respiratory rate 6" in then.text.partition("Before this dose")[2]


def test_a_dose_before_others_is_looked_at_with_them(someone, house, charted, clock):
    clock.forward(hours=2)
    charted("dose", {"medicine": "methadone", "dose": "30 mg", "route": "oral"})
    nurse, before = someone("n.park"), house.record.last_number()
    told = nurse.send(DOSE, **GIVEN, at_ago="60").text.partition("Before this dose")[2]
    assert "The last dose of methadone has not had time to work" in told and not written(house, before)


def test_a_dose_that_another_charted_just_now_is_shown_and_read_before_one_more(someone, house, charted, clock):
    entry = charted("plan-signed", PLAN, by="a.reyes", role="prescriber")
    clock.forward(minutes=3)
    nurse, fields = someone("n.park"), {"dose": "8", "unit": "mg", "route": "sublingual", "given": "yes"}
    opened = nurse.get(DOSE)
    charted("dose", {"medicine": "Suboxone", "dose": "8 mg", "route": "sublingual"}, at=clock.now)
    clock.forward(minutes=2)
    shown = nurse.get(DOSE).text
    assert "Given in the last 24 hours, 8 mg: 8 mg" in shown and "by Tobias Okoye" in shown
    before = house.record.last_number()
    hidden = {name: opened.hidden(name) for name in ("form", "id", "seen")}
    sent = nurse.client.post(DOSE, data=hidden | fields | {"line": f"{entry.number}-0"})
    assert sent.status_code == 422 and "was given 2 min before this one" in sent.text
    assert not written(house, before)
    came = nurse.send(DOSE, line=f"{entry.number}-0", **fields)
    came = nurse.send(DOSE, line=f"{entry.number}-0", **fields, **ticks(came))
    assert came.url == "/patients/demo-1" and len(written(house, before)) == 1


AGAIN = {"what": "buprenorphine-naloxone, sublingual", "medicine": "buprenorphine-naloxone-sublingual", "dose": "8 mg",
         "when": "again, an hour or longer after the last dose"}  # fmt: skip


def test_why_a_dose_is_given_before_its_time_is_asked(someone, house, charted, clock):
    entry = charted("plan-signed", PLAN | {"lines": [AGAIN]}, by="a.reyes", role="prescriber")
    charted("dose", {"medicine": "Suboxone", "dose": "8 mg", "route": "sublingual"}, at=clock.now)
    clock.forward(minutes=20)
    nurse, before = someone("n.park"), house.record.last_number()
    fields = {"line": f"{entry.number}-0", "dose": "8", "unit": "mg", "route": "sublingual", "given": "yes"}
    read = ticks(nurse.send(DOSE, **fields))
    refused = nurse.send(DOSE, **fields, **read)
    assert (
        "Too soon by the plan" in refused.text and "it is not said why" in refused.text and not written(house, before)
    )
    came = nurse.send(DOSE, **fields, **ticks(refused), reason="Prescriber at the bedside asks for it")
    assert came.url == "/patients/demo-1" and len(written(house, before)) == 1
    [why] = written(house, before, "note")
    assert "Prescriber at the bedside" in why.body["text"]


def test_a_form_that_is_sent_twice_charts_one_dose_and_asks_nothing(someone, house):
    nurse, before = someone("n.park"), house.record.last_number()
    fields = {"medicine": "buprenorphine-sublingual", "dose": "8", "unit": "mg", "given": "yes"}
    page = nurse.get(DOSE)
    fields |= ticks(nurse.send(DOSE, **fields))
    data = {name: page.hidden(name) for name in ("form", "id", "seen")} | fields
    first, again = (nurse.client.post(DOSE, data=data) for _ in range(2))
    assert first.url.path == again.url.path == "/patients/demo-1"
    assert len(written(house, before)) == 1


def test_what_cannot_be_told_is_read_before_the_dose_is_charted(someone, house, charted):
    charted("medicine", {"name": "Vivitrol"})
    entry = charted("plan-signed", PLAN, by="a.reyes", role="prescriber")
    nurse, before = someone("n.park"), house.record.last_number()
    assert "Look before it is given: Cannot tell" in nurse.get(DOSE).text
    fields = {"line": f"{entry.number}-0", "dose": "8", "unit": "mg", "given": "yes"}
    came = nurse.send(DOSE, **fields)
    assert came.status == 422 and "naltrexone or nalmefene is on board" in came.text and not written(house, before)
    assert nurse.send(DOSE, **fields, **ticks(came)).url == "/patients/demo-1"


def test_clonidine_without_a_blood_pressure_is_not_charted_unread(someone, house, patient):
    nurse, fields = someone("n.park"), {"medicine": "clonidine", "dose": "0.3", "unit": "mg", "given": "yes"}
    came = nurse.send(f"{patient}/dose", **fields)
    assert came.status == 422 and "What is the blood pressure?" in came.text
    assert not list(house.record.entries(patient=patient.rpartition("/")[2], kinds=["dose"]))


def test_a_caution_is_read_and_its_reason_written(someone, house):
    nurse, before = someone("n.park"), house.record.last_number()
    fields = {"medicine": "buprenorphine-naloxone-sublingual", "dose": "64", "unit": "mg", "given": "yes"}
    came = nurse.send(DOSE, **fields)
    assert "Caution: Buprenorphine above 32 mg a day" in came.text and "Confirm that this is meant" in came.text
    assert nurse.send(DOSE, **fields, **ticks(came)).status == 422 and not written(house, before), "no reason"
    assert nurse.send(DOSE, **fields, **ticks(came), reason="meant").url == "/patients/demo-1"
    (note,) = written(house, before, "note")
    assert note.body["text"].endswith("64 mg was given: meant") and note.body["about"] == "dose"


METHADONE = {"medicine": "methadone", "dose": "10", "unit": "mg", "route": "oral", "given": "yes"}


@pytest.fixture
def plain(patient, charted, clock):
    """The same person, of whom every list is known to be empty and who breathes well."""
    id = patient.rpartition("/")[2]
    for kind in ("exposure", "medicine", "condition", "allergy", "dose"):
        charted(kind, {"none": True}, patient=id)
    charted("patient", {"age": 40, "sex": "male", "opioid_naive": "no"}, patient=id)
    for what, value, unit in (
        ("respiratory-rate", 16, "/min"),
        ("oxygen-saturation", 98, "%"),
        ("sedation-rass", 0, "points"),
    ):
        charted("observation", {"what": what, "value": value, "unit": unit}, patient=id)
    return patient


@pytest.mark.parametrize(
    ("kind", "body", "other", "severity"),
    [
        ("exposure", {"substance": "kratom-leaf"}, "kratom leaf", "major"),
        ("exposure", {"substance": "alcohol"}, "alcohol", "major"),
        ("exposure", {"substance": "benzodiazepine"}, "benzodiazepine", "major"),
        ("medicine", {"name": "alprazolam"}, "alprazolam", "major"),
        ("medicine", {"name": "levofloxacin"}, "levofloxacin", "major"),
        ("dose", {"medicine": "ondansetron", "dose": "4 mg"}, "ondansetron", "major"),
    ],
)  # fmt: skip
def test_what_a_dose_brings_together_is_read_before_it_is_charted(
    someone, house, charted, plain, kind, body, other, severity
):
    nurse, id = someone("n.park"), plain.rpartition("/")[2]
    assert f"with {other}" not in nurse.send(f"{plain}/dose", **METHADONE).text
    charted(kind, body, patient=id)
    before = house.record.last_number()
    came = nurse.send(f"{plain}/dose", **METHADONE, reason="x")
    told = came.text.partition("Before this dose")[2].partition("Which medicine")[0]
    found = re.search(rf"Interaction, {severity}: (methadone with {other}|{other} with methadone)", told)
    assert came.status == 422 and found and "Sources" in told, told
    assert not list(house.record.entries(patient=id, after=before, kinds=["dose"]))
    assert nurse.send(f"{plain}/dose", **METHADONE, **ticks(came), reason="x").url == plain


def test_an_interaction_that_stood_at_the_last_dose_is_shown_and_one_told_since_is_asked_about(someone, charted, plain):
    nurse, id = someone("n.park"), plain.rpartition("/")[2]
    charted("medicine", {"name": "alprazolam"}, patient=id)
    charted("dose", {"medicine": "methadone", "dose": "10 mg"}, patient=id)
    asked = re.findall(r'name="(read-together[^"]*)"', nurse.send(f"{plain}/dose", **METHADONE).html)
    assert not asked and "methadone with alprazolam" in nurse.send(f"{plain}/dose", **METHADONE).text
    charted("exposure", {"substance": "alcohol"}, patient=id)
    assert re.findall(r'name="(read-together[^"]*)"', nurse.send(f"{plain}/dose", **METHADONE).html)


def test_an_interaction_that_whoever_signed_has_read_stands_at_the_line_and_is_not_asked_again(someone, charted):
    read: dict[str, object] = dict(PLAN)
    unread = charted("plan-signed", PLAN, by="a.reyes", role="prescriber")
    nurse, fields = someone("n.park"), {"dose": "8", "unit": "mg", "given": "yes"}
    shown = nurse.get(DOSE).text
    assert "Interaction, major: sublingual buprenorphine-naloxone with illicit fentanyl" in shown
    assert "read-together" in nurse.send(DOSE, line=f"{unread.number}-0", **fields).html
    read["read"] = ["Interaction, major: buprenorphine-naloxone-sublingual with illicit fentanyl"]
    signed = charted("plan-signed", read | {"plan": "p2"}, by="a.reyes", role="prescriber")
    assert "read-together" not in nurse.send(DOSE, line=f"{signed.number}-0", **fields).html


def test_a_dose_tells_by_how_much_its_level_was_changed_in_people(someone, charted, plain):
    nurse, id = someone("n.park"), plain.rpartition("/")[2]
    charted("exposure", {"substance": "kratom-leaf"}, patient=id)
    came = nurse.send(f"{plain}/dose", medicine="midazolam", dose="2", unit="mg", given="yes", reason="x")
    told = came.text.partition("Before this dose")[2].partition("Which medicine")[0]
    assert "Level of midazolam: AUC 1.39 times (90 % confidence interval 1.23 to 1.57)" in told, told
    assert "12 healthy adults" in told and "2 g of leaf" in told and "Not shown:" in told


def test_a_dose_is_looked_at_before_it_is_given_and_nothing_is_charted(someone, house):
    nurse, before = someone("n.park"), house.record.last_number()
    came = nurse.send(DOSE, medicine="hydroxyzine", look="yes")
    told = came.text.partition("Before this dose is given")[2].partition("Which medicine")[0]
    assert came.status == 200 and "Looked at, not charted" in told and "Interaction, moderate" in told
    assert "does not say that it is safe" in told and "I have read this" not in told
    assert not written(house, before) and not written(house, before, "note")
    assert nurse.send(DOSE, look="yes").status == 422


def test_naloxone_waits_for_nothing_that_is_not_known_and_for_no_dose_before_it(
    someone, house, charted, patient, clock
):
    """Hazard: a form that asks questions while somebody does not breathe, or a second dose that goes uncharted."""
    nurse, id = someone("n.park"), patient.rpartition("/")[2]
    charted("patient", {"age": 15}, patient=id)
    charted("exposure", {"substance": "unknown"}, patient=id)
    charted("dose", {"medicine": "methadone", "dose": "80 mg"}, patient=id)
    for medicine in ("naloxone", "naloxone", "nalmefene"):
        came = nurse.send(f"{patient}/dose", medicine=medicine, dose="4", unit="mg", route="intranasal", given="yes")
        assert came.url == patient, came.text
        clock.forward(minutes=2)
    assert len(list(house.record.entries(patient=id, kinds=["dose"]))) == 4


def test_a_medicine_that_leeward_does_not_know_keeps_the_name_that_was_typed(someone):
    nurse = someone("n.park")
    fields = {"medicine": "unheard-of remedy", "dose": "20", "unit": "mg", "as_told": "yes"}
    nurse.send("/patients/demo-1/dose", **fields, given="no", reason="Asleep")
    assert "Not given: unheard-of remedy 20 mg. Asleep" in nurse.get("/patients/demo-1/notes").text
