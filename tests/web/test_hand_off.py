"""The hand-off: says what the chart says, carries the notice, and leaves no file and no page without an entry."""

from __future__ import annotations

import re

import pytest

from leeward.errors import BadInput
from leeward.record.egress import redisclosure_notice
from leeward.ward import state
from tests.unit.paper.pdf_words import words_of

AT = "/patients/demo-4/hand-off"


def left(house, patient="demo-4"):
    return [(one.kind, one.body["way"]) for one in house.record.entries(patient=patient, kinds=["read", "export"])]


@pytest.fixture
def unreadable(monkeypatch):
    """What an older Leeward took and this one cannot read."""

    def refuses(*_):
        raise BadInput.one("LW-0101", "exposures[0]", "This cannot be read.", "Correct it.")

    monkeypatch.setattr(state, "case_from", refuses)


def test_the_page_says_who_what_is_due_and_who_decided_and_carries_the_notice(someone, house):
    page = someone("n.park").get(AT)
    name = house.ward.bedside("demo-4", house.clock()).chart.name
    digest = house.ward.bedside("demo-4", house.clock()).digest
    assert page.status == 200 and f"Hand-off: {name}" in page.text and "by Nora Park" in page.text
    for said in ("How ill", "To do", "OVERDUE", "Plan signed by Ana Reyes", "Synthesis by the receiver", digest):
        assert said in page.text
    assert redisclosure_notice() in page.text


def test_showing_it_is_a_reading_and_its_button_a_printing(someone, house):
    before, nurse = left(house), someone("n.park")
    page = nurse.get(AT)
    assert left(house)[len(before) :] == [("read", "page")]
    assert 'class="paper hand-off no-print"' in page.html, "what was only opened stays off paper"
    page = nurse.send(AT)
    assert [way for kind, way in left(house)[len(before) :] if kind == "export"] == ["print"]
    assert 'class="paper hand-off"' in page.html and "Written down as printed by you" in page.text


def test_what_they_told_by_themself_and_nobody_answered_is_handed_over_first(someone, charted, clock):
    told = {"instrument": "sows-handelsman-16", "by": "self", "total": 29}
    charted("score", told, patient="demo-4", by="patient-self", role="patient-self", at=clock.now)
    clock.forward(minutes=10)
    nurse = someone("n.park")
    page = nurse.get(AT)
    said = "CALL Self-reported, not answered yet: SOWS-16 29, severe"
    assert said in page.text and page.text.index(said) < page.text.index("COWS")
    assert "Self-reported,notansweredyet" in words_of(nurse.client.get(f"{AT}.pdf").content).replace(" ", "")
    charted("note", {"text": "Called."}, patient="demo-4", at=clock.now)
    assert "not answered yet" not in nurse.get(AT).text


@pytest.mark.parametrize("paper", ["us-letter", "a4", "", "nonsense"])
def test_the_pdf_is_one_page_with_the_notice_and_its_entry_and_nobodys_name_in_its_headers(someone, house, paper):
    name = house.ward.bedside("demo-4", house.clock()).chart.name
    came = someone("n.park").client.get(f"{AT}.pdf?paper={paper}")
    assert came.status_code == 200 and came.headers["content-type"] == "application/pdf"
    assert came.headers["content-disposition"] == 'attachment; filename="hand-off.pdf"'
    assert came.headers["cache-control"] == "no-store"
    assert not [value for value in came.headers.values() if name.split(",")[0] in value]
    assert re.findall(rb"/Type\s*/Pages\s*/Count\s+(\d+)", came.content) == [b"1"]
    words = words_of(came.content)
    assert redisclosure_notice().replace(" ", "") in words.replace(" ", "")
    assert name.replace(" ", "") in words.replace(" ", "")
    assert ("export", "pdf") in left(house)


