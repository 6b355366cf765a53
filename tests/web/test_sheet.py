"""The patient sheet: whom to call first, nothing unsigned, in both languages; given to the patient and written down so."""

from __future__ import annotations

import base64
import re

import pytest

from leeward.errors import BadInput
from leeward.paper.check_in import check_in_code
from leeward.record.egress import redisclosure_notice
from leeward.record.sessions import open_link
from leeward.ward import state
from tests.unit.paper.pdf_words import words_of

AT = "/patients/demo-4/sheet"


def given(house, patient="demo-4"):
    return [one.body for one in house.record.entries(patient=patient, kinds=["export"])]


def squeezed(content: bytes) -> str:
    return words_of(content).replace(" ", "")


@pytest.mark.parametrize(
    ("language", "first", "section"),
    [("en", "Who to call", "Signs of an overdose"), ("es", "A quién llamar", "Señales de una sobredosis")],
)
def test_whom_to_call_stands_first_in_either_language(someone, language, first, section):
    page = someone("n.park").get(f"{AT}?language={language}")
    sheet = page.text[page.text.index(first) :]
    assert page.status == 200 and f'lang="{language}"' in page.html
    assert sheet.index("911") < sheet.index("1-800-222-1222") < sheet.index(section)


def test_a_language_that_it_is_not_written_in_gives_english(someone):
    assert "Who to call" in someone("n.park").get(f"{AT}?language=xx").text


def test_what_is_for_staff_is_on_the_page_and_not_on_paper(someone):
    nurse = someone("n.park")
    page = nurse.get(f"{AT}?language=es")
    assert "interpreter" in page.text and page.html.index("interpreter") < page.html.index('class="paper sheet')
    assert '<div class="no-print">' in page.html
    assert "interpreter" not in squeezed(nurse.client.get(f"{AT}.pdf?language=es").content)


def test_it_is_given_to_the_patient_at_their_request_by_an_entry(someone, house):
    before = len(given(house))
    page = someone("n.park").get(AT)
    assert len(given(house)) == before and 'class="paper sheet no-print"' in page.html, "opened is read, not printed"
    assert 'class="paper sheet"' in someone("n.park").send(AT).html
    someone("n.park").client.get(f"{AT}.pdf")
    new = given(house)[before:]
    assert [one["way"] for one in new] == ["print", "pdf"]
    for one in new:
        assert one["purpose"] == "patient-request" and one["basis"] == "own-request"
        assert one["recipient"] == {"kind": "patient", "name": "demo-4"} and one["parts"] == ["chart", "plan"]


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_pdf_carries_the_notice_and_nobodys_name_in_its_headers(someone, house, language):
    came = someone("n.park").client.get(f"{AT}.pdf?language={language}&paper=a4")
    assert came.headers["content-disposition"] == 'attachment; filename="patient-sheet.pdf"'
    assert not [value for value in came.headers.values() if "Trial" in value]
    notice = {"en": redisclosure_notice(), "es": "La parte 2 del título 42 del CFR prohíbe usar o divulgar"}[language]
    assert notice.replace(" ", "") in squeezed(came.content)
    assert {"en": "Whotocall", "es": "Aquiénllamar"}[language] in squeezed(came.content)
    assert notice in someone("n.park").get(f"{AT}?language={language}").text


ENGLISH = re.compile(
    r"\b(the|and|of|or|with|for|your|you|is|are|was|not|this|that|own|request|records?|signed|day|took|take|at|on|in)\b"
)


@pytest.mark.parametrize("patient", [f"demo-{n}" for n in range(1, 11)])
def test_the_spanish_sheet_has_no_english_words(someone, patient):
    page = someone("n.park").get(f"/patients/{patient}/sheet?language=es").html
    paper = re.search(r'<article class="paper sheet.*?</article>', page, re.DOTALL)
    assert paper is not None
    words = re.sub(r"<(svg|ul class=\"meds).*?</\1>|<[^>]+>", " ", paper[0], flags=re.DOTALL)
    assert ENGLISH.findall(words) == []


def links(page):
    return set(re.findall(r"http://testserver/check-in/([\w-]+)", page.html))


