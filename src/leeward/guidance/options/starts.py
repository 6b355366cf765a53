"""What every start of an agonist asks beside its own rules, and what is said beside it.

| rule | what it asks | source |
|---|---|---|
| AGO-04 | no start while precipitated withdrawal is likely: rescue first | CA Bridge 2025; consensus of sources |
| AGO-05 | another emergency may explain the score: treat it first | flag table; Hunter criteria; consensus of sources |
| AGO-10 | the same for buprenorphine, without a very long QTc | the same |
| AGO-06 | intoxicated: hold until sober | CA Bridge on-shift; WHO 2009 annex 12 |
| GOA-01 | the goal is to stop a benzodiazepine: apart and slowly | FDA 2017; sources in the rule |
| GOA-02 | the goal is pain relief | JGIM 2021 table; peri-operative guideline |

AGO-05 and AGO-06 come first, but are no gates. Nobody looks for clonus or a seizure in everybody, so a gate would leave
every start open until somebody did; a caution is printed first and stands beside the alert that holds the start.
"""

from __future__ import annotations

from leeward.guidance.alerts.brain import alcohol_withdrawal_severe, delirium, head_injury, seizure
from leeward.guidance.alerts.heart import qtc_very_long
from leeward.guidance.alerts.infection import hyperthermia
from leeward.guidance.alerts.pressure import alpha_2_withdrawal_suspected, sympathetic_storm
from leeward.guidance.alerts.response import precipitated_withdrawal
from leeward.guidance.alerts.serotonin import serotonin_toxicity
from leeward.guidance.picture import Picture
from leeward.guidance.rule import AVOID, CAUTION, FIRST, rule
from leeward.model.truth import Truth, any_of, known

RAISE_THE_SCORE = (
    serotonin_toxicity,
    delirium,
    seizure,
    sympathetic_storm,
    alpha_2_withdrawal_suspected,
    head_injury,
    alcohol_withdrawal_severe,
    hyperthermia,
)
"""Alerts whose cause raises the score until it is treated."""

OTHER_EMERGENCIES = (*RAISE_THE_SCORE, qtc_very_long)
"""The same and a very long QTc, which makes methadone and the alpha-2 agonists dangerous and not buprenorphine."""


@rule(
    "AGO-04",
    "Precipitated withdrawal is likely: rescue it first",
    AVOID,
    sources=("cab-qs25", "consensus-pw-rescue", "consensus-pw-engine"),
)
def precipitated(picture: Picture) -> Truth:
    """One plan at a time: a fresh start, a ramp or another agonist does not run beside the rescue."""
    return precipitated_withdrawal(picture)


@rule(
    "AGO-05",
    "Another emergency may explain the score: start nothing new until it is treated",
    FIRST,
    sources=("consensus-emergency-first", "red-flags-recalled"),
)
def another_emergency(picture: Picture) -> Truth:
    """Serotonin toxicity, delirium, a seizure, a sympathetic storm, the brain, alcohol, heat, a very long QTc."""
    return any_of(emergency.rule(picture) for emergency in OTHER_EMERGENCIES)


@rule(
    "AGO-10",
    "Another emergency may explain the score: start nothing new until it is treated",
    FIRST,
    sources=("consensus-emergency-first", "red-flags-recalled"),
)
def emergency_before_buprenorphine(picture: Picture) -> Truth:
    """As for every start, but a very long QTc is no reason to hold buprenorphine."""
    return any_of(emergency.rule(picture) for emergency in RAISE_THE_SCORE)


@rule(
    "AGO-06",
    "Intoxicated: hold the dose until the person is sober",
    FIRST,
    sources=("consensus-sedation-gate", "cabridge", "who-annex12"),
)
def intoxicated(picture: Picture) -> Truth:
    """Recorded by whoever sees the person; sedation, which everybody is scored for, is the gate."""
    return picture.said("intoxicated")


@rule(
    "GOA-01",
    "A benzodiazepine is to be stopped: taper it slowly and apart from the opioid, never at once; it is no reason to "
    "wait with opioid treatment",
    CAUTION,
    sources=("fda17", "consensus-special-populations"),
)
def stop_benzodiazepine(picture: Picture) -> Truth:
    """A goal is a choice, not a finding: unvoiced is not unknown."""
    wanted = picture.wants("stop-benzodiazepine")
    return known(wanted, "a goal of the person" if wanted else "no such goal is voiced", "goals")


@rule(
    "GOA-02",
    "Pain is to be treated too: split the agonist every 6 to 8 hours, non-opioids first, and in moderate or severe "
    "pain one short-acting full agonist by the treating team; do not reduce or stop the agonist for it",
    CAUTION,
    sources=("jgim-t3", "gc-1285174"),
)
def pain_relief(picture: Picture) -> Truth:
    """A goal is a choice, not a finding: unvoiced is not unknown."""
    wanted = picture.wants("pain-relief")
    return known(wanted, "a goal of the person" if wanted else "no such goal is voiced", "goals")


BEFORE_A_START = (precipitated, another_emergency, intoxicated)
BEFORE_BUPRENORPHINE = (precipitated, emergency_before_buprenorphine, intoxicated)
GOALS = (stop_benzodiazepine, pain_relief)
