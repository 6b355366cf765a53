"""How much methadone: the schedules, low tolerance, and a start that has begun.

| what | how | source |
|---|---|---|
| tolerance is low | no opioids before, none but kratom, or a small habit | ASAM 2015; WHO 2009 annex 12 |
| a small habit | up to 50 mg hydrocodone a day, or as little of a weaker opioid | CA Bridge self-start, December 2025 |
| tolerance is in doubt | amount not known, or proving nothing: down to the low start | WHO 2009 annex 12 |
| a start that has begun | goes on with its next step; what was given counts toward the day | labels; ASAM |

Amounts of different opioids are never turned into one another: a small habit is known of hydrocodone only, and codeine,
tramadol, tapentadol and loperamide are weaker by the milligram.
"""

from __future__ import annotations

from math import inf

import msgspec

from leeward.guidance.assessment import Amount, Proposal, ProposalStep
from leeward.guidance.given import milligrams
from leeward.guidance.picture import Picture, asked_once
from leeward.guidance.proposal import Circumstance, scheduled
from leeward.knowledge.entries import Substance
from leeward.model.case import Dose, Exposure
from leeward.model.instants import hours_since
from leeward.model.missing import Missing
from leeward.model.reading import Reading
from leeward.model.truth import NO, YES, Truth, any_of, unknown

STANDARD = ("methadone-standard", "methadone-low-tolerance")
EMERGENCY = ("methadone-emergency", "methadone-low-tolerance-emergency")
WEAKER = ("codeine", "tramadol", "tapentadol", "loperamide")
"""Weaker than hydrocodone by the milligram."""


@asked_once
def low_tolerance(picture: Picture) -> Truth:
    """Whether tolerance is low: no opioids before, none but kratom, or only a small habit."""

    def large(exposure: Exposure, substance: Substance) -> Truth | bool:
        return ~_small_habit(picture, exposure) if substance.class_ == "opioid" else False

    return picture.opioid_naive | ~picture.exposed(large, "opioid in more than a small amount")


def _small_habit(picture: Picture, exposure: Exposure) -> Truth:
    """Whether one opioid is taken in a small amount; in doubt where the amount proves neither."""
    amount = picture.daily_amount(exposure, "mg/d")
    within = amount <= picture.limit("small-habit")
    if exposure.substance == "hydrocodone":
        return within
    says = f"{amount}: whether that makes tolerance is not known"
    doubt = unknown(f"a published small habit of {picture.name_of(exposure)}", sentence=says)
    return within | doubt if exposure.substance in WEAKER else within & doubt


def dose_reading(picture: Picture, dose: Dose) -> Reading:
    """Hours since one dose of methadone."""
    return hours_since(dose.at, picture.case.now, f"doses.{dose.key}.at", f"hours since {dose.as_told}")


@asked_once
def begun(picture: Picture) -> Truth:
    """Whether a start with methadone goes on in this episode."""
    anew = picture.limit("methadone-missed-new-start")
    given = [dose_reading(picture, dose) < anew for dose in picture.doses_of("methadone")]
    return any_of(*given, picture.was_given())


@asked_once
def past_day_one(picture: Picture) -> Truth:
    """Whether the first dose of the start was given a day ago or earlier."""
    day, anew = picture.limit("methadone-day"), picture.limit("methadone-missed-new-start")
    hours = [dose_reading(picture, dose) for dose in picture.doses_of("methadone")]
    return any_of(*((each >= day) & (each < anew) for each in hours), picture.was_given())


@asked_once
def given_in_a_day(picture: Picture) -> Reading:
    """Milligrams of methadone given in the last day; none where none was, open where the list is not known."""
    says, low, high, lacks = "methadone given in the last day", 0.0, 0.0, dict[str, None]()
    if isinstance(picture.case.doses, Missing):
        return Reading(0, inf, "mg", says, ("doses",), ("doses",))
    for dose in picture.doses_of("methadone"):
        recent, amount = (
            dose_reading(picture, dose) < picture.limit("methadone-day"),
            milligrams(dose, f"dose of {dose.as_told}"),
        )
        low += amount.low if recent.answer is YES else 0
        high += 0 if recent.answer is NO else amount.high
        if recent.answer is not NO:
            lacks.update(dict.fromkeys((*recent.lacked(), *amount.lacks)))
    return Reading(low, high, "mg", says, ("doses",), tuple(lacks) if low != high else ())


