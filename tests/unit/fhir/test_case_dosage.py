"""How often an order lets a dose be given counts, however its dosage says it; what it does not say is never once."""

from __future__ import annotations

from typing import Any

import pytest

from leeward.fhir.to_case import FromFhir
from leeward.guidance.order_checks import order_results
from leeward.guidance.picture import Picture
from leeward.knowledge import load_knowledge
from leeward.knowledge.policy import default_policy
from leeward.model.case import Dose
from leeward.model.frequency import frequency_in
from leeward.model.missing import UNKNOWN
from leeward.model.quantity import Quantity
from tests.unit.fhir.test_to_case import UCUM, of, read

KNOWLEDGE = load_knowledge()


def mg(value: float) -> dict[str, Any]:
    return {"value": value, "unit": "mg", "system": UCUM, "code": "mg"}


def dosage(value: float = 60, **told: Any) -> dict[str, Any]:
    return {"doseAndRate": [{"doseQuantity": mg(value)}], **told}


def request(*dosages: dict[str, Any], medicine: str = "methadone", status: str = "draft") -> dict[str, Any]:
    told: dict[str, Any] = {"intent": "order", "status": status, "medicationCodeableConcept": {"text": medicine}}
    return of("MedicationRequest", **told, dosageInstruction=list(dosages))


def ordered(*dosages: dict[str, Any]) -> Dose:
    return read(request(*dosages)).case.orders[0]


def timed(**repeat: Any) -> dict[str, Any]:
    return {"timing": {"repeat": repeat}}


def coded(code: str) -> dict[str, Any]:
    system = "http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation"
    return {"timing": {"code": {"coding": [{"system": system, "code": code}]}}}


@pytest.mark.parametrize(
    ("told", "times"),
    [
        (timed(frequency=2, period=1, periodUnit="d"), 2),
        (timed(frequency=1, frequencyMax=3, period=1, periodUnit="d"), 3),
        (timed(frequency=1, period=4, periodUnit="h"), 6),
        (timed(frequency=1, period=4, periodMax=6, periodUnit="h"), 6),
        (timed(period=8, periodUnit="h"), 3),
        (timed(frequency=1, period=30, periodUnit="min"), 48),
        (timed(frequency=1, period=1, periodUnit="wk"), 1),
        (timed(frequency=3, period=1, periodUnit="wk"), 1),
        (timed(frequency=1, period=2, periodUnit="d"), 1),
        (timed(frequency=1, period=4, periodUnit="h", count=2), 2),
        (timed(count=1), 1),
        (timed(timeOfDay=["08:00:00", "20:00:00"]), 2),
        (timed(when=["MORN", "NOON", "NIGHT"]), 3),
        (timed(frequency=1, period=1, periodUnit="d", when=["MORN", "EVE"]), 2),
        (coded("QD"), 1),
        (coded("BID"), 2),
        (coded("TID"), 3),
        (coded("QID"), 4),
        (coded("Q4H"), 6),
        (coded("Q6H"), 4),
        (coded("BED"), 1),
        ({"timing": {"code": {"text": "every 4 to 6 hours"}}}, 6),
        (timed(frequency=1, period=6, periodUnit="h") | {"asNeededBoolean": True}, 4),
        ({"text": "60 mg twice daily"}, 2),
        ({"text": "Take 1 tablet by mouth every 6 hours as needed"}, 4),
        ({"text": "Take 60 mg by mouth once daily"}, 1),
    ],
)
def test_how_often_it_is_given(told: dict[str, Any], times: float):
    assert ordered(dosage(**told)).times == times


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"asNeededBoolean": True},
        {"asNeededCodeableConcept": {"text": "withdrawal"}},
        {"text": "Titrate to effect"},
        {"text": "Take as directed"},
        timed(boundsDuration={"value": 5, "unit": "d", "system": UCUM, "code": "d"}),
        {"timing": {"code": {"text": "as directed"}}},
        timed(frequency=2, period=1, periodUnit="d")
        | {"modifierExtension": [{"url": "http://x.test/m", "valueBoolean": True}]},
    ],
)
def test_what_does_not_say_how_often_is_not_known(told: dict[str, Any]):
    assert ordered(dosage(**told)).times is UNKNOWN


def test_the_most_in_a_day_bounds_it():
    most = {"numerator": mg(120), "denominator": {"value": 24, "unit": "h", "system": UCUM, "code": "h"}}
    assert ordered(dosage(asNeededBoolean=True, maxDosePerPeriod=most)).at_most == Quantity(120, "mg")


