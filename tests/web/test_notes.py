"""Notes of the ward; and counselling notes, of which others learn nothing."""

from __future__ import annotations

import re

import pytest

from leeward.record.consent import Recipient, give_consent
from leeward.record.people import enter_person
from leeward.record.portable import export_patient

NOTES, APART = "/patients/demo-1/notes", "/patients/demo-1/counselling-notes"


@pytest.fixture
def counselled(charted):
    return charted("counselling-note", {"text": "spoke about home"}, by="t.okoye")


def reads(house, part):
    kinds = ["read"]
    return [one for one in house.record.entries(patient="demo-1", kinds=kinds) if part in str(one.body)]


def test_a_note_is_written_and_read_by_all_who_treat(someone, house):
    came = someone("n.park").send(NOTES, text="Slept.\nAte <b>soup</b>.", at_ago="30")
    assert came.url == "/patients/demo-1"
    note = list(house.record.entries(patient="demo-1", kinds=["note"]))[-1]
    assert note.body == {"text": "Slept.\nAte <b>soup</b>."} and note.at == "2026-11-22T08:30:00-05:00"
    page = someone("j.lindqvist").get(NOTES)
    assert "Ate <b>soup</b>." in page.text and "<b>soup" not in page.html and "Nora Park" in page.text


@pytest.mark.parametrize("text", ["", "  \n ", "a\0b", "x" * 20_001])
def test_an_empty_or_broken_note_is_refused(someone, house, text):
    before = list(house.record.entries(patient="demo-1", kinds=["note"]))
    came = someone("n.park").send(NOTES, text=text)
    assert came.status == 422 and 'href="#text"' in came.html
    assert list(house.record.entries(patient="demo-1", kinds=["note"])) == before


def test_who_opened_a_chart_by_break_glass_sees_no_counselling_notes(someone, counselled):
    for person in ("m.haddad", "admin", "j.lindqvist"):
        came = someone(person).get(APART)
        assert came.status == 403 and "home" not in came.text


def test_others_learn_nothing_of_counselling_notes_not_even_that_there_are(someone, house, charted):
    before = someone("a.reyes").get(APART)
    charted("counselling-note", {"text": "spoke about home"}, by="t.okoye")
    after = someone("a.reyes").get(APART)
    assert before.text == after.text and "home" not in after.html
    assert not reads(house, "counselling-notes")


def test_who_wrote_it_reads_it_and_that_is_written_down(someone, house, counselled, charted):
    charted("counselling-note", {"text": "another's words"}, by="n.park")
    page = someone("t.okoye").get(APART)
    assert "spoke about home" in page.text and "another's words" not in page.text
    assert reads(house, "counselling-notes")[-1].by == "t.okoye"


def test_with_the_persons_consent_another_reads_it_until_it_ends(someone, house, counselled, clock):
    house.ward.catch_up()
    consent = give_consent(
        patient="demo-1",
        purposes=["treatment"],
        recipient=Recipient("programme-staff", "a.reyes"),
        parts=["counselling-notes"],
        until=clock.now.replace(hour=12),
        signed_by="Dana",
        signed_as="patient",
        signed_how="paper",
        by=house.ward.people["n.park"],
        role="nurse",
        now=clock.now,
        id="c" * 32,
    )
    house.record.append(consent, clock.now)
    assert "spoke about home" in someone("a.reyes").get(APART).text
    assert "spoke about home" not in someone("n.park").get(APART).text
    clock.forward(hours=4)
    assert "spoke about home" not in someone("a.reyes").get(APART).text


def test_a_counselling_note_is_written_and_is_no_part_of_the_chart(someone, house):
    nurse = someone("n.park")
    came = nurse.send(APART, text="spoke about work")
    assert came.url == APART and "spoke about work" in came.text
    assert "spoke about work" not in nurse.get(NOTES).text + nurse.get("/patients/demo-1").text
    assert [note.body["text"] for note in house.ward.counselling_notes("demo-1")] == ["spoke about work"]


def test_a_struck_counselling_note_is_not_shown(someone, charted, counselled):
    charted("counselling-note", {"strikes": True, "reason": "wrong person"}, by="t.okoye", corrects=counselled.number)
    assert "spoke about home" not in someone("t.okoye").get(APART).text


def test_who_wrote_a_counselling_note_words_it_anew_and_both_stay(someone, house, counselled):
    author, one = someone("t.okoye"), f"{APART}/{counselled.number}"
    assert f'href="{one}"' in author.get(APART).html and "spoke about home" in author.get(one).text
    assert reads(house, "counselling-notes")[-1].by == "t.okoye"
    came = author.send(one, what="replace", text="spoke about work", quick="typed wrong")
    assert came.url == APART and "spoke about work" in came.text and "spoke about home" not in came.text
    assert "Corrected since it was written." in came.text
    told = house.ward.counselling_notes("demo-1")
    assert [entry.body for entry in told] == [
        {"text": "spoke about home"},
        {"reason": "typed wrong", "replaces": {"text": "spoke about work"}},
    ]
    assert told[1].corrects == counselled.number


def test_who_wrote_a_counselling_note_strikes_it(someone, counselled):
    author, one = someone("t.okoye"), f"{APART}/{counselled.number}"
    for wrong, field in (
        ({}, "what"),
        ({"what": "strike"}, "reason"),
        ({"what": "replace", "quick": "typed wrong", "text": "spoke about home"}, "text"),
    ):
        came = author.send(one, **wrong)
        assert came.status == 422 and f'href="#{field}"' in came.html
    author.send(one, what="strike", reason="was another person")
    assert "None that you may read" in author.get(APART).text and author.get(one).status == 404


def test_a_counselling_note_of_another_cannot_be_corrected_nor_told_from_none(someone, house, counselled):
    other = someone("a.reyes")
    own = f"{APART}/{counselled.number}"
    assert other.get(own).status == 404 and other.get(own).text == other.get(f"{APART}/999999").text
    page = other.get(APART)
    data = {name: page.hidden(name) for name in ("form", "id")} | {"what": "strike", "reason": "no"}
    assert other.client.post(own, data=data).status_code == 404
    assert len(house.ward.counselling_notes("demo-1")) == 1
    assert someone("j.lindqvist").get(own).status == 403


def test_imported_counselling_notes_are_nobodys_own(someone, house, charted):
    """Hazard: whoever brings a record in would read in it what they may not read where it was written."""
    charted("counselling-note", {"text": "spoke about home"}, by="t.okoye")
    taken_out = b"".join(export_patient(house.record, "demo-1", by="x", now=house.clock(), with_counselling_notes=True))
    added = enter_person(person="d.both", name="Dual Both", roles=["administrator", "prescriber"], people=house.ward.people, by=None, now=house.clock(), id="d")  # fmt: skip
    house.record.append(added, house.clock())
    house.ward.catch_up()
    both = someone("d.both")
    form = both.get("/import")
    sent = {"form": form.hidden("form"), "id": form.hidden("id")}
    told = both.client.post("/import", data=sent, files={"file": ("e.jsonl", taken_out)})
    patient = re.search(r"imported-[0-9a-f]{24}", told.text)
    assert patient is not None
    assert "spoke about home" not in both.get(f"/patients/{patient[0]}/counselling-notes").html
