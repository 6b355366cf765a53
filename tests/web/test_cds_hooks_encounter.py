"""Where a person is cared for decides what may be offered, so the record system is asked for the encounter."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.cds_hooks_calls import RecordSystem, order, records, resource, taken, text_of

__all__ = ["records"]

OWN = ("leeward-withdrawal", "leeward-orders-select", "leeward-orders-sign", "leeward-kratom", "leeward-discharge")


@pytest.mark.parametrize("service", OWN)
def test_every_service_of_leeward_asks_for_the_encounter(records: RecordSystem, service: str):
    assert records.lines[service]["prefetch"]["encounters"] == "Encounter?patient={{context.patientId}}"


def encounter(code: str) -> dict[str, Any]:
    """An encounter under way."""
    system = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
    return resource("Encounter", status="in-progress", **{"class": {"system": system, "code": code}})


@pytest.mark.parametrize(("code", "barred"), [("EMER", False), ("IMP", False), ("AMB", True), (None, False)])
def test_the_setting_of_the_encounter_is_known_to_the_order_checks(records: RecordSystem, code: str, barred: bool):
    told = (encounter(code),) if code else ()
    cards = records.cards("leeward-orders-sign", taken("methadone"), *told, drafts=(order("methadone", mg=20),))
    assert ("may not be prescribed here" in text_of(cards) and "setting: office" in text_of(cards)) is barred


def test_a_call_that_could_not_bring_the_encounters_is_not_answered(records: RecordSystem):
    answer = records.ask("leeward-withdrawal", encounters={"resourceType": "OperationOutcome", "issue": []})
    assert answer.status_code == 412
    assert "encounters" in answer.text
