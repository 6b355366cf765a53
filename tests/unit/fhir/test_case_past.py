"""What a record says to be over is not lost: an injection acts on, and methadone of last week is a reason to wait."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from leeward.fhir.to_case import FromFhir
from leeward.model.case import Medicine
from leeward.model.instants import Span
from leeward.model.missing import Missing
from tests.unit.fhir.test_to_case import RXNORM, SNOMED, of, read

ORDER = {"intent": "order", "authoredOn": "2026-11-12"}
SAID = {"effectiveDateTime": "2026-11-12"}
VALID = {"dispenseRequest": {"validityPeriod": {"start": "2026-11-12", "end": "2026-11-18"}}}


def over(kind: str, text: str, status: str = "completed", id: str = "x", **told: Any) -> dict[str, Any]:
    when = ORDER if kind == "MedicationRequest" else SAID
    return of(kind, id, status=status, medicationCodeableConcept={"text": text}, **(when | told))


def taken(made: FromFhir) -> list[Medicine]:
    return [] if isinstance(made.case.medicines, Missing) else [one for one in made.case.medicines if one.medicine]


def days(made: FromFhir) -> list[tuple[str, str]]:
    """From which to which day the last dose of each medicine may have been."""
    spans = [one.last_taken for one in taken(made)]
    return [(f"{at.earliest:%m-%d}", f"{at.latest:%m-%d}") for at in spans if isinstance(at, Span)]


@pytest.mark.parametrize("kind", ["MedicationRequest", "MedicationStatement"])
@pytest.mark.parametrize("status", ["completed", "stopped"])
@pytest.mark.parametrize(
    ("text", "medicine"),
    [
        ("methadone 80 mg", "methadone"),
        ("Sublocade 300 mg", "buprenorphine-extended-release"),
        ("Vivitrol 380 mg IM", "naltrexone-extended-release"),
        ("naltrexone 50 mg", "naltrexone"),
        ("oxycodone 10 mg tablet", "oxycodone"),
    ],
)
def test_an_opioid_that_is_over_is_in_the_case_with_its_last_dose(kind: str, status: str, text: str, medicine: str):
    made = read(over(kind, text, status))
    assert [one.medicine for one in taken(made)] == [medicine]
    assert isinstance(taken(made)[0].last_taken, Span)
    assert any(problem.code == "LW-0919" and "may act on" in problem.says for problem in made.not_understood)


@pytest.mark.parametrize(
    ("one", "between"),
    [
        (over("MedicationStatement", "methadone"), ("11-12", "11-13")),
        (over("MedicationStatement", "methadone", effectiveDateTime=None, effectivePeriod={"end": "2026-11-10"}), ("11-10", "11-11")),
        (over("MedicationRequest", "methadone"), ("11-12", "11-22")),
        (over("MedicationRequest", "methadone", **VALID), ("11-12", "11-19")),
        (over("MedicationRequest", "methadone", meta={"lastUpdated": "2026-11-15T10:00:00-05:00"}), ("11-12", "11-15")),
        (over("MedicationRequest", "methadone", authoredOn="2026-05-01"), ("05-01", "11-22")),
    ],
)  # fmt: skip
def test_the_last_dose_lies_between_what_is_told(one: dict[str, Any], between: tuple[str, str]):
    assert days(read(one)) == [between]


@pytest.mark.parametrize("kind", ["MedicationRequest", "MedicationStatement"])
def test_where_nothing_tells_when_it_was_the_last_dose_is_unknown(kind: str):
    made = read(over(kind, "methadone", authoredOn=None, effectiveDateTime=None))
    assert [isinstance(one.last_taken, Missing) for one in taken(made)] == [True]


@pytest.mark.parametrize(
    "one",
    [
        over("MedicationRequest", "naloxone 4 mg nasal spray"),
        over("MedicationRequest", "ibuprofen 400 mg"),
        over("MedicationRequest", "methadone", intent="plan"),
        over("MedicationRequest", "methadone", status="cancelled"),
        over("MedicationRequest", "methadone", doNotPerform=True),
        over("MedicationStatement", "methadone", status="not-taken"),
        over("MedicationStatement", "oxycodone", effectiveDateTime="2026-09-01"),
        over("MedicationStatement", "Sublocade", effectiveDateTime="2024-09-01"),
        over("MedicationDispense", "oxycodone", whenHandedOver="2018-09-01"),
        over("MedicationDispense", "methadone", "cancelled", whenHandedOver="2026-11-12"),
        over("MedicationDispense", "ibuprofen", whenHandedOver="2026-11-12"),
        over("MedicationRequest", "oxycodone", authoredOn="2018-05-01"),
    ],
)
def test_what_was_never_taken_or_is_long_over_is_not(one: dict[str, Any]):
    assert taken(read(one)) == []


def test_the_last_of_several_injections_stands_for_all():
    dates = ("2026-09-10", "2026-11-08", "2026-10-09")
    made = read(*(over("MedicationStatement", "Sublocade", id=date, effectiveDateTime=date) for date in dates))
    assert days(made) == [("11-08", "11-09")]


@pytest.mark.parametrize("kind", ["MedicationRequest", "MedicationStatement"])
@pytest.mark.parametrize("status", ["on-hold", "unknown"])
def test_what_is_paused_or_of_no_known_status_may_have_been_taken_until_now(kind: str, status: str):
    told = {"meta": {"lastUpdated": "2026-11-13T09:00:00Z"}} if status == "unknown" else {}
    assert days(read(over(kind, "methadone", status, **told))) == [("11-12", "11-22")]


@pytest.mark.parametrize("status", ["completed", "stopped", "unknown"])
@pytest.mark.parametrize("medicine", ["methadone", "Brixadi 128 mg", "Vivitrol", "buprenorphine/naloxone film"])
def test_what_was_handed_over_may_have_been_taken_since(status: str, medicine: str):
    made = read(over("MedicationDispense", medicine, status, whenHandedOver="2026-11-12"))
    assert set(days(made)) == {("11-12", "11-22")}
    assert {one.as_told for one in taken(made)} == {medicine}


@pytest.mark.parametrize("day", ["2026-10-12", "2026-08-01", "2026-01-05"])
def test_an_injection_that_acts_on_for_months_is_looked_for_further_back(day: str):
    assert len(taken(read(over("MedicationStatement", "Sublocade", effectiveDateTime=day)))) == 1


def test_that_an_injection_is_ordered_again_does_not_hide_when_the_last_was_given():
    told = over("MedicationRequest", "Vivitrol", "active", id="now"), over("MedicationStatement", "Vivitrol")
    assert ("11-12", "11-13") in days(read(*told))


DEPOTS = [
    ("naltrexone 380 MG Injection [Vivitrol]", "naltrexone-extended-release", {}),
    ("naltrexone 380 mg IM", "naltrexone-extended-release", {}),
    ("naltrexone implant", "naltrexone-extended-release", {}),
    ("naltrexone", "naltrexone-extended-release", {"route": {"text": "Intramuscular"}}),
    ("naltrexone", "naltrexone-extended-release", {"route": {"coding": [{"system": SNOMED, "code": "78421000"}]}}),
    ("naltrexone", "naltrexone-extended-release", {"text": "380 mg IM every 4 weeks"}),
    ("naltrexone 50 mg", "naltrexone", {"text": "one tablet by mouth"}),
    ("buprenorphine 100 MG/0.5 ML Prefilled Syringe [Sublocade]", "buprenorphine-extended-release", {}),
    ("0.5 ML buprenorphine 200 MG/ML Prefilled Syringe [Sublocade]", "buprenorphine-extended-release", {}),
    ("buprenorphine monthly depot", "buprenorphine-extended-release", {}),
    ("buprenorphine 8 mg tablet", "buprenorphine-sublingual", {"text": "8 mg SL daily, pick up weekly"}),
]


@pytest.mark.parametrize(("text", "medicine", "dosage"), DEPOTS)
@pytest.mark.parametrize("kind", ["MedicationRequest", "MedicationStatement", "MedicationDispense"])
def test_an_injection_that_is_named_by_its_ingredient_is_none_that_wears_off_in_days(kind, text, medicine, dosage):
    field = "dosage" if kind == "MedicationStatement" else "dosageInstruction"
    told = {"whenHandedOver": "2026-11-12"} if kind == "MedicationDispense" else {}
    made = read(over(kind, text, **told, **({field: [dosage]} if dosage else {})))
    assert {one.medicine for one in taken(made)} == {medicine}


def test_an_injection_with_the_code_of_its_ingredient_is_one_all_the_same():
    concept = {"text": "naltrexone 380 mg injection", "coding": [{"system": RXNORM, "code": "7243"}]}
    made = read(over("MedicationStatement", "") | {"medicationCodeableConcept": concept})
    assert [one.medicine for one in taken(made)] == ["naltrexone-extended-release"]


def test_what_is_taken_now_is_not_told_again_by_an_order_that_is_over():
    made = read(over("MedicationRequest", "methadone", "active", id="now"), over("MedicationRequest", "methadone"))
    assert [one.medicine for one in taken(made)] == ["methadone"]
    assert isinstance(taken(made)[0].last_taken, Missing)


def test_a_dose_of_the_future_is_none():
    assert all(day <= datetime.fromisoformat("2026-11-22T09:00:00-05:00") for day in [
        one.last_taken.latest for one in taken(read(over("MedicationRequest", "methadone", **{
            "dispenseRequest": {"validityPeriod": {"end": "2027-01-01"}}}))) if isinstance(one.last_taken, Span)
    ])  # fmt: skip


PHENELZINE = "phenelzine 15 mg"


@pytest.mark.parametrize(
    ("one", "between"),
    [
        (over("MedicationStatement", PHENELZINE, effectiveDateTime=None, effectivePeriod={"end": "2026-11-19"}), [("11-19", "11-20")]),
        (over("MedicationStatement", PHENELZINE, "stopped", effectiveDateTime="2026-10-01"), []),
        (over("MedicationRequest", PHENELZINE, "stopped", authoredOn="2026-06-01"), [("06-01", "11-22")]),
        (over("MedicationRequest", PHENELZINE, "stopped", authoredOn="2026-06-01", meta={"lastUpdated": "2026-08-15T10:00:00-05:00"}), []),
        (over("MedicationRequest", "linezolid 600 mg", **VALID), [("11-12", "11-19")]),
        (over("MedicationDispense", "linezolid 600 mg", whenHandedOver="2026-11-01", daysSupply={"value": 10, "unit": "d"}), [("11-01", "11-12")]),
        (over("MedicationDispense", "linezolid 600 mg", whenHandedOver="2026-09-01", daysSupply={"value": 10, "unit": "d"}), []),
        (over("MedicationDispense", "linezolid 600 mg", whenHandedOver="2026-09-01"), [("09-01", "11-22")]),
        (over("MedicationStatement", "sertraline"), []),
    ],
)  # fmt: skip
def test_an_inhibitor_of_monoamine_oxidase_is_kept_for_as_long_as_it_forbids_methadone(one, between):
    assert days(read(one)) == between


def test_an_inhibitor_of_monoamine_oxidase_that_was_stopped_at_no_told_time_may_act_still():
    made = read(over("MedicationStatement", PHENELZINE, "stopped", effectiveDateTime=None))
    assert [(one.medicine, one.last_taken) for one in taken(made)] == [("phenelzine", Missing.UNKNOWN)]
