"""A record longer than a case: whatever Leeward knows stays, however old it is and however much is newer."""

from __future__ import annotations

from typing import Any

import pytest

from leeward.fhir.longest import LONGEST, TOO_LONG
from leeward.fhir.reading import read_all
from leeward.fhir.to_case import FromFhir, case_document
from tests.unit.fhir.test_to_case import NOW, PERSON, UCUM, of, read

ACTIVE = {"clinicalStatus": {"coding": [{"code": "active"}]}}
MG = {"dosage": {"dose": {"value": 10, "system": UCUM, "code": "mg"}}}


def given(text: str, place: Any, at: str | None) -> dict[str, Any]:
    told = {"medicationCodeableConcept": {"text": text}, **MG, **({"effectiveDateTime": at} if at else {})}
    return of("MedicationAdministration", f"given{place}", status="completed", **told)


def ordered(text: str, place: Any, at: str | None) -> dict[str, Any]:
    told = {"medicationCodeableConcept": {"text": text}, **({"authoredOn": at} if at else {})}
    return of("MedicationRequest", f"ordered{place}", status="active", intent="order", **told)


def taken(text: str, place: Any, at: str | None) -> dict[str, Any]:
    told = {"medicationCodeableConcept": {"text": text}, **({"dateAsserted": at} if at else {})}
    return of("MedicationStatement", f"taken{place}", status="active", **told)


def has(text: str, place: Any, at: str | None) -> dict[str, Any]:
    return of("Condition", f"has{place}", code={"text": text}, **ACTIVE, **({"recordedDate": at} if at else {}))


def allergic(text: str, place: Any, at: str | None) -> dict[str, Any]:
    told = {"code": {"text": text}, **ACTIVE, **({"recordedDate": at} if at else {})}
    return {**of("AllergyIntolerance", f"allergic{place}", **told), "patient": {"reference": "Patient/p"}}


KINDS = {"doses": given, "medicines": ordered, "allergies": allergic, "conditions": has}
KNOWN = [
    "methadone",
    "oxycodone",
    "naltrexone",
    "Vivitrol",
    "Sublocade",
    "lorazepam",
    "ondansetron",
    "clonidine",
    "rifampin",
]
CROWDS = {
    "unknown": "saline flush {}",
    "known": "paracetamol",
    "grave": "hydromorphone 5 mg",
    "sedative": "diazepam 2 mg",
}


def whole(kind: str, one: dict[str, Any], crowd: str, dated: bool, first: bool) -> FromFhir:
    """A record with one old entry among far more that are newer."""
    most = LONGEST[kind] + 100
    days = (f"2026-11-{1 + place % 20:02}T{place % 24:02}:30:00Z" if dated else None for place in range(most))
    others = [KINDS[kind](crowd.format(place), place, day) for place, day in enumerate(days)]
    return read(*((one, *others) if first else (*others, one)))


@pytest.mark.parametrize("kind", ["doses", "medicines", "allergies"])
@pytest.mark.parametrize("text", KNOWN)
@pytest.mark.parametrize("crowd", CROWDS)
def test_the_one_old_entry_of_what_is_known_stays(kind: str, text: str, crowd: str):
    made = whole(kind, KINDS[kind](text, "old", "2026-10-28T09:00:00Z"), CROWDS[crowd], dated=True, first=False)
    found = {entry.get("name", entry.get("medicine")) for entry in made.document[kind]}
    assert text in found and "unknown" in found
    assert len(made.document[kind]) <= LONGEST[kind]


@pytest.mark.parametrize("dated", [True, False])
@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("at", ["2019-01-01", None])
def test_neither_its_place_nor_what_is_dated_decides(dated: bool, first: bool, at: str | None):
    made = whole("doses", given("methadone", "old", at), "saline flush {}", dated, first)
    assert "methadone" in [entry["medicine"] for entry in made.document["doses"]]


@pytest.mark.parametrize("text", ["Opioid dependence", "Long QT syndrome", "COPD"])
def test_a_condition_that_a_rule_asks_for_stays_among_sprains(text: str):
    made = whole("conditions", has(text, "old", "2001-01-01"), "sprain {}", dated=True, first=False)
    assert text in [entry.get("name") for entry in made.document["conditions"]]


@pytest.mark.parametrize("kind", ["medicines", "conditions", "allergies"])
def test_of_what_is_not_known_the_newest_stay_by_the_date_of_the_resource(kind: str):
    most = LONGEST[kind]
    old = [KINDS[kind](f"old thing {place}", f"o{place}", "2020-01-01") for place in range(most)]
    new = [KINDS[kind](f"new thing {place}", f"n{place}", "2026-01-01") for place in range(most // 2)]
    names = [entry["name"] for entry in read(*old, *new).document[kind]]
    assert {one for one in names if one.startswith("new")} == {f"new thing {place}" for place in range(most // 2)}
    assert any(one.startswith("old") for one in names)


def test_each_that_is_left_out_is_said_and_none_that_stays():
    made = whole("doses", given("methadone", "old", "2026-10-28"), "saline flush {}", dated=True, first=True)
    left = {problem.path for problem in made.not_understood if problem.code == TOO_LONG}
    placed = {source for path, source in made.sources.items() if path.startswith("doses[")}
    assert len(left) == 102 and left.isdisjoint(placed)


def test_what_is_told_often_counts_once_and_is_not_left_out():
    made = read(*(ordered("methadone", place, "2026-11-01") for place in range(600)))
    assert [entry["name"] for entry in made.document["medicines"]] == ["methadone", "unknown"]
    assert not [problem for problem in made.not_understood if problem.code == TOO_LONG]
    assert made.sources["medicines[0]"].count("MedicationRequest/") == 600


def test_the_newest_reading_of_each_kind_stays():
    def pulse(place: int, code: str, value: float, at: str) -> dict[str, Any]:
        told = {
            "status": "final",
            "effectiveDateTime": at,
            "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
        }
        return of("Observation", f"o{place}", valueQuantity={"value": value, "system": UCUM, "code": "/min"}, **told)

    others = [pulse(place, "8867-4", 80, f"2026-11-21T{place % 24:02}:{place % 60:02}:00Z") for place in range(1700)]
    made = read(*others, pulse(9000, "9279-1", 6, "2026-11-01T09:00:00Z"))
    assert ("respiratory-rate", 6) in [(one["what"], one["value"]) for one in made.document["observations"]]


def test_a_draft_is_never_left_out_for_orders_that_others_propose():
    told = [ordered(f"lorazepam {place} mg", place, "2026-11-22") | {"intent": "plan"} for place in range(300)]
    draft = ordered("a new medicine", "draft", "2026-11-01") | {"status": "draft"}
    made = case_document(read_all([PERSON, *told], "r"), NOW, "p", drafts=read_all([draft], "d"))
    assert "a new medicine" in [entry["medicine"] for entry in made.document["orders"]]
