"""Rescue of withdrawal that buprenorphine precipitated: more buprenorphine, not less.

| rule | what it asks | source |
|---|---|---|
| AGO-01..03, BUP-01 | awake, breathing, no antagonist on board, no allergy | gates.py |
| PWR-01 | precipitated withdrawal is there; no score before the dose: cannot tell | consensus of sources; Dunn 2023 |
| PWR-02 | staff watch; otherwise to an emergency department | CA Bridge Quick Start 2025 |
| PWR-03 | recommended once it is there | CA Bridge Quick Start 2025 |
| AGO-10, AGO-06 | another emergency; intoxication | starts.py |
| PWR-04 | a sedative on board: leave the lorazepam | sources in the rule |
"""

from __future__ import annotations

from leeward.guidance.alerts.response import precipitated_withdrawal
from leeward.guidance.assessment import Proposal
from leeward.guidance.gates import AGONIST_GATES
from leeward.guidance.option import Option
from leeward.guidance.options.buprenorphine_cautions import (
    above_confirm_ceiling,
    above_soft_ceiling,
    lungs,
    not_recognised,
    pregnancy,
    sedatives_told,
)
from leeward.guidance.options.buprenorphine_standard import allergic
from leeward.guidance.options.starts import emergency_before_buprenorphine, intoxicated
from leeward.guidance.picture import Picture
from leeward.guidance.proposal import scheduled
from leeward.guidance.rule import AVOID, CAUTION, GATE, PREFER, rule
from leeward.model.truth import Truth


@rule(
    "PWR-01",
    "There is no precipitated withdrawal to rescue",
    AVOID,
    sources=("consensus-pw-engine", "dunn23"),
)
def nothing_to_rescue(picture: Picture) -> Truth:
    """Commoner after a small first dose is under-treated withdrawal, which the start itself answers with more."""
    return ~precipitated_withdrawal(picture)


@rule(
    "PWR-02",
    "Staff watch the person",
    GATE,
    no="Not here: to an emergency department now",
    sources=("cab-qs25", "gc-4054694"),
)
def watched(picture: Picture) -> Truth:
    """Repeated large doses with a sedative beside them need eyes and a saturation probe."""
    return picture.monitored


@rule("PWR-03", "More buprenorphine ends precipitated withdrawal", PREFER, sources=("cab-qs25", "consensus-pw-rescue"))
def rescue(picture: Picture) -> Truth:
    """Never naloxone or naltrexone, and no retreat."""
    return precipitated_withdrawal(picture)


@rule(
    "PWR-04",
    "A sedative or alcohol is on board: leave the lorazepam, watch saturation throughout",
    CAUTION,
    sources=("cab-qs25", "fda17"),
)
def other_sedatives(picture: Picture) -> Truth:
    """No stacking of sedatives."""
    return sedatives_told(picture)


def propose(picture: Picture) -> Proposal:
    """The ladder: step 3 is shown without a dose to order."""
    return scheduled(picture, "rescue-precipitated-withdrawal")


def certainty(_: Picture) -> tuple[str, str, tuple[str, ...]]:
    """Protocol and case reports."""
    return (
        "low",
        "A protocol and case reports; no trial of any rescue.",
        ("cab-qs25", "oakley", "hailozian", "christian23"),
    )


OPTION = Option(
    id="precipitated-withdrawal-rescue",
    title="Rescue of precipitated withdrawal",
    rules=(
        *AGONIST_GATES,
        emergency_before_buprenorphine,
        intoxicated,
        allergic,
        nothing_to_rescue,
        watched,
        rescue,
        other_sedatives,
        above_soft_ceiling,
        above_confirm_ceiling,
        lungs,
        not_recognised,
        pregnancy,
    ),
    propose=propose,
    monitoring=("precipitated-withdrawal-rescue",),
    certainty=certainty,
    medicines=(),
)
