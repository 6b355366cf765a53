"""The page of one person: what it says, what it hides, where it leads, and what it never does."""

from __future__ import annotations

import json
import re
import uuid
from itertools import pairwise

import pytest

from leeward.errors import BadInput
from leeward.record.entries import Draft
from leeward.ward import state
from leeward.ward.now import now_of
from leeward.ward.reasons import reason
from leeward.web.pages import patient
from leeward.web.patient_view import Pictures, width_of

PAGE = "/patients/demo-1"


def admit(house, who="new-1", **of_patient):
    """Somebody of whom nothing is known but what is given."""
    drafts = [("admission", {"name": "Nobody, New", "synthetic": True})]
    drafts += [("patient", of_patient)] if of_patient else []
    for kind, body in drafts:
        house.record.append(
            Draft(
                id=uuid.uuid4().hex,
                kind=kind,
                patient=who,
                at=house.clock().isoformat(),
                by="t.okoye",
                role="nurse",
                body=body,
            ),
            house.clock(),
        )
    return f"/patients/{who}"


def section(page, heading: str) -> str:
    """The text from a heading to the next of its level."""
    html = page.html[page.html.index(f'id="{heading}"') :]
    return re.sub(r"<[^>]+>", " ", html[: html.find("<h2", 10)])


def reads(house, who="demo-1"):
    return [entry for entry in house.record.entries(who, kinds=["read"])]


def test_the_last_score_is_said_with_its_band_signs_and_trend(someone):
    said = " ".join(section(someone("n.park").get(PAGE), "state-heading").split())
    assert "COWS 18 moderate" in said and "up 4 in 1 h" in said and "before: 14, moderate" in said
    assert "Objective signs: 5" in said and "Nothing is missing" in said


def test_a_score_with_missing_answers_is_a_range_without_a_band(someone, charted):
    charted("score", {"instrument": "cows", "items": {"pulse": 2, "sweating": 3, "pupils": "unknown"}})
    said = section(someone("n.park").get(PAGE), "state-heading")
    assert "band not certain" in said and "no trend across missing answers" in " ".join(said.split())
    assert re.search(r"Not answered:.*pupils", said, re.DOTALL | re.IGNORECASE)


def test_what_a_person_scored_themself_is_marked(someone):
    assert "self-reported" in section(someone("n.park").get("/patients/demo-10"), "state-heading")


def test_what_was_just_charted_is_said_with_what_others_charted_meanwhile(someone, charted, house):
    before = house.ward.bedside("demo-1", house.clock()).seen if house.ward.catch_up() is None else 0
    charted("observation", {"what": "heart-rate", "value": 96, "unit": "/min"}, by="t.okoye")
    charted("observation", {"what": "heart-rate", "value": 50, "unit": "/min"}, by="t.okoye", patient="demo-2")
    mine = charted("score", {"instrument": "cows", "total": 12}, by="n.park")
    charted("observation", {"what": "temperature", "value": 37, "unit": "Cel"}, by="t.okoye")
    page = someone("n.park").get(f"{PAGE}?done={mine.number}&seen={before}")
    bar = page.text[page.text.index("Charted:") :][:400]
    assert "Charted: COWS 12, mild" in bar and "by you" in bar
    assert "While you were writing , Tobias Okoye charted: Heart rate 96 /min" in bar and "Both are kept" in bar
    assert "Heart rate 50" not in bar, "of another person"
    assert (
        "Temperature" not in bar.partition("Since then")[0] and "Since then , Tobias Okoye charted: Temperature" in bar
    )
    other = someone("a.reyes").get(f"{PAGE}?done={mine.number}").text
    assert "by Nora Park" in other and "While you were writing" not in other


@pytest.mark.parametrize("query", ["done=999999", "done=1", "done=x", "done=", "done=%F0%9F%92%8A&seen=-1", "done=²"])
def test_a_number_that_is_no_entry_of_this_person_says_nothing(someone, query):
    assert "Just charted" not in someone("n.park").get(f"{PAGE}?{query}").html


def test_the_entry_of_another_person_is_not_told(someone, charted):
    other = charted("observation", {"what": "heart-rate", "value": 61, "unit": "/min"}, patient="demo-2")
    assert "61 /min" not in someone("n.park").get(f"{PAGE}?done={other.number}&seen=1").text


