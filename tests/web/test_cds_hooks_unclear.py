"""What the CDC guideline may be about and nobody can tell is told; and words of a record are words on every card."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.cds_hooks_calls import PERSON, RecordSystem, condition, order, records, resource, taken, text_of

__all__ = ["records"]

SIGN = "leeward-orders-sign"

# The CDC guideline


def prescribed(text: str = "", code: str = "", **members: Any) -> dict[str, Any]:
    community = {"category": [{"coding": [{"code": "community"}]}], "authoredOn": "2026-11-01", "status": "active"}
    return order(text, code, **{**community, **members})


OXYCODONE, ALPRAZOLAM = "1049502", "308047"
HOME = {"category": [{"coding": [{"code": "community"}]}]}


@pytest.mark.parametrize(
    "draft",
    [
        order("Percocet 10-325", **HOME),
        order("Roxybond 30 mg", "99999999", **HOME),
        order("", "99999999", **HOME),
        order("", "", **HOME),
        order("my pain pill", **HOME),
        order("", OXYCODONE),
        order("", OXYCODONE, category=[{"text": "home"}]),
        {**order(**HOME), "medicationCodeableConcept": None, "medicationReference": {"reference": "Medication/x", "display": "Oxycodone 30 mg"}},
    ],
)  # fmt: skip
@pytest.mark.parametrize("service", ["cdc-opioids-order-sign", "opioidcds-09"])
def test_an_order_that_may_be_an_opioid_is_told_and_not_taken_for_none(records: RecordSystem, service, draft):
    draft = {name: value for name, value in draft.items() if value is not None}
    cards = records.cards(service, drafts=(draft,))
    assert any("cannot tell" in card["summary"].lower() for card in cards)


@pytest.mark.parametrize(
    "draft",
    [
        order("lisinopril 10 mg", **HOME),
        order("Some new antibiotic 5 MG Oral Tablet", "99999998", **HOME),
        order("", OXYCODONE, category=[{"coding": [{"code": "inpatient"}]}]),
    ],
)
def test_an_order_that_is_none_of_the_guidelines_is_passed_over(records: RecordSystem, draft):
    assert records.cards("cdc-opioids-order-sign", drafts=(draft,)) == []


FORTY_A_DAY = {
    **HOME,
    "dosageInstruction": [
        {
            "timing": {"repeat": {"frequency": 4, "period": 1, "periodUnit": "d"}},
            "doseAndRate": [{"doseQuantity": {"value": 10, "unit": "{tablet}", "code": "{tablet}", "system": "http://unitsofmeasure.org"}}],
        }
    ],
}  # fmt: skip
"""Oxycodone far above the dose at which the guideline asks for care and naloxone."""


def supply(days: int) -> dict[str, Any]:
    length = {"value": days, "unit": "d", "code": "d", "system": "http://unitsofmeasure.org"}
    return {"dispenseRequest": {"expectedSupplyDuration": length}}


@pytest.mark.parametrize("service", ["opioidcds-04-05", "opioidcds-08-order-sign"])
def test_a_high_dose_for_nobody_says_how_long_is_told_with_its_total(records: RecordSystem, service):
    (open_,) = records.cards(service, drafts=(order("", OXYCODONE, **FORTY_A_DAY),))
    assert open_["summary"].startswith("Cannot tell whether CDC recommendation") and "MME/day" in open_["detail"]
    assert "for how many days" in open_["detail"]
    (told,) = records.cards(service, drafts=(order("", OXYCODONE, **FORTY_A_DAY, **supply(30)),))
    assert told["indicator"] == "warning"
    assert records.cards(service, drafts=(order("", OXYCODONE, **FORTY_A_DAY, **supply(7)),)) == []


def test_what_cannot_be_told_for_one_reason_is_one_card(records: RecordSystem):
    (one,) = records.cards("cdc-opioids-order-sign", drafts=(order("", OXYCODONE, **FORTY_A_DAY),))
    assert "recommendations 1, 2, 3, 4 and 5, 6, 8, 9, 10 apply" in one["summary"]
    assert one["detail"].count("for how many days") == 1


def test_somebody_whom_the_guideline_does_not_cover_is_told_of(records: RecordSystem):
    child = {**PERSON, "birthDate": "2016-03-01"}
    (one,) = records.cards("cdc-opioids-order-sign", child, drafts=(order("", OXYCODONE, **FORTY_A_DAY, **supply(30)),))
    assert one["summary"].startswith("Not held against the CDC guideline") and "18" in one["detail"]


@pytest.mark.parametrize("category", ["community", "outpatient", "discharge"])
def test_an_order_for_home_is_the_guidelines_however_it_is_categorised(records: RecordSystem, category):
    draft = order("", OXYCODONE, category=[{"coding": [{"code": category}]}])
    cards = records.cards("opioidcds-11", prescribed("", ALPRAZOLAM), drafts=(draft,))
    assert any("benzodiazepine" in card["summary"] for card in cards)


@pytest.mark.parametrize(
    "held",
    [
        prescribed("Xanax 2 mg"),
        prescribed("", ALPRAZOLAM, category=[]),
        prescribed("", ALPRAZOLAM, authoredOn="2026"),
        prescribed("", ALPRAZOLAM, status="unknown"),
    ],
)
def test_a_prescription_that_may_be_a_benzodiazepine_is_told(records: RecordSystem, held):
    held = {name: value for name, value in held.items() if value != []}
    cards = records.cards("opioidcds-11-patient-view", prescribed("", OXYCODONE), held)
    assert any("cannot tell" in card["summary"].lower() for card in cards)


def test_opioid_use_disorder_without_a_category_or_a_day_is_told(records: RecordSystem):
    whole = {"category": [{"coding": [{"code": "problem-list-item"}]}], "recordedDate": "2026-11-20"}
    for lacking in whole:
        members = {name: value for name, value in whole.items() if name != lacking}
        text = text_of(records.cards("opioidcds-12-patient-view", condition("", "F11.20", **members)))
        assert "F11.20" in text
    (card,) = records.cards("opioidcds-12-patient-view", condition("", "F11.20", **whole))
    assert "cannot tell" not in card["summary"].lower()


# Words of a record


EVIL = (
    "[Sign in again](https://evil.example) ![x](https://evil.example/t.png) **now** `a` www.evil.example\n# Head\n> q"
)


@pytest.mark.parametrize(
    ("service", "resources", "drafts"),
    [
        (SIGN, (), (order(f"methadone {EVIL}", mg=200), order(EVIL), resource("ServiceRequest", status="draft", code={"text": EVIL}))),
        ("leeward-withdrawal", (condition(f"opioid {EVIL}"), condition("", "F11.20"), taken(EVIL)), None),
        ("leeward-withdrawal", (condition(f"opioid {EVIL}"),), None),
        ("leeward-kratom", (taken(f"kratom {EVIL}"), taken("kratom")), None),
        ("leeward-discharge", (condition(f"overdose {EVIL}"),), None),
        ("cdc-opioids-order-sign", (prescribed(f"Xanax {EVIL}"),), (order(f"oxycodone {EVIL}", OXYCODONE, **HOME), order(f"oxycodone 80 mg {EVIL}", OXYCODONE, **HOME))),
    ],
)  # fmt: skip
def test_words_of_a_record_are_no_markdown(records: RecordSystem, service, resources, drafts):
    cards = records.cards(service, *resources, drafts=drafts)
    text = text_of(cards)
    assert "Sign in" in text, "the words themselves are shown"
    for active in ("](", "![", "](https", "https://evil", "www.evil", "**now**", "`a`", "\n#", "\n>", "* #", "* >"):
        assert active not in text, active


def test_names_in_brackets_stay_readable(records: RecordSystem):
    draft = order("oxycodone hydrochloride 5 MG Oral Tablet [Roxicodone]", mg=5)
    assert "(Roxicodone)" in text_of(records.cards(SIGN, drafts=(draft,)))
