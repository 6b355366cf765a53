"""The board and the banner, as pages."""

import re

import pytest

from leeward.record.sessions import session_of
from leeward.web.guard import COOKIE


def board_reads(house):
    return [one for one in house.record.entries(kinds=["read"]) if one.patient == ""]


def names_in_order(page):
    return re.findall(r'id="row-(demo-\d+)"', page.html)


def test_everybody_is_on_the_board_with_a_count_and_the_rule_of_the_order(someone):
    board = someone("n.park").get("/")
    assert board.status == 200 and len(names_in_order(board)) == 10
    assert names_in_order(board)[0] == "demo-6"
    assert "10 here · 2 emergencies · 1 overdue · 3 urgent · 1 plan unsigned · 1 new check-in" in board.text
    assert "Emergencies first, then urgent alerts, the highest COWS first" in board.text
    assert "Emergency: Respiratory depression or overdose" in board.text
    assert "Respiratory rate, Sedation (RASS), COWS overdue 25 min" in board.text
    assert "Unsigned plan: Buprenorphine, standard-dose start" in board.text
    assert "Last looked Sun 22 Nov 09:00:00" in board.text


def test_the_board_is_written_down_as_read_once_an_hour_of_a_session(someone, house, clock):
    nurse = someone("n.park")
    nurse.get("/")
    nurse.get("/")
    (read,) = board_reads(house)
    assert (read.by, read.role, read.body["parts"], read.body["basis"]) == (
        "n.park", "nurse", ["attendance", "chart"], "within-programme",
    )  # fmt: skip
    for _ in range(5):
        clock.forward(minutes=12)
        nurse.get("/")
    assert len(board_reads(house)) == 2
    someone("a.reyes").get("/")
    assert [one.by for one in board_reads(house)] == ["n.park", "n.park", "a.reyes"]


def test_the_list_asked_for_by_itself_is_part_of_the_same_look_and_keeps_no_session_open(someone, house, clock):
    nurse = someone("n.park")
    nurse.get("/")
    rows = nurse.get("/board/rows")
    assert rows.status == 200 and "<html" not in rows.html and len(names_in_order(rows)) == 10
    assert len(board_reads(house)) == 1
    for _ in range(4):
        clock.forward(minutes=4)
        gone = nurse.get("/board/rows")
    assert gone.url == "/sign-in" and "Dana" not in gone.text
    assert session_of(house.record.engine, nurse.client.cookies.get(COOKIE) or "", clock.now) is None


@pytest.mark.parametrize("path", ["/", "/board/rows"])
def test_who_does_not_treat_sees_no_board(someone, house, path):
    for person in ("m.haddad", "admin"):
        refused = someone(person).get(path)
        assert refused.status == 403 and "Dana" not in refused.text
    assert board_reads(house) == []


def test_a_search_is_a_form_so_that_no_name_stands_in_an_address(someone):
    nurse = someone("n.park")
    found = nurse.send("/", find="invented  KRATOM")
    assert found.status == 200 and names_in_order(found) == ["demo-7"] and "1 shown" in found.text
    assert 'value="invented  KRATOM"' in found.html or 'value="invented KRATOM"' in found.html
    nobody = nurse.send("/", find="<b>nobody</b>")
    assert (
        names_in_order(nobody) == []
        and "Nobody here has these words." in nobody.text
        and "<b>nobody" not in nobody.html
    )
    assert 'method="get"' not in found.html
    assert nurse.client.post("/", data={"find": "x"}).status_code == 403


def test_what_is_charted_stands_on_the_next_board(someone, charted, clock):
    nurse = someone("n.park")
    nurse.get("/")
    clock.forward(minutes=1)
    charted("score", {"instrument": "cows", "by": "clinician", "total": 24}, patient="demo-1")
    board = nurse.get("/board/rows")
    dana = next(row for row in board.html.split('<li class="row') if 'row-demo-1"' in row)
    assert "<strong>24</strong>" in dana and "up 6 in 13 min" in dana and "now" in dana


def test_the_board_goes_on_by_itself_with_and_without_script(someone):
    board = someone("n.park").get("/")
    refresh = '<noscript><meta http-equiv="refresh" content="60; url=/board/standing?looked=09:00"></noscript>'
    assert refresh in board.html
    assert '<script src="/static/board.js" defer></script>' in board.html
    script = someone("n.park").client.get("/static/board.js").text
    assert "/board/rows" in script and "innerHTML =" not in script


def test_only_who_may_admit_is_offered_it(someone):
    assert 'href="/admit"' in someone("n.park").get("/").html
    assert 'href="/admit"' in someone("j.lindqvist").get("/").html


def test_a_name_is_set_as_text(someone, charted):
    charted("admission", {"name": "<script>alert(1)</script> O'Neil", "synthetic": True}, patient="p9")
    board = someone("n.park").get("/")
    assert "<script>alert" not in board.html and "alert(1)" in board.text


def test_a_board_of_nobody_says_so(someone, charted):
    for number in range(1, 11):
        charted("discharge", {"to": "home"}, patient=f"demo-{number}")
    board = someone("n.park").get("/")
    assert "Nobody is here." in board.text and "0 here" in board.text


def test_the_banner_says_who_this_is(someone):
    ines = someone("n.park").get("/patients/demo-7")
    for said in (
        "Invented, Ines",
        "Age 29",
        "pregnant, 22 weeks",
        "Weight 72 kg",
        "Allergies none",
        "Maternity 3",
        "synthetic",
    ):
        assert said in ines.text, said
    assert "Consent: treatment to Bay women's clinic (made up), until" in ines.text