def test_everything_that_one_form_charted_is_said_and_a_note_without_its_words(someone, house, charted):
    form, at = uuid.uuid4().hex, house.clock()
    drafts = [
        Draft(id=f"{form}-{kind}", kind=kind, patient="demo-1", at=at.isoformat(), by="n.park", role="nurse", body=body)
        for kind, body in (
            ("observation", {"what": "heart-rate", "value": 88, "unit": "/min"}),
            ("note", {"text": "Said something in confidence."}),
        )
    ]
    written = house.record.append_all(drafts, at)
    said = someone("n.park").get(f"{PAGE}?done={written[-1].number}&seen=1").text
    assert "Heart rate 88 /min; A note" in said and "in confidence" not in said


@pytest.mark.parametrize("who", ["demo-6", "demo-8"])
def test_behind_an_emergency_no_dose_is_shown_and_the_page_says_why(someone, who):
    page = someone("a.reyes").get(f"/patients/{who}")
    offered = section(page, "options-heading")
    assert "Emergency:" in page.text and "Doses are not shown here" in offered
    assert "Every step, when to hold" not in page.html and "step 1 of" not in page.text
    comfort = page.html[page.html.index("Comfort medicines") :]
    assert "At most in 24 h" not in comfort
    assert page.text.index("Emergency:") < page.text.index("What may be done")


def test_without_one_the_doses_stand_with_their_holds(someone):
    page = someone("a.reyes").get(PAGE)
    assert "first dose: 2 to 8 mg (usually 8)" in page.text and "Hold if" in page.text


def test_precipitated_withdrawal_is_said_where_the_next_dose_is(someone):
    said = section(someone("n.park").get("/patients/demo-5"), "next-heading")
    assert "Before the next dose: Precipitated withdrawal is likely" in said


def test_what_is_overdue_leads_to_where_it_is_done(someone):
    page = someone("n.park").get("/patients/demo-4")
    due = page.html[page.html.index('id="next-heading"') :]
    due = due[: due.index("</section>")]
    assert "Overdue: " in due
    assert "/patients/demo-4/score/cows" in due and "/patients/demo-4/vitals" in due


def test_only_who_may_plan_gets_the_button_and_only_for_what_is_offered(someone, house):
    house.ward.catch_up()
    assessment = house.ward.bedside("demo-1", house.clock()).assessment
    page = someone("a.reyes").get(PAGE)
    planned = set(re.findall(rf'href="{PAGE}/plan/([\w-]+)"', page.html))
    offered = {one.id for one in assessment.options if one.status in ("recommended", "acceptable")}
    assert planned and planned <= offered
    assert "Plan this" not in someone("n.park").get(PAGE).html
    for who in ("demo-6", "demo-8"):
        html = someone("a.reyes").get(f"/patients/{who}").html
        assert "Plan this" not in html and "/plan/" not in html, "an emergency comes first"
    assert "Plan this" not in someone("a.reyes").get("/patients/demo-8/options/buprenorphine-low-dose").html


def test_options_stand_in_the_order_of_their_status_each_with_its_reason(someone, house):
    house.ward.catch_up()
    options = house.ward.bedside("demo-1", house.clock()).assessment.options
    text = someone("n.park").get(PAGE).text
    places = [text.index(word) for word in ("Recommended (", "Acceptable (", "Not yet (", "Avoid now (")]
    assert places == sorted(places)
    for option in options:
        assert option.title in text
        if option.status in ("recommended", "not-yet"):
            assert " ".join(reason(option.because[0]).split()) in text


def test_an_option_in_full_has_each_rule_with_its_answer_and_each_source(someone, house):
    house.ward.catch_up()
    assessment = house.ward.bedside("demo-1", house.clock()).assessment
    option = next(one for one in assessment.options if one.id == "methadone")
    page = someone("n.park").get(f"{PAGE}/options/methadone")
    assert page.status == 200
    for rule in option.reasoning:
        assert rule.rule in page.text and rule.says in page.text
    for id in option.sources:
        assert " ".join(assessment.sources[id].title.split()) in page.text
    assert someone("n.park").get(f"{PAGE}/options/no-such").status == 404


