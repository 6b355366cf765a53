"""What the cards about orders say: the grave ones first, and what could not be told in one calm card after them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.cds_hooks_answers import broken
from tests.web.cds_hooks_calls import (
    PERSON,
    RecordSystem,
    Resource,
    condition,
    order,
    reading,
    records,
    resource,
    taken,
    text_of,
)

__all__ = ["records"]

SIGN, LEAVE = "leeward-orders-sign", "leeward-discharge"
DISORDER = condition("", "F11.20")
UCUM = "http://unitsofmeasure.org"


def mg(value: float) -> Resource:
    return {"value": value, "unit": "mg", "code": "mg", "system": UCUM}


def daily(medicine: str, dose: float, times: int = 1, **members: Any) -> Resource:
    """An order with how often it is taken."""
    timing = {"repeat": {"frequency": times, "period": 1, "periodUnit": "d"}}
    told = {"dosageInstruction": [{"timing": timing, "doseAndRate": [{"doseQuantity": mg(dose)}]}]}
    return order(medicine, **{**told, **members})


def given(medicine: str, dose: float, at: str) -> Resource:
    """A dose that was given."""
    return resource("MedicationAdministration", status="completed", medicationCodeableConcept={"text": medicine}, effectiveDateTime=at, dosage={"dose": mg(dose)})  # fmt: skip


def allergy(text: str) -> Resource:
    found = resource("AllergyIntolerance", code={"text": text}, criticality="high", clinicalStatus={"coding": [{"code": "active"}]})  # fmt: skip
    found["patient"] = found.pop("subject")
    return found


def warnings(cards: list[dict[str, Any]]) -> str:
    return text_of([card for card in cards if card["indicator"] in ("warning", "critical")])


# What must warn


MORNING = "2026-11-22T06:00:00-05:00"
MUST_WARN = [
    (daily("methadone", 150), (), "first day's cap"),
    (daily("methadone", 300), (), "first day's cap"),
    (daily("methadone", 40), (condition("COPD", "J44.9"),), "for this person"),
    (daily("methadone", 60), (given("methadone", 30, MORNING), given("methadone", 30, MORNING)), "first day's cap"),
    (daily("methadone", 20), (allergy("methadone"),), "allergy: methadone"),
    (daily("buprenorphine sublingual", 8), (allergy("buprenorphine"),), "allergy: buprenorphine"),
    (daily("naltrexone 50 mg tablet", 50), (allergy("naltrexone"),), "allergy: naltrexone"),
    (daily("oxycodone", 5), (allergy("opioids"),), "allergy: opioids"),
    (daily("lofexidine", 0.5), (PERSON | {"gender": "female"}, condition("Pregnancy", "Z33.1")), "pregnancy"),
    (daily("naltrexone 50 mg tablet", 50), (condition("Cirrhosis, Child-Pugh C", "K74.60"),), "liver"),
    (daily("naltrexone 50 mg tablet", 50), (reading("1742-6", 1200, "U/L"),), "liver"),
    (daily("methadone", 20), (condition("Long QT syndrome", "I45.81"),), "long QT"),
    (daily("methadone", 20), (reading("2823-3", 2.4, "mmol/L"),), "potassium"),
    (daily("buprenorphine/naloxone sublingual film", 80), (), "above 32 mg a day"),
    (daily("buprenorphine/naloxone sublingual film", 320), (), "above 32 mg a day"),
    (daily("methadone", 20), (order("diazepam", status="active"),), "Interaction, major"),
]


@pytest.mark.parametrize(("draft", "there", "said"), MUST_WARN, ids=[str(place) for place in range(len(MUST_WARN))])
def test_what_is_grave_is_warned_of_though_the_record_leaves_its_lists_open(
    records: RecordSystem, draft: Resource, there: tuple[Resource, ...], said: str
):
    cards = records.cards(SIGN, DISORDER, *there, drafts=(draft,))
    assert said.lower() in warnings(cards).lower() and broken({"cards": cards}) == []
    assert cards[0]["indicator"] in ("warning", "critical")


@pytest.mark.parametrize("there", [
    (given("methadone", 120, "2026-11-21T09:00:00-05:00"),),
    (taken("methadone"), given("methadone", 120, "2026-11-21T09:00:00-05:00")),
    (daily("methadone", 120, status="active", authoredOn="2026-10-01"),),
])  # fmt: skip
def test_somebody_on_methadone_is_warned_of_no_first_day(records: RecordSystem, there: tuple[Resource, ...]):
    cards = records.cards(SIGN, DISORDER, *there, drafts=(daily("methadone", 120),))
    assert "first d" not in text_of([card for card in cards if card["source"]["label"].find("ORD-00") < 0]).lower()


# What is said calmly


def test_a_usual_dose_warns_of_nothing(records: RecordSystem):
    drafts = (daily("methadone", 20), daily("buprenorphine/naloxone sublingual film", 8), daily("clonidine", 0.1))
    for draft in drafts:
        (card,) = records.cards(SIGN, DISORDER, drafts=(draft,))
        assert card["indicator"] == "info"


def test_what_could_not_be_told_of_several_orders_stands_in_one_card_after_the_others(records: RecordSystem):
    drafts = (daily("methadone", 150), daily("clonidine", 0.1), daily("metformin", 500))
    cards = records.cards(SIGN, DISORDER, drafts=drafts)
    (calm,) = [card for card in cards if "ORD-00" in card["source"]["label"]]
    assert cards[-1] == calm and calm["indicator"] == "info" and calm["summary"].startswith("Cannot tell")
    for name in ("methadone 150 mg", "clonidine 0.1 mg", "metformin 500 mg"):
        assert name in calm["detail"]
    assert "which medicines are taken" in calm["detail"] and broken({"cards": cards}) == []


@pytest.mark.parametrize(("beside", "indicator"), [("diazepam", "warning"), ("naltrexone", "warning"), ("sertraline", "info")])  # fmt: skip
def test_an_interaction_is_as_loud_as_it_is_grave(records: RecordSystem, beside: str, indicator: str):
    cards = records.cards(SIGN, DISORDER, order(beside, status="active"), drafts=(daily("methadone", 20),))
    assert [card["indicator"] for card in cards if card["summary"].startswith("Interaction")] == [indicator]


def test_an_order_that_is_not_covered_is_still_warned_of(records: RecordSystem):
    child = PERSON | {"birthDate": "2014-01-01"}
    cards = records.cards(SIGN, child, drafts=(daily("methadone", 20), daily("clonidine", 0.1)))
    assert sum("does not cover" in card["summary"] and card["indicator"] == "warning" for card in cards) == 2


# Before somebody leaves

OXYCODONE = daily("oxycodone 80 mg ER", 80, 3, status="active", authoredOn="2026-11-01")
BY_CODE = order("", "1049502", status="active", dosageInstruction=[{"timing": {"repeat": {"frequency": 6, "period": 1, "periodUnit": "d"}}, "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "{tbl}", "code": "{tbl}", "system": UCUM}}]}])  # fmt: skip
PATCH = order("fentanyl transdermal patch 50 mcg/h", status="active")
LITTLE = daily("oxycodone 5 mg", 5, 3, status="active")


def suggested(cards: list[dict[str, Any]]) -> list[str]:
    return [one["label"] for card in cards for one in card.get("suggestions", ())]


@pytest.mark.parametrize("listed", [(OXYCODONE,), (BY_CODE,), (PATCH,), (LITTLE, taken("diazepam"))])
def test_naloxone_is_proposed_to_whoever_leaves_with_much_of_an_opioid(records: RecordSystem, listed):
    cards = records.cards(LEAVE, *listed)
    assert [card["indicator"] for card in cards] == ["warning"] and len(suggested(cards)) == 1
    assert broken({"cards": cards}) == []


@pytest.mark.parametrize("listed", [(LITTLE,), (taken("oxycodone 5 mg"),), (taken("diazepam"),)])
def test_few_opioids_for_pain_are_no_matter_of_this_card(records: RecordSystem, listed):
    assert records.cards(LEAVE, *listed) == []


IN_HAND = [
    (order("naloxone nasal spray 4 mg", status="active", authoredOn="2026-03-01"), True),
    (order("Narcan", status="active"), True),
    (order("naloxone", status="active", authoredOn="2026"), True),
    (order("naloxone 0.4 mg injection", status="active", authoredOn="2019-01-01"), False),
    (order("naloxone 0.4 mg injection", status="active", authoredOn="2026-11-20"), False),
    (order("naloxone nasal spray 4 mg", status="active", authoredOn="2019-01-01"), False),
    (order("naloxone", status="active", category=[{"coding": [{"code": "inpatient"}]}]), False),
]


@pytest.mark.parametrize(("there", "counts"), IN_HAND, ids=[str(place) for place in range(len(IN_HAND))])
def test_naloxone_is_in_hand_where_it_goes_home_and_is_not_old(records: RecordSystem, there: Resource, counts: bool):
    assert bool(suggested(records.cards(LEAVE, DISORDER, there))) is not counts


@pytest.mark.parametrize("about", [DISORDER, OXYCODONE])
def test_naloxone_is_not_proposed_to_somebody_with_an_allergy_to_it(records: RecordSystem, about: Resource):
    cards = records.cards(LEAVE, about, allergy("naloxone"))
    assert suggested(cards) == [] and "allergy to naloxone is recorded" in text_of(cards)


def test_a_dose_that_nobody_is_given_is_told_and_counts_as_given_with_an_unknown_amount(records: RecordSystem):
    wrong = given("methadone", 30_000, MORNING)
    cards = records.cards("leeward-withdrawal", DISORDER, wrong)
    assert wrong["id"] in text_of(cards) and "more than anybody is given" in text_of(cards)
    assert "the dose of methadone" in text_of(records.cards(SIGN, DISORDER, wrong, drafts=(daily("methadone", 20),)))
