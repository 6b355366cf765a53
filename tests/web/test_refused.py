"""Who is refused finds the way back to where they came from, with what they typed."""

from __future__ import annotations

import pytest

OPTION = "/patients/demo-1/options/no-such-option"


def test_an_address_below_a_chart_that_is_none_leads_back_to_the_chart(someone):
    page = someone("a.reyes").get(OPTION)
    assert page.status == 404 and 'href="/patients/demo-1">Back to the chart' in page.html


def test_a_chart_that_is_none_leads_to_no_chart(someone):
    page = someone("a.reyes").get("/patients/nobody/plan")
    assert page.status == 404 and "Back to the chart" not in page.text and "Go to the board" in page.text


@pytest.mark.parametrize("address", ["/no/such/page", "/patients/nobody", OPTION])
def test_the_page_with_the_wrong_link_is_one_tap_away(someone, address):
    nurse = someone("n.park")
    came = nurse.client.get(address, headers={"referer": "http://testserver/patients/demo-2/plan?plan=x"})
    assert came.status_code == 404
    assert 'href="/patients/demo-2/plan?plan=x">Back to where you came from' in came.text


@pytest.mark.parametrize(
    "referer",
    ["http://elsewhere.example/x", "//testserver", "http://testserver//elsewhere.example", "http://[", "nonsense", ""],
)
def test_no_refusal_leads_elsewhere(someone, referer):
    came = someone("n.park").client.get("/no/such/page", headers={"referer": referer})
    assert came.status_code == 404 and "Back to where you came from" not in came.text and "elsewhere" not in came.text


def test_a_form_sent_before_with_other_words_leads_back_to_it_and_keeps_the_words(someone):
    nurse = someone("n.park")
    at = "/patients/demo-1/notes"
    page = nurse.get(at)
    sent = {name: page.hidden(name) for name in ("form", "id")}
    nurse.client.post(at, data=sent | {"text": "first words"})
    again = type(page)(nurse.client.post(at, data=sent | {"text": "other words"}))
    assert again.status == 409 and "other words" in again.text
    assert f'href="{at}">Back to the form' in again.html and 'href="/patients/demo-1">Back to the chart' in again.html