def test_where_no_entry_can_be_written_no_file_leaves(someone, house, monkeypatch):
    from leeward.record.trouble import Full

    nurse = someone("n.park")

    def full(*_):
        raise Full("The disk is full. Nothing was written; make room.")

    monkeypatch.setattr(type(house.record), "append", full)
    for path in (AT, f"{AT}.pdf"):
        came = nurse.client.get(path)
        assert came.status_code == 503 and not came.content.startswith(b"%PDF") and "Plan signed" not in came.text


def test_a_chart_that_is_no_case_is_said_so_and_nothing_counts_as_given(someone, house, unreadable):
    page = someone("n.park").get("/patients/demo-9/hand-off")
    assert page.status == 200 and "No hand-off can be made" in page.text
    file = someone("n.park").client.get("/patients/demo-9/hand-off.pdf")
    assert file.status_code == 409 and "cannot be read as a case" in file.text
    assert {kind for kind, _ in left(house, "demo-9")} <= {"read"}


def test_who_reads_by_break_glass_prints_nothing(someone, charted, clock):
    body = {"opens": "reading", "reason": "an incident is looked into", "until": "2026-11-22T10:00:00-05:00"}
    charted("break-glass", body, patient="demo-4", by="m.haddad", role="safety-officer")
    assert someone("m.haddad").get("/patients/demo-4").status == 200
    for path in (AT, f"{AT}.pdf"):
        assert someone("m.haddad").get(path).status == 403


def test_what_somebody_wrote_is_text_and_never_markup(someone, charted):
    charted("patient", {"name": "<b>#panic()</b>", "place": "bed <i>7</i>"}, patient="demo-4")
    page = someone("n.park").get(AT)
    assert "<b>#panic" not in page.html and "bed <i>7</i>" in page.text
    assert someone("n.park").client.get(f"{AT}.pdf").status_code == 200


def test_a_dose_charted_since_the_signing_is_no_longer_to_be_given(someone):
    page = someone("n.park").get(AT)
    assert (
        "GIVEN buprenorphine-naloxone, sublingual 8 mg, now. Given Sun 22 Nov 07:35, 8 mg, by Nora Park." in page.text
    )
    todo = page.html[page.html.index("To do</h2>") : page.html.index("What may happen")]
    assert 'aria-label="To do"></span></span>\n        <span class="said">buprenorphine' not in todo


def test_a_dose_that_was_struck_is_to_be_given_again_and_the_strike_is_told(someone, house, charted):
    (dose,) = [one for one in house.record.entries(patient="demo-4", kinds=["dose"]) if "medicine" in one.body]
    charted("correction", {"strikes": True, "reason": "wrong person"}, patient="demo-4", corrects=dose.number)
    page = someone("n.park").get(AT)
    assert "Given Sun" not in page.text and "GIVEN" not in page.text
    assert f"in the last 24 h: Struck entry {dose.number} (Gave buprenorphine" in page.text
    assert "Reason: wrong person (Tobias Okoye)" in page.text


def test_every_struck_entry_is_told_and_not_only_readings(someone, charted):
    told = [
        charted(kind, body, patient="demo-4")
        for kind, body in (
            ("medicine", {"name": "methadone", "dose": "60 mg"}),
            ("allergy", {"name": "penicillin"}),
            ("exposure", {"substance": "heroin"}),
            ("observation", {"what": "heart-rate", "value": 180, "unit": "/min"}),
            ("observation", {"what": "respiratory-rate", "value": 20, "unit": "/min"}),
            ("score", {"instrument": "cows", "total": 9}),
            ("condition", {"name": "asthma"}),
        )
    ]
    for one in told:
        charted("correction", {"strikes": True, "reason": "wrong person"}, patient="demo-4", corrects=one.number)
    page = someone("n.park").get(AT).text
    assert [one.number for one in told if f"Struck entry {one.number} (" not in page] == []


def test_what_was_corrected_longer_ago_is_not_told(someone, charted, clock):
    reading = charted("observation", {"what": "heart-rate", "value": 180, "unit": "/min"}, patient="demo-4")
    charted("correction", {"strikes": True, "reason": "typed"}, patient="demo-4", corrects=reading.number)
    assert f"Struck entry {reading.number}" in someone("n.park").get(AT).text
    clock.forward(hours=25)
    assert "in the last 24 h: nothing." in someone("n.park").get(AT).text


