"""No answer differs when something changes that one may not see: two wards that differ in it give the same pages.

Twins are told the same, entry by entry, and differ from the first entry on in what stands between. Entries are numbered
through the whole record: a number tells that something else was written meanwhile, as every reading is, and never what.
That a chart is there, and its id, is told to who may break the glass: they read the audit, in which every chart stands by
its id. Nothing of what it holds is told to them, by a page or by the answer to a form.
"""

from __future__ import annotations

import random
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from leeward.knowledge import load_knowledge
from leeward.record.drafts import checked
from leeward.record.entries import Draft, Entry
from leeward.record.sessions import form_token
from leeward.record.storage import Record, default_url
from leeward.ward.state import Ward
from leeward.web.guard import COOKIE
from leeward.web.house import House
from leeward.web.table import PAGES
from tests.unit.paper.pdf_words import words_of
from tests.web.conftest import NOW, Clock, demo_house, signing_in
from tests.web.forms_found import filled, forms_of
from tests.web.test_who_may_what import GUARDED, STAFF, address

RANDOM = re.compile(
    r'(?<=value=")[0-9a-f]{32,64}(?=")|\(code [0-9a-f]{8}\)|/check-in/[\w-]{43}|<img [^>]*src="data:[^>]*>'
)
"""What a page makes anew each time: the id of a form and its token, and a check-in link with its picture."""

DIGEST = re.compile(r"\b[0-9a-f]{12,64}\b")
"""Digests of entries: each is made of all entries before it, and nothing can be read from one."""

SAYS_WHO_LOOKED = {"/administration/audit", "/administration/verify"}
"""Pages whose whole purpose is to tell those who may read the audit that something was written; they tell no content."""


def draft(id: str, kind: str, body: dict, patient: str, by: str = "t.okoye", role: str = "nurse") -> Draft:
    return Draft(id=id, kind=kind, patient=patient, at=NOW.isoformat(), by=by, role=role, body=body)  # type: ignore[arg-type]


COUNSELLING = [
    draft(
        "s1", "counselling-note", {"text": "What was said in confidence."}, "demo-1", by="a.reyes", role="prescriber"
    ),
    draft("s2", "counselling-note", {"text": "And a second talk."}, "demo-2", by="a.reyes", role="prescriber"),
]
CLINICAL = [
    *COUNSELLING,
    draft("c1", "score", {"instrument": "cows", "items": {"pulse": 4, "sweating": 4, "tremor": 4}}, "demo-1"),
    draft("c2", "observation", {"what": "respiratory-rate", "value": 6, "unit": "/min"}, "demo-1"),
    draft("c3", "patient", {"name": "Demo, Another Name", "weight_kg": 99}, "demo-2"),
    draft("c4", "admission", {"name": "Demo, Someone New", "synthetic": True}, "p-secret"),
    draft("c5", "exposure", {"substance": "heroin", "last_use": "unknown"}, "p-secret"),
]


AFTER = 10
"""Entries at the beginning of the demo ward that let its staff in."""


def unseen(number: int, which: int, kinds: Sequence[str]) -> Draft:
    """The entry that stands after every third one: of a kind, with other words in each of two wards."""
    kind, said = kinds[number % len(kinds)], ("A quiet word.", "Something else, said at greater length.")[which]
    patient = f"demo-{number % 10 + 1}" if kind == "counselling-note" else "p-secret"
    body: Mapping[str, dict] = {
        "counselling-note": {"text": f"{said} {number}"},
        "admission": {"name": ("Hidden, One", "Veiled, Another Name")[which], "synthetic": True},
        "score": {"instrument": "cows", "items": {"pulse": (0, 4)[which], "tremor": (1, 4)[which]}},
        "observation": {"what": "respiratory-rate", "value": (16, 6)[which], "unit": "/min"},
        "exposure": {"substance": ("heroin", "kratom")[which], "last_use": "unknown"},
    }
    by, role = ("a.reyes", "prescriber") if kind == "counselling-note" else ("t.okoye", "nurse")
    return draft(uuid.UUID(int=number).hex, kind, body[kind], patient, by, role)


def told(folder: Path) -> tuple[Entry, ...]:
    """The entries of a demo ward."""
    with ward(folder) as house:
        return tuple(house.record.entries())


