"""Somebody who left is found again, and is not begun anew by mistake."""

from datetime import datetime


def leave(nurse, patient="demo-2"):
    return nurse.send(f"/patients/{patient}/discharge", what="leave", how="planned", without_naloxone="have-it")


def test_who_left_is_off_the_board_and_on_the_list(someone):
    nurse = someone("n.park")
    assert "Sample, Sam" in nurse.get("/").text and "Sample, Sam" not in nurse.get("/left").text
    leave(nurse)
    assert "Sample, Sam" not in nurse.get("/").text and "Sample, Sam" in nurse.get("/left").text
    assert "Sample, Sam" in nurse.send("/left", find="sam").text
    assert "Nobody who left has this name" in nurse.send("/left", find="somebody else").text


def test_somebody_of_the_name_of_one_who_left_is_asked_about(someone):
    nurse = someone("n.park")
    leave(nurse)
    assert "has left" in nurse.send("/admit", name="Sam Sample").text


def test_discharge_says_first_what_speaks_against_it(someone):
    shown = someone("n.park").get("/patients/demo-6/discharge").text
    assert "Emergency: Respiratory depression or overdose" in shown
    assert shown.index("Emergency:") < shown.index("What leaves with the person")


def test_an_emergency_stands_on_every_page_of_the_chart(someone):
    nurse = someone("n.park")
    for page in ("score/cows", "vitals", "dose", "took", "plan", "hand-off", "entries"):
        shown = nurse.get(f"/patients/demo-6/{page}").text
        assert "Emergency: Respiratory depression or overdose" in shown, page
    assert "Emergency: Respiratory" not in nurse.get("/patients/demo-1/vitals").text


def test_whoever_left_last_stands_first_whatever_the_offset_from_utc(someone, charted):
    """13:45 at Greenwich is earlier than 08:55 five hours west of it, and looks later."""
    for patient, left in (("demo-1", "2026-11-22T13:45:00+00:00"), ("demo-2", "2026-11-22T08:55:00-05:00")):
        charted("discharge", {"how": "planned"}, patient=patient, at=datetime.fromisoformat(left))
    shown = someone("n.park").get("/left").text
    assert shown.index("Sample, Sam") < shown.index("Demo, Dana")
