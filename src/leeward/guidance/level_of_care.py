"""The least level of care that fits (ASAM Criteria, 4th edition, as mapped by consensus of sources).

| rule | raises to | when |
|---|---|---|
| LOC-01 | 2.7 | COWS from 13 |
| LOC-02 | 3.7 | COWS from 25 |
| LOC-03 | 3.7 | vomiting |
| LOC-04 | 3.7 | unstable housing |
| LOC-05 | 3.7 | sedatives or alcohol beside the opioid, or alcohol withdrawal from CIWA-Ar 10 |
| LOC-06 | 3.7 | earlier attempts failed |
| LOC-07 | 4 | COWS above 36 |
| LOC-08 | 4 | unstable vital signs: breathing, pressure or pulse at an emergency limit |
| LOC-09 | 4 | pregnancy with danger signs |
| LOC-10 | 4 | seizure, delirium or hallucinations |
| LOC-11 | 4 | medetomidine picture: storm of pulse and pressure |
| LOC-12 | 4 | precipitated withdrawal that adequate doses do not touch |
| LOC-13 | 4 | high risk of suicide |
| LOC-14 | 4 | severe alcohol withdrawal, or one that was complicated before |
| LOC-15 | 4 | any alert of the level emergency |

The highest rule decides; nothing is averaged. `at_least` is the highest level that is sure, so learning more can only
raise it; without a current COWS and with nothing that raises it, no level is sure. `suggested` is given when no open
rule could raise it further. COWS 13 to 24 is mapped to 1.7 or 2.7 by the
source; the higher of the two is taken, since the difference hangs on visits that the case does not tell.
"""

from __future__ import annotations

from functools import cache

from leeward.guidance.alert import AlertEntry, AlertRule
from leeward.guidance.alerts import ALERTS
from leeward.guidance.alerts.brain import alcohol_withdrawal, alcohol_withdrawal_severe, delirium, seizure
from leeward.guidance.alerts.heart import heart_rate_extreme
from leeward.guidance.alerts.pregnancy import bleeding, danger_signs
from leeward.guidance.alerts.pressure import alpha_2_withdrawal_suspected, sympathetic_storm
from leeward.guidance.alerts.response import failure_to_respond, precipitated_withdrawal
from leeward.guidance.alerts.suicide import high as suicide_risk_high
from leeward.guidance.assessment import LevelOfCare
from leeward.guidance.option import reason
from leeward.guidance.picture import Picture
from leeward.guidance.rule import CAUTION, Rule, rule
from leeward.guidance.use import LIKE_BARBITURATES
from leeward.knowledge import Knowledge
from leeward.model.truth import Truth, all_of, any_of

SOURCES = ("consensus-level-of-care", "asam4-quiz", "seek")

OUTPATIENT, INTENSIVE_OUTPATIENT, RESIDENTIAL, INPATIENT = "1.7", "2.7", "3.7", "4"

NAMES = {
    OUTPATIENT: "medically managed outpatient care",
    INTENSIVE_OUTPATIENT: "medically managed intensive outpatient care",
    RESIDENTIAL: "medically managed residential care",
    INPATIENT: "medically managed inpatient care",
}


NOTHING_MORE = "Nothing that is known asks for more than outpatient care; look again at every contact."
NO_CURRENT_SCORE = (
    "No COWS of now is known (none was scored, or it is too old), so no level is sure: score it. Nothing else that "
    "is known asks for more than outpatient care."
)


@rule("LOC-01", "Moderate withdrawal, or daily monitoring", CAUTION, sources=SOURCES)
def moderate(picture: Picture) -> Truth:
    """COWS from 13."""
    return picture.cows >= picture.limit("cows-moderate")


@rule("LOC-02", "Moderately severe withdrawal", CAUTION, sources=SOURCES)
def moderately_severe(picture: Picture) -> Truth:
    """COWS from 25."""
    return picture.cows >= picture.limit("cows-moderately-severe")


@rule("LOC-03", "Vomiting", CAUTION, sources=SOURCES)
def vomiting(picture: Picture) -> Truth:
    """Medicines do not stay down, and fluid is lost."""
    return picture.said("vomiting")


@rule("LOC-04", "Unstable housing", CAUTION, sources=SOURCES)
def unstable_housing(picture: Picture) -> Truth:
    """No safe place to go through withdrawal or to keep medicines."""
    return picture.has("unstable-housing")


@rule("LOC-05", "Sedatives or alcohol beside the opioid", CAUTION, sources=(*SOURCES, "asam-awm"))
def sedatives(picture: Picture) -> Truth:
    """Breathing is at risk, and withdrawal from them can kill."""
    return any_of(
        picture.took_class("sedative", "alcohol"),
        picture.taken.trait("benzodiazepine"),
        picture.takes(*LIKE_BARBITURATES),
        picture.has("sedative-use-disorder", "alcohol-use-disorder"),
        alcohol_withdrawal.rule(picture),
    )


@rule("LOC-06", "Earlier attempts outside hospital failed", CAUTION, sources=SOURCES)
def failed_attempts(picture: Picture) -> Truth:
    """What failed before needs more support now."""
    return picture.has("failed-attempts")


