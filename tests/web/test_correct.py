"""Corrections: the entry and the correction stay, and the chart reads as corrected."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.web.at_once import at_once


def address(entry):
    return f"/patients/demo-1/correct/{entry.number}"


def fields_of(page):
    """The fields of the entry's words as a browser would send them."""
    found = {}
    for tag in re.findall(r'<input[^>]* name="b\.[^>]*>', page.html):
        given = {name: unescape(value) for name, value in re.findall(r'(\w+)="([^"]*)"', tag)}
        if given["type"] != "radio" or " checked" in tag:
            found[given["name"]] = given["value"]
    for name, options in re.findall(r'<select id="[^"]+" name="(b\.[^"]+)".*?>(.*?)</select>', page.html, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = unescape(chosen[1]) if chosen else ""
    for name, typed in re.findall(r'<textarea id="[^"]+" name="(b\.[^"]+)".*?>(.*?)</textarea>', page.html, re.DOTALL):
        found[name] = unescape(typed)
    return found


@pytest.fixture
def pressure(charted):
    return charted(
        "observation", {"what": "systolic-blood-pressure", "value": 12, "unit": "kPa"} | {"value": 118, "unit": "mmHg"}
    )


def document(house):
    house.ward.catch_up()
    return house.ward.bedside("demo-1", house.clock()).chart.document


def test_a_value_is_replaced_and_both_entries_stay(someone, house, pressure):
    nurse = someone("n.park")
    page = nurse.get(address(pressure))
    fields = fields_of(page)
    assert fields["b.value"] == "118"
    assert not re.search(r'name="(what|quick)"[^>]* checked', page.html)
    came = nurse.send(address(pressure), **(fields | {"b.value": "108"}), what="replace", quick="typed wrong")
    assert came.url == "/patients/demo-1", came.text
    correction = list(house.record.entries(patient="demo-1", kinds=["correction"]))[-1]
    assert correction.corrects == pressure.number
    assert correction.body == {
        "reason": "typed wrong",
        "replaces": {"what": "systolic-blood-pressure", "value": 108, "unit": "mmHg"},
    }
    assert document(house)["observations"][-1]["value"] == 108
    assert "corrected before" in nurse.get(address(pressure)).text


def test_an_entry_is_struck_and_stands_again_by_another_correction(someone, house, pressure):
    nurse = someone("n.park")
    nurse.send(address(pressure), what="strike", reason="was another person")
    assert not [
        one
        for one in document(house).get("observations", [])
        if one["what"] == "systolic-blood-pressure" and one["value"] == 118
    ]
    page = nurse.get(address(pressure))
    assert "struck" in page.text
    assert nurse.send(address(pressure), what="strike", reason="again").status == 422
    nurse.send(address(pressure), **fields_of(page), what="replace", reason="it was right after all")
    assert document(house)["observations"][-1]["value"] == 118


def test_an_item_of_a_score_is_corrected_and_one_left_out_is_added(someone, house, charted):
    score = charted("score", {"instrument": "cows", "items": {"pulse": 2, "sweating": 1}})
    nurse = someone("n.park")
    fields = fields_of(nurse.get(address(score)))
    assert fields["b.items.tremor"] == ""
    came = nurse.send(
        address(score), **(fields | {"b.items.pulse": "4", "b.items.tremor": "1"}), what="replace", quick="typed wrong"
    )
    assert came.url == "/patients/demo-1", came.text
    assert document(house)["scores"][-1]["items"] == {"pulse": 4, "sweating": 1, "tremor": 1}
    came = nurse.send(address(score), **(fields | {"b.items.pulse": "3"}), what="replace", quick="typed wrong")
    assert came.status == 422 and 'href="#b.items.pulse"' in came.html


def test_the_time_of_a_dose_is_corrected(someone, house, charted):
    dose = charted("dose", {"medicine": "naloxone", "dose": "4 mg", "route": "intranasal"})
    nurse = someone("n.park")
    fields = fields_of(nurse.get(address(dose)))
    nurse.send(address(dose), **(fields | {"b.at": "2026-11-22 08:10"}), what="replace", quick="wrong time")
    assert document(house)["doses"][-1]["at"] == "2026-11-22T08:10:00-05:00"


def test_without_a_reason_or_a_change_nothing_is_corrected(someone, house, pressure):
    nurse = someone("n.park")
    fields = fields_of(nurse.get(address(pressure)))
    for sent, field in (
        ({"what": "strike"}, "reason"),
        ({"quick": "typed wrong"}, "what"),
        ({"what": "replace", "quick": "typed wrong", **fields}, "what"),
        ({"what": "replace", "quick": "typed wrong", **fields, "b.value": "4000"}, "b.value"),
        ({"what": "replace", "quick": "typed wrong", **fields, "b.unit": "kPa"}, "b.unit"),
        ({"what": "replace", "quick": "typed wrong", **fields, "b.at": "2026-11-22 23:00"}, "b.at"),
    ):
        came = nurse.send(address(pressure), **sent)
        assert came.status == 422 and f'href="#{field}"' in came.html, (sent, came.text)
    assert not list(house.record.entries(patient="demo-1", kinds=["correction"]))


def test_a_correction_points_to_what_it_corrects(someone, house, pressure):
    nurse = someone("n.park")
    nurse.send(address(pressure), what="strike", reason="was another person")
    (correction,) = house.record.entries(patient="demo-1", kinds=["correction"])
    page = nurse.get(address(correction))
    assert f'href="/patients/demo-1/correct/{pressure.number}"' in page.html and "Write the correction" not in page.html
    assert nurse.send(address(correction), what="strike", reason="no").status == 422


@pytest.mark.parametrize("number", ["0", "-1", "999999", "1", "x", "٣", "9" * 30])
def test_what_is_no_entry_of_this_chart_is_refused_the_same(someone, number):
    came = someone("n.park").get(f"/patients/demo-1/correct/{number}")
    assert came.status == 404 and "There is no such entry in this chart." in came.text


def test_an_entry_of_another_person_cannot_be_reached(someone, house):
    nurse = someone("n.park")
    nurse.send("/admit", name="Another")
    other = list(house.record.entries(kinds=["admission"]))[-1]
    assert nurse.get(address(other)).status == 404
    page = nurse.get("/patients/demo-1/vitals")
    sent = nurse.client.post(
        address(other),
        data={"form": page.hidden("form"), "what": "strike", "reason": "mine now", "id": page.hidden("id")},
    )
    assert sent.status_code == 404
    assert not list(house.record.entries(kinds=["correction"]))


def test_who_may_not_write_such_an_entry_may_not_correct_it(someone, house, pressure):
    pharmacist = someone("j.lindqvist")
    assert "Write the correction" not in pharmacist.get(address(pressure)).text
    page = pharmacist.get("/patients/demo-1/notes")
    data = {name: page.hidden(name) for name in ("form", "id")} | {"what": "strike", "reason": "no"}
    assert pharmacist.client.post(address(pressure), data=data).status_code == 403
    assert not list(house.record.entries(kinds=["correction"]))


def offered(page, field):
    """What a field of the entry's words may be changed to."""
    radios = re.findall(rf'type="radio" name="{re.escape(field)}" value="([^"]*)"', page.html)
    select = re.search(rf'name="{re.escape(field)}".*?</select>', page.html, re.DOTALL)
    return radios or (re.findall(r'<option value="([^"]*)"', select[0]) if select else [])


def test_items_of_a_score_are_chosen_among_their_legal_points(someone, charted):
    score = charted("score", {"instrument": "cows", "items": {"pulse": 2, "sweating": 1}})
    page = someone("n.park").get(address(score))
    assert offered(page, "b.items.pulse") == ["0", "1", "2", "4", ""]
    assert fields_of(page)["b.items.pulse"] == "2" and fields_of(page)["b.items.tremor"] == ""
    assert "not assessed" in page.text


def test_a_finding_its_unit_and_a_dose_are_chosen(someone, house, charted):
    nurse = someone("n.park")
    seizure = charted("observation", {"what": "seizure", "value": "yes"})
    assert offered(nurse.get(address(seizure)), "b.value") == ["yes", "no", "unknown", ""]
    warm = charted("observation", {"what": "temperature", "value": 99, "unit": "[degF]"})
    assert {"Cel", "[degF]"} <= set(offered(nurse.get(address(warm)), "b.unit"))
    dose = charted("dose", {"medicine": "naloxone", "dose": "4 mg", "route": "intranasal"})
    page = nurse.get(address(dose))
    assert "intravenous" in offered(page, "b.route") and 'value="naloxone"' in page.html
    fields = fields_of(page) | {"b.route": "intravenous", "b.dose": "2 mg"}
    nurse.send(address(dose), **fields, what="replace", quick="typed wrong")
    charted_dose = document(house)["doses"][-1]
    assert (charted_dose["medicine"], charted_dose["dose"], charted_dose["route"]) == (
        "naloxone",
        "2 mg",
        "intravenous",
    )


def test_an_exposure_is_corrected_by_choices_and_keeps_what_was_not_changed(someone, house, charted):
    body = {
        "substance": "heroin",
        "last_use": {"earliest": "2026-11-21T20:00:00-05:00", "latest": "2026-11-21T22:00:00-05:00"},
        "amount": {"value": 1, "unit": "g", "per": "day"},
        "route": "snorted",  # the reader knows this spelling, and the list does not offer it
        "prescribed": False,
    }
    exposure = charted("exposure", body)
    nurse = someone("n.park")
    page = nurse.get(address(exposure))
    assert "snorted" in offered(page, "b.route") and "fentanyl-illicit" in offered(page, "b.substance")
    fields = fields_of(page)
    assert fields["b.prescribed"] == "no" and fields["b.route"] == "snorted"
    came = nurse.send(
        address(exposure),
        **(fields | {"b.substance": "fentanyl-illicit"}),
        what="replace",
        quick="told differently since",
    )
    assert came.url == "/patients/demo-1", came.text
    assert document(house)["exposures"][-1] == body | {"substance": "fentanyl-illicit"}


def test_words_come_in_the_order_of_their_form_and_times_as_the_clock_showed_them(someone, charted):
    body = {"route": "smoked", "last_use": "2026-11-21T08:05:30.123-06:00", "substance": "heroin"}
    page = someone("n.park").get(address(charted("exposure", body)))
    names = list(dict.fromkeys(re.findall(r'name="(b\.[^"]+)"', page.html)))
    assert names[:3] == ["b.substance", "b.product", "b.last_use"]
    assert fields_of(page)["b.last_use"] == "2026-11-21 09:05"


def test_an_amount_told_as_one_text_is_not_asked_for_in_parts(someone, house, charted):
    exposure = charted("exposure", {"substance": "heroin", "amount": "1 g", "per": "day"})
    nurse = someone("n.park")
    fields = fields_of(nurse.get(address(exposure)))
    assert fields["b.amount"] == "1 g" and not {"b.amount.value", "b.amount.unit", "b.amount.per"} & set(fields)
    nurse.send(address(exposure), **(fields | {"b.amount": "2 g"}), what="replace", quick="typed wrong")
    assert document(house)["exposures"][-1] == {"substance": "heroin", "amount": "2 g", "per": "day"}


def test_a_list_that_was_asked_for_and_is_empty_stays_so(someone, house, charted):
    exposure = charted("exposure", {"substance": "heroin", "supply": {"adulterants": []}})
    nurse = someone("n.park")
    fields = fields_of(nurse.get(address(exposure)))
    assert fields["b.supply.adulterants"] == "none"
    nurse.send(address(exposure), **(fields | {"b.route": "smoked"}), what="replace", quick="typed wrong")
    assert document(house)["exposures"][-1] == {"substance": "heroin", "supply": {"adulterants": []}, "route": "smoked"}
    fields["b.supply.adulterants"] = "xylazine, medetomidine"
    nurse.send(address(exposure), **fields, what="replace", quick="typed wrong")
    assert document(house)["exposures"][-1]["supply"] == {"adulterants": ["xylazine", "medetomidine"]}


def test_the_page_says_what_will_happen_what_stays_visible_and_what_cannot_be_undone(someone, charted):
    dose = charted("dose", {"medicine": "naloxone", "dose": "40 mg", "route": "intranasal"})
    text = someone("n.park").get(address(dose)).text
    for said in (
        "It did not happen, or not to this person: strike the entry",
        "It happened and is charted wrong: put it right",
        "Write what the person was really given",
        "what is due, the alerts and the options are worked out anew. A plan that is signed stays signed",
        "keep what was charted first, crossed out, and your correction with your name",
        f"cannot be undone: nothing is ever deleted, this correction neither. If it is wrong, correct entry {dose.number}",
    ):
        assert said in text, said


def test_what_the_page_says_of_a_corrected_dose_is_so(someone, charted):
    dose = charted("dose", {"medicine": "naloxone", "dose": "40 mg", "route": "intranasal"})
    nurse = someone("n.park")
    fields = fields_of(nurse.get(address(dose))) | {"b.dose": "4 mg"}
    nurse.send(address(dose), **fields, what="replace", quick="typed wrong")
    entries = nurse.get("/patients/demo-1/entries")
    assert re.search(r"<del>[^<]*40 mg", entries.html) and "typed wrong" in entries.text and "Nora Park" in entries.text


def test_a_struck_entry_is_not_struck_again_and_the_page_says_how_it_stands_again(someone, pressure):
    nurse = someone("n.park")
    nurse.send(address(pressure), what="strike", reason="was another person")
    page = nurse.get(address(pressure))
    assert "To let it stand again, put its words right below." in page.text and 'value="strike"' not in page.html


def test_a_dose_is_not_corrected_to_an_amount_that_the_dose_page_would_ask_about(someone, house, charted):
    given = charted("dose", {"medicine": "buprenorphine-sublingual", "dose": "8 mg", "route": "sublingual"})
    nurse = someone("n.park")
    fields = fields_of(nurse.get(address(given))) | {"b.dose": "400 mg"}
    refused = nurse.send(address(given), **fields, what="replace", quick="typed wrong")
    assert refused.status == 422 and "Look again" in refused.text
    assert not list(house.record.entries(kinds=["correction"]))
    word = unescape(re.search(r'id="sure" name="sure" value="([^"]+)"', refused.html)[1])
    other = nurse.send(
        address(given), **(fields | {"b.dose": "500 mg"}), what="replace", quick="typed wrong", sure=word
    )
    assert other.status == 422, "a tick held for another dose"
    came = nurse.send(address(given), **fields, what="replace", quick="typed wrong", sure=word)
    assert came.url == "/patients/demo-1"
    assert [one.body["replaces"]["dose"] for one in house.record.entries(kinds=["correction"])] == ["400 mg"]


def test_a_slip_in_a_dose_is_corrected_without_a_second_look(someone, house, charted):
    given = charted("dose", {"medicine": "ondansetron", "dose": "8 mg", "route": "oral"})
    nurse = someone("n.park")
    fields = fields_of(nurse.get(address(given))) | {"b.dose": "4 mg"}
    assert nurse.send(address(given), **fields, what="replace", quick="typed wrong").url == "/patients/demo-1"


def test_an_admission_is_not_struck_and_the_chart_is_still_found(someone, house):
    admission = next(house.record.entries(patient="demo-1", kinds=["admission"]))
    nurse = someone("n.park")
    refused = nurse.send(
        address(admission), **fields_of(nurse.get(address(admission))), what="strike", quick="wrong person"
    )
    assert refused.status == 422 and "is not struck" in refused.text
    assert nurse.get("/patients/demo-1").status == 200


def test_two_who_correct_one_entry_at_once_lose_neither(someone, house):
    nurse, other = someone("n.park"), someone("t.okoye")
    nurse.send("/patients/demo-1/took", substance="heroin", last_use_hours="6")
    number = list(house.record.entries(patient="demo-1", kinds=["exposure"]))[-1].number
    path = f"/patients/demo-1/correct/{number}"
    page = other.get(path)
    form = {name: page.hidden(name) for name in ("form", "id", "seen")} | {"what": "strike", "quick": "wrong person"}
    assert nurse.send(path, what="strike", quick="typed wrong").url == "/patients/demo-1"
    came = other.client.post(path, data=form)
    assert came.status_code == 422 and "Nora Park has corrected this entry since this page was opened" in came.text
    assert len([one for one in house.record.entries(kinds=["correction"]) if one.corrects == number]) == 1


@pytest.fixture
def rates(charted):
    return [charted("observation", {"what": "heart-rate", "value": value, "unit": "/min"}) for value in (80, 81)]


def sent(who, entry, **fields):
    """Opens the page; what comes back sends its form."""
    page = who.get(address(entry))
    told = fields_of(page) | {name: page.hidden(name) for name in ("form", "id", "seen")} | {"quick": "typed wrong"}
    return lambda: who.client.post(address(entry), data=told | fields)


def test_two_who_correct_one_entry_at_the_same_moment_do_not_both_stand(someone, house, rates, monkeypatch):
    """Hazard: the last figure would stand, and whoever charted the other believe that theirs does."""
    words = {"what": "replace", "b.value": "90"}, {"what": "replace", "b.value": "100"}
    forms = [sent(someone(name), rates[0], **one) for name, one in zip(("n.park", "t.okoye"), words, strict=True)]
    first, second = sorted(at_once(monkeypatch, "correction", *forms), key=lambda page: page.status)
    assert (first.status, second.status) == (200, 422)
    assert "has corrected this entry since this page was opened. Nothing was written." in second.text
    made = [one for one in house.record.entries(kinds=["correction"]) if one.corrects == rates[0].number]
    assert len(made) == 1 and f"{made[0].body['replaces']['value']}" in second.text


def test_two_who_correct_two_entries_at_the_same_moment_both_do(someone, house, rates, monkeypatch):
    forms = [sent(someone(name), one, what="strike") for name, one in zip(("n.park", "t.okoye"), rates, strict=True)]
    assert [page.status for page in at_once(monkeypatch, "correction", *forms)] == [200, 200]
    made = {one.corrects for one in house.record.entries(kinds=["correction"])}
    assert made >= {one.number for one in rates}
