"""Break-glass: one chart, for reading, for a time, with a reason; and nothing learnt about anybody before."""

import re

import pytest

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


def test_before_it_nothing_tells_whether_there_is_such_a_chart_and_neither_does_its_own_answer(someone):
    one, other = someone("m.haddad"), someone("m.haddad")
    for path in ("/patients/{}", "/patients/{}/entries", "/patients/{}/notes", "/patients/{}/plan"):
        here, nowhere = (one.get(path.format(id)) for id in ("demo-1", "demo-none"))
        assert here.status == nowhere.status
        assert plain(here, "demo-1") == plain(nowhere, "demo-none")
    here = one.send("/break-glass", patient="demo-1", reason=REASON)
    nowhere = someone("admin").send("/break-glass", patient="demo-none", reason=REASON)
    assert here.status == nowhere.status == 200
    assert (
        plain(here, "demo-1").partition("<main")[2].partition("</main>")[0]
        == plain(nowhere, "demo-none").partition("<main")[2].partition("</main>")[0]
    )
    assert plain(other.get("/patients/demo-1"), "demo-1") != plain(someone("admin").get("/patients/demo-1"), "demo-1")


@pytest.mark.parametrize(
    ("field", "told"),
    [("reason", {"patient": "demo-1", "reason": "why not"}), ("reason", {"patient": "demo-1", "reason": "x" * 501}),
     ("patient", {"patient": "", "reason": REASON}), ("patient", {"patient": "x" * 201, "reason": REASON})],
)  # fmt: skip
def test_without_a_reason_or_a_chart_nothing_opens(someone, house, field, told):
    before = house.record.last_number()
    page = someone("m.haddad").send("/break-glass", **told)
    assert page.status == 422 and f'href="#{field}"' in page.html and house.record.last_number() == before


def test_who_reads_charts_by_role_has_nothing_to_break(someone):
    assert someone("n.park").get("/break-glass").status == 403