def test_a_dose_is_held_where_the_chart_speaks_against_it_and_the_plan_says_that_it_is_outrun(someone, charted):
    charted("observation", {"what": "sedation-rass", "value": -3}, patient="demo-4")
    charted("observation", {"what": "respiratory-rate", "value": 8, "unit": "/min"}, patient="demo-4")
    page = someone("n.park").get(AT)
    assert "HELD NOW Do not give buprenorphine-naloxone, sublingual 8 mg" in page.text
    assert "CHANGED Plan signed by Ana Reyes" in page.text and "2 readings" in page.text
    assert "HELDNOW" in words_of(someone("n.park").client.get(f"{AT}.pdf").content).replace(" ", "")


def test_a_due_dose_of_a_held_plan_is_held_and_not_overdue(someone, charted, clock):
    due = {"what": "First dose", "kind": "dose", "after_minutes": 0}
    line = {
        "what": "buprenorphine-naloxone, sublingual",
        "medicine": "buprenorphine-naloxone-sublingual",
        "dose": "4 mg",
    }
    plan = {"plan": "p-1", "option": "buprenorphine-standard", "title": "Start", "lines": [line], "due": [due]}
    charted("plan-signed", plan, by="a.reyes", role="prescriber")
    charted("observation", {"what": "sedation-rass", "value": -3})
    charted("observation", {"what": "respiratory-rate", "value": 8, "unit": "/min"})
    clock.forward(minutes=40)
    text = someone("n.park").get("/patients/demo-1/hand-off").text
    assert "HELD NOW First dose: " in text and "OVERDUE First dose" not in text


def test_the_reaction_to_an_allergy_is_handed_over(someone):
    assert "penicillin (rash)" in someone("n.park").get("/patients/demo-2/hand-off").text


def test_no_hand_off_within_the_programme_speaks_of_a_release(someone):
    assert "Released on this" not in someone("n.park").get(AT).text


def test_two_lines_of_one_medicine_take_one_dose_each(someone, charted, house, clock):
    medicine = "buprenorphine-naloxone-sublingual"
    lines = [
        {"what": "buprenorphine-naloxone", "medicine": medicine, "dose": "4 mg", "when": when}
        for when in ("now", "in 2 hours")
    ]
    plan = {"plan": "p-1", "option": "buprenorphine-standard", "lines": lines}
    charted("plan-signed", plan, by="a.reyes", role="prescriber")
    clock.forward(minutes=10)
    charted("dose", {"medicine": medicine, "dose": "2 mg"})
    text = someone("n.park").get("/patients/demo-1/hand-off").text
    assert "GIVEN buprenorphine-naloxone 4 mg, now. Given Sun 22 Nov 09:10, 2 mg, by Tobias Okoye." in text
    assert "buprenorphine-naloxone 4 mg, in 2 hours. Given" not in text


@pytest.mark.parametrize("patient", [f"demo-{number}" for number in range(1, 11)])
def test_no_word_that_only_a_program_writes_is_printed(someone, house, patient):
    """Goals, settings, substances and medicines stand by the names that people say, and not by their ids."""
    printed = words_of(someone("n.park").client.get(f"/patients/{patient}/hand-off.pdf").content)
    said = " ".join(printed.replace("\u200b", "").split())
    substances = house.knowledge.substances
    ids = {id for id, one in substances.items() if "-" in id and id not in one.name}
    ids |= {id for id in house.knowledge.medicines if id.endswith(("-sublingual", "-buccal", "-transdermal"))}
    goals = {"start-treatment", "continue-treatment", "symptom-relief", "home-start"}
    assert [id for id in sorted(ids | goals) if re.search(rf"(?<![\w-]){re.escape(id)}(?![\w-])", said)] == []
