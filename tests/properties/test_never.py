"""What Leeward must never say, over generated cases; and what changes nothing."""

from __future__ import annotations

import re
from copy import deepcopy
from datetime import datetime, timedelta
from random import Random
from typing import Any

import msgspec
import pytest

from leeward.casefile import case_from
from leeward.guidance.assess import assess
from leeward.guidance.assessment import Assessment, OptionAnswer
from leeward.guidance.rule import REGISTRY
from leeward.knowledge import load_knowledge
from tests.properties.generated import NOW, document, partly_forgotten

KNOWLEDGE = load_knowledge()
AGONISTS = [
    "buprenorphine-standard",
    "buprenorphine-high-dose",
    "buprenorphine-low-dose",
    "buprenorphine-extended-release",
    "methadone",
    "precipitated-withdrawal-rescue",
]
OFFERED = ("recommended", "acceptable")
KRATOM = re.compile(r"kratom|7-oh|7-hydroxymitragynine|mitragynine|mgm-1", re.IGNORECASE)


def drawn(seed: int) -> tuple[dict[str, Any], Assessment, dict[str, OptionAnswer]]:
    random = Random(seed)
    case = document(random)
    if random.random() < 0.5:
        case, _ = partly_forgotten(case, random)
    answer = assess(case_from(case, KNOWLEDGE), KNOWLEDGE)
    return case, answer, {option.id: option for option in answer.options}


def observed(case: dict[str, Any], what: str) -> Any:
    """The value of a current observation, None where it is not known."""
    found = [entry for entry in case.get("observations", ()) if entry["what"] == what and "at" in entry]
    value = found[0].get("value") if found else None
    return None if value == "unknown" else value


SEEDS = range(100_000, 101_000)
PIECES = [range(start, start + 200) for start in range(SEEDS.start, SEEDS.stop, 200)]


@pytest.mark.parametrize("seeds", PIECES, ids=lambda seeds: str(seeds.start))
def test_never(seeds: range):
    for seed in seeds:
        case, answer, options = drawn(seed)
        offered = {id: option for id, option in options.items() if option.status in OFFERED}
        never_kratom_in_a_proposal(offered, seed)
        never_an_agonist_while_sedated_or_not_breathing(case, offered, seed)
        never_naltrexone_inside_its_window(case, offered, seed)
        never_buprenorphine_under_the_gate(case, answer, offered, seed)
        never_methadone_over_a_long_qtc(case, offered, seed)
        never_too_much_lofexidine(case, offered, seed)
        never_withdrawal_without_treatment_in_pregnancy(case, options, seed)
        never_a_bridge_where_the_setting_may_not(case, offered, seed)
        everything_has_a_rule_and_a_source(answer, seed)


def never_kratom_in_a_proposal(offered: dict[str, OptionAnswer], seed: int) -> None:
    for option in offered.values():
        if option.proposal is not None:
            medicines = [option.proposal.medicine, *(step.when for step in option.proposal.steps)]
            assert not any(KRATOM.search(text) for text in medicines), (seed, option.id)


def never_an_agonist_while_sedated_or_not_breathing(case: dict[str, Any], offered: Any, seed: int) -> None:
    rass, poss = observed(case, "sedation-rass"), observed(case, "sedation-poss")
    rate, saturation = observed(case, "respiratory-rate"), observed(case, "oxygen-saturation")
    sedated = (rass is None and poss is None) or (rass or 0) <= -1 or (poss or 0) >= 3
    unsafe = sedated or rate is None or rate < 10 or saturation is None or saturation < 92
    assert not (unsafe and set(offered) & set(AGONISTS)), (seed, rass, poss, rate, saturation, sorted(offered))


def never_naltrexone_inside_its_window(case: dict[str, Any], offered: Any, seed: int) -> None:
    if "naltrexone-extended-release" not in offered:
        return
    assert isinstance(case.get("exposures"), list), seed
    for exposure in case["exposures"]:
        assert exposure.get("substance") in KNOWLEDGE.substances, (seed, exposure)
        substance = KNOWLEDGE.substances[exposure["substance"]]
        if substance.opioid == "no":
            continue
        last = exposure.get("last_use")
        assert last not in (None, "unknown"), (seed, exposure)
        latest = datetime.fromisoformat(last["latest"] if isinstance(last, dict) else last)
        assert NOW - latest >= timedelta(days=7), (seed, exposure)


def never_buprenorphine_under_the_gate(case: dict[str, Any], answer: Assessment, offered: Any, seed: int) -> None:
    if "buprenorphine-standard" not in offered:
        return
    current = [score for score in answer.state.withdrawal if score.instrument == "cows" and score.current]
    gate = 13 if case["setting"] in ("home", "telehealth") else 8
    assert current and current[0].range is not None and current[0].range[0] >= gate, (seed, current)


def never_methadone_over_a_long_qtc(case: dict[str, Any], offered: Any, seed: int) -> None:
    qtc = observed(case, "qtc")
    assert not ("methadone" in offered and (qtc is None or qtc > 500)), (seed, qtc)


