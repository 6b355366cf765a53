"""Nothing of a chart is shown without an entry that says who read it: on every page, again after a form that was refused."""

import re

import pytest

from leeward.record.sessions import form_token
from leeward.web.guard import COOKIE
from leeward.web.table import PAGES
from tests.web.test_who_may_what import address

CHARTS = [page for page in PAGES if page.parts and not page.by_itself]
NAME = re.compile(r"Demo, \w+")


def reads(house, patient="demo-1"):
    return [(one.by, one.body["parts"]) for one in house.record.entries(patient, kinds=["read"])]


def looks(house):
    return [(one.by, one.body["parts"]) for one in house.record.entries("", kinds=["read"])]


def post(one, path, **fields):
    form = {"form": form_token(one.client.cookies[COOKIE]), "id": "b" * 32, "seen": "0"}
    return one.client.post(path, data=form | fields, follow_redirects=False)


@pytest.mark.parametrize("page", [page for page in CHARTS if page.take], ids=lambda page: page.path)
def test_a_page_shown_again_after_its_form_was_refused_is_one_more_reading(someone, house, page):
    one = someone("a.reyes")
    came = post(one, address(page.path))
    assert len(reads(house)) == (0 if came.status_code in (303, 404) or "content-disposition" in came.headers else 1)
    if came.status_code in (422, 409):
        assert "demo-1" in came.text
        assert reads(house) == [("a.reyes", sorted(page.parts))]


def test_a_chart_that_changed_meanwhile_is_read_when_it_is_shown_again(someone, house, charted):
    nurse = someone("n.park")
    seen = nurse.get("/patients/demo-1/score/cows").hidden("seen")
    before = len(reads(house))
    assert before == 1
    came = post(nurse, "/patients/demo-1/score/cows", seen=seen, **{"items.pulse": "9"})
    assert came.status_code == 422 and NAME.search(came.text)
    assert reads(house)[before:] == [("n.park", ["chart"])]


def test_a_refusal_shows_nobodys_chart_because_no_reading_of_it_was_written(someone, house):
    nurse, before = someone("n.park"), house.record.last_number()
    name = NAME.search(nurse.get("/").html)
    assert name
    for path in ("/patients/demo-1/options/no-such-option", "/patients/demo-1/correct/999999"):
        came = nurse.get(path)
        assert came.status == 404 and not NAME.search(came.html) and "llerg" not in came.text
    came = nurse.client.post("/patients/demo-1/score/cows", data={"form": "0" * 64}, follow_redirects=False)
    assert came.status_code == 403 and not NAME.search(came.text)
    assert reads(house) == [] and house.record.last_number() == before + 1, "the board alone was read"


@pytest.mark.parametrize("path", ["/patients/demo-1/timeline.svg", "/patients/demo-1/since?number=0"])
def test_what_a_page_asks_for_by_itself_is_part_of_its_reading_and_by_itself_is_one(someone, house, clock, path):
    nurse = someone("n.park")
    nurse.get("/patients/demo-1")
    assert len(reads(house)) == 1
    for _ in range(3):
        assert nurse.get(path).status == 200
    assert len(reads(house)) == 1, "the page that asked for it was read"
    other = someone("a.reyes")
    for _ in range(3):
        assert other.get(path).status == 200
    assert reads(house)[1:] == [("a.reyes", ["chart"])], "nobody sees the picture unseen by asking for it alone"
    assert nurse.get(path.replace("demo-1", "demo-2")).status == 200
    assert reads(house, "demo-2") == [("n.park", ["chart"])]


def test_a_chart_that_stands_open_for_hours_is_written_down_in_each(someone, house, clock):
    nurse = someone("n.park")
    nurse.get("/patients/demo-1")
    for _ in range(13):
        clock.forward(minutes=10)
        nurse.get("/me")
        assert nurse.get("/patients/demo-1/since").status == 200
    assert len(reads(house)) == 3


@pytest.mark.parametrize("path", ["/", "/board/rows", "/board/standing"])
def test_the_board_by_any_address_is_written_down_once_in_each_hour_of_a_session(someone, house, clock, path):
    nurse = someone("n.park")
    for _ in range(3):
        assert NAME.search(nurse.get(path).html)
    assert looks(house) == [("n.park", ["attendance", "chart"])]
    assert NAME.search(post(nurse, "/", find="demo").text) and NAME.search(nurse.get("/").html)
    assert len(looks(house)) == 1
    someone("n.park").get(path)
    assert len(looks(house)) == 2, "another session is another look"
    for _ in range(6):
        clock.forward(minutes=10)
        assert nurse.get("/me").status == 200
        assert nurse.get(path).status == 200
    assert len(looks(house)) == 3


def test_who_left_is_a_list_of_people_too(someone, house):
    nurse = someone("n.park")
    assert nurse.get("/left").status == 200 and looks(house) == []
    nurse.send("/patients/demo-2/discharge", what="leave", how="planned", without_naloxone="have-it")
    for _ in range(2):
        assert "Sample, Sam" in nurse.get("/left").text and "Sample, Sam" in nurse.send("/left", find="sam").text
    assert looks(house) == [("n.park", ["attendance"])]