@contextmanager
def twin(folder: Path, entries: Sequence[Entry], which: int, kinds: Sequence[str]) -> Iterator[House]:
    """A ward that was told the same entries, with unseen ones in between: the first of two such wards, or the other."""
    folder.mkdir()
    hidden, moved = 0, dict[int, int]()
    with Record(default_url(folder)) as record:
        with record.writing(NOW) as writing:
            for entry in entries:
                recorded = datetime.fromisoformat(entry.recorded)
                corrects = None if entry.corrects is None else moved[entry.corrects]
                same = draft(entry.id, entry.kind, dict(entry.body), entry.patient, entry.by, entry.role)
                same = msgspec.structs.replace(same, at=entry.at, corrects=corrects)
                moved[entry.number] = writing.add(checked(same, recorded)).number
                if entry.number % 3 == 0 and entry.number > AFTER:
                    between = msgspec.structs.replace(unseen(hidden, which, kinds), at=entry.at)
                    writing.add(checked(between, recorded))
                    hidden += 1
        knowledge, clock = load_knowledge(), Clock()
        yield House(
            record=record,
            ward=Ward(record, knowledge),
            knowledge=knowledge,
            clock=clock,
            demo=True,
            allowed_hosts=("testserver",),
        )


@contextmanager
def ward(folder: Path, *more: Draft) -> Iterator[House]:
    with ExitStack() as stack:
        made = demo_house(folder, Clock())
        stack.callback(made.close)
        house = next(made)
        if more:
            house.record.append_all(more, NOW)
        yield house


def said(came: Any) -> str:
    """What an answer says, without what each makes anew; a PDF by its words."""
    is_pdf = came.headers.get("content-type") == "application/pdf"
    text = " ".join(words_of(came.content).replace("\u200b", "").split()) if is_pdf else came.text
    return DIGEST.sub("#", RANDOM.sub("*", text))


def pages_of(house: House, person: str, patients: tuple[str, ...], leaving_out: set[str]) -> dict[str, tuple[int, str]]:
    """Every page that can be asked for, as this person gets it, without what each page makes anew."""
    one = signing_in(house)(person)
    asked = [page for page in PAGES if page.show and page.needs != "open" and page.path not in leaving_out]
    found: dict[str, tuple[int, str]] = {}
    for page in asked:
        for patient in patients if page.of_one_chart else ("",):
            path = address(page.path, patient=patient)
            came = one.client.get(path, follow_redirects=False)
            found[path] = (came.status_code, said(came))
    return found


ENDING = ("/sign-out", "/me", "/me/sessions")
"""Forms that end the session, and with it the comparison."""

TAKEN: Mapping[str, Mapping[str, str]] = {
    "notes": {"text": "Slept two hours."},
    "vitals": {"at_ago": "10", "respiratory-rate": "14", "oxygen-saturation": "97"},
    "score/cows": {"items.pulse": "2", "items.sweating": "3", "items.tremor": "1"},
}
"""Forms that a chart takes from who may send them."""


def answers_of(house: House, person: str, patients: tuple[str, ...]) -> dict[str, tuple[int, str, str]]:
    """What every form that can be sent is answered, empty and filled twice over, one after the other."""
    one, chance = signing_in(house)(person), random.Random(20261122)
    token = form_token(one.client.cookies[COOKIE])
    found: dict[str, tuple[int, str, str]] = {}

    def send(name: str, path: str, pairs: Sequence[tuple[str, str]]) -> None:
        typed: dict[str, list[str]] = {}
        for field, value in pairs:
            typed.setdefault(field, []).append(value)
        own = {"form": token, "id": uuid.UUID(int=chance.getrandbits(128)).hex}
        came = one.client.post(path, data=typed | own, follow_redirects=False)
        where = came.headers.get("location", "")
        found[f"{len(found)} {name} {path}"] = came.status_code, where, said(came)

    for page in [page for page in PAGES if page.needs != "open" and page.path not in ENDING]:
        for patient in patients if "{patient}" in page.path else ("",):
            path = address(page.path, patient=patient)
            if page.take:
                send("empty", path, [])
            if page.show:
                for form in forms_of(one.client.get(path).text, path):
                    if form.action not in ENDING:
                        for _ in range(2):
                            send("filled", form.action, filled(form, chance))
    for patient in patients:
        for where, typed in TAKEN.items():
            send("taken", f"/patients/{patient}/{where}", list(typed.items()))
    for patient in (*patients, "nobody"):
        send("break-glass", "/break-glass", [("patient", patient), ("reason", "An incident is looked into.")])
        send("break-glass", "/break-glass", [("patient", patient), ("reason", "")])
    return found