@rule("LOC-07", "Severe withdrawal", CAUTION, sources=SOURCES)
def severe(picture: Picture) -> Truth:
    """COWS above 36."""
    return picture.cows > picture.limit("cows-severe")


@rule("LOC-08", "Unstable vital signs", CAUTION, sources=SOURCES)
def unstable(picture: Picture) -> Truth:
    """Breathing, systolic pressure or pulse at an emergency limit."""
    return any_of(
        picture.respiratory_depression,
        picture.reading("systolic-blood-pressure") < picture.limit("systolic-very-low"),
        heart_rate_extreme.rule(picture),
    )


@rule("LOC-09", "Pregnancy with danger signs", CAUTION, sources=SOURCES)
def pregnancy_complicated(picture: Picture) -> Truth:
    """Bleeding, contractions or fewer movements; pregnancy alone calls obstetrics but sets no level."""
    return danger_signs.rule(picture) | bleeding.rule(picture)


@rule("LOC-10", "Seizure, delirium or hallucinations", CAUTION, sources=SOURCES)
def seizure_or_delirium(picture: Picture) -> Truth:
    """Opioid withdrawal alone causes none of them."""
    return seizure.rule(picture) | delirium.rule(picture)


@rule("LOC-11", "Medetomidine picture", CAUTION, sources=(*SOURCES, "mmwr-med"))
def medetomidine(picture: Picture) -> Truth:
    """A racing heart and high pressure with vomiting or tremor, or that opioids do not touch."""
    return sympathetic_storm.rule(picture) | alpha_2_withdrawal_suspected.rule(picture)


@rule("LOC-12", "Precipitated withdrawal that adequate doses do not touch", CAUTION, sources=SOURCES)
def refractory(picture: Picture) -> Truth:
    """Precipitated withdrawal with failure to respond."""
    return all_of(precipitated_withdrawal(picture), failure_to_respond(picture))


@rule("LOC-13", "High risk of suicide", CAUTION, sources=(*SOURCES, "cssrs-triage"))
def suicidal(picture: Picture) -> Truth:
    """C-SSRS high."""
    return suicide_risk_high.rule(picture)


@rule(
    "LOC-14", "Severe alcohol withdrawal, or one that was complicated before", CAUTION, sources=(*SOURCES, "asam-awm")
)
def severe_alcohol_withdrawal(picture: Picture) -> Truth:
    """Alcohol withdrawal is treated first, in hospital."""
    return alcohol_withdrawal_severe.rule(picture)


@rule("LOC-15", "An emergency alert fires", CAUTION, sources=(*SOURCES, "consensus-red-flags"))
def emergency(picture: Picture) -> Truth:
    """Whatever is an emergency is treated where emergencies are."""
    return any_of(each.rule(picture).because(_title(each, picture)) for each in _emergencies(picture.knowledge))


@cache
def _emergencies(knowledge: Knowledge) -> tuple[AlertRule, ...]:
    words = knowledge.table_of("alerts", AlertEntry)
    return tuple(each for each in ALERTS if words[each.alert].level == "emergency")


def _title(each: AlertRule, picture: Picture) -> str:
    return picture.knowledge.table_of("alerts", AlertEntry)[each.alert].title


RULES: tuple[tuple[str, tuple[Rule, ...]], ...] = (
    (
        INPATIENT,
        (
            severe,
            unstable,
            pregnancy_complicated,
            seizure_or_delirium,
            medetomidine,
            refractory,
            suicidal,
            severe_alcohol_withdrawal,
            emergency,
        ),
    ),
    (RESIDENTIAL, (moderately_severe, vomiting, unstable_housing, sedatives, failed_attempts)),
    (INTENSIVE_OUTPATIENT, (moderate,)),
)
"""Levels from the highest down, each with the rules that raise to it."""


def level_of_care(picture: Picture) -> LevelOfCare:
    """The highest level that is sure, and the level to suggest where nothing open could raise it."""
    lacking: set[str] = set()
    for level, rules in RULES:
        answers = [(each, each(picture)) for each in rules]
        deciding = [(each, truth) for each, truth in answers if truth.is_yes]
        if deciding:
            return _answer(picture, level, deciding, lacking)
        lacking.update(name for _, truth in answers for name in truth.lacked())
    return _answer(picture, None if picture.cows.is_unknown else OUTPATIENT, [], lacking)


def _answer(picture: Picture, level: str | None, deciding: list[tuple[Rule, Truth]], lacking: set[str]) -> LevelOfCare:
    why = [reason(each, truth, picture) for each, truth in deciding]
    sources = {source for found in why for source in found.sources}
    return LevelOfCare(
        suggested=None if lacking else level,
        at_least=level,
        name=NAMES[level] if level else "",
        because=tuple([f"{found.says} ({'; '.join(found.because)})." for found in why])
        or (NOTHING_MORE if level else NO_CURRENT_SCORE,),
        rule=", ".join([found.rule for found in why]) or "LOC-00",
        needs=tuple(sorted(lacking)),
        sources=tuple(sorted(sources.union(SOURCES))),
    )
