"""Words that the made-up people of the demo ward share: spans, what was looked for, what becomes due after a dose."""

from __future__ import annotations

from leeward.knowledge import load_knowledge
from leeward.ward.plans import DueAfter

HOURS = 60
DAYS = 24 * HOURS

NOTHING_ELSE = ("seizure", "hallucination", "chest_pain", "syncope", "palpitations", "head_injury")
LIVER_AND_KIDNEY = ({"name": "liver disease", "status": "absent"}, {"name": "kidney disease", "status": "absent"})
NO_SUICIDAL_THOUGHTS = {
    "instrument": "c-ssrs",
    "by": "clinician",
    "items": {"q1": "no", "q2": "no", "q6_lifetime": "no", "q6_past_3_months": "no"},
}

RESCORE = DueAfter(what="COWS", kind="score", of="cows", after_minutes=60, from_="dose")
LOOK_AT_BREATHING = DueAfter(
    what="Respiratory rate", kind="observation", of="respiratory-rate", after_minutes=60, from_="dose"
)
LOOK_AT_SEDATION = DueAfter(what="Sedation (RASS)", kind="observation", of="sedation-rass", after_minutes=60, from_="dose")  # fmt: skip
BUPRENORPHINE = "buprenorphine-naloxone-sublingual"


def _hold(option: str) -> tuple[str, ...]:
    """When the first dose of a proposal is not given, in its own words: a demo plan never says less than the gate."""
    return load_knowledge().schedules[option].steps[0].hold_if


HOLD = _hold("buprenorphine-standard")
HOLD_HIGH_DOSE = _hold("buprenorphine-high-dose")
