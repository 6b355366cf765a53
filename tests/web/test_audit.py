"""The audit: who looked, came, took out, opened, changed; nothing clinical and nobody's name."""

import html
import re

from leeward.ward.demo import DEMO_PASSWORD

ADDRESS = "/administration/audit"


def numbers(page):
    return [int(number) for number in re.findall(r'<tr><th scope="row">(\d+)</th>', page.html)]


def test_who_read_a_chart_stands_there_by_id_and_part_and_nobody_by_name(someone, house):
    someone("n.park").get("/patients/demo-1")
    page = someone("m.haddad").get(ADDRESS)
    name = next(entry.body["name"] for entry in house.ward.entries("demo-1") if entry.kind == "admission")
    assert "Chart read" in page.text and "Nora Park (n.park), nurse" in page.text and "demo-1" in page.text
    assert "chart, plan; for treatment" in page.text
    assert name and name not in page.text and name.partition(",")[2].strip() not in page.text


def test_nothing_that_was_charted_is_told(someone, charted):
    charted("note", {"text": "said quietly"})
    charted("observation", {"what": "respiratory-rate", "value": 6, "unit": "/min"})
    charted("counselling-note", {"text": "said in confidence"}, by="a.reyes", role="prescriber")
    page = someone("m.haddad").get(f"{ADDRESS}?group=charted&patient=demo-1")
    assert "Charted: note" in page.text and "Charted: observation" in page.text
    told = re.sub(r"<form.*?</form>", "", page.html, flags=re.DOTALL)
    for word in ("quietly", "confidence", "respiratory", ">6<"):
        assert word not in told


def test_sign_ins_and_tries_that_failed_are_told_with_where_from_and_never_what_was_typed(someone):
    someone("").send("/sign-in", name="n.park", password="not the right words")
    someone("").send("/sign-in", name="secret-typed-here", password="not the right words")
    someone("").send("/sign-in", name="n.park", password=DEMO_PASSWORD)
    page = someone("m.haddad").get(f"{ADDRESS}?group=came")
    assert "wrong password" in page.text and "no such person" in page.text and "Signed in" in page.text
    assert "testclient" in page.text and "secret-typed-here" not in page.text and "not the right" not in page.text


def test_it_is_narrowed_by_person_chart_and_day(someone, charted, clock, house):
    someone("n.park").get("/patients/demo-1")
    someone("a.reyes").get("/patients/demo-1")
    clock.forward(days=1)
    someone("n.park").get("/patients/demo-1")
    officer = someone("m.haddad")
    assert len(numbers(officer.get(f"{ADDRESS}?group=read"))) == 3
    assert len(numbers(officer.get(f"{ADDRESS}?group=read&by=a.reyes"))) == 1
    assert len(numbers(officer.get(f"{ADDRESS}?group=read&day=2026-11-22"))) == 2
    assert len(numbers(officer.get(f"{ADDRESS}?group=read&day=2026-11-23&by=n.park&patient=demo-1"))) == 1
    assert "No entry fits" in officer.get(f"{ADDRESS}?patient=demo-none").text


def test_a_day_is_the_day_of_the_wall_clock_whatever_offset_an_entry_was_written_with(someone, charted, clock):
    clock.now = clock.now.fromisoformat("2026-11-23T03:30:00+00:00")  # 22:30 on the 22nd where the page is read
    charted(
        "break-glass",
        {"opens": "reading", "reason": "to look", "until": "2026-11-23T04:00:00+00:00"},
        by="admin",
        role="administrator",
    )
    clock.now = clock.now.fromisoformat("2026-11-22T23:00:00-05:00")
    officer = someone("m.haddad")
    assert len(numbers(officer.get(f"{ADDRESS}?group=glass&day=2026-11-22"))) == 1
    assert numbers(officer.get(f"{ADDRESS}?group=glass&day=2026-11-23")) == []


def test_the_newest_comes_first_and_older_ones_page_by_page_without_a_gap(someone, house, charted):
    for _ in range(230):
        charted("note", {"text": "x"})
    one, address, seen = someone("m.haddad"), f"{ADDRESS}?group=charted&patient=demo-1", []
    while address:
        page = one.get(address)
        seen += numbers(page)
        found = re.search(r'href="([^"]*before=\d+)"', page.html)
        address = html.unescape(found[1]) if found else ""
    wanted = [entry.number for entry in house.record.entries("demo-1") if entry.kind not in ("read", "consent")]
    assert seen == sorted(wanted, reverse=True) and len(seen) > 230


def test_the_reason_of_a_break_glass_is_told(someone):
    someone("admin").send("/break-glass", patient="demo-1", reason="Complaint 17 is being looked into")
    page = someone("m.haddad").get(f"{ADDRESS}?group=glass")
    assert "Complaint 17 is being looked into" in page.text and "Alex Admin" in page.text


def test_what_cannot_be_asked_is_said_at_its_field(someone):
    officer = someone("m.haddad")
    for asked in ("day=yesterday", "day=0001-01-01", "group=all", "before=x", "before=-1"):
        page = officer.get(f"{ADDRESS}?{asked}")
        assert page.status == 422 and "mending" in page.text
