"""Words that the made-up people of the demo ward share: who they are, what they took, what becomes due after a dose."""

from __future__ import annotations

from typing import Any

from leeward.knowledge import load_knowledge
from leeward.ward.plans import DueAfter, Line

HOURS = 60
DAYS = 24 * HOURS

BUPRENORPHINE = "buprenorphine-naloxone-sublingual"
LIVER_AND_KIDNEY = ({"name": "liver disease", "status": "absent"}, {"name": "kidney disease", "status": "absent"})
NOTHING_ELSE = dict.fromkeys(("seizure", "hallucination", "chest_pain", "syncope", "palpitations", "head_injury"), "no")
NO_SUICIDAL_THOUGHTS = {
    "instrument": "c-ssrs",
    "by": "clinician",
    "items": {"q1": "no", "q2": "no", "q6_lifetime": "no", "q6_past_3_months": "no"},
}


def man(age: int, weight_kg: int, opioid_naive: str = "no") -> dict[str, Any]:
    """A man as the case file tells him."""
    return {"age": age, "sex": "male", "weight_kg": weight_kg, "opioid_naive": opioid_naive}


def woman(age: int, weight_kg: int, pregnant: str = "no", **more: int) -> dict[str, Any]:
    """A woman as the case file tells her."""
    told = {"age": age, "sex": "female", "pregnant": pregnant, "breastfeeding": "no", "weight_kg": weight_kg}
    return {**told, "opioid_naive": "no", **more}


def named(*names: str) -> list[dict[str, str]]:
    """Items of a list of the case of which no more is told than the name."""
    return [{"name": name} for name in names]


def took(
    substance: str, last_use: str | dict[str, str], *, a_day: tuple[int, str] | str | None = None,
    lasting: tuple[int, str] | None = None, **more: Any,
) -> dict[str, Any]:  # fmt: skip
    """An exposure: how much a day (or in a word that it is not known), and for how long; None where it was not told."""
    told: dict[str, Any] = {"substance": substance, "last_use": last_use, **more}
    if a_day is not None:
        told["amount"] = a_day if isinstance(a_day, str) else {"value": a_day[0], "unit": a_day[1], "per": "day"}
    if lasting is not None:
        told["duration"] = {"value": lasting[0], "unit": lasting[1]}
    return told


def buprenorphine(dose: str, when: str = "now", hold_if: tuple[str, ...] = (), *, at_home: bool = False) -> Line:
    """A line of a plan: buprenorphine with naloxone under the tongue."""
    what = "buprenorphine-naloxone, sublingual"
    return Line(what=what, medicine=BUPRENORPHINE, dose=dose, when=when, hold_if=hold_if, at_home=at_home)


def rescore(minutes: int = 60) -> DueAfter:
    """A COWS that becomes due so long after the dose."""
    return DueAfter(what="COWS", kind="score", of="cows", after_minutes=minutes, from_="dose")


def look_at(what: str, of: str) -> DueAfter:
    """An observation that becomes due an hour after the dose."""
    return DueAfter(what=what, kind="observation", of=of, after_minutes=60, from_="dose")


LOOK_AT_BREATHING = look_at("Respiratory rate", "respiratory-rate")
LOOK_AT_SEDATION = look_at("Sedation (RASS)", "sedation-rass")


def _hold(option: str) -> tuple[str, ...]:
    """When the first dose of a proposal is not given, in its own words: a demo plan never says less than the gate."""
    return load_knowledge().schedules[option].steps[0].hold_if


HOLD = _hold("buprenorphine-standard")
HOLD_HIGH_DOSE = _hold("buprenorphine-high-dose")