def never_too_much_lofexidine(case: dict[str, Any], offered: Any, seed: int) -> None:
    option = offered.get("lofexidine")
    if option is None:
        return
    points, clearance = observed(case, "child-pugh"), observed(case, "egfr")
    single, daily = 0.72, 2.88
    if points is not None:
        single, daily = min(
            (single, daily), (0.18, 0.72) if points > 9 else (0.36, 1.44) if points > 6 else (0.54, 2.16)
        )
    if clearance is not None and clearance < 90:
        single, daily = min((single, daily), (0.18, 0.72) if clearance < 30 else (0.36, 1.44))
    for step in option.proposal.steps:
        for dose, most in ((step.dose, single), (step.per_day_max, daily)):
            if dose is not None and dose.unit == "mg":
                assert max(value for value in (dose.min, dose.usual, dose.max) if value is not None) <= most, (
                    seed,
                    step,
                )


def never_withdrawal_without_treatment_in_pregnancy(case: dict[str, Any], options: Any, seed: int) -> None:
    if case["patient"].get("pregnant") is True:
        for id in ("lofexidine", "clonidine", "supervised-taper", "naltrexone-extended-release"):
            assert id not in options or options[id].status not in OFFERED, (seed, id)


def never_a_bridge_where_the_setting_may_not(case: dict[str, Any], offered: Any, seed: int) -> None:
    if "buprenorphine-low-dose" in offered:
        prescribed = any(exposure.get("prescribed") is True for exposure in case.get("exposures", ()))
        prescribed |= any(
            "opioid-full-agonist" in KNOWLEDGE.medicines[entry["name"]].traits for entry in case["medicines"]
        )
        assert case["setting"] in ("inpatient", "opioid-treatment-program") or prescribed, (seed, case["setting"])


def everything_has_a_rule_and_a_source(answer: Assessment, seed: int) -> None:
    for alert in (*answer.alerts, *answer.state.mismatches):
        assert alert.rule and alert.sources and alert.do and alert.because, (seed, alert.id)
    for option in answer.options:
        assert option.rules and option.sources and option.because, (seed, option.id)
        assert all(rule in REGISTRY for rule in option.rules), (seed, option.id, option.rules)
        if option.status == "cannot-tell":
            assert option.needs, (seed, option.id)
    for refusal in answer.refusals:
        assert refusal.why and refusal.turn_to and refusal.sources, (seed, refusal.id)
    for line in (*answer.always, *answer.conflicts, *answer.interactions, *answer.adjuncts):
        assert line.sources, (seed, line.id)
    assert {"ongoing-treatment", "naloxone", "counselling", "follow-up"} <= {line.id for line in answer.always}
    cited = {source for option in answer.options for source in option.sources}
    assert cited <= set(answer.sources), seed


@pytest.mark.parametrize("seed", range(200_000, 200_150))
def test_the_order_of_entries_changes_nothing(seed: int):
    random = Random(seed)
    case = document(random)
    case, _ = partly_forgotten(case, random)
    shuffled = deepcopy(case)
    for value in shuffled.values():
        if isinstance(value, list):
            random.shuffle(value)
    assert encoded(case) == encoded(shuffled)


INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:[+-]\d\d:\d\d|Z)")


@pytest.mark.parametrize("seed", range(300_000, 300_150))
def test_moving_every_instant_moves_nothing_but_the_instants(seed: int):
    random = Random(seed)
    case = document(random)
    case, _ = partly_forgotten(case, random)
    shift = timedelta(
        days=random.choice([-900, -31, 1, 45, 400]), hours=random.randrange(24), minutes=random.randrange(60)
    )
    moved = msgspec.json.decode(INSTANT.sub(lambda found: shifted(found[0], shift), msgspec.json.encode(case).decode()))
    expected = INSTANT.sub(lambda found: shifted(found[0], shift), encoded(case).decode())
    assert encoded(moved).decode() == expected


def shifted(text: str, by: timedelta) -> str:
    return (datetime.fromisoformat(text) + by).isoformat()


def encoded(case: dict[str, Any]) -> bytes:
    """The assessment without what the law says, which is of its day and rightly changes with it."""
    answer = msgspec.to_builtins(assess(case_from(case, KNOWLEDGE), KNOWLEDGE))
    answer.pop("sources")
    for exposure in answer["exposures"]:
        for name in ("law", "assay", "sources"):
            exposure.pop(name)
    return msgspec.json.encode(answer)


def test_assessing_again_keeps_nothing_of_the_cases_before():
    import gc

    cases = [case_from(document(Random(seed)), KNOWLEDGE) for seed in range(400_000, 400_040)]
    for case in cases:
        assess(case, KNOWLEDGE)
    gc.collect()
    before = len(gc.get_objects())
    for case in cases * 3:
        assess(case, KNOWLEDGE)
    gc.collect()
    assert len(gc.get_objects()) <= before + len(cases)