def propose(picture: Picture) -> Proposal:
    """Label and ASAM path; the low start where tolerance is low, its lower end where tolerance is in doubt."""
    frail = _circumstances(picture)
    names = EMERGENCY if picture.setting_is("emergency").is_yes else STANDARD
    usual, low = (scheduled(picture, name, frail) for name in names)
    tolerance = low_tolerance(picture)
    chosen = low if tolerance.is_yes else usual
    if tolerance.is_unknown:
        steps = tuple(_reaching_down(*pair) for pair in zip(usual.steps, low.steps, strict=True))
        doubt = "; ".join(tolerance.reasons())
        note = f"If tolerance is low or in doubt ({doubt}): {picture.knowledge.schedules[names[1]].note}"
        chosen = msgspec.structs.replace(usual, steps=steps, notes=(note, *usual.notes))
    cap = picture.limit("methadone-day-1-cap").value
    return _going_on(picture, msgspec.structs.replace(chosen, steps=tuple(_under(step, cap) for step in chosen.steps)))


def _going_on(picture: Picture, proposal: Proposal) -> Proposal:
    """The proposal from its next step on, where a start has begun, and what counts toward the day's most."""
    if not begun(picture).is_yes:
        return proposal
    if past_day_one(picture).is_yes:
        note = "Day 1 is over: this goes on with the day after it; a dose that was given today counts as today's."
        return msgspec.structs.replace(proposal, steps=proposal.steps[2:], notes=(note, *proposal.notes))
    given = given_in_a_day(picture)
    second, *later = proposal.steps[1:]
    if second.dose is not None:
        second = msgspec.structs.replace(second, dose=_what_is_left(picture, second.dose, given.low))
    note = f"The first dose was given already: {given.shown()} in the last day, which counts toward the day's most."
    return msgspec.structs.replace(proposal, steps=(second, *later), notes=(note, *proposal.notes))


def _what_is_left(picture: Picture, dose: Amount, given: float) -> Amount:
    """The dose under what the day still allows; at a tolerance in doubt its lower end is what a low one allows."""
    cap, tolerance = picture.limit("methadone-day-1-cap").value, low_tolerance(picture)
    low_cap = min(cap, picture.limit("methadone-low-tolerance-day").value)
    left = _at_most(dose, (low_cap if tolerance.is_yes else cap) - given)
    return _from(left, low_cap - given) if tolerance.is_unknown else left


def _circumstances(picture: Picture) -> tuple[Circumstance, ...]:
    share, sources = picture.limit("start-share-older").value, ("consensus-special-populations",)
    return (
        Circumstance(picture.age >= picture.limit("age-older"), "From 65 years: half the start dose.", share, sources),
        Circumstance(
            picture.has("chronic-lung-disease", "sleep-apnoea"),
            "Lung disease or sleep apnoea: half the start dose, and watch the saturation.",
            share,
            sources,
        ),
    )


def _reaching_down(usual: ProposalStep, low: ProposalStep) -> ProposalStep:
    """The usual step with the lower end of the low start, in the dose and in the day."""
    if usual.dose is None or low.dose is None:
        return usual
    day = usual.per_day_max and low.per_day_max and _from(usual.per_day_max, low.per_day_max.max)
    return msgspec.structs.replace(
        usual,
        dose=_from(usual.dose, low.dose.min),
        per_day_max=day or usual.per_day_max,
        sources=tuple(dict.fromkeys((*usual.sources, *low.sources))),
    )


def _from(amount: Amount, lowest: float | None) -> Amount:
    given = [value for value in (amount.min, amount.usual, amount.max, lowest) if value is not None]
    return msgspec.structs.replace(amount, min=min(given))


def _under(step: ProposalStep, cap: float) -> ProposalStep:
    """The step of day 1 under the site's cap; a step without a daily limit is of a later day."""
    if step.per_day_max is None or step.dose is None:
        return step
    return msgspec.structs.replace(step, dose=_at_most(step.dose, cap), per_day_max=_at_most(step.per_day_max, cap))


def _at_most(amount: Amount, cap: float) -> Amount:
    sides = (amount.min, amount.usual, amount.max)
    low, usual, high = (None if value is None else min(value, cap) for value in sides)
    return Amount(min=low, usual=usual, max=high, unit=amount.unit)
