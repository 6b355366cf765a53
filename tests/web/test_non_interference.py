"""No answer differs when something changes that one may not see: two wards that differ in it give the same pages.

Twins are told the same, entry by entry, and differ from the first entry on in what stands between. Entries are numbered
through the whole record: a number tells that something else was written meanwhile, as every reading is, and never what.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from leeward.knowledge import load_knowledge
from leeward.record.drafts import checked
from leeward.record.entries import Draft, Entry
from leeward.record.storage import Record, default_url
from leeward.ward.state import Ward
from leeward.web.house import House
from leeward.web.table import PAGES
from tests.unit.paper.pdf_words import words_of
from tests.web.conftest import NOW, Clock, demo_house, signing_in
from tests.web.test_who_may_what import GUARDED, STAFF, address

RANDOM = re.compile(r'(?<=value=")[0-9a-f]{32,64}(?=")|\(code [0-9a-f]{8}\)')
"""What a page makes anew each time: the id of a form and its token."""

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


def pages_of(house: House, person: str, patients: tuple[str, ...], leaving_out: set[str]) -> dict[str, tuple[int, str]]:
    """Every page that can be asked for, as this person gets it, without what each page makes anew."""
    one = signing_in(house)(person)
    asked = [page for page in PAGES if page.show and page.needs != "open" and page.path not in leaving_out]
    found: dict[str, tuple[int, str]] = {}
    for page in asked:
        for patient in patients if page.of_one_chart else ("",):
            path = address(page.path, patient=patient)
            came = one.client.get(path, follow_redirects=False)
            is_pdf = came.headers.get("content-type") == "application/pdf"
            text = " ".join(words_of(came.content).replace("\u200b", "").split()) if is_pdf else came.text
            found[path] = (came.status_code, DIGEST.sub("#", RANDOM.sub("*", text)))
    return found


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
