"""What is said on every plan, where sources disagree, and what Leeward declines to do."""

from __future__ import annotations

from collections.abc import Iterable

from leeward.guidance.assessment import OptionAnswer, Refusal, Statement
from leeward.guidance.options.buprenorphine_low_dose import MAY_BRIDGE
from leeward.guidance.picture import Picture
from leeward.guidance.scope import covered, icu_weaning, neonate, palliative, under_age
from leeward.knowledge.entries import Statement as Entry
from leeward.model.quantity import KINDS

ONLY_FOR_KRATOM = "follow-up-kratom"
NALTREXONE = "ongoing-naltrexone"
MEDICINES = ("ongoing-buprenorphine", "ongoing-methadone", NALTREXONE)

SCOPE_REFUSALS = {"under-age": under_age, "neonate": neonate, "palliative": palliative, "icu-weaning": icu_weaning}

GOAL_REFUSALS = {
    "ultra-rapid-detoxification": "ultra-rapid-detoxification",
    "kratom-as-treatment": "kratom-as-treatment",
    "full-agonist-bridge": "full-agonist-bridge",
}


def always(picture: Picture) -> tuple[Statement, ...]:
    """What every plan leads with: ongoing treatment, naloxone, counselling, support, follow-up.

    No medicine is named to somebody whom Leeward does not cover, and no naltrexone in pregnancy, in which it is not begun.
    """
    unsaid: tuple[str, ...] = () if picture.took_kratom.is_yes else (ONLY_FOR_KRATOM,)
    if covered(picture).is_no:
        unsaid += MEDICINES
    elif picture.pregnant.is_yes:
        unsaid += (NALTREXONE,)
    return tuple(_statement(id, entry) for id, entry in picture.knowledge.always.items() if id not in unsaid)


def conflicts(picture: Picture, options: Iterable[OptionAnswer], alerts: Iterable[str]) -> tuple[Statement, ...]:
    """Disagreements between sources that bear on this person: on what is offered, or on an alert."""
    open_topics = {option.id for option in options if option.status in ("recommended", "acceptable")} | set(alerts)
    taken = {exposure.substance for exposure in picture.exposures}
    found: list[Statement] = []
    for id, entry in picture.knowledge.conflicts.items():
        bears = not open_topics.isdisjoint(entry.topics)
        if bears and (not entry.substances or not taken.isdisjoint(entry.substances)):
            found.append(_statement(id, entry))
    return tuple(found)


def _statement(id: str, entry: Entry) -> Statement:
    return Statement(id=id, title=entry.title, says=entry.says, default=entry.default, sources=entry.sources)


def refusals(picture: Picture) -> tuple[Refusal, ...]:
    """What Leeward declined to do for this case, why, and where to turn."""
    entries = picture.knowledge.refusals
    asked = [id for id, rule in SCOPE_REFUSALS.items() if rule(picture).is_yes]
    asked += [
        refusal
        for goal, refusal in GOAL_REFUSALS.items()
        if picture.wants(goal) and not (goal == "full-agonist-bridge" and picture.case.setting in MAY_BRIDGE)
    ]
    taken = {exposure.substance for exposure in picture.exposures}
    if any(_told_by_mass(exposure.amount) for exposure in picture.exposures) and not taken.isdisjoint(
        entries["grams-to-milligrams"].substances
    ):
        asked.append("grams-to-milligrams")
    if not taken.isdisjoint(entries["morphine-equivalent-not-convertible"].substances):
        asked.append("morphine-equivalent-not-convertible")
    return tuple(_refusal(id, entries[id]) for id in asked)


def _told_by_mass(amount: object) -> bool:
    return getattr(amount, "unit", "") in KINDS["mass"]


def _refusal(id: str, entry: Entry) -> Refusal:
    return Refusal(
        id=id, what=entry.title, why=entry.says, turn_to=entry.turn_to, rule=f"refusal-{id}", sources=entry.sources
    )
