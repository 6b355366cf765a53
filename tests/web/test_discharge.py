"""Leaving with what goes along, and coming back into the same chart."""

from __future__ import annotations

import pytest

from leeward.ward.due import due_of
from tests.web.at_once import at_once

PAGE = "/patients/demo-1/discharge"


def chart(house):
    house.ward.catch_up()
    return house.ward.bedside("demo-1", house.clock()).chart


def test_what_leaves_with_the_person_is_shown_and_what_was_done_is_charted(someone, house):
    nurse = someone("n.park")
    page = nurse.get(PAGE)
    assert "Take-home naloxone" in page.text and "Two doses of 4 mg" in page.text and " checked" not in page.html
    came = nurse.send(
        PAGE, what="leave", how="planned", to="home", at_ago="10", **{"with": ["naloxone", "patient-sheet"]}
    )
    assert came.url == "/patients/demo-1", came.text
    entry = list(house.record.entries(patient="demo-1", kinds=["discharge"]))[-1]
    assert entry.body["with"] == ["naloxone", "patient-sheet"] and entry.body["to"] == "home"
    assert "follow-up" in entry.body["without"] and "naloxone" not in entry.body["without"]
    assert entry.at == "2026-11-22T08:50:00-05:00" and chart(house).discharged == entry.at
    assert "demo-1" not in [one.patient for one in house.ward.everybody(house.clock())]


LEAVES = {"what": "leave", "without_naloxone": "have-it"}


def left(house):
    return list(house.record.entries(patient="demo-1", kinds=["discharge"]))[-1].body


def test_ticks_stop_nothing(someone, house):
    someone("n.park").send(PAGE, **LEAVES, how="own-decision")
    assert chart(house).discharged is not None


def test_who_leaves_without_naloxone_is_asked_about_and_the_reason_is_charted(someone, house):
    nurse = someone("n.park")
    asked = nurse.send(PAGE, what="leave", how="planned", to="home")
    assert asked.status == 422 and "Naloxone is not ticked, and it is not said why." in asked.text
    assert 'value="home"' in asked.html and chart(house).discharged is None
    nurse.send(PAGE, what="leave", how="planned", to="home", without_naloxone="declined")
    assert left(house)["without_naloxone"] == "declined"
    assert "No naloxone: they do not want it" in nurse.get("/patients/demo-1/entries").text


def test_the_question_about_naloxone_stops_nobody_twice(someone, house):
    nurse = someone("n.park")
    asked = nurse.send(PAGE, what="leave", how="planned")
    assert asked.hidden("asked_why") == "yes"
    nurse.send(PAGE, what="leave", how="planned", asked_why=asked.hidden("asked_why"))
    assert left(house)["without_naloxone"] == "not-said" and chart(house).discharged is not None


def test_nobody_is_asked_about_naloxone_that_went_along_or_about_the_dead(someone, house):
    nurse = someone("n.park")
    nurse.send(PAGE, what="leave", how="planned", **{"with": ["naloxone"]})
    assert "without_naloxone" not in left(house)
    nurse.send(PAGE, what="return")
    nurse.send(PAGE, what="leave", how="died")
    assert "without_naloxone" not in left(house)


def test_how_they_left_is_needed_and_what_was_typed_is_kept(someone, house):
    came = someone("n.park").send(PAGE, what="leave", to="home", **{"with": ["naloxone"]})
    assert came.status == 422 and 'href="#how"' in came.html and 'value="home"' in came.html
    assert 'value="naloxone" checked' in came.html and chart(house).discharged is None


def test_a_discharge_that_lies_ahead_is_charted_when_it_happens(someone, house):
    nurse = someone("n.park")
    page = nurse.get(PAGE)
    fields = {name: page.hidden(name) for name in ("form", "id")} | {"how": "planned", "at": "2026-11-23 10:00"}
    came = type(page)(nurse.client.post(PAGE, data=fields | LEAVES))
    assert came.status == 422 and chart(house).discharged is None
    assert "They have not left yet: 2026-11-23 10:00 lies after now (2026-11-22 09:00)." in came.text
    assert "what is planned goes into a note" in came.text


