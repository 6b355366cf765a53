"""Bad days and bad requests: a clear sentence, nothing lost or doubled, what was typed kept, and it comes back."""

from __future__ import annotations

import logging
import sqlite3
from itertools import count
from pathlib import Path

import pytest

from leeward.record.sessions import form_token
from leeward.record.storage import Record, default_url
from leeward.record.verify import verify_record
from leeward.ward.state import Ward
from leeward.web.guard import COOKIE
from tests.unit.record.test_disks import small_disk
from tests.web.conftest import Clock, Page, Someone, demo_house, signing_in

SCORE = "/patients/demo-1/score/cows"
TYPED = {"items.pulse": "2", "items.sweating": "3", "items.tremor": "1"}


@pytest.fixture
def impatient(house, tmp_path):
    """The same ward through a record that waits a fifth of a second for another writer."""
    import msgspec

    with Record(default_url(tmp_path), wait=0.2) as record:
        yield msgspec.structs.replace(house, record=record, ward=Ward(record, house.knowledge))


def scores(house) -> list[dict]:
    return [entry.body for entry in house.record.entries("demo-1", kinds=["score"])]


def post(one, path, **fields):
    form = {"form": form_token(one.client.cookies[COOKIE]), "id": "a" * 32, "seen": "0"}
    return one.client.post(path, data=form | fields, follow_redirects=False)


def test_a_locked_database_is_said_and_the_same_form_is_taken_once_when_it_is_free(impatient, tmp_path):
    nurse, before = signing_in(impatient)("n.park"), scores(impatient)
    assert nurse.get(SCORE).status == 200
    other = sqlite3.connect(tmp_path / "record.sqlite", isolation_level=None)
    other.execute("begin immediate")
    refused = post(nurse, SCORE, **TYPED)
    assert refused.status_code == 503 and "Nothing was written" in refused.text and "tremor" in refused.text
    other.execute("rollback")
    assert scores(impatient) == before
    assert post(nurse, SCORE, **TYPED).status_code == 303
    assert post(nurse, SCORE, **TYPED).status_code == 303, "the same form sent again is the same entry"
    assert len(scores(impatient)) == len(before) + 1
    assert not verify_record(impatient.record).findings


def test_a_database_taken_away_is_said_and_it_comes_back(house, someone, tmp_path: Path):
    nurse = someone("n.park")
    away = {file: file.with_name(f"away-{file.name}") for file in tmp_path.glob("record.sqlite*")}
    for file, other in away.items():
        file.rename(other)
    for path in ("/", "/patients/demo-1"):
        shown = nurse.get(path)
        assert shown.status == 503 and "database file" in shown.text and "Traceback" not in shown.html
    assert post(nurse, SCORE, **TYPED).status_code == 503
    for file, other in away.items():
        other.rename(file)
    assert nurse.get("/patients/demo-1").status == 200
    assert not verify_record(house.record).findings


def fill_up(folder: Path) -> None:
    """Take every byte that is left of a disk."""
    with (folder / "ballast").open("wb", buffering=0) as ballast:
        for size in (65_536, 4_096, 512, 1):
            try:
                for _ in count():
                    ballast.write(b"x" * size)
            except OSError:
                continue


def test_a_full_disk_is_said_with_what_to_do_and_shows_no_chart_unread(clock: Clock):
    with small_disk(20_000) as folder:
        made = demo_house(folder, clock)
        house = next(made)
        nurse = signing_in(house)("n.park")
        assert nurse.get("/patients/demo-1").status == 200
        before = house.record.last_number()
        fill_up(folder)
        for came in (
            nurse.get("/patients/demo-1"),
            nurse.get("/"),
            nurse.get("/patients/demo-1/hand-off"),
            wrongly_scored(nurse),
        ):
            assert came.status == 503 and "disk is full" in came.text and "(LW-0722)" in came.text
            assert "Go on from the last printed hand-off, chart on paper, and call" in came.text
            assert "Demo, Dana" not in came.html, "not even in a banner"
        clock.forward(minutes=5)
        assert nurse.get("/reference").status == 200, "what shows nobody is shown, though the use cannot be noted"
        refused = post(nurse, SCORE, **TYPED)
        assert refused.status_code == 503 and "Nothing was written" in refused.text and "tremor" in refused.text
        assert house.record.last_number() == before
        (folder / "ballast").unlink()
        assert post(nurse, SCORE, **TYPED).status_code == 303 and nurse.get("/patients/demo-1").status == 200
        assert not verify_record(house.record).findings
        made.close()


def wrongly_scored(one: Someone) -> Page:
    """The form of a score with a mistake in it: it would be shown again with the chart's banner."""
    return Page(post(one, SCORE, **{"items.pulse": "9"}))


