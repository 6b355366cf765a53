"""A form that is sent again, minutes later: its entries stand once, it is told as done, and other words are refused."""

from __future__ import annotations

import re

import pytest

FORMS = {
    "exposure, hours ago": ("/patients/demo-1/took", {"substance": "heroin", "last_use_hours": "6"}),
    "vital signs, minutes ago": ("/patients/demo-1/vitals", {"heart-rate": "88", "at_ago": "5"}),
    "note": ("/patients/demo-1/notes", {"text": "Slept."}),
    "discharge": (
        "/patients/demo-1/discharge",
        {"what": "leave", "how": "own-decision", "without_naloxone": "declined", "at_ago": "3"},
    ),
}


def sent_form(nurse, path, fields):
    page = nurse.get(path)
    return {name: page.hidden(name) for name in ("form", "id", "seen") if page.hidden(name)} | fields


@pytest.mark.parametrize(("path", "fields"), FORMS.values(), ids=FORMS)
def test_the_same_form_sent_again_is_done_once_and_told_as_done(someone, house, clock, path, fields):
    nurse = someone("n.park")
    form = sent_form(nurse, path, fields)
    first = nurse.client.post(path, data=form)
    after = house.record.last_number()
    clock.forward(minutes=7)
    again = nurse.client.post(path, data=form)
    assert first.status_code == again.status_code == 200, again.text
    assert first.url.path == again.url.path == "/patients/demo-1"
    written = [one.kind for one in house.record.entries(after=after)]
    assert set(written) <= {"read"}, written


def test_an_admission_with_hours_ago_sent_again_is_one_admission(someone, house, clock):
    nurse = someone("n.park")
    form = sent_form(nurse, "/admit", {"name": "Test, Again", "substance": "heroin", "last_use_hours": "14"})
    first = nurse.client.post("/admit", data=form)
    after = house.record.last_number()
    clock.forward(minutes=2)
    again = nurse.client.post("/admit", data=form)
    assert first.status_code == again.status_code == 200 and first.url.path == again.url.path != "/admit", again.text
    assert {one.kind for one in house.record.entries(after=after)} <= {"read"}
    other = nurse.client.post("/admit", data=form | {"last_use_hours": "3"})
    assert other.status_code == 409


def test_a_correction_sent_again_is_one_correction(someone, house, clock):
    nurse = someone("n.park")
    nurse.send("/patients/demo-1/took", substance="heroin", last_use_hours="6")
    number = list(house.record.entries(patient="demo-1", kinds=["exposure"]))[-1].number
    path = f"/patients/demo-1/correct/{number}"
    form = sent_form(nurse, path, {"what": "strike", "quick": "typed wrong"})
    for _ in range(2):
        came = nurse.client.post(path, data=form)
        assert came.url.path == "/patients/demo-1", came.text
        clock.forward(minutes=5)
    assert len([one for one in house.record.entries(kinds=["correction"]) if one.corrects == number]) == 1


@pytest.mark.parametrize(("path", "fields"), list(FORMS.values())[:3], ids=list(FORMS)[:3])
def test_other_words_under_the_id_of_a_form_that_was_sent_are_refused(someone, house, clock, path, fields):
    nurse = someone("n.park")
    form = sent_form(nurse, path, fields)
    nurse.client.post(path, data=form)
    after = house.record.last_number()
    clock.forward(minutes=7)
    name = next(iter(set(fields) - {"at_ago", "substance"}))
    other = {"last_use_hours": "8", "heart-rate": "98", "text": "Awake."}[name]
    came = nurse.client.post(path, data=form | {name: other})
    assert came.status_code == 409 and "What was sent first stands" in came.text and other in came.text
    assert {one.kind for one in house.record.entries(after=after)} <= {"read"}


def test_a_form_that_is_looked_at_after_it_was_sent_shows_the_chart_of_now(someone, house, clock):
    """Hazard: the page as it was at the first sending hides the dose that the form has charted."""
    nurse, dose = someone("n.park"), "/patients/demo-1/dose"
    typed = {"medicine": "ondansetron", "dose": "4", "unit": "mg", "line": "other", "given": "yes"}
    form = sent_form(nurse, dose, typed)
    html = nurse.client.post(dose, data=form).text
    form |= dict(re.findall(r'name="(read-[^"]+)" value="([^"]+)"', html))
    came = nurse.client.post(dose, data=form)
    assert came.url.path == "/patients/demo-1", came.text
    clock.forward(minutes=4)
    looked = nurse.client.post(dose, data=form | {"look": "yes"})
    assert looked.status_code == 200 and "ondansetron 4 mg was given 4 min before this one" in looked.text, looked.text
    assert len([one for one in house.record.entries(kinds=["dose"]) if one.body.get("medicine") == "ondansetron"]) == 1
