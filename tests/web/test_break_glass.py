"""Break-glass: one chart, for reading, for a time, with a reason; and nothing of a chart learnt before."""

import re

import pytest

from leeward.record.permissions import GRANTED

REASON = "Complaint 17 is being looked into"
CHANGING = re.compile(r'(?<=value=")[0-9a-f]{32,64}(?=")')


def plain(page, patient):
    return CHANGING.sub("*", page.html).replace(patient, "PATIENT")


@pytest.mark.parametrize("who", ["m.haddad", "admin"])
def test_it_opens_one_chart_for_reading_for_an_hour(someone, house, clock, who):
    one = someone(who)
    assert one.get("/patients/demo-1").status == 403
    page = one.send("/break-glass", patient="demo-1", reason=REASON)
    assert page.status == 200 and "open to you for reading until Sun 22 Nov 10:00" in page.text
    written = next(house.record.latest(kinds=["break-glass"]))
    assert (written.patient, written.by, written.body["reason"], written.body["opens"]) == (
        "demo-1",
        who,
        REASON,
        "reading",
    )
    assert one.get("/patients/demo-1").status == 200
    read = next(house.record.latest(kinds=["read"]))
    assert (read.by, read.patient, read.body["basis"]) == (who, "demo-1", "break-glass")
    for minutes in (14, 14, 14, 14):
        clock.forward(minutes=minutes)
        assert one.get("/patients/demo-1").status == 200
    clock.forward(minutes=4)
    assert one.get("/patients/demo-1").status == 403
    assert "open to you" not in one.get("/break-glass").text


def test_it_opens_no_other_chart_and_nobody_else(someone, charted):
    charted("admission", {"name": "Somebody Else", "setting": "emergency", "synthetic": True}, patient="p-2")
    one = someone("m.haddad")
    one.send("/break-glass", patient="demo-1", reason=REASON)
    assert one.get("/patients/p-2").status == 403 and someone("admin").get("/patients/demo-1").status == 403
    assert one.get("/").status == 403


def test_before_it_no_page_tells_whether_there_is_such_a_chart(someone):
    one = someone("m.haddad")
    for path in ("/patients/{}", "/patients/{}/entries", "/patients/{}/notes", "/patients/{}/plan"):
        here, nowhere = (one.get(path.format(id)) for id in ("demo-1", "demo-none"))
        assert here.status == nowhere.status
        assert plain(here, "demo-1") == plain(nowhere, "demo-none")


@pytest.mark.parametrize("id", ["demo-none", "demo-1 ", "DEMO-1", "x" * 201, "demo-1\x00", "﷽"])
def test_where_there_is_no_such_chart_nothing_is_opened_and_no_entry_stands_about_nobody(someone, house, id):
    before, people = house.record.last_number(), house.ward.patients()
    page = someone("m.haddad").send("/break-glass", patient=id, reason=REASON)
    if id.strip() == "demo-1":
        assert page.status == 200 and house.record.last_number() == before + 1
        return
    assert page.status == 422 and "There is no chart of this id, so nothing was opened." in page.text
    assert REASON in page.html and 'href="#patient"' in page.html
    assert house.record.last_number() == before and house.ward.patients() == people


def test_that_there_is_none_is_told_only_to_those_who_find_every_chart_in_the_audit(someone):
    assert set(GRANTED["break-glass"]) == set(GRANTED["audit-read"])
    officer = someone("m.haddad")
    assert "Charted: admission" in officer.get("/administration/audit?group=charted&patient=demo-1").text
    assert "No entry fits" in officer.get("/administration/audit?group=charted&patient=demo-none").text


@pytest.mark.parametrize(
    ("field", "told"),
    [("reason", {"patient": "demo-1", "reason": "why not"}), ("reason", {"patient": "demo-1", "reason": "x" * 501}),
     ("patient", {"patient": "", "reason": REASON})],
)  # fmt: skip
def test_without_a_reason_or_a_chart_nothing_opens(someone, house, field, told):
    before = house.record.last_number()
    page = someone("m.haddad").send("/break-glass", **told)
    assert page.status == 422 and f'href="#{field}"' in page.html and house.record.last_number() == before


def test_who_reads_charts_by_role_has_nothing_to_break(someone):
    assert someone("n.park").get("/break-glass").status == 403