def test_the_banner_says_what_nobody_asked(someone):
    banner = someone("n.park").get("/patients/demo-9").text
    for said in (
        "Age not asked",
        "Pregnancy not asked",
        "Weight not asked",
        "Allergies not asked",
        "No consent for disclosure",
    ):
        assert said in banner, said


def test_the_banner_marks_who_left_and_a_consent_that_was_revoked(someone, charted, house):
    consent = next(one for one in house.record.entries("demo-7", kinds=["consent"]))
    charted("consent-revoked", {"consent": consent.id}, patient="demo-7")
    charted("discharge", {"to": "home"}, patient="demo-7")
    banner = someone("n.park").get("/patients/demo-7").text
    assert (
        "No consent for disclosure stands; an earlier consent has ended" in banner and "Left Sun 22 Nov 09:00" in banner
    )


def test_the_banner_offers_only_what_one_may_do(someone):
    nurse, pharmacist = (someone(one).get("/patients/demo-1").html for one in ("n.park", "j.lindqvist"))
    assert 'href="/patients/demo-1/score/cows"' in nurse and 'href="/patients/demo-1/dose"' in nurse
    assert "/score/cows" not in pharmacist and 'href="/patients/demo-1/dose"' not in pharmacist
    assert 'href="/patients/demo-1/hand-off"' in pharmacist
    assert 'href="/patients/demo-1/export"' not in nurse


def test_a_severe_self_report_stands_on_the_board_until_somebody_answers_it(someone, charted):
    nurse = someone("n.park")

    def nico():
        return next(row for row in nurse.get("/board/rows").html.split('<li class="row') if 'row-demo-10"' in row)

    said = "<strong>Self-reported:</strong> SOWS-16 29, severe, 35 min ago. Call, and score."
    assert said in nico() and "No emergency or urgent alert" not in nico() and nico().startswith(" urgent")
    assert names_in_order(nurse.get("/"))[:6] == ["demo-6", "demo-8", "demo-5", "demo-7", "demo-4", "demo-10"]
    charted("note", {"text": "Called: sweating, no vomiting."}, patient="demo-10")
    assert "Self-reported:" not in nico()


def test_a_note_of_the_person_is_told_on_the_board_without_its_words(someone, charted):
    body = {"text": "I am scared at night.", "by": "self"}
    charted("note", body, patient="demo-10", by="patient-self", role="patient-self")
    board = someone("n.park").get("/")
    assert "To be read: words of their own, now; nobody has answered them" in board.text and "scared" not in board.text


def test_the_board_without_script_goes_on_without_keeping_the_session_and_says_when_it_is_signed_out(
    someone, house, clock
):
    nurse = someone("n.park")
    nurse.get("/")
    address = "/board/standing?looked=09:00"
    reads = len(board_reads(house))
    for _ in range(3):
        clock.forward(minutes=4)
        on = nurse.get(address)
        assert names_in_order(on) and "url=/board/standing?looked=" in on.html
    assert len(board_reads(house)) == reads
    clock.forward(minutes=8)
    out = nurse.get(address)
    assert "<h1>Signed out: last looked 09:00</h1>" in out.html and "Sign in again" in out.text
    assert 'href="/sign-in?next=%2F"' in out.html and not names_in_order(out) and "Dana" not in out.text
    for odd in ("?looked=<b>", "?looked=99:99:99", ""):
        assert "<h1>Signed out</h1>" in someone("").get(f"/board/standing{odd}").html


def test_the_board_that_goes_on_without_script_is_closed_to_who_does_not_treat(someone):
    for person in ("m.haddad", "admin"):
        refused = someone(person).get("/board/standing")
        assert refused.status == 403 and "Dana" not in refused.text


def test_a_signed_out_board_says_so_with_script(someone):
    script = someone("n.park").client.get("/static/board.js").text
    assert "Signed out: last looked" in script and "Sign in again" in script


def test_a_refused_page_leads_where_one_may_go(someone):
    for person, to in (("m.haddad", "/administration"), ("admin", "/administration")):
        one = someone(person)
        refused = one.get("/")
        assert refused.status == 403
        (button,) = re.findall(r'class="button" href="([^"]+)"', refused.html)
        assert button == to and one.get(button).status == 200
    nurse = someone("n.park").get("/administration")
    assert nurse.status == 403 and 'class="button" href="/">Go to the board' in nurse.html
    assert 'class="button" href="/sign-in">' in someone("").client.post("/patients/demo-1/notes", data={}).text


def test_the_banner_says_who_it_is_whatever_a_page_calls_its_values(house, someone):
    from leeward.web.templates import render
    from leeward.web.visit import Visit

    nurse = someone("n.park")
    person = house.ward.people["n.park"] if house.ward.catch_up() is None else None
    bedside = house.ward.bedside("demo-1", house.clock())
    visit = Visit(house, house.clock(), person=person, bedside=bedside, url="/patients/demo-1")
    values = dict.fromkeys(
        ("who", "here", "address", "more", "to", "name", "fact", "said", "weight", "permission"), "x!"
    )
    html = render("refused.html", {"says": "s", "mend": "", "typed": {}, **values}, visit, house)
    banner = re.search(r'<section class="banner".*?</section>', html, re.DOTALL)
    assert banner and "Demo" in banner[0] and "x!" not in banner[0]
    assert re.search(r'<section class="banner".*?</section>', nurse.get("/patients/demo-1").html, re.DOTALL)