def test_the_highest_of_a_range_counts():
    told = {"doseAndRate": [{"doseRange": {"low": mg(10), "high": mg(30)}}], **coded("BID")}
    assert ordered(told).amount == Quantity(30, "mg")


def test_the_mass_of_a_text_alone_counts():
    found = ordered({"text": "Take 60 mg twice daily"})
    assert (found.amount, found.times, found.dose) == (Quantity(60, "mg"), 2, "60 mg twice daily")


def test_several_doses_leave_dose_and_day_open():
    found = ordered(dosage(20), dosage(40))
    assert (found.amount, found.times) == (UNKNOWN, UNKNOWN)


def alerts(made: FromFhir) -> dict[str, str]:
    picture = Picture(made.case, KNOWLEDGE, default_policy(KNOWLEDGE))
    return {alert.id: alert.title for result in order_results(picture) for alert in result.alerts}


@pytest.mark.parametrize(
    ("medicine", "drafted", "alert"),
    [
        ("clonidine", dosage(0.3, **coded("Q4H")), "order-clonidine-cap"),
        ("lofexidine", dosage(0.72, **timed(frequency=1, period=4, periodUnit="h")), "order-lofexidine-dose"),
        ("buprenorphine-sublingual", dosage(16, **coded("TID")), "order-buprenorphine-confirm"),
    ],
)
def test_the_days_sum_speaks(medicine: str, drafted: dict[str, Any], alert: str):
    assert alert in alerts(read(request(drafted, medicine=medicine)))


def test_a_draft_that_does_not_say_how_often_reads_as_not_told():
    found = alerts(read(request(dosage(8), medicine="buprenorphine-sublingual")))
    assert found["order-checked"].startswith("Cannot tell: ")


def stated(ordered: dict[str, Any]) -> dict[str, Any]:
    """The same medicine as a statement of what is taken."""
    left = {name: told for name, told in ordered.items() if name not in ("intent", "dosageInstruction")}
    return {**left, "resourceType": "MedicationStatement", "dosage": ordered["dosageInstruction"]}


@pytest.mark.parametrize("told_as", [dict, stated], ids=["order", "statement"])
@pytest.mark.parametrize(
    ("in_force", "words"),
    [
        (dosage(60, **coded("QD")), "60 mg once a day"),
        (dosage(30, **coded("BID")), "30 mg 2 times a day"),
        (dosage(60), "60 mg as often as not told"),
        ({"text": "Take 60 mg by mouth daily"}, "60 mg by mouth daily"),
        ({"text": "As the clinic says"}, "As the clinic says"),
    ],
)
def test_the_dose_of_a_medicine_that_is_taken_is_told(in_force: dict[str, Any], words: str, told_as: Any):
    made = read(told_as(request(in_force, status="active")))
    told = made.case.medicines
    assert isinstance(told, tuple) and [one.dose for one in told if one.medicine == "methadone"] == [words]


@pytest.mark.parametrize("told_as", [dict, stated], ids=["order", "statement"])
def test_more_than_what_is_taken_speaks_though_nobody_says_when_it_was_taken(told_as: Any):
    going_on = told_as(request(dosage(60, **coded("QD")), status="active") | {"id": "y"})
    assert "order-methadone-above-told" in alerts(read(going_on, request(dosage(100, **coded("BID")))))
    assert "order-methadone-above-told" not in alerts(read(going_on, request(dosage(60, **coded("QD")))))


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (timed(frequency=1, period=1, periodUnit="wk"), "weekly"),
        (timed(frequency=1, period=4, periodUnit="wk"), "every 4 weeks"),
        (timed(frequency=1, period=1, periodUnit="mo"), "monthly"),
        (timed(frequency=1, period=72, periodUnit="h"), "every 72 hours"),
        (timed(frequency=1, period=1, periodUnit="a"), "every 12 months"),
        (timed(frequency=3, period=1, periodUnit="wk"), "3 times a week"),
        (timed(frequency=2, period=10, periodUnit="d"), "at most once a day"),
        (timed(dayOfWeek=["mon", "thu"]), "at most once a day"),
        (timed(count=1), "once"),
        (coded("QOD"), "every other day"),
        (coded("MO"), "monthly"),
        (coded("QD"), "once a day"),
    ],
    ids=str,
)
def test_what_is_taken_more_rarely_than_daily_is_not_told_as_daily(told: dict[str, Any], words: str):
    made = read(request(dosage(100, **told), status="active"))
    (one,) = (one for one in made.case.medicines if one.medicine == "methadone")
    assert one.dose == f"100 mg {words}"
    assert frequency_in(words).times == 1
