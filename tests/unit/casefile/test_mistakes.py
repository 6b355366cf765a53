"""Every mistake is named with its place, its code and its mend, and all of them at once."""

from collections.abc import Callable
from typing import Any

import pytest

from leeward.casefile import read_case
from leeward.errors import BadInput
from leeward.knowledge import Knowledge

Mistakes = Callable[..., list[tuple[str, str]]]

HEROIN = {"substance": "heroin"}


@pytest.mark.parametrize(
    ("parts", "path", "code"),
    [
        ({"now": None}, "now", "LW-0117"),
        ({"now": "2026-11-22T09:00:00"}, "now", "LW-0111"),
        ({"now": "2026-11-22"}, "now", "LW-0111"),
        ({"now": "1026-11-22T09:00:00Z"}, "now", "LW-0111"),
        ({"now": "2026-13-22T09:00:00Z"}, "now", "LW-0111"),
        ({"now": 20261122}, "now", "LW-0107"),
        ({"seting": "home"}, "seting", "LW-0106"),
        ({"setting": "emergancy"}, "setting", "LW-0108"),
        ({"setting": "moon"}, "setting", "LW-0108"),
        ({"setting": ["home"]}, "setting", "LW-0107"),
        ({"jurisdiction": "Atlantis"}, "jurisdiction", "LW-0108"),
        ({"patient": [1]}, "patient", "LW-0107"),
        ({"patient": {"age": "old"}}, "patient.age", "LW-0110"),
        ({"patient": {"age": 121}}, "patient.age", "LW-0110"),
        ({"patient": {"age": -1}}, "patient.age", "LW-0110"),
        ({"patient": {"age": True}}, "patient.age", "LW-0110"),
        ({"patient": {"age": {"value": 2000, "unit": "month"}}}, "patient.age.value", "LW-0110"),
        ({"patient": {"pregnent": "yes"}}, "patient.pregnent", "LW-0106"),
        ({"patient": {"pregnant": "maybe"}}, "patient.pregnant", "LW-0109"),
        ({"patient": {"sex": "male", "pregnant": True}}, "patient.pregnant", "LW-0116"),
        ({"patient": {"sex": "male", "gestation_weeks": 20}}, "patient.pregnant", "LW-0116"),
        ({"patient": {"pregnant": "no", "gestation_weeks": 20}}, "patient.gestation_weeks", "LW-0116"),
        ({"patient": {"gestation_weeks": 46}}, "patient.gestation_weeks", "LW-0110"),
        ({"patient": {"weight_kg": 0.2}}, "patient.weight_kg", "LW-0110"),
        ({"patient": {"weight_kg": "154 lb"}}, "patient.weight_kg", "LW-0114"),
        ({"exposures": 5}, "exposures", "LW-0107"),
        ({"exposures": [5]}, "exposures[0]", "LW-0107"),
        ({"exposures": [{}]}, "exposures[0].substance", "LW-0117"),
        ({"exposures": [{**HEROIN, "last_use": "2026-11-22T08:00:00"}]}, "exposures[0].last_use", "LW-0111"),
        ({"exposures": [{**HEROIN, "last_use": "2026-11-22T09:00:01-05:00"}]}, "exposures[0].last_use", "LW-0112"),
        ({"exposures": [{**HEROIN, "last_use": "2026-11-23"}]}, "exposures[0].last_use", "LW-0112"),
        ({"exposures": [{**HEROIN, "last_use": "yesterday"}]}, "exposures[0].last_use", "LW-0111"),
        (
            {"exposures": [{**HEROIN, "last_use": {"earliest": "2026-11-22T08:00:00Z", "latest": "2026-11-21"}}]},
            "exposures[0].last_use",
            "LW-0112",
        ),
        ({"exposures": [{**HEROIN, "amount": {"value": 1}}]}, "exposures[0].amount.unit", "LW-0114"),
        ({"exposures": [{**HEROIN, "amount": 1}]}, "exposures[0].amount", "LW-0114"),
        ({"exposures": [{**HEROIN, "amount": {"value": 1, "unit": "mmHg"}}]}, "exposures[0].amount.unit", "LW-0114"),
        ({"exposures": [{**HEROIN, "amount": {"value": 0, "unit": "g"}}]}, "exposures[0].amount.value", "LW-0110"),
        ({"exposures": [{**HEROIN, "amount": {"value": -1, "unit": "g"}}]}, "exposures[0].amount.value", "LW-0110"),
        ({"exposures": [{**HEROIN, "amount": {"value": True, "unit": "g"}}]}, "exposures[0].amount.value", "LW-0110"),
        ({"exposures": [{**HEROIN, "amount": {"value": 1, "unit": "g", "per": "wk"}}]}, "exposures[0].amount.per",
         "LW-0108"),
        ({"exposures": [{**HEROIN, "route": "smokd"}]}, "exposures[0].route", "LW-0108"),
        ({"exposures": [{**HEROIN, "duration": {"value": 3, "unit": "moons"}}]}, "exposures[0].duration.unit",
         "LW-0114"),
        ({"exposures": [{**HEROIN, "duration": 3}]}, "exposures[0].duration", "LW-0114"),
        ({"exposures": [{**HEROIN, "prescribed": "perhaps"}]}, "exposures[0].prescribed", "LW-0109"),
        ({"doses": [{"medicine": "methadone", "dose": "2 tab"}]}, "doses[0].dose", "LW-0113"),
        ({"doses": [{"medicine": "methadone", "dose": 20}]}, "doses[0].dose", "LW-0114"),
        ({"doses": [{"medicine": "methadone", "dose": "1,000 mg"}]}, "doses[0].dose", "LW-0110"),
        ({"doses": [{"medicine": "methadone", "dose": "0 mg"}]}, "doses[0].dose", "LW-0110"),
        ({"doses": [{"medicine": "methadone", "dose": "10 mg/mL"}]}, "doses[0].dose", "LW-0113"),
        ({"doses": [{"medicine": "methadone", "dose": {"value": 2, "unit": "tablet"}}]}, "doses[0].dose.unit",
         "LW-0113"),
        ({"doses": [{"medicine": "methadone", "at": "2026-11-23T00:00:00Z"}]}, "doses[0].at", "LW-0112"),
        ({"doses": [{"dose": "8 mg"}]}, "doses[0].medicine", "LW-0117"),
        ({"orders": [{"medicine": "methadone", "day": 1.5}]}, "orders[0].day", "LW-0110"),
        ({"medicines": [{"dose": "8 mg"}]}, "medicines[0].name", "LW-0117"),
        ({"medicines": [{"name": "sertraline", "last_taken": "2027-01-01"}]}, "medicines[0].last_taken", "LW-0112"),
        ({"medicines": [{"rxnorm": "12x"}]}, "medicines[0].rxnorm", "LW-0105"),
        ({"conditions": [{"status": "absent"}]}, "conditions[0].name", "LW-0117"),
        ({"conditions": [{"code": "F11.20"}]}, "conditions[0].code", "LW-0107"),
        ({"conditions": [{"code": {"system": "icd-10-cm", "value": "11.20"}}]}, "conditions[0].code.value",
         "LW-0105"),
        ({"conditions": [{"code": {"system": "icd-10-mc", "value": "F11.20"}}]}, "conditions[0].code.system",
         "LW-0108"),
        ({"conditions": [{"name": "epilepsy", "status": "abscent"}]}, "conditions[0].status", "LW-0108"),
        ({"observations": ["vomiting"]}, "observations[0]", "LW-0107"),
        ({"observations": [{"value": 1}]}, "observations[0].what", "LW-0117"),
        ({"observations": [{"what": "heart-rate", "value": 96}]}, "observations[0].unit", "LW-0114"),
        ({"observations": [{"what": "heart-rate", "value": 96, "unit": "mg"}]}, "observations[0].unit", "LW-0114"),
        ({"observations": [{"what": "heart-rate", "value": "fast", "unit": "/min"}]}, "observations[0].value",
         "LW-0110"),
        ({"observations": [{"what": "heart-rate", "value": 900, "unit": "/min"}]}, "observations[0].value",
         "LW-0115"),
        ({"observations": [{"what": "temperature", "value": 98.6, "unit": "Cel"}]}, "observations[0].value",
         "LW-0115"),
        ({"observations": [{"what": "gcs", "value": 13.5}]}, "observations[0].value", "LW-0110"),
        ({"observations": [{"what": "rass", "value": 5}]}, "observations[0].value", "LW-0115"),
        ({"observations": [{"what": "vomiting", "value": "often"}]}, "observations[0].value", "LW-0109"),
        ({"observations": [{"what": "clonus", "value": "inducable"}]}, "observations[0].value", "LW-0108"),
        ({"observations": [{"what": "qtc", "value": 470, "unit": "ms", "method": "bazzet"}]},
         "observations[0].method", "LW-0108"),
        ({"observations": [{"what": "alt", "value": 90, "unit": "U/L", "uln": 0}]}, "observations[0].uln", "LW-0110"),
        ({"observations": [{"what": "uds", "result": {"opiates": "green"}}]}, "observations[0].value.opiates",
         "LW-0108"),
        ({"observations": [{"what": "uds", "result": {"opiate": "positive", "opiates": "negative"}}]},
         "observations[0].value.opiates", "LW-0116"),
        ({"observations": [{"what": "uds", "result": 7}]}, "observations[0].value", "LW-0107"),
        ({"observations": [{"what": "alt", "value": 1, "unit": "U/L", "at": "2026-11-22T10:00:00-05:00"}]},
         "observations[0].at", "LW-0112"),
        ({"scores": [{"items": {}}]}, "scores[0].instrument", "LW-0117"),
        ({"scores": [{"instrument": "cows"}]}, "scores[0].items", "LW-0117"),
        ({"scores": [{"instrument": "cows", "items": {"pulse": 3}}]}, "scores[0].items.pulse", "LW-0201"),
        ({"scores": [{"instrument": "cows", "items": {"puls": 2}}]}, "scores[0].items.puls", "LW-0202"),
        ({"scores": [{"instrument": "cows", "total": 49}]}, "scores[0].total", "LW-0206"),
        ({"scores": [{"instrument": "SOWS", "total": 20}]}, "scores[0].instrument", "LW-0205"),
        ({"scores": [{"instrument": "cows", "total": "many"}]}, "scores[0].total", "LW-0110"),
        ({"scores": [{"instrument": "cows", "total": 4, "by": "clinican"}]}, "scores[0].by", "LW-0108"),
        ({"goals": [["taper"]]}, "goals[0]", "LW-0107"),
        ({"patient": {1: 2}}, "patient", "LW-0107"),
        ({"medications": [], "medicines": []}, "medicines", "LW-0104"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_place(parts: dict[str, Any], path: str, code: str, mistakes: Mistakes):
    assert mistakes(**parts) == [(path, code)]


def test_all_mistakes_are_named_at_once(mistakes: Mistakes):
    found = mistakes(
        now="2026-11-22T09:00",
        setting="moon",
        patient={"age": "old"},
        exposures=[{"substance": "heroin", "amount": {"value": 1, "unit": "mmHg"}}],
        scores=[{"instrument": "cows", "items": {"pulse": 3, "restlessness": 2}}],
        doses=[{"medicine": "methadone", "dose": "2 tab"}],
    )
    assert [path for path, _ in found] == [
        "doses[0].dose",
        "exposures[0].amount.unit",
        "now",
        "patient.age",
        "scores[0].items.pulse",
        "scores[0].items.restlessness",
        "setting",
    ]


def test_the_message_says_what_is_wrong_and_how_to_mend_it(knowledge: Knowledge):
    text = """
leeward: case/1
now: 2026-11-22T09:00:00-05:00
doses: [{medicine: methadone, dose: 2 tab}]
setting: emergancy
"""
    with pytest.raises(BadInput) as refused:
        read_case(text, knowledge)
    assert str(refused.value).splitlines() == [
        'LW-0113 doses[0].dose: "2 tab" is not a mass. Give the strength in mg.',
        'LW-0108 setting: "emergancy" is not a setting. Did you mean emergency?',
    ]


def test_a_message_quotes_no_more_than_the_wrong_word(knowledge: Knowledge):
    story = "Jane Doe of 12 High Street came in with her mother and said that she had taken something"
    with pytest.raises(BadInput) as refused:
        read_case(f"leeward: case/1\nnow: 2026-11-22T09:00:00Z\nsetting: {story}\npatient: [{story}]\n", knowledge)
    assert all("mother" not in str(problem) for problem in refused.value.problems)


@pytest.mark.parametrize(
    ("medicine", "dose", "mends"),
    [
        ("methadone", "30000 mg", False),
        ("methadone", "1.2 g", True),
        ("buprenorphine", "8000 mg", False),
        ("clonidine", "100 g", False),
        ("naltrexone", "380 mg", True),
        ("acetaminophen", "4 g", True),
        ("acetaminophen", "400 g", False),
        ("metformin", "2 g", True),
        ("metformin", "2 kg", False),
    ],
)
def test_a_dose_that_nobody_is_given_at_once_is_a_mistake_and_an_order_of_it_is_kept(
    knowledge: Knowledge, medicine: str, dose: str, mends: bool
):
    begin = "leeward: case/1\nnow: 2026-11-22T09:00:00Z\n"
    given = f"{begin}doses:\n  - {{medicine: {medicine}, dose: {dose}, at: 2026-11-22T08:00:00Z}}\n"
    if mends:
        read_case(given, knowledge)
    else:
        with pytest.raises(BadInput) as refused:
            read_case(given, knowledge)
        (problem,) = refused.value.problems
        assert (problem.path, problem.code) == ("doses[0].dose", "LW-0115") and "than anybody is given" in problem.says
    assert read_case(f"{begin}orders:\n  - {{medicine: {medicine}, dose: {dose}}}\n", knowledge).orders
