"""Bad days and bad requests: a clear sentence, nothing lost or doubled, what was typed kept, and it comes back."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path

import pytest

from leeward.record.sessions import form_token
from leeward.record.storage import Record, default_url
from leeward.record.verify import verify_record
from leeward.ward.state import Ward
from leeward.web.guard import COOKIE
from tests.web.conftest import signing_in

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
    assert "sweating" in came.text and form_token(nurse.client.cookies.get(COOKIE, "")) not in came.text