def test_nobody_leaves_before_they_came(someone, house):
    came = someone("n.park").send(PAGE, **LEAVES, how="planned", at_ago="20000")
    assert came.status == 422 and chart(house).discharged is None


def test_somebody_who_left_comes_back_into_the_same_chart(someone, house, clock):
    nurse = someone("n.park")
    nurse.send(PAGE, **LEAVES, how="planned")
    clock.forward(minutes=5)
    page = nurse.get(PAGE)
    assert page.text.count("Admit again") and "Chart the discharge" not in page.text
    came = nurse.send(PAGE, what="return", setting="inpatient", place="Bed 9")
    assert came.url == "/patients/demo-1", came.text
    after = chart(house)
    assert after.discharged is None and after.name and after.document["setting"] == "inpatient"
    assert after.identity["place"] == "Bed 9"


def test_twice_leaving_and_returning_while_here_are_refused(someone, house):
    nurse = someone("n.park")
    assert nurse.send(PAGE, what="return").status == 422
    nurse.send(PAGE, **LEAVES, how="planned")
    assert nurse.send(PAGE, **LEAVES, how="planned").status == 422
    assert len(list(house.record.entries(patient="demo-1", kinds=["discharge"]))) == 1


def at_the_same_moment(someone, monkeypatch, kind, *told):
    """What two people get who open the page, and then send their forms at the same moment."""
    forms = [(who, who.get(PAGE), one) for who, one in zip((someone("n.park"), someone("t.okoye")), told, strict=True)]

    def sent(who, page, fields):
        hidden = {name: page.hidden(name) for name in ("form", "id", "seen")}
        return lambda: who.client.post(PAGE, data=hidden | fields)

    return sorted(at_once(monkeypatch, kind, *(sent(*one) for one in forms)), key=lambda page: page.status)


def test_two_who_chart_at_the_same_moment_how_somebody_left_do_not_both_stand(someone, house, monkeypatch):
    """Hazard: of "as planned" and "by their own decision" the last would stand, and whoever wrote the other not know."""
    told = [LEAVES | {"how": "planned"}, LEAVES | {"how": "own-decision"}]
    first, second = at_the_same_moment(someone, monkeypatch, "discharge", *told)
    assert (first.status, second.status) == (200, 422)
    assert "has just charted that this person left. Nothing was written." in second.text
    assert "Admit again" in second.text
    assert len(list(house.record.entries(patient="demo-1", kinds=["discharge"]))) == 1


def test_two_who_chart_at_the_same_moment_that_somebody_came_back_do_not_both_stand(someone, house, monkeypatch):
    someone("n.park").send(PAGE, **LEAVES, how="planned")
    before = len(list(house.record.entries(patient="demo-1", kinds=["admission"])))
    told = [{"what": "return", "place": "Bed 1"}, {"what": "return", "place": "Bed 2"}]
    first, second = at_the_same_moment(someone, monkeypatch, "admission", *told)
    assert (first.status, second.status) == (200, 422) and "charted that this person came back" in second.text
    assert len(list(house.record.entries(patient="demo-1", kinds=["admission"]))) == before + 1


def test_other_charting_at_the_same_moment_holds_up_no_discharge(someone, house, charted, monkeypatch):
    page = someone("n.park").get(PAGE)
    charted("observation", {"what": "heart-rate", "value": 80, "unit": "/min"})
    assert page.status == 200 and someone("n.park").send(PAGE, **LEAVES, how="planned").url == "/patients/demo-1"


def test_the_entry_says_in_words_how_they_left_and_what_was_done(someone):
    nurse = someone("n.park")
    nurse.send(PAGE, **LEAVES, how="own-decision", to="home", **{"with": ["patient-sheet"]})
    said = nurse.get("/patients/demo-1/entries").text
    assert "Left by their own decision, before it was planned, to home. Done: patient sheet. Not done: " in said