def test_a_check_in_link_is_made_when_it_is_asked_for_with_its_square(someone, house):
    nurse = someone("n.park")
    assert not links(nurse.get(AT))
    page = nurse.send(AT, check_in="yes", language="es")
    assert page.status == 200 and 'lang="es"' in page.html
    (token,) = links(page)
    assert open_link(house.record.engine, token, "check-in", house.clock()).patient == "demo-4"
    square = base64.b64encode(check_in_code(f"http://testserver/check-in/{token}").encode()).decode()
    assert square in page.html and page.html.count("<img") == 1
    assert "check-in" in [one["way"] for one in given(house)]


def test_the_square_and_its_link_are_printed(someone, house):
    nurse = someone("n.park")
    form = nurse.get(AT).hidden("form")
    plain = nurse.client.post(f"{AT}.pdf", data={"form": form, "language": "en"}).content
    linked = nurse.client.post(f"{AT}.pdf", data={"form": form, "language": "en", "check_in": "yes"}).content
    assert "testserver/check-in/" in squeezed(linked) and "testserver/check-in/" not in squeezed(plain)
    assert len(linked) > len(plain)


def test_a_pharmacist_prints_it_and_makes_no_link(someone, house):
    pharmacist = someone("j.lindqvist")
    assert 'name="check_in"' not in pharmacist.get(AT).html
    assert pharmacist.send(AT, check_in="yes").status == 403
    assert "check-in" not in [one["way"] for one in given(house)]


def test_a_chart_that_is_no_case_is_said_so(someone, house, monkeypatch):
    def refuses(*_):
        raise BadInput.one("LW-0101", "exposures[0]", "This cannot be read.", "Correct it.")

    monkeypatch.setattr(state, "case_from", refuses)
    assert "No sheet can be made" in someone("n.park").get("/patients/demo-9/sheet").text
    assert someone("n.park").get("/patients/demo-9/sheet.pdf").status == 409
    asked = someone("n.park").send("/patients/demo-4/sheet", at="/patients/demo-9/sheet.pdf", check_in="yes")
    assert asked.status == 409 and not given(house, "demo-9")


HOME = "/patients/demo-10/sheet"


def test_medicines_of_a_plan_that_the_chart_has_outrun_are_printed_by_who_has_checked_and_that_is_kept(someone, house):
    nurse = someone("n.park")
    page = nurse.get(HOME)
    assert "The medicines of the plan are not on this sheet" in page.text and 'class="medicines"' not in page.html
    assert "Ask your care team before you take any medicine of your plan" in page.text
    checked = nurse.send(HOME, checked="yes")
    assert 'class="medicines"' in checked.html and "4 mg" in checked.text
    assert "said to have checked" in given(house, "demo-10")[-1]["said"]
    form = page.hidden("form")
    pdf = nurse.client.post(f"{HOME}.pdf", data={"form": form, "checked": "yes"}).content
    assert "twiceaday" in squeezed(pdf)
    assert "twiceaday" not in squeezed(nurse.client.get(f"{HOME}.pdf").content)


def test_no_tick_prints_what_is_held(someone, house, charted):
    charted("observation", {"what": "sedation-rass", "value": -3}, patient="demo-10")
    charted("observation", {"what": "respiratory-rate", "value": 8, "unit": "/min"}, patient="demo-10")
    nurse = someone("n.park")
    page = nurse.get(HOME)
    assert "An emergency stands" in page.text and 'name="checked"' not in page.html
    ticked = nurse.send(HOME, checked="yes")
    assert 'class="medicines"' not in ticked.html and "said" not in given(house, "demo-10")[-1]


def test_what_it_rests_on_goes_with_it(someone):
    assert "At the patient's own request." in someone("n.park").get(AT).text
    assert "sownrequest." in squeezed(someone("n.park").client.get(f"{AT}.pdf").content)


def test_a_signed_plan_without_home_medicines_is_not_called_no_plan(someone):
    text = someone("n.park").get(AT).text
    assert "lists no medicine for you to take at home" in text and "No medicine plan has been signed" not in text
