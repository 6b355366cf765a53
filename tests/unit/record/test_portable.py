"""An export says on what it was released and whether its person is made up, and no line of it can be changed."""

from __future__ import annotations

import json

import pytest

from leeward.record.portable import export_patient, read_export
from leeward.record.storage import Record
from leeward.record.trouble import Broken
from tests.unit.record.conftest import NOW, draft


@pytest.fixture
def sqlite(tmp_path):
    with Record(f"sqlite:///{tmp_path}/record.sqlite") as record:
        yield record


@pytest.mark.parametrize(("told", "synthetic"), [({"synthetic": True}, True), ({}, False)])
def test_the_first_line_says_whether_the_person_is_made_up_and_what_it_was_released_on(sqlite, told, synthetic):
    sqlite.append(draft("a", "admission", body={"setting": "inpatient", **told}), NOW)
    lines = list(export_patient(sqlite, "p1", by="a.reyes", now=NOW, released="Consent of today."))
    first = json.loads(lines[0])
    assert first["synthetic"] is synthetic and first["released"] == "Consent of today."
    export = read_export(lines)
    assert export.synthetic is synthetic and export.released == "Consent of today." and len(export.entries) == 1


def test_an_admission_that_was_corrected_into_a_made_up_one_is_one(sqlite):
    sqlite.append(draft("a", "admission", body={"setting": "inpatient"}), NOW)
    body = {"replaces": {"setting": "inpatient", "synthetic": True}, "reason": "a demonstration"}
    sqlite.append(draft("b", "correction", body=body, corrects=1), NOW)
    assert json.loads(next(iter(export_patient(sqlite, "p1", by="x", now=NOW))))["synthetic"] is True


def test_what_it_was_released_on_cannot_be_changed_on_the_way(sqlite):
    sqlite.append(draft("a", "admission", body={"setting": "inpatient"}), NOW)
    lines = list(export_patient(sqlite, "p1", by="x", now=NOW, released="Consent."))
    with pytest.raises(Broken):
        read_export([lines[0].replace(b"Consent.", b"Consent!"), *lines[1:]])
