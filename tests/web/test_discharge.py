"""Leaving with what goes along, and coming back into the same chart."""

from __future__ import annotations

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