def test_a_form_sent_again_with_other_words_is_a_conflict_and_the_first_stands(someone, house):
    nurse, before = someone("n.park"), scores(house)
    assert post(nurse, SCORE, **TYPED).status_code == 303
    again = post(nurse, SCORE, **(TYPED | {"items.tremor": "4"}))
    assert again.status_code == 409 and "sent before, with other words" in again.text and "tremor" in again.text
    assert len(scores(house)) == len(before) + 1 and scores(house)[-1]["items"]["tremor"] == 1


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [("", "/import", 401), ("n.park", "/import", 403), ("m.haddad", "/services/load", 403), ("admin", SCORE, 403)],
)
def test_a_large_form_is_not_read_from_who_may_not_send_it(someone, house, monkeypatch, who, path, status):
    one, before = someone(who), house.record.last_number()

    async def no_form(*_: object) -> None:
        raise AssertionError("the form was read")

    sent = {"data": {"form": "0" * 64, "text": "x" * 100_000}, "follow_redirects": False}
    as_before = one.client.post(
        path, data={"form": form_token(one.client.cookies.get(COOKIE, ""))}, follow_redirects=False
    )
    with monkeypatch.context() as patched:
        patched.setattr("leeward.web.guard.Door._form", no_form)
        came = one.client.post(path, **sent)
    assert came.status_code == as_before.status_code == status and house.record.last_number() == before
    assert came.text == as_before.text


def test_a_body_that_ends_by_its_encoding_is_refused_whatever_length_it_claims(someone):
    nurse = someone("n.park")
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "transfer-encoding": "chunked",
        "content-length": "9",
    }
    assert nurse.client.post(SCORE, content=b"form=12345", headers=headers).status_code == 411


def test_a_clock_set_back_is_said_and_nothing_is_written_until_it_is_right(house, someone, clock):
    nurse, before = someone("n.park"), scores(house)
    nurse.get("/")
    clock.forward(minutes=-4)
    refused = post(nurse, SCORE, **TYPED)
    assert refused.status_code == 503 and "clock" in refused.text
    clock.forward(minutes=5)
    assert scores(house) == before
    assert post(nurse, SCORE, **TYPED).status_code == 303


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"data": {"text": "x" * 300_000}}, 413),
        ({"content": b"{}", "headers": {"content-type": "application/json"}}, 415),
        ({"content": b"a=1", "headers": {"content-type": "text/plain"}}, 415),
        ({"content": b"--x\r\nbroken", "headers": {"content-type": "multipart/form-data; boundary=y"}}, 400),
        ({"content": b"", "headers": {"content-type": "multipart/form-data"}}, 400),
        ({"content": b"form=%ff%fe&pulse=\x00", "headers": {"content-type": "application/x-www-form-urlencoded"}}, 403),
        ({"data": {str(number): "x" for number in range(3000)}}, 400),
    ],
    ids=["too large", "json", "plain text", "no boundary in it", "no boundary", "not unicode", "3,000 fields"],
)
def test_a_body_that_is_no_form_is_refused_plainly(someone, house, sent, status):
    nurse, before = someone("n.park"), house.record.last_number()
    came = nurse.client.post(SCORE, follow_redirects=False, **sent)
    assert came.status_code == status and "<h1>" in came.text
    assert house.record.last_number() == before


@pytest.mark.parametrize("patient", ["demo-999", "%00", "' or 1=1 --", "p" * 5000, "demo-1%2F..%2Fdemo-2", "﷽"])
def test_an_unknown_person_is_refused_plainly(someone, patient):
    came = someone("n.park").get(f"/patients/{patient}")
    assert came.status in (404, 400, 414) and "Traceback" not in came.html


def test_a_form_from_another_site_and_a_strange_host_are_refused(someone, house):
    nurse, before = someone("n.park"), house.record.last_number()
    for headers in (
        {"origin": "https://evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"host": "evil.example"},
        {"origin": "null"},
    ):
        came = nurse.client.post("/sign-out", data={"form": form_token(nurse.client.cookies[COOKIE])}, headers=headers)
        assert came.status_code == 400
    assert house.record.last_number() == before


def test_every_answer_carries_the_headers_that_keep_it_to_itself(someone):
    nurse = someone("n.park")
    for path in ("/sign-in", "/", "/patients/demo-1", "/nowhere", "/static/leeward.css"):
        headers = nurse.client.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff" and headers["x-frame-options"] == "DENY"
        assert path.startswith("/static/") or headers["cache-control"] == "no-store"


def test_an_error_that_nobody_thought_of_ends_in_a_sentence_and_tells_the_log_no_content(
    house, someone, caplog, monkeypatch
):
    """The one place where something is put in another's place: an error that cannot be made otherwise."""
    from leeward.web.pages import board

    def fails(visit: object) -> None:
        raise ZeroDivisionError("Dana took 40 mg")

    page = next(page for page in board.PAGES if page.path == "/")
    import msgspec

    monkeypatch.setattr("leeward.web.app.PAGES", (msgspec.structs.replace(page, show=fails),))
    with caplog.at_level(logging.DEBUG):
        came = signing_in(house)("n.park").get("/")
    assert came.status == 500 and "Something went wrong" in came.text
    assert "Dana" not in came.html + caplog.text and "ZeroDivisionError" in caplog.text


def test_what_was_typed_comes_back_where_the_session_has_ended(someone, clock):
    nurse = someone("n.park")
    nurse.get("/patients/demo-1")
    clock.forward(hours=1)
    came = post(nurse, SCORE, **TYPED)
    assert came.status_code == 401 and "nothing was written" in came.text
    token = form_token(nurse.client.cookies.get(COOKIE, ""))
    assert "sweating" in came.text and came.text.count(token) == came.text.count(f'name="typed:form" value="{token}"')