def test_all_sources_say_whether_they_were_read(someone):
    page = someone("n.park").get(f"{PAGE}/sources")
    assert "(read, " in page.text and "(recalled, " in page.text


def test_the_first_questions_lead_to_where_they_are_answered(someone, house):
    house.ward.catch_up()
    questions = house.ward.bedside("demo-9", house.clock()).assessment.questions
    page = someone("n.park").get("/patients/demo-9")
    asks = page.html[page.html.index('id="ask-heading"') :]
    shown = re.findall(r'<li><a href="([^"]+)">([^<]+)</a>', asks[: asks.index("<details>")])
    assert 3 <= len(shown) <= 5
    heads = {"scores": "/score/", "observations": "/vitals#", "exposures": "/took#", "doses": "/dose"}
    for (to, says), question in zip(shown, questions, strict=False):
        assert heads.get(question.input.partition(".")[0], "/history") in to
        assert "[]" not in says, "how a case file writes none is nothing for a ward"
    assert "Write []" not in page.html


@pytest.mark.parametrize("patient", ["demo-1", "demo-3", "demo-5", "demo-7", "demo-9"])
def test_a_question_leads_to_its_field(someone, patient):
    """The field is on the page that the link names, whatever is asked."""
    nurse, pages = someone("n.park"), {}
    asks = nurse.get(f"/patients/{patient}").html.partition('id="ask-heading"')[2].partition("</section>")[0]
    links = re.findall(r'<li><a href="([^"]+)"', asks)
    assert links
    for to in links:
        page, _, field = to.partition("#")
        if page not in pages:
            pages[page] = nurse.get(page)
        assert pages[page].status == 200, to
        assert field or any(part in page for part in ("/score/", "/dose", "/plan", "/correct/")), to
        assert not field or f'id="{field}"' in pages[page].html, to


def test_whom_a_form_is_closed_to_is_asked_without_a_link(someone):
    page = someone("j.lindqvist").get("/patients/demo-9")
    assert "/score/" not in page.html[page.html.index("<main") :] and "/history" in page.html


@pytest.mark.parametrize("who", ["demo-4", "demo-9", "demo-10"])
def test_every_link_of_the_page_leads_somewhere(someone, who):
    one = someone("a.reyes")
    main = one.get(f"/patients/{who}").html
    main = main[main.index("<main") : main.index("</main>")]
    links = {link.partition("#")[0] for link in re.findall(r'(?:href|src|srcset)="(/[^"]+)"', main)}
    assert any("timeline.svg" in link for link in links) and len(links) > 8
    for link in sorted(links):
        assert one.client.get(link.replace("&amp;", "&")).status_code == 200, link


def test_products_are_told_with_recalls_law_and_what_no_record_means(someone):
    page = someone("n.park").get("/patients/demo-10")
    took = section(page, "took-heading")
    assert "No record found does not mean safe" in took and "Kratom extract or concentrate" in took
    assert re.search(r"New York, extract:\s+restricted.*as of 20\d\d", took, re.DOTALL)
    assert "LC-MS" in took


def test_a_letter_is_never_called_a_recall(someone, house):
    house.ward.catch_up()
    told = 0
    for who in house.ward.patients():
        assessment = house.ward.bedside(who, house.clock()).assessment
        actions = [line for one in assessment.exposures for line in one.actions]
        if any(line.type == "warning-letter" for line in actions):
            told += 1
            assert "Warning letter (not a recall)" in someone("n.park").get(f"/patients/{who}").text
    assert told


def test_law_that_is_too_old_is_not_answered_and_says_so(someone, clock):
    clock.forward(days=900)
    took = section(someone("n.park").get("/patients/demo-10"), "took-heading")
    assert "not answered, the evidence is too old" in took and "restricted" not in took


def test_somebody_whom_leeward_does_not_cover_is_told_where_to_turn(someone, house):
    page = someone("n.park").get(admit(house, age=12))
    assert "Leeward makes no proposal for this person" in page.text and "Turn to:" in page.text
    assert "What may be done" not in page.text


def test_a_new_chart_says_what_to_do_first_and_that_nothing_was_asked(someone, house):
    here = admit(house)
    page = someone("n.park").get(here)
    assert "Nothing is charted yet" in page.text and "What was taken: not asked" in page.text
    assert f'href="{here}/took"' in page.html and f'href="{here}/score/cows"' in page.html
    assert "No withdrawal score is charted" in page.text
    assert "Nothing is charted yet" not in someone("n.park").get(PAGE).text