@pytest.mark.parametrize(
    ("role", "kinds"),
    [
        ("nurse", ["counselling-note"]),
        ("pharmacist", ["counselling-note"]),
        ("safety-officer", ["admission", "counselling-note", "score", "observation", "exposure"]),
        ("administrator", ["admission", "counselling-note", "score", "observation", "exposure"]),
    ],
)
def test_no_answer_to_a_form_differs_in_what_one_may_not_see(tmp_path, role, kinds):
    entries = told(tmp_path / "told")
    with twin(tmp_path / "one", entries, 0, kinds) as one, twin(tmp_path / "other", entries, 1, kinds) as other:
        asked = ("demo-1", "demo-2", *(["p-secret"] if "admission" in kinds else []))
        sent, sent_other = (answers_of(house, STAFF[role], asked) for house in (one, other))
        written = [len(tuple(house.record.entries())) - len(entries) for house in (one, other)]
    assert written[0] == written[1] > 0 and len(sent) > len([page for page in GUARDED if page.take])
    if role == "nurse":
        assert [answer[0] for name, answer in sent.items() if " taken " in name] == [303] * len(TAKEN) * 2
    assert [form for form in sent if sent[form] != sent_other.get(form)] == []


def test_the_comparison_of_answers_sees_a_difference_where_there_is_one(tmp_path):
    entries = told(tmp_path / "told")
    kinds = ["admission", "score"]
    with twin(tmp_path / "one", entries, 0, kinds) as one, twin(tmp_path / "other", entries, 1, kinds) as other:
        sent, sent_other = (answers_of(house, "n.park", ("p-secret",)) for house in (one, other))
    assert sent != sent_other


@pytest.mark.parametrize("role", ["safety-officer", "administrator"])
def test_who_sees_no_chart_gets_the_same_whatever_is_charted(tmp_path, role):
    with ward(tmp_path / "one") as one, ward(tmp_path / "other", *CLINICAL) as other:
        asked = ("demo-1", "demo-2", "p-secret")
        told, told_other = (pages_of(house, STAFF[role], asked, SAYS_WHO_LOOKED) for house in (one, other))
    assert len(told) > len(GUARDED) / 2
    assert [path for path in told if told[path] != told_other[path]] == []


@pytest.mark.parametrize("role", ["nurse", "pharmacist"])
def test_counselling_notes_that_one_may_not_read_change_no_page(tmp_path, role):
    with ward(tmp_path / "one") as one, ward(tmp_path / "other", *COUNSELLING) as other:
        told, told_other = (pages_of(house, STAFF[role], ("demo-1", "demo-2"), set()) for house in (one, other))
    assert any(status == 200 for status, _ in told.values())
    assert [path for path in told if told[path] != told_other[path]] == []


@pytest.mark.parametrize("role", ["nurse", "pharmacist"])
def test_counselling_notes_between_all_entries_change_no_page_whatever_they_say(tmp_path, role):
    entries = told(tmp_path / "told")
    with (
        twin(tmp_path / "one", entries, 0, ["counselling-note"]) as one,
        twin(tmp_path / "other", entries, 1, ["counselling-note"]) as other,
    ):
        asked = tuple(f"demo-{number}" for number in range(1, 11))
        shown, shown_other = (pages_of(house, STAFF[role], asked, set()) for house in (one, other))
        notes = [house.ward.counselling_notes("demo-1") for house in (one, other)]
    assert [note.number for note in notes[0]] == [note.number for note in notes[1]] and len(notes[0]) > 3
    assert notes[0][0].body != notes[1][0].body
    assert sum(status == 200 for status, _ in shown.values()) > 100
    assert [path for path in shown if shown[path] != shown_other[path]] == []


@pytest.mark.parametrize("role", ["safety-officer", "administrator"])
def test_a_chart_between_all_entries_changes_no_page_of_who_sees_none(tmp_path, role):
    entries = told(tmp_path / "told")
    kinds = ["admission", "counselling-note", "score", "observation", "exposure"]
    with (
        twin(tmp_path / "one", entries, 0, kinds) as one,
        twin(tmp_path / "other", entries, 1, kinds) as other,
    ):
        asked = ("demo-1", "demo-2", "p-secret")
        shown, shown_other = (pages_of(house, STAFF[role], asked, set()) for house in (one, other))
        assert one.ward.entries("p-secret") != other.ward.entries("p-secret")
    assert "/administration/audit" in shown, "the audit too: what was written is told there, and never its content"
    assert [path for path in shown if shown[path] != shown_other[path]] == []


def test_the_comparison_sees_a_difference_where_there_is_one(tmp_path):
    with ward(tmp_path / "one") as one, ward(tmp_path / "other", *CLINICAL) as other:
        told, told_other = (pages_of(house, "n.park", ("demo-1",), set()) for house in (one, other))
    assert told["/patients/demo-1"] != told_other["/patients/demo-1"] and told["/"] != told_other["/"]