def test_what_was_asked_at_an_earlier_stay_is_shown_as_such_and_asked_again(someone, house):
    nurse = someone("n.park")
    at = nurse.send("/admit", name="Test, Back").url
    nurse.send(f"{at}/history", **{"asked-allergy": "none"})
    assert "Charted: None." in nurse.get(f"{at}/history").text
    nurse.send(f"{at}/discharge", what="leave", how="own-decision", **{"with": ["naloxone"]})
    nurse.send(f"{at}/discharge", what="return")
    page = nurse.get(f"{at}/history").text
    assert "None, at an earlier stay: ask again" in page and "Charted: None." not in page


def test_who_leaves_gravely_ill_is_asked_why_once_and_it_is_charted(someone, house, charted):
    charted("score", {"instrument": "cows", "total": 25})
    nurse = someone("n.park")
    assert "Still ill: COWS 25, moderately severe." in nurse.get(PAGE).text
    asked = nurse.send(PAGE, **LEAVES, how="own-decision")
    assert asked.status == 422 and chart(house).discharged is None
    assert "They are still ill (COWS 25, moderately severe), and it is not said why they leave now." in asked.text
    nurse.send(PAGE, **LEAVES, how="own-decision", despite="Will come back tonight")
    assert (left(house)["despite"], left(house)["left_with"]) == (
        "Will come back tonight",
        "COWS 25, moderately severe",
    )
    assert "Left with COWS 25, moderately severe: Will come back tonight" in nurse.get("/patients/demo-1/entries").text


@pytest.mark.parametrize(
    ("body", "asks"),
    [
        ({"instrument": "cows", "total": 24}, False),
        ({"instrument": "cows", "total": 40}, True),
        ({"instrument": "cows", "items": {"pulse": 4, "sweating": 4, "restlessness": 5}}, True),
        ({"instrument": "sows-handelsman-16", "total": 29, "by": "self"}, True),
        ({"instrument": "sows-handelsman-16", "total": 12, "by": "self"}, False),
    ],
)
def test_a_reason_is_asked_from_the_same_grave_score_on(someone, house, charted, clock, body, asks):
    clock.forward(minutes=5)
    charted("score", body)
    came = someone("n.park").send(PAGE, **LEAVES, how="planned")
    assert (came.status == 422) == asks and (chart(house).discharged is None) == asks


def test_the_reason_is_asked_once_and_never_of_the_dead(someone, house, charted):
    charted("score", {"instrument": "cows", "total": 30})
    nurse = someone("n.park")
    asked = nurse.send(PAGE, **LEAVES, how="planned")
    nurse.send(PAGE, **LEAVES, how="planned", asked_why=asked.hidden("asked_why"))
    assert left(house)["despite"] == "not-said"
    assert "asked twice, no reason given" in nurse.get("/patients/demo-1/entries").text
    nurse.send(PAGE, what="return")
    nurse.send(PAGE, what="leave", how="died")
    assert "despite" not in left(house)


def test_alerts_that_stand_are_shown_before_somebody_leaves(someone, charted):
    charted("observation", {"what": "respiratory-rate", "value": 6, "unit": "/min"})
    charted("observation", {"what": "sedation-rass", "value": -4})
    assert "Emergency, standing: Respiratory depression" in someone("n.park").get(PAGE).text


def test_for_somebody_who_left_nothing_is_due_and_the_way_back_is_on_every_page(someone, house):
    nurse, prescriber = someone("n.park"), someone("a.reyes")
    due = next(
        one.patient
        for one in house.ward.everybody(house.clock())
        if due_of(house.ward.bedside(one.patient, house.clock()))
    )
    nurse.send(f"/patients/{due}/discharge", **LEAVES, how="planned", despite="moved")
    house.ward.catch_up()
    assert due_of(house.ward.bedside(due, house.clock())) == ()
    for path in ("", "/plan", "/hand-off", "/entries"):
        page = prescriber.get(f"/patients/{due}{path}")
        assert "Take back" in page.text and "Overdue" not in page.text, path
    assert "The person has left: nothing is due here." in prescriber.get(f"/patients/{due}/hand-off").text
    assert f'href="/patients/{due}/discharge">Take back' in nurse.get("/left").html
    nurse.send(f"/patients/{due}/discharge", what="return")
    house.ward.catch_up()
    assert due_of(house.ward.bedside(due, house.clock()))
