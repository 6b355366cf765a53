"""A person's episode from the record as FHIR: valid, labelled, and every entry is in it or said to be left out."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from leeward.errors import MisuseError
from leeward.fhir.capability import SERVED
from leeward.fhir.episode import episode_bundle
from leeward.fhir.reading import read_all
from leeward.fhir.to_case import case_document
from leeward.fhir.validity import problems_of
from leeward.record.entries import Entry
from leeward.record.storage import Record, default_url
from tests.fhir_validators.three import VALIDATORS
from tests.unit.fhir.out_cases import KNOWLEDGE, as_json, references, resources
from tests.unit.record.conftest import NOW, draft, score

CONSENT = {
    "purposes": ["treatment"],
    "recipient": {"kind": "treating-provider", "name": "City Clinic"},
    "parts": ["chart", "plan"],
    "until": (NOW + timedelta(days=30)).isoformat(),
    "signed_by": "Jane Roe",
    "signed_as": "patient",
    "signed_how": "paper",
}


@pytest.fixture
def entries(tmp_path) -> tuple[Entry, ...]:
    """What was entered about somebody made up."""
    with Record(default_url(tmp_path)) as record:
        record.append_all(
            (
                draft("1", "admission", body={"name": "Robin Example", "synthetic": True, "setting": "emergency"}),
                draft("2", "patient", body={"age": 34, "sex": "female", "mrn": "X1"}),
                draft("3", "exposure", body={"substance": "kratom-extract", "last_use": "unknown"}),
                score("4"),
                draft("5", "consent", body=CONSENT),
                draft("6", "note", body={"text": "Slept badly."}),
                draft("7", "counselling-note", body={"text": "A secret."}),
                draft("8", "read", body={"what": "chart"}),
            ),
            NOW,
        )
        return tuple(record.entries("p1"))


@pytest.fixture
def bundle(entries: tuple[Entry, ...]) -> dict[str, Any]:
    return as_json(episode_bundle(entries, KNOWLEDGE, NOW, by="n.park"))


def test_every_entry_is_there_or_said_to_be_left_out(bundle: dict[str, Any]):
    events = [one for one in resources(bundle, "AuditEvent") if "subtype" in one]
    kinds = [one["subtype"][0]["code"] for one in events]
    assert kinds == ["admission", "patient", "exposure", "score", "consent", "note", "read"]
    said = json.dumps(resources(bundle, "OperationOutcome"))
    assert "1 of kind counselling-note: left out" in said
    assert "1 of kind note: their words are not in this Bundle" in said


def test_neither_names_nor_words_of_notes_are_in_it(bundle: dict[str, Any]):
    text = json.dumps(bundle)
    assert not any(word in text for word in ("Robin", "secret", "Slept", "X1"))


def test_it_is_valid_labelled_and_whole(bundle: dict[str, Any]):
    assert not problems_of(bundle)
    names = {f"{one['resourceType']}/{one['id']}" for one in resources(bundle)}
    assert len(names) == len(bundle["entry"])
    assert set(references(bundle)) <= names
    assert resources(bundle, "Consent")[0]["status"] == "active"
    assert resources(bundle, "Flag")[0]["code"]["coding"][0]["code"] == "extract"
    for one in resources(bundle):
        if one["resourceType"] != "Questionnaire":
            assert {tag["code"] for tag in one["meta"]["tag"]} == {"HTEST"}


@pytest.mark.parametrize("name", VALIDATORS)
def test_it_is_valid_to_others(bundle: dict[str, Any], name: str):
    assert not VALIDATORS[name]([*resources(bundle), bundle])


def test_it_is_one_persons(entries: tuple[Entry, ...], tmp_path):
    with Record(default_url(tmp_path / "other")) as record:
        record.append_all((draft("1", "admission", "p2"),), NOW)
        others = tuple(record.entries("p2"))
    with pytest.raises(MisuseError):
        episode_bundle((*entries, *others), KNOWLEDGE, NOW)


def test_an_episode_read_back_gives_its_score_once_and_nothing_that_leeward_proposed(bundle: dict[str, Any]):
    back = case_document(read_all(bundle, "bundle"), NOW, knowledge=KNOWLEDGE)
    assert [one["instrument"] for one in back.document["scores"]] == ["cows"]
    assert not {"orders", "medicines", "doses", "conditions", "exposures"} & back.document.keys()
    unread = {one.path.partition("/")[0] for one in back.not_understood}
    assert {"AuditEvent", "Consent", "CarePlan", "Provenance"} <= unread


def test_every_kind_of_an_episode_is_served_and_an_event_is_in_none(bundle: dict[str, Any]):
    """An adverse event is told in a file and not in the record, so what is served has none; a kind that comes must be."""
    assert {one["resourceType"] for one in resources(bundle)} <= SERVED.keys() | {"OperationOutcome"}
    assert not {"AdverseEvent", "Medication"} & SERVED.keys()
