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


def test_showing_it_is_written_down_as_printed_and_as_read(someone, house):
    before = left(house)
    someone("n.park").get(AT)
    assert left(house)[len(before) :] == [("export", "print"), ("read", "page")]


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
