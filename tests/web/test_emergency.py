"""Emergency disclosure: who and why is on disk before anything leaves, to them alone, and for a time."""

from __future__ import annotations

import pytest

from leeward.record.egress import redisclosure_notice
from leeward.record.trouble import Full
from tests.unit.paper.pdf_words import words_of

AT = "/patients/demo-1/emergency"
TOLD = {"recipient": "Dr. Ito, City Hospital", "reason": "Found unresponsive, breathing 6 a minute"}


def entries(house, kind, patient="demo-1"):
    return [one for one in house.record.entries(patient=patient, kinds=[kind])]


def released(someone, entry, person="n.park", at=AT, what="hand-off"):
    return someone(person).send(at, at=f"{at}/release", entry=str(entry.number), what=what)


@pytest.mark.parametrize("person", ["n.park", "a.reyes", "j.lindqvist"])
def test_an_emergency_is_entered_and_nothing_has_left_yet(someone, house, person):
    came = someone(person).send(AT, **TOLD)
    assert came.status == 200 and "It is written down" in came.text and "Open: to Dr. Ito" in came.text
    (entry,) = entries(house, "break-glass")
    assert entry.by == person and entry.body | TOLD == entry.body and entry.body["opens"] == "disclosure"
    assert not entries(house, "export")


def test_then_the_hand_off_goes_to_them_with_the_notice_and_its_entry(someone, house):
    someone("n.park").send(AT, **TOLD)
    came = released(someone, entries(house, "break-glass")[0])
    assert came.response.content.startswith(b"%PDF")
    assert redisclosure_notice().replace(" ", "") in words_of(came.response.content).replace(" ", "")
    assert "Releasedonthis:Medicalemergency" in words_of(came.response.content).replace(" ", "")
    assert came.response.headers["content-disposition"] == 'attachment; filename="hand-off.pdf"'
    (export,) = entries(house, "export")
    assert export.body["basis"] == "medical-emergency" and export.body["purpose"] == "medical-emergency"
    assert export.body["recipient"] == {"kind": "emergency-personnel", "name": TOLD["recipient"]}


def test_it_ends_after_its_time(someone, house, clock):
    someone("n.park").send(AT, **TOLD)
    clock.forward(minutes=61)
    nurse = someone("n.park")
    assert "Ended: to Dr. Ito" in nurse.get(AT).text
    came = released(someone, entries(house, "break-glass")[0])
    assert came.status == 403 and not entries(house, "export")


def test_an_emergency_of_one_person_opens_nobody_else(someone, house):
    someone("n.park").send(AT, **TOLD)
    came = released(someone, entries(house, "break-glass")[0], at="/patients/demo-2/emergency")
    assert came.status == 422 and not entries(house, "export", "demo-2")


def test_reading_by_break_glass_is_no_emergency_disclosure(someone, house, charted):
    body = {"opens": "reading", "reason": "an incident is looked into", "until": "2026-11-22T10:00:00-05:00"}
    entry = charted("break-glass", body | {"recipient": "X"}, by="m.haddad", role="safety-officer")
    assert released(someone, entry).status == 422 and not entries(house, "export")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"recipient": " "}, "recipient"), ({"reason": "ill"}, "reason"), ({"recipient": "a\0b"}, "recipient")],
)
def test_without_whom_or_why_nothing_is_entered(someone, house, wrong, field):
    came = someone("n.park").send(AT, **(TOLD | wrong))
    assert came.status == 422 and f'href="#{field}"' in came.html and not entries(house, "break-glass")


def test_what_is_not_offered_in_an_emergency_does_not_leave(someone, house):
    someone("n.park").send(AT, **TOLD)
    entry = entries(house, "break-glass")[0]
    for what in ("record", "record-and-counselling", "", "x"):
        assert released(someone, entry, what=what).status == 422
    assert not entries(house, "export")


def test_where_the_entry_cannot_be_written_nothing_leaves(someone, house, monkeypatch):
    someone("n.park").send(AT, **TOLD)
    nurse, entry = someone("n.park"), entries(house, "break-glass")[0]
    form = nurse.get(AT).hidden("form")

    def full(*_):
        raise Full("The disk is full. Nothing was written; make room.")

    monkeypatch.setattr(type(house.record), "append", full)
    came = nurse.client.post(f"{AT}/release", data={"form": form, "entry": str(entry.number), "what": "hand-off"})
    assert came.status_code == 503 and not came.content.startswith(b"%PDF")


def test_an_administrator_discloses_nothing(someone, house):
    assert someone("admin").get(AT).status == 403
    assert not entries(house, "break-glass")
