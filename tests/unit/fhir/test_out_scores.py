"""Scores given back as FHIR: what is missing stays missing, and the total is the same by somebody else's engine."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest

from leeward.casefile import case_from
from leeward.fhir.questionnaires import is_plain_sum, questionnaires, score_expression
from leeward.fhir.score_resources import response_of
from leeward.fhir.writing import to_json, writing
from leeward.guidance.assess import assess
from leeward.instruments import load_instruments, score
from leeward.model.case import ScoreEntry
from leeward.model.missing import NOT_ASKED, REFUSED, UNKNOWN, Missing
from tests.fhir_validators.three import evaluated
from tests.unit.fhir.out_cases import KNOWLEDGE, answered, resources

AT = "2026-11-22T08:50:00-05:00"
SUMS = [instrument.id for instrument in load_instruments().values() if is_plain_sum(instrument)]


def of_case(*scores: dict[str, Any]) -> dict[str, Any]:
    document = {"leeward": "case/1", "now": "2026-11-22T09:00:00-05:00", "scores": list(scores)}
    return answered(case_from(document, KNOWLEDGE))[1]


def panel(bundle: dict[str, Any]) -> dict[str, Any]:
    return next(one for one in resources(bundle, "Observation") if "derivedFrom" in one)


def random_responses(id: str, count: int, partial: float) -> list[tuple[int | None, dict[str, Any]]]:
    """Random answers as responses, each with the total that Leeward has for it."""
    instrument, random = load_instruments()[id], Random(id)
    case = case_from({"leeward": "case/1", "now": AT}, KNOWLEDGE)
    held = writing(case, assess(case, KNOWLEDGE))
    made: list[tuple[int | None, dict[str, Any]]] = []
    for _ in range(count):
        lacks = random.random() < partial
        items: dict[str, int | bool | Missing] = {
            item.id: random.choice((NOT_ASKED, UNKNOWN, REFUSED))
            if lacks and random.random() < 0.2
            else random.choice(item.points)
            for item in instrument.items
        }
        found = score(instrument, items)
        response = response_of(held, instrument, ScoreEntry(id, id, NOT_ASKED, items), found, "x")
        made.append((found.total, json.loads(to_json(response))))
    return made


def test_the_expression_for_cows_gives_the_same_as_leeward_for_10000_responses():
    made = random_responses("cows", 10_000, partial=0.4)
    assert 1000 < sum(total is None for total, _ in made) < 5000
    expression = score_expression(load_instruments()["cows"])
    assert expression is not None
    assert "aggregate($this + $total, 0)" in expression
    found = evaluated(expression, [response for _, response in made])
    assert found == [[] if total is None else [total] for total, _ in made]


@pytest.mark.parametrize("id", SUMS)
def test_the_expression_of_every_sum_gives_the_same_as_leeward(id: str):
    made = random_responses(id, 200, partial=0.3)
    expression = score_expression(load_instruments()[id])
    assert expression is not None
    found = evaluated(expression, [response for _, response in made])
    assert found == [[] if total is None else [total] for total, _ in made]


def test_no_expression_adds_up_what_is_no_plain_sum():
    assert {"cows", "sows-gossop-10", "ciwa-ar", "phq-9"} <= set(SUMS)
    assert not {"c-ssrs", "dsm-5-tr-opioid-withdrawal", "dsm-5-tr-opioid-use-disorder"} & set(SUMS)
    for id in set(load_instruments()) - set(SUMS):
        assert score_expression(load_instruments()[id]) is None


def test_every_instrument_has_a_form_with_points_in_both_extensions():
    forms = {form.id: json.loads(to_json(form)) for form in questionnaires()}
    assert set(forms) == set(load_instruments())
    pulse = forms["cows"]["item"][0]
    assert pulse["linkId"] == "pulse"
    extensions = [option["valueCoding"]["extension"] for option in pulse["answerOption"]]
    assert [[one["valueDecimal"] for one in each] for each in extensions] == [[0, 0], [1, 1], [2, 2], [4, 4]]
    assert not any(item["required"] for form in forms.values() for item in form["item"])
    assert "ordinalValue" not in json.dumps(forms["c-ssrs"])


def test_a_missing_item_makes_the_score_a_range_and_is_there_without_an_answer():
    items = dict.fromkeys(load_instruments()["cows"].item_ids, 0) | {"pulse": 4, "tremor": None, "gi": "declined"}
    bundle = of_case({"instrument": "cows", "at": AT, "items": items})
    found = panel(bundle)
    assert "valueInteger" not in found
    assert (found["valueRange"]["low"]["value"], found["valueRange"]["high"]["value"]) == (4, 13)
    assert "interpretation" not in found
    response = resources(bundle, "QuestionnaireResponse")[0]
    asked = {item["linkId"]: item for item in response["item"]}
    assert "answer" not in asked["tremor"]
    assert asked["gi"]["extension"][0]["valueCode"] == "asked-declined"
    assert "total" not in asked
    absent = [one["dataAbsentReason"]["coding"][0]["code"] for one in resources(bundle) if "dataAbsentReason" in one]
    assert sorted(absent) == ["asked-declined", "asked-unknown"]
    assert len(found["hasMember"]) == 11


def test_a_whole_score_has_its_total_and_band():
    items = dict.fromkeys(load_instruments()["cows"].item_ids, 1)
    items |= {"restlessness": 3, "gooseflesh": 3}
    found = panel(of_case({"instrument": "cows", "at": AT, "items": items}))
    assert found["valueInteger"] == 15
    assert found["interpretation"] == [{"text": "moderate"}]


def test_a_total_alone_has_no_items_and_an_uncertain_time_is_a_period():
    bundle = of_case({"instrument": "cows", "at": {"earliest": "2026-11-22T07:00:00-05:00", "latest": AT}, "total": 14})
    found = panel(bundle)
    assert found["valueInteger"] == 14
    assert "hasMember" not in found
    assert found["effectivePeriod"]["end"] == AT
    assert "authored" not in resources(bundle, "QuestionnaireResponse")[0]