def test_a_chart_that_cannot_be_read_names_the_entry_and_still_shows_what_was_charted(
    someone, house, charted, monkeypatch
):
    pulse = charted("observation", {"what": "heart-rate", "value": 111, "unit": "/min"})
    house.ward.catch_up()
    place = house.ward.bedside("demo-1", house.clock()).chart.came_from["observations"].index(pulse.number)

    def unreadable(*_: object):
        raise BadInput.one("LW-0113", f"observations[{place}].value", "This is not a pulse.", "Correct it.")

    monkeypatch.setattr(state, "case_from", unreadable)
    house.ward._bedsides.clear()
    page = someone("n.park").get(PAGE)
    assert page.status == 200 and "cannot be read as a whole" in page.text and "This is not a pulse" in page.text
    assert f"{PAGE}/correct/{pulse.number}" in page.html
    assert "Heart rate 111 /min" in page.text, "what was charted is still shown"
    assert "What may be done" not in page.text
    for path in (f"{PAGE}/timeline.svg", f"{PAGE}/sources", f"{PAGE}/options/methadone"):
        assert someone("n.park").get(path).status == 404


def test_the_picture_is_drawn_once_a_minute_in_each_theme_and_width_within_one_reading(
    someone, house, clock, monkeypatch
):
    drawn: list[tuple[int, str]] = []

    def draw(case: object, assessment: object, width: int, theme: str) -> str:
        drawn.append((width, theme))
        return "<svg/>"

    monkeypatch.setattr("leeward.web.patient_view.timeline_svg", draw)
    monkeypatch.setattr(patient, "PICTURES", Pictures())
    nurse = someone("n.park")
    nurse.get(PAGE)
    before = len(reads(house))
    for query in (
        "",
        "?theme=dark",
        "?theme=dark",
        "?width=340&theme=light",
        "?width=99999999",
        "?width=1180",
        "?theme=x",
    ):
        came = nurse.client.get(f"{PAGE}/timeline.svg{query}")
        assert came.status_code == 200 and came.headers["content-type"].startswith("image/svg+xml")
    assert sorted(drawn) == [(340, "dark"), (340, "light"), (1180, "light")]
    assert len(reads(house)) == before
    clock.forward(minutes=2)
    nurse.client.get(f"{PAGE}/timeline.svg")
    assert len(drawn) == 4, "a new minute is a new picture"


def test_a_picture_of_one_person_is_never_given_for_another(house, someone):
    nurse = someone("n.park")
    one, other = (nurse.client.get(f"/patients/{who}/timeline.svg?width=720").text for who in ("demo-1", "demo-2"))
    assert one != other and one.startswith("<svg") and 'role="img"' in one


def test_pictures_are_bounded_and_their_widths_few(house):
    house.ward.catch_up()
    pictures, one = Pictures(most=2), house.ward.bedside("demo-9", house.clock())
    for width in (340, 720, 1180):
        pictures.of(one, width, "light")
    assert len(pictures) == 2
    assert [width_of(told) for told in ("", "x", "-5", "100", "719", "720", "5000", "9" * 20)] == [
        340, 340, 340, 340, 340, 720, 1180, 340,
    ]  # fmt: skip


def test_the_table_holds_what_the_picture_shows(someone, house):
    house.ward.catch_up()
    rows = now_of(house.ward.bedside("demo-4", house.clock()), house.ward).rows
    page = someone("n.park").get("/patients/demo-4")
    assert page.html.count("<tr><td>") >= len(rows)
    for row in rows:
        assert " ".join(f"{row.what} {row.value}".split()) in page.text


