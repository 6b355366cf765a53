"""No answer differs when something changes that one may not see: two wards that differ in it give the same pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from leeward.record.entries import Draft
from leeward.web.house import House
from leeward.web.table import PAGES
from tests.web.conftest import NOW, Clock, demo_house, signing_in
from tests.web.test_who_may_what import GUARDED, STAFF, address

RANDOM = re.compile(r'(?<=value=")[0-9a-f]{32,64}(?=")|\(code [0-9a-f]{8}\)')
"""What a page makes anew each time: the id of a form and its token."""

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
            found[path] = (came.status_code, RANDOM.sub("*", came.text))
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


def test_the_comparison_sees_a_difference_where_there_is_one(tmp_path):
    with ward(tmp_path / "one") as one, ward(tmp_path / "other", *CLINICAL) as other:
        told, told_other = (pages_of(house, "n.park", ("demo-1",), set()) for house in (one, other))
    assert told["/patients/demo-1"] != told_other["/patients/demo-1"] and told["/"] != told_other["/"]
