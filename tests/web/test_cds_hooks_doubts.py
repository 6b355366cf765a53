"""What a record leaves in doubt about an order: how long something acts, what was meant, and whom it is for."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.cds_hooks_answers import broken
from tests.web.cds_hooks_calls import PERSON, RecordSystem, Resource, order, records, resource, taken, text_of
from tests.web.test_cds_hooks_orders import DISORDER, SIGN, daily, given, mg

__all__ = ["records"]

INJECTION = order("Vivitrol 380 mg", mg=380)


def suggested(cards: list[dict[str, Any]]) -> list[str]:
    return [one["label"] for card in cards for one in card.get("suggestions", [])]


def summaries(cards: list[dict[str, Any]], word: str) -> list[tuple[str, str]]:
    return [(card["indicator"], card["summary"]) for card in cards if word in card["summary"]]


# What acts still


@pytest.mark.parametrize(
    ("draft", "medicine", "at", "is_told"),
    [
        (INJECTION, "buprenorphine 8 mg sublingual tablet", "2026-11-20T09:00:00-05:00", True),
        (INJECTION, "buprenorphine 8 mg sublingual tablet", "2026-11-02T09:00:00-05:00", False),
        (INJECTION, "buprenorphine 8 mg sublingual tablet", "2024-09-13T09:00:00-05:00", False),
        (INJECTION, "Sublocade", "2026-10-13T09:00:00-04:00", True),
        (daily("oxycodone", 10), "Vivitrol", "2026-11-12T09:00:00-05:00", True),
        (daily("oxycodone", 10), "Vivitrol", "2026-01-26T09:00:00-05:00", False),
    ],
)
def test_a_dose_of_long_ago_forbids_nothing(
    records: RecordSystem, draft: Resource, medicine: str, at: str, is_told: bool
):
    cards = records.cards(SIGN, DISORDER, given(medicine, 8, at), drafts=(draft,))
    assert bool(summaries(cards, "contraindicated")) is is_told and broken({"cards": cards}) == []


STOPPED = {"status": "stopped", "intent": "order", "medicationCodeableConcept": {"text": "phenelzine 15 mg"}}


@pytest.mark.parametrize(
    ("held", "summary"),
    [
        (resource("MedicationRequest", **STOPPED, authoredOn="2026-11-20"), "Interaction, contraindicated"),
        (resource("MedicationRequest", **STOPPED, authoredOn="2026-05-01"), "Unless it is known otherwise: Interaction, contraindicated"),
        (taken("phenelzine", status="completed", effectivePeriod={"start": "2026-01-05", "end": "2026-11-19"}), "Interaction, contraindicated"),
        (taken("phenelzine", status="stopped"), "Unless it is known otherwise: Interaction, contraindicated"),
        (taken("phenelzine", status="completed", effectivePeriod={"start": "2026-01-05", "end": "2026-10-19"}), ""),
    ],
)  # fmt: skip
def test_an_inhibitor_of_monoamine_oxidase_that_was_stopped_is_told_beside_methadone(
    records: RecordSystem, held: Resource, summary: str
):
    found = summaries(records.cards(SIGN, DISORDER, held, drafts=(daily("methadone", 20),)), "phenelzine")
    assert found == ([("warning", f"{summary}: methadone with phenelzine")] if summary else [])


# What was meant


@pytest.mark.parametrize("text", ["BUP/NLX 8/2 SL FILM", "bup/nal", "MTD 40", "Olinvyk 1 mg", "Opium tincture"])
def test_an_order_in_short_forms_is_told_as_not_understood_and_never_as_read(records: RecordSystem, text: str):
    cards = records.cards(SIGN, DISORDER, drafts=(daily(text, 8), daily("methadone", 20)))
    [card] = [card for card in cards if "not understood" in card["summary"]]
    assert card["indicator"] == "warning" and text in card["summary"] and broken({"cards": cards}) == []
    assert "no check is kept" not in text_of(cards)


def test_an_order_of_another_unknown_medicine_is_told_calmly(records: RecordSystem):
    [card] = records.cards(SIGN, DISORDER, drafts=(daily("metronidazole", 500),))
    assert card["indicator"] == "info" and card["summary"].startswith("Not understood, so not checked")


@pytest.mark.parametrize(
    ("code", "text", "says"),
    [
        ("1010600", "buprenorphine-naloxone 8 mg-2 mg film", "different strengths"),
        ("1010604", "buprenorphine-naloxone 8 mg-2 mg sublingual tablet", "different forms"),
    ],
)
@pytest.mark.parametrize("dose", [mg(16), {"value": 1, "unit": "{film}", "code": "{film}"}])
def test_a_code_of_another_product_than_the_words_is_warned_of(
    records: RecordSystem, code: str, text: str, says: str, dose: Resource
):
    timing = {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}
    draft = order(text, code, dosageInstruction=[{"timing": timing, "doseAndRate": [{"doseQuantity": dose}]}])
    cards = records.cards(SIGN, DISORDER, drafts=(draft,))
    [card] = [card for card in cards if says in card["summary"]]
    assert card["indicator"] == "warning" and code in card["detail"] and broken({"cards": cards}) == []


def test_a_code_that_agrees_with_its_words_is_not_warned_of(records: RecordSystem):
    draft = order("buprenorphine-naloxone 8 mg-2 mg film", "1010604", 16)
    assert "different" not in text_of(records.cards(SIGN, DISORDER, drafts=(draft,)))


# Whom it is for


@pytest.mark.parametrize("born", ["2026-10-01", "2018-01-01", "2011-01-01"])
@pytest.mark.parametrize(
    ("draft", "there"),
    [(daily("morphine", 0.1, 4), ()), (daily("methadone", 60), ()), (daily("codeine", 30), (taken("naltrexone"),))],
)
def test_nothing_is_proposed_to_be_removed_for_somebody_whom_leeward_does_not_cover(
    records: RecordSystem, born: str, draft: Resource, there: tuple[Resource, ...]
):
    cards = records.cards(SIGN, PERSON | {"birthDate": born}, *there, drafts=(draft,))
    assert summaries(cards, "does not cover this person") and suggested(cards) == []


def test_a_draft_for_somebody_whom_leeward_covers_may_be_removed(records: RecordSystem):
    assert suggested(records.cards(SIGN, DISORDER, taken("naltrexone"), drafts=(daily("codeine", 30),)))


# Sedation


@pytest.mark.parametrize(
    "code",
    [
        {"coding": [{"system": "http://snomed.info/sct", "code": "1345050000"}]},
        {"coding": [{"system": "http://loinc.org", "code": "54632-5"}], "text": "RASS"},
        {"text": "Richmond Agitation-Sedation Scale"},
    ],
)
def test_somebody_who_is_sedated_by_rass_gets_no_agonist_in_silence(records: RecordSystem, code: Resource):
    seen = resource("Observation", status="final", code=code, effectiveDateTime="2026-11-22T08:50:00-05:00", valueInteger=-3)  # fmt: skip
    cards = records.cards(SIGN, DISORDER, seen, drafts=(daily("methadone", 20),))
    assert cards[0]["indicator"] == "critical" and "sedated" in cards[0]["summary"]


# Kratom


def test_kratom_of_no_told_kind_is_not_called_leaf(records: RecordSystem):
    cards = records.cards("leeward-kratom", taken("kratom"), order("dextromethorphan", status="active"))
    assert "leaf or extract not known" in text_of(cards) and "did NOT change" not in text_of(cards)


def test_that_buprenorphine_adds_little_does_not_lift_methadones_ecg(records: RecordSystem):
    there = order("methadone", status="active", mg=80)
    cards = records.cards(SIGN, DISORDER, there, drafts=(daily("buprenorphine sublingual", 8),))
    assert "No ECG" not in text_of(cards) and "methadone's own" in text_of(cards)