def test_new_entries_are_counted_for_a_page_that_stands_open(someone, house, charted):
    nurse = someone("n.park")
    seen = re.search(r"since\?number=(\d+)", nurse.get(PAGE).html)
    assert seen is not None
    before = len(reads(house))

    def new(number: str) -> int:
        came = nurse.client.get(f"{PAGE}/since?number={number}")
        assert came.headers["content-type"] == "application/json"
        return json.loads(came.text)["new"]

    assert new(seen[1]) == 0
    charted("observation", {"what": "heart-rate", "value": 70, "unit": "/min"})
    charted("observation", {"what": "heart-rate", "value": 70, "unit": "/min"}, patient="demo-2")
    assert new(seen[1]) == 1 and new("x") == 0 and new("9" * 30) == 0
    assert len(reads(house)) == before
    assert someone("admin").client.get(f"{PAGE}/since?number=1").status_code == 403


def test_the_page_holds_no_style_script_or_drawing_of_its_own(someone):
    for who in ("demo-1", "demo-5", "demo-6", "demo-9"):
        html = someone("a.reyes").get(f"/patients/{who}").html
        assert (
            "<style" not in html and " style=" not in html and "<svg" not in html and not re.search(r"\son\w+=", html)
        )
        assert not re.search(r"<script(?![^>]* src=\"/static/)", html)


def test_headings_are_in_order_and_ids_are_single(someone):
    for who in ("demo-1", "demo-5", "demo-6", "demo-9", "demo-10"):
        html = someone("a.reyes").get(f"/patients/{who}").html
        levels = [int(level) for level in re.findall(r"<h(\d)", html)]
        assert levels[0] == 1 and levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels)), (who, levels)
        ids = re.findall(r'\sid="([^"]+)"', html)
        assert len(ids) == len(set(ids)), [id for id in ids if ids.count(id) > 1]


def test_reading_the_page_is_written_down(someone, house):
    before = len(reads(house))
    someone("n.park").get(PAGE)
    assert len(reads(house)) == before + 1


def test_a_severe_self_report_stands_at_the_top_until_a_clinician_answers_it(someone, charted):
    nurse, said = someone("n.park"), "Self-reported: SOWS-16 29, severe"
    page = nurse.get("/patients/demo-10")
    assert said in page.text and page.text.index(said) < page.text.index("Ask first")
    assert "No alert by what is charted" not in page.text
    charted("observation", {"what": "heart-rate", "value": 90, "unit": "/min"}, patient="demo-10")
    assert said in nurse.get("/patients/demo-10").text
    charted("score", {"instrument": "cows", "total": 9, "by": "clinician"}, patient="demo-10")
    assert said not in nurse.get("/patients/demo-10").text


def test_what_they_told_stands_with_the_words_of_the_questions_and_their_note(someone, charted, house):
    items = {"feeling_sick": 1, "stomach_cramps": "declined"}
    body = {"instrument": "sows-gossop-10", "by": "self", "items": items}
    charted("score", body, by="patient-self", role="patient-self")
    page = someone("n.park").get(PAGE)
    told = section(page, "told-heading")
    assert re.search(r"Feeling sick\.\s+mild", told) and re.search(r"Cramps in the stomach\.\s+rather not say", told)
    assert re.search(r"Feeling cold\.\s+not answered", told) and "self-reported" in told
    charted("note", {"text": "Bad <b>night</b>", "by": "self"}, by="patient-self", role="patient-self")
    page = someone("n.park").get(PAGE)
    assert "Bad &lt;b&gt;night" in page.html and "Bad <b>night</b>" in page.text
    assert [one.body["parts"] for one in reads(house)] == [["chart", "plan"], ["notes"], ["chart", "plan"]]


def test_a_correction_says_what_it_changed(someone, charted, house):
    nurse = someone("n.park")
    slow = charted("observation", {"what": "respiratory-rate", "value": 5, "unit": "/min"})
    assert "Respiratory depression" in nurse.get(PAGE).text
    struck = charted("correction", {"strikes": True, "reason": "Wrong person"}, corrects=slow.number, by="n.park")
    bar = nurse.get(f"{PAGE}?done={struck.number}").text
    bar = bar[bar.index("Charted:") : bar.index("Over time")]
    assert "Changed by it:" in bar and re.search(r"No longer said: Respiratory depression[^()]* \(emergency\)", bar)
    assert "Buprenorphine, standard-dose start : avoid, now recommended" in bar
    plain = charted("observation", {"what": "temperature", "value": 37, "unit": "Cel"})
    assert "Changed by it" not in nurse.get(f"{PAGE}?done={plain.number}").text
    same = {"what": "temperature", "value": 37.1, "unit": "Cel"}
    again = charted("correction", {"replaces": same, "reason": "Misread"}, corrects=plain.number)
    assert "Changed by it: no alert, and no option." in nurse.get(f"{PAGE}?done={again.number}").text


def test_what_a_graver_alert_says_too_is_not_told_as_over(someone, charted):
    nurse = someone("n.park")
    charted("observation", {"what": "heart-rate", "value": 70, "unit": "/min"})
    low = charted("observation", {"what": "systolic-blood-pressure", "value": 85, "unit": "mmHg"})
    assert "Hold alpha-2 agonists" in nurse.get(PAGE).text
    lower = {"replaces": low.body | {"value": 70}, "reason": "Misread"}
    page = nurse.get(f"{PAGE}?done={charted('correction', lower, corrects=low.number).number}").text
    assert "Holds still, and is part of what is graver: Hold alpha-2 agonists" in page and "No longer said" not in page
    assert page.index("Emergency: Very low pressure") < page.index("Changed by it:")  # what cannot wait stands first
    assert "After what the alert above asks for" in page


def test_the_picture_keeps_its_room(someone):
    nurse = someone("n.park")
    page = nurse.get("/patients/demo-10")
    found = re.findall(r'(?:src|srcset)="(/[^"]+timeline[^"]+)" width="(\d+)" height="(\d+)"', page.html)
    assert len(found) == 6
    for link, width, height in found:
        drawn = nurse.client.get(link.replace("&amp;", "&")).text
        assert f'width="{width}" height="{height}"' in drawn[:2000] or re.search(
            rf'<svg[^>]*width="{width}"[^>]*height="{height}"', drawn
        )


def test_long_parts_fold_and_stand_open_without_script(someone):
    html = someone("n.park").get("/patients/demo-1").html
    assert len(re.findall(r'<details class="[^"]*fold', html)) >= 8
    assert not re.findall(r'<details class="[^"]*\bfold\b[^"]*">', html)
    for heading in ("state-heading", "next-heading", "options-heading"):
        before = html[: html.index(f'id="{heading}"')]
        assert before.count('<details class="fold"') == 0


def test_precipitated_withdrawal_says_what_to_do_first_and_then_why_in_words(someone):
    text = someone("n.park").get("/patients/demo-5").text
    alert = text[text.index("Urgent: Precipitated withdrawal is likely") :]
    assert alert.index("Call the prescriber now: more buprenorphine") < alert.index(
        "Because: buprenorphine-naloxone given 1 h 10 min ago"
    )
    assert "COWS rose by 14" in alert and "is at least" not in alert[: alert.index("Sources of")]


def test_what_is_next_stands_before_the_state(someone):
    html = someone("n.park").get("/patients/demo-5").html
    assert html.index('id="next-heading"') < html.index('id="state-heading"') < html.index('id="options-heading"')


def test_both_who_chart_at_once_are_told_of_each_other(someone):
    nora, other = someone("n.park"), someone("t.okoye")
    forms = [(one, one.get(f"{PAGE}/vitals")) for one in (nora, other)]
    came = []
    for one, page in forms:
        fields = {name: page.hidden(name) for name in ("form", "id", "seen")} | {"heart-rate": "88"}
        came.append(one.client.post(f"{PAGE}/vitals", data=fields))
    assert "Nora Park charted:" in type(forms[1][1])(came[1]).text
    first = nora.get(came[0].url.raw_path.decode())
    assert "Since then , Tobias Okoye charted: Heart rate 88" in first.text


def test_both_who_score_at_once_are_told_of_each_other(someone):
    nora, other = someone("n.park"), someone("t.okoye")
    forms = [(one, one.get(f"{PAGE}/score/cows")) for one in (nora, other)]
    came = []
    for (one, page), points in zip(forms, ("4", "0"), strict=True):
        fields = {name: page.hidden(name) for name in ("form", "id", "seen")} | {"items.pulse": points}
        came.append(one.client.post(f"{PAGE}/score/cows", data=fields))
    assert "While you scored, others charted" in came[1].text and "by Nora Park" in came[1].text
    first = nora.get(came[0].url.raw_path.decode()).text
    assert "Since then, others charted" in first and "by Tobias Okoye" in first
